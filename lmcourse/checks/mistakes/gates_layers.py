"""Known mistakes in layers of gated steps, each with its hint (chapter 8).

Padding, dropout between the layers, both directions. The checks are in
``lmcourse.checks.gates``, the mistakes inside a step in
``lmcourse.checks.mistakes.gates``.

Shape letters: B batch, T time, E embedding, H hidden, L layers.
"""

from collections.abc import Callable

import torch

from lmcourse.rnn import LSTMState

Mistakes = dict[str, Callable]

# --- unroll_masked ** -----------------------------------------------------------------


def _hold(new, old, m):  # m is (B, 1), float
    return m * new + (1 - m) * old


def _reading(
    state: Callable = _hold,
    show: Callable = lambda new, kept, old, m: m * kept,
    read: Callable = lambda x, m: x,
    answer: Callable = lambda hidden, h, mask: (hidden, h),
    mask: Callable = lambda mask: mask,
    start: Callable = lambda h, first: h,
) -> Callable:
    """Unroll with one part replaced."""

    def unroll(step, x, h, given):
        first, masked, hidden = h, mask(given), []
        for t in range(x.shape[1]):
            m = masked[:, t, None].to(x.dtype)
            new = step(read(x[:, t], m), start(h, first))
            old, h = h, state(new, h, m)
            hidden.append(show(new, h, old, m))
        return answer(torch.stack(hidden, dim=1), h, given)

    return unroll


def _at_count(hidden, h, mask):
    return hidden, hidden[torch.arange(len(mask)), mask.sum(dim=1) - 1]


def _until_any_ends(step, x, h, mask):
    """Stop at the first time at which any row has padding."""
    out = x.new_zeros(*x.shape[:2], h.shape[1])
    for t in range(x.shape[1]):
        if not mask[:, t].all():
            break
        h = step(x[:, t], h)
        out[:, t] = h
    return out, h


def _while_any(step, x, h, mask):
    hidden = []
    for t in range(x.shape[1]):
        if mask[:, t].any():
            h = step(x[:, t], h)
        hidden.append(h * mask[:, t, None])
    return torch.stack(hidden, dim=1), h


MISTAKES_UNROLL_MASKED: Mistakes = {
    "The mask is not used: padding is read as if it were text.": _reading(
        lambda new, old, m: new, lambda new, kept, old, m: kept
    ),
    "The state is held, but hidden shows it at padding, too: zeros belong there.": (
        _reading(show=lambda new, kept, old, m: kept)
    ),
    "hidden is zero at padding, but the state went on: at padding keep the old h.": (
        _reading(lambda new, old, m: new, lambda new, kept, old, m: m * new)
    ),
    "The state becomes zero at padding: keep the old h there, so that it is still "
    "there "
    "at the end.": _reading(lambda new, old, m: m * new),
    "At padding the new state is added up with the old one: take one or the other.": (
        _reading(lambda new, old, m: m * new + old)
    ),
    "The mask is used the other way around: True is where there is a token.": _reading(
        mask=lambda mask: ~mask
    ),
    "The old h is kept where there is a token: True is where the new one counts. "
    "(torch.where takes the first where the mask is True.)": (
        _reading(lambda new, old, m: m * old + (1 - m) * new)
    ),
    "Only the input is masked: a step that reads zeros still changes the state.": (
        _reading(
            lambda new, old, m: new,
            lambda new, kept, old, m: kept,
            lambda x, m: m * x,
        )
    ),
    "Input and hidden are masked, the state is not: a step that reads zeros still "
    "changes it.": _reading(
        lambda new, old, m: new, lambda new, kept, old, m: m * new, lambda x, m: m * x
    ),
    "hidden[:, -1] is not the last state: where a row ends in padding it is zero. "
    "Return the h that you carry.": _reading(
        answer=lambda hidden, h, mask: (hidden, hidden[:, -1])
    ),
    "The last state is looked up by counting tokens. That holds for padding at the end "
    "only; it may be at the beginning. Return the h that you carry.": (
        _reading(answer=_at_count)
    ),
    "Reading stops for all rows when one of them has padding: hold the state row by "
    "row, "
    "mask[:, t, None].": _until_any_ends,
    "The step is taken for all rows as soon as one of them has a token: decide row by "
    "row, with torch.where and mask[:, t, None].": _while_any,
    "Every step begins with the first h: hand on what the last step returned.": (
        _reading(start=lambda h, first: first)
    ),
    "hidden is one step late: it shows the state after reading x[:, t], not before.": (
        _reading(show=lambda new, kept, old, m: m * old)
    ),
    "Time is the first axis of your hidden: stack with dim=1.": _reading(
        answer=lambda hidden, h, mask: (hidden.transpose(0, 1), h)
    ),
    "The two results are in the wrong order: hidden, then h.": _reading(
        answer=lambda hidden, h, mask: (h, hidden)
    ),
    "The first state is returned: return what the last step left.": lambda s, x, h, m: (
        _reading()(s, x, h, m)[0],
        h,
    ),
}

