"""Check the exercises on recurrent networks: probes and references (chapter 7).

The right answers are in ``lmcourse.rnn`` and ``lmcourse.rnn.by_hand``, but for two
short functions below, and the known mistakes in ``lmcourse.checks.mistakes``. Probes
are float64, and Tensors want gradients where an answer must hand them on.

Shape letters: B batch, T time, E embedding, H hidden, V vocabulary.
"""

import functools
import itertools
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from lmcourse import decoding, rnn
from lmcourse.batches import Batch, ContiguousBatches
from lmcourse.checks.compare import kind_of, shown
from lmcourse.checks.core import CheckResult, diagnose, stopped
from lmcourse.checks.mistakes import rnn as steps
from lmcourse.checks.mistakes import rnn_back as back
from lmcourse.checks.mistakes import rnn_text as texts
from lmcourse.rnn import by_hand
from lmcourse.training import detach


def _tensors(rng: np.random.Generator, *shapes, scale=0.8, grad=True) -> tuple:
    """Draw float64 Tensors."""
    return tuple(
        torch.from_numpy(scale * rng.standard_normal(shape)).requires_grad_(grad)
        for shape in shapes
    )


def _exact(*values) -> tuple:
    """Make float64 Tensors of numbers that a hint can show."""
    return tuple(torch.tensor(value, dtype=torch.float64) for value in values)


# --- 1  rnn_step * --------------------------------------------------------------------


def check_rnn_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``rnn_step(x, h, W, U, b)``: the new state."""
    return diagnose(
        "rnn_step",
        student,
        rnn.rnn_step,
        lambda rng: [
            _exact([[1.0]], [[0.5]], [[0.3]], [[0.8]], [0.1]),
            *(
                _tensors(rng, (B, E), (B, H), (H, E), (H, H), (H,))
                for B, E, H in ((2, 3, 4), (3, 4, 4), (4, 4, 4), (1, 2, 2))
            ),
        ],
        steps.MISTAKES_RNN_STEP,
        seed=seed,
    )


# --- 2  rnn_forward ** ----------------------------------------------------------------


def check_rnn_forward(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``rnn_forward(x, h0, W, U, b)``: (hidden, last)."""
    return diagnose(
        "rnn_forward",
        student,
        by_hand.rnn_forward,
        lambda rng: [
            _exact([[[1.0], [0.0]]], [[0.5]], [[0.3]], [[0.8]], [0.1]),
            *(
                _tensors(rng, (B, T, E), (B, H), (H, E), (H, H), (H,))
                for B, T, E, H in (
                    (2, 3, 4, 5),
                    (3, 3, 3, 3),
                    (1, 4, 2, 3),
                    (2, 1, 2, 2),
                )
            ),
        ],
        steps.MISTAKES_RNN_FORWARD,
        outputs=("hidden", "last"),
        seed=seed,
    )


# --- 3  step_back ** ------------------------------------------------------------------


def step_back(
    x: Tensor, h: Tensor, new: Tensor, U: Tensor, dnew: Tensor
) -> tuple[Tensor, ...]:
    """Return (dW, dU, db, dh) of ``by_hand.step_gradients``."""
    unused = U.new_zeros(len(U), x.shape[1])
    return by_hand.step_gradients(x, h, new, unused, U, dnew)[:4]


