"""Play with word vectors: solve analogies, move the window (chapter 4)."""

import difflib
from collections.abc import Mapping

import numpy as np

from lmcourse import plots, validate
from lmcourse.vectors import WordVectors
from lmcourse.widgets.controls import interact

_ROWS = 512  # of cosines at a time, so that a large vocabulary needs no large memory


def analogy_solver(vectors: WordVectors, a: str, b: str, c: str) -> None:
    """Let the reader ask "a is to b as c is to ?" and see how it is answered.

    Parameters
    ----------
    vectors : WordVectors
    a, b, c : str
        What stands in the text boxes at first.

    Raises
    ------
    ValueError
        If one of these has no vector. If a reader types such a word, the message
        stands in place of the picture and names words that are spelled alike.
    """
    for word in (a, b, c):
        _demand(vectors, word)

    def solve(a: str, b: str, c: str, method: str) -> plots.Picture:
        asked = [_demand(vectors, word.strip()) for word in (a, b, c)]
        return plots.analogy_steps(vectors, *asked, method=method)

    interact(solve, a=a, b=b, c=c, method=["add", "mul"])


def window_slider(
    vectors_by_window: Mapping[int, WordVectors],
    word: str,
    count: int = 8,
    kinds: Mapping[str, str] | None = None,
) -> None:
    """Let the reader widen the window and see other neighbors come near.

    A wide window tells what a word is talked about with, a narrow one what could stand
    in its place; see Levy & Goldberg (2014), "Dependency-based word embeddings",
    doi:10.3115/v1/P14-2050, section 2 and table 1.

    Parameters
    ----------
    vectors_by_window : mapping of int to WordVectors
        Size of the window -> the vectors learned with it.
    word : str
        Whose neighbors are shown at first.
    count : int
        How many neighbors are shown, and counted.
    kinds : mapping of str to str, optional
        Word -> part of speech, or topic, or whatever alike words may share. Drawn is
        the share of neighbors of the same kind: those of the word, and on average over
        all words that have a kind and a vector at every window.

    Raises
    ------
    ValueError
        If there are no vectors, a window is no number, or the word has no vector.
    """
    validate.positive_int("count", count)
    if not vectors_by_window:
        raise ValueError("vectors_by_window is empty: give vectors of some windows")
    windows = sorted(validate.positive_int("window", w) for w in vectors_by_window)
    known = {window: vectors_by_window[window] for window in windows}
    kinds = dict(kinds or {})
    for vectors in known.values():
        _demand(vectors, word)
    everywhere = [w for w in kinds if all(w in vectors for vectors in known.values())]
    average = {
        window: _agreement(vectors, everywhere, kinds, count)
        for window, vectors in known.items()
        if everywhere
    }

    def draw(word: str, window: int) -> plots.Picture:
        word, shares = word.strip(), {}
        near = {w: _neighbors(vectors, word, count) for w, vectors in known.items()}
        if word in kinds:
            shares[word] = {
                w: float(
                    np.mean([kinds.get(other) == kinds[word] for other, _ in found])
                )
                for w, found in near.items()
            }
        if average:
            shares["all words"] = average
        return plots.window_chart(word, window, near[window], kinds, shares)

    interact(draw, word=word, window=windows)


def _neighbors(vectors: WordVectors, word: str, count: int) -> list[tuple[str, float]]:
    return vectors.neighbors(_demand(vectors, word), count)


def _demand(vectors: WordVectors, word: str) -> str:
    """Return a word that has a vector, or say which ones are spelled alike."""
    if validate.text("word", word) in vectors:
        return word
    near = [other for other in vectors if other.lower() == word.lower()]
    near += difflib.get_close_matches(word, vectors.words, n=3)
    guess = " or ".join(map(repr, dict.fromkeys(near[:3])))
    advice = f"; did you mean {guess}?" if guess else ""
    raise ValueError(f"{word!r} is not among the {len(vectors)} words{advice}")


def _agreement(
    vectors: WordVectors, words: list[str], kinds: Mapping[str, str], count: int
) -> float:
    """Return which share of the words' ``count`` neighbors is of their kind."""
    names = {kind: i for i, kind in enumerate(dict.fromkeys(kinds.values()))}
    kind = np.array([names.get(kinds.get(word, ""), -1) for word in vectors.words])
    rows = np.array([vectors.id(word) for word in words])
    count = min(count, len(vectors) - 1)
    shares = []
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        cosines = vectors.unit[part] @ vectors.unit.T  # (rows, V)
        cosines[np.arange(len(part)), part] = -np.inf  # nobody is their own neighbor
        near = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        shares.append((kind[near] == kind[part][:, None]).mean(1))
    return float(np.concatenate(shares).mean())
