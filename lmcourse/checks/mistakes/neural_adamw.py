"""What goes wrong in one step of AdamW (chapter 6).

Each entry is a hint and the function that a student with that mistake has written; the
checks are in ``lmcourse.checks.neural_lm``.
"""

import math
from collections.abc import Callable

import torch

Mistakes = dict[str, Callable]

# --- adamw_step ** --------------------------------------------------------------------


def _adamw(
    mean: Callable = lambda m, g, b: b * m + (1 - b) * g,
    square: Callable = lambda v, g, b: b * v + (1 - b) * g**2,
    unbiased: Callable = lambda z, b, t: z / (1 - b**t),
    unbiased_square: Callable | None = None,
    move: Callable = lambda lr, m, v, eps: lr * m / (v.sqrt() + eps),
    decay: Callable = lambda theta, move, lr, wd: theta - lr * wd * theta - move,
    gradient: Callable = lambda g, theta, wd: g,
    kept: Callable = lambda raw, hat: raw,
) -> Callable:
    """Write one step of AdamW with one part of it replaced."""

    def step(theta, m, v, g, t, lr, b1, b2, eps, wd):
        g = gradient(g, theta, wd)
        m, v = mean(m, g, b1), square(v, g, b2)
        m_hat = unbiased(m, b1, t)
        v_hat = (unbiased_square or unbiased)(v, b2, t)
        theta = decay(theta, move(lr, m_hat, v_hat, eps), lr, wd)
        return theta, kept(m, m_hat), kept(v, v_hat)

    return step


def _betas_exchanged(theta, m, v, g, t, lr, b1, b2, eps, wd):
    return _adamw()(theta, m, v, g, t, lr, b2, b1, eps, wd)


def _with_old_means(theta, m, v, g, t, lr, b1, b2, eps, wd):
    new = _adamw()(theta, m, v, g, t, lr, b1, b2, eps, wd)
    moved = lr * m / (1 - b1**t) / ((v / (1 - b2**t)).sqrt() + eps)
    return theta - lr * wd * theta - moved, new[1], new[2]


def _corrected_at_once(theta, m, v, g, t, lr, b1, b2, eps, wd):
    """Use the other correction: the paper's more efficient order, where eps differs."""
    _, m, v = _adamw()(theta, m, v, g, t, lr, b1, b2, eps, wd)
    rate = lr * math.sqrt(1 - b2**t) / (1 - b1**t)
    return theta - lr * wd * theta - rate * m / (v.sqrt() + eps), m, v


def _corrections_exchanged(theta, m, v, g, t, lr, b1, b2, eps, wd):
    _, m, v = _adamw()(theta, m, v, g, t, lr, b1, b2, eps, wd)
    moved = lr * m / (1 - b2**t) / ((v / (1 - b1**t)).sqrt() + eps)
    return theta - lr * wd * theta - moved, m, v


def _no_correction(z, b, t):
    return z


