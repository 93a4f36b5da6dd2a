"""Count which words stand near each other (chapter 5).

GloVe and PPMI see a text only through one table: X[i, j] says how often word j stood
in the window around word i, and a neighbor at distance d may count 1/d. Pairs are made
one distance at a time for the whole text, so counting is a few passes over arrays.

Sources: Pennington, Socher & Manning (2014), doi:10.3115/v1/D14-1162, sections 3 and
4.2; the authors' program ``cooccur.c``; the weights of word2vec's dynamic window are
described by Levy, Goldberg & Dagan (2015), doi:10.1162/tacl_a_00134, section 3.1.

Shape letters: T tokens, V words, P pairs of neighbors.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse

from lmcourse import validate
from lmcourse.vocab import Vocab

PAIRS_AT_ONCE = 1 << 21  # 16 bytes each, and as much again while they are sorted
WEIGHTS = ("distance", "flat", "linear")


def cooccurrences(
    sentences: Iterable[Sequence[int]],
    size: int,
    window: int = 10,
    weight: str = "distance",
    symmetric: bool = True,
) -> sparse.csr_matrix:
    """Count the neighbors of every word, the near ones more.

    Parameters
    ----------
    sentences : iterable of sequences of int
        Ids of words. No window reaches from one sentence into the next.
    size : int
        V; every id is below it.
    window : int
        How many words to each side are neighbors.
    weight : {"distance", "flat", "linear"}
        What a neighbor at distance d counts: 1/d as in GloVe; 1; or
        (window + 1 - d) / window, the mean over word2vec's dynamic windows.
    symmetric : bool
        Count neighbors on both sides, so that X is symmetric. If not, only those on
        the left: X[i, j] is about word j standing before word i.

    Returns
    -------
    csr_matrix of shape (V, V), float64, indices sorted
        It needs 12 bytes per nonzero cell; while it is made up to three times that,
        30 bytes a token, and 100 MB.

    Raises
    ------
    ValueError
        If an id is no integer from 0 to V - 1, or an option is unknown.

    Examples
    --------
    >>> cooccurrences([[0, 1, 2]], size=3, window=2).toarray()
    array([[0. , 1. , 0.5],
           [1. , 0. , 1. ],
           [0.5, 1. , 0. ]])
    """
    size = validate.positive_int("size", size)
    window = validate.positive_int("window", window)
    validate.one_of("weight", weight, WEIGHTS)
    ids, sentence = _flatten(sentences, size)
    left = sparse.csr_matrix((size, size))
    waiting: list[tuple] = []
    for d in range(1, min(window, len(ids) - 1) + 1):
        first = np.flatnonzero(sentence[d:] == sentence[:-d])
        for start in range(0, len(first), PAIRS_AT_ONCE):
            k = first[start : start + PAIRS_AT_ONCE]
            waiting.append((ids[k + d], ids[k], _worth(d, window, weight)))
            if sum(len(rows) for rows, _, _ in waiting) >= PAIRS_AT_ONCE:
                left, waiting = left + _table(waiting, size), []
    if waiting:
        left = left + _table(waiting, size)
    X = (left + left.T).tocsr() if symmetric else left
    X.sort_indices()
    return X


def distance_weights(window: int, weight: str = "distance") -> np.ndarray:
    """Return what neighbors at distance 1, 2, ..., ``window`` count.

    Parameters
    ----------
    window : int
    weight : {"distance", "flat", "linear"}

    Returns
    -------
    ndarray of shape (window,)

    Raises
    ------
    ValueError
        If ``window`` is no positive integer, or ``weight`` unknown.
    """
    validate.positive_int("window", window)
    validate.one_of("weight", weight, WEIGHTS)
    return np.array([_worth(d, window, weight) for d in range(1, window + 1)])


def numbered(
    sentences: Iterable[Sequence[str]], min_count: int = 1
) -> tuple[list[str], list[list[int]]]:
    """Give the words of a text numbers, the most frequent first; drop the rare ones.

    Parameters
    ----------
    sentences : iterable of sequences of str
    min_count : int
        A rarer word leaves the text, so its neighbors move together (``cooccur.c`` and
        word2vec do the same).

    Returns
    -------
    words : list of str
    ids : list of list of int

    Raises
    ------
    ValueError
        If fewer than two words are left.
    """
    sentences = validate.sentences(sentences)
    words = list(Vocab.from_sentences(sentences, min_count, specials=()))
    if len(words) < 2:
        raise ValueError(
            f"word vectors need two different words with min_count={min_count}, got "
            f"{len(words)}"
        )
    place = {word: i for i, word in enumerate(words)}
    return words, [[place[w] for w in s if w in place] for s in sentences]


def _worth(d: int, window: int, weight: str) -> float:
    return {"distance": 1 / d, "flat": 1.0, "linear": (window + 1 - d) / window}[weight]


def _flatten(sentences, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids of all tokens and the number of each one's sentence, (T,) each."""
    if isinstance(sentences, str | bytes) or not isinstance(sentences, Iterable):
        kind = type(sentences).__name__
        raise ValueError(f"sentences must be a list of lists of ids, got {kind}")
    parts = [np.asarray(sentence) for sentence in sentences]
    for number, part in enumerate(parts):
        if part.ndim != 1 or (len(part) and part.dtype.kind not in "iu"):
            raise ValueError(
                f"sentences[{number}] must be a list of ids (int), got {part!r:.60}"
            )
    ids = np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)
    if len(ids) and not 0 <= ids.min() <= ids.max() < size:
        wrong = ids.min() if ids.min() < 0 else ids.max()
        raise ValueError(f"ids must be in 0, ..., {size - 1}, got {wrong}")
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return ids.astype(np.int32), number.astype(np.int32)


def _table(waiting: list[tuple], size: int) -> sparse.csr_matrix:
    rows, columns, worth = zip(*waiting, strict=True)
    values = np.repeat(worth, [len(row) for row in rows])
    where = np.concatenate(rows), np.concatenate(columns)
    return sparse.coo_matrix((values, where), shape=(size, size)).tocsr()
