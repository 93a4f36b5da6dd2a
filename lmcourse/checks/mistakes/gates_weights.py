"""Known mistakes about an LSTM's and a GRU's numbers, each with its hint (chapter 8).

What the gates keep, how the weights are converted and how many there are. The checks
are in ``lmcourse.checks.gates``.

Shape letters: T time, E embedding, H hidden, V vocabulary, L layers.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Mistakes = dict[str, Callable]

# --- kept * ---------------------------------------------------------------------------


def _products(gates: Callable = lambda f, t: f[t + 1 :]) -> Callable:
    """Multiply the gates that ``gates(f, t)`` picks for time t."""
    return lambda f: torch.stack([gates(f, t).prod(dim=0) for t in range(len(f))])


def _kept(f: Tensor) -> Tensor:
    return _products()(f)


MISTAKES_KEPT: Mistakes = {
    "The gate of step t itself is in the product: it acts on what was there before, "
    "and "
    "what is written at t comes after it. Begin with f[t + 1].": (
        _products(lambda f, t: f[t:])
    ),
    "This runs from the beginning to t: how much of the *first* memory is left. Asked "
    "for is what is left at the end of what was written at t.": (
        _products(lambda f, t: f[: t + 1])
    ),
    "The gates before t are multiplied: those after it decide what becomes of what was "
    "written at t.": _products(lambda f, t: f[:t]),
    "The last gate is missing from the products: it acts, too.": (
        _products(lambda f, t: f[t + 1 : -1])
    ),
    "Only the next gate counts: whoever survives it meets all the others.": (
        _products(lambda f, t: f[t + 1 : t + 2])
    ),
    "f[t] is where f[t + 1] should be, and the last gate is missing: what is written "
    "at t meets the gates after t, up to the last one.": (
        _products(lambda f, t: f[t:-1])
    ),
    "All gates but that of step t are multiplied: those before t acted before anything "
    "was written at t.": _products(lambda f, t: torch.cat([f[:t], f[t + 1 :]])),
    "These are products from the beginning, in the opposite order: turn f around "
    "before cumprod, and the answer back after it.": lambda f: f.cumprod(0).flip(0),
    "Row t holds f[t] alone. If you build it from row t + 1, that row must be there "
    "first: go from the last time to the first, and take f[t + 1].": (
        lambda f: torch.cat([f[:-1], torch.ones_like(f[:1])])
    ),
    "The gates are added: each leaves a share of the share before it, so multiply.": (
        lambda f: torch.stack([f[t + 1 :].sum(dim=0) for t in range(len(f))])
    ),
    "This is the mean of the gates: shares of shares are multiplied.": lambda f: (
        torch.stack(
            [f[t + 1 :].mean(dim=0) for t in range(len(f) - 1)]
            + [torch.ones_like(f[0])]
        )
    ),
    "This is what is lost: take 1 minus it.": lambda f: 1 - _kept(f),
    "1 - f is multiplied: a forget gate of 1 keeps everything.": (
        _products(lambda f, t: 1 - f[t + 1 :])
    ),
    "The logarithm of the answer: take exp of the sum of logs.": (
        lambda f: _kept(f).log()
    ),
    "The answers are in the wrong order: row t is for what was written at time t, and "
    "the last row is 1.": lambda f: _kept(f).flip(0),
    "What is written at the last step is all there at the end: its row is 1, the "
    "product of no gates, not 0.": lambda f: torch.cat(
        [_kept(f)[:-1], torch.zeros_like(f[:1])]
    ),
    "The units are mixed: each has a gate of its own, so multiply along time only.": (
        lambda f: _kept(f).prod(dim=1, keepdim=True).expand_as(f)
    ),
    "The gates are multiplied along the units, dim=1: time is the first axis.": (
        lambda f: _products()(f.T).T
    ),
    "One row is missing: what was written at the last step has a row, too, of ones.": (
        lambda f: _kept(f)[:-1]
    ),
    "Only what was written at the first step: give a row for every time.": (
        lambda f: _kept(f)[0]
    ),
}

# --- long_memory * --------------------------------------------------------------------


def _biased(value: Callable, block: int = 1, keep: bool = False) -> Callable:
    """Put ``value(p, steps, share)`` into a block; p is what each step should keep."""

    def bias(b, steps, share):
        H, new = len(b) // 4, b.clone()
        rows = slice(block * H, (block + 1) * H)
        number = value(share ** (1 / steps), steps, share)
        new[rows] = number + (b[rows] if keep else 0)
        return new

    return bias


def _logit(p, *_):
    return math.log(p / (1 - p))


def _everywhere(b, steps, share):
    return torch.full_like(b, _logit(share ** (1 / steps)))


def _only_the_block(b, steps, share):
    return torch.full_like(b[: len(b) // 4], _logit(share ** (1 / steps)))


def _one_number(b, steps, share):
    new = b.clone()
    new[len(b) // 4] = _logit(share ** (1 / steps))
    return new


def _zero_elsewhere(b, steps, share):
    return _biased(_logit)(torch.zeros_like(b), steps, share)


MISTAKES_LONG_MEMORY: Mistakes = {
    "It is in the first block, the input gate's: the blocks are i, f, g, o.": (
        _biased(_logit, 0)
    ),
    "It is in the third block, the candidate's: the blocks are i, f, g, o.": (
        _biased(_logit, 2)
    ),
    "It is in the last block, the output gate's: the blocks are i, f, g, o.": (
        _biased(_logit, 3)
    ),
    "All four blocks are set: only the forget gate should be open.": _everywhere,
    "Return the whole bias, all four blocks of it.": _only_the_block,
    "The other blocks are zero now: they stay as they were.": _zero_elsewhere,
    "It is added to the bias that was there: replace it.": _biased(_logit, keep=True),
    "The number itself is used as the bias: it is what the *sigmoid* of the bias "
    "should "
    "be. Turn the sigmoid around.": _biased(lambda p, steps, share: p),
    "This is the sigmoid of the number: you need its inverse, log(p / (1 - p)).": (
        _biased(lambda p, steps, share: 1 / (1 + math.exp(-p)))
    ),
    "This is log p: the inverse of the sigmoid is log(p / (1 - p)).": (
        _biased(lambda p, steps, share: math.log(p))
    ),
    "The sign is turned around: this gate is nearly shut.": (
        _biased(lambda p, steps, share: -_logit(p))
    ),
    "The gate keeps the share in one step, and share**steps after all of them. Which "
    "number, multiplied by itself that often, is the share?": (
        _biased(lambda p, steps, share: _logit(share))
    ),
    "share**steps is what is left if each step keeps the share. You need the opposite, "
    "a root.": _biased(lambda p, steps, share: _logit(share**steps)),
    "The share is divided by the steps: shares of shares are multiplied, so take a "
    "root.": _biased(lambda p, steps, share: _logit(share / steps)),
    "What is lost is divided by the steps, as if each took the same piece. Each takes "
    "the same share of what is left: a root.": (
        _biased(lambda p, steps, share: _logit(1 - (1 - share) / steps))
    ),
    "The logarithm is to base 2: a sigmoid is made with e.": (
        _biased(lambda p, steps, share: math.log2(p / (1 - p)))
    ),
    "The logarithm is to base 10: a sigmoid is made with e.": (
        _biased(lambda p, steps, share: math.log10(p / (1 - p)))
    ),
    "torch.tensor(p) keeps only 7 digits of p: the formula is right, but write "
    "torch.tensor(p, dtype=b.dtype), or math.log.": (
        _biased(lambda p, steps, share: torch.tensor(p).logit())
    ),
    "This is 1, the usual bias: find the one for these steps and this share.": (
        _biased(lambda p, steps, share: 1.0)
    ),
    "Only one number is set: the forget gate has H of them, b[H : 2 * H].": (
        _one_number
    ),
    "The log is missing: p / (1 - p) are the odds.": (
        _biased(lambda p, steps, share: p / (1 - p))
    ),
    "The inverse of tanh: gates go through a sigmoid.": (
        _biased(lambda p, steps, share: math.atanh(p))
    ),
}

# --- other_convention ** --------------------------------------------------------------


def _signs(W: str, U: str, b: str, c: float = 1) -> Callable:
    """Negate blocks: "rZn" in capitals what is negated."""

    def convert(*weights):
        new = []
        for weight, blocks in zip(weights, (W, U, b), strict=False):
            parts = zip(weight.chunk(3), blocks, strict=True)
            new.append(torch.cat([-w if s.isupper() else w for w, s in parts]))
        return (*new, c * weights[3])

    return convert


def _moved(order: tuple[int, int, int]) -> Callable:
    def convert(W, U, b, c):
        new = (torch.cat([w.chunk(3)[k] for k in order]) for w in (W, U, b))
        return (*new, c)

    return convert


def _on_z(change: Callable) -> Callable:
    def convert(W, U, b, c):
        new = []
        for weight in (W, U, b):
            r, z, n = weight.chunk(3)
            new.append(torch.cat([r, change(z), n]))
        return (*new, c)

    return convert


MISTAKES_OTHER_CONVENTION: Mistakes = {
    "These are the weights as they came: her z has to be 1 minus yours.": (
        lambda W, U, b, c: (W, U, b, c)
    ),
    "r is negated: z is the second block.": _signs("Rzn", "Rzn", "Rzn"),
    "n is negated: only the update gate means something else. z is the second block.": (
        _signs("rzN", "rzN", "rzN")
    ),
    "The candidate is negated, with its c: z is the second block.": (
        _signs("rzN", "rzN", "rzN", -1)
    ),
    "Both gates are negated: r means the same in both conventions.": (
        _signs("RZn", "RZn", "RZn")
    ),
    "Everything is negated: only z means something else.": (
        _signs("RZN", "RZN", "RZN", -1)
    ),
    "All blocks of W, U and b are negated: only z means something else.": (
        _signs("RZN", "RZN", "RZN")
    ),
    "z is right, but n is negated, too: leave the candidate as it is.": (
        _signs("rZN", "rZN", "rZN")
    ),
    "c is negated: it belongs to the candidate, which stays as it is.": (
        _signs("rZn", "rZn", "rZn", -1)
    ),
    "The bias still speaks for the old z: negate its second block, too.": (
        _signs("rZn", "rZn", "rzn")
    ),
    "U still speaks for the old z: negate its second block, too.": (
        _signs("rZn", "rzn", "rZn")
    ),
    "W still speaks for the old z: negate its second block, too.": (
        _signs("rzn", "rZn", "rZn")
    ),
    "Only the bias is negated: 1 - sigmoid(a) is sigmoid(-a), and a is made of W, U "
    "and b.": _signs("rzn", "rzn", "rZn"),
    "Only W is negated: 1 - sigmoid(a) is sigmoid(-a), and a is made of W, U and b.": (
        _signs("rZn", "rzn", "rzn")
    ),
    "z became 1 - z in the weights. It is the gate that should: "
    "1 - sigmoid(a) = sigmoid(-a), so negate them.": _on_z(lambda z: 1 - z),
    "z became 1 / z in the weights: 1 - sigmoid(a) = sigmoid(-a), so negate them.": (
        _on_z(lambda z: 1 / z)
    ),
    "In the bias, z became 1 - z: 1 - sigmoid(a) = sigmoid(-a), so negate the bias as "
    "well as W and U.": lambda W, U, b, c: (
        *_signs("rZn", "rZn", "rZn")(W, U, b, c)[:2],
        _on_z(lambda z: 1 - z)(b, b, b, c)[0],
        c,
    ),
    "z became 1 - sigmoid(z) in the weights: a weight is not yet a gate. Since "
    "1 - sigmoid(a) = sigmoid(-a), negate them.": _on_z(lambda z: 1 - z.sigmoid()),
    "Only one row is negated: the block of z has H rows.": _on_z(
        lambda z: torch.cat([-z[:1], z[1:]])
    ),
    "The rows of z are in the opposite order: their values change, not their places.": (
        _on_z(lambda z: z.flip(0))
    ),
    "The blocks r and z changed places: their places stay, z's values change.": (
        _moved((1, 0, 2))
    ),
    "The blocks z and n changed places: their places stay, z's values change.": (
        _moved((0, 2, 1))
    ),
}

# --- from_keras ** --------------------------------------------------------------------


def _last(bias):
    return bias[-(len(bias) // 3) :]


def _gates(bias):
    return bias[: len(bias) // 3 * 2]


def _keras(
    blocks: str = "zrn",
    b: Callable = lambda x, h: torch.cat([_gates(x + h), _last(x)]),
    c: Callable = lambda x, h: _last(h),
    turned: Callable = lambda w: w.T,
) -> Callable:
    """Convert with a part replaced; ``blocks`` is the order that is read.

    ``b`` and ``c`` are made of the two rows of bias, of the input x and the state h.
    """

    def sort(w):
        parts = dict(zip(blocks, w.chunk(3, dim=-1), strict=True))
        return torch.cat([parts[name] for name in "rzn"], dim=-1)

    def convert(kernel, recurrent, bias):
        x, h = sort(bias)
        return turned(sort(kernel)), turned(sort(recurrent)), b(x, h), c(x, h)

    return convert


def _unsorted(part: int) -> Callable:
    """Leave one of the three in Keras's order of blocks, and sort the others."""
    right, wrong = _keras(), _keras("rzn")

    def convert(*arguments):
        new = list(right(*arguments))
        new[part] = wrong(*arguments)[part]
        return tuple(new)

    return convert


