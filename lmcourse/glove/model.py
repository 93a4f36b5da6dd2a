"""GloVe: word vectors from the logarithms of co-occurrence counts (chapter 5).

A regression: w . c + b_w + b_c should be log X for every pair that ever met, and
frequent pairs matter more. There is no sigmoid in it and no softmax, and a pair that
never met takes no part.

Sources: Pennington, Socher & Manning (2014), doi:10.3115/v1/D14-1162, equations (8) and
(9); the authors' program ``glove.c`` for everything that the paper leaves open.

Shape letters: N pairs of words that met, V words, E dimensions of a vector.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from scipy import sparse
from tqdm.auto import tqdm

from lmcourse import validate
from lmcourse.glove.counts import cooccurrences, numbered
from lmcourse.glove.loss import adagrad_step, weight
from lmcourse.vectors import WordVectors

CLIP = 100.0  # glove.c limits vectors' gradients so, since 2019; here biases' too


class GloVe:
    """Word vectors by weighted least squares on log counts.

    Parameters
    ----------
    dim : int
    window : int
        Words to each side; a neighbor at distance d counts 1/d.
    x_max, alpha : float
        As in ``weight``. 100 is for billions of words; the authors' own demonstration
        takes 10 for 17 million.
    epochs : int
        Passes over all pairs that met.
    lr : float
        0.05 in the paper. From about 0.2 on the first steps, which nothing divides
        yet, overshoot: the numbers stay finite, but the vectors are worthless.
    min_count : int
        Rarer words are left out of the text.
    seed : int
    step : callable
        Used in the place of ``adagrad_step``.

    Attributes
    ----------
    words : list of str
        The most frequent first.
    X : csr_matrix of shape (V, V)
        The counts.
    W, C : ndarray of shape (V, E), float32
        w and w~.
    bw, bc : ndarray of shape (V,), float32
    losses : list of float
        Mean over pairs of half of equation (8), one for each epoch, as ``glove.c``
        reports it: each pair's own before its step.
    vectors : WordVectors
        w + w~.
    """

    def __init__(
        self,
        dim: int = 100,
        window: int = 10,
        x_max: float = 10.0,
        alpha: float = 0.75,
        epochs: int = 15,
        lr: float = 0.05,
        min_count: int = 1,
        seed: int = 0,
        *,
        step: Callable = adagrad_step,
    ):
        self.dim = validate.positive_int("dim", dim)
        self.window = validate.positive_int("window", window)
        self.x_max = validate.number("x_max", x_max, above=0)
        self.alpha = validate.number("alpha", alpha, above=0)
        self.epochs = validate.positive_int("epochs", epochs)
        self.lr = validate.number("lr", lr, above=0, at_most=1)
        self.min_count = validate.positive_int("min_count", min_count)
        self.seed = validate.positive_int("seed", seed, minimum=0)
        self.step = step

    def fit(self, sentences: Iterable[Sequence[str]], progress: bool = False):
        """Count a text and train on the counts.

        Parameters
        ----------
        sentences : iterable of sequences of str
        progress : bool
            Show a bar, one step an epoch.

        Returns
        -------
        GloVe
            The model itself.

        Raises
        ------
        ValueError
            If fewer than two words are left, or no two of them ever met.
        """
        self.words, ids = numbered(sentences, self.min_count)
        return self.fit_counts(
            cooccurrences(ids, len(self.words), self.window), self.words, progress
        )

    def fit_counts(
        self, X: sparse.spmatrix, words: Sequence[str], progress: bool = False
    ) -> "GloVe":
        """Train on counts made elsewhere.

        Parameters
        ----------
        X : sparse matrix of shape (V, V)
        words : sequence of str
            V of them.
        progress : bool

        Returns
        -------
        GloVe
            The model itself.

        Raises
        ------
        ValueError
            If the words are not V different ones, or a stored count is not finite and
            above 0.
        """
        self.words, self.X = validate.words("words", words), sparse.csr_matrix(X)
        V, E = len(self.words), self.dim
        if len(set(self.words)) < V:
            raise ValueError(f"words must be different, got {V} with repetitions")
        if not self.X.has_canonical_format:  # a cell may stand there in parts
            self.X = self.X.copy()
            self.X.sum_duplicates()
        if self.X.shape != (V, V):
            raise ValueError(f"X must be a table of {V} words, got {self.X.shape}")
        with np.errstate(over="ignore"):  # too large is inf, and told below
            counts = self.X.data.astype("f4")
        if not (len(counts) and counts.min() > 0 and np.isfinite(counts).all()):
            raise ValueError("X must hold finite counts above 0, and at least one")
        rng = np.random.default_rng(self.seed)
        # As in glove.c, a row is a vector and, last, its bias.
        tables = [((rng.random((V, E + 1)) - 0.5) / E).astype("f4") for _ in range(2)]
        squares = [np.ones((V, E + 1), dtype="f4") for _ in range(2)]
        self.losses: list[float] = []
        for _ in tqdm(range(self.epochs), disable=not progress, desc="GloVe"):
            self.losses.append(self._epoch(tables, squares, rng))
        (self.W, self.bw), (self.C, self.bc) = ((t[:, :-1], t[:, -1]) for t in tables)
        self.vectors = WordVectors(self.words, self.W + self.C)
        return self

    def _epoch(self, tables, squares, rng) -> float:
        """Visit every pair once, and return the mean of its half loss before."""
        (W, C), (GW, GC), total = tables, squares, 0.0
        for i, j, x in rounds(self.X, rng):
            w, c = W.take(i, axis=0), C.take(j, axis=0)  # (N, E + 1)
            off = np.einsum("ne,ne->n", w[:, :-1], c[:, :-1])
            off += w[:, -1] + c[:, -1] - np.log(x)
            slope = weight(x, self.x_max, self.alpha) * off  # of half the loss, (N,)
            total += 0.5 * float(slope @ off)
            for table, G, rows, theta, other in ((W, GW, i, w, c), (C, GC, j, c, w)):
                gradient = slope[:, None] * other
                gradient[:, -1] = slope
                gradient.clip(-CLIP, CLIP, out=gradient)
                table[rows], G[rows] = self.step(
                    theta, G.take(rows, axis=0), gradient, self.lr
                )
        return total / self.X.nnz


def rounds(X: sparse.csr_matrix, rng: np.random.Generator) -> Iterator[tuple]:
    """Deal the nonzero cells into rounds in which no word and no context occurs twice.

    With rows and columns shuffled, the cells of one diagonal (wrapped around the edge)
    are such a round. Its cells change different parameters, so that all of them can
    take their steps at once with the same result as one after the other, as
    ``glove.c`` takes them. Gemulla and others (2011), doi:10.1145/2020408.2020426,
    split matrices so, to factor them on many machines.

    Parameters
    ----------
    X : csr_matrix of shape (V, V)
    rng : numpy.random.Generator

    Yields
    ------
    rows, columns : ndarray of shape (N,)
    x : ndarray of shape (N,), float32
    """
    V = X.shape[0]
    rows = np.repeat(np.arange(V), np.diff(X.indptr))
    row_place, column_place = rng.permutation(V), rng.permutation(V)
    diagonal = (column_place[X.indices] - row_place[rows]) % V
    # A conversion of formats sorts by diagonal in time proportional to the cells.
    cells = np.arange(X.nnz)
    dealt = sparse.coo_matrix((cells, (diagonal, cells)), shape=(V, X.nnz)).tocsr()
    for start, end in zip(dealt.indptr, dealt.indptr[1:], strict=False):
        if end > start:
            cell = dealt.data[start:end]
            yield rows[cell], X.indices[cell], X.data[cell].astype("f4")
