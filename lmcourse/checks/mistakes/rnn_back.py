"""What goes wrong on the way back through a recurrent network.

Each entry is a hint and the function that a student with that mistake has written; the
checks that use them are in ``lmcourse.checks.rnn`` (chapter 7).

Shape letters: B batch, T time, E embedding, H hidden.
"""

import itertools
import math
from collections.abc import Callable

import torch

from lmcourse.rnn import by_hand

Mistakes = dict[str, Callable]

# --- step_back ** ---------------------------------------------------------------------


def _back(
    slope: Callable = lambda h, new: 1 - new**2,
    da: Callable = lambda slope, dnew: slope * dnew,
    dW: Callable = lambda da, x, h, new, dnew: da.T @ x,
    dU: Callable = lambda da, x, h, new, dnew: da.T @ h,
    db: Callable = lambda da, dnew: da.sum(0),
    dh: Callable = lambda da, U, dnew: da @ U,
) -> Callable:
    """Write the way back through one step with one part of it replaced."""

    def back(x, h, new, U, dnew):
        d = da(slope(h, new), dnew)
        return (
            dW(d, x, h, new, dnew),
            dU(d, x, h, new, dnew),
            db(d, dnew),
            dh(d, U, dnew),
        )

    return back


def _changed_back(change: Callable) -> Callable:
    """Spoil the right answer at its end."""

    def back(x, h, new, U, dnew):
        return change(_back()(x, h, new, U, dnew), len(x))

    return back


MISTAKES_STEP_BACK: Mistakes = {
    "tanh' is 1 - tanh^2: with new = tanh(a), that is 1 - new**2, not 1 - new.": _back(
        lambda h, new: 1 - new
    ),
    "The tanh is taken a second time: new is tanh(a) already, so tanh' is "
    "1 - new**2.": _back(lambda h, new: 1 - new.tanh() ** 2),
    "new * (1 - new) belongs to a sigmoid: tanh' is 1 - new**2.": _back(
        lambda h, new: new * (1 - new)
    ),
    "This slope belongs to the state before, h: the tanh was taken to make new.": (
        _back(lambda h, new: 1 - h**2)
    ),
    "tanh' is missing: the gradient goes through the tanh before it reaches W, U and "
    "h.": _back(lambda h, new: torch.ones_like(new)),
    "The square stands outside: (1 - new)**2. It is 1 - new**2.": _back(
        lambda h, new: (1 - new) ** 2
    ),
    "Parentheses are missing: dnew * 1 - new**2 subtracts after multiplying. Write "
    "dnew * (1 - new**2).": _back(da=lambda slope, dnew: dnew - (1 - slope)),
    "This goes through the tanh the wrong way: multiply by 1 - new**2, don't divide.": (
        _back(da=lambda slope, dnew: dnew / slope)
    ),
    "1 - new**2 is added to what arrives: the chain rule multiplies.": _back(
        da=lambda slope, dnew: slope + dnew
    ),
    "tanh' is 1 - new**2, and the two is an exponent: it does not come down as a "
    "factor.": _back(lambda h, new: 1 - 2 * new),
    "This is -2 new, the derivative of 1 - new**2. The derivative of tanh is 1 - "
    "new**2 itself.": _back(lambda h, new: -2 * new),
    "dU uses the state after the step: U was multiplied by the state before, h.": (
        _back(dU=lambda da, x, h, new, dnew: da.T @ new)
    ),
    "dU is transposed: row i of U belongs to unit i of the *new* state, da.T @ h.": (
        _back(dU=lambda da, x, h, new, dnew: h.T @ da)
    ),
    "dW is transposed: row i of W belongs to unit i of the new state, da.T @ x.": (
        _back(dW=lambda da, x, h, new, dnew: x.T @ da)
    ),
    "Both dW and dU are transposed: their rows belong to the units of the new state, "
    "da.T @ x and da.T @ h.": _back(
        dW=lambda da, x, h, new, dnew: x.T @ da, dU=lambda da, x, h, new, dnew: h.T @ da
    ),
    "dW and dU are exchanged: W was multiplied by x, U by h.": _back(
        dW=lambda da, x, h, new, dnew: da.T @ h, dU=lambda da, x, h, new, dnew: da.T @ x
    ),
    "For dh, da is multiplied by U as on the way forward. Back, it is U transposed: "
    "U^T da, which with rows for states is da @ U.": _back(
        dh=lambda da, U, dnew: da @ U.T
    ),
    "dh is da: the old state went through U before, so da goes back through it.": _back(
        dh=lambda da, U, dnew: da
    ),
    "dh leaves out tanh': it goes back through the tanh first, then through U, "
    "da @ U.": _back(dh=lambda da, U, dnew: dnew @ U),
    "dh has dnew added: h reaches new by no other way than through U.": _back(
        dh=lambda da, U, dnew: da @ U + dnew
    ),
    "dh is right, but dW, dU and db leave out tanh': they begin with da, too.": _back(
        dW=lambda da, x, h, new, dnew: dnew.T @ x,
        dU=lambda da, x, h, new, dnew: dnew.T @ h,
        db=lambda da, dnew: dnew.sum(0),
    ),
    "db leaves out tanh': b is added inside it.": _back(
        db=lambda da, dnew: dnew.sum(0)
    ),
    "db has a row for each text: one b serves all of them, so what they say is added "
    "up, da.sum(dim=0).": _back(db=lambda da, dnew: da),
    "db is summed over the units: sum over the batch, dim=0.": _back(
        db=lambda da, dnew: da.sum(1)
    ),
    "db is a mean over the batch: what the texts say is added up.": _back(
        db=lambda da, dnew: da.mean(0)
    ),
    "These are means over the batch: what the texts say about W, U and b is added up. "
    "(If the loss is a mean, dnew is small already.)": _changed_back(
        lambda found, B: (*(g / B for g in found[:3]), found[3])
    ),
    "The sums over the batch are multiplied: multiply text by text, da.T @ x, and add "
    "then.": _back(
        dW=lambda da, x, h, new, dnew: torch.outer(da.sum(0), x.sum(0)),
        dU=lambda da, x, h, new, dnew: torch.outer(da.sum(0), h.sum(0)),
    ),
    "The sign is turned around: this is the way down, minus the gradient.": (
        _changed_back(lambda found, B: tuple(-g for g in found))
    ),
}

