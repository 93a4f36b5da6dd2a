"""How things and animals may be spoken of: 'the red kite', 'it', 'Pip' (chapter 0).

A form is a function of the memory, the part a thing plays, and that thing; a slot with
a rule of its own is a function of the memory and of the sentence so far.
"""

from __future__ import annotations

from collections.abc import Callable

from . import world
from .memory import Memory, Thing
from .phrases import Node, Phrase, trie
from .tables import article, fixed, kept, tags_of


def _the(memory: Memory, part: str, thing: Thing) -> Node:
    return fixed(("the", thing.noun), part, ("DET", "NOUN"))


def _full(memory: Memory, part: str, thing: Thing) -> Node:
    """Say 'the red kite', if it is known to be red."""
    if not thing.look:
        return _the(memory, part, thing)
    words = ("the", thing.look, thing.noun)
    return fixed(words, f"{part}.look", ("DET", "ADJ", "NOUN"))


def _which(memory: Memory, part: str, thing: Thing) -> Node:
    """Say 'the kite', or 'the red kite'; of an animal perhaps 'it'."""
    if part == "animal" and memory.focus == "animal":
        return _the_or_it(thing.noun)
    if part == "thing" and thing.look:
        return _the_or_full(thing.noun, thing.look)
    return _the(memory, part, thing)


@kept
def _the_or_it(noun: str) -> Node:
    return trie(
        [
            Phrase(("the", noun), 0.5, "animal", ("DET", "NOUN")),
            Phrase(("it",), 0.5, "animal", ("PRON",)),
        ]
    )


@kept
def _the_or_full(noun: str, look: str) -> Node:
    full = ("the", look, noun)
    return trie(
        [
            Phrase(("the", noun), 0.7, "thing", ("DET", "NOUN")),
            Phrase(full, 0.3, "thing.look", ("DET", "ADJ", "NOUN")),
        ]
    )


def _noun(memory: Memory, part: str, thing: Thing) -> Node:
    return fixed((thing.noun,), part, ("NOUN",))


def _by_number(one: str, many: str, tag: str) -> Callable:
    """Make a form that tells 'the milk' from 'the eggs'."""

    def form(memory: Memory, part: str, thing: Thing) -> Node:
        count = world.FOODS.get(thing.noun) == "count"
        return fixed((many if count else one,), None, (tag,))

    return form


def _an(memory: Memory, part: str, thing: Thing) -> Node:
    return fixed((article(thing.noun), thing.noun), part, ("DET", "NOUN"))


def _as_introduced(memory: Memory, part: str, thing: Thing) -> Node:
    return fixed(thing.words, part, tags_of(thing.words))


THING_FORMS: dict[str, Callable[[Memory, str, Thing], Node]] = {
    "": _which,
    "the": _the,
    "noun.the": _the,
    "full": _full,
    "noun": _noun,
    "bare": _noun,
    "again": _as_introduced,
    "a": _an,
    "it": _by_number("it", "them", "PRON"),
    "are": _by_number("is", "are", "AUX"),
    "its": lambda memory, part, thing: fixed(("its",), None, ("PRON",)),
    "food": lambda memory, part, thing: fixed((world.FOODS_OF[thing.noun],)),
    "home": lambda memory, part, thing: fixed((world.HOMES[thing.noun],)),
}
THINGS = ("thing", "food", "food2", "animal")


def something(form: str, part: str, memory: Memory, history: tuple) -> Node | None:
    """Speak of a thing in some form; None if there is no such thing (yet)."""
    thing = memory.thing(part, history)
    return THING_FORMS[form](memory, part, thing) if thing else None


def pet(memory: Memory, history: tuple, may_be_it: bool = False) -> Node:
    """Say 'Pip', 'the rabbit', or 'it' where that is clear."""
    pet, animal = memory.things["pet"], memory.things["animal"]
    clear = memory.focus in ("animal", "pet") or may_be_it
    return _name_or_animal(pet.noun, animal.noun, clear)


@kept
def _name_or_animal(name: str, animal: str, clear: bool) -> Node:
    phrases = [
        Phrase((name,), 0.5, "pet", ("PROPN",)),
        Phrase(("the", animal), 0.2, "animal", ("DET", "NOUN")),
        Phrase(("it",), 0.3, "animal", ("PRON",)),
    ]
    return trie(phrases if clear else phrases[:2])


def pet_name(memory: Memory, history: tuple) -> Node:
    """Say 'Pip'."""
    return fixed((memory.things["pet"].noun,), "pet", ("PROPN",))


def new_spot(memory: Memory, history: tuple) -> Node:
    """Say 'in the box' of one of the two boxes."""
    a, b = (memory.things[box].noun for box in ("boxa", "boxb"))
    return _in_either(memory.facts["preposition"], a, b)


@kept
def _in_either(preposition: str, a: str, b: str) -> Node:
    tags = ("ADP", "DET", "NOUN")
    return trie(
        [
            Phrase((preposition, "the", noun), 1.0, box, tags)
            for noun, box in ((a, "boxa"), (b, "boxb"))
        ]
    )


def right_spot(memory: Memory, history: tuple) -> Node:
    """Say 'in the box' of the one where the thing is."""
    words = (memory.facts["preposition"], "the", memory.things["spot"].noun)
    return fixed(words, "spot", ("ADP", "DET", "NOUN"))
