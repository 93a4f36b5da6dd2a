"""Files of vectors: every float comes back, every kind of damage is named."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.vectors import WordVectors

ODD = [
    "猫",
    "東京",
    "two\u00a0words",
    "\u3000",
    "a\u2028b",
    "\u0085",
    "é",
    "e\u0301",
    "🐈",
]
ODD += ["0.5", "-1", "nan", "1e5", "\ufeff", "\u200b", "\x07", "\x1c", "[UNK]", "</s>"]
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
LETTERS = st.characters(exclude_characters=" \t\n\v\f\r\0", exclude_categories=["Cs"])


def saved(path, words, matrix, binary=False):
    WordVectors(words, matrix).save(path, binary)
    return path.read_bytes()


@st.composite
def vocabularies(draw):
    words = draw(st.lists(st.text(LETTERS, min_size=1), min_size=1, unique=True))
    size = draw(st.integers(1, 5))
    rows = st.lists(FLOATS, min_size=size, max_size=size)
    return words, draw(st.lists(rows, min_size=len(words), max_size=len(words)))


@pytest.mark.parametrize("binary", [False, True])
def test_any_words_and_floats_come_back(binary, tmp_path):
    @given(vocabularies())
    def check(vocabulary):
        words, matrix = vocabulary
        vectors = WordVectors(words, matrix)
        vectors.save(tmp_path / "v", binary)
        again = WordVectors.load(tmp_path / "v")
        assert again.words == words
        assert again.matrix.tobytes() == vectors.matrix.tobytes()

    check()


@pytest.mark.parametrize("binary", [False, True])
def test_all_of_float32_comes_back(binary, tmp_path):
    bits = np.random.default_rng(0).integers(2**32, size=(500, 50), dtype=np.uint32)
    matrix = np.nan_to_num(bits.view(np.float32), posinf=3.4028235e38, neginf=1e-45)
    vectors = WordVectors([f"w{i}" for i in range(500)], matrix)
    vectors.save(tmp_path / "v", binary)
    again = WordVectors.load(tmp_path / "v")
    assert again.matrix.tobytes() == vectors.matrix.tobytes()


@pytest.mark.parametrize("binary", [False, True])
def test_odd_words_come_back(binary, tmp_path):
    matrix = np.random.default_rng(0).normal(size=(len(ODD), 3))
    saved(tmp_path / "v", ODD, matrix, binary)
    assert WordVectors.load(tmp_path / "v").words == ODD


def test_the_text_format_to_the_byte(tmp_path):
    got = saved(tmp_path / "v", ["a", "猫"], [[0.1, -2], [3e-9, 1]])
    assert got == "2 2\na 0.100000001 -2\n猫 3.00000003e-09 1\n".encode()


def test_the_binary_format_to_the_byte(tmp_path):
    got = saved(tmp_path / "v", ["a", "猫"], [[1, -2], [0, 1]], binary=True)
    one, two = b"\x00\x00\x80\x3f", b"\x00\x00\x00\xc0"
    assert got == b"2 2\na " + one + two + "猫 ".encode() + bytes(4) + one


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize(
    "word", ["", " ", "New York", "a\nb", "a\tb", "a\r", "\va", "\f", "a\0b", "\ud800"]
)
def test_a_word_that_cannot_be_stored_is_refused(word, binary, tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"what was there")
    with pytest.raises(ValueError, match=r"cannot hold|in UTF-8") as caught:
        WordVectors(["fine", word], np.ones((2, 2))).save(path, binary)
    assert str(path) in str(caught.value)
    assert repr(word) in str(caught.value)
    assert path.read_bytes() == b"what was there"


def test_an_interrupted_save_leaves_the_old_file(tmp_path, monkeypatch):
    before = saved(tmp_path / "v", ["a"], [[1.0]])

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        saved(tmp_path / "v", ["b"], [[2.0]])
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


# --- what others write --------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "2 2\nthe 0.5 -1\n猫 1e-3 2\n",
        "2 2\nthe 0.5 -1\n猫 1e-3 2",  # no line break at the end
        "2 2\nthe 0.5 -1 \n猫 1e-3 2 \n",  # word2vec.c ends a line with a space
        "2 2\r\nthe 0.5 -1\r\n猫 1e-3 2\r\n",
        "2 2\nthe 0.500000 -1.000000\n猫 0.001 2.0\n\n \n",
        "the 0.5 -1\n猫 1e-3 2\n",  # GloVe's has no first line
        "the 0.5 -1\n猫 1e-3 2",
    ],
)
def test_text_of_others(content, tmp_path):
    (tmp_path / "v").write_bytes(content.encode())
    vectors = WordVectors.load(tmp_path / "v")
    assert vectors.words == ["the", "猫"]
    np.testing.assert_array_equal(vectors.matrix, np.float32([[0.5, -1], [0.001, 2]]))


def test_binary_of_word2vec_ends_each_word_with_a_line_break(tmp_path):
    rows = [np.float32([0.5, -1]).tobytes(), np.float32([7, 2]).tobytes()]
    (tmp_path / "v").write_bytes(
        b"2 2\nthe " + rows[0] + b"\n" + "猫 ".encode() + rows[1] + b"\n"
    )
    vectors = WordVectors.load(str(tmp_path / "v"))
    assert vectors.words == ["the", "猫"]
    assert vectors.matrix.tolist() == [[0.5, -1], [7, 2]]


def test_glove_may_begin_with_a_word_that_is_a_number(tmp_path):
    (tmp_path / "v").write_text("7 1 2\n8 3 4\n")
    assert WordVectors.load(tmp_path / "v").words == ["7", "8"]


# --- damage -------------------------------------------------------------------------

ROW = np.float32([0.5, -1]).tobytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "v is empty; expected word vectors"),
        (b"\n\n", "line 1: expected two whole numbers"),
        (b"hello\n", "line 1: expected two whole numbers .* got 'hello'"),
        (b"hello world again\n", "line 1: expected two whole numbers"),
        (b"2 x\nthe 1 2\n", "line 1: expected two whole numbers .* got '2 x'"),
        (b"2.0 2\na 1 2\nb 1 2\n", "line 1: expected two whole numbers"),
        (b"-2 2\na 1 2\n", "line 1: expected two whole numbers"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "line 1: expected two whole numbers"),
        (b"x" * 99_999, "line 1: expected two whole numbers"),
        (b"0 5\n", "line 1: .* above 0, got '0 5'"),
        (b"5 0\n", "line 1: .* above 0, got '5 0'"),
        (b"2 2\n", "cut short, or line 1 is wrong: 2 words .* 12 bytes, .* has 0"),
        (b"9 2\na 1 2\n", "cut short, or line 1 is wrong: 9 words"),
        (b"99999999999 99999999\na 1 2\n", "cut short, or line 1 is wrong"),
        (b"2 2\nalpha 0.25 0.125\n", "v is cut short: expected 2 words, .* got 1"),
        (b"2 2\na 1.5 2.5\nb 1\n", "line 3: .* word and 2 numbers, got 1 after 'b'"),
        (b"2 2\na 1 2 3\nb 1 2\n", "line 2: expected a word and 2 numbers, got 3"),
        (b"2 3\na 1 2\nbbbb 1 2\n", "line 2: expected a word and 3 numbers, got 2"),
        (b"2 2\na 1 2\nb c 1 2\n", "line 3: expected a word and 2 numbers, got 3"),
        (b"2 2\na  1 2\nb 1 2\n", "line 2: expected a word and 2 numbers, got 3"),
        (b"2 2\na 1 2\n\nb 1 2\n", "line 3: expected a word and 2 numbers, got 0"),
        (b"2 2\na 1 2\nb 1 two\n", "line 3: expected numbers after 'b'; .*two"),
        (b"2 2\na 1 2\nb 1 nan\n", "line 3: a number of 'b' is not finite"),
        (b"2 2\na 1 2\nb 1 1e39\n", "line 3: a number of 'b' is not finite"),
        (b"2 2\na 1 2\nb 1 2\nc 1 2\n", "line 4: expected the end after 2 words"),
        (b"2 2\na 1 2\nb 1 2\nrubbish", "line 4: expected the end .* got 'rubbish'"),
        (b"2 2\na 1 2\na 3 4\n", "line 3: expected a new word, but 'a' .* line 2"),
        (b"2 2\na 1 2\n 3 4\n", "line 3: expected a new word, but '' is empty"),
        (b"2 2\na 1 2\n\xff\xfe 3 4\n", "line 3: expected a word in UTF-8"),
        (b"2 2\ncaf\xe9 1 2\nb 3 4\n", r"line 2: .* UTF-8, got 'caf\\\\xe9'"),
        (b"a 1 2\nb 1\n", "line 2: expected a word and 2 numbers, got 1"),
        (b"a 1 2\na 1 2\n", "line 2: expected a new word, but 'a' came before"),
        (b"2 2\na " + ROW, "cut short, or line 1 is wrong"),
        (b"2 2\na " + ROW + b"b " + ROW[:-1], "word 2 at byte 14: .* cut short"),
        (b"2 2\na " + ROW + b"bcdefgh", "word 2 at byte 14: .* cut short"),
        (b"2 2\na " + ROW + b"b " + ROW + b"rest", "end after 2 .* 4 more bytes"),
        (b"2 1\na " + ROW + b"b " + ROW, "word 2 at byte 10: .*is line 1 right"),
        (b"2 2\na " + ROW + b" " + ROW + b" ", "word 2 at byte 14: expected a word"),
        (b"2 2\na " + ROW + b"a " + ROW, "word 2 .* 'a' came .* word 1 at byte 4"),
        (b"2 2\na " + ROW + b"\xff " + ROW, "word 2 at byte 14: .* word in UTF-8"),
        (
            b"2 2\na " + ROW + b"b " + np.float32([1, np.nan]).tobytes(),
            "word 2 at byte 14: a number of 'b' is not finite",
        ),
    ],
)  # fmt: skip
def test_damage_is_named(content, message, tmp_path):
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        WordVectors.load(tmp_path / "v")
    assert str(tmp_path / "v") in str(caught.value)
    assert not isinstance(caught.value, UnicodeError)


@pytest.mark.parametrize("binary", [False, True])
def test_a_file_cut_anywhere_is_never_read_in_silence(binary, tmp_path):
    words = ["cat", "dog", "猫"]
    whole = saved(tmp_path / "v", words, np.full((3, 4), 0.123), binary)
    for end in range(len(whole)):
        (tmp_path / "v").write_bytes(whole[:end])
        try:
            read = WordVectors.load(tmp_path / "v")
        except ValueError:
            continue
        # Text may lose its last line break, or digits of its last number.
        assert not binary
        assert read.words == words
        assert end > whole.rindex(b" ")


def test_no_file_is_no_value(tmp_path):
    with pytest.raises(FileNotFoundError):
        WordVectors.load(tmp_path / "nowhere")


def test_words_behind_many_empty_lines_are_not_lost(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_bytes(b"a 1 2\nb 3 4\n" + b"\n" * 20_000 + b"c 5 6\n")
    with pytest.raises(ValueError, match="line 3: expected a word and 2 numbers"):
        WordVectors.load(path)
    path.write_bytes(b"a 1 2\nb 3 4\n" + b"\n" * 20_000)
    assert list(WordVectors.load(path)) == ["a", "b"]
