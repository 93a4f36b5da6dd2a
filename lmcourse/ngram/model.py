"""What all n-gram models share: scoring, predicting and writing text (chapter 2).

Every smoothing here can be stored in the same form, the one of ARPA files. For each
n-gram that was seen the table has its probability; for any other word the probability
after a shorter context counts, times the backoff weight of the long one:

    P(w | u v) = prob[u v w]               if the n-gram was seen
               = backoff[u v] * P(w | v)   if not

Sentences begin with one ``<s>``, which is never predicted, and end with ``</s>``,
which is. Near the start of a sentence the context is as long as there are words.

Shape letters: T tokens, V words that can be predicted, G different n-grams.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from typing import NamedTuple

import numpy as np

from lmcourse import metrics, sampling, validate
from lmcourse.ngram.counting import Level, count_ngrams
from lmcourse.vocab import BOS, EOS, UNK


class Step(NamedTuple):
    """One context on the way to a prediction: ``prob = own + weight * prob before``."""

    context: list[str]
    own: float  # what this context says by itself
    weight: float  # how much it leaves to the shorter one
    prob: float


class NGramModel:
    """Predict a word from the ``order - 1`` words before it.

    A smoothing fills in ``_estimate``; everything else is the same for all of them.

    Parameters
    ----------
    order : int
        Longest n-gram that counts: 1 looks at no context, 2 at one word, and so on.

    Attributes
    ----------
    words : list of str
        The V words that can be predicted, sorted, with ``</s>`` at the end.
    vocab : dict of str to int
        Place of each word in ``words``.
    levels : list of Level
        All n-grams, ``levels[0]`` the single words.
    """

    unseen_weight = 1.0  # the backoff weight of a context that never occurred

    def __init__(self, order: int):
        self.order = validate.positive_int("order", order)
        self.words: list[str] = []
        self.vocab: dict[str, int] = {}
        self.levels: list[Level] = []

    # --- learning ---------------------------------------------------------------------

    def fit(self, sentences: Iterable[Sequence[str]]) -> "NGramModel":
        """Count the n-grams of a text and turn the counts into probabilities.

        Parameters
        ----------
        sentences : iterable of sequences of str
            An empty sentence is one: its ``</s>`` comes first.

        Returns
        -------
        NGramModel
            The model itself.

        Raises
        ------
        ValueError
            If there is no sentence, or if the text has ``<s>`` or ``</s>`` in it.
        """
        self._count(sentences)
        self._fill_tables()
        return self

    def _count(self, sentences: Iterable[Sequence[str]]) -> None:
        sentences = validate.sentences(sentences)
        if not sentences:
            raise ValueError("fit needs at least one sentence, got none")
        words = set().union(*sentences)
        if marks := words & {BOS, EOS}:
            raise ValueError(
                f"the text contains {' and '.join(sorted(marks))}: leave the marks of "
                "start and end out, they are added here"
            )
        self._set_words([*sorted(words), EOS])
        ids, position = self._encode(sentences)
        self.levels = count_ngrams(ids, position, self.order, self._size)

    def _fill_tables(self) -> None:
        """Go up from no context to the longest; each level rests on the one below."""
        num_contexts, lower = 1, np.full(self._size, 1 / len(self.words))  # P_0 = 1/V
        weights = []
        for n, level in enumerate(self.levels, start=1):
            level.prob, weight = self._estimate(
                n, level, level.keys // self._size, num_contexts, lower[level.suffix]
            )
            weights.append(weight)
            num_contexts, lower = len(level), level.prob
        self.levels[0].prob[-1] = 0.0  # <s> is never predicted
        for level, weight in zip(self.levels, weights[1:], strict=False):
            level.backoff = weight
        self.levels[-1].backoff = np.ones(num_contexts)

    def _estimate(
        self,
        n: int,
        level: Level,
        contexts: np.ndarray,
        num_contexts: int,
        lower: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the tables of one level: the one thing each smoothing does its way.

        Parameters
        ----------
        n : int
            Length of the n-grams.
        level : Level
            With their counts.
        contexts : integer ndarray of shape (G,)
            Number of the context of each n-gram, from 0 to C - 1.
        num_contexts : int
            C.
        lower : ndarray of shape (G,)
            P of the same last word after the shorter context; 1/V below the first.

        Returns
        -------
        prob : ndarray of shape (G,)
        weight : ndarray of shape (C,)
            Backoff weight of each context.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot be fitted to text")

    def _set_words(self, words: list[str]) -> None:
        self.words = words
        self.vocab = {word: place for place, word in enumerate(words)}
        self._size = len(words) + 1  # <s> has the last id

    def _ids(self, words: Iterable[str]) -> list[int]:
        """Return the id of each word, that of ``<unk>`` for one that is not known."""
        known = self._require_fitted()
        unknown = known.get(UNK, -1)
        words = list(words)
        ids = [known.get(word, unknown) for word in words]
        if unknown < 0 and -1 in ids:
            raise ValueError(
                f"{words[ids.index(-1)]!r} is not among the {len(self.words)} words of "
                f"this model; to allow new words, replace rare ones by {UNK} in the "
                "training text"
            )
        return ids

    def _require_fitted(self) -> dict[str, int]:
        if not self.vocab:
            raise ValueError("this model has seen no text yet: call fit first")
        return self.vocab

    def _encode(self, sentences: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
        """Put all sentences in a row: ids and place in the sentence, both (T,)."""
        lengths = np.array([len(sentence) + 2 for sentence in sentences])
        starts = np.cumsum(lengths) - lengths
        position = np.arange(lengths.sum()) - np.repeat(starts, lengths)
        ids = np.empty(len(position), dtype=np.int64)
        ids[starts], ids[starts + lengths - 1] = self._size - 1, self.vocab[EOS]
        inside = np.ones(len(ids), dtype=bool)
        inside[starts] = inside[starts + lengths - 1] = False
        ids[inside] = self._ids(itertools.chain.from_iterable(sentences))
        return ids, position

    # --- probabilities ----------------------------------------------------------------

    def score(self, sentences: Iterable[Sequence[str]]) -> np.ndarray:
        """Return log2 P of every word and every ``</s>``, given what came before.

        Parameters
        ----------
        sentences : iterable of sequences of str

        Returns
        -------
        ndarray of shape (T,)
            All sentences in a row; minus infinity where the model says "impossible".

        Raises
        ------
        ValueError
            If a word is not known and the model has no ``<unk>``.
        """
        self._require_fitted()
        sentences = validate.sentences(sentences)
        if not sentences:
            return np.empty(0)
        ids, position = self._encode(sentences)
        prob = self.levels[0].prob[ids]
        for n, at, context, found in self._walk(ids, position):
            known, hit = context >= 0, found >= 0
            prob[at[known]] *= self.levels[n - 2].backoff[context[known]]
            prob[at[~known]] *= self.unseen_weight
            prob[at[hit]] = self.levels[n - 1].prob[found[hit]]
        return _log2(prob[position > 0])

    def _walk(self, ids: np.ndarray, position: np.ndarray) -> Iterator[tuple]:
        """Look up the n-gram that ends at each token, for n from 2 on.

        Yields
        ------
        n : int
        at : ndarray
            The tokens with n - 1 tokens before them in their sentence.
        context, found : ndarrays as long as ``at``
            Number of the context and of the n-gram, -1 if it was never seen.
        """
        gram = ids
        for n, level in enumerate(self.levels[1:], start=2):
            at = np.flatnonzero(position >= n - 1)
            context = gram[at - 1]
            found = level.find(context * self._size + ids[at])
            yield n, at, context, found
            gram = np.full(len(ids), -1)
            gram[at] = found

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        """Return 2 to the mean number of bits per token, infinite if one has P = 0.

        Parameters
        ----------
        sentences : iterable of sequences of str
            At least one.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If there is nothing to score.
        """
        scores = self.score(sentences)
        if not len(scores):
            raise ValueError("perplexity needs at least one sentence, got none")
        return metrics.perplexity(scores)

    def next_probs(self, context: Sequence[str] = ()) -> np.ndarray:
        """Return the probability of every word to come next.

        Parameters
        ----------
        context : sequence of str
            The sentence so far, from its first word; ``<s>`` is understood.

        Returns
        -------
        ndarray of shape (V,)
            In the order of ``words``.
        """
        return self._next_probs_of_each_length(context)[-1][-1]

    def _next_probs_of_each_length(self, context: Sequence[str]) -> list[tuple]:
        """List (length of context, weight, probs (V,)) from the empty context on."""
        history = self._history(context)
        probs = self.levels[0].prob[: self._size - 1]
        results = [(0, 0.0, probs.copy())]
        for n, level in enumerate(self.levels[1 : len(history) + 1], start=2):
            number = self._find(history[len(history) - n + 1 :])
            weight = self.unseen_weight
            if number >= 0:
                weight = self.levels[n - 2].backoff[number]
            probs = probs * weight
            if number >= 0:
                edges = np.array([number, number + 1]) * self._size
                first, last = np.searchsorted(level.keys, edges)
                probs[level.keys[first:last] % self._size] = level.prob[first:last]
            results.append((n - 1, float(weight), probs))
        return results

    def _history(self, context: Sequence[str]) -> list[int]:
        """Return the ids of the last ``order - 1`` tokens, ``<s>`` included."""
        self._require_fitted()
        words = validate.words("context", context)
        for mark in (BOS, EOS):
            if mark in words:
                raise ValueError(f"context contains {mark}: give the words alone")
        tail = words[max(len(words) - self.order + 1, 0) :]
        start = [self._size - 1] if len(tail) < self.order - 1 else []
        return start + self._ids(tail)

    def _find(self, gram: list[int]) -> int:
        """Return the number of an n-gram given by its ids, -1 if it was never seen."""
        number = gram[0]
        for level, word in zip(self.levels[1:], gram[1:], strict=False):
            number = int(level.find(number * self._size + word)) if number >= 0 else -1
        return number

    def log2_prob(self, word: str, context: Sequence[str] = ()) -> float:
        """Return log2 P(word | context).

        Parameters
        ----------
        word : str
            ``</s>`` asks for the end of the sentence.
        context : sequence of str
            The sentence so far, from its first word; ``<s>`` is understood.

        Returns
        -------
        float
            Minus infinity if the model says "impossible".
        """
        word = validate.text("word", word)
        return float(_log2(self.next_probs(context)[self._ids([word])[0]]))

    def steps(self, word: str, context: Sequence[str] = ()) -> list[Step]:
        """Show how a prediction is mixed, from the empty context to the longest.

        Parameters
        ----------
        word : str
        context : sequence of str

        Returns
        -------
        list of Step
            The last one has P(word | context). A model that interpolates obeys
            ``prob = own + weight * (prob of the step before)`` with ``own >= 0``.
        """
        place = self._ids([validate.text("word", word)])[0]
        history = [[*self.words, BOS][number] for number in self._history(context)]
        steps, before = [], 0.0
        for length, weight, probs in self._next_probs_of_each_length(context):
            prob = float(probs[place])
            own = prob - weight * before
            steps.append(Step(history[len(history) - length :], own, weight, prob))
            before = prob
        return steps

    def count(self, ngram: Sequence[str]) -> int:
        """Return the count this model uses for an n-gram of up to ``order`` words.

        Parameters
        ----------
        ngram : sequence of str
            May begin with ``<s>`` and end with ``</s>``.

        Returns
        -------
        int
            How often it occurred. In Kneser-Ney, for n-grams shorter than ``order``:
            after how many different words it occurred.
        """
        words = validate.words("ngram", ngram)
        if not 1 <= len(words) <= self.order:
            raise ValueError(
                f"ngram must have 1 to {self.order} words, got {len(words)}"
            )
        known = self._require_fitted() | {BOS: self._size - 1}
        number = -1
        if all(word in known for word in words):
            number = self._find([known[word] for word in words])
        return int(self.levels[len(words) - 1].counts[number]) if number >= 0 else 0

    def num_ngrams(self) -> list[int]:
        """Return how many different n-grams are stored, for n = 1, 2, ..., order."""
        self._require_fitted()
        return [len(self.words), *map(len, self.levels[1:])]

    def next_logits(
        self, ids: Sequence[int], state: list[str] | None
    ) -> tuple[np.ndarray, list[str]]:
        """Read tokens and score the next one, as ``lmcourse.decoding`` asks for it.

        Parameters
        ----------
        ids : sequence of int
            Places in ``words``; that of ``</s>`` begins a sentence.
        state : list of str, optional
            The words that still count, as returned the last time.

        Returns
        -------
        logits : ndarray of shape (V,)
            log P, minus infinity where the model says "impossible".
        state : list of str
            The last ``order - 1`` words of the sentence.

        Raises
        ------
        ValueError
            If there is no word with such an id.
        """
        self._require_fitted()
        history = list(state or [])
        for number in ids:
            if not 0 <= number < len(self.words):
                raise ValueError(
                    f"an id must be in 0, ..., {len(self.words) - 1}, got {number}"
                )
            word = self.words[number]
            history = [] if word == EOS else [*history, word]
        logits = _log2(self.next_probs(history)) * math.log(2)
        return logits, history[max(len(history) - self.order + 1, 0) :]

    # --- writing ----------------------------------------------------------------------

    def generate(
        self,
        max_words: int = 100,
        context: Sequence[str] = (),
        *,
        rng: np.random.Generator | int | None = None,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> list[str]:
        """Continue a sentence, drawing one word after the other.

        Parameters
        ----------
        max_words : int
            Stop after so many words, or earlier at ``</s>``.
        context : sequence of str
            The sentence so far.
        rng : numpy.random.Generator or int, optional
            Where chance comes from; an int is a seed.
        temperature, top_k, top_p
            See ``lmcourse.sampling``.

        Returns
        -------
        list of str
            The new words, without ``</s>``.
        """
        rng = np.random.default_rng(rng)
        text = validate.words("context", context)
        for _ in range(validate.positive_int("max_words", max_words)):
            p = sampling.reshape(self.next_probs(text), temperature, top_k, top_p)
            word = self.words[sampling.draw(p, rng)]
            if word == EOS:
                break
            text.append(word)
        return text[len(context) :]

    def to_arpa(self, path: str | PathLike) -> None:
        """Write the model as an ARPA file, which ``read_arpa`` and KenLM read.

        Parameters
        ----------
        path : str or PathLike

        Raises
        ------
        ValueError
            If a word contains white space.
        """
        from lmcourse.ngram.arpa import write_arpa  # which needs this module

        write_arpa(self, path)


def _log2(p: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):  # log2(0) is minus infinity, and meant
        return np.log2(p)
