"""PMI by hand, and an SVD that equals NumPy's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from lmcourse.glove import PPMIVectors, cooccurrences, pmi, ppmi, truncated_svd

tables = arrays(np.float64, (5, 5), elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.0]))
TOY = np.array([[0.0, 4.0, 1.0], [4.0, 2.0, 0.0], [1.0, 0.0, 8.0]])


def test_pmi_by_hand():
    # 20 in all; rows and columns sum to 5, 6 and 9
    assert pmi(TOY)[0, 1] == pytest.approx(math.log(4 * 20 / (5 * 6)))
    assert pmi(TOY)[2, 0] == pytest.approx(math.log(1 * 20 / (9 * 5)))
    assert pmi(TOY, shift=math.log(5))[0, 1] == pytest.approx(math.log(80 / 30 / 5))
    smooth = 9**0.75 / (5**0.75 + 6**0.75 + 9**0.75)
    assert pmi(TOY, smoothing=0.75)[2, 2] == pytest.approx(math.log(8 / 9 / smooth))


@given(tables.filter(np.any), st.sampled_from([0.5, 0.75, 1.0]))
def test_pmi_equals_the_formula_on_every_cell(X, smoothing):
    got = pmi(sparse.csr_matrix(X), 0.3, smoothing)
    chance = X.sum(axis=0) ** smoothing / (X.sum(axis=0) ** smoothing).sum()
    for i, j in zip(*np.nonzero(X), strict=True):
        wanted = math.log(X[i, j] / X[i].sum() / chance[j]) - 0.3
        assert got[i, j] == pytest.approx(wanted, abs=1e-12)
    assert got.nnz == np.count_nonzero(X)


@given(tables.filter(np.any))
def test_ppmi_keeps_the_positive(X):
    plain, positive = pmi(X).toarray(), ppmi(X)
    np.testing.assert_array_equal(positive.toarray(), np.maximum(plain, 0))
    assert (positive.data > 0).all()


def test_what_is_independent_has_no_information():
    X = np.outer([1.0, 2, 3], [4.0, 5, 6])
    np.testing.assert_allclose(pmi(X).data, 0, atol=1e-12)


def test_the_counts_are_left_as_they_were():
    X = sparse.csr_matrix(TOY)
    ppmi(X, smoothing=0.75)
    np.testing.assert_array_equal(X.toarray(), TOY)


@pytest.mark.parametrize("dim", [1, 3, 8])
@pytest.mark.parametrize("power", [0, 0.5, 1])
def test_svd_equals_numpy(dim, power):
    M = np.random.default_rng(dim).normal(size=(8, 8))
    M[np.abs(M) < 0.5] = 0
    got = truncated_svd(sparse.csr_matrix(M), dim, power)
    U, S, _ = np.linalg.svd(M)
    wanted = U[:, :dim] * S[:dim] ** power
    np.testing.assert_allclose(np.abs(got), np.abs(wanted), atol=1e-10)
    np.testing.assert_allclose(got @ got.T, wanted @ wanted.T, atol=1e-10)


def test_the_sign_of_the_svd_is_fixed():
    M = np.random.default_rng(0).normal(size=(9, 9))
    one, other = truncated_svd(M, 4, seed=1), truncated_svd(M, 4, seed=2)
    np.testing.assert_allclose(one, other, atol=1e-9)
    assert (one[np.abs(one).argmax(axis=0), np.arange(4)] > 0).all()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: pmi(np.zeros((2, 2))), "not all of them 0"),
        (lambda: pmi(-TOY), "none below 0"),
        (lambda: pmi(TOY, smoothing=0), "smoothing must be above 0"),
        (lambda: truncated_svd(TOY, 4), "dim must be at most 3, got 4"),
        (lambda: truncated_svd(TOY, 0), "dim must be at least 1"),
    ],
)
def test_bad_input_is_told(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_words_in_the_same_places_become_alike():
    rng = np.random.default_rng(0)
    frames = [("the", "barks"), ("my", "sleeps"), ("a", "eats")]
    text = [
        [before, animal, after]
        for before, after in frames
        for animal in rng.permutation(["cat", "dog"] * 9).tolist()
    ] + [["on", day, "it", "rains"] for day in ["monday", "tuesday"] * 9]
    vectors = PPMIVectors(dim=4, window=2).fit(text).vectors
    assert vectors.similarity("cat", "dog") > 0.9
    assert vectors.similarity("cat", "monday") < 0.5


def test_the_model_is_its_parts():
    text = [["a", "b", "a", "c"], ["b", "c", "d"]]
    model = PPMIVectors(dim=2, window=2, smoothing=1.0).fit(text)
    ids = [[model.words.index(word) for word in sentence] for sentence in text]
    table = ppmi(cooccurrences(ids, 4, 2, "linear"))
    np.testing.assert_allclose(model.vectors.matrix, truncated_svd(table, 2), atol=1e-6)
    assert model.vectors.words == model.words


def test_a_cell_in_two_parts_is_their_sum():
    parts = sparse.csr_matrix(([1.0, 1.0, 3.0], [1, 1, 0], [0, 2, 3]), shape=(2, 2))
    whole = sparse.csr_matrix(parts.toarray())
    np.testing.assert_array_equal(pmi(parts).toarray(), pmi(whole).toarray())
    assert parts.nnz == 3  # as it was


def test_a_text_without_information_is_told():
    with pytest.raises(ValueError, match="no two words met more often than by chance"):
        PPMIVectors(dim=1, shift=5).fit([["a", "b", "c", "a"]])


@pytest.mark.parametrize(
    "options", [{"dim": 0}, {"weight": "near"}, {"smoothing": 0}, {"seed": "x"}]
)
def test_options_are_refused_before_any_work(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        PPMIVectors(**options)
