"""The pen: tries, graphs, and probabilities that are exact by construction."""

import math
import random

import pytest

from lmcourse.littletown.patterns import Beat, graph
from lmcourse.littletown.pen import Draw, Follow, ImpossibleText, Pen, mixture
from lmcourse.littletown.phrases import Phrase, Without, phrases_of, trie

LEXICON = {"a": "DET", "the": "DET", "cat": "NOUN", "dog": "NOUN", "sat": "VERB",
           "ran": "VERB", ".": "PUNCT", "old": "ADJ"}  # fmt: skip


def phrases(*pairs):
    return [Phrase(tuple(t.split()), w, t, ("X",) * len(t.split())) for t, w in pairs]


def test_trie_merges_beginnings_and_normalizes():
    node = trie(phrases(("a cat", 1), ("a dog", 2), ("the cat", 1)))
    p, after_a = node.follow("a")
    assert p == 0.75
    assert after_a.follow("dog")[0] == pytest.approx(2 / 3)
    assert node.follow("dog") is None


def test_the_phrases_of_a_trie_are_the_ones_it_was_built_from():
    given = phrases(("a cat", 0.2), ("a dog", 0.3), ("the old cat", 0.5))
    again = phrases_of(trie(given), weight=2.0)
    assert [p.words for p in again] == [p.words for p in given]
    assert [p.weight for p in again] == pytest.approx([0.4, 0.6, 1.0])
    assert [(p.value, p.tags) for p in again] == [(p.value, p.tags) for p in given]


@pytest.mark.parametrize("bad", [[("a", 1), ("a cat", 1)], [("a", 1), ("a", 1)]])
def test_trie_refuses_phrases_that_hide_each_other(bad):
    with pytest.raises(ValueError, match="begins or equals another"):
        trie(phrases(*bad))


def test_trie_refuses_a_weight_of_zero():
    with pytest.raises(ValueError, match="weight above 0"):
        trie(phrases(("a", 0), ("b", 1)))


def test_without_renormalizes_and_never_draws_what_is_taken():
    node = Without(trie(phrases(("a", 1), ("b", 1), ("c", 2))), {"b", "zebra"})
    assert node.follow("b") is None
    assert node.follow("c")[0] == pytest.approx(2 / 3)
    assert sum(p for p, _ in node.children.values()) == pytest.approx(1)
    rng = random.Random(0)
    drawn = [node.draw(rng.random()) for _ in range(3000)]
    assert drawn.count("b") == 0
    assert drawn.count("c") == pytest.approx(2000, abs=100)


def write(text, source, slots=None):
    pen = Pen(source, keep_entropies=True)
    event, written = pen.write(
        graph([(1.0, Beat(text, LEXICON))]), lambda name, history: slots[name]
    )
    return pen, event, written


TWO = """
1 sit: the cat sat .
3 run: the [old|] dog ran .
"""


def test_a_sentence_pays_for_each_choice_at_the_word_that_shows_it():
    pen, event, _ = write(TWO, Follow(["the", "old", "dog", "ran", "."]))
    assert event == "run"
    assert [2**p for p in pen.log2_probs] == pytest.approx([1, 3 / 8, 1, 1, 1])
    assert pen.entropies[1] == pytest.approx(
        -sum(p * math.log2(p) for p in (1 / 4, 3 / 8, 3 / 8))
    )


def test_a_slot_and_a_word_may_begin_alike():
    slots = {"who": trie(phrases(("the cat", 1), ("the old dog", 1)))}
    text = "1 slot: {who} sat .\n1 word: the dog ran ."
    pen, event, _ = write(text, Follow(["the", "old", "dog", "sat", "."]), slots)
    assert event == "slot"
    assert [2**p for p in pen.log2_probs] == pytest.approx([1, 1 / 4, 1, 1, 1])


def test_two_readings_of_one_sentence_are_refused():
    slots = {"who": trie(phrases(("the cat", 1)))}
    with pytest.raises(ValueError, match=r"two readings of 'the cat sat \.'"):
        write("1 a: {who} sat .\n1 b: the cat sat .", Draw(random.Random(0)), slots)


def test_an_impossible_word_is_named():
    with pytest.raises(ImpossibleText, match="never writes 'ran' after 'the cat'"):
        write(TWO, Follow(["the", "cat", "ran", "."]))


def test_following_asks_for_the_odds_at_the_end_of_the_prefix():
    source = Follow(["the"])
    with pytest.raises(Follow.EndOfPrefix):
        write(TWO, source)
    assert source.asked == pytest.approx({"cat": 1 / 4, "old": 3 / 8, "dog": 3 / 8})


def test_a_mixture_sums_to_one():
    readings = [
        (0.2, trie(phrases(("a", 1), ("b", 3))), None),
        (0.3, trie(phrases(("a", 1))), None),
    ]
    assert sum(mixture(readings, 0.5).values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("the cat sat .", "expected 'weight event: pattern'"),
        ("1 x: the zebra sat .", "'zebra' is not in the lexicon"),
    ],
)
def test_bad_patterns_are_explained(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        Beat(text, LEXICON)


def test_a_pattern_that_begins_another_is_refused():
    with pytest.raises(ValueError, match="begins or equals another"):
        graph([(1.0, Beat("1 a: the cat\n1 b: the cat sat", LEXICON))])


def test_tags_and_predicates_are_read_from_the_pattern():
    _, _, written = write("1 a: the cat sat* .", Draw(random.Random(0)))
    assert [w.tags for w in written] == [("DET",), ("NOUN",), ("VERB",), ("PUNCT",)]
    assert [w.item.role for w in written] == ["", "", "V", ""]
