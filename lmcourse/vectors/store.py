"""Words and their vectors: likeness, neighbors, arithmetic (chapters 4 and 5).

Whoever trained them, vectors are used alike. The likeness of two words is the cosine of
their vectors, and an analogy a : b :: c : ? is answered by one of two rules, where x_w
is the vector of w at length 1:

    3CosAdd   argmax_d  cos(x_d, x_b - x_a + x_c)                                 (1)
    3CosMul   argmax_d  cos(x_d, x_b) cos(x_d, x_c) / (cos(x_d, x_a) + 0.001)     (2)

In (2) each cosine is first shifted to (cos + 1) / 2, so that none is negative. Under
both rules **a, b and c are no candidates**. Mikolov et al. left them out, and so has
everyone since; it helps a great deal, because the word nearest to x_b - x_a + x_c is
often b or c itself (Linzen 2016).

Sources: (1) Mikolov, Yih & Zweig (2013), "Linguistic regularities in continuous space
word representations", section 5; (2) Levy & Goldberg (2014), "Linguistic regularities
in sparse and explicit word representations", equation (4) and footnote 7; who is no
candidate, Mikolov, Chen, Corrado & Dean (2013), arXiv:1301.3781, section 4; Linzen
(2016), "Issues in evaluating semantic spaces using word analogies",
doi:10.18653/v1/W16-2503.

Shape letters: V words, E embedding size, Q questions.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from os import PathLike

import numpy as np

from lmcourse import validate
from lmcourse.vectors import files

EPSILON = 0.001  # of equation (2), against a division by zero


class WordVectors:
    """Words, each with a vector.

    Parameters
    ----------
    words : iterable of str
        All different; by custom the most frequent first.
    matrix : array of shape (V, E)
        One row a word. It is copied, and stored as float32.

    Attributes
    ----------
    words : list of str
    matrix : float32 array of shape (V, E)
        Read-only, so that ``unit`` stays true to it.
    unit : float32 array of shape (V, E)
        The same rows at length 1. A row of zeros has no direction and stays: its cosine
        with anything is 0.

    Raises
    ------
    ValueError
        If there is no word, one comes twice, or the matrix has another shape or a
        number that is not finite.

    Examples
    --------
    >>> vectors = WordVectors(["up", "down", "left"], [[0, 2], [0, -1], [-3, 0]])
    >>> vectors.similarity("up", "down")
    -1.0
    >>> vectors.neighbors("left", count=1)
    [('up', 0.0)]
    """

    def __init__(self, words: Iterable[str], matrix: np.ndarray):
        words = words if isinstance(words, str) else list(words)
        self.words = validate.words("words", words)
        self._ids = {word: i for i, word in enumerate(self.words)}
        if not self.words:
            raise ValueError("there must be at least one word, got none")
        if len(self._ids) < len(self.words):
            twice = next(w for i, w in enumerate(self.words) if self._ids[w] != i)
            raise ValueError(f"words must be different, but {twice!r} comes twice")
        with np.errstate(over="ignore"):  # what is too large is told below
            self.matrix = np.array(matrix, dtype=np.float32, order="C")
        if self.matrix.ndim != 2 or not self.matrix.size:
            raise ValueError(
                "matrix must have the shape (words, numbers a word), "
                f"got {self.matrix.shape}"
            )
        if len(self.matrix) != len(self.words):
            raise ValueError(
                f"matrix must have a row for each of {len(self.words)} words, "
                f"got {len(self.matrix)}"
            )
        finite = np.isfinite(self.matrix).all(axis=1)
        if not finite.all():
            word = self.words[int(finite.argmin())]
            raise ValueError(f"every number must be finite; the vector of {word!r} not")
        self.matrix.flags.writeable = False

    @cached_property
    def unit(self) -> np.ndarray:
        """The rows of ``matrix`` at length 1."""
        wide = self.matrix.astype(np.float64)
        length = np.linalg.norm(wide, axis=1, keepdims=True)
        unit = np.divide(wide, length, out=wide, where=length > 0).astype(np.float32)
        unit.flags.writeable = False
        return unit

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __getitem__(self, word: str) -> np.ndarray:
        """Return the vector of a word, float32 of shape (E,).

        Raises
        ------
        ValueError
            If the word has none.
        """
        return self.matrix[self.id(word)]

    def __repr__(self) -> str:
        some = " ".join(self.words[:6])
        return f"WordVectors: {len(self)} words x {self.matrix.shape[1]}: {some} ..."

    def id(self, word: str) -> int:
        """Return the row of a word.

        Raises
        ------
        ValueError
            If there is none; if it is only a matter of capitals, the message says so.
        """
        found = self._ids.get(validate.text("word", word))
        if found is None:
            forms = [word.lower(), word.capitalize(), word.upper()]
            near = next((form for form in forms if form in self._ids), None)
            guess = f"; did you mean {near!r}?" if near else ""
            raise ValueError(f"{word!r} is not among the {len(self)} words{guess}")
        return found

    def similarity(self, a: str, b: str) -> float:
        """Return the cosine of two words, from -1 to 1."""
        cosine = self.unit[self.id(a)] @ self.unit[self.id(b)]
        return float(np.clip(cosine, -1, 1))

    def neighbors(
        self, near: str | np.ndarray, count: int = 10, exclude: Collection[str] = ()
    ) -> list[tuple[str, float]]:
        """Return the words with the largest cosines, the nearest first.

        Parameters
        ----------
        near : str or array of shape (E,)
            A word, which is not its own neighbor, or any vector.
        count : int
        exclude : collection of str
            Words to leave out; it does no harm if some are unknown. One str is refused,
            since Python would take it letter by letter.

        Returns
        -------
        list of (word, cosine)
            Fewer than ``count`` if there are no more words.

        Raises
        ------
        ValueError
            If the word is unknown, or the vector of another size or not finite.
        """
        validate.positive_int("count", count)
        if isinstance(exclude, str):
            raise ValueError(f"exclude must be a list of words, got {exclude!r}")
        out = {self._ids[word] for word in exclude if word in self._ids}
        if isinstance(near, str):
            direction = self.unit[self.id(near)]
            out.add(self.id(near))
        else:
            direction = self._direction(near)
        return self._best(np.clip(self.unit @ direction, -1, 1), out, count)

    def analogy(
        self, a: str, b: str, c: str, count: int = 5, method: str = "add"
    ) -> list[tuple[str, float]]:
        """Answer "a is to b as c is to ?"; a, b and c themselves are no candidates.

        Parameters
        ----------
        a, b, c : str
        count : int
        method : {"add", "mul"}
            3CosAdd or 3CosMul, equations (1) and (2) of this module.

        Returns
        -------
        list of (word, score)
            The best first. The score is the cosine of (1), or the quotient of (2).

        Raises
        ------
        ValueError
            If a word is unknown, or there is no such method.
        """
        validate.positive_int("count", count)
        ids = np.array([[self.id(word) for word in (a, b, c)]])
        scores = self.analogy_scores(ids, method)[0]
        return self._best(scores, set(ids[0].tolist()), count)

    def analogy_scores(self, ids: np.ndarray, method: str = "add") -> np.ndarray:
        """Return the score of every word as the answer to many analogies at once.

        Parameters
        ----------
        ids : integer array of shape (Q, 3)
            The rows of a, b and c of each question.
        method : {"add", "mul"}

        Returns
        -------
        float32 array of shape (Q, V)
            That of a, b and c is minus infinity, so that none of them is an answer.

        Raises
        ------
        ValueError
            If ``ids`` has another shape, or something that is no row.
        """
        validate.one_of("method", method, ("add", "mul"))
        ids = np.asarray(ids)
        if ids.ndim != 2 or ids.shape[1] != 3 or ids.dtype.kind not in "iu":
            raise ValueError(
                f"ids must be integers of shape (Q, 3), got {ids.dtype} {ids.shape}"
            )
        if ids.size and not 0 <= ids.min() <= ids.max() < len(self):
            raise ValueError(
                f"ids must be from 0 to {len(self) - 1}, got {ids.min()} to {ids.max()}"
            )
        rows, places = np.unique(ids, return_inverse=True)  # questions share words
        cosines = self.unit[rows] @ self.unit.T  # (rows, V)
        a, b, c = places.reshape(ids.shape).T  # (Q,) each
        if method == "add":
            scores = cosines[b] - cosines[a] + cosines[c]  # (Q, V)
            unit_a, unit_b, unit_c = (self.unit[column] for column in ids.T)
            length = np.linalg.norm(unit_b - unit_a + unit_c, axis=1, keepdims=True)
            np.divide(scores, length, out=scores, where=length > 0)
        else:
            shifted = (cosines + 1) / 2
            scores = shifted[b] * shifted[c] / (shifted[a] + np.float32(EPSILON))
        np.put_along_axis(scores, ids, -np.inf, axis=1)
        return scores

    def center(self) -> "WordVectors":
        """Return the vectors moved so that their mean is 0."""
        wide = self.matrix.astype(np.float64)
        return WordVectors(self.words, wide - wide.mean(axis=0))

    def subset(self, words: Iterable[str]) -> "WordVectors":
        """Return the vectors of some words, in the order in which they are given.

        Raises
        ------
        ValueError
            If a word is unknown or comes twice.
        """
        words = validate.words("words", words if isinstance(words, str) else [*words])
        return WordVectors(words, self.matrix[[self.id(word) for word in words]])

    def save(self, path: str | PathLike, binary: bool = False) -> None:
        """Write the vectors in a format of word2vec; see ``files.write``."""
        files.write(path, self.words, self.matrix, binary)

    @classmethod
    def load(cls, path: str | PathLike) -> "WordVectors":
        """Read vectors of word2vec, gensim, fastText or GloVe; see ``files.read``."""
        return cls(*files.read(path))

    def _direction(self, vector: np.ndarray) -> np.ndarray:
        vector = np.asarray(vector, dtype=np.float64)
        if vector.shape != self.matrix.shape[1:] or not np.isfinite(vector).all():
            raise ValueError(
                f"expected a word or {self.matrix.shape[1]} finite numbers, "
                f"got an array of shape {vector.shape}"
            )
        largest = np.abs(vector).max()
        if largest:  # divided by first, since the square of 1e300 or 1e-300 is lost
            vector = vector / largest
            vector = vector / np.linalg.norm(vector)
        return vector.astype(np.float32)

    def _best(self, scores: np.ndarray, out: set, count: int) -> list:
        """Sort the best; equal scores are in the order of the words."""
        kept = np.ones(len(scores), dtype=bool)
        kept[list(out)] = False
        places = np.flatnonzero(kept)
        if count < len(places):
            least = np.partition(scores[places], -count)[-count]
            places = places[scores[places] >= least]
        order = places[np.argsort(-scores[places], kind="stable")][:count]
        return [(self.words[i], float(scores[i])) for i in order.tolist()]
