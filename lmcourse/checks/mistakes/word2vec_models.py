"""Known mistakes in CBOW and the hierarchical softmax, each with its hint (chapter 4).

The checks are in ``lmcourse.checks.word2vec``.

Shape letters: B pairs of a batch, V words, E embedding size, K negatives a pair, C
places for context words, L length of the longest way down a tree.
"""

import heapq
import itertools
import math
from collections.abc import Callable

import torch
from torch.nn.functional import logsigmoid

from lmcourse import word2vec
from lmcourse.checks.mistakes.word2vec_losses import scored

Mistakes = dict[str, Callable]

# --- cbow_hidden ---------------------------------------------------------------------


def _summed(V, contexts, mask) -> torch.Tensor:
    return (V[contexts] * mask[:, :, None]).sum(1)


def _divided(under: Callable) -> Callable:
    """Divide the sum of the vectors by ``under(mask)``."""
    return lambda V, contexts, mask: _summed(V, contexts, mask) / under(mask)


def _each_word_once(V, contexts, mask):
    rows = [
        V[torch.unique(row[there])].mean(0) if there.any() else 0 * V[0]
        for row, there in zip(contexts, mask, strict=True)
    ]
    return torch.stack(rows)


def _count(mask) -> torch.Tensor:
    return mask.sum(1, keepdim=True).clamp(min=1)


_mean_hidden = word2vec.cbow_hidden

CBOW_HIDDEN: Mistakes = {
    "This is the sum of the vectors: CBOW takes their mean, so that short contexts are "
    "not weaker.": _summed,
    "Empty places count in the denominator: divide by the number of words that are "
    "there, mask.sum(1), not by C.": _divided(lambda mask: mask.shape[1]),
    "The mask is not used: at empty places the vector of some word is taken in.": (
        lambda V, contexts, mask: V[contexts].mean(1)
    ),
    "Empty places are added to the sum, though not counted: multiply the vectors by "
    "the mask.": lambda V, contexts, mask: V[contexts].sum(1) / _count(mask),
    "A row without any word gives 0/0, which is nan: divide by at least 1.": (
        _divided(lambda mask: mask.sum(1, keepdim=True))
    ),
    "You divide by the number of words in the whole batch: each row has its own, "
    "mask.sum(1, keepdim=True).": _divided(lambda mask: mask.sum().clamp(min=1)),
    "The mask is upside down: True is where a word is.": (
        lambda V, contexts, mask: _mean_hidden(V, contexts, ~mask)
    ),
    "You take the word 0 for an empty place: it is a word like others. Only the mask "
    "tells.": lambda V, contexts, mask: _mean_hidden(V, contexts, contexts != 0),
    "The mean runs over the batch: it runs over the places of a row, dimension 1.": (
        lambda V, contexts, mask: (
            (V[contexts] * mask[:, :, None]).sum(0) / mask.sum(0)[:, None].clamp(min=1)
        )
    ),
    "The vectors are put side by side: that is the network of Bengio and others "
    "(2003). A bag of words takes the mean, shape (B, E).": (
        lambda V, contexts, mask: (V[contexts] * mask[:, :, None]).flatten(1)
    ),
    "A word that stands there twice counts twice: do not make a set.": _each_word_once,
    "The mean is brought to length 1 here: leave it as long as it is.": (
        lambda V, contexts, mask: torch.nn.functional.normalize(
            _mean_hidden(V, contexts, mask)
        )
    ),
    "This is the largest number in each coordinate (max pooling): take the mean.": (
        lambda V, contexts, mask: torch.where(
            mask.any(1, keepdim=True),
            V[contexts].masked_fill(~mask[:, :, None], -math.inf).amax(1),
            0.0,
        )
    ),
    "You divide by the root of the number of words: divide by the number.": (
        _divided(lambda mask: _count(mask) ** 0.5)
    ),
    "Only the first place of each row is used: average all that are there.": (
        lambda V, contexts, mask: V[contexts[:, 0]] * mask[:, :1]
    ),
}

# --- cbow_loss -----------------------------------------------------------------------


def _cbow(
    hidden: Callable = _mean_hidden,
    loss: Callable = word2vec.negative_sampling_loss,
) -> Callable:
    """Make a CBOW loss of its two halves."""
    return lambda V, U, contexts, mask, center, negatives: loss(
        hidden(V, contexts, mask), U[center], U[negatives]
    )


