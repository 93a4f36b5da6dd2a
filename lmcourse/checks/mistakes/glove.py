"""What goes wrong in GloVe: its weight, its loss, its gradients, its step.

Each entry is a hint and the function that a student with that mistake has written; the
checks that use them are in ``lmcourse.checks.glove`` (chapter 5).
"""

import math
from collections.abc import Callable

import numpy as np

from lmcourse.glove.loss import glove_gradients, weight

Mistakes = dict[str, Callable]

# --- glove_weight * -------------------------------------------------------------------

MISTAKES_GLOVE_WEIGHT: Mistakes = {
    "Above x_max the weight keeps growing: it is at most 1.": (
        lambda x, x_max, alpha: (x / x_max) ** alpha
    ),
    "x_max is used as a lower bound, or the two cases are exchanged: these weights are "
    "at least 1. Take the smaller of (x / x_max)**alpha and 1.": (
        lambda x, x_max, alpha: np.maximum((x / x_max) ** alpha, 1)
    ),
    "Pairs above x_max get no weight at all: they get 1, the most there is.": (
        lambda x, x_max, alpha: np.where(x < x_max, (x / x_max) ** alpha, 0.0)
    ),
    "Above x_max you return x_max: the weight is 1 there.": (
        lambda x, x_max, alpha: np.where(x < x_max, (x / x_max) ** alpha, x_max)
    ),
    "Only x is raised to the power, not x_max: the power belongs to the ratio, "
    "(x / x_max)**alpha.": lambda x, x_max, alpha: np.minimum(x**alpha / x_max, 1),
    "alpha multiplies the ratio: it is its exponent, (x / x_max)**alpha.": (
        lambda x, x_max, alpha: np.minimum(alpha * x / x_max, 1)
    ),
    "alpha is not used: without it the weight grows too fast with the count.": (
        lambda x, x_max, alpha: np.minimum(x / x_max, 1)
    ),
    "The exponent is 1 / alpha: it is alpha, which is below 1 and lifts the rare "
    "pairs.": lambda x, x_max, alpha: np.minimum((x / x_max) ** (1 / alpha), 1),
    "The ratio is upside down: x / x_max, so that rare pairs weigh less.": (
        lambda x, x_max, alpha: np.minimum(
            (x_max / np.where(x > 0, x, 1e-300)) ** alpha, 1
        )
    ),
    "The counts are capped but not divided by x_max: the largest weight is 1.": (
        lambda x, x_max, alpha: np.minimum(x, x_max) ** alpha
    ),
    "The weights sum to one here. They stay as they are: each pair has its own.": (
        lambda x, x_max, alpha: weight(x, x_max, alpha) / weight(x, x_max, alpha).sum()
    ),
    "Pairs are divided by the largest count there is: divide by x_max, the argument.": (
        lambda x, x_max, alpha: (x / x.max()) ** alpha
    ),
    "This weight falls with the count, as if frequent pairs mattered less. 1 minus it "
    "is nearer, but read equation (9) again: no 1 minus anywhere.": (
        lambda x, x_max, alpha: 1 - weight(x, x_max, alpha)
    ),
}

# --- glove_loss * ---------------------------------------------------------------------


def _dot(w, c):
    return (w * c).sum(axis=1)


def _sigmoid(s):
    return 1 / (1 + np.exp(-s))


def _log(x):
    """Take the logarithm, and of 0 something that the weight 0 removes."""
    return np.log(np.where(x > 0, x, 1.0))


def _loss(
    score: Callable = lambda w, c, bw, bc: _dot(w, c) + bw + bc,
    target: Callable = _log,
    f: Callable = weight,
    together: Callable = lambda f, score, target: (f * (score - target) ** 2).sum(),
) -> Callable:
    """Write equation (8) with one part of it replaced."""

    def loss(w, c, bw, bc, x, x_max, alpha):
        with np.errstate(all="ignore"):
            value = together(f(x, x_max, alpha), score(w, c, bw, bc), target(x))
        return float(value)

    return loss


def _cosine(w, c, bw, bc):
    lengths = np.linalg.norm(w, axis=1) * np.linalg.norm(c, axis=1)
    return _dot(w, c) / lengths + bw + bc


