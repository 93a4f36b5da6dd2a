"""Check the exercises on LSTM and GRU: probes and references (chapter 8).

The right answers are in ``lmcourse.rnn``, but for short functions below; the known
mistakes in four files of ``lmcourse.checks.mistakes`` whose names begin with gates.
Exercises with many right answers are in ``lmcourse.checks.gates_toys``. Probes are
float64, and the last ones want gradients.

Shape letters: B batch, T time, E embedding, H hidden, V vocabulary, L layers.
"""

import io
import math
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lmcourse import rnn
from lmcourse.checks.core import CheckResult, diagnose
from lmcourse.checks.mistakes import gates, gates_gru, gates_layers, gates_weights
from lmcourse.rnn import LSTMState

# --- probes ---------------------------------------------------------------------------


def _tensors(rng: np.random.Generator, *shapes, grad: bool = False) -> tuple:
    """Draw float64 tensors."""
    return tuple(
        torch.from_numpy(rng.standard_normal(shape)).requires_grad_(grad)
        for shape in shapes
    )


def _lstm_probes(rng: np.random.Generator) -> list[tuple]:
    """Draw one unit first, then more, all sizes different; the last want gradients.

    One has a single row, and one a memory that has been filled for a long time.
    """

    def some(B, E, H, grad=False, full=1.0):
        shapes = (B, E), (B, H), (B, H), (4 * H, E), (4 * H, H), (4 * H,)
        x, h, c, W, U, b = _tensors(rng, *shapes, grad=grad)
        return x, LSTMState(h, full * c), W, U, b

    return [
        some(2, 1, 1),
        some(2, 3, 5),
        some(4, 2, 3, full=30.0),
        some(1, 2, 3),
        some(3, 4, 2, True),
    ]


def _gru_probes(rng: np.random.Generator) -> list[tuple]:
    def some(B, E, H, grad=False):
        shapes = (B, E), (B, H), (3 * H, E), (3 * H, H), (3 * H,), (H,)
        return _tensors(rng, *shapes, grad=grad)

    return [
        some(2, 1, 2),
        some(2, 3, 5),
        some(4, 2, 3),
        some(1, 2, 3),
        some(3, 4, 2, True),
    ]


def _diagnose_two(
    *arguments, pairs: Callable[[], dict[str, Callable]], **options
) -> CheckResult:
    """Diagnose, and if no mistake explains the numbers, try two at once."""
    result = diagnose(*arguments, **options)
    *same, mistakes = arguments
    differ = "should be" in result.hint or "the numbers in" in result.hint
    if result.hint in mistakes or not differ:
        return result
    two = pairs()
    with redirect_stdout(io.StringIO()):  # the student's prints have been shown
        second = diagnose(*same, two, **options)
    return second if second.hint in two else result


# --- kept * ---------------------------------------------------------------------------


def kept(f: Tensor) -> Tensor:
    """Return what is left, at the end, of what was written at each time.

    Parameters
    ----------
    f : Tensor of shape (T, H)
        The forget gates of each time.

    Returns
    -------
    Tensor of shape (T, H)
        Row t is the product of the gates after t: along the memory, dc_T / dc_t.
    """
    left = [torch.ones_like(f[0])]
    for gate in f[1:].flip(0):
        left.append(left[-1] * gate)
    return torch.stack(left[::-1])


