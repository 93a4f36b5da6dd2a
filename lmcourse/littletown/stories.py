"""The plots: in which order the beats of a story are told (chapter 0)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import beats
from .lexicon import LEXICON
from .memory import Event, Mark
from .patterns import Beat
from .pen import END, Draw, Follow, Pen
from .scene import Scene

B = {
    name: Beat(text, LEXICON)
    for name, text in vars(beats).items()
    if name.isupper() and isinstance(text, str)
}
AIR = (B["SCENERY"], B["AGREEMENT"])
ALONE = (*AIR, B["TICS"])
TOGETHER = (*ALONE, B["FRIEND_TICS"], B["TALK"])


@dataclass(frozen=True)
class Story:
    """A story with everything the storyteller knows about it.

    Attributes
    ----------
    words : tuple of str
        Words and punctuation marks, without the end of the story.
    log2_probs : tuple of float
        log2 P(word | all words before) of each word and, last, of the story's end.
    tags : tuple of str
        Part of speech of each word (Universal Dependencies).
    roles : tuple of (verb, role, start, stop)
        Semantic roles: position of the predicate, the role, the span of the argument.
    events : tuple of Event
        What happened, sentence by sentence, in no language.
    marks : tuple of Mark
        Words that only memory can predict.
    entropies : tuple of float
        Expected surprise in bits before each word, if asked for.
    """

    words: tuple[str, ...]
    log2_probs: tuple[float, ...]
    tags: tuple[str, ...]
    roles: tuple[tuple[int, str, int, int], ...]
    events: tuple[Event, ...]
    marks: tuple[Mark, ...]
    entropies: tuple[float, ...] = ()


def lost(s: Scene) -> None:
    """Put something away, and find it again."""
    s.then(B["BOXES"], *ALONE, chance=0.3, most=1)
    s.tell((1.0, B["HIDE"]))
    s.then(B["COME"], *ALONE, chance=0.3, most=1)
    s.then(B["GO"], *TOGETHER, chance=0.3, most=1)
    s.tell((1.0, B["PLAY"]))
    s.then(B["MISSING"], B["PLAY"], *TOGETHER, chance=0.75, most=3)
    s.then(B["ANSWER"], *AIR, B["TALK"], chance=0.2, most=1)
    s.tell((1.0, B["FOUND"]))


def errand(s: Scene) -> None:
    """Fetch something from the shop; much happens on the way."""
    s.tell((1.0, B["SET_OUT"]))
    s.then(B["MEET"], *ALONE, chance=0.4)
    s.then(B["DETOUR"], B["TALK"], *AIR, chance=0.35, most=1)
    s.tell((1.0, B["PLAY"]))
    s.then(B["AT_SHOP"], B["PLAY"], *TOGETHER, chance=0.6)
    s.tell((1.0, B["ORDER"]))
    s.then(B["DELIVER"], *ALONE, chance=0.4, most=1)
    s.tell((1.0, B["REWARD"]))


def lend(s: Scene) -> None:
    """Pass a toy from hand to hand."""
    s.then(B["SHOW"], *ALONE, chance=0.2, most=1)
    s.tell((1.0, B["HAND_OVER"]))
    s.then(B["GO_THREE"], *TOGETHER, chance=0.35, most=1)
    s.tell((1.0, B["PLAY_THREE"]))
    s.then(B["WHO"], B["PLAY_THREE"], *TOGETHER, chance=0.75, most=3)
    s.tell((1.0, B["HOLDER"]))
    s.tell((1.0, B["RETURN"]))


def animal(s: Scene) -> None:
    """Help an animal."""
    s.then(B["PITY"], *AIR, chance=0.2, most=1)
    s.tell((1.0, B["NAMING"]))
    s.then(B["CARE"], *ALONE, B["PITY"], chance=0.5)
    s.then(B["HELP"], *ALONE, chance=0.5)
    s.tell((1.0, B["ADVICE"]))
    s.then(B["HOME"], *ALONE, B["CARE"], chance=0.7, most=3)


def bake(s: Scene) -> None:
    """Bake a cake for somebody special."""
    s.tell((1.0, B["NEED"]))
    s.then(B["COME"], *ALONE, chance=0.35, most=1)
    s.tell((1.0, B["MIX"]))
    s.then(B["OVEN"], B["MIX"], *TOGETHER, chance=0.6)
    s.then(B["PARTY"], *TOGETHER, chance=0.7, most=3)
    s.tell((1.0, B["TASTE"]))


def race(s: Scene) -> None:
    """Let three children compete, and one win."""
    s.tell((1.0, B["RIVALS"]))
    s.then(B["JUDGE"], *ALONE, chance=0.4)
    s.tell((1.0, B["EFFORT"]))
    s.then(B["WIN"], B["EFFORT"], *AIR, chance=0.75, most=3)
    s.then(B["PRIZE"], *AIR, B["CHEER"], chance=0.65, most=3)
    s.tell((1.0, B["CHEER"]))


PLOTS: dict[str, tuple[float, str, Callable[[Scene], None]]] = {
    "lost": (0.2, "LOST", lost),
    "errand": (0.2, "ERRAND", errand),
    "lend": (0.18, "LEND", lend),
    "animal": (0.14, "ANIMAL", animal),
    "bake": (0.14, "BAKE", bake),
    "race": (0.14, "RACE", race),
}


def town(s: Scene) -> None:
    """Tell a story of Littletown from the first word to its end."""
    s.tell((1.0, B["OPENING"]))
    starts = [(share, B[first]) for share, first, _ in PLOTS.values()]
    kinds = {
        event: plot for _, name, plot in PLOTS.values() for event in B[name].events
    }
    if "weather" not in s.memory.facts:
        s.then(B["WEATHER"], B["TICS"], chance=0.2, most=1)
    event = s.tell(
        *((0.8 * share, beat) for share, beat in starts),
        *((0.1, beat) for beat in (B["SCENERY"], B["TICS"])),
    )
    if event not in kinds:
        event = s.tell(*starts)
    kinds[event](s)
    farewell = [(0.15, B["FAREWELL"])] if "friend" in s.memory.people else []
    if s.tell((1.0, B["CLOSING"]), *farewell) != "end":
        s.tell((1.0, B["STOP"]))


def write(
    source, world: Callable[[Scene], None] = town, entropies: bool = False
) -> Story:
    """Have a story told, its words coming from ``source``."""
    pen = Pen(source, entropies)
    scene = Scene(pen)
    world(scene)
    return Story(
        tuple(pen.words[:-1]),
        tuple(pen.log2_probs),
        tuple(scene.tags[:-1]),
        tuple(scene.roles),
        tuple(scene.events),
        tuple(scene.memory.marks),
        tuple(pen.entropies),
    )


def invent(rng: random.Random, entropies: bool = False) -> Story:
    """Invent a story."""
    return write(Draw(rng), entropies=entropies)


def read(words: Sequence[str]) -> Story:
    """Read a given story, and tell how likely each word was.

    Raises
    ------
    ImpossibleText
        If the storyteller could not have told it.
    """
    return write(Follow([*words, END]))


def next_word(prefix: Sequence[str]) -> dict[str, float]:
    """Return the exact distribution of the word after ``prefix``.

    Returns
    -------
    dict of str to float
        Probabilities in falling order; the end of the story is ``"</s>"``.

    Raises
    ------
    ImpossibleText
        If no story begins with ``prefix``.
    """
    source = Follow(prefix)
    try:
        write(source)
    except Follow.EndOfPrefix:
        return dict(sorted(source.asked.items(), key=lambda pair: -pair[1]))
    return {}
