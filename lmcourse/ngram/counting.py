"""Find and count all n-grams of a text, one length after the other (chapter 2).

An n-gram is a context, which is an (n-1)-gram, and one more word. So once the shorter
ones are numbered, each n-gram is a single integer, its key = context * size + word, and
counting means sorting integers. The numbers of the n-grams are their places in the
sorted keys, and those of one context lie side by side.

Shape letters: T tokens, V words that can be predicted, G different n-grams of one
length, C different n-grams one shorter (the contexts).
"""

from dataclasses import dataclass

import numpy as np


@dataclass
class Level:
    """All different n-grams of one length, sorted, and what a model says of each."""

    keys: np.ndarray  # (G,) int64  context * size + last word, ascending
    counts: np.ndarray  # (G,) int64
    suffix: np.ndarray  # (G,) the n-gram without its first word, one level below
    initial: np.ndarray  # (G,) bool: does it begin with <s>?
    prob: np.ndarray | None = None  # (G,) P(last word | context), if in this table
    backoff: np.ndarray | None = None  # (G,) weight of shorter contexts after it

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Return the number of the n-gram with each key, -1 where there is none."""
        if not len(self):
            return np.full_like(keys, -1)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self) - 1)
        return np.where(self.keys[place] == keys, place, -1)


def count_ngrams(
    ids: np.ndarray, position: np.ndarray, order: int, size: int
) -> list[Level]:
    """Count the n-grams of a text of every length from 1 to ``order``.

    Parameters
    ----------
    ids : ndarray of shape (T,)
        All sentences in a row, each from ``<s>``, which is ``size - 1``, to ``</s>``.
    position : ndarray of shape (T,)
        Place of each token in its sentence, 0 for ``<s>``.
    order : int
    size : int
        V + 1: the words and ``<s>``.

    Returns
    -------
    list of Level
        One per length, empty where no sentence is long enough.
    """
    words = np.arange(size)
    counts = np.bincount(ids[position > 0], minlength=size)  # <s> is never predicted
    levels = [Level(words, counts, np.zeros_like(words), words == size - 1)]
    gram = ids  # (T,) number of the n-gram that ends at each token, -1 if none does
    for n in range(2, order + 1):
        at = np.flatnonzero(position >= n - 1)  # no n-gram crosses a sentence border
        keys, which, counts = np.unique(
            gram[at - 1] * size + ids[at], return_inverse=True, return_counts=True
        )
        suffix = np.empty_like(keys)
        suffix[which] = gram[at]  # the same value each time an n-gram returns
        initial = np.zeros(len(keys), dtype=bool)
        initial[which] = position[at] == n - 1
        levels.append(Level(keys, counts, suffix, initial))
        gram = np.full(len(ids), -1)
        gram[at] = which
    return levels
