"""What goes wrong in the loss, its gradient, and its sum over parts (chapter 6).

Each entry is a hint and the function that a student with that mistake has written; the
checks are in ``lmcourse.checks.neural_lm``.

Shape letters: N rows, V vocabulary.
"""

import itertools
import math
from collections.abc import Callable

import torch
from torch.nn.functional import (
    binary_cross_entropy,
    cross_entropy,
    logsigmoid,
    one_hot,
)

Mistakes = dict[str, Callable]

# --- cross_entropy ** -----------------------------------------------------------------


def _column(table, targets):
    return table.gather(1, targets[:, None]).squeeze(1)


def _from_logs(logs: Callable, end: Callable = lambda picked: -picked.mean()):
    """Pick the targets from a table of log probabilities, right or wrong."""
    return lambda logits, targets: end(_column(logs(logits), targets))


def _naive(logits):
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


def _global_maximum(logits):
    shifted = logits - logits.max()
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


def _maximum_forgotten(logits):
    most = logits.amax(dim=1, keepdim=True)
    return logits - (logits - most).exp().sum(dim=1, keepdim=True).log()


def _mean_subtracted(logits):
    shifted = logits - logits.mean(dim=1, keepdim=True)
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


def _right_logs(logits):
    return logits.log_softmax(dim=1)


