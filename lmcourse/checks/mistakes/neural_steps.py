"""What goes wrong when parameters move: rates, clipping, AdamW, stopping (chapter 6).

Each entry is a hint and the function that a student with that mistake has written; the
checks are in ``lmcourse.checks.neural_lm``.
"""

import math
from collections.abc import Callable

import torch

Mistakes = dict[str, Callable]

# --- learning_rate * ------------------------------------------------------------------


def _rate(
    climb: Callable = lambda step, warmup: (step + 1) / warmup,
    until: Callable = lambda step, warmup: step < warmup,
    t: Callable = lambda step, steps, warmup: (step - warmup) / (steps - warmup),
    descent: Callable = lambda t: (1 + math.cos(math.pi * t)) / 2,
    together: Callable = lambda lr, final, share: lr * (final + (1 - final) * share),
) -> Callable:
    """Write the schedule with one part of it replaced."""

    def rate(step, steps, warmup, lr, final):
        if until(step, warmup):
            return lr * climb(step, warmup)
        return together(lr, final, descent(t(step, steps, warmup)))

    return rate


def _both_at_once(step, steps, warmup, lr, final):
    climb = min(1.0, (step + 1) / warmup) if warmup else 1.0
    return (
        climb * lr * (final + (1 - final) * (1 + math.cos(math.pi * step / steps)) / 2)
    )


LEARNING_RATE: Mistakes = {
    "The first step has the rate 0 and moves nothing: step s of the warm-up has "
    "lr (s + 1) / warmup.": _rate(lambda step, warmup: step / warmup),
    "The climb divides by warmup + 1: its last step should have the rate lr itself.": (
        _rate(lambda step, warmup: (step + 1) / (warmup + 1))
    ),
    "There is no warm-up: while step < warmup the rate climbs, lr (step + 1) / "
    "warmup.": _rate(lambda step, warmup: 1.0),
    "The rate is 0 during the warm-up: it climbs, lr (step + 1) / warmup.": _rate(
        lambda step, warmup: 0.0
    ),
    "The climb begins at final: it is lr (step + 1) / warmup, from near 0.": (
        lambda step, steps, warmup, lr, final: (
            lr * (final + (1 - final) * (step + 1) / warmup)
            if step < warmup
            else _rate()(step, steps, warmup, lr, final)
        )
    ),
    "The warm-up lasts a step too long: it is over when step is warmup.": _rate(
        until=lambda step, warmup: step <= warmup
    ),
    "The cosine begins at step 0, so at the end of the warm-up the rate jumps down: "
    "count from warmup, t = (step - warmup) / (steps - warmup).": _rate(
        t=lambda step, steps, warmup: step / steps
    ),
    "The cosine divides by all steps: steps - warmup are left when it begins.": _rate(
        t=lambda step, steps, warmup: (step - warmup) / steps
    ),
    "The cosine is to end at step `steps`, one after the last: divide by "
    "steps - warmup, not by steps - warmup - 1.": _rate(
        t=lambda step, steps, warmup: (step - warmup) / (steps - warmup - 1)
    ),
    "t is counted from step + 1: at step warmup, t is 0 and the rate is lr.": _rate(
        t=lambda step, steps, warmup: (step + 1 - warmup) / (steps - warmup)
    ),
    "The climb and the cosine are multiplied: first the one, then the other.": (
        _both_at_once
    ),
    "This is a straight line down: it should be half a cosine.": _rate(
        descent=lambda t: 1 - t
    ),
    "cos itself falls to -1, and a negative rate climbs the hill: (1 + cos) / 2 goes "
    "from 1 to 0.": _rate(descent=lambda t: math.cos(math.pi * t)),
    "The half is missing: (1 + cos(pi t)) / 2 begins at 1.": _rate(
        descent=lambda t: 1 + math.cos(math.pi * t)
    ),
    "This is a quarter of a cosine: (1 + cos(pi t)) / 2 falls slowly at both ends.": (
        _rate(descent=lambda t: math.cos(math.pi * t / 2))
    ),
    "cos(2 pi t) comes back up: half a turn, cos(pi t), is the way down.": _rate(
        descent=lambda t: (1 + math.cos(2 * math.pi * t)) / 2
    ),
    "pi is missing: (1 + cos(pi t)) / 2.": _rate(
        descent=lambda t: (1 + math.cos(t)) / 2
    ),
    "1 - cos climbs: 1 + cos goes down.": _rate(
        descent=lambda t: (1 - math.cos(math.pi * t)) / 2
    ),
    "sin in place of cos: it begins in the middle, (1 + sin 0) / 2. Take cos.": _rate(
        descent=lambda t: (1 + math.sin(math.pi * t)) / 2
    ),
    "final is not used: the rate ends at lr * final, not at 0.": _rate(
        together=lambda lr, final, share: lr * share
    ),
    "final is added on top, so the cosine begins above lr: final + (1 - final) (1 + "
    "cos) / 2 goes from 1 to final.": _rate(
        together=lambda lr, final, share: lr * (final + share)
    ),
    "final is a share of lr, not a rate: the end is lr * final.": _rate(
        together=lambda lr, final, share: final + (lr - final) * share
    ),
    "The cosine is cut off at final: it should glide down to it, final + (1 - final) "
    "(1 + cos) / 2.": _rate(together=lambda lr, final, share: lr * max(final, share)),
    "final multiplies the cosine: the rate begins at lr * final.": _rate(
        together=lambda lr, final, share: lr * final * share
    ),
    "lr is missing: these are shares of it.": (
        lambda step, steps, warmup, lr, final: _rate()(step, steps, warmup, 1.0, final)
    ),
    "warmup = 0 is divided by: then there is no warm-up, and the cosine begins at "
    "once.": lambda step, steps, warmup, lr, final: (
        _rate()(step, steps, warmup, lr, final) + 0 * (step / warmup)
    ),
    "The cosine is counted from step 0 but divided by steps - warmup: "
    "t = (step - warmup) / (steps - warmup).": _rate(
        t=lambda step, steps, warmup: step / (steps - warmup)
    ),
    "lr multiplies final only: it multiplies the cosine's part as well.": _rate(
        together=lambda lr, final, share: lr * final + (1 - final) * share
    ),
    "t is outside of the cosine, cos(pi) * t: it is cos(pi * t).": _rate(
        descent=lambda t: (1 + math.cos(math.pi) * t) / 2
    ),
    "The smaller of climb and cosine is taken, with a cosine that runs back before its "
    "beginning: if step < warmup, the climb, else the cosine.": (
        lambda step, steps, warmup, lr, final: min(
            lr * (step + 1) / warmup,
            _rate(until=lambda step, warmup: False)(step, steps, warmup, lr, final),
        )
    ),
    "The rate stays at lr after the warm-up: half a cosine leads down. (Or is t always "
    "0, from a // in place of a /?)": _rate(
        t=lambda step, steps, warmup: (step - warmup) // (steps - warmup)
    ),
}

