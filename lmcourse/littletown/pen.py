"""The pen: every choice of the storyteller is a choice of the next word (chapter 0).

The pen walks through the patterns of a beat from left to right and keeps every reading
alive that fits the words written so far. The next word is drawn from the mixture of
what the living readings would write, so its probability given all the words before it
is known exactly, whoever chose what in secret:

    P(word | words so far) = sum of the weights of the readings that write it
                             / sum of the weights of the living readings.

This is the forward algorithm of a hidden Markov model (Rabiner 1989, eq. 19-21) on a
graph that forgets its past at every full stop: when a sentence ends, exactly one
reading may be left, or the pen refuses to go on. Hence no text has two derivations,
and the probabilities of all texts sum to one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .patterns import Item, Place
from .phrases import Node

END = "</s>"  # the end of a story is predicted like a word


class ImpossibleText(ValueError):  # noqa: N818  the text is at fault
    """The storyteller could not have written this text."""


class Written(NamedTuple):
    """A slot or word that has been written: what it stands for and where."""

    item: Item
    value: object
    tags: tuple[str, ...]
    start: int
    stop: int


class Way(NamedTuple):
    """Where a reading is in its pattern.

    ``history`` is a chain of pairs (earlier history, Written), which readings that
    have parted still share.
    """

    item: Item  # being written
    target: Place  # behind it
    history: tuple  # before it
    begun: int  # position of its first word


Reading = tuple[float, Node, Way]  # weight, place in the phrase, place in the pattern


def unroll(history: tuple) -> list[Written]:
    """List what has been written in a sentence, from first to last."""
    written = []
    while history:
        history, last = history
        written.append(last)
    return written[::-1]


def filled(history: tuple, name: str):
    """Return what slot ``name`` stands for in the sentence so far, or None."""
    while history:
        history, last = history
        if last.item.text == name:
            return last.value
    return None


# --- where the words come from ------------------------------------------------------


class Draw:
    """Take each word from the mixture at random: the storyteller invents."""

    def __init__(self, rng: random.Random):
        self.random = rng.random  # the one source: the same on every platform

    def __call__(self, readings: list[Reading], total: float) -> str:
        """Choose a reading by its weight, then a word of its."""
        u = self.random() * total
        for reading in readings:
            if u < reading[0]:
                break
            u -= reading[0]
        node = reading[1]
        return node.words[0] if len(node.words) == 1 else node.draw(self.random())


class Follow:
    """Take each word from a given text: the storyteller reads, and is asked the odds.

    When the text is used up, ``asked`` holds the distribution of the word after it and
    ``EndOfPrefix`` is raised.
    """

    class EndOfPrefix(Exception):  # noqa: N818  it is news, not an error
        """The given words are used up."""

    def __init__(self, words: Sequence[str]):
        self.words = iter(words)
        self.asked: dict[str, float] = {}

    def __call__(self, readings: list[Reading], total: float) -> str:
        """Return the next word of the text."""
        word = next(self.words, None)
        if word is None:
            self.asked = mixture(readings, total)
            raise self.EndOfPrefix
        return word


def mixture(readings: list[Reading], total: float) -> dict[str, float]:
    """Return the exact distribution of the next word."""
    odds: dict[str, float] = {}
    for weight, node, _ in readings:
        for word, (p, _) in node.children.items():
            odds[word] = odds.get(word, 0.0) + weight * p / total
    return odds


# --- writing ------------------------------------------------------------------------


class Pen:
    """Write sentences word by word and keep the books on every word's probability.

    Attributes
    ----------
    words : list of str
        What has been written.
    log2_probs, entropies : list of float
        Of each word: log2 of its probability, and the expected surprise in bits before
        it was drawn (only kept if ``keep_entropies``).
    """

    def __init__(self, source: Callable, keep_entropies: bool = False):
        self.source = source
        self.keep_entropies = keep_entropies
        self.words: list[str] = []
        self.log2_probs: list[float] = []
        self.entropies: list[float] = []

    def write(self, start: Place, slot: Callable) -> tuple[str, list[Written]]:
        """Write one sentence.

        Parameters
        ----------
        start : Place
            Where the graph of the allowed patterns begins.
        slot : callable
            ``slot(name, history) -> Node`` offers the phrases of a slot, or None;
            ``filled(history, name)`` tells what was written in this reading so far.

        Returns
        -------
        event : str
        written : list of Written
            The items of the only reading that fits all the words.

        Raises
        ------
        ImpossibleText
            If a given text leaves the graph.
        ValueError
            If two readings fit: the world's author made the language ambiguous.
        """
        readings: list[Reading] = []
        finished: list = []
        self._expand(1.0, start, (), slot, readings)
        while not finished:
            alive, readings = self._step(readings), []
            for reading in alive:
                weight, node, way = reading
                if node.words:  # in the middle of a phrase
                    readings.append(reading)
                    continue
                item, place, history, begun = way
                last = Written(item, node.value, node.tags, begun, len(self.words))
                if place.ends:
                    finished.append((place.ends, (history, last)))
                else:
                    self._expand(weight, place, (history, last), slot, readings)
        if len(finished) > 1 or readings:
            text, word = " ".join(self.words[-20:]), self.words[-1]
            raise ValueError(f"two readings of {text!r} end at {word!r}")
        event, history = finished[0]
        return event, unroll(history)

    def _expand(self, weight, place, history, slot, into) -> None:
        """Add the readings that go on from a place."""
        offers, total, begun = place.offers, place.total, len(self.words)
        if total is None:
            asked = [
                (share, node or slot(item.text, history), item, target)
                for share, node, item, target in offers
            ]  # None: there is nothing of that kind in this story
            offers = [offer for offer in asked if offer[1] is not None]
            total = math.fsum([offer[0] for offer in offers])
            if not offers:
                asked = [item.text for item in place.edges]
                raise ValueError(f"nothing to offer for {asked}")
        for share, node, item, target in offers:
            way = Way(item, target, history, begun)
            into.append((weight * share / total, node, way))

    def _step(self, readings: list[Reading]) -> list[Reading]:
        """Write a word; return the readings that have written it."""
        total = _sum(readings)
        if self.keep_entropies:
            odds = mixture(readings, total).values()
            self.entropies.append(-math.fsum(p * math.log2(p) for p in odds))
        word = self.source(readings, total)
        alive = []
        for weight, node, way in readings:
            found = node.follow(word)
            if found:
                alive.append((weight * found[0], found[1], way))
        if not alive:
            where = " ".join(self.words[-8:])
            raise ImpossibleText(
                f"the storyteller never writes {word!r} after {where!r}"
            )
        self.words.append(word)
        self.log2_probs.append(math.log2(min(_sum(alive) / total, 1.0)))
        return alive


def _sum(readings: list[Reading]) -> float:
    if len(readings) == 1:
        return readings[0][0]
    return math.fsum([reading[0] for reading in readings])
