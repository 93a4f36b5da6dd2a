"""Sentence patterns, and the graph that their common beginnings make (chapter 0).

A beat of a story is a set of weighted patterns. A pattern is a sequence of items, and
an item is a word or a slot that offers several phrases.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from .phrases import Node, Phrase, trie


class Item(NamedTuple):
    """One element of a pattern: a word with its tag, or a slot with its role."""

    text: str
    is_slot: bool
    tag: str = ""
    role: str = ""


ITEM = re.compile(
    r"\{(?P<slot>[^{}:]+)(?::(?P<role>[\w-]+))?\}"
    r"|(?P<word></s>|[^\s{}/*]+)(?:/(?P<tag>[A-Z]+))?(?P<pred>\*)?"
)
CHOICE = re.compile(r"\[([^\[\]]*)\]")
MACROS = {  # what may be put in or left out
    "<then>": "[{then} , |]",
    "<adv>": "[{adv} |]",
    "<adj>": "[{adj} ||{adj} ]",
    "<tail>": "[ {tail}|]",
    "<by>": "[ {by}|]",
    "<voice>": "[ {voice}|]",
}


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

    Raises
    ------
    ValueError
        If a line is not of that form, or a word is not in the lexicon.
    """

    def __init__(self, text: str, lexicon: Mapping[str, str]):
        self.lines = [
            (weight / len(variants), event, _items(variant, lexicon))
            for line in text.strip().splitlines()
            for weight, event, variants in [_parse(line)]
            for variant in variants
        ]
        self.total = math.fsum(weight for weight, _, _ in self.lines)
        self.events = {event for _, event, _ in self.lines}


def _parse(line: str) -> tuple[float, str, list[str]]:
    """Return the weight, the event and the variants of a pattern."""
    try:
        head, pattern = line.strip().split(": ", 1)
        weight, event = head.split()
    except ValueError:
        raise ValueError(f"expected 'weight event: pattern', got {line!r}") from None
    for name, meaning in MACROS.items():
        pattern = pattern.replace(name, meaning)
    return float(weight), event, _variants(pattern)


def _variants(pattern: str) -> list[str]:
    """Write out the choices of a pattern, from left to right."""
    choice = CHOICE.search(pattern)
    if choice is None:
        return [pattern]
    before, after = pattern[: choice.start()], pattern[choice.end() :]
    return [
        variant
        for option in choice[1].split("|")
        for variant in _variants(before + option + after)
    ]


def _items(pattern: str, lexicon: Mapping[str, str]) -> tuple[Item, ...]:
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


class Place:
    """A place in the graph of the patterns: which item comes next.

    Attributes
    ----------
    ends : str or None
        The event that has been told, if a pattern ends here.
    offers : list of (share, Node or None, Item, Place)
        The ways on, after ``settle``; a slot whose node is None is asked each time.
    total : float or None
        The sum of the shares, if no slot has to be asked.
    """

    __slots__ = ("edges", "ends", "offers", "total")

    def __init__(self):
        self.edges: dict[Item, list] = {}  # item -> [weight, Place]
        self.ends: str | None = None
        self.offers: list[tuple[float, Node | None, Item, Place]] = []
        self.total: float | None = None

    def settle(self, always: Callable[[str], Node | None]) -> None:
        """Find the nodes of all words, and of the slots that are always the same."""
        for item, (share, target) in self.edges.items():
            node = always(item.text) if item.is_slot else _literal(item)
            self.offers.append((share, node, item, target))
            target.settle(always)
        if all(node is not None for _, node, _, _ in self.offers):
            self.total = math.fsum([share for share, _, _, _ in self.offers])


def _literal(item: Item) -> Node:
    return trie([Phrase((item.text,), 1.0, None, (item.tag,))])


def _nothing(name: str) -> None:
    """Know no slot in advance."""


def graph(
    beats: Sequence[tuple[float, Beat]],
    always: Callable[[str], Node | None] = _nothing,
) -> Place:
    """Merge weighted beats into one graph of items that shares common beginnings.

    Parameters
    ----------
    beats : sequence of (weight, Beat)
    always : callable
        ``always(name) -> Node`` for a slot that offers the same in every story, or
        None for one that has to be asked each time.

    Raises
    ------
    ValueError
        If a pattern begins or equals another one.
    """
    start = Place()
    for share, beat in beats:
        for weight, event, items in beat.lines:
            _add(start, items, share * weight / beat.total, event)
    start.settle(always)
    return start


def _add(place: Place, items: tuple[Item, ...], weight: float, event: str) -> None:
    blocked = None
    for item in items:
        edge = place.edges.setdefault(item, [0.0, Place()])
        edge[0] += weight
        blocked, place = place.ends, edge[1]
        if blocked:
            break
    if blocked or place.edges or place.ends not in (None, event):
        raise ValueError(f"a pattern of {event!r} begins or equals another one")
    place.ends = event
