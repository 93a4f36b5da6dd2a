"""Each step is what its equations say, number by number, and refuses what would fit
only by accident.
"""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import rnn
from lmcourse.rnn import LSTMState, steps


def some(B, E, H, blocks, seed=0):
    """Draw an input, two states and weights W, U, b, c, in float64."""
    g = torch.Generator().manual_seed(seed)
    shapes = [(B, E), (B, H), (B, H), (blocks * H, E), (blocks * H, H), (blocks * H,)]
    return [torch.randn(*s, generator=g).double() for s in [*shapes, (H,)]]


def sigmoid(a):
    return 1 / (1 + math.exp(-a))


def dot(row, vector):
    return sum(float(r) * float(v) for r, v in zip(row, vector, strict=True))


def each_unit(x, h, W, U, b, blocks):
    """Yield (row, unit, W x, U h, biases), a number for each block, without PyTorch."""
    H = h.shape[1]
    for n in range(len(x)):
        for k in range(H):
            rows = [block * H + k for block in range(blocks)]
            yield (
                n,
                k,
                [dot(W[r], x[n]) for r in rows],
                [dot(U[r], h[n]) for r in rows],
                [float(b[r]) for r in rows],
            )


shapes = st.tuples(*[st.integers(1, 3)] * 3, st.integers(0, 9))


@given(shapes)
def test_rnn_step_is_the_formula(shape):
    x, h, _, W, U, b, _ = some(*shape[:3], 1, seed=shape[3])
    got = rnn.rnn_step(x, h, W, U, b)
    for n, k, (wx,), (uh,), (bias,) in each_unit(x, h, W, U, b, 1):
        assert got[n, k].item() == pytest.approx(math.tanh(wx + uh + bias), rel=1e-12)


@given(shapes)
def test_lstm_step_is_the_formula(shape):
    x, h, c, W, U, b, _ = some(*shape[:3], 4, seed=shape[3])
    got = rnn.lstm_step(x, LSTMState(h, c), W, U, b)
    for n, k, wx, uh, bias in each_unit(x, h, W, U, b, 4):
        i, f, g, o = (sum(three) for three in zip(wx, uh, bias, strict=True))
        memory = sigmoid(f) * float(c[n, k]) + sigmoid(i) * math.tanh(g)
        assert got.c[n, k].item() == pytest.approx(memory, rel=1e-12)
        shown = sigmoid(o) * math.tanh(memory)
        assert got.h[n, k].item() == pytest.approx(shown, rel=1e-12)


@given(shapes)
def test_gru_step_is_the_formula(shape):
    x, h, _, W, U, b, c = some(*shape[:3], 3, seed=shape[3])
    got = rnn.gru_step(x, h, W, U, b, c)
    for n, k, wx, uh, bias in each_unit(x, h, W, U, b, 3):
        r, z = (sigmoid(wx[j] + uh[j] + bias[j]) for j in (0, 1))
        new = math.tanh(wx[2] + bias[2] + r * (uh[2] + float(c[k])))
        wanted = (1 - z) * new + z * float(h[n, k])
        assert got[n, k].item() == pytest.approx(wanted, rel=1e-11)


@given(shapes)
def test_gru_step_of_the_paper_is_the_formula(shape):
    x, h, _, W, U, b, c = some(*shape[:3], 3, seed=shape[3])
    H = h.shape[1]
    got = rnn.gru_step_of_the_paper(x, h, W, U, b, c)
    for n in range(len(x)):
        a = [dot(W[r], x[n]) + float(b[r]) for r in range(3 * H)]
        r = [sigmoid(a[k] + dot(U[k], h[n])) for k in range(H)]
        reset = [r[k] * float(h[n, k]) for k in range(H)]  # before the matrix
        for k in range(H):
            z = sigmoid(a[H + k] + dot(U[H + k], h[n]))
            new = math.tanh(a[2 * H + k] + dot(U[2 * H + k], reset) + float(c[k]))
            wanted = (1 - z) * new + z * float(h[n, k])
            assert got[n, k].item() == pytest.approx(wanted, rel=1e-11)


