"""The pen: every choice of the storyteller is a choice of the next word (chapter 0).

A beat of a story is a set of weighted sentence patterns. A pattern is a sequence of
items, and an item is a word or a slot that offers several phrases. The pen walks
through the patterns of a beat from left to right and keeps every reading alive that
fits the words written so far. The next word is drawn from the mixture of what the
living readings would write, so its probability given all the words before it is known
exactly, whoever chose what in secret:

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
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

END = "</s>"  # the end of a story is predicted like a word


class ImpossibleText(ValueError):  # noqa: N818  the text is at fault
    """The storyteller could not have written this text."""


class Node:
    """A place in a trie of phrases: which words may come next, and how likely.

    ``value`` and ``tags`` are set where a phrase ends; such a node has no children.
    """

    __slots__ = ("children", "cumulative", "tags", "value", "words")

    def __init__(self, value=None, tags: tuple[str, ...] = ()):
        self.value = value
        self.tags = tags
        self.children: dict[str, tuple[float, Node]] = {}
        self.words: list[str] = []
        self.cumulative: list[float] = []

    def draw(self, u: float) -> str:
        """Return the word at ``u`` in [0, 1) of the cumulative distribution."""
        return self.words[min(bisect_right(self.cumulative, u), len(self.words) - 1)]

    def probability(self, word: str) -> float:
        """Return the chance that ``word`` comes next."""
        child = self.children.get(word)
        return child[0] if child else 0.0


class Without:
    """A node that may not write some of its words (a name that is taken)."""

    __slots__ = ("node", "rest", "taken", "words")

    def __init__(self, node: Node, taken: Iterable[str]):
        self.node = node
        self.words = node.words
        self.taken = {word for word in taken if word in node.children}
        self.rest = 1.0 - sum(node.children[word][0] for word in sorted(self.taken))

    @property
    def children(self) -> dict:
        """The children that are left (slow; drawing does not need it)."""
        return {
            word: (p / self.rest, child)
            for word, (p, child) in self.node.children.items()
            if word not in self.taken
        }

    def draw(self, u: float) -> str:
        """Return the word at ``u`` of the distribution that is left."""
        while True:
            word = self.node.draw(u)
            if word not in self.taken:
                return word
            # Spread the interval of the taken word over [0, 1) and look again.
            at = self.node.words.index(word)
            low = self.node.cumulative[at - 1] if at else 0.0
            u = (u - low) / (self.node.cumulative[at] - low)

    def probability(self, word: str) -> float:
        """Return the chance that ``word`` comes next."""
        return 0.0 if word in self.taken else self.node.probability(word) / self.rest


class Phrase(NamedTuple):
    """Something a slot may write."""

    words: tuple[str, ...]
    weight: float
    value: object
    tags: tuple[str, ...]


def trie(phrases: Sequence[Phrase]) -> Node:
    """Build the trie of some weighted phrases.

    Raises
    ------
    ValueError
        If a phrase is empty, has no positive weight, or begins another phrase.
    """
    if len(phrases) == 1:
        words, weight, value, tags = phrases[0]
        return _chain(words, value, tags)
    groups: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        if not phrase.words or phrase.weight <= 0:
            raise ValueError(f"a phrase needs words and a weight above 0, got {phrase}")
        groups.setdefault(phrase.words[0], []).append(phrase)
    total = math.fsum(phrase.weight for phrase in phrases)
    node, so_far = Node(), 0.0
    for word, group in groups.items():
        ending = [phrase for phrase in group if len(phrase.words) == 1]
        if ending and len(group) > 1:
            raise ValueError(f"{ending[0].words} begins or equals another phrase")
        weight = math.fsum(phrase.weight for phrase in group)
        if ending:
            child = Node(ending[0].value, ending[0].tags)
        else:
            child = trie([phrase._replace(words=phrase.words[1:]) for phrase in group])
        so_far += weight
        node.children[word] = (weight / total, child)
        node.words.append(word)
        node.cumulative.append(so_far / total)
    return node


def _chain(words: tuple[str, ...], value, tags) -> Node:
    node = Node(value, tags)
    for word in reversed(words):
        parent = Node()
        parent.children[word] = (1.0, node)
        parent.words, parent.cumulative = [word], [1.0]
        node = parent
    return node


# --- patterns -----------------------------------------------------------------------


class Item(NamedTuple):
    """One element of a pattern: a word with its tag, or a slot with its role."""

    text: str
    is_slot: bool
    tag: str = ""
    role: str = ""


class Place:
    """A place in the graph of a beat's patterns: which item comes next."""

    __slots__ = ("edges", "ends")

    def __init__(self):
        self.edges: dict[Item, list] = {}  # item -> [weight, Place]
        self.ends: str | None = None  # the event that has been told, at the end


