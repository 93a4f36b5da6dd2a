"""What a trained model pays for a text (from chapter 6 on)."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad

from lmcourse import validate
from lmcourse.batches import padded

STRETCH = 64  # tokens of a long text that are read at once


def score(
    model: nn.Module,
    texts: Sequence[Sequence[int]],
    *,
    before: int = 1,
    rows: int = 64,
) -> list[Tensor]:
    """Return log2 P of every token of several texts, each read from its beginning.

    Parameters
    ----------
    model : Module
        As for `train`.
    texts : list of list of int
        Ids, each text with its end.
    before : int
        Id that stands before each beginning: that of ``</s>``.
    rows : int
        How many texts are read side by side.

    Returns
    -------
    list of float64 Tensor, one of shape (length,) for each text
    """
    validate.positive_int("rows", rows)
    found: list[Tensor] = [torch.empty(0)] * len(texts)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # little padding
    with _judging(model) as device:
        for start in range(0, len(order), rows):
            chosen = order[start : start + rows]
            inputs, targets, _ = padded([texts[i] for i in chosen], before)
            logits, _ = model(inputs.to(device), None)
            nats = cross_entropy(
                logits.flatten(0, 1), targets.flatten().to(device), reduction="none"
            )
            for i, row in zip(chosen, nats.view(targets.shape).cpu(), strict=True):
                found[i] = -row[: len(texts[i])].double() / math.log(2)
    return found


def bits_per_token(model: nn.Module, ids: Tensor, rows: int = 1) -> float:
    """Return the mean surprise of a long text, read in ``rows`` pieces side by side.

    Parameters
    ----------
    model : Module
    ids : int64 Tensor of shape (N,), N >= 2
        The first token is read only.
    rows : int
        1 reads it as one text, as benchmarks do; more are faster and lose the state
        at so many places.

    Returns
    -------
    float
    """
    if ids.ndim != 1 or len(ids) < 2:
        raise ValueError(f"ids must be (N,) with N >= 2, got {tuple(ids.shape)}")
    length = -(-(len(ids) - 1) // validate.positive_int("rows", rows))
    padding = rows * length + 1 - len(ids)
    inputs = pad(ids[:-1], (0, padding)).view(rows, length)
    targets = pad(ids[1:], (0, padding), value=-100).view(rows, length)
    total, state = 0.0, None
    with _judging(model) as device:
        for at in range(0, length, STRETCH):
            here = slice(at, at + STRETCH)
            logits, state = model(inputs[:, here].to(device), state)
            nats = cross_entropy(
                logits.flatten(0, 1),
                targets[:, here].flatten().to(device),
                ignore_index=-100,
                reduction="sum",
            )
            total += nats.item()
    return total / math.log(2) / (len(ids) - 1)


@contextmanager
def _judging(model: nn.Module) -> Iterator[torch.device]:
    """Read only: no dropout and no gradients; yield where the model is."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield next(model.parameters()).device
    finally:
        model.train(was_training)
