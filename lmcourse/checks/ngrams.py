"""Check the exercises on n-grams: probes and known mistakes (chapter 2).

The right answers are in ``lmcourse.ngram.by_hand``, ``lmcourse.metrics`` and
``lmcourse.sampling``. This file is long because mistakes are many; it is a list of
small sections, one an exercise, and each can be read alone.

Shape letters: T tokens, M models, V words that can be predicted.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from lmcourse import littletown, sampling
from lmcourse.checks.core import CheckResult, diagnose, stopped
from lmcourse.ngram import KneserNey, by_hand, interpolate
from lmcourse.ngram.by_hand import times_followed
from lmcourse.vocab import BOS, EOS, Vocab

Mistakes = dict[str, Callable]

# --- toy texts ----------------------------------------------------------------------

_WORDS = ["the", "cat", "dog", "sat", "ran", "sees", "big", "old"]
_SMALL = [["a", "b"], ["a", "c"]]


def _text(rng: np.random.Generator) -> list[list[str]]:
    """Draw some sentences over few words, so that some n-grams return."""
    words = rng.permutation(_WORDS)[: rng.integers(4, 7)].tolist()
    p = 1 / np.arange(1.0, len(words) + 1)
    return [
        rng.choice(words, rng.integers(1, 7), p=p / p.sum()).tolist()
        for _ in range(rng.integers(8, 14))
    ]


def _counts(sentences: list[list[str]], order: int) -> dict:
    """Count n-grams of all lengths up to ``order``."""
    tables = (by_hand.count_ngrams(sentences, n) for n in range(1, order + 1))
    return {ngram: c for table in tables for ngram, c in table.items()}


def _questions(counts: dict, length: int) -> list[tuple[str, tuple]]:
    """Ask for words after contexts of one length: seen, unseen, first, last, foreign.

    Returns
    -------
    list of (word, context)
    """
    grams = sorted(ngram for ngram in counts if len(ngram) == length + 1)
    words = sorted(ngram[0] for ngram in counts if len(ngram) == 1)
    asked = [max(grams, key=lambda g: counts[g])]
    asked += [g for g in grams if g[0] == BOS][:1]
    asked += [g for g in grams if g[-1] == EOS and len(g) > 1][:1]
    contexts = sorted({g[:-1] for g in grams})
    unseen = ((*c, w) for c in contexts for w in words if (*c, w) not in counts)
    asked += [*unseen][:: max(1, length)][:3]
    if length:
        asked.append(("nobody",) * length + (asked[0][-1],))
    return [(g[-1], g[:-1]) for g in asked]


# --- count_ngrams * ------------------------------------------------------------------


def check_count_ngrams(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``count_ngrams(sentences, n)``: a dict of tuples."""
    return diagnose(
        "count_ngrams",
        student,
        by_hand.count_ngrams,
        lambda rng: (
            [([["a", "b", "a"]], n) for n in (1, 2)]
            + [(_SMALL, 2), ([["a"], []], 3), ([["A", "a"], []], 2)]
            + [(_text(rng), n) for n in (1, 2, 3, 4)]
        ),
        MISTAKES_COUNT_NGRAMS,
        seed=seed,
    )


def _windows(before: Callable, after: Callable, key: Callable = tuple) -> Callable:
    """Count windows of ``before(n) + sentence + after(n)``."""

    def count(sentences, n):
        counts = Counter()
        for sentence in sentences:
            tokens = [*before(n), *sentence, *after(n)]
            for start in range(len(tokens) - n + 1):
                counts[key(tokens[start : start + n])] += 1
        return dict(counts)

    return count


def _padded(n: int) -> list[str]:
    return [BOS] * (n > 1)  # so that <s> is no 1-gram


def _end(n: int) -> list[str]:
    return [EOS]


