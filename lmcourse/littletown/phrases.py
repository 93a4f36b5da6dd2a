"""Tries of phrases: what may be written next, and how likely it is (chapter 0)."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Phrase(NamedTuple):
    """Something a slot may write: words with their tags, and what they stand for."""

    words: tuple[str, ...]
    weight: float
    value: object
    tags: tuple[str, ...]


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

    def follow(self, word: str) -> tuple[float, Node] | None:
        """Return the chance of ``word`` and where it leads, or None."""
        return self.children.get(word)


class Without:
    """A node that may not write some of its words (a name that is taken)."""

    __slots__ = ("node", "rest", "taken", "words")

    def __init__(self, node: Node, taken: Iterable[str]):
        self.node = node
        self.words = node.words
        self.taken = {word for word in taken if word in node.children}
        self.rest = 1.0 - math.fsum(
            node.children[word][0] for word in sorted(self.taken)
        )

    @property
    def children(self) -> dict[str, tuple[float, Node]]:
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

    def follow(self, word: str) -> tuple[float, Node] | None:
        """Return the chance of ``word`` and where it leads, or None."""
        found = self.node.children.get(word)
        if found is None or word in self.taken:
            return None
        return found[0] / self.rest, found[1]


def trie(phrases: Sequence[Phrase]) -> Node:
    """Build the trie of some weighted phrases.

    Raises
    ------
    ValueError
        If a phrase is empty, has no positive weight, or begins another phrase.
    """
    for phrase in phrases:
        if not phrase.words or phrase.weight <= 0:
            raise ValueError(f"a phrase needs words and a weight above 0, got {phrase}")
    return _trie(phrases, math.fsum([phrase.weight for phrase in phrases]), 0)


def _trie(phrases: Sequence[Phrase], total: float, depth: int) -> Node:
    """Build the trie of phrases that agree in their first ``depth`` words."""
    if len(phrases) == 1:
        return _chain(phrases[0], depth)
    groups: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        if len(phrase.words) == depth:
            raise ValueError(f"{phrase.words} begins or equals another phrase")
        groups.setdefault(phrase.words[depth], []).append(phrase)
    node, so_far = Node(), 0.0
    for word, group in groups.items():
        weight = math.fsum([phrase.weight for phrase in group])
        so_far += weight
        node.children[word] = (weight / total, _trie(group, weight, depth + 1))
        node.words.append(word)
        node.cumulative.append(so_far / total)
    return node


def _chain(phrase: Phrase, depth: int) -> Node:
    """Build the trie of one phrase, from its word number ``depth`` on."""
    node = Node(phrase.value, phrase.tags)
    for word in reversed(phrase.words[depth:]):
        parent = Node()
        parent.children[word] = (1.0, node)
        parent.words, parent.cumulative = [word], [1.0]
        node = parent
    return node


def phrases_of(node: Node, weight: float = 1.0, words: tuple = ()) -> list[Phrase]:
    """List the phrases of a trie again, their weights summing to ``weight``."""
    if not node.words:
        return [Phrase(words, weight, node.value, node.tags)]
    return [
        phrase
        for word, (p, child) in node.children.items()
        for phrase in phrases_of(child, weight * p, (*words, word))
    ]
