"""Known mistakes in one step of an LSTM and of a GRU, each with its hint (chapter 8).

The checks are in ``lmcourse.checks.gates``; what goes wrong around a step, in layers
and in the numbers, is in ``gates_layers`` and ``gates_weights`` beside this file.

Shape letters: B batch, E embedding, H hidden.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, sigmoid, tanh

from lmcourse.rnn import LSTMState, gru_step, gru_step_of_the_paper, lstm_step

Mistakes = dict[str, Callable]

# --- lstm_step ** ---------------------------------------------------------------------


def _chunks(a: Tensor) -> tuple[Tensor, ...]:
    return a.chunk(4, dim=1)  # (B, 4H) -> 4 x (B, H)


def _lstm(cell: Callable, blocks: Callable = _chunks) -> Callable:
    """Build a step from ``cell(i, f, g, o, h, c) -> (h, c)`` on the raw gate values."""

    def step(x, state, W, U, b):
        h, c = state
        return cell(*blocks(x @ W.T + h @ U.T + b), h, c)

    return step


def _new(i, f, g, c):  # the right memory
    return sigmoid(f) * c + sigmoid(i) * tanh(g)


def _out(o, c):  # the right output, given a memory
    return sigmoid(o) * tanh(c), c


def _ordered(order: str) -> Callable:
    """Build the right step for blocks in another order."""

    def cell(*gates_h_c):
        raw = dict(zip(order, gates_h_c[:4], strict=True))
        return _out(raw["o"], _new(raw["i"], raw["f"], raw["g"], gates_h_c[5]))

    return _lstm(cell)


def _memory(new: Callable) -> Callable:
    """Build a step with the memory ``new(i, f, g, o, h, c)`` and the right output."""
    return _lstm(lambda i, f, g, o, h, c: _out(o, new(i, f, g, o, h, c)))


def _hidden(show: Callable) -> Callable:
    """Build a step that shows ``show(o, c_new, g, c_old)`` and remembers rightly."""

    def cell(i, f, g, o, h, c):
        new = _new(i, f, g, c)
        return show(o, new, g, c), new

    return _lstm(cell)


def _before(change: Callable) -> Callable:
    """Take the right step from changed arguments."""
    return lambda *args: lstm_step(*change(*args))


def _exchanged(state):
    return LSTMState(state[1], state[0])


MISTAKES_LSTM_STEP: Mistakes = {
    # the blocks
    "Input gate and forget gate are exchanged: the blocks are in the order i, f, g, "
    "o.": (_ordered("figo")),
    "Candidate and output gate are exchanged: these are blocks in the order i, f, o, "
    "g, "
    "all sigmoids first. Here, in PyTorch and in Keras it is i, f, g, o.": (
        _ordered("ifog")
    ),
    "The second and the third block are exchanged: i, g, f, o was the order of "
    "TensorFlow's first LSTM. Here it is i, f, g, o.": _ordered("igfo"),
    "Your blocks are in the order f, i, o, g, in which many explanations list the "
    "gates. In the rows of W they are i, f, g, o.": _ordered("fiog"),
    "Input gate and output gate are exchanged: the blocks are in the order i, f, g, "
    "o.": (_ordered("ofgi")),
    "The blocks are cut along the batch: chunk(4) cuts the first axis. The gates lie "
    "side by side in each row, chunk(4, dim=1).": _lstm(
        lambda i, f, g, o, h, c: _out(o, _new(i, f, g, c)), lambda a: a.chunk(4)
    ),
    "Every fourth number goes to the same gate here. The blocks are not woven into "
    "each other: the first H numbers are i, the next H are f, and so on.": _lstm(
        lambda i, f, g, o, h, c: _out(o, _new(i, f, g, c)),
        lambda a: a.unflatten(1, (-1, 4)).unbind(dim=2),
    ),
    # the forget gate
    "The forget gate is used as 1 - f: multiply the old c by f, so that f = 1 keeps "
    "it.": _memory(lambda i, f, g, o, h, c: _new(i, -f, g, c)),  # s(-f) = 1 - s(f)
    "The old c is never forgotten: this is the LSTM of 1997. Gers and others gave it a "
    "forget gate in 2000: multiply the old c by f.": (
        _memory(lambda i, f, g, o, h, c: c + sigmoid(i) * tanh(g))
    ),
    "The old c is lost: the new one is f * c + i * g, not i * g alone.": _memory(
        lambda i, f, g, o, h, c: sigmoid(i) * tanh(g)
    ),
    "The forget gate multiplies what is written, too: f * c + i * g, not "
    "f * (c + i * g).": _memory(
        lambda i, f, g, o, h, c: sigmoid(f) * (c + sigmoid(i) * tanh(g))
    ),
    "The forget gate multiplies h, not c: this LSTM has no memory apart from its "
    "output. The new c is f * c + i * g.": (
        _memory(lambda i, f, g, o, h, c: _new(i, f, g, h))
    ),
    # the input gate and the candidate
    "The input gate is missing: what is written is i * g, not g.": _memory(
        lambda i, f, g, o, h, c: sigmoid(f) * c + tanh(g)
    ),
    "You use 1 - f in place of the input gate. Such coupled gates exist, but here i "
    "has rows of its own.": _memory(
        lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(-f) * tanh(g)
    ),
    "The candidate g goes through a sigmoid: tanh lets it be negative, so that memory "
    "can also go down.": _memory(
        lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * sigmoid(g)
    ),
    "The candidate g is not squashed: it goes through tanh.": _memory(
        lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * g
    ),
    "g is used before and after its tanh, or through two of them: tanh once.": (
        _memory(lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * tanh(tanh(g)))
    ),
    "The output gate decides what is written: that is the input gate's job. The new c "
    "is f * c + i * g, and o only multiplies tanh(c).": _memory(
        lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(o) * tanh(g)
    ),
    "The output gate is applied to the candidate, inside the memory: c is f * c + "
    "i * g, without o.": _lstm(
        lambda i, f, g, o, h, c: (
            tanh(sigmoid(f) * c + sigmoid(i) * sigmoid(o) * tanh(g)),
            sigmoid(f) * c + sigmoid(i) * sigmoid(o) * tanh(g),
        )
    ),
    "What is forgotten and what is written are multiplied: add them, f * c + i * g.": (
        _memory(lambda i, f, g, o, h, c: sigmoid(f) * c * sigmoid(i) * tanh(g))
    ),
    # what is shown
    "The output gate is applied to the candidate: h is o * tanh(c) with the new c, so "
    "that old memories can be seen, too.": (
        _hidden(lambda o, c, g, old: sigmoid(o) * tanh(g))
    ),
    "The output gate is missing: h is o * tanh(c), not tanh(c).": (
        _hidden(lambda o, c, g, old: tanh(c))
    ),
    "The tanh around the new memory is missing: h is o * tanh(c), not o * c.": (
        _hidden(lambda o, c, g, old: sigmoid(o) * c)
    ),
    "The new memory goes through a sigmoid on its way to h: it is tanh.": (
        _hidden(lambda o, c, g, old: sigmoid(o) * sigmoid(c))
    ),
    "The tanh is around all of it: h is o * tanh(c), not tanh(o * c).": (
        _hidden(lambda o, c, g, old: tanh(sigmoid(o) * c))
    ),
    "h shows the old memory: first the new c, then h = o * tanh(c) from it.": (
        _hidden(lambda o, c, g, old: sigmoid(o) * tanh(old))
    ),
    "tanh(c) is kept as the memory. The tanh is only on the way to h; c itself stays "
    "unsquashed, or it would shrink at every step.": _lstm(
        lambda i, f, g, o, h, c: (
            sigmoid(o) * tanh(_new(i, f, g, c)),
            tanh(_new(i, f, g, c)),
        )
    ),
    "h is returned twice: return h and c. Without c the next step has no memory.": (
        _lstm(lambda i, f, g, o, h, c: (_out(o, _new(i, f, g, c))[0],) * 2)
    ),
    "c is returned twice: return h and c, where h = o * tanh(c).": (
        _lstm(lambda i, f, g, o, h, c: (_new(i, f, g, c),) * 2)
    ),
    "The two results are in the wrong order: return h, then c.": (
        _lstm(lambda i, f, g, o, h, c: _out(o, _new(i, f, g, c))[::-1])
    ),
    # the squashing
    "All four blocks go through tanh: i, f and o are gates, between 0 and 1, and need "
    "a "
    "sigmoid.": _lstm(
        lambda i, f, g, o, h, c: (
            tanh(o) * tanh(tanh(f) * c + tanh(i) * tanh(g)),
            tanh(f) * c + tanh(i) * tanh(g),
        )
    ),
    "The gates are not squashed: i, f and o go through a sigmoid first.": _lstm(
        lambda i, f, g, o, h, c: (o * tanh(f * c + i * tanh(g)), f * c + i * tanh(g))
    ),
    # what goes in
    "The state is taken apart the wrong way around: it is (h, c), h first.": _before(
        lambda x, state, W, U, b: (x, _exchanged(state), W, U, b)
    ),
    "The state goes in and comes out as (c, h). It is (h, c), h first, as PyTorch has "
    "it.": lambda x, state, W, U, b: _exchanged(
        lstm_step(x, _exchanged(state), W, U, b)
    ),
    "The gates look at c, by U: they look at x and at h.": _before(
        lambda x, state, W, U, b: (x, LSTMState(state[1], state[1]), W, U, b)
    ),
    "The bias b is never added.": _before(
        lambda x, state, W, U, b: (x, state, W, U, torch.zeros_like(b))
    ),
    "The bias is added twice, once beside W and once beside U. PyTorch has two biases, "
    "but here there is one.": _before(lambda x, s, W, U, b: (x, s, W, U, 2 * b)),
    "The previous h is not used: without h @ U.T no gate can react to what was read "
    "before.": _before(lambda x, s, W, U, b: (x, s, W, torch.zeros_like(U), b)),
    "The input x is not used: x @ W.T is missing.": _before(
        lambda x, s, W, U, b: (x, s, torch.zeros_like(W), U, b)
    ),
}


# --- gru_step **, gru_step_of_the_paper ** --------------------------------------------


class _Parts(NamedTuple):
    """What a GRU's candidate can be made of."""

    r: Tensor  # (B, H)  squashed
    z: Tensor
    a: Tensor  # (B, H)  the candidate's share of x @ W.T + b
    u: Tensor  # (B, H)  ... and of h @ U.T
    h: Tensor
    c: Tensor  # (H,)
    U: Tensor  # (H, H)  the candidate's rows


