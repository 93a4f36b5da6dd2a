"""Train word vectors: a loop to read, and a class for millions of words (chapter 4).

``train_pairs`` is the method as the papers tell it, a pair of words at a time, with any
loss. `Word2Vec` does the same to whole stretches of text at once, see ``blocks`` and
``outputs``: a row of the input table moves as all the pairs of a batch want it to.

Sources: Mikolov et al. (2013a), arXiv:1301.3781; Mikolov et al. (2013b),
arXiv:1310.4546; learning rate, window and minimal count as in their word2vec.c.

Shape letters: P pairs, V words, E embedding size, B blocks of a batch, T centers of a
block, S places of a block, K negatives a pair.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np
import torch
from torch import Tensor

from lmcourse import validate
from lmcourse.vectors import WordVectors
from lmcourse.word2vec.blocks import BLOCKS, CENTERS, Block, blocks, encode
from lmcourse.word2vec.losses import negative_sampling_loss
from lmcourse.word2vec.outputs import (
    FullSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    damp,
)
from lmcourse.word2vec.windows import (
    keep_probability,
    linear_decay,
    negative_samples,
    noise_distribution,
)

_MEASURE_EVERY = 20  # batches, since a loss takes as long as a third of a step


def train_pairs(
    centers: Sequence[int],
    contexts: Sequence[int],
    size: int,
    dim: int = 20,
    *,
    loss: Callable[[Tensor, Tensor, Tensor], Tensor] = negative_sampling_loss,
    negatives: int = 5,
    epochs: int = 10,
    batch: int = 64,
    lr: float = 0.1,
    seed: int = 0,
) -> tuple[Tensor, Tensor, list[float]]:
    """Learn from pairs of words, with any loss; autograd finds the gradients.

    Parameters
    ----------
    centers, contexts : sequence of P int
        As ``skipgram_pairs`` returns them, in any order.
    size : int
        V, the number of words.
    dim : int
        E.
    loss : callable
        ``loss(v, u, n)`` as `negative_sampling_loss`, or yours.
    negatives, epochs, batch : int
    lr : float
        In the first epoch; from one to the next it falls, in a straight line that would
        end at a 250th after the last.
    seed : int

    Returns
    -------
    V, U : Tensor of shape (V, E)
        Input and output vectors.
    losses : list of float
        The mean loss of each epoch, in the unit of ``loss``.

    Raises
    ------
    ValueError
        If there are no pairs, or an argument is out of range.
    """
    numbers = {"size": size, "dim": dim, "negatives": negatives}
    for name, value in {**numbers, "epochs": epochs, "batch": batch}.items():
        validate.positive_int(name, value)
    validate.number("lr", lr, above=0)
    validate.positive_int("seed", seed, minimum=0)
    center, context = _pairs(centers, contexts, size)
    rng = np.random.default_rng(seed)
    noise = noise_distribution(np.bincount(context, minlength=size))
    V = torch.from_numpy((rng.random((size, dim)) - 0.5) / dim).requires_grad_()
    U = torch.zeros(size, dim, dtype=V.dtype, requires_grad=True)
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for some in torch.from_numpy(rng.permutation(len(center))).split(batch):
            u = rng.random((len(some), negatives))
            n = torch.from_numpy(negative_samples(noise, context[some].numpy(), u))
            each = loss(V[center[some]], U[context[some]], U[n])
            V.grad = U.grad = None
            each.sum().backward()
            with torch.no_grad():
                rate = linear_decay(epoch, epochs, lr, lr / 250)
                V -= rate * V.grad
                U -= rate * U.grad
            total += each.sum().item()
        losses.append(total / len(center))
    return V.detach(), U.detach(), losses


def _pairs(centers, contexts, size: int) -> tuple[Tensor, Tensor]:
    center, context = np.asarray(centers), np.asarray(contexts)
    if center.ndim != 1 or center.shape != context.shape or not len(center):
        raise ValueError(
            "centers and contexts must be two lists of one length, not empty; got the "
            f"shapes {center.shape} and {context.shape}"
        )
    both = np.stack([center, context])
    if both.dtype.kind not in "iu" or not 0 <= both.min() <= both.max() < size:
        raise ValueError(
            f"centers and contexts must be integers from 0 to {size - 1}, got "
            f"{both.dtype} from {both.min()} to {both.max()}"
        )
    return tuple(torch.from_numpy(both.astype(np.int64)))


class WordTable:
    """Input vectors, one row a word; FastText has another kind.

    Parameters
    ----------
    words : sequence of V str
    dim : int
    generator : torch Generator
        Rows start within half of 1 / dim around 0, as in word2vec.c.
    """

    def __init__(self, words: Sequence[str], dim: int, generator: torch.Generator):
        self.weight = (torch.rand(len(words), dim, generator=generator) - 0.5) / dim

    def lookup(self, ids: Tensor) -> Tensor:
        """Return the vectors of words: (N,) -> (N, E)."""
        return self.weight.index_select(0, ids)  # faster than weight[ids]

    def update_(self, ids: Tensor, change: Tensor) -> None:
        """Add to the vectors of words, (N,) and (N, E), in place; ids may repeat."""
        self.weight.index_add_(0, ids, change)

    def all(self) -> Tensor:
        """Return the vectors of all words, (V, E)."""
        return self.weight


class Word2Vec:
    """Word vectors from text: skip-gram or CBOW, with one of three outputs.

    Parameters
    ----------
    dim : int
        E.
    window : int
        The farthest context; each center draws its own, from 1 to this.
    negatives : int
        Noise words for each pair.
    model : {"skipgram", "cbow"}
        Predict the words around from the one in the middle, or the other way round.
    output : {"negative", "hierarchical", "softmax"}
        Negative sampling, Huffman tree, or the whole vocabulary.
    threshold : float, optional
        Of subsampling, see ``keep_probability``; None keeps every word.
    min_count : int
        Rarer words are left out of the text.
    epochs : int
    lr : float, optional
        At the start; it falls in a straight line to a 250th. If omitted, 0.05 for
        skip-gram and 0.25 for CBOW, which shares each step among the words of a window.
    table : callable
        ``table(words, dim, generator)`` makes the input vectors; see `WordTable`.
    seed : int

    Attributes
    ----------
    words : list of V str
        The most frequent first.
    counts : ndarray of shape (V,)
    input, output : what was trained
    losses : list of (float, float)
        Every few batches, the share of the training done (0 to 1) and the mean loss of
        a pair, in nats.

    Examples
    --------
    >>> model = Word2Vec(dim=4, epochs=1).fit([["a", "b", "a", "c"]])
    >>> model.vectors
    WordVectors: 3 words x 4: a b c ...
    """

    def __init__(
        self,
        dim: int = 100,
        window: int = 5,
        negatives: int = 5,
        *,
        model: str = "skipgram",
        output: str = "negative",
        threshold: float | None = 1e-3,
        min_count: int = 1,
        epochs: int = 5,
        lr: float | None = None,
        table: Callable = WordTable,
        seed: int = 0,
    ):
        self.dim = validate.positive_int("dim", dim)
        self.window = validate.positive_int("window", window)
        self.negatives = validate.positive_int("negatives", negatives)
        self.model = validate.one_of("model", model, ("skipgram", "cbow"))
        kinds = "negative", "hierarchical", "softmax"
        self.kind = validate.one_of("output", output, kinds)
        if threshold is not None:
            validate.number("threshold", threshold, above=0)
        self.threshold = threshold
        self.min_count = validate.positive_int("min_count", min_count)
        self.epochs = validate.positive_int("epochs", epochs)
        if lr is None:
            lr = 0.05 if model == "skipgram" else 0.25
        self.lr = validate.number("lr", lr, above=0)
        self.seed = validate.positive_int("seed", seed, minimum=0)
        self._table = table
        self.words: list[str] = []  # until fit
        self.losses: list[tuple[float, float]] = []

    def fit(self, sentences: Iterable[Sequence[str]], progress: bool = False):
        """Learn from sentences; call it again to start anew.

        Parameters
        ----------
        sentences : list of list of str
            No window reaches beyond the ends of one.
        progress : bool
            Whether to show a bar.

        Returns
        -------
        Word2Vec
            Itself.

        Raises
        ------
        ValueError
            If no two different words are left, or no two beside each other.
        """
        sentences = validate.sentences(sentences)
        words, counts = self._choose_words(sentences)
        ids, sentence = encode(sentences, words)
        if not (sentence[1:] == sentence[:-1]).any():
            raise ValueError("there must be two words in one sentence, found none")
        self.words, self.counts = words, counts
        rng = np.random.default_rng(self.seed)
        generator = torch.Generator().manual_seed(self.seed)
        self.input = self._table(self.words, self.dim, generator)
        self.output = self._output(rng)
        self.losses = []
        keep = self._keep_probability()
        with _bar(self.epochs * len(ids), progress) as bar:
            for epoch in range(self.epochs):
                kept = rng.random(len(ids)) < keep[ids]
                batches = -(-int(kept.sum()) // (BLOCKS * CENTERS))  # rounded up
                text = blocks(ids[kept], sentence[kept], self.window, rng)
                for number, block in enumerate(text):
                    step, steps = epoch * batches + number, self.epochs * batches
                    rate = linear_decay(step, steps, self.lr, self.lr / 250)
                    measure = number % _MEASURE_EVERY == 0
                    loss = self._step(block, rate, measure)
                    if measure:
                        self.losses.append((step / steps, loss))
                    bar.update(len(ids) / batches)
        return self

    @property
    def vectors(self) -> WordVectors:
        """The vectors of words as input, a copy; these are what one usually wants.

        Raises
        ------
        ValueError
            If ``fit`` has not been called.
        """
        self._require_fitted()
        return WordVectors(self.words, self.input.all().numpy())

    @property
    def output_vectors(self) -> WordVectors:
        """The vectors of words as what is predicted.

        Raises
        ------
        ValueError
            If ``fit`` has not been called, or the output is a tree, whose rows are
            no words.
        """
        self._require_fitted()
        if self.kind == "hierarchical":
            raise ValueError("the rows of a tree are its inner nodes, not words")
        return WordVectors(self.words, self.output.weight.numpy())

    def _require_fitted(self) -> None:
        if not self.words:
            raise ValueError("this model has seen no text yet: call fit first")

    def _choose_words(self, sentences: list[list[str]]) -> tuple[list, np.ndarray]:
        counts = Counter(chain.from_iterable(sentences))
        kept = [w for w in counts if counts[w] >= self.min_count]
        if len(kept) < 2:
            raise ValueError(
                f"there must be two different words that occur {self.min_count} times "
                f"or more, got {len(kept)} in {len(sentences)} sentences"
            )
        words = sorted(kept, key=lambda word: (-counts[word], word))
        return words, np.array([counts[word] for word in words])

    def _keep_probability(self) -> np.ndarray:
        """Return for each word how likely an occurrence stays in the text, (V,)."""
        if self.threshold is None:
            return np.ones(len(self.words))
        return keep_probability(self.counts, self.threshold)

    def _output(self, rng: np.random.Generator):
        if self.kind == "negative":
            return NegativeSampling(self.counts, self.dim, self.negatives, rng)
        tree = self.kind == "hierarchical"
        return (HierarchicalSoftmax if tree else FullSoftmax)(self.counts, self.dim)

    def _step(self, block: Block, lr: float, measure: bool) -> float:
        """Learn from one batch: predict, compare, move both tables.

        Returns the mean loss of a pair, in nats; 0 if not measured.
        """
        if self.model == "skipgram":
            given, targets, mask = block.centers, block.places, block.mask
            v = self._lookup(given)  # (B, T, E)
        else:  # the mean of a window's words predicts its center
            given, targets = block.places, block.centers
            around = block.mask.sum(2)  # (B, T) words in each window
            mean = block.mask / around.clamp(min=1)[..., None]
            v = mean @ self._lookup(given)  # (B, T, S) (B, S, E) -> (B, T, E)
            mask = torch.diag_embed(around.clamp(max=1))  # (B, T, T)
        change, pull, loss = self.output.step(v, targets, mask, lr, measure)
        if self.model == "cbow":  # back through the mean
            change, pull = mean.mT @ change, (mean.mT @ pull[..., None])[..., 0]
        move = damp(lr, change, given, pull, len(self.words))
        self.input.update_(given.flatten(), move.flatten(0, 1))
        return loss / max(1.0, mask.sum().item()) if measure else 0.0

    def _lookup(self, ids: Tensor) -> Tensor:
        return self.input.lookup(ids.flatten()).view(*ids.shape, self.dim)


def _bar(total: int, shown: bool):
    from tqdm.auto import tqdm

    return tqdm(total=total, disable=not shown, unit="word", unit_scale=True)