def check_kept(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``kept(f)``: products of forget gates."""

    def probes(rng):
        return [
            (torch.tensor([[0.5], [0.8], [0.9]], dtype=torch.float64),),
            *((torch.from_numpy(rng.uniform(0.3, 0.99, s)),) for s in ((4, 2), (6, 3))),
        ]

    mistakes = gates_weights.MISTAKES_KEPT
    return diagnose("kept", student, kept, probes, mistakes, seed=seed)


# --- long_memory * --------------------------------------------------------------------


def long_memory(b: Tensor, steps: int, share: float) -> Tensor:
    """Return a bias with which an LSTM at first keeps ``share`` for ``steps`` steps."""
    H, p = len(b) // 4, share ** (1 / steps)
    new = b.clone()
    new[H : 2 * H] = math.log(p / (1 - p))
    return new


def check_long_memory(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``long_memory(b, steps, share)``: the forget gate's bias."""

    def probes(rng):
        drawn = (
            (4 * H, int(rng.integers(5, 60)), rng.uniform(0.2, 0.9)) for H in (2, 3, 5)
        )
        return [
            (torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64), 2, 0.25),
            *((*_tensors(rng, n), steps, share) for n, steps, share in drawn),
        ]

    mistakes = gates_weights.MISTAKES_LONG_MEMORY
    return diagnose("long_memory", student, long_memory, probes, mistakes, seed=seed)


# --- lstm_step ** ---------------------------------------------------------------------


def check_lstm_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``lstm_step(x, state, W, U, b)``; a plain (h, c) is as good a state."""
    return _diagnose_two(
        "lstm_step",
        student,
        rnn.lstm_step,
        _lstm_probes,
        gates.MISTAKES_LSTM_STEP,
        outputs=("h", "c"),
        pairs=gates.lstm_pairs,
        seed=seed,
    )


# --- gru_step_of_the_paper **, gru_step ** --------------------------------------------


def check_gru_step_of_the_paper(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``gru_step_of_the_paper(x, h, W, U, b, c)``: Cho et al. (2014)."""
    return _diagnose_two(
        "gru_step_of_the_paper",
        student,
        rnn.gru_step_of_the_paper,
        _gru_probes,
        gates_gru.MISTAKES_GRU_STEP_OF_THE_PAPER,
        pairs=partial(gates_gru.gru_pairs, of_the_paper=True),
        seed=seed,
    )


def check_gru_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``gru_step(x, h, W, U, b, c)``: PyTorch's."""
    return _diagnose_two(
        "gru_step",
        student,
        rnn.gru_step,
        _gru_probes,
        gates_gru.MISTAKES_GRU_STEP,
        pairs=partial(gates_gru.gru_pairs, of_the_paper=False),
        seed=seed,
    )


# --- other_convention ** --------------------------------------------------------------


def other_convention(W: Tensor, U: Tensor, b: Tensor, c: Tensor) -> tuple:
    """Return the same GRU's weights for a step in which z = 1 takes the candidate."""
    sign = torch.ones_like(b)
    H = len(c)
    sign[H : 2 * H] = -1  # 1 - sigmoid(a) is sigmoid(-a)
    return sign[:, None] * W, sign[:, None] * U, sign * b, c.clone()


