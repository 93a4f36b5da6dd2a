"""The names of Littletown: a few common ones, and many rare ones (chapter 0).

A rare name is put together from syllables, and its ending tells what kind it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from . import world
from .phrases import Node, Phrase, trie
from .tables import kept, zipf

RARE_CHILD, RARE_SURNAME, RARE_PET = 0.05, 0.08, 0.15


def _names(
    common, endings, rare: float, value: Callable, weight: float
) -> list[Phrase]:
    common_names = {*world.GIRLS, *world.BOYS, *world.SURNAMES, *world.PETS}
    ranked = zipf(common, 5.0)
    total = math.fsum(p for _, p in ranked)
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