# --- stack ** -------------------------------------------------------------------------


def _drop(x, mask, p):
    return x * mask / (1 - p)


def _stacked(
    drop: Callable = lambda x, masks, n, p: _drop(x, masks[n], p),
    carry: Callable = lambda state, mask, p: state,
    above: Callable = lambda state: state[0],
    begin: Callable = lambda states, after, n: states[n],
    again: bool = False,
    answer: Callable = lambda x, after, masks, p, states: (x, after),
) -> Callable:
    """Stack with one part replaced.

    ``carry`` changes a state before the next step, the layer above and the answer see
    it; ``mask`` is the one of the connection upwards, at that time.
    """

    def run(step, x, states, layers, masks, p):
        after = []
        for n, weights in enumerate(layers):
            seen, read = [], drop(x, masks, n, p)
            state = first = begin(states, after, n)
            for t in range(x.shape[1]):
                state = step(read[:, t], first if again else state, *weights)
                state = LSTMState(*carry(state, masks[n + 1][:, t], p))
                seen.append(above(state))
            x = torch.stack(seen, dim=1)
            after.append(state)
        return answer(drop(x, masks, len(layers), p), after, masks, p, states)

    return run


def _not_at(*skipped: int) -> Callable:
    """Drop everywhere but at these places; -1 is the output."""

    def drop(x, masks, n, p):
        at = (n, -1) if n == len(masks) - 1 else (n,)
        return x if set(at) & set(skipped) else _drop(x, masks[n], p)

    return drop


def _only_at(place: int) -> Callable:
    def drop(x, masks, n, p):
        return _drop(x, masks[n], p) if n == place % len(masks) else x

    return drop