# --- rnn_gradients ** -----------------------------------------------------------------


def _bptt(
    arrives: Callable = lambda direct, later, is_last: direct + later,
    slope: Callable = lambda before, h: 1 - h**2,
    da: Callable = lambda slope, arrived, later: slope * arrived,
    seen: Callable = lambda before, h, is_first: before,
    read: Callable = lambda x, t: x[:, t],
    back: Callable = lambda da, U, arrived, later: da @ U,
    times: Callable = lambda T: reversed(range(T)),
    start: Callable = lambda h0: h0,
    keep: Callable = lambda total, new: total + new,
    answer: Callable = lambda found, shape, first: found,
) -> Callable:
    """Write the whole way back with one part of it replaced."""

    def gradients(x, h0, W, U, b, dh):
        hidden, _ = by_hand.rnn_forward(x, start(h0), W, U, b)
        sums = [torch.zeros_like(w) for w in (W, U, b)]
        later, T = torch.zeros_like(h0), x.shape[1]
        for t in times(T):
            before, h = hidden[:, t - 1] if t else start(h0), hidden[:, t]
            arrived = arrives(dh[:, t], later, t == T - 1)
            d = da(slope(before, h), arrived, later)
            new = d.T @ read(x, t), d.T @ seen(before, h, t == 0), d.sum(0)
            sums = [keep(*pair) for pair in zip(sums, new, strict=True)]
            later = back(d, U, arrived, later)
        return answer((*sums, later), x.shape, d)

    return gradients


def _no_path(x, h0, W, U, b, dh):
    """Differentiate each step as if the state before it were data."""
    hidden, _ = by_hand.rnn_forward(x, h0, W, U, b)
    before = torch.cat([h0[:, None], hidden[:, :-1]], dim=1)
    da = (1 - hidden**2) * dh
    dW, dU = (torch.einsum("bth,bte->he", da, v) for v in (x, before))
    return dW, dU, da.sum((0, 1)), da[:, 0] @ U


