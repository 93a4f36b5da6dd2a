"""Correlations and quizzes: against SciPy, by hand, and where nothing is covered."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from lmcourse import littletown
from lmcourse.vectors import (
    Analogy,
    Similarity,
    WordVectors,
    evaluate,
    evaluate_analogies,
    evaluate_similarity,
    spearman,
)

RANKED = st.lists(st.tuples(st.integers(-4, 4), st.floats(-9, 9)), min_size=2)


def made(words, E=8, seed=0) -> WordVectors:
    words = sorted(words)
    matrix = np.random.default_rng(seed).normal(size=(len(words), E))
    return WordVectors(words, matrix)


@given(RANKED)
def test_spearman_equals_scipy_ties_included(pairs):
    x, y = np.array(pairs, dtype=float).T
    assume(len(set(x)) > 1)
    assume(len(set(y)) > 1)
    want = stats.spearmanr(x, y).statistic
    assert spearman(x, y) == pytest.approx(want, abs=1e-12)
    assert spearman(y, x) == pytest.approx(want, abs=1e-12)
    assert spearman(-x, y) == pytest.approx(-want, abs=1e-12)


def test_only_the_order_matters():
    x = np.array([1.0, 2.0, 3.0, 50.0])
    assert spearman(x, np.exp(x)) == 1
    assert spearman(x, -(x**3)) == -1


def test_ties_share_their_mean_rank_by_hand():
    # x has the ranks 1, 2.5, 2.5, 4 and y has 1, 3, 2, 4, all less 2.5:
    # (2.25 + 0 + 0 + 2.25) / sqrt(4.5 * 5)
    assert spearman([1, 5, 5, 9], [1, 3, 2, 4]) == pytest.approx(4.5 / 22.5**0.5)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1], [2], "at least 2"),
        ([1, 2], [1, 2, 3], r"got the shapes \(2,\) and \(3,\)"),
        ([[1, 2]], [[1, 2]], r"\(1, 2\)"),
        ([1, 2], [3, 3], r"y has no order: all of it is 3\.0"),
        ([1, 1], [3, 4], "x has no order"),
        ([1, np.nan], [3, 4], "x must be finite"),
        ([1, 2], [3, np.inf], "y must be finite"),
    ],
)
def test_what_spearman_refuses(x, y, message):
    with pytest.raises(ValueError, match=message):
        spearman(x, y)


def test_resamples_are_what_scipy_says_of_the_repeated_list():
    rng = np.random.default_rng(3)
    x, y = rng.integers(5, size=20).astype(float), rng.normal(size=20)
    drawn = rng.integers(20, size=(50, 20))
    times = np.stack([np.bincount(row, minlength=20) for row in drawn]).astype(float)
    got = evaluate._correlations(x, y, times)
    want = [stats.spearmanr(x[row], y[row]).statistic for row in drawn]
    np.testing.assert_allclose(got, want, atol=1e-12)


# --- similarity ---------------------------------------------------------------------


def test_similarity_equals_scipy_on_littletown():
    pairs = littletown.similarities()
    vectors = made({word for pair in pairs for word in pair[:2]})
    score = evaluate_similarity(vectors, pairs)
    cosines = [vectors.similarity(pair.a, pair.b) for pair in pairs]
    want = stats.spearmanr([pair.score for pair in pairs], cosines).statistic
    assert score.rho == pytest.approx(want, abs=1e-9)
    assert score.low < score.rho < score.high
    assert (score.covered, score.total) == (600, 600)


def test_the_interval_is_about_that_of_scipys_bootstrap():
    rng = np.random.default_rng(4)
    vectors = made({f"w{i}" for i in range(60)})
    pairs = [Similarity(f"w{i}", f"w{i + 1}", 0.0) for i in range(59)]
    cosines = [vectors.similarity(p.a, p.b) for p in pairs]
    pairs = [
        pair._replace(score=cosine + rng.normal() / 4)
        for pair, cosine in zip(pairs, cosines, strict=True)
    ]
    score = evaluate_similarity(vectors, pairs, draws=4000)
    x = np.array([pair.score for pair in pairs])
    result = stats.bootstrap(
        (x, np.array(cosines)),
        lambda a, b: stats.spearmanr(a, b).statistic,
        paired=True, vectorized=False, n_resamples=1000, method="percentile", rng=5,
    )  # fmt: skip
    assert score.low == pytest.approx(result.confidence_interval.low, abs=0.05)
    assert score.high == pytest.approx(result.confidence_interval.high, abs=0.05)


def test_pairs_without_vectors_do_not_count_and_are_told():
    vectors = WordVectors(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])
    pairs = [
        Similarity("a", "b", 9),
        Similarity("a", "c", 1),
        Similarity("A", "b", 3),  # another spelling is another word
        Similarity("a", "emu", 3),
    ]
    score = evaluate_similarity(vectors, iter(pairs))
    assert (score.rho, score.covered, score.total) == (1, 2, 4)


def test_a_perfect_list_has_a_narrow_interval():
    vectors = made({f"w{i}" for i in range(40)})
    pairs = [
        Similarity("w0", word, vectors.similarity("w0", word))
        for word in vectors
        if word != "w0"
    ]
    score = evaluate_similarity(vectors, pairs)
    assert (score.rho, score.low, score.high) == pytest.approx((1, 1, 1))


def test_the_seed_decides_the_interval_and_nothing_else():
    pairs = littletown.similarities(count=80)
    vectors = made({word for pair in pairs for word in pair[:2]})
    first, again, other = (
        evaluate_similarity(vectors, pairs, seed=s) for s in (1, 1, 2)
    )
    assert first == again
    assert first[1:3] != other[1:3]
    assert first.rho == other.rho


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "got 0 of 0"),
        ([Similarity("emu", "gnu", 1)] * 3, "got 0 of 3; there is no vector for 'emu'"),
        ([Similarity("a", "b", 1)], "got 1 of 1"),
        ([Similarity("a", "b", 1), Similarity("a", "c", 1)], "x has no order"),
    ],
)
def test_similarities_that_say_nothing(pairs, message):
    with pytest.raises(ValueError, match=message):
        evaluate_similarity(made("abc"), pairs)


# --- analogies ----------------------------------------------------------------------


def quiz(vectors, count, seed=0):
    rng = np.random.default_rng(seed)
    rows = [rng.choice(vectors.words, 4, replace=False) for _ in range(count)]
    return [Analogy(f"r{i % 3}", *map(str, row)) for i, row in enumerate(rows)]


@pytest.mark.parametrize("method", ["add", "mul"])
@pytest.mark.parametrize("block", [1, 1000, 2**23])
def test_accuracy_is_the_share_of_first_answers(method, block, monkeypatch):
    monkeypatch.setattr(evaluate, "BLOCK", block)
    vectors = made({f"w{i}" for i in range(12)})
    questions = quiz(vectors, 200)
    score = evaluate_analogies(vectors, questions, method)
    hits = [vectors.analogy(q.a, q.b, q.c, 1, method)[0][0] == q.d for q in questions]
    assert score.accuracy == pytest.approx(np.mean(hits))
    assert 0 < score.accuracy < 1
    assert score.low <= score.accuracy <= score.high
    for r in range(3):
        assert score.by_relation[f"r{r}"] == (
            pytest.approx(np.mean(hits[r::3])), len(hits[r::3]), len(hits[r::3])
        )  # fmt: skip


def test_the_interval_is_about_the_binomial_one():
    vectors = made({f"w{i}" for i in range(12)})
    score = evaluate_analogies(vectors, quiz(vectors, 300), draws=20_000)
    p, n = score.accuracy, 300
    low, high = stats.binom(n, p).ppf([0.025, 0.975]) / n
    assert (score.low, score.high) == pytest.approx((low, high), abs=1.5 / n)


def test_questions_without_vectors_do_not_count_and_are_told():
    vectors = WordVectors(
        ["b", "g", "h", "s"], [[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0]]
    )
    questions = [
        Analogy("gender", "b", "g", "h", "s"),
        Analogy("gender", "b", "g", "H", "s"),
        Analogy("cry", "b", "g", "cow", "moo"),
    ]
    score = evaluate_analogies(vectors, iter(questions))
    assert score[:5] == (1, 1, 1, 1, 3)
    assert score.by_relation["gender"] == (1, 1, 2)
    assert np.isnan(score.by_relation["cry"].accuracy)
    assert score.by_relation["cry"][1:] == (0, 1)


def test_an_answer_that_is_among_the_inputs_can_never_be_right():
    vectors = made({f"w{i}" for i in range(12)})
    questions = [Analogy("copy", "w1", "w2", "w3", "w2")] * 3
    assert evaluate_analogies(vectors, questions).accuracy == 0


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ([], "got 0 of 0"),
        (
            [Analogy("r", "a", "b", "c", "emu")],
            "got 0 of 1; there is no vector for 'emu'",
        ),
    ],
)
def test_a_quiz_that_covers_nothing(questions, message):
    with pytest.raises(ValueError, match=message):
        evaluate_analogies(made("abcd"), questions)


@pytest.mark.parametrize("draws", [0, 2.5])
def test_draws_must_be_a_number_of_resamples(draws):
    vectors = made("abcd")
    with pytest.raises(ValueError, match="draws must be"):
        evaluate_analogies(vectors, [Analogy("r", *"abcd")], draws=draws)
    with pytest.raises(ValueError, match="draws must be"):
        evaluate_similarity(vectors, [Similarity("a", "b", 1)], draws=draws)


def test_without_a_candidate_no_answer_is_right():
    vectors = WordVectors(["a", "b", "c"], np.eye(3))
    score = evaluate_analogies(vectors, [Analogy("r", "a", "b", "c", "a")])
    assert score.accuracy == 0
