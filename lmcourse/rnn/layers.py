"""Layers: the parameters of a step, and the step repeated over time (chapters 7, 8).

Shape letters: B batch, T time, E embedding, H hidden.

Sources: bidirectional networks from Schuster & Paliwal (1997), doi:10.1109/78.650093;
forget bias 1 from Jozefowicz, Zaremba & Sutskever (2015).
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from lmcourse import validate
from lmcourse.rnn.steps import LSTMState, cell_of, gru_step, lstm_step, rnn_step


def unroll(
    step: Callable,
    x: Tensor,
    state: Any,
    weights: tuple[Tensor, ...],
    *,
    mask: Tensor | None = None,
    reverse: bool = False,
) -> tuple[Tensor, Any]:
    """Repeat a step over time.

    Parameters
    ----------
    step : callable
        ``step(x, state, *weights)`` returns the next state.
    x : Tensor of shape (B, T, E)
    state : Tensor of shape (B, H), or LSTMState of two
    weights : tuple of Tensors
        The first is W, the third b.
    mask : bool Tensor of shape (B, T), optional
        False where there is only padding: the state stays, and the output is zero.
    reverse : bool
        From the last time to the first.

    Returns
    -------
    hidden : Tensor of shape (B, T, H)
        What the rest of the network sees, at each time.
    state
        After the last step.
    """
    arguments = weights
    if cell := cell_of(step):
        W, U, b, *rest = weights
        x, step, arguments = linear(x, W, b), cell, (U, *rest)
    times = range(x.shape[1])
    inputs, hidden = x.unbind(dim=1), [None] * x.shape[1]
    for t in reversed(times) if reverse else times:
        new = step(inputs[t], state, *arguments)
        state = new if mask is None else _where(mask[:, t, None], new, state)
        seen = state if isinstance(state, Tensor) else state[0]  # h comes first
        hidden[t] = seen if mask is None else seen * mask[:, t, None]
    return torch.stack(hidden, dim=1), state


def _where(mask: Tensor, new: Any, old: Any) -> Any:
    """Take the new state where there is a token, and keep the old one elsewhere."""
    if isinstance(new, Tensor):
        return torch.where(mask, new, old)
    return LSTMState(*(torch.where(mask, a, b) for a, b in zip(new, old, strict=True)))


class RecurrentLayer(nn.Module):
    """The parameters of one recurrent layer, and its step repeated over time.

    Parameters
    ----------
    input_dim, hidden_dim : int
    step : callable
        The recurrence: pass your own from the exercise to train with it.
    """

    blocks = 1  # of H rows in W, U and b

    def __init__(self, input_dim: int, hidden_dim: int, step: Callable = rnn_step):
        super().__init__()
        validate.positive_int("input_dim", input_dim)
        H = validate.positive_int("hidden_dim", hidden_dim)
        rows = self.blocks * H
        self.step = step
        self.W = nn.Parameter(torch.empty(rows, input_dim))
        self.U = nn.Parameter(torch.empty(rows, H))
        self.b = nn.Parameter(torch.zeros(rows))
        for weight in (self.W, self.U):  # as PyTorch's own layers begin
            nn.init.uniform_(weight, -(H**-0.5), H**-0.5)

    @property
    def weights(self) -> tuple[Tensor, ...]:
        """What the step is called with, after the input and the state."""
        return self.W, self.U, self.b

    def initial_state(self, batch_size: int) -> Any:
        """Return the state before the first step: zeros."""
        return self.U.new_zeros(batch_size, self.U.shape[1])

    def demand_state(self, state: Any, batch_size: int) -> Any:
        """Return a state if it has the right shape, and refuse it if not."""
        return validate.shape("state", state, batch_size, self.U.shape[1])

    def forward(
        self,
        x: Tensor,
        state: Any = None,
        *,
        mask: Tensor | None = None,
        reverse: bool = False,
    ) -> tuple[Tensor, Any]:
        """Run over (B, T, E); see `unroll`. Zeros are the state if none is given."""
        E = self.W.shape[1]
        if x.ndim != 3 or x.shape[1] == 0 or x.shape[2] != E:
            raise ValueError(
                f"x must be (B, T, E) with T >= 1 and E = {E}, got {tuple(x.shape)}"
            )
        if mask is not None and (mask.dtype, mask.shape) != (torch.bool, x.shape[:2]):
            raise ValueError(
                f"mask must be bool of shape {tuple(x.shape[:2])}, got {mask.dtype} of "
                f"shape {tuple(mask.shape)}"
            )
        if state is None:
            state = self.initial_state(len(x))
        state = self.demand_state(state, len(x))
        return unroll(self.step, x, state, self.weights, mask=mask, reverse=reverse)


class LSTMLayer(RecurrentLayer):
    """A layer of long short-term memory."""

    blocks = 4

    def __init__(self, input_dim: int, hidden_dim: int, step: Callable = lstm_step):
        super().__init__(input_dim, hidden_dim, step)
        with torch.no_grad():  # remember by default: Jozefowicz et al. (2015)
            self.b[hidden_dim : 2 * hidden_dim] = 1

    def initial_state(self, batch_size: int) -> LSTMState:
        """Return the state before the first step: zeros."""
        zeros = super().initial_state(batch_size)
        return LSTMState(zeros, zeros)

    def demand_state(self, state: Any, batch_size: int) -> LSTMState:
        """Return a state if it has the right shape, and refuse it if not."""
        if not isinstance(state, tuple) or len(state) != 2:
            raise ValueError(f"state must be an LSTMState (h, c), got {type(state)}")
        demand = super().demand_state
        return LSTMState(*(demand(part, batch_size) for part in state))


class GRULayer(RecurrentLayer):
    """A layer of gated recurrent units."""

    blocks = 3

    def __init__(self, input_dim: int, hidden_dim: int, step: Callable = gru_step):
        super().__init__(input_dim, hidden_dim, step)
        self.c = nn.Parameter(torch.zeros(hidden_dim))

    @property
    def weights(self) -> tuple[Tensor, ...]:
        """What the step is called with, after the input and the state."""
        return self.W, self.U, self.b, self.c


class Bidirectional(nn.Module):
    """Two layers over one text, the second from its end: each place sees all of it.

    No language model can be made of it, since it has seen what it should predict; an
    encoder can (chapter 9).

    Parameters
    ----------
    layer : type
        `RecurrentLayer`, `LSTMLayer` or `GRULayer`.
    input_dim, hidden_dim : int
    """

    def __init__(self, layer: type, input_dim: int, hidden_dim: int):
        super().__init__()
        self.forwards = layer(input_dim, hidden_dim)
        self.backwards = layer(input_dim, hidden_dim)

    def forward(
        self, x: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, tuple[Any, Any]]:
        """Run over (B, T, E) both ways.

        Returns
        -------
        hidden : Tensor of shape (B, T, 2H)
        states : tuple of two
            After the last token, and after the first one.
        """
        ahead, end = self.forwards(x, mask=mask)
        back, start = self.backwards(x, mask=mask, reverse=True)
        return torch.cat([ahead, back], dim=2), (end, start)
