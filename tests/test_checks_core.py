"""The core of the checks: it judges any answer and never raises at a student."""

import math
import sys

import numpy as np
import pytest

import lmcourse.checks
from lmcourse.checks.core import CheckResult, diagnose, prove

# --- one small exercise: the relative frequencies of the words of a text ------------


def frequencies(words):
    """Return each word's share."""
    if not words:
        raise ValueError("words must not be empty")
    return {w: words.count(w) / len(words) for w in words}


def probes(rng):
    """Two texts by hand, one drawn, one empty."""
    drawn = [str(w) for w in rng.choice(list("abcd"), 20)]
    return [(["a", "b", "a"],), (drawn,), ([],)]


MISTAKES = {
    "These are counts: divide them by the number of words.": (
        lambda words: {w: float(words.count(w)) for w in words} if words else 1 / 0
    ),
    "Divide by all words, not by the different ones.": (
        lambda words: (
            {w: words.count(w) / len(set(words)) for w in words}
            if words
            else frequencies(words)
        )
    ),
}


def check(student, seed=0):
    """Check ``frequencies``."""
    return diagnose("frequencies", student, frequencies, probes, MISTAKES, seed=seed)


def _other_way(words):
    if len(words) == 0:
        raise ValueError("no words")
    counts = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    return {w: np.float64(n) / len(words) for w, n in counts.items()}


def _third_way(words):
    kinds, counts = np.unique(words, return_counts=True)
    if not counts.sum():
        raise ValueError
    return dict(zip(kinds.tolist(), counts / counts.sum(), strict=True))


def test_the_check_is_proven():
    prove(check, MISTAKES, [frequencies, _other_way, _third_way], at_least=2)


def test_a_pass_says_so():
    result = check(frequencies)
    assert result.passed
    assert str(result) == repr(result) == "✓ PASS  frequencies"
    result.require()


def test_require_raises_for_the_grader():
    with pytest.raises(AssertionError, match="These are counts"):
        check(next(iter(MISTAKES.values()))).require()


def _prints(words):
    print(frequencies(words))


def _no_return(words):
    frequencies(words)


def _in_place(words):
    answer = frequencies(words)
    words.sort()
    return answer


_kept: dict = {}


def _remembers(words):
    answer = frequencies(words)
    answer.update(_kept)
    if len(words) > 4:
        _kept["z"] = 1.0
    return answer


def _exits(words):
    sys.exit("bye")


def _recursive(words):
    return _recursive(words)


def _looks_up(words):
    return {"x": 1}["missing"]


def _yields(words):
    yield from frequencies(words).items()


def _evil(words):
    class Evil(dict):
        def __iter__(self):
            raise RuntimeError("boo")

    return Evil(a=1)


def _accepts_nothing(words):
    if not words:
        return {}
    return frequencies(words)


def _other_error(words):
    if not words:
        raise KeyError("x")
    return frequencies(words)


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (frequencies(["a"]), "Hand over the function itself"),
        (None, "Hand over the function itself"),
        (lambda: 1, r"called with (words), but yours takes ()"),
        (lambda words, k: 1, "but yours takes (words, k)"),
        (_prints, "write return, not print"),
        (_no_return, "there is no return"),
        (lambda words: ..., "three dots"),
        (_yields, "returns a generator"),
        (lambda words: ((w, 1) for w in words), "returns a generator"),
        (lambda words: map(str, words), "map object"),
        (lambda words: iter(words), "list_iterator object"),
        (lambda words: frequencies, "the function frequencies itself"),
        (_exits, "calls exit()"),
        (_recursive, "calls itself without an end"),
        (_looks_up, "KeyError: 'missing', at the line: return {"),
        (lambda words: 1 / 0, "ZeroDivisionError"),
        (_in_place, "changed in place"),
        (_remembers, "Called again with the same arguments"),
        (_evil, "cannot be read: RuntimeError: boo"),
        (_accepts_nothing, "should raise ValueError (words must not be empty)"),
        (_other_error, "should raise ValueError, but it raises KeyError"),
        (lambda words: [1], "the answer should be a dict, but it is [1]"),
        (lambda words: {"a": 2 / 3}, "keys of the answer should contain 'b'"),
        (
            lambda words: frequencies([*words, "z"]),
            "keys of the answer should not contain 'z'",
        ),
        (
            lambda words: dict.fromkeys(words, 0.5),
            "For frequencies(['a', 'b', 'a']), the answer['a'] should be 0.666667, "
            "not 0.5.",
        ),
        (lambda words: dict.fromkeys(words, math.nan), "the answer['a'] is nan"),
        (
            lambda words: {w: np.float32(p) for w, p in frequencies(words).items()},
            "should be 0.666666666666667, not 0.666666686534882",
        ),
    ],
)
def test_everything_else_that_students_write_gets_a_hint(student, said):
    result = check(student)
    assert not result.passed
    assert said in result.hint, result.hint