ITEM = re.compile(
    r"\{(?P<slot>[^{}:]+)(?::(?P<role>[\w-]+))?\}"
    r"|(?P<word></s>|[^\s{}/*]+)(?:/(?P<tag>[A-Z]+))?(?P<pred>\*)?"
)
MACROS = {  # what may be put in or left out
    "<then>": "[{then} , |]",
    "<adv>": "[{adv} |]",
    "<adj>": "[{adj} ||{adj} ]",
    "<tail>": "[ {tail}|]",
    "<by>": "[ {by}|]",
    "<voice>": "[ {voice}|]",
}
CHOICE = re.compile(r"\[([^\[\]]*)\]")


class Beat:
    """A set of weighted sentence patterns that may be told at one point of a story.

    Parameters
    ----------
    text : str
        One pattern a line, ``weight event: pattern``. ``[a|b|]`` is a choice with
        equal chances, ``{slot:ROLE}`` a slot, ``word/TAG`` a word with its part of
        speech where the lexicon's is not meant, ``word*`` the predicate.
    lexicon : mapping of str to str
        Part of speech of each word.
    """

    def __init__(self, text: str, lexicon: dict[str, str]):
        self.lines = [
            (weight / len(variants), event, self._items(variant, lexicon))
            for line in text.strip().splitlines()
            for weight, event, variants in [self._parse(line)]
            for variant in variants
        ]
        self.total = math.fsum(weight for weight, _, _ in self.lines)
        self.events = {event for _, event, _ in self.lines}

    @staticmethod
    def _parse(line: str) -> tuple[float, str, list[str]]:
        try:
            head, pattern = line.strip().split(": ", 1)
            weight, event = head.split()
        except ValueError:
            raise ValueError(
                f"expected 'weight event: pattern', got {line!r}"
            ) from None
        for name, meaning in MACROS.items():
            pattern = pattern.replace(name, meaning)
        variants = [pattern]
        while any("[" in variant for variant in variants):
            variants = [
                variant[: m.start()] + choice + variant[m.end() :]
                for variant in variants
                for m in [CHOICE.search(variant)]
                for choice in m[1].split("|")
            ]
        return float(weight), event, variants

    @staticmethod
    def _items(pattern: str, lexicon: dict[str, str]) -> tuple[Item, ...]:
        items = []
        for m in ITEM.finditer(pattern):
            if m["slot"]:
                items.append(Item(m["slot"], True, role=m["role"] or ""))
                continue
            tag = m["tag"] or lexicon.get(m["word"])
            if tag is None:
                raise ValueError(f"{m['word']!r} is not in the lexicon: {pattern!r}")
            items.append(Item(m["word"], False, tag, "V" if m["pred"] else ""))
        return tuple(items)


def graph(beats: Sequence[tuple[float, Beat]]) -> Place:
    """Merge weighted beats into one graph of items that shares common beginnings."""
    start = Place()
    for share, beat in beats:
        for weight, event, items in beat.lines:
            place, weight = start, share * weight / beat.total
            for item in items:
                edge = place.edges.setdefault(item, [0.0, Place()])
                edge[0] += weight
                blocked, place = place.ends, edge[1]
                if blocked:
                    break
            if blocked or place.edges or place.ends not in (None, event):
                raise ValueError(f"a pattern of {event!r} begins or equals another one")
            place.ends = event
    return start