def _aliased(kernel, recurrent, bias):
    """Swap two views: the first is overwritten before it is read."""
    W, U, b, c = _keras()(kernel, recurrent, bias)

    def twice(w):
        r, _, n = w.chunk(3)
        return torch.cat([r, r, n])

    return twice(W), twice(U), b, c


def _negated_z(kernel, recurrent, bias):
    return _signs("rZn", "rZn", "rZn")(*_keras()(kernel, recurrent, bias))


MISTAKES_FROM_KERAS: Mistakes = {
    "The blocks are still in Keras's order z, r, n: ours are r, z, n.": _keras("rzn"),
    "r is last here: the blocks move from z, r, n to r, z, n.": _keras("znr"),
    "The blocks are read as n, r, z. Keras has z, r, n: only the first two change "
    "places.": _keras("nrz"),
    "W still has Keras's order, z before r.": _unsorted(0),
    "U still has Keras's order, z before r.": _unsorted(1),
    "b still has Keras's order, z before r.": _unsorted(2),
    "Both first blocks hold r: in W[:H], W[H : 2 * H] = W[H : 2 * H], W[:H] the first "
    "is overwritten before it is read, since slices are views. Use torch.cat.": (
        _aliased
    ),
    "kernel and recurrent are not transposed: Keras multiplies x @ kernel, we multiply "
    "x @ W.T.": _keras(turned=lambda w: w),
    "reshape is not transpose: it only cuts the same row of numbers elsewhere. "
    "Use .T.": _keras(turned=lambda w: w.reshape(w.shape[1], w.shape[0])),
    "The candidate's second bias is in there twice: as c, and in b. In b, the "
    "candidate "
    "has the first row of bias alone.": (_keras(b=lambda x, h: x + h)),
    "Both biases are added everywhere, and c is zero. The reset gate multiplies the "
    "second one in the candidate, so there it must stay apart, as c.": (
        _keras(b=lambda x, h: x + h, c=lambda x, h: 0 * _last(h))
    ),
    "The second row of bias is lost for the gates: in r and z it is simply added.": (
        _keras(b=lambda x, h: x)
    ),
    "The second row of bias is not used at all: in r and z it is added to the first, "
    "in the candidate it is c.": _keras(b=lambda x, h: x, c=lambda x, h: 0 * _last(h)),
    "The first row of bias, the input's, is not used at all.": (
        _keras(b=lambda x, h: torch.cat([_gates(h), 0 * _last(h)]))
    ),
    "b and c are exchanged in the candidate: the first row of bias goes with x, into "
    "b, "
    "and the second with h, into c.": _keras(
        b=lambda x, h: torch.cat([_gates(x + h), _last(h)]), c=lambda x, h: _last(x)
    ),
    "c is the input's bias: it is the second row of bias, which goes with h.": (
        _keras(c=lambda x, h: _last(x))
    ),
    "c is a sum of both biases: it is the second row alone.": (
        _keras(c=lambda x, h: _last(x + h))
    ),
    "The candidate's b is zero: it is the first row of bias.": (
        _keras(b=lambda x, h: torch.cat([_gates(x + h), 0 * _last(h)]))
    ),
    "The two rows of bias are averaged: they are added.": (
        _keras(b=lambda x, h: torch.cat([_gates(x + h) / 2, _last(x)]))
    ),
    "c has three blocks: it belongs to the candidate alone, so it has H numbers.": (
        _keras(c=lambda x, h: h)
    ),
    "The update gate is negated: z = 1 keeps the old in Keras, as it does here.": (
        _negated_z
    ),
}