CROSS_ENTROPY: Mistakes = {
    "exp(1000) is infinite, and so the loss is nan. Take out each row's maximum m "
    "first: log-sum-exp is m + log(sum(exp(z - m))), the same number without an "
    "overflow.": _from_logs(lambda z: _naive(z).log()),
    "The maximum of the whole table is subtracted, so in a row of small logits all "
    "exp are 0, and log 0 is infinite. Take each row's own maximum: dim=1.": _from_logs(
        _global_maximum
    ),
    "A softmax that is exactly 0 has a log of minus infinity. Do not take the log of a "
    "softmax: log softmax is z - m - log(sum(exp(z - m))).": _from_logs(
        lambda z: z.softmax(dim=1).log()
    ),
    "The maximum m that you took out is never put back: log-sum-exp is "
    "m + log(sum(exp(z - m))).": _from_logs(_maximum_forgotten),
    "Maxima and rows do not fit: z.max(dim=1) without keepdim=True is subtracted from "
    "the columns.": _from_logs(
        lambda z: (
            z - z.amax(dim=1) - (z - z.amax(dim=1)).exp().sum(dim=1, keepdim=True).log()
        )
    ),
    **{
        f"{eps} inside the log caps the surprise at about {-math.log(eps):.0f} nats: "
        "what is less probable costs no more. Compute log softmax without a softmax, "
        "and nothing has to be added.": _from_logs(
            lambda z, eps=eps: (z.softmax(dim=1) + eps).log()
        )
        for eps in (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
    },
    "The softmax goes down the columns: each row of logits is one distribution over "
    "the words, so dim=1.": _from_logs(lambda z: z.log_softmax(dim=0)),
    "The softmax is over the whole table: each row of logits is a distribution of its "
    "own.": _from_logs(lambda z: z.flatten().log_softmax(0).reshape(z.shape)),
    "There is a softmax too many: PyTorch's cross_entropy takes logits and makes its "
    "own. Of probabilities it makes a distribution that is nearly flat.": (
        lambda z, targets: cross_entropy(z.softmax(dim=1), targets)
    ),
    "The sum over the tokens is returned: take the mean.": _from_logs(
        _right_logs, lambda picked: -picked.sum()
    ),
    "One number a token is returned: take their mean.": _from_logs(
        _right_logs, lambda picked: -picked
    ),
    "The sign is turned around: a surprise is never negative, -log p.": _from_logs(
        _right_logs, lambda picked: picked.mean()
    ),
    "These are bits: take the natural log, for nats.": _from_logs(
        _right_logs, lambda picked: -picked.mean() / math.log(2)
    ),
    "This is the perplexity, exp of the loss. Return the loss itself.": _from_logs(
        _right_logs, lambda picked: (-picked.mean()).exp()
    ),
    "The log is missing: this is minus the mean probability.": _from_logs(
        lambda z: z.softmax(dim=1)
    ),
    "This is 1 minus the mean probability, an error without a log: -log p.": _from_logs(
        lambda z: z.softmax(dim=1), lambda picked: (1 - picked).mean()
    ),
    "This is -log of the mean probability: take the log of each token's probability, "
    "then the mean.": _from_logs(
        lambda z: z.softmax(dim=1), lambda picked: -picked.mean().log()
    ),
    "Minus the mean logit of the targets: the log-sum-exp of all words is missing. It "
    "is what makes a distribution of them.": _from_logs(lambda z: z),
    "Divided by all N times V numbers: the mean is over the N tokens.": (
        lambda z, targets: cross_entropy(z, targets) / z.shape[1]
    ),
    "The targets are not used: this is the surprise at the most probable words.": (
        lambda z, targets: -_right_logs(z).amax(dim=1).mean()
    ),
    "The mean over all words is taken: only the target of each row counts.": (
        lambda z, targets: -_right_logs(z).mean()
    ),
    "This is the entropy of the model's own distribution. The cross entropy asks what "
    "it gave to the words that came: the targets.": (
        lambda z, targets: -(z.softmax(1) * _right_logs(z)).sum(dim=1).mean()
    ),
    "logs[:, targets] takes all targets in every row. Pair them up: "
    "logs[range(N), targets], or gather.": lambda z, targets: (
        -_right_logs(z)[:, targets].mean()
    ),
    "The logs are picked by rows: logs[targets] are whole rows, of other tokens.": (
        lambda z, targets: -_right_logs(z)[targets % len(z)].mean()
    ),
    "Each word is asked by itself (a sigmoid): here the words compete, and a softmax "
    "shares one probability among them.": lambda z, targets: (
        -logsigmoid(_column(z, targets)).mean()
    ),
    "The maximum of each column is subtracted, which changes the distributions: of "
    "each row, dim=1.": _from_logs(lambda z: (z - z.amax(dim=0)).log_softmax(dim=1)),
    "The mean of each row is subtracted: a logit far above it still overflows. Take "
    "the maximum.": _from_logs(_mean_subtracted),
    "The logarithm is to base 10: take the natural one, .log().": _from_logs(
        _right_logs, lambda picked: -picked.mean() / math.log(10)
    ),
    "The other words are asked, too, with log(1 - p): that is the loss of many yes or "
    "no questions. Here one word comes, and log p of that word is all.": (
        lambda z, targets: (
            binary_cross_entropy(
                z.softmax(1), one_hot(targets, z.shape[1]).to(z), reduction="sum"
            )
            / len(z)
        )
    ),
}

# --- cross_entropy_gradient ** --------------------------------------------------------


def _slopes(change: Callable, probability: Callable = lambda z: z.softmax(dim=1)):
    """Change what is made of probabilities, the right words, and N."""

    def gradient(logits, targets):
        right = one_hot(targets, logits.shape[1]).to(logits.dtype)
        return change(probability(logits), right, len(logits))

    return gradient


CROSS_ENTROPY_GRADIENT: Mistakes = {
    "The mean is over N tokens, so each row is divided by N.": _slopes(
        lambda p, right, N: p - right
    ),
    "The sign is turned around: this is the way down, minus the gradient.": _slopes(
        lambda p, right, N: (right - p) / N
    ),
    "The right words are missing: the derivative of -z at the target is -1, so 1 is "
    "subtracted there.": _slopes(lambda p, right, N: p / N),
    "The other words are missing: log-sum-exp depends on all logits, and its "
    "derivative is the softmax.": _slopes(lambda p, right, N: (p - 1) * right / N),
    "Only -1 at the targets is left: log-sum-exp has a derivative, too, the softmax.": (
        _slopes(lambda p, right, N: -right / N)
    ),
    "1 is subtracted everywhere: only at the target of each row.": _slopes(
        lambda p, right, N: (p - 1) / N
    ),
    "The division by N comes before the subtraction: (p - 1 at the target) / N, all of "
    "it.": _slopes(lambda p, right, N: p / N - right),
    "Log probabilities are used: it is the softmax itself minus 1 at the target.": (
        _slopes(lambda p, right, N: (p.log() - right) / N)
    ),
    "The logits themselves are used: take their softmax.": _slopes(
        lambda z, right, N: (z - right) / N, lambda z: z
    ),
    "p (1 - p) is the slope of a sigmoid. What is asked for is the slope of the loss, "
    "in which most of that cancels: p, minus 1 at the target.": _slopes(
        lambda p, right, N: p * (1 - p) / N
    ),
    "This is the derivative of the squared error behind a softmax. The loss is "
    "-log p.": _slopes(
        lambda p, right, N: (
            2 * p * ((p - right) - ((p - right) * p).sum(dim=1, keepdim=True)) / N
        )
    ),
    "This is the derivative by the probability, -1 / p at the target. Go on to the "
    "logits: the chain rule brings p minus 1 at the target.": _slopes(
        lambda p, right, N: -right / p / N
    ),
    "Divided by all N times V numbers: the mean is over the N tokens.": _slopes(
        lambda p, right, N: (p - right) / p.numel()
    ),
    "Divided by V: the mean is over the N tokens.": _slopes(
        lambda p, right, N: (p - right) / p.shape[1]
    ),
    "The rows are added up: return a slope for each logit, (N, V).": _slopes(
        lambda p, right, N: (p - right).sum(dim=0) / N
    ),
    "The softmax goes down the columns: each row is a distribution, dim=1.": _slopes(
        lambda p, right, N: (p - right) / N, lambda z: z.softmax(dim=0)
    ),
    "Each word has a sigmoid of its own here: the words share one softmax.": _slopes(
        lambda p, right, N: (p - right) / N, torch.sigmoid
    ),
    "exp of a large logit is infinite, and infinite / infinite is nan: use "
    "torch.softmax, or subtract each row's maximum first.": _slopes(
        lambda p, right, N: (p - right) / N, _naive
    ),
    "p[:, targets] takes all targets in every row. Pair them up: p[range(N), targets], "
    "or one_hot.": _slopes(lambda p, right, N: (p - (right.sum(dim=0) > 0).to(p)) / N),
    "The absolute values are taken: at the target the slope is negative, since a "
    "higher score there makes the loss smaller.": _slopes(
        lambda p, right, N: (p - right).abs() / N
    ),
    "This is the loss, spread over the table. Its derivative is asked for: p, minus 1 "
    "at the target.": _slopes(lambda p, right, N: -p.log() * right / N),
}

# --- accumulate ** --------------------------------------------------------------------


def _weighted(weights: Callable) -> Callable:
    """Add up the gradients with the weights that ``weights(tokens)`` returns."""

    def total(gradients, tokens):
        return sum(g * w for g, w in zip(gradients, weights(tokens), strict=True))

    return total


ACCUMULATE: Mistakes = {
    "Each part counts the same here, so that a token in a short part counts for more "
    "than one in a long part. Weigh each part by its tokens.": _weighted(
        lambda n: [1 / len(n)] * len(n)
    ),
    "The gradients are just added up, as backward() does by itself: with four parts "
    "the step is about four times too long. Weigh each by its share of the tokens.": (
        _weighted(lambda n: [1] * len(n))
    ),
    "Weighed by tokens, but never divided by all of them: this is the gradient of the "
    "sum of the losses, not of their mean.": _weighted(lambda n: n),
    "Divided by the number of parts: divide by the number of all tokens.": _weighted(
        lambda n: [k / len(n) for k in n]
    ),
    "Divided by the tokens and by the number of parts: the shares of the tokens sum "
    "to one already.": _weighted(lambda n: [k / sum(n) / len(n) for k in n]),
    "Each gradient is divided by its tokens. It is a mean already: multiply, then "
    "divide by all tokens.": _weighted(lambda n: [1 / k for k in n]),
    "The gradients are added and divided by all tokens. They are means over their "
    "tokens: multiply each by its tokens first.": _weighted(
        lambda n: [1 / sum(n)] * len(n)
    ),
    "Long parts count less than short ones: the weight is tokens / all tokens.": (
        _weighted(lambda n: [1 / k / sum(1 / j for j in n) for k in n])
    ),
    "The weights are divided by the longest part: divide by the sum of the tokens.": (
        _weighted(lambda n: [k / max(n) for k in n])
    ),
    "The weights are divided by the mean of the tokens: divide by their sum.": (
        _weighted(lambda n: [k * len(n) / sum(n) for k in n])
    ),
    "The squares of the tokens are the weights: the tokens themselves.": _weighted(
        lambda n: [k**2 / sum(j**2 for j in n) for k in n]
    ),
    "The roots of the tokens are the weights: the tokens themselves.": _weighted(
        lambda n: [k**0.5 / sum(j**0.5 for j in n) for k in n]
    ),
    "Only the last part is left: did zero_grad() come between the parts?": _weighted(
        lambda n: [0] * (len(n) - 1) + [1]
    ),
    "Only the last part is left, though weighed: did zero_grad() come between the "
    "parts?": _weighted(lambda n: [0] * (len(n) - 1) + [n[-1] / sum(n)]),
    "Only the first part is left: is the return inside the loop?": _weighted(
        lambda n: [n[0] / sum(n)] + [0] * (len(n) - 1)
    ),
    "The tokens seen so far are the weights: those of the part itself.": _weighted(
        lambda n: [k / sum(n) for k in itertools.accumulate(n)]
    ),
    "The tokens stand in the wrong order: tokens[i] belongs to gradients[i].": (
        _weighted(lambda n: [k / sum(n) for k in n[::-1]])
    ),
    "Each gradient is divided by its tokens, and then the mean is taken. They are "
    "means already: multiply by tokens, add up, divide by all tokens.": _weighted(
        lambda n: [1 / k / len(n) for k in n]
    ),
    "The first part is counted twice: begin the sum at 0, or go on with the second.": (
        _weighted(lambda n: [(k + (i == 0) * k) / sum(n) for i, k in enumerate(n)])
    ),
    "// cuts every share down to 0: divide with /.": _weighted(
        lambda n: [k // sum(n) for k in n]
    ),
    "A softmax of the tokens makes the longest part nearly everything: the share is "
    "tokens / all tokens.": _weighted(
        lambda n: [
            math.exp(k - max(n)) / sum(math.exp(j - max(n)) for j in n) for k in n
        ]
    ),
}