def _reset_after(p: _Parts) -> Tensor:  # PyTorch
    return tanh(p.a + p.r * (p.u + p.c))


def _reset_before(p: _Parts) -> Tensor:  # the paper
    return tanh(p.a + (p.r * p.h) @ p.U.T + p.c)


def _keep_by_z(n: Tensor, p: _Parts) -> Tensor:
    return (1 - p.z) * n + p.z * p.h


def _gru(
    candidate: Callable,
    mix: Callable = _keep_by_z,
    *,
    order: str = "rzn",
    gate: Callable = sigmoid,
    blocks: Callable = lambda a: a.chunk(3, dim=1),
    change: Callable = lambda *args: args,
) -> Callable:
    """Build a GRU step with one of its parts replaced."""

    def step(x, h, W, U, b, c):
        x, h, W, U, b, c = change(x, h, W, U, b, c)
        a = dict(zip(order, blocks(x @ W.T + b), strict=True))
        u = dict(zip(order, blocks(h @ U.T), strict=True))
        rows = dict(zip(order, U.chunk(3), strict=True))
        r, z = gate(a["r"] + u["r"]), gate(a["z"] + u["z"])
        parts = _Parts(r, z, a["n"], u["n"], h, c, rows["n"])
        return mix(candidate(parts), parts)

    return step


