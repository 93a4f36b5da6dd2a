"""GloVe equals the paper by hand, autograd, and a serial loop like glove.c's."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from lmcourse.glove import (
    GloVe,
    adagrad_step,
    cooccurrences,
    glove_gradients,
    glove_loss,
    rounds,
    weight,
)

TEXT = [["the", "cat", "sat", "on", "the", "mat"], ["the", "dog", "sat"]] * 3


def some_pairs(seed, N=7, E=4):
    rng = np.random.default_rng(seed)
    vectors = [rng.normal(size=(N, E)), rng.normal(size=(N, E))]
    return *vectors, rng.normal(size=N), rng.normal(size=N), rng.uniform(0.2, 300, N)


def test_weight_by_hand():
    assert weight(np.array([0.0, 6.25, 100.0, 400.0])).tolist() == [0, 0.125, 1, 1]
    assert weight(np.array([2.0]), x_max=8, alpha=0.5).tolist() == [0.5]


def test_loss_of_three_words_by_hand():
    # words 0, 1, 2 with E = 1: vectors 1, 2, 0; contexts 3, 0, 1; biases by word
    w, c = np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]])  # pairs (0, 1), (1, 2)
    bw, bc = np.array([0.5, -1.0]), np.array([0.0, 1.0])
    x = np.array([math.e, math.e**3])
    # 0 + .5 + 0 - 1 = -.5 and 2 - 1 + 1 - 3 = -1, weighted (e/100)^.75, (e^3/100)^.75
    wanted = 0.25 * (math.e / 100) ** 0.75 + (math.e**3 / 100) ** 0.75
    assert glove_loss(w, c, bw, bc, x) == pytest.approx(wanted, rel=1e-14)


def test_a_perfect_fit_costs_nothing():
    w, c, bw, bc, _ = some_pairs(0)
    x = np.exp((w * c).sum(axis=1) + bw + bc)
    assert glove_loss(w, c, bw, bc, x) == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("seed", range(5))
def test_gradients_equal_autograd(seed):
    import torch

    *theta, x = some_pairs(seed)
    leaves = [torch.tensor(part, requires_grad=True) for part in theta]
    w, c, bw, bc = leaves
    t = torch.tensor(x)
    f = torch.where(t < 50, (t / 50) ** 0.6, torch.ones_like(t))
    loss = (f * ((w * c).sum(1) + bw + bc - t.log()) ** 2).sum()
    assert glove_loss(*theta, x, 50, 0.6) == pytest.approx(loss.item(), rel=1e-12)
    wanted = torch.autograd.grad(loss, leaves)
    for mine, theirs in zip(glove_gradients(*theta, x, 50, 0.6), wanted, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=0, atol=1e-10)


def test_adagrad_by_hand():
    theta, squares = np.array([1.0, 2.0]), np.array([1.0, 4.0])
    gradient = np.array([2.0, -20.0])
    new, more = adagrad_step(theta, squares, gradient, 0.05)
    np.testing.assert_allclose(new, [1 - 0.1, 2 + 1 / 2])
    np.testing.assert_allclose(more, [1.01, 5])
    assert theta.tolist() == [1, 2]
    assert squares.tolist() == [1, 4]


@given(st.integers(2, 9), st.integers(0, 99), st.floats(0.1, 1.0))
def test_rounds_deal_every_cell_once_and_no_word_twice(V, seed, density):
    X = sparse.random(V, V, density, "csr", rng=np.random.default_rng(seed))
    X.data += 1
    seen = np.zeros((V, V))
    for i, j, x in rounds(X, np.random.default_rng(seed)):
        assert len(set(i.tolist())) == len(i) == len(set(j.tolist())) == len(x)
        seen[i, j] += x
    np.testing.assert_allclose(seen, X.toarray(), rtol=1e-6)


def one_after_the_other(X, E, epochs, lr, x_max, alpha, seed):
    """Train as glove.c does: one cell, one step, in the order of our rounds."""
    rng = np.random.default_rng(seed)
    V = X.shape[0]
    W, C = ((rng.random((V, E + 1)) - 0.5) / E for _ in range(2))
    GW, GC = np.ones((V, E + 1)), np.ones((V, E + 1))
    losses = []
    for _ in range(epochs):
        total = 0.0
        for rows, columns, values in rounds(X, rng):
            for i, j, x in zip(rows, columns, values, strict=True):
                diff = W[i, :E] @ C[j, :E] + W[i, E] + C[j, E] - math.log(x)
                fdiff = diff if x > x_max else (x / x_max) ** alpha * diff
                total += 0.5 * fdiff * diff
                one = lr * fdiff * np.append(C[j, :E], 1)
                two = lr * fdiff * np.append(W[i, :E], 1)
                W[i] -= one / np.sqrt(GW[i])
                C[j] -= two / np.sqrt(GC[j])
                GW[i] += one**2
                GC[j] += two**2
        losses.append(total / X.nnz)
    return W, C, losses


def test_training_equals_one_step_after_the_other():
    X = cooccurrences([[0, 1, 2, 3, 0, 4], [0, 5, 2], [4, 4, 1]], 6, 3)
    model = GloVe(dim=3, epochs=8, x_max=2, alpha=0.6, lr=0.1, seed=4)
    model.fit_counts(X, list("abcdef"))
    W, C, losses = one_after_the_other(X, 3, 8, 0.1, 2, 0.6, 4)
    np.testing.assert_allclose(model.W, W[:, :3], atol=1e-5)
    np.testing.assert_allclose(model.C, C[:, :3], atol=1e-5)
    np.testing.assert_allclose(model.bw, W[:, 3], atol=1e-5)
    np.testing.assert_allclose(model.bc, C[:, 3], atol=1e-5)
    np.testing.assert_allclose(model.losses, losses, rtol=1e-4)
    np.testing.assert_allclose(model.vectors.matrix, (W + C)[:, :3], atol=1e-5)


def test_the_loss_falls():
    losses = GloVe(dim=5, epochs=20, window=3).fit(TEXT).losses
    assert all(later < earlier for earlier, later in itertools.pairwise(losses))


def test_with_enough_dimensions_the_counts_are_found():
    model = GloVe(dim=8, epochs=800, window=3, x_max=1, lr=0.2).fit(TEXT)
    X = model.X.tocoo()
    scores = (model.W @ model.C.T + model.bw[:, None] + model.bc)[X.row, X.col]
    np.testing.assert_allclose(scores, np.log(X.data), atol=0.05)


def test_the_same_seed_gives_the_same_vectors():
    one, same, other = (GloVe(dim=3, seed=seed).fit(TEXT) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.W, same.W)
    assert not np.allclose(one.W, other.W)


@pytest.mark.parametrize("x", [1e-30, 1e30])
def test_no_count_makes_it_overflow(x):
    X = sparse.csr_matrix(np.full((4, 4), x))
    model = GloVe(dim=2, lr=1, x_max=1e-30, epochs=50).fit_counts(X, list("abcd"))
    assert np.isfinite(model.W).all()
    assert np.isfinite(model.losses).all()


def test_numbers_are_float32():
    model = GloVe(dim=3, epochs=1).fit(TEXT)
    assert {part.dtype for part in (model.W, model.C, model.bw)} == {np.dtype("f4")}


def test_a_step_of_ones_own_drives_the_model():
    taken = []

    def step(theta, squares, gradient, lr):
        taken.append(len(theta))
        return adagrad_step(theta, squares, gradient, lr)

    mine, usual = (GloVe(dim=3, step=s).fit(TEXT) for s in (step, adagrad_step))
    assert sum(taken) == 2 * 15 * usual.X.nnz
    np.testing.assert_array_equal(mine.W, usual.W)


def test_rare_words_are_dropped():
    assert GloVe(dim=2, epochs=1, min_count=6).fit(TEXT).words == ["the", "sat"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: GloVe(dim=0), "dim must be at least 1"),
        (lambda: GloVe(x_max=0), "x_max must be above 0"),
        (lambda: GloVe(lr=2), "lr must be at most 1"),
        (lambda: GloVe().fit(["a b"]), "a sentence is a list of words"),
        (lambda: GloVe().fit_counts(np.ones((2, 2)), ["a"]), "table of 1 words"),
        (lambda: GloVe().fit_counts(np.zeros((1, 1)), ["a"]), "counts above 0"),
        (lambda: GloVe().fit_counts(np.full((1, 1), 1e-60), ["a"]), "counts above 0"),
        (lambda: GloVe().fit_counts(np.full((1, 1), 1e60), ["a"]), "finite counts"),
    ],
)
def test_bad_input_is_told(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_pair_that_never_met_takes_no_part():
    *theta, x = some_pairs(3)
    x[2] = 0
    met = x > 0
    alone = glove_loss(*(part[met] for part in theta), x[met])
    assert glove_loss(*theta, x) == pytest.approx(alone)
    assert all((part[2] == 0).all() for part in glove_gradients(*theta, x))


def test_a_cell_in_two_parts_is_their_sum():
    parts = sparse.csr_matrix(([1.0, 1.0, 3.0], [1, 1, 0], [0, 2, 3]), shape=(2, 2))
    made = [
        GloVe(dim=2, epochs=3).fit_counts(X, ["a", "b"]).vectors.matrix
        for X in (parts, sparse.csr_matrix(parts.toarray()))
    ]
    np.testing.assert_array_equal(*made)
    assert parts.nnz == 3  # as it was


@pytest.mark.parametrize("options", [{"min_count": 0}, {"seed": "x"}, {"seed": -1}])
def test_options_are_refused_before_any_work(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        GloVe(**options)


def test_words_that_come_twice_are_told_before_training():
    def step(*_):
        raise AssertionError("trained")

    with pytest.raises(ValueError, match="words must be different"):
        GloVe(dim=2, step=step).fit_counts(np.ones((2, 2)), ["a", "a"])


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("count", [-1.0, np.nan])
def test_a_pair_met_some_times(count):
    w, c, bw, bc, x = some_pairs(0)
    x[2] = count
    for function in (glove_loss, glove_gradients):
        with pytest.raises(ValueError, match=f"none below 0; got {count}"):
            function(w, c, bw, bc, x)


@pytest.mark.parametrize("which", range(5))
def test_shapes_that_numpy_would_stretch_are_refused(which):
    arguments = list(some_pairs(0))
    few = arguments[which]
    arguments[which] = few[:1] if which < 2 else few[:, None]
    for function in (glove_loss, glove_gradients):
        with pytest.raises(ValueError, match=r"shape \(N, E\), bw, bc and x \(N,\)"):
            function(*arguments)
