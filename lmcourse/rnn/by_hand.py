"""Backpropagation through time, as one does it with a pencil (chapter 7).

Nothing here asks autograd for anything: the tests hold each number against it.

Shape letters: B batch, T time, E embedding, H hidden.

Sources: Werbos (1990), "Backpropagation through time: what it does and how to do it",
doi:10.1109/5.58337, section III; the product of Jacobians and its bound from Pascanu,
Mikolov & Bengio (2013), arXiv:1211.5063, section 2.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from lmcourse import validate
from lmcourse.rnn.steps import rnn_step


def rnn_forward(
    x: Tensor, h0: Tensor, W: Tensor, U: Tensor, b: Tensor
) -> tuple[Tensor, Tensor]:
    """Run a simple recurrent network over a text.

        h_t = tanh(W x_t + U h_{t-1} + b)                 t = 1 ... T

    Parameters
    ----------
    x : Tensor of shape (B, T, E)
    h0 : Tensor of shape (B, H)
        The state before the first token.
    W, U, b : Tensors of shape (H, E), (H, H), (H,)

    Returns
    -------
    hidden : Tensor of shape (B, T, H)
        h_1 to h_T.
    last : Tensor of shape (B, H)
        h_T, where the next stretch of the text goes on.
    """
    _demand_shapes(x, h0, W, U, b)
    h, hidden = h0, []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, W, U, b)
        hidden.append(h)
    return torch.stack(hidden, dim=1), h  # T x (B, H) -> (B, T, H)


class RNNGradients(NamedTuple):
    """The derivatives of a loss by all that went into a recurrent network."""

    W: Tensor  # (H, E)
    U: Tensor  # (H, H)
    b: Tensor  # (H,)
    h0: Tensor  # (B, H)  what a stretch before this one would have to go on with
    x: Tensor  # (B, T, E)


class StepGradients(NamedTuple):
    """The derivatives of a loss by all that went into one step."""

    W: Tensor  # (H, E)
    U: Tensor  # (H, H)
    b: Tensor  # (H,)
    h: Tensor  # (B, H)  by the state before the step
    x: Tensor  # (B, E)


def step_gradients(
    x: Tensor, h: Tensor, new: Tensor, W: Tensor, U: Tensor, dnew: Tensor
) -> StepGradients:
    """Go back through one step.

    With a_t = W x_t + U h_{t-1} + b, so that h_t = tanh(a_t), and d for the derivative
    of the loss by what follows it,

        da_t     = (1 - h_t^2) * dh_t                    tanh' written with tanh
        dW       = da_t x_t^T          db = da_t         summed over the batch
        dU       = da_t h_{t-1}^T                        the state before, not after
        dh_{t-1} = U^T da_t            dx_t = W^T da_t

    Parameters
    ----------
    x : Tensor of shape (B, E)
    h, new : Tensors of shape (B, H)
        The state before and after the step.
    W, U : Tensors of shape (H, E), (H, H)
    dnew : Tensor of shape (B, H)
        All that arrives at ``new``, from the loss and from later steps.

    Returns
    -------
    StepGradients
    """
    validate.shape("dnew", dnew, *new.shape)
    da = (1 - new**2) * dnew  # (B, H)
    return StepGradients(W=da.T @ x, U=da.T @ h, b=da.sum(dim=0), h=da @ U, x=da @ W)


def rnn_gradients(
    x: Tensor, h0: Tensor, W: Tensor, U: Tensor, b: Tensor, dh: Tensor
) -> RNNGradients:
    """Go back through a whole text: backpropagation through time.

    Two things arrive at h_t: what the loss of step t says directly, ``dh[:, t]``, and
    what all later steps say through h_{t+1}. With D_t for their sum and
    D_{T+1} = 0,

        da_t = (1 - h_t^2) * D_t                         t = T ... 1
        D_t  = dh_t + U^T da_{t+1}

    One W serves every step, so what the steps say about it is added up,

        dW = sum_t da_t x_t^T    dU = sum_t da_t h_{t-1}^T    db = sum_t da_t
        dh_0 = U^T da_1          dx_t = W^T da_t

    Parameters
    ----------
    x, h0, W, U, b
        As in `rnn_forward`.
    dh : Tensor of shape (B, T, H)
        The derivative of the loss by each hidden state *from outside*, as if the state
        fed nothing but its own output.

    Returns
    -------
    RNNGradients

    Notes
    -----
    A long text can be done stretch by stretch from its end, if what comes back as
    ``h0`` is added to the last ``dh`` of the stretch before: the sums are the same. To
    forget it instead is *truncated* backpropagation: the state crosses the border, the
    gradient does not.
    """
    _demand_shapes(x, h0, W, U, b)
    B, T, _ = x.shape
    validate.shape("dh", dh, B, T, len(U))
    hidden, _ = rnn_forward(x, h0, W, U, b)
    dW, dU, db = torch.zeros_like(W), torch.zeros_like(U), torch.zeros_like(b)
    dx, later = torch.zeros_like(x), torch.zeros_like(h0)
    for t in reversed(range(T)):
        before = hidden[:, t - 1] if t else h0
        of_step = step_gradients(x[:, t], before, hidden[:, t], W, U, dh[:, t] + later)
        dW, dU, db = dW + of_step.W, dU + of_step.U, db + of_step.b
        dx[:, t], later = of_step.x, of_step.h
    return RNNGradients(dW, dU, db, later, dx)


def gradient_lengths(hidden: Tensor, U: Tensor, dlast: Tensor) -> Tensor:
    """Measure a gradient on its way back from the last state.

        dh_{t-1} = U^T ((1 - h_t^2) * dh_t)

    Parameters
    ----------
    hidden : Tensor of shape (T, H)
        The states of one text.
    U : Tensor of shape (H, H)
    dlast : Tensor of shape (H,)
        The derivative of a loss by the last of them.

    Returns
    -------
    Tensor of shape (T,)
        The length of the derivative by the state k steps before the last, for k = 0 to
        T - 1.
    """
    validate.shape("dlast", dlast, len(U))
    validate.shape("hidden", hidden, max(1, len(hidden)), len(U))
    d, lengths = dlast, [dlast.norm()]
    for h in hidden.flip(0)[:-1]:
        d = ((1 - h**2) * d) @ U
        lengths.append(d.norm())
    return torch.stack(lengths)


def reach(U: Tensor, share: float) -> float:
    """Return after how many steps a gradient has shrunk to a share, whatever happens.

    tanh' is at most 1, so a step back multiplies a gradient's length by at most the
    largest singular value s of U, and k steps by at most s^k.

    Parameters
    ----------
    U : Tensor of shape (H, H)
    share : float
        Between 0 and 1.

    Returns
    -------
    float
        The smallest whole number k with s^k <= share; infinity if s is 1 or more, since
        then nothing is certain.
    """
    if validate.number("share", share, above=0) >= 1:
        raise ValueError(f"share must be below 1, got {share}")
    s = torch.linalg.matrix_norm(U, ord=2).item()
    if s >= 1 - len(U) * torch.finfo(U.dtype).eps:  # 1, but for rounding
        return math.inf
    k = math.ceil(math.log(share) / math.log(s)) if s else 1
    while k > 1 and s ** (k - 1) <= share:  # the logarithms are rounded
        k -= 1
    return float(k)


def _demand_shapes(x: Tensor, h0: Tensor, W: Tensor, U: Tensor, b: Tensor) -> None:
    if x.ndim != 3 or x.shape[1] == 0:
        raise ValueError(f"x must be (B, T, E) with T >= 1, got {tuple(x.shape)}")
    (B, _, E), H = x.shape, len(b)
    validate.shape("h0", h0, B, H)
    validate.shape("W", W, H, E)
    validate.shape("U", U, H, H)
    validate.shape("b", b, H)
