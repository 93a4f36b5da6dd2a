"""How people may be spoken of: by name, by a pronoun, as both of them (chapter 0).

A form is a function of the memory, the part somebody plays, and that person; a slot
with a rule of its own is a function of the memory and of the sentence so far.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import world
from .memory import CHILDREN, Memory, Person
from .names import child_names
from .pen import filled
from .phrases import Node, Phrase, Without, trie
from .tables import fixed, kept, shares, tags_of, zipf

PRONOUNS = {"f": ("she", "her", "her"), "m": ("he", "him", "his")}
KIDS = {"f": "girl", "m": "boy"}


def _name(memory: Memory, part: str, person: Person) -> Node:
    return fixed(person.name, part, ("PROPN",) * len(person.name))


def _who(memory: Memory, part: str, person: Person, case: int = 0) -> Node:
    """Say 'Mia', or 'she' where that is clear."""
    if not memory.is_clear(part):
        return _name(memory, part, person)
    return _pronoun_or_name(PRONOUNS[person.gender][case], person.name, part)


@kept
def _pronoun_or_name(pronoun: str, name: tuple[str, ...], part: str) -> Node:
    tags = ("PROPN",) * len(name)
    return trie(
        [Phrase((pronoun,), 0.9, part, ("PRON",)), Phrase(name, 0.1, part, tags)]
    )


def _whose(memory: Memory, part: str, person: Person) -> Node:
    """Say 'Mia 's', or 'her' where that is clear."""
    if memory.is_clear(part):
        return fixed((PRONOUNS[person.gender][2],), part, ("PRON",))
    tags = ("PROPN",) * len(person.name)
    return fixed((*person.name, "'s"), part, (*tags, "PART"))


def _says(memory: Memory, part: str, person: Person, verbs: str) -> Node:
    """Say 'said Mia', or 'she said' where that is clear."""
    pronoun = PRONOUNS[person.gender][0] if memory.is_clear(part) else ""
    return _speech(verbs, person.name, pronoun, part)


@kept
def _speech(verbs: str, name: tuple[str, ...], pronoun: str, part: str) -> Node:
    said, weight = shares(getattr(world, verbs)), 0.2 if pronoun else 1.0
    tags = ("VERB", *["PROPN"] * len(name))
    phrases = [Phrase((verb, *name), weight * p, part, tags) for verb, p in said]
    if pronoun:
        phrases += [
            Phrase((pronoun, verb), 0.8 * p, part, ("PRON", "VERB")) for verb, p in said
        ]
    return trie(phrases)


PERSON_FORMS: dict[str, Callable[[Memory, str, Person], Node]] = {
    "": _who,
    "obj": partial(_who, case=1),
    "her": _whose,
    "name": _name,
    "again": _name,  # after a long time
    "right": _name,  # a test of memory
    "kid": lambda memory, part, person: fixed((KIDS[person.gender],)),
    "pro": lambda memory, part, person: _pronoun(person, 0),
    "poss": lambda memory, part, person: _pronoun(person, 2),
    "job": lambda memory, part, person: fixed((person.job,)),
    "said": partial(_says, verbs="SAID"),
    "cried": partial(_says, verbs="CRIED"),
    "asked": partial(_says, verbs="ASKED"),
}
PEOPLE = ("hero", "friend", "other", "grown", "holder", "winner")


def _pronoun(person: Person, case: int) -> Node:
    return fixed((PRONOUNS[person.gender][case],), None, ("PRON",))


def somebody(form: str, part: str, memory: Memory, history: tuple) -> Node | None:
    """Speak of a person in some form; None if there is no such person (yet)."""
    person = memory.person(part, history)
    return PERSON_FORMS[form](memory, part, person) if person else None


def new_child(memory: Memory, history: tuple) -> Node:
    """Offer the names that are not taken."""
    taken = {person.name[0] for person in memory.people.values()}
    for part in CHILDREN:
        new = filled(history, f"{part}.new")
        if new:
            taken.add(new[0][0])
    names = child_names(filled(history, "kid") or "fm")
    return Without(names, taken) if taken else names


