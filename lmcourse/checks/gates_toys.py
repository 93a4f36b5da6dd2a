"""Check the exercises on gates that have many right answers (chapter 8).

Weights by hand, tried on texts with quotes, and a step of one's own, trained on a toy.

Shape letters: B batch, E embedding, H hidden.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import torch
from torch import Tensor

from lmcourse import rnn, training
from lmcourse.batches import ContiguousBatches
from lmcourse.checks.compare import shown
from lmcourse.checks.core import CheckResult, stopped
from lmcourse.rnn import LSTMState
from lmcourse.training import Recipe

# --- quote_keeper ** ------------------------------------------------------------------

OPEN, CLOSE, OTHER = 0, 1, 2
INSIDE, OUTSIDE = 0.5, 0.1  # h must be above the one and, in size, below the other


def _quotes(rng: np.random.Generator, pieces: int, most: int) -> list[int]:
    """Draw a text of other words with quotes that open and close."""
    text = []
    for piece in range(pieces):
        text += [OTHER] * int(rng.integers(0, most + 1))
        text.append(OPEN if piece % 2 == 0 else CLOSE)
    return text


def check_quote_keeper(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``quote_keeper()``: weights by hand for an LSTM of one unit.

    They drive ``lmcourse.rnn.lstm_step`` over texts with quotes, the longest of them
    some hundred words.
    """
    rng = np.random.default_rng(seed)
    texts = [
        [OTHER, OTHER],
        [OPEN, OTHER, CLOSE, OTHER],
        _quotes(rng, 8, 3),
        [OPEN] + [OTHER] * 200 + [CLOSE],
        [OTHER] * 200 + _quotes(rng, 6, 60),
    ]
    name = "quote_keeper"
    try:
        weights = student()
        if hint := _weights_hint(weights):
            return CheckResult(name, hint)
        W, U, b = (torch.as_tensor(w).detach().double() for w in weights)
        found = (_quote_hint(text, W, U, b) for text in texts)
        return CheckResult(name, next((hint for hint in found if hint), ""))
    except (Exception, SystemExit) as error:
        return CheckResult(name, stopped(error))


def _weights_hint(weights: object) -> str:
    """Say what keeps the weights from being tried."""
    if not isinstance(weights, Sequence) or len(weights) != 3:
        return f"Return three things, W, U and b, not {shown(weights)}."
    shapes = (4, 3), (4, 1), (4,)
    for name, value, shape in zip("WUb", weights, shapes, strict=True):
        value = torch.as_tensor(value)
        if tuple(value.shape) != shape:
            return (
                f"{name} should have the shape {shape}, not {tuple(value.shape)}: with "
                "one unit, each of the four blocks has one row."
            )
        if not torch.isfinite(value).all():
            return f"{name} has a number that is not finite: 20 is large enough."
    return ""


def _quote_hint(text: list[int], W: Tensor, U: Tensor, b: Tensor) -> str:
    """Run the unit over a text, and explain the first word after which it is wrong."""
    state = LSTMState(*torch.zeros(2, 1, 1, dtype=torch.float64))
    last, since = OTHER, 0  # the last mark, and how many words ago it was
    for word in text:
        state = rnn.lstm_step(torch.eye(3)[[word]].double(), state, W, U, b)
        last, since = (last, since + 1) if word == OTHER else (word, 0)
        h, c = state.h.item(), state.c.item()
        if (h > INSIDE) if last == OPEN else (abs(h) < OUTSIDE):
            continue
        when = f"{since} word{'s' * (since > 1)} after" if since else "Right after"
        if last == OPEN:
            when += " a quote opened"
            advice = _advice_inside(since, h, c)
        else:
            when += " a quote closed" if last == CLOSE else " the beginning"
            advice = _advice_outside(last, since)
        return f"{when}, h is {h:.3f} and c is {c:.3f}. {advice}"
    return ""


def _advice_inside(since: int, h: float, c: float) -> str:
    if c > 0.7:
        return (
            f"h must be above {INSIDE}. The memory is there, but is the output gate "
            "open? Without weights it is half open."
        )
    if since == 0:
        return (
            f"h must be above {INSIDE}. An opening quote must write about 1 into c: an "
            "open input gate and a candidate near 1. tanh(1) is 0.76."
        )
    return (
        f"The quote is still open, and h must be above {INSIDE}. At other words the "
        "forget gate must keep c, and nothing may be written. How much is "
        "sigmoid(3)**100, and how much sigmoid(20)**100?"
    )


def _advice_outside(last: int, since: int) -> str:
    if last == CLOSE and since == 0:
        return (
            f"h must be within {OUTSIDE} of 0. What must the forget gate do when a "
            "quote closes? And is anything written then?"
        )
    return (
        f"There is no open quote, and h must be within {OUTSIDE} of 0. Nothing may be "
        "written at other words: is the input gate shut there, or the candidate 0? A "
        "gate without a bias is half open."
    )