def _update_sees_reset(candidate: Callable) -> Callable:
    """Let the update gate look at r * h, as if the reset came before everything."""

    def step(x, h, W, U, b, c):
        (a_r, a_z, a_n), (U_r, U_z, U_n) = (x @ W.T + b).chunk(3, 1), U.chunk(3)
        r = sigmoid(a_r + h @ U_r.T)
        z = sigmoid(a_z + (r * h) @ U_z.T)
        parts = _Parts(r, z, a_n, h @ U_n.T, h, c, U_n)
        return _keep_by_z(candidate(parts), parts)

    return step


def _common(right: Callable) -> Mistakes:
    """Return the mistakes of both GRUs, made around the ``right`` candidate."""
    return {
        # the mixture
        "z and 1 - z are exchanged, as in Chung et al. (2014) and in many tutorials. "
        "Here z = 1 keeps the old h: (1 - z) * n + z * h.": (
            _gru(right, lambda n, p: p.z * n + (1 - p.z) * p.h)
        ),
        "The update gate is not used: the candidate is only a proposal. Return "
        "(1 - z) * n + z * h.": _gru(right, lambda n, p: n),
        "The old h is missing from the mixture: (1 - z) * n + z * h.": (
            _gru(right, lambda n, p: (1 - p.z) * n)
        ),
        "The candidate counts fully, beside z * h: it gets the share that h leaves, "
        "1 - z.": _gru(right, lambda n, p: n + p.z * p.h),
        "The old h counts fully, beside (1 - z) * n: it gets the share z.": (
            _gru(right, lambda n, p: (1 - p.z) * n + p.h)
        ),
        "The mixture keeps r * h: the reset gate acts inside the candidate only. Keep "
        "z * h, with the h that came in.": (
            _gru(right, lambda n, p: (1 - p.z) * n + p.z * p.r * p.h)
        ),
        "r does the mixing and z is not used there: r is for the candidate, z for the "
        "mixture (1 - z) * n + z * h.": (
            _gru(right, lambda n, p: (1 - p.r) * n + p.r * p.h)
        ),
        "The result goes through one more tanh: the mixture is the new h as it is.": (
            _gru(right, lambda n, p: tanh(_keep_by_z(n, p)))
        ),
        # the blocks
        "r and z are exchanged: the blocks are in the order r, z, n. (Keras has z "
        "first.)": _gru(right, order="zrn"),
        "The candidate is taken from the first block: the order is r, z, n.": (
            _gru(right, order="nrz")
        ),
        "z and n are exchanged: the blocks are in the order r, z, n.": (
            _gru(right, order="rnz")
        ),
        "Your blocks are in the order z, n, r. They are r, z, n.": (
            _gru(right, order="znr")
        ),
        "Your blocks are in the order n, z, r, the other way around. They are r, z, "
        "n.": (_gru(right, order="nzr")),
        "Every third number goes to the same gate here. The blocks are not woven into "
        "each other: the first H numbers are r, the next H are z, the last H are n.": (
            _gru(right, blocks=lambda a: a.unflatten(1, (-1, 3)).unbind(dim=2))
        ),
        # the gates
        "The gates go through tanh: r and z are between 0 and 1, so it is a sigmoid.": (
            _gru(right, gate=tanh)
        ),
        "The gates are not squashed: r and z go through a sigmoid.": (
            _gru(right, gate=lambda a: a)
        ),
        "1 - r is used for r: r = 1 lets the old h through.": (
            _gru(lambda p: right(p._replace(r=1 - p.r)))
        ),
        "z is used inside the candidate: that is the place of r.": (
            _gru(lambda p: right(p._replace(r=p.z)))
        ),
        "The reset gate is missing: the candidate sees r's share of the old h.": (
            _gru(lambda p: right(p._replace(r=torch.ones_like(p.r))))
        ),
        "The update gate looks at r * h: r acts in the candidate only. Both gates see "
        "all of h.": _update_sees_reset(right),
        # the candidate
        "The reset gate is applied outside of the tanh: r * tanh(...) makes the whole "
        "candidate small, x's share as well. It belongs inside, to h's share.": (
            _gru(lambda p: p.r * tanh(p.a + p.u + p.c))
        ),
        "The reset gate multiplies x's share, too: only what comes from h is reset.": (
            _gru(lambda p: tanh(p.r * (p.a + p.u + p.c)))
        ),
        "r * h is added as it is: the candidate's rows of U are missing.": (
            _gru(lambda p: tanh(p.a + p.r * p.h + p.c))
        ),
        "The old h is missing from the candidate: only x speaks.": (
            _gru(lambda p: tanh(p.a + p.c))
        ),
        "The candidate goes through a sigmoid: tanh lets it be negative.": (
            _gru(lambda p: _sigmoid_of(right, p))
        ),
        "The candidate is not squashed: it goes through tanh.": (
            _gru(lambda p: _inside(right, p))
        ),
        # what goes in
        "The bias c is never added: it belongs to the candidate.": (
            _gru(lambda p: right(p._replace(c=torch.zeros_like(p.c))))
        ),
        "The bias b is never added.": _gru(
            right,
            change=lambda x, h, W, U, b, c: (x, h, W, U, torch.zeros_like(b), c),
        ),
        "Only the gates get their share of b: the candidate's last H numbers are "
        "missing.": _gru(right, change=_without_last_bias),
        "The bias c is added to all three blocks: it belongs to the candidate alone.": (
            _c_everywhere(right)
        ),
        "The gates do not look at the old h: h @ U.T is missing there.": (
            _blind_gates(right)
        ),
        "The input x is not used: x @ W.T is missing.": _gru(
            right,
            change=lambda x, h, W, U, b, c: (x, h, torch.zeros_like(W), U, b, c),
        ),
    }


