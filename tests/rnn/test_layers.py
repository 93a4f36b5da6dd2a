"""Layers repeat a step over time: in chunks, behind padding, from either end."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import rnn
from lmcourse.rnn import LSTMState, steps

LAYERS = [rnn.RecurrentLayer, rnn.LSTMLayer, rnn.GRULayer]
STEP = dict(zip(LAYERS, [rnn.rnn_step, rnn.lstm_step, rnn.gru_step], strict=True))


def made(layer, E=3, H=4, seed=0, **options):
    torch.manual_seed(seed)
    new = layer(E, H, **options).double()
    for p in new.parameters():  # no bias of zero, or one could be forgotten
        torch.nn.init.normal_(p, std=0.7)
    return new


def some(B, T, E=3, seed=1):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(B, T, E, generator=g, dtype=torch.float64)


def end_of(state):
    return torch.stack(state) if isinstance(state, tuple) else state[None]


each = pytest.mark.parametrize("layer", LAYERS)


@each
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_chunks_with_carried_state_equal_one_pass(layer, lengths):
    model, x = made(layer), some(2, sum(lengths))
    whole, end = model(x)
    parts, state = [], None
    for piece in x.split(lengths, dim=1):
        hidden, state = model(piece, state)
        parts.append(hidden)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole)
    torch.testing.assert_close(end_of(state), end_of(end))


@each
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.booleans())
def test_padding_changes_nothing(layer, lengths, reverse):
    """Each row of a padded batch is what it would be alone; behind it there is zero."""
    model, x = made(layer), some(len(lengths), max(lengths))
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    x[~mask] = 1e3  # whatever stands there
    hidden, state = model(x, mask=mask, reverse=reverse)
    for n, length in enumerate(lengths):
        alone, end = model(x[n : n + 1, :length], reverse=reverse)
        torch.testing.assert_close(hidden[n, :length], alone[0])
        torch.testing.assert_close(end_of(state)[:, n], end_of(end)[:, 0])
        assert not hidden[n, length:].any()


@each
def test_padding_gets_no_gradient(layer):
    model, x = made(layer), some(2, 5).requires_grad_()
    mask = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    hidden, state = model(x, mask=mask)
    (hidden.sum() + end_of(state).sum()).backward()
    assert not x.grad[1, 3:].any()
    assert x.grad[0].all()


@each
def test_hidden_states_see_no_future(layer):
    model, x = made(layer), some(1, 6)
    changed = x.clone()
    changed[:, 3:] += 1
    before, after = model(x)[0], model(changed)[0]
    assert torch.equal(before[:, :3], after[:, :3])
    assert (before[:, 3:] != after[:, 3:]).all()


@each
def test_reverse_reads_from_the_end(layer):
    model, x = made(layer), some(2, 5)
    hidden, state = model(x, reverse=True)
    turned, end = model(x.flip(1))
    torch.testing.assert_close(hidden, turned.flip(1))
    torch.testing.assert_close(end_of(state), end_of(end))


@each
def test_the_input_read_ahead_equals_the_plain_step(layer):
    """With CELLS, all inputs are multiplied at once; any other step is called as is."""
    quick = made(layer)
    plain = made(layer, step=lambda *a: STEP[layer](*a))
    x = some(2, 5)
    results = []
    for model in (quick, plain):
        hidden, state = model(x)
        ((hidden**2).sum() + end_of(state).sum()).backward()
        grads = [p.grad for p in model.parameters()]
        results.append([hidden, end_of(state), *grads])
    for a, b in zip(*results, strict=True):
        torch.testing.assert_close(a, b)


@each
def test_a_step_of_your_own_is_called_once_a_time_step(layer):
    calls = []

    def mine(x, state, *weights):
        calls.append((tuple(x.shape), type(state), len(weights)))
        return STEP[layer](x, state, *weights)

    model = made(layer, step=mine)
    model(some(2, 5))
    state = LSTMState if layer is rnn.LSTMLayer else torch.Tensor
    assert calls == [((2, 3), state, len(model.weights))] * 5


def test_a_step_may_return_a_plain_tuple():
    model = made(rnn.LSTMLayer, step=lambda *a: tuple(rnn.lstm_step(*a)))
    mask = torch.ones(2, 4, dtype=torch.bool)
    want = made(rnn.LSTMLayer)(some(2, 4))[0]
    torch.testing.assert_close(model(some(2, 4))[0], want)
    torch.testing.assert_close(model(some(2, 4), mask=mask)[0], want)


def test_the_gru_of_the_paper_drives_a_layer():
    model = made(rnn.GRULayer, step=rnn.gru_step_of_the_paper)
    x = some(2, 3)
    h = torch.zeros(2, 4, dtype=torch.float64)
    for t in range(3):
        h = rnn.gru_step_of_the_paper(x[:, t], h, *model.weights)
    torch.testing.assert_close(model(x)[1], h)


def test_an_lstm_remembers_by_default():
    layer = rnn.LSTMLayer(3, 2)
    assert layer.b.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]  # i, f, g, o
    assert layer.b.is_leaf
    assert rnn.RecurrentLayer(3, 2).b.tolist() == [0, 0]


@each
def test_weights_begin_within_pytorchs_bounds(layer):
    model = layer(30, 16)
    for weight in (model.W, model.U):
        assert 0.24 < weight.abs().max() <= 0.25


@each
def test_both_ways_see_all_of_the_text(layer):
    torch.manual_seed(0)
    both, x = rnn.Bidirectional(layer, 3, 4).double(), some(2, 5)
    hidden, (end, start) = both(x)
    assert hidden.shape == (2, 5, 8)
    torch.testing.assert_close(hidden[:, -1, :4], end_of(end)[0])
    torch.testing.assert_close(hidden[:, 0, 4:], end_of(start)[0])
    changed = x.clone()
    changed[:, 2] += 1
    differs = (both(changed)[0] != hidden).any(dim=2)
    assert differs.all(), "each place should see the third token"


def test_the_reference_steps_and_no_others_are_split():
    assert all(steps.cell_of(step) for step in STEP.values())
    for other in (rnn.gru_step_of_the_paper, lambda *arguments: None, max):
        assert steps.cell_of(other) is None


def test_biases_begin_at_zero_but_for_the_forget_gate():
    """As the docstrings say; `made` has changed them elsewhere in this file."""
    torch.manual_seed(0)
    forget = rnn.LSTMLayer(3, 4).b.view(4, 4)
    assert (forget == torch.tensor([[0.0], [1], [0], [0]])).all()
    assert not rnn.RecurrentLayer(3, 4).b.any()
    gru = rnn.GRULayer(3, 4)
    assert not gru.b.any()
    assert not gru.c.any()


def test_a_step_may_be_any_object_that_can_be_called():
    @dataclass
    class Step:  # equal by value, so without a hash
        slope: float

        def __call__(self, x, h, W, U, b):
            return (self.slope * (x @ W.T + h @ U.T + b)).tanh()

    layer = rnn.RecurrentLayer(3, 4, step=Step(1.0)).double()
    own, x = made(rnn.RecurrentLayer), some(2, 5)
    layer.load_state_dict(own.state_dict())
    torch.testing.assert_close(layer(x)[0], own(x)[0])


@each
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, s, m: (x[0], s, m), r"x must be \(B, T, E\).*got \(5, 3\)"),
        (lambda x, s, m: (x[:, :0], s, m), r"x must be .* T >= 1"),
        (lambda x, s, m: (x[..., :2], s, m), r"E = 3, got \(2, 5, 2\)"),
        (lambda x, s, m: (x, s[:1], m), r"state must have the shape \(2, 4\)"),
        (lambda x, s, m: (x, s.mT, m), r"state must have the shape \(2, 4\)"),
        (lambda x, s, m: (x, s, m.long()), "mask must be bool .* got torch.int64"),
        (lambda x, s, m: (x, s, m[:, 1:]), r"shape \(2, 5\), got .* \(2, 4\)"),
    ],
)
def test_what_does_not_fit_is_refused(layer, change, message):
    state, mask = torch.zeros(2, 4).double(), torch.ones(2, 5, dtype=torch.bool)
    x, state, mask = change(some(2, 5), state, mask)
    if layer is rnn.LSTMLayer:
        state = LSTMState(state, state)
    with pytest.raises(ValueError, match=message):
        made(layer)(x, state, mask=mask)


def test_sizes_and_kinds_of_state_are_checked():
    with pytest.raises(ValueError, match="state must be an LSTMState"):
        made(rnn.LSTMLayer)(some(2, 5), torch.zeros(2, 4).double())
    with pytest.raises(ValueError, match="hidden_dim must be at least 1, got 0"):
        rnn.LSTMLayer(3, 0)
    with pytest.raises(ValueError, match="input_dim must be an integer"):
        rnn.GRULayer(3.0, 2)