# --- my_step *** ----------------------------------------------------------------------

COLORS, CHATTER, FAR = 4, 4, 20
QUESTION = COLORS + CHATTER  # the id of the question mark
WORDS, EMBED, HIDDEN = QUESTION + 1, 16, 32
RECIPE = Recipe(steps=400, lr=1e-2, warmup=10)
BAR = 0.45  # chance is 1/4


class TwoBlockLayer(rnn.RecurrentLayer):
    """A layer with two matrices for the input and two for the state."""

    blocks = 2


class TwoBlockLanguageModel(rnn.RNNLanguageModel):
    """The real model, around a step with W (2H, E), U (2H, H) and b (2H,)."""

    layer = TwoBlockLayer


def color_text(rng: np.random.Generator, pieces: int) -> tuple[Tensor, Tensor]:
    """Draw a text, and the places of its answers.

    Each piece is a color, 1 to 20 words of chatter, a question mark, and the color
    again.

    Returns
    -------
    ids, places : int64 Tensors of shape (N,), (pieces,)
    """
    ids, places = [], []
    for _ in range(pieces):
        color = int(rng.integers(COLORS))
        chatter = COLORS + rng.integers(CHATTER, size=rng.integers(1, FAR + 1))
        ids += [color, *chatter.tolist(), QUESTION, color]
        places.append(len(ids) - 1)
    return torch.tensor(ids), torch.tensor(places)


def remembered(model: torch.nn.Module, seed: int = 0) -> float:
    """Train a model on a color text, and return how often it knows the color."""
    rng = np.random.default_rng(seed)
    text, (ids, places) = color_text(rng, 3000)[0], color_text(rng, 400)
    training.train(model, ContiguousBatches(text, 32, 24), RECIPE)
    with torch.no_grad():
        logits, _ = model(ids[None])  # one long text: it must forget, too
    guess = logits[0, places - 1, :COLORS].argmax(dim=1)
    return (guess == ids[places]).double().mean().item()


@cache
def plain_rnn(seed: int = 0) -> float:
    """Return how often a plain RNN knows the color, trained in the same way."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return remembered(rnn.RNNLanguageModel(WORDS, EMBED, HIDDEN), seed)


def check_my_step(student: Callable, seed: int = 0) -> CheckResult:
    """Check ``my_step(x, h, W, U, b)``: a gated step that learns what an RNN does not.

    Prints how often it names the color, and how often a plain RNN does.
    """
    name = "my_step"
    try:
        if hint := _step_hint(student):
            return CheckResult(name, hint)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = TwoBlockLanguageModel(WORDS, EMBED, HIDDEN, step=student)
            mine = remembered(model, seed)
    except (Exception, SystemExit) as error:
        return CheckResult(name, stopped(error))
    print(
        f"{mine:.2f} of the colors are remembered; a plain RNN remembers "
        f"{plain_rnn(seed):.2f}, the bar is {BAR}"
    )
    if mine >= BAR:
        return CheckResult(name)
    return CheckResult(
        name,
        f"It runs, but remembers only {mine:.2f} of the colors, where {1 / COLORS} is "
        f"chance and {BAR} the bar. Is there a way through your step on which h comes "
        "out as it went in, when a gate says so? At first, with weights near 0, how "
        " much of h is left after ten steps, and how much gets in? And does the "
        "gate see x, so that it can tell a color from chatter?",
    )


def _step_hint(student: Callable) -> str:
    """Say what keeps a step from being trained."""
    if not callable(student):
        return "Hand over the function itself, my_step, without calling it."
    rng = torch.Generator().manual_seed(0)
    shapes = (5, EMBED), (5, HIDDEN), (2 * HIDDEN, EMBED), (2 * HIDDEN, HIDDEN)
    x, h, W, U = (torch.randn(shape, generator=rng) for shape in shapes)
    W, U, b = (w.requires_grad_() for w in (W, U, torch.zeros(2 * HIDDEN)))
    before = h.clone()
    new = student(x, h, W, U, b)
    if not isinstance(new, Tensor):
        return f"Return the new h, a Tensor of shape (B, H), not {shown(new)}."
    if new.shape != h.shape:
        shapes = tuple(h.shape), tuple(new.shape)
        return (
            f"For an h of shape {shapes[0]} it returns the shape {shapes[1]}: W, U and "
            "b have two blocks of H rows each. Cut with chunk(2, dim=1)."
        )
    if not new.isfinite().all():
        return "It returns numbers that are not finite."
    if not torch.equal(h, before):
        return "h was changed in place: make something new (h = h + d, not h += d)."
    if not new.requires_grad:
        return "Its result does not depend on the weights: nothing could be learned."
    return ""
