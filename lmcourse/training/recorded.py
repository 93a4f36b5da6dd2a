"""A loss that a GPU replays as one recording, for models that wait for their launches.

A recurrent network is thousands of small kernels in a row, and starting one from Python
takes longer than running it. A CUDA graph records them once, forward and backward, and
starts them all together from then on.

Source: PyTorch's notes on CUDA graphs, ``torch.cuda.make_graphed_callables``.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lmcourse.batches import Batch
from lmcourse.training.carried import State, zeros_like
from lmcourse.training.loop import next_token_loss


def captured(
    model: nn.Module,
    batch: Batch,
    loss: Callable[..., tuple[Tensor, State]] = next_token_loss,
) -> Callable[..., tuple[Tensor, State]]:
    """Record a loss, to be given to `train` in its place.

    Parameters
    ----------
    model : Module
        On a GPU.
    batch : Batch
        One like those to come: what is recorded fits this shape only.
    loss : callable
        As in `train`; it may read no number back from the GPU.

    Returns
    -------
    callable
        Takes what ``loss`` takes and returns the same, to rounding. Where a text
        begins, a model that does not begin with a state of zeros is computed and not
        replayed.

    Raises
    ------
    ValueError
        If the batch is not on a GPU; later, if a batch has another shape.
    """
    _demand_gpu(batch)
    model.eval()
    with torch.no_grad():
        plain, state = loss(model, batch, None)
        zeros = zeros_like(state)
        from_zeros = torch.isclose(plain, loss(model, batch, zeros)[0]).item()
    model.train()
    recorded = torch.cuda.make_graphed_callables(
        _Whole(model, loss),  # what follows is overwritten by each batch
        (batch.inputs.clone(), batch.targets.clone(), zeros_like(zeros)),
    )
    shape = batch.inputs.shape

    def replay(model: nn.Module, batch: Batch, state: State) -> tuple[Tensor, State]:
        if model is not recorded.model or not model.training:
            raise ValueError("what was recorded is one model, in train() mode")
        if batch.inputs.shape != shape:
            raise ValueError(
                f"what was recorded takes a batch of shape {tuple(shape)}, got "
                f"{tuple(batch.inputs.shape)}"
            )
        if state is None and not from_zeros:
            return loss(model, batch, None)
        state = zeros if state is None else state
        return recorded(batch.inputs, batch.targets, state)

    return replay


def _demand_gpu(batch: Batch) -> None:
    if not batch.inputs.is_cuda:
        raise ValueError(
            f"only a GPU can replay a recording; the batch is on {batch.inputs.device}"
        )


class _Whole(nn.Module):
    """A model and its loss as one module from tensors to tensors."""

    def __init__(self, model: nn.Module, loss: Callable[..., tuple[Tensor, State]]):
        super().__init__()
        self.model, self.loss = model, loss

    def forward(
        self, inputs: Tensor, targets: Tensor, state: State
    ) -> tuple[Tensor, State]:
        return self.loss(self.model, Batch(inputs, targets, False), state)
