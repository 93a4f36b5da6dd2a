"""Our layers beside PyTorch's own, in float64: values, and gradients of everything."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lmcourse import rnn

PAIRS = {
    "rnn": (rnn.RecurrentLayer, nn.RNN, rnn.RNNLanguageModel),
    "lstm": (rnn.LSTMLayer, nn.LSTM, rnn.LSTMLanguageModel),
    "gru": (rnn.GRULayer, nn.GRU, rnn.GRULanguageModel),
}
E, H = 3, 4
each = pytest.mark.parametrize("kind", PAIRS)
assert_close = torch.testing.assert_close


def filled(kind, *, num_layers=1, both_ways=False, seed=0):
    """Return PyTorch's layers, every number drawn anew, and ours with the same ones."""
    torch.manual_seed(seed)
    mine, theirs, _ = PAIRS[kind]
    peer = theirs(E, H, num_layers, batch_first=True, bidirectional=both_ways).double()
    for p in peer.parameters():
        nn.init.normal_(p, std=0.6)
    ours = []
    for n in range(num_layers):
        for end in ("", "_reverse")[: 1 + both_ways]:
            layer = mine(E if n == 0 else H, H).double()
            W, U, b, b2 = (getattr(peer, f"{name}_l{n}{end}") for name in NAMES)
            with torch.no_grad():
                layer.W.copy_(W)
                layer.U.copy_(U)
                layer.b.copy_(b + b2)
                if kind == "gru":  # the reset gate multiplies the second bias of n
                    layer.b[2 * H :] = b[2 * H :]
                    layer.c.copy_(b2[2 * H :])
            ours.append(layer)
    return peer, ours


NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def demand_equal_gradients(kind, peer, ours, both_ways=False):
    ends = ("", "_reverse")[: 1 + both_ways]
    for at, layer in enumerate(ours):
        n, end = divmod(at, len(ends))
        W, U, b, b2 = (getattr(peer, f"{name}_l{n}{ends[end]}").grad for name in NAMES)
        assert_close(layer.W.grad, W)
        assert_close(layer.U.grad, U)
        assert_close(layer.b.grad, b)
        if kind == "gru":
            assert_close(layer.c.grad, b2[2 * H :])
        assert W.abs().max() > 0


def some(B, T, seed=1):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(B, T, E, generator=g, dtype=torch.float64)
    return x, torch.randn(B, T, 2 * H, generator=g, dtype=torch.float64)


@each
@pytest.mark.parametrize("num_layers", [1, 2])
@given(st.integers(1, 4), st.integers(1, 6), st.booleans())
def test_layers_equal_those_of_the_peer(kind, num_layers, B, T, begun):
    peer, ours = filled(kind, num_layers=num_layers)
    x, dh = some(B, T)
    dh = dh[..., :H]
    inputs = [x.clone().requires_grad_() for _ in range(2)]
    h, c = torch.randn(2, num_layers, B, H).double() * begun
    states = [
        [s.clone().requires_grad_() for s in ((h, c) if kind == "lstm" else (h,))]
        for _ in range(2)
    ]
    begin = tuple(states[0]) if kind == "lstm" else states[0][0]
    theirs, their_end = peer(inputs[0], begin)

    hidden, ends = inputs[1], []
    for n, layer in enumerate(ours):
        before = tuple(s[n] for s in states[1])
        state = rnn.LSTMState(*before) if kind == "lstm" else before[0]
        hidden, end = layer(hidden, state)
        ends.append(end)
    assert_close(hidden, theirs)
    if kind == "lstm":
        assert_close(torch.stack([e.h for e in ends]), their_end[0])
        assert_close(torch.stack([e.c for e in ends]), their_end[1])
    else:
        assert_close(torch.stack(ends), their_end)
    for y in (hidden, theirs):
        (y * dh).sum().backward()
    demand_equal_gradients(kind, peer, ours)
    assert_close(inputs[1].grad, inputs[0].grad)
    for mine, wanted in zip(states[1], states[0], strict=True):
        assert_close(mine.grad, wanted.grad)


@each
@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.booleans())
def test_padded_batches_equal_packed_ones(kind, lengths, both_ways):
    peer, ours = filled(kind, both_ways=both_ways)
    x, dh = some(len(lengths), max(lengths))
    inputs = [x.clone().requires_grad_() for _ in range(2)]
    packed = pack_padded_sequence(
        inputs[0], torch.tensor(lengths), batch_first=True, enforce_sorted=False
    )
    packed, their_end = peer(packed)
    theirs, _ = pad_packed_sequence(packed, batch_first=True)

    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    if both_ways:
        both = rnn.Bidirectional(PAIRS[kind][0], E, H)
        both.forwards, both.backwards = ours
        hidden, ends = both(inputs[1], mask)
    else:
        hidden, end = ours[0](inputs[1], mask=mask)
        ends = (end,)
    assert_close(hidden, theirs)
    if kind == "lstm":
        assert_close(torch.stack([e.h for e in ends]), their_end[0])
        assert_close(torch.stack([e.c for e in ends]), their_end[1])
    else:
        assert_close(torch.stack(ends), their_end)
    for y in (hidden, theirs):
        (y * dh[..., : y.shape[2]]).sum().backward()
    demand_equal_gradients(kind, peer, ours, both_ways)
    assert_close(inputs[1].grad, inputs[0].grad)


@each
def test_language_models_equal_ones_made_of_the_peer(kind):
    peer, ours = filled(kind, num_layers=2)
    model = PAIRS[kind][2](7, E, H, num_layers=2).double()
    for layer, weights in zip(model.layers, ours, strict=True):
        layer.load_state_dict(weights.state_dict())
    ids = torch.randint(7, (3, 5), generator=torch.Generator().manual_seed(2))
    logits, _ = model(ids)
    wanted = model.output(peer(model.embedding(ids))[0])
    assert_close(logits, wanted)
    tables = (model.embedding.weight, model.output.weight, model.output.bias)
    mine, theirs = (
        torch.autograd.grad(y.logsumexp(2).sum(), tables, retain_graph=True)
        for y in (logits, wanted)
    )
    assert_close(mine, theirs)


@each
def test_training_side_by_side_stays_equal(kind):
    """Twenty steps of SGD from the same numbers; PyTorch's second bias stands still."""
    peer, (ours,) = filled(kind)
    x, dh = some(4, 6)
    target = dh[..., :H]
    theirs_learn = [p for p in peer.parameters() if p is not peer.bias_hh_l0]
    mine_learn = list(ours.parameters())[:3]  # the GRU's c is of that bias
    for _ in range(20):
        for parameters, y in (
            (theirs_learn, peer(x)[0]),
            (mine_learn, ours(x)[0]),
        ):
            loss = (y - target).square().mean()
            grads = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for p, g in zip(parameters, grads, strict=True):
                    p -= 0.3 * g
    assert_close(ours(x)[0], peer(x)[0])