MISTAKES_STACK: Mistakes = {
    "What is dropped is missing from the next step, too: h goes to the next step "
    "whole, "
    "and only the copy that goes up is dropped.": _stacked(
        _only_at(0), lambda state, mask, p: (_drop(state[0], mask, p), state[1])
    ),
    "h is dropped on its way to the next step, and again on its way up: only the way "
    "up "
    "is dropped, the state stays whole.": _stacked(
        carry=lambda state, mask, p: (_drop(state[0], mask, p), state[1])
    ),
    "c is dropped: the memory stays whole, or little would be left of it after ten "
    "steps.": _stacked(
        carry=lambda state, mask, p: (state[0], _drop(state[1], mask, p))
    ),
    "h and c are both dropped from step to step: dropout is on the way up only.": (
        _stacked(carry=lambda state, mask, p: tuple(_drop(s, mask, p) for s in state))
    ),
    "Every time has the mask of the first: masks[n][:, t] belongs to time t. (One mask "
    "for all times is another method, Gal and Ghahramani's.)": _stacked(
        lambda x, masks, n, p: _drop(x, masks[n][:, :1], p)
    ),
    "The output is not dropped: the last of the masks is for what goes to the "
    "softmax.": (_stacked(_not_at(-1))),
    "The input is not dropped: masks[0] is for what goes into the first layer.": (
        _stacked(_not_at(0))
    ),
    "Nothing is dropped between the layers: masks[n] is for what goes into layer n.": (
        _stacked(
            lambda x, masks, n, p: (
                x if 0 < n < len(masks) - 1 else _drop(x, masks[n], p)
            )
        )
    ),
    "Only the input is dropped: each layer's input is, and the output.": (
        _stacked(_only_at(0))
    ),
    "Only the output is dropped: each layer's input is, too.": _stacked(_only_at(-1)),
    "There is no dropout at all: multiply by the masks on the way up.": (
        _stacked(lambda x, masks, n, p: x)
    ),
    "What is left is not scaled: divide by 1 - p, so that the sum stays what it was on "
    "average.": _stacked(lambda x, masks, n, p: x * masks[n]),
    "What is left is multiplied by 1 - p: divide by it. (Scaling down is for the test, "
    "in the older way of doing it.)": _stacked(
        lambda x, masks, n, p: x * masks[n] * (1 - p)
    ),
    "You divide by p: p is the share that goes, so divide by 1 - p, the share that "
    "stays.": _stacked(lambda x, masks, n, p: x * masks[n] / p),
    "Everything is scaled, but nothing dropped: multiply by the masks.": (
        _stacked(lambda x, masks, n, p: x / (1 - p))
    ),
    "Between the layers everything is dropped twice: once when it leaves a layer and "
    "once when it enters the next. One of them is enough.": _stacked(
        lambda x, masks, n, p: (
            _drop(_drop(x, masks[n], p), masks[n], p)
            if 0 < n < len(masks) - 1
            else _drop(x, masks[n], p)
        )
    ),
    "What is left is not scaled, and the output is not dropped: divide by 1 - p, and "
    "use masks[-1], too.": _stacked(
        lambda x, masks, n, p: x if n == len(masks) - 1 else x * masks[n]
    ),
    "The input is not scaled: divide it by 1 - p as well.": _stacked(
        lambda x, masks, n, p: _drop(x, masks[n], p if n else 0)
    ),
    "The masks are used the other way around: 1 stays, 0 goes.": _stacked(
        lambda x, masks, n, p: _drop(x, 1 - masks[n], p)
    ),
    "The output is dropped with the mask of the first layer's output again: each "
    "connection has a mask of its own, and masks[-1] is the output's.": _stacked(
        lambda x, masks, n, p: _drop(x, masks[min(n, 1)], p)
    ),
    "Each layer begins where the layer below it ended: layer n begins with "
    "states[n].": (
        _stacked(begin=lambda states, after, n: after[-1] if after else states[0])
    ),
    "All layers begin with states[0]: layer n begins with states[n].": (
        _stacked(begin=lambda states, after, n: states[0])
    ),
    "The states are not used: layer n begins with states[n], where the last stretch of "
    "text ended.": _stacked(
        begin=lambda states, after, n: LSTMState(
            *(torch.zeros_like(s) for s in states[n])
        )
    ),
    "Every step begins with states[n]: hand on what the last step returned.": (
        _stacked(again=True)
    ),
    "The layer above sees c: it sees h, the part that the output gate lets out.": (
        _stacked(above=lambda state: state[1])
    ),
    "The states that came are returned: return what the last step of each layer "
    "left.": (_stacked(answer=lambda x, after, masks, p, states: (x, list(states)))),
    "Only the last layer's state is returned: each layer needs its own to go on.": (
        _stacked(answer=lambda x, after, masks, p, states: (x, after[-1:]))
    ),
    "The h that is returned is dropped: the state is handed on whole.": _stacked(
        answer=lambda x, after, masks, p, states: (
            x,
            [
                (_drop(h, mask[:, -1], p), c)
                for (h, c), mask in zip(after, masks[1:], strict=True)
            ],
        )
    ),
    "Only the last time is returned: the output needs one row for every time.": (
        _stacked(answer=lambda x, after, masks, p, states: (x[:, -1], after))
    ),
    "Time is the first axis of your output: stack with dim=1.": _stacked(
        answer=lambda x, after, masks, p, states: (x.transpose(0, 1), after)
    ),
}

# --- both_ways ** ---------------------------------------------------------------------


