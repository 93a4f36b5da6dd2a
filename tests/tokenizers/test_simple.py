"""Characters and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.tokenizers import CharTokenizer, WordTokenizer

TEXT = "The cat sat. The cat didn't."


def test_characters():
    tokenizer = CharTokenizer.train(["ba", "c"])
    assert tokenizer.vocab_size == 4
    assert tokenizer.encode("abz") == [1, 2, 0]
    assert tokenizer.decode([3, 0]) == "c\ufffd"
    assert tokenizer.pieces("cab") == ["c", "a", "b"]


@given(st.text())
def test_characters_that_were_seen_survive(string):
    tokenizer = CharTokenizer.train(string)
    assert tokenizer.decode(tokenizer.encode(string)) == string


def test_words():
    tokenizer = WordTokenizer.train(TEXT)
    assert tokenizer.vocab_size == 6
    assert tokenizer.pieces("The dog sat .") == ["The", "<unk>", "sat", "."]
    assert tokenizer.decode(tokenizer.encode("The  cat.")) == "The cat ."


def test_a_smaller_vocabulary():
    assert WordTokenizer.train(TEXT, min_count=2).vocab_size == 4  # <unk> . The cat
    assert WordTokenizer.train([TEXT, TEXT], max_size=3).vocab_size == 3


@pytest.mark.parametrize("kind", [CharTokenizer, WordTokenizer])
def test_a_reloaded_tokenizer_encodes_the_same(kind, tmp_path):
    tokenizer = kind.train(TEXT)
    tokenizer.save(tmp_path / "tokenizer.json")
    again = kind.load(tmp_path / "tokenizer.json")
    for string in [TEXT, "The new cat: été!"]:
        assert again.encode(string) == tokenizer.encode(string)
    other = WordTokenizer if kind is CharTokenizer else CharTokenizer
    with pytest.raises(ValueError, match="expected a tokenizer of"):
        other.load(tmp_path / "tokenizer.json")


@pytest.mark.parametrize("kind", [CharTokenizer, WordTokenizer])
def test_only_text(kind):
    with pytest.raises(ValueError, match="must be a str"):
        kind.train([["a", "list"]])
    with pytest.raises(ValueError, match="must be a str"):
        kind.train(TEXT).encode(["a"])
    with pytest.raises(ValueError, match="an id must be in"):
        kind.train(TEXT).decode([99])
