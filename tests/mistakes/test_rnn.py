"""The checks of chapter 7 deserve trust: mistakes are known, honest code passes."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, linear

from lmcourse import decoding, rnn
from lmcourse.checks import rnn as checks
from lmcourse.checks.core import prove
from lmcourse.checks.mistakes import rnn as steps
from lmcourse.checks.mistakes import rnn_back as back
from lmcourse.checks.mistakes import rnn_text as texts
from lmcourse.rnn import by_hand
from lmcourse.training import detach

# --- other honest ways ----------------------------------------------------------------


def step_with_linear(x, h, W, U, b):
    return torch.tanh(linear(x, W, b) + linear(h, U))


def step_with_joined(x, h, W, U, b):
    return torch.tanh(torch.cat([x, h], dim=1) @ torch.cat([W, U], dim=1).T + b)


def step_row_by_row(x, h, W, U, b):
    return torch.stack(
        [torch.tanh(W @ r + U @ s + b) for r, s in zip(x, h, strict=True)]
    )


def forward_with_unbind(x, h, W, U, b):
    inputs, states = linear(x, W, b), []
    for a in inputs.unbind(dim=1):
        h = torch.tanh(a + h @ U.T)
        states.append(h[:, None])
    return torch.cat(states, dim=1), h


def forward_time_first(x, h0, W, U, b):
    states = [h0]
    for step in x.transpose(0, 1):
        states.append(rnn.rnn_step(step, states[-1], W, U, b))
    hidden = torch.stack(states[1:]).transpose(0, 1)
    return hidden, hidden[:, -1]


def forward_by_the_peer(x, h0, W, U, b):
    return torch._VF.rnn_tanh(
        x, h0[None], (W, U, b, torch.zeros_like(b)), True, 1, 0.0, False, False, True
    )[0], forward_with_unbind(x, h0, W, U, b)[1]


def back_with_einsum(x, h, new, U, dnew):
    da = dnew - dnew * new * new
    return (
        torch.einsum("bi,bj->ij", da, x),
        torch.einsum("bi,bj->ij", da, h),
        torch.einsum("bi->i", da),
        torch.einsum("bi,ij->bj", da, U),
    )


def back_row_by_row(x, h, new, U, dnew):
    dW, dU, db = torch.zeros(len(U), x.shape[1]).to(U), 0 * U, 0 * U[0]
    dh = []
    for i in range(len(x)):
        da = (1 - new[i]) * (1 + new[i]) * dnew[i]
        dW = dW + torch.outer(da, x[i])
        dU = dU + torch.outer(da, h[i])
        db = db + da
        dh.append(U.T @ da)
    return [dW, dU, db, torch.stack(dh)]


def gradients_with_autograd(x, h0, W, U, b, dh):
    leaves = [v.clone().requires_grad_() for v in (W, U, b, h0)]
    hidden, _ = by_hand.rnn_forward(x, leaves[3], *leaves[:3])
    return torch.autograd.grad((hidden * dh).sum(), leaves)


def gradients_with_lists(x, h0, W, U, b, dh):
    hs = [h0, *by_hand.rnn_forward(x, h0, W, U, b)[0].unbind(1)]
    d, das = torch.zeros_like(h0), []
    for t in range(x.shape[1], 0, -1):
        das.insert(0, (1 - hs[t] ** 2) * (dh[:, t - 1] + d))
        d = das[0] @ U
    da = torch.stack(das, dim=1)
    before = torch.stack(hs[:-1], dim=1)
    dW = torch.einsum("bth,bte->he", da, x)
    return dW, torch.einsum("bth,btk->hk", da, before), da.sum((0, 1)), d


def gradients_with_step_back(x, h0, W, U, b, dh):
    hidden, _ = by_hand.rnn_forward(x, h0, W, U, b)
    dW, dU, db = W * 0, U * 0, b * 0
    arriving = dh[:, -1]
    for t in range(x.shape[1] - 1, -1, -1):
        before = hidden[:, t - 1] if t > 0 else h0
        found = checks.step_back(x[:, t], before, hidden[:, t], U, arriving)
        dW, dU, db = dW + found[0], dU + found[1], db + found[2]
        arriving = found[3] + (dh[:, t - 1] if t > 0 else 0)
    return dW, dU, db, arriving


def lengths_with_jacobians(hidden, U, dlast):
    d, found = dlast, [dlast.norm()]
    for t in range(len(hidden) - 1, 0, -1):
        d = (torch.diag(1 - hidden[t] ** 2) @ U).T @ d
        found.append((d @ d).sqrt())
    return torch.stack(found)


def lengths_with_autograd(hidden, U, dlast):
    a = torch.atanh(hidden)
    found, d = [dlast.norm()], dlast
    for t in range(len(hidden) - 1, 0, -1):
        h = hidden[t - 1].clone().requires_grad_()
        new = torch.tanh(U @ h + (a[t] - U @ hidden[t - 1]))
        (d,) = torch.autograd.grad(new, h, d)
        found.append(d.norm())
    return torch.stack(found)


def reach_with_loop(U, share):
    s, left, k = torch.linalg.svdvals(U)[0].item(), 1.0, 0
    if s >= 1:
        return math.inf
    while left > share:
        left, k = left * s, k + 1
    return k


def reach_with_numpy(U, share):
    s = np.linalg.svd(U.numpy(), compute_uv=False).max()
    return np.inf if s >= 1 else np.ceil(np.log(share) / np.log(s))


def batches_with_slices(ids, B, T):
    L = (len(ids) - 1) // B
    found = []
    for start in range(0, L // T * T, T):
        places = [row * L + start for row in range(B)]
        inputs = torch.stack([ids[p : p + T] for p in places])
        found.append((inputs, torch.stack([ids[p + 1 : p + T + 1] for p in places])))
    return found


def batches_with_split(ids, B, T):
    L = (len(ids) - 1) // B
    x, y = (part[: B * L].reshape(B, L) for part in (ids, ids[1:]))
    pairs = zip(x.split(T, dim=1), y.split(T, dim=1), strict=True)
    return [(a, b) for a, b in pairs if a.shape[1] == T]


def batches_with_places(ids, B, T):
    L = (len(ids) - 1) // B
    at = torch.arange(B)[:, None] * L + torch.arange(T)
    return [[ids[at + k * T], ids[at + k * T + 1]] for k in range(L // T)]


def stretches_with_tuples(model, batches):
    losses, state = [], None
    for inputs, targets, first in batches:
        if first:
            state = None
        elif state is not None:
            state = tuple(h.detach() for h in state)
        logits, state = model(inputs, state)
        loss = cross_entropy(logits.transpose(1, 2), targets)
        loss.backward()
        losses += [float(loss.detach())]
    return losses


def stretches_with_logs(model, batches):
    losses, state = [], None
    for batch in batches:
        logits, state = model(batch.inputs, None if batch.first else state)
        logs = logits.log_softmax(-1).gather(2, batch.targets[..., None])
        (-logs.mean()).backward()
        losses.append(-logs.mean().item())
        state = detach(state)
    return losses


def write_token_by_token(next_logits, prompt, choose, max_tokens, stop):
    state = None
    for token in prompt:
        logits, state = next_logits([token], state)
    written = []
    for _ in range(max_tokens):
        token = choose(logits)
        if token == stop:
            return written
        written.append(token)
        logits, state = next_logits([token], state)
    return written


def write_again_and_again(next_logits, prompt, choose, max_tokens, stop):
    def rest(new, state, left):
        if not left:
            return []
        logits, state = next_logits(new, state)
        token = choose(logits)
        return [] if token == stop else [token, *rest([token], state, left - 1)]

    return rest(prompt, None, max_tokens)


PROOFS = {
    "rnn_step": (
        steps,
        [rnn.rnn_step, step_with_linear, step_with_joined, step_row_by_row],
    ),
    "rnn_forward": (
        steps,
        [by_hand.rnn_forward, forward_with_unbind, forward_time_first],
    ),
    "step_back": (back, [checks.step_back, back_with_einsum, back_row_by_row]),
    "rnn_gradients": (
        back,
        [
            checks.rnn_gradients,
            gradients_with_autograd,
            gradients_with_lists,
            gradients_with_step_back,
        ],
    ),
    "gradient_lengths": (
        back,
        [by_hand.gradient_lengths, lengths_with_jacobians, lengths_with_autograd],
    ),
    "reach": (back, [by_hand.reach, reach_with_loop, reach_with_numpy]),
    "contiguous_batches": (
        texts,
        [
            checks.contiguous_batches,
            batches_with_slices,
            batches_with_split,
            batches_with_places,
        ],
    ),
    "read_in_stretches": (
        texts,
        [checks.read_in_stretches, stretches_with_tuples, stretches_with_logs],
    ),
    "write": (texts, [decoding.write, write_token_by_token, write_again_and_again]),
}
SLOW = ("rnn_forward", "step_back", "rnn_gradients", "read_in_stretches")
CENTRAL = ("rnn_step", "rnn_forward", "rnn_gradients", "contiguous_batches")


@pytest.mark.parametrize("name", PROOFS)
def test_a_check_deserves_trust(name):
    where, honest = PROOFS[name]
    mistakes = getattr(where, f"MISTAKES_{name.upper()}")
    least = 20 if name in CENTRAL else 12
    seeds = (0, 101) if name in SLOW else (0, 1, 101)
    check = getattr(checks, f"check_{name}")
    prove(check, mistakes, honest, at_least=least, seeds=seeds)


@pytest.mark.parametrize("name", [*PROOFS, "memory_layer"])
def test_a_value_that_is_no_function_is_told(name):
    assert "without calling it" in getattr(checks, f"check_{name}")(3.0).hint


def test_a_check_of_every_exercise_is_proven():
    names = {name for name in vars(checks) if name.startswith("check_")}
    assert names == {f"check_{name}" for name in PROOFS} | {"check_memory_layer"}


# --- what has no name is told all the same --------------------------------------------


def detached_forward(x, h, W, U, b):
    states = []
    for t in range(x.shape[1]):
        h = rnn.rnn_step(x[:, t], h.detach(), W, U, b)
        states.append(h)
    return torch.stack(states, dim=1), h


def changing_gradients(x, h0, W, U, b, dh):
    dh[:, 0] += 1
    return by_hand.rnn_gradients(x, h0, W, U, b, dh)[:4]


def stretches_that_detach_a_tuple(model, batches):
    _, state = model(batches[0].inputs)
    state = state.detach()


def stretches_that_move(model, batches):
    losses = checks.read_in_stretches(model, batches)
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    return losses


@pytest.mark.parametrize(
    ("name", "wrong", "part"),
    [
        ("rnn_step", lambda x, h, W, U, b: (h, h), "should be a Tensor"),
        ("rnn_forward", detached_forward, "lost gradient"),
        ("rnn_gradients", changing_gradients, "changed in place"),
        ("rnn_gradients", by_hand.rnn_gradients, "(dW, dU, db, dh0)"),
        ("reach", lambda U, share: 7, "the answer should be 4, not 7"),
        ("read_in_stretches", stretches_that_detach_a_tuple, "state = state.detach()"),
        ("read_in_stretches", stretches_that_move, "(losses, gradients are right.)"),
        ("read_in_stretches", lambda model, batches: 1.0, "losses should be a list"),
        ("write", lambda ask, prompt, choose, most, stop: "so", "tokens should be a"),
    ],
)
def test_what_has_no_name_is_told_all_the_same(name, wrong, part):
    assert part in getattr(checks, f"check_{name}")(wrong).hint


# --- memory_layer ---------------------------------------------------------------------


def rotating(input_dim, hidden_dim):
    layer = rnn.RecurrentLayer(input_dim, hidden_dim)
    torch.nn.init.orthogonal_(layer.U)
    return layer


def adding(input_dim, hidden_dim):
    def step(x, h, W, U, b):
        return h + 0.1 * rnn.rnn_step(x, h, W, U, b)

    return rnn.RecurrentLayer(input_dim, hidden_dim, step)


@pytest.mark.parametrize("seed", [0, 101])
@pytest.mark.parametrize("make", [rotating, adding])
def test_a_layer_that_remembers_passes(make, seed, capsys):
    assert checks.check_memory_layer(make, seed=seed).passed
    assert "of the first tokens recalled" in capsys.readouterr().out


def unfinished(input_dim, hidden_dim):
    raise NotImplementedError


def frozen(input_dim, hidden_dim):
    layer = rotating(input_dim, hidden_dim)
    layer.U.requires_grad_(False)
    return layer


def hoarding(input_dim, hidden_dim):
    def step(x, h, W, U, b):
        return torch.cat([h, x], dim=1)

    return rnn.RecurrentLayer(input_dim, hidden_dim, step)


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (unfinished, "Not written yet"),
        (lambda E, H: None, "should return a RecurrentLayer"),
        (lambda E, H: torch.nn.RNN(E, H), "should return a RecurrentLayer"),
        (lambda E, H: rnn.LSTMLayer(E, H), "Its parameters should be"),
        (lambda E: None, "It stops with TypeError"),
        (frozen, "cannot learn"),
        (hoarding, "should be a Tensor of shape (B, 32)"),
        (rnn.RecurrentLayer, "What is a vector multiplied by"),
    ],
)
def test_what_is_wrong_with_a_memory_is_told(make, part):
    assert part in checks.check_memory_layer(make).hint
