"""Turn counts into vectors: pointwise mutual information and an SVD (chapter 5).

PMI asks how much more often two words met than they would by chance. Nothing is
predicted and nothing is trained: the table is computed, and the singular value
decomposition finds the best vectors of a given length for it.

Sources: Church & Hanks (1990) for PMI in the study of words; Levy & Goldberg (2014),
"Neural word embedding as implicit matrix factorization", section 4, for the shift and
the square root of the singular values; Levy, Goldberg & Dagan (2015),
doi:10.1162/tacl_a_00134, section 3, for the smoothed contexts and the power.

Shape letters: V words, E dimensions of a vector.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from lmcourse import validate
from lmcourse.glove.counts import WEIGHTS, cooccurrences, numbered
from lmcourse.vectors import WordVectors


def pmi(
    X: sparse.spmatrix, shift: float = 0.0, smoothing: float = 1.0
) -> sparse.csr_matrix:
    """Return log P(i, j) / (P(i) P(j)) - shift for every pair that occurred.

    Parameters
    ----------
    X : sparse matrix or ndarray of shape (V, V)
        Counts, words in rows and contexts in columns.
    shift : float
        In nats; log k gives what skip-gram with k negatives approaches.
    smoothing : float
        P(j) is proportional to (count of context j) to this power. With 0.75 a rare
        context is thought likelier than it is, and its PMI is smaller.

    Returns
    -------
    csr_matrix of shape (V, V)
        With an entry where X has one, zeros included. Where X has none PMI is minus
        infinity, which no table can hold.

    Raises
    ------
    ValueError
        If a count is negative or not finite, or nothing was counted.
    """
    X = _counts(X)
    shift = validate.number("shift", shift)
    smoothing = validate.number("smoothing", smoothing, above=0)
    rows, columns = (np.asarray(X.sum(axis=axis)).ravel() for axis in (1, 0))
    chance = columns**smoothing / (columns**smoothing).sum()  # (V,) P(j)
    values = np.log(X.data) - np.log(np.repeat(rows, np.diff(X.indptr)))
    values -= np.log(chance[X.indices]) + shift
    return sparse.csr_matrix((values, X.indices.copy(), X.indptr.copy()), X.shape)


def ppmi(
    X: sparse.spmatrix, shift: float = 0.0, smoothing: float = 1.0
) -> sparse.csr_matrix:
    """Return max(PMI - shift, 0): what never occurred is 0, like what is no news.

    Parameters
    ----------
    X, shift, smoothing
        As in ``pmi``.

    Returns
    -------
    csr_matrix of shape (V, V)
        Only its positive entries are stored.
    """
    positive = pmi(X, shift, smoothing)
    np.maximum(positive.data, 0, out=positive.data)
    positive.eliminate_zeros()
    return positive


def truncated_svd(
    M: sparse.spmatrix, dim: int, power: float = 0.5, seed: int = 0
) -> np.ndarray:
    """Return U S^p, the first columns of the singular value decomposition U S V^T.

    Parameters
    ----------
    M : sparse matrix or ndarray of shape (V, C)
    dim : int
        E, from 1 up to the smaller side of M.
    power : float
        p. With 1 the dot products are those of the best approximation of M M^T; 0.5
        shares S between words and contexts; 0 gives all dimensions the same weight.
    seed : int
        For the vector from which the iteration starts.

    Returns
    -------
    ndarray of shape (V, E)
        Largest singular value first. A singular vector is as right as its negative, so
        the entry of largest magnitude is made positive.

    Raises
    ------
    ValueError
        If ``dim`` is larger than M.
    """
    M = M if sparse.issparse(M) else np.asarray(M)
    dim = validate.positive_int("dim", dim)
    power = validate.number("power", power, at_least=0)
    if dim > min(M.shape):
        raise ValueError(f"dim must be at most {min(M.shape)}, got {dim}")
    if dim < min(M.shape):
        start = np.random.default_rng(seed).normal(size=min(M.shape))
        U, S, _ = svds(M.astype(np.float64), k=dim, v0=start)
    else:  # the iteration cannot find all of them
        dense = M.toarray() if sparse.issparse(M) else M
        U, S, _ = np.linalg.svd(dense, full_matrices=False)
    order = np.argsort(-S, kind="stable")
    U, S = U[:, order], S[order]
    U = U * np.sign(U[np.abs(U).argmax(axis=0), np.arange(dim)])
    return U * S**power


class PPMIVectors:
    """Word vectors by counting alone: PPMI and a truncated SVD.

    Parameters
    ----------
    dim : int
    window : int
    weight : {"distance", "flat", "linear"}
    shift, smoothing, power : float
        As in ``ppmi`` and ``truncated_svd``. The defaults are those that Levy, Goldberg
        & Dagan (2015) recommend, section 7: contexts smoothed, no shift, power 0.5.
    min_count : int
        Rarer words are left out of the text.
    seed : int

    Attributes
    ----------
    words : list of str
        The most frequent first.
    X : csr_matrix of shape (V, V)
        The counts.
    vectors : WordVectors
    """

    def __init__(
        self,
        dim: int = 100,
        window: int = 5,
        weight: str = "linear",
        shift: float = 0.0,
        smoothing: float = 0.75,
        power: float = 0.5,
        min_count: int = 1,
        seed: int = 0,
    ):
        self.dim = validate.positive_int("dim", dim)
        self.window = validate.positive_int("window", window)
        self.weight = validate.one_of("weight", weight, WEIGHTS)
        self.shift = validate.number("shift", shift)
        self.smoothing = validate.number("smoothing", smoothing, above=0)
        self.power = validate.number("power", power, at_least=0)
        self.min_count = validate.positive_int("min_count", min_count)
        self.seed = validate.positive_int("seed", seed, minimum=0)

    def fit(self, sentences: Iterable[Sequence[str]]) -> "PPMIVectors":
        """Count, compute, and decompose.

        Parameters
        ----------
        sentences : iterable of sequences of str

        Returns
        -------
        PPMIVectors
            The model itself.

        Raises
        ------
        ValueError
            If there are not ``dim`` words, or no two of them ever met, or none more
            often than by chance and ``shift``.
        """
        self.words, ids = numbered(sentences, self.min_count)
        self.X = cooccurrences(ids, len(self.words), self.window, self.weight)
        table = ppmi(self.X, self.shift, self.smoothing)
        if not table.nnz:
            raise ValueError("no two words met more often than by chance and shift")
        matrix = truncated_svd(table, self.dim, self.power, self.seed)
        self.vectors = WordVectors(self.words, matrix)
        return self


def _counts(X) -> sparse.csr_matrix:
    X = sparse.csr_matrix(X, dtype=np.float64, copy=True)
    X.sum_duplicates()
    X.eliminate_zeros()
    if not X.nnz or not np.isfinite(X.data).all() or X.data.min() < 0:
        raise ValueError(
            "X must hold finite counts, none below 0 and not all of them 0"
        )
    return X
