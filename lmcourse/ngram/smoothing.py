"""What probability a count deserves: four answers (chapter 2).

Each class is an answer to the failure of the one before it. ``MaximumLikelihood``
calls everything new impossible; ``AddK`` gives all new words the same; in
``JelinekMercer`` and ``StupidBackoff`` shorter contexts tell new words apart.
``kneser_ney`` has the last answer.

Sources: add-one is Laplace's rule of succession (1774); Jelinek & Mercer (1980);
Brants et al. (2007), "Large language models in machine translation", section 4. The
survey by Chen & Goodman (1998), TR-10-98, has them all in its section 2.

Shape letters: T tokens, V words that can be predicted, G different n-grams of one
length, C different n-grams one shorter (the contexts).
"""

from collections.abc import Iterable, Sequence

import numpy as np

from lmcourse import validate
from lmcourse.ngram.model import NGramModel


class MaximumLikelihood(NGramModel):
    """P(w | context) = count(context w) / count(context).

    What never occurred is impossible. After a context that never occurred the formula
    says 0/0; all words get 0 then, the only case in which they do not sum to one.
    """

    added = 0.0  # what AddK changes

    def _estimate(self, n, level, contexts, num_contexts, lower):
        V, k = len(self.words), self.added
        total = np.bincount(contexts, level.counts, num_contexts) + k * V  # (C,)
        prob, weight = (level.counts + k) / total[contexts], np.ones(num_contexts)
        # Only the longest context counts, and at the start of a sentence the longest
        # begins with <s>. The other tables lead there and say what a new context gets.
        longest = (n == self.order) | level.initial
        prob[~longest] = 1 / V if k else 0.0
        weight[contexts[longest]] = k * V / total[contexts[longest]]
        return prob, weight


class AddK(MaximumLikelihood):
    """P(w | context) = (count(context w) + k) / (count(context) + k V).

    Parameters
    ----------
    order : int
    k : float
        Above 0; 1 is Laplace's rule.
    """

    def __init__(self, order: int, k: float = 1.0):
        super().__init__(order)
        self.k = self.added = validate.number("k", k, above=0)


class StupidBackoff(NGramModel):
    """S(w | context) = count ratio if the n-gram was seen, else alpha S(w | shorter).

    These are scores, not probabilities: after most contexts they sum to something
    other than one. ``perplexity`` refuses to be computed from them, ``score`` and
    ``log2_prob`` return log2 S, and ``generate`` normalizes.

    Parameters
    ----------
    order : int
    alpha : float
        Brants et al. (2007) recommend 0.4.
    """

    def __init__(self, order: int, alpha: float = 0.4):
        super().__init__(order)
        self.alpha = validate.number("alpha", alpha, above=0, at_most=1)
        self.unseen_weight = self.alpha

    def _estimate(self, n, level, contexts, num_contexts, lower):
        prob = _ratios(level.counts, contexts, num_contexts)
        return prob, np.full(num_contexts, self.alpha)

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        """Raise ValueError: scores that do not sum to one have no perplexity."""
        raise ValueError(
            "stupid backoff gives scores, not probabilities, so it has no perplexity; "
            "compare it by a task, or use KneserNey"
        )

    def to_arpa(self, path) -> None:
        """Raise ValueError: an ARPA file cannot say that new contexts cost alpha."""
        raise ValueError("stupid backoff gives scores, which an ARPA file cannot hold")


class JelinekMercer(NGramModel):
    """Mix the count ratios of all lengths, with weights learned from held-out text.

    P_n(w | context) = lambda_n ratio_n + (1 - lambda_n) P_{n-1}(w | shorter context),
    down to P_0 = 1/V; a context that never occurred passes the question on. There is
    one weight per length here; Jelinek and Mercer also let it depend on how often the
    context occurred.

    Parameters
    ----------
    order : int

    Attributes
    ----------
    weights : ndarray of shape (order,)
        lambda_1 to lambda_order.
    heldout_bits : list of float
        Bits per token of the held-out text before each step of EM; never rises.
    """

    def fit(
        self,
        sentences: Iterable[Sequence[str]],
        heldout: Iterable[Sequence[str]] | None = None,
        *,
        max_steps: int = 200,
    ) -> "JelinekMercer":
        """Count on one text, choose the weights on another.

        Parameters
        ----------
        sentences, heldout : iterables of sequences of str
            Both are needed. On the counted text itself the longest n-grams would
            always look best.
        max_steps : int
            EM stops earlier once a step gains less than a millionth of a bit.

        Returns
        -------
        JelinekMercer
            The model itself.
        """
        heldout = [] if heldout is None else validate.sentences(heldout, "heldout")
        if not heldout:
            raise ValueError(
                "JelinekMercer learns its weights from text it did not count: give "
                "fit(sentences, heldout) some"
            )
        validate.positive_int("max_steps", max_steps)
        self._count(sentences)
        self._maximize(*self._evidence(heldout), max_steps)
        self._fill_tables()
        return self

    def _estimate(self, n, level, contexts, num_contexts, lower):
        ratio, lam = _ratios(level.counts, contexts, num_contexts), self.weights[n - 1]
        return lam * ratio + (1 - lam) * lower, np.full(num_contexts, 1 - lam)

    def _evidence(self, heldout: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
        """Return the ratio and whether the context was seen, both (order, T)."""
        ids, position = self._encode(heldout)
        ratio = np.zeros((self.order, len(ids)))
        seen = np.zeros(ratio.shape, dtype=bool)
        counts = self.levels[0].counts
        ratio[0], seen[0] = counts[ids] / counts.sum(), True
        for n, at, context, found in self._walk(ids, position):
            below, level = self.levels[n - 2 : n]
            table = _ratios(level.counts, level.keys // self._size, len(below))
            hit = found >= 0
            ratio[n - 1, at[hit]] = table[found[hit]]
            seen[n - 1, at] = context >= 0
        return ratio[:, position > 0], seen[:, position > 0]

    def _maximize(self, ratio: np.ndarray, seen: np.ndarray, max_steps: int) -> None:
        """Run EM: ask which length explains each token, and move its weight there."""
        self.weights = np.full(self.order, 0.5)
        self.heldout_bits: list[float] = []
        for _ in range(max_steps):
            prob = np.full(ratio.shape[1], 1 / len(self.words))  # (T,)
            own = np.zeros_like(ratio)  # share of P_n that comes from its own ratio
            for n, weight in enumerate(self.weights):
                lam = np.where(seen[n], weight, 0.0)
                mixed = lam * ratio[n] + (1 - lam) * prob
                own[n] = lam * ratio[n] / mixed
                prob = mixed
            bits = float(-np.log2(prob).mean())
            self.heldout_bits.append(bits)
            if len(self.heldout_bits) > 1 and self.heldout_bits[-2] - bits < 1e-6:
                break
            asked = np.ones(len(prob))  # P that the question came down to this length
            for n in reversed(range(self.order)):
                if times := asked[seen[n]].sum():
                    share = (asked * own[n]).sum() / times
                    self.weights[n] = min(share, 1 - 1e-9)  # at 1 it could never return
                asked *= 1 - own[n]


def _ratios(counts: np.ndarray, contexts: np.ndarray, num_contexts: int) -> np.ndarray:
    """Return count(context w) / count(context) for each n-gram of a level, (G,)."""
    return counts / np.bincount(contexts, counts, num_contexts)[contexts]
