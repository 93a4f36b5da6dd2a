"""One story while it is told: who is in it, what was said, what may be said (chapter 0).

A scene answers the pen's question "what may stand in this slot?" from its memory of the
story, and takes note of each finished sentence. Everything that must be remembered (who
holds what, what lies where, who asked for it) is in here; the rest is in ``beats``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from . import world
from .lexicon import LEXICON
from .pen import Beat, Node, Pen, Phrase, Place, Without, Written, filled, graph, trie

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


CHOICE = re.compile(r"\[([^\[\]]*)\]")
CLASS = re.compile(r"<(\w+)>")


def expand(entry: str) -> list[tuple[str, float]]:
    """Write out the choices ``[a|b]`` and classes ``<flower>`` of a phrase.

    Words of a class are weighted by rank, words in brackets equally.
    """
    match = CLASS.search(entry) or CHOICE.search(entry)
    if match is None:
        return [(entry, 1.0)]
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
    return _shares(_class(match[1]))


@lru_cache(maxsize=64)
def _class(name: str) -> tuple[str, ...]:
    return tuple(" ".join(e.split()) for e in world.CLASSES[name].split(","))


def zipf(entries, start: float = 4.0) -> list[tuple[str, float]]:
    """Weigh entries by their rank, common first."""
    return [(entry, 1.0 / (rank + start)) for rank, entry in enumerate(entries)]


def tags_of(words) -> tuple[str, ...]:
    """Look up parts of speech; a word may carry its own as ``word/TAG``."""
    return tuple(LEXICON[word] for word in words)


@lru_cache(maxsize=4096)
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


@lru_cache(maxsize=65536)
def fixed(words: tuple[str, ...], value=None, tags: tuple[str, ...] | None = None) -> Node:
    """Build a slot that can only write these words."""
    return trie([Phrase(words, 1.0, value, tags or tags_of(words))])


def article(word: str) -> str:
    """Return the indefinite article of the word that follows it."""
    return "an" if word[0].lower() in "aeiou" else "a"


# --- static tables -------------------------------------------------------------------

RARE_CHILD, RARE_SURNAME, RARE_PET = 0.05, 0.08, 0.15


_COMMON = {*world.GIRLS, *world.BOYS, *world.SURNAMES, *world.PETS}


def _names(common, endings, rare: float, value: Callable, weight: float) -> list[Phrase]:
    ranked = zipf(common, 5.0)
    total = sum(p for _, p in ranked)
    phrases = [
        Phrase((n,), weight * (1 - rare) * p / total, value(n), ("PROPN",)) for n, p in ranked
    ]
    made = [
        name
        for onset in world.ONSETS
        for vowel in world.VOWELS
        for middle in world.MIDDLES
        for ending in endings
        if (name := onset + vowel + middle + ending) not in _COMMON
    ]
    return phrases + [
        Phrase((n,), weight * rare / len(made), value(n), ("PROPN",)) for n in made
    ]


@lru_cache(maxsize=3)
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


@lru_cache(maxsize=1)
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


@lru_cache(maxsize=1)
def pet_names() -> Node:
    """Names for animals: value the name."""
    return trie(_names(world.PETS, world.PET_ENDINGS, RARE_PET, lambda n: n, 1.0))


@lru_cache(maxsize=4)
def indefinite(kind: str) -> Node:
    """'a red kite', 'an old box', 'a tiny brown rabbit': value a (noun, words, look)."""
    phrases = []

    def add(weight, noun, *looks):
        words = (article(looks[0] if looks else noun), *looks, noun)
        tags = ("DET", *["ADJ"] * len(looks), "NOUN")
        phrases.append(Phrase(words, weight, (noun, words, looks[-1] if looks else ""), tags))

    nouns = {
        "thing": world.THINGS,
        "in": world.BOXES,
        "under": world.HIDING,
        "animal": world.ANIMALS,
    }[kind]
    for noun, weight in zipf(nouns):
        if kind == "thing":
            looks = (
                [(c, 0.45 * p) for c, p in _shares(world.COLORS[:10])]
                + [(c, 0.25 * p) for c, p in _shares(world.LOOKS)]
                + [(c, 0.2 * p) for c, p in _shares(world.MATERIALS[world.THINGS[noun]])]
            )
            add(weight * 0.1, noun)
            for size, p in (("", 0.8), ("little", 0.12), ("big", 0.08)):
                for look, q in looks:
                    add(weight * p * q, noun, *([size] if size else []), look)
        elif kind == "animal":
            add(weight * 0.2, noun)
            for size, p in _shares(("little", "small", "tiny", "young", "thin", "lost")):
                add(weight * 0.5 * p, noun, size)
                for color, q in _shares(("brown", "white", "gray", "black", "spotted")):
                    add(weight * 0.3 * p * q, noun, size, color)
        else:
            add(weight * 0.6, noun)
            for look, p in _shares(("old", "big", "small", "wooden", "heavy", "blue", "red")):
                if (look, noun) not in {("wooden", n) for n in
                    ("bag", "sack", "tin", "jar", "vase", "rug", "blanket", "pillow",
                     "cushion", "mattress", "kettle", "teapot", "sofa")}:
                    add(weight * 0.4 * p, noun, look)
    return trie(phrases)


def _shares(entries) -> list[tuple[str, float]]:
    ranked = zipf(entries)
    total = sum(p for _, p in ranked)
    return [(entry, p / total) for entry, p in ranked]


@lru_cache(maxsize=1)
def foods() -> Node:
    """'three eggs', 'a jar of honey': value a (noun, words)."""
    phrases = []
    for noun, weight in zipf(world.FOODS):
        if world.FOODS[noun] == "mass":
            words = (*world.MEASURES[noun].split(), noun)
            phrases.append(Phrase(words, weight, (noun, words), tags_of(words)))
        else:
            for number, p in _shares(world.NUMBERS):
                words = (number, noun)
                phrases.append(Phrase(words, weight * p, (noun, words), tags_of(words)))
    return trie(phrases)


@lru_cache(maxsize=1)
def cakes() -> Node:
    """'a plum cake': value a (noun, words)."""
    phrases = []
    for noun, weight in zipf(("cake", "pie", "pudding", "tart", "strudel", "loaf")):
        for flavor, p in _shares(world.FLAVORS):
            words = (article(flavor), flavor, noun)
            phrases.append(Phrase(words, weight * p, (noun, words), ("DET", "NOUN", "NOUN")))
    return trie(phrases)


@lru_cache(maxsize=1)
def doings() -> Node:
    """'eating breakfast': value the room where one does that."""
    return trie(
        [
            Phrase((w := tuple(phrase.split())), room_p * p * q, room, tags_of(w))
            for (room, room_p) in zipf(world.ROOMS)
            for doing, p in _shares(world.ROOMS[room])
            for phrase, q in expand(doing)
        ]
    )


@lru_cache(maxsize=4)
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

    def then(self, beat: Beat, *fillers: Beat, chance: float = 0.3, most: int = 2) -> str:
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
            other = next(p for k, p in self.people.items()
                         if k in ("friend", "other") and p is not holder)
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
            return trie([named])
        if form == "her":
            return fixed((hers,), key, ("PRON",))
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
        taken |= {w.value[0][0] for w in _all(history) if w.item.text.endswith(".new")
                  and isinstance(w.value, tuple) and isinstance(w.value[0], tuple)}
        if key == "grown":
            return grown_names()
        gender = filled(history, "kid") or "fm"
        return Without(child_names(gender), taken) if taken else child_names(gender)

    def _either(self, *keys: str) -> Node:
        return trie(
            [Phrase(self.people[k].name, 1.0, k, ("PROPN",)) for k in keys]
        )

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
                Phrase((hers, *r.split()), p, ((tuple(r.split())), g),
                       ("PRON", *tags_of(r.split())))
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
            return trie([Phrase(the, 0.5, key, ("DET", "NOUN")),
                         Phrase(("it",), 0.5, key, ("PRON",))])
        if form in ("", "the"):
            if thing.look and key == "thing":
                full = ("the", thing.look, noun)
                return trie([Phrase(the, 0.7, key, ("DET", "NOUN")),
                             Phrase(full, 0.3, f"{key}.look", ("DET", "ADJ", "NOUN"))])
            return fixed(the, key, ("DET", "NOUN"))
        if form == "full":
            if not thing.look:
                return fixed(the, key, ("DET", "NOUN"))
            return fixed(("the", thing.look, noun), f"{key}.look", ("DET", "ADJ", "NOUN"))
        if form in ("noun", "bare"):
            return fixed((noun,), key, ("NOUN",))
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
        return _foods_without(first[0])

    def _box(self, key, history) -> Node:
        if key == "boxa":
            return _boxes()
        noun = filled(history, "boxa.new")[0]
        return _boxes_without(noun)

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
            return _PLURAL_THEY
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
        return _ALL_THEY if form == "they" else _ALL

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
        subject = next(
            w.item.text for w in _all(history) if w.item.text in ("hero", "friend")
        )
        hers = PRONOUNS[self.people[subject].gender][2]
        return table(tuple(t.replace("POSS", hers) for t in world.TICS))

    def _slot_sky(self, form, history):
        weather = self.facts.get("weather") or "sunny"
        return table(world.SKY[weather])

    def _slot_cry(self, form, history):
        return fixed((world.CRIES[self.things["animal"].noun],))

    def _slot_a_trait(self, form, history):
        return _A_TRAIT

    def __getattr__(self, name: str):
        if name.startswith("_slot_") and name[6:] in _PLAIN:
            return lambda form, history: table(_PLAIN[name[6:]])
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
        self.events.append(Event(event, {w.item.text: w.value for w in written
                                         if w.item.is_slot and w.value is not None}))

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
        if form == "new" and isinstance(w.value, tuple) and isinstance(w.value[0], tuple):
            self.people[key] = Person(*w.value, cue=last, seen=last)
            return key
        if key == "giver" and isinstance(w.value, tuple):
            self.people["giver"] = Person(*w.value, cue=last, seen=last)
            return ""
        if form == "new" and key in ("thing", "boxa", "boxb", "food", "food2", "cake", "animal"):
            noun, words, *look = w.value
            self.things[key] = Thing(noun, words, look[0] if look else "", last, last)
            if key == "boxa":
                self.facts["preposition"] = "in" if noun in world.BOXES else "under"
            return "animal" if key == "animal" else ""
        if key == "pet" and form == "new":
            self.things["pet"] = Thing(w.value, (w.value,), seen=last)
            return ""
        if key in ("weather", "daytime", "place", "shop", "contest") and form in ("", "new"):
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
            wrong = "bakery" if self.facts["shop"] != "bakery" else "market"
            self._mark("shop", w.start, wrong, self.facts["shop_seen"])
        return ""

    def _note_spot(self, form: str, w: Written) -> str:
        if not form:
            self.things["spot"] = self.things[w.value]
            self.things["spot"].seen = w.stop - 1
            return ""
        right = self.things["spot"]
        wrong = next(self.things[k] for k in ("boxa", "boxb") if self.things[k] is not right)
        self._mark("place", w.stop - 1, wrong.noun, right.seen)
        right.seen = w.stop - 1
        return ""

    def _note_person(self, key: str, form: str, w: Written) -> str:
        person = self.people[key]
        pronoun = w.tags[0] == "PRON"
        if pronoun and form == "" and w.start - person.cue > 1:
            wrong = PRONOUNS["m" if person.gender == "f" else "f"][0]
            self._mark("pronoun", w.start, wrong, person.cue)
        if key in ("holder", "winner") and form == "right":
            others = [k for k in ("hero", "friend", "other") if k in self.people
                      and self.people[k] is not person]
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
            same = [f for f, k in world.FOODS.items()
                    if k == world.FOODS[thing.noun] and f != thing.noun][:8]
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


@lru_cache(maxsize=128)
def _foods_without(noun: str) -> Node:
    return trie(
        [
            Phrase(words, weight, value, tags)
            for words, weight, value, tags in _phrases(foods())
            if value[0] != noun
        ]
    )


@lru_cache(maxsize=1)
def _boxes() -> Node:
    return trie([*_phrases(indefinite("in"), 0.65), *_phrases(indefinite("under"), 0.35)])


@lru_cache(maxsize=128)
def _boxes_without(noun: str) -> Node:
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


_PLAIN = {
    "month": world.MONTHS,
    "day": world.DAYS,
    "sound": world.SOUNDS,
    "remark": world.REMARKS,
    "question": world.QUESTIONS,
    "reply": world.REPLIES,
    "where": world.WHERE,
    "number": world.NUMBERS,
    "happy": world.HAPPY,
    "sad": world.SAD,
    "good": world.KIND,
    "then": world.OPENERS,
    "adv": world.ADVERBS,
    "tail": world.TAILS,
    "voice": world.VOICES,
    "said": world.SAID,
    "cried": world.CRIED,
    "asked": world.ASKED,
    "went": world.WENT,
    "adj": _class("adj"),
}
_A_TRAIT = trie(
    [
        Phrase((article(t), t), p, t, ("DET", "ADJ"))
        for t, p in zipf(world.TRAITS)
    ]
)
_PLURAL_THEY = trie(
    [
        Phrase(("they",), 0.8, "both", ("PRON",)),
        Phrase(("both", "of", "them"), 0.2, "both", ("DET", "ADP", "PRON")),
    ]
)
_ALL_THEY = trie(
    [
        Phrase(("they",), 0.8, "all", ("PRON",)),
        Phrase(("all", "of", "them"), 0.2, "all", ("DET", "ADP", "PRON")),
    ]
)
_ALL = trie(
    [
        Phrase(("they",), 0.5, "all", ("PRON",)),
        Phrase(("all", "three", "of", "them"), 0.2, "all", ("DET", "NUM", "ADP", "PRON")),
        Phrase(("the", "three", "children"), 0.3, "all", ("DET", "NUM", "NOUN")),
    ]
)
