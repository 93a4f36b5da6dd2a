"""The formulas of the n-gram chapter, one word at a time (chapter 2).

What the exercises ask for: dictionaries in place of sorted integers, so short that a
student writes them in an evening, so slow that nobody should wait for them. The tests
prove that they give the numbers of the models beside this file.

``counts`` maps an n-gram, a tuple of words, to how often it occurred. A sentence begins
with one ``<s>``, which is never predicted, and ends with ``</s>``, which is.

Shape letters: T tokens, M models, V words that can be predicted.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from lmcourse.vocab import BOS, EOS

Counts = Mapping[tuple[str, ...], int]


def count_ngrams(sentences: Sequence[Sequence[str]], n: int) -> dict[tuple, int]:
    """Count the n-grams of a text.

    Parameters
    ----------
    sentences : list of list of str
    n : int

    Returns
    -------
    dict of tuple of n str to int
        Only n-grams that end in a word that is predicted: ``("<s>",)`` is none.
    """
    counts: Counter = Counter()
    for sentence in sentences:
        tokens = (BOS, *sentence, EOS)
        for end in range(max(n, 2), len(tokens) + 1):
            counts[tokens[end - n : end]] += 1
    return dict(counts)


def times_followed(counts: Counts, context: tuple[str, ...]) -> int:
    """Return how often a context was followed by anything: the usual denominator."""
    return sum(c for ngram, c in counts.items() if ngram[:-1] == context)


def max_likelihood(counts: Counts, word: str, context: tuple[str, ...]) -> float:
    """Return the share of a word among all that followed a context.

    Parameters
    ----------
    counts : dict
        N-grams of all lengths up to that of the context plus 1.
    word : str
    context : tuple of str
        May be empty.

    Returns
    -------
    float
        0 after a context that never occurred.
    """
    total = times_followed(counts, context)
    return counts.get((*context, word), 0) / total if total else 0.0


def add_k(
    counts: Counts, word: str, context: tuple[str, ...], words: Sequence[str], k: float
) -> float:
    """Pretend that each word was seen k times more after each context.

    Parameters
    ----------
    counts, word, context
        As in ``max_likelihood``.
    words : list of str
        The different words of the text. ``</s>`` is not among them, and can be
        predicted, so V is one more.
    k : float

    Returns
    -------
    float
    """
    V = len(words) + 1
    seen = counts.get((*context, word), 0)
    return (seen + k) / (times_followed(counts, context) + k * V)


def perplexity(sentences: Sequence[Sequence[float]]) -> float:
    """Return 2 to the mean number of bits per token of a whole text.

    Parameters
    ----------
    sentences : list of list of float
        log2 P of each word of a sentence, that of ``</s>`` last.

    Returns
    -------
    float
        Infinite if one token was thought impossible.
    """
    flat = [log2_prob for sentence in sentences for log2_prob in sentence]
    return 2 ** (-math.fsum(flat) / len(flat))


def jelinek_mercer(
    ratios: Sequence[float | None], weights: Sequence[float], V: int
) -> float:
    """Mix the count ratios of all lengths, the shortest first.

    P_n = lambda_n ratio_n + (1 - lambda_n) P_{n-1}, down to P_0 = 1/V: Jelinek &
    Mercer (1980), as told by Chen & Goodman (1998), TR-10-98, section 2.3.

    Parameters
    ----------
    ratios : list of float or None
        count(context w) / count(context), from the empty context up; None where the
        context never occurred, which then leaves the word to the shorter one.
    weights : list of float
        lambda_1, lambda_2, ...
    V : int

    Returns
    -------
    float
    """
    p = 1 / V
    for ratio, weight in zip(ratios, weights, strict=True):
        if ratio is not None:
            p = weight * ratio + (1 - weight) * p
    return p


def em_step(probs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Improve the weights of a mixture once, on text that no model has counted.

    Dempster, Laird & Rubin (1977), "Maximum likelihood from incomplete data via the EM
    algorithm", section 4.3.

    Parameters
    ----------
    probs : ndarray of shape (T, M)
        What each of M models said of each token.
    weights : ndarray of shape (M,)
        Summing to one.

    Returns
    -------
    ndarray of shape (M,)
        Summing to one.
    """
    shares = weights * probs  # (T, M)
    return (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)


def stupid_backoff(
    counts: Counts, word: str, context: tuple[str, ...], alpha: float
) -> float:
    """Return the score of Brants et al. (2007), section 4.

    Parameters
    ----------
    counts, word, context
        As in ``max_likelihood``.
    alpha : float
        What each step to a shorter context costs.

    Returns
    -------
    float
        No probability: over all words it sums to something other than one.
    """
    if (*context, word) in counts:
        return max_likelihood(counts, word, context)
    return alpha * stupid_backoff(counts, word, context[1:], alpha) if context else 0.0


def continuation_counts(bigrams: Counts) -> dict[str, int]:
    """Return after how many different words each word occurred.

    Parameters
    ----------
    bigrams : dict of (str, str) to int

    Returns
    -------
    dict of str to int
        N1+(. w), Chen & Goodman (1998), section 2.7.
    """
    return dict(Counter(word for _, word in bigrams))


def kneser_ney(bigrams: Counts, word: str, previous: str, D: float) -> float:
    """Return the interpolated Kneser-Ney probability of a bigram.

    Chen & Goodman (1998), section 2.7: take D from each count, and give what was taken
    to the words in proportion to their continuation counts.

    Parameters
    ----------
    bigrams : dict of (str, str) to int
    word, previous : str
    D : float
        From 0 to 1.

    Returns
    -------
    float
        After a word that never occurred, the share of continuation counts alone.
    """
    follow = [c for ngram, c in bigrams.items() if ngram[0] == previous]
    lower = continuation_counts(bigrams).get(word, 0) / len(bigrams)
    if not follow:
        return lower
    own = max(bigrams.get((previous, word), 0) - D, 0)
    return (own + D * len(follow) * lower) / sum(follow)


def modified_discounts(
    n1: int, n2: int, n3: int, n4: int
) -> tuple[float, float, float]:
    """Return what to take from counts of 1, of 2, and of 3 or more.

    Chen & Goodman (1998), equation 26.

    Parameters
    ----------
    n1, n2, n3, n4 : int
        How many n-grams occurred once, twice, three times, four times.

    Returns
    -------
    tuple of 3 float
    """
    Y = n1 / (n1 + 2 * n2)
    return 1 - 2 * Y * n2 / n1, 2 - 3 * Y * n3 / n2, 3 - 4 * Y * n4 / n3
