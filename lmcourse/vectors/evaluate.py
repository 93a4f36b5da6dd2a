"""How good are word vectors? Two tests for vectors of any kind (chapters 4 and 5).

A list of similarities is compared by rank: Spearman's correlation of people's scores
with the cosines. Analogies are a quiz: the share of questions whose first answer is
the right one. Words that have no vector cannot be tested, so both say how much of a
list they covered; figures of different coverage are not comparable.

Intervals are the middle 95 % of the figure over ``draws`` lists of the same size drawn
from the covered one with replacement (Efron & Tibshirani 1993, "An introduction to the
bootstrap", section 13.3). They tell what another list might have said, not what another
training run would. Analogies are made by pairing few pairs with each other, so they
depend on one another, and their true interval is wider.

Shape letters: V words, Q questions, N pairs, D draws.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from lmcourse import validate
from lmcourse.vectors.gold import Analogy, Similarity
from lmcourse.vectors.store import WordVectors

BLOCK = 2**23  # scores in memory at once


class SimilarityScore(NamedTuple):
    """Spearman's correlation, its 95 % interval, and how many pairs had vectors."""

    rho: float
    low: float
    high: float
    covered: int
    total: int


class RelationScore(NamedTuple):
    """The share of right answers in one relation; nan if nothing was covered."""

    accuracy: float
    covered: int
    total: int


