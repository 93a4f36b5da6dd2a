"""Blocks hold each word once, and the pairs that plain windows hold."""

from collections import Counter
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.word2vec import skipgram_pairs
from lmcourse.word2vec.blocks import BLOCKS, CENTERS, blocks, encode

# Sentences without words, of one word, and texts shorter and longer than a block.
lengths = st.lists(st.one_of(st.integers(0, 4), st.integers(0, 70)), max_size=6)
windows = st.one_of(st.integers(1, 4), st.sampled_from([10, 80]))
seeds = st.integers(0, 2**31)


def numbered(lengths):
    """Return a text in which no word comes twice, so that an id is a place."""
    ids = np.arange(sum(lengths))
    return ids, np.repeat(np.arange(len(lengths)), lengths)


def pairs_of(ids, sentence, window, seed=0):
    """Return all pairs of an epoch, counted."""
    found = Counter()
    for block in blocks(ids, sentence, window, np.random.default_rng(seed)):
        b, t, s = block.mask.numpy().nonzero()
        centers, places = block.centers.numpy()[b, t], block.places.numpy()[b, s]
        found.update(zip(centers.tolist(), places.tolist(), strict=True))
    return found


def plain_pairs(ids, sentence, window):
    found = Counter()
    for number in set(sentence.tolist()):
        some = skipgram_pairs(ids[sentence == number], window)
        found.update(zip(*(x.tolist() for x in some), strict=True))
    return found


def test_encode_drops_unknown_words_but_keeps_their_sentences_apart():
    sentences = [["a", "x", "b"], [], ["x"], ["b", "a", "a"]]
    ids, sentence = encode(sentences, ["b", "a"])
    assert ids.tolist() == [1, 0, 0, 1, 1]
    assert sentence.tolist() == [0, 0, 3, 3, 3]
    assert ids.dtype == sentence.dtype == np.int64


def test_encode_of_nothing_is_empty():
    ids, sentence = encode([[], ["x"]], ["a"])
    assert ids.shape == sentence.shape == (0,)


@given(lengths, windows, seeds)
def test_each_word_is_a_center_once(lengths, window, seed):
    ids, sentence = numbered(lengths)
    found, filled = [], 0
    for block in blocks(ids + 1, sentence, window, np.random.default_rng(seed)):
        found += block.centers[block.centers > 0].tolist()
        filled += int((block.centers == 0).sum())
    assert sorted(found) == (ids + 1).tolist()
    assert filled == -len(ids) % CENTERS


@given(lengths, windows, seeds)
def test_shapes(lengths, window, seed):
    ids, sentence = numbered(lengths)
    batches = list(blocks(ids, sentence, window, np.random.default_rng(seed)))
    count = -(-len(ids) // CENTERS)
    assert sum(len(block.centers) for block in batches) == count
    assert [len(block.centers) for block in batches[:-1]] == [BLOCKS] * (
        len(batches) - 1
    )
    for centers, places, mask in batches:
        B, S = len(centers), CENTERS + 2 * window
        assert centers.shape == (B, CENTERS)
        assert places.shape == (B, S)
        assert mask.shape == (B, CENTERS, S)
        assert set(mask.unique().tolist()) <= {0, 1}
        assert centers.equal(places[:, window : window + CENTERS])


def test_a_text_without_words_has_no_blocks():
    none = np.zeros(0, np.int64)
    assert list(blocks(none, none, 5, np.random.default_rng(0))) == []


@given(lengths, seeds)
def test_with_a_window_of_one_the_pairs_are_the_plain_ones(lengths, seed):
    text = numbered(lengths)
    assert pairs_of(*text, 1, seed) == plain_pairs(*text, 1)


@given(st.lists(st.lists(st.integers(0, 3), max_size=30), max_size=8), seeds)
def test_words_that_repeat_make_the_plain_pairs_too(sentences, seed):
    words = [word for sentence in sentences for word in sentence]
    ids = np.array(words, np.int64)
    sentence = np.repeat(np.arange(len(sentences)), [len(s) for s in sentences])
    assert pairs_of(ids, sentence, 1, seed) == plain_pairs(ids, sentence, 1)


@given(lengths, windows, seeds)
def test_pairs_are_some_of_the_plain_ones(lengths, window, seed):
    """So none crosses the ends of a sentence, and nothing that fills up is in one."""
    text = numbered(lengths)
    found = pairs_of(*text, window, seed)
    assert found <= plain_pairs(*text, window)
    assert found >= plain_pairs(*text, 1)  # neighbors are in every window


@given(lengths, windows, seeds)
def test_the_window_of_a_center_is_whole(lengths, window, seed):
    """Whoever sees a word sees everybody nearer, on both sides."""
    ids, sentence = numbered(lengths)
    found = set(pairs_of(ids, sentence, window, seed))
    for center, context in found:
        for place in range(center - abs(center - context), context + 1):
            inside = 0 <= place < len(ids) and sentence[place] == sentence[center]
            assert not inside or place == center or (center, place) in found


@pytest.mark.parametrize("window", [2, 5, 9])
def test_near_words_come_more_often(window):
    """At distance d in (window - d + 1) / window of the cases, 5 deviations wide."""
    lengths = [40] * 60
    ids, sentence = numbered(lengths)
    rounds = 4
    found = sum((pairs_of(ids, sentence, window, s) for s in range(rounds)), Counter())
    seen = Counter()
    for (center, context), count in found.items():
        seen[abs(center - context)] += count
    for d in range(1, window + 1):
        possible = rounds * len(lengths) * 2 * (40 - d)
        p = (window - d + 1) / window
        # Both sides of a center share its draw: half as many cases are independent.
        deviation = (p * (1 - p) / (possible / 2)) ** 0.5
        assert abs(seen[d] / possible - p) <= 5 * deviation
    assert max(seen) == window


def test_blocks_come_from_all_over_the_text_in_another_order_each_time():
    ids, sentence = numbered([CENTERS * BLOCKS * 3])
    rng = np.random.default_rng(0)
    first, second = (
        [b.centers[:, 0].tolist() for b in blocks(ids, sentence, 2, rng)]
        for _ in range(2)
    )
    assert first != second
    assert sorted(chain(*first)) == sorted(chain(*second))
    assert max(first[0]) - min(first[0]) > CENTERS * BLOCKS


def test_the_same_generator_makes_the_same_blocks():
    text = numbered([100, 30])
    assert pairs_of(*text, 5, seed=1) == pairs_of(*text, 5, seed=1)
    assert pairs_of(*text, 5, seed=1) != pairs_of(*text, 5, seed=2)
