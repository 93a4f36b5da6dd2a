"""The checks of chapter 2 deserve trust: mistakes are known, honest code passes."""

import heapq
import math
import subprocess
import sys
from collections import Counter, defaultdict

import numpy as np
import pytest

from lmcourse import metrics, sampling
from lmcourse.checks import ngrams as checks
from lmcourse.checks.core import prove
from lmcourse.ngram import (
    AddK,
    JelinekMercer,
    KneserNey,
    MaximumLikelihood,
    StupidBackoff,
    by_hand,
    estimate_discounts,
    interpolate,
)

# --- other honest ways ---------------------------------------------------------------


def count_with_zip(sentences, n):
    counts = defaultdict(int)
    for s in sentences:
        tokens = (["<s>"] if n > 1 else []) + list(s) + ["</s>"]
        for gram in zip(*(tokens[i:] for i in range(n)), strict=False):
            counts[gram] += 1
    return counts


def count_with_join(sentences, n):
    grams = []
    for s in sentences:
        tokens = f"<s> {' '.join(s)} </s>".split()
        grams += [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
    return Counter(g for g in grams if g != ("<s>",))


def likelihood_with_loop(counts, word, context):
    hit = total = 0
    for *before, last in counts:
        if tuple(before) == tuple(context):
            total += counts[(*before, last)]
            if last == word:
                hit = counts[(*before, last)]
    return 0 if total == 0 else hit / total


def likelihood_with_count(counts, word, context):
    if context == ("<s>",) * len(context) and context:
        total = sum(c for g, c in counts.items() if g[:-1] == ("<s>",))
    else:
        total = counts.get(context, 0) if context else 0
    if not context:
        total = sum(counts[g] for g in counts if len(g) == 1)
    elif context[0] == "<s>":
        total = sum(c for g, c in counts.items() if g[:-1] == context)
    try:
        return counts[(*context, word)] / total
    except (KeyError, ZeroDivisionError):
        return 0.0


def perplexity_with_numpy(sentences):
    return np.exp2(-np.concatenate([np.array(s) for s in sentences]).mean())


def perplexity_with_product(sentences):
    total, number = 0.0, 0
    for s in sentences:
        for x in s:
            total += x * math.log(2)
            number += 1
    return math.exp(-total / number)


def temperature_with_logs(p, temperature):
    with np.errstate(divide="ignore"):
        logits = np.log2(p) / temperature
    q = 2 ** (logits - logits.max())
    return q / np.sum(q)


def temperature_with_list(p, temperature):
    powers = [x ** (1 / temperature) for x in p]
    return np.array([x / sum(powers) for x in powers])


def add_k_as_mixture(counts, word, context, words, k):
    V = len({*words, "</s>"})
    n = by_hand.times_followed(counts, context)
    lam = n / (n + k * V)
    return lam * by_hand.max_likelihood(counts, word, context) + (1 - lam) / V


def add_k_filled(counts, word, context, words, k):
    table = {w: counts.get((*context, w), 0) + k for w in [*words, "</s>"]}
    return table.get(word, k) / sum(table.values())


def mercer_recursive(ratios, weights, V):
    if not ratios:
        return 1 / V
    lower = mercer_recursive(ratios[:-1], weights[:-1], V)
    if ratios[-1] is None:
        return lower
    return lower + weights[-1] * (ratios[-1] - lower)


def mercer_expanded(ratios, weights, V):
    known = [(r, w) for r, w in zip(ratios, weights, strict=True) if r is not None]
    left, total = 1.0, 0.0
    for r, w in reversed(known):
        total += left * w * r
        left *= 1 - w
    return total + left / V


def em_with_loops(probs, weights):
    new = np.zeros(len(weights))
    for row in probs:
        mixed = sum(w * p for w, p in zip(weights, row, strict=True))
        for j, p in enumerate(row):
            new[j] += weights[j] * p / mixed / len(probs)
    return new


def em_with_matrix(probs, weights):
    return weights * (probs.T @ (1 / (probs @ weights))) / len(probs)


def backoff_with_loop(counts, word, context, alpha):
    cost = 1.0
    while True:
        if (score := by_hand.max_likelihood(counts, word, context)) > 0:
            return cost * score
        if not context:
            return 0
        context, cost = context[1:], cost * alpha


def backoff_with_range(counts, word, context, alpha):
    for i in range(len(context) + 1):
        c = counts.get((*context[i:], word), 0)
        if c:
            return alpha**i * c / by_hand.times_followed(counts, context[i:])
    return 0.0


def continuation_with_sets(bigrams):
    before = {}
    for u, w in bigrams:
        before.setdefault(w, set()).add(u)
    return {w: len(us) for w, us in before.items()}


def continuation_with_lists(bigrams):
    words = {w for _, w in bigrams}
    return {w: sum(1 for pair in bigrams if pair[1] == w) for w in words}


def ney_by_parts(bigrams, word, previous, D):
    cont = continuation_with_sets(bigrams)
    lower = cont.get(word, 0) / sum(cont.values())
    n = sum(c for (u, _), c in bigrams.items() if u == previous)
    types = len({w for (u, w) in bigrams if u == previous})
    if n == 0:
        return lower
    c = bigrams.get((previous, word), 0)
    return max(c - D, 0) / n + (D * types / n) * lower


def ney_by_freed_mass(bigrams, word, previous, D):
    lower = sum(w == word for _, w in bigrams) / len(bigrams)
    follow = {w: c for (u, w), c in bigrams.items() if u == previous}
    if not follow:
        return lower
    kept = {w: (c - D) / sum(follow.values()) for w, c in follow.items()}
    return kept.get(word, 0.0) + (1 - sum(kept.values())) * lower


def discounts_as_array(*n):
    n = np.array(n, dtype=float)
    c = np.arange(1, 4)
    return c - (c + 1) * n[0] / (n[0] + 2 * n[1]) * n[1:] / n[:-1]


def discounts_as_list(n1, n2, n3, n4):
    D1 = n1 / (n1 + 2 * n2)  # the first one is Y itself
    return [D1, 2 - 3 * D1 * (n3 / n2), 3 - 4 * D1 * (n4 / n3)]


def top_k_with_heap(p, k):
    keep = heapq.nlargest(k, range(len(p)), key=p.__getitem__)
    q = np.zeros(len(p))
    q[keep] = p[keep]
    return q / q.sum()


def top_k_with_loop(p, k):
    q = [0.0] * len(p)
    for i in sorted(range(len(p)), key=lambda i: -p[i])[:k]:
        q[i] = p[i]
    return np.array(q) / sum(q)


def nucleus_with_loop(p, top_p):
    q, held = np.zeros_like(p), 0.0
    for i in sorted(range(len(p)), key=lambda i: -p[i]):
        q[i] = p[i]
        held += p[i]
        if held >= top_p:
            break
    return q / held


def nucleus_with_mask(p, top_p):
    order = np.argsort(-p, kind="stable")
    before = np.cumsum(p[order]) - p[order]
    q = p.copy()
    q[order[before >= top_p]] = 0
    return q / q.sum()


def level_with_add_at(counts, contexts, num_contexts, D, lower):
    taken = np.array([D[min(c, len(D) - 1)] for c in counts])
    total, freed = np.zeros(num_contexts), np.zeros(num_contexts)
    np.add.at(total, contexts, counts)
    np.add.at(freed, contexts, taken)
    weight = np.where(total > 0, freed / np.maximum(total, 1), 1)
    return (counts - taken + freed[contexts] * lower) / total[contexts], weight


def level_with_loops(counts, contexts, num_contexts, D, lower):
    weight = []
    for context in range(num_contexts):
        mine = [c for c, at in zip(counts, contexts, strict=True) if at == context]
        off = sum(D[c] if c < len(D) else D[-1] for c in mine)
        weight.append(off / sum(mine) if mine else 1.0)
    prob = []
    for c, at, p in zip(counts, contexts, lower, strict=True):
        n = counts[contexts == at].sum()
        prob.append((c - (D[c] if c < len(D) else D[-1])) / n + weight[at] * p)
    return np.array(prob), np.array(weight)


HONEST = {
    "count_ngrams": [by_hand.count_ngrams, count_with_zip, count_with_join],
    "max_likelihood": [
        by_hand.max_likelihood,
        likelihood_with_loop,
        likelihood_with_count,
    ],
    "perplexity": [
        by_hand.perplexity,
        perplexity_with_numpy,
        perplexity_with_product,
        lambda sentences: metrics.perplexity(np.concatenate(sentences)),
    ],
    "apply_temperature": [
        sampling.apply_temperature,
        temperature_with_logs,
        temperature_with_list,
    ],
    "add_k": [by_hand.add_k, add_k_as_mixture, add_k_filled],
    "jelinek_mercer": [by_hand.jelinek_mercer, mercer_recursive, mercer_expanded],
    "em_step": [by_hand.em_step, em_with_loops, em_with_matrix],
    "stupid_backoff": [by_hand.stupid_backoff, backoff_with_loop, backoff_with_range],
    "continuation_counts": [
        by_hand.continuation_counts,
        continuation_with_sets,
        continuation_with_lists,
    ],
    "kneser_ney": [by_hand.kneser_ney, ney_by_parts, ney_by_freed_mass],
    "modified_discounts": [
        by_hand.modified_discounts,
        discounts_as_array,
        discounts_as_list,
    ],
    "interpolate": [interpolate, level_with_add_at, level_with_loops],
    "keep_top_k": [sampling.keep_top_k, top_k_with_heap, top_k_with_loop],
    "keep_nucleus": [sampling.keep_nucleus, nucleus_with_loop, nucleus_with_mask],
}


@pytest.mark.parametrize("name", HONEST)
def test_the_check_knows_its_mistakes_and_lets_honest_code_pass(name):
    check = getattr(checks, f"check_{name}")
    mistakes = getattr(checks, f"MISTAKES_{name.upper()}")
    prove(check, mistakes, HONEST[name], seeds=range(4))


# --- what the exercises ask for is what the models do --------------------------------

TEXT = [
    ["we", "like", "tea"],
    ["we", "drink", "green", "tea"],
    ["they", "like", "green", "tea", "and", "we", "like", "tea"],
    [],
    ["they", "drink"],
]
COUNTS = {
    ngram: c for n in (1, 2, 3) for ngram, c in by_hand.count_ngrams(TEXT, n).items()
}
WORDS = sorted({word for sentence in TEXT for word in sentence})
CONTEXTS = [(), ("we",), ("they", "like"), ("green", "tea"), ("we", "like", "green")]


def padded(context, order):
    """Return the context as a model of some order sees it."""
    return ("<s>", *context)[max(0, len(context) + 2 - order) :]


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("context", CONTEXTS)
def test_by_hand_agrees_with_the_models(order, context):
    models = MaximumLikelihood(order), AddK(order, 0.3), StupidBackoff(order)
    mle, add, backoff = (model.fit(TEXT) for model in models)
    seen = padded(context, order)
    for word in [*WORDS, "</s>"]:
        got = (
            by_hand.max_likelihood(COUNTS, word, seen),
            by_hand.add_k(COUNTS, word, seen, WORDS, 0.3),
            by_hand.stupid_backoff(COUNTS, word, seen, 0.4),
        )
        right = [2 ** m.log2_prob(word, context) for m in (mle, add, backoff)]
        assert got == pytest.approx(right, abs=1e-12)


def test_mixing_by_hand_agrees_with_the_model():
    model = JelinekMercer(3).fit(TEXT[:3], TEXT[3:])
    counts = {
        ngram: c
        for n in (1, 2, 3)
        for ngram, c in by_hand.count_ngrams(TEXT[:3], n).items()
    }
    for context in CONTEXTS:
        for word in model.words:
            histories = [
                padded(context, n) for n in range(1, 2 + min(2, len(context) + 1))
            ]
            ratios = [
                by_hand.max_likelihood(counts, word, h)
                if by_hand.times_followed(counts, h)
                else None
                for h in histories
            ]
            got = by_hand.jelinek_mercer(
                ratios, model.weights[: len(ratios)], len(model.words)
            )
            assert got == pytest.approx(2 ** model.log2_prob(word, context), abs=1e-12)


def test_continuation_counts_are_those_of_the_model():
    model = KneserNey(2).fit(TEXT)
    bigrams = by_hand.count_ngrams(TEXT, 2)
    assert by_hand.continuation_counts(bigrams) == {
        word: model.count([word]) for word in model.words
    }


def test_kneser_ney_by_hand_is_the_models_formula():
    bigrams = by_hand.count_ngrams(TEXT, 2)
    for word, previous in [("tea", "like"), ("tea", "green"), ("we", "<s>")]:
        follow = {w: c for (u, w), c in bigrams.items() if u == previous}
        at = list(follow).index(word)
        lower = [by_hand.continuation_counts(bigrams)[w] / len(bigrams) for w in follow]
        prob, _ = interpolate(
            np.array([*follow.values()]),
            np.zeros(len(follow), dtype=int),
            1,
            np.array([0, 0.7]),
            np.array(lower),
        )
        got = by_hand.kneser_ney(bigrams, word, previous, 0.7)
        assert got == pytest.approx(prob[at], abs=1e-12)


def test_kneser_ney_by_hand_sums_to_one():
    bigrams = by_hand.count_ngrams(TEXT, 2)
    for previous in [*WORDS, "<s>", "nobody"]:
        ps = [by_hand.kneser_ney(bigrams, w, previous, 0.6) for w in [*WORDS, "</s>"]]
        assert sum(ps) == pytest.approx(1, abs=1e-12)


def test_discounts_by_hand_are_those_of_the_model():
    n = (300, 120, 70, 45)
    assert by_hand.modified_discounts(*n) == pytest.approx(estimate_discounts(n)[1:])


def test_em_never_loses():
    probs = np.random.default_rng(0).uniform(0.01, 1, (40, 3))
    weights, before = np.full(3, 1 / 3), -math.inf
    for _ in range(20):
        after = np.log(probs @ weights).sum()
        assert after >= before
        weights, before = by_hand.em_step(probs, weights), after
        assert weights.sum() == pytest.approx(1)


# --- the open exercise ---------------------------------------------------------------


def mixture(train, heldout, words):
    """Beat the given model, simply."""
    models = [KneserNey(5).fit(train), KneserNey(4, discounts=1).fit(train)]
    return lambda context: sum(m.next_probs(context) for m in models) / 2


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (  # an empty sentence has an end
            checks.check_count_ngrams,
            lambda ss, n: by_hand.count_ngrams([s for s in ss if s], n),
        ),
        (  # another word is another n-gram
            checks.check_count_ngrams,
            lambda ss, n: by_hand.count_ngrams([[w.lower() for w in s] for s in ss], n),
        ),
        (  # nothing is backed off from where there is no context
            checks.check_stupid_backoff,
            lambda counts, w, c, alpha: (
                by_hand.stupid_backoff(counts, w, c, alpha) * (1 if c else alpha)
            ),
        ),
    ],
)
def test_answers_that_are_nearly_right_fail(check, wrong):
    assert not check(wrong).passed


