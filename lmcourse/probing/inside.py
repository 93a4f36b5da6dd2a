"""Inside a model: the gates of an LSTM along a text, and how far a gradient reaches.

Shape letters: B batch, T time, V vocabulary, E embedding, H hidden.

Sources: units that follow quotes as in Karpathy, Johnson & Fei-Fei (2016),
arXiv:1506.02078; gradients against distance as in Pascanu, Mikolov & Bengio (2013),
arXiv:1211.5063, section 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lmcourse import validate
from lmcourse.quiet import evaluating

if TYPE_CHECKING:
    from torch import Tensor, nn


def gate_trace(
    model: nn.Module, ids: Sequence[int] | Tensor, *, layer: int = -1
) -> dict[str, np.ndarray]:
    """Record what the gates and the memory of an LSTM do along a text.

    Parameters
    ----------
    model : Module
        An ``LSTMLanguageModel``.
    ids : sequence of int, length T
        The text; begin with the id of ``</s>``, as the model's texts do.
    layer : int
        Which one; the last if omitted.

    Returns
    -------
    dict of float arrays of shape (T, H)
        For each token the gates ``i``, ``f``, ``o`` and the candidate ``g`` while it is
        read, and ``c`` and ``h`` afterwards.

    Raises
    ------
    ValueError
        If the model has no layers of four blocks, or ids is not (T,) with T >= 1.

    Notes
    -----
    Gates are what the blocks of W, U and b in the order i, f, g, o say, also where a
    step of your own does something else with them; ``c`` and ``h`` are the step's.
    """
    import torch

    layers = getattr(model, "layers", [])
    if not len(layers) or any(getattr(one, "blocks", 0) != 4 for one in layers):
        raise ValueError(f"an LSTM is needed, got {type(model).__name__}")
    number = range(-len(layers), len(layers))
    layer = validate.one_of("layer", layer, number) % len(layers)
    with torch.no_grad():
        x = model.embedding(_demand_ids(model, ids, 1)[None])  # (1, T, E)
        for one in layers[:layer]:
            x, _ = one(x)
        one = layers[layer]
        state, steps = one.initial_state(1), []
        for t in range(x.shape[1]):
            W, U, b = one.weights[:3]
            i, f, g, o = (x[:, t] @ W.T + state[0] @ U.T + b).chunk(4, dim=1)
            state = one.step(x[:, t], state, *one.weights)
            parts = (i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), state[1])
            steps.append(torch.cat([*parts, state[0]]))  # (6, H)
    found = torch.stack(steps, dim=1).cpu().numpy()  # (6, T, H)
    return dict(zip("ifgoch", found, strict=True))


def difference_at(values: np.ndarray, tokens: Sequence[str], token: str) -> np.ndarray:
    """Compare what each unit does at one token and at all others.

    Parameters
    ----------
    values : array of shape (T, H)
        Such as ``gate_trace(model, ids)["f"]``.
    tokens : sequence of str, length T
    token : str
        Such as a full stop.

    Returns
    -------
    float array of shape (H,)
        Mean at this token minus mean at the others; far below 0 for a forget gate that
        closes there.

    Raises
    ------
    ValueError
        If the text has no such token, or no other.
    """
    values, here = _demand_trace(values, tokens), np.array([t == token for t in tokens])
    if here.all() or not here.any():
        raise ValueError(f"the text must have {token!r} and other tokens, too")
    return values[here].mean(0) - values[~here].mean(0)


def quoting(tokens: Sequence[str], quote: str = '"') -> np.ndarray:
    """Tell after which tokens a quotation is open.

    Parameters
    ----------
    tokens : sequence of str, length T
    quote : str
        The mark that opens and closes.

    Returns
    -------
    bool array of shape (T,)
        True at the mark that opens, False at the one that closes.
    """
    return np.cumsum([token == quote for token in tokens]) % 2 == 1


def correlation(values: np.ndarray, signal: Sequence[float]) -> np.ndarray:
    """Return how closely each unit follows a signal along a text.

    Parameters
    ----------
    values : array of shape (T, H)
        Such as ``gate_trace(model, ids)["c"]``.
    signal : sequence of float, length T
        Such as ``quoting(tokens)``.

    Returns
    -------
    float array of shape (H,)
        Pearson's correlation, -1 to 1; 0 for a unit that never moves.

    Raises
    ------
    ValueError
        If the signal never changes.
    """
    values = _demand_trace(values, signal)
    signal = np.asarray(signal, dtype=float) - np.mean(signal)
    if not signal.any():
        raise ValueError("the signal must change somewhere along the text")
    centered = values - values.mean(0)
    lengths = np.linalg.norm(centered, axis=0) * np.linalg.norm(signal)
    return np.divide(
        signal @ centered, lengths, out=np.zeros(len(lengths)), where=lengths > 1e-12
    )


def gradient_by_distance(model: nn.Module, ids: Tensor) -> np.ndarray:
    """Measure how far back a prediction's gradient reaches.

    The last token of each row is predicted from all the others. The gradient of its
    surprise by an input's embedding tells how much a small change of that input would
    matter, and how much training can teach about it.

    Parameters
    ----------
    model : Module
        With a table ``embedding`` that turns ids (B, T) into (B, T, E). It may also be
        given (B, T, W), for each place the window that ends there, the latest token
        first, as the feed-forward model of chapter 6 does.
    ids : integer Tensor of shape (B, T + 1)
        T inputs and, last, the token to predict.

    Returns
    -------
    float64 array of shape (T,)
        Entry k: length of the gradient (in nats) by the input k steps before the last
        one, on average over the rows.

    Raises
    ------
    ValueError
        If ids is not (B, T + 1) with T >= 1, or the model's embedding differs.
    """
    import torch
    from torch.nn.functional import cross_entropy

    ids = _demand_ids(model, ids, 2)
    inputs, target, seen = ids[:, :-1], ids[:, -1], []

    def keep(module, arguments, output):
        seen.append((arguments[0], output.detach().requires_grad_()))
        return seen[-1][1]

    hook = model.embedding.register_forward_hook(keep)
    try:
        with evaluating(model), torch.enable_grad():
            logits, _ = model(inputs, None)
            loss = cross_entropy(logits[:, -1], target, reduction="sum")
            if len(seen) != 1 or seen[0][0].shape[:2] != inputs.shape:
                raise ValueError("the model must embed ids (B, T) at once, all of them")
            words, embedded = seen[0]
            (gradient,) = torch.autograd.grad(loss, embedded)  # a row's loss is its own
    finally:
        hook.remove()
    lengths = gradient.double().norm(dim=-1)  # (B, T) or (B, T, W)
    if lengths.ndim == 3:
        lengths = _of_inputs(lengths, words, inputs)
    return lengths.flip(1).mean(0).cpu().numpy()


def _of_inputs(lengths: Tensor, words: Tensor, inputs: Tensor) -> Tensor:
    """Turn lengths by word of a window (B, T, W) into lengths by input (B, T)."""
    T = inputs.shape[1]
    found = lengths.new_zeros(inputs.shape)
    for k in range(min(lengths.shape[2], T)):  # the last place sees the last window
        real = words[:, -1, k] == inputs[:, T - 1 - k]  # not what stands for no word
        found[:, T - 1 - k] = lengths[:, -1, k] * real
    return found


def _demand_ids(model: nn.Module, ids: Any, ndim: int) -> Tensor:
    import torch

    ids = torch.as_tensor(ids, device=next(model.parameters()).device)
    if ids.ndim != ndim or ids.shape[-1] < ndim or ids.is_floating_point():
        wanted = "(T,) with T >= 1" if ndim == 1 else "(B, T + 1) with T >= 1"
        raise ValueError(f"ids must be integers {wanted}, got {tuple(ids.shape)}")
    return ids


def _demand_trace(values: np.ndarray, along: Sequence) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or len(values) != len(along):
        raise ValueError(
            f"values must be (T, H), a row for each of {len(along)} tokens, got "
            f"{values.shape}"
        )
    return values