def _word_by_word(V, U, contexts, mask, center, negatives, given=False):
    """Return the losses of all skip-gram pairs, (B, C), 0 at empty places."""
    losses = [
        word2vec.negative_sampling_loss(V[center], U[word], U[negatives])
        if given
        else word2vec.negative_sampling_loss(V[word], U[center], U[negatives])
        for word in contexts.T
    ]
    return torch.stack(losses, 1) * mask


def _with_center(V, U, contexts, mask, center, negatives):
    contexts = torch.cat([contexts, center[:, None]], 1)
    mask = torch.cat([mask, torch.ones_like(mask[:, :1])], 1)
    return word2vec.cbow_loss(V, U, contexts, mask, center, negatives)


CBOW_LOSS: Mistakes = {
    "The vectors of the context are added: CBOW takes their mean.": _cbow(_summed),
    "Empty places count in the mean: divide by the number of words that are there.": (
        _cbow(_divided(lambda mask: mask.shape[1]))
    ),
    "The mask is not used: at empty places the vector of some word is taken in.": (
        _cbow(lambda V, contexts, mask: V[contexts].mean(1))
    ),
    "A row without any word gives 0/0, which is nan: divide by at least 1.": (
        _cbow(_divided(lambda mask: mask.sum(1, keepdim=True)))
    ),
    "The tables are exchanged: V for the words that are given (the context), U for the "
    "one predicted and the noise.": lambda V, U, *rest: word2vec.cbow_loss(U, V, *rest),
    "One matrix plays both roles: the word in the middle and the noise have their "
    "vectors in U.": lambda V, U, *rest: word2vec.cbow_loss(V, V, *rest),
    "The negatives are looked up in V: they might be predicted, so they are in U.": (
        lambda V, U, contexts, mask, center, negatives: word2vec.negative_sampling_loss(
            _mean_hidden(V, contexts, mask), U[center], V[negatives]
        )
    ),
    "This is skip-gram: the center is given and each context word predicted. CBOW "
    "goes the other way, and once: from all of the context to the center.": (
        lambda *args: _word_by_word(*args, given=True).sum(1)
    ),
    "Here the center is given, and the mean of its context stands in the place of the "
    "word to be predicted: exchange them.": (
        lambda V, U, contexts, mask, center, negatives: word2vec.negative_sampling_loss(
            V[center], _mean_hidden(U, contexts, mask), U[negatives]
        )
    ),
    "A loss for each context word, added up: CBOW takes the mean of the vectors first, "
    "and then has one loss.": lambda *args: _word_by_word(*args).sum(1),
    "A loss for each context word, averaged: the mean is taken of the vectors, not of "
    "the losses.": lambda *args: (
        _word_by_word(*args).sum(1) / args[3].sum(1).clamp(min=1)
    ),
    "The center is among its own context: it would be predicted from itself.": (
        _with_center
    ),
    "The sign of the negative scores is missing: log sigma(-n . h).": _cbow(
        loss=scored(lambda p, q: -logsigmoid(p) - logsigmoid(q).sum(1))
    ),
    "The minus in front is missing: a loss is minimized.": _cbow(
        loss=scored(lambda p, q: logsigmoid(p) + logsigmoid(-q).sum(1))
    ),
    "The mean over the negatives is taken: it is their sum.": _cbow(
        loss=scored(lambda p, q: -logsigmoid(p) - logsigmoid(-q).mean(1))
    ),
    "The negatives are missing.": _cbow(loss=scored(lambda p, q: -logsigmoid(p))),
    "This is a mean over the rows: return one number for each, shape (B,).": (
        lambda *args: word2vec.cbow_loss(*args).mean()
    ),
    "This is a sum over the rows: return one number for each, shape (B,).": (
        lambda *args: word2vec.cbow_loss(*args).sum()
    ),
}

# --- huffman_codes -------------------------------------------------------------------