# --- clip_by_norm ** ------------------------------------------------------------------


def _flat(gradients):
    return torch.cat([g.flatten() for g in gradients])


def _scaled(factor: Callable) -> Callable:
    """Multiply all gradients by ``factor(all of them in one row, most)``."""

    def clip(gradients, most):
        return [g * factor(_flat(gradients), most) for g in gradients]

    return clip


def _by_length(length: Callable) -> Callable:
    """Measure the length in another way."""
    return _scaled(lambda row, most: min(1.0, most / max(length(row).item(), 1e-300)))


def _only_the_first_length(gradients, most):
    norm = gradients[0].norm().item()
    return [g * min(1.0, most / max(norm, 1e-300)) for g in gradients]


def _sum_of_lengths(gradients, most):
    norm = sum(g.norm().item() for g in gradients)
    return [g * min(1.0, most / max(norm, 1e-300)) for g in gradients]


def _largest_length(gradients, most):
    norm = max(g.norm().item() for g in gradients)
    return [g * min(1.0, most / max(norm, 1e-300)) for g in gradients]


CLIP_BY_NORM: Mistakes = {
    "Each gradient is clipped by itself, so those that were long lose more than the "
    "others, and the step turns aside. Take one length of all of them together.": (
        lambda gradients, most: [
            g * min(1.0, most / max(g.norm().item(), 1e-300)) for g in gradients
        ]
    ),
    "Each number is clamped by itself: the step turns to another direction. Multiply "
    "all gradients by one factor.": lambda gradients, most: [
        g.clamp(-most, most) for g in gradients
    ],
    "Every gradient gets the length `most` for itself. Take one length of all "
    "together, and leave alone what is short enough.": lambda gradients, most: [
        g * (most / g.norm()) for g in gradients
    ],
    "Short gradients are made longer: clipping only shortens. Where the length is "
    "below `most`, nothing changes.": _scaled(lambda row, most: most / row.norm()),
    "Gradients of length 0 became nan, 0 / 0: what is short enough stays as it is.": (
        lambda gradients, most: (
            _scaled(lambda row, most: min(1.0, most / row.norm()))(gradients, most)
            if _flat(gradients).any()
            else [g / g.norm() for g in gradients]
        )
    ),
    "The new length is 1, not `most`: multiply by most / length.": _scaled(
        lambda row, most: 1 / row.norm() if row.norm() > most else 1.0
    ),
    "Divided by `most`: multiply by most / length.": _scaled(
        lambda row, most: 1 / most if row.norm() > most else 1.0
    ),
    "The factor is upside down: most / length.": _scaled(
        lambda row, most: row.norm() / most if row.norm() > most else 1.0
    ),
    "What is too long is thrown away: shorten it, by the factor most / length.": (
        _scaled(lambda row, most: 0.0 if row.norm() > most else 1.0)
    ),
    "Nothing is shortened: where the length is above `most`, multiply by "
    "most / length. (PyTorch's clip_grad_norm_ takes parameters and shortens their "
    ".grad; it finds none in these Tensors.)": _scaled(lambda row, most: 1.0),
    "The root is missing: the length is the root of the sum of squares.": _by_length(
        lambda row: row.square().sum()
    ),
    "The comparison is with the length, but the factor is with its square: "
    "most / length.": _scaled(
        lambda row, most: most / row.square().sum() if row.norm() > most else 1.0
    ),
    "The root of the factor is too much: most / length.": _scaled(
        lambda row, most: (most / row.norm()).sqrt() if row.norm() > most else 1.0
    ),
    "The length is the root of the mean here: it is that of the sum of squares.": (
        _by_length(lambda row: row.square().mean().sqrt())
    ),
    "The absolute values are added up: the length is the root of the sum of squares.": (
        _by_length(lambda row: row.abs().sum())
    ),
    "The largest number is taken for the length: it is the root of the sum of "
    "squares.": _by_length(lambda row: row.abs().max()),
    "The lengths are added up. Squares add up, lengths do not: take the root of the "
    "sum of all squares.": _sum_of_lengths,
    "The longest of the gradients decides: take one length of all together.": (
        _largest_length
    ),
    "The mean of the lengths decides: take one length of all together.": (
        lambda gradients, most: [
            g
            * min(
                1.0,
                most * len(gradients) / max(sum(g.norm() for g in gradients), 1e-300),
            )
            for g in gradients
        ]
    ),
    "The length of the first gradient decides: take one length of all together.": (
        _only_the_first_length
    ),
    "PyTorch adds 1e-6 to the length, against division by 0. Here it has to be exact; "
    "ask whether the length is above `most` instead.": _scaled(
        lambda row, most: min(1.0, most / (row.norm() + 1e-6))
    ),
    "All gradients are joined in one long row: return a list of the old shapes.": (
        lambda gradients, most: _scaled(
            lambda row, most: min(1.0, most / max(row.norm(), 1e-300))
        )([_flat(gradients)], most)
    ),
    "The lengths are added up under the root: it is the squares that add up.": (
        lambda gradients, most: [
            g * min(1.0, most / max(sum(x.norm() for x in gradients) ** 0.5, 1e-300))
            for g in gradients
        ]
    ),
}

