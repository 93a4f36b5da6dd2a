"""Known mistakes in one step of a GRU, PyTorch's or the paper's (chapter 8).

Each stands beside its hint. The checks are in ``lmcourse.checks.gates``.

Shape letters: B batch, E embedding, H hidden.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, sigmoid, tanh

from lmcourse.checks.mistakes.gates import pairs
from lmcourse.rnn import gru_step, gru_step_of_the_paper

Mistakes = dict[str, Callable]


class _Parts(NamedTuple):
    """What a GRU's candidate can be made of."""

    r: Tensor  # (B, H)  squashed
    z: Tensor
    a: Tensor  # (B, H)  the candidate's share of x @ W.T + b
    u: Tensor  # (B, H)  ... and of h @ U.T
    h: Tensor
    c: Tensor  # (H,)
    U: Tensor  # (H, H)  the candidate's rows


def _sum_after(p: _Parts) -> Tensor:  # PyTorch
    return p.a + p.r * (p.u + p.c)


def _sum_before(p: _Parts) -> Tensor:  # the paper
    return p.a + (p.r * p.h) @ p.U.T + p.c


def _reset_after(p: _Parts) -> Tensor:
    return tanh(_sum_after(p))


def _reset_before(p: _Parts) -> Tensor:
    return tanh(_sum_before(p))


def _keep_by_z(n: Tensor, p: _Parts) -> Tensor:
    return (1 - p.z) * n + p.z * p.h


def _gru(
    *,
    candidate: Callable,
    mix: Callable = _keep_by_z,
    parts: Callable = lambda p: p,
    order: str = "rzn",
    gate: Callable = sigmoid,
    blocks: Callable = lambda a: a.chunk(3, dim=1),
    change: Callable = lambda *args: args,
) -> Callable:
    """Build a GRU step with some of its parts replaced."""

    def step(x, h, W, U, b, c):
        x, h, W, U, b, c = change(x, h, W, U, b, c)
        a = dict(zip(order, blocks(x @ W.T + b), strict=True))
        u = dict(zip(order, blocks(h @ U.T), strict=True))
        rows = dict(zip(order, U.chunk(3), strict=True))
        r, z = gate(a["r"] + u["r"]), gate(a["z"] + u["z"])
        whole = _Parts(r, z, a["n"], u["n"], h, c, rows["n"])
        return mix(candidate(parts(whole)), whole)

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