def test_the_two_grus_differ_only_in_where_the_reset_gate_acts():
    x, h, _, W, U, b, c = some(2, 3, 4, 3)
    assert not torch.allclose(
        rnn.gru_step(x, h, W, U, b, c), rnn.gru_step_of_the_paper(x, h, W, U, b, c)
    )
    b[:4] = 100.0  # r = 1: nothing is reset
    torch.testing.assert_close(
        rnn.gru_step(x, h, W, U, b, c), rnn.gru_step_of_the_paper(x, h, W, U, b, c)
    )


@pytest.mark.parametrize("step", [rnn.gru_step, rnn.gru_step_of_the_paper])
def test_negating_the_update_block_changes_the_convention(step):
    """The z of Chung et al. (2014) is 1 - z here, and 1 - sigmoid(a) = sigmoid(-a)."""
    x, h, _, W, U, b, c = some(2, 3, 4, 3)
    sign = torch.ones(12).double()
    sign[4:8] = -1
    here = step(x, h, W, U, b, c)
    there = step(x, h, W * sign[:, None], U * sign[:, None], b * sign, c)
    b[4:8] = 100.0  # z = 1: keep
    torch.testing.assert_close(step(x, h, W, U, b, c), h)
    b[4:8] = -100.0  # z = 0: the new one
    new = step(x, h, W, U, b, c)
    torch.testing.assert_close(here + there, new + h)  # z and 1 - z change places


def test_gates_of_an_lstm_by_hand():
    zero, one = torch.zeros(1, 1), torch.ones(1, 1)
    W, U = torch.zeros(4, 1), torch.zeros(4, 1)
    shut, open_ = -100.0, 100.0

    def memory(i, f, g, o):
        b = torch.tensor([i, f, g, o])
        return [n.item() for n in rnn.lstm_step(zero, LSTMState(zero, one), W, U, b)]

    assert memory(0, 0, 0, 0) == pytest.approx([0.5 * math.tanh(0.5), 0.5])
    assert memory(shut, open_, 1.0, shut) == [0, 1]  # remember, and keep it quiet
    assert memory(open_, shut, 1.0, open_)[1] == pytest.approx(math.tanh(1))  # replace


def test_the_state_is_left_as_it_was():
    for step, blocks in STEPS:
        x, h, c, W, U, b, bias = some(2, 3, 4, blocks)
        before = h.clone(), c.clone()
        call(step, x, h, c, W, U, b, bias)
        assert torch.equal(h, before[0])
        assert torch.equal(c, before[1])


@pytest.mark.parametrize("step", [steps.rnn_step, steps.lstm_step, steps.gru_step])
def test_the_cell_is_the_rest_of_the_step(step):
    blocks = dict(STEPS)[step]
    x, h, c, W, U, b, bias = some(2, 3, 4, blocks)
    state = LSTMState(h, c) if blocks == 4 else h
    rest = (bias,) if blocks == 3 else ()
    got = steps.cell_of(step)(torch.nn.functional.linear(x, W, b), state, U, *rest)
    torch.testing.assert_close(got, step(x, state, W, U, b, *rest))


STEPS = [
    (rnn.rnn_step, 1),
    (rnn.lstm_step, 4),
    (rnn.gru_step, 3),
    (rnn.gru_step_of_the_paper, 3),
]


def call(step, x, h, c, W, U, b, bias):
    state = LSTMState(h, c) if step is rnn.lstm_step else h
    return step(x, state, W, U, b, *((bias,) if len(b) == 3 * h.shape[1] else ()))


@pytest.mark.parametrize(("step", "blocks"), STEPS)
def test_bad_shapes_are_refused(step, blocks):
    x, h, c, W, U, b, bias = some(2, 3, 4, blocks)
    with pytest.raises(ValueError, match=r"U must be \(\d?H, H\) with H = 4, got"):
        call(step, x, h, c, W, U[:-1], b, bias)
    with pytest.raises(ValueError, match=r"U must be \(\d?H, H\) with H = 4, got"):
        call(step, x, h, c, W, U[:, :-1], b, bias)
    with pytest.raises(ValueError, match=r"W x \+ b must be .* B = 1 .* got \(2, "):
        call(step, x, h[:1], c[:1], W, U, b, bias)  # PyTorch would stretch it


def test_a_memory_of_one_row_is_not_stretched():
    x, h, c, W, U, b, _ = some(2, 3, 4, 4)
    with pytest.raises(ValueError, match=r"c must have the shape \(2, 4\), got \(1, 4"):
        rnn.lstm_step(x, LSTMState(h, c[:1]), W, U, b)