def _across(sentences, n):
    tokens = [t for s in sentences for t in (BOS, *s, EOS)]
    grams = [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
    return dict(Counter(g for g in grams if g != (BOS,)))


def _once_each(sentences, n):
    tables = (by_hand.count_ngrams([sentence], n) for sentence in sentences)
    return dict(Counter(ngram for table in tables for ngram in table))


MISTAKES_COUNT_NGRAMS: Mistakes = {
    "Near the end the windows get too short: an n-gram has exactly n tokens, so stop "
    "at range(len(tokens) - n + 1).": lambda sentences, n: dict(
        Counter(
            ngram
            for s in sentences
            for i in range(len(s) + 2)
            if (ngram := (BOS, *s, EOS)[i : i + n]) != (BOS,)
        )
    ),
    "The windows do not overlap: the next one begins one token later, not n.": (
        lambda sentences, n: dict(
            Counter(
                ngram
                for s in sentences
                for i in range(0, len(s) + 3 - n, n)
                if (ngram := (BOS, *s, EOS)[i : i + n]) != (BOS,)
            )
        )
    ),
    "Only the last sentence is in the table: make the dictionary once, before the "
    "loop.": lambda sentences, n: by_hand.count_ngrams(sentences[-1:], n),
    "Only the first sentence is in the table: is the return inside the loop?": (
        lambda sentences, n: by_hand.count_ngrams(sentences[:1], n)
    ),
    "The last n-gram of each sentence is missing. Its end counts too, so put </s> "
    "after the last word; and m tokens have m - n + 1 n-grams.": (
        _windows(_padded, lambda n: [])
    ),
    "The start of a sentence is missing: put <s> before its first word, so that the "
    "first word has a context too.": _windows(lambda n: [], _end),
    "Neither <s> nor </s> is there: a sentence is <s>, its words, </s>.": (
        _windows(lambda n: [], lambda n: [])
    ),
    "One <s> is enough here, whatever n is: you have n - 1 of them.": (
        _windows(lambda n: [BOS] * (n - 1), _end)
    ),
    "('<s>',) must not be counted: <s> is given, never predicted, so no n-gram ends "
    "in it.": _windows(lambda n: [BOS], _end),
    "An n-gram crosses from one sentence into the next: make the windows sentence by "
    "sentence.": _across,
    "Each n-gram counts once a sentence here, but it may occur several times in it: "
    "add 1 each time.": _once_each,
    "These are different n-grams, each with the count 1: add 1 each time one occurs.": (
        lambda s, n: dict.fromkeys(by_hand.count_ngrams(s, n), 1)
    ),
    "The keys are strings: make each n-gram a tuple, tuple(tokens[i:i + n]).": (
        _windows(_padded, _end, " ".join)
    ),
    "A 1-gram is a tuple too: ('cat',), with its comma, not 'cat'.": (
        _windows(_padded, _end, lambda g: tuple(g) if len(g) > 1 else g[0])
    ),
    "The words of each n-gram are in the wrong order: keep that of the text.": (
        _windows(_padded, _end, lambda g: tuple(g[::-1]))
    ),
    "Shorter n-grams are in the table too: count those of length n alone.": (
        lambda s, n: _counts(s, n)
    ),
    "These are shares: return the counts themselves, as whole numbers.": (
        lambda s, n: {
            g: c / sum(by_hand.count_ngrams(s, n).values())
            for g, c in by_hand.count_ngrams(s, n).items()
        }
    ),
}

# --- max_likelihood * ----------------------------------------------------------------


def _ratio_probes(rng: np.random.Generator) -> list[tuple]:
    small, text = _counts(_SMALL, 2), _text(rng)
    probes = [
        ({("a",): 4, ("a", "b"): 3, ("a", "c"): 1}, "b", ("a",)),
        ({("a",): 4, ("a", "b"): 3, ("a", "c"): 1}, "c", ("a",)),
        ({(BOS, "a"): 3, (BOS, "b"): 1, ("a", "b"): 1}, "b", (BOS,)),
        (small, EOS, ("b",)),
    ]
    for length in (1, 2, 0):
        counts = _counts(text, length + 1)
        probes += [(counts, *question) for question in _questions(counts, length)]
    return probes


def check_max_likelihood(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``max_likelihood(counts, word, context)``."""
    return diagnose(
        "max_likelihood",
        student,
        by_hand.max_likelihood,
        _ratio_probes,
        MISTAKES_MAX_LIKELIHOOD,
        seed=seed,
    )


def _share(under: Callable, over: Callable | None = None) -> Callable:
    """Divide a count by ``under(counts, word, context)``; 0 where that is 0."""

    def share(counts, word, context):
        seen = (over or _seen)(counts, word, context)
        total = under(counts, word, context)
        return seen / total if total else 0.0

    return share


def _seen(counts, word, context) -> int:
    return counts.get((*context, word), 0)


def _followed(counts, word, context) -> int:
    return times_followed(counts, context)


def _of_length(counts, n) -> list[int]:
    return [c for ngram, c in counts.items() if len(ngram) == n]


def _size(counts) -> int:
    return len(_of_length(counts, 1))


MISTAKES_MAX_LIKELIHOOD: Mistakes = {
    "The key asked for is (context, word), a tuple in a tuple, which is never in the "
    "table: (*context, word) is flat.": lambda counts, w, c: 0.0,
    "// cuts off everything after the point: divide with /.": (
        lambda counts, w, c: float(int(by_hand.max_likelihood(counts, w, c)))
    ),
    "This is the count itself: divide it by how often the context was followed.": (
        lambda counts, w, c: float(_seen(counts, w, c))
    ),
    "This is how often context and word come together, among all n-grams. Given the "
    "context, divide by how often that context was followed by anything.": (
        _share(lambda counts, w, c: sum(_of_length(counts, len(c) + 1)))
    ),
    "The denominator is the number of all tokens of the text: count only those that "
    "follow the context.": _share(lambda counts, w, c: sum(_of_length(counts, 1))),
    "The denominator counts different followers. Count how often the context was "
    "followed: add up their counts.": _share(
        lambda counts, w, c: sum(ngram[:-1] == c for ngram in counts)
    ),
    "This is P(context | word): divide by the count of the context, not by the count "
    "of the word.": _share(lambda counts, w, c: counts.get((w,), 0)),
    "counts[context] fails where the context is <s> or empty, which never stand in "
    "the table. Add up the n-grams that begin with the context instead.": _share(
        lambda counts, w, c: counts.get(c, 0)
    ),
    "After a context that never occurred you divide by 0: return 0.0 there.": (
        lambda counts, w, c: _seen(counts, w, c) / times_followed(counts, c)
    ),
    "counts[...] stops with a KeyError for an n-gram that is not in the table: ask "
    "with counts.get(ngram, 0).": (
        lambda counts, w, c: counts[(*c, w)] / times_followed(counts, c)
    ),
    "After a context that never occurred, return 0.0: maximum likelihood knows nothing "
    "there, and does not guess evenly.": (
        lambda counts, w, c: (
            by_hand.max_likelihood(counts, w, c)
            if times_followed(counts, c)
            else 1 / _size(counts)
        )
    ),
    "The word stands before the context here: look up the context first, then the "
    "word, (*context, word).": _share(
        _followed, lambda counts, w, c: counts.get((w, *c), 0)
    ),
    "The context is not used: this is the share of the word in the whole text.": (
        lambda counts, w, c: by_hand.max_likelihood(counts, w, ())
    ),
    "Only the last word of the context is used: take all of it.": (
        lambda counts, w, c: by_hand.max_likelihood(counts, w, c[-1:])
    ),
    "The denominator takes all n-grams whose first word fits: the whole context must "
    "be the same, ngram[:-1] == context.": _share(
        lambda counts, w, c: sum(
            v
            for g, v in counts.items()
            if len(g) == len(c) + 1 and g[: min(1, len(c))] == c[:1]
        )
    ),
    "The denominator takes n-grams of every length that begin with the context: they "
    "must be one word longer, so compare ngram[:-1] == context.": _share(
        lambda counts, w, c: sum(
            v for g, v in counts.items() if g[: len(c)] == c and len(g) > 0
        )
    ),
}

# --- perplexity * --------------------------------------------------------------------


def check_perplexity(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``perplexity(sentences)``, each a list of log2 probabilities."""
    return diagnose(
        "perplexity",
        student,
        by_hand.perplexity,
        _perplexity_probes,
        MISTAKES_PERPLEXITY,
        seed=seed,
    )


def _perplexity_probes(rng: np.random.Generator) -> list[tuple]:
    def some(sizes):
        return [(-rng.uniform(0.2, 7, size)).tolist() for size in sizes]

    sizes = rng.integers(1, 9, size=(3, 4))
    impossible = some([3, 2])
    impossible[0][1] = -math.inf
    return [
        ([[-2.0, -4.0]],),
        ([[-1.0, -3.0, -2.0], [-6.0]],),
        (some([5]),),
        *((some([2, 7, *row]),) for row in sizes),
        (impossible,),
    ]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if len(values) else 0.0


def _power(base: float, exponent: float) -> float:
    try:
        return base**exponent
    except OverflowError:
        return math.inf


def _of_tokens(formula: Callable) -> Callable:
    """Apply a formula to the log2 probabilities of all sentences in a row."""
    return lambda sentences: formula([x for s in sentences for x in s])


MISTAKES_PERPLEXITY: Mistakes = {
    "The ends of sentences are not counted: the last number of each sentence, that of "
    "</s>, is a prediction like the others.": (
        lambda sentences: 2 ** -_mean([x for s in sentences for x in s[:-1]])
    ),
    "You add up the bits of </s> but divide by the words alone: divide by the number "
    "of all predictions, ends included.": lambda sentences: _power(
        2,
        -sum(map(sum, sentences)) / max(1, sum(len(s) - 1 for s in sentences)),
    ),
    "You divide by one token too many a sentence: </s> stands in the list already.": (
        lambda sentences: (
            2 ** (-sum(map(sum, sentences)) / sum(len(s) + 1 for s in sentences))
        )
    ),
    "This averages sentence by sentence, so a short one weighs as much as a long one: "
    "add up all tokens, divide once.": (
        lambda sentences: 2 ** -_mean([_mean(s) for s in sentences])
    ),
    "This is the mean of the sentences' perplexities. Take the mean of the bits over "
    "all tokens first, and the power last.": (
        lambda sentences: _mean([2 ** -_mean(s) for s in sentences])
    ),
    "This is the mean of 1/p over the tokens. Average the bits first, then take 2 to "
    "that power (a geometric mean).": _of_tokens(lambda xs: _mean([2**-x for x in xs])),
    "This is 1 over the mean probability. Average the logarithms, then take the power "
    "(a geometric mean).": _of_tokens(lambda xs: 1 / _mean([2**x for x in xs])),
    "The base is wrong: the logarithms are to base 2, so take 2 ** bits, not e ** bits "
    "(np.exp).": _of_tokens(lambda xs: _power(math.e, -_mean(xs))),
    "The base is wrong: the logarithms are to base 2, so take 2 ** bits, not "
    "10 ** bits.": _of_tokens(lambda xs: _power(10, -_mean(xs))),
    "These are the bits per token: the perplexity is 2 to that power.": _of_tokens(
        lambda xs: -_mean(xs)
    ),
    "The sign is lost: log2 of a probability is negative, so bits are minus the mean; "
    "a perplexity is at least 1.": _of_tokens(lambda xs: 2 ** _mean(xs)),
    "The total is not divided by the number of tokens: this is 1 over the probability "
    "of the whole text.": _of_tokens(lambda xs: _power(2, -math.fsum(xs))),
    "You divide by the number of sentences: divide by the number of tokens.": (
        lambda sentences: _power(2, -sum(map(sum, sentences)) / len(sentences))
    ),
    "Only the last sentence counts here: does a variable start again in each round of "
    "the loop?": lambda sentences: 2 ** -_mean(sentences[-1]),
    "Only the first sentence counts here: is the return inside the loop?": (
        lambda sentences: 2 ** -_mean(sentences[0])
    ),
    "Impossible tokens (-inf) are left out. One impossible token makes the whole text "
    "impossible, and its perplexity infinite.": _of_tokens(
        lambda xs: 2 ** -_mean([x for x in xs if x > -math.inf])
    ),
}

# --- apply_temperature * -------------------------------------------------------------


def _vectors(rng: np.random.Generator) -> list[np.ndarray]:
    """Draw distributions of several sizes, one with zeros in it."""
    ps = [rng.dirichlet(np.full(V, 0.8)) for V in rng.integers(4, 12, size=3)]
    ps[1][[0, 2]] = 0
    ps[1] /= ps[1].sum()
    return ps


def check_apply_temperature(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``apply_temperature(p, temperature)``."""
    return diagnose(
        "apply_temperature",
        student,
        sampling.apply_temperature,
        lambda rng: [
            (np.array([0.8, 0.2]), 0.5),
            (np.array([0.9, 0.1]), 2.0),
            (np.array([0.0, 0.5, 0.5]), 2.0),
            *zip(_vectors(rng), rng.uniform(0.3, 0.9, 3).tolist(), strict=True),
            *zip(_vectors(rng), rng.uniform(1.2, 3.0, 3).tolist(), strict=True),
        ],
        MISTAKES_APPLY_TEMPERATURE,
        seed=seed,
    )


def _normalized(p: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return p / p.sum()


def _softmax(x: np.ndarray) -> np.ndarray:
    return _normalized(np.exp(x - x.max()))


def _log(p: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(p)


MISTAKES_APPLY_TEMPERATURE: Mistakes = {
    "The probabilities are multiplied by the temperature: it divides their logarithms, "
    "which is the power p ** (1 / temperature).": lambda p, t: p * t,
    "The probabilities are divided by the temperature: it divides their logarithms, "
    "which is the power p ** (1 / temperature).": lambda p, t: p / t,
    "Scaling all probabilities and normalizing again changes nothing: take the power "
    "p ** (1 / temperature), with its parentheses.": lambda p, t: p.copy(),
    "It works the wrong way round: below 1 the temperature must sharpen. The power is "
    "1 / temperature.": lambda p, t: _normalized(p**t),
    "Not normalized: divide by the sum, so that the new probabilities sum to one.": (
        lambda p, t: p ** (1 / t)
    ),
    "Neither normalized nor the right way round: p ** (1 / temperature), then divide "
    "by the sum.": lambda p, t: p**t,
    "The softmax is taken of p / temperature, as if p were logits: take the logarithm "
    "of p first.": lambda p, t: _softmax(p / t),
    "The softmax is taken of p * temperature, as if p were logits: take the logarithm "
    "of p first, and divide it.": lambda p, t: _softmax(p * t),
    "These are logarithms: take exp(log p / temperature), then divide by the sum.": (
        lambda p, t: _log(p) / t
    ),
    "Divided by the largest, not by the sum: the new probabilities must sum to one.": (
        lambda p, t: p ** (1 / t) / (p ** (1 / t)).max()
    ),
    "Only words with p > 0 come back, so each has lost its place: keep the zeros where "
    "they are.": lambda p, t: _normalized(p[p > 0] ** (1 / t)),
    "Words with p = 0 have become possible: 0 to any power is 0, and stays 0.": (
        lambda p, t: _softmax(np.where(p > 0, _log(p), 0.0) / t)
    ),
}

# --- add_k ** ------------------------------------------------------------------------


def check_add_k(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``add_k(counts, word, context, words, k)``."""
    return diagnose(
        "add_k", student, by_hand.add_k, _add_k_probes, MISTAKES_ADD_K, seed=seed
    )


def _add_k_probes(rng: np.random.Generator) -> list[tuple]:
    small = {("a",): 4, ("a", "b"): 3, ("a", "c"): 1}
    probes = [
        (small, "b", ("a",), ["a", "b", "c"], 1.0),
        (small, "a", ("a",), ["a", "b", "c"], 0.5),
        ({(BOS, "a"): 3}, "a", (BOS,), ["a", "b", "c"], 0.5),
    ]
    text = _text(rng)
    words = sorted({word for sentence in text for word in sentence})
    for length, k in ((1, 1.0), (1, 0.25), (2, round(rng.uniform(0.05, 2), 2))):
        counts = _counts(text, length + 1)
        probes += [(counts, *q, words, k) for q in _questions(counts, length)]
    return probes


def _added(cell: Callable) -> Callable:
    """Build add-k from ``cell(c, n, V, k)``: counts of n-gram and context, V, k."""

    def add(counts, word, context, words, k):
        c, n = _seen(counts, word, context), times_followed(counts, context)
        return cell(c, n, len(words) + 1, k)

    return add


def _added_with(V: Callable) -> Callable:
    """Build add-k with another V."""

    def add(counts, word, context, words, k):
        c, n = _seen(counts, word, context), times_followed(counts, context)
        return (c + k) / (n + k * V(counts, context, words))

    return add


MISTAKES_ADD_K: Mistakes = {
    "Python divides before it adds: put the whole denominator in parentheses.": (
        _added(lambda c, n, V, k: (c + k) / n + k * V)
    ),
    "Python divides before it adds: (count + k) / (total + k * V) needs both pairs of "
    "parentheses.": _added(lambda c, n, V, k: c + k / n + k * V),
    "k * V is wanted below, but (n + k) is multiplied by V, or the quotient is: mind "
    "the parentheses.": _added(lambda c, n, V, k: (c + k) / (n + k) * V),
    "k is added to the ratio: add it to the count, and k * V to the total.": (
        _added(lambda c, n, V, k: (c / n if n else 0) + k)
    ),
    "V misses </s>: words holds only what stands in the sentences, but a sentence's "
    "end is predicted too. V = len(words) + 1.": (
        _added_with(lambda counts, c, words: len(words))
    ),
    "V counts <s>: it is never predicted, so it gets no share. V = len(words) + 1, the "
    "words and </s>.": _added_with(lambda counts, c, words: len(words) + 2),
    "k is added to the count alone: each of the V words gets k, so add k * V below, or "
    "they sum to more than one.": _added(lambda c, n, V, k: (c + k) / max(n, 1e-300)),
    "k is added to the count alone, and a context that never occurred divides by 0: "
    "add k * V below.": _added(lambda c, n, V, k: (c + k) / n),
    "k is added below alone: add it to the count too, so that what was never seen gets "
    "something.": _added(lambda c, n, V, k: c / (n + k * V)),
    "The denominator grows by k, but each of the V words was given k: add k * V.": (
        _added(lambda c, n, V, k: (c + k) / (n + k))
    ),
    "The denominator grows by V, but each word was given k, not 1: add k * V.": (
        _added(lambda c, n, V, k: (c + k) / (n + V))
    ),
    "You add 1 whatever k is.": _added(lambda c, n, V, k: (c + 1) / (n + V)),
    "Only n-grams that were seen are smoothed. Those that were not need it most: they "
    "get k too.": _added(lambda c, n, V, k: (c + k) / (n + k * V) if c else 0.0),
    "Only n-grams that were not seen get k: all others get it too, or the words sum to "
    "less than one.": _added(lambda c, n, V, k: (c or k) / (n + k * V)),
    "After a context that never occurred the formula still holds: it gives 1/V, "
    "not 0.": _added(lambda c, n, V, k: (c + k) / (n + k * V) if n else 0.0),
    "V is not the number of words that followed this context: any word may follow, "
    "seen or not.": _added_with(
        lambda counts, c, words: sum(g[:-1] == c for g in counts)
    ),
    "V counts tokens: it is the number of different words, and 1 for </s>.": (
        _added_with(lambda counts, c, words: sum(_of_length(counts, 1)))
    ),
    "V counts different n-grams: it is the number of different words, and "
    "1 for </s>.": (
        _added_with(lambda counts, c, words: len(_of_length(counts, len(c) + 1)))
    ),
    "counts[context] is 0 for <s>, which never stands in the table as a 1-gram: add up "
    "the n-grams that begin with the context instead.": (
        lambda counts, w, c, words, k: (
            (_seen(counts, w, c) + k) / (counts.get(c, 0) + k * (len(words) + 1))
        )
    ),
    "k multiplies the count: it is added.": (
        _added(lambda c, n, V, k: c * k / (n + k * V))
    ),
    "The denominator is the number of all n-grams: only those that begin with the "
    "context count.": lambda counts, w, c, words, k: (
        (_seen(counts, w, c) + k)
        / (sum(_of_length(counts, len(c) + 1)) + k * (len(words) + 1))
    ),
}

# --- jelinek_mercer ** ---------------------------------------------------------------


def check_jelinek_mercer(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``jelinek_mercer(ratios, weights, V)``."""
    return diagnose(
        "jelinek_mercer",
        student,
        by_hand.jelinek_mercer,
        _mixing_probes,
        MISTAKES_JELINEK_MERCER,
        seed=seed,
    )


def _mixing_probes(rng: np.random.Generator) -> list[tuple]:
    def weights(n):
        return rng.uniform(0.1, 0.9, n).round(3).tolist()

    def ratios(n):
        return rng.uniform(0.01, 0.9, n).round(3).tolist()

    n, V = (int(rng.integers(*limits)) for limits in ((3, 6), (20, 60)))
    return [
        ([0.5], [0.8], 10),
        ([0.1, 0.5], [0.6, 0.7], 20),
        ([0.1, 0.0], [0.6, 0.7], 20),
        ([0.1, None], [0.6, 0.7], 20),
        (ratios(n), weights(n), V),
        ([*ratios(n - 1), 0.0], weights(n), V),
        ([*ratios(n - 2), None, None], weights(n), V),
    ]


def _chain(step: Callable, start: Callable = lambda V: 1 / V) -> Callable:
    """Build a mixture from ``step(lam, ratio, p)``, which may get None as ratio."""

    def mix(ratios, weights, V):
        p = start(V)
        for ratio, lam in zip(ratios, weights, strict=True):
            p = step(lam, ratio, p)
        return p

    return mix


def _known(step: Callable) -> Callable:
    """Leave out what was never seen, as is right."""
    return lambda lam, ratio, p: p if ratio is None else step(lam, ratio, p)


def _right(lam, ratio, p):
    return lam * ratio + (1 - lam) * p


def _mix_down(ratios, weights, V):
    return by_hand.jelinek_mercer(ratios[::-1], weights[::-1], V)


def _flat_mix(ratios, weights, V):
    return sum(w * r for w, r in zip(weights, ratios, strict=True) if r is not None)


def _stops_at_none(ratios, weights, V):
    return 1 / V if None in ratios else by_hand.jelinek_mercer(ratios, weights, V)


def _top_only(ratios, weights, V):
    seen = [(w, r) for w, r in zip(weights, ratios, strict=True) if r is not None]
    lam, ratio = seen[-1]
    return _right(lam, ratio, 1 / V)


def _plain_lower(ratios, weights, V):
    p = 1 / V
    lower = 1 / V
    for ratio, lam in zip(ratios, weights, strict=True):
        if ratio is not None:
            p, lower = _right(lam, ratio, lower), ratio
    return p


MISTAKES_JELINEK_MERCER: Mistakes = {
    "The chain has no ground: begin with P_0 = 1/V, so that no word is impossible.": (
        _chain(_known(_right), lambda V: 0.0)
    ),
    "The chain begins with 1: P_0 is 1/V, the same for each of V words.": (
        _chain(_known(_right), lambda V: 1.0)
    ),
    "The chain begins with the first ratio as it is: lambda_1 mixes that with "
    "P_0 = 1/V.": lambda ratios, weights, V: by_hand.jelinek_mercer(
        ratios, [1.0, *weights[1:]], V
    ),
    "The two shares are swapped: lambda goes with the ratio, 1 - lambda with the "
    "shorter context.": _chain(_known(lambda lam, r, p: (1 - lam) * r + lam * p)),
    "The shorter context gets too much: it has only 1 - lambda.": (
        _chain(_known(lambda lam, r, p: lam * r + p))
    ),
    "The shorter context gets nothing of what lambda leaves: add (1 - lambda) times "
    "P_(n-1).": _chain(_known(lambda lam, r, p: lam * r)),
    "The ratio needs its weight too: lambda times ratio, plus (1 - lambda) times the "
    "shorter context.": _chain(_known(lambda lam, r, p: r + (1 - lam) * p)),
    "Both parts get the weight lambda: the second one gets 1 - lambda.": (
        _chain(_known(lambda lam, r, p: lam * r + lam * p))
    ),
    "None is taken for 0. A context that never occurred says nothing, not 'never': "
    "leave P as the shorter context has it.": (
        _chain(lambda lam, r, p: _right(lam, r or 0.0, p))
    ),
    "A ratio of 0.0 is taken for None: 0.0 is false in Python too, so ask "
    "'ratio is None'.": _chain(lambda lam, r, p: _right(lam, r, p) if r else p),
    "A None anywhere throws everything away: only that length is skipped, the shorter "
    "ones still count.": _stops_at_none,
    "The mixture begins with the longest context: ratios come shortest first, and the "
    "longest must have the last word.": _mix_down,
    "The lambdas are used as one flat set of weights. Each of them splits what is "
    "left: P_n = lambda_n ratio_n + (1 - lambda_n) P_(n-1).": _flat_mix,
    "Only the longest known ratio and 1/V are mixed: all lengths in between count.": (
        _top_only
    ),
    "The lower part is the ratio of the length before, not the mixture up to there: "
    "P_(n-1) is smoothed already.": _plain_lower,
    "The probabilities are multiplied: a mixture adds them, each with its weight.": (
        _chain(_known(lambda lam, r, p: r**lam * p ** (1 - lam)))
    ),
    "The weights are not used: this mixes half and half.": (
        _chain(_known(lambda lam, r, p: (r + p) / 2))
    ),
}

# --- em_step ** ----------------------------------------------------------------------


def check_em_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``em_step(probs, weights)``."""
    return diagnose(
        "em_step", student, by_hand.em_step, _em_probes, MISTAKES_EM_STEP, seed=seed
    )


def _em_probes(rng: np.random.Generator) -> list[tuple]:
    probes = [
        (np.array([[0.2, 0.6]]), np.array([0.5, 0.5])),
        (np.array([[0.3, 0.1], [0.0, 0.4]]), np.array([0.8, 0.2])),
    ]
    for T, M in zip(rng.integers(5, 20, 3), (2, 3, 4), strict=True):
        probes.append((rng.uniform(0.01, 0.9, (T, M)), rng.dirichlet(np.full(M, 2.0))))
    return probes


def _shares(probs, weights) -> np.ndarray:
    return _rows(probs * weights)


def _rows(shares: np.ndarray) -> np.ndarray:
    return shares / shares.sum(axis=1, keepdims=True)


MISTAKES_EM_STEP: Mistakes = {
    "The shares are added up but not divided by the number of tokens: the new weights "
    "must sum to one.": lambda p, w: _shares(p, w).sum(axis=0),
    "The shares of each token must sum to one first: divide weights * probs by the "
    "mixture's probability of that token.": lambda p, w: (p * w).mean(axis=0),
    "You normalize once at the end, so likely tokens weigh more: divide by the "
    "mixture's probability token by token, then average.": (
        lambda p, w: _normalized((p * w).mean(axis=0))
    ),
    "The old weights are not used: a model's share of a token is weight * probability, "
    "over the sum of these.": lambda p, w: _rows(p).mean(axis=0),
    "The old weights are used twice: average the shares, and stop there.": (
        lambda p, w: _normalized(w * _shares(p, w).mean(axis=0))
    ),
    "The weight is missing above the line: the share is weight * probability over the "
    "mixture's probability.": lambda p, w: (p / (p * w).sum(1, keepdims=True)).mean(0),
    "The weight is missing above the line, and normalizing at the end does not repair "
    "it: the share is weight * probability over the mixture's probability.": (
        lambda p, w: _normalized((p / (p * w).sum(1, keepdims=True)).mean(0))
    ),
    "Each token votes for one model here. In EM it is shared out among all of them.": (
        lambda p, w: np.bincount((p * w).argmax(axis=1), minlength=p.shape[1]) / len(p)
    ),
    "You normalize over the tokens: the shares of one token among the models sum to "
    "one, axis=1.": lambda p, w: (p * w / (p * w).sum(axis=0)).mean(axis=0),
    "Each column is divided by a sum that belongs to a row: keep the axis of the sum, "
    "keepdims=True, so that each token is divided by its own.": (
        lambda p, w: (p * w / (p * w).sum(axis=1)).mean(axis=0)
    ),
    "Averaged over the models: the result has one number per model, so average over "
    "the tokens, axis=0.": lambda p, w: _shares(p, w).mean(axis=1),
    "These are the shares of each token, one row each: average them over the tokens.": (
        _shares
    ),
    "This is the new weight averaged with the old one: return the new one.": (
        lambda p, w: (w + _shares(p, w).mean(axis=0)) / 2
    ),
    "These are the old weights: nothing was learned from probs.": lambda p, w: w.copy(),
    "The models are weighed by their whole probability of the text: share out each "
    "token by itself.": lambda p, w: _normalized(w * p.prod(axis=0)),
    "This is the mixture's probability of each token: go on and ask how much of it "
    "came from each model.": lambda p, w: p @ w,
}

# --- stupid_backoff ** ---------------------------------------------------------------


def check_stupid_backoff(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``stupid_backoff(counts, word, context, alpha)``."""
    return diagnose(
        "stupid_backoff",
        student,
        by_hand.stupid_backoff,
        _backoff_probes,
        MISTAKES_STUPID_BACKOFF,
        seed=seed,
    )


def _backoff_probes(rng: np.random.Generator) -> list[tuple]:
    small, other = _counts(_SMALL, 2), _counts([["a", "b", "c"], ["d", "b"]], 3)
    probes = [
        ({("a",): 2, ("b",): 1, ("a", "b"): 1, ("a", "a"): 1}, "a", ("b",), 0.4),
        ({("a",): 2, ("b",): 1, ("a", "b"): 1, ("a", "a"): 1}, "b", ("a",), 0.4),
        (small, "b", ("a",), 0.4),
        (small, "b", (), 0.4),
        (other, "c", ("d", "b"), 0.4),
        (other, "c", ("d", "a"), 0.4),
    ]
    text = _text(rng)
    for length, alpha in ((1, 0.4), (2, 0.4), (3, round(rng.uniform(0.2, 0.7), 2))):
        counts = _counts(text, length + 1)
        probes += [(counts, *q, alpha) for q in _questions(counts, length)]
        probes.append((counts, "zebra", probes[-2][2], alpha))
    return probes


def _backing_off(
    ratio: Callable = by_hand.max_likelihood,
    shorten: Callable = lambda context: context[1:],
    mix: Callable = lambda own, rest, alpha, seen: own if seen else alpha * rest,
    ask: Callable = lambda counts, word, context: (*context, word) in counts,
    ground: Callable = lambda counts, word: by_hand.max_likelihood(counts, word, ()),
) -> Callable:
    """Build stupid backoff with one part replaced."""

    def score(counts, word, context, alpha):
        if not context:
            return ground(counts, word)
        own = ratio(counts, word, context)
        rest = score(counts, word, shorten(context), alpha)
        return mix(own, rest, alpha, ask(counts, word, context))

    return score


def _straight_down(counts, word, context, alpha):
    right = (*context, word) in counts or not context
    return (
        by_hand.max_likelihood(counts, word, context)
        if right
        else alpha * by_hand.max_likelihood(counts, word, ())
    )


def _one_alpha(counts, word, context, alpha):
    score, paid = by_hand.stupid_backoff(counts, word, context, 1.0), alpha
    return score if (*context, word) in counts else paid * score


def _one_step(counts, word, context, alpha):
    for cost, c in ((1.0, context), (alpha, context[1:])):
        if (*c, word) in counts:
            return cost * by_hand.max_likelihood(counts, word, c)
    return 0.0


def _too_dear(counts, word, context, alpha):
    if (*context, word) in counts:
        return by_hand.max_likelihood(counts, word, context)
    if not context:
        return 0.0
    return alpha ** len(context) * _too_dear(counts, word, context[1:], alpha)


def _with_table(counts, word, context, alpha):
    if (*context, word) in counts:
        return counts[(*context, word)] / counts[context]  # KeyError for () and <s>
    return alpha * _with_table(counts, word, context[1:], alpha) if context else 0.0


MISTAKES_STUPID_BACKOFF: Mistakes = {
    "counts[context] fails where the context is <s> or empty, which never stand in the "
    "table. Add up the n-grams that begin with the context instead.": _with_table,
    "The cost grows too fast: each step multiplies by alpha once; going down again "
    "brings the next alpha by itself.": _too_dear,
    "The empty context is never asked: after the last word of the context is gone, the "
    "word's own share of all tokens is left.": _backing_off(
        ground=lambda counts, w: 0.0
    ),
    "At the empty context you divide by all counts of the table: only those of single "
    "words add up to the number of tokens.": _backing_off(
        ground=lambda counts, w: counts.get((w,), 0) / sum(counts.values())
    ),
    "alpha is paid though the n-gram was seen: then the ratio stands as it is.": (
        _backing_off(mix=lambda own, rest, a, seen: a * own if seen else a * rest)
    ),
    "alpha is paid only once. Each step to a shorter context costs it again: two steps "
    "cost alpha * alpha.": _one_alpha,
    "Backing off is free here: each step to a shorter context costs a factor alpha.": (
        _backing_off(mix=lambda own, rest, a, seen: own if seen else rest)
    ),
    "Both are added. Stupid backoff does not mix: the ratio where the n-gram was seen, "
    "else alpha times the shorter context.": (
        _backing_off(mix=lambda own, rest, a, seen: own + a * rest)
    ),
    "This is an interpolation, with weights 1 - alpha and alpha. In stupid backoff the "
    "ratio stands alone where the n-gram was seen.": (
        _backing_off(mix=lambda own, rest, a, seen: (1 - a) * own + a * rest)
    ),
    "A seen n-gram pays 1 - alpha here, as if the rest went elsewhere: the ratio "
    "stands as it is (that is why these are scores, no probabilities).": (
        _backing_off(mix=lambda own, rest, a, seen: (1 - a) * own if seen else a * rest)
    ),
    "The wrong end of the context is dropped: forget the word farthest away, "
    "context[1:].": _backing_off(shorten=lambda context: context[:-1]),
    "You back off only where the context is new. Ask whether the n-gram was seen: "
    "context and word together.": _backing_off(
        ask=lambda counts, w, c: times_followed(counts, c) > 0
    ),
    "From the longest context it goes straight to no context at all: drop one word at "
    "a time.": _straight_down,
    "It gives up after one step: go on to shorter contexts until none is left.": (
        _one_step
    ),
    "At the empty context all words have the same score here: it is the word's count "
    "over the number of all tokens.": (
        _backing_off(
            ground=lambda counts, w: 1 / _size(counts) if (w,) in counts else 0.0
        )
    ),
    "At the empty context you divide by the number of different words: divide by the "
    "number of all tokens.": (
        _backing_off(ground=lambda counts, w: counts.get((w,), 0) / _size(counts))
    ),
    "At the empty context the plain count is returned: divide it by the number of all "
    "tokens.": _backing_off(ground=lambda counts, w: counts.get((w,), 0)),
    "An unseen n-gram scores 0: this is maximum likelihood. Go on with alpha times the "
    "score after context[1:].": lambda counts, w, c, alpha: by_hand.max_likelihood(
        counts, w, c
    ),
    "The shorter context is scored by its ratio, but alpha is added: it multiplies.": (
        _backing_off(mix=lambda own, rest, a, seen: own if seen else a + rest)
    ),
    "A word that is nowhere in the text stops it: when the context is used up, the "
    "score is 0.0.": _backing_off(
        ground=lambda counts, w: counts[(w,)] / sum(_of_length(counts, 1))
    ),
}

# --- continuation_counts ** ----------------------------------------------------------


def check_continuation_counts(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``continuation_counts(bigrams)``: a dict from word to int."""
    return diagnose(
        "continuation_counts",
        student,
        by_hand.continuation_counts,
        lambda rng: [
            ({("a", "b"): 2, ("c", "b"): 1},),
            ({(BOS, "a"): 3, ("a", "a"): 2, ("a", EOS): 3},),
            *((by_hand.count_ngrams(_text(rng), 2),) for _ in range(4)),
        ],
        MISTAKES_CONTINUATION_COUNTS,
        seed=seed,
    )


def _tally(keep: Callable, add: Callable = lambda c: 1, place: int = 1) -> Callable:
    """Count the bigrams (u, w) with count c for which ``keep(u, w, c)``."""

    def tally(bigrams):
        found = defaultdict(int)
        for (u, w), c in bigrams.items():
            if keep(u, w, c):
                found[(u, w)[place]] += add(c)
        return dict(found)

    return tally


def _sets(bigrams):
    found = defaultdict(set)
    for u, w in bigrams:
        found[w].add(u)
    return dict(found)


_CONTINUED = by_hand.continuation_counts
MISTAKES_CONTINUATION_COUNTS: Mistakes = {
    "Each is 1: add 1 for each different word before, do not just set it.": (
        lambda b: dict.fromkeys(_CONTINUED(b), 1)
    ),
    "These are the ordinary counts. A continuation count adds 1 for each different "
    "word before, however often that pair occurred.": _tally(
        lambda u, w, c: True, lambda c: c
    ),
    "These are the words that follow. Count how many different words stand before.": (
        _tally(lambda u, w, c: True, place=0)
    ),
    "<s> counts as a word before: to stand first in a sentence is a context like any "
    "other.": _tally(lambda u, w, c: u != BOS),
    "</s> has a continuation count too: it is predicted like a word.": (
        _tally(lambda u, w, c: w != EOS)
    ),
    "Both marks are left out: <s> is a context like any other, and </s> is predicted "
    "like a word.": _tally(lambda u, w, c: u != BOS and w != EOS),
    "Only pairs that occurred once are counted: N1+ means once or more.": (
        _tally(lambda u, w, c: c == 1)
    ),
    "Only pairs that occurred more than once are counted: N1+ means once or more.": (
        _tally(lambda u, w, c: c > 1)
    ),
    "A word may follow itself: that pair counts as well.": (
        _tally(lambda u, w, c: u != w)
    ),
    "These are the sets of words before: take the size of each, len(...).": _sets,
    "These are shares: return whole numbers, how many different words.": (
        lambda b: {w: n / len(b) for w, n in _CONTINUED(b).items()}
    ),
    "Each is 1 too high: begin the counting at 0.": (
        lambda b: {w: n + 1 for w, n in _CONTINUED(b).items()}
    ),
    "Each is 1 too low: the first pair of a word counts too. dict.get(word, 0) + 1.": (
        lambda b: {w: n - 1 for w, n in _CONTINUED(b).items()}
    ),
    "<s> is in the table: it is never predicted, so no word stands before it.": (
        lambda b: {**_CONTINUED(b), BOS: 0}
    ),
    "The keys are pairs: the answer has one number for each word, the second of the "
    "pair.": lambda b: {ngram: _CONTINUED(b)[ngram[1]] for ngram in b},
    "Words on both sides are counted: only those before.": (
        lambda b: dict(Counter(itertools.chain(*b)))
    ),
}

# --- kneser_ney ** -------------------------------------------------------------------


def check_kneser_ney(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``kneser_ney(bigrams, word, previous, D)``."""
    return diagnose(
        "kneser_ney",
        student,
        by_hand.kneser_ney,
        _kneser_ney_probes,
        MISTAKES_KNESER_NEY,
        seed=seed,
    )


def _kneser_ney_probes(rng: np.random.Generator) -> list[tuple]:
    small = {("a", "b"): 2, ("a", "c"): 1, ("c", "b"): 1}
    probes = [(small, w, u, 0.5) for w, u in (("b", "a"), ("b", "c"), ("c", "c"))]
    for D in (0.75, 0.5, round(rng.uniform(0.2, 0.9), 2)):
        counts = _counts(_text(rng), 2)
        bigrams = {ngram: c for ngram, c in counts.items() if len(ngram) == 2}
        asked = _questions(counts, 1)
        probes += [(bigrams, word, previous, D) for word, (previous,) in asked]
        probes.append((bigrams, "zebra", asked[0][1][0], D))
    return probes


def _usual(c, n, types, lower, D):
    return max(c - D, 0) / n + D * types / n * lower


def _share_of_pairs(bigrams, word):
    return _CONTINUED(bigrams).get(word, 0) / len(bigrams)


def _kn(
    cell: Callable = _usual,
    lower: Callable = _share_of_pairs,
    types: Callable = lambda bigrams, u: sum(g[0] == u for g in bigrams),
    total: Callable = lambda bigrams, u: times_followed(bigrams, (u,)),
    unseen: Callable = lambda lower: lower,
) -> Callable:
    """Build Kneser-Ney with one part replaced.

    Parameters
    ----------
    cell : callable
        ``cell(c, n, types, lower, D)``: count, count of the context, its different
        followers, lower order.
    lower, types, total, unseen : callable
        How the others are found, and what is said after a new context.
    """

    def probability(bigrams, word, previous, D):
        p, n = lower(bigrams, word), total(bigrams, previous)
        if not n:
            return unseen(p)
        c = bigrams.get((previous, word), 0)
        return cell(c, n, types(bigrams, previous), p, D)

    return probability


def _predicted(bigrams, word):
    return sum(c for (_, w), c in bigrams.items() if w == word)


MISTAKES_KNESER_NEY: Mistakes = {
    "D is fixed at 0.75, the usual choice: use the D that is handed over.": (
        _kn(lambda c, n, t, p, D: _usual(c, n, t, p, 0.75))
    ),
    "The weight has 1 - D: what was taken is D from each different follower, so it is "
    "D * types / n.": (
        _kn(lambda c, n, t, p, D: max(c - D, 0) / n + (1 - D) * t / n * p)
    ),
    "The lower order is asked for the previous word: it is the share of the word that "
    "comes next.": lambda b, w, u, D: _kn(lower=lambda b, _: _share_of_pairs(b, u))(
        b, w, u, D
    ),
    "The two parts are multiplied: they are added.": (
        _kn(lambda c, n, t, p, D: max(c - D, 0) / n * (D * t / n * p))
    ),
    "A word that never came second has no continuation count: dict.get(word, 0) does "
    "not stop there.": _kn(lower=lambda b, w: _CONTINUED(b)[w] / len(b)),
    "The lower order uses ordinary counts. That is the whole point of Kneser-Ney: "
    "there, count after how many different words each word occurred.": (
        _kn(lower=lambda b, w: _predicted(b, w) / sum(b.values()))
    ),
    "The lower order uses how many different words follow w: count those before it.": (
        _kn(lower=lambda b, w: sum(u == w for u, _ in b) / len(b))
    ),
    "The continuation count must become a share: divide it by the number of different "
    "bigrams.": _kn(lower=lambda b, w: _CONTINUED(b).get(w, 0)),
    "The continuation count is divided by the number of words: divide it by the number "
    "of different bigrams, so that all words sum to one.": (
        _kn(lower=lambda b, w: _CONTINUED(b).get(w, 0) / len(_CONTINUED(b)))
    ),
    "The continuation count is divided by all tokens: it counts different bigrams, so "
    "divide it by their number.": (
        _kn(lower=lambda b, w: _CONTINUED(b).get(w, 0) / sum(b.values()))
    ),
    "The lower order is the same for all words: take the share of continuation "
    "counts.": _kn(
        lower=lambda b, w: (w in _CONTINUED(b)) / len(_CONTINUED(b)),
    ),
    "What D takes is not given back: add the weight D * types / n times the lower "
    "order.": _kn(lambda c, n, t, p, D: max(c - D, 0) / n),
    "The lower order helps only unseen bigrams here, which is backing off. In the "
    "interpolated form it is added for seen ones too.": (
        _kn(lambda c, n, t, p, D: max(c - D, 0) / n if c else D * t / n * p)
    ),
    "The weight misses the number of different followers: D was taken from each of "
    "them, so it is D * types / n.": (
        _kn(lambda c, n, t, p, D: max(c - D, 0) / n + D / n * p)
    ),
    "The weight counts tokens: D was taken once from each different follower, so it is "
    "D * types / n, not D * n / n.": (
        _kn(lambda c, n, t, p, D: max(c - D, 0) / n + D * p)
    ),
    "The weight counts the different words before the context: count those that follow "
    "it.": _kn(types=lambda b, u: _CONTINUED(b).get(u, 0)),
    "The weight counts only followers that were seen once: D is taken from every "
    "follower, often seen or not.": (
        _kn(types=lambda b, u: sum(g[0] == u and c == 1 for g, c in b.items()))
    ),
    "The weight takes the number of all different bigrams: only those that begin with "
    "this context.": _kn(types=lambda b, u: len(b)),
    "The weight is not divided by how often the context was followed: D * types / n.": (
        _kn(lambda c, n, t, p, D: max(c - D, 0) / n + D * t * p)
    ),
    "The weight is 1: it is D * types / n, exactly what the discount has freed.": (
        _kn(lambda c, n, t, p, D: max(c - D, 0) / n + p)
    ),
    "From a count of 0 nothing can be taken: max(c - D, 0), not c - D.": (
        _kn(lambda c, n, t, p, D: (c - D) / n + D * t / n * p)
    ),
    "D is taken from the ratio: take it from the count, before you divide.": (
        _kn(lambda c, n, t, p, D: max(c / n - D, 0) + D * t / n * p)
    ),
    "Nothing is taken from the counts, yet something is given: subtract D first, or "
    "the words sum to more than one.": _kn(lambda c, n, t, p, D: c / n + D * t / n * p),
    "The weights are 1 - D and D. D is no weight: it is taken from each count.": (
        _kn(lambda c, n, t, p, D: (1 - D) * c / n + D * p)
    ),
    "n is the number of different followers: it is how often the context was followed, "
    "the sum of their counts.": _kn(
        total=lambda b, u: sum(g[0] == u for g in b),
    ),
    "n is the number of all tokens: it is how often this context was followed.": (
        _kn(total=lambda b, u: times_followed(b, (u,)) and sum(b.values()))
    ),
    "The context is counted where it stands second in a bigram, and <s> never does. "
    "Count where it stands first.": _kn(total=_predicted),
    "After a context that never occurred you return 0: nothing is known there, so the "
    "lower order has to answer.": _kn(unseen=lambda lower: 0.0),
    "After a context that never occurred you divide by 0: the lower order has to "
    "answer there.": _kn(unseen=lambda lower: 1 / 0),
}

# --- modified_discounts ** -----------------------------------------------------------


def check_modified_discounts(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``modified_discounts(n1, n2, n3, n4)``: D1, D2, D3."""

    def probes(rng):
        drawn = np.sort(rng.integers(5, 3000, size=(4, 4)))[:, ::-1]
        distinct = drawn + np.arange(3, -1, -1)
        return [(10, 5, 3, 2), (400, 100, 50, 30), *map(tuple, distinct.tolist())]

    return diagnose(
        "modified_discounts",
        student,
        by_hand.modified_discounts,
        probes,
        MISTAKES_MODIFIED_DISCOUNTS,
        outputs=("D1", "D2", "D3"),
        seed=seed,
    )


def _with_y(Y: Callable) -> Callable:
    """Build the discounts with another Y."""

    def discounts(n1, n2, n3, n4):
        y = Y(n1, n2)
        return 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3

    return discounts


def _discounts(cell: Callable) -> Callable:
    """Build the discounts from ``cell(c, Y, n_c, n_c+1)``."""

    def discounts(*n):
        Y = n[0] / (n[0] + 2 * n[1])
        return tuple(cell(c, Y, n[c - 1], n[c]) for c in (1, 2, 3))

    return discounts


_THREE = by_hand.modified_discounts
MISTAKES_MODIFIED_DISCOUNTS: Mistakes = {
    "// cuts off everything after the point, and Y becomes 0: divide with /.": (
        lambda n1, n2, n3, n4: (1.0, 2.0, 3.0)
    ),
    "Y misses the factor 2: Y = n1 / (n1 + 2 n2).": _with_y(lambda a, b: a / (a + b)),
    "Y is upside down: Y = n1 / (n1 + 2 n2), which lies between 0 and 1.": (
        _with_y(lambda a, b: (a + 2 * b) / a)
    ),
    "Y has n2 above the line: Y = n1 / (n1 + 2 n2).": (
        _with_y(lambda a, b: b / (a + 2 * b))
    ),
    "The factor 2 of Y stands at the wrong place: Y = n1 / (n1 + 2 n2).": (
        _with_y(lambda a, b: a / (2 * a + b))
    ),
    "Python divides before it adds: put n1 + 2 * n2 in parentheses.": (
        _with_y(lambda a, b: a / a + 2 * b)
    ),
    "Y is left out: it multiplies each of the three fractions.": _with_y(
        lambda a, b: 1
    ),
    "All three are Y, the single discount of plain Kneser-Ney. The modified one takes "
    "more from counts of 2 and of 3.": _discounts(lambda c, Y, n, up: Y),
    "The fractions are upside down: the higher one stands above, n2 / n1, n3 / n2, "
    "n4 / n3.": _discounts(lambda c, Y, n, up: c - (c + 1) * Y * n / up),
    "The factors before Y are one too small: 2, 3 and 4, one more than the count.": (
        _discounts(lambda c, Y, n, up: c - c * Y * up / n)
    ),
    "The factors 2, 3, 4 before Y are missing.": (
        _discounts(lambda c, Y, n, up: c - Y * up / n)
    ),
    "The factor before Y is 2 in all three: it is one more than the count, 2, 3, 4.": (
        _discounts(lambda c, Y, n, up: c - 2 * Y * up / n)
    ),
    "Each begins with 1: D2 begins with 2 and D3 with 3, the counts themselves.": (
        _discounts(lambda c, Y, n, up: 1 - (c + 1) * Y * up / n)
    ),
    "The sign is wrong: c - (c + 1) Y n_(c+1) / n_c, a discount is less than the "
    "count.": _discounts(lambda c, Y, n, up: c + (c + 1) * Y * up / n),
    "These are what is left of the counts, not what is taken: D_c = c - (what is "
    "left).": _discounts(lambda c, Y, n, up: (c + 1) * Y * up / n),
    "These are Good-Turing's (c + 1) n_(c+1) / n_c. The discount is c - Y times "
    "that.": _discounts(lambda c, Y, n, up: (c + 1) * up / n),
    "Every fraction divides by n1: it is n2 / n1, then n3 / n2, then n4 / n3.": (
        lambda n1, *n: tuple(
            c - (c + 1) * n1 / (n1 + 2 * n[0]) * up / n1
            for c, up in enumerate(n, start=1)
        )
    ),
    "The three are in the wrong order: D1, D2, D3.": lambda *n: _THREE(*n)[::-1],
    "A discount of 0 stands in front: return D1, D2, D3 alone.": (
        lambda *n: (0.0, *_THREE(*n))
    ),
}

# --- keep_top_k ** -------------------------------------------------------------------


def check_keep_top_k(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``keep_top_k(p, k)``."""
    return diagnose(
        "keep_top_k",
        student,
        sampling.keep_top_k,
        lambda rng: [
            (np.array([0.2, 0.5, 0.3]), 2),
            (np.array([0.5, 0.125, 0.25, 0.125]), 3),
            (np.array([0.125, 0.25, 0.25, 0.25, 0.125]), 2),
            (np.array([0.6, 0.4]), 5),
            *zip(_vectors(rng), (3, 1, 2), strict=True),
        ],
        MISTAKES_KEEP_TOP_K,
        seed=seed,
    )


def _kept(mask: Callable, finish: Callable = _normalized) -> Callable:
    """Build a filter: keep p where ``mask(p, x)``, 0 elsewhere."""
    return lambda p, x: finish(np.where(mask(p, x), p, 0.0))


def _first_k(p: np.ndarray, k: int) -> np.ndarray:
    mask = np.zeros(len(p), dtype=bool)
    mask[np.argsort(-p, kind="stable")[:k]] = True
    return mask


def _last_k(p: np.ndarray, k: int) -> np.ndarray:
    mask = np.zeros(len(p), dtype=bool)
    mask[np.argsort(p, kind="stable")[::-1][:k]] = True
    return mask


def _kth(p: np.ndarray, k: int) -> float:
    return np.sort(p)[::-1][min(k, len(p)) - 1]


def _same(p: np.ndarray) -> np.ndarray:
    return p


MISTAKES_KEEP_TOP_K: Mistakes = {
    "Not normalized: what is left must sum to one again.": _kept(_first_k, _same),
    "With ties it keeps more than k words (p >= the k-th largest). Keep exactly k, the "
    "first ones in a tie.": _kept(lambda p, k: p >= _kth(p, k)),
    "With ties it keeps more than k words, and what is left is not normalized.": (
        _kept(lambda p, k: p >= _kth(p, k), _same)
    ),
    "The k-th word itself is lost: keep p >= the k-th largest, not p > it (and the "
    "first ones in a tie).": _kept(lambda p, k: p > _kth(p, k)),
    "In a tie it keeps the last words: reversing np.argsort(p) reverses ties too. Sort "
    "-p instead, with kind='stable'.": _kept(_last_k),
    "The least likely words are kept: argsort begins with the smallest.": (
        _kept(lambda p, k: _first_k(-p, k))
    ),
    "The k likeliest words are dropped: keep them, and drop the others.": (
        _kept(lambda p, k: ~_first_k(p, k))
    ),
    "One word too few is kept.": _kept(lambda p, k: _first_k(p, k - 1)),
    "One word too many is kept.": _kept(lambda p, k: _first_k(p, k + 1)),
    "The first k places of p are kept: take the k largest.": (
        _kept(lambda p, k: np.arange(len(p)) < k)
    ),
    "Only the k values come back, so nobody knows which words they belong to: return "
    "as many numbers as p has, 0 for the dropped.": (
        lambda p, k: _normalized(np.sort(p)[::-1][:k])
    ),
    "The probabilities are sorted, so each has lost its place: return them where they "
    "were, 0 for the dropped.": lambda p, k: _normalized(
        np.where(np.arange(len(p)) < k, np.sort(p)[::-1], 0.0)
    ),
    "The kept words all get the same share: keep their proportions, divide by the "
    "sum.": lambda p, k: _normalized(_first_k(p, k).astype(float)),
    "Divided by k: divide by the sum of what is left.": (
        lambda p, k: np.where(_first_k(p, k), p, 0.0) / k
    ),
    "A softmax of what is left is not the same as dividing by its sum; p holds "
    "probabilities, no logits.": lambda p, k: _softmax(
        np.where(_first_k(p, k), p, -np.inf)
    ),
    "The softmax lets the dropped words in again, since exp(0) is 1: divide by the sum "
    "instead.": lambda p, k: _softmax(np.where(_first_k(p, k), p, 0.0)),
    "It stops where k is larger than the number of words: all are kept then.": (
        lambda p, k: _normalized(np.where(p >= np.sort(p)[-k], p, 0.0))
    ),
    "It stops where k is larger than the number of words: keep them all then.": (
        lambda p, k: (
            sampling.keep_top_k(p, k)
            if k <= len(p)
            else np.argpartition(-p, k)  # ValueError
        )
    ),
}

# --- keep_nucleus ** -----------------------------------------------------------------


def check_keep_nucleus(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``keep_nucleus(p, top_p)``."""
    return diagnose(
        "keep_nucleus",
        student,
        sampling.keep_nucleus,
        lambda rng: [
            (np.array([0.2, 0.5, 0.3]), 0.6),
            (np.array([0.125, 0.5, 0.25, 0.125]), 0.75),
            (np.array([0.25, 0.5, 0.25]), 0.4),
            (np.array([0.25, 0.5, 0.125, 0.125]), 1.0),
            *zip(_vectors(rng), rng.uniform(0.5, 0.95, 3).tolist(), strict=True),
            *zip(_vectors(rng), rng.uniform(0.3, 0.8, 3).tolist(), strict=True),
        ],
        MISTAKES_KEEP_NUCLEUS,
        seed=seed,
    )


def _until(count: Callable, order: Callable = lambda p: -p) -> Callable:
    """Build a mask: in some order, keep ``count(cumulative sums, top_p)`` words."""

    def mask(p, top_p):
        places = np.argsort(order(p), kind="stable")
        keep = np.zeros(len(p), dtype=bool)
        keep[places[: count(np.cumsum(p[places]), top_p)]] = True
        return keep

    return mask


def _enough(cumulative, top_p):
    return np.searchsorted(cumulative, top_p) + 1


def _strictly(cumulative, top_p):
    return np.searchsorted(cumulative, top_p, side="right") + 1


def _without_crossing(cumulative, top_p):
    return (cumulative <= top_p).sum()


def _below(cumulative, top_p):
    return (cumulative < top_p).sum()


def _sorted_nucleus(p, top_p):
    q = np.sort(p)[::-1]
    return _normalized(np.where(_until(_enough)(q, top_p), q, 0.0))


MISTAKES_KEEP_NUCLEUS: Mistakes = {
    "The word that crosses the threshold is missing: the kept ones must hold at least "
    "top_p, so keep it too.": _kept(_until(_without_crossing)),
    "The word that reaches the threshold is missing, and so is every first word that "
    "is larger than top_p: keep words until they hold at least top_p.": (
        _kept(_until(_below))
    ),
    "The word that crosses the threshold is missing, but for the first: the kept ones "
    "must hold at least top_p.": (
        _kept(_until(lambda c, t: max(1, _without_crossing(c, t))))
    ),
    "The word that reaches the threshold is missing, but for the first: the kept ones "
    "must hold at least top_p.": _kept(_until(lambda c, t: max(1, _below(c, t)))),
    "Where the sum is exactly top_p it keeps one word more: at least "
    "top_p is enough.": (_kept(_until(_strictly))),
    "One word too many is kept: stop at the first sum that is at least top_p.": (
        _kept(_until(lambda c, t: _enough(c, t) + 1))
    ),
    "Not normalized: what is left must sum to one again.": (
        _kept(_until(_enough), _same)
    ),
    "The word that crosses the threshold is missing, and what is left is not "
    "normalized.": _kept(_until(_without_crossing), _same),
    "Each word by itself is compared with top_p: add them up, the likeliest first.": (
        _kept(lambda p, t: p >= t)
    ),
    "Words with p of at least 1 - top_p are kept: add them up, the likeliest first, "
    "until they hold top_p.": _kept(lambda p, t: p >= 1 - t),
    "Words are compared with the likeliest one (that is min-p sampling): add them up, "
    "the likeliest first, until they hold top_p.": _kept(lambda p, t: p >= t * p.max()),
    "The words are added up in the order of p: sort them first, the likeliest first.": (
        _kept(_until(_enough, lambda p: np.arange(len(p))))
    ),
    "The least likely words are added up first: begin with the likeliest.": (
        _kept(_until(_enough, lambda p: p))
    ),
    "The nucleus is dropped and the tail is kept: it must be the other way round.": (
        _kept(lambda p, t: ~_until(_enough)(p, t))
    ),
    "The probabilities are sorted, so each has lost its place: return them where they "
    "were, 0 for the dropped.": _sorted_nucleus,
    "Only the kept values come back, so nobody knows which words they belong to: "
    "return as many numbers as p has, 0 for the dropped.": (
        lambda p, t: _normalized(p[_until(_enough)(p, t)])
    ),
    "The mask was found in sorted order and used in that of p: carry it back to the "
    "words' own places.": lambda p, t: _normalized(
        np.where(_until(_enough)(np.sort(p)[::-1], t), p, 0.0)
    ),
    "Divided by top_p: divide by the sum of what is left, which may be more.": (
        lambda p, t: np.where(_until(_enough)(p, t), p, 0.0) / t
    ),
    "The kept words all get the same share: keep their proportions, divide by the "
    "sum.": lambda p, t: _normalized(_until(_enough)(p, t).astype(float)),
}

# --- interpolate **: drive the real model --------------------------------------------


def check_interpolate(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``interpolate(counts, contexts, num_contexts, D, lower)``."""
    return diagnose(
        "interpolate",
        student,
        interpolate,
        _interpolate_probes,
        MISTAKES_INTERPOLATE,
        outputs=("prob", "weight"),
        seed=seed,
    )


def _interpolate_probes(rng: np.random.Generator) -> list[tuple]:
    D = np.array([0, 0.5, 1.0, 1.5])
    probes = [
        (np.array([4]), np.array([0]), 1, D, np.array([0.25])),
        (np.array([1, 3]), np.array([0, 0]), 2, D, np.array([0.2, 0.1])),
    ]
    for G, C in zip(rng.integers(6, 15, 3), rng.integers(3, 6, 3), strict=True):
        probes.append(
            (
                rng.integers(1, 7, G),
                np.sort(rng.integers(0, C, G)),
                int(C) + 1,  # nothing follows the last one
                rng.uniform(0.1, 0.9, 4).cumsum() * [0, 1, 1, 1],
                rng.dirichlet(np.ones(G)),
            )
        )
    return probes


def _level(
    taken: Callable = lambda counts, D: D[np.minimum(counts, len(D) - 1)],
    weigh: Callable = lambda taken, counts: taken,
    total: Callable = lambda counts: counts,
    mix: Callable = lambda left, weight, lower: left + weight * lower,
    empty: float = 1.0,
) -> Callable:
    """Build one level of Kneser-Ney with one part replaced.

    Parameters
    ----------
    taken : callable
        What is taken from each count.
    weigh, total : callable
        What is added up per context, above and below the line of the weight.
    mix : callable
        From what is left of the ratio, the weight and the lower order.
    empty : float
        Weight of a context that nothing follows.
    """

    def level(counts, contexts, num_contexts, D, lower):
        off = taken(counts, D)
        n = np.bincount(contexts, total(counts), num_contexts)
        freed = np.bincount(contexts, weigh(off, counts), num_contexts)
        weight = np.full(num_contexts, empty)
        np.divide(freed, n, out=weight, where=n > 0)
        return mix((counts - off) / n[contexts], weight[contexts], lower), weight

    return level


def _no_room(counts, contexts, num_contexts, D, lower):
    prob, weight = interpolate(counts, contexts, num_contexts, D, lower)
    return prob, weight[: contexts.max() + 1]


def _weight_each(counts, contexts, num_contexts, D, lower):
    prob, weight = interpolate(counts, contexts, num_contexts, D, lower)
    return prob, weight[contexts]


MISTAKES_INTERPOLATE: Mistakes = {
    "The two are in the wrong order: return prob, then weight.": (
        lambda *args: interpolate(*args)[::-1]
    ),
    "A context that nothing follows divides 0 by 0: its weight is 1, the shorter "
    "context says everything.": _level(empty=math.nan),
    "A context that nothing follows has the weight 1, not 0: the shorter context says "
    "everything.": _level(empty=0.0),
    "weight must have num_contexts entries, also for contexts that nothing follows: "
    "np.bincount(..., minlength=num_contexts).": _no_room,
    "weight has one entry per n-gram: one per context is asked for; weight[contexts] "
    "belongs into prob only.": _weight_each,
    "D[counts] leaves the table for large counts: the last entry holds for all higher "
    "ones, np.minimum(counts, len(D) - 1).": _level(lambda counts, D: D[counts]),
    "D[1] is taken from every count: what is taken depends on the count, "
    "D[np.minimum(counts, len(D) - 1)].": _level(lambda counts, D: D[1] + 0 * counts),
    "The largest D is taken from every count: what is taken depends on the count, "
    "D[np.minimum(counts, len(D) - 1)].": _level(lambda counts, D: D[-1] + 0 * counts),
    "The discounts are shifted by one: D[0] is for a count of 0, D[1] for a count "
    "of 1.": _level(lambda counts, D: D[np.minimum(counts, len(D) - 1) - 1]),
    "The shorter context is added without its weight: weight[contexts] * lower.": (
        _level(mix=lambda left, weight, lower: left + lower)
    ),
    "What was taken is not given back: add weight[contexts] * lower.": (
        _level(mix=lambda left, weight, lower: left)
    ),
    "Both parts are weighted: what is left of the count stands as it is.": (
        _level(mix=lambda left, weight, lower: (1 - weight) * left + weight * lower)
    ),
    "Nothing is taken from the counts, yet something is given: (counts - taken) over "
    "the total.": (
        lambda counts, contexts, C, D, lower: (
            interpolate(counts, contexts, C, D, lower)[0]
            + D[np.minimum(counts, len(D) - 1)]
            / np.bincount(contexts, counts, C)[contexts],
            interpolate(counts, contexts, C, D, lower)[1],
        )
    ),
    "The weight counts different followers without what was taken from each: add up "
    "the discounts of each context.": _level(weigh=lambda off, counts: 1.0 + 0 * off),
    "The total counts different followers: add up the counts of each context.": (
        _level(total=lambda counts: 1 + 0 * counts)
    ),
}

# --- build_model *** -----------------------------------------------------------------

_STORIES = 150  # to count on: few, so that there is room for ideas
_ASIDE = 10  # held out, and again so many to judge on


@cache
def _littletown(seed: int) -> tuple[list, list, list, float]:
    """Return train, held-out and test stories and the given model's perplexity."""
    train, valid = (littletown.load(split) for split in ("train", "valid"))
    train = train[:_STORIES]
    vocab = Vocab.from_sentences(train, min_count=2)
    start = _ASIDE * (1 + seed % (len(valid) // _ASIDE - 1))
    parts = train, valid[:_ASIDE], valid[start : start + _ASIDE]
    train, heldout, test = map(vocab.replace_unknown, parts)
    return train, heldout, test, KneserNey(order=5).fit(train).perplexity(test)


def check_build_model(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``build_model(train, heldout, words)``: beat ``KneserNey(order=5)``.

    Prints both perplexities. ``seed`` chooses the stories that judge.
    """
    train, heldout, test, given = _littletown(seed)
    words = KneserNey(order=1).fit(train).words

    def judge(build):
        predict = build([[*s] for s in train], [[*s] for s in heldout], [*words])
        return _judged(predict, test, words)

    try:
        mine, hint = judge(student)
    except (Exception, SystemExit) as error:
        mine, hint = 0, stopped(error)
    if not hint:
        print(f"perplexity {mine:.2f}; KneserNey(order=5) has {given:.2f}")
        if not round(mine, 2) < round(given, 2):  # as printed: rounding is no idea
            hint = (
                f"A true model, but {mine:.2f} is not below {given:.2f}. Mix in one "
                "that errs elsewhere: a shorter order, one discount, or the words of "
                "the story so far; and let em_step find the weights on heldout."
            )
    return CheckResult("build_model", hint)


def _judged(predict: Callable, test: list, words: list[str]) -> tuple[float, str]:
    """Return the perplexity on ``test``, or what is wrong with the probabilities."""
    if not callable(predict):
        kind = type(predict).__name__
        return 0, f"build_model should return a function predict(context), not {kind}."
    place, bits = {word: i for i, word in enumerate(words)}, []
    for story in test:
        for i, word in enumerate([*story, EOS]):
            context = story[:i]
            p = predict(context)
            if hint := _distribution_hint(p, len(words)):
                after = " ".join(context[-3:]) or "the start of a story"
                return 0, f"After '{after}', {hint}"
            mass = float(p[place[word]] / p.sum())  # may sum to a little more than 1
            if not mass:
                return 0, (
                    f"{word!r} came next and had the probability 0, so the perplexity "
                    "is infinite: let one model of the mixture give something to every "
                    "word."
                )
            bits.append(-math.log2(mass))
    return 2 ** (math.fsum(bits) / len(bits)), ""


def _distribution_hint(p: object, V: int) -> str:
    if not isinstance(p, np.ndarray):
        return f"predict returns {type(p).__name__}: a NumPy array is needed."
    if p.shape != (V,):
        return f"predict returns the shape {p.shape}: ({V},) is needed, one per word."
    if not np.isfinite(p).all():
        return "a probability is nan or infinite."
    if p.min() < 0:
        return (
            "a probability is below 0. If these are logarithms, take 2 ** or exp of "
            "them; if not, look for a subtraction."
        )
    if abs(p.sum() - 1) > 1e-6:
        return (
            f"the probabilities sum to {p.sum():.6g}, not 1. A mixture sums "
            "to one if its weights do and each part does."
        )
    return ""
