"""Every refusal names what was expected and what came."""

import numpy as np
import pytest
import torch

from lmcourse import validate


def test_good_values_come_back():
    assert validate.positive_int("n", np.int64(3)) == 3
    assert type(validate.positive_int("n", np.int64(3))) is int
    assert validate.number("k", np.float32(0.5)) == 0.5
    assert validate.probability("p", 1) == 1.0
    assert validate.one_of("mode", "a", ("a", "b")) == "a"
    assert validate.text("s", "") == ""
    assert validate.words("w", ("a", "b")) == ["a", "b"]
    weights = np.zeros((2, 3))
    assert validate.shape("W", weights, 2, 3) is weights
    ids = torch.tensor([[0, 4]])
    assert validate.token_ids("ids", ids, 5) is ids


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: validate.positive_int("n", 0), "n must be at least 1, got 0"),
        (lambda: validate.positive_int("n", 2.0), "n must be an integer, got float"),
        (lambda: validate.positive_int("n", True), "n must be an integer, got bool"),
        (lambda: validate.number("k", "1"), "k must be a number, got str '1'"),
        (lambda: validate.number("k", float("nan")), "k must be finite"),
        (lambda: validate.number("k", 0, above=0), "k must be above 0, got 0"),
        (lambda: validate.number("k", -1, at_least=0), "k must be at least 0"),
        (lambda: validate.probability("p", 1.01), "p must be at most 1, got 1.01"),
        (lambda: validate.one_of("m", "c", ("a", "b")), "one of 'a', 'b'; got 'c'"),
        (lambda: validate.text("s", b"x"), "must be a str, got bytes b'x'; decode"),
        (
            lambda: validate.shape("W", np.zeros((1, 3)), 2, 3),
            r"W must have the shape \(2, 3\), got \(1, 3\)",
        ),
        (lambda: validate.shape("W", [1], 2), r"the shape \(2,\), got list \[1\]"),
        (
            lambda: validate.token_ids("ids", torch.zeros(2, 2), 5),
            "ids must be an int64 Tensor of ids, got torch.float32",
        ),
        (lambda: validate.token_ids("ids", [[1]], 5), r"got list \[\[1\]\]"),
        (
            lambda: validate.token_ids("ids", torch.tensor([1]), 5),
            r"ids must be \(B, T\) with B and T at least 1, got \(1,\)",
        ),
        (
            lambda: validate.token_ids("ids", torch.tensor([[1, 5]]), 5),
            "ids must be in 0, ..., 4, got 5",
        ),
        (
            lambda: validate.token_ids("ids", torch.tensor([[1, -2]]), 5),
            "ids must be in 0, ..., 4, got -2",
        ),
        (lambda: validate.per_layer("s", (1,), 2), "each of the 2 layers, got 1"),
        (lambda: validate.per_layer("s", 3.5, 2), "the 2 layers, got float 3.5"),
        (lambda: validate.words("context", "the cat"), "got one str: 'the cat'; split"),
        (lambda: validate.words("context", ["a", 1]), "must contain words"),
        (lambda: validate.words("context", 3), "list of words, got int 3"),
        (lambda: validate.sentences("the cat sat"), "lists of words, got one str"),
        (lambda: validate.sentences(["the", "cat"]), "wrap it in a list"),
        (lambda: validate.sentences(7), "lists of words, got int 7"),
        (lambda: validate.sentences([["a"], 3]), r"sentences\[1\] must be a list"),
        (lambda: validate.sentences([["a", 3]]), r"sentences\[0\] must contain words"),
    ],
)
def test_bad_values_are_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_sentences_may_come_in_any_sequence():
    given = (tuple(s) for s in (["a", "b"], [], [np.str_("c")]))
    assert validate.sentences(given) == [["a", "b"], [], ["c"]]


def test_sentences_are_not_copied_in_vain():
    sentence = ["a", "b"]
    assert validate.sentences([sentence])[0] is sentence


def test_long_values_are_shortened_in_the_message():
    with pytest.raises(ValueError, match=r"must be a list of words") as caught:
        validate.words("context", "x" * 1000)
    assert len(str(caught.value)) < 120
