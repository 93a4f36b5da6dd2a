"""Merges by hand, and two trainers that agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.tokenizers import (
    count_pairs,
    encode_word,
    merge,
    naive_bpe,
    train_bpe,
)

WORDS = {"ball": 5, "tall": 3, "bat": 2}


def test_by_hand():
    # al and ll are in ball and tall, 8 times each; al sorts first. Then al+l, 8 times;
    # b+all 5; t+all 3; at of bat is left with b+a and a+t, 2 each.
    want = [
        ("a", "l"),
        ("al", "l"),
        ("b", "all"),
        ("t", "all"),
        ("a", "t"),
        ("b", "at"),
    ]
    assert naive_bpe(WORDS, 100) == want
    assert train_bpe(WORDS, 100) == want
    assert naive_bpe(WORDS, 2) == train_bpe(WORDS, 2) == want[:2]


def test_runs_are_merged_from_the_left():
    assert merge(list("aaaab"), ("a", "a")) == ["aa", "aa", "b"]
    assert merge(list("aaa"), ("a", "a")) == ["aa", "a"]
    assert merge(["a", "b", "ab", "b"], ("a", "b")) == ["ab", "ab", "b"]


def test_pairs_are_counted_inside_words_as_often_as_the_words_occur():
    words = {"aaa": ["a", "a", "a"], "ab": ["a", "b"], "ba": ["ba"]}
    counts = {"aaa": 2, "ab": 3, "ba": 7}
    assert count_pairs(words, counts) == {("a", "a"): 4, ("a", "b"): 3}


def test_the_earliest_merge_goes_first():
    assert encode_word("abc", [("b", "c"), ("a", "b")]) == ["a", "bc"]
    assert encode_word("abcab", [("a", "b"), ("ab", "c")]) == ["abc", "ab"]
    assert encode_word(b"xy", []) == [b"x", b"y"]
    assert encode_word("", [("a", "b")]) == []


def test_nothing_left_to_merge():
    assert naive_bpe({"a": 3, "": 1}, 5) == train_bpe({"a": 3, "": 1}, 5) == []
    assert naive_bpe({}, 5) == train_bpe({}, 5) == []
    assert train_bpe(WORDS, 0) == []


@pytest.mark.parametrize("trainer", [naive_bpe, train_bpe])
def test_counts_are_left_as_they_were(trainer):
    counts = dict(WORDS)
    trainer(counts, 3)
    assert counts == WORDS


words_in_few_letters = st.dictionaries(
    st.text(alphabet="ab", max_size=12), st.integers(min_value=1, max_value=5)
)
words_in_bytes = st.dictionaries(
    st.binary(max_size=8), st.integers(min_value=1, max_value=9), max_size=20
)


@given(words_in_few_letters | words_in_bytes, st.integers(min_value=0, max_value=40))
def test_the_fast_trainer_learns_the_same_merges(counts, num_merges):
    # Few letters and small counts: ties and runs (aaaa) everywhere.
    assert train_bpe(counts, num_merges) == naive_bpe(counts, num_merges)


@given(words_in_few_letters)
def test_no_token_is_made_twice(counts):
    # Why a merge's number can stand for its token; BPETokenizer relies on it.
    made = [left + right for left, right in train_bpe(counts, 1000)]
    assert len(set(made)) == len(made)
