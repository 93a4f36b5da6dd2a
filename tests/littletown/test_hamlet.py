"""The floor is exact: in a hamlet all texts are listed, a million words sampled."""

import math
import random

import numpy as np
import pytest

from lmcourse.littletown import stories, tables, world
from lmcourse.littletown.lexicon import LEXICON
from lmcourse.littletown.patterns import Beat
from lmcourse.littletown.pen import Draw, Follow, mixture

HAMLET = {
    "A": "1 a: {hero.new:A0} had* {thing.new:A1} .",
    "B": "1 b: there/PRON were* {boxa.new:A1} and {boxb.new:A1} .",
    "C": """
2 c: <then>{hero:A0} put* {thing:A1} {spot:A2} .
1 tic: {hero} {tic} .
""",
    "D": """
2 d: " {thing.it} is* {spot.right:A2} , " {hero.said:A0} .
1 d: then/ADV {hero:A0} remembered* : {thing.it} was {spot.right:A2} .
""",
    "E": "1 end: </s>/X\n1 feel: {hero:A0} was {happy} .",
}
SMALL = {
    "GIRLS": ("Mia",),
    "BOYS": ("Tom",),
    "ONSETS": ("B",),
    "VOWELS": ("a",),
    "MIDDLES": ("l",),
    "GIRL_ENDINGS": ("a",),
    "BOY_ENDINGS": (),
    "THINGS": {"ball": "round"},
    "COLORS": ("red", "blue"),
    "LOOKS": (),
    "MATERIALS": {"round": ()},
    "BOX_LOOKS": (),
    "BOXES": ("box", "jar"),
    "HIDING": ("bed", "sofa"),
    "SAID": ("said", "called"),
    "TICS": ("rubbed POSS [nose|eyes]", "looked at the <mark>"),
    "OPENERS": ("soon",),
    "HAPPY": ("happy",),
}


@pytest.fixture
def hamlet(monkeypatch):
    """A world small enough to list every story of it."""
    for name, value in SMALL.items():
        monkeypatch.setattr(world, name, value)
    monkeypatch.setitem(world.CLASSES, "mark", "well, gate")
    tables.forget()
    beats = {name: Beat(text, LEXICON) for name, text in HAMLET.items()}

    stop = Beat("1 end: </s>/X", LEXICON)

    def tell(s):
        s.tell((1.0, beats["A"]))
        s.tell((1.0, beats["B"]))
        if s.tell((1.0, beats["C"])) == "c":
            s.tell((1.0, beats["D"]))
        if s.tell((1.0, beats["E"])) != "end":
            s.tell((1.0, stop))

    yield tell
    monkeypatch.undo()
    tables.forget()


class Explore:
    """Follow a text; then take the first way at each fork, and remember the others."""

    def __init__(self, words, p):
        self.given, self.path, self.p = iter(words), [], p
        self.others = []

    def __call__(self, readings, total):
        word = next(self.given, None)
        if word is None:
            odds = mixture(readings, total)
            assert sum(odds.values()) == pytest.approx(1, abs=1e-12)
            word, *rest = odds
            self.others += [((*self.path, w), self.p * odds[w]) for w in rest]
            self.p *= odds[word]
        self.path.append(word)
        return word


def enumerate_texts(tell):
    """Walk through every text of the world: (words with the end, probability)."""
    stack = [((), 1.0)]
    while stack:
        source = Explore(*stack.pop())
        stories.write(source, tell)
        yield tuple(source.path), source.p
        stack += source.others


def test_all_texts_of_a_shrunken_world_sum_to_one_and_sampling_agrees(hamlet):
    texts = list(enumerate_texts(hamlet))
    assert len(texts) > 5000
    assert len({words for words, _ in texts}) == len(texts), "no text comes twice"
    odds = np.array([p for _, p in texts])
    lengths = np.array([len(words) for words, _ in texts])
    assert odds.sum() == pytest.approx(1, abs=1e-9)
    for words, p in texts[::500]:  # reading charges what the enumeration found
        story = stories.write(Follow(words), hamlet)
        assert sum(story.log2_probs) == pytest.approx(math.log2(p), abs=1e-9)

    # The average over a million words meets the analytic figure.
    rng, words, bits = random.Random(0), 0, []
    while words < 1_000_000:
        story = stories.write(Draw(rng), hamlet)
        words += len(story.words) + 1
        bits.append(-sum(story.log2_probs))
    entropy = -odds @ np.log2(odds)
    error = np.std(bits) / math.sqrt(len(bits))
    assert abs(np.mean(bits) - entropy) < 4 * error
    assert sum(bits) / words == pytest.approx(entropy / (odds @ lengths), rel=0.005)
