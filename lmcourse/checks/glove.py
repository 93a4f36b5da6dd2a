"""Check the exercises on counting, GloVe and PPMI: probes, known mistakes (chapter 5).

The right answers are in ``lmcourse.glove`` and, for toys, ``lmcourse.glove.by_hand``;
the mistakes in GloVe itself are in ``lmcourse.checks.mistakes.glove``.
The file is a list of small sections, one an exercise, and each can be read alone.

Shape letters: N pairs of words that met, V words, E dimensions of a vector.
"""

import functools
import itertools
import math
import random
from collections.abc import Callable

import numpy as np

from lmcourse import littletown
from lmcourse.checks.core import CheckResult, diagnose, stopped
from lmcourse.checks.mistakes.glove import (
    MISTAKES_ADAGRAD_STEP,
    MISTAKES_GLOVE_GRADIENTS,
    MISTAKES_GLOVE_LOSS,
    MISTAKES_GLOVE_WEIGHT,
)
from lmcourse.glove import PPMIVectors, by_hand
from lmcourse.glove.loss import adagrad_step, glove_gradients, glove_loss, weight
from lmcourse.littletown import world
from lmcourse.vectors import WordVectors

Mistakes = dict[str, Callable]

# --- cooccurrences * ------------------------------------------------------------------

_WORDS = ["the", "cat", "dog", "sat", "ran", "on", "mat"]


def _text_probes(rng: np.random.Generator) -> list[tuple]:
    """Toys first; then sentences long enough for every distance, with repetitions."""
    drawn = [rng.choice(_WORDS, size).tolist() for size in (9, 4, 1, 12)]
    return [
        ([["a", "b", "c"]], 2),
        ([["a", "b"], ["c", "d"]], 1),
        ([["a", "b", "a"]], 2),
        (drawn, 3),
        (drawn, 4),
        ([["a"], []], 2),
    ]