def _everyone(w, c, bw, bc, x, x_max, alpha):
    off = w @ c.T + bw[:, None] + bc - _log(x)
    return float((weight(x, x_max, alpha) * off**2).sum())


MISTAKES_GLOVE_LOSS: Mistakes = {
    "There is no sigmoid in GloVe. w . c + b + b~ is compared with log x as it is: it "
    "is a regression, not a yes or no.": _loss(
        lambda w, c, bw, bc: _sigmoid(_dot(w, c) + bw + bc)
    ),
    "-log sigmoid(...) is the loss of skip-gram with negative samples. GloVe takes the "
    "squared difference from log x, and no sigmoid.": _loss(
        together=lambda f, score, target: -(f * np.log(_sigmoid(score))).sum()
    ),
    "The log is missing: w . c + b + b~ is to be log x, not x.": _loss(
        target=lambda x: x
    ),
    "exp(w . c + b + b~) is compared with x. Compare the logarithms, where a factor of "
    "two is the same error for rare and for frequent pairs.": _loss(
        together=lambda f, score, target: (
            f * (np.exp(score) - np.where(f > 0, np.exp(target), 0)) ** 2
        ).sum()
    ),
    "The weight is inside the square, so it is squared too: f(x) * (...)**2.": _loss(
        together=lambda f, score, target: ((f * (score - target)) ** 2).sum()
    ),
    "The weight multiplies w . c + b + b~ alone: it multiplies the whole square.": (
        _loss(together=lambda f, score, target: ((f * score - target) ** 2).sum())
    ),
    "The weight multiplies log x alone: it multiplies the whole square.": _loss(
        together=lambda f, score, target: ((score - f * target) ** 2).sum()
    ),
    "The weight is missing: frequent pairs matter more, f(x) * (...)**2.": _loss(
        f=lambda x, x_max, alpha: (x > 0).astype(float)
    ),
    "Even the pairs that never met are fitted here, to log x = 0. f(0) = 0: they take "
    "no part.": _loss(f=lambda x, x_max, alpha: np.ones(len(x))),
    "The weight keeps growing above x_max: it is at most 1.": _loss(
        f=lambda x, x_max, alpha: (x / x_max) ** alpha
    ),
    "x_max is used as a lower bound: the weight should be the smaller of "
    "(x / x_max)**alpha and 1, not the larger.": _loss(
        f=lambda x, x_max, alpha: np.maximum((x / x_max) ** alpha, 1)
    ),
    "alpha is the exponent of the ratio x / x_max, not of the loss.": (
        lambda w, c, bw, bc, x, x_max, alpha: float(
            (
                (np.minimum(x / x_max, 1) * (_dot(w, c) + bw + bc - _log(x)) ** 2)
                ** alpha
            ).sum()
        )
    ),
    "alpha is not used: the weight is (x / x_max)**alpha, at most 1.": _loss(
        f=lambda x, x_max, alpha: np.minimum(x / x_max, 1)
    ),
    "There is one bias only: add that of the context word, bc, too.": _loss(
        lambda w, c, bw, bc: _dot(w, c) + bw
    ),
    "There is one bias only: add that of the word, bw, too.": _loss(
        lambda w, c, bw, bc: _dot(w, c) + bc
    ),
    "The biases are missing: w . c + bw + bc. Without them, the vectors must spend "
    "themselves on how frequent a word is.": _loss(lambda w, c, bw, bc: _dot(w, c)),
    "The biases are subtracted: add both to w . c.": _loss(
        lambda w, c, bw, bc: _dot(w, c) - bw - bc
    ),
    "log x is added: subtract it, so that a perfect fit costs nothing.": _loss(
        together=lambda f, score, target: (f * (score + target) ** 2).sum()
    ),
    "The difference is not squared, so errors up and down cancel.": _loss(
        together=lambda f, score, target: (f * (score - target)).sum()
    ),
    "This takes the absolute difference: GloVe takes its square.": _loss(
        together=lambda f, score, target: (f * np.abs(score - target)).sum()
    ),
    "This is the mean over the pairs: equation (8) is a sum.": _loss(
        together=lambda f, score, target: (f * (score - target) ** 2).mean()
    ),
    "This is half of equation (8). (The original program reports the half, which makes "
    "the gradient simpler; the equation has no 1/2.)": _loss(
        together=lambda f, score, target: (f * (score - target) ** 2).sum() / 2
    ),
    "log(1 + x) is not log x. It does survive x = 0, but f(0) = 0 takes care of that: "
    "leave those pairs out before you take the log.": _loss(target=np.log1p),
    "The logarithm is to base 2: take the natural one, np.log.": _loss(
        target=lambda x: _log(x) / math.log(2)
    ),
    "The logarithm is to base 10: take the natural one, np.log.": _loss(
        target=lambda x: _log(x) / math.log(10)
    ),
    "log 0 is minus infinity, and 0 times that is nan. A pair with x = 0 takes no "
    "part: leave it out before you take the log.": _loss(target=np.log),
    "w + c is summed: take the dot product, the sum of w * c.": _loss(
        lambda w, c, bw, bc: (w + c).sum(axis=1) + bw + bc
    ),
    "This is the cosine: take the dot product, not divided by the lengths.": _loss(
        _cosine
    ),
    "Every word is multiplied by every context (w @ c.T): row n of w belongs to row n "
    "of c alone, (w * c).sum(axis=1).": _everyone,
}

