"""Recurrent networks: simple, LSTM and GRU steps, and language models (chapters 7, 8).

A *step* is the whole idea of each network: it takes one input and the state, and
returns the next state. The classes below only own the parameters and repeat the step
over time, so any function with the same signature can stand in for it.

Each step has two halves. What the input has to say, ``x @ W.T + b``, can be computed
for all times at once, before anything is remembered; ``*_cell`` is the rest, which must
wait for the state. `unroll` uses that to save a third of the time of the loop.

Shape letters: B batch, T time, V vocabulary, E embedding, H hidden, G blocks of H rows
that a step stacks in its matrices (1, 4 for the LSTM, 3 for the GRU).

Sources: simple recurrence from Elman (1990), doi:10.1207/s15516709cog1402_1; LSTM from
Hochreiter & Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735, with the forget gate of
Gers, Schmidhuber & Cummins (2000), doi:10.1162/089976600300015015; GRU from Cho et al.
(2014), arXiv:1406.1078; dropout between layers only from Zaremba, Sutskever & Vinyals
(2014), arXiv:1409.2329; tied embeddings from Press & Wolf (2017), arXiv:1608.05859, and
Inan, Khosravi & Socher (2017), arXiv:1611.01462.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from lmcourse import validate

# --- the steps ------------------------------------------------------------------------


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
        If ``U`` is not (H, H).
    """
    return rnn_cell(x @ W.T + b, h, U)


def rnn_cell(a: Tensor, h: Tensor, U: Tensor) -> Tensor:
    """Finish a simple step, given the input's share ``a`` of shape (B, H)."""
    _demand_stack(U, h.shape[1], 1)
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
        If ``U`` does not stack four blocks of H rows.
    """
    return lstm_cell(x @ W.T + b, state, U)


def lstm_cell(a: Tensor, state: LSTMState, U: Tensor) -> LSTMState:
    """Finish an LSTM step, given the input's share ``a`` of shape (B, 4H)."""
    h, c = state
    _demand_stack(U, h.shape[1], 4)
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
        If ``U`` does not stack three blocks of H rows.

    Notes
    -----
    The update gate z is that of Cho et al. (2014), equation 7: 1 keeps the old. Chung
    et al. (2014), arXiv:1412.3555, and many tutorials call 1 - z what is z here.
    """
    return gru_cell(x @ W.T + b, h, U, c)


def gru_cell(a: Tensor, h: Tensor, U: Tensor, c: Tensor) -> Tensor:
    """Finish a GRU step, given the input's share ``a`` of shape (B, 3H)."""
    H = h.shape[1]
    _demand_stack(U, H, 3)
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
    H = h.shape[1]
    _demand_stack(U, H, 3)
    a = x @ W.T + b
    r, z = (a[:, : 2 * H] + h @ U[: 2 * H].T).sigmoid().chunk(2, dim=1)
    n = (a[:, 2 * H :] + (r * h) @ U[2 * H :].T + c).tanh()
    return n + z * (h - n)


def _demand_stack(U: Tensor, H: int, blocks: int) -> None:
    if U.shape != (blocks * H, H):
        rows = f"{blocks}H" if blocks > 1 else "H"
        raise ValueError(f"U must be ({rows}, H) with H = {H}, got {tuple(U.shape)}")


# --- over time ------------------------------------------------------------------------

# step -> what is left of it once the input's share is known for all times
CELLS: dict[Callable, Callable] = {
    rnn_step: rnn_cell,
    lstm_step: lstm_cell,
    gru_step: gru_cell,
}


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
    if step in CELLS:
        W, U, b, *rest = weights
        x, step, arguments = linear(x, W, b), CELLS[step], (U, *rest)
    times = range(x.shape[1])
    inputs, hidden = x.unbind(dim=1), [x.new_empty(0)] * x.shape[1]
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

    def forward(
        self,
        x: Tensor,
        state: Any = None,
        *,
        mask: Tensor | None = None,
        reverse: bool = False,
    ) -> tuple[Tensor, Any]:
        """Run over (B, T, E); see `unroll`. Zeros are the state if none is given."""
        state = self.initial_state(len(x)) if state is None else state
        return unroll(
            self.step, x, state, self.weights, mask=mask, reverse=reverse
        )