def test_a_true_mixture_that_is_better_passes(capsys):
    assert checks.check_build_model(mixture).passed
    assert "KneserNey(order=5) has" in capsys.readouterr().out


def scaled(train, heldout, words):
    """Hand over the given model, a little more of it than there is."""
    model = KneserNey(5).fit(train)
    return lambda context: model.next_probs(context) * (1 + 9e-7)


def test_more_than_certainty_is_no_better_model():
    assert "is not below" in checks.check_build_model(scaled).hint


def stub(train, heldout, words):
    raise NotImplementedError


def spoiled(change):
    """Return a builder whose vectors are changed."""
    return lambda train, heldout, words: (
        lambda context: change(np.full(len(words), 1 / len(words)))
    )


def silent(p):
    p[:] = 0
    p[0] = 1
    return p


@pytest.mark.parametrize(
    ("build", "part"),
    [
        (stub, "Not written yet"),
        (lambda *_: 1 / 0, "ZeroDivisionError"),
        (lambda *_: sys.exit(), "SystemExit"),
        (lambda train: None, "TypeError"),
        (lambda *_: np.ones(3), "should return a function predict(context)"),
        (lambda *_: lambda context: 1 / 0, "ZeroDivisionError"),
        (spoiled(list), "a NumPy array is needed"),
        (spoiled(lambda p: p[1:]), "is needed, one per word"),
        (spoiled(lambda p: p * math.nan), "nan or infinite"),
        (spoiled(np.log2), "below 0. If these are logarithms"),
        (spoiled(lambda p: p / 2), "sum to 0.5, not 1"),
        (spoiled(silent), "had the probability 0"),
        (spoiled(lambda p: p), "is not below"),
    ],
)
def test_what_is_wrong_with_a_model_is_told(build, part):
    result = checks.check_build_model(build)
    assert not result.passed
    assert part in result.hint, result.hint


def test_the_chapter_never_loads_torch():
    code = "import sys, lmcourse.checks.ngrams; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
