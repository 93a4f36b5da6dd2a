"""One step of each recurrent network: simple, LSTM, GRU (chapters 7 and 8).

A step takes one input and the state, and returns the next state. It has two halves:
what the input has to say, ``x @ W.T + b``, can be computed for all times at once,
before anything is remembered; ``*_cell`` is the rest, which must wait for the state.

Shape letters: B batch, E embedding, H hidden.

Sources: simple recurrence from Elman (1990), doi:10.1207/s15516709cog1402_1; LSTM from
Hochreiter & Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735, with the forget gate of
Gers, Schmidhuber & Cummins (2000), doi:10.1162/089976600300015015; GRU from Cho et al.
(2014), arXiv:1406.1078, equations 5 to 8.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from lmcourse import validate


def rnn_step(x: Tensor, h: Tensor, W: Tensor, U: Tensor, b: Tensor) -> Tensor:
    """Advance a simple recurrent network by one time step.

        h_t = tanh(W x_t + U h_{t-1} + b)

    Parameters
    ----------
    x : Tensor of shape (B, E)
    h : Tensor of shape (B, H), left as it was
    W, U, b : Tensors of shape (H, E), (H, H), (H,)

    Returns
    -------
    Tensor of shape (B, H)

    Raises
    ------
    ValueError
        If ``U`` is not (H, H), or input and state do not go together.
    """
    return rnn_cell(_share(x, W, b), h, U)


def rnn_cell(a: Tensor, h: Tensor, U: Tensor) -> Tensor:
    """Finish a simple step, given the input's share ``a`` of shape (B, H)."""
    _demand_stack(a, h, U, 1)
    return torch.addmm(a, h, U.T).tanh()


class LSTMState(NamedTuple):
    """What an LSTM remembers between two steps."""

    h: Tensor  # (B, H)  the part the rest of the network sees
    c: Tensor  # (B, H)  the memory; only the gates touch it


def lstm_step(
    x: Tensor, state: LSTMState, W: Tensor, U: Tensor, b: Tensor
) -> LSTMState:
    """Advance a long short-term memory by one time step.

        i, f, o = sigmoid(W x_t + U h_{t-1} + b)      a block of rows for each
        g       = tanh   (W x_t + U h_{t-1} + b)
        c_t     = f * c_{t-1} + i * g
        h_t     = o * tanh(c_t)

    Parameters
    ----------
    x : Tensor of shape (B, E)
    state : LSTMState of two Tensors of shape (B, H), left as they were
    W, U, b : Tensors of shape (4H, E), (4H, H), (4H,)
        Four blocks in the order of ``torch.nn.LSTMCell``: i, f, g, o.

    Returns
    -------
    LSTMState of two new Tensors of shape (B, H)

    Raises
    ------
    ValueError
        If ``U`` does not stack four blocks of H rows, or input and state do not go
        together.
    """
    return lstm_cell(_share(x, W, b), state, U)


def lstm_cell(a: Tensor, state: LSTMState, U: Tensor) -> LSTMState:
    """Finish an LSTM step, given the input's share ``a`` of shape (B, 4H)."""
    h, c = state
    _demand_stack(a, h, U, 4)
    validate.shape("c", c, *h.shape)
    i, f, g, o = torch.addmm(a, h, U.T).chunk(4, dim=1)  # (B, 4H) -> 4 x (B, H)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()  # (B, H)  keep the old, write the new
    return LSTMState(h=o.sigmoid() * c.tanh(), c=c)


def gru_step(
    x: Tensor, h: Tensor, W: Tensor, U: Tensor, b: Tensor, c: Tensor
) -> Tensor:
    """Advance a gated recurrent unit by one time step, as PyTorch defines it.

        r, z = sigmoid(W x_t + U h_{t-1} + b)         a block of rows for each
        n    = tanh(W x_t + b + r * (U h_{t-1} + c))  the reset gate acts after U
        h_t  = (1 - z) * n + z * h_{t-1}

    Parameters
    ----------
    x : Tensor of shape (B, E)
    h : Tensor of shape (B, H), left as it was
    W, U, b, c : Tensors of shape (3H, E), (3H, H), (3H,), (H,)
        Three blocks in the order of ``torch.nn.GRUCell``: r, z, n. ``c`` is the bias
        that the reset gate multiplies, too.

    Returns
    -------
    Tensor of shape (B, H)

    Raises
    ------
    ValueError
        If ``U`` does not stack three blocks of H rows, or input and state do not go
        together.

    Notes
    -----
    The update gate z is that of Cho et al. (2014), equation 7: 1 keeps the old. Chung
    et al. (2014), arXiv:1412.3555, and many tutorials call 1 - z what is z here.
    """
    return gru_cell(_share(x, W, b), h, U, c)


def gru_cell(a: Tensor, h: Tensor, U: Tensor, c: Tensor) -> Tensor:
    """Finish a GRU step, given the input's share ``a`` of shape (B, 3H)."""
    H = h.shape[1]
    _demand_stack(a, h, U, 3)
    validate.shape("c", c, H)
    u = h @ U.T  # (B, 3H)
    r, z = (a[:, : 2 * H] + u[:, : 2 * H]).sigmoid().chunk(2, dim=1)
    n = (a[:, 2 * H :] + r * (u[:, 2 * H :] + c)).tanh()
    return n + z * (h - n)


def gru_step_of_the_paper(
    x: Tensor, h: Tensor, W: Tensor, U: Tensor, b: Tensor, c: Tensor
) -> Tensor:
    """Advance a GRU whose reset gate acts before the matrix; else as ``gru_step``.

        n = tanh(W x_t + U (r * h_{t-1}) + b)         equation 8 of Cho et al. (2014)

    Parameters and errors are those of ``gru_step``; ``c`` is just another bias here.
    """
    H, a = h.shape[1], _share(x, W, b)
    _demand_stack(a, h, U, 3)
    validate.shape("c", c, H)
    r, z = (a[:, : 2 * H] + h @ U[: 2 * H].T).sigmoid().chunk(2, dim=1)
    n = (a[:, 2 * H :] + (r * h) @ U[2 * H :].T + c).tanh()
    return n + z * (h - n)


def _share(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Return the input's share W x + b, of shapes that PyTorch need not stretch."""
    validate.shape("x", x, len(x), W.shape[1])
    validate.shape("b", b, len(W))
    return x @ W.T + b


def _demand_stack(a: Tensor, h: Tensor, U: Tensor, blocks: int) -> None:
    """Refuse what PyTorch would stretch, or would only fail at much later."""
    B, H = h.shape
    rows = f"{blocks}H" if blocks > 1 else "H"
    if U.shape != (blocks * H, H):
        raise ValueError(f"U must be ({rows}, H) with H = {H}, got {tuple(U.shape)}")
    if a.shape != (B, blocks * H):
        raise ValueError(
            f"W x + b must be (B, {rows}) with B = {B} and H = {H}, as in the state, "
            f"got {tuple(a.shape)}"
        )


def cell_of(step: Callable) -> Callable | None:
    """Return what is left of a step once the input's share is known for all times.

    None for a step that is not of this file.
    """
    halves = (rnn_step, rnn_cell), (lstm_step, lstm_cell), (gru_step, gru_cell)
    return next((cell for whole, cell in halves if whole is step), None)
