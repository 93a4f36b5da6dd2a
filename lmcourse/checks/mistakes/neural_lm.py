"""What goes wrong in neural language models with a window (chapter 6).

Each entry is a hint and the function that a student with that mistake has written; the
checks are in ``lmcourse.checks.neural_lm``.

Shape letters: B batch, T time, V vocabulary, E embedding, H hidden, N order,
D and C channels in and out, K width of a convolution.
"""

import math
from collections.abc import Callable

import torch
from torch.nn.functional import conv1d, pad

Mistakes = dict[str, Callable]

# --- context_windows * ----------------------------------------------------------------


def _rows(
    places: Callable = lambda t, size: range(t - 1, t - 1 - size, -1),
    tokens: Callable = lambda T, size: range(T),
    missing: Callable = lambda ids, place, start: start,
    first: bool = True,
) -> Callable:
    """Look up other places, for other tokens, or fill up with something else."""

    def windows(ids, size, start):
        T = len(ids)
        rows = [
            [
                ids[p].item() if 1 - first <= p < T else missing(ids, p, start)
                for p in places(t, size)
            ]
            for t in tokens(T, size)
        ]
        return torch.tensor(rows, dtype=torch.int64).reshape(-1, size)

    return windows


def _padded_behind(ids, size, start):
    rows = [ids[max(0, t - size) : t].flip(0) for t in range(len(ids))]
    return torch.stack([pad(row, (size - len(row), 0), value=start) for row in rows])


def _oldest_first(t, size):
    return range(t - size, t)


CONTEXT_WINDOWS: Mistakes = {
    "The oldest token comes first here. The latest one should: column 0 holds the "
    "token right before.": _rows(_oldest_first),
    "The windows contain the very token that is to be predicted: a model would learn "
    "to copy it. The latest one to see is the token before.": _rows(
        lambda t, size: range(t, t - size, -1)
    ),
    "The windows contain the very token that is to be predicted, and the oldest token "
    "comes first. See only what comes before, the latest first.": _rows(
        lambda t, size: range(t - size + 1, t + 1)
    ),
    "These are the tokens that follow: a language model sees what comes before.": _rows(
        lambda t, size: range(t + 1, t + 1 + size)
    ),
    "Each window reaches back one token too far and leaves out the latest one.": _rows(
        lambda t, size: range(t - 2, t - 2 - size, -1)
    ),
    "Only full windows are returned. The first tokens are predicted too: fill up with "
    "start what lies before the beginning.": _rows(
        tokens=lambda T, size: range(size, T)
    ),
    "Only full windows are returned, the oldest token first. Fill up with start what "
    "lies before the beginning, and put the latest token first.": _rows(
        _oldest_first, tokens=lambda T, size: range(size, T)
    ),
    "The first token has no row. It is predicted too, from nothing but start.": _rows(
        tokens=lambda T, size: range(1, T)
    ),
    "There is a row too many: the token after the last one is not in the text, so "
    "nobody has to predict it.": _rows(tokens=lambda T, size: range(T + 1)),
    "The last token has no row: it is predicted like any other.": _rows(
        tokens=lambda T, size: range(T - 1)
    ),
    "Before the beginning stands 0, which is <unk>. Fill up with start.": _rows(
        missing=lambda ids, place, start: 0
    ),
    "Before the beginning stands 1, whatever start is. Fill up with start.": _rows(
        missing=lambda ids, place, start: 1
    ),
    "Before the beginning stands -1, which is the id of nothing: fill up with start.": (
        _rows(missing=lambda ids, place, start: -1)
    ),
    "Before the beginning, ids[-1], ids[-2]... came back from the end of the text: a "
    "negative index counts from the end. Fill up with start.": _rows(
        missing=lambda ids, place, start: ids[place % len(ids)].item()
    ),
    "Before the beginning, the first token is repeated: fill up with start.": _rows(
        missing=lambda ids, place, start: ids[0].item()
    ),
    "start stands on the wrong side. It comes before the beginning, and the latest "
    "token is in column 0: so start fills the columns at the right.": _padded_behind,
    "The windows do not overlap: each token has a window of its own, and moving on by "
    "one token moves the window by one.": _rows(
        tokens=lambda T, size: range(0, T, size)
    ),
    "The first token of the text is never seen: place 0 is a place like any other, so "
    "ask for >= 0, not > 0.": _rows(
        missing=lambda ids, place, start: start, first=False
    ),
    "The rows are turned around, not the windows: flip(1), so that the rows stay in "
    "the order of the text.": lambda ids, size, start: _rows(_oldest_first)(
        ids, size, start
    ).flip(0),
}

