"""Known mistakes in windows, noise and vectors, each with its hint (chapter 4).

The checks are in ``lmcourse.checks.word2vec``. Famous ones are here: subsampling by
rank, negatives drawn evenly, a word drawn as its own negative.

Shape letters: B pairs of a batch, V words, E embedding size, K negatives a pair.
"""

import math
from collections.abc import Callable

import numpy as np

Mistakes = dict[str, Callable]

# --- skipgram_pairs ------------------------------------------------------------------


def _neighbors(places: Callable) -> Callable:
    """Pair each place t of a text with those that ``places(ids, t, window)`` gives."""

    def pairs(ids, window):
        found = [(t, c) for t in range(len(ids)) for c in places(ids, t, window)]
        return [ids[t] for t, _ in found], [ids[c] for _, c in found]

    return pairs


def _around(ids, t, window) -> list[int]:
    ends = max(0, t - window), min(len(ids), t + window + 1)
    return [c for c in range(*ends) if c != t]


def _right_pairs(ids, window) -> list[tuple]:
    """Return the right pairs as tuples."""
    return list(zip(*_neighbors(_around)(ids, window), strict=True))


def _unzip(pairs) -> tuple[list, list]:
    return [a for a, _ in pairs], [b for _, b in pairs]


SKIPGRAM_PAIRS: Mistakes = {
    "A word is paired with itself: leave out the place of the center, c != t.": (
        _neighbors(lambda ids, t, w: range(max(0, t - w), min(len(ids), t + w + 1)))
    ),
    "Only the words to the right are there: a window reaches to both sides.": (
        _neighbors(lambda ids, t, w: range(t + 1, min(len(ids), t + w + 1)))
    ),
    "Only the words to the left are there: a window reaches to both sides.": (
        _neighbors(lambda ids, t, w: range(max(0, t - w), t))
    ),
    "The word farthest to the right is missing: range and slices stop before their "
    "end, so the end is t + window + 1.": _neighbors(
        lambda ids, t, w: [c for c in _around(ids, t, w) if c < t + w]
    ),
    "A negative place counts from the end of the list in Python, so the first words "
    "got the last ones as neighbors: begin at max(0, t - window).": _neighbors(
        lambda ids, t, w: [
            c for c in range(t - w, t + w + 1) if -len(ids) <= c < len(ids) and c != t
        ]
    ),
    "A slice that begins below 0 is empty, so the first words lost their left "
    "neighbors: begin at max(0, t - window).": _neighbors(
        lambda ids, t, w: [
            *range(len(ids))[t - w : t],
            *range(len(ids))[t + 1 : t + w + 1],
        ]
    ),
    "The sentence is no ring: its last word is no neighbor of its first. Windows are "
    "cut off at both ends.": _neighbors(
        lambda ids, t, w: [
            (t + step) % len(ids) for step in range(-w, w + 1) if step % len(ids)
        ]
    ),
    "Words near the ends are left out as centers: they have neighbors too, only fewer."
    "": _neighbors(
        lambda ids, t, w: _around(ids, t, w) if w <= t < len(ids) - w else []
    ),
    "You leave out neighbors that are the same word as the center. Compare places, "
    "c != t, not words: 'very very' is a pair.": _neighbors(
        lambda ids, t, w: [c for c in _around(ids, t, w) if ids[c] != ids[t]]
    ),
    "Centers and contexts have changed places.": lambda ids, w: _unzip(
        _right_pairs(ids, w)
    )[::-1],
    "This is one list of pairs: return two lists, all centers and all contexts.": (
        _right_pairs
    ),
    "Each pair is there once only, but it may occur several times in a sentence, and "
    "then it counts several times.": lambda ids, w: _unzip(
        dict.fromkeys(_right_pairs(ids, w))
    ),
    "Only words exactly `window` places away are paired: all nearer ones are neighbors "
    "too.": _neighbors(
        lambda ids, t, w: [c for c in (t - w, t + w) if 0 <= c < len(ids)]
    ),
    "The window is too narrow: it reaches `window` words to each side, not in all.": (
        _neighbors(lambda ids, t, w: _around(ids, t, w // 2))
    ),
    "These are places in the sentence: look up the words there, ids[t] and ids[c].": (
        lambda ids, w: _unzip(_right_pairs(range(len(ids)), w))
    ),
    "The right pairs, but in another order: center by center, and the contexts of each "
    "from left to right.": lambda ids, w: _unzip(
        [
            (ids[t], ids[t + step])
            for step in range(-w, w + 1)
            for t in range(len(ids))
            if step and 0 <= t + step < len(ids)
        ]
    ),
    "The contexts of one center are a list of their own here. That is what CBOW needs; "
    "for skip-gram make it flat, and repeat the center.": lambda ids, w: (
        list(ids),
        [[ids[c] for c in _around(ids, t, w)] for t in range(len(ids))],
    ),
}

# --- keep_probability ----------------------------------------------------------------


def _shares(counts) -> np.ndarray:
    return counts / counts.sum()


def _ranks(counts) -> np.ndarray:
    """Return 1 for the most frequent word, 2 for the next; ties in their order."""
    ranks = np.empty(len(counts))
    ranks[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)
    return ranks


def _sqrt_cut(f: np.ndarray, t: float) -> np.ndarray:
    return np.minimum(1, np.sqrt(t / f))


KEEP_PROBABILITY: Mistakes = {
    "This is the probability to throw a word away: the one to keep it is what is left, "
    "1 minus that.": lambda c, t: 1 - _sqrt_cut(_shares(c), t),
    "This is the probability to throw a word away, and for rare words it is below 0: "
    "take 1 minus that, and at most 1.": lambda c, t: 1 - np.sqrt(t / _shares(c)),
    "A probability above 1: rare words are always kept, so cut at 1 (np.minimum).": (
        lambda c, t: np.sqrt(t / _shares(c))
    ),
    "The square root is missing: this throws away too much.": (
        lambda c, t: np.minimum(1, t / _shares(c))
    ),
    "f is the share of a word in the text: divide the counts by their sum first.": (
        lambda c, t: _sqrt_cut(c, t)
    ),
    "The fraction is upside down: t / f, so that frequent words are kept less often.": (
        lambda c, t: np.minimum(1, np.sqrt(_shares(c) / t))
    ),
    "This is the formula of the program word2vec.c, which has another term, + t/f. "
    "Here the paper's is asked for.": lambda c, t: np.minimum(
        1, np.sqrt(t / _shares(c)) + t / _shares(c)
    ),
    "The frequency here is made up from the rank, by Zipf's law. Subsampling goes by "
    "how often a word really occurs: its count by the sum of all counts.": (
        lambda c, t: _sqrt_cut(1 / _ranks(c) / (1 / _ranks(c)).sum(), t)
    ),
    "This goes by rank. Subsampling goes by frequency: two words of the same count "
    "have the same probability, and that of a rare one is 1.": (
        lambda c, t: _ranks(c) / len(c)
    ),
    "The rank stands where the frequency belongs: f is the count by the sum of all "
    "counts.": lambda c, t: _sqrt_cut(_ranks(c) / len(c), t),
    "The counts are divided by the largest: divide them by their sum.": (
        lambda c, t: _sqrt_cut(c / c.max(), t)
    ),
    "The counts are divided by the number of different words: divide them by their "
    "sum.": lambda c, t: _sqrt_cut(c / len(c), t),
    "This is 1 - t/f, the probability to throw away, and without the root.": (
        lambda c, t: np.maximum(0, 1 - t / _shares(c))
    ),
    "This keeps all of the rare words and none of the frequent ones: what is asked for "
    "falls slowly, as a root.": lambda c, t: (_shares(c) <= t).astype(float),
    "These sum to one, but they are no distribution over words: each says of one word "
    "alone how often it is kept.": lambda c, t: _shares(_sqrt_cut(_shares(c), t)),
    "The larger of 1 and the root is always at least 1: np.minimum, not np.maximum.": (
        lambda c, t: np.maximum(1, np.sqrt(t / _shares(c)))
    ),
    "The root is over the whole fraction, t / f, not over t alone.": (
        lambda c, t: np.minimum(1, np.sqrt(t) / _shares(c))
    ),
    "The root is over the whole fraction, t / f, not over f alone.": (
        lambda c, t: np.minimum(1, t / np.sqrt(_shares(c)))
    ),
}

# --- noise_distribution --------------------------------------------------------------


NOISE_DISTRIBUTION: Mistakes = {
    "The shares are raised to the power, but no longer sum to one: normalize *after* "
    "the power.": lambda c, power: _shares(c) ** power,
    "These are weights: divide them by their sum, so that they are probabilities.": (
        lambda c, power: c**power
    ),
    "You divide by the sum of the counts: divide by the sum of the powers, which is "
    "what must come to one.": lambda c, power: c**power / c.sum(),
    "The power has no effect: this is the share of each word in the text. `**` is the "
    "power, `*` is times, and cancels.": lambda c, power: _shares(c),
    "All words have the same probability here. Noise is drawn by frequency, tempered "
    "by the power.": lambda c, power: np.full(len(c), 1 / len(c)),
    "The power is taken of the rank: it belongs to the count.": (
        lambda c, power: _shares(_ranks(c) ** -power)
    ),
    "The exponent is upside down: 4/3 favors frequent words even more, 3/4 less.": (
        lambda c, power: _shares(c ** (1 / power))
    ),
    "3/4 is written into the formula: use the argument `power`.": (
        lambda c, power: _shares(c**0.75)
    ),
    "This favors rare words: the exponent has a minus.": (
        lambda c, power: _shares(c**-power)
    ),
    "A softmax takes exp first, and so the most frequent word gets nearly all: only "
    "divide by the sum.": lambda c, power: _shares(np.exp(c**power - (c**power).max())),
    "A softmax of the shares is nearly even: the powers need no exp, only a division "
    "by their sum.": lambda c, power: _shares(np.exp(_shares(c) ** power)),
    "These are running sums. They help to draw, but here each word's own probability "
    "is asked for.": lambda c, power: np.cumsum(_shares(c**power)),
    "The largest is 1 here: it is the sum that must be 1.": (
        lambda c, power: c**power / (c**power).max()
    ),
    "This is the root of the sum of squares (a norm): divide by the plain sum.": (
        lambda c, power: c**power / np.linalg.norm(c**power)
    ),
    "This is 1 minus the share, normalized: rare words came out ahead. Frequent ones "
    "stay ahead, by less.": lambda c, power: _shares(1 - _shares(c**power)),
}

# --- negative_samples ----------------------------------------------------------------


def _look_up(row: Callable, side: str = "right") -> Callable:
    """Look each row of u up in the running sum of ``row(noise, word)``."""

    def draw(noise, context, u):
        sums = [np.cumsum(row(noise, word)) for word in context]
        rows = [np.searchsorted(s, x, side) for s, x in zip(sums, u, strict=True)]
        return np.array(rows)

    return draw


def _without(noise, word) -> np.ndarray:
    rest = noise.copy()
    rest[word] = 0
    return rest


def _others(noise, word) -> np.ndarray:
    return _shares(_without(noise, word))


_draw = _look_up(_others)
_draw_any = _look_up(lambda noise, word: noise)


def _shortened(noise, context, u):
    rows = [np.cumsum(_shares(np.delete(noise, word))) for word in context]
    return np.array(
        [np.searchsorted(s, x, "right") for s, x in zip(rows, u, strict=True)]
    )


def _step_on(noise, context, u):
    drawn = _draw_any(noise, context, u)
    return np.where(drawn == context[:, None], (drawn + 1) % len(noise), drawn)


def _drop(noise, context, u):
    drawn = _draw_any(noise, context, u)
    return [row[row != word].tolist() for row, word in zip(drawn, context, strict=True)]


def _even_but_one(noise, context, u):
    drawn = np.floor(u * (len(noise) - 1)).astype(int)
    return drawn + (drawn >= context[:, None])


NEGATIVE_SAMPLES: Mistakes = {
    "The context word can be drawn as its own negative: the loss would then push apart "
    "what it pulls together. Set its probability to 0 before you draw.": _draw_any,
    "The negatives are drawn evenly, with the context word left out. Draw them by "
    "`noise`: look u up in its running sum.": _even_but_one,
    "The negatives are drawn evenly, and may be the context word. Draw them by "
    "`noise`, with that word's probability set to 0.": lambda noise, context, u: (
        np.floor(u * len(noise)).astype(int)
    ),
    "What is left after taking the context word out sums to less than 1, so a large u "
    "falls behind the last word: divide by the new sum.": _look_up(_without),
    "What is left after taking the context word out sums to less than 1: divide by the "
    "new sum. Cutting at the last word gives that one too often.": (
        lambda noise, context, u: np.minimum(
            _look_up(_without)(noise, context, u), len(noise) - 1
        )
    ),
    "Where the context word was drawn, you take the next word in the list, which so "
    "comes up too often: share its probability among all others.": _step_on,
    "Where the context word was drawn, you drop it, as word2vec.c does. Here each row "
    "has K negatives: take the word out before you draw.": _drop,
    "The power 3/4 is in `noise` already: do not take it again.": _look_up(
        lambda noise, word: _shares(_without(noise**0.75, word))
    ),
    "A u that meets a running sum exactly belongs to the next word, and u = 0 to the "
    "first word with a probability above 0: side='right'.": _look_up(_others, "left"),
    "np.delete moves all later words up by one place: numbers from the context word on "
    "mean the next word. Set its probability to 0 instead.": _shortened,
    "searchsorted needs running sums (np.cumsum): you look u up in the probabilities "
    "themselves.": lambda noise, context, u: np.array(
        [
            np.searchsorted(_others(noise, w), x, "right")
            for w, x in zip(context, u, strict=True)
        ]
    ),
    "One context word is taken out in all rows: each row has its own.": (
        lambda noise, context, u: _draw(noise, np.full_like(context, context[0]), u)
    ),
    "The context words of the whole batch are taken out in each row: only the row's "
    "own must not come up.": lambda noise, context, u: _look_up(
        lambda noise, word: _shares(_without(noise, context))
    )(noise, context, u),
    "All rows got the same numbers: row b uses u[b].": lambda noise, context, u: _draw(
        noise, context, np.repeat(u[:1], len(u), axis=0)
    ),
    "u is not used: this is the likeliest word each time.": lambda noise, context, u: (
        np.array(
            [[np.argmax(_without(noise, w))] * u.shape[1] for w in context]
        ).reshape(u.shape)
    ),
    "Rows and columns are exchanged: one row for each context word, (B, K).": (
        lambda noise, context, u: _draw(noise, context, u).T
    ),
    "All negatives stand in one row: the shape is that of u, (B, K).": (
        lambda noise, context, u: _draw(noise, context, u).ravel()
    ),
}

# --- cosine and analogy --------------------------------------------------------------

_norm = np.linalg.norm


def _by_lengths(a, b, under: Callable) -> float:
    return float(a @ b / under(a, b)) if a.any() and b.any() else 0.0


def _right_cosine(a, b) -> float:
    return _by_lengths(a, b, lambda a, b: _norm(a) * _norm(b))


COSINE: Mistakes = {
    "This is the scalar product: divide it by both lengths, or long vectors are like "
    "everything.": lambda a, b: float(a @ b),
    "Only the length of a is divided out: divide by that of b, too.": (
        lambda a, b: _by_lengths(a, b, lambda a, b: _norm(a))
    ),
    "Only the length of b is divided out: divide by that of a, too.": (
        lambda a, b: _by_lengths(a, b, lambda a, b: _norm(b))
    ),
    "The square root of the lengths is missing: |a| is the root of the sum of squares."
    "": lambda a, b: _by_lengths(a, b, lambda a, b: (a @ a) * (b @ b)),
    "This is 1 minus the cosine, a distance: it should be 1 for the same direction.": (
        lambda a, b: 1 - _right_cosine(a, b)
    ),
    "Opposite vectors have the cosine -1: no absolute value.": (
        lambda a, b: abs(_right_cosine(a, b))
    ),
    "This is the distance between the points: the cosine does not ask how far, only in "
    "which direction.": lambda a, b: float(_norm(a - b)),
    "This is the angle itself: the cosine of it is asked for.": (
        lambda a, b: math.acos(max(-1, min(1, _right_cosine(a, b))))
    ),
    "Divide by the product of the lengths, not by their sum.": (
        lambda a, b: _by_lengths(a, b, lambda a, b: _norm(a) + _norm(b))
    ),
    "The length is the root of the sum of squares, not the sum of absolute values.": (
        lambda a, b: _by_lengths(a, b, lambda a, b: _norm(a, 1) * _norm(b, 1))
    ),
    "This is a mean over the coordinates: divide the product by the lengths, not by "
    "the number of coordinates.": lambda a, b: float(a @ b / len(a)),
    "A vector of zeros has no direction, and 0/0 is nan: return 0.0 there.": (
        lambda a, b: _right_cosine(a, b) if a.any() and b.any() else math.nan
    ),
    "This is the correlation: a cosine does not take off the mean first.": (
        lambda a, b: _right_cosine(a - a.mean(), b - b.mean())
    ),
}


def _unit(matrix) -> np.ndarray:
    return matrix / _norm(matrix, axis=-1, keepdims=True)


def _best(scores, without=()) -> int:
    scores = scores.copy()
    scores[list(without)] = -np.inf
    return int(np.argmax(scores))


def _arithmetic(signs, unit: bool = True, score: Callable = np.dot) -> Callable:
    """Answer with the best word for a signed sum of three vectors."""

    def answer(matrix, *abc):
        rows = _unit(matrix) if unit else matrix
        target = sum(sign * rows[word] for sign, word in zip(signs, abc, strict=True))
        return _best(score(rows, target), abc)

    return answer


def _exclude(kept: Callable) -> Callable:
    def answer(matrix, a, b, c):
        rows = _unit(matrix)
        return _best(rows @ (rows[b] - rows[a] + rows[c]), kept(a, b, c))

    return answer


def _multiply(matrix, a, b, c):
    rows = _unit(matrix)
    near = [(rows @ rows[word] + 1) / 2 for word in (a, b, c)]
    return _best(near[1] * near[2] / (near[0] + 0.001), (a, b, c))


def _shorter_list(matrix, a, b, c):
    rows = _unit(matrix)
    return _best(np.delete(rows, [a, b, c], 0) @ (rows[b] - rows[a] + rows[c]))


ANALOGY: Mistakes = {
    "a, b and c themselves are candidates here, and the answer is often b or c, which "
    "is no discovery: leave all three out.": _exclude(lambda a, b, c: ()),
    "Two things: bring all vectors to length 1 first, and leave out a, b and c, which "
    "are no candidates.": lambda matrix, a, b, c: _best(
        matrix @ (matrix[b] - matrix[a] + matrix[c])
    ),
    "Only c is left out: leave out a and b, too.": _exclude(lambda a, b, c: (c,)),
    "Only b is left out: leave out a and c, too.": _exclude(lambda a, b, c: (b,)),
    "b itself is still a candidate: leave it out, too.": (
        _exclude(lambda a, b, c: (a, c))
    ),
    "c itself is still a candidate: leave it out, too.": (
        _exclude(lambda a, b, c: (a, b))
    ),
    "The signs of a and b are exchanged: from a to b is x_b - x_a.": (
        _arithmetic((1, -1, 1))
    ),
    "The minus belongs to a, not to c: x_b - x_a + x_c.": _arithmetic((1, 1, -1)),
    "All three are added: x_a is subtracted.": _arithmetic((1, 1, 1)),
    "c is not used: this is the step from a to b, and it begins at c.": (
        _arithmetic((-1, 1, 0))
    ),
    "a is not used: the step from a to b is x_b - x_a.": _arithmetic((0, 1, 1)),
    "x_c is subtracted as well: x_b - x_a + x_c.": _arithmetic((-1, 1, -1)),
    "Bring all vectors to length 1 before you add: long ones pull the sum to their "
    "side. (The candidates are right.)": lambda matrix, a, b, c: _best(
        _unit(matrix) @ (matrix[b] - matrix[a] + matrix[c]), (a, b, c)
    ),
    "Long vectors win here: use rows of length 1 for a, b and c and for the candidates."
    "": _arithmetic((-1, 1, 1), unit=False),
    "Bring the candidates to length 1, too: a long vector has a large product with "
    "everything.": lambda matrix, a, b, c: _best(
        matrix @ (_unit(matrix)[b] - _unit(matrix)[a] + _unit(matrix)[c]), (a, b, c)
    ),
    "This is the nearest point, by distance: 3CosAdd asks for the largest cosine.": (
        _arithmetic(
            (-1, 1, 1),
            unit=False,
            score=lambda rows, target: -_norm(rows - target, axis=1),
        )
    ),
    "This is the word that fits least: the largest cosine wins, np.argmax.": (
        _arithmetic((-1, 1, 1), score=lambda rows, target: -(rows @ target))
    ),
    "Without the sign the opposite direction is as good: no absolute value.": (
        _arithmetic((-1, 1, 1), score=lambda rows, target: abs(rows @ target))
    ),
    "This is 3CosMul, which multiplies and divides the three cosines: 3CosAdd adds and "
    "subtracts.": _multiply,
    "With a, b and c deleted, the numbers of later words no longer fit: set their "
    "scores to -np.inf instead.": _shorter_list,
    "This is the score of the answer: return its number, np.argmax.": (
        lambda matrix, a, b, c: float(
            np.delete(_unit(matrix), [a, b, c], 0)
            .dot(_unit(matrix)[b] - _unit(matrix)[a] + _unit(matrix)[c])
            .max()
        )
    ),
}
