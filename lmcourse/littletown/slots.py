"""The slots of the patterns, and what each may offer at this point (chapter 0).

Most slots are named ``part.form``: who or what is meant, and how it is said. ``SLOTS``
maps them to functions of the memory and of what this reading has written so far;
``ALWAYS`` holds those that offer the same in every story.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import nouns, what, who, world
from .memory import CHILDREN, Memory, Person
from .names import grown_names, pet_names
from .pen import filled, unroll
from .phrases import Node
from .tables import PLAIN, fixed, kept, plain, table


def _known_or(fact: str, entries: str) -> Callable[[Memory, tuple], Node]:
    """Make a slot that says a fact again, or settles it."""

    def offer(memory: Memory, history: tuple) -> Node:
        known = memory.facts.get(fact)
        return fixed((known,), known) if known else table(getattr(world, entries))

    return offer


def _deed(memory: Memory, history: tuple) -> Node:
    deeds = world.PLACES[memory.facts["place"]][1:]
    return _unused(memory, deeds, filled(history, "deed"))


def _strain(memory: Memory, history: tuple) -> Node:
    strains = world.CONTESTS[memory.facts["contest"]]
    return _unused(memory, strains, filled(history, "strain"))


def _unused(memory: Memory, entries: tuple[str, ...], also: str | None) -> Node:
    """Offer what has not been told; when all has, anything but ``also``."""
    left = tuple(e for e in entries if e not in memory.used and e != also)
    return table(left or tuple(e for e in entries if e != also))


def _verb_to_be(memory: Memory, history: tuple) -> Node:
    number = filled(history, "head.living") or filled(history, "head.thing")
    return fixed(("was" if number == "sg" else "were",), number, ("AUX",))


def _tic(memory: Memory, history: tuple) -> Node:
    return _tics(who.PRONOUNS[_subject(memory, history).gender][2])


@kept
def _tics(hers: str) -> Node:
    """'rubbed her eyes': small things that anybody may do."""
    return table(tuple(tic.replace("POSS", hers) for tic in world.TICS))


def _subject(memory: Memory, history: tuple) -> Person:
    """Return who is doing something in the sentence so far: the last one named."""
    for written in reversed(unroll(history)):
        part = written.item.text.partition(".")[0]
        if written.item.is_slot and part in (*memory.people, *CHILDREN):
            return memory.person(part, history)
    raise ValueError("nobody has been named in this sentence")


def _sky(memory: Memory, history: tuple) -> Node:
    weather = filled(history, "weather") or memory.facts.get("weather")
    return table(world.SKY[weather or "sunny"])


ALWAYS: dict[str, Callable[[], Node]] = {
    **{name: partial(plain, name) for name in PLAIN},
    "a_trait": nouns.a_trait,
    "all": who.three,
    "all.they": partial(who.they, "all"),
    "animal.new": nouns.animals,
    "both.they": partial(who.they, "both"),
    "boxa.new": nouns.boxes,
    "cake.new": nouns.cakes,
    "contest.new": lambda: table(tuple(world.CONTESTS)),
    "doing": nouns.doings,
    "doing.living": lambda: table(world.DOING_LIVING),
    "food.new": nouns.foods,
    "grown.job.new": lambda: table(world.JOBS),
    "grown.new": grown_names,
    "head.living": lambda: nouns.heads("LIVING"),
    "head.thing": lambda: nouns.heads("THINGS_AROUND"),
    "kid": who.kid,
    "pet.new": pet_names,
    "place.new": lambda: table(tuple(world.PLACES)),
    "shop.new": lambda: table(world.SHOPS),
    "state.thing": lambda: table(world.STATE_THINGS),
    "thing.new": nouns.things,
}


def _dotted(part: str, form: str) -> str:
    return f"{part}.{form}" if form else part


SLOTS: dict[str, Callable[[Memory, tuple], Node | None]] = {
    **{
        _dotted(part, form): partial(who.somebody, form, part)
        for part in who.PEOPLE
        for form in who.PERSON_FORMS
    },
    **{
        _dotted(part, form): partial(what.something, form, part)
        for part in what.THINGS
        for form in what.THING_FORMS
    },
    "anyone.a": who.either(*CHILDREN),
    "anyone.b": who.second_child,
    "be": _verb_to_be,
    "both": who.both,
    "boxb.new": lambda memory, history: nouns.boxes_without(
        filled(history, "boxa.new")[0]
    ),
    "cry": lambda memory, history: fixed((world.CRIES[memory.things["animal"].noun],)),
    "daytime": _known_or("daytime", "DAYTIMES"),
    "deed": _deed,
    "deed2": _deed,
    "food2.new": lambda memory, history: nouns.foods_without(
        filled(history, "food.new")[0]
    ),
    "friend.new": who.new_child,
    "giver": who.giver,
    "giver.pro": who.giver_pronoun,
    "hero.new": who.new_child,
    "holder": who.either("friend", "other"),
    "holder.not": who.not_holder,
    "loser.name": who.loser,
    "other.new": who.new_child,
    "pet": what.pet,
    "pet.name": what.pet_name,
    "pet.obj": partial(what.pet, may_be_it=True),
    "room": lambda memory, history: fixed(tuple(filled(history, "doing").split())),
    "shop.right": lambda memory, history: fixed((memory.facts["shop"],), "shop"),
    "sky": _sky,
    "spot": what.new_spot,
    "spot.right": what.right_spot,
    "strain": _strain,
    "strain2": _strain,
    "the_cake": lambda memory, history: fixed(
        ("the", memory.things["cake"].noun), "cake", ("DET", "NOUN")
    ),
    "tic": _tic,
    "tic2": _tic,
    "weather": _known_or("weather", "WEATHERS"),
    "winner": who.either(*CHILDREN),
}


def always(name: str) -> Node | None:
    """Return what a slot offers in every story, or None if that depends."""
    return ALWAYS[name]() if name in ALWAYS else None