# as _LSTM_PARTS: hint -> what of the step is replaced
_GRU_PARTS: dict[str, dict] = {
    # the mixture
    "z and 1 - z are exchanged, as in Chung et al. (2014) and in many tutorials. "
    "Here z = 1 keeps the old h: (1 - z) * n + z * h.": {
        "mix": lambda n, p: p.z * n + (1 - p.z) * p.h
    },
    "The update gate is not used: the candidate is only a proposal. Return "
    "(1 - z) * n + z * h.": {"mix": lambda n, p: n},
    "The old h is missing from the mixture: (1 - z) * n + z * h.": {
        "mix": lambda n, p: (1 - p.z) * n
    },
    "The candidate counts fully, beside z * h: it gets the share that h leaves, "
    "1 - z.": {"mix": lambda n, p: n + p.z * p.h},
    "The old h counts fully, beside (1 - z) * n: it gets the share z.": {
        "mix": lambda n, p: (1 - p.z) * n + p.h
    },
    "Old and new both get the share z: the new one gets what is left, 1 - z.": {
        "mix": lambda n, p: p.z * (n + p.h)
    },
    "The mixture keeps r * h: the reset gate acts inside the candidate only. Keep "
    "z * h, with the h that came in.": {
        "mix": lambda n, p: (1 - p.z) * n + p.z * p.r * p.h
    },
    "r does the mixing: r is for the candidate, z for the mixture "
    "(1 - z) * n + z * h.": {"mix": lambda n, p: (1 - p.r) * n + p.r * p.h},
    "The new one gets 1 - r: r is for the candidate, and the mixture is "
    "(1 - z) * n + z * h.": {"mix": lambda n, p: (1 - p.r) * n + p.z * p.h},
    "The new one gets the share r, as if r were an input gate: it gets 1 - z.": {
        "mix": lambda n, p: p.r * n + p.z * p.h
    },
    "The result goes through one more tanh: the mixture is the new h as it is.": {
        "mix": lambda n, p: tanh(_keep_by_z(n, p))
    },
    # the blocks
    "r and z are exchanged: the blocks are in the order r, z, n. (Keras has z "
    "first.)": {"order": "zrn"},
    "The candidate is taken from the first block: the order is r, z, n.": {
        "order": "nrz"
    },
    "z and n are exchanged: the blocks are in the order r, z, n.": {"order": "rnz"},
    "Your blocks are in the order z, n, r. They are r, z, n.": {"order": "znr"},
    "Your blocks are in the order n, z, r, the other way around. They are r, z, n.": {
        "order": "nzr"
    },
    "Every third number goes to the same gate here. The blocks are not woven into "
    "each other: the first H numbers are r, the next H are z, the last H are n.": {
        "blocks": lambda a: a.unflatten(1, (-1, 3)).unbind(dim=2)
    },
    # the gates
    "The gates go through tanh: r and z are between 0 and 1, so it is a sigmoid.": {
        "gate": tanh
    },
    "The gates are not squashed: r and z go through a sigmoid.": {"gate": lambda a: a},
    "The gates go through a softmax: each is a sigmoid of its own.": {
        "gate": lambda a: a.softmax(dim=1)
    },
    "1 - r is used for r: r = 1 lets the old h through.": {
        "parts": lambda p: p._replace(r=1 - p.r)
    },
    "z is used inside the candidate: that is the place of r.": {
        "parts": lambda p: p._replace(r=p.z)
    },
    "The reset gate is missing: the candidate sees r's share of the old h.": {
        "parts": lambda p: p._replace(r=torch.ones_like(p.r))
    },
    # the candidate
    "The reset gate is applied outside of the tanh: r * tanh(...) makes the whole "
    "candidate small, x's share as well. It belongs inside, to h's share.": {
        "candidate": lambda p: p.r * tanh(p.a + p.u + p.c)
    },
    "The reset gate multiplies all of the candidate, x's share, too: only what comes "
    "from h is reset.": {"candidate": lambda p: tanh(p.r * (p.a + p.u + p.c))},
    "The reset gate multiplies x's share, too, and only c is spared: only what comes "
    "from h is reset.": {"candidate": lambda p: tanh(p.r * (p.a + p.u) + p.c)},
    "r * h is added as it is: the candidate's rows of U are missing.": {
        "candidate": lambda p: tanh(p.a + p.r * p.h + p.c)
    },
    "The old h is missing from the candidate: only x speaks.": {
        "candidate": lambda p: tanh(p.a + p.c)
    },
    "x's share and h's share each have a tanh of their own: one tanh around their "
    "sum.": {"candidate": lambda p: tanh(p.a) + p.r * tanh(p.u + p.c)},
    # what goes in
    "The bias b is never added.": {
        "change": lambda x, h, W, U, b, c: (x, h, W, U, torch.zeros_like(b), c)
    },
    "Only the gates get their share of b: the candidate's last H numbers are "
    "missing.": {"change": lambda *args: _without_last_bias(*args)},
    "The bias c is never added: it belongs to the candidate.": {
        "change": lambda x, h, W, U, b, c: (x, h, W, U, b, torch.zeros_like(c))
    },
    "The bias c is added to all three blocks: it belongs to the candidate alone.": {
        "change": lambda x, h, W, U, b, c: (
            *(x, h, W, U),
            b + torch.cat([c, c, torch.zeros_like(c)]),
            c,
        )
    },
    "The gates do not look at the old h: h @ U.T is missing there.": {
        "change": lambda x, h, W, U, b, c: (x, h, W, U * _last_block(U), b, c)
    },
    "The input x is not used: x @ W.T is missing.": {
        "change": lambda x, h, W, U, b, c: (x, h, torch.zeros_like(W), U, b, c)
    },
}


def _last_block(weight):
    """Return 1 in the last of three blocks of rows, and 0 in the others."""
    one = torch.zeros_like(weight)
    one.chunk(3)[2].fill_(1)
    return one


def _without_last_bias(x, h, W, U, b, c):
    return x, h, W, U, b * (1 - _last_block(b)), c


