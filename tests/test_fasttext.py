"""Pieces, hash and rows by hand; the table against a dense embedding bag."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import fasttext
from lmcourse.fasttext import SubwordTable, character_ngrams, fnv1a, subword_rows

WORDS = ["cat", "cats", "banana", "an", "花园", "kitten"]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def table(dim=5, buckets=50, seed=0, **options):
    generator = torch.Generator().manual_seed(seed)
    made = SubwordTable(WORDS, dim, generator, buckets=buckets, **options)
    made.weight = made.weight.double()
    return made


# --- pieces ---------------------------------------------------------------------------


def test_the_example_of_the_paper():
    assert character_ngrams("where", 3, 3) == ["<wh", "whe", "her", "ere", "re>"]


def test_all_lengths_from_left_to_right():
    assert character_ngrams("her", 3, 6) == [
        "<he",
        "<her",
        "<her>",
        "her",
        "her>",
        "er>",
    ]


def test_a_mark_alone_is_no_piece_but_a_letter_is():
    assert character_ngrams("是", 1, 2) == ["<是", "是", "是>"]
    assert character_ngrams("", 1, 2) == ["<>"]
    assert character_ngrams("<", 1, 1) == ["<"]


def test_a_piece_that_comes_twice_counts_twice():
    assert character_ngrams("banana", 3, 3).count("ana") == 2


@given(texts, st.integers(1, 4), st.integers(0, 3))
def test_pieces_are_all_substrings_of_these_lengths(word, low, more):
    got = character_ngrams(word, low, low + more)
    marked = f"<{word}>"
    lengths = range(low, min(low + more, len(marked)) + 1)
    alone = 2 if low == 1 else 0
    assert len(got) == sum(len(marked) - n + 1 for n in lengths) - alone
    assert all(ngram in marked and low <= len(ngram) <= low + more for ngram in got)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3,), "word must be a str"),
        ((b"cat",), "decode"),
        (("cat", 0, 3), "low must be at least 1"),
        (("cat", 3, 2), "high must be at least 3"),
        (("cat", 3.0, 6), "low must be an integer"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        character_ngrams(*arguments)


# --- hash -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),  # the published test vectors of FNV-1a, 32 bits
    [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968)],
)
def test_ascii_is_true_fnv1a(text, value):
    assert fnv1a(text) == value


def test_bytes_above_127_are_signed():
    h = 2166136261
    for byte in "é".encode():
        h = (h ^ (byte - 256) % 2**32) * 16777619 % 2**32
    assert fnv1a("é") == h
    plain = 2166136261
    for byte in "é".encode():
        plain = (plain ^ byte) * 16777619 % 2**32
    assert fnv1a("é") != plain


@given(texts)
def test_a_hash_has_32_bits_and_no_memory(text):
    assert 0 <= fnv1a(text) < 2**32
    assert fnv1a(text) == fnv1a(text)


# --- rows -----------------------------------------------------------------------------


def test_words_come_first_then_buckets():
    ids = {"her": 0, "cat": 1}
    pieces = [2 + fnv1a(g) % 10 for g in character_ngrams("cat")]
    assert subword_rows("cat", ids, 10) == [1, *pieces]
    assert subword_rows("bat", ids, 10)[0] == 2 + fnv1a("<ba") % 10


@given(texts, st.integers(1, 100))
def test_rows_of_an_unknown_word_are_buckets(word, buckets):
    rows = subword_rows(word, {"\ud800": 0}, buckets)
    assert len(rows) == len(character_ngrams(word))
    assert all(1 <= row <= buckets for row in rows)


# --- the table ------------------------------------------------------------------------


def means(weight, made, ids):
    """Take the mean row by row, from the definition."""
    return torch.stack([weight[made.rows(made.words[i])].mean(0) for i in ids])


@pytest.mark.parametrize("ids", [[0], [4, 0, 4, 2, 2], [5, 3, 1, 0, 2, 4]])
def test_lookup_is_the_mean_of_the_rows(ids):
    made = table()
    torch.testing.assert_close(
        made.lookup(torch.tensor(ids)), means(made.weight, made, ids)
    )


def test_all_is_lookup_of_all():
    made = table()
    torch.testing.assert_close(made.all(), made.lookup(torch.arange(len(WORDS))))


@pytest.mark.parametrize(
    "buckets", [1, 3, 50]
)  # with few, words collide with themselves
@pytest.mark.parametrize("ids", [[0], [4, 0, 4, 2, 2], [0, 1, 0, 1]])
def test_update_is_the_gradient_of_a_sum(ids, buckets, monkeypatch):
    monkeypatch.setattr(fasttext, "MOST", math.inf)
    made = table(buckets=buckets)
    before = made.weight.clone().requires_grad_()
    change = torch.randn(len(ids), 5, dtype=torch.float64)
    sums = torch.stack([before[made.rows(WORDS[i])].sum(0) for i in ids])
    (sums * change).sum().backward()
    made.update_(torch.tensor(ids), change)
    torch.testing.assert_close(made.weight, before.detach() + before.grad)


def test_a_word_moves_by_the_change_itself():
    made = table(buckets=100_000)  # no collisions
    before, change = made.vector("cat"), torch.randn(1, 5, dtype=torch.float64)
    made.update_(torch.tensor([0]), change)
    np.testing.assert_allclose(made.vector("cat") - before, change[0])


def test_words_that_share_pieces_move_along():
    made = table(buckets=100_000)
    before = made.all().clone()
    made.update_(torch.tensor([0]), torch.ones(1, 5, dtype=torch.float64))
    moved = (made.all() - before).mean(1)
    shared = len(set(character_ngrams("cat")) & set(character_ngrams("cats")))
    assert moved[1].item() == pytest.approx(shared / len(made.rows("cats")))
    assert moved[4].item() == 0


def test_the_mean_works_against_autograd_of_embedding_bag(monkeypatch):
    monkeypatch.setattr(fasttext, "MOST", math.inf)
    made = table()
    ids = torch.tensor([1, 2, 1])
    rows = [torch.tensor(made.rows(WORDS[i])) for i in ids]
    starts = torch.tensor([0, len(rows[0]), len(rows[0]) + len(rows[1])])
    weight = made.weight.clone().requires_grad_()
    bag = torch.nn.functional.embedding_bag(
        torch.cat(rows), weight, starts, mode="mean"
    )
    torch.testing.assert_close(made.lookup(ids), bag.detach())
    change = torch.randn(3, 5, dtype=torch.float64)
    sizes = torch.tensor([[len(r)] for r in rows])
    (bag * sizes * change).sum().backward()  # n times the gradient of a mean of n
    made.update_(ids, change)
    torch.testing.assert_close(made.weight, weight.detach() + weight.grad)


def test_a_row_that_many_words_share_moves_no_farther_than_most_of_them_would():
    rows = {"cat": [0, 7], "cats": [1, 7, 8], "an": [3, 7, 7], "kitten": [5, 8]}
    made = table(rows=lambda word, *_: rows.get(word, [9]))
    before = made.weight.clone()
    change = torch.tensor([[1.0], [3.0], [5.0], [7.0], [2.0]]).double().expand(5, 5)
    made.update_(torch.tensor([0, 1, 3, 5, 0]), change)  # cat twice
    moved = (made.weight - before)[:, 0]
    assert moved[[0, 1, 3, 5]].tolist() == pytest.approx([3, 3, 5, 7])
    assert moved[8].item() == pytest.approx(3 + 7)
    assert moved[7].item() == pytest.approx(fasttext.MOST * (3 + 3 + 5 + 5) / 4)
    assert moved[[2, 4, 6, 9]].tolist() == [0, 0, 0, 0]


def test_a_word_never_seen_is_the_mean_of_its_pieces():
    made = table()
    pieces = [len(WORDS) + fnv1a(g) % 50 for g in character_ngrams("kittens")]
    np.testing.assert_allclose(made.vector("kittens"), made.weight[pieces].mean(0))
    np.testing.assert_allclose(made.vector("cat"), made.all()[0])


def test_first_values_are_those_of_the_program():
    made = SubwordTable(WORDS, 20, torch.Generator().manual_seed(3), buckets=5_000)
    assert made.weight.abs().max() <= 1 / 20
    assert made.weight.std().item() == pytest.approx(1 / 20 / math.sqrt(3), rel=0.01)
    again = SubwordTable(WORDS, 20, torch.Generator().manual_seed(3), buckets=5_000)
    assert torch.equal(made.weight, again.weight)


def test_your_own_rows_drive_the_table():
    made = table(rows=lambda word, ids, *_: [ids[word]])
    torch.testing.assert_close(made.all(), made.weight[: len(WORDS)])


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["a", "b", "a"], {}, "'a' comes twice"),
        ("cat", {}, "got one str"),
        (["a"], {"dim": 0}, "dim must be at least 1"),
        (["a"], {"buckets": 0}, "buckets must be at least 1"),
        (["a"], {"low": 4, "high": 3}, "high must be at least 4"),
    ],
)
def test_a_bad_table_is_refused(words, options, message):
    with pytest.raises(ValueError, match=message):
        SubwordTable(words, **{"dim": 3, "buckets": 9, **options})


def test_a_word_too_short_for_pieces_is_refused():
    with pytest.raises(ValueError, match=r"'x' is not in .* at least 5"):
        table(low=5).vector("x")


def test_hash_and_rows_refuse_what_they_cannot_hash():
    with pytest.raises(ValueError, match="text must be a str"):
        fasttext.fnv1a(5)
    for buckets in (0, -5):
        with pytest.raises(ValueError, match="buckets must be at least 1"):
            fasttext.subword_rows("word", {}, buckets)
