"""Words and their numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.vocab import BOS, EOS, UNK, Vocab

SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat"], ["the", "end"]]


def test_frequent_words_come_first_then_the_alphabet():
    assert list(Vocab.from_sentences(SENTENCES)) == [
        *[UNK, EOS, "the", "sat", "cat", "dog", "end"]
    ]


def test_rare_words_are_unknown():
    vocab = Vocab.from_sentences(SENTENCES, min_count=2)
    assert list(vocab) == [UNK, EOS, "the", "sat"]
    assert vocab.replace_unknown(SENTENCES)[1] == ["the", UNK, "sat"]
    assert SENTENCES[1] == ["the", "dog", "sat"]  # left as it was


def test_largest_size_counts_the_special_words():
    assert list(Vocab.from_sentences(SENTENCES, max_size=4)) == [UNK, EOS, "the", "sat"]
    with pytest.raises(ValueError, match="max_size must be at least 2"):
        Vocab.from_sentences(SENTENCES, max_size=1)


def test_unk_among_the_words_is_the_same_unk():
    vocab = Vocab.from_sentences([["a", UNK, UNK, "b"]])
    assert list(vocab) == [UNK, EOS, "a", "b"]
    assert vocab.encode([UNK, "zebra"]) == [0, 0]
    assert list(Vocab.from_sentences([["a", UNK, UNK, "b"]], max_size=3))[2:] == ["a"]


def test_other_specials():
    vocab = Vocab(["a"], specials=(UNK, BOS, EOS))
    assert vocab.encode([BOS, "a", EOS]) == [1, 3, 2]


def test_a_closed_vocabulary_refuses_what_it_does_not_know():
    vocab = Vocab(["a", "b"], specials=())
    assert vocab.encode(["b"]) == [1]
    with pytest.raises(ValueError, match="'c' is not in the vocabulary"):
        vocab.encode(["a", "c"])


@given(st.lists(st.lists(st.text(min_size=1))))
def test_round_trip(sentences):
    vocab = Vocab.from_sentences(sentences)
    for sentence in sentences:
        assert vocab.decode(vocab.encode(sentence)) == sentence
        assert all(word in vocab for word in sentence)


@pytest.mark.parametrize("bad", [-1, 2])
def test_no_such_id(bad):
    with pytest.raises(ValueError, match=r"an id must be in 0, \.\.\., 1, got"):
        Vocab([]).decode([bad])


def test_classic_slips_get_a_sentence():
    with pytest.raises(ValueError, match="got one str"):
        Vocab("the cat")
    with pytest.raises(ValueError, match="must be a list of words, got one str"):
        Vocab(["the"]).encode("the cat")
    with pytest.raises(ValueError, match="a sentence is a list of words"):
        Vocab.from_sentences(["the cat", "sat"])
    with pytest.raises(ValueError, match="min_count must be at least 1"):
        Vocab.from_sentences(SENTENCES, min_count=0)
