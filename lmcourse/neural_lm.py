"""Neural language models with a window: feed-forward and convolutional (chapter 6).

Both read the last few tokens and nothing else, so what they remember between two
stretches of a text is just these tokens; ``forward`` hands them on as its state, as the
recurrent models of chapter 7 do with theirs.

Shape letters: B batch, T time, V vocabulary, E embedding (the paper's m), H hidden (its
h), N order: a token is predicted from the N - 1 before it, K width of a convolution.

Sources: Bengio, Ducharme, Vincent & Jauvin (2003), "A neural probabilistic language
model", JMLR 3, equation 1; causal convolution as in van den Oord et al. (2016),
arXiv:1609.03499, with gates as in Dauphin et al. (2017), arXiv:1612.08083, equation 1.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lmcourse import validate


def bengio_scores(
    x: Tensor,
    H: Tensor,
    d: Tensor,
    U: Tensor,
    b: Tensor,
    W: Tensor | None = None,
) -> Tensor:
    """Score every word as the next one: y = b + W x + U tanh(d + H x).

    Parameters
    ----------
    x : Tensor of shape (..., (N - 1) E)
        The embeddings of the last N - 1 words side by side, the latest first.
    H, d : Tensors of shape (H, (N - 1) E), (H,)
    U, b : Tensors of shape (V, H), (V,)
    W : Tensor of shape (V, (N - 1) E), optional
        The direct connections; none if omitted.

    Returns
    -------
    Tensor of shape (..., V)
        Not yet probabilities: a softmax follows (Bengio et al. 2003, section 2).

    Raises
    ------
    ValueError
        If the shapes do not go together.
    """
    validate.shape("H", H, len(d), x.shape[-1])
    validate.shape("U", U, len(b), len(d))
    validate.shape("d", d, len(d))
    validate.shape("b", b, len(b))
    if W is not None:
        validate.shape("W", W, len(b), x.shape[-1])
    y = b + (d + x @ H.T).tanh() @ U.T
    return y if W is None else y + x @ W.T


class BengioLanguageModel(nn.Module):
    """The feed-forward language model of Bengio et al. (2003).

    Parameters
    ----------
    vocab_size : int
    order : int
        A token is predicted from the ``order - 1`` before it; at least 2.
    embed_dim, hidden_dim : int
    direct : bool
        Whether words are also connected to the output directly (the paper's W).
    start : int
        Id that stands before the beginning of a text: 1, ``</s>``, in a `Vocab`. Where
        it occurs a new text begins, and what came before it is not looked at.
    scores : callable
        The network: pass your own from the exercise to train with it.
    """

    def __init__(
        self,
        vocab_size: int,
        order: int,
        embed_dim: int,
        hidden_dim: int,
        *,
        direct: bool = False,
        start: int = 1,
        scores: Callable = bengio_scores,
    ):
        super().__init__()
        self.order = validate.positive_int("order", order, minimum=2)
        validate.positive_int("vocab_size", vocab_size)
        validate.positive_int("embed_dim", embed_dim)
        validate.positive_int("hidden_dim", hidden_dim)
        self.start = validate.positive_int("start", start, minimum=0)
        validate.number("start", start, at_most=vocab_size - 1)
        self.scores = scores
        width = (order - 1) * embed_dim
        self.embedding = nn.Embedding(vocab_size, embed_dim)  # the paper's C
        self.H = nn.Parameter(torch.empty(hidden_dim, width))
        self.d = nn.Parameter(torch.zeros(hidden_dim))
        self.U = nn.Parameter(torch.empty(vocab_size, hidden_dim))
        self.b = nn.Parameter(torch.zeros(vocab_size))
        for weight in (self.embedding.weight, self.H, self.U):  # all alike, as there
            nn.init.uniform_(
                weight, -(weight.shape[1] ** -0.5), weight.shape[1] ** -0.5
            )
        self.W = nn.Parameter(torch.zeros(vocab_size, width)) if direct else None

    def forward(
        self, ids: Tensor, state: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Score every next token of a stretch of text.

        Parameters
        ----------
        ids : integer Tensor of shape (B, T), T >= 1
        state : integer Tensor of shape (B, N - 2), optional
            The last tokens of the previous stretch of the same text.

        Returns
        -------
        logits : Tensor of shape (B, T, V)
            ``logits[:, t]`` scores token t + 1.
        state : integer Tensor of shape (B, N - 2)

        Raises
        ------
        ValueError
            If ``ids`` is not (B, T) with T >= 1 or has an id without a word, or if the
            state is not of this model and batch.
        """
        validate.token_ids("ids", ids, self.embedding.num_embeddings)
        if state is None:
            state = ids.new_full((len(ids), self.order - 2), self.start)
        validate.shape("state", state, len(ids), self.order - 2)
        if state.numel():
            validate.token_ids("state", state, self.embedding.num_embeddings)
        seen = torch.cat([state, ids], dim=1)  # (B, N - 2 + T)
        words = windows(seen, self.order - 1, self.start)  # (B, T, N - 1)
        x = self.embedding(words).flatten(2)  # (B, T, (N - 1) E)
        logits = self.scores(x, self.H, self.d, self.U, self.b, self.W)
        return logits, seen[:, seen.shape[1] - self.order + 2 :]


def windows(ids: Tensor, size: int, start: int) -> Tensor:
    """Return the window that ends at each token, the latest token first.

    Parameters
    ----------
    ids : integer Tensor of shape (B, size - 1 + T)
    size : int
    start : int
        Where this id occurs a new text begins: what is older becomes ``start``, too.

    Returns
    -------
    integer Tensor of shape (B, T, size)

    Raises
    ------
    ValueError
        If there are fewer than ``size`` ids in a row.
    """
    if ids.ndim != 2 or ids.shape[1] < validate.positive_int("size", size):
        raise ValueError(
            f"ids must be (B, size - 1 + T) with size = {size} and T >= 1, got "
            f"{tuple(ids.shape)}"
        )
    found = ids.unfold(1, size, 1).flip(2)  # (B, T, size)
    begun = (found == start).cumsum(2) > 0  # at the beginning, or before it
    return found.masked_fill(begun, start)


class CausalConv(nn.Module):
    """One gated convolution that sees the present and the past only.

        y_t = (w * x)_t  sigmoid((v * x)_t)      over x_{t-K+1}, ..., x_t

    Parameters
    ----------
    dim : int
        Numbers per token, in and out.
    width : int
        The K tokens that one output looks at; at least 2.
    dilation : int
        How far apart these tokens are.
    """

    def __init__(self, dim: int, width: int, dilation: int = 1):
        super().__init__()
        validate.positive_int("dim", dim)
        validate.positive_int("width", width, minimum=2)
        self.reach = (width - 1) * validate.positive_int("dilation", dilation)
        self.conv = nn.Conv1d(dim, 2 * dim, width, dilation=dilation)

    def forward(self, x: Tensor, past: Tensor | None) -> tuple[Tensor, Tensor]:
        """Map (B, D, T) to (B, D, T), with the ``reach`` columns that came before."""
        if past is None:
            past = x.new_zeros(*x.shape[:2], self.reach)
        validate.shape("past", past, *x.shape[:2], self.reach)
        x = torch.cat([past, x], dim=2)
        y = nn.functional.glu(self.conv(x), dim=1)  # half values, half gates
        return y, x[:, :, x.shape[2] - self.reach :]


class ConvLanguageModel(nn.Module):
    """Causal convolutions: Bengio's idea with a wider and cheaper window.

    Layer n looks at ``width`` tokens that lie ``width ** n`` apart, so the window grows
    by the factor ``width`` with each layer, and every layer adds what it finds to what
    is known so far.

    Parameters
    ----------
    vocab_size, embed_dim : int
    width : int
        Tokens that one convolution looks at.
    num_layers : int
    """

    def __init__(
        self, vocab_size: int, embed_dim: int, width: int = 2, num_layers: int = 4
    ):
        super().__init__()
        validate.positive_int("vocab_size", vocab_size)
        validate.positive_int("embed_dim", embed_dim)
        validate.positive_int("num_layers", num_layers)
        self.window = width**num_layers  # tokens, the latest included
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        nn.init.uniform_(self.embedding.weight, -(embed_dim**-0.5), embed_dim**-0.5)
        self.layers = nn.ModuleList(
            CausalConv(embed_dim, width, width**n) for n in range(num_layers)
        )
        self.output = nn.Linear(embed_dim, vocab_size)
        nn.init.zeros_(self.output.bias)

    def forward(self, ids: Tensor, state: tuple | None = None) -> tuple[Tensor, tuple]:
        """Score every next token; as ``BengioLanguageModel.forward``.

        The state has, for each layer, the columns that it will look back at.
        """
        validate.token_ids("ids", ids, self.embedding.num_embeddings)
        state = validate.per_layer("state", state, len(self.layers))
        x, after = self.embedding(ids).mT, []  # (B, T, E) -> (B, E, T)
        for layer, past in zip(self.layers, state, strict=True):
            y, last = layer(x, past)
            x = x + y
            after.append(last)
        return self.output(x.mT), tuple(after)  # (B, T, E) -> (B, T, V)
