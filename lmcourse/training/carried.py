"""The state that goes from batch to batch: cut off, split by rows, put together.

A state may be a Tensor with a row for each row of the batch, None, or tuples of these,
nested; a NamedTuple stays one (chapters 6 to 9).

Source: truncated backpropagation from Williams & Peng (1990),
doi:10.1162/neco.1990.2.4.490.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from lmcourse import validate
from lmcourse.batches import Batch

State = Any  # a Tensor, None, or tuples of them


def detach(state: State) -> State:
    """Keep the numbers of a state, and forget how they came about.

    Without this, the backward pass of each batch would run on through all the batches
    before it.
    """
    return _apply(Tensor.detach, state)


def zeros_like(state: State) -> State:
    """Return a state of the same shape with zeros for numbers."""
    return _apply(torch.zeros_like, state)


def split(batch: Batch, state: State, parts: int) -> list[tuple[Batch, State]]:
    """Split a batch and its state by rows, as evenly as they go.

    Parameters
    ----------
    batch : Batch
        Or another NamedTuple whose Tensors have a row for each text.
    state : Tensor, None, or tuples of them
    parts : int
        More than there are rows give one row each.

    Returns
    -------
    list of (batch, state)

    Raises
    ------
    ValueError
        If a Tensor has not a row for each row of the batch, the state is something
        else, or parts is no positive integer.
    """
    if validate.positive_int("parts", parts) == 1:
        return [(batch, state)]
    size = len(batch.inputs)
    edges = [size * n // parts for n in range(parts + 1)]

    def take(tensor: Tensor, rows: slice) -> Tensor:
        if not tensor.ndim or len(tensor) != size:
            raise ValueError(
                f"the batch has {size} rows, so a Tensor beside it must have {size}, "
                f"too, to be split into parts; got {tuple(tensor.shape)}"
            )
        return tensor[rows]

    found = []
    for start, stop in itertools.pairwise(edges):
        if start < stop:
            rows = slice(start, stop)
            fields = (take(f, rows) if isinstance(f, Tensor) else f for f in batch)
            found.append(
                (type(batch)(*fields), _apply(lambda t, r=rows: take(t, r), state))
            )
    return found


def joined(states: Sequence[State]) -> State:
    """Put the rows of states together again."""
    first = states[0]
    if len(states) == 1 or first is None:
        return first
    if isinstance(first, Tensor):
        return torch.cat(list(states))
    return _like(first, [joined(parts) for parts in zip(*states, strict=True)])


def _apply(function: Callable[[Tensor], Tensor], state: State) -> State:
    if state is None:
        return None
    if isinstance(state, Tensor):
        return function(state)
    if not isinstance(state, tuple | list):
        raise ValueError(
            f"a state is a Tensor, None, or tuples of them, got {type(state).__name__}"
        )
    return _like(state, [_apply(function, part) for part in state])


def _like(old: tuple, parts: list) -> tuple:
    """Make a tuple of the same kind."""
    return type(old)(*parts) if hasattr(old, "_fields") else tuple(parts)