ADAMW_STEP: Mistakes = {
    "This is Adam with an L2 penalty: the decay is in the gradient, so it is averaged "
    "and divided by sqrt(v) like the rest. AdamW takes it out: theta - lr * "
    "weight_decay * theta, beside the step.": _adamw(
        gradient=lambda g, theta, wd: g + wd * theta,
        decay=lambda theta, move, lr, wd: theta - move,
    ),
    "The decay is added to the mean m, and so it is divided by sqrt(v) as well. In "
    "AdamW it stands beside the step: theta - lr * weight_decay * theta.": (
        lambda theta, m, v, g, t, lr, b1, b2, eps, wd: _adamw(
            decay=lambda theta, move, lr, wd: theta - move,
            move=lambda lr, m, v, eps: lr * (m + wd * theta) / (v.sqrt() + eps),
        )(theta, m, v, g, t, lr, b1, b2, eps, wd)
    ),
    "The decay is not multiplied by lr: theta - lr * weight_decay * theta, so that it "
    "follows the schedule as the step does.": _adamw(
        decay=lambda theta, move, lr, wd: theta - wd * theta - move
    ),
    "There is no decay: subtract lr * weight_decay * theta.": _adamw(
        decay=lambda theta, move, lr, wd: theta - move
    ),
    "The decay makes the parameters larger: subtract lr * weight_decay * theta.": (
        _adamw(decay=lambda theta, move, lr, wd: theta + lr * wd * theta - move)
    ),
    "The decay is taken of the new parameters, after the step: take it of the old "
    "ones.": _adamw(decay=lambda theta, move, lr, wd: (theta - move) * (1 - lr * wd)),
    "The decay is a multiplication by weight_decay itself: theta keeps the share "
    "1 - lr * weight_decay.": _adamw(
        decay=lambda theta, move, lr, wd: wd * theta - move
    ),
    "The decay is taken of the step, too: only the old parameters shrink.": _adamw(
        decay=lambda theta, move, lr, wd: (
            theta - lr * wd * theta - lr * wd * move - move
        )
    ),
    "The bias is not corrected: m and v begin at 0 and are too small at first. Divide "
    "m by 1 - beta1**step and v by 1 - beta2**step.": _adamw(unbiased=_no_correction),
    "Only m is corrected: divide v by 1 - beta2**step as well.": _adamw(
        unbiased_square=_no_correction
    ),
    "Only v is corrected: divide m by 1 - beta1**step as well.": _adamw(
        unbiased=_no_correction, unbiased_square=lambda z, b, t: z / (1 - b**t)
    ),
    "The corrections are exchanged: beta1 belongs to m, beta2 to v.": (
        _corrections_exchanged
    ),
    "The correction does not depend on the step: it is 1 - beta**step, and goes to 1 "
    "as the beginning is forgotten.": _adamw(unbiased=lambda z, b, t: z / (1 - b)),
    "The correction is off by one: step is 1 at the first step, so divide by "
    "1 - beta**step, not by 1 - beta**(step + 1).": _adamw(
        unbiased=lambda z, b, t: z / (1 - b ** (t + 1))
    ),
    "1 - beta * step: it is a power, 1 - beta**step.": _adamw(
        unbiased=lambda z, b, t: z / (1 - b * t)
    ),
    "The correction multiplies: divide by 1 - beta**step, which is below 1.": _adamw(
        unbiased=lambda z, b, t: z * (1 - b**t)
    ),
    "The corrected means are handed on: the next step would correct them again. "
    "Return m and v as they were before the correction.": _adamw(
        kept=lambda raw, hat: hat
    ),
    "eps is inside the root: sqrt(v) + eps, outside of it.": _adamw(
        move=lambda lr, m, v, eps: lr * m / (v + eps).sqrt()
    ),
    "eps is added before v is corrected (as when the correction is drawn into the "
    "learning rate): here it is added to the root of the corrected v.": (
        _corrected_at_once
    ),
    "eps is missing: sqrt(v) + eps.": _adamw(
        move=lambda lr, m, v, eps: lr * m / v.sqrt()
    ),
    "The root of v is missing: divide by sqrt(v) + eps.": _adamw(
        move=lambda lr, m, v, eps: lr * m / (v + eps)
    ),
    "This goes up the hill: subtract the step.": _adamw(
        move=lambda lr, m, v, eps: -lr * m / (v.sqrt() + eps)
    ),
    "The step is not multiplied by lr.": _adamw(
        move=lambda lr, m, v, eps: m / (v.sqrt() + eps)
    ),
    "Nothing is divided by sqrt(v): this is a step with momentum, not Adam's.": _adamw(
        move=lambda lr, m, v, eps: lr * m
    ),
    "The step is multiplied by sqrt(v): divide.": _adamw(
        move=lambda lr, m, v, eps: lr * m * (v.sqrt() + eps)
    ),
    "The step is made with the means of before: update m and v first.": (
        _with_old_means
    ),
    "The gradient itself makes the step (as in RMSProp): m should.": (
        lambda theta, m, v, g, t, lr, b1, b2, eps, wd: _adamw(
            move=lambda lr, _, v, eps: lr * g / (v.sqrt() + eps)
        )(theta, m, v, g, t, lr, b1, b2, eps, wd)
    ),
    "beta1 and beta2 are exchanged: beta1 belongs to m, beta2 to v.": _betas_exchanged,
    "beta and 1 - beta are exchanged: the old mean keeps the large share, beta.": (
        _adamw(
            mean=lambda m, g, b: (1 - b) * m + b * g,
            square=lambda v, g, b: (1 - b) * v + b * g**2,
        )
    ),
    "1 - beta is missing: beta * m + (1 - beta) * gradient is a mean; without it, it "
    "is a sum.": _adamw(
        mean=lambda m, g, b: b * m + g, square=lambda v, g, b: b * v + g**2
    ),
    "v has beta1 in it: its share is beta2.": (
        lambda theta, m, v, g, t, lr, b1, b2, eps, wd: _adamw(
            square=lambda v, g, b: b1 * v + (1 - b1) * g**2
        )(theta, m, v, g, t, lr, b1, b2, eps, wd)
    ),
    "v is a mean of the gradient: of its square.": _adamw(
        square=lambda v, g, b: b * v + (1 - b) * g
    ),
    "v is a mean of absolute values: of the squares.": _adamw(
        square=lambda v, g, b: b * v + (1 - b) * g.abs()
    ),
    "v is made of the mean m: of the gradient's own square.": (
        lambda theta, m, v, g, t, lr, b1, b2, eps, wd: _adamw(
            square=lambda v, _, b: b * v + (1 - b) * (b1 * m + (1 - b1) * g) ** 2
        )(theta, m, v, g, t, lr, b1, b2, eps, wd)
    ),
    "v has one number for all parameters, the mean of their squares: each has its "
    "own.": _adamw(square=lambda v, g, b: b * v + (1 - b) * (g**2).mean()),
    "v never falls here, it keeps the maximum: that is AMSGrad.": _adamw(
        square=lambda v, g, b: torch.maximum(v, b * v + (1 - b) * g**2)
    ),
    "v is corrected after the root: sqrt(v / (1 - beta2**step)), the correction "
    "inside.": lambda theta, m, v, g, t, lr, b1, b2, eps, wd: _adamw(
        unbiased_square=_no_correction,
        move=lambda lr, m, v, eps: lr * m / (v.sqrt() / (1 - b2**t) + eps),
    )(theta, m, v, g, t, lr, b1, b2, eps, wd),
    "Parentheses are missing: eps is added to the root, and the sum divides. Here it "
    "is added to the whole step.": _adamw(
        decay=lambda theta, move, lr, wd: theta - lr * wd * theta - move,
        move=lambda lr, m, v, eps: lr * m / v.sqrt() + eps,
    ),
    "Parentheses are missing: eps is added to the root, and the sum divides. Here it "
    "is added to theta.": _adamw(move=lambda lr, m, v, eps: lr * m / v.sqrt() - eps),
    "The decay is there twice, in the gradient and beside the step: AdamW has only the "
    "second, lr * weight_decay * theta.": _adamw(
        gradient=lambda g, theta, wd: g + wd * theta
    ),
    "Divided by 1 - beta**(step - 1), which is 0 at the first step: step is 1 there "
    "already, so 1 - beta**step.": _adamw(
        unbiased=lambda z, b, t: (
            z / (1 - b ** (t - 1)) if t > 1 else z / torch.zeros_like(z)
        )
    ),
    "v has one number for all parameters, the sum of their squares: each has its "
    "own.": (_adamw(square=lambda v, g, b: b * v + (1 - b) * (g**2).sum())),
    "The decay is in the gradient's place: multiply theta, not the gradient, by "
    "lr * weight_decay.": lambda theta, m, v, g, t, lr, b1, b2, eps, wd: _adamw(
        decay=lambda theta, move, lr, _: theta - lr * wd * g - move
    )(theta, m, v, g, t, lr, b1, b2, eps, wd),
    "theta decays towards its sign (an L1 penalty): subtract lr * weight_decay * "
    "theta.": _adamw(
        decay=lambda theta, move, lr, wd: theta - lr * wd * theta.sign() - move
    ),
}