def _one_step_of_path(x, h0, W, U, b, dh):
    """Let what a step says reach the state before, and no further."""
    hidden, _ = by_hand.rnn_forward(x, h0, W, U, b)
    before = torch.cat([h0[:, None], hidden[:, :-1]], dim=1)
    direct = ((1 - hidden**2) * dh) @ U
    arrived = dh + torch.cat([direct[:, 1:], torch.zeros_like(direct[:, :1])], dim=1)
    da = (1 - hidden**2) * arrived
    dW, dU = (torch.einsum("bth,bte->he", da, v) for v in (x, before))
    return dW, dU, da.sum((0, 1)), da[:, 0] @ U


def _last_only(x, h0, W, U, b, dh):
    hidden, _ = by_hand.rnn_forward(x, h0, W, U, b)
    before = hidden[:, -2] if x.shape[1] > 1 else h0
    da = (1 - hidden[:, -1] ** 2) * dh[:, -1]
    return da.T @ x[:, -1], da.T @ before, da.sum(0), da @ U


def _straight_through(x, h0, W, U, b, dh):
    """Leave tanh' out of the path through the states, not out of the rest."""
    hidden, _ = by_hand.rnn_forward(x, h0, W, U, b)
    before = torch.cat([h0[:, None], hidden[:, :-1]], dim=1)
    later, das = torch.zeros_like(h0), []
    for t in reversed(range(x.shape[1])):
        arrived = dh[:, t] + later
        das.append((1 - hidden[:, t] ** 2) * arrived)
        later = arrived @ U
    da = torch.stack(das[::-1], dim=1)
    dW, dU = (torch.einsum("bth,bte->he", da, v) for v in (x, before))
    return dW, dU, da.sum((0, 1)), later


def _wrapped_around(x, h0, W, U, b, dh):
    hidden, _ = by_hand.rnn_forward(x, h0, W, U, b)
    dW, dU, db, dh0, _ = by_hand.rnn_gradients(x, h0, W, U, b, dh)
    # At the first step, da is what goes back from it as dh0, before U.
    da = _bptt(answer=lambda found, shape, first: first)(x, h0, W, U, b, dh)
    return dW, dU + da.T @ (hidden[:, -1] - h0), db, dh0


def _one_late(x, h0, W, U, b, dh):
    late = torch.cat([dh[:, 1:], dh[:, -1:]], dim=1)
    *sums, dh0 = _bptt()(x, h0, W, U, b, late)
    return *sums, dh0 + dh[:, 0]


def _with_first(x, h0, W, U, b, dh):
    dW, dU, db, dh0, _ = by_hand.rnn_gradients(x, h0, W, U, b, dh)
    return dW, dU, db, dh0 + dh[:, 0]


def _previous(x, t):
    return x[:, t - 1] if t else torch.zeros_like(x[:, 0])