class LSTMLayer(RecurrentLayer):
    """A layer of long short-term memory."""

    blocks = 4

    def __init__(self, input_dim: int, hidden_dim: int, step: Callable = lstm_step):
        super().__init__(input_dim, hidden_dim, step)
        # Remember by default: forget bias 1, Jozefowicz et al. (2015).
        nn.init.ones_(self.b[hidden_dim : 2 * hidden_dim])

    def initial_state(self, batch_size: int) -> LSTMState:
        """Return the state before the first step: zeros."""
        zeros = super().initial_state(batch_size)
        return LSTMState(zeros, zeros)


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


# --- language models ------------------------------------------------------------------


class RNNLanguageModel(nn.Module):
    """Score the next token from all the previous ones.

    Parameters
    ----------
    vocab_size, embed_dim, hidden_dim : int
    num_layers : int
        Each reads what the one below it shows.
    dropout : float
        Share of numbers set to zero on the way up, never from one time to the next:
        before each layer and before the output (Zaremba et al. 2014, section 3.1).
    tied : bool
        Whether the table of embeddings is the output's table, too; then ``embed_dim``
        must be ``hidden_dim``.
    step : callable, optional
        The recurrence: pass your own from the exercise to train with it.
    """

    layer: type[RecurrentLayer] = RecurrentLayer

    def __init__(
        self,
        vocab_size: int,
        embed_dim: int,
        hidden_dim: int,
        *,
        num_layers: int = 1,
        dropout: float = 0.0,
        tied: bool = False,
        step: Callable | None = None,
    ):
        super().__init__()
        validate.positive_int("vocab_size", vocab_size)
        validate.positive_int("embed_dim", embed_dim)
        validate.positive_int("num_layers", num_layers)
        validate.probability("dropout", dropout)
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        chosen = {} if step is None else {"step": step}
        self.layers = nn.ModuleList(
            self.layer(embed_dim if n == 0 else hidden_dim, hidden_dim, **chosen)
            for n in range(num_layers)
        )
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden_dim, vocab_size)
        nn.init.zeros_(self.output.bias)
        if tied:
            if embed_dim != hidden_dim:
                raise ValueError(
                    "tied embeddings need embed_dim == hidden_dim, got "
                    f"{embed_dim} and {hidden_dim}"
                )
            nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
            self.output.weight = self.embedding.weight

    def forward(
        self, ids: Tensor, state: tuple | None = None
    ) -> tuple[Tensor, tuple]:
        """Score every next token of a stretch of text.

        Parameters
        ----------
        ids : integer Tensor of shape (B, T), T >= 1
        state : tuple with an entry per layer, optional
            Where the previous stretch of the same text ended; zeros if omitted.

        Returns
        -------
        logits : Tensor of shape (B, T, V)
            ``logits[:, t]`` has seen ``ids[:, : t + 1]`` only and scores token t + 1.
        state : tuple with an entry per layer

        Raises
        ------
        ValueError
            If ``ids`` is not (B, T) with T >= 1.
        """
        if ids.ndim != 2 or ids.shape[1] == 0:
            raise ValueError(f"ids must be (B, T) with T >= 1, got {tuple(ids.shape)}")
        state = (None,) * len(self.layers) if state is None else state
        x, after = self.embedding(ids), []  # (B, T) -> (B, T, E)
        for layer, before in zip(self.layers, state, strict=True):
            x, last = layer(self.dropout(x), before)  # -> (B, T, H)
            after.append(last)
        return self.output(self.dropout(x)), tuple(after)  # (B, T, H) -> (B, T, V)


class LSTMLanguageModel(RNNLanguageModel):
    """Score the next token with layers of long short-term memory."""

    layer = LSTMLayer


class GRULanguageModel(RNNLanguageModel):
    """Score the next token with layers of gated recurrent units."""

    layer = GRULayer
