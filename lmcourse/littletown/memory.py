"""What a storyteller remembers of the story so far (chapter 0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .pen import filled

CHILDREN = ("hero", "friend", "other")


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


@dataclass
class Memory:
    """All that must be remembered: who holds what, what lies where, who was named.

    People and things go by the part they play: "hero", "friend", "thing", "boxa".
    Somebody who plays two parts ("friend" and "holder") is one object.
    """

    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)  # weather, place, contest ...
    seen: dict[str, int] = field(default_factory=dict)  # where something was said
    used: set[str] = field(default_factory=set)  # deeds that have been told
    focus: str = ""  # who "she" is
    recent: set[str] = field(default_factory=set)  # named in the last such sentence
    marks: list[Mark] = field(default_factory=list)

    def person(self, part: str, history: tuple) -> Person | None:
        """Return who plays a part, be it somebody new in this very sentence."""
        if part in self.people:
            return self.people[part]
        new = filled(history, f"{part}.new")
        return None if new is None else Person(*new)

    def thing(self, part: str, history: tuple) -> Thing | None:
        """Return what plays a part, be it something new in this very sentence."""
        if part in self.things:
            return self.things[part]
        new = filled(history, f"{part}.new")
        return None if new is None else Thing(*new[:2])

    def is_clear(self, part: str) -> bool:
        """Whether 'she' can only mean this person."""
        if self.focus == "both" and part in ("hero", "friend"):
            return self.people["hero"].gender != self.people["friend"].gender
        if self.focus != part:
            return False
        her = self.people[part]
        rivals = [self.people[p] for p in self.recent if self.people[p] is not her]
        return all(rival.gender != her.gender for rival in rivals)

    def children_but(self, person: Person) -> list[str]:
        """List the parts of the children of this story except one's."""
        return [
            part
            for part in CHILDREN
            if part in self.people and self.people[part] is not person
        ]

    def other_box(self) -> Thing:
        """Return the box that the thing was not put in."""
        a, b = self.things["boxa"], self.things["boxb"]
        return b if self.things["spot"] is a else a

    def mark(self, kind: str, position: int, wrong: str, since: int) -> None:
        """Remember that only memory could know a word."""
        self.marks.append(Mark(kind, position, wrong, since))