MISTAKES_RNN_GRADIENTS: Mistakes = {
    "The path through the states is missing. h_t has an influence on all that comes "
    "after it, so what arrives at it is dh[:, t] plus what step t + 1 sends back, "
    "da @ U. (In PyTorch, this is what a detach() at every step does.)": _no_path,
    "The path through the states ends after one step: what step t + 1 sends back "
    "depends on *all* that arrived there, not on dh[:, t + 1] only.": _one_step_of_path,
    "Only the last step is differentiated: go back through all of them.": _last_only,
    "Large numbers are cut off at 5, as a well-known small program does. That is "
    "clipping, which training may do with a gradient; here the gradient itself is "
    "asked for.": _bptt(
        answer=lambda found, shape, first: tuple(g.clamp(-5, 5) for g in found)
    ),
    "Only what arrives at the last state is sent back: add dh[:, t] on the way, for "
    "each step has its own part in the loss.": _bptt(
        lambda direct, later, is_last: direct if is_last else later
    ),
    "What each step says about W, U and b overwrites what was there, so only the first "
    "step's is left: add up.": _bptt(keep=lambda total, new: new),
    "dh[:, t] is multiplied by what comes back from later: a state with two ways to "
    "the loss adds the two.": _bptt(
        lambda direct, later, is_last: direct if is_last else direct * later
    ),
    "What came back is kept and added up over the steps: `later` should be replaced, "
    "since the new value has the old one in it already.": _bptt(
        back=lambda da, U, arrived, later: later + da @ U
    ),
    "What comes back is added after the tanh': it arrives at h_t like dh[:, t], so "
    "both go through 1 - h**2.": _bptt(
        lambda direct, later, is_last: direct,
        da=lambda slope, arrived, later: slope * arrived + later,
    ),
    "The tanh' is missing on the path from state to state: send back da @ U, not what "
    "arrived times U.": _straight_through,
    "The tanh' is missing: what arrives at h_t goes through the tanh before it reaches "
    "anything else, da = (1 - h_t**2) * (...).": _bptt(
        slope=lambda before, h: torch.ones_like(h)
    ),
    "tanh' is 1 - tanh^2: 1 - h**2, not 1 - h.": _bptt(slope=lambda before, h: 1 - h),
    "The tanh is taken a second time: h_t is tanh(a_t) already, so tanh' is "
    "1 - h**2.": _bptt(slope=lambda before, h: 1 - h.tanh() ** 2),
    "h * (1 - h) belongs to a sigmoid: tanh' is 1 - h**2.": _bptt(
        slope=lambda before, h: h * (1 - h)
    ),
    "The slope of step t is taken at the state before it: tanh' is 1 - h_t**2.": _bptt(
        slope=lambda before, h: 1 - before**2
    ),
    "1 - h**2 is added to what arrives: the chain rule multiplies.": _bptt(
        da=lambda slope, arrived, later: slope + arrived
    ),
    "da is sent back through U as on the way forward. Back, it is U transposed: U^T "
    "da, which with rows for states is da @ U.": _bptt(
        back=lambda da, U, arrived, later: da @ U.T
    ),
    "da is sent back without U: the old state went through U, so the gradient does, "
    "too.": _bptt(back=lambda da, U, arrived, later: da),
    "dU uses the state after each step: U was multiplied by the state before, so that "
    "da_t goes with h_{t-1}.": _bptt(seen=lambda before, h, is_first: h),
    "The first step is left out of dU. It has a state before it as well: h0.": _bptt(
        seen=lambda before, h, is_first: torch.zeros_like(h) if is_first else before
    ),
    "At t = 0, hidden[:, t - 1] is hidden[:, -1], the *last* state: Python counts from "
    "the end there. The state before the first step is h0.": _wrapped_around,
    "What goes back from step t meets dh[:, t - 1] at the state before, not dh[:, t] "
    "once more.": _one_late,
    "What arrives at the last state is counted twice: start with zeros coming from "
    "later, or with dh[:, -1], not with both.": _bptt(
        lambda direct, later, is_last: (2 if is_last else 1) * direct + later
    ),
    "dW goes with the token before: da_t was made from x[:, t].": _bptt(read=_previous),
    "This goes forward in time. What arrives at a state is known only when all later "
    "steps are done: start at the last.": _bptt(times=range),
    "The first step is left out: go back down to t = 0.": _bptt(
        times=lambda T: reversed(range(1, T))
    ),
    "h0 is not used, on the way forward or back: the first state is made from it.": (
        _bptt(start=torch.zeros_like)
    ),
    "dh0 is what left the tanh of the first step, da_1: it goes on through U, as at "
    "every step.": _bptt(answer=lambda found, shape, first: (*found[:3], first)),
    "dh0 has dh[:, 0] in it: that arrives at h_1 and has gone back from it already. "
    "Nothing from outside arrives at h0.": _with_first,
    "dh0 is zero here: h0 has an influence on every state.": _bptt(
        answer=lambda found, shape, first: (*found[:3], 0 * found[3])
    ),
    "These are means over the steps: one W serves every step, so what they say is "
    "added up.": _bptt(
        answer=lambda found, shape, first: (
            *(g / shape[1] for g in found[:3]),
            found[3],
        )
    ),
    "These are means over the batch: what the texts say is added up. (If the loss is a "
    "mean, dh is small already.)": _bptt(
        answer=lambda found, shape, first: (
            *(g / shape[0] for g in found[:3]),
            found[3],
        )
    ),
    "dU is transposed: row i of U belongs to unit i of the new state, da.T @ h.": _bptt(
        answer=lambda found, shape, first: (found[0], found[1].T, *found[2:])
    ),
    "The sign is turned around: this is the way down, minus the gradient.": _bptt(
        answer=lambda found, shape, first: tuple(-g for g in found)
    ),
}