def _ways(
    back: Callable = lambda read, text: read(text.flip(1)).flip(1),
    join: Callable = lambda a, b: torch.cat([a, b], dim=2),
    second: Callable = lambda ahead, back: back,
    cut: Callable = lambda n: n,
) -> Callable:
    """Read row by row without the padding, with one part replaced."""

    def read(ahead, behind, x, lengths):
        rows = []
        for row, n in zip(x, lengths, strict=True):
            text = row[None, : cut(n)]
            both = join(ahead(text), back(second(ahead, behind), text))
            pad = x.new_zeros(1, x.shape[1] - both.shape[1], both.shape[2])
            rows.append(torch.cat([both, pad], dim=1))
        return torch.cat(rows)

    return read


def _with_padding(back: Callable, zeros: bool) -> Callable:
    """Read the padding, too."""

    def read(ahead, behind, x, lengths):
        both = torch.cat([ahead(x), back(behind, x)], dim=2)
        mask = torch.arange(x.shape[1]) < torch.as_tensor(lengths)[:, None]
        return both * mask[:, :, None] if zeros else both

    return read


def _turned(read, x):
    return read(x.flip(1)).flip(1)


def _at_the_end(ahead, back, x, lengths):
    right = _ways()(ahead, back, x, lengths)
    return torch.stack(
        [row.roll(len(row) - n, 0) for row, n in zip(right, lengths, strict=True)]
    )


def _unzeroed(ahead, back, x, lengths):
    """Read each text rightly, and leave at padding what the readers say there."""
    places = torch.arange(x.shape[1])
    n = torch.as_tensor(lengths)[:, None]
    order = torch.where(places < n, n - 1 - places, places)  # its own inverse
    gather = torch.arange(len(x))[:, None], order
    return torch.cat([ahead(x), back(x[gather])[gather]], dim=2)


MISTAKES_BOTH_WAYS: Mistakes = {
    "flip turns the padding to the front, and `back` reads it before the text. Turn "
    "around the first lengths[i] tokens of row i only.": _with_padding(_turned, True),
    "Padding is read: `back` begins with it, and the answer is not zero there.": (
        _with_padding(_turned, False)
    ),
    "Padding is read, the answer of `back` is still turned around, and it is not zero "
    "at padding. Begin with one row, x[i : i + 1, :n].": _with_padding(
        lambda read, x: read(x.flip(1)), False
    ),
    "The texts moved to the end: row i of the answer begins with its first token, and "
    "the zeros are behind it.": _at_the_end,
    "What the readers say at padding is still in the answer: it should be zero.": (
        _unzeroed
    ),
    "`back` reads from left to right, too: give it the text turned around.": (
        _ways(back=lambda read, text: read(text))
    ),
    "`back`'s answer is still turned around: its first row belongs to the last token. "
    "Turn it back.": _ways(back=lambda read, text: read(text.flip(1))),
    "`back`'s answer is turned around, but not the text that it reads.": (
        _ways(back=lambda read, text: read(text).flip(1))
    ),
    "flip(2) turns the numbers of each token around: time is dimension 1.": (
        _ways(back=lambda read, text: read(text.flip(2)))
    ),
    "The two are added: put them side by side, ahead first, 2H numbers.": (
        _ways(join=lambda a, b: a + b)
    ),
    "The two are averaged: put them side by side, ahead first, 2H numbers.": (
        _ways(join=lambda a, b: (a + b) / 2)
    ),
    "`back` comes first: put `ahead` on the left.": (
        _ways(join=lambda a, b: torch.cat([b, a], dim=2))
    ),
    "The numbers of the two are woven into each other: put them side by side.": (
        _ways(join=lambda a, b: torch.stack([a, b], dim=3).flatten(2))
    ),
    "`ahead` reads both ways: the second way has a reader of its own, `back`.": (
        _ways(second=lambda ahead, back: ahead)
    ),
    "Both halves are `ahead`'s, read once: `back` is not used.": _ways(
        back=lambda read, text: read(text), second=lambda ahead, back: ahead
    ),
    "The last token of each text is missing: take the first lengths[i], x[i, :n].": (
        _ways(cut=lambda n: max(1, n - 1))
    ),
}