def _tree_codes(trees: Callable) -> Callable:
    """Return the codes of a tree: of the nested pairs that ``trees(counts)`` gives."""

    def codes(counts):
        found = {}

        def walk(tree, code):
            if isinstance(tree, tuple):
                for digit, branch in zip("01", tree, strict=True):
                    walk(branch, code + digit)
            else:
                found[tree] = code

        walk(trees(list(counts)), "")
        return [found[word] for word in range(len(counts))]

    return codes


def _joined(best: int = 1, swap: bool = False) -> Callable:
    """Join the two of least (best=1) or most (-1) weight, again and again."""

    def tree(counts):
        number = itertools.count()
        heap = [(best * c, next(number), word) for word, c in enumerate(counts)]
        heapq.heapify(heap)
        while len(heap) > 1:
            (a, _, one), (b, _, two) = heapq.heappop(heap), heapq.heappop(heap)
            pair = (two, one) if swap else (one, two)
            heapq.heappush(heap, (a + b, next(number), pair))
        return heap[0][2]

    return tree


def _comb(counts, swap: bool = False):
    """Join each next word with all that was joined before."""
    order = sorted(range(len(counts)), key=lambda w: counts[w])
    tree = order[0]
    for word in order[1:]:
        tree = (word, tree) if swap else (tree, word)
    return tree


def _sorted_once(counts):
    """Join the first two of a list and put them at its end, never sorting again."""
    queue = sorted(range(len(counts)), key=lambda w: counts[w])
    while len(queue) > 1:
        queue = [*queue[2:], (queue[0], queue[1])]
    return queue[0]


def _in_order(counts):
    """Join neighbors in the list of words, whatever their counts."""
    queue = list(range(len(counts)))
    while len(queue) > 1:
        queue = [*queue[2:], (queue[0], queue[1])]
    return queue[0]


def _split(counts):
    """Cut the sorted list where both halves weigh most alike (Shannon and Fano)."""

    def cut(words):
        if len(words) == 1:
            return words[0]
        total = sum(counts[w] for w in words)
        sums = list(itertools.accumulate(counts[w] for w in words))[:-1]
        at = min(range(len(sums)), key=lambda i: abs(total - 2 * sums[i])) + 1
        return cut(words[:at]), cut(words[at:])

    return cut(sorted(range(len(counts)), key=lambda w: counts[w]))


_codes = _tree_codes(_joined())


def _fixed(counts):
    digits = max(1, (len(counts) - 1).bit_length())
    return [f"{word:0{digits}b}" for word in range(len(counts))]


HUFFMAN_CODES: Mistakes = {
    "0 and 1 are exchanged: the rarer of the two that are joined gets 0.": (
        _tree_codes(_joined(swap=True))
    ),
    "The codes are written from the word up to the root: turn them round, the first "
    "digit is the first choice.": lambda counts: [c[::-1] for c in _codes(counts)],
    "All codes are equally long: that is the word's number in binary. Join the two "
    "rarest, again and again, and frequent words get shorter ones.": _fixed,
    "Each word is joined with all that was joined before, like the teeth of a comb. A "
    "pair weighs as much as both its parts, so the next two may be others.": (
        _tree_codes(_comb)
    ),
    "The most frequent word gets 0, the next 10, then 110, and so on, whatever the "
    "counts. Join the two rarest, and weigh the pair as both together.": (
        _tree_codes(lambda counts: _comb(counts, swap=True))
    ),
    "The list is sorted once only: a joined pair weighs as much as both together, and "
    "takes its place among the others by that.": _tree_codes(_sorted_once),
    "The counts are not used: join the two *rarest*.": _tree_codes(_in_order),
    "The two most frequent are joined: then the rarest words have the shortest ways.": (
        _tree_codes(_joined(best=-1))
    ),
    "This cuts the sorted list in halves from above (Shannon and Fano): good, but not "
    "the best. Huffman joins from below.": _tree_codes(_split),
    "These are the lengths of the codes: return the codes, as strings.": (
        lambda counts: [len(c) for c in _codes(counts)]
    ),
    "The codes are in the order of the counts: return them in that of the words.": (
        lambda counts: [
            _codes(counts)[w]
            for w in sorted(range(len(counts)), key=lambda w: -counts[w])
        ]
    ),
    "This is a dictionary: return a list, the code of word 0 first.": (
        lambda counts: dict(enumerate(_codes(counts)))
    ),
    "Codes are strings of 0 and 1: these are lists.": lambda counts: [
        [int(digit) for digit in code] for code in _codes(counts)
    ],
    "These are numbers: zeros in front are lost, so return strings.": lambda counts: [
        int(code or "0", 2) for code in _codes(counts)
    ],
    "A single word needs no choice: its code is the empty string.": lambda counts: (
        _codes(counts) if len(counts) > 1 else ["0"]
    ),
}