@kept
def _any_of(people: tuple[tuple[tuple[str, ...], str], ...]) -> Node:
    return trie(
        [Phrase(name, 1.0, part, ("PROPN",) * len(name)) for name, part in people]
    )


def either(*parts: str) -> Callable[[Memory, tuple], Node]:
    """Make a slot that offers one of several people by name."""

    def offer(memory: Memory, history: tuple) -> Node:
        return _any_of(tuple((memory.people[part].name, part) for part in parts))

    return offer


def second_child(memory: Memory, history: tuple) -> Node:
    """Name one of the other two children."""
    first = filled(history, "anyone.a")
    return either(*(p for p in CHILDREN if p != first))(memory, history)


def loser(memory: Memory, history: tuple) -> Node:
    """Name a child that has not won."""
    losers = memory.children_but(memory.people["winner"])
    return either(*losers)(memory, history)


def not_holder(memory: Memory, history: tuple) -> Node:
    """Name the friend who does not hold the thing."""
    holder = memory.people["holder"]
    other = next(part for part in memory.children_but(holder) if part != "hero")
    return fixed(memory.people[other].name, other, ("PROPN",))


def giver(memory: Memory, history: tuple) -> Node:
    """Say 'her mother': a relative of the hero."""
    hers = PRONOUNS[memory.people["hero"].gender][2]
    giver = memory.people.get("giver")
    if giver is None:
        return _family(hers)
    return fixed((hers, *giver.name), "giver", ("PRON", *tags_of(giver.name)))


@kept
def _family(hers: str) -> Node:
    return trie(
        [
            Phrase((hers, *name), p, (name, gender), ("PRON", *tags_of(name)))
            for gender in "fm"
            for relative, p in zipf(world.FAMILY[gender])
            for name in [tuple(relative.split())]
        ]
    )


def giver_pronoun(memory: Memory, history: tuple) -> Node:
    """Say 'she' or 'he' of the hero's relative."""
    new = filled(history, "giver")
    gender = new[1] if isinstance(new, tuple) else memory.people["giver"].gender
    return fixed((PRONOUNS[gender][0],), None, ("PRON",))


def both(memory: Memory, history: tuple) -> Node:
    """Say 'they', 'Mia and Tom', 'the two children'."""
    hero, friend = memory.people["hero"], memory.people["friend"]
    same = hero.gender == friend.gender
    kids = f"{KIDS[hero.gender]}s" if same else "children"
    return _pair((*hero.name, "and", *friend.name), kids)


@kept
def _pair(names: tuple[str, ...], kids: str) -> Node:
    return trie(
        [
            Phrase(("they",), 0.5, "both", ("PRON",)),
            Phrase(names, 0.25, "both", ("PROPN", "CCONJ", "PROPN")),
            Phrase(("the", "two", kids), 0.25, "both", ("DET", "NUM", "NOUN")),
        ]
    )


@kept
def they(quantifier: str) -> Node:
    """Say 'they', 'both of them', 'all of them'."""
    of_them = (quantifier, "of", "them")
    return trie(
        [
            Phrase(("they",), 0.8, quantifier, ("PRON",)),
            Phrase(of_them, 0.2, quantifier, ("DET", "ADP", "PRON")),
        ]
    )


@kept
def three() -> Node:
    """Say 'they', 'all three of them', 'the three children'."""
    of_them = ("all", "three", "of", "them")
    return trie(
        [
            Phrase(("they",), 0.5, "all", ("PRON",)),
            Phrase(of_them, 0.2, "all", ("DET", "NUM", "ADP", "PRON")),
            Phrase(("the", "three", "children"), 0.3, "all", ("DET", "NUM", "NOUN")),
        ]
    )


@kept
def kid() -> Node:
    """Say 'girl' or 'boy': the value is the gender."""
    return trie([Phrase((KIDS[g],), 1.0, g, ("NOUN",)) for g in "fm"])
