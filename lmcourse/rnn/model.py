"""Recurrent language models: layers between two tables of words (chapters 7 and 8).

Shape letters: B batch, T time, V vocabulary, E embedding, H hidden.

Sources: Mikolov et al. (2010), "Recurrent neural network based language model";
dropout between layers only from Zaremba, Sutskever & Vinyals (2014), arXiv:1409.2329;
tied embeddings from Press & Wolf (2017), arXiv:1608.05859, and Inan, Khosravi & Socher
(2017), arXiv:1611.01462.
"""

from collections.abc import Callable

from torch import Tensor, nn

from lmcourse import validate
from lmcourse.rnn.layers import GRULayer, LSTMLayer, RecurrentLayer


class RNNLanguageModel(nn.Module):
    """Score the next token from all the previous ones.

    Parameters
    ----------
    vocab_size, embed_dim, hidden_dim : int
    num_layers : int
        Each reads what the one below it shows.
    dropout : float
        Share of numbers set to zero on the way up, never from one time to the next:
        before each layer and before the output (Zaremba et al. 2014, section 3.2).
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
        if tied and embed_dim != hidden_dim:
            raise ValueError(
                "tied embeddings need embed_dim == hidden_dim, got "
                f"{embed_dim} and {hidden_dim}"
            )
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
            nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
            self.output.weight = self.embedding.weight

    def forward(self, ids: Tensor, state: tuple | None = None) -> tuple[Tensor, tuple]:
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
            If ``ids`` is not (B, T) with T >= 1 or has an id without a word, or if the
            state is not of this model and batch.
        """
        validate.token_ids("ids", ids, self.embedding.num_embeddings)
        state = validate.per_layer("state", state, len(self.layers))
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
