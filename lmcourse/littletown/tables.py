"""Phrase tables: what a slot may offer, with its weights (chapter 0).

Built from ``world`` when first asked for and kept; ``forget`` drops them all, for a
test that shrinks the world.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from . import world
from .lexicon import LEXICON
from .pen import Node, Phrase, trie

_KEPT: list = []


def kept(build: Callable) -> Callable:
    """Build a table once; ``forget`` makes it be built again."""
    _KEPT.append(lru_cache(maxsize=None)(build))
    return _KEPT[-1]


def forget() -> None:
    """Drop all tables, after ``world`` has changed."""
    for build in _KEPT:
        build.cache_clear()


CHOICE = re.compile(r"\[([^\[\]]*)\]")
CLASS = re.compile(r"<(\w+)>")
ARTICLE = re.compile(r"\ba (?=[aeiou])")  # written a, spoken an


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


def zipf(entries, start: float = 8.0) -> list[tuple[str, float]]:
    """Weigh entries by their rank, common first."""
    return [(entry, 1.0 / (rank + start)) for rank, entry in enumerate(entries)]


def tags_of(words) -> tuple[str, ...]:
    """Look up parts of speech; a word may carry its own as ``word/TAG``."""
    return tuple(LEXICON[word] for word in words)


@kept
def table(entries: tuple[str, ...]) -> Node:
    """Build a slot that offers the entries of a list; the value is the entry."""
    odds: dict[str, tuple[float, str]] = {}
    for entry, p in zipf(entries):
        for phrase, q in expand(entry):
            odds[phrase] = (odds.get(phrase, (0.0, ""))[0] + p * q, entry)
    return trie(
        [
            Phrase((w := tuple(phrase.split())), p, entry, tags_of(w))
            for phrase, (p, entry) in odds.items()
        ]
    )


@kept
def fixed(
    words: tuple[str, ...], value=None, tags: tuple[str, ...] | None = None
) -> Node:
    """Build a slot that can only write these words."""
    return trie([Phrase(words, 1.0, value, tags or tags_of(words))])


def article(word: str) -> str:
    """Return the indefinite article of the word that follows it."""
    return "an" if word[0].lower() in "aeiou" else "a"


# --- static tables -------------------------------------------------------------------

RARE_CHILD, RARE_SURNAME, RARE_PET = 0.05, 0.08, 0.15


def _names(
    common, endings, rare: float, value: Callable, weight: float
) -> list[Phrase]:
    common_names = {*world.GIRLS, *world.BOYS, *world.SURNAMES, *world.PETS}
    ranked = zipf(common, 5.0)
    total = sum(p for _, p in ranked)
    phrases = [
        Phrase((n,), weight * (1 - rare) * p / total, value(n), ("PROPN",))
        for n, p in ranked
    ]
    made = [
        name
        for onset in world.ONSETS
        for vowel in world.VOWELS
        for middle in world.MIDDLES
        for ending in endings
        if (name := onset + vowel + middle + ending) not in common_names
    ]
    return phrases + [
        Phrase((n,), weight * rare / len(made), value(n), ("PROPN",)) for n in made
    ]


@kept
def child_names(genders: str) -> Node:
    """Names of children: value (name, gender)."""
    kinds = {
        "f": (world.GIRLS, world.GIRL_ENDINGS),
        "m": (world.BOYS, world.BOY_ENDINGS),
    }
    return trie(
        [
            phrase
            for g in genders
            for phrase in _names(*kinds[g], RARE_CHILD, lambda n, g=g: ((n,), g), 1.0)
        ]
    )


@kept
def grown_names() -> Node:
    """Names of grown-ups: value (name, gender)."""
    phrases = [
        Phrase(name, weight, (name, gender), ("PROPN",) * len(name))
        for name, weight, gender in [
            (("Grandma",), 0.07, "f"),
            (("Grandpa",), 0.07, "m"),
            (("Mother",), 0.05, "f"),
            (("Father",), 0.05, "m"),
            *[(("Aunt", n), 0.015, "f") for n in ("Vera", "Olga", "Martha", "Betty")],
            *[(("Uncle", n), 0.015, "m") for n in ("Otto", "Bruno", "Walter", "Fred")],
        ]
    ]
    for title, gender in (("Mrs", "f"), ("Mr", "m")):
        phrases += [
            p._replace(words=(title, *p.words), tags=("PROPN", "PROPN"))
            for p in _names(
                world.SURNAMES,
                world.SURNAME_ENDINGS,
                RARE_SURNAME,
                lambda n, t=title, g=gender: ((t, n), g),
                0.32,
            )
        ]
    return trie(phrases)


@kept
def pet_names() -> Node:
    """Names for animals: value the name."""
    return trie(_names(world.PETS, world.PET_ENDINGS, RARE_PET, lambda n: n, 1.0))


@kept
def indefinite(kind: str) -> Node:
    """List 'a red kite', 'an old box', 'a tiny brown rabbit'.

    The value is (noun, words, last adjective).
    """
    phrases = []

    def add(weight, noun, *looks):
        words = (article(looks[0] if looks else noun), *looks, noun)
        tags = ("DET", *["ADJ"] * len(looks), "NOUN")
        phrases.append(
            Phrase(words, weight, (noun, words, looks[-1] if looks else ""), tags)
        )

    nouns = {
        "thing": world.THINGS,
        "in": world.BOXES,
        "under": world.HIDING,
        "animal": world.ANIMALS,
    }[kind]
    for noun, weight in zipf(nouns):
        if kind == "thing":
            looks = (
                [(c, 0.45 * p) for c, p in shares(world.COLORS[:10])]
                + [(c, 0.25 * p) for c, p in shares(world.LOOKS)]
                + [(c, 0.2 * p) for c, p in shares(world.MATERIALS[world.THINGS[noun]])]
            )
            add(weight * 0.1, noun)
            for size, p in (("", 0.8), ("little", 0.12), ("big", 0.08)):
                for look, q in looks:
                    add(weight * p * q, noun, *([size] if size else []), look)
        elif kind == "animal":
            add(weight * 0.2, noun)
            for size, p in shares(("little", "small", "tiny", "young", "thin", "lost")):
                add(weight * 0.5 * p, noun, size)
                for color, q in shares(("brown", "white", "gray", "black", "spotted")):
                    add(weight * 0.3 * p * q, noun, size, color)
        else:
            add(weight * 0.6, noun)
            for look, p in shares(
                ("old", "big", "small", "wooden", "heavy", "blue", "red")
            ):
                if (look, noun) not in {
                    ("wooden", n)
                    for n in (
                        "bag",
                        "sack",
                        "tin",
                        "jar",
                        "vase",
                        "rug",
                        "blanket",
                        "pillow",
                        "cushion",
                        "mattress",
                        "kettle",
                        "teapot",
                        "sofa",
                    )
                }:
                    add(weight * 0.4 * p, noun, look)
    return trie(phrases)


def shares(entries) -> list[tuple[str, float]]:
    """Weigh entries by their rank, so that the weights sum to one."""
    ranked = zipf(entries)
    total = sum(p for _, p in ranked)
    return [(entry, p / total) for entry, p in ranked]


@kept
def foods() -> Node:
    """'three eggs', 'a jar of honey': value a (noun, words)."""
    phrases = []
    for noun, weight in zipf(world.FOODS):
        if world.FOODS[noun] == "mass":
            words = (*world.MEASURES[noun].split(), noun)
            phrases.append(Phrase(words, weight, (noun, words), tags_of(words)))
        else:
            for number, p in shares(world.NUMBERS):
                words = (number, noun)
                phrases.append(Phrase(words, weight * p, (noun, words), tags_of(words)))
    return trie(phrases)


@kept
def cakes() -> Node:
    """List 'a plum cake' and others: value a (noun, words)."""
    phrases = []
    for noun, weight in zipf(("cake", "pie", "pudding", "tart", "strudel", "loaf")):
        for flavor, p in shares(world.FLAVORS):
            words = (article(flavor), flavor, noun)
            phrases.append(
                Phrase(words, weight * p, (noun, words), ("DET", "NOUN", "NOUN"))
            )
    return trie(phrases)


@kept
def doings() -> Node:
    """'eating breakfast': value the room where one does that."""
    return trie(
        [
            Phrase((w := tuple(phrase.split())), room_p * p * q, room, tags_of(w))
            for (room, room_p) in zipf(world.ROOMS)
            for doing, p in shares(world.ROOMS[room])
            for phrase, q in expand(doing)
        ]
    )


@kept
def heads(kind: str) -> Node:
    """Nouns in singular and plural: value the number."""
    nouns = {"living": world.LIVING, "thing": world.THINGS_AROUND}[kind]
    return trie(
        [
            Phrase((form,), p, number, ("NOUN",))
            for noun, p in zipf(nouns)
            for form, number in ((noun, "sg"), (nouns[noun], "pl"))
        ]
    )


@kept
def tics(hers: str) -> Node:
    """'rubbed her eyes': small things that anybody may do."""
    return table(tuple(tic.replace("POSS", hers) for tic in world.TICS))


SPEECH = {"said": "SAID", "cried": "CRIED", "asked": "ASKED"}


def speech_verbs(form: str) -> list[tuple[str, float]]:
    """Verbs of speaking and their shares."""
    return shares(getattr(world, SPEECH[form]))


def speech(form: str, named: Phrase, weight: float = 1.0) -> list[Phrase]:
    """'said Mia', 'whispered Mia' ..."""
    return [
        Phrase((verb, *named.words), weight * p, named.value, ("VERB", *named.tags))
        for verb, p in speech_verbs(form)
    ]


@kept
def foods_without(noun: str) -> Node:
    """Return food, but not ``noun`` again."""
    return trie(
        [
            Phrase(words, weight, value, tags)
            for words, weight, value, tags in _phrases(foods())
            if value[0] != noun
        ]
    )


@kept
def boxes() -> Node:
    """List 'a basket', 'an old bed': something to put a thing in or under."""
    return trie(
        [*_phrases(indefinite("in"), 0.65), *_phrases(indefinite("under"), 0.35)]
    )


@kept
def boxes_without(noun: str) -> Node:
    """Return a hiding place of the same kind as ``noun``, but not ``noun``."""
    kind = "in" if noun in world.BOXES else "under"
    return trie([p for p in _phrases(indefinite(kind)) if p.value[0] != noun])


def _phrases(node: Node, weight: float = 1.0, words: tuple = ()) -> list[Phrase]:
    """List the phrases of a trie again, with their probabilities."""
    if not node.words:
        return [Phrase(words, weight, node.value, node.tags)]
    return [
        phrase
        for word, (p, child) in node.children.items()
        for phrase in _phrases(child, weight * p, (*words, word))
    ]


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
    """Build a slot that remembers nothing."""
    source = PLAIN[name]
    return table(getattr(world, source) if source.isupper() else (source,))


@kept
def a_trait() -> Node:
    """List 'a kind', 'an honest'."""
    return trie(
        [
            Phrase((article(trait), trait), p, trait, ("DET", "ADJ"))
            for trait, p in zipf(world.TRAITS)
        ]
    )


@kept
def they(quantifier: str, key: str) -> Node:
    """'they', 'both of them', 'all of them'."""
    return trie(
        [
            Phrase(("they",), 0.8, key, ("PRON",)),
            Phrase((quantifier, "of", "them"), 0.2, key, ("DET", "ADP", "PRON")),
        ]
    )


@kept
def three() -> Node:
    """'they', 'all three of them', 'the three children'."""
    return trie(
        [
            Phrase(("they",), 0.5, "all", ("PRON",)),
            Phrase(
                ("all", "three", "of", "them"),
                0.2,
                "all",
                ("DET", "NUM", "ADP", "PRON"),
            ),
            Phrase(("the", "three", "children"), 0.3, "all", ("DET", "NUM", "NOUN")),
        ]
    )
