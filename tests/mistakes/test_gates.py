"""The checks of chapter 8 deserve trust: mistakes are known, honest code passes."""

import math

import pytest
import torch
from torch import nn

from lmcourse import rnn
from lmcourse.checks import gates as checks
from lmcourse.checks import gates_toys as toys
from lmcourse.checks.core import prove
from lmcourse.checks.mistakes import gates, gates_gru, gates_layers, gates_weights
from lmcourse.rnn import LSTMState

# --- other honest ways ----------------------------------------------------------------


def kept_with_cumprod(f):
    after = torch.cat([f[1:], torch.ones_like(f[:1])])
    return after.flip(0).cumprod(dim=0).flip(0)


def kept_with_logs(f):
    rows = [f[t + 1 :].log().sum(dim=0).exp() for t in range(len(f))]
    return torch.stack(rows)


def kept_with_gradient(f):
    written = torch.zeros_like(f, requires_grad=True)
    c = torch.zeros_like(f[0])
    for gate, new in zip(f, written, strict=True):
        c = gate * c + new
    return torch.autograd.grad(c.sum(), written)[0]


def memory_with_logit(b, steps, share):
    i, _, g, o = b.chunk(4)
    p = torch.tensor(share, dtype=b.dtype) ** (1 / steps)
    return torch.cat([i, torch.logit(p).expand_as(i), g, o])


def memory_with_loop(b, steps, share):
    new, H = b.tolist(), len(b) // 4
    keep = math.exp(math.log(share) / steps)
    for place in range(H, 2 * H):
        new[place] = -math.log(1 / keep - 1)
    return torch.tensor(new, dtype=b.dtype)