def test_a_mistake_is_recognized_even_if_a_special_case_is_forgotten_too():
    def counts(words):
        if not words:
            raise KeyError("never thought of it")
        return {w: words.count(w) / len(set(words)) for w in words}

    assert check(counts).hint == "Divide by all words, not by the different ones."


def test_the_keyboard_still_interrupts():
    def interrupted(words):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(interrupted)


def test_what_a_student_prints_to_find_a_mistake_is_shown(capsys):
    def talks(words):
        print("here", len(words))
        return dict.fromkeys(words, 0.5)

    check(talks)
    assert "here 3" in capsys.readouterr().out


def test_the_stub_is_not_an_error():
    def stub(words):
        raise NotImplementedError

    assert "Not written yet" in check(stub).hint


def test_one_probe_is_not_enough():
    result = diagnose("f", abs, abs, lambda rng: [(1,)], {})
    assert "give several" in result.hint


# --- every kind of answer -----------------------------------------------------------

_RIGHT = {
    "float": 0.1 + 0.2,
    "int": 3,
    "bool": True,
    "str": "abc",
    "list": [1, 2.5, "x"],
    "tuple": (1, [2, 3]),
    "dict": {"a": [0.5]},
    "set": {1, 2},
    "array": np.arange(6.0).reshape(2, 3),
    "infinite": -math.inf,
}


def _judge(right, got, **how):
    return diagnose(
        "f", lambda x: got, lambda x: right, lambda rng: [(1,), (2,)], {}, **how
    ).hint


@pytest.mark.parametrize("kind", _RIGHT)
def test_the_right_answer_of_each_kind_passes(kind):
    assert _judge(_RIGHT[kind], _RIGHT[kind]) == ""


@pytest.mark.parametrize(
    ("right", "got"),
    [
        (0.3, 0.1 + 0.2),
        (2.0, 2),
        (2.0, np.array(2.0)),
        (3, np.int64(3)),
        (True, np.True_),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ((1, 2), [1, 2]),
        ([("a", 1)], (["a", 1],)),
        (1e12, 1e12 + 0.01),
    ],
)
def test_an_answer_that_is_as_good_passes(right, got):
    assert _judge(right, got) == ""