class AnalogyScore(NamedTuple):
    """The share of right answers, its 95 % interval, and how many had vectors.

    ``by_relation`` maps the name of each relation to a ``RelationScore``.
    """

    accuracy: float
    low: float
    high: float
    covered: int
    total: int
    by_relation: dict[str, RelationScore]


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Return the correlation of the ranks of x and y; ties share their mean rank.

    Parameters
    ----------
    x, y : arrays of shape (N,)

    Returns
    -------
    float
        From -1 to 1.

    Raises
    ------
    ValueError
        If there are fewer than two pairs, a number is not finite, or all of x or all
        of y are equal, which leaves nothing to rank.
    """
    x, y = (np.asarray(v, dtype=np.float64) for v in (x, y))
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise ValueError(
            "x and y must be two lists of the same length, at least 2; "
            f"got the shapes {x.shape} and {y.shape}"
        )
    for name, values in (("x", x), ("y", y)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name} must be finite numbers, got {values}")
        if (values == values[0]).all():
            raise ValueError(f"{name} has no order: all of it is {values[0]}")
    return float(_correlations(x, y, np.ones((1, len(x))))[0])


def evaluate_similarity(
    vectors: WordVectors, pairs: Iterable[Similarity], draws: int = 1000, seed: int = 0
) -> SimilarityScore:
    """Compare cosines with people's scores.

    Parameters
    ----------
    vectors : WordVectors
    pairs : iterable of Similarity
        A pair counts if both words have a vector, spelled exactly so: "Paris" is not
        "paris".
    draws : int
        Resamples for the interval.
    seed : int

    Returns
    -------
    SimilarityScore

    Raises
    ------
    ValueError
        If fewer than two pairs are covered, or all their scores or cosines are equal.
    """
    pairs = list(pairs)
    draws = validate.positive_int("draws", draws)
    known = [pair for pair in pairs if pair.a in vectors and pair.b in vectors]
    if len(known) < 2:
        raise ValueError(
            f"at least 2 pairs must have vectors for both words, got {len(known)} of "
            f"{len(pairs)}" + _missing(vectors, (w for p in pairs for w in p[:2]))
        )
    a, b = ([vectors.id(pair[i]) for pair in known] for i in (0, 1))
    cosines = np.einsum("ne,ne->n", vectors.unit[a], vectors.unit[b], dtype=np.float64)
    scores = np.array([pair.score for pair in known], dtype=np.float64)
    rho = spearman(scores, cosines)

    n = len(known)
    drawn = np.random.default_rng(seed).integers(n, size=(draws, n))
    drawn += n * np.arange(draws)[:, None]
    times = np.bincount(drawn.ravel(), minlength=draws * n).reshape(draws, n)
    resampled = _correlations(scores, cosines, times.astype(np.float64))
    low, high = np.nanpercentile(resampled, (2.5, 97.5))
    return SimilarityScore(rho, float(low), float(high), n, len(pairs))


def evaluate_analogies(
    vectors: WordVectors,
    analogies: Iterable[Analogy],
    method: str = "add",
    draws: int = 1000,
    seed: int = 0,
) -> AnalogyScore:
    """Count how often the best answer to "a is to b as c is to ?" is d.

    Candidates are all words of ``vectors`` but a, b and c.

    Parameters
    ----------
    vectors : WordVectors
    analogies : iterable of Analogy
        A question counts if all four words have a vector, spelled exactly so.
    method : {"add", "mul"}
        3CosAdd or 3CosMul, see ``WordVectors.analogy``.
    draws : int
        Resamples for the interval.
    seed : int

    Returns
    -------
    AnalogyScore

    Raises
    ------
    ValueError
        If no question is covered.
    """
    analogies = list(analogies)
    draws = validate.positive_int("draws", draws)
    known = [q for q in analogies if all(word in vectors for word in q[1:])]
    if not known:
        raise ValueError(
            f"no question has vectors for all its words: got 0 of {len(analogies)}"
            + _missing(vectors, (word for q in analogies for word in q[1:]))
        )
    ids = np.array([[vectors.id(word) for word in q[1:]] for q in known])  # (Q, 4)
    size = max(1, BLOCK // len(vectors))
    answers = [
        vectors.analogy_scores(ids[start : start + size, :3], method).argmax(axis=1)
        for start in range(0, len(ids), size)
    ]
    right = np.concatenate(answers) == ids[:, 3]
    right &= (ids[:, :3] != ids[:, 3:]).all(axis=1)  # if no candidate is left, too
    accuracy = right.mean()
    # A resample has as many right answers as that many throws of a biased coin.
    rng = np.random.default_rng(seed)
    resampled = rng.binomial(len(right), accuracy, size=draws) / len(right)
    low, high = np.percentile(resampled, (2.5, 97.5))
    by_relation = _by_relation(analogies, known, right)
    shares = float(accuracy), float(low), float(high)
    return AnalogyScore(*shares, len(known), len(analogies), by_relation)


def _by_relation(
    analogies: list[Analogy], known: list[Analogy], right: np.ndarray
) -> dict[str, RelationScore]:
    counts = {q.relation: [0, 0, 0] for q in analogies}  # right, covered, total
    for q in analogies:
        counts[q.relation][2] += 1
    for q, hit in zip(known, right.tolist(), strict=True):
        counts[q.relation][1] += 1
        counts[q.relation][0] += hit
    return {
        relation: RelationScore(hits / n if n else float("nan"), n, total)
        for relation, (hits, n, total) in counts.items()
    }


def _correlations(x: np.ndarray, y: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return Spearman's correlation for each row of ``times``, (D, N) -> (D,).

    A row says how often each pair occurs. If that leaves x or y with a single value,
    the correlation is nan.
    """
    total = times.sum(axis=1, keepdims=True)
    rx, ry = (_mean_ranks(values, times) for values in (x, y))
    rx -= (times * rx).sum(axis=1, keepdims=True) / total
    ry -= (times * ry).sum(axis=1, keepdims=True) / total
    xy, xx, yy = ((times * p).sum(axis=1) for p in (rx * ry, rx * rx, ry * ry))
    scale = np.sqrt(xx * yy)
    undefined = np.full(len(times), np.nan)
    return np.clip(np.divide(xy, scale, out=undefined, where=scale > 0), -1, 1)


def _mean_ranks(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Rank values that occur ``times`` often, (N,) and (D, N) -> (D, N).

    Equal values take as many ranks as they are, and each gets the mean of them.
    """
    order = np.argsort(values, kind="stable")
    firsts = np.flatnonzero(np.diff(values[order], prepend=-np.inf))
    sizes = np.add.reduceat(times[:, order], firsts, axis=1)  # (D, different values)
    last = np.cumsum(sizes, axis=1)
    group = np.empty(len(values), dtype=int)
    group[order] = np.repeat(
        np.arange(len(firsts)), np.diff(firsts, append=len(values))
    )
    return (last - (sizes - 1) / 2)[:, group]


def _missing(vectors: WordVectors, words: Iterable[str]) -> str:
    missing = [word for word in dict.fromkeys(words) if word not in vectors]
    shown = ", ".join(map(repr, missing[:3]))
    return f"; there is no vector for {shown}" if missing else ""
