"""Prediction's optimum is the table that counting computes."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import approx_fprime

from lmcourse.glove import expected_loss, fit_expected, pmi, scores_at


def toy(V, seed=0):
    half = np.random.default_rng(seed).integers(1, 60, (V, V))
    return (half + half.T).astype(float)


@pytest.mark.parametrize("smoothing", [1.0, 0.75])
def test_the_gradient_is_that_of_the_loss(smoothing):
    X, M = toy(3), np.random.default_rng(1).normal(size=(3, 3))
    _, gradient = expected_loss(M, X, 4, smoothing)

    def loss(flat):
        return expected_loss(flat.reshape(3, 3), X, 4, smoothing)[0]

    slope = approx_fprime(M.ravel(), loss, 1e-6).reshape(3, 3)
    np.testing.assert_allclose(gradient, slope, atol=2e-3)


@pytest.mark.parametrize("negatives", [1, 5])
@pytest.mark.parametrize("smoothing", [1.0, 0.75])
def test_the_best_scores_are_pmi_minus_log_k(negatives, smoothing):
    X = toy(5)
    best = pmi(X, np.log(negatives), smoothing).toarray()
    loss, gradient = expected_loss(best, X, negatives, smoothing)
    np.testing.assert_allclose(gradient, 0, atol=1e-9)
    assert loss < expected_loss(best + 0.1, X, negatives, smoothing)[0]


@pytest.mark.parametrize("negatives", [1, 5])
def test_full_rank_vectors_find_them(negatives):
    X = toy(5)
    W, C = fit_expected(X, 5, negatives)
    best = pmi(X, np.log(negatives)).toarray()
    np.testing.assert_allclose(W @ C.T, best, atol=1e-4)


def test_short_vectors_cannot():
    X = toy(6)
    W, C = fit_expected(X, 1, 5)
    gap = np.abs(W @ C.T - pmi(X, np.log(5)).toarray()).max()
    assert gap > 0.1


def test_a_pair_that_never_met_is_told():
    with pytest.raises(ValueError, match="every count above 0"):
        fit_expected(np.eye(3), 3, 1)


def test_scores_of_stored_cells():
    rng = np.random.default_rng(0)
    table = sparse.random(300, 300, 0.9, "csr", rng=rng)  # more than one block
    W, C = rng.normal(size=(2, 300, 3))
    bw, bc = rng.normal(size=(2, 300))
    cells = table.tocoo()
    plain = (W @ C.T)[cells.row, cells.col]
    np.testing.assert_allclose(scores_at(table, W, C), plain)
    whole = (W @ C.T + bw[:, None] + bc)[cells.row, cells.col]
    np.testing.assert_allclose(scores_at(table, W, C, bw, bc), whole)
    with pytest.raises(ValueError, match=r"got \(299, 3\)"):
        scores_at(table, W[1:], C)


@pytest.mark.parametrize(
    ("X", "negatives", "said"),
    [
        (np.ones((2, 3)), 5, r"shape \(V, V\), got \(2, 3\)"),
        (np.ones((3, 1)), 5, r"shape \(V, V\), got \(3, 1\)"),
        (np.full((2, 2), np.inf), 5, "finite"),
        (np.ones((2, 2)), 0, "negatives must be above 0"),
    ],
)
def test_what_has_no_best_vectors_is_told(X, negatives, said):
    with pytest.raises(ValueError, match=said):
        fit_expected(X, dim=2, negatives=negatives)


def test_a_table_by_columns_or_other_vectors_are_refused():
    table, W = sparse.csr_matrix(np.triu(np.ones((3, 3)))), np.ones((3, 2))
    with pytest.raises(ValueError, match="must be a csr_matrix, got csc"):
        scores_at(table.tocsc(), W, W)
    for C in (W[:2], W[:, :1]):
        with pytest.raises(ValueError, match=r"\(3, E\) and \(3, E\), got \(3, 2\)"):
            scores_at(table, W, C)
