"""Cut a text into blocks in which many windows lie side by side (chapter 4).

A pair of words for every step is easy to read and slow. Whoever takes T neighboring
words as centers at once needs the vectors of T words and of a margin, not those of all
their pairs: which of them are pairs is a table of ones and zeros, and all scores are
one matrix product.

Sources: windows and subsampling as in ``windows``; sharing the work of neighboring
windows follows Ji et al. (2016), arXiv:1604.04661.

Shape letters: B blocks of a batch, T centers of a block, W window, S = T + 2 W places.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

CENTERS = 54  # of a block: with two margins of 5 these are 64 places
BLOCKS = 16  # of a batch


class Block(NamedTuple):
    """Some stretches of text, and who is in whose window."""

    centers: Tensor  # (B, T)  word ids
    places: Tensor  # (B, S)  word ids: the centers with a margin on either side
    mask: Tensor  # (B, T, S)  1.0 where a place is context of a center, else 0.0


def encode(
    sentences: Sequence[Sequence[str]], words: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Write all sentences behind each other, without the words that are not known.

    Returns
    -------
    ids, sentence : int64 ndarrays of shape (N,)
        The word at each place, and in which sentence it stands.
    """
    known = {word: i for i, word in enumerate(words)}
    ids = np.array([known.get(w, -1) for s in sentences for w in s], np.int64)
    lengths = [len(s) for s in sentences]
    kept = ids >= 0
    return ids[kept], np.repeat(np.arange(len(lengths)), lengths)[kept]


def blocks(
    ids: np.ndarray, sentence: np.ndarray, window: int, rng: np.random.Generator
) -> Iterator[Block]:
    """Yield the whole text once, in batches of blocks drawn from all over it.

    Each center draws its own window, evenly from 1 to ``window``, as word2vec.c does:
    a word at distance d is context with probability (window - d + 1) / window. No
    window reaches into another sentence.

    Parameters
    ----------
    ids, sentence : int64 ndarrays of shape (N,)
        As ``encode`` returns them.
    window : int
    rng : numpy Generator

    Yields
    ------
    Block
        The last one of the text is filled up with centers that have no context.
    """
    count = -(-len(ids) // CENTERS)
    margin = np.zeros(window, np.int64)
    rest = np.zeros(count * CENTERS - len(ids) + window, np.int64)
    text = torch.from_numpy(np.concatenate([margin, ids, rest]))
    owner = torch.from_numpy(np.concatenate([margin - 1, sentence, rest - 2]))
    starts = torch.from_numpy(rng.permutation(count) * CENTERS)
    offsets = torch.arange(CENTERS + 2 * window)
    middle = slice(window, window + CENTERS)
    distance = (offsets[middle, None] - offsets).abs()  # (T, S)
    for first in range(0, count, BLOCKS):
        places = starts[first : first + BLOCKS, None] + offsets  # (B, S)
        here = owner[places]
        shape = len(places), CENTERS, 1
        reach = torch.from_numpy(rng.integers(1, window + 1, shape))
        mask = (distance > 0) & (distance <= reach)
        mask &= here[:, middle, None] == here[:, None]  # one sentence
        mask &= (here[:, middle] >= 0)[..., None]  # not what fills up the end
        words = text[places]
        yield Block(words[:, middle], words, mask.float())