# --- glove_gradients ** ---------------------------------------------------------------


def _slopes(
    slope: Callable = lambda f, off: 2 * f * off,
    parts: Callable = lambda s, w, c: (s[:, None] * c, s[:, None] * w, s, s),
    target: Callable = _log,
    f: Callable = weight,
) -> Callable:
    """Write the gradients with one part of them replaced."""

    def gradients(w, c, bw, bc, x, x_max, alpha):
        with np.errstate(all="ignore"):
            off = _dot(w, c) + bw + bc - target(x)
            return parts(slope(f(x, x_max, alpha), off), w, c)

    return gradients


def _by_count(w, c, bw, bc, x, x_max, alpha):
    """Differentiate the weight, too."""
    dw, dc, dbw, dbc = glove_gradients(w, c, bw, bc, x, x_max, alpha)
    inner = np.where(x < x_max, alpha / x_max * (np.maximum(x, 1e-9) / x_max), 0)
    extra = inner * (_dot(w, c) + bw + bc - _log(x)) ** 2
    return dw + extra[:, None] * c, dc + extra[:, None] * w, dbw + extra, dbc + extra


MISTAKES_GLOVE_GRADIENTS: Mistakes = {
    "The 2 is missing: the derivative of a square is twice what was squared. (With the "
    "half of the loss, as in the original program, it cancels.)": _slopes(
        lambda f, off: f * off
    ),
    "dw and dc are exchanged: by w, the derivative of w . c is c.": _slopes(
        parts=lambda s, w, c: (s[:, None] * w, s[:, None] * c, s, s)
    ),
    "The weight f(x) is missing: it multiplies every derivative.": _slopes(
        lambda f, off: 2 * (f > 0) * off
    ),
    "The weight is in there twice: it stands outside of the square, so it multiplies "
    "once.": _slopes(lambda f, off: 2 * f**2 * off),
    "The sign is turned around: this is the way down, minus the gradient.": _slopes(
        lambda f, off: -2 * f * off
    ),
    "What was squared is missing: 2 f(x) (w . c + b + b~ - log x) times c.": _slopes(
        lambda f, off: 2 * f
    ),
    "The square is still there: its derivative is 2 times the difference itself.": (
        _slopes(lambda f, off: 2 * f * off**2)
    ),
    "Of the difference only its sign is left: that would be the absolute error's.": (
        _slopes(lambda f, off: 2 * f * np.sign(off))
    ),
    "The derivatives by the biases are 0 here: each bias is added as it is, so its "
    "derivative is 2 f(x) (...) times 1.": _slopes(
        parts=lambda s, w, c: (s[:, None] * c, s[:, None] * w, 0 * s, 0 * s)
    ),
    "A bias is no vector: its derivative is not multiplied by w or c.": _slopes(
        parts=lambda s, w, c: (
            s[:, None] * c,
            s[:, None] * w,
            (s[:, None] * c).sum(axis=1),
            (s[:, None] * w).sum(axis=1),
        )
    ),
    "These are divided by the number of pairs: the loss is a sum, not a mean.": _slopes(
        lambda f, off: 2 * f * off / len(f)
    ),
    "All pairs are added up: return a row for each pair.": _slopes(
        parts=lambda s, w, c: (s @ c, s @ w, s.sum(), s.sum())
    ),
    "The log is missing: what was squared is w . c + b + b~ - log x.": _slopes(
        target=lambda x: x
    ),
    "log 0 makes nan: a pair with x = 0 takes no part, and its derivatives are 0.": (
        _slopes(target=np.log)
    ),
    "The weight keeps growing above x_max: it is at most 1.": _slopes(
        f=lambda x, x_max, alpha: (x / x_max) ** alpha
    ),
    "f(x) depends on the count, which is data: nothing is differentiated by it.": (
        _by_count
    ),
}

