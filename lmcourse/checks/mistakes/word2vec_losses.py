"""Known mistakes in skip-gram's losses and gradients, each with its hint (chapter 4).

The checks are in ``lmcourse.checks.word2vec``. Famous ones are here, copied from
tutorial to tutorial: one matrix for both roles, a word predicted from itself, the lost
sign of the negatives, a vector that moves too early.

Shape letters: B pairs of a batch, V words, E embedding size, K negatives a pair.
"""

import math
from collections.abc import Callable

import torch
from torch.nn.functional import logsigmoid

from lmcourse import word2vec

Mistakes = dict[str, Callable]

# --- softmax_loss --------------------------------------------------------------------


def _cross_entropy(scores, right):
    return -scores.log_softmax(1).gather(1, right[:, None]).squeeze(1)


def _skipgram(scores: Callable, target: str = "context") -> Callable:
    """Return -log softmax of ``scores(V, U, center)`` at the target."""

    def loss(V, U, center, context):
        right = center if target == "center" else context
        return _cross_entropy(scores(V, U, center), right)

    return loss


def _changed(change: Callable) -> Callable:
    """Spoil the right answer at its end."""
    return lambda *args: change(word2vec.softmax_loss(*args))


SOFTMAX_LOSS: Mistakes = {
    "One matrix plays both roles, and so the score of a word beside itself is never "
    "low, though words hardly stand there. Score with the rows of U.": (
        _skipgram(lambda V, U, i: V[i] @ V.T)
    ),
    "One matrix for both roles, and the word to be predicted is the center: this model "
    "learns to predict a word from itself. Score with U, ask for the context.": (
        _skipgram(lambda V, U, i: V[i] @ V.T, "center")
    ),
    "This predicts the word from itself: the probability asked for is that of the "
    "context, not of the center.": _skipgram(lambda V, U, i: V[i] @ U.T, "center"),
    "V is not used: the word that is given has its vector there, V[center].": (
        _skipgram(lambda V, U, i: U[i] @ U.T)
    ),
    "The tables are exchanged: V for the word that is given, U for those predicted.": (
        _skipgram(lambda V, U, i: U[i] @ V.T)
    ),
    "Center and context are exchanged: here the context is given and the center "
    "predicted.": lambda V, U, center, context: word2vec.softmax_loss(
        V, U, context, center
    ),
    "The softmax runs over the words of the batch: it must run over the whole "
    "vocabulary, all rows of U.": lambda V, U, center, context: _cross_entropy(
        V[center] @ U[context].T, torch.arange(len(center))
    ),
    "The softmax runs over the pairs (dimension 0): it must run over the words, so "
    "that each row sums to one.": lambda V, U, center, context: (
        -(V[center] @ U.T).log_softmax(0).gather(1, context[:, None]).squeeze(1)
    ),
    "The denominator adds up all pairs of the batch, too: each pair has its own, the "
    "sum over dimension 1.": lambda V, U, i, o: (
        torch.log(torch.exp(V[i] @ U.T).sum()) - (V[i] * U[o]).sum(1)
    ),
    "The minus is missing: a loss is -log p.": _changed(lambda loss: -loss),
    "This is the probability: its logarithm with a minus is asked for.": (
        _changed(lambda loss: torch.exp(-loss))
    ),
    "This is -p, without the logarithm: -log p is asked for.": (
        _changed(lambda loss: -torch.exp(-loss))
    ),
    "This is 1 - p: take -log p, which punishes certainty about the wrong word.": (
        _changed(lambda loss: 1 - torch.exp(-loss))
    ),
    "These are bits: use the natural logarithm here, torch.log.": (
        _changed(lambda loss: loss / math.log(2))
    ),
    "Softmax twice: cross_entropy and log_softmax want scores, not probabilities.": (
        _skipgram(lambda V, U, i: (V[i] @ U.T).softmax(1))
    ),
    "This is the mean over the pairs: return one number for each, shape (B,).": (
        _changed(lambda loss: loss.mean())
    ),
    "This is the sum over the pairs: return one number for each, shape (B,).": (
        _changed(lambda loss: loss.sum())
    ),
    "A sigmoid of one score does not know the other words: divide exp of it by the sum "
    "over all words.": lambda V, U, i, o: -logsigmoid((V[i] * U[o]).sum(1)),
    "The denominator is missing: log p is the score minus the logarithm of the sum of "
    "exp over all words.": (lambda V, U, i, o: -(V[i] * U[o]).sum(1)),
    "The right word is missing from the denominator: the sum runs over all words, or "
    "it is no probability.": lambda V, U, i, o: (
        (V[i] @ U.T).scatter(1, o[:, None], -math.inf).logsumexp(1)
        - (V[i] * U[o]).sum(1)
    ),
    "The scores are cosines: they are plain products here, and lengths matter.": (
        _skipgram(
            lambda V, U, i: (
                (V / V.norm(dim=1, keepdim=True))[i]
                @ (U / U.norm(dim=1, keepdim=True)).T
            )
        )
    ),
    "The scores are divided by the root of E: that is attention's habit, not "
    "skip-gram's.": _skipgram(lambda V, U, i: V[i] @ U.T / V.shape[1] ** 0.5),
    "exp of a large score is infinite, and inf/inf is nan: use logsumexp or "
    "log_softmax, which take the largest score off first.": (
        lambda V, U, i, o: (
            -torch.log(torch.exp((V[i] * U[o]).sum(1)) / torch.exp(V[i] @ U.T).sum(1))
        )
    ),
    "log of softmax is infinite where the probability is too small for a number: "
    "use log_softmax or logsumexp.": lambda V, U, i, o: (
        -torch.log((V[i] @ U.T).softmax(1)).gather(1, o[:, None]).squeeze(1)
    ),
    "scores[:, context] takes all context words in every row: each row needs its own, "
    "scores[torch.arange(B), context].": lambda V, U, i, o: (
        -(V[i] @ U.T).log_softmax(1)[:, o]
    ),
}

