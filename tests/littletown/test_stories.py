"""Stories are coherent: who has what, what is where, and how it is tagged."""

import random
from collections import Counter

import pytest

from lmcourse import littletown
from lmcourse.littletown import beats, corpus, stories, tables, world
from lmcourse.littletown.datasheet import datasheet
from lmcourse.littletown.lexicon import LEXICON
from lmcourse.runtime import data_folder


@pytest.fixture(scope="module")
def told():
    rng = random.Random(11)
    return [stories.invent(rng) for _ in range(400)]


def test_no_story_is_ambiguous_and_all_plots_are_told(told):
    kinds = Counter(event.kind for story in told for event in story.events)
    for plot, (share, _, _) in stories.PLOTS.items():
        first = next(iter(stories.B[plot.upper()].events))
        assert kinds[first] / len(told) == pytest.approx(share, abs=0.08), plot


def test_lengths(told):
    lengths = sorted(len(story.words) for story in told)
    assert lengths[0] > 40
    assert 90 < lengths[len(lengths) // 2] < 160
    assert lengths[-1] < 280


def test_tags_and_roles_fit_the_words(told):
    names = {*world.GIRLS, *world.BOYS}
    for story in told[:100]:
        assert len(story.tags) == len(story.words)
        for word, tag in zip(story.words, story.tags, strict=True):
            assert (tag == "PUNCT") == (not word[0].isalpha() and word != "'s")
            if word in names:
                assert tag == "PROPN"
        for verb, role, start, stop in story.roles:
            assert 0 <= start < stop <= len(story.words)
            if role == "V":
                assert start == verb


def test_articles_agree(told):
    for story in told:
        for a, b in zip(story.words, story.words[1:], strict=False):
            if a in {"a", "an"}:
                assert a == ("an" if b == "hour" else tables.article(b)), (a, b)


def test_verbs_agree_with_their_heads(told):
    number = {
        **dict.fromkeys(world.LIVING, "sg"),
        **dict.fromkeys(world.THINGS_AROUND, "sg"),
    }
    plural = {*world.LIVING.values(), *world.THINGS_AROUND.values()}
    checked = 0
    for story in told:
        for mark in story.marks:
            if mark.kind == "agreement":
                head, verb = story.words[mark.since], story.words[mark.position]
                assert verb == ("were" if head in plural else "was")
                assert head in plural or head in number
                checked += 1
    assert checked > 50


def test_things_are_found_where_they_were_left(told):
    checked = 0
    for story in told:
        where = next((e.roles["spot"] for e in story.events if "spot" in e.roles), None)
        if where is None:
            continue
        box = next(
            e.roles[f"{where}.new"] for e in story.events if f"{where}.new" in e.roles
        )
        for mark in story.marks:
            if mark.kind == "place":
                assert story.words[mark.position] == box[0]
                checked += 1
    assert checked > 20


def test_every_mark_points_back_at_its_answer(told):
    for story in told:
        for mark in story.marks:
            assert 0 <= mark.since < mark.position < len(story.words)
            assert mark.wrong != story.words[mark.position]
            if mark.kind in ("errand", "sender", "color", "thing", "shop"):
                assert story.words[mark.since] == story.words[mark.position]


def test_prose_reads_like_a_book():
    words = '" where is my kite ? " asked Mia . it was gone . " I know ! " she said .'
    assert littletown.pretty(words.split()) == (
        "\u201cWhere is my kite?\u201d asked Mia. It was gone. "
        "\u201cI know!\u201d she said."
    )
    assert littletown.pretty(["it", "was", "Mr", "Fox", "'s", "hat", "."]) == (
        "It was Mr Fox\u2019s hat."
    )


def test_the_lexicon_tags_with_universal_tags():
    assert set(LEXICON.values()) <= {
        "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART",
        "PRON", "PROPN", "PUNCT", "SCONJ", "VERB", "X",
    }  # fmt: skip


def test_every_beat_is_told():
    told_beats = {name for name in vars(beats) if name.isupper()}
    assert told_beats == set(stories.B)


def test_gold_lists():
    similar = littletown.similarities()
    assert len(similar) == len(set(similar)) == 600
    assert {pair.score for pair in similar} == {0.0, 1.0, 2.0, 3.0}
    by_pair = {(pair.a, pair.b): pair.score for pair in similar}
    assert all(a < b for a, b in by_pair)
    known = {word for story in littletown.load("train") for word in story}
    solved = littletown.analogies()
    assert ("gender", "boy", "girl", "he", "she") in {
        (a.relation, a.a, a.b, a.c, a.d) for a in solved
    }
    assert all({a.a, a.b, a.c, a.d} <= known for a in solved)
    assert len({a.relation for a in solved}) >= 3


def test_gold_similarity_follows_the_world():
    place = {p.a: p for p in littletown.similarities()}
    assert place  # the scores themselves are defined by the world's lists
    for pair in littletown.similarities():
        same_list = any(
            pair.a in words and pair.b in words
            for kinds in littletown.gold.KINDS.values()
            for words in kinds.values()
        )
        assert (pair.score == 3.0) == same_list


def test_the_datasheet_is_up_to_date():
    sheet = (data_folder() / "littletown" / "DATASHEET.md").read_text(encoding="utf-8")
    assert sheet == datasheet()


def test_probe_kinds_cover_short_and_long_distances():
    spread = {
        kind: [p.distance for p in pairs] for kind, pairs in littletown.probes().items()
    }
    assert set(spread) == set(corpus.KINDS)
    assert len(spread) >= 5
    assert min(map(min, spread.values())) == 2
    assert sum(sorted(d)[len(d) // 2] > 60 for d in spread.values()) >= 3


def test_who_speaks_has_a_role_of_its_own(told):
    speaking = {*world.SAID, *world.CRIED, *world.ASKED}
    checked = 0
    for story in told:
        for verb, role, start, stop in story.roles:
            if role == "A0" and story.words[verb] in speaking:
                checked += 1
                assert not speaking & set(story.words[start:stop])
    assert checked > 200


def test_every_argument_has_its_predicate(told):
    for story in told:
        predicates = {start for _, role, start, _ in story.roles if role == "V"}
        assert {verb for verb, *_ in story.roles} == predicates
        for start in predicates:
            assert story.tags[start] in {"VERB", "AUX"}, story.words[start]
