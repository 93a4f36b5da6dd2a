"""The checks of chapter 6 deserve trust: mistakes are known, honest code passes."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from lmcourse import neural_lm, training
from lmcourse.batches import Batch
from lmcourse.checks import neural_lm as checks
from lmcourse.checks.core import prove
from lmcourse.checks.mistakes import (
    neural_adamw,
    neural_loss,
    neural_steps,
)
from lmcourse.checks.mistakes import neural_lm as models
from lmcourse.training import Recipe

# --- other honest ways ----------------------------------------------------------------


def windows_of_the_package(ids, size, start):
    before = ids.new_full((1, size), start)
    return neural_lm.windows(torch.cat([before, ids[None, :-1]], dim=1), size, start)[0]


def windows_with_loop(ids, size, start):
    known = [start] * size + ids.tolist()
    return torch.tensor([known[t : t + size][::-1] for t in range(len(ids))])


def windows_by_column(ids, size, start):
    table = torch.full((len(ids), size), start)
    for column in range(size):
        table[column + 1 :, column] = ids[: max(0, len(ids) - column - 1)]
    return table


def bengio_with_linear(x, H, d, U, b, W=None):
    scores = functional.linear(torch.tanh(functional.linear(x, H, d)), U, b)
    if W is not None:
        scores = scores + functional.linear(x, W)
    return scores


def bengio_with_einsum(x, H, d, U, b, W=None):
    a = torch.einsum("...i,hi->...h", x, H) + d
    squashed = 2 * torch.sigmoid(2 * a) - 1
    y = torch.einsum("...h,vh->...v", squashed, U) + b
    return y + torch.einsum("...i,vi->...v", x, W) if W is not None else y


def count_like_the_paper(vocab_size, order, embed_dim, hidden_dim, direct):
    """|V| (1 + n m + h) + h (1 + (n - 1) m), and less W where it is not there."""
    V, n, m, h = vocab_size, order, embed_dim, hidden_dim
    every = V * (1 + n * m + h) + h * (1 + (n - 1) * m)
    return every if direct else every - V * (n - 1) * m


def count_a_real_model(vocab_size, order, embed_dim, hidden_dim, direct):
    sizes = vocab_size, order, embed_dim, hidden_dim
    model = neural_lm.BengioLanguageModel(*sizes, direct=direct)
    return sum(p.numel() for p in model.parameters())


def loss_by_torch(logits, targets):
    return functional.cross_entropy(logits, targets)


def loss_with_logsumexp(logits, targets):
    rows = range(len(logits))
    return (logits.logsumexp(dim=-1) - logits[rows, targets]).mean()


def loss_with_loop(logits, targets):
    total = 0.0
    for row, target in zip(logits, targets, strict=True):
        shifted = row - row.max()
        total = total - (shifted[target] - torch.log(torch.exp(shifted).sum()))
    return total / len(targets)


def slope_by_autograd(logits, targets):
    logits = logits.clone().requires_grad_()
    return torch.autograd.grad(functional.cross_entropy(logits, targets), logits)[0]


def slope_in_place(logits, targets):
    p = torch.softmax(logits, dim=1)
    p[range(len(p)), targets] -= 1
    return p / p.shape[0]


def conv_with_loop(x, w, b):
    B, _, T = x.shape
    C, _, K = w.shape
    rows = []
    for t in range(T):
        y = b.expand(B, C)
        for k in range(K):
            if t - (K - 1) + k >= 0:
                y = y + x[:, :, t - (K - 1) + k] @ w[:, :, k].T
        rows.append(y)
    return torch.stack(rows, dim=2)


def conv_padded_and_cut(x, w, b):
    y = functional.conv1d(x, w, b, padding=w.shape[2] - 1)
    return y[:, :, : x.shape[2]]


def conv_with_unfold(x, w, b):
    known = torch.cat([x.new_zeros(*x.shape[:2], w.shape[2] - 1), x], dim=2)
    return torch.einsum("bdtk,cdk->bct", known.unfold(2, w.shape[2], 1), w) + b.reshape(
        1, -1, 1
    )


def field_with_loop(width, dilations):
    seen = 1
    for dilation in dilations:
        seen += (width - 1) * dilation
    return seen


def field_by_trying(width, dilations):
    """Ask autograd which inputs the last output depends on."""
    x = torch.ones(1, 1, 200, dtype=torch.float64, requires_grad=True)
    y = x
    for dilation in dilations:
        kernel = torch.ones(1, 1, width, dtype=torch.float64)
        y = functional.pad(y, ((width - 1) * dilation, 0))
        y = functional.conv1d(y, kernel, dilation=dilation)
    y[0, 0, -1].backward()
    oldest = int((x.grad[0, 0] != 0).nonzero()[0])
    return 200 - oldest


def rate_with_numpy(step, steps, warmup, lr, final):
    t = max(0, step - warmup) / (steps - warmup)
    climb = min(1.0, (step + 1) / warmup) if warmup else 1.0
    low = lr * final
    return climb * (low + (lr - low) * np.cos(np.pi * t / 2) ** 2)


def rate_by_torch(step, steps, warmup, lr, final):
    if step < warmup:
        return lr * (step + 1) / warmup
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, steps - warmup, eta_min=lr * final
    )
    for _ in range(step - warmup):
        optimizer.step()
        schedule.step()
    return optimizer.param_groups[0]["lr"]


def clip_in_one_row(gradients, most):
    norm = torch.cat([g.reshape(-1) for g in gradients]).norm()
    return [g * min(1, most / norm) if norm > 0 else g for g in gradients]


def clip_by_lengths(gradients, most):
    norm = torch.linalg.vector_norm(torch.stack([g.norm() for g in gradients]))
    factor = torch.clamp(most / norm, max=1.0)
    return tuple(factor * g for g in gradients)


def adamw_by_torch(theta, m, v, g, step, lr, beta1, beta2, eps, weight_decay):
    p = nn.Parameter(theta.clone())
    optimizer = torch.optim.AdamW(
        [p], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay
    )
    optimizer.state[p] = {
        "step": torch.tensor(float(step - 1)),
        "exp_avg": m.clone(),
        "exp_avg_sq": v.clone(),
    }
    p.grad = g.clone()
    optimizer.step()
    state = optimizer.state[p]
    return p.detach(), state["exp_avg"], state["exp_avg_sq"]


def adamw_with_lerp(theta, m, v, g, step, lr, beta1, beta2, eps, weight_decay):
    m, v = torch.lerp(g, m, beta1), torch.lerp(g * g, v, beta2)
    root = (v / (1 - beta2**step)) ** 0.5
    shrunk = (1 - lr * weight_decay) * theta
    return shrunk - lr / (1 - beta1**step) * m / (root + eps), m, v


def accumulate_shares(gradients, tokens):
    every = sum(tokens)
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, tokens, strict=True):
        total += g * (n / every)
    return total


def accumulate_with_tensordot(gradients, tokens):
    n = torch.tensor(tokens, dtype=gradients[0].dtype)
    return torch.tensordot(n / n.sum(), torch.stack(gradients), dims=1)


def stop_by_counting(valid, patience):
    best, waiting = math.inf, 0
    for look, value in enumerate(valid):
        if value < best:
            best, where, waiting = value, look, 0
        else:
            waiting += 1
        if waiting == patience:
            break
    return look + 1, where


def stop_like_training(valid, patience):
    """Let the course's own loop run on a model that learns nothing."""
    values = iter(valid)
    model = nn.Linear(1, 1)
    history = training.train(
        model,
        Zeros(),
        Recipe(steps=len(valid), lr=1.0, evaluate_every=1, patience=patience),
        valid=lambda: next(values),
        loss=lambda model, batch, state: (model(torch.ones(1, 1)).sum(), None),
    )
    return len(history.valid), history.best