# --- gradient_lengths ** --------------------------------------------------------------


def _lengths(
    slope: Callable = lambda h, before: 1 - h**2,
    back: Callable = lambda d, U: d @ U,
    length: Callable = lambda d: d.norm(),
    answer: Callable = lambda lengths: lengths,
    order: Callable = lambda hidden: hidden.flip(0),
) -> Callable:
    """Write the measurement with one part of it replaced."""

    def lengths(hidden, U, dlast):
        d, found, states = dlast, [length(dlast)], order(hidden)
        for h, before in itertools.pairwise(states):
            d = back(slope(h, before) * d, U)
            found.append(length(d))
        return answer(torch.stack(found))

    return lengths


def _too_long(hidden, U, dlast):
    d, found = dlast, [dlast.norm()]
    for h in hidden.flip(0):
        d = ((1 - h**2) * d) @ U
        found.append(d.norm())
    return torch.stack(found)


def _u_first(hidden, U, dlast):
    d, found = dlast, [dlast.norm()]
    for h in hidden.flip(0)[:-1]:
        d = (1 - h**2) * (d @ U)
        found.append(d.norm())
    return torch.stack(found)


def _bound(hidden, U, dlast):
    s = torch.linalg.matrix_norm(U, ord=2)
    return dlast.norm() * s ** torch.arange(len(hidden))


def _not_carried(hidden, U, dlast):
    steps = [((1 - h**2) * dlast) @ U for h in hidden.flip(0)[:-1]]
    return torch.stack([d.norm() for d in (dlast, *steps)])


MISTAKES_GRADIENT_LENGTHS: Mistakes = {
    "The gradient goes through U as on the way forward. Back, it is U transposed: "
    "d @ U for a vector d.": _lengths(back=lambda d, U: d @ U.T),
    "tanh' is missing: on its way from h_t to h_{t-1} the gradient goes through the "
    "tanh, where it is multiplied by 1 - h_t**2, and then through U.": _lengths(
        lambda h, before: torch.ones_like(h)
    ),
    "tanh' is taken at the state before: the step that made h_t has the slope "
    "1 - h_t**2.": _lengths(lambda h, before: 1 - before**2),
    "tanh' is 1 - h**2, not 1 - h.": _lengths(lambda h, before: 1 - h),
    "The order is wrong: back from h_t, the tanh comes first and U after it, "
    "((1 - h**2) * d) @ U.": _u_first,
    "Right numbers, but float32: torch.tensor makes that of plain numbers. Keep the "
    "lengths as Tensors (no .item()) and torch.stack them.": _lengths(
        answer=lambda lengths: lengths.float()
    ),
    "U is missing: from h_t to h_{t-1} the gradient goes through the tanh and through "
    "U.": _lengths(back=lambda d, U: d),
    "The states are taken from the first: the way back starts at the last, "
    "hidden[-1].": _lengths(order=lambda hidden: hidden),
    "The lengths are in the order of the text: begin with the last state, k = 0.": (
        _lengths(answer=lambda lengths: lengths.flip(0))
    ),
    "The first number is one step back already: begin with the length of dlast "
    "itself.": lambda hidden, U, dlast: _too_long(hidden, U, dlast)[1:],
    "This goes through the states from the front: begin at the last, hidden.flip(0).": (
        lambda hidden, U, dlast: _lengths()(
            torch.cat([hidden[:1], hidden[1:].flip(0)]), U, dlast
        )
    ),
    "k = 0 is missing: the first number is the length of dlast itself.": _lengths(
        answer=lambda lengths: lengths[1:]
    ),
    "There is one number too many: it belongs to a state before the first.": _too_long,
    "These are squares of lengths: take the root.": _lengths(
        length=lambda d: (d**2).sum()
    ),
    "The length is the root of the sum of squares (d.norm()), not the sum of sizes.": (
        _lengths(length=lambda d: d.abs().sum())
    ),
    "The length is the root of the sum of squares (d.norm()), not the largest entry.": (
        _lengths(length=lambda d: d.abs().max())
    ),
    "The length is the root of the sum of squares, not of their mean.": _lengths(
        length=lambda d: (d**2).mean().sqrt()
    ),
    "These are divided by the first length: leave them as they are.": _lengths(
        answer=lambda lengths: lengths / lengths[0]
    ),
    "These are lengths compared with the step after: each is the length of the "
    "gradient itself.": _lengths(
        answer=lambda lengths: torch.cat([lengths[:1], lengths[1:] / lengths[:-1]])
    ),
    "This is the bound, with the largest singular value of U: take the gradient's own "
    "way, through each state's tanh' and U.": _bound,
    "Each state gets dlast, sent back by one step: send on what has arrived there, so "
    "that k steps multiply k times.": _not_carried,
}