# --- stop_at ** -----------------------------------------------------------------------


def _stopping(
    better: Callable = lambda value, best: value < best,
    limit: Callable = lambda patience: patience,
    looks: Callable = lambda look: look + 1,
    chosen: Callable = lambda best, look, valid: best,
    forgive: bool = True,
    end: Callable = lambda valid, best: (len(valid), best),
) -> Callable:
    """Write the loop with one part of it replaced."""

    def stop(valid, patience):
        best, waiting = 0, 0
        for look, value in enumerate(valid):
            if look == 0 or better(value, valid[best]):
                best, waiting = look, waiting if not forgive else 0
            else:
                waiting += 1
            if waiting and waiting >= limit(patience):
                return looks(look), chosen(best, look, valid)
        taken, best = end(valid, best)
        return taken, chosen(best, len(valid) - 1, valid)

    return stop


def _against_the_last(fall: bool) -> Callable:
    """Compare with the look before, not with the best."""

    def stop(valid, patience):
        waiting, look = 0, 0
        for look in range(1, len(valid)):
            waiting = waiting + 1 if valid[look] >= valid[look - 1] else 0
            if waiting == patience:
                break
        seen = valid[: look + 1]
        best = seen.index(min(seen))
        return look + 1, best if fall else max(0, look - waiting)

    return stop