# --- negative_sampling_loss ----------------------------------------------------------


def _dots(v, u, n) -> tuple[torch.Tensor, torch.Tensor]:
    """Return u . v, (B,), and n_k . v, (B, K)."""
    return (v * u).sum(1), torch.einsum("bke,be->bk", n, v)


def scored(loss: Callable) -> Callable:
    """Make a loss of ``loss(positive, negative)``, the scores."""
    return lambda v, u, n: loss(*_dots(v, u, n))


NEGATIVE_SAMPLING_LOSS: Mistakes = {
    "The sign of the negative scores is missing: log sigma(-n . v). As it is, noise is "
    "pulled close like a true neighbor.": scored(
        lambda p, q: -logsigmoid(p) - logsigmoid(q).sum(1)
    ),
    "The sign of the positive score is wrong: log sigma(u . v). As it is, neighbors "
    "are pushed apart like noise.": scored(
        lambda p, q: -logsigmoid(-p) - logsigmoid(-q).sum(1)
    ),
    "Both signs are exchanged: sigma(u . v) for the observed word, sigma(-n . v) for "
    "noise.": scored(lambda p, q: -logsigmoid(-p) - logsigmoid(q).sum(1)),
    "The minus in front is missing: equation 4 is to be maximized, a loss is minimized."
    "": scored(lambda p, q: logsigmoid(p) + logsigmoid(-q).sum(1)),
    "The negative term has the wrong sign in front: both logarithms get a minus.": (
        scored(lambda p, q: -logsigmoid(p) + logsigmoid(-q).sum(1))
    ),
    "The mean over the negatives is taken: equation 4 has their sum, so that more "
    "negatives weigh more.": scored(
        lambda p, q: -logsigmoid(p) - logsigmoid(-q).mean(1)
    ),
    "This is the mean over the observed word and the negatives (as "
    "binary_cross_entropy takes it): take the sum.": scored(
        lambda p, q: (-logsigmoid(p) - logsigmoid(-q).sum(1)) / (1 + q.shape[1])
    ),
    "Only the first negative counts: add up all K of them.": (
        scored(lambda p, q: -logsigmoid(p) - logsigmoid(-q[:, 0]))
    ),
    "The observed word counts once, not K times.": scored(
        lambda p, q: -q.shape[1] * logsigmoid(p) - logsigmoid(-q).sum(1)
    ),
    "The negatives are missing: without them all vectors end up in one direction.": (
        scored(lambda p, q: -logsigmoid(p))
    ),
    "The observed word is missing: -log sigma(u . v) comes first.": (
        scored(lambda p, q: -logsigmoid(-q).sum(1))
    ),
    "The negatives are compared with u: noise, too, is scored against v, the word that "
    "is given.": lambda v, u, n: (
        -logsigmoid((v * u).sum(1)) - logsigmoid(-_dots(u, u, n)[1]).sum(1)
    ),
    "This is a softmax over the observed word and the negatives: negative sampling "
    "decides about each of them alone, with a sigmoid.": scored(
        lambda p, q: torch.cat([p[:, None], q], 1).logsumexp(1) - p
    ),
    "The sigmoid is missing: these are the bare scores, and the loss has no bottom.": (
        scored(lambda p, q: -p + q.sum(1))
    ),
    "The logarithm is missing: -log sigma, not -sigma.": scored(
        lambda p, q: -p.sigmoid() - (-q).sigmoid().sum(1)
    ),
    "The sum stands inside the logarithm: take the log of each sigma, then add.": (
        scored(lambda p, q: -logsigmoid(p) - torch.log((-q).sigmoid().sum(1)))
    ),
    "The negatives' scores are added before sigma: each has a sigma of its own.": (
        scored(lambda p, q: -logsigmoid(p) - logsigmoid(-q.sum(1)))
    ),
    "1 - log sigma is not log(1 - sigma): the latter is log sigma(-x).": scored(
        lambda p, q: -logsigmoid(p) - (1 - logsigmoid(q)).sum(1)
    ),
    "This is the sum over the pairs: return one number for each, shape (B,).": (
        scored(lambda p, q: -logsigmoid(p).sum() - logsigmoid(-q).sum())
    ),
    "This is the mean over the pairs: return one number for each, shape (B,).": (
        scored(lambda p, q: (-logsigmoid(p) - logsigmoid(-q).sum(1)).mean())
    ),
    "Both terms are means over everything: add up each pair's K negatives, and return "
    "one number a pair, shape (B,).": scored(
        lambda p, q: -logsigmoid(p).mean() - logsigmoid(-q).mean()
    ),
    "The negatives of the whole batch are added to every pair: each pair has its own "
    "K, so sum over dimension 1 only.": scored(
        lambda p, q: -logsigmoid(p) - logsigmoid(-q).sum()
    ),
    "This is in bits: use the natural logarithm.": scored(
        lambda p, q: (-logsigmoid(p) - logsigmoid(-q).sum(1)) / math.log(2)
    ),
    "sigma of a large negative number is 0 in the computer, and log 0 is infinite: use "
    "torch.nn.functional.logsigmoid.": scored(
        lambda p, q: -torch.log(p.sigmoid()) - torch.log((-q).sigmoid()).sum(1)
    ),
    "1 - sigma(x) is rounded to 0 for a large x, and log 0 is infinite: use "
    "logsigmoid(-x), which is the same number.": scored(
        lambda p, q: -torch.log(p.sigmoid()) - torch.log(1 - q.sigmoid()).sum(1)
    ),
    "A small number inside the logarithm hides that log 0 is infinite, and makes every "
    "loss a little wrong: use logsigmoid.": scored(
        lambda p, q: (
            -torch.log(p.sigmoid() + 1e-10) - torch.log((-q).sigmoid() + 1e-10).sum(1)
        )
    ),
}

