"""Let a model write: greedy, or by chance (from chapter 6 on).

Every model is asked the same way, ``next_logits(ids, state) -> (logits, state)``: here
are the next tokens, here is what you remembered; score what may follow, and tell what
to remember. So nothing is read twice, whether the state is a table of numbers or the
last two words. An n-gram model has ``next_logits`` as a method; `stepper` makes one of
a neural network. Nothing here loads torch by itself.

V vocabulary. The distributions are reshaped by ``lmcourse.sampling``.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lmcourse import sampling, validate
from lmcourse.quiet import evaluating

NextLogits = Callable[[Sequence[int], Any], tuple[Any, Any]]


def greedy(
    next_logits: NextLogits,
    prompt: Sequence[int],
    *,
    max_tokens: int = 100,
    stop: int | None = None,
) -> list[int]:
    """Write the likeliest token each time, the first one in a tie.

    Parameters
    ----------
    next_logits : callable
        Takes new ids (at least one) and a state, which is None at the beginning, and
        returns logits of shape (V,) and the next state.
    prompt : sequence of int
        What has been written so far; at least one token, such as ``</s>``.
    max_tokens : int
        How many to write at most.
    stop : int, optional
        The token after which to stop; it is not returned.

    Returns
    -------
    list of int
        The new tokens.
    """

    def choose(logits: Any) -> int:
        return int(probabilities(logits).argmax())

    return write(next_logits, prompt, choose, max_tokens, stop)


def sample(
    next_logits: NextLogits,
    prompt: Sequence[int],
    *,
    rng: np.random.Generator | int | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    max_tokens: int = 100,
    stop: int | None = None,
) -> list[int]:
    """Draw each token from the model's distribution, or from a reshaped one.

    Parameters
    ----------
    next_logits, prompt, max_tokens, stop
        As in `greedy`.
    rng : numpy.random.Generator or int, optional
        Where chance comes from; an int is a seed.
    temperature, top_k, top_p
        See ``lmcourse.sampling.reshape``.

    Returns
    -------
    list of int
        The new tokens.
    """
    rng = np.random.default_rng(rng)

    def choose(logits: Any) -> int:
        p = sampling.reshape(probabilities(logits), temperature, top_k, top_p)
        return sampling.draw(p, rng)

    return write(next_logits, prompt, choose, max_tokens, stop)


def write(
    next_logits: NextLogits,
    prompt: Sequence[int],
    choose: Callable[[Any], int],
    max_tokens: int,
    stop: int | None,
) -> list[int]:
    """Write token after token, each read once: the loop under `greedy` and `sample`.

    Parameters
    ----------
    next_logits, prompt, max_tokens, stop
        As in `greedy`.
    choose : callable
        Takes the logits and returns a token.

    Returns
    -------
    list of int
        The new tokens.
    """
    validate.positive_int("max_tokens", max_tokens)
    new, state, written = list(prompt), None, []
    if not new:
        raise ValueError("prompt is empty: give at least one id, such as that of </s>")
    while len(written) < max_tokens:
        logits, state = next_logits(new, state)
        token = choose(logits)
        if token == stop:
            break
        written.append(token)
        new = [token]  # all the rest is in the state
    return written


def probabilities(logits: Any) -> np.ndarray:
    """Turn logits into probabilities: a softmax in float64, without overflow.

    Parameters
    ----------
    logits : array or Tensor of shape (V,)
        Minus infinity is allowed, and gets probability 0.

    Returns
    -------
    float64 array of shape (V,)
    """
    if hasattr(logits, "detach"):  # a Tensor, of whatever precision and wherever
        logits = logits.detach().double().cpu()
    logits = np.asarray(logits, dtype=np.float64)
    if logits.ndim != 1 or not len(logits):
        raise ValueError(f"logits must have the shape (V,), got {logits.shape}")
    top = logits.max()
    if top == -np.inf:
        raise ValueError("every word has probability 0 here: there is none to choose")
    if not np.isfinite(top):
        raise ValueError("logits must hold a finite number, and neither nan nor +inf")
    weights = np.exp(logits - top)
    return weights / weights.sum()


def stepper(model: Any) -> NextLogits:
    """Make ``next_logits`` of a neural network that reads (B, T) and returns its state.

    Parameters
    ----------
    model : Module
        ``model(ids, state)`` returns logits (B, T, V) and a state. It is asked in
        ``eval()`` mode, without dropout, and left in the modes it was in.

    Returns
    -------
    callable
    """
    import torch

    device = next(model.parameters()).device

    @torch.no_grad()
    def next_logits(ids: Sequence[int], state: Any) -> tuple[np.ndarray, Any]:
        new = torch.tensor([list(ids)], dtype=torch.int64, device=device)  # (1, T)
        with evaluating(model):
            logits, state = model(new, state)
        return logits[0, -1].double().cpu().numpy(), state

    return next_logits
