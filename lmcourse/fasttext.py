"""FastText: a word is the mean of its pieces, so any word has a vector (chapter 5).

A word of the vocabulary owns one row, as in Word2Vec. Beside it, each of its character
n-grams owns one of a fixed number of rows, the buckets, chosen by a hash. The mean of
all these rows is the word's vector; a word never seen is the mean of its n-grams alone.

Sources: Bojanowski, Grave, Joulin & Mikolov (2017), "Enriching word vectors with
subword information", arXiv:1607.04606, section 3.2; for all that the paper leaves open,
the authors' program (github.com/facebookresearch/fastText: ``computeSubwords`` and
``hash`` in dictionary.cc, ``update`` in model.cc). They differ in three things, and we
do what the program does, because the published vectors were made by it:

- The paper scores a word and a context by a *sum*, s(w, c) = sum over n-grams g of
  z_g.v_c; the program takes the *mean* of the z_g.
- The gradient of a mean gives each of n rows 1/n of the change. The program gives each
  row all of it (only its classifier divides), as a sum would: the word itself moves by
  exactly the change, as in Word2Vec, and words that share n-grams move along.
- The paper speaks of the set of a word's n-grams; in the program, one that stands in
  the word twice counts twice.

One thing is our own. The program updates after every pair of words; we add up hundreds,
and rows that many words share, "ing>" or the buckets of a small table, would overshoot
until the numbers are infinite. So a row moves no farther in one step than `MOST` words
that list it would move it. On WikiText-2 that changes no correlation by more than .01.

Shape letters: V words of the vocabulary, E embedding, B words of a batch, N rows that
they need, R = V + buckets rows in all.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

from lmcourse import validate

BUCKETS = 200_000
MOST = 2.0  # see above; 4 still diverges with 2,000 buckets for Littletown


def character_ngrams(word: str, low: int = 3, high: int = 6) -> list[str]:
    """Cut ``<word>`` into all pieces of ``low`` to ``high`` characters.

    Parameters
    ----------
    word : str
        Without the marks ``<`` and ``>``, which are put around it here: so "<her>", the
        whole word, is another piece than the "her" inside "where".
    low, high : int
        Shortest and longest piece in characters, not bytes, the marks included.

    Returns
    -------
    list of str
        From left to right, at each place the shortest first. The mark alone is no
        piece. One that stands in the word twice comes twice.

    Raises
    ------
    ValueError
        If ``word`` is no str, ``low`` is below 1, or ``high`` below ``low``.
    """
    marked = f"<{validate.text('word', word)}>"
    low = validate.positive_int("low", low)
    high = validate.positive_int("high", high, minimum=low)
    return [
        marked[start : start + n]
        for start in range(len(marked))
        for n in range(low, min(high, len(marked) - start) + 1)
        if n > 1 or 0 < start < len(marked) - 1
    ]


def fnv1a(text: str) -> int:
    """Hash a text to 32 bits as FastText does: FNV-1a over its UTF-8 bytes, almost.

    For each byte: exclusive or, *then* multiply by the prime 16777619, modulo 2^32. The
    program's bytes are signed, so one above 127 is extended with 24 bits set: true
    FNV-1a in ASCII, a dialect elsewhere, kept so that released models stay readable.

    Parameters
    ----------
    text : str

    Returns
    -------
    int
        From 0 to 2^32 - 1.

    Raises
    ------
    ValueError
        If ``text`` is no str.
    """
    h = 2166136261
    for byte in validate.text("text", text).encode():
        signed = byte if byte < 128 else byte | 0xFFFFFF00
        h = (h ^ signed) * 16777619 & 0xFFFFFFFF
    return h


def subword_rows(
    word: str,
    ids: Mapping[str, int],
    buckets: int = BUCKETS,
    low: int = 3,
    high: int = 6,
) -> list[int]:
    """Say which rows of the table make up a word.

    Parameters
    ----------
    word : str
    ids : mapping of str to int
        The row of each of the V words of the vocabulary, from 0 to V - 1.
    buckets : int
        Rows shared by all n-grams; they follow the V rows of the words.
    low, high : int
        See ``character_ngrams``.

    Returns
    -------
    list of int
        The word's own row first, if it is in the vocabulary, then V + hash modulo
        ``buckets`` for each n-gram.

    Raises
    ------
    ValueError
        If ``buckets`` is below 1, or as in ``character_ngrams``.
    """
    buckets = validate.positive_int("buckets", buckets)
    own = [ids[word]] if word in ids else []
    return own + [
        len(ids) + fnv1a(ngram) % buckets for ngram in character_ngrams(word, low, high)
    ]


class SubwordTable:
    """The input table of FastText: hand it to the Word2Vec trainer as ``table``.

    Parameters
    ----------
    words : sequence of str
        The vocabulary; word i owns row i.
    dim : int
        E.
    generator : torch.Generator, optional
        For the first values, uniform from -1/E to 1/E as in the program.
    buckets, low, high : int
        See ``subword_rows``. The program's 2,000,000 buckets of 100 numbers take 800
        MB; the default takes 80 MB.
    rows : callable
        ``subword_rows``, or your own from the exercise.

    Attributes
    ----------
    words : list of str
    weight : Tensor of shape (R, E)
    index, starts : LongTensor of shape (N,) and (V + 1,)
        Word i is the mean of ``weight[index[starts[i] : starts[i + 1]]]``.

    Raises
    ------
    ValueError
        If a word comes twice, or a number is too small.

    Examples
    --------
    ``Word2Vec(table=partial(SubwordTable, buckets=50_000)).fit(sentences)``
    """

    def __init__(
        self,
        words: Sequence[str],
        dim: int,
        generator: torch.Generator | None = None,
        *,
        buckets: int = BUCKETS,
        low: int = 3,
        high: int = 6,
        rows: Callable = subword_rows,
    ):
        self.words = validate.words("words", words)
        self.dim = validate.positive_int("dim", dim)
        self.buckets = validate.positive_int("buckets", buckets)
        self.low = validate.positive_int("low", low)
        self.high = validate.positive_int("high", high, minimum=self.low)
        self._rows = rows
        self._ids = {word: i for i, word in enumerate(self.words)}
        if len(self._ids) < len(self.words):
            twice = next(w for i, w in enumerate(self.words) if self._ids[w] != i)
            raise ValueError(f"words must be different, but {twice!r} comes twice")
        found = [self.rows(word) for word in self.words]
        sizes = torch.tensor([len(rows) for rows in found], dtype=torch.long)
        self.starts = torch.cat([torch.zeros(1, dtype=torch.long), sizes.cumsum(0)])
        self.index = torch.tensor(
            [row for rows in found for row in rows], dtype=torch.long
        )
        self.weight = torch.empty(len(self.words) + self.buckets, self.dim)
        self.weight.uniform_(-1 / self.dim, 1 / self.dim, generator=generator)

    def rows(self, word: str) -> list[int]:
        """Return the rows of a word, known or not: see ``subword_rows``."""
        return self._rows(word, self._ids, self.buckets, self.low, self.high)

    def lookup(self, ids: Tensor) -> Tensor:
        """Return the vectors of words: (B,) numbers -> (B, E), the mean of their rows.

        A word that comes several times in the batch is computed once.
        """
        different, places = torch.unique(ids, return_inverse=True)
        index, sizes = self._gather(different)
        starts = sizes.cumsum(0) - sizes
        means = embedding_bag(index, self.weight, starts, mode="mean")
        return means.index_select(0, places)  # several times faster than means[places]

    def update_(self, ids: Tensor, change: Tensor) -> None:
        """Add a change (B, E) to words (B,): all of it to each row of each word.

        A word that comes several times gets the sum. A row that the different words
        of the batch list more than `MOST` times gets `MOST` times the mean of these.
        """
        different, places = torch.unique(ids, return_inverse=True)
        total = change.new_zeros(len(different), self.dim)
        total.index_add_(0, places, change)
        index, sizes = self._gather(different)
        times = torch.bincount(index)[index]
        total = total.repeat_interleave(sizes, dim=0)
        total *= (MOST / times).clamp(max=1)[:, None]
        self.weight.index_add_(0, index, total)

    def all(self) -> Tensor:
        """Return the vectors of the whole vocabulary, of shape (V, E)."""
        return embedding_bag(self.index, self.weight, self.starts[:-1], mode="mean")

    def vector(self, word: str) -> np.ndarray:
        """Return the vector of any word, of shape (E,), known or not.

        Raises
        ------
        ValueError
            If nothing is known about it: no row of its own, and too short for n-grams.
        """
        rows = self.rows(word)
        if not rows:
            raise ValueError(
                f"{word!r} is not in the vocabulary, and even with < and > it is too "
                f"short for n-grams of at least {self.low} characters"
            )
        return self.weight[rows].mean(0).numpy()

    def _gather(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return the rows of some words one after the other, and how many each has."""
        first, sizes = self.starts[ids], self.starts[ids + 1] - self.starts[ids]
        skipped = first - (sizes.cumsum(0) - sizes)  # between two words' rows
        places = torch.arange(int(sizes.sum())) + skipped.repeat_interleave(sizes)
        return self.index[places], sizes
