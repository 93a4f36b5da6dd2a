"""The n-gram models against slow dictionary versions, hand results and laws."""

import gzip
import itertools
import math
import re
import subprocess
import sys
import warnings
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmcourse.ngram import (
    AddK,
    JelinekMercer,
    KneserNey,
    MaximumLikelihood,
    NGramModel,
    StupidBackoff,
    estimate_discounts,
    read_arpa,
)

TOY = [
    ["san", "francisco", "is", "foggy"],
    ["i", "left", "san", "francisco"],
    ["we", "like", "san", "francisco"],
    ["san", "francisco", "is", "far"],
    ["i", "like", "coffee"],
    ["we", "like", "strong", "coffee"],
    ["the", "coffee", "is", "strong"],
]

word = st.sampled_from(["a", "b", "c", "d"])
texts = st.lists(st.lists(word, max_size=6), min_size=1, max_size=8).filter(
    lambda sentences: sum(map(len, sentences)) > 0
)
orders = st.integers(1, 5)


class HeldOut(JelinekMercer):
    """A Jelinek-Mercer model with the interface of the others."""

    def fit(self, sentences):
        sentences = list(sentences)
        return super().fit(sentences, sentences[:1])


SMOOTHED = {
    "add-k": lambda order: AddK(order, 0.3),
    "jelinek-mercer": HeldOut,
    "kneser-ney": lambda order: KneserNey(order, discounts=1),
    "modified": KneserNey,
}
ALL = SMOOTHED | {"mle": MaximumLikelihood, "stupid": StupidBackoff}
smoothed = pytest.mark.parametrize("make", SMOOTHED.values(), ids=SMOOTHED)
every = pytest.mark.parametrize("make", ALL.values(), ids=ALL)


def known(sentences, model):
    return [[w for w in s if w in model.vocab] for s in sentences]


# --- laws -----------------------------------------------------------------------------


