"""From a text to training pairs: windows, subsampling, noise (chapter 4).

Sources: Mikolov et al. (2013a), arXiv:1301.3781, for windows and the learning rate;
Mikolov et al. (2013b), arXiv:1310.4546, section 2.2 for the noise and section 2.3 for
subsampling. Where the authors' own program, word2vec.c, does otherwise than they
wrote, the docstring says so.

Shape letters: T tokens, P pairs, V words of the vocabulary, B pairs of a batch,
K negatives a pair.
"""

import numpy as np

from lmcourse import validate


def skipgram_pairs(ids, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Pair each word of a sentence with every word at most ``window`` places away.

    Mikolov et al. (2013b), equation 1: the pairs are the terms of its double sum. The
    first paper, like word2vec.c and ``Word2Vec``, draws the window anew for each
    center, evenly from 1 to ``window``, so that near words come up more often; here it
    is fixed. (And word2vec.c lets the context predict the center. Both directions
    occur anyway: whoever is my neighbor has me as a neighbor.)

    Parameters
    ----------
    ids : sequence of T int
        One sentence: no window reaches beyond its ends.
    window : int
        At least 1.

    Returns
    -------
    centers, contexts : int64 ndarrays of shape (P,)
        In the order of the text. No place is its own context, but a word that occurs
        twice may have itself as a neighbor.

    Raises
    ------
    ValueError
        If ``ids`` is no flat sequence of integers, or ``window`` no positive integer.
    """
    ids = _integers("ids", ids)
    window = validate.positive_int("window", window)
    window = min(window, max(len(ids) - 1, 0))  # a longer one finds nothing more
    offsets = np.r_[-window:0, 1 : window + 1]
    places = np.arange(len(ids))[:, None] + offsets  # (T, 2 window)
    inside = (places >= 0) & (places < len(ids))
    return np.repeat(ids, inside.sum(1)), ids[places[inside]]


def keep_probability(counts, threshold: float = 1e-3) -> np.ndarray:
    """Say with what probability an occurrence of each word stays in the text.

    Mikolov et al. (2013b), equation 5, gives the probability to *discard* a word of
    relative frequency f, 1 - sqrt(t / f); this is the rest, at most 1. The paper
    takes t near 1e-5, for a billion words; 1e-3 is the default of word2vec.c,
    whose formula is another: it keeps with sqrt(t / f) + t / f, which is more.

    Parameters
    ----------
    counts : array of shape (V,)
    threshold : float
        t, above 0. Words of a smaller share are always kept.

    Returns
    -------
    float64 ndarray of shape (V,)

    Raises
    ------
    ValueError
        If the counts are not counts, or ``threshold`` is not above 0.
    """
    counts = _counts(counts)
    threshold = validate.number("threshold", threshold, above=0)
    frequency = counts / counts.sum()
    return np.sqrt(threshold / np.maximum(frequency, threshold))


def noise_distribution(counts, power: float = 0.75) -> np.ndarray:
    """Return the distribution that negative samples come from.

    Mikolov et al. (2013b), section 2.2: the unigram distribution raised to the power
    3/4, and normalized again. Frequent words lose, rare ones gain. (word2vec.c stores
    it as a table of 100 million entries to draw from, which rounds it a little.)

    Parameters
    ----------
    counts : array of shape (V,)
    power : float
        0 is the uniform distribution, 1 the unigram distribution.

    Returns
    -------
    float64 ndarray of shape (V,)
        Sums to one.

    Raises
    ------
    ValueError
        If the counts are not counts, or ``power`` is below 0 or far too large.
    """
    counts = _counts(counts)
    power = validate.number("power", power, at_least=0)
    with np.errstate(over="ignore"):
        weight = counts**power
        total = weight.sum()
    if not (np.isfinite(total) and total > 0):
        raise ValueError(f"counts to the power {power:g} are no numbers any more")
    return weight / total


def negative_samples(noise, context, u) -> np.ndarray:
    """Turn uniform numbers into words that are not the context word.

    For each pair, the context word is taken out of the noise, the rest normalized
    again, and the K numbers looked up in its cumulative sum: a number in
    [P(0..w-1), P(0..w)) is the word w. So no word is its own negative. (word2vec.c
    drops such a draw, and has one negative less then.)

    Parameters
    ----------
    noise : array of shape (V,)
        Probabilities, see ``noise_distribution``.
    context : int array of shape (B,)
        The word observed in each pair.
    u : array of shape (B, K)
        Uniform in [0, 1).

    Returns
    -------
    int64 ndarray of shape (B, K)
        Always words with a probability above 0.

    Raises
    ------
    ValueError
        If shapes do not fit, an id or a number is out of range, or a context word
        leaves no noise to draw from.
    """
    noise = _counts(noise, "noise")
    context, u = _integers("context", context), np.asarray(u, np.float64)
    if u.ndim != 2 or len(u) != len(context):
        raise ValueError(
            f"u must have the shape ({len(context)}, K), one row for each context "
            f"word; got {u.shape}"
        )
    if u.size and not (u.min() >= 0 and u.max() < 1):
        raise ValueError("u must be in [0, 1), as a random generator draws it")
    if context.size and not 0 <= context.min() <= context.max() < len(noise):
        raise ValueError(f"context must be ids below {len(noise)}, the size of noise")
    total = np.cumsum(noise)  # (V,)
    # The mass before the context word and the mass after it, with a gap between.
    before = np.concatenate([[0.0], total])[context, None]  # (B, 1)
    end = total[context, None]
    mass = before + (total[-1] - end)
    if not (mass > 0).all():
        raise ValueError("a context word has all of the noise: no other can be drawn")
    x = u * mass
    x = np.where(x < before, x, end + (x - before))  # (B, K) jump over the gap
    x = np.minimum(x, np.nextafter(total[-1], 0))  # rounding must not pass the end
    return np.searchsorted(total, x, side="right")


def linear_decay(
    step: int, steps: int, start: float = 0.025, end: float = 0.0001
) -> float:
    """Return the learning rate after ``step`` of ``steps``: a straight line down.

    Mikolov et al. (2013a), section 4.2: 0.025, decreased linearly so that it
    approaches zero at the end. word2vec.c stops at a ten-thousandth of the start;
    0.0001 is the end that gensim has.

    Parameters
    ----------
    step, steps : int
        0 gives ``start``; ``steps`` and beyond give ``end``.
    start, end : float

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ``step`` is below 0, ``steps`` below 1, or a rate no finite number.
    """
    step = validate.positive_int("step", step, minimum=0)
    steps = validate.positive_int("steps", steps)
    start, end = validate.number("start", start), validate.number("end", end)
    done = min(step / steps, 1.0)
    return start * (1 - done) + end * done


def _integers(name: str, values) -> np.ndarray:
    array = np.asarray(values)
    if not array.size:
        array = array.astype(np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must be a flat sequence of integers, got {array.dtype} of the "
            f"shape {array.shape}"
        )
    return array.astype(np.int64)


def _counts(values, name: str = "counts") -> np.ndarray:
    array = np.asarray(values, np.float64)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} must have the shape (V,), got {array.shape}")
    if not (np.isfinite(array).all() and array.min() >= 0 and array.sum() > 0):
        raise ValueError(
            f"{name} must be finite, not below 0 and not all 0; got numbers from "
            f"{array.min():g} to {array.max():g}"
        )
    return array
