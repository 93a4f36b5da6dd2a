"""Use a model without changing it: no dropout, and every part in its mode afterwards.

Whoever asks a model something, to score a text, to write one or to look inside, asks in
this way (chapters 6 to 15).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn


@contextmanager
def evaluating(model: nn.Module) -> Iterator[torch.device]:
    """Switch dropout off for a while, and yield the device that the model is on.

    Afterwards each module is in the mode it was in, also one that was switched by hand,
    and also if something went wrong in between. A model that holds no tensor at all is
    on the CPU.
    """
    import torch

    held = next(
        chain(model.parameters(), model.buffers()), torch.empty(0, device="cpu")
    )
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield held.device
    finally:
        for module, training in modes:
            module.training = training