# --- where the words come from ------------------------------------------------------


class Draw:
    """Take each word from the mixture at random: the storyteller invents."""

    def __init__(self, rng: random.Random):
        self.random = rng.random  # the one source: the same on every platform

    def __call__(self, readings: list, total: float) -> str:
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

    def __call__(self, readings: list, total: float) -> str:
        """Return the next word of the text."""
        word = next(self.words, None)
        if word is None:
            self.asked = mixture(readings, total)
            raise self.EndOfPrefix
        return word


def mixture(readings: list, total: float) -> dict[str, float]:
    """Return the exact distribution of the next word."""
    odds: dict[str, float] = {}
    for weight, node, *_ in readings:
        for word, (p, _) in node.children.items():
            odds[word] = odds.get(word, 0.0) + weight * p / total
    return odds


# --- writing ------------------------------------------------------------------------


class Written(NamedTuple):
    """A slot or word that has been written: what it stands for and where."""

    item: Item
    value: object
    tags: tuple[str, ...]
    start: int
    stop: int


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
            ``slot(name, filled) -> Node`` offers the phrases of a slot; ``filled`` maps
            the slots written so far in this reading to their values.

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
        readings: list = []
        self._expand(1.0, start, (), slot, readings)
        while True:
            word, readings = self._step(readings)
            arrived: list = []
            finished = []
            for weight, node, edge, place, history, begun in readings:
                if node.words:
                    arrived.append((weight, node, edge, place, history, begun))
                    continue
                done = (
                    history,
                    Written(edge, node.value, node.tags, begun, len(self.words)),
                )
                if place.ends:
                    finished.append((place.ends, done))
                else:
                    self._expand(weight, place, done, slot, arrived)
            readings = arrived
            if finished:
                if len(finished) > 1 or readings:
                    text = " ".join(self.words[-20:])
                    raise ValueError(f"two readings of {text!r} end at {word!r}")
                event, history = finished[0]
                return event, _unroll(history)

    def _step(self, readings: list) -> tuple[str, list]:
        total = math.fsum([reading[0] for reading in readings])
        if self.keep_entropies:
            odds = mixture(readings, total).values()
            self.entropies.append(-math.fsum(p * math.log2(p) for p in odds))
        word = self.source(readings, total)
        alive = []
        for weight, node, *rest in readings:
            p = node.probability(word)
            if p:
                child = getattr(node, "node", node).children[word][1]
                alive.append((weight * p, child, *rest))
        if not alive:
            where = " ".join(self.words[-8:])
            raise ImpossibleText(
                f"the storyteller never writes {word!r} after {where!r}"
            )
        share = math.fsum([reading[0] for reading in alive]) / total
        self.words.append(word)
        self.log2_probs.append(math.log2(min(share, 1.0)))
        return word, alive

    def _expand(self, weight, place, history, slot, into) -> None:
        offers = []
        for item, (share, target) in place.edges.items():
            node = slot(item.text, history) if item.is_slot else _literal(item)
            if node is not None:  # None: nothing of that kind in this story
                offers.append((share, node, item, target))
        if not offers:
            raise ValueError(f"nothing to offer for {[i.text for i in place.edges]}")
        total = sum([offer[0] for offer in offers])
        begun = len(self.words)
        for share, node, item, target in offers:
            into.append((weight * share / total, node, item, target, history, begun))


_LITERALS: dict[Item, Node] = {}


def _literal(item: Item) -> Node:
    if item not in _LITERALS:
        _LITERALS[item] = _chain((item.text,), None, (item.tag,))
    return _LITERALS[item]


def _unroll(history: tuple) -> list[Written]:
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
