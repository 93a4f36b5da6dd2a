"""A claim prints one stable line when it is true and tells the figure when not."""

import math

import numpy as np
import pytest

from lmcourse.claims import ClaimError, claim


@pytest.mark.parametrize(
    ("value", "how"),
    [
        (True, {}),
        (np.bool_(True), {}),
        (np.array(True), {}),
        (1.95, {"about": 1.9}),
        (1.99, {"about": 1.9, "rel": 0.05}),
        (-1.95, {"about": -1.9}),
        (1.9, {"about": 1.9, "tol": 0}),
        (np.float32(3), {"below": 4}),
        (3, {"above": 2.9, "below": 3.1}),
        (["a", "b"], {"equals": ["a", "b"]}),
        (np.arange(3), {"equals": [0, 1, 2]}),
        (0, {"equals": 0}),
    ],
)
def test_a_true_claim_prints_the_text_and_nothing_else(capsys, value, how):
    claim("the sea is salty", value, **how)
    assert capsys.readouterr().out == "✓ the sea is salty\n"


@pytest.mark.parametrize(
    ("value", "how", "said"),
    [
        (False, {}, "the condition is false"),
        (np.bool_(False), {}, "the condition is false"),
        (2.0, {"about": 1.9}, "it is 2, not within 0.095 of 1.9"),
        (2.0, {"about": 1.9, "tol": 0.05}, "not within 0.05 of 1.9"),
        (4, {"below": 4}, "it is 4, not below 4"),
        (2.9, {"above": 2.9}, "it is 2.9, not above 2.9"),
        (5, {"above": 2, "below": 4}, "it is 5, not below 4"),
        (math.nan, {"about": 1}, "nan"),
        (math.nan, {"below": 1}, "nan"),
        (math.inf, {"about": 1}, "it is inf"),
        ("cat", {"equals": "dog"}, "it is 'cat', not 'dog'"),
        (np.arange(3), {"equals": [0, 1]}, "not"),
        (1, {"equals": 0}, "it is 1, not 0"),
    ],
)
def test_a_false_claim_raises_with_the_figure(capsys, value, how, said):
    with pytest.raises(ClaimError, match="✗ the sea is sweet: ") as caught:
        claim("the sea is sweet", value, **how)
    assert said in str(caught.value)
    assert isinstance(caught.value, AssertionError)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "how", "said"),
    [
        (("", True), {}, "one line of text"),
        (("two\nlines", True), {}, "one line of text"),
        ((True, "text"), {}, "one line of text"),
        (("x", 3.0), {}, "needs True or False, or a bound"),
        (("x", np.array([True, True])), {}, "needs True or False"),
        (("x", None), {}, "needs True or False"),
        (("x", True), {"below": 2}, "needs a number, got True"),
        (("x", "3"), {"below": 4}, "needs a number, got '3'"),
        (("x", [1, 2]), {"below": 4}, "needs one number, got list"),
        (("x", 3), {"tol": 1}, "give about too"),
        (("x", 3), {"below": 4, "rel": 1}, "give about too"),
        (("x", 3), {"about": 4, "rel": 1, "tol": 1}, "not both"),
        (("x", 3), {"about": 4, "equals": 3}, "equals stands alone"),
    ],
)
def test_an_unclear_claim_is_refused(arguments, how, said):
    with pytest.raises(ValueError, match=said):
        claim(*arguments, **how)