# --- bengio_scores ** -----------------------------------------------------------------


def _scores(
    squash: Callable = torch.tanh,
    inside: Callable = lambda x, H, d: d + x @ H.T,
    outside: Callable = lambda hidden, U, b: b + hidden @ U.T,
    direct: Callable = lambda y, x, W: y + x @ W.T,
    end: Callable = lambda y: y,
) -> Callable:
    """Write equation (1) with one part of it replaced."""

    def scores(x, H, d, U, b, W=None):
        y = outside(squash(inside(x, H, d)), U, b)
        return end(y if W is None else direct(y, x, W))

    return scores


def _squashed_twice(x, H, d, U, b, W=None):
    y = (d + x @ H.T).tanh() @ U.T
    return b + (y if W is None else y + x @ W.T).tanh()


def _asks_whether_w_is_true(x, H, d, U, b, W=None):
    y = b + (d + x @ H.T).tanh() @ U.T
    return y + x @ W.T if W else y


def _matrix_first(x, H, d, U, b, W=None):
    y = b + U @ (d + H @ x).tanh()
    return y if W is None else y + W @ x


def _linear_then_squashed(x, H, d, U, b, W=None):
    y = b + ((d + x @ H.T) @ U.T).tanh()
    return y if W is None else y + x @ W.T


BENGIO_SCORES: Mistakes = {
    "The hidden layer goes through a sigmoid: the paper takes tanh, which can be "
    "negative too.": _scores(torch.sigmoid),
    "The hidden layer goes through a ReLU, as in newer models: here it is tanh.": (
        _scores(torch.relu)
    ),
    "The hidden layer goes through a softmax: it is tanh. A softmax comes once, at the "
    "end, and outside of this function.": _scores(lambda z: z.softmax(-1)),
    "There is no tanh. Without it two layers are no more than one: U (d + H x) is a "
    "linear function of x.": _scores(lambda z: z),
    "d is added behind the tanh: it belongs inside, tanh(d + H x).": _scores(
        inside=lambda x, H, d: (x @ H.T, d),
        squash=lambda parts: parts[1] + parts[0].tanh(),
    ),
    "d is missing: tanh(d + H x).": _scores(inside=lambda x, H, d: x @ H.T),
    "d is subtracted: tanh(d + H x).": _scores(inside=lambda x, H, d: x @ H.T - d),
    "b is missing: y = b + W x + U tanh(d + H x). It is what a word starts from, "
    "whatever came before it.": _scores(outside=lambda hidden, U, b: hidden @ U.T),
    "b is lost where there are direct connections: they are added to all the rest.": (
        _scores(direct=lambda y, x, W: x @ W.T, end=lambda y: y)
    ),
    "W is given but never used: add W x, the direct connections.": _scores(
        direct=lambda y, x, W: y
    ),
    "The direct connections go through a tanh. They are linear: W x is added as it "
    "is.": _scores(direct=lambda y, x, W: y + (x @ W.T).tanh()),
    "The direct connections are subtracted: add W x.": _scores(
        direct=lambda y, x, W: y - x @ W.T
    ),
    "The tanh is around the scores, too, and keeps them between -1 and 1: no word "
    "could ever be much more probable than another. Only the hidden layer has one.": (
        _scores(end=torch.tanh)
    ),
    "The tanh comes after U: the hidden layer is tanh(d + H x), and U turns it into "
    "scores.": _linear_then_squashed,
    "There is a second tanh, around U tanh(d + H x): U makes scores, and they may be "
    "as large as they like.": _squashed_twice,
    "These are probabilities. Return the scores themselves: the softmax comes later, "
    "in the loss, where it can be computed without overflow.": _scores(
        end=lambda y: y.softmax(-1)
    ),
    "These are log probabilities. Return the scores themselves: the softmax comes "
    "later, in the loss.": _scores(end=lambda y: y.log_softmax(-1)),
    "H is used the wrong way around: its rows belong to hidden units, so x @ H.T.": (
        _scores(inside=lambda x, H, d: d + x @ H)
    ),
    "U is used the wrong way around: its rows belong to words, so hidden @ U.T.": (
        _scores(outside=lambda hidden, U, b: b + hidden @ U)
    ),
    "H and U are used the wrong way around: their rows belong to what comes out, so "
    "x @ H.T, and hidden @ U.T.": _scores(
        inside=lambda x, H, d: d + x @ H, outside=lambda hidden, U, b: b + hidden @ U
    ),
    "W is used the wrong way around: its rows belong to words, so x @ W.T.": _scores(
        direct=lambda y, x, W: y + x @ W
    ),
    "All matrices are used the wrong way around: their rows belong to what comes out, "
    "so x @ H.T, hidden @ U.T and x @ W.T.": _scores(
        inside=lambda x, H, d: d + x @ H,
        outside=lambda hidden, U, b: b + hidden @ U,
        direct=lambda y, x, W: y + x @ W,
    ),
    "H and U are exchanged: H leads from the words to the hidden layer, U from there "
    "to the scores.": lambda x, H, d, U, b, W=None: _scores()(x, U, d, H, b, W),
    "d and b are exchanged: d belongs to the hidden layer, b to the words.": (
        lambda x, H, d, U, b, W=None: _scores()(x, H, b, U, d, W)
    ),
    "H @ x works for one vector only. x may have more dimensions in front, and the "
    "vectors are in the last one: write x @ H.T, and so on.": _matrix_first,
    "'if W' asks whether a whole table is true, which PyTorch refuses to answer. Ask "
    "'if W is not None'.": _asks_whether_w_is_true,
    "W is used even where it is None. The direct connections are optional: leave them "
    "out then.": lambda x, H, d, U, b, W=None: _scores()(x, H, d, U, b) + x @ W.T,
    "Only the first row of the batch is answered: is there an x[0] too many?": (
        lambda x, H, d, U, b, W=None: (
            _scores()(x[0], H, d, U, b, W)
            if x.ndim > 1
            else _scores()(x, H, d, U, b, W)
        )
    ),
    "The hidden layer goes through a GELU, as in newer models: here it is tanh.": (
        _scores(torch.nn.functional.gelu)
    ),
    "b is added twice where there are direct connections: W has no biases of its "
    "own.": (
        lambda x, H, d, U, b, W=None: (
            _scores()(x, H, d, U, b, W) + (0 if W is None else b)
        )
    ),
}

