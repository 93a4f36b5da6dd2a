"""Known mistakes in one step of an LSTM, each with its hint (chapter 8).

The checks are in ``lmcourse.checks.gates``; the GRU's mistakes, those in layers and in
numbers are beside this file: ``gates_gru``, ``gates_layers``, ``gates_weights``.

Shape letters: B batch, E embedding, H hidden.
"""

import itertools
from collections.abc import Callable

import torch
from torch import Tensor, sigmoid, tanh

from lmcourse.rnn import LSTMState, lstm_step

Mistakes = dict[str, Callable]

# --- lstm_step ** ---------------------------------------------------------------------


def _chunks(a: Tensor) -> tuple[Tensor, ...]:
    return a.chunk(4, dim=1)  # (B, 4H) -> 4 x (B, H)


def _new(i, f, g, o, h, c):  # the right memory
    return sigmoid(f) * c + sigmoid(i) * tanh(g)


def _out(o, c, g, old):  # the right output, given a memory
    return sigmoid(o) * tanh(c)


def _lstm(
    *,
    order: str = "ifgo",
    blocks: Callable = _chunks,
    new: Callable = _new,
    show: Callable = _out,
    state: Callable = tuple,
    bias: Callable = lambda b: b,
    answer: Callable = lambda h, c: (h, c),
) -> Callable:
    """Build a step with some of its parts replaced."""

    def step(x, before, W, U, b):
        h, c = state(before)
        raw = dict(zip(order, blocks(x @ W.T + h @ U.T + bias(b)), strict=True))
        i, f, g, o = (raw[name] for name in "ifgo")
        memory = new(i, f, g, o, h, c)
        return answer(show(o, memory, g, c), memory)

    return step


def _ordered(order: str) -> str:
    return (
        f"Your blocks are in the order {', '.join(order)}: in the rows of W, U and b "
        "they are i, f, g, o."
    )


def _exchanged(state):
    return LSTMState(state[1], state[0])


# hint -> what of the step is replaced; two of them that touch different parts can meet
_LSTM_PARTS: dict[str, dict] = {
    # the blocks
    "Input gate and forget gate are exchanged: the blocks are in the order i, f, g, "
    "o.": {"order": "figo"},
    "Candidate and output gate are exchanged: these are blocks in the order i, f, o, "
    "g, all sigmoids first. Here, in PyTorch and in Keras it is i, f, g, o.": {
        "order": "ifog"
    },
    "The second and the third block are exchanged: i, g, f, o was the order of "
    "TensorFlow's first LSTM. Here it is i, f, g, o.": {"order": "igfo"},
    "Input gate and candidate are exchanged: i goes through a sigmoid, g through tanh, "
    "and the blocks are in the order i, f, g, o.": {"order": "gfio"},
    "Input gate and output gate are exchanged: the blocks are in the order i, f, g, "
    "o.": {"order": "ofgi"},
    "The blocks are cut along the batch: chunk(4) cuts the first axis. The gates lie "
    "side by side in each row, chunk(4, dim=1).": {"blocks": lambda a: a.chunk(4)},
    "Every fourth number goes to the same gate here. The blocks are not woven into "
    "each other: the first H numbers are i, the next H are f, and so on.": {
        "blocks": lambda a: a.unflatten(1, (-1, 4)).unbind(dim=2)
    },
    # the forget gate
    "The forget gate is used as 1 - f: multiply the old c by f, so that f = 1 keeps "
    "it.": {
        "new": lambda i, f, g, o, h, c: _new(i, -f, g, o, h, c)
    },  # s(-f) = 1 - s(f)
    "The old c is never forgotten: this is the LSTM of 1997. Gers and others gave it a "
    "forget gate in 2000: multiply the old c by f.": {
        "new": lambda i, f, g, o, h, c: c + sigmoid(i) * tanh(g)
    },
    "The old c is lost: the new one is f * c + i * g, not i * g alone.": {
        "new": lambda i, f, g, o, h, c: sigmoid(i) * tanh(g)
    },
    "The forget gate multiplies what is written, too: f * c + i * g, not "
    "f * (c + i * g).": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * (c + sigmoid(i) * tanh(g))
    },
    "The forget gate multiplies h, not c: this LSTM has no memory apart from its "
    "output. The new c is f * c + i * g.": {
        "new": lambda i, f, g, o, h, c: _new(i, f, g, o, h, h)
    },
    # the input gate and the candidate
    "The input gate is missing: what is written is i * g, not g.": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c + tanh(g)
    },
    "You use 1 - f in place of the input gate. Such coupled gates exist, but here i "
    "has rows of its own.": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(-f) * tanh(g)
    },
    "The old c gets 1 - f and the candidate f, as z in a GRU. Here f keeps the old, "
    "and "
    "i has rows of its own: f * c + i * g.": {
        "new": lambda i, f, g, o, h, c: sigmoid(-f) * c + sigmoid(f) * tanh(g)
    },
    "The old c gets 1 - i: it is the forget gate that keeps it, f * c + i * g.": {
        "new": lambda i, f, g, o, h, c: sigmoid(-i) * c + sigmoid(i) * tanh(g)
    },
    "The candidate g goes through a sigmoid: tanh lets it be negative, so that memory "
    "can also go down.": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * sigmoid(g)
    },
    "The candidate g goes through a sigmoid first and then through tanh, as if all "
    "four "
    "blocks were gates: tanh alone.": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * tanh(sigmoid(g))
    },
    "The candidate g is not squashed: it goes through tanh.": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * g
    },
    "The candidate g goes through tanh twice: once is enough.": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * tanh(tanh(g))
    },
    "The output gate decides what is written: that is the input gate's job. The new c "
    "is f * c + i * g, and o only multiplies tanh(c).": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(o) * tanh(g)
    },
    "The output gate is applied to the candidate, inside the memory: c is f * c + "
    "i * g, without o.": {
        "new": lambda i, f, g, o, h, c: (
            sigmoid(f) * c + sigmoid(i) * sigmoid(o) * tanh(g)
        )
    },
    "The new memory is multiplied by o before it is kept: c is f * c + i * g, and o "
    "decides only what h shows.": {
        "new": lambda i, f, g, o, h, c: sigmoid(o) * _new(i, f, g, o, h, c)
    },
    "What is forgotten and what is written are multiplied: add them, f * c + i * g.": {
        "new": lambda i, f, g, o, h, c: sigmoid(f) * c * sigmoid(i) * tanh(g)
    },
    "h is added to the old memory: f multiplies c alone.": {
        "new": lambda i, f, g, o, h, c: _new(i, f, g, o, h, c + h)
    },
    "tanh(c) is kept as the memory. The tanh is only on the way to h; c itself stays "
    "unsquashed, or it would shrink at every step.": {
        "answer": lambda h, c: (h, tanh(c))
    },
    "The memory is cut off at a limit, as speech recognizers do to keep it small. Here "
    "c may grow as large as it likes.": {"answer": lambda h, c: (h, c.clamp(-3, 3))},
    # what is shown
    "The output gate is applied to the candidate: h is o * tanh(c) with the new c, so "
    "that old memories can be seen, too.": {
        "show": lambda o, c, g, old: sigmoid(o) * tanh(g)
    },
    "The output gate is missing: h is o * tanh(c), not tanh(c).": {
        "show": lambda o, c, g, old: tanh(c)
    },
    "The tanh around the new memory is missing: h is o * tanh(c), not o * c.": {
        "show": lambda o, c, g, old: sigmoid(o) * c
    },
    "The new memory goes through a sigmoid on its way to h: it is tanh.": {
        "show": lambda o, c, g, old: sigmoid(o) * sigmoid(c)
    },
    "The tanh is around all of it: h is o * tanh(c), not tanh(o * c).": {
        "show": lambda o, c, g, old: tanh(sigmoid(o) * c)
    },
    "h shows the old memory: first the new c, then h = o * tanh(c) from it.": {
        "show": lambda o, c, g, old: sigmoid(o) * tanh(old)
    },
    "The output gate is used as 1 - o: o = 1 shows the memory.": {
        "show": lambda o, c, g, old: sigmoid(-o) * tanh(c)
    },
    "h is the memory as it is: h = o * tanh(c).": {"show": lambda o, c, g, old: c},
    "h is returned twice: return h and c. Without c the next step has no memory.": {
        "answer": lambda h, c: (h, h)
    },
    "The two results are in the wrong order: return h, then c.": {
        "answer": lambda h, c: (c, h)
    },
    # what goes in
    "The state is taken apart the wrong way around: it is (h, c), h first.": {
        "state": _exchanged
    },
    "The gates look at c, by U: they look at x and at h.": {
        "state": lambda state: (state[1], state[1])
    },
    "The bias b is never added.": {"bias": torch.zeros_like},
    "The bias is added twice, once beside W and once beside U. PyTorch has two biases, "
    "but here there is one.": {"bias": lambda b: 2 * b},
    "1 is added to the forget gate, as some libraries do: here b has it already.": {
        "bias": lambda b: b + _block(b, 1)
    },
}


