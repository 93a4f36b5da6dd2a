"""What a pencil finds is what autograd finds, and what can be counted on fingers."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import rnn
from lmcourse.rnn import by_hand


def some(B, T, E, H, seed=0, scale=0.7):
    """Draw inputs, a state, weights and what arrives from outside, in float64."""
    g = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return scale * torch.randn(*shape, generator=g, dtype=torch.float64)

    weights = normal(H, E), normal(H, H), normal(H)
    return normal(B, T, E), normal(B, H), weights, normal(B, T, H)


shapes = st.tuples(*[st.integers(1, 5)] * 4)


@given(shapes, st.integers(0, 9))
def test_forward_is_unroll(shape, seed):
    x, h0, weights, _ = some(*shape, seed)
    hidden, last = by_hand.rnn_forward(x, h0, *weights)
    expected, end = rnn.unroll(rnn.rnn_step, x, h0, weights)
    torch.testing.assert_close(hidden, expected)
    torch.testing.assert_close(last, end)


@given(shapes, st.integers(0, 9))
def test_gradients_are_those_of_autograd(shape, seed):
    x, h0, weights, dh = some(*shape, seed)
    leaves = [t.clone().requires_grad_() for t in (*weights, h0, x)]
    W, U, b, before, inputs = leaves
    hidden, _ = rnn.unroll(rnn.rnn_step, inputs, before, (W, U, b))
    expected = torch.autograd.grad((hidden * dh).sum(), leaves)
    found = by_hand.rnn_gradients(x, h0, *weights, dh)
    for name, got, right in zip(found._fields, found, expected, strict=True):
        torch.testing.assert_close(got, right, msg=name)


def test_gradients_equal_those_of_the_peer():
    x, h0, (W, U, b), dh = some(3, 6, 4, 5)
    peer = torch.nn.RNN(4, 5, batch_first=True).double()
    with torch.no_grad():
        for mine, theirs in zip(
            (W, U, b, torch.zeros_like(b)), peer.parameters(), strict=True
        ):
            theirs.copy_(mine)
    hidden, _ = peer(x, h0[None])
    (hidden * dh).sum().backward()
    found = by_hand.rnn_gradients(x, h0, W, U, b, dh)
    torch.testing.assert_close(found.W, peer.weight_ih_l0.grad)
    torch.testing.assert_close(found.U, peer.weight_hh_l0.grad)
    torch.testing.assert_close(found.b, peer.bias_ih_l0.grad)


def test_three_steps_with_a_pencil():
    """One unit, W = 0 and b = 0: nothing but h_t = tanh(u h_{t-1}) is left."""
    u, h0 = 0.5, 0.8
    h = [h0]
    for _ in range(3):
        h.append(math.tanh(u * h[-1]))
    s = [1 - value**2 for value in h]
    found = by_hand.rnn_gradients(
        torch.zeros(1, 3, 1).double(),
        torch.tensor([[h0]]).double(),
        torch.zeros(1, 1).double(),
        torch.tensor([[u]]).double(),
        torch.zeros(1).double(),
        torch.tensor([[[0.0], [0.0], [1.0]]]).double(),
    )
    assert found.h0.item() == pytest.approx(s[3] * s[2] * s[1] * u**3)
    dU = s[3] * h[2] + s[3] * u * s[2] * h[1] + s[3] * u * s[2] * u * s[1] * h[0]
    assert found.U.item() == pytest.approx(dU)


@given(shapes.filter(lambda shape: shape[1] > 1), st.data())
def test_stretches_with_the_border_passed_on_are_the_whole(shape, data):
    x, h0, weights, dh = some(*shape)
    cut = data.draw(st.integers(1, shape[1] - 1))
    whole = by_hand.rnn_gradients(x, h0, *weights, dh)
    _, middle = by_hand.rnn_forward(x[:, :cut], h0, *weights)
    second = by_hand.rnn_gradients(x[:, cut:], middle, *weights, dh[:, cut:])
    arriving = dh[:, :cut].clone()
    arriving[:, -1] += second.h0
    first = by_hand.rnn_gradients(x[:, :cut], h0, *weights, arriving)
    torch.testing.assert_close(first.h0, whole.h0)
    for name in ("W", "U", "b"):
        both = getattr(first, name) + getattr(second, name)
        torch.testing.assert_close(both, getattr(whole, name))


def test_stretches_with_the_border_closed_are_what_detach_gives():
    x, h0, weights, dh = some(2, 6, 3, 4)
    leaves = [w.clone().requires_grad_() for w in weights]
    state, total = h0, [torch.zeros_like(w) for w in weights]
    for t in (0, 3):
        found = by_hand.rnn_gradients(
            x[:, t : t + 3], state.detach(), *weights, dh[:, t : t + 3]
        )
        total = [a + b for a, b in zip(total, found, strict=False)]
        hidden, state = rnn.unroll(
            rnn.rnn_step, x[:, t : t + 3], state.detach(), leaves
        )
        (hidden * dh[:, t : t + 3]).sum().backward()
    for got, leaf in zip(total, leaves, strict=True):
        torch.testing.assert_close(got, leaf.grad)
    whole = by_hand.rnn_gradients(x, h0, *weights, dh)
    assert not torch.allclose(total[1], whole.U)


def test_lengths_are_those_of_autograd():
    x, h0, weights, _ = some(1, 7, 3, 4, seed=2)
    states, h = [], h0
    for t in range(7):
        h = rnn.rnn_step(x[:, t], h, *weights).requires_grad_()
        states.append(h)
    g = torch.arange(1.0, 5).double()
    expected = torch.autograd.grad((states[-1] @ g).sum(), states)
    hidden = torch.cat(states)
    lengths = by_hand.gradient_lengths(hidden.detach(), weights[1], g)
    right = torch.stack([d.norm() for d in reversed(expected)])
    torch.testing.assert_close(lengths, right)


@given(st.integers(1, 6), st.floats(0.05, 0.95), st.floats(0.01, 0.9))
def test_reach_is_a_promise(H, s, share):
    g = torch.Generator().manual_seed(H)
    U = torch.linalg.qr(torch.randn(H, H, generator=g).double())[0] * s
    k = by_hand.reach(U, share)
    assert s**k <= share * (1 + 1e-9)
    assert s ** (k - 1) > share * (1 - 1e-9)
    hidden = torch.zeros(
        int(k) + 1, H
    ).double()  # tanh' = 1: the promise is kept just so
    lengths = by_hand.gradient_lengths(hidden, U, torch.ones(H).double())
    assert lengths[-1] <= share * lengths[0] * (1 + 1e-9)


def test_reach_promises_nothing_from_one_on():
    assert by_hand.reach(torch.eye(3), 0.5) == math.inf
    assert by_hand.reach(torch.zeros(3, 3), 0.5) == 1
    g = torch.Generator().manual_seed(0)
    turns = [torch.linalg.qr(torch.randn(5, 5, generator=g))[0] for _ in range(20)]
    assert {by_hand.reach(U, 0.5) for U in turns} == {math.inf}  # rounded up or down


@pytest.mark.parametrize("k", range(1, 30))
def test_reach_counts_exact_powers(k):
    for s in (0.01, 0.1, 0.3, 0.9):
        U = torch.tensor([[s]], dtype=torch.float64)
        assert by_hand.reach(U, s**k) == k


def test_bad_input_is_named():
    x, h0, (W, U, b), dh = some(2, 3, 4, 5)
    with pytest.raises(ValueError, match=r"x must be \(B, T, E\)"):
        by_hand.rnn_forward(x[0], h0, W, U, b)
    with pytest.raises(
        ValueError, match=r"h0 must have the shape \(2, 5\), got \(1, 5\)"
    ):
        by_hand.rnn_forward(x, h0[:1], W, U, b)
    with pytest.raises(ValueError, match=r"dh must have the shape \(2, 3, 5\)"):
        by_hand.rnn_gradients(x, h0, W, U, b, dh[:, :2])
    with pytest.raises(ValueError, match="share"):
        by_hand.reach(U, 1.5)
    step = x[:, 0], h0, h0, W, U
    with pytest.raises(
        ValueError, match=r"dnew must have the shape \(2, 5\), got \(1,"
    ):
        by_hand.step_gradients(*step, dh[:1, 0])
    with pytest.raises(ValueError, match=r"hidden must have the shape \(3, 5\)"):
        by_hand.gradient_lengths(dh[0, :, :4], U, dh[0, 0])
    with pytest.raises(ValueError, match=r"hidden must have the shape \(1, 5\)"):
        by_hand.gradient_lengths(dh[0, :0], U, dh[0, 0])