# --- reach * --------------------------------------------------------------------------


def _reach(
    size: Callable = lambda U: torch.linalg.matrix_norm(U, ord=2).item(),
    steps: Callable = lambda s, share: math.ceil(math.log(share) / math.log(s)),
    limit: float = 1.0,
) -> Callable:
    """Write the promise with one part of it replaced."""

    def reach(U, share):
        s = size(U)
        return float(steps(s, share)) if s < limit else math.inf

    return reach


def _radius(U):
    return torch.linalg.eigvals(U).abs().max().item()


def _only_above(U, share):
    s = torch.linalg.matrix_norm(U, ord=2).item()
    return math.inf if s > 1 else float(math.ceil(math.log(share) / math.log(s)))


def _unlimited(U, share):
    s = torch.linalg.matrix_norm(U, ord=2).item()
    return float(math.ceil(math.log(share) / math.log(s)))


MISTAKES_REACH: Mistakes = {
    "This is the largest eigenvalue of U. It tells what happens in the end, after very "
    "many steps, but one step can stretch a vector by more: the largest *singular* "
    "value, torch.linalg.matrix_norm(U, ord=2).": _reach(_radius),
    "eigvalsh and eigh are for symmetric matrices and look at half of U only; and no "
    "eigenvalue would do. Take the largest *singular* value.": _reach(
        lambda U: torch.linalg.eigvalsh(U).abs().max().item()
    ),
    "The number of steps is rounded to the nearest: round up, math.ceil, or more than "
    "the share may be left.": _reach(
        steps=lambda s, share: round(math.log(share) / math.log(s))
    ),
    "This takes the square root of the sum of squares of U (the Frobenius norm). It is "
    "a bound, but not the best: no vector is stretched by more than the largest "
    "singular value, torch.linalg.matrix_norm(U, ord=2).": _reach(
        lambda U: U.norm().item()
    ),
    "This is the largest entry of U: a vector can be stretched by more, since entries "
    "add up. Take the largest singular value.": _reach(lambda U: U.abs().max().item()),
    "This is the smallest singular value: the promise must hold for every gradient, so "
    "take the largest.": _reach(lambda U: torch.linalg.svdvals(U)[-1].item()),
    "This adds up columns or rows of U. It is a bound, but not the best for lengths: "
    "take the largest singular value.": _reach(lambda U: U.abs().sum(1).max().item()),
    "The number of steps is rounded down, so more than the share may be left: round "
    "up, math.ceil.": _reach(
        steps=lambda s, share: math.floor(math.log(share) / math.log(s))
    ),
    "This is no whole number of steps: round up, math.ceil.": _reach(
        steps=lambda s, share: math.log(share) / math.log(s)
    ),
    "This is one step too many: s**k <= share is reached at k itself.": _reach(
        steps=lambda s, share: math.ceil(math.log(share) / math.log(s)) + 1
    ),
    "The logarithms are divided the wrong way around: s**k = share gives "
    "k = log(share) / log(s).": _reach(
        steps=lambda s, share: math.ceil(math.log(s) / math.log(share))
    ),
    "share is divided by s, as if each step took away the same amount. Each step "
    "multiplies: s**k.": _reach(
        steps=lambda s, share: math.ceil((1 - share) / (1 - s))
    ),
    "1 itself is no promise either: 1**k stays 1. Return math.inf from 1 on.": (
        _only_above
    ),
    "If the largest singular value is 1 or more, nothing is certain: return math.inf "
    "then.": _unlimited,
    "This is what is left after all: share steps are not asked for, but the number of "
    "steps k at which s**k is down to share.": lambda U, share: (
        torch.linalg.matrix_norm(U, ord=2).item() ** share
    ),
}