def _block(b, number):
    """Return 1 in one of the four blocks, and 0 in the others."""
    one = torch.zeros_like(b)
    one.chunk(4)[number].fill_(1)
    return one


MISTAKES_LSTM_STEP: Mistakes = {
    **{hint: _lstm(**parts) for hint, parts in _LSTM_PARTS.items()},
    "All four blocks go through tanh: i, f and o are gates, between 0 and 1, and need "
    "a sigmoid.": _lstm(
        new=lambda i, f, g, o, h, c: tanh(f) * c + tanh(i) * tanh(g),
        show=lambda o, c, g, old: tanh(o) * tanh(c),
    ),
    "The gates are not squashed: i, f and o go through a sigmoid first.": _lstm(
        new=lambda i, f, g, o, h, c: f * c + i * tanh(g),
        show=lambda o, c, g, old: o * tanh(c),
    ),
    "The gates go through a softmax, so that the units compete: each gate is a sigmoid "
    "of its own.": _lstm(
        new=lambda i, f, g, o, h, c: f.softmax(1) * c + i.softmax(1) * tanh(g),
        show=lambda o, c, g, old: o.softmax(1) * tanh(c),
    ),
    "The state goes in and comes out as (c, h). It is (h, c), h first, as PyTorch has "
    "it.": _lstm(state=_exchanged, answer=lambda h, c: (c, h)),
    "The previous h is not used: without h @ U.T no gate can react to what was read "
    "before.": lambda x, s, W, U, b: lstm_step(x, s, W, torch.zeros_like(U), b),
    "The input x is not used: x @ W.T is missing.": (
        lambda x, s, W, U, b: lstm_step(x, s, torch.zeros_like(W), U, b)
    ),
}


def lstm_pairs() -> Mistakes:
    """Return every two of the LSTM's mistakes at once, and every order of blocks."""
    orders = map("".join, itertools.permutations("ifgo"))
    return {
        _ordered(order): _lstm(order=order) for order in orders if order != "ifgo"
    } | pairs(_lstm, _LSTM_PARTS)


def pairs(build: Callable, parts: dict[str, dict]) -> Mistakes:
    """Build every two mistakes that replace different parts."""
    return {
        f"Two things at once. {a} And: {b}": build(**parts[a], **parts[b])
        for a, b in itertools.combinations(parts, 2)
        if not parts[a].keys() & parts[b].keys()
    }