# --- gated_parameters * ---------------------------------------------------------------


def _sizes(
    gates: dict[str, int] | None = None,
    layer: Callable = lambda G, D, H, kind: G * H * (D + H + 1) + H * (kind == "gru"),
    lower: Callable = lambda E, H: H,
    layers: Callable = lambda L: L,
    embedding: Callable = lambda V, E: V * E,
    output: Callable = lambda V, H, tied: V + (0 if tied else V * H),
) -> Callable:
    """Count with one part replaced; ``lower`` is what an upper layer reads."""

    def count(kind, V, E, H, L, tied):
        G = ({"rnn": 1, "lstm": 4, "gru": 3} | (gates or {}))[kind]
        inside = sum(
            layer(G, E if n == 0 else lower(E, H), H, kind) for n in range(layers(L))
        )
        return embedding(V, E) + inside + output(V, H, tied)

    return count


MISTAKES_GATED_PARAMETERS: Mistakes = {
    "You count two biases in a layer, as PyTorch has them: here there is one b (and a "
    "GRU's c).": _sizes(layer=lambda G, D, H, kind: G * H * (D + H + 2)),
    "The GRU's c is missing: H numbers more in each of its layers.": (
        _sizes(layer=lambda G, D, H, kind: G * H * (D + H + 1))
    ),
    "Every layer has a c here: only a GRU's has.": (
        _sizes(layer=lambda G, D, H, kind: G * H * (D + H + 1) + H)
    ),
    "c has H numbers, not 3H: it belongs to the candidate alone.": _sizes(
        layer=lambda G, D, H, kind: G * H * (D + H + 1) + 3 * H * (kind == "gru")
    ),
    "The biases of the layers are missing.": (
        _sizes(layer=lambda G, D, H, kind: G * H * (D + H))
    ),
    "Each layer has one bias for each unit, not for each gate: b has G * H numbers.": (
        _sizes(layer=lambda G, D, H, kind: G * H * (D + H) + H + H * (kind == "gru"))
    ),
    "The matrix U is missing: what a layer reads from itself, one of (H, H) a block.": (
        _sizes(layer=lambda G, D, H, kind: G * H * (D + 1) + H * (kind == "gru"))
    ),
    "The matrix W is missing: what a layer reads from below.": (
        _sizes(layer=lambda G, D, H, kind: G * H * (H + 1) + H * (kind == "gru"))
    ),
    "All three are counted as if they had one block: an LSTM has four, a GRU three.": (
        _sizes({"lstm": 1, "gru": 1})
    ),
    "An LSTM has four blocks: three gates and the candidate.": _sizes({"lstm": 3}),
    "A GRU has three blocks: two gates and the candidate.": _sizes({"gru": 2}),
    "A GRU has three blocks, not four: it has no output gate.": _sizes({"gru": 4}),
    "Every layer reads E numbers here: from the second on they read H, the layer "
    "below.": (_sizes(lower=lambda E, H: E)),
    "Upper layers have two matrices a block, too: W is (H, H) there, and so is U.": (
        _sizes(lower=lambda E, H: 0)
    ),
    "The GRU's c is counted once: each of its layers has one.": (
        lambda kind, V, E, H, L, tied: (
            _sizes()(kind, V, E, H, L, tied) - (L - 1) * H * (kind == "gru")
        )
    ),
    "Only one layer is counted: there are `layers` of them.": _sizes(
        layers=lambda L: 1
    ),
    "One layer too few: range(layers) runs from the first to the last.": (
        _sizes(layers=lambda L: L - 1)
    ),
    "The table of embeddings is missing: V rows of E numbers.": (
        _sizes(embedding=lambda V, E: 0)
    ),
    "Tied tables are counted twice: they are one and the same.": (
        _sizes(output=lambda V, H, tied: V + V * H)
    ),
    "The output has a bias, V numbers, tied or not.": (
        _sizes(output=lambda V, H, tied: 0 if tied else V * H)
    ),
    "The output's bias is missing when the tables are tied: only the table is "
    "shared.": (_sizes(output=lambda V, H, tied: 0 if tied else V * H + V)),
    "The output's table is counted only when it is tied: tying is what saves it.": (
        _sizes(output=lambda V, H, tied: V + (V * H if tied else 0))
    ),
    "The output's table is never counted: untied, it is H numbers for each word.": (
        _sizes(output=lambda V, H, tied: V)
    ),
}
