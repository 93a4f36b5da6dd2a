"""Refuse bad input with a sentence: what was expected, and what came.

Used by every chapter. Each function returns the value it was given, so that a check
can stand where the value is used: ``self.order = positive_int("order", order)``.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from numbers import Integral, Real
from typing import Any


def positive_int(name: str, value: Any, minimum: int = 1) -> int:
    """Return ``value`` as an int of at least ``minimum``.

    Raises
    ------
    ValueError
        If it is no integer (True and 2.0 are none) or too small.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ValueError(f"{name} must be an integer, got {_what(value)}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}")
    return int(value)


def number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
) -> float:
    """Return ``value`` as a finite float within the bounds given.

    Raises
    ------
    ValueError
        If it is no real number, not finite, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f"{name} must be a number, got {_what(value)}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")
    if above is not None and not value > above:
        raise ValueError(f"{name} must be above {above}, got {value}")
    if at_least is not None and not value >= at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {value}")
    if at_most is not None and not value <= at_most:
        raise ValueError(f"{name} must be at most {at_most}, got {value}")
    return float(value)


def probability(name: str, value: Any) -> float:
    """Return ``value`` as a float from 0 to 1.

    Raises
    ------
    ValueError
        If it is no number, or outside.
    """
    return number(name, value, at_least=0, at_most=1)


def one_of(name: str, value: Any, choices: Collection) -> Any:
    """Return ``value`` if it is among ``choices``.

    Raises
    ------
    ValueError
        If it is not; the message lists the choices.
    """
    if value not in choices:
        listed = ", ".join(map(repr, choices))
        raise ValueError(f"{name} must be one of {listed}; got {value!r}")
    return value


def text(name: str, value: Any) -> str:
    """Return ``value`` if it is a str.

    Raises
    ------
    ValueError
        If it is not. Bytes get a hint of their own.
    """
    if isinstance(value, str):
        return value
    advice = "; decode it first" if isinstance(value, bytes) else ""
    raise ValueError(f"{name} must be a str, got {_what(value)}{advice}")


def token_ids(name: str, value: Any, vocab_size: int) -> Any:
    """Return ``value`` if it is a Tensor of word numbers that a model can read.

    Parameters
    ----------
    name : str
    value : integer Tensor of shape (B, T)
        Neither B nor T may be 0.
    vocab_size : int
        Ids are below.

    Raises
    ------
    ValueError
        If it is no such Tensor, or an id has no row in the table of words.

    Notes
    -----
    While a CUDA graph is recorded no number can be read: then the ids pass unseen.
    """
    if str(getattr(value, "dtype", None)) not in ("torch.int64", "torch.int32"):
        what = getattr(value, "dtype", None) or _what(value)
        raise ValueError(f"{name} must be an int64 Tensor of ids, got {what}")
    if value.ndim != 2 or not value.numel():
        raise ValueError(
            f"{name} must be (B, T) with B and T at least 1, got {tuple(value.shape)}"
        )
    if value.is_cuda and _recording():
        return value
    low, high = (int(bound) for bound in value.aminmax())
    if low < 0 or high >= vocab_size:
        wrong = low if low < 0 else high
        raise ValueError(f"{name} must be in 0, ..., {vocab_size - 1}, got {wrong}")
    return value


def _recording() -> bool:
    """Tell whether the GPU's work is recorded now and not done."""
    import torch

    return torch.cuda.is_current_stream_capturing()


def shape(name: str, value: Any, *expected: int) -> Any:
    """Return ``value`` if it is an array or Tensor of exactly this shape.

    Raises
    ------
    ValueError
        If it has another one, even one that would be stretched to it.
    """
    if tuple(getattr(value, "shape", ())) != expected:
        got = tuple(value.shape) if hasattr(value, "shape") else _what(value)
        raise ValueError(f"{name} must have the shape {expected}, got {got}")
    return value


def per_layer(name: str, value: Any, layers: int) -> tuple:
    """Return ``value``, a state with an entry for each layer; None is None for each.

    Raises
    ------
    ValueError
        If it has another number of entries, or is no tuple or list.
    """
    if value is None:
        return (None,) * layers
    if not isinstance(value, tuple | list) or len(value) != layers:
        got = len(value) if isinstance(value, tuple | list) else _what(value)
        raise ValueError(
            f"{name} must have an entry for each of the {layers} layers, got {got}"
        )
    return tuple(value)


def words(name: str, value: Any) -> list[str]:
    """Return ``value`` as a list of words.

    Raises
    ------
    ValueError
        If it is one str (the classic slip: Python would take it letter by letter), no
        sequence, or contains something that is no str.
    """
    if isinstance(value, str):
        raise ValueError(
            f"{name} must be a list of words, got one str: {_shown(value)}; "
            "split it first"
        )
    if not isinstance(value, Sequence):
        raise ValueError(f"{name} must be a list of words, got {_what(value)}")
    for word in value:
        if not isinstance(word, str):
            raise ValueError(f"{name} must contain words (str), got {_what(word)}")
    return list(value)


def sentences(value: Any, name: str = "sentences") -> list[list[str]]:
    """Return ``value`` as a list of sentences, each a list of words.

    Parameters
    ----------
    value : iterable of sequences of str
        A generator is read to its end.
    name : str
        What to call it in an error.

    Raises
    ------
    ValueError
        If it is one str, one list of words, or anything else; each gets its own
        message.
    """
    if isinstance(value, str):
        raise ValueError(
            f"{name} must be a list of lists of words, got one str: {_shown(value)}; "
            "split it into sentences, and each sentence into words"
        )
    if not isinstance(value, Iterable):
        raise ValueError(f"{name} must be a list of lists of words, got {_what(value)}")
    value = list(value)
    for position, sentence in enumerate(value):
        if isinstance(sentence, str):
            raise ValueError(
                f"{name}[{position}] is the str {_shown(sentence)}, but a sentence is "
                "a list of words; if this is one sentence, wrap it in a list"
            )
        if not isinstance(sentence, Sequence):
            raise ValueError(
                f"{name}[{position}] must be a list of words, got {_what(sentence)}"
            )
        if set(map(type, sentence)) - {str}:  # one quick pass; the exact one if needed
            words(f"{name}[{position}]", sentence)
    return [s if isinstance(s, list) else list(s) for s in value]


def _what(value: Any) -> str:
    return f"{type(value).__name__} {_shown(value)}"


def _shown(value: Any, width: int = 40) -> str:
    shown = repr(value)
    return shown if len(shown) <= width else shown[: width - 3] + "..."