def check_step_back(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``step_back(x, h, new, U, dnew)``: (dW, dU, db, dh)."""

    def probes(rng):
        yield _exact([[2.0]], [[0.5]], [[-0.5]], [[0.8]], [[1.0]])
        for B, E, H in ((1, 2, 2), (3, 2, 4), (2, 3, 3), (4, 4, 4)):
            x, h, a, U, dnew = _tensors(
                rng, (B, E), (B, H), (B, H), (H, H), (B, H), grad=False
            )
            yield x, h.tanh(), a.tanh(), U, dnew

    return diagnose(
        "step_back",
        student,
        step_back,
        lambda rng: [*probes(rng)],
        back.MISTAKES_STEP_BACK,
        outputs=("dW", "dU", "db", "dh"),
        seed=seed,
    )


# --- 4  rnn_gradients ** --------------------------------------------------------------


def rnn_gradients(
    x: Tensor, h0: Tensor, W: Tensor, U: Tensor, b: Tensor, dh: Tensor
) -> tuple[Tensor, ...]:
    """Return (dW, dU, db, dh0) of ``by_hand.rnn_gradients``."""
    return by_hand.rnn_gradients(x, h0, W, U, b, dh)[:4]


def check_rnn_gradients(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``rnn_gradients(x, h0, W, U, b, dh)``: (dW, dU, db, dh0)."""

    def probes(rng):
        for B, T, E, H in ((1, 3, 1, 1), (2, 3, 3, 4), (3, 4, 3, 3), (2, 1, 2, 2)):
            *rest, dh = _tensors(
                rng, (B, T, E), (B, H), (H, E), (H, H), (H,), (B, T, H), grad=False
            )
            yield *rest, dh * (50 if T == 4 else 1)  # a loss may say a lot

    return diagnose(
        "rnn_gradients",
        student,
        rnn_gradients,
        lambda rng: [*probes(rng)],
        back.MISTAKES_RNN_GRADIENTS,
        outputs=("dW", "dU", "db", "dh0"),
        seed=seed,
    )


# --- 5  gradient_lengths ** -----------------------------------------------------------


def check_gradient_lengths(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``gradient_lengths(hidden, U, dlast)``: T lengths."""

    def probes(rng):
        yield _exact([[0.0, 0.0], [0.0, 0.5]], [[0.0, 2.0], [1.0, 0.0]], [3.0, 4.0])
        for T, H in ((4, 3), (3, 3), (6, 2), (1, 3)):
            a, U, d = _tensors(rng, (T, H), (H, H), (H,), grad=False)
            yield a.tanh(), U, d

    return diagnose(
        "gradient_lengths",
        student,
        by_hand.gradient_lengths,
        lambda rng: [*probes(rng)],
        back.MISTAKES_GRADIENT_LENGTHS,
        seed=seed,
    )


# --- 6  reach * -----------------------------------------------------------------------


def check_reach(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``reach(U, share)``: a number of steps, or infinity."""

    def probes(rng):
        yield *_exact([[0.0, 0.5], [0.1, 0.0]]), 0.1
        yield *_exact([[0.9, 0.0], [0.0, 0.3]]), 0.01
        yield *_exact([[0.0, 1.0], [1.0, 0.0]]), 0.5
        for H, s, share in (
            (3, 0.8, 0.1),
            (4, 0.95, 0.02),
            (3, 1.3, 0.1),
            (2, 0.6, 0.3),
        ):
            (U,) = _tensors(rng, (H, H), grad=False)
            U[0, -1] += 2  # far from symmetric: eigenvalues say little
            yield (
                U * (s * rng.uniform(0.97, 1.0) / torch.linalg.matrix_norm(U, 2)),
                share,
            )

    return diagnose(
        "reach",
        student,
        by_hand.reach,
        lambda rng: [*probes(rng)],
        back.MISTAKES_REACH,
        seed=seed,
    )


# --- 7  contiguous_batches ** ---------------------------------------------------------


def contiguous_batches(ids: Tensor, B: int, T: int) -> list[tuple[Tensor, Tensor]]:
    """Return one pass over ``batches.ContiguousBatches`` as a list of pairs."""
    batches = ContiguousBatches(ids, B, T)
    return [batches[k][:2] for k in range(len(batches))]


def check_contiguous_batches(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``contiguous_batches(ids, B, T)``: a list of (inputs, targets)."""
    return diagnose(
        "contiguous_batches",
        student,
        contiguous_batches,
        lambda rng: [
            (torch.arange(10, 23), 2, 3),
            (torch.arange(40), 3, 4),  # each token a number of its own
            *(
                (torch.from_numpy(rng.permutation(N)), B, T)
                for N, B, T in ((31, 3, 5), (28, 4, 2), (27, 5, 5), (24, 3, 3))
            ),
        ],
        texts.MISTAKES_CONTIGUOUS_BATCHES,
        seed=seed,
    )


# --- 8  read_in_stretches ** ----------------------------------------------------------


def read_in_stretches(model: nn.Module, batches: list[Batch]) -> list[float]:
    """Read batches one after the other, the state carried and detached.

    Gradients are left in the parameters; the losses are returned, in nats per token.
    """
    state, losses = None, []
    for batch in batches:
        logits, state = model(batch.inputs, None if batch.first else state)
        loss = cross_entropy(logits.flatten(0, 1), batch.targets.flatten())
        loss.backward()
        losses.append(loss.item())
        state = detach(state)
    return losses


def check_read_in_stretches(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``read_in_stretches(model, batches)``: losses, and gradients left."""

    def probes(rng):
        for layers, firsts in ((1, [1]), (1, [1, 0]), (2, [1, 0, 0, 1])):
            torch.manual_seed(int(rng.integers(2**31)))
            model = rnn.RNNLanguageModel(7, 3, 4, num_layers=layers).double()
            ids = torch.from_numpy(rng.integers(0, 7, (len(firsts), 2, 4)))
            yield (
                model,
                [
                    Batch(text[:, :-1], text[:, 1:], bool(first))
                    for text, first in zip(ids, firsts, strict=True)
                ],
            )

    return diagnose(
        "read_in_stretches",
        _with_gradients(student) if callable(student) else student,
        _with_gradients(read_in_stretches),
        lambda rng: [*probes(rng)],
        {h: _with_gradients(m) for h, m in texts.MISTAKES_READ_IN_STRETCHES.items()},
        outputs=("losses", "gradients", "weights"),
        seed=seed,
    )


def _with_gradients(function: Callable) -> Callable:
    """Return what is left in the model as well: gradients, and the weights."""

    @functools.wraps(function)
    def watched(model, batches):
        with torch.random.fork_rng(devices=[]):
            losses = function(model, batches)
        if kind_of(losses) in ("other", "None"):
            return losses
        named = dict(model.named_parameters())
        grads = {n: None if p.grad is None else p.grad for n, p in named.items()}
        return losses, grads, {n: p.detach() for n, p in named.items()}

    return watched


# --- 9  write ** ----------------------------------------------------------------------


def check_write(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``write(next_logits, prompt, choose, max_tokens, stop)``: new tokens."""

    def likeliest(logits):
        return int(logits.argmax())

    def moody():
        turns = itertools.cycle((3, 4, 6))  # logits, unlike probabilities, sum below 0
        return lambda a: int(np.argsort(a)[next(turns) + (a.sum() > 0)])

    def probes(rng):
        a, b, c, d, e = rng.integers(2**31, size=5).tolist()
        yield _Reader(a), [1, 4], likeliest, 3, None
        yield _Reader(b), [1], likeliest, 4, 1
        yield _Reader(c, end=8), [1, 3, 5], likeliest, 9, 1
        yield _Reader(d), [1, 2, 6, 2], moody(), 5, None
        yield _Reader(e, stop=0, end=6), [0, 7, 7, 3], likeliest, 4, 0

    return diagnose(
        "write",
        _watched(student) if callable(student) else student,
        _watched(decoding.write),
        lambda rng: [*probes(rng)],
        {hint: _watched(wrong) for hint, wrong in texts.MISTAKES_WRITE.items()},
        outputs=("the list of new tokens", "the list of all that the model read"),
        seed=seed,
    )


class _Reader:
    """A model whose state is all that it has read, and whose taste is odd but fixed.

    ``stop`` is the likeliest when ``end`` tokens have been read, and never before. No
    token is liked twice running.
    """

    def __init__(self, taste: int, stop: int = 1, end: int | None = None):
        self.taste, self.stop, self.end, self.asked = taste, stop, end, 0

    def __call__(self, ids, state):
        self.asked += 1
        if self.asked > 50:
            raise RuntimeError("asked more than 50 times: does writing ever end?")
        history = (*(state or ()), *map(int, ids))
        logits = np.random.default_rng([self.taste, *history]).normal(size=9)
        logits[history[-1]] = -9.0
        logits[self.stop] = 9.0 if len(history) == self.end else -9.5
        return logits, history


def _watched(function: Callable) -> Callable:
    """Return what the model was given to read as well, in one list.

    To have the very last token read, though nothing is asked after it, is forgiven.
    """

    @functools.wraps(function)
    def watched(next_logits, prompt, choose, max_tokens, stop):
        read = []

        def listen(ids, state):
            read.extend(map(int, ids))
            return next_logits(ids, state)

        written = function(listen, prompt, choose, max_tokens, stop)
        if kind_of(written) in ("other", "None"):
            return written
        return written, read[: len(prompt) + max_tokens - 1] + read[
            len(prompt) + max_tokens :
        ]

    return watched


# --- 10  memory_layer *** -------------------------------------------------------------

SYMBOLS, NOISE = 4, 4  # what may come first, and what may come between
DELAY, STEPS, HIDDEN, BAR = 60, 300, 32, 0.8


def recall(
    make: Callable[[int, int], nn.Module], seed: int = 0, delay: int = DELAY
) -> float:
    """Train a layer to recall a text's first token, and return how often it does.

    A text is one of four symbols and then ``delay`` tokens of noise; after the last of
    them a readout must name the symbol. Chance is 1/4.

    Parameters
    ----------
    make : callable
        ``make(input_dim, hidden_dim)`` returns a `RecurrentLayer`.
    seed : int
    delay : int

    Returns
    -------
    float
        The share of 500 new texts whose first token is recalled.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = make(SYMBOLS + NOISE, HIDDEN)
        readout = nn.Linear(HIDDEN, SYMBOLS)
    draw = torch.Generator().manual_seed(seed + 1000)
    parameters = [*layer.parameters(), *readout.parameters()]
    adam = torch.optim.Adam(parameters, lr=0.003)
    for _ in range(STEPS):
        x, first = _texts(32, delay, draw)
        loss = cross_entropy(readout(layer(x)[0][:, -1]), first)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
    with torch.no_grad():
        x, first = _texts(500, delay, draw)
        _, state = layer(x[:, : delay // 2])  # all that it knows must fit into this
        hidden, _ = layer(x[:, delay // 2 :], state)
        guess = readout(hidden[:, -1]).argmax(dim=1)
    return (guess == first).float().mean().item()


def _texts(B: int, delay: int, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw texts as one-hot rows, (B, delay + 1, 8), and the symbols to recall."""
    first = torch.randint(SYMBOLS, (B,), generator=draw)
    noise = torch.randint(SYMBOLS, SYMBOLS + NOISE, (B, delay), generator=draw)
    return one_hot(
        torch.cat([first[:, None], noise], 1), SYMBOLS + NOISE
    ).float(), first


def check_memory_layer(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``memory_layer(input_dim, hidden_dim)``: a layer that learns to remember.

    Prints how often it recalls the first of 61 tokens.
    """
    name = "memory_layer"
    if not callable(student):
        return CheckResult(name, "Hand over the function itself, without calling it.")
    try:
        if hint := _layer_hint(student(SYMBOLS + NOISE, HIDDEN), student):
            return CheckResult(name, hint)
        share = recall(student, seed)
    except (Exception, SystemExit) as error:
        return CheckResult(name, stopped(error))
    print(f"{share:.2f} of the first tokens recalled after {DELAY}; bar {BAR}")
    if share >= BAR:
        return CheckResult(name)
    return CheckResult(
        name,
        f"A true layer, but only {share:.2f} of the first tokens are recalled after "
        f"{DELAY} others, where chance is {1 / SYMBOLS} and {BAR} is the bar. What is "
        "a vector multiplied by on its way through one step, and on its way back? And "
        f"after {DELAY} of them? Which matrices U leave every length as it is?",
    )


def _layer_hint(layer: nn.Module, make: Callable) -> str:
    """Say what keeps a layer from being judged."""
    plain = rnn.RecurrentLayer(SYMBOLS + NOISE, HIDDEN)
    if not isinstance(layer, rnn.RecurrentLayer):
        return (
            "It should return a RecurrentLayer, its weights or its step your own, not "
            f"{shown(layer)}."
        )
    mine = {n: tuple(p.shape) for n, p in layer.named_parameters()}
    right = {n: tuple(p.shape) for n, p in plain.named_parameters()}
    if mine != right:
        return f"Its parameters should be {right}, as in a plain layer, but are {mine}."
    if not all(p.requires_grad for p in layer.parameters()):
        return "A parameter of it cannot learn: leave requires_grad as it was."
    _, state = layer(torch.zeros(2, 1, SYMBOLS + NOISE))
    if not isinstance(state, Tensor) or state.shape != (2, HIDDEN):
        return f"Its state should be a Tensor of shape (B, {HIDDEN}), and nothing more."
    _, state = layer(torch.zeros(2, 3, SYMBOLS + NOISE))
    if not state.isfinite().all():
        return "Its state is not finite after three steps."
    return ""
