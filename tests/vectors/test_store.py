"""Words and their vectors: cosines, neighbors, arithmetic, and what is refused."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from lmcourse.vectors import WordVectors, store

WORDS = ["man", "woman", "king", "queen", "tree"]
#                gender, rank, plant
MATRIX = [[-1, 0, 0], [1, 0, 0], [-1, 2, 0], [1, 2, 0], [0, 0, 3]]


def royal() -> WordVectors:
    return WordVectors(WORDS, np.array(MATRIX))


def made(V=40, E=6, seed=0) -> WordVectors:
    matrix = np.random.default_rng(seed).normal(size=(V, E))
    return WordVectors([f"w{i}" for i in range(V)], matrix)


def test_examples():
    assert doctest.testmod(store).failed == 0


def test_it_is_a_collection_of_words():
    vectors = royal()
    assert len(vectors) == 5
    assert [*vectors] == vectors.words == WORDS
    assert "king" in vectors
    assert "King" not in vectors
    assert vectors.id("king") == 2
    assert vectors["king"].tolist() == [-1, 2, 0]
    assert "man woman" in repr(vectors)
    assert vectors.matrix.dtype == vectors.unit.dtype == np.float32


def test_rows_have_length_one_and_zero_stays():
    vectors = WordVectors(["a", "b"], [[3, 4], [0, 0]])
    np.testing.assert_allclose(vectors.unit, [[0.6, 0.8], [0, 0]], atol=1e-7)
    assert vectors.similarity("a", "b") == 0
    assert np.isfinite(vectors.analogy_scores(np.array([[0, 1, 1]]))[0, 1:]).sum() == 0


def test_very_long_and_very_short_vectors_have_a_direction():
    vectors = WordVectors(["long", "short"], [[3e38, 3e38], [1e-38, 1e-38]])
    assert vectors.similarity("long", "short") == pytest.approx(1)


def test_the_matrix_is_a_copy_that_nobody_can_change():
    given_matrix = np.ones((2, 3), dtype=np.float32)
    vectors = WordVectors(["a", "b"], given_matrix)
    given_matrix[:] = 7
    assert vectors["a"].tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="read-only"):
        vectors.matrix[0, 0] = 2


def test_similarity_equals_scipy():
    vectors = made()
    want = 1 - cdist(vectors.matrix, vectors.matrix, "cosine")
    got = [[vectors.similarity(a, b) for b in vectors] for a in vectors]
    np.testing.assert_allclose(got, want, atol=1e-6)


def test_neighbors_by_hand():
    found = royal().neighbors("king", count=2)
    assert [word for word, _ in found] == ["queen", "man"]
    np.testing.assert_allclose([c for _, c in found], [3 / 5, 1 / 5**0.5], atol=1e-6)


def test_neighbors_of_a_word_are_all_others_sorted():
    vectors = made()
    found = vectors.neighbors("w3", count=100)
    assert {word for word, _ in found} == set(vectors) - {"w3"}
    cosines = [cosine for _, cosine in found]
    assert cosines == sorted(cosines, reverse=True)
    np.testing.assert_allclose(
        cosines, [vectors.similarity("w3", word) for word, _ in found], atol=1e-6
    )
    assert vectors.neighbors("w3", count=7) == found[:7]


def test_neighbors_of_a_vector_include_every_word_but_the_excluded():
    vectors = made()
    assert vectors.neighbors(vectors["w3"], count=1)[0][0] == "w3"
    assert vectors.neighbors(10 * vectors["w3"], 1)[0][1] == pytest.approx(1)
    (near,) = vectors.neighbors("w3", 1)
    shorter = vectors.neighbors(vectors["w3"], 1, exclude=["w3", "no such word"])
    assert shorter[0][0] == near[0]
    assert near not in vectors.neighbors("w3", 5, exclude={near[0]})


def test_equal_cosines_come_in_the_order_of_the_words():
    vectors = WordVectors(list("abcdef"), np.ones((6, 4)))
    assert [word for word, _ in vectors.neighbors("c", 3)] == ["a", "b", "d"]


@pytest.mark.parametrize("method", ["add", "mul"])
def test_arithmetic_on_words(method):
    answers = royal().analogy("man", "woman", "king", method=method)
    assert answers[0][0] == "queen"
    assert [word for word, _ in answers] == ["queen", "tree"]  # five words less three


@pytest.mark.parametrize("method", ["add", "mul"])
def test_inputs_are_no_candidates(method):
    vectors = made()
    rng = np.random.default_rng(1)
    for ids in rng.integers(len(vectors), size=(50, 3)):
        words = [vectors.words[i] for i in ids]
        answers = vectors.analogy(*words, count=len(vectors), method=method)
        assert {word for word, _ in answers} == set(vectors) - set(words)


def test_without_that_rule_an_input_would_win():
    vectors = royal()
    target = vectors.unit[1] - vectors.unit[0] + vectors.unit[4]  # woman - man + tree
    assert vectors.neighbors(target, 1)[0][0] == "woman"
    assert vectors.analogy("man", "woman", "tree", 1)[0][0] == "queen"


def test_both_rules_as_the_papers_write_them():
    vectors = made()
    a, b, c, *others = (vectors.unit[i].astype(float) for i in range(len(vectors)))
    add, mul = {}, {}
    for word, x in zip(vectors.words[3:], others, strict=True):
        y = b - a + c
        add[word] = x @ y / (np.linalg.norm(x) * np.linalg.norm(y))
        ca, cb, cc = ((x @ v + 1) / 2 for v in (a, b, c))
        mul[word] = cb * cc / (ca + 0.001)
    for method, want in (("add", add), ("mul", mul)):
        got = vectors.analogy("w0", "w1", "w2", count=99, method=method)
        assert [w for w, _ in got] == sorted(want, key=want.get, reverse=True)
        np.testing.assert_allclose([s for _, s in got], [*map(want.get, dict(got))],
                                   rtol=1e-4, atol=1e-6)  # fmt: skip


def test_many_questions_at_once_are_the_same_one_by_one():
    vectors = made()
    ids = np.random.default_rng(2).integers(len(vectors), size=(30, 3))
    for method in ("add", "mul"):
        once = vectors.analogy_scores(ids, method)
        each = [vectors.analogy_scores(row[None], method)[0] for row in ids]
        np.testing.assert_allclose(once, each, rtol=1e-5, atol=1e-6)


def test_center_moves_the_mean_to_zero():
    vectors = WordVectors(["a", "b", "c"], [[1, 5], [2, 5], [6, 5]])
    assert vectors.center().matrix.tolist() == [[-2, 0], [-1, 0], [3, 0]]
    assert vectors["a"].tolist() == [1, 5]


def test_subset_keeps_the_order_it_is_given():
    chosen = royal().subset(word for word in ("tree", "man"))
    assert chosen.words == ["tree", "man"]
    assert chosen.matrix.tolist() == [[0, 0, 3], [-1, 0, 0]]


@given(st.permutations(range(8)))
def test_the_order_of_words_does_not_matter(order):
    vectors = made(8)
    moved = vectors.subset(vectors.words[i] for i in order)
    for ask in (lambda v: v.neighbors("w1", 5), lambda v: v.analogy("w1", "w2", "w3")):
        (words, scores), (want, wanted) = zip(*ask(moved)), zip(*ask(vectors))  # noqa: B905
        assert words == want
        np.testing.assert_allclose(scores, wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: WordVectors("a", [1, 2]), "got one str: 'a'"),
        (lambda: WordVectors([], np.ones((0, 3))), "at least one word"),
        (lambda: WordVectors([1], [[1.0]]), "must contain words"),
        (lambda: WordVectors(["a", "b", "a"], np.ones((3, 2))), "'a' comes twice"),
        (lambda: WordVectors(["a", "b"], np.ones((3, 2))), "each of 2 words, got 3"),
        (lambda: WordVectors(["a"], np.ones(3)), r"numbers a word\), got \(3,\)"),
        (lambda: WordVectors(["a"], np.ones((1, 0))), r"got \(1, 0\)"),
        (lambda: WordVectors(["a", "b"], [[1], [np.nan]]), "vector of 'b' not"),
        (lambda: WordVectors(["a"], [[1e39]]), "must be finite"),
        (lambda: royal()["King"], "'King' is not among the 5 words; did you mean 'ki"),
        (lambda: royal()["emu"], "'emu' is not among the 5 words$"),
        (lambda: royal()[3], "word must be a str"),
        (lambda: royal().similarity("man", "emu"), "'emu' is not among"),
        (lambda: royal().neighbors("emu"), "'emu' is not among"),
        (lambda: royal().neighbors("man", 0), "count must be at least 1"),
        (lambda: royal().neighbors(np.ones(4)), r"3 finite numbers, got .* \(4,\)"),
        (lambda: royal().neighbors(np.full(3, np.inf)), "3 finite numbers"),
        (lambda: royal().analogy("man", "emu", "king"), "'emu' is not among"),
        (lambda: royal().analogy("man", "woman", "king", method="x"), "'add', 'mul'"),
        (lambda: royal().subset("man"), "got one str"),
        (lambda: royal().subset(["man", "man"]), "'man' comes twice"),
        (lambda: royal().subset(["emu"]), "'emu' is not among"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("size", [1e300, 1e-300, 1e-320])
def test_only_the_direction_of_a_vector_counts(size):
    vectors = royal()
    near = vectors["king"].astype(float)
    found, wanted = vectors.neighbors(near * size), vectors.neighbors(near)
    assert [word for word, _ in found] == [word for word, _ in wanted]
    np.testing.assert_allclose(
        [cosine for _, cosine in found], [cosine for _, cosine in wanted], atol=1e-3
    )


def test_words_to_leave_out_are_no_str():
    with pytest.raises(ValueError, match="exclude must be a list of words, got 'man'"):
        royal().neighbors("king", exclude="man")


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([0, 1, 2], r"shape \(Q, 3\)"),
        ([[0.0, 1.0, 2.0]], r"integers of shape \(Q, 3\), got float64"),
        ([[0, 1, 99]], "got 0 to 99"),
        ([[0, 1, -1]], "got -1 to 1"),
    ],
)
def test_questions_about_no_rows_are_refused(ids, said):
    with pytest.raises(ValueError, match=said):
        royal().analogy_scores(ids)