# --- parameter_count * ----------------------------------------------------------------


def _count(
    table: Callable = lambda V, N, E: V * E,
    width: Callable = lambda N, E: (N - 1) * E,
    hidden: Callable = lambda w, H: H * w + H,
    output: Callable = lambda V, H: V * H + V,
    straight: Callable = lambda V, w, H: V * w,
) -> Callable:
    """Count with one part replaced."""

    def count(V, N, E, H, direct):
        w = width(N, E)
        return table(V, N, E) + hidden(w, H) + output(V, H) + direct * straight(V, w, H)

    return count


PARAMETER_COUNT: Mistakes = {
    "The table of embeddings is missing: it is learned too, V times E of them.": _count(
        table=lambda V, N, E: 0
    ),
    "Each place of the window has a table of its own here. All places share one: a "
    "word has the same vector wherever it stands.": _count(
        table=lambda V, N, E: (N - 1) * V * E
    ),
    "There is a table for each of the N words. All places share one.": _count(
        table=lambda V, N, E: N * V * E
    ),
    "The window has order - 1 words, not order: one of the N is the word to be "
    "predicted.": _count(width=lambda N, E: N * E),
    "H looks at one word only: x is order - 1 vectors side by side.": _count(
        width=lambda N, E: E
    ),
    "The vectors stand side by side, so their sizes add up to (order - 1) * embed_dim; "
    "embed_dim is missing.": _count(width=lambda N, E: N - 1),
    "The hidden layer's biases d are missing, one for each unit.": _count(
        hidden=lambda w, H: H * w
    ),
    "The words' biases b are missing, one for each word.": _count(
        output=lambda V, H: V * H
    ),
    "All biases are missing: d, one for each hidden unit, and b, one for each word.": (
        _count(hidden=lambda w, H: H * w, output=lambda V, H: V * H)
    ),
    "The output layer U is missing: V times H.": _count(output=lambda V, H: V),
    "The hidden layer H is missing: hidden_dim times (order - 1) embed_dim.": _count(
        hidden=lambda w, H: H
    ),
    "The direct connections are counted even where there are none.": (
        lambda V, N, E, H, direct: _count()(V, N, E, H, True)
    ),
    "The direct connections are never counted: W has V times (order - 1) embed_dim.": (
        lambda V, N, E, H, direct: _count()(V, N, E, H, False)
    ),
    "The direct connections start at the hidden layer here. They lead from the words' "
    "vectors straight to the scores: V times (order - 1) embed_dim.": _count(
        straight=lambda V, w, H: V * H
    ),
    "The direct connections have biases of their own here: b is there already.": _count(
        straight=lambda V, w, H: V * w + V
    ),
    "This is the size of a table of all n-grams, V to the power of N. That nobody "
    "needs it is the point of the model.": lambda V, N, E, H, direct: V**N,
    "The direct connections come from one word only: from all order - 1 of them.": (
        lambda V, N, E, H, direct: _count()(V, N, E, H, False) + direct * V * E
    ),
}

