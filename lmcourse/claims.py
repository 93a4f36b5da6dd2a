"""Claims: sentences that a machine checks each time the course runs.

A lesson that says "a trigram beats a bigram" lets the numbers say it::

    claim("a trigram beats a bigram", trigram_bits < bigram_bits)
    claim("about 4.2 bits per character", bits, about=4.2, rel=0.05)

The printed line is the same on every machine; the figure behind it appears only when
the sentence turns out to be false. Used by every chapter.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


class ClaimError(AssertionError):
    """A sentence of the course is not true on this machine."""


def claim(
    text: str,
    value: Any,
    *,
    about: float | None = None,
    rel: float | None = None,
    tol: float | None = None,
    below: float | None = None,
    above: float | None = None,
    equals: Any = None,
) -> None:
    """Print ``✓ text`` if it is true, raise with the true figure if it is not.

    Parameters
    ----------
    text : str
        A short statement that can be false.
    value : bool or number
        A condition if it comes alone, else the figure that the text speaks of.
    about : float, optional
        What the figure should be, within ``rel`` (a share of ``about``; 0.05 if neither
        is given) or ``tol`` (in the figure's own unit).
    rel, tol : float, optional
        How far off is still "about". Give one, not both.
    below, above : float, optional
        Bounds that the figure must not touch; both together make a range.
    equals : optional
        What the value must be exactly: for counts, words, lists.

    Raises
    ------
    ClaimError
        If the claim is false. A condition has no figure, so prefer a number with a
        bound where there is one to tell.
    ValueError
        If it is not clear what is claimed: no text, no single truth value, a tolerance
        without ``about``.

    Examples
    --------
    >>> claim("two and two are four", 2 + 2, equals=4)
    ✓ two and two are four
    >>> claim("a fair coin carries one bit", -math.log2(0.5), about=1, tol=1e-12)
    ✓ a fair coin carries one bit
    """
    if not isinstance(text, str) or not text.strip() or "\n" in text:
        raise ValueError(f"a claim is one line of text, got {repr(text)[:60]}")
    bounded = about is not None or below is not None or above is not None
    if (rel is not None or tol is not None) and about is None:
        raise ValueError("rel and tol say how near to about; give about too")
    if rel is not None and tol is not None:
        raise ValueError("give rel or tol, not both")
    if equals is not None and bounded:
        raise ValueError("equals stands alone; use about, below or above for ranges")

    if equals is not None:
        why = "" if _same(value, equals) else f"it is {value!r}, not {equals!r}"
    elif bounded:
        why = _out_of_bounds(_figure(text, value), about, rel, tol, below, above)
    else:
        why = "" if _truth(text, value) else "the condition is false"
    if why:
        raise ClaimError(f"✗ {text}: {why}")
    print(f"✓ {text}")


def _figure(text: str, value: Any) -> float:
    if isinstance(value, bool | np.bool_ | str):
        raise ValueError(f"{text!r} has a bound, so it needs a number, got {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise ValueError(f"{text!r} needs one number, got {kind}") from None


def _truth(text: str, value: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    try:  # a zero-dimensional array or tensor of truth values
        if str(value.dtype).endswith("bool") and value.ndim == 0:
            return bool(value)
    except AttributeError:
        pass
    raise ValueError(
        f"{text!r} needs True or False, or a bound for its figure (about=, below=, "
        f"above=, equals=); got {type(value).__name__}"
    )


def _out_of_bounds(figure, about, rel, tol, below, above) -> str:
    if math.isnan(figure):
        return "the figure is nan"
    if about is not None:
        slack = tol if tol is not None else abs(about) * (0.05 if rel is None else rel)
        if not abs(figure - about) <= slack:
            return f"it is {figure:.6g}, not within {slack:.3g} of {about:g}"
    if below is not None and not figure < below:
        return f"it is {figure:.6g}, not below {float(below):.6g}"
    if above is not None and not figure > above:
        return f"it is {figure:.6g}, not above {float(above):.6g}"
    return ""


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, np.ndarray) or isinstance(wanted, np.ndarray):
        return np.array_equal(value, wanted)
    same = value == wanted
    if isinstance(same, bool | np.bool_):
        return bool(same)
    if isinstance(value, Mapping) or not isinstance(same, Iterable):
        return bool(same)
    return bool(getattr(same, "all", lambda: all(same))())