def _without_last_bias(x, h, W, U, b, c):
    keep = torch.ones_like(b)
    keep[2 * h.shape[1] :] = 0
    return x, h, W, U, b * keep, c


def _inside(right: Callable, p: _Parts) -> Tensor:
    """Return what the candidate's tanh is taken of."""
    if right is _reset_after:
        return p.a + p.r * (p.u + p.c)
    return p.a + (p.r * p.h) @ p.U.T + p.c


def _sigmoid_of(right: Callable, p: _Parts) -> Tensor:
    return sigmoid(_inside(right, p))


def _c_everywhere(right: Callable) -> Callable:
    def change(x, h, W, U, b, c):
        return x, h, W, U, b + torch.cat([c, c, torch.zeros_like(c)]), c

    return _gru(right, change=change)


def _blind_gates(right: Callable) -> Callable:
    def change(x, h, W, U, b, c):
        keep = torch.zeros_like(U)
        keep[2 * h.shape[1] :] = 1
        return x, h, W, U * keep, b, c

    return _gru(right, change=change)


MISTAKES_GRU_STEP: Mistakes = {
    "The reset gate acts before the matrix: U @ (r * h), as in the paper. PyTorch's "
    "acts after it: r * (U @ h + c).": gru_step_of_the_paper,
    "This is the GRU of Chung et al. (2014): the reset before the matrix, and z and "
    "1 - z exchanged. PyTorch resets after it, r * (U @ h + c), and z = 1 keeps h.": (
        _gru(_reset_before, lambda n, p: p.z * n + (1 - p.z) * p.h)
    ),
    "This is Keras's GRU with reset_after=False: the blocks in the order z, r, n, and "
    "the reset before the matrix. Here it is r, z, n and r * (U @ h + c).": (
        _gru(_reset_before, order="zrn")
    ),
    "The bias c is outside of the reset: r * (U @ h + c), so that r = 0 takes c away, "
    "too.": _gru(lambda p: tanh(p.a + p.r * p.u + p.c)),
    "c is reset, but h is reset before the matrix: r * (U @ h + c) does both after "
    "it.": _gru(lambda p: tanh(p.a + (p.r * p.h) @ p.U.T + p.r * p.c)),
    "All biases of the candidate are reset: its share of b stands outside, with x. "
    "tanh(x's share + b + r * (U @ h + c)).": lambda x, h, W, U, b, c: gru_step(
        *_without_last_bias(x, h, W, U, b, c)[:5], c + b[2 * h.shape[1] :]
    ),
    "b and c are exchanged in the candidate: b stands outside of the reset, c "
    "inside.": (
        lambda x, h, W, U, b, c: gru_step(
            x, h, W, U, torch.cat([b[: -len(c)], c]), b[-len(c) :]
        )
    ),
    **_common(_reset_after),
}