@pytest.mark.parametrize(
    ("right", "got", "said"),
    [
        (0.3, 0.31, "should be 0.3, not 0.31"),
        (0.3, "0.3", "should be a number (float), but it is '0.3'"),
        (0.3, True, "should be a number (float), but it is True"),
        (3, 3.0, "should be a whole number (int), but it is the float 3.0"),
        ([3, 4], [3.0, 4.0], "[0] should be a whole number (int), but it is the float"),
        ([("a", 3)], [("a", 3.0)], "[0][1] should be a whole number (int)"),
        (3, 4, "should be 3, not 4"),
        (True, 1, "should be True or False, but it is 1"),
        ("a b", "a  b", "should be 'a b', not 'a  b'"),
        ([1, 2], [2, 1], "should be [1, 2], not [2, 1]"),
        ([1, 2], [1], "should have 2 items, not 1 ([1, 2], not [1])"),
        (list(range(99)), [0] * 99, "the answer[1] should be 1, not 0"),
        ({1, 2}, {1}, "should contain 2"),
        ({1, 2}, [1, 2], "should be a set, but it is [1, 2]"),
        ({"a": 1}, {"a": 2}, "the answer['a'] should be 1, not 2"),
        (np.zeros(3), [0.0] * 3, "should be a NumPy array, but it is [0, 0, 0]"),
        (np.zeros((2, 3)), np.zeros((3, 2)), "shape (2, 3), not (3, 2)"),
        (np.zeros(2), np.zeros(2, int), "should be of float64, not int64"),
        (np.zeros(2), np.array([0, np.nan]), "contains nan"),
        (np.zeros(2), np.array([0.0, 1.0]), "should be array([0., 0.])"),
        (np.zeros(999), np.ones(999), "the numbers in the answer differ"),
    ],
)
def test_a_wrong_answer_of_each_kind_is_explained(right, got, said):
    assert said in _judge(right, got)


def test_parts_have_names():
    hint = _judge((1.0, 2.0), (1.0, 3.0), outputs=("mean", "spread"))
    assert "spread should be 2, not 3. (mean is right.)" in hint
    hint = _judge((1.0, 2.0), (1.0,), outputs=("mean", "spread"))
    assert "should return (mean, spread)" in hint


def test_addresses_never_show():
    class Thing:
        pass

    hint = _judge(0.5, Thing())
    assert "0x" not in hint
    assert "Thing" in hint


def test_tensors_and_their_gradients():
    torch = pytest.importorskip("torch")

    def make(rng):
        x = torch.tensor(rng.normal(size=3)).requires_grad_()
        return [(x,), (x.detach().clone().requires_grad_(),)]

    def judge(student):
        return diagnose("f", student, torch.tanh, make, {}).hint

    assert judge(lambda x: x.tanh()) == ""
    assert "lost gradient" in judge(lambda x: x.detach().tanh())
    assert "should be of torch.float64" in judge(lambda x: x.tanh().float())
    assert "shape (3,), not (1, 3)" in judge(lambda x: x.tanh()[None])
    assert "should be a Tensor" in judge(lambda x: x.tanh().tolist())
    assert "the answer" in judge(lambda x: 2 * x.tanh())


# --- proving a check ----------------------------------------------------------------


def test_a_mistake_that_cannot_be_told_is_reported():
    with pytest.raises(AssertionError, match=r"'Harmless.' was told ''"):
        prove(
            lambda f, seed: diagnose(
                "f", f, abs, lambda rng: [(1,), (2,)], {"Harmless.": lambda x: x}
            ),
            {"Harmless.": lambda x: x},
            [abs, abs, abs],
            at_least=1,
        )


def test_too_few_mistakes_or_ways_are_reported():
    with pytest.raises(AssertionError, match="only 2 mistakes are known") as caught:
        prove(check, MISTAKES, [frequencies])
    assert "two other honest ways" in str(caught.value)


def test_an_honest_way_that_fails_is_reported():
    with pytest.raises(AssertionError, match="honest way 2 was told"):
        prove(check, MISTAKES, [frequencies, frequencies, _in_place], at_least=2)


def test_unknown_checks_are_missing_attributes():
    with pytest.raises(AttributeError, match="no check_nothing"):
        lmcourse.checks.check_nothing  # noqa: B018
    assert lmcourse.checks.CheckResult is CheckResult


def test_all_checks_can_be_listed():
    listed = dir(lmcourse.checks)
    assert {"CheckResult", "check_surprise", "check_kneser_ney"} <= set(listed)
    assert all(callable(getattr(lmcourse.checks, name)) for name in listed)
