"""Losses against plain loops, gradients by hand against autograd."""

import math
import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.word2vec import (
    cbow_hidden,
    cbow_loss,
    negative_sampling_gradients,
    negative_sampling_loss,
    softmax_gradients,
    softmax_loss,
)

seeds = st.integers(0, 2**31)


def draw(seed, *shapes):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]


def assert_close(a, b):
    torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)


def grads(loss, *inputs):
    """Return what autograd says of the sum of a loss."""
    inputs = [x.clone().requires_grad_() for x in inputs]
    return torch.autograd.grad(loss(*inputs).sum(), inputs)


def sigma(x):
    return 1 / (1 + math.exp(-x))


@given(seeds)
def test_softmax_loss_is_equation_2(seed):
    V, U = draw(seed, (5, 3), (5, 3))
    center, context = torch.tensor([0, 4, 4]), torch.tensor([1, 4, 0])
    loss = softmax_loss(V, U, center, context)
    for got, i, o in zip(loss, center, context, strict=True):
        weight = [math.exp(float(U[w] @ V[i])) for w in range(5)]
        assert float(got) == pytest.approx(-math.log(weight[o] / sum(weight)))


@given(seeds)
def test_softmax_probabilities_sum_to_one(seed):
    V, U = draw(seed, (6, 3), (6, 3))
    p = torch.exp(-softmax_loss(V, U, torch.full((6,), 2), torch.arange(6)))
    assert_close(p.sum(), torch.ones((), dtype=torch.float64))


@given(seeds)
def test_softmax_gradients_are_autograds(seed):
    V, U = draw(seed, (5, 3), (5, 3))
    center, context = torch.tensor([0, 4, 4, 4]), torch.tensor([1, 4, 1, 1])
    wanted = grads(lambda V, U: softmax_loss(V, U, center, context), V, U)
    for a, b in zip(softmax_gradients(V, U, center, context), wanted, strict=True):
        assert_close(a, b)


@given(seeds, st.integers(0, 4))
def test_negative_sampling_loss_is_equation_4(seed, K):
    v, u, n = draw(seed, (2, 3), (2, 3), (2, K, 3))
    for b, got in enumerate(negative_sampling_loss(v, u, n)):
        wanted = -math.log(sigma(float(v[b] @ u[b])))
        wanted -= sum(math.log(sigma(-float(n[b, k] @ v[b]))) for k in range(K))
        assert float(got) == pytest.approx(wanted)


@given(seeds, st.integers(0, 4))
def test_negative_sampling_gradients_are_autograds(seed, K):
    v, u, n = draw(seed, (4, 3), (4, 3), (4, K, 3))
    wanted = grads(negative_sampling_loss, v, u, n)
    for a, b in zip(negative_sampling_gradients(v, u, n), wanted, strict=True):
        assert_close(a, b)


def test_nothing_overflows():
    v, u, n = (x * 1e4 for x in draw(0, (4, 3), (4, 3), (4, 2, 3)))
    assert negative_sampling_loss(v, u, n).isfinite().all()
    assert all(g.isfinite().all() for g in grads(negative_sampling_loss, v, u, n))
    assert softmax_loss(v, u, torch.arange(4), torch.arange(4)).isfinite().all()


def test_before_any_training_a_pair_costs_k_plus_one_coins():
    zero = torch.zeros(1, 3), torch.zeros(1, 3), torch.zeros(1, 5, 3)
    assert negative_sampling_loss(*zero).item() == pytest.approx(6 * math.log(2))


@given(seeds, st.integers(0, 3))
def test_padding_changes_nothing(seed, padding):
    (V,) = draw(seed, (6, 3))
    contexts = torch.tensor([[0, 1, 1], [5, 2, 0]])
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    wanted = torch.stack([(V[0] + 2 * V[1]) / 3, (V[5] + V[2]) / 2])
    more = torch.full((2, padding), 3)
    longer = torch.cat([contexts, more], 1), torch.cat([mask, 0 * more], 1)
    assert_close(cbow_hidden(V, *longer), wanted)
    assert_close(cbow_hidden(V, contexts, mask.bool()), wanted)


def test_without_context_there_is_nothing_to_learn():
    V, U = draw(1, (4, 3), (4, 3))
    args = torch.tensor([[1, 2]]), torch.tensor([[False, False]])
    assert (cbow_hidden(V, *args) == 0).all()
    center, negatives = torch.tensor([0]), torch.tensor([[3, 1]])
    changes = grads(lambda V, U: cbow_loss(V, U, *args, center, negatives), V, U)
    assert all((g == 0).all() for g in changes)


@given(seeds)
def test_cbow_learns_the_mean(seed):
    """Each context word gets its share of the gradient, which word2vec.c forgets."""
    V, U = draw(seed, (6, 3), (6, 3))
    contexts, mask = torch.tensor([[0, 1, 2, 0]]), torch.tensor([[1, 1, 1, 0]])
    center, negatives = torch.tensor([4]), torch.tensor([[5, 3]])

    def loss(V, U):
        return cbow_loss(V, U, contexts, mask, center, negatives)

    v = cbow_hidden(V, contexts, mask)
    assert_close(loss(V, U), negative_sampling_loss(v, U[center], U[negatives]))
    dv, du, dn = negative_sampling_gradients(v, U[center], U[negatives])
    dV, dU = grads(loss, V, U)
    assert_close(dV[:3], (dv / 3).expand(3, 3))
    assert_close(dU[[4, 5, 3]], torch.cat([du, dn[0]]))


def test_cbow_of_one_word_is_skipgram():
    V, U = draw(2, (4, 3), (4, 3))
    one = torch.tensor([[1], [2]])
    center, negatives = torch.tensor([0, 3]), torch.tensor([[2, 3], [0, 0]])
    assert_close(
        cbow_loss(V, U, one, torch.ones_like(one), center, negatives),
        negative_sampling_loss(V[one[:, 0]], U[center], U[negatives]),
    )


def test_arguments_stay_as_they_are():
    V, U = draw(3, (4, 3), (4, 3))
    kept = V.clone(), U.clone()
    softmax_gradients(V, U, torch.tensor([0, 1]), torch.tensor([2, 3]))
    negative_sampling_gradients(V, U, U[:, None])
    assert_close(V, kept[0])
    assert_close(U, kept[1])


@pytest.mark.parametrize(
    ("function", "shapes", "part"),
    [
        (negative_sampling_loss, [(2, 3), (2, 4), (2, 5, 3)], "(B, K, E)"),
        (negative_sampling_loss, [(2, 3), (2, 3), (2, 3)], "(2, 3), (2, 3) and (2, 3)"),
        (negative_sampling_loss, [(2, 3), (2, 3), (1, 5, 3)], "(B, K, E)"),
        (negative_sampling_gradients, [(3,), (3,), (5, 3)], "(B, E)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(function, shapes, part):
    with pytest.raises(ValueError, match=re.escape(part)):
        function(*draw(0, *shapes))


def test_tables_and_ids_that_do_not_fit_are_refused():
    V, U = draw(0, (4, 3), (4, 2))
    ids = torch.tensor([0, 1])
    with pytest.raises(ValueError, match="same width E"):
        softmax_loss(V, U, ids, ids)
    with pytest.raises(ValueError, match="one shape"):
        softmax_gradients(V, V, ids, ids[:1])
    with pytest.raises(ValueError, match="one shape"):
        cbow_hidden(V, ids[None], ids)
