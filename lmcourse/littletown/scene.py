"""One story while it is told: who is in it, what was said, what may be (chapter 0).

A scene answers the pen's question "what may stand in this slot?" from its memory of the
story, and takes note of each finished sentence. Everything that must be remembered (who
holds what, what lies where, who asked for it) is in here; the rest is in ``beats``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from . import world
from .pen import Beat, Node, Pen, Phrase, Place, Without, Written, filled, graph, trie
from .tables import (
    PLAIN,
    SPEECH,
    a_trait,
    article,
    boxes,
    boxes_without,
    cakes,
    child_names,
    doings,
    fixed,
    foods,
    foods_without,
    grown_names,
    heads,
    indefinite,
    pet_names,
    plain,
    speech,
    speech_verbs,
    table,
    tags_of,
    they,
    three,
    tics,
    zipf,
)

PRONOUNS = {"f": ("she", "her", "her"), "m": ("he", "him", "his")}
KIDS = {"f": "girl", "m": "boy"}


@dataclass
class Person:
    """Somebody in the story."""

    name: tuple[str, ...]
    gender: str
    cue: int = -1  # where in the text the gender was last to be seen
    seen: int = -1  # where the name was last to be seen
    job: str = ""


@dataclass
class Thing:
    """Something in the story: a toy, a box, some food, an animal, a cake."""

    noun: str
    words: tuple[str, ...]  # as it was introduced
    look: str = ""  # the adjective, if any
    seen: int = -1
    look_seen: int = -1
    extra: dict = field(default_factory=dict)


class Event(NamedTuple):
    """What a sentence tells, in no language: the kind, and who and what took part."""

    kind: str
    roles: dict[str, object]


class Mark(NamedTuple):
    """A word that can only be known by somebody who remembers."""

    kind: str
    position: int
    wrong: str
    since: int  # position of the last word that gave the answer


# --- the scene -----------------------------------------------------------------------


class Scene:
    """A story in the telling.

    Parameters
    ----------
    pen : Pen
        Writes the words and keeps the books on their probabilities.
    """

    def __init__(self, pen: Pen):
        self.pen = pen
        self.people: dict[str, Person] = {}
        self.things: dict[str, Thing] = {}
        self.facts: dict[str, str] = {}  # weather, daytime, place, room, contest ...
        self.used: set[str] = set()  # deeds that have been told
        self.focus: str = ""  # who "she" is
        self.recent: set[str] = set()  # who was named in the last sentence about people
        self.events: list[Event] = []
        self.tags: list[str] = []
        self.roles: list[tuple[int, str, int, int]] = []  # verb, role, start, stop
        self.marks: list[Mark] = []

    # -- telling ------------------------------------------------------------------

    def tell(self, *beats: tuple[float, Beat]) -> str:
        """Tell one sentence out of weighted beats; return the event's kind."""
        start = _merged(tuple(beats))
        event, written = self.pen.write(start, self.slot)
        self._note(event, written)
        return event

    def then(
        self, beat: Beat, *fillers: Beat, chance: float = 0.3, most: int = 2
    ) -> str:
        """Tell a beat, perhaps after a few sentences from ``fillers``."""
        for _ in range(most):
            if not fillers:
                break
            share = chance / len(fillers)
            event = self.tell((1.0 - chance, beat), *((share, f) for f in fillers))
            if event in beat.events:
                return event
        return self.tell((1.0, beat))

    # -- what a slot offers ---------------------------------------------------------

    def slot(self, name: str, history: tuple) -> Node | None:
        """Offer the phrases that may stand in slot ``name``, or None."""
        key, _, form = name.partition(".")
        if key in ("hero", "friend", "other", "grown", "holder", "winner", "giver"):
            return self._person(key, form, history)
        if key in ("thing", "boxa", "boxb", "food", "food2", "cake", "animal", "pet"):
            return self._thing(key, form, history)
        return getattr(self, f"_slot_{key}")(form, history)

    def _lookup(self, key: str, history: tuple) -> Person | None:
        new = filled(history, f"{key}.new")
        if new is not None:
            return Person(*new)
        return self.people.get(key)

    def _person(self, key: str, form: str, history: tuple) -> Node | None:
        if form == "new":
            return self._new_person(key, history)
        if form == "job.new":
            return table(tuple(world.JOBS))
        if key == "holder" and not form:
            return self._either("friend", "other")
        if key == "holder" and form == "not":
            holder = self.people["holder"]
            other = next(
                p
                for k, p in self.people.items()
                if k in ("friend", "other") and p is not holder
            )
            return fixed(other.name, None, ("PROPN",))
        if key == "winner" and not form:
            return self._either("hero", "friend", "other")
        if key == "giver":
            return self._giver(form, history)
        person = self._lookup(key, history)
        if person is None:
            return None
        she, her, hers = PRONOUNS[person.gender]
        if form == "kid":
            return fixed((KIDS[person.gender],))
        if form == "pro":
            return fixed((she,), None, ("PRON",))
        if form == "poss":
            return fixed((hers,), None, ("PRON",))
        if form == "job":
            return fixed((person.job,))
        named = Phrase(person.name, 1.0, key, ("PROPN",) * len(person.name))
        if form in ("name", "again", "right"):
            return trie([named])
        if not self._clear(key):
            if form == "her":
                words = (*person.name, "'s")
                return fixed(words, key, (*["PROPN"] * len(person.name), "PART"))
            if form in SPEECH:
                return trie(speech(form, named))
            return trie([named])
        if form == "her":
            return fixed((hers,), key, ("PRON",))
        if form in SPEECH:
            return trie(
                [
                    *speech(form, named, 0.4),
                    *[
                        Phrase((she, verb), 0.6 * p, key, ("PRON", "VERB"))
                        for verb, p in speech_verbs(form)
                    ],
                ]
            )
        word = her if form == "obj" else she
        return trie(
            [
                Phrase((word,), 0.75, key, ("PRON",)),
                named._replace(weight=0.25),
            ]
        )

    def _clear(self, key: str) -> bool:
        """Whether 'she' can only mean this person."""
        if self.focus != key:
            return False
        gender = self.people[key].gender
        return not any(
            self.people[k].gender == gender
            for k in self.recent
            if self.people[k] is not self.people[key]
        )

    def _new_person(self, key: str, history: tuple) -> Node:
        taken = {person.name[0] for person in self.people.values()}
        taken |= {
            w.value[0][0]
            for w in _all(history)
            if w.item.text.endswith(".new")
            and isinstance(w.value, tuple)
            and isinstance(w.value[0], tuple)
        }
        if key == "grown":
            return grown_names()
        gender = filled(history, "kid") or "fm"
        return Without(child_names(gender), taken) if taken else child_names(gender)

    def _either(self, *keys: str) -> Node:
        return trie([Phrase(self.people[k].name, 1.0, k, ("PROPN",)) for k in keys])

    def _giver(self, form: str, history: tuple) -> Node:
        hers = PRONOUNS[self.people["hero"].gender][2]
        giver = self.people.get("giver")
        if form == "pro":
            new = filled(history, "giver")
            gender = new[1] if isinstance(new, tuple) else giver.gender
            return fixed((PRONOUNS[gender][0],), None, ("PRON",))
        if giver is not None:
            return fixed((hers, *giver.name), "giver", ("PRON", *tags_of(giver.name)))
        return trie(
            [
                Phrase(
                    (hers, *r.split()),
                    p,
                    ((tuple(r.split())), g),
                    ("PRON", *tags_of(r.split())),
                )
                for g in "fm"
                for r, p in zipf(world.FAMILY[g])
            ]
        )

    def _thing(self, key: str, form: str, history: tuple) -> Node | None:
        if form == "new":
            return self._new_thing(key, history)
        if key == "pet":
            return self._pet(form)
        new = filled(history, f"{key}.new")
        thing = Thing(new[0], new[1]) if new is not None else self.things.get(key)
        if thing is None:
            return None
        noun = thing.noun
        the = ("the", noun)
        if form in ("", "the") and key == "animal" and self.focus == "animal":
            return trie(
                [
                    Phrase(the, 0.5, key, ("DET", "NOUN")),
                    Phrase(("it",), 0.5, key, ("PRON",)),
                ]
            )
        if form in ("", "the"):
            if thing.look and key == "thing":
                full = ("the", thing.look, noun)
                return trie(
                    [
                        Phrase(the, 0.7, key, ("DET", "NOUN")),
                        Phrase(full, 0.3, f"{key}.look", ("DET", "ADJ", "NOUN")),
                    ]
                )
            return fixed(the, key, ("DET", "NOUN"))
        if form == "full":
            if not thing.look:
                return fixed(the, key, ("DET", "NOUN"))
            return fixed(
                ("the", thing.look, noun), f"{key}.look", ("DET", "ADJ", "NOUN")
            )
        if form in ("noun", "bare"):
            return fixed((noun,), key, ("NOUN",))
        if form == "noun.the":
            return fixed(("the", noun), key, ("DET", "NOUN"))
        if form == "again":
            return fixed(thing.words, key, tags_of(thing.words))
        count = world.FOODS.get(noun) == "count"
        if form == "it":
            return fixed(("them" if count else "it",), None, ("PRON",))
        if form == "are":
            return fixed(("are" if count else "is",), None, ("AUX",))
        if form == "its":
            return fixed(("its",), None, ("PRON",))
        if form == "food":
            return fixed((world.FOODS_OF[noun],), None, ("NOUN",))
        if form == "home":
            return fixed((world.HOMES[noun],), None, ("NOUN",))
        if form == "a":
            return fixed((article(noun), noun), key, ("DET", "NOUN"))
        raise ValueError(f"no form {form!r} of {key}")

    def _new_thing(self, key: str, history: tuple) -> Node:
        if key == "thing":
            return indefinite("thing")
        if key == "animal":
            return indefinite("animal")
        if key == "pet":
            return pet_names()
        if key == "cake":
            return cakes()
        if key in ("food", "food2"):
            return self._food(history)
        return self._box(key, history)

    def _food(self, history) -> Node:
        first = filled(history, "food.new")
        if first is None:
            return foods()
        return foods_without(first[0])

    def _box(self, key, history) -> Node:
        if key == "boxa":
            return boxes()
        noun = filled(history, "boxa.new")[0]
        return boxes_without(noun)

    def _pet(self, form: str) -> Node:
        pet, animal = self.things["pet"], self.things["animal"]
        name = Phrase((pet.noun,), 0.5, "pet", ("PROPN",))
        if form == "name":
            return trie([name])
        it = Phrase(("it",), 0.3, "animal", ("PRON",))
        the = Phrase(("the", animal.noun), 0.2, "animal", ("DET", "NOUN"))
        clear = self.focus in ("animal", "pet")
        return trie([name, the, it] if clear or form == "obj" else [name, the])

    # -- slots with a name of their own ------------------------------------------------

    def _slot_kid(self, form, history):
        return trie([Phrase((KIDS[g],), 1.0, g, ("NOUN",)) for g in "fm"])

    def _slot_weather(self, form, history):
        known = self.facts.get("weather")
        return fixed((known,)) if known else table(world.WEATHERS)

    def _slot_daytime(self, form, history):
        known = self.facts.get("daytime")
        return fixed((known,), known) if known else table(world.DAYTIMES)

    def _slot_doing(self, form, history):
        if form == "living":
            return table(world.DOING_LIVING)
        return doings()

    def _slot_room(self, form, history):
        return fixed(tuple(filled(history, "doing").split()))

    def _slot_place(self, form, history):
        return table(tuple(world.PLACES))

    def _slot_shop(self, form, history):
        if form == "new":
            return table(world.SHOPS)
        return fixed((self.facts["shop"],), "shop")

    def _slot_contest(self, form, history):
        return table(tuple(world.CONTESTS))

    def _slot_deed(self, form, history):
        return self._deeds(None)

    def _slot_deed2(self, form, history):
        return self._deeds(filled(history, "deed"))

    def _deeds(self, also: str | None) -> Node:
        return self._unused(world.PLACES[self.facts["place"]][1:], also)

    def _unused(self, entries: tuple[str, ...], also: str | None) -> Node:
        """Offer what has not been told; when all has, anything but ``also``."""
        left = tuple(e for e in entries if e not in self.used and e != also)
        return table(left or tuple(e for e in entries if e != also))

    def _slot_strain(self, form, history):
        return self._unused(world.CONTESTS[self.facts["contest"]], None)

    def _slot_strain2(self, form, history):
        also = filled(history, "strain")
        return self._unused(world.CONTESTS[self.facts["contest"]], also)

    def _slot_anyone(self, form, history):
        keys = ["hero", "friend", "other"]
        if form == "b":
            keys.remove(filled(history, "anyone.a"))
        return self._either(*keys)

    def _slot_loser(self, form, history):
        winner = self.people["winner"]
        return self._either(
            *(k for k in ("hero", "friend", "other") if self.people[k] is not winner)
        )

    def _slot_both(self, form, history):
        hero, friend = self.people["hero"], self.people["friend"]
        if form == "they":
            return they("both", "both")
        names = (*hero.name, "and", *friend.name)
        kids = {"f": "girls", "m": "boys"}.get(
            hero.gender if hero.gender == friend.gender else "", "children"
        )
        return trie(
            [
                Phrase(("they",), 0.5, "both", ("PRON",)),
                Phrase(names, 0.25, "both", ("PROPN", "CCONJ", "PROPN")),
                Phrase(("the", "two", kids), 0.25, "both", ("DET", "NUM", "NOUN")),
            ]
        )

    def _slot_all(self, form, history):
        return they("all", "all") if form == "they" else three()

    def _slot_the_cake(self, form, history):
        return fixed(("the", self.things["cake"].noun), "cake", ("DET", "NOUN"))

    def _slot_spot(self, form, history):
        preposition = self.facts["preposition"]
        tags = ("ADP", "DET", "NOUN")
        if form == "right":
            return fixed((preposition, "the", self.things["spot"].noun), "spot", tags)
        return trie(
            [
                Phrase((preposition, "the", self.things[k].noun), 1.0, k, tags)
                for k in ("boxa", "boxb")
            ]
        )

    def _slot_head(self, form, history):
        return heads(form)

    def _slot_be(self, form, history):
        number = filled(history, "head.living") or filled(history, "head.thing")
        return fixed(("was" if number == "sg" else "were",), number, ("AUX",))

    def _slot_tic(self, form, history):
        return tics(PRONOUNS[self._subject(history).gender][2])

    def _slot_tic2(self, form, history):
        return self._slot_tic(form, history)

    def _subject(self, history: tuple) -> Person:
        """Who is doing something in the sentence so far: the last one named."""
        for w in reversed(_all(history)):
            key = w.item.text.partition(".")[0]
            if w.item.is_slot and key in (*self.people, "friend", "hero"):
                person = self._lookup(key, history)
                if person is not None:
                    return person
        raise ValueError("nobody has been named in this sentence")

    def _slot_sky(self, form, history):
        weather = filled(history, "weather") or self.facts.get("weather") or "sunny"
        return table(world.SKY[weather])

    def _slot_cry(self, form, history):
        return fixed((world.CRIES[self.things["animal"].noun],))

    def _slot_a_trait(self, form, history):
        return a_trait()

    def __getattr__(self, name: str):
        if name.startswith("_slot_") and name[6:] in PLAIN:
            return lambda form, history: plain(name[6:])
        if name == "_slot_state":
            return lambda form, history: table(world.STATE_THINGS)
        raise AttributeError(name)

    # -- what is remembered of a sentence ----------------------------------------------

    def _note(self, event: str, written: list[Written]) -> None:
        named, subject = set(), ""
        for w in written:
            self.tags.extend(w.tags)
            if not w.item.is_slot:
                continue
            key, _, form = w.item.text.partition(".")
            who = self._note_slot(key, form, w)
            if who in self.people:
                named.add(who)
                if not subject and form not in ("not", "obj", "her"):
                    subject = who
            elif who and not subject:
                subject = who
        self._note_roles(written)
        if subject:
            self.focus = subject
            self.recent = named
        self.events.append(
            Event(
                event,
                {
                    w.item.text: w.value
                    for w in written
                    if w.item.is_slot and w.value is not None
                },
            )
        )

    def _note_roles(self, written) -> None:
        verb = next((w.start for w in written if w.item.role == "V"), None)
        if verb is None:
            return
        self.roles += [
            (verb, w.item.role, w.start, w.stop) for w in written if w.item.role
        ]

    def _note_slot(self, key: str, form: str, w: Written) -> str:
        """Remember one slot; return the key of the person it named, if any."""
        last = w.stop - 1
        if (
            form == "new"
            and isinstance(w.value, tuple)
            and isinstance(w.value[0], tuple)
        ):
            self.people[key] = Person(*w.value, cue=last, seen=last)
            return key
        if key == "giver" and isinstance(w.value, tuple):
            self.people["giver"] = Person(*w.value, cue=last, seen=last)
            return ""
        if form == "new" and key in (
            "thing",
            "boxa",
            "boxb",
            "food",
            "food2",
            "cake",
            "animal",
        ):
            noun, words, *look = w.value
            self.things[key] = Thing(
                noun, words, look[0] if look else "", last, last - 1
            )
            if key == "boxa":
                self.facts["preposition"] = "in" if noun in world.BOXES else "under"
            return "animal" if key == "animal" else ""
        if key == "pet" and form == "new":
            self.things["pet"] = Thing(w.value, (w.value,), seen=last)
            return ""
        if key in ("weather", "daytime", "place", "shop", "contest") and form in (
            "",
            "new",
        ):
            self.facts[key] = w.value or self.facts[key]
            if key == "shop":
                self.facts["shop_seen"] = last
            return ""
        if key == "grown" and form == "job.new":
            self.people["grown"].job = w.value
            self.facts["job_seen"] = last
            return ""
        if key in ("deed", "deed2", "strain", "strain2"):
            self.used.add(w.value)
            return ""
        if key == "spot":
            return self._note_spot(form, w)
        if key in ("holder", "winner") and not form:
            self.people[key] = self.people[w.value]
            self.facts[f"{key}_seen"] = last
            self.people[w.value].seen = self.people[w.value].cue = last
            return w.value
        if key in ("anyone", "loser"):
            self.people[w.value].seen = self.people[w.value].cue = last
            return w.value
        if key in ("both", "all"):
            return key
        if key == "be":
            head = self._agreement
            self._mark("agreement", w.start, "were" if w.value == "sg" else "was", head)
        if key == "head":
            self._agreement = last
        if key in self.people:
            return self._note_person(key, form, w)
        if key in ("thing", "food", "food2", "animal", "pet", "cake"):
            return self._note_thing(key, form, w)
        if key == "shop" and form == "right":
            wrong = "bakery" if self.facts["shop"] != "bakery" else "shop"
            self._mark("shop", w.start, wrong, self.facts["shop_seen"])
        return ""

    def _note_spot(self, form: str, w: Written) -> str:
        if not form:
            self.things["spot"] = self.things[w.value]
            self.things["spot"].seen = w.stop - 1
            return ""
        right = self.things["spot"]
        wrong = next(
            self.things[k] for k in ("boxa", "boxb") if self.things[k] is not right
        )
        self._mark("place", w.stop - 1, wrong.noun, right.seen)
        right.seen = w.stop - 1
        return ""

    def _note_person(self, key: str, form: str, w: Written) -> str:
        person = self.people[key]
        pronoun = w.tags[0] == "PRON"
        if pronoun and form in ("", *SPEECH) and w.start - person.cue > 1:
            wrong = PRONOUNS["m" if person.gender == "f" else "f"][0]
            self._mark("pronoun", w.start, wrong, person.cue)
        if key in ("holder", "winner") and form == "right":
            others = [
                k
                for k in ("hero", "friend", "other")
                if k in self.people and self.people[k] is not person
            ]
            if key == "holder":
                others.remove("hero")
            wrong = self.people[others[w.start % len(others)]].name[0]
            self._mark(key, w.start, wrong, self.facts[f"{key}_seen"])
        if form == "again" and key == "grown":
            self._mark_sender(person, w)
        if form != "job":
            person.cue = w.stop - 1
        if not pronoun and form != "kid":
            person.seen = w.stop - 1
        if key in ("holder", "winner"):
            return next(k for k, p in self.people.items() if p is person)
        return "" if form in ("kid", "job", "poss", "pro") else key

    def _mark_sender(self, person: Person, w: Written) -> None:
        title, *surname = person.name
        if not surname or title in ("Aunt", "Uncle"):
            return
        options = [n for n in world.SURNAMES[:8] if n != surname[0]]
        wrong = options[w.start % len(options)]
        self._mark("sender", w.stop - 1, wrong, person.seen)

    def _note_thing(self, key: str, form: str, w: Written) -> str:
        if key == "pet" and w.tags[0] == "PRON":
            return "animal"
        thing = self.things.get("animal" if w.value == "animal" else key)
        if thing is None:
            return ""
        last = w.stop - 1
        if isinstance(w.value, str) and w.value.endswith(".look"):
            colors = [c for c in world.COLORS[:6] if c != thing.look]
            if thing.look in world.COLORS[:10]:
                wrong = colors[last % len(colors)]
                self._mark("color", w.start + 1, wrong, thing.look_seen)
            thing.look_seen = w.start + 1
        if key == "food" and form == "again":
            same = [
                f
                for f, k in world.FOODS.items()
                if k == world.FOODS[thing.noun] and f != thing.noun
            ][:8]
            wrong = same[last % len(same)]
            self._mark("errand", last, wrong, thing.seen)
        if key == "thing" and form == "noun":
            others = [t for t in list(world.THINGS)[:10] if t != thing.noun]
            self._mark("thing", last, others[last % len(others)], thing.seen)
        if form in ("", "the", "full", "noun", "bare", "again", "name", "obj", "a"):
            thing.seen = last
        return "animal" if key in ("animal", "pet") and form in ("", "a") else ""

    def _mark(self, kind: str, position: int, wrong: str, since: int) -> None:
        self.marks.append(Mark(kind, position, wrong, since))


def _all(history: tuple) -> list[Written]:
    found = []
    while history:
        history, last = history
        found.append(last)
    return found[::-1]


@lru_cache(maxsize=4096)
def _merged(beats: tuple[tuple[float, Beat], ...]) -> Place:
    return graph(beats)