# --- adagrad_step ** ------------------------------------------------------------------

MISTAKES_ADAGRAD_STEP: Mistakes = {
    "The squares are added up before the step, as in Duchi's paper. glove.c takes the "
    "step with the squares of before, and adds afterwards.": lambda t, G, g, lr: (
        t - lr * g / np.sqrt(G + (lr * g) ** 2),
        G + (lr * g) ** 2,
    ),
    "This is AdaGrad as in Duchi's paper: gradient**2 is added, and first. glove.c "
    "adds the square of lr * gradient, after the step.": lambda t, G, g, lr: (
        t - lr * g / np.sqrt(G + g**2),
        G + g**2,
    ),
    "gradient**2 is added: it is the square of the step, lr * gradient, that glove.c "
    "adds.": lambda t, G, g, lr: (t - lr * g / np.sqrt(G), G + g**2),
    "The square root is missing: lr * gradient / sqrt(squares).": (
        lambda t, G, g, lr: (t - lr * g / G, G + (lr * g) ** 2)
    ),
    "This goes up the hill: subtract the step.": lambda t, G, g, lr: (
        t + lr * g / np.sqrt(G),
        G + (lr * g) ** 2,
    ),
    "The squares are not used: this is plain gradient descent. Divide the step by "
    "sqrt(squares).": lambda t, G, g, lr: (t - lr * g, G + (lr * g) ** 2),
    "The squares stay the same: add (lr * gradient)**2, so that the next step is "
    "shorter.": lambda t, G, g, lr: (t - lr * g / np.sqrt(G), G.copy()),
    "The old squares are forgotten: add (lr * gradient)**2 to them.": (
        lambda t, G, g, lr: (t - lr * g / np.sqrt(G), (lr * g) ** 2)
    ),
    "What is added is not squared: add (lr * gradient)**2.": lambda t, G, g, lr: (
        t - lr * g / np.sqrt(G),
        G + lr * g,
    ),
    "The learning rate is not in the step: lr * gradient / sqrt(squares).": (
        lambda t, G, g, lr: (t - g / np.sqrt(G), G + (lr * g) ** 2)
    ),
    "lr is in the step twice: lr * gradient once, and its square in the sum.": (
        lambda t, G, g, lr: (t - lr**2 * g / np.sqrt(G), G + (lr * g) ** 2)
    ),
    "The square of the step *after* the division is added: glove.c adds the square of "
    "lr * gradient itself.": lambda t, G, g, lr: (
        t - lr * g / np.sqrt(G),
        G + (lr * g) ** 2 / G,
    ),
    "The step is multiplied by sqrt(squares): divide, so that a long history makes "
    "short steps.": lambda t, G, g, lr: (
        t - lr * g * np.sqrt(G),
        G + (lr * g) ** 2,
    ),
    "All parameters share one sum: each has squares of its own.": lambda t, G, g, lr: (
        t - lr * g / np.sqrt(G),
        G + ((lr * g) ** 2).sum() + 0 * G,
    ),
}
