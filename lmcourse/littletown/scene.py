"""One story while it is told (chapter 0).

A scene has the pen write a sentence, answering its question "what may stand in this
slot?" from its memory of the story, and takes note of the sentence when it is finished.
"""

from __future__ import annotations

from .memory import Event, Memory
from .notes import note
from .patterns import Beat, Place, graph
from .pen import Pen, Written
from .phrases import Node
from .slots import SLOTS, always
from .tables import kept


class Scene:
    """A story in the telling.

    Parameters
    ----------
    pen : Pen
        Writes the words and keeps the books on their probabilities.

    Attributes
    ----------
    memory : Memory
        What has happened so far.
    events, tags, roles
        What ``stories.Story`` tells of them.
    """

    def __init__(self, pen: Pen):
        self.pen = pen
        self.memory = Memory()
        self.events: list[Event] = []
        self.tags: list[str] = []
        self.roles: list[tuple[int, str, int, int]] = []

    def tell(self, *beats: tuple[float, Beat]) -> str:
        """Tell one sentence out of weighted beats; return the event's kind."""
        kind, written = self.pen.write(_merged(beats), self._slot)
        note(self.memory, written)
        self.events.append(_event(kind, written))
        self.roles += _roles(written)
        for w in written:
            self.tags += w.tags
        return kind

    def then(
        self, beat: Beat, *fillers: Beat, chance: float = 0.3, most: int = 2
    ) -> str:
        """Tell a beat, perhaps after a few sentences from ``fillers``."""
        share = chance / len(fillers)
        for _ in range(most):
            event = self.tell((1.0 - chance, beat), *((share, f) for f in fillers))
            if event in beat.events:
                return event
        return self.tell((1.0, beat))

    def _slot(self, name: str, history: tuple) -> Node | None:
        return SLOTS[name](self.memory, history)


@kept
def _merged(beats: tuple[tuple[float, Beat], ...]) -> Place:
    return graph(beats, always)


def _event(kind: str, written: list[Written]) -> Event:
    slots = [w for w in written if w.item.is_slot and w.value is not None]
    return Event(kind, {w.item.text: w.value for w in slots})


def _roles(written: list[Written]) -> list[tuple[int, str, int, int]]:
    """List who did what: (predicate, role, start, stop)."""
    spans, spoken = [], []
    for w in written:
        if w.item.role and "VERB" in w.tags and w.item.role != "V":
            spoken += _who_spoke(w)
        elif w.item.role:
            stop = w.start + 1 if w.item.role == "V" else w.stop
            spans.append((w.item.role, w.start, stop))
    if not any(role == "V" for role, _, _ in spans):  # what is said belongs to 'said'
        return _about([*spoken, *spans])
    return _about(spans) + _about(spoken)


def _who_spoke(w: Written) -> list[tuple[str, int, int]]:
    """Split 'said Mia' and 'she said' into the predicate and who did it."""
    verb = w.start + w.tags.index("VERB")
    rest = (w.start, verb) if verb > w.start else (verb + 1, w.stop)
    return [("V", verb, verb + 1), (w.item.role, *rest)]


def _about(spans: list[tuple[str, int, int]]) -> list[tuple[int, str, int, int]]:
    verb = next((start for role, start, _ in spans if role == "V"), None)
    if verb is None:
        return []
    return [(span[1] if span[0] == "V" else verb, *span) for span in spans]
