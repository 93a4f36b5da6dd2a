"""Cleaning, cutting and counting text."""

import unicodedata
from itertools import chain

import numpy as np
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import text

# --- cleaning


def test_html_keeps_what_a_reader_sees():
    page = """<html><head><title>Mia's ball</title><style>p {color: red}</style></head>
    <body><h1>The&nbsp;ball</h1><!-- not this --><p>Mia &amp; Tom   found
    <b>a</b> caf&#233;.</p><script>var x = "<p>no</p>";</script><ul><li>one<li>two</ul>
    </body></html>"""
    assert text.strip_html(page).split("\n") == [
        "Mia's ball",
        "The ball",
        "Mia & Tom found a café.",
        "one",
        "two",
    ]


def test_html_does_not_glue_words_of_two_paragraphs():
    assert text.strip_html("<p>the end</p><p>once upon</p>") == "the end\nonce upon"
    assert text.strip_html("one<br>two") == "one\ntwo"
    menu = "<select><option>red<option>blue</select>"
    figure = "<figure>a ball<figcaption>Mia's</figcaption></figure>"
    assert text.strip_html(menu + figure) == "red\nblue\na ball\nMia's"
    assert text.strip_html("un<b>glue</b>d") == "unglued"


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        ("a < b", "a < b"),
        ("</p>fine", "fine"),
        ("a</script>b", "ab"),
        ("<p>open", "open"),
        ("", ""),
    ],
)
def test_html_survives_broken_pages(broken, seen):
    assert text.strip_html(broken) == seen


def test_two_spellings_of_one_character_become_one():
    composed, apart = "caf\u00e9", "cafe\u0301"
    assert composed != apart
    assert text.normalize(apart) == composed
    assert text.normalize(composed, "NFD") == apart


def test_compatibility_forms_unify_look_alikes():
    assert text.normalize("ﬁle ２ x²", "NFKC") == "file 2 x2"
    assert text.normalize("ﬁle ２ x²") == "ﬁle ２ x²"


@given(
    st.text(),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.booleans(),
)
def test_normalize_twice_is_normalize_once(string, form, lower):
    once = text.normalize(string, form, lower)
    assert text.normalize(once, form, lower) == once
    assert unicodedata.is_normalized(form, once)


def test_capitals_that_a_normal_form_brings_back_are_lowered():
    assert text.normalize("ᴬ", "NFKC", lower=True) == "a"


def test_normalize_refuses_an_unknown_form():
    with pytest.raises(ValueError, match="form must be one of 'NFC'"):
        text.normalize("a", "nfc")


# --- cutting


def test_words():
    assert text.words("Don't panic, Mia!  3.5 ml") == [
        *["Don't", "panic", ",", "Mia", "!", "3", ".", "5", "ml"]
    ]
    assert text.words("the mother-in-law's well-known 'quote'") == [
        *["the", "mother-in-law's", "well-known", "'", "quote", "'"]
    ]


def test_marks_stay_with_their_letter():
    assert text.words("cafe\u0301 au lait") == ["cafe\u0301", "au", "lait"]
    assert text.words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


@given(st.text())
def test_words_lose_nothing_but_white_space(string):
    assert "".join(text.words(string)) == regex.sub(r"\s", "", string)


def test_split_lines():
    assert text.split_lines(" the cat \n\n sat <unk> \n") == [
        ["the", "cat"],
        ["sat", "<unk>"],
    ]


@pytest.mark.parametrize("function", [text.words, text.split_lines, text.strip_html])
def test_only_text_is_cut(function):
    with pytest.raises(ValueError, match="must be a str, got list"):
        function(["a", "b"])


def test_maximum_matching_by_hand():
    dictionary = {"研究", "研究生", "生命", "起源"}
    sentence = "研究生命起源"  # to study the origin of life
    assert text.max_match(sentence, dictionary) == ["研究生", "命", "起源"]
    assert text.max_match(sentence, dictionary, backward=True) == [
        *["研究", "生命", "起源"]
    ]


@given(
    st.text(alphabet="abc", max_size=30),
    st.sets(st.text(alphabet="abc", min_size=1, max_size=4)),
    st.booleans(),
)
def test_maximum_matching_cuts_into_known_words_or_characters(
    string, dictionary, backward
):
    found = text.max_match(string, dictionary, backward)
    assert "".join(found) == string
    assert all(word in dictionary or len(word) == 1 for word in found)


@given(
    st.text(alphabet="abc", max_size=30),
    st.sets(st.text(alphabet="abc", min_size=1, max_size=4)),
)
def test_backward_is_forward_in_a_mirror(string, dictionary):
    mirrored = text.max_match(string[::-1], {word[::-1] for word in dictionary})
    assert text.max_match(string, dictionary, backward=True) == [
        word[::-1] for word in reversed(mirrored)
    ]


def test_chinese_words_in_silence(capfd, recwarn):
    assert text.chinese_words("研究生命起源") == ["研究", "生命", "起源"]
    assert capfd.readouterr() == ("", "")
    assert len(recwarn) == 0


def test_chinese_words_lose_nothing(root):
    sample = (root / "data/samples/chinese.txt").read_text(encoding="utf-8")
    assert "".join(text.chinese_words(sample)) == sample
    assert len(sample.splitlines()) >= 25


# --- splitting


@given(st.lists(st.integers()), st.integers(min_value=0, max_value=99))
def test_split_deals_every_item_once(items, seed):
    parts = text.split(items, (0.5, 0.3, 0.2), seed)
    assert len(parts) == 3
    assert sorted(chain.from_iterable(parts)) == sorted(items)
    assert abs(len(parts[0]) - len(items) / 2) <= 1


def test_split_is_the_same_everywhere():
    assert text.split(range(10), (0.6, 0.4), seed=1) == [
        [9, 8, 0, 3, 5, 4],
        [6, 2, 7, 1],
    ]
    assert text.split(range(10), (0.6, 0.4), seed=2) != text.split(
        range(10), (0.6, 0.4), seed=1
    )


@pytest.mark.parametrize("fractions", [(0.5, 0.4), (1.2, -0.2), (80, 20)])
def test_split_refuses_fractions_that_are_none(fractions):
    with pytest.raises(ValueError, match="fractions must"):
        text.split([1, 2, 3], fractions)


# --- counting


def test_zipf_sorts_by_count_then_alphabet():
    assert text.zipf("bacabd") == [("a", 2), ("b", 2), ("c", 1), ("d", 1)]


def test_heaps_counts_types_on_the_way():
    tokens = list("abacadaa")
    read, types = text.heaps(tokens, points=8)
    assert types.tolist() == [len(set(tokens[:n])) for n in read]
    assert read[0] == 1
    assert read[-1] == len(tokens)


def test_heaps_needs_something_to_read():
    with pytest.raises(ValueError, match="nothing to read"):
        text.heaps([])


@given(
    st.lists(st.sampled_from("abcdef"), min_size=1),
    st.integers(min_value=1, max_value=40),
)
def test_heaps_grows_and_ends_with_all_types(tokens, points):
    read, types = text.heaps(tokens, points)
    assert len(read) == len(types) <= points
    assert (np.diff(read) > 0).all()
    assert (np.diff(types) >= 0).all()
    if points > 1:
        assert types[-1] == len(set(tokens))