def check_other_convention(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``other_convention(W, U, b, c)``: the other update gate."""

    def probes(rng):
        return [
            _tensors(rng, (3 * H, E), (3 * H, H), (3 * H,), (H,))
            for E, H in ((1, 1), (3, 2), (2, 4))
        ]

    return diagnose(
        "other_convention",
        student,
        other_convention,
        probes,
        gates_weights.MISTAKES_OTHER_CONVENTION,
        outputs=("W", "U", "b", "c"),
        seed=seed,
    )


# --- from_keras ** --------------------------------------------------------------------


def from_keras(kernel: Tensor, recurrent: Tensor, bias: Tensor) -> tuple:
    """Return W, U, b, c of a Keras GRU with ``reset_after=True``.

    Parameters
    ----------
    kernel, recurrent : Tensors of shape (E, 3H), (H, 3H)
        Blocks z, r, n, side by side.
    bias : Tensor of shape (2, 3H)
        Added to x @ kernel, and to h @ recurrent.
    """
    H = len(recurrent)

    def sort(w):
        z, r, n = w.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)

    first, second = sort(bias)
    keep = torch.ones_like(first)
    keep[2 * H :] = 0
    return sort(kernel).T, sort(recurrent).T, first + keep * second, second[2 * H :]


def check_from_keras(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``from_keras(kernel, recurrent, bias)``: another library's GRU."""

    def probes(rng):
        return [
            _tensors(rng, (E, 3 * H), (H, 3 * H), (2, 3 * H))
            for E, H in ((2, 1), (3, 2), (2, 4))
        ]

    return diagnose(
        "from_keras",
        student,
        from_keras,
        probes,
        gates_weights.MISTAKES_FROM_KERAS,
        outputs=("W", "U", "b", "c"),
        seed=seed,
    )


# --- gated_parameters * ---------------------------------------------------------------


def gated_parameters(kind: str, V: int, E: int, H: int, layers: int, tied: bool) -> int:
    """Count the parameters of the recurrent language models of ``lmcourse.rnn``."""
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    reads = [E] + [H] * (layers - 1)
    inside = sum(blocks * H * (D + H + 1) + (H if kind == "gru" else 0) for D in reads)
    return V * E + inside + V + (0 if tied else V * H)


def check_gated_parameters(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``gated_parameters(kind, V, E, H, layers, tied)``: a whole number."""

    def probes(rng):
        small = [("rnn", 10, 2, 3, 1, False), ("lstm", 10, 2, 3, 1, False)]
        for kind in ("gru", "lstm", "rnn"):
            V, E, H = map(int, rng.integers([50, 5, 8], [90, 8, 20]))
            small += [(kind, V, E, H, 2, False), (kind, V, H, H, 3, True)]
        return small

    return diagnose(
        "gated_parameters",
        student,
        gated_parameters,
        probes,
        gates_weights.MISTAKES_GATED_PARAMETERS,
        seed=seed,
    )


# --- unroll_masked ** -----------------------------------------------------------------


def unroll_masked(
    step: Callable, x: Tensor, h: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor]:
    """Repeat ``h = step(x_t, h)`` over time, and hold the state at padding."""
    hidden = []
    for t in range(x.shape[1]):
        h = torch.where(mask[:, t, None], step(x[:, t], h), h)
        hidden.append(h * mask[:, t, None])
    return torch.stack(hidden, dim=1), h


def _simple(W: Tensor, U: Tensor, x: Tensor, h: Tensor) -> Tensor:
    return torch.tanh(x @ W.T + h @ U.T)


def check_unroll_masked(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``unroll_masked(step, x, h, mask)`` with padding on either side."""

    def some(rng, rows, E, H, grad=False):
        mask = torch.tensor(rows, dtype=torch.bool)
        W, U = _tensors(rng, (H, E), (H, H))
        x, h = _tensors(rng, (*mask.shape, E), (len(mask), H), grad=grad)
        return partial(_simple, W, U), x, h, mask

    def probes(rng):
        return [
            some(rng, [[1, 1, 0]], 1, 2),
            some(rng, [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]], 3, 2),
            some(rng, [[0, 0, 1, 1, 1], [1, 1, 1, 1, 0]], 2, 3),
            some(rng, [[0, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 0]], 2, 2, True),
        ]

    return diagnose(
        "unroll_masked",
        student,
        unroll_masked,
        probes,
        gates_layers.MISTAKES_UNROLL_MASKED,
        outputs=("hidden", "h"),
        seed=seed,
    )


# --- stack ** -------------------------------------------------------------------------


def stack(
    step: Callable,
    x: Tensor,
    states: list[LSTMState],
    layers: list[tuple],
    masks: list[Tensor],
    p: float,
) -> tuple[Tensor, list[LSTMState]]:
    """Stack LSTM layers, with dropout on the way up only (Zaremba et al. 2014).

    Parameters
    ----------
    step : callable
        ``step(x_t, state, W, U, b)`` returns the next (h, c).
    x : Tensor of shape (B, T, E)
    states : list of L states
    layers : list of L tuples W, U, b
    masks : list of L + 1 Tensors of shape (B, T, E) or (B, T, H)
        1 stays, 0 goes: ``masks[n]`` for what goes into layer n, the last one for what
        comes out of all of them.
    p : float
        The share that goes.

    Returns
    -------
    output : Tensor of shape (B, T, H)
    states : list of L states, whole
    """
    after = []
    for state, weights, mask in zip(states, layers, masks[:-1], strict=True):
        x, last = rnn.unroll(step, x * mask / (1 - p), state, weights)
        after.append(last)
    return x * masks[-1] / (1 - p), after


def check_stack(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``stack(step, x, states, layers, masks, p)``: layers and dropout."""

    def some(rng, B, T, E, H, L, grad=False):
        x = _tensors(rng, (B, T, E), grad=grad)[0]
        states = [LSTMState(*_tensors(rng, (B, H), (B, H))) for _ in range(L)]
        reads = [E] + [H] * (L - 1)
        layers = [_tensors(rng, (4 * H, D), (4 * H, H), (4 * H,)) for D in reads]
        masks = []
        for D in (*reads, H):  # every time and every place has some of both
            mask = rng.permuted(np.arange(B * T * D) % 3 > 0).reshape(B, T, D)
            masks.append(torch.from_numpy(mask.astype(float)))
        return rnn.lstm_step, x, states, layers, masks, rng.uniform(0.15, 0.35)

    def probes(rng):
        return [
            some(rng, 1, 2, 3, 2, 1),
            some(rng, 2, 3, 2, 3, 2),
            some(rng, 3, 2, 4, 2, 3, True),
        ]

    mistakes = gates_layers.MISTAKES_STACK
    result = diagnose(
        "stack",
        student,
        stack,
        probes,
        mistakes,
        outputs=("output", "states"),
        seed=seed,
    )
    if not (result.passed or result.hint in mistakes) and _draws(student, probes):
        return CheckResult(
            "stack",
            "Called again with the same arguments it answers differently: draw nothing "
            "at random here, no dropout(...), and use the masks that are given.",
        )
    return result


def _draws(student: Callable, probes: Callable) -> bool:
    """Tell whether two calls with the same arguments give two outputs."""
    try:
        with redirect_stdout(io.StringIO()):
            first, second = (
                student(*probes(np.random.default_rng(0))[1])[0] for _ in range(2)
            )
        return bool((first != second).any())
    except (Exception, SystemExit):
        return False


# --- both_ways ** ---------------------------------------------------------------------


def both_ways(ahead: Callable, back: Callable, x: Tensor, lengths: list[int]) -> Tensor:
    """Read each text in both directions, and none of its padding.

    Parameters
    ----------
    ahead, back : callable
        Read (B, T, E) from left to right, and return (B, T, H).
    x : Tensor of shape (B, T, E)
    lengths : list of B int
        Row i has ``lengths[i]`` tokens, then padding.

    Returns
    -------
    Tensor of shape (B, T, 2H)
        Zero at padding.
    """
    rows = []
    for row, n in zip(x, lengths, strict=True):
        text = row[None, :n]
        both = torch.cat([ahead(text), back(text.flip(1)).flip(1)], dim=2)
        padding = both.new_zeros(1, x.shape[1] - n, both.shape[2])
        rows.append(torch.cat([both, padding], dim=1))
    return torch.cat(rows)


def _read(W: Tensor, U: Tensor, b: Tensor, x: Tensor) -> Tensor:
    h = b.expand(len(x), -1)  # not zeros, which reading zeros would leave as they are
    return unroll_masked(partial(_simple, W, U), x, h, torch.ones(x.shape[:2]) > 0)[0]


def check_both_ways(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``both_ways(ahead, back, x, lengths)``: two directions, and padding."""

    def some(rng, T, E, H, lengths, grad=False):
        readers = [
            partial(_read, *_tensors(rng, (H, E), (H, H), (H,))) for _ in range(2)
        ]
        return *readers, *_tensors(rng, (len(lengths), T, E), grad=grad), lengths

    def probes(rng):
        return [
            some(rng, 3, 2, 1, [2]),
            some(rng, 4, 3, 2, [4, 2, 3]),
            some(rng, 6, 2, 3, [1, 6, 4, 3], True),
        ]

    return diagnose(
        "both_ways",
        student,
        both_ways,
        probes,
        gates_layers.MISTAKES_BOTH_WAYS,
        seed=seed,
    )