@smoothed
@settings(deadline=None, max_examples=40)
@given(texts, orders, st.lists(word, max_size=6))
def test_next_probs_sum_to_one_after_any_context(make, sentences, order, context):
    model = make(order).fit(sentences)
    (context,) = known([context], model)
    probs = model.next_probs(context)
    assert probs.shape == (len(model.words),)
    assert (probs > 0).all()
    assert probs.sum() == pytest.approx(1, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(texts, orders, st.lists(word, max_size=6))
def test_maximum_likelihood_sums_to_one_or_has_no_answer(sentences, order, context):
    model = MaximumLikelihood(order).fit(sentences)
    (context,) = known([context], model)
    total = model.next_probs(context).sum()
    assert total == pytest.approx(1) or total == 0
    for sentence in sentences:
        for end in range(len(sentence)):
            assert model.next_probs(sentence[:end]).sum() == pytest.approx(1)


@every
@settings(deadline=None, max_examples=40)
@given(texts, orders, texts)
def test_score_is_the_chain_of_log2_probs(make, sentences, order, test):
    model = make(order).fit(sentences)
    test = known(test, model)
    chain = [
        model.log2_prob(w, s[:i]) for s in test for i, w in enumerate([*s, "</s>"])
    ]
    np.testing.assert_allclose(model.score(test), chain, rtol=1e-12)
    for s in test[:2]:
        log2_probs = [model.log2_prob(w, s) for w in model.words]
        np.testing.assert_allclose(np.exp2(log2_probs), model.next_probs(s), rtol=1e-12)


@every
@settings(deadline=None, max_examples=25)
@given(texts, orders, texts, st.randoms())
def test_the_order_of_sentences_does_not_matter(make, sentences, order, test, random):
    if make is HeldOut:
        return  # its held-out text is the first sentence
    model = make(order).fit(sentences)
    shuffled = sentences.copy()
    random.shuffle(shuffled)
    test = known(test, model)
    np.testing.assert_array_equal(
        model.score(test), make(order).fit(shuffled).score(test)
    )


@every
def test_causality_and_the_length_of_memory(make):
    model = make(3).fit(TOY)
    a, b = ["we", "like", "san", "francisco"], ["we", "like", "san", "coffee"]
    np.testing.assert_array_equal(model.score([a])[:3], model.score([b])[:3])
    far, near = ["i", "left", "strong", "coffee"], ["the", "coffee", "strong", "coffee"]
    assert (model.next_probs(far) == model.next_probs(near)).all()


@every
@settings(deadline=None, max_examples=25)
@given(texts, orders)
def test_sentences_are_scored_one_by_one(make, sentences, order):
    model = make(order).fit(sentences)
    apart = [model.score([sentence]) for sentence in sentences]
    np.testing.assert_array_equal(np.concatenate(apart), model.score(sentences))


@smoothed
def test_probability_of_all_short_texts_is_below_one_and_grows(make):
    model = make(2).fit([["a"], ["b", "a"], []])
    totals = []
    for longest in range(1, 5):
        every_text = itertools.chain.from_iterable(
            itertools.product("ab", repeat=n) for n in range(longest + 1)
        )
        totals.append(sum(2 ** model.score([text]).sum() for text in every_text))
    assert totals == sorted(totals)
    assert 0.5 < totals[-1] < 1


# --- slow versions, straight from the formulas ----------------------------------------


def windows(sentences, n):
    for s in sentences:
        s = ["<s>", *s, "</s>"]
        yield from (tuple(s[i : i + n]) for i in range(len(s) - n + 1))


def slow_kneser_ney(sentences, order, discounts):
    """Return P(word, context) as a recursive function over dictionaries."""
    words = set(itertools.chain.from_iterable(sentences)) | {"</s>"}
    raw = {n: Counter(windows(sentences, n)) for n in range(1, order + 1)}
    del raw[1][("<s>",)]
    adjusted, D = {order: raw[order]}, {}
    for n in range(1, order):
        before = defaultdict(set)
        for gram in raw[n + 1]:
            before[gram[1:]].add(gram[0])
        adjusted[n] = {
            g: raw[n][g] if g[0] == "<s>" else len(before[g]) for g in raw[n]
        }
    for n, counts in adjusted.items():
        n_k = [sum(c == k for c in counts.values()) for k in (1, 2, 3, 4)]
        d = estimate_discounts(n_k, discounts)
        D[n] = {c: d[min(c, len(d) - 1)] for c in set(counts.values())}

    def prob(word, context):
        n = len(context) + 1
        lower = prob(word, context[1:]) if context else 1 / len(words)
        followers = {g: c for g, c in adjusted[n].items() if g[:-1] == context}
        if not followers:
            return lower
        total = sum(followers.values())
        left_over = sum(D[n][c] for c in followers.values()) / total
        c = followers.get((*context, word), 0)
        return (c - D[n][c] if c else 0) / total + left_over * lower

    return words, prob


@pytest.mark.parametrize("discounts", [1, 3])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_kneser_ney_equals_the_slow_version(order, discounts):
    rng = np.random.default_rng(order)
    text = [list(rng.choice(list("aabbcdefg"), rng.integers(0, 9))) for _ in range(60)]
    text = [[str(w) for w in s] for s in text]
    words, prob = slow_kneser_ney(text, order, discounts)
    model = KneserNey(order, discounts).fit(text)
    assert sorted(words) == sorted(model.words)
    for s in text[:5]:
        for i in range(len(s) + 1):
            context = tuple(["<s>", *s[:i]][-(order - 1) :]) if order > 1 else ()
            want = [prob(w, context) for w in model.words]
            np.testing.assert_allclose(model.next_probs(s[:i]), want, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_counting_models_equal_the_slow_version(order):
    raw = Counter(windows(TOY, order))
    raw.pop(("<s>",), None)
    contexts = Counter()
    for gram, c in raw.items():
        contexts[gram[:-1]] += c
    mle, add = MaximumLikelihood(order).fit(TOY), AddK(order, 0.5).fit(TOY)
    V = len(mle.words)
    for s in TOY:
        for i in range(order - 2 if order > 1 else 0, len(s)):
            context = tuple(["<s>", *s[:i]][-(order - 1) :]) if order > 1 else ()
            for p, w in enumerate(mle.words):
                c, total = raw[(*context, w)], contexts[context]
                assert mle.next_probs(s[:i])[p] == pytest.approx(c / total)
                assert add.next_probs(s[:i])[p] == pytest.approx(
                    (c + 0.5) / (total + 0.5 * V)
                )


# --- by hand --------------------------------------------------------------------------


def test_maximum_likelihood_by_hand():
    model = MaximumLikelihood(2).fit([["a", "b"], ["a", "c"]])
    assert model.words == ["a", "b", "c", "</s>"]
    assert model.next_probs([]).tolist() == [1, 0, 0, 0]
    assert model.next_probs(["a"]).tolist() == [0, 0.5, 0.5, 0]
    # two sentences, one bit each, six tokens
    assert model.perplexity([["a", "b"], ["a", "c"]]) == pytest.approx(2 ** (2 / 6))


def test_the_zero_is_silent_and_infinite():
    model = MaximumLikelihood(2).fit(TOY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert model.log2_prob("coffee", ["san"]) == -math.inf
        assert model.perplexity([["san", "coffee"]]) == math.inf


def test_near_the_start_a_context_is_as_long_as_there_are_words():
    model = MaximumLikelihood(5).fit(TOY)
    assert model.log2_prob("i") == pytest.approx(math.log2(2 / 7))
    assert model.log2_prob("like", ["we"]) == 0
    assert AddK(5, 1).fit(TOY).next_probs([])[model.vocab["i"]] == pytest.approx(
        3 / (7 + len(model.words))
    )


def test_stupid_backoff_by_hand():
    model = StupidBackoff(3, alpha=0.4).fit(TOY)
    tokens = sum(len(s) + 1 for s in TOY)
    seen = 2 ** model.log2_prob("francisco", ["left", "san"])
    assert seen == 1
    backed_off_once = 2 ** model.log2_prob("coffee", ["we", "like"])
    assert backed_off_once == pytest.approx(0.4 * 1 / 3)
    new_context_twice = 2 ** model.log2_prob("far", ["far", "strong"])
    assert new_context_twice == pytest.approx(0.4 * 0.4 * 1 / tokens)
    assert model.next_probs(["we", "like"]).sum() != pytest.approx(1)


def test_continuation_counts_know_that_francisco_follows_san_alone():
    raw, model = MaximumLikelihood(2).fit(TOY), KneserNey(2, discounts=1).fit(TOY)
    assert raw.count(["francisco"]) > raw.count(["coffee"])
    assert model.count(["francisco"]) == 1
    assert model.count(["coffee"]) == 3  # like, strong, the
    assert model.count(["san", "francisco"]) == raw.count(["san", "francisco"]) == 4
    assert model.count(["<s>"]) == model.count(["coffee", "san"]) == 0
    assert model.count(["unheard"]) == 0
    strong, new = (model.next_probs([w]) for w in ("strong", "foggy"))
    coffee, francisco = model.vocab["coffee"], model.vocab["francisco"]
    assert new[coffee] > new[francisco]
    assert strong[coffee] > new[coffee]


def test_steps_add_up():
    model = KneserNey(3).fit(TOY)
    steps = model.steps("francisco", ["left", "san"])
    assert [s.context for s in steps] == [[], ["san"], ["left", "san"]]
    for before, step in itertools.pairwise(steps):
        assert step.prob == pytest.approx(step.own + step.weight * before.prob)
        assert step.own >= -1e-15
    assert steps[-1].prob == 2 ** model.log2_prob("francisco", ["left", "san"])
    assert model.steps("i")[-1].context == ["<s>"]


def test_discounts_by_hand():
    # Y = 6 / (6 + 2 * 3) = 1/2
    assert estimate_discounts([6, 3, 2, 1], 1).tolist() == [0, 0.5]
    np.testing.assert_allclose(
        estimate_discounts([6, 3, 2, 1]),
        [0, 1 - 2 * 0.5 * 3 / 6, 2 - 3 * 0.5 * 2 / 3, 3 - 4 * 0.5 * 1 / 2],
    )


@pytest.mark.parametrize("n", [[0, 0, 0, 0], [0, 3, 1, 1], [5, 0, 1, 1], [5, 1, 9, 1]])
def test_discounts_of_texts_too_small_for_the_formula(n):
    assert estimate_discounts(n).tolist() == [0, 0.5, 1, 1.5]
    if not (n[0] and n[1]):
        assert estimate_discounts(n, 1).tolist() == [0, 0.5]


def test_a_model_shows_its_counts_and_discounts():
    model = KneserNey(2).fit(TOY)
    assert len(model.counts_of_counts) == len(model.D) == 2
    pairs = Counter(Counter(windows(TOY, 2)).values())
    assert model.counts_of_counts[1] == [pairs[k] for k in (1, 2, 3, 4)]
    assert model.num_ngrams() == [len(model.words), sum(pairs.values())]


def test_a_formula_of_ones_own_drives_the_model():
    calls = []

    def mine(counts, contexts, num_contexts, D, lower):
        calls.append(len(counts))
        total = np.bincount(contexts, counts, num_contexts)
        return counts / total[contexts], np.zeros(num_contexts)

    model = KneserNey(2, interpolate=mine).fit(TOY)
    assert len(calls) == 2
    assert model.log2_prob("francisco", ["san"]) == 0


# --- Jelinek-Mercer -------------------------------------------------------------------


def test_em_never_makes_the_held_out_text_worse_and_finds_the_best():
    rng = np.random.default_rng(0)
    chain = rng.dirichlet(np.full(6, 0.4), size=6)

    def sample(n):
        state, out = 0, []
        for _ in range(n):
            state = rng.choice(6, p=chain[state])
            out.append("abcdef"[state])
        return [out[i : i + 7] for i in range(0, n, 7)]

    train, heldout = sample(300), sample(300)
    model = JelinekMercer(3).fit(train, heldout)
    bits = np.array(model.heldout_bits)
    assert (np.diff(bits) < 1e-9).all()
    assert -model.score(heldout).mean() == pytest.approx(bits[-1], abs=1e-5)
    best = model.weights.copy()
    for n, change in itertools.product(range(3), (-0.05, 0.05)):
        model.weights = best.copy()
        model.weights[n] = np.clip(model.weights[n] + change, 0, 1)
        model._fill_tables()
        assert (
            -model.score(heldout).mean() > bits[-1] - 1e-4
        )  # EM slows down at the end


def test_jelinek_mercer_needs_held_out_text():
    for nothing in (None, []):
        with pytest.raises(ValueError, match="did not count"):
            JelinekMercer(2).fit(TOY, nothing)


# --- writing --------------------------------------------------------------------------


@every
def test_generate(make):
    model = make(3).fit(TOY)
    text = model.generate(20, rng=1)
    assert text == model.generate(20, rng=np.random.default_rng(1))
    assert set(text) <= set(model.words) - {"</s>"}
    assert len(model.generate(2, rng=2)) <= 2
    for narrow in ({"top_k": 1}, {"top_p": 0.01}, {"temperature": 1e-4}):
        assert model.generate(1, ["i", "left"], rng=0, **narrow) == ["san"]


def test_generating_from_nothing_known_is_explained():
    model = MaximumLikelihood(3).fit(TOY)
    with pytest.raises(ValueError, match="every word has probability 0"):
        model.generate(5, ["coffee", "san"])


# --- ARPA -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [*SMOOTHED.values(), MaximumLikelihood], ids=[*SMOOTHED, "mle"]
)
@settings(deadline=None, max_examples=25)
@given(sentences=texts, order=orders, test=texts)
def test_arpa_round_trip(make, sentences, order, test, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "model.arpa"
    model = make(order).fit(sentences)
    model.to_arpa(path)
    back = read_arpa(path)
    test = known(test, model)
    assert back.words == model.words
    assert back.order == model.order
    np.testing.assert_allclose(back.score(test), model.score(test), rtol=1e-12)
    np.testing.assert_allclose(
        back.next_probs(test[0]), model.next_probs(test[0]), rtol=1e-12
    )


def test_arpa_of_any_unicode(tmp_path):
    text = [["чай", "茶", "\U0001f375"], ["茶", "é", "e\u0301"]]
    model = KneserNey(2).fit(text)
    model.to_arpa(tmp_path / "tea.arpa")
    back = read_arpa(tmp_path / "tea.arpa")
    np.testing.assert_allclose(back.score(text), model.score(text))
    with pytest.raises(NotImplementedError, match="cannot be fitted"):
        back.fit([["other", "words"]])
    with pytest.raises(NotImplementedError, match="no counts"):
        back.count(["茶"])
    assert back.words == model.words
    np.testing.assert_allclose(back.score(text), model.score(text))


def test_arpa_written_by_another_hand(tmp_path):
    path = tmp_path / "small.arpa"
    path.write_text(
        "\n\\data\\\nngram 1=4\nngram 2=2\n\n\\1-grams:\n-1.0\t<unk>\n-99\t<s>\t-0.5\n"
        "-0.30103 </s>\n-0.5 a -0.25\n\n\\2-grams:\n-0.1\t<s> a\n-0.2 a </s>\n"
        "\n\\end\\\n"
    )
    model = read_arpa(path)
    got = model.score([["a"], ["zebra"]]) / math.log2(10)
    np.testing.assert_allclose(got, [-0.1, -0.2, -0.5 - 1.0, -0.30103])


def test_arpa_without_a_start_mark(tmp_path):
    path = tmp_path / "no_start.arpa"
    path.write_text("\\data\\\nngram 1=2\n\\1-grams:\n-0.3 a\n-0.3 </s>\n\\end\\\n")
    got = read_arpa(path).score([["a"]]) / math.log2(10)
    np.testing.assert_allclose(got, [-0.3, -0.3])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace("\\end\\", ""), "not complete"),
        (lambda t: t.replace("ngram 2=", "ngram 2=1"), "promises"),
        (lambda t: t.replace("\t</s>", "\t<end>").replace(" </s>", " <end>"), "</s>"),
        (lambda t: t.replace("\ta b", "\ta z"), "new word 'z'"),
        (lambda t: t.replace("\ta b", "\ta b a b"), "no 2-gram: .*a b a b"),
        (lambda t: t.replace("\ta b", "\ta </s>"), "twice"),
        (lambda t: t.replace("1-grams:\n", "1-grams:\nx "), "no 1-gram"),
        (lambda t: "", "no ARPA file"),
        (lambda t: t.replace("ngram 2=", "ngram 2=x"), "gives no number: 'ngram 2=x"),
        (lambda t: re.sub("-[0-9.]+\ta b", "0.5\ta b", t), "no 2-gram: '0.5"),
        (lambda t: re.sub("-[0-9.]+\ta b", "nan\ta b", t), "no 2-gram: 'nan"),
    ],
)
def test_broken_arpa_files_are_explained(tmp_path, change, message):
    path = tmp_path / "broken.arpa"
    KneserNey(2).fit([["a", "b"], ["a"]]).to_arpa(path)
    path.write_text(change(path.read_text()))
    with pytest.raises(ValueError, match=message):
        read_arpa(path)