# --- causal_conv ** -------------------------------------------------------------------


def _conv(
    sides: Callable = lambda K: (K - 1, 0),
    weight: Callable = lambda w: w,
    bias: Callable = lambda b, w: b,
    cut: Callable = lambda y, T: y,
) -> Callable:
    """Pad elsewhere, turn the weights, or cut the result."""

    def conv(x, w, b):
        T = x.shape[2]
        known = pad(x, sides(w.shape[2]))
        return cut(conv1d(known, weight(w), bias(b, w)), T)

    return conv


def _around_the_corner(x, w, b):
    K = w.shape[2]
    taps = [torch.roll(x, K - 1 - k, dims=2) for k in range(K)]
    return sum(
        torch.einsum("bdt,cd->bct", tap, w[:, :, k]) for k, tap in enumerate(taps)
    ) + b.unsqueeze(1)


def _earliest_repeated(x, w, b):
    first = x[:, :, :1].expand(-1, -1, w.shape[2] - 1)
    return conv1d(torch.cat([first, x], dim=2), w, b)


def _without_partial_windows(x, w, b):
    y = _conv()(x, w, b)
    return torch.cat([0 * y[..., : w.shape[2] - 1], y[..., w.shape[2] - 1 :]], dim=2)


CAUSAL_CONV: Mistakes = {
    "The future leaks in: x is padded on both sides (or padding='same'), so output t "
    "looks at t + 1 as well. Pad K - 1 columns on the left only.": _conv(
        lambda K: ((K - 1) // 2, K - 1 - (K - 1) // 2)
    ),
    "Output t sees t, t + 1, ...: nothing but the future. Pad K - 1 columns on the "
    "left, not on the right (or, if you padded both sides and cut, keep the first T "
    "outputs).": _conv(lambda K: (0, K - 1)),
    "Nothing is padded, so K - 1 outputs are missing: put K - 1 columns of zeros in "
    "front.": lambda x, w, b: (
        conv1d(x, w, b)
        if x.shape[2] >= w.shape[2]
        else torch.zeros(len(x), len(w), 0).to(x)
    ),
    "padding=K - 1 pads on both sides, so there are K - 1 outputs too many, and the "
    "last ones have seen nothing but an end. Cut them off.": _conv(
        lambda K: (K - 1, K - 1)
    ),
    "K columns are padded, one too many: output t no longer sees token t itself, and "
    "there is an output too many.": _conv(lambda K: (K, 0)),
    "Output t no longer sees token t itself: pad K - 1 columns, not K.": _conv(
        lambda K: (K, 0), cut=lambda y, T: y[..., :T]
    ),
    "The kernel is turned around: w[:, :, K - 1] meets the present, w[:, :, 0] the "
    "oldest column. (Mathematicians' convolution turns it around, PyTorch's does "
    "not.)": _conv(weight=lambda w: w.flip(2)),
    "The kernel is turned around and looks ahead: w[:, :, k] meets column t + k here. "
    "It meets t - (K - 1) + k.": _conv(
        lambda K: (0, K - 1), weight=lambda w: w.flip(2)
    ),
    "The bias is missing: add b[c] to each output of channel c.": _conv(
        bias=lambda b, w: None
    ),
    "The bias is added once for each of the K columns: add it once.": _conv(
        bias=lambda b, w: b * w.shape[2]
    ),
    "The bias is added once for each channel of the input: add it once.": _conv(
        bias=lambda b, w: b * w.shape[1]
    ),
    "The bias is added once for each weight of the kernel, that is inside both sums: "
    "add it once.": _conv(bias=lambda b, w: b * w.shape[1] * w.shape[2]),
    "Before the beginning, columns come back from the end: torch.roll (or a negative "
    "index) goes around the corner. There are zeros.": _around_the_corner,
    "Before the beginning, the first column is repeated: there are zeros.": (
        _earliest_repeated
    ),
    "w[d, c] is used for w[c, d]: its first dimension belongs to what comes out.": (
        _conv(weight=lambda w: w.transpose(0, 1))
    ),
    "All channels of the input get the weights of the first: sum w[c, d] x[d] over "
    "d.": _conv(weight=lambda w: w[:, :1].expand_as(w)),
    "Only the first channel of the input is seen: sum over all d.": (
        lambda x, w, b: _conv()(x[:, :1], w[:, :1], b)
    ),
    "The mean over the channels is taken: sum over d.": _conv(
        weight=lambda w: w / w.shape[1]
    ),
    "The mean over the K columns is taken: sum over k.": _conv(
        weight=lambda w: w / w.shape[2]
    ),
    "The newest column is missing: k runs from 0 to K - 1, K - 1 included.": _conv(
        weight=lambda w: torch.cat([w[..., :-1], 0 * w[..., -1:]], dim=2)
    ),
    "The oldest column is missing: k runs from 0 on.": _conv(
        weight=lambda w: torch.cat([0 * w[..., :1], w[..., 1:]], dim=2)
    ),
    "Only the present is seen: also x[:, :, t - 1] and so on, back to K - 1 columns.": (
        _conv(weight=lambda w: torch.cat([0 * w[..., :-1], w[..., -1:]], dim=2))
    ),
    "There is a tanh or ReLU too many: return the sum as it is.": _conv(
        cut=lambda y, T: y.relu()
    ),
    "There is a tanh too many: return the sum as it is.": _conv(
        cut=lambda y, T: y.tanh()
    ),
    "Time and channels are exchanged in the answer: it is (B, C, T).": _conv(
        cut=lambda y, T: y.transpose(1, 2)
    ),
    "The first K - 1 outputs are left at 0. There, too, something is known: columns "
    "before the beginning are 0, the others count.": lambda x, w, b: (
        _without_partial_windows(x, w, 0 * b) + b[:, None]
    ),
    "The first K - 1 outputs are left at 0, bias and all. There, too, something is "
    "known: columns before the beginning are 0, the others count.": (
        lambda x, w, b: _without_partial_windows(x, w, b)
    ),
}

# --- receptive_field * ----------------------------------------------------------------

RECEPTIVE_FIELD: Mistakes = {
    "The present is not counted: 1 + ...": lambda K, dilations: (
        (K - 1) * sum(dilations)
    ),
    "A convolution over K tokens reaches K - 1 steps back, not K.": (
        lambda K, dilations: 1 + K * sum(dilations)
    ),
    "Each layer's K tokens are added up. Neighbors share tokens: a layer adds only "
    "what lies further back, (K - 1) times its dilation.": (
        lambda K, dilations: K * sum(dilations)
    ),
    "The dilations are not used: a layer reaches (K - 1) * dilation tokens further.": (
        lambda K, dilations: 1 + (K - 1) * len(dilations)
    ),
    "K to the number of layers is right only where dilations are 1, K, K**2, ...: in "
    "general each layer adds (K - 1) * dilation.": lambda K, dilations: (
        K ** len(dilations)
    ),
    "Only the last layer is counted: the layers below it reach further back, too.": (
        lambda K, dilations: 1 + (K - 1) * dilations[-1]
    ),
    "Only the largest dilation is counted: all layers add up.": (
        lambda K, dilations: 1 + (K - 1) * max(dilations)
    ),
    "The dilations are multiplied: what each layer adds is added.": (
        lambda K, dilations: 1 + (K - 1) * math.prod(dilations)
    ),
    "Both sides are counted: a causal convolution looks back only.": (
        lambda K, dilations: 1 + 2 * (K - 1) * sum(dilations)
    ),
    "The present is counted once for each layer: it is one token.": (
        lambda K, dilations: sum(1 + (K - 1) * d for d in dilations)
    ),
    "The layers' fields are multiplied: each layer adds (K - 1) * dilation.": (
        lambda K, dilations: math.prod(1 + (K - 1) * d for d in dilations)
    ),
    "K is not used: a layer adds (K - 1) times its dilation.": (
        lambda K, dilations: 1 + sum(dilations)
    ),
    "The layers' widths are added up, whatever the dilations are: each layer adds "
    "(K - 1) * dilation to the one token of the present.": (
        lambda K, dilations: K * len(dilations)
    ),
}
