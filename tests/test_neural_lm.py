"""Models with a window: equal to what they are defined as, causal, and no wider."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import conv1d, pad

from lmcourse.neural_lm import (
    BengioLanguageModel,
    CausalConv,
    ConvLanguageModel,
    bengio_scores,
    windows,
)

V, START = 9, 1
assert_close = torch.testing.assert_close


def bengio(order=4, seed=0, **options):
    torch.manual_seed(seed)
    model = BengioLanguageModel(V, order, 3, 5, **options).double()
    for p in model.parameters():
        torch.nn.init.normal_(p, std=0.7)
    return model


def conv(width=2, num_layers=3, seed=0):
    torch.manual_seed(seed)
    return ConvLanguageModel(V, 4, width, num_layers).double()


def some(B=2, T=8, seed=1, low=START + 1):
    """Draw ids; with ``low`` at 2 there is no ``</s>`` among them."""
    return torch.randint(low, V, (B, T), generator=torch.Generator().manual_seed(seed))


# --- Bengio et al. (2003) -------------------------------------------------------------


def test_scores_by_hand():
    x = torch.tensor([1.0, 2.0])
    H, d = torch.tensor([[1.0, -0.5], [0.0, 0.5]]), torch.tensor([0.0, 0.0])
    U, b = torch.tensor([[1.0, 0.0], [2.0, -1.0]]), torch.tensor([0.5, 0.0])
    # d + H x = (0, 1), so U tanh = (0, -tanh 1)
    assert_close(bengio_scores(x, H, d, U, b), torch.tensor([0.5, -math.tanh(1)]))
    W = torch.tensor([[0.0, 1.0], [-1.0, 1.0]])  # W x = (2, 1)
    assert_close(bengio_scores(x, H, d, U, b, W), torch.tensor([2.5, 1 - math.tanh(1)]))


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("order", [2, 3, 5])
def test_the_model_is_equation_1_at_every_token(order, direct):
    """Values and gradients of a loop that looks up each word of each window."""
    model, ids = bengio(order, direct=direct), some(low=START)
    wanted = []
    for row in ids.tolist():
        text = [START] * (order - 1) + row
        for t in range(len(row)):
            latest_first = text[t + 1 : t + order][::-1]
            for n, word in enumerate(latest_first):  # nothing beyond a beginning
                if word == START:
                    latest_first[n:] = [START] * len(latest_first[n:])
                    break
            x = torch.cat([model.embedding.weight[word] for word in latest_first])
            y = model.b + torch.mv(model.U, torch.tanh(model.d + torch.mv(model.H, x)))
            wanted.append(y + torch.mv(model.W, x) if direct else y)
    logits, _ = model(ids)
    wanted = torch.stack(wanted).view_as(logits)
    assert_close(logits, wanted)
    grads = [
        torch.autograd.grad(y.logsumexp(2).sum(), list(model.parameters()))
        for y in (logits, wanted)
    ]
    assert_close(*grads)


def test_there_are_direct_connections_only_if_asked_for():
    assert bengio().W is None
    assert BengioLanguageModel(V, 4, 3, 5, direct=True).W.shape == (V, 9)
    names = {name for name, _ in bengio(direct=True).named_parameters()}
    assert names == {"embedding.weight", "H", "d", "U", "b", "W"}


@given(st.integers(0, 50), st.integers(2, 5))
def test_a_window_never_crosses_the_end_of_a_text(seed, order):
    """What stands before ``</s>`` may be anything: nothing changes behind it."""
    model, ids = bengio(order), some(1, 9, seed)
    ids[0, 4] = START
    changed = ids.clone()
    changed[0, :4] = some(1, 4, seed + 1)
    assert_close(model(ids)[0][:, 4:], model(changed)[0][:, 4:])
    assert_close(model(ids)[0][:, 4:], model(ids[:, 4:])[0])  # as at the very beginning


def test_windows_by_hand():
    ids = torch.tensor([[5, 6, 1, 7, 8]])
    assert windows(ids, 3, start=1).tolist() == [[[1, 1, 1], [7, 1, 1], [8, 7, 1]]]
    assert windows(ids, 3, start=0).tolist() == [[[1, 6, 5], [7, 1, 6], [8, 7, 1]]]
    assert windows(ids, 1, start=1).tolist() == [[[5], [6], [1], [7], [8]]]


@given(st.integers(2, 5))
def test_the_window_reaches_back_exactly_so_far(order):
    model, ids = bengio(order), some(1, 8)
    for back in range(8):
        changed = ids.clone()
        changed[0, 7 - back] = ids[0, 7 - back] % (V - 2) + 2  # another one, not </s>
        same = torch.equal(model(ids)[0][0, 7], model(changed)[0][0, 7])
        assert same == (back >= order - 1)


def test_a_network_of_your_own_drives_the_model():
    shapes = []

    def mine(x, *weights):
        shapes.append(tuple(x.shape))
        return bengio_scores(x, *weights)

    model = bengio(scores=mine)
    assert_close(model(some())[0], bengio()(some())[0])
    assert shapes == [(2, 8, 9)]


# --- convolution ----------------------------------------------------------------------


@pytest.mark.parametrize(("width", "dilation"), [(2, 1), (3, 1), (2, 4), (3, 2)])
def test_a_causal_convolution_is_one_with_padding_on_the_left(width, dilation):
    torch.manual_seed(0)
    layer = CausalConv(3, width, dilation).double()
    x = torch.randn(2, 3, 10, dtype=torch.float64)
    y, last = layer(x, None)
    left = pad(x, ((width - 1) * dilation, 0))
    both = conv1d(left, layer.conv.weight, layer.conv.bias, dilation=dilation)
    values, gates = both[:, :3], both[:, 3:]
    assert_close(y, values * torch.sigmoid(gates))
    assert torch.equal(last, left[:, :, 10:])
    # and number by number: the last kernel column meets the present
    w, t = layer.conv.weight, 9
    by_hand = layer.conv.bias + sum(
        w[:, :, k] @ left[0, :, t + k * dilation] for k in range(width)
    )
    assert_close(both[0, :, t], by_hand)


def test_the_model_is_layers_that_add_up():
    model, ids = conv(), some()
    x = model.embedding(ids).mT
    for n, layer in enumerate(model.layers):
        assert layer.conv.dilation == (2**n,)
        x = x + layer(x, None)[0]
    assert_close(model(ids)[0], model.output(x.mT))


@pytest.mark.parametrize(("width", "num_layers"), [(2, 1), (2, 3), (3, 2)])
def test_the_receptive_field_is_width_to_the_layers(width, num_layers):
    model = conv(width, num_layers)
    assert model.window == width**num_layers
    ids = some(1, 12)
    x = model.embedding(ids).detach().requires_grad_()
    model.embedding.register_forward_hook(lambda *a: x)
    model(ids)[0][0, -1].sum().backward()
    reached = x.grad[0].abs().sum(1).flip(0) > 0  # the latest first
    assert reached.tolist() == [n < model.window for n in range(12)]


# --- both -----------------------------------------------------------------------------

each = pytest.mark.parametrize("make", [bengio, conv])


@each
@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_chunks_with_carried_state_equal_one_pass(make, lengths):
    model, ids = make(), some(T=sum(lengths), low=START)
    whole, _ = model(ids)
    parts, state = [], None
    for piece in ids.split(lengths, dim=1):
        logits, state = model(piece, state)
        parts.append(logits)
    assert_close(torch.cat(parts, dim=1), whole)


@each
def test_models_are_causal(make):
    model, ids = make(), some()
    changed = ids.clone()
    changed[:, 4:] = changed[:, 4:] % (V - 2) + 2
    before, after = model(ids)[0], model(changed)[0]
    assert_close(before[:, :4], after[:, :4], rtol=0, atol=0)
    assert (before[:, 4:] != after[:, 4:]).any(dim=2).all()


@each
@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (torch.zeros(3, dtype=torch.long), r"ids must be \(B, T\).*got \(3,\)"),
        (torch.zeros(2, 0, dtype=torch.long), r"ids must be \(B, T\).*got \(2, 0\)"),
        (torch.zeros(2, 3), "ids must be an int64 Tensor"),
        (torch.tensor([[V]]), "ids must be in 0, ..., 8, got 9"),
    ],
)
def test_bad_ids_are_refused(make, ids, message):
    with pytest.raises(ValueError, match=message):
        make()(ids)


def zero_scores(*shapes):
    return bengio_scores(*map(torch.zeros, shapes))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bengio(1), "order must be at least 2, got 1"),
        (lambda: BengioLanguageModel(0, 3, 3, 3), "vocab_size must be at least 1"),
        (lambda: BengioLanguageModel(V, 3, 3, 0), "hidden_dim must be at least 1"),
        (lambda: bengio(4)(some(), some(T=3)), r"state must have the shape \(2, 2\)"),
        (lambda: bengio(4)(some(), some(3, 2)), r"state must have the shape \(2, 2\)"),
        (lambda: conv(1), "width must be at least 2"),
        (lambda: conv(num_layers=0), "num_layers must be at least 1"),
        (lambda: conv()(some(), (None,)), "each of the 3 layers, got 1"),
        (
            lambda: conv()(some(), conv()(some(3))[1]),
            r"past must have the shape \(2, 4, 1\), got \(3, 4, 1\)",
        ),
        (lambda: windows(some(T=2), 3, 1), r"size = 3 and T >= 1, got \(2, 2\)"),
        (
            lambda: bengio_scores(
                *map(torch.zeros, [(4,), (2, 3), (2,), (5, 2), (5,)])
            ),
            r"H must have the shape \(2, 4\), got \(2, 3\)",
        ),
        (
            lambda: bengio_scores(
                *map(torch.zeros, [(3,), (2, 3), (2,), (5, 2), (1,)])
            ),
            r"U must have the shape \(1, 2\), got \(5, 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
