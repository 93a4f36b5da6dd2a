"""The chapter's formulas as you would write them for a toy (chapter 5).

These are what the exercises ask for: dictionaries and small arrays instead of sparse
tables. The tests hold them against the fast versions.

Sources: as in ``counts``, ``ppmi`` and ``bridge``.

Shape letters: V words, E dimensions of a vector.
"""

import math
from collections.abc import Sequence

import numpy as np


def cooccurrences(
    sentences: Sequence[Sequence[str]], window: int
) -> dict[tuple[str, str], float]:
    """Count who stands near whom, a neighbor at distance d as 1/d.

    Parameters
    ----------
    sentences : list of list of str
    window : int
        Words to each side.

    Returns
    -------
    dict of (word, neighbor) to float
        Symmetric. A word that meets itself counts for both of its places.
    """
    X: dict[tuple[str, str], float] = {}
    for sentence in sentences:
        for place, word in enumerate(sentence):
            for d in range(1, min(window, place) + 1):
                before = sentence[place - d]
                for pair in ((word, before), (before, word)):
                    X[pair] = X.get(pair, 0.0) + 1 / d
    return X


def ppmi(X: np.ndarray, shift: float, smoothing: float) -> np.ndarray:
    """Return max(PMI - shift, 0) of a table of counts.

    Parameters
    ----------
    X : ndarray of shape (V, V)
        Words in rows, contexts in columns; every row and column has a count.
    shift : float
    smoothing : float
        P(j) is proportional to (count of context j) to this power.

    Returns
    -------
    ndarray of shape (V, V)
        0 where X is 0.
    """
    contexts = X.sum(axis=0) ** smoothing
    joint, words = X / X.sum(), X.sum(axis=1) / X.sum()
    with np.errstate(divide="ignore"):
        pmi = np.log(joint / (words[:, None] * contexts / contexts.sum()))
    return np.maximum(pmi - shift, 0)


def svd_vectors(M: np.ndarray, dim: int, power: float) -> np.ndarray:
    """Return U S^p for the largest singular values of M = U S V^T.

    Parameters
    ----------
    M : ndarray of shape (V, C)
    dim : int
        E.
    power : float

    Returns
    -------
    ndarray of shape (V, E)
        Each column up to its sign.
    """
    U, S, _ = np.linalg.svd(M, full_matrices=False)
    return U[:, :dim] * S[:dim] ** power


def best_score(
    pair: float, word: float, context: float, total: float, negatives: int
) -> float:
    """Return the score at which negative sampling is at rest: PMI - log k.

    Levy & Goldberg (2014), section 3.1, with noise in proportion to the counts.

    Parameters
    ----------
    pair, word, context, total : float
        How often the pair occurred, its word in any pair, its context in any pair, and
        all pairs; above 0.
    negatives : int
        k.

    Returns
    -------
    float
    """
    return math.log(pair * total / (word * context)) - math.log(negatives)
