"""Telling, reading and asking for the next word agree about every probability."""

import math
import random

import pytest

from lmcourse import littletown
from lmcourse.littletown import ImpossibleText, stories


def test_reading_a_story_charges_what_telling_it_did():
    rng = random.Random(9)
    for _ in range(20):
        told = stories.invent(rng)
        read = stories.read(told.words)
        assert read.log2_probs == told.log2_probs
        assert read.events == told.events
        assert read.tags == told.tags
        assert read.marks == told.marks


def test_next_word_is_a_distribution_that_reading_uses():
    told = stories.invent(random.Random(10))
    for cut in range(0, len(told.words), 7):
        odds = littletown.next_word(told.words[:cut])
        assert sum(odds.values()) == pytest.approx(1, abs=1e-12)
        assert math.log2(odds[told.words[cut]]) == pytest.approx(told.log2_probs[cut])


@pytest.mark.parametrize(
    "text", ["Mia was", "one sunny morning , Mia flew to the moon .", "Stockholm"]
)
def test_what_the_storyteller_cannot_say_is_refused(text):
    with pytest.raises(ImpossibleText, match="never writes"):
        littletown.read(text.split())