class Zeros:
    def __getitem__(self, step):
        zeros = torch.zeros(1, 1, dtype=torch.int64)
        return Batch(zeros, zeros, first=False)


PROOFS = {
    "context_windows": (
        models.CONTEXT_WINDOWS,
        [windows_of_the_package, windows_with_loop, windows_by_column],
    ),
    "bengio_scores": (
        models.BENGIO_SCORES,
        [neural_lm.bengio_scores, bengio_with_linear, bengio_with_einsum],
    ),
    "parameter_count": (
        models.PARAMETER_COUNT,
        [checks.parameter_count, count_like_the_paper, count_a_real_model],
    ),
    "cross_entropy": (
        neural_loss.CROSS_ENTROPY,
        [checks.cross_entropy, loss_by_torch, loss_with_logsumexp, loss_with_loop],
    ),
    "cross_entropy_gradient": (
        neural_loss.CROSS_ENTROPY_GRADIENT,
        [checks.cross_entropy_gradient, slope_by_autograd, slope_in_place],
    ),
    "causal_conv": (
        models.CAUSAL_CONV,
        [checks.causal_conv, conv_with_loop, conv_padded_and_cut, conv_with_unfold],
    ),
    "receptive_field": (
        models.RECEPTIVE_FIELD,
        [checks.receptive_field, field_with_loop, field_by_trying],
    ),
    "learning_rate": (
        neural_steps.LEARNING_RATE,
        [checks.learning_rate, rate_with_numpy, rate_by_torch],
    ),
    "clip_by_norm": (
        neural_steps.CLIP_BY_NORM,
        [checks.clip_by_norm, clip_in_one_row, clip_by_lengths],
    ),
    "adamw_step": (
        neural_adamw.ADAMW_STEP,
        [checks.adamw_step, adamw_by_torch, adamw_with_lerp],
    ),
    "accumulate": (
        neural_loss.ACCUMULATE,
        [checks.accumulate, accumulate_shares, accumulate_with_tensordot],
    ),
    "stop_at": (
        neural_steps.STOP_AT,
        [checks.stop_at, stop_by_counting, stop_like_training],
    ),
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_check_deserves_trust(name):
    check = getattr(checks, f"check_{name}")
    prove(check, *PROOFS[name], seeds=(0, 1, 101))


@pytest.mark.parametrize("name", PROOFS)
def test_a_value_that_is_no_function_is_told(name):
    assert "without calling it" in getattr(checks, f"check_{name}")(3.0).hint


def test_a_check_of_every_exercise_is_proven():
    names = {name for name in vars(checks) if name.startswith("check_")}
    assert names == {f"check_{name}" for name in PROOFS} | {"check_quick_start"}


@pytest.mark.parametrize(
    ("check", "wrong", "part"),
    [
        (  # two mistakes at once have no name, but are found
            checks.check_cross_entropy,
            lambda logits, targets: logits.log_softmax(dim=0).sum(),
            "should be",
        ),
        (
            checks.check_bengio_scores,
            lambda x, H, d, U, b, W=None: neural_lm.bengio_scores(
                x.detach(), H, d, U, b, W
            ),
            "lost gradient",
        ),
        (
            checks.check_cross_entropy,
            lambda logits, targets: functional.cross_entropy(logits, targets).item(),
            "should be a Tensor",
        ),
        (
            checks.check_adamw_step,
            lambda theta, m, v, g, *rest: checks.adamw_step(theta, m, v, g, *rest)[0],
            "should return (theta, m, v)",
        ),
        (
            checks.check_clip_by_norm,
            lambda gradients, most: [g.mul_(0.5) for g in gradients],
            "changed in place",
        ),
        (
            checks.check_accumulate,
            lambda gradients, tokens: sum(
                g.mul_(n / sum(tokens)) for g, n in zip(gradients, tokens, strict=True)
            ),
            "changed in place",
        ),
    ],
)
def test_what_has_no_name_is_told_all_the_same(check, wrong, part):
    assert part in check(wrong).hint


# --- the open exercise ----------------------------------------------------------------


def started_from_counts(model, bias, ids, vocab_size):
    counts = torch.bincount(ids, minlength=vocab_size).clamp(min=0.5)
    with torch.no_grad():
        bias.copy_((counts / counts.sum()).log())
    return model


def with_embeddings_of_a_good_size(ids, vocab_size):
    model = neural_lm.BengioLanguageModel(vocab_size, 5, 64, 128)
    nn.init.normal_(model.embedding.weight, std=0.3)
    started_from_counts(model, model.b, ids, vocab_size)
    return model, Recipe(steps=150, lr=0.02, warmup=10, final=0.3)


def with_convolutions(ids, vocab_size):
    model = neural_lm.ConvLanguageModel(vocab_size, 80, num_layers=3)
    started_from_counts(model, model.output.bias, ids, vocab_size)
    return model, Recipe(steps=150, lr=0.02, warmup=10)


def as_in_the_lesson(ids, vocab_size):
    model = neural_lm.BengioLanguageModel(vocab_size, 5, 64, 128)
    started_from_counts(model, model.b, ids, vocab_size)
    return model, Recipe(steps=150, lr=6e-3, warmup=30)


@pytest.mark.parametrize("start", [with_embeddings_of_a_good_size, with_convolutions])
def test_an_idea_passes_the_bar(start, capsys):
    assert checks.check_quick_start(start, seed=7).passed
    assert "bits per token after 150 steps" in capsys.readouterr().out


def test_the_lesson_cut_short_does_not():
    assert "are above 4.05" in checks.check_quick_start(as_in_the_lesson).hint


class Peeking(nn.Module):
    """See the word that comes next, as a convolution padded on both sides does."""

    def __init__(self, vocab_size):
        super().__init__()
        self.vocab_size = vocab_size
        self.sure = nn.Parameter(torch.ones(1))

    def forward(self, ids, state=None):
        after = torch.cat([ids[:, 1:], ids[:, -1:]], dim=1)
        return self.sure * functional.one_hot(after, self.vocab_size), None


class PeekingLater(nn.Module):
    """See the word that comes next by a table of zeros, which training fills."""

    def __init__(self, vocab_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 32)
        self.output = nn.Linear(32, vocab_size)
        nn.init.zeros_(self.output.weight)

    def forward(self, ids, state=None):
        after = torch.cat([ids[:, 1:], ids[:, -1:]], dim=1)
        return self.output(self.embedding(after)), None


class Forgetful(nn.Embedding):
    """Return logits and no state."""

    def forward(self, ids, state):
        return super().forward(ids)


def unfinished(ids, vocab_size):
    raise NotImplementedError


def with_recipe(make, steps=150):
    return lambda ids, vocab_size: (make(vocab_size), Recipe(steps=steps, lr=0.01))


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (unfinished, "Not written yet"),
        (lambda ids, vocab_size: 1 / 0, "It stops with ZeroDivisionError"),
        (lambda ids, vocab_size: exit(), "It stops with SystemExit"),
        (lambda ids, vocab_size: nn.Linear(1, 1), "Return two things"),
        (lambda ids, vocab_size: (0.1, nn.Linear(1, 1)), "Return two things"),
        (
            with_recipe(lambda V: nn.Linear(1, 1), 151),
            "has 151 steps; it should have 150",
        ),
        (with_recipe(lambda V: nn.Linear(V, 300)), "400,000 are allowed"),
        (with_recipe(lambda V: nn.Embedding(V, 9)), "It stops with TypeError"),
        (with_recipe(lambda V: Forgetful(V, 9)), "return two things: logits and"),
        (with_recipe(lambda V: Peeking(V + 1)), "the logits should be (2, 12, "),
        (with_recipe(Peeking), "looks ahead"),
        (with_recipe(PeekingLater), "looks ahead"),
    ],
)
def test_what_keeps_a_start_from_being_tried_is_told(start, part):
    assert part in checks.check_quick_start(start).hint