def _with_foresight(valid, patience):
    looks, _ = _stopping()(valid, patience)
    return looks, valid.index(min(valid))


def _patience_after_the_best(valid, patience):
    best = valid.index(min(valid))
    return min(len(valid), best + patience + 1), best


def _ties_are_good(valid, patience):
    best = 0
    for look in range(1, len(valid)):
        if valid[look] <= valid[best]:
            best = look
        elif look - best == patience:
            return look + 1, best
    return len(valid), best


def _last_of_the_best(valid, patience):
    looks, _ = _stopping()(valid, patience)
    seen = valid[:looks]
    return looks, max(i for i, value in enumerate(seen) if value == min(seen))


STOP_AT: Mistakes = {
    "One look too many: training stops with the look that makes `patience` failures "
    "in a row.": _stopping(limit=lambda patience: patience + 1),
    "It stops a look too early: `patience` failures in a row are needed.": _stopping(
        limit=lambda patience: max(1, patience - 1) if patience > 1 else 1
    ),
    "The failures are never forgiven: a look that is better than the best sets the "
    "count back to 0.": _stopping(forgive=False),
    "Each look is compared with the one before. Compare it with the best so far: a "
    "small step back up from a bad value is no improvement.": _against_the_last(True),
    "Each look is compared with the one before, and the best is where the climb began: "
    "compare with the best so far.": _against_the_last(False),
    "Best is the look at which it stops: it is the smallest so far, and there the "
    "parameters were kept.": _stopping(chosen=lambda best, look, valid: look),
    "Best is the smallest of all looks, even of those after the stop: nobody has seen "
    "them.": _with_foresight,
    "Both answers use looks after the stop: go through the list look by look, and do "
    "not ask for min(valid).": _patience_after_the_best,
    "The last index is returned: the number of looks is one more, since they count "
    "from 0.": _stopping(
        looks=lambda look: look, end=lambda v, best: (len(v) - 1, best)
    ),
    "If patience does not run out, all looks are taken: len(valid), not "
    "len(valid) - 1.": _stopping(end=lambda valid, best: (len(valid) - 1, best)),
    "The look that used up the patience was taken, too: count it.": _stopping(
        looks=lambda look: look
    ),
    "The best value is returned: its index is asked for.": _stopping(
        chosen=lambda best, look, valid: valid[best]
    ),
    "best counts from 1 here: from 0, so that valid[best] is the best value.": (
        _stopping(chosen=lambda best, look, valid: best + 1)
    ),
    "Larger counts as better here: these are bits, and fewer are better.": _stopping(
        lambda value, best: value > best
    ),
    "Patience is ignored: count the failures in a row.": _stopping(
        limit=lambda patience: math.inf
    ),
    "The first failure stops it, whatever patience is.": _stopping(
        limit=lambda patience: 1
    ),
    "A tie counts as an improvement here: a look must be better than the best (<), or "
    "else a curve that stands still would never stop.": _ties_are_good,
    "Of two equal looks the later one is returned: it was no improvement, and so the "
    "earlier one stays the best.": _last_of_the_best,
    "The answers are exchanged: first the number of looks, then the best.": (
        lambda valid, patience: _stopping()(valid, patience)[::-1]
    ),
    "The best of all looks, plus patience: nobody knows the best in advance, and there "
    "may not be so many looks. Go through the list look by look.": (
        lambda valid, patience: (
            valid.index(min(valid)) + patience + 1,
            valid.index(min(valid)),
        )
    ),
    "The looks that failed are not counted: they were taken, too.": (
        lambda valid, patience: (
            _stopping()(valid, patience)[1] + 1,
            _stopping()(valid, patience)[1],
        )
    ),
}
