"""What a trained model pays for a text (from chapter 6 on)."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad

from lmcourse import validate
from lmcourse.batches import padded
from lmcourse.quiet import evaluating

_NONE = -100  # in place of a target where the text has ended
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

    Raises
    ------
    ValueError
        If a text is empty, or has an id without a word.
    """
    validate.positive_int("rows", rows)
    found: list[Tensor] = [torch.empty(0)] * len(texts)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # little padding
    with torch.no_grad(), evaluating(model) as device:
        for start in range(0, len(order), rows):
            chosen = order[start : start + rows]
            inputs, targets, _ = padded([texts[i] for i in chosen], before)
            logits, _ = model(inputs.to(device), None)
            validate.token_ids("texts", targets, logits.shape[2])
            nats = _surprise(logits, targets).cpu()
            for i, row in zip(chosen, nats, strict=True):
                found[i] = -row[: len(texts[i])].double() / math.log(2)
    return found


def bits_per_token(model: nn.Module, ids: Tensor, rows: int = 1) -> float:
    """Return the mean surprise of a long text, read in ``rows`` pieces side by side.

    Parameters
    ----------
    model : Module
    ids : integer Tensor of shape (N,), N >= 2
        The first token is read only.
    rows : int
        1 reads it as one text, as benchmarks do; more are faster and lose the state
        at so many places.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ids are too few or no integers, or one of them has no word.
    """
    if ids.ndim != 1 or len(ids) < 2:
        raise ValueError(f"ids must be (N,) with N >= 2, got {tuple(ids.shape)}")
    length = -(-(len(ids) - 1) // validate.positive_int("rows", rows))
    padding = rows * length + 1 - len(ids)
    inputs = pad(ids[:-1], (0, padding)).view(rows, length)
    targets = pad(ids[1:], (0, padding), value=_NONE).view(rows, length)
    total, state = 0.0, None
    with torch.no_grad(), evaluating(model) as device:
        for at in range(0, length, STRETCH):
            here = slice(at, at + STRETCH)
            logits, state = model(inputs[:, here].to(device), state)
            if at == 0:  # now it is known how many words there are
                validate.token_ids("ids", ids[None], logits.shape[2])
            total += _surprise(logits, targets[:, here]).double().sum().item()
    return total / math.log(2) / (len(ids) - 1)


def _surprise(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the nats of each target, (B, T) of (B, T, V); 0 where there is none.

    Half precision is enough for logits, and not for a sum over thousands of words.
    """
    wide = logits if logits.dtype == torch.float64 else logits.float()
    flat = targets.flatten().long().to(logits.device)
    nats = cross_entropy(wide.flatten(0, 1), flat, ignore_index=_NONE, reduction="none")
    return nats.view(targets.shape)
