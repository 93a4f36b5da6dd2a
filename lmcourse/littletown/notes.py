"""What is remembered of a finished sentence (chapter 0).

``NOTES`` maps slots to functions that take note of what was written in them. A note
returns the part of whoever was named, or "": the first one is who "she" may be next.
Where only memory could know the word, a note leaves a mark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from . import world
from .memory import Memory, Person, Thing
from .pen import Written
from .who import PEOPLE, PERSON_FORMS, PRONOUNS

Note = Callable[[Memory, Written], str]


def note(memory: Memory, written: list[Written]) -> None:
    """Remember a sentence."""
    named, subject = set(), ""
    for w in written:
        take = NOTES.get(w.item.text) if w.item.is_slot else None
        part = take(memory, w) if take else ""
        if part in memory.people:
            named.add(part)
        if part and not subject and w.item.text not in NEVER_SUBJECT:
            subject = part
    if subject:
        memory.focus, memory.recent = subject, named


NEVER_SUBJECT = {"holder.not", *(f"{part}.{form}" for part in PEOPLE
                                 for form in ("obj", "her"))}  # fmt: skip

# --- people -------------------------------------------------------------------------


def _new_person(part: str, memory: Memory, w: Written) -> str:
    last = w.stop - 1
    memory.people[part] = Person(*w.value, cue=last, seen=last)
    return part


def _new_job(memory: Memory, w: Written) -> str:
    memory.people["grown"].job = w.value
    return ""


def _chosen(part: str, memory: Memory, w: Written) -> str:
    """Note who holds the thing, or who has won."""
    memory.people[part] = memory.people[w.value]
    memory.seen[part] = w.stop - 1
    return _by_name(memory, w)


def _by_name(memory: Memory, w: Written) -> str:
    person = memory.people[w.value]
    person.seen = person.cue = w.stop - 1
    return w.value


def _giver(memory: Memory, w: Written) -> str:
    if w.value != "giver":
        _new_person("giver", memory, w)
    memory.people["giver"].cue = memory.people["giver"].seen = w.stop - 1
    return ""


def _person(part: str, form: str, memory: Memory, w: Written) -> str:
    person = memory.people[part]
    pronoun = w.tags[0] == "PRON"
    if pronoun and form in MAY_BE_PRONOUN and w.start - person.cue > 1:
        wrong = PRONOUNS["m" if person.gender == "f" else "f"][0]
        memory.mark("pronoun", w.start, wrong, person.cue)
    if part in ("holder", "winner") and form == "right":
        _mark_right_child(part, memory, w)
    if part == "grown" and form == "again":
        _mark_sender(memory, w)
    if form != "job":
        person.cue = w.stop - 1
    if not pronoun and form != "kid":
        person.seen = w.stop - 1
    if form in ("kid", "job", "poss", "pro"):
        return ""
    return next(p for p, somebody in memory.people.items() if somebody is person)


MAY_BE_PRONOUN = {"", "said", "cried", "asked"}


def _mark_right_child(part: str, memory: Memory, w: Written) -> None:
    others = memory.children_but(memory.people[part])
    if part == "holder":
        others.remove("hero")
    wrong = memory.people[others[w.start % len(others)]].name[0]
    memory.mark(part, w.start, wrong, memory.seen[part])


def _mark_sender(memory: Memory, w: Written) -> None:
    person = memory.people["grown"]
    title, *surname = person.name
    if not surname or title in ("Aunt", "Uncle"):
        return
    wrong = _other(world.SURNAMES, surname[0], w.start)
    memory.mark("sender", w.stop - 1, wrong, person.seen)


def _other(words: Sequence[str], right: str, turn: int) -> str:
    """Pick a wrong word that is about as common as the right one.

    ``words`` are ordered from common to rare; the wrong one stands one to three places
    from the right one, so that a model without memory is right half of the time.
    """
    at = words.index(right) if right in words else turn
    step = 1 + turn // 2 % 3
    return words[(at + (step if turn % 2 else -step)) % len(words)]


# --- things -------------------------------------------------------------------------


def _new_thing(part: str, memory: Memory, w: Written) -> str:
    noun, words, *look = w.value
    last = w.stop - 1
    memory.things[part] = Thing(noun, words, look[0] if look else "", last, last - 1)
    if part == "boxa":
        memory.facts["preposition"] = "in" if noun in world.BOXES else "under"
    return "animal" if part == "animal" else ""


def _new_pet(memory: Memory, w: Written) -> str:
    memory.things["pet"] = Thing(w.value, (w.value,), seen=w.stop - 1)
    return ""


def _thing(part: str, memory: Memory, w: Written) -> str:
    thing = memory.things[part]
    if w.value == f"{part}.look":
        if thing.look in world.COLORS[:10]:
            wrong = _other(world.COLORS[:10], thing.look, w.stop - 1)
            memory.mark("color", w.start + 1, wrong, thing.look_seen)
        thing.look_seen = w.start + 1
    thing.seen = w.stop - 1
    return ""


def _which_thing(memory: Memory, w: Written) -> str:
    """Note 'where is my kite?'."""
    thing, last = memory.things["thing"], w.stop - 1
    wrong = _other(tuple(world.THINGS), thing.noun, last)
    memory.mark("thing", last, wrong, thing.seen)
    thing.seen = last
    return ""


def _food_again(memory: Memory, w: Written) -> str:
    food, last = memory.things["food"], w.stop - 1
    kind = world.FOODS[food.noun]
    same = [noun for noun in world.FOODS if world.FOODS[noun] == kind]
    memory.mark("errand", last, _other(same, food.noun, last), food.seen)
    food.seen = last
    return ""


def _animal(memory: Memory, w: Written) -> str:
    memory.things["animal"].seen = w.stop - 1
    return "animal"


def _pet(memory: Memory, w: Written) -> str:
    if w.tags[0] != "PRON":
        memory.things[w.value].seen = w.stop - 1
    return "animal"


def _pet_object(memory: Memory, w: Written) -> str:
    return _pet(memory, w) if w.tags[0] == "PRON" else _only_seen("pet", memory, w)


def _only_seen(part: str, memory: Memory, w: Written) -> str:
    memory.things[w.value if part == "pet" else part].seen = w.stop - 1
    return ""


# --- places, deeds, the weather -----------------------------------------------------


def _fact(name: str, memory: Memory, w: Written) -> str:
    memory.facts[name] = w.value
    memory.seen[name] = w.stop - 1
    return ""


def _deed(memory: Memory, w: Written) -> str:
    memory.used.add(w.value)
    return ""


def _spot(memory: Memory, w: Written) -> str:
    memory.things["spot"] = memory.things[w.value]
    memory.things["spot"].seen = w.stop - 1
    return ""


def _right_spot(memory: Memory, w: Written) -> str:
    box, last = memory.things["spot"], w.stop - 1
    memory.mark("place", last, memory.other_box().noun, box.seen)
    box.seen = last
    return ""


def _right_shop(memory: Memory, w: Written) -> str:
    wrong = _other(world.SHOPS, memory.facts["shop"], w.start)
    memory.mark("shop", w.start, wrong, memory.seen["shop"])
    return ""


def _head(memory: Memory, w: Written) -> str:
    memory.seen["head"] = w.stop - 1
    return ""


def _verb_to_be(memory: Memory, w: Written) -> str:
    wrong = "were" if w.value == "sg" else "was"
    memory.mark("agreement", w.start, wrong, memory.seen["head"])
    return ""


NOTES: dict[str, Note] = {
    **{
        f"{part}.{form}" if form else part: partial(_person, part, form)
        for part in PEOPLE
        for form in PERSON_FORMS
    },
    "holder.not": _by_name,
    "giver": _giver,
    "giver.pro": partial(_person, "giver", "pro"),
    **{
        f"{part}.new": partial(_new_person, part)
        for part in ("hero", "friend", "other", "grown")
    },
    "grown.job.new": _new_job,
    "holder": partial(_chosen, "holder"),
    "winner": partial(_chosen, "winner"),
    **dict.fromkeys(("anyone.a", "anyone.b", "loser.name"), _by_name),
    **dict.fromkeys(("both", "both.they"), lambda memory, w: "both"),
    **dict.fromkeys(("all", "all.they"), lambda memory, w: "all"),
    **{
        f"{part}.new": partial(_new_thing, part)
        for part in ("thing", "boxa", "boxb", "food", "food2", "cake", "animal")
    },
    **{name: partial(_thing, "thing") for name in ("thing", "thing.full")},
    "thing.noun": _which_thing,
    "food.again": _food_again,
    **{
        f"{part}.{form}": partial(_only_seen, part)
        for part in ("food", "food2")
        for form in ("the", "bare")
    },
    **dict.fromkeys(("animal", "animal.a"), _animal),
    "animal.noun": partial(_only_seen, "animal"),
    "pet.new": _new_pet,
    "pet": _pet,
    "pet.obj": _pet_object,
    "pet.name": partial(_only_seen, "pet"),
    "weather": partial(_fact, "weather"),
    "daytime": partial(_fact, "daytime"),
    **{f"{name}.new": partial(_fact, name) for name in ("place", "shop", "contest")},
    **dict.fromkeys(("deed", "deed2", "strain", "strain2"), _deed),
    "spot": _spot,
    "spot.right": _right_spot,
    "shop.right": _right_shop,
    **dict.fromkeys(("head.living", "head.thing"), _head),
    "be": _verb_to_be,
}
