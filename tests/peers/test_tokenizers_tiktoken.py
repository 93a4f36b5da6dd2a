"""Our ids are tiktoken's, given the same merges."""

import json
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lmcourse.tokenizers import END_OF_TEXT, BPETokenizer, gpt2

tiktoken = pytest.importorskip("tiktoken")

GPT2_PATTERN = (
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
)


def _peer(tokenizer: BPETokenizer):
    return tiktoken.Encoding(
        name="peer",
        pat_str=GPT2_PATTERN,
        mergeable_ranks={token: i for i, token in enumerate(tokenizer.tokens)},
        special_tokens={
            name: len(tokenizer.tokens) + i for i, name in enumerate(tokenizer.specials)
        },
    )


@pytest.fixture(scope="module")
def ours(real_data):
    return gpt2()


@pytest.fixture(scope="module")
def theirs(ours):
    return _peer(ours)


# What both libraries' Unicode tables know: a letter of next year's standard may be a
# letter to one of them only.
assigned = st.characters(exclude_categories=("Cs", "Cn"))
tricky = st.sampled_from(
    [*"  \n\t\r\u00a0\u3000'’\x00\x1c\x85\u200bİا🙂", "👩\u200d👧", "🇨🇳", "1234"]
)
words = st.sampled_from(
    ["'s", "'re", "'LL", " the", "ing", "é", "e\u0301", "研究", "..."]
)
texts = st.text(assigned) | st.lists(
    tricky | words | st.text(assigned, max_size=5)
).map("".join)


@given(string=texts)
@example(string="")
@example(string="    \n\n  \t ")
@example(string="the the the" * 50)
@example(string="人工智能改变了世界。" * 20)
@example(string="a" * 1000)
@example(string="!" * 333 + " " * 333 + "x")
@settings(max_examples=1000)
def test_gpt2_ids_equal(ours, theirs, string):
    assert ours.encode(string) == theirs.encode_ordinary(string)


def test_all_assigned_characters(ours, theirs):
    characters = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    known = [c for c in characters if unicodedata.category(c) != "Cn"]
    for start in range(0, len(known), 5000):
        string = "".join(known[start : start + 5000])
        assert ours.encode(string) == theirs.encode_ordinary(string)


def test_special_tokens(ours, theirs):
    string = f"one{END_OF_TEXT}two {END_OF_TEXT}"
    assert ours.encode(string) == theirs.encode_ordinary(string)
    assert ours.encode(string, allow_specials=True) == theirs.encode(
        string, allowed_special="all"
    )


def test_decoding_and_cut_characters(ours, theirs):
    ids = ours.encode("人工智能 and 🙂")
    for start in range(len(ids)):
        assert ours.decode(ids[start:]) == theirs.decode(ids[start:])


def test_a_whole_book(ours, theirs, real_data):
    book = (real_data / "lm/tinyshakespeare/input.txt").read_text(encoding="utf-8")
    assert ours.encode(book) == theirs.encode_ordinary(book)


def test_poems(ours, theirs, real_data):
    poems = (real_data / "lm/chinese-poetry/tang300.json").read_text(encoding="utf-8")
    poems = json.dumps(json.loads(poems), ensure_ascii=False)
    assert ours.encode(poems) == theirs.encode_ordinary(poems)


def test_merges_of_our_own(ours):
    tokenizer = BPETokenizer.train(
        "the cat sat on the mat, the end. 猫坐在垫子上。" * 5, 300
    )
    peer = _peer(tokenizer)
    for string in ["the mat is the end", "猫 sat 在 the 上", " xyz\n\n"]:
        assert tokenizer.encode(string) == peer.encode_ordinary(string)