MISTAKES_GRU_STEP_OF_THE_PAPER: Mistakes = {
    "The reset gate acts after the matrix, and on c: r * (U @ h + c). That is "
    "PyTorch's "
    "GRU. In the paper h is reset before: U @ (r * h).": gru_step,
    "The reset gate acts after the matrix: r * (U @ h). In the paper h is reset "
    "before: "
    "U @ (r * h). These differ, since U mixes the units.": (
        _gru(lambda p: tanh(p.a + p.r * p.u + p.c))
    ),
    "c is multiplied by the reset gate: here it is only a bias like b.": (
        _gru(lambda p: tanh(p.a + (p.r * p.h) @ p.U.T + p.r * p.c))
    ),
    "This is the GRU of Chung et al. (2014), with blocks z, r, n: z and 1 - z are "
    "exchanged, and r and z as well.": (
        _gru(_reset_before, lambda n, p: p.z * n + (1 - p.z) * p.h, order="zrn")
    ),
    "h is reset after the matrix, and so is x's share: tanh(x's share + U @ (r * "
    "h)).": (_gru(lambda p: tanh(p.r * (p.a + p.u) + p.c))),
    "The reset gate multiplies h twice: before the matrix and after it. Before is "
    "enough.": _gru(lambda p: tanh(p.a + p.r * ((p.r * p.h) @ p.U.T) + p.c)),
    **_common(_reset_before),
}