def check_cooccurrences(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``cooccurrences(sentences, window)``: a dict of pairs."""
    return diagnose(
        "cooccurrences",
        student,
        by_hand.cooccurrences,
        _text_probes,
        MISTAKES_COOCCURRENCES,
        seed=seed,
    )


def _neighbors(
    worth: Callable = lambda d, window: 1 / d,
    reach: Callable = lambda window: range(1, window + 1),
    left: bool = True,
    right: bool = True,
    itself: bool = True,
) -> Callable:
    """Count with one thing changed: what distance d is worth, how far, which side."""

    def count(sentences, window):
        X = {}
        for words in sentences:
            for place, word in enumerate(words):
                for d in reach(window):
                    sides = [place - d] * left + [place + d] * (right and d != 0)
                    for there in sides:
                        if not 0 <= there < len(words):
                            continue
                        pair = word, words[there]
                        if itself or pair[0] != pair[1]:
                            X[pair] = X.get(pair, 0.0) + worth(d, window)
        return X

    return count


def _as_one_sentence(sentences, window):
    return by_hand.cooccurrences([[w for s in sentences for w in s]], window)


def _around_the_corner(sentences, window):
    X = {}
    for words in sentences:
        for place, word in enumerate(words):
            for d in range(1, min(window, len(words)) + 1):
                for pair in ((word, words[place - d]), (words[place - d], word)):
                    X[pair] = X.get(pair, 0.0) + 1 / d
    return X


def _last_wins(sentences, window):
    X = {}
    for words in sentences:
        for place, word in enumerate(words):
            for d in range(1, min(window, place) + 1):
                X[word, words[place - d]] = X[words[place - d], word] = 1 / d
    return X


def _scaled(factor: Callable) -> Callable:
    """Multiply each count by ``factor(pair, X, window)``."""

    def count(sentences, window):
        X = by_hand.cooccurrences(sentences, window)
        return {pair: X[pair] * factor(pair, X, window) for pair in X}

    return count


MISTAKES_COOCCURRENCES: Mistakes = {
    "Every neighbor counts 1 here, near or far. One at distance d counts 1 / d.": (
        _neighbors(lambda d, window: 1.0)
    ),
    "The distance itself is added, so that far words count most: add 1 / d.": (
        _neighbors(lambda d, window: float(d))
    ),
    "// cuts 1 / d down to 0 for every d above 1: divide with /.": (
        _neighbors(lambda d, window: float(1 // d))
    ),
    "The neighbor next door has distance 1 and counts 1: add 1 / d, not 1 / (d + 1).": (
        _neighbors(lambda d, window: 1 / (d + 1))
    ),
    "This falls with the square of the distance: 1 / d is meant, not 1 / d**2.": (
        _neighbors(lambda d, window: 1 / d**2)
    ),
    "(window + 1 - d) / window are the weights of word2vec's dynamic window. GloVe "
    "counts 1 / d.": _neighbors(lambda d, window: (window + 1 - d) / window),
    "Only words on the left count. The window reaches to both sides: whenever (a, b) "
    "gets something, so does (b, a).": _neighbors(right=False),
    "Only words on the right count. The window reaches to both sides: whenever (a, b) "
    "gets something, so does (b, a).": _neighbors(left=False),
    "Each pair is counted twice: either look to both sides of every word, or look left "
    "and add to (a, b) and (b, a); not both.": _scaled(lambda pair, X, window: 2),
    "The farthest neighbor is missing: distances run up to window itself, and range "
    "stops one before its end.": _neighbors(reach=lambda window: range(1, window)),
    "The window reaches one word too far: the largest distance is window.": (
        _neighbors(reach=lambda window: range(1, window + 2))
    ),
    "window is split between the sides: it is the number of words on each side.": (
        _neighbors(reach=lambda window: range(1, max(1, window // 2) + 1))
    ),
    "Each word is its own neighbor at distance 0: begin with distance 1.": (
        _neighbors(
            lambda d, window: 1 / d if d else 1.0, lambda window: range(window + 1)
        )
    ),
    "The window crosses from one sentence into the next: count sentence by sentence.": (
        _as_one_sentence
    ),
    "words[place - d] with a negative index comes back from the end of the sentence: "
    "stop at place - d = 0.": _around_the_corner,
    "A new meeting overwrites the old ones: add to what is there, X[pair] = "
    "X.get(pair, 0) + 1 / d.": _last_wins,
    "A word that meets itself, as 'a' does in 'a b a', is skipped: places are "
    "different, so it counts like any other.": _neighbors(itself=False),
    "A pair of a word with itself is counted for one of its two places only: each of "
    "them has the other in its window.": _scaled(
        lambda pair, X, window: 0.5 if pair[0] == pair[1] else 1.0
    ),
    "Only the last sentence is in the table: make the dictionary once, before the "
    "loop.": lambda sentences, window: by_hand.cooccurrences(sentences[-1:], window),
    "Only the first sentence is in the table: is the return inside the loop?": (
        lambda sentences, window: by_hand.cooccurrences(sentences[:1], window)
    ),
    "These are divided by the window: add 1 / d as it is.": _scaled(
        lambda pair, X, window: 1 / window
    ),
    "These are shares of all counts: return the counts themselves.": _scaled(
        lambda pair, X, window: 1 / sum(X.values())
    ),
}

# --- glove_weight * -------------------------------------------------------------------


def check_glove_weight(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``glove_weight(x, x_max, alpha)``: equation (9)."""
    return diagnose(
        "glove_weight",
        student,
        weight,
        lambda rng: [
            (np.array([1.0, 16.0, 81.0]), 16.0, 0.75),
            (np.array([0.5, 10.0, 200.0]), 100.0, 0.5),
            (rng.uniform(0.1, 30, 8), 10.0, rng.uniform(0.3, 0.9)),
            (np.array([0.0, 4.0, 9.0]), 4.0, 0.75),
        ],
        MISTAKES_GLOVE_WEIGHT,
        seed=seed,
    )


# --- glove_loss * ---------------------------------------------------------------------


def _pair_probes(rng: np.random.Generator) -> list[tuple]:
    """Draw pairs that met below x_max, above it, and, in the last probe, never."""

    def some(N, E, x):
        w, c = rng.normal(size=(2, N, E))
        bw, bc = rng.normal(size=(2, N))
        return w, c, bw, bc, x

    mixed = rng.uniform(1.5, 30, 6)
    mixed[0], mixed[1] = 0.4, 40.0
    return [
        (*some(1, 2, np.array([5.0])), 10.0, 0.75),
        (*some(1, 3, np.array([50.0])), 10.0, 0.75),
        (*some(4, 3, rng.uniform(2, 9, 4)), 10.0, 0.5),
        (*some(6, 4, mixed), 8.0, 0.75),
        (*some(3, 2, np.array([3.0, 0.0, 20.0])), 10.0, 0.75),
    ]


def check_glove_loss(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``glove_loss(w, c, bw, bc, x, x_max, alpha)``: equation (8)."""
    return diagnose(
        "glove_loss",
        student,
        glove_loss,
        _pair_probes,
        MISTAKES_GLOVE_LOSS,
        seed=seed,
    )


# --- glove_gradients ** ---------------------------------------------------------------


def check_glove_gradients(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``glove_gradients(w, c, bw, bc, x, x_max, alpha)``: four arrays."""
    return diagnose(
        "glove_gradients",
        student,
        glove_gradients,
        _pair_probes,
        MISTAKES_GLOVE_GRADIENTS,
        outputs=("dw", "dc", "dbw", "dbc"),
        seed=seed,
    )


# --- adagrad_step ** ------------------------------------------------------------------


def check_adagrad_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``adagrad_step(theta, squares, gradient, lr)``, as in ``glove.c``."""
    return diagnose(
        "adagrad_step",
        student,
        adagrad_step,
        lambda rng: [
            (np.array([1.0]), np.array([4.0]), np.array([3.0]), 0.5),
            (np.array([1.0, -2.0]), np.ones(2), np.array([2.0, 0.5]), 0.05),
            (
                rng.normal(size=(3, 4)),
                rng.uniform(1, 9, (3, 4)),
                rng.normal(size=(3, 4)),
                rng.uniform(0.01, 0.9),
            ),
        ],
        MISTAKES_ADAGRAD_STEP,
        outputs=("theta", "squares"),
        seed=seed,
    )


# --- best_score ** --------------------------------------------------------------------


def check_best_score(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``best_score(pair, word, context, total, negatives)``: PMI - log k."""
    return diagnose(
        "best_score",
        student,
        by_hand.best_score,
        lambda rng: [
            (10.0, 40.0, 50.0, 1000.0, 1),
            (10.0, 40.0, 50.0, 1000.0, 5),
            *(
                (*rng.uniform([2, 20, 40, 900], [9, 30, 60, 3000]).tolist(), k)
                for k in (1, 2, 15)
            ),
        ],
        MISTAKES_BEST_SCORE,
        seed=seed,
    )


MISTAKES_BEST_SCORE: Mistakes = {
    "log k is added: more negatives push every score down, so it is subtracted.": (
        lambda p, w, c, n, k: math.log(p * n / (w * c)) + math.log(k)
    ),
    "k is not used: with k negatives the best score is PMI - log k.": (
        lambda p, w, c, n, k: math.log(p * n / (w * c))
    ),
    "k itself is subtracted: it is log k.": (
        lambda p, w, c, n, k: math.log(p * n / (w * c)) - k
    ),
    "The logarithm is to base 2: a sigmoid is made with e, so take the natural one.": (
        lambda p, w, c, n, k: math.log2(p * n / (w * c)) - math.log2(k)
    ),
    "The total is missing: PMI compares P(pair) with P(word) P(context), which leaves "
    "one total in the numerator.": lambda p, w, c, n, k: (
        math.log(p / (w * c)) - math.log(k)
    ),
    "The total is in the denominator: pair * total / (word * context).": (
        lambda p, w, c, n, k: math.log(p / (n * w * c)) - math.log(k)
    ),
    "The sign is turned around: a pair that meets more than by chance has a positive "
    "PMI.": lambda p, w, c, n, k: math.log(w * c / (p * n)) + math.log(k),
    "The log is missing: this is the odds. A sigmoid turns a *log* of odds into a "
    "probability.": lambda p, w, c, n, k: p * n / (w * c) / k,
    "This is the probability that the pair is a true one. The score is what stands "
    "inside the sigmoid, log(p / (1 - p)).": lambda p, w, c, n, k: (
        p / (p + k * w * c / n)
    ),
    "The word's own count is missing: in n pairs of the text, chance makes "
    "word * context / total of them.": lambda p, w, c, n, k: (
        math.log(p * n / c) - math.log(k)
    ),
    "The context's own count is missing: in n pairs of the text, chance makes "
    "word * context / total of them.": lambda p, w, c, n, k: (
        math.log(p * n / w) - math.log(k)
    ),
    "This is log P(context | word) - log k, what another method (noise contrastive "
    "estimation) approaches. Divide by P(context) as well.": lambda p, w, c, n, k: (
        math.log(p / w) - math.log(k)
    ),
    "Negative values are cut to 0, as in PPMI. The optimum itself may be negative.": (
        lambda p, w, c, n, k: max(math.log(p * n / (w * c)) - math.log(k), 0.0)
    ),
}

# --- ppmi ** --------------------------------------------------------------------------


def _table_probes(rng: np.random.Generator) -> list[tuple]:
    """Draw tables in which rows and columns are not the same, some cells empty."""
    drawn = rng.integers(0, 9, (5, 5)) + np.diag([20.0, 9, 7, 30, 4])
    return [
        (np.array([[4.0, 1.0], [0.0, 3.0]]), 0.0, 1.0),
        (drawn + np.eye(5), 0.0, 1.0),
        (drawn, math.log(2), 1.0),
        (drawn, 0.0, 0.75),
        (drawn, 0.1, 0.5),
    ]


def check_ppmi(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``ppmi(X, shift, smoothing)`` on small full tables."""
    return diagnose(
        "ppmi", student, by_hand.ppmi, _table_probes, MISTAKES_PPMI, seed=seed
    )


def _ppmi(
    words: Callable = lambda X, a: X.sum(axis=1) / X.sum(),
    contexts: Callable = lambda X, a: X.sum(axis=0) ** a / (X.sum(axis=0) ** a).sum(),
    joint: Callable = lambda X: X / X.sum(),
    log: Callable = np.log,
    together: Callable = lambda pmi, shift: np.maximum(pmi - shift, 0),
) -> Callable:
    """Write PPMI with one part of it replaced."""

    def table(X, shift, smoothing):
        with np.errstate(all="ignore"):
            chance = words(X, smoothing)[:, None] * contexts(X, smoothing)
            return together(log(joint(X) / chance), shift)

    return table


MISTAKES_PPMI: Mistakes = {
    "The negative values are still there: take the larger of PMI - shift and 0.": _ppmi(
        together=lambda pmi, shift: pmi - shift
    ),
    "The shift comes too late: subtract it before everything below 0 becomes 0.": _ppmi(
        together=lambda pmi, shift: np.maximum(pmi, 0) - shift
    ),
    "The shift is added: subtract it.": _ppmi(
        together=lambda pmi, shift: np.maximum(pmi + shift, 0)
    ),
    "The shift is not used: subtract it before everything below 0 becomes 0.": _ppmi(
        together=lambda pmi, shift: np.maximum(pmi, 0)
    ),
    "The smaller of PMI - shift and 0 is kept: it should be the larger.": _ppmi(
        together=lambda pmi, shift: np.minimum(pmi - shift, 0)
    ),
    "abs turns what is rarer than chance into news: those cells are 0.": _ppmi(
        together=lambda pmi, shift: np.where(np.isinf(pmi), 0, np.abs(pmi - shift))
    ),
    "The logarithm is to base 2: take the natural one.": _ppmi(log=np.log2),
    "The log is missing: this is the ratio itself.": _ppmi(log=lambda ratio: ratio),
    "log(1 + ratio) is never negative, so that chance itself counts as news: take "
    "log(ratio).": _ppmi(log=np.log1p),
    "The smoothing is not used: raise the counts of the contexts to that power.": _ppmi(
        contexts=lambda X, a: X.sum(axis=0) / X.sum()
    ),
    "The words are smoothed instead of the contexts: those are the columns.": _ppmi(
        lambda X, a: X.sum(axis=1) ** a / (X.sum(axis=1) ** a).sum(),
        lambda X, a: X.sum(axis=0) / X.sum(),
    ),
    "Both sides are smoothed: only the contexts, the columns, should be.": _ppmi(
        lambda X, a: X.sum(axis=1) ** a / (X.sum(axis=1) ** a).sum()
    ),
    "Smoothed counts must sum to one again: divide them by the sum of the smoothed "
    "counts, not by that of the counts.": _ppmi(
        contexts=lambda X, a: X.sum(axis=0) ** a / X.sum()
    ),
    "The power is taken of probabilities that do not sum to one afterwards: divide "
    "them by their new sum.": _ppmi(
        contexts=lambda X, a: (X.sum(axis=0) / X.sum()) ** a
    ),
    "Rows are used for the contexts too: a column's sum is X.sum(axis=0).": _ppmi(
        contexts=lambda X, a: X.sum(axis=1) ** a / (X.sum(axis=1) ** a).sum()
    ),
    "Rows and columns are exchanged: words stand in the rows, so their sums are "
    "X.sum(axis=1).": _ppmi(
        lambda X, a: X.sum(axis=0) / X.sum(),
        lambda X, a: X.sum(axis=1) ** a / (X.sum(axis=1) ** a).sum(),
    ),
    "The counts are not made probabilities: P(i, j) = X / X.sum().": _ppmi(
        joint=lambda X: X
    ),
    "The contexts are not divided by: P(i, j) / (P(i) P(j)).": _ppmi(
        contexts=lambda X, a: np.ones(len(X))
    ),
}

# --- svd_vectors ** -------------------------------------------------------------------


def check_svd_vectors(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``svd_vectors(M, dim, power)``; the signs of columns are free."""
    return diagnose(
        "svd_vectors",
        _same_signs(student) if callable(student) else student,
        _same_signs(by_hand.svd_vectors),
        lambda rng: [
            (np.array([[3.0, 0.0], [4.0, 0.0], [0.0, 2.0]]), 1, 1.0),
            (rng.normal(size=(6, 4)), 2, 1.0),
            (rng.normal(size=(5, 5)), 3, 0.5),
            (rng.normal(size=(5, 5)) + 1, 2, 0.0),
        ],
        {hint: _same_signs(wrong) for hint, wrong in MISTAKES_SVD_VECTORS.items()},
        seed=seed,
    )


def _same_signs(function: Callable) -> Callable:
    """Turn each column of the answer so that its largest entry is positive."""

    @functools.wraps(function)
    def turned(M, dim, power):
        answer = function(M, dim, power)
        if not isinstance(answer, np.ndarray) or answer.ndim != 2 or not answer.size:
            return answer
        largest = np.abs(answer).argmax(axis=0)
        return answer * np.sign(answer[largest, np.arange(answer.shape[1])])

    return turned


def _parts(together: Callable) -> Callable:
    """Put U, S and V^T together in another way."""

    def vectors(M, dim, power):
        U, S, Vt = np.linalg.svd(M, full_matrices=False)
        with np.errstate(all="ignore"):
            return together(U, S, Vt, dim, power)

    return vectors


MISTAKES_SVD_VECTORS: Mistakes = {
    "These are the vectors of the contexts (V): those of the words are in U.": _parts(
        lambda U, S, Vt, dim, p: Vt[:dim].T * S[:dim] ** p
    ),
    "Rows of U are taken for vectors of the singular values: cut U to its first "
    "columns, U[:, :dim].": _parts(lambda U, S, Vt, dim, p: U[:dim] * S**p),
    "The singular values are not used: multiply column e of U by S[e]**power.": _parts(
        lambda U, S, Vt, dim, p: U[:, :dim]
    ),
    "The power is not used: multiply by S**power, not by S.": _parts(
        lambda U, S, Vt, dim, p: U[:, :dim] * S[:dim]
    ),
    "The smallest singular values are kept: NumPy gives the largest first, so take "
    "the first dim.": _parts(lambda U, S, Vt, dim, p: U[:, -dim:] * S[-dim:] ** p),
    "S**(2 * power) is used: S are the singular values already, not their square "
    "roots.": _parts(lambda U, S, Vt, dim, p: U[:, :dim] * S[:dim] ** (2 * p)),
    "The square root is taken once more: S**power, and power may be 0.5 already.": (
        _parts(lambda U, S, Vt, dim, p: U[:, :dim] * S[:dim] ** (p / 2))
    ),
    "U is divided by S**power: multiply.": _parts(
        lambda U, S, Vt, dim, p: U[:, :dim] / S[:dim] ** p
    ),
    "The power is taken of U too: only S is raised to it.": _parts(
        lambda U, S, Vt, dim, p: (
            np.sign(U[:, :dim]) * (np.abs(U[:, :dim]) * S[:dim]) ** p
        )
    ),
    "The columns of M were centered first: that is principal component analysis. PPMI "
    "is decomposed as it is.": lambda M, dim, power: by_hand.svd_vectors(
        M - M.mean(axis=0), dim, power
    ),
    "Every row has length 1 here: return U S**power as it is. Cosines divide by the "
    "length anyway.": _parts(
        lambda U, S, Vt, dim, p: (
            U[:, :dim]
            * S[:dim] ** p
            / np.linalg.norm(U[:, :dim] * S[:dim] ** p, axis=1, keepdims=True)
        )
    ),
    "The singular values are divided by the largest: take them as they are.": _parts(
        lambda U, S, Vt, dim, p: U[:, :dim] * (S[:dim] / S[0]) ** p
    ),
    "This puts M together again: return the vectors, U[:, :dim] * S[:dim]**power.": (
        _parts(lambda U, S, Vt, dim, p: (U[:, :dim] * S[:dim]) @ Vt[:dim])
    ),
    "These are columns of M itself: decompose it with np.linalg.svd.": (
        lambda M, dim, power: M[:, :dim]
    ),
    "All dimensions are returned: keep the first dim columns.": _parts(
        lambda U, S, Vt, dim, p: U * S**p
    ),
}

# --- guess_vector *** -----------------------------------------------------------------

_BAR = 0.6  # FastText, trained as in the lesson, finds the kind of some 0.55
_NAMES = 40  # of each kind

_KINDS = {
    "girl": (world.GIRLS, world.GIRL_ENDINGS),
    "boy": (world.BOYS, world.BOY_ENDINGS),
    "family": (world.SURNAMES, world.SURNAME_ENDINGS),
    "pet": (world.PETS, world.PET_ENDINGS),
}


@functools.cache
def _counted() -> WordVectors:
    """Return vectors of all words of the training stories, however rare."""
    return PPMIVectors(dim=50, window=3).fit(littletown.load("train")).vectors


def _new_names(seed: int) -> dict[str, list[str]]:
    """Make up names of each kind that are in no story."""
    rng = random.Random(seed)
    names = {}
    for kind, (_, endings) in _KINDS.items():
        parts = world.ONSETS, world.VOWELS, world.MIDDLES, endings
        every = sorted({"".join(name) for name in itertools.product(*parts)})
        names[kind] = rng.sample([n for n in every if n not in _counted()], _NAMES)
    return names


def _middles() -> np.ndarray:
    """Return the mean direction of the common names of each kind, (kinds, E)."""
    known = [[w for w in words if w in _counted()] for words, _ in _KINDS.values()]
    middles = np.stack([_counted().subset(words).unit.mean(axis=0) for words in known])
    return middles / np.linalg.norm(middles, axis=1, keepdims=True)


def check_guess_vector(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``guess_vector(word, vectors)``: place made-up names better than FastText.

    Prints the share of names that land nearest to their kind.
    """
    vectors, middles, right, asked = _counted(), _middles(), 0, 0
    try:
        for place, names in enumerate(_new_names(seed).values()):
            for name in names:
                vector = np.asarray(student(name, vectors))
                if hint := _guess_hint(vector, name, vectors):
                    return CheckResult("guess_vector", hint)
                right += int((middles @ vector).argmax()) == place
                asked += 1
    except (Exception, SystemExit) as error:
        return CheckResult("guess_vector", stopped(error))
    print(f"{right / asked:.2f} of the names are nearest to their kind; bar {_BAR}")
    if right / asked >= _BAR:
        return CheckResult("guess_vector", "")
    return CheckResult(
        "guess_vector",
        f"True vectors, but only {right / asked:.2f} of the names find their kind, and "
        f"{_BAR} is the bar. Who else is spelled like Brorberg, and which end of the "
        "word tells the kind?",
    )


def _guess_hint(vector: np.ndarray, name: str, vectors: WordVectors) -> str:
    """Say what keeps an answer from being judged."""
    wanted = vectors.matrix.shape[1:]
    if vector.shape != wanted:
        return f"For {name!r} it should return the shape {wanted}, not {vector.shape}."
    if vector.dtype.kind not in "fiu" or not np.isfinite(vector).all():
        return f"For {name!r} it returns numbers that are not finite."
    if not vector.any():
        return f"For {name!r} it returns zeros, which point nowhere."
    return ""
