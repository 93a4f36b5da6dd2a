"""Kneser-Ney smoothing, plain and modified (chapter 2).

Two ideas. Take a little, D, from every count that is not 0 and hand it to the shorter
context. And there, do not count how often a word occurred but after how many different
words: "Francisco" is frequent but follows "San" alone.

Sources: Kneser & Ney (1995), doi:10.1109/ICASSP.1995.479394; interpolated, and modified
with three discounts, by Chen & Goodman (1998), TR-10-98, sections 2.7 and 3; the
discounts are equation 26. Counts at the start of a sentence follow Heafield et al.
(2013), "Scalable modified Kneser-Ney language model estimation": nothing can precede
``<s>``, so an n-gram that begins with it keeps its plain count.

Shape letters: V words that can be predicted, G different n-grams of one length, C
different n-grams one shorter (the contexts).
"""

from collections.abc import Callable, Sequence

import numpy as np

from lmcourse import validate
from lmcourse.ngram.model import NGramModel

FALLBACK = {1: np.array([0, 0.5]), 3: np.array([0, 0.5, 1.0, 1.5])}


def estimate_discounts(n: Sequence[int], discounts: int = 3) -> np.ndarray:
    """Say how much to take from a count of 0, 1, 2, and 3 or more.

    Parameters
    ----------
    n : sequence of 4 int
        ``n[0]`` n-grams have the count 1, ``n[1]`` the count 2, and so on.
    discounts : {1, 3}
        One for all counts, or one each for 1, 2, and 3 or more.

    Returns
    -------
    D : ndarray of shape (discounts + 1,)
        ``D[c]`` for the count c, the last one for all higher counts; ``D[0]`` is 0.
        If the text is too small for the formula (a division by 0, or a discount below
        0), the fixed values 1/2, or 1/2, 1 and 3/2.
    """
    n1, n2, n3, n4 = n
    if discounts == 1:
        return np.array([0, n1 / (n1 + 2 * n2)]) if n1 and n2 else FALLBACK[1].copy()
    if not (n1 and n2 and n3):
        return FALLBACK[3].copy()
    Y = n1 / (n1 + 2 * n2)
    D = np.array([0, 1 - 2 * Y * n2 / n1, 2 - 3 * Y * n3 / n2, 3 - 4 * Y * n4 / n3])
    return D if (D >= 0).all() else FALLBACK[3].copy()


def interpolate(
    counts: np.ndarray,
    contexts: np.ndarray,
    num_contexts: int,
    D: np.ndarray,
    lower: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Discount the counts of one level and mix in the level below.

    Parameters
    ----------
    counts, contexts : integer ndarrays of shape (G,)
        Count of each n-gram, and the number of its context, from 0 to C - 1.
    num_contexts : int
        C.
    D : ndarray
        What to take from each count, see ``estimate_discounts``.
    lower : ndarray of shape (G,)
        P of the same last word after the shorter context.

    Returns
    -------
    prob : ndarray of shape (G,)
    weight : ndarray of shape (C,)
        Share that each context leaves to the shorter one; 1 where nothing follows it.
    """
    taken = D[np.minimum(counts, len(D) - 1)]  # (G,)
    total = np.bincount(contexts, counts, num_contexts)  # (C,)
    weight = np.ones(num_contexts)
    np.divide(
        np.bincount(contexts, taken, num_contexts), total, out=weight, where=total > 0
    )
    return (counts - taken) / total[contexts] + weight[contexts] * lower, weight


class KneserNey(NGramModel):
    """Interpolated Kneser-Ney, modified unless ``discounts=1``.

    Parameters
    ----------
    order : int
    discounts : {3, 1}
        3 is modified Kneser-Ney.
    interpolate : callable
        The formula of one level; pass your own from the exercise to drive the model.

    Attributes
    ----------
    counts_of_counts : list of 4 int for each length
        How many n-grams have the count 1, 2, 3, 4.
    D : list of ndarray, one for each length
        What is taken from a count of 0, 1, ...: see ``estimate_discounts``.
    """

    def __init__(
        self, order: int = 5, discounts: int = 3, interpolate: Callable = interpolate
    ):
        super().__init__(order)
        self.discounts = validate.one_of("discounts", discounts, (1, 3))
        self.interpolate = interpolate

    def _fill_tables(self) -> None:
        for level, above in zip(self.levels, self.levels[1:], strict=False):
            before = np.bincount(above.suffix, minlength=len(level))  # different words
            level.counts = np.where(level.initial, level.counts, before)
        self.counts_of_counts, self.D = [], []
        super()._fill_tables()

    def _estimate(self, n, level, contexts, num_contexts, lower):
        n_k = np.bincount(np.minimum(level.counts, 5), minlength=6)[1:5].tolist()
        D = estimate_discounts(n_k, self.discounts)
        self.counts_of_counts.append(n_k)
        self.D.append(D)
        return self.interpolate(level.counts, contexts, num_contexts, D, lower)
