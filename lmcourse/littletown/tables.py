"""Phrase tables from the lists of the world, with their weights (chapter 0).

Built when first asked for and kept; ``forget`` drops them all, for a test that shrinks
the world.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from . import world
from .lexicon import LEXICON
from .phrases import Node, Phrase, trie

_KEPT: list = []


def kept(build: Callable) -> Callable:
    """Build a table once; ``forget`` makes it be built again."""
    _KEPT.append(lru_cache(maxsize=4096)(build))
    return _KEPT[-1]


def forget() -> None:
    """Drop all tables, after ``world`` has changed."""
    for build in _KEPT:
        build.cache_clear()


# --- weights ------------------------------------------------------------------------


def zipf(entries: Iterable[str], start: float = 8.0) -> list[tuple[str, float]]:
    """Weigh entries by their rank, common first: 1 / (rank + start), from rank 0."""
    return [(entry, 1.0 / (rank + start)) for rank, entry in enumerate(entries)]


def shares(entries: Iterable[str]) -> list[tuple[str, float]]:
    """Weigh entries by their rank, so that the weights sum to one."""
    ranked = zipf(entries)
    total = math.fsum(p for _, p in ranked)
    return [(entry, p / total) for entry, p in ranked]


# --- words --------------------------------------------------------------------------

ARTICLE = re.compile(r"\ba (?=[aeiou])")  # written a, spoken an
CHOICE = re.compile(r"\[([^\[\]]*)\]")
CLASS = re.compile(r"<(\w+)>")


def article(word: str) -> str:
    """Return the indefinite article of the word that follows it."""
    return "an" if word[0].lower() in "aeiou" else "a"


def tags_of(words: Iterable[str]) -> tuple[str, ...]:
    """Look up parts of speech."""
    return tuple(map(LEXICON.__getitem__, words))


def tagged(phrase: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a phrase into words and tags; ``word/TAG`` is not what the lexicon says."""
    words = tuple(phrase.split())
    if "/" not in phrase:
        return words, tags_of(words)
    pairs = [word.partition("/") for word in words]
    return (
        tuple(word for word, _, _ in pairs),
        tuple(tag or LEXICON[word] for word, _, tag in pairs),
    )


def expand(entry: str) -> list[tuple[str, float]]:
    """Write out the choices ``[a|b]`` and classes ``<flower>`` of a phrase.

    Words of a class are weighted by rank, words in brackets equally.
    """
    match = CLASS.search(entry) or CHOICE.search(entry)
    if match is None:
        return [(ARTICLE.sub("an ", entry), 1.0)]
    before, after = entry[: match.start()], entry[match.end() :]
    return [
        (phrase, p * q)
        for option, p in _options(match)
        for phrase, q in expand(before + option + after)
    ]


def _options(match: re.Match) -> list[tuple[str, float]]:
    if match.re is CHOICE:
        options = match[1].split("|")
        return [(option, 1.0 / len(options)) for option in options]
    return shares(_class(match[1]))


@kept
def _class(name: str) -> tuple[str, ...]:
    return tuple(" ".join(e.split()) for e in world.CLASSES[name].split(","))


# --- tables -------------------------------------------------------------------------


@kept
def table(entries: tuple[str, ...]) -> Node:
    """Offer the entries of a list; the value is the entry."""
    odds: dict[str, tuple[float, str]] = {}
    for entry, p in zipf(entries):
        for phrase, q in expand(entry):
            odds[phrase] = (odds.get(phrase, (0.0, ""))[0] + p * q, entry)
    phrases = []
    for phrase, (p, entry) in odds.items():
        words, tags = tagged(phrase)
        phrases.append(Phrase(words, p, entry, tags))
    return trie(phrases)


@kept
def fixed(
    words: tuple[str, ...], value=None, tags: tuple[str, ...] | None = None
) -> Node:
    """Offer these words and nothing else."""
    return trie([Phrase(words, 1.0, value, tags or tags_of(words))])


PLAIN = {  # slots that remember nothing: a list of ``world``, or a phrase to expand
    "month": "MONTHS",
    "day": "DAYS",
    "sound": "SOUNDS",
    "remark": "REMARKS",
    "question": "QUESTIONS",
    "reply": "REPLIES",
    "where": "WHERE",
    "number": "NUMBERS",
    "happy": "HAPPY",
    "sad": "SAD",
    "good": "KIND",
    "then": "OPENERS",
    "adv": "ADVERBS",
    "tail": "TAILS",
    "by": "BYS",
    "voice": "VOICES",
    "said": "SAID",
    "cried": "CRIED",
    "asked": "ASKED",
    "went": "WENT",
    "adj": "<adj>",
    "near": "NEAR",
    "adj2": "<beast>",
    "adj3": "<worn>",
    "adj4": "<roomy>",
    "a_place": "the <adj> <mark>",
    "a_snack": "a <ripe> <snack>",
    "a_folk": "a <quick> <folk>",
    "a_matter": "the <nice> <matter>",
    "a_matter2": "<nice> <matter>",
    "burden": "a <laden> <load>",
    "beast": "a <beast> <creature>",
    "beast2": "a <beast> <creature>",
    "pet_kind": "a <beast> <pet>",
    "manner": "MANNERS",
    "mood": "<mood>",
    "mood2": "<mood>",
    "wear": "<wear>",
    "body": "<body>",
    "looked": "<looked>",
    "met": "<met>",
    "hello": "HELLO",
    "hello2": "INVITE",
    "agreed": "AGREED",
    "when": "WHEN",
    "want": "<want>",
    "may": "<may>",
    "do": "REMINDERS",
}


@kept
def plain(name: str) -> Node:
    """Offer what a slot that remembers nothing may say."""
    source = PLAIN[name]
    return table(getattr(world, source) if source.isupper() else (source,))