def lstm_of_torch(x, state, W, U, b):
    cell = nn.LSTMCell(x.shape[1], state[0].shape[1], dtype=x.dtype)
    weights = {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": 0 * b}
    return torch.func.functional_call(cell, weights, (x, tuple(state)))


def lstm_gate_by_gate(x, state, W, U, b):
    H = state.h.shape[1]

    def raw(k):
        rows = slice(k * H, (k + 1) * H)
        return x @ W[rows].T + state.h @ U[rows].T + b[rows]

    c = torch.sigmoid(raw(1)) * state.c + torch.sigmoid(raw(0)) * torch.tanh(raw(2))
    return torch.sigmoid(raw(3)) * torch.tanh(c), c


def lstm_with_one_matrix(x, state, W, U, b):
    h, c = state
    both = torch.cat([x, h], dim=1) @ torch.cat([W, U], dim=1).T + b
    H = h.shape[1]
    i, f, o = (both[:, k * H : (k + 1) * H].sigmoid() for k in (0, 1, 3))
    c = c * f
    c += i * both[:, 2 * H : 3 * H].tanh()
    return [o * c.tanh(), c]


def gru_of_torch(x, h, W, U, b, c):
    cell = nn.GRUCell(x.shape[1], h.shape[1], dtype=x.dtype)
    second = torch.cat([torch.zeros(2 * len(c), dtype=c.dtype), c])
    weights = {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": second}
    return torch.func.functional_call(cell, weights, (x, h))


def gru_gate_by_gate(x, h, W, U, b, c):
    (Wr, Wz, Wn), (Ur, Uz, Un), (br, bz, bn) = W.chunk(3), U.chunk(3), b.chunk(3)
    r = torch.sigmoid(x @ Wr.T + h @ Ur.T + br)
    z = torch.sigmoid(x @ Wz.T + h @ Uz.T + bz)
    n = torch.tanh(x @ Wn.T + bn + r * (h @ Un.T + c))
    return (1 - z) * n + z * h


def paper_gate_by_gate(x, h, W, U, b, c):
    H = h.shape[1]
    r = (x @ W[:H].T + h @ U[:H].T + b[:H]).sigmoid()
    z = (x @ W[H : 2 * H].T + h @ U[H : 2 * H].T + b[H : 2 * H]).sigmoid()
    n = (x @ W[2 * H :].T + (r * h) @ U[2 * H :].T + b[2 * H :] + c).tanh()
    return z * h + n - z * n


def paper_with_einsum(x, h, W, U, b, c):
    H = h.shape[1]
    a = torch.einsum("be,khe->kbh", x, W.view(3, H, -1)) + b.view(3, 1, H)
    U = U.view(3, H, H)
    r = torch.sigmoid(a[0] + torch.einsum("bg,hg->bh", h, U[0]))
    z = torch.sigmoid(a[1] + torch.einsum("bg,hg->bh", h, U[1]))
    n = torch.tanh(a[2] + torch.einsum("bg,hg->bh", r * h, U[2]) + c)
    return torch.lerp(n, h, z)


def convention_with_chunks(W, U, b, c):
    def turn(w):
        r, z, n = w.chunk(3)
        return torch.cat([r, -z, n])

    return turn(W), turn(U), turn(b), c


def convention_in_a_copy(W, U, b, c):
    new, H = [w.clone() for w in (W, U, b)], len(c)
    for w in new:
        w[H : 2 * H] *= -1
    return [*new, c]


def keras_with_slices(kernel, recurrent, bias):
    H = len(recurrent)
    order = [*range(H, 2 * H), *range(H), *range(2 * H, 3 * H)]
    b = bias[0, order].clone()
    b[: 2 * H] += bias[1, order][: 2 * H]
    return kernel[:, order].T, recurrent[:, order].T, b, bias[1, 2 * H :]


def keras_with_rows(kernel, recurrent, bias):
    H = len(recurrent)
    z, r, n = slice(H), slice(H, 2 * H), slice(2 * H, None)
    return (
        torch.cat([kernel.T[r], kernel.T[z], kernel.T[n]]),
        torch.cat([recurrent.T[r], recurrent.T[z], recurrent.T[n]]),
        torch.cat([bias[:, r].sum(0), bias[:, z].sum(0), bias[0, n]]),
        bias[1, n],
    )


def parameters_of_a_model(kind, V, E, H, layers, tied):
    model = {
        "rnn": rnn.RNNLanguageModel,
        "lstm": rnn.LSTMLanguageModel,
        "gru": rnn.GRULanguageModel,
    }[kind](V, E, H, num_layers=layers, tied=tied)
    return sum(p.numel() for p in model.parameters())


def parameters_with_loop(kind, V, E, H, layers, tied):
    total = V * E + V
    total += 0 if tied else V * H
    for layer in range(layers):
        below = E if layer == 0 else H
        one = below * H + H * H + H
        total += {"rnn": one, "gru": 3 * one + H, "lstm": 4 * one}[kind]
    return total


def masked_with_arithmetic(step, x, h, mask):
    hidden = []
    for t in range(x.shape[1]):
        m = mask[:, t].unsqueeze(1).double()
        h = m * step(x[:, t], h) + (1 - m) * h
        hidden.append(m * h)
    return torch.stack(hidden, 1), h


def masked_row_by_row(step, x, h, mask):
    outs, lasts = [], []
    for i in range(len(x)):
        state, out = h[i : i + 1], []
        for t in range(x.shape[1]):
            if mask[i, t]:
                state = step(x[i : i + 1, t], state)
                out.append(state)
            else:
                out.append(torch.zeros_like(state))
        outs.append(torch.cat(out))
        lasts.append(state)
    return torch.stack(outs), torch.cat(lasts)


def stack_time_by_time(step, x, states, layers, masks, p):
    states, outputs = list(states), []
    for t in range(x.shape[1]):
        up = x[:, t]
        for n, weights in enumerate(layers):
            states[n] = step(up * masks[n][:, t] / (1 - p), states[n], *weights)
            up = states[n][0]
        outputs.append(up * masks[-1][:, t] / (1 - p))
    return torch.stack(outputs, 1), states


def stack_with_loops(step, x, states, layers, masks, p):
    after = []
    for n in range(len(layers)):
        x = torch.where(masks[n] > 0, x / (1 - p), 0.0)
        h, c = states[n]
        rows = []
        for t in range(x.shape[1]):
            h, c = step(x[:, t], LSTMState(h, c), *layers[n])
            rows.append(h)
        x = torch.stack(rows, dim=1)
        after.append((h, c))
    return x * masks[len(layers)] * (1 / (1 - p)), tuple(after)


def ways_with_gather(ahead, back, x, lengths):
    places = torch.arange(x.shape[1])
    n = torch.tensor(lengths)[:, None]
    order = torch.where(places < n, n - 1 - places, places)
    rows = torch.arange(len(x))[:, None]
    both = torch.cat([ahead(x), back(x[rows, order])[rows, order]], dim=2)
    return both * (places < n)[:, :, None]


def ways_in_a_table(ahead, back, x, lengths):
    H = ahead(x[:1]).shape[2]
    out = torch.zeros(*x.shape[:2], 2 * H, dtype=x.dtype)
    for i, n in enumerate(lengths):
        out[i, :n, :H] = ahead(x[i : i + 1, :n])[0]
        turned = back(torch.flip(x[i : i + 1, :n], [1]))[0]
        out[i, :n, H:] = torch.flip(turned, [0])
    return out


HERE = gates_weights, gates, gates_gru, gates_layers
PROOFS = {
    "kept": [checks.kept, kept_with_cumprod, kept_with_logs, kept_with_gradient],
    "long_memory": [checks.long_memory, memory_with_logit, memory_with_loop],
    "lstm_step": [
        rnn.lstm_step,
        lstm_of_torch,
        lstm_gate_by_gate,
        lstm_with_one_matrix,
    ],
    "gru_step_of_the_paper": [
        rnn.gru_step_of_the_paper,
        paper_gate_by_gate,
        paper_with_einsum,
    ],
    "gru_step": [rnn.gru_step, gru_of_torch, gru_gate_by_gate],
    "other_convention": [
        checks.other_convention,
        convention_with_chunks,
        convention_in_a_copy,
    ],
    "from_keras": [checks.from_keras, keras_with_slices, keras_with_rows],
    "gated_parameters": [
        checks.gated_parameters,
        parameters_of_a_model,
        parameters_with_loop,
    ],
    "unroll_masked": [
        checks.unroll_masked,
        masked_with_arithmetic,
        masked_row_by_row,
    ],
    "stack": [checks.stack, stack_time_by_time, stack_with_loops],
    "both_ways": [checks.both_ways, ways_with_gather, ways_in_a_table],
}


def mistakes_of(name):
    found = (vars(module).get(f"MISTAKES_{name.upper()}") for module in HERE)
    return next(mistakes for mistakes in found if mistakes)


@pytest.mark.parametrize("name", PROOFS)
def test_a_check_deserves_trust(name):
    check = getattr(checks, f"check_{name}")
    central = name in ("lstm_step", "gru_step", "gru_step_of_the_paper", "stack")
    least = 20 if central else 13
    prove(check, mistakes_of(name), PROOFS[name], at_least=least, seeds=(0, 1))


@pytest.mark.parametrize("name", PROOFS)
def test_a_value_that_is_no_function_is_told(name):
    assert "without calling it" in getattr(checks, f"check_{name}")(3.0).hint


def test_a_check_of_every_exercise_is_proven():
    names = {name for name in vars(checks) if name.startswith("check_")}
    assert names == {f"check_{name}" for name in PROOFS}
    names = {name for name in vars(toys) if name.startswith("check_")}
    assert names == {"check_quote_keeper", "check_my_step"}


def test_a_keras_gru_and_its_copy_agree():
    """By Keras's own equations: z first, and two biases."""
    rng = torch.Generator().manual_seed(3)
    shapes = (2, 3), (2, 4), (3, 12), (4, 12), (2, 12)
    x, h, kernel, recurrent, bias = (
        torch.randn(s, generator=rng, dtype=torch.float64) for s in shapes
    )
    x_z, x_r, x_n = (x @ kernel + bias[0]).chunk(3, dim=1)
    h_z, h_r, h_n = (h @ recurrent + bias[1]).chunk(3, dim=1)
    z, r = torch.sigmoid(x_z + h_z), torch.sigmoid(x_r + h_r)
    theirs = z * h + (1 - z) * torch.tanh(x_n + r * h_n)
    ours = rnn.gru_step(x, h, *checks.from_keras(kernel, recurrent, bias))
    torch.testing.assert_close(ours, theirs)


def test_the_other_convention_gives_the_same_states():
    rng = torch.Generator().manual_seed(4)
    shapes = (2, 3), (2, 4), (12, 3), (12, 4), (12,), (4,)
    x, h, *weights = (
        torch.randn(s, generator=rng, dtype=torch.float64) for s in shapes
    )
    W, U, b, c = checks.other_convention(*weights)
    (x_r, x_z, x_n), (h_r, h_z, h_n) = (x @ W.T + b).chunk(3, 1), (h @ U.T).chunk(3, 1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    hers = z * torch.tanh(x_n + r * (h_n + c)) + (1 - z) * h
    torch.testing.assert_close(rnn.gru_step(x, h, *weights), hers)


def test_stacked_layers_without_dropout_are_those_of_torch():
    rng = torch.Generator().manual_seed(5)
    theirs = nn.LSTM(3, 4, num_layers=2, batch_first=True, dtype=torch.float64)
    x = torch.randn(2, 6, 3, generator=rng, dtype=torch.float64)
    layers = [
        (W, U, b1 + b2) for W, U, b1, b2 in (weights for weights in theirs.all_weights)
    ]
    zeros = LSTMState(*x.new_zeros(2, 2, 4))
    ones = [torch.ones(2, 6, d) for d in (3, 4, 4)]
    got, states = checks.stack(rnn.lstm_step, x, [zeros, zeros], layers, ones, 0.0)
    right, (h, c) = theirs(x)
    torch.testing.assert_close(got, right)
    torch.testing.assert_close(torch.stack([s.h for s in states]), h)
    torch.testing.assert_close(torch.stack([s.c for s in states]), c)


# --- what has no name -----------------------------------------------------------------


def lstm_in_place(x, state, W, U, b):
    i, f, g, o = (x @ W.T + state.h @ U.T + b).chunk(4, dim=1)
    c = state.c
    c *= f.sigmoid()
    c += i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gru_in_place(x, h, W, U, b, c):
    new = rnn.gru_step(x, h, W, U, b, c)
    h.copy_(new)
    return new


def convention_in_place(W, U, b, c):
    H = len(c)
    for w in (W, U, b):
        w[H : 2 * H] *= -1
    return W, U, b, c


@pytest.mark.parametrize(
    ("check", "wrong", "part"),
    [
        (checks.check_lstm_step, lstm_in_place, "changed in place"),
        (checks.check_gru_step, gru_in_place, "changed in place"),
        (checks.check_other_convention, convention_in_place, "changed in place"),
        (
            checks.check_lstm_step,
            lambda x, state, W, U, b: rnn.lstm_step(x, state, W, U, b).h,
            "should return (h, c)",
        ),
        (
            checks.check_lstm_step,
            lambda x, state, W, U, b: rnn.lstm_step(x, state, W, U, b.detach()),
            "lost gradient",
        ),
        (
            checks.check_gru_step,
            lambda x, h, W, U, b, c: rnn.gru_step(x, h.detach(), W, U, b, c),
            "lost gradient",
        ),
        (
            checks.check_lstm_step,
            lambda x, state, W, U, b: rnn.lstm_cell(x @ W + b, state, U),
            "cannot be multiplied",
        ),
        (
            checks.check_long_memory,
            lambda b, steps, share: checks.long_memory(b, steps, share).float(),
            "float64",
        ),
        (
            checks.check_gated_parameters,
            lambda *sizes: float(checks.gated_parameters(*sizes)),
            "whole number",
        ),
        (
            checks.check_stack,
            lambda step, x, states, layers, masks, p: (
                torch.rand(x.shape[:2]),
                states,
            ),
            "draw nothing at random",
        ),
        (checks.check_stack, lambda step, x, *_: x, "should return (output, states)"),
        (
            checks.check_both_ways,
            lambda ahead, back, x, lengths: ahead(x),
            "shape (1, 3, 2), not (1, 3, 1)",
        ),
    ],
)
def test_what_has_no_name_is_told_all_the_same(check, wrong, part):
    assert part in check(wrong).hint


def two_at_once(x, state, W, U, b):
    h, c = state
    i, f, o, g = (x @ W.T + h @ U.T + b).chunk(4, dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c, c


def gru_of_a_tutorial(x, h, W, U, b, c):
    z, r, n = (x @ W.T + b).chunk(3, dim=1)
    Uz, Ur, Un = U.chunk(3)
    z, r = torch.sigmoid(z + h @ Uz.T), torch.sigmoid(r + h @ Ur.T)
    return z * torch.tanh(n + r * (h @ Un.T + c)) + (1 - z) * h


def test_two_mistakes_at_once_are_both_named():
    hint = checks.check_lstm_step(two_at_once).hint
    assert "i, f, o, g" in hint
    assert "tanh around the new memory is missing" in hint
    hint = checks.check_gru_step(gru_of_a_tutorial).hint
    assert "z and 1 - z are exchanged" in hint
    assert "Keras has z first" in hint


def test_the_checks_know_as_much_as_the_exercises_say():
    assert sum(len(mistakes_of(name)) for name in PROOFS) > 250


# --- quote_keeper ---------------------------------------------------------------------

# i, f, g, o in rows; opening, closing, other words in columns
GOOD = [[20, 0, -20], [-20, -20, 20], [5, 0, 0], [0, 0, 0]]
FREE = [[0]] * 4


def keeper(**changes):
    rows = {"i": GOOD[0], "f": GOOD[1], "g": GOOD[2], "o": GOOD[3]} | changes
    U, b = changes.pop("U", FREE), changes.pop("b", [0, 0, 0, 20])
    return lambda: ([rows[name] for name in "ifgo"], U, b)


@pytest.mark.parametrize("seed", [0, 101, 102])
@pytest.mark.parametrize(
    "weights",
    [
        keeper(),
        keeper(f=[0, -20, 20]),  # what was there before an opening quote is 0
        keeper(i=[0, 0, 0], b=[20, 0, 0, 20]),  # g alone decides
        keeper(f=[40, -20, 20], o=[20, -20, 20]),
        lambda: tuple(map(torch.tensor, keeper(o=[20.0, -20, 20])())),
    ],
)
def test_a_keeper_of_quotes_passes(weights, seed):
    assert toys.check_quote_keeper(weights, seed=seed).passed


def unfinished(*_):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("weights", "part"),
    [
        (unfinished, "Not written yet"),
        (None, "TypeError"),
        (lambda: 3, "Return three things"),
        (lambda: ([[0] * 3] * 4, [0] * 4, [0] * 4), "U should have the shape (4, 1)"),
        (keeper(b=[0, 0, 0, math.inf]), "not finite"),
        (keeper(f=[0, -20, 3]), "sigmoid(20)**100"),
        (keeper(f=[0, 20, 20]), "What must the forget gate do when a quote closes"),
        (keeper(i=[20, 20, -20], g=[5, 5, 0]), "is anything written then"),
        (keeper(b=[0, 0, 1, 20], i=[20, -20, 0]), "A gate without a bias"),
        (keeper(g=[-5, 0, 0]), "write about 1"),
        (keeper(o=[-30, 0, 0]), "is the output gate open"),
        (keeper(b=[0, 0, 0, 0]), "is the output gate open"),
    ],
)
def test_what_a_keeper_loses_is_told(weights, part):
    assert part in toys.check_quote_keeper(weights).hint


# --- my_step --------------------------------------------------------------------------


def minimal_gated_unit(x, h, W, U, b):
    """One gate for everything: Zhou et al. (2016), arXiv:1603.09420."""
    H = h.shape[1]
    a = x @ W.T + b
    f = torch.sigmoid(a[:, :H] + h @ U[:H].T)
    n = torch.tanh(a[:, H:] + (f * h) @ U[H:].T)
    return (1 - f) * h + f * n


def coupled_gate(x, h, W, U, b):
    g, n = (x @ W.T + h @ U.T + b).chunk(2, dim=1)
    g = torch.sigmoid(g + 1)
    return g * h + (1 - g) * torch.tanh(n)


@pytest.mark.parametrize(
    ("step", "seed"), [(minimal_gated_unit, 101), (coupled_gate, 0)]
)
def test_a_gated_step_passes(step, seed, capsys):
    before = torch.get_rng_state()
    assert toys.check_my_step(step, seed=seed).passed
    assert torch.equal(before, torch.get_rng_state())
    assert "of the colors are remembered" in capsys.readouterr().out


def test_a_plain_step_is_below_the_bar():
    def plain(x, h, W, U, b):
        return torch.tanh((x @ W.T + h @ U.T + b).chunk(2, dim=1)[1])

    assert toys.plain_rnn(0) < toys.BAR - 0.1
    assert "is chance" in toys.check_my_step(plain).hint


@pytest.mark.parametrize(
    ("step", "part"),
    [
        (unfinished, "Not written yet"),
        (3, "without calling it"),
        (lambda x, h: h, "TypeError"),
        (lambda x, h, W, U, b: (h, h), "Return the new h"),
        (lambda x, h, W, U, b: x @ W.T, "two blocks of H rows"),
        (lambda x, h, W, U, b: h, "does not depend on the weights"),
        (lambda x, h, W, U, b: h / 0, "not finite"),
        (lambda x, h, W, U, b: h.mul_(0.5), "in place"),
    ],
)
def test_what_is_wrong_with_a_step_is_told(step, part):
    assert part in toys.check_my_step(step).hint