def test_arpa_cannot_hold_every_model(tmp_path):
    with pytest.raises(ValueError, match="separates words by spaces"):
        KneserNey(2).fit([["New York"]]).to_arpa(tmp_path / "x.arpa")
    with pytest.raises(ValueError, match="scores"):
        StupidBackoff(2).fit(TOY).to_arpa(tmp_path / "x.arpa")


# --- bad and tiny input ---------------------------------------------------------------


@every
@pytest.mark.parametrize("text", [[[]], [["a"]], [["a"], []], [["a", "a", "a"]]])
@pytest.mark.parametrize("order", [1, 2, 5])
def test_tiny_texts(make, text, order):
    model = make(order).fit(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(model.score(text)).all()
        assert len(model.score(text)) == sum(len(s) + 1 for s in text)
        if make is not StupidBackoff:
            assert model.next_probs([]).sum() == pytest.approx(1)


def test_scoring_nothing():
    model = KneserNey(2).fit(TOY)
    assert model.score([]).shape == (0,)
    assert model.score([[]]).shape == (1,)
    with pytest.raises(ValueError, match="at least one sentence"):
        model.perplexity([])


def test_unknown_words_become_unk_if_there_is_one():
    model = KneserNey(3).fit([*TOY, ["i", "like", "<unk>"]])
    assert model.log2_prob("zebra", ["we"]) == model.log2_prob("<unk>", ["we"])
    np.testing.assert_array_equal(
        model.score([["zebra", "coffee"]]), model.score([["<unk>", "coffee"]])
    )


def test_unknown_words_are_an_error_if_there_is_none():
    model = KneserNey(3).fit(TOY)
    for call in (
        lambda: model.log2_prob("zebra"),
        lambda: model.next_probs(["a", "zebra"]),
        lambda: model.score([["i", "zebra"]]),
    ):
        with pytest.raises(ValueError, match="replace rare ones by <unk>"):
            call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: KneserNey(0), "order must be at least 1"),
        (lambda: KneserNey(2.0), "order must be an integer"),
        (lambda: KneserNey(2, discounts=2), "discounts must be one of"),
        (lambda: AddK(2, 0), "k must be above 0"),
        (lambda: StupidBackoff(2, alpha=2), "alpha must be at most 1"),
        (lambda: KneserNey(2).fit([]), "at least one sentence"),
        (lambda: KneserNey(2).fit("one str"), "got one str"),
        (lambda: KneserNey(2).fit(["a", "sentence"]), "wrap it in a list"),
        (lambda: KneserNey(2).fit([["a", 1]]), "must contain words"),
        (lambda: KneserNey(2).fit([["<s>", "a"]]), "leave the marks"),
        (lambda: KneserNey(2).score([["a"]]), "call fit first"),
        (lambda: KneserNey(2).next_probs(), "call fit first"),
        (lambda: KneserNey(2).fit(TOY).next_probs("i like"), "got one str"),
        (lambda: KneserNey(2).fit(TOY).next_probs(["<s>"]), "context contains <s>"),
        (lambda: KneserNey(2).fit(TOY).log2_prob(["i"]), "word must be a str"),
        (lambda: KneserNey(2).fit(TOY).count(["i"] * 3), "1 to 2 words"),
        (lambda: KneserNey(2).fit(TOY).count([]), "1 to 2 words"),
        (lambda: KneserNey(2).fit(TOY).generate(0), "max_words must be at least"),
        (lambda: StupidBackoff(2).fit(TOY).perplexity(TOY), "not probabilities"),
    ],
)
def test_bad_input_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_base_class_has_no_formula():
    with pytest.raises(NotImplementedError):
        NGramModel(2).fit(TOY)


def test_no_torch():
    code = "import sys, lmcourse.ngram; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the Penn Treebank ----------------------------------------------------------------


@pytest.fixture(scope="module")
def ptb(real_data):
    with gzip.open(real_data / "lm/ptb/ptb.train.txt.gz", "rt") as file:
        train = [line.split() for line in file]
    test = (real_data / "lm/ptb/ptb.test.txt").read_text().splitlines()
    return train, [line.split() for line in test]


@pytest.mark.parametrize(("order", "perplexity"), [(3, 148.281), (5, 141.186)])
def test_penn_treebank_to_six_digits(ptb, order, perplexity):
    train, test = ptb
    got = KneserNey(order).fit(train).perplexity(test)
    assert got == pytest.approx(perplexity, abs=0.0006)