# --- negative_sampling_gradients -----------------------------------------------------


def _errors(v, u, n) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the errors as factors: (B, 1) and (B, K, 1)."""
    positive, negative = _dots(v, u, n)
    return (positive.sigmoid() - 1)[:, None], negative.sigmoid()[:, :, None]


def _gradients(formula: Callable) -> Callable:
    """Make gradients of ``formula(v, u, n, e, f)``, where e and f are the errors."""
    return lambda v, u, n: formula(v, u, n, *_errors(v, u, n))


_grads = word2vec.negative_sampling_gradients

NEGATIVE_SAMPLING_GRADIENTS: Mistakes = {
    "The error is missing. The derivative of -log sigma(x) is sigma(x) - 1, so each "
    "vector is multiplied by how wrong its score was, sigma - label.": (
        lambda v, u, n: (n.sum(1) - u, -v, v[:, None].expand_as(n).clone())
    ),
    "All signs are reversed: this climbs. The gradient of the loss has sigma - label, "
    "not label - sigma.": lambda v, u, n: tuple(-g for g in _grads(v, u, n)),
    "The labels are exchanged: the observed word has the label 1, noise has 0.": (
        _gradients(
            lambda v, u, n, e, f: (
                (1 + e) * u + ((f - 1) * n).sum(1),
                (1 + e) * v,
                (f - 1) * v[:, None],
            )
        )
    ),
    "This is sigma alone: the label of the observed word is 1, so its error is "
    "sigma - 1.": _gradients(
        lambda v, u, n, e, f: (
            (1 + e) * u + (f * n).sum(1),
            (1 + e) * v,
            f * v[:, None],
        )
    ),
    "The negatives have the label 0: their error is sigma, not sigma - 1.": _gradients(
        lambda v, u, n, e, f: (
            e * u + ((f - 1) * n).sum(1),
            e * v,
            (f - 1) * v[:, None],
        )
    ),
    "dv was computed after u and n had taken their step. All gradients belong to the "
    "same point: compute them first, change vectors later.": _gradients(
        lambda v, u, n, e, f: (
            _grads(v, u - e * v, n - f * v[:, None])[0],
            e * v,
            f * v[:, None],
        )
    ),
    "dv used the right errors, but vectors that had already moved: keep the old u and "
    "n for it.": _gradients(
        lambda v, u, n, e, f: (
            e * (u - e * v) + (f * (n - f * v[:, None])).sum(1),
            e * v,
            f * v[:, None],
        )
    ),
    "The negatives are missing in dv: v is in K + 1 scores, and each adds its error "
    "times its vector.": _gradients(
        lambda v, u, n, e, f: (e * u, e * v, f * v[:, None])
    ),
    "The observed word is missing in dv: its error times u.": _gradients(
        lambda v, u, n, e, f: ((f * n).sum(1), e * v, f * v[:, None])
    ),
    "dv takes the mean over the negatives: the loss has their sum.": _gradients(
        lambda v, u, n, e, f: (e * u + (f * n).mean(1), e * v, f * v[:, None])
    ),
    "A factor sigma (1 - sigma) too much: the derivative of log sigma(x) is "
    "1 - sigma(x), that of sigma is not needed.": _gradients(
        lambda v, u, n, e, f: (
            e * -e * (1 + e) * u + (f * f * (1 - f) * n).sum(1),
            e * -e * (1 + e) * v,
            f * f * (1 - f) * v[:, None],
        )
    ),
    "Only sigma (1 - sigma) is there: that is the derivative of sigma. The loss has a "
    "logarithm around it.": _gradients(
        lambda v, u, n, e, f: (
            e * (1 + e) * u + (f * (1 - f) * n).sum(1),
            e * (1 + e) * v,
            f * (1 - f) * v[:, None],
        )
    ),
    "dn is divided by K: each negative has its whole error.": _gradients(
        lambda v, u, n, e, f: (
            e * u + (f * n).sum(1),
            e * v,
            f * v[:, None] / n.shape[1],
        )
    ),
    "These are means over the pairs: the loss is summed, so do not divide by B.": (
        lambda v, u, n: tuple(g / len(v) for g in _grads(v, u, n))
    ),
    "dn is summed over the negatives: each keeps its own, shape (B, K, E).": (
        _gradients(
            lambda v, u, n, e, f: (
                e * u + (f * n).sum(1),
                e * v,
                (f * v[:, None]).sum(1),
            )
        )
    ),
    "du is the error times v, and dv the error times u: a product passes the other "
    "factor on.": _gradients(
        lambda v, u, n, e, f: (e * v + (f * n).sum(1), e * u, f * v[:, None])
    ),
    "dn is the error times v, not times n itself.": _gradients(
        lambda v, u, n, e, f: (e * u + (f * n).sum(1), e * v, f * n)
    ),
    "dn has a minus too much: sigma(n . v) - 0 is above 0, so a step against the "
    "gradient moves noise away from v.": _gradients(
        lambda v, u, n, e, f: (e * u + (f * n).sum(1), e * v, -f * v[:, None])
    ),
    "In dv the negatives have the wrong sign: errors are added up, and theirs are "
    "above 0.": _gradients(
        lambda v, u, n, e, f: (e * u - (f * n).sum(1), e * v, f * v[:, None])
    ),
    "The negatives have the error of the observed word: each score has its own.": (
        _gradients(
            lambda v, u, n, e, f: (
                e * (u + n.sum(1)),
                e * v,
                e[:, None] * v[:, None].expand_as(n),
            )
        )
    ),
    "The right gradients in another order: return dv, du, dn.": _gradients(
        lambda v, u, n, e, f: (e * v, e * u + (f * n).sum(1), f * v[:, None])
    ),
}

# --- training_step -------------------------------------------------------------------


def _add_rows(table, ids, change) -> torch.Tensor:
    return table.index_add(0, ids, change)


def _step(
    change: Callable = _grads,
    lr: Callable = lambda lr, B: lr,
    rows: Callable = _add_rows,
) -> Callable:
    """Do a step of training with ``change(v, u, n)`` as the gradients."""

    def step(V, U, center, context, negatives, rate):
        dv, du, dn = change(V[center], U[context], U[negatives])
        factor = -lr(rate, len(center))
        E = V.shape[1]
        new_U = rows(U, context, factor * du)
        new_U = rows(new_U, negatives.flatten(), factor * dn.reshape(-1, E))
        return rows(V, center, factor * dv), new_U

    return step


def _overwrite(table, ids, change):
    table = table.clone()
    table[ids] += change
    return table


def _updated_first(V, U, center, context, negatives, lr):
    new_U = _step()(V, U, center, context, negatives, lr)[1]
    dv = _grads(V[center], new_U[context], new_U[negatives])[0]
    return V.index_add(0, center, -lr * dv), new_U


def _given_first(V, U, center, context, negatives, lr):
    new_V = _step()(V, U, center, context, negatives, lr)[0]
    return new_V, _step()(new_V, U, center, context, negatives, lr)[1]


def _noise_in_v(V, U, center, context, negatives, lr):
    dn = _grads(V[center], U[context], U[negatives])[2].reshape(-1, V.shape[1])
    new_V, new_U = _step(_silent(2))(V, U, center, context, negatives, lr)
    return new_V.index_add(0, negatives.flatten(), -lr * dn), new_U


def _pair_by_pair(V, U, center, context, negatives, lr):
    for b in range(len(center)):
        one = slice(b, b + 1)
        V, U = _step()(V, U, center[one], context[one], negatives[one], lr)
    return V, U


def _silent(*parts: int) -> Callable:
    """Return gradients of which some are 0."""

    def change(v, u, n):
        return [0 * g if part in parts else g for part, g in enumerate(_grads(v, u, n))]

    return change


def _overwrite_noise(V, U, center, context, negatives, lr):
    dn = _grads(V[center], U[context], U[negatives])[2]
    new_V, new_U = _step(_silent(2))(V, U, center, context, negatives, lr)
    new_U[negatives] -= lr * dn
    return new_V, new_U


def _overwrite_centers(V, U, center, context, negatives, lr):
    dv = _grads(V[center], U[context], U[negatives])[0]
    new_V = V.clone()
    new_V[center] -= lr * dv
    return new_V, _step()(V, U, center, context, negatives, lr)[1]


TRAINING_STEP: Mistakes = {
    "A word that is drawn as noise twice moves only once: U[negatives] -= ... writes "
    "each row once. index_add adds all changes.": _overwrite_noise,
    "A center that comes up twice moves only once: V[center] -= ... writes each row "
    "once. index_add adds all changes.": _overwrite_centers,
    "Where a word stands in the batch twice, only one of its gradients counts: "
    "table[ids] -= ... writes each row once. index_add adds them all.": (
        _step(rows=_overwrite)
    ),
    "V moved by a gradient taken after U had moved: compute all gradients at the old "
    "vectors, then move.": _updated_first,
    "U moved by gradients taken after V had moved: compute all gradients at the old "
    "vectors, then move.": _given_first,
    "The negatives were moved in V: they are words that might be predicted, so it is "
    "their rows in U that move.": _noise_in_v,
    "The pairs moved the tables one after the other: all gradients of a batch belong "
    "to the tables as they came.": _pair_by_pair,
    "The step goes uphill: subtract the gradient times the learning rate.": (
        _step(lr=lambda lr, B: -lr)
    ),
    "The learning rate is not used.": _step(lr=lambda lr, B: 1),
    "The gradients are averaged over the pairs: here they are added up.": (
        _step(lr=lambda lr, B: lr / B)
    ),
    "The rows of the negatives did not move: noise is pushed away, that is half of the "
    "learning.": _step(_silent(2)),
    "The rows of the context words did not move: they are in U, too.": (
        _step(_silent(1))
    ),
    "Only V moved: U is learned as well.": _step(_silent(1, 2)),
    "Only U moved: the rows of V are what we want in the end.": _step(_silent(0)),
    "These are the changes: return the new tables, the old ones minus the changes.": (
        lambda V, U, *rest: tuple(
            new - old for new, old in zip(_step()(V, U, *rest), (V, U), strict=True)
        )
    ),
    "The tables are exchanged: the center's row is in V, context and negatives are "
    "rows of U.": lambda V, U, *rest: _step()(U, V, *rest)[::-1],
    "Negatives taken from V: as words that might be predicted they have their rows in "
    "U.": lambda V, U, center, context, negatives, lr: (
        g := _grads(V[center], U[context], V[negatives]),
        V.index_add(0, center, -lr * g[0]).index_add(
            0, negatives.flatten(), -lr * g[2].reshape(-1, V.shape[1])
        ),
        U.index_add(0, context, -lr * g[1]),
    )[1:],
    "The new tables in another order: return V, then U.": (
        lambda *args: _step()(*args)[::-1]
    ),
}
