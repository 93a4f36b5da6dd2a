"""Every slot of the patterns has a rule, and every rule a pattern that asks for it."""

import re

from lmcourse.littletown import beats, slots, tables, what, who, world
from lmcourse.littletown.notes import NOTES
from lmcourse.littletown.patterns import MACROS


def asked_for():
    text = "\n".join(t for name, t in vars(beats).items() if name.isupper())
    for name, meaning in MACROS.items():
        text = text.replace(name, meaning)
    return set(re.findall(r"\{([^{}:]+)", text))


def test_every_slot_has_one_rule():
    assert asked_for() <= set(slots.SLOTS) | set(slots.ALWAYS)
    assert not set(slots.SLOTS) & set(slots.ALWAYS) & asked_for()


def test_no_rule_is_idle():
    asked = asked_for()
    assert set(slots.ALWAYS) <= asked
    made = set()
    for parts, forms in (
        (who.PEOPLE, who.PERSON_FORMS),
        (what.THINGS, what.THING_FORMS),
    ):
        for form in forms:
            names = {f"{part}.{form}" if form else part for part in parts}
            assert names & asked, form
            made |= names
    assert set(slots.SLOTS) - made <= asked
    assert set(NOTES) - made <= asked


def test_every_word_that_can_be_said_has_a_part_of_speech():
    for name in slots.ALWAYS:
        assert slots.always(name).words
    for lists in (world.PLACES, world.CONTESTS, world.SKY):
        for entries in lists.values():
            assert tables.table(entries).words
    for facts in (world.CRIES, world.HOMES, world.FOODS_OF):
        assert len(tables.tags_of(facts.values())) == len(facts)


def test_a_word_may_carry_its_own_tag():
    words, tags = tables.tagged("I like/VERB the mill")
    assert words == ("I", "like", "the", "mill")
    assert tags == ("PRON", "VERB", "DET", "NOUN")
