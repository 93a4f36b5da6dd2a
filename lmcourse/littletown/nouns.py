"""What may be introduced: things, animals, food, and doings to begin with (chapter 0).

The value of a noun phrase is (noun, words), or (noun, words, last adjective).
"""

from __future__ import annotations

from . import world
from .phrases import Node, Phrase, phrases_of, trie
from .tables import article, expand, kept, shares, tagged, tags_of, zipf


def _indefinite(noun: str, *looks: str, weight: float) -> Phrase:
    """Say 'a kite', 'an old box', 'a tiny brown rabbit'."""
    words = (article(looks[0] if looks else noun), *looks, noun)
    value = (noun, words, looks[-1] if looks else "")
    return Phrase(words, weight, value, ("DET", *["ADJ"] * len(looks), "NOUN"))


@kept
def things() -> Node:
    """List 'a ball', 'a red kite', 'a little wooden drum'."""
    phrases = []
    for noun, weight in zipf(world.THINGS):
        material = world.MATERIALS[world.THINGS[noun]]
        looks = [(look, 0.45 * p) for look, p in shares(world.COLORS[:10])]
        looks += [(look, 0.25 * p) for look, p in shares(world.LOOKS)]
        looks += [(look, 0.2 * p) for look, p in shares(material)]
        phrases.append(_indefinite(noun, weight=weight * 0.1))
        for sizes, p in (((), 0.8), (("little",), 0.12), (("big",), 0.08)):
            for look, q in looks:
                phrases.append(_indefinite(noun, *sizes, look, weight=weight * p * q))
    return trie(phrases)


@kept
def animals() -> Node:
    """List 'a rabbit', 'a little frog', 'a tiny brown mouse'."""
    phrases = []
    for noun, weight in zipf(world.ANIMALS):
        phrases.append(_indefinite(noun, weight=weight * 0.2))
        for size, p in shares(world.ANIMAL_SIZES):
            phrases.append(_indefinite(noun, size, weight=weight * 0.5 * p))
            for color, q in shares(world.ANIMAL_COLORS):
                share = weight * 0.3 * p * q
                phrases.append(_indefinite(noun, size, color, weight=share))
    return trie(phrases)


def _furniture(nouns: tuple[str, ...]) -> Node:
    phrases = []
    for noun, weight in zipf(nouns):
        phrases.append(_indefinite(noun, weight=weight * 0.6))
        for look, p in shares(world.BOX_LOOKS):
            if look != "wooden" or noun not in world.NEVER_WOODEN:
                phrases.append(_indefinite(noun, look, weight=weight * 0.4 * p))
    return trie(phrases)


@kept
def boxes() -> Node:
    """List 'a basket', 'an old bed': something to put a thing in or under."""
    inside, under = _furniture(world.BOXES), _furniture(world.HIDING)
    return trie([*phrases_of(inside, 0.65), *phrases_of(under, 0.35)])


@kept
def boxes_without(noun: str) -> Node:
    """List hiding places of the same kind as ``noun``, but not ``noun``."""
    same = _furniture(world.BOXES if noun in world.BOXES else world.HIDING)
    return trie([phrase for phrase in phrases_of(same) if phrase.value[0] != noun])


@kept
def foods() -> Node:
    """List 'three eggs', 'a jar of honey': value a (noun, words)."""
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
    for noun, weight in zipf(world.CAKES):
        for flavor, p in shares(world.FLAVORS):
            words = (article(flavor), flavor, noun)
            phrases.append(
                Phrase(words, weight * p, (noun, words), ("DET", "NOUN", "NOUN"))
            )
    return trie(phrases)


@kept
def doings() -> Node:
    """List 'eating breakfast': value the room where one does that."""
    phrases = []
    for room, weight in zipf(world.ROOMS):
        for doing, p in shares(world.ROOMS[room]):
            for phrase, q in expand(doing):
                words, tags = tagged(phrase)
                phrases.append(Phrase(words, weight * p * q, room, tags))
    return trie(phrases)


@kept
def heads(kind: str) -> Node:
    """List the nouns of a dictionary in singular and plural: value the number."""
    nouns = getattr(world, kind)
    return trie(
        [
            Phrase((form,), p, number, ("NOUN",))
            for noun, p in zipf(nouns)
            for form, number in ((noun, "sg"), (nouns[noun], "pl"))
        ]
    )


@kept
def foods_without(noun: str) -> Node:
    """List food, but not ``noun`` again."""
    return trie([phrase for phrase in phrases_of(foods()) if phrase.value[0] != noun])


@kept
def a_trait() -> Node:
    """List 'a kind', 'an honest'."""
    return trie(
        [
            Phrase((article(trait), trait), p, trait, ("DET", "ADJ"))
            for trait, p in zipf(world.TRAITS)
        ]
    )
