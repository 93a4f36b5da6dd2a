"""Measure what predicting and counting have in common (chapter 5).

Skip-gram with negative samples never makes a table, yet in expectation its loss depends
on the text through one: the counts X. For each pair the best score v . u is
PMI - log k, and vectors as long as the vocabulary reach it. Short ones cannot, so there
we measure how near they come. The same question to GloVe is w . c + b + b~ against
log X.

Sources: Levy & Goldberg (2014), "Neural word embedding as implicit matrix
factorization", section 3.1.

Shape letters: V words, E dimensions of a vector, N pairs that met.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from lmcourse import validate


def expected_loss(
    M: np.ndarray, X: np.ndarray, negatives: float, smoothing: float = 1.0
) -> tuple[float, np.ndarray]:
    """Return the loss of negative sampling over a whole text, and its gradient.

    A pair (i, j) occurs X[i, j] times as a true pair and, in expectation,
    k X[i, .] P(j) times as a negative one, P being the noise.

    Parameters
    ----------
    M : ndarray of shape (V, V)
        The scores v_i . u_j.
    X : ndarray of shape (V, V)
        Counts.
    negatives : float
        k.
    smoothing : float
        The noise is (count of j) to this power: 1 in the paper, 0.75 in word2vec.

    Returns
    -------
    loss : float
    gradient : ndarray of shape (V, V)
        By M. It is 0 where M is PMI - log k, the PMI smoothed like the noise.
    """
    noise = X.sum(axis=0) ** smoothing
    fake = negatives * X.sum(axis=1, keepdims=True) * noise / noise.sum()
    loss = X * np.logaddexp(0, -M) + fake * np.logaddexp(0, M)
    return float(loss.sum()), fake * expit(M) - X * expit(-M)


def fit_expected(
    X: np.ndarray,
    dim: int,
    negatives: float,
    smoothing: float = 1.0,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the vectors that minimize ``expected_loss``, on a toy.

    Parameters
    ----------
    X : ndarray of shape (V, V)
        Every pair must have met: where X is 0 the best score is minus infinity.
    dim : int
        E. From V on, any table of scores can be reached.
    negatives, smoothing
        As in ``expected_loss``.
    seed : int

    Returns
    -------
    W, C : ndarray of shape (V, E)
        So that the scores are ``W @ C.T``.

    Raises
    ------
    ValueError
        If X is not square, a cell of it not finite and above 0, or ``negatives`` not
        above 0.
    """
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[0] != X.shape[1]:
        raise ValueError(f"X must have the shape (V, V), got {X.shape}")
    if not ((X > 0) & np.isfinite(X)).all():
        raise ValueError("X must be a table with every count above 0 and finite")
    validate.positive_int("dim", dim)
    validate.number("negatives", negatives, above=0)
    V = len(X)
    scale = X.sum()  # so that the gradient has a size the search is made for

    def fall(flat):
        W, C = flat.reshape(2, V, dim)
        loss, slope = expected_loss(W @ C.T, X, negatives, smoothing)
        both = np.stack([slope @ C, slope.T @ W])
        return loss / scale, both.ravel() / scale

    start = np.random.default_rng(seed).normal(size=2 * V * dim) / np.sqrt(dim)
    options = {"maxiter": 10_000, "maxfun": 20_000, "ftol": 1e-16, "gtol": 1e-11}
    found = minimize(fall, start, jac=True, method="L-BFGS-B", options=options)
    W, C = found.x.reshape(2, V, dim)
    return W, C


def scores_at(
    table: sparse.csr_matrix,
    W: np.ndarray,
    C: np.ndarray,
    bw: np.ndarray | None = None,
    bc: np.ndarray | None = None,
) -> np.ndarray:
    """Return w_i . c_j, and the biases if there are any, for the cells of a table.

    Parameters
    ----------
    table : csr_matrix of shape (V, V)
        Which cells: those it stores, in its order.
    W, C : ndarray of shape (V, E)
    bw, bc : ndarray of shape (V,), optional

    Returns
    -------
    ndarray of shape (N,)
        To be compared with ``table.data``.

    Raises
    ------
    ValueError
        If the table is no csr_matrix, or W and C do not fit it.
    """
    if getattr(table, "format", "") != "csr":
        raise ValueError(f"table must be a csr_matrix, got {type(table).__name__}")
    V = table.shape[0]
    if (len(W), len(C)) != table.shape or W.shape[1:] != C.shape[1:]:
        raise ValueError(
            f"W and C must have the shapes ({V}, E) and ({table.shape[1]}, E), got "
            f"{W.shape} and {C.shape}"
        )
    rows = np.repeat(np.arange(V), np.diff(table.indptr))
    scores = np.empty(table.nnz)
    for start in range(0, table.nnz, 1 << 16):
        part = slice(start, start + (1 << 16))
        i, j = rows[part], table.indices[part]
        scores[part] = np.einsum("ne,ne->n", W[i], C[j])
        scores[part] += 0 if bw is None else bw[i]
        scores[part] += 0 if bc is None else bc[j]
    return scores
