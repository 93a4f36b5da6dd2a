"""Check the exercises on neural language models: probes and references (chapter 6).

The right answers are in ``lmcourse.neural_lm`` and ``lmcourse.training`` or, where the
course leaves the work to PyTorch, written out below; the known mistakes are in
``lmcourse.checks.mistakes``. Probes are float64, and Tensors want gradients where an
answer must hand them on.

Shape letters: B batch, T time, N rows, V vocabulary, E embedding, H hidden,
D and C channels in and out, K width of a convolution.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lmcourse import neural_lm, training, zoo
from lmcourse.checks.core import CheckResult, diagnose, diagnose_in_stages, stopped
from lmcourse.checks.mistakes import neural_lm as models
from lmcourse.checks.mistakes import neural_loss as losses
from lmcourse.checks.mistakes import neural_steps as steps
from lmcourse.checks.mistakes.neural_adamw import ADAMW_STEP
from lmcourse.training import Recipe

# --- probes ---------------------------------------------------------------------------


def _tensors(rng: np.random.Generator, *shapes, scale=1.0, grad=True) -> tuple:
    """Draw float64 Tensors."""
    return tuple(
        torch.from_numpy(np.array(scale * rng.standard_normal(s))).requires_grad_(grad)
        for s in shapes
    )


def _ids(rng: np.random.Generator, V: int, size: int) -> Tensor:
    """Draw ids from 2 on, no two alike: 0 and 1 have a meaning of their own."""
    return torch.from_numpy(2 + rng.permutation(V)[:size])


# --- 1  context_windows * -------------------------------------------------------------


def context_windows(ids: Tensor, size: int, start: int) -> Tensor:
    """Return the ``size`` tokens before each token, the latest first.

    Parameters
    ----------
    ids : int64 Tensor of shape (T,)
        One text.
    size : int
    start : int
        Id that stands before the beginning, as often as needed.

    Returns
    -------
    int64 Tensor of shape (T, size)
    """
    seen = torch.cat([ids.new_full((size,), start), ids[:-1]])  # (size - 1 + T,)
    return seen.unfold(0, size, 1).flip(1)


def check_context_windows(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``context_windows(ids, size, start)``: a row for each token."""
    return diagnose(
        "context_windows",
        student,
        context_windows,
        lambda rng: [
            (torch.tensor([5, 7, 9]), 2, 1),
            (torch.tensor([4, 8, 6, 9, 5]), 3, 1),
            (_ids(rng, 20, 9), 4, 1),
            (_ids(rng, 20, 7) + 4, 2, 5),
            (_ids(rng, 20, 6), 1, 1),
            (_ids(rng, 20, 2), 5, 1),
            (_ids(rng, 20, 1), 3, 1),
        ],
        models.CONTEXT_WINDOWS,
        seed=seed,
    )


# --- 2  bengio_scores ** --------------------------------------------------------------


def _bengio_probes(rng: np.random.Generator) -> list[tuple]:
    """One vector, then batches; without W and with it; and all sizes alike."""

    def some(*batch, width, H, V, direct):
        shapes = (*batch, width), (H, width), (H,), (V, H), (V,)
        W = _tensors(rng, (V, width))[0] if direct else None
        return (*_tensors(rng, *shapes), W)

    by_hand = ([2.0, 1.0], [[1.0, -1.0]], [0.5], [[1.0], [2.0], [0.0]], [0.0, 0.0, 3.0])
    return [
        (*(torch.tensor(part, dtype=torch.float64) for part in by_hand), None),
        some(width=4, H=3, V=5, direct=False),
        some(6, width=4, H=3, V=5, direct=True),
        some(2, 3, width=6, H=4, V=5, direct=False),
        some(2, 3, width=6, H=4, V=5, direct=True),
        some(3, width=3, H=3, V=3, direct=True),
        some(3, width=3, H=3, V=3, direct=False),
    ]