# --- hierarchical_loss ---------------------------------------------------------------


def _way(loss: Callable) -> Callable:
    """Make a loss of ``loss(scores, turns, there)``, each (B, L)."""

    def of_way(v, nodes, turns):
        scores = torch.einsum("ble,be->bl", nodes, v)
        return loss(scores, turns, (turns != 0).to(v.dtype))

    return of_way


HIERARCHICAL_LOSS: Mistakes = {
    "The turn stands outside: it belongs inside sigma, sigma(turn * score), since "
    "going left and going right must sum to one.": (
        _way(lambda s, t, there: -(t * logsigmoid(s)).sum(1))
    ),
    "The turns are not used: at a turn of -1 the probability is sigma(-score).": (
        _way(lambda s, t, there: -(logsigmoid(s) * there).sum(1))
    ),
    "Places behind the end of the way count: at a turn of 0 the loss is 0, but "
    "log sigma(0) is log 1/2.": _way(lambda s, t, there: -logsigmoid(t * s).sum(1)),
    "Neither turns nor the end of the way are looked at.": (
        _way(lambda s, t, there: -logsigmoid(s).sum(1))
    ),
    "The minus is missing: a loss is -log p.": (
        _way(lambda s, t, there: (logsigmoid(t * s) * there).sum(1))
    ),
    "The turns are the other way round: +1 is sigma(score).": (
        _way(lambda s, t, there: -(logsigmoid(-t * s) * there).sum(1))
    ),
    "This is a mean over the nodes of the way: probabilities are multiplied, so their "
    "logarithms are added.": _way(
        lambda s, t, there: (
            -(logsigmoid(t * s) * there).sum(1) / there.sum(1).clamp(min=1)
        )
    ),
    "You divide by L: probabilities are multiplied, so their logarithms are added, and "
    "nothing is divided.": _way(
        lambda s, t, there: -(logsigmoid(t * s) * there).sum(1) / t.shape[1]
    ),
    "Nodes with a turn of -1 are left out: both kinds of turns count.": (
        _way(lambda s, t, there: -(logsigmoid(s) * (t == 1)).sum(1))
    ),
    "This is the probability: return -log of it.": (
        _way(lambda s, t, there: torch.exp((logsigmoid(t * s) * there).sum(1)))
    ),
    "The sigmas are added and then their logarithm taken: they are multiplied.": (
        _way(
            lambda s, t, there: (
                -torch.log(((t * s).sigmoid() * there).sum(1).clamp(min=1e-300))
            )
        )
    ),
    "The scores are added before sigma: each node has a sigma of its own.": (
        _way(lambda s, t, there: -logsigmoid((t * s).sum(1)))
    ),
    "The logarithm is missing: -log sigma, not -sigma.": (
        _way(lambda s, t, there: -((t * s).sigmoid() * there).sum(1))
    ),
    "Only the first node counts: go down to the end of the way.": _way(
        lambda s, t, there: -(logsigmoid(t * s) * there)[:, 0]
    ),
    "This is a softmax over the nodes of the way: at each node a sigmoid decides.": (
        _way(
            lambda s, t, there: (
                -((t * s).masked_fill(t == 0, -1e30).log_softmax(1) * there).sum(1)
            )
        )
    ),
    "This is a mean over the pairs: return one number for each, shape (B,).": (
        lambda *args: word2vec.hierarchical_loss(*args).mean()
    ),
    "This is a sum over the pairs: return one number for each, shape (B,).": (
        lambda *args: word2vec.hierarchical_loss(*args).sum()
    ),
    "sigma of a large negative number is 0 in the computer, and log 0 is infinite: use "
    "torch.nn.functional.logsigmoid.": _way(
        lambda s, t, there: (
            -torch.log(torch.where(t == 0, torch.ones_like(s), (t * s).sigmoid())).sum(
                1
            )
        )
    ),
}