def _parts_around(right: Callable, inside: Callable) -> dict[str, dict]:
    """Complete the parts for one of the GRUs, whose tanh is taken of ``inside``."""
    own = {
        "The candidate goes through a sigmoid: tanh lets it be negative.": (
            lambda p: sigmoid(inside(p))
        ),
        "The candidate is not squashed: it goes through tanh.": inside,
        "The candidate goes through relu, which has no lower values than 0: it is "
        "tanh.": lambda p: inside(p).relu(),
        "In the candidate h is multiplied by U, not by its transpose: h @ U.T.": (
            lambda p: right(p._replace(U=p.U.T, u=p.h @ p.U))
        ),
    }
    return _GRU_PARTS | {hint: {"candidate": part} for hint, part in own.items()}


def _singles(right: Callable, parts: dict[str, dict]) -> Mistakes:
    found = {hint: _gru(**{"candidate": right} | part) for hint, part in parts.items()}
    sees = "The update gate looks at r * h: r acts in the candidate only. Both gates "
    return found | {sees + "see all of h.": _update_sees_reset(right)}


def gru_pairs(of_the_paper: bool) -> Mistakes:
    """Return every two of a GRU's mistakes that can be made at once."""
    parts = _PAPER_PARTS if of_the_paper else _TORCH_PARTS
    right = _reset_before if of_the_paper else _reset_after
    if not of_the_paper:
        parts = {_BEFORE: {"candidate": _reset_before}} | parts

    def build(**chosen):
        return _gru(**{"candidate": right} | chosen)

    return pairs(build, parts)


_TORCH_PARTS = _parts_around(_reset_after, _sum_after)
_PAPER_PARTS = _parts_around(_reset_before, _sum_before)
_BEFORE = (
    "The reset gate acts before the matrix: U @ (r * h), as in the paper. PyTorch's "
    "acts after it: r * (U @ h + c)."
)

MISTAKES_GRU_STEP: Mistakes = {
    _BEFORE: gru_step_of_the_paper,
    "This is the GRU of Chung et al. (2014): the reset before the matrix, and z and "
    "1 - z exchanged. PyTorch resets after it, r * (U @ h + c), and z = 1 keeps h.": (
        _gru(candidate=_reset_before, mix=lambda n, p: p.z * n + (1 - p.z) * p.h)
    ),
    "This is Keras's GRU with reset_after=False: the blocks in the order z, r, n, and "
    "the reset before the matrix. Here it is r, z, n and r * (U @ h + c).": (
        _gru(candidate=_reset_before, order="zrn")
    ),
    "The bias c is outside of the reset: r * (U @ h + c), so that r = 0 takes c away, "
    "too.": _gru(candidate=lambda p: tanh(p.a + p.r * p.u + p.c)),
    "c is reset, but h is reset before the matrix: r * (U @ h + c) does both after "
    "it.": _gru(candidate=lambda p: tanh(p.a + (p.r * p.h) @ p.U.T + p.r * p.c)),
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
    **_singles(_reset_after, _TORCH_PARTS),
}

MISTAKES_GRU_STEP_OF_THE_PAPER: Mistakes = {
    "The reset gate acts after the matrix, and on c: r * (U @ h + c). That is "
    "PyTorch's "
    "GRU. In the paper h is reset before: U @ (r * h).": gru_step,
    "The reset gate acts after the matrix: r * (U @ h). In the paper h is reset "
    "before: "
    "U @ (r * h). These differ, since U mixes the units.": (
        _gru(candidate=lambda p: tanh(p.a + p.r * p.u + p.c))
    ),
    "c is multiplied by the reset gate: here it is only a bias like b.": (
        _gru(candidate=lambda p: tanh(p.a + (p.r * p.h) @ p.U.T + p.r * p.c))
    ),
    "This is the GRU of Chung et al. (2014), with blocks z, r, n: z and 1 - z are "
    "exchanged, and r and z as well.": (
        _gru(
            candidate=_reset_before,
            mix=lambda n, p: p.z * n + (1 - p.z) * p.h,
            order="zrn",
        )
    ),
    "The reset gate multiplies h twice: before the matrix and after it. Before is "
    "enough.": _gru(candidate=lambda p: tanh(p.a + p.r * ((p.r * p.h) @ p.U.T) + p.c)),
    **_singles(_reset_before, _PAPER_PARTS),
}