def check_bengio_scores(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``bengio_scores(x, H, d, U, b, W)``: equation (1) of the paper."""
    return diagnose(
        "bengio_scores",
        student,
        neural_lm.bengio_scores,
        _bengio_probes,
        models.BENGIO_SCORES,
        seed=seed,
    )


# --- 3  parameter_count * -------------------------------------------------------------


def parameter_count(
    vocab_size: int, order: int, embed_dim: int, hidden_dim: int, direct: bool
) -> int:
    """Count what a ``BengioLanguageModel`` learns, direct connections or not."""
    width = (order - 1) * embed_dim
    network = hidden_dim * width + hidden_dim + vocab_size * hidden_dim + vocab_size
    return vocab_size * embed_dim + network + direct * vocab_size * width


def check_parameter_count(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``parameter_count(vocab_size, order, embed_dim, hidden_dim, direct)``."""

    def probes(rng):
        drawn = [(*rng.integers(3, 60, 4).tolist(), n % 2 == 0) for n in range(4)]
        return [(10, 3, 2, 4, False), (10, 3, 2, 4, True), (7, 2, 3, 5, False), *drawn]

    return diagnose(
        "parameter_count",
        student,
        parameter_count,
        probes,
        models.PARAMETER_COUNT,
        seed=seed,
    )


# --- 4  cross_entropy ** --------------------------------------------------------------


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean of -log softmax at the targets, in nats.

    Parameters
    ----------
    logits : Tensor of shape (N, V)
    targets : int64 Tensor of shape (N,)

    Returns
    -------
    Tensor of shape ()
    """
    most = logits.amax(dim=1, keepdim=True)
    total = (logits - most).exp().sum(dim=1).log() + most.squeeze(1)
    return (total - logits.gather(1, targets[:, None]).squeeze(1)).mean()


def _logit_probes(rng: np.random.Generator, grad: bool = True) -> list[tuple]:
    by_hand = torch.tensor([[0.0, 1.0, 2.0], [3.0, 0.0, 0.0]], dtype=torch.float64)
    probes = [(by_hand.requires_grad_(grad), torch.tensor([2, 1]))]
    for N, V in ((1, 4), (3, 5), (7, 4), (4, 4), (6, 9)):
        (logits,) = _tensors(rng, (N, V), scale=2.0, grad=grad)
        probes.append((logits, torch.from_numpy(rng.integers(0, V, N))))
    return probes


def _steep_logits(rng: np.random.Generator, grad: bool = True) -> list[tuple]:
    """Draw rows that overflow, underflow, and lie far apart; and one long peak."""
    (logits, peak) = _tensors(rng, (4, 5), (2, 4), scale=3.0, grad=False)
    logits += torch.tensor([[1000.0], [-1000.0], [0.0], [800.0]])
    logits[2, 3] = -900.0  # all but impossible, and then it happens
    peak[0, 2] = 2000.0
    return [
        (logits.requires_grad_(grad), torch.tensor([1, 4, 3, 0])),
        (peak.requires_grad_(grad), torch.tensor([2, 0])),
    ]


def check_cross_entropy(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``cross_entropy(logits, targets)``: nats, large logits included."""
    return diagnose_in_stages(
        "cross_entropy",
        student,
        cross_entropy,
        lambda rng: _logit_probes(rng, grad=False),
        losses.CROSS_ENTROPY,
        special=lambda rng: [*_steep_logits(rng), *_logit_probes(rng)],
        seed=seed,
    )


# --- 5  cross_entropy_gradient ** -----------------------------------------------------


def cross_entropy_gradient(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the derivative of ``cross_entropy`` by the logits, (N, V)."""
    right = functional.one_hot(targets, logits.shape[1])
    return (logits.softmax(dim=1) - right) / len(logits)


def check_cross_entropy_gradient(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``cross_entropy_gradient(logits, targets)``, derived by hand."""
    return diagnose_in_stages(
        "cross_entropy_gradient",
        student,
        cross_entropy_gradient,
        lambda rng: _logit_probes(rng, grad=False),
        losses.CROSS_ENTROPY_GRADIENT,
        special=lambda rng: _steep_logits(rng, grad=False),
        seed=seed,
    )


# --- 6  causal_conv ** ----------------------------------------------------------------


def causal_conv(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Convolve over the present and the past, nothing before the beginning.

    Parameters
    ----------
    x : Tensor of shape (B, D, T)
    w : Tensor of shape (C, D, K)
        ``w[:, :, K - 1]`` meets the present.
    b : Tensor of shape (C,)

    Returns
    -------
    Tensor of shape (B, C, T)
    """
    return functional.conv1d(functional.pad(x, (w.shape[2] - 1, 0)), w, b)


def check_causal_conv(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``causal_conv(x, w, b)``, as ``torch.nn.Conv1d`` on padded columns."""

    def probes(rng):
        by_hand = [[[1.0, 2.0, 3.0, 4.0]]], [[[10.0, 1.0]]], [0.0]
        sizes = (1, 1, 5, 1, 3), (2, 3, 6, 2, 3), (2, 3, 5, 3, 3), (1, 2, 2, 3, 4)
        return [
            tuple(torch.tensor(part, dtype=torch.float64) for part in by_hand),
            *(
                _tensors(rng, (B, D, T), (C, D, K), (C,))
                for B, D, T, C, K in (*sizes, (2, 2, 7, 3, 2), (3, 2, 4, 2, 1))
            ),
        ]

    return diagnose(
        "causal_conv", student, causal_conv, probes, models.CAUSAL_CONV, seed=seed
    )


# --- 7  receptive_field * -------------------------------------------------------------


def receptive_field(width: int, dilations: Sequence[int]) -> int:
    """Return how many tokens one output of stacked causal convolutions depends on."""
    return 1 + (width - 1) * sum(dilations)


def check_receptive_field(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``receptive_field(width, dilations)``: tokens, the present included."""
    return diagnose(
        "receptive_field",
        student,
        receptive_field,
        lambda rng: [
            (2, [1]),
            (3, [1, 1]),
            (2, [1, 2, 4, 8]),
            (3, [1, 3]),
            (3, [4, 1, 2]),
            *(
                (int(rng.integers(3, 6)), rng.integers(2, 9, n).tolist())
                for n in (2, 3, 4)
            ),
        ],
        models.RECEPTIVE_FIELD,
        seed=seed,
    )


# --- 8  learning_rate * ---------------------------------------------------------------


def learning_rate(step: int, steps: int, warmup: int, lr: float, final: float) -> float:
    """Return the rate of ``training.learning_rate``."""
    return training.learning_rate(
        step, Recipe(steps=steps, lr=lr, warmup=warmup, final=final)
    )


def check_learning_rate(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``learning_rate(step, steps, warmup, lr, final)``: warm-up, then cosine."""

    def probes(rng):
        drawn = []
        for warmup in (3, 8, 20):
            steps = int(rng.integers(40, 90))
            lr, final = rng.uniform([0.5, 0.05], [3.0, 0.4]).tolist()
            for step in (0, warmup - 1, warmup, (warmup + steps) // 2, steps - 1):
                drawn.append((step, steps, warmup, lr, final))
        return [(1, 100, 4, 2.0, 0.0), (52, 100, 4, 2.0, 0.0), *drawn]

    def special(_):  # no warm-up, no descent
        return [(0, 10, 0, 2.0, 0.1), (5, 10, 0, 2.0, 0.1), (7, 10, 2, 2.0, 1.0)]

    return diagnose_in_stages(
        "learning_rate",
        student,
        learning_rate,
        probes,
        steps.LEARNING_RATE,
        special=special,
        seed=seed,
    )


# --- 9  clip_by_norm ** ---------------------------------------------------------------


def clip_by_norm(gradients: Sequence[Tensor], most: float) -> list[Tensor]:
    """Shorten all gradients together so that their common length is at most ``most``.

    Parameters
    ----------
    gradients : list of Tensor
        Of any shapes.
    most : float

    Returns
    -------
    list of Tensor
    """
    norm = math.sqrt(sum(g.square().sum().item() for g in gradients))
    return [g * (most / norm) if norm > most else g.clone() for g in gradients]


def check_clip_by_norm(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``clip_by_norm(gradients, most)``: one length for all together."""

    def some(rng, *shapes, length):
        drawn = _tensors(rng, *shapes, grad=False)
        norm = torch.cat([g.flatten() for g in drawn]).norm()
        return [g * (length / norm) for g in drawn]

    def probes(rng):
        by_hand = [torch.tensor([3.0, 0.0]), torch.tensor([[4.0]])]
        return [
            ([g.double() for g in by_hand], 1.0),
            ([g.double() for g in by_hand], 4.5),  # each is short enough by itself
            ([g.double() for g in by_hand], 10.0),
            (some(rng, (2, 3), (4,), (), length=7.0), rng.uniform(0.5, 2)),
            (some(rng, (5,), (3, 2), (2, 2, 2), length=3.0), rng.uniform(2.6, 2.9)),
            (some(rng, (3,), (3, 3), length=0.2), rng.uniform(0.3, 0.6)),
            (some(rng, (6,), length=40.0), 0.25),
        ]

    return diagnose_in_stages(
        "clip_by_norm",
        student,
        clip_by_norm,
        probes,
        steps.CLIP_BY_NORM,
        special=lambda _: [([torch.zeros(2).double(), torch.zeros(1).double()], 1.0)],
        seed=seed,
    )


# --- 10  adamw_step ** ----------------------------------------------------------------


def adamw_step(
    theta: Tensor,
    m: Tensor,
    v: Tensor,
    gradient: Tensor,
    step: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Take one step of AdamW, as ``torch.optim.AdamW`` does.

    Parameters
    ----------
    theta, m, v, gradient : Tensors of one shape
        Parameters, running means of the gradient and of its square, and the gradient.
    step : int
        1 for the first step.
    lr, beta1, beta2, eps, weight_decay : float

    Returns
    -------
    theta, m, v : Tensors
    """
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient.square()
    mean, square = m / (1 - beta1**step), v / (1 - beta2**step)
    theta = theta - lr * weight_decay * theta
    return theta - lr * mean / (square.sqrt() + eps), m, v


def check_adamw_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``adamw_step(...)``: parameters and both running means."""

    def probes(rng):
        by_hand = [torch.tensor([z], dtype=torch.float64) for z in (1.0, 0.0, 0.0, 2.0)]
        found = [(*by_hand, 1, 0.5, 0.5, 0.75, 0.5, 0.1)]
        for step, shape in ((1, (3,)), (2, (2, 3)), (7, (4,)), (40, (2, 2))):
            theta, m, gradient, v = _tensors(rng, *4 * [shape], grad=False)
            low, high = [0.05, 0.6, 0.9, 0.05, 0.1], [0.5, 0.8, 0.99, 0.3, 0.9]
            if step == 1:
                m, v = 0 * m, 0 * v
            rates = rng.uniform(low, high).tolist()
            found.append((theta, m, v.square(), gradient, step, *rates))
        return found

    return diagnose(
        "adamw_step",
        student,
        adamw_step,
        probes,
        ADAMW_STEP,
        outputs=("theta", "m", "v"),
        seed=seed,
    )


# --- 11  accumulate ** ----------------------------------------------------------------


def accumulate(gradients: Sequence[Tensor], tokens: Sequence[int]) -> Tensor:
    """Return the gradient of the mean loss over all tokens of several parts.

    Parameters
    ----------
    gradients : list of Tensor
        For each part, the gradient of the mean loss over its own tokens.
    tokens : list of int
        How many tokens each part has.

    Returns
    -------
    Tensor
    """
    weighted = [g * n for g, n in zip(gradients, tokens, strict=True)]
    return torch.stack(weighted).sum(dim=0) / sum(tokens)


def check_accumulate(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``accumulate(gradients, tokens)``: parts of different sizes."""

    def probes(rng):
        by_hand = [torch.tensor([1.0, 0.0]), torch.tensor([5.0, 4.0])]
        return [
            ([g.double() for g in by_hand], [3, 1]),
            *(
                (
                    list(_tensors(rng, *len(tokens) * [shape], grad=False)),
                    rng.permutation(tokens).tolist(),
                )
                for shape, tokens in (
                    ((3,), [5, 2, 9]),
                    ((2, 2), [32, 32, 7, 1]),
                    ((2, 3), [8, 8]),
                    ((4,), [6, 13, 4, 2, 30]),
                )
            ),
        ]

    return diagnose(
        "accumulate", student, accumulate, probes, losses.ACCUMULATE, seed=seed
    )


# --- 12  stop_at ** -------------------------------------------------------------------


def stop_at(valid: Sequence[float], patience: int) -> tuple[int, int]:
    """Return after how many looks training stops, and which of them was best.

    Parameters
    ----------
    valid : list of float
        What each look would show if training went on.
    patience : int
        Training stops when so many looks in a row were not better than the best.

    Returns
    -------
    looks, best : int
        ``best`` counts from 0.
    """
    best = 0
    for look, value in enumerate(valid):
        if look == 0 or value < valid[best]:
            best = look
        elif look - best == patience:
            return look + 1, best
    return len(valid), best


def check_stop_at(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``stop_at(valid, patience)``: looks taken, and the best of them."""

    def curve(rng, length):
        """Fall, then rise, with noise: nobody knows where it stops."""
        t = np.arange(length)
        noisy = 3 + 0.02 * (t - length / 2) ** 2 + 0.4 * rng.standard_normal(length)
        return np.round(noisy, 2).tolist()

    def probes(rng):
        drawn = [(curve(rng, 14), patience) for patience in (1, 2, 3, 4) * 3]
        return [
            ([5.0, 4.0, 4.5, 4.2, 3.0], 2),
            ([5.0, 4.0, 4.5, 3.5, 3.6, 3.4, 3.7, 3.8, 3.9, 1.0], 3),
            ([3.0, 2.0, 1.0], 1),
            ([2.0, 3.0, 2.5, 1.0], 3),
            *drawn,
        ]

    def special(_):
        return [([4.0, 3.0, 3.5, 3.0, 3.2, 3.1], 3), ([2.0], 1), ([1.0, 2.0], 1)]

    return diagnose_in_stages(
        "stop_at",
        student,
        stop_at,
        probes,
        steps.STOP_AT,
        special=special,
        outputs=("looks", "best"),
        seed=seed,
    )


# --- 13  quick_start *** --------------------------------------------------------------

_STEPS, _SIZE = 150, 400_000
_ROWS, _TOKENS = 16, 32  # of a batch
_IDS = torch.arange(24).reshape(2, 12)  # to be read in a test
_BAR = 4.05  # bits; the lesson's recipe, cut to so few steps, stays far above


def check_quick_start(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``quick_start(ids, vocab_size)``: 150 steps, and below the bar.

    Prints the bits per token of the validation text. ``seed`` decides what is drawn.
    """
    text = zoo.corpus()
    hint, bits = "", math.inf
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        try:
            answer = student(text.train.clone(), len(text.vocab))
            hint = _plan_hint(answer, len(text.vocab))
            if not hint:
                model, recipe = answer
                training.train(model, text.batches(_ROWS, _TOKENS), recipe)
                hint = _ahead_hint(model)  # weights of 0 hid it
                bits = zoo.valid_bits(model)
        except (Exception, SystemExit) as error:
            hint = stopped(error)
    if not hint:
        print(f"{bits:.2f} bits per token after {_STEPS} steps; the bar is {_BAR}")
        if not bits <= _BAR:
            hint = (
                f"It learns, but {bits:.2f} bits are above {_BAR}. What does the model "
                "know before the first step, and what could it know from counting? How "
                "far can a step go before training breaks? And how large should the "
                "embeddings be: what becomes of tanh if they are huge, and what of "
                "the words if they are tiny?"
            )
    return CheckResult("quick_start", hint)


def _plan_hint(answer: object, V: int) -> str:
    """Say what keeps a model and its recipe from being trained."""
    pair = tuple(answer) if isinstance(answer, tuple | list) else ()
    kinds = [isinstance(*both) for both in zip(pair, (nn.Module, Recipe), strict=False)]
    if kinds != [True, True] or len(pair) != 2:
        return "Return two things: the model (a torch.nn.Module) and its Recipe."
    model, recipe = pair
    if recipe.steps != _STEPS:
        return f"The recipe has {recipe.steps} steps; it should have {_STEPS}."
    size = sum(p.numel() for p in model.parameters())
    if size > _SIZE:
        return f"The model has {size:,} parameters: {_SIZE:,} are allowed."
    model.eval()
    with torch.no_grad():
        found = model(_IDS, None)
    if not isinstance(found, tuple | list) or len(found) != 2:
        return "The model should return two things: logits and a state (or None)."
    if tuple(found[0].shape) != (2, 12, V):
        return (
            f"For ids (2, 12) the logits should be (2, 12, {V}), but they are "
            f"{tuple(found[0].shape)}."
        )
    return _ahead_hint(model)


def _ahead_hint(model: nn.Module) -> str:
    """Say so if a change of later tokens moves earlier scores."""
    other = _IDS.clone()
    other[:, 7:] += 1
    model.eval()
    with torch.no_grad():
        scores, changed = (model(ids, None)[0] for ids in (_IDS, other))
    if not torch.allclose(scores[:, :7], changed[:, :7], atol=1e-5):
        return (
            "The model looks ahead: when only the tokens from place 7 on change, so do "
            "scores before. It would learn to copy, and know nothing when it writes."
        )
    return ""
