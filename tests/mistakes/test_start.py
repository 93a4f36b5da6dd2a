"""Every known mistake of chapter 0 is told under its own hint; honest ways pass."""

import math
from collections import Counter

import numpy as np
import pytest

from lmcourse import checks, metrics
from lmcourse.checks import start
from lmcourse.checks.core import prove
from lmcourse.claims import claim

# --- two honest other ways of each --------------------------------------------------


def _surprise_with_numpy(p):
    if p < 0 or p > 1:
        raise ValueError("not a probability")
    with np.errstate(divide="ignore"):
        return -np.log2(np.float64(p))


class _NoProbabilityError(ValueError):
    pass


def _surprise_with_an_error_of_its_own(p):
    if not 0 <= p <= 1:
        raise _NoProbabilityError(p)
    return start.surprise(p)


def _surprise_by_change_of_base(p):
    if not (0 <= p <= 1):
        raise ValueError(p)
    if p == 0:
        return float("inf")
    return math.log(1 / p) / math.log(2)


def _entropy_with_numpy(probabilities):
    p = np.array(probabilities)
    p = p[p > 0]
    return float((p * np.log2(1 / p)).sum())


def _entropy_in_a_loop(probabilities):
    total = 0
    for p in probabilities:
        if p:
            total += p * start.surprise(p)
    return total


def _story_bits_in_a_loop(story, next_word):
    bits, known = [], []
    for word in (*story, "</s>"):
        bits.append(math.log2(1 / next_word(known)[word]))
        known = [*known, word]
    return bits


def _story_bits_as_array(story, next_word):
    probs = [next_word(tuple(story[:i]))[w] for i, w in enumerate(story)]
    return -np.log2([*probs, next_word(story)["</s>"]])


def _bits_per_char_with_numpy(bits, story):
    return np.sum(bits) / np.sum([len(w) + 1 for w in story])


def _bits_per_char_of_a_line(bits, story):
    return math.fsum(bits) / len(" ".join(story) + "\n")


def _ranks_by_counting(text, guesser):
    ranks = []
    for i in range(len(text)):
        rank = 1
        for letter in guesser(text[:i]):
            if letter == text[i]:
                break
            rank += 1
        ranks.append(rank)
    return ranks


def _ranks_while_reading(text, guesser):
    known, ranks = "", ()
    for letter in text:
        ranks += (list(guesser(known)).index(letter) + 1,)
        known += letter
    return ranks


def _bounds_by_counter(ranks):
    n, counts = len(ranks), Counter(ranks)
    low = sum(
        i * (counts[i] - counts[i + 1]) / n * math.log2(i)
        for i in range(1, max(ranks) + 1)
    )
    return [low, -sum(c / n * math.log2(c / n) for c in counts.values())]


def _bounds_by_parts(ranks):  # the same sum, regrouped by Abel
    ranks = np.array(ranks)
    before = np.where(ranks > 1, (ranks - 1) * np.log2(np.maximum(ranks - 1, 1)), 0)
    low = np.mean(ranks * np.log2(ranks) - before)
    _, counts = np.unique(ranks, return_counts=True)
    q = counts / counts.sum()
    return low, -(q @ np.log2(q))


@pytest.mark.parametrize(
    ("check", "mistakes", "honest"),
    [
        (
            start.check_surprise,
            start.MISTAKES_SURPRISE,
            [
                start.surprise,
                _surprise_with_numpy,
                _surprise_by_change_of_base,
                _surprise_with_an_error_of_its_own,
            ],
        ),
        (
            start.check_entropy,
            start.MISTAKES_ENTROPY,
            [start.entropy, _entropy_with_numpy, _entropy_in_a_loop],
        ),
        (
            start.check_story_bits,
            start.MISTAKES_STORY_BITS,
            [start.story_bits, _story_bits_in_a_loop, _story_bits_as_array],
        ),
        (
            start.check_bits_per_char,
            start.MISTAKES_BITS_PER_CHAR,
            [start.bits_per_char, _bits_per_char_with_numpy, _bits_per_char_of_a_line],
        ),
        (
            start.check_guess_ranks,
            start.MISTAKES_GUESS_RANKS,
            [start.guess_ranks, _ranks_by_counting, _ranks_while_reading],
        ),
        (
            start.check_shannon_bounds,
            start.MISTAKES_SHANNON_BOUNDS,
            [metrics.shannon_bounds, _bounds_by_counter, _bounds_by_parts],
        ),
    ],
)
def test_the_check_is_proven(check, mistakes, honest):
    prove(check, mistakes, honest)


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (  # bytes are no characters
            start.check_bits_per_char,
            lambda bits, s: sum(bits) / (len(" ".join(s).encode()) + 1),
        ),
        (  # the text so far is a str
            start.check_guess_ranks,
            lambda t, g: [g(list(t[:i])).index(c) + 1 for i, c in enumerate(t)],
        ),
        (  # the bounds of an odd guesser cross
            start.check_shannon_bounds,
            lambda ranks: tuple(sorted(metrics.shannon_bounds(ranks))),
        ),
        (  # there may be more guesses than letters
            start.check_shannon_bounds,
            lambda ranks: metrics.shannon_bounds([min(r, 28) for r in ranks]),
        ),
        (  # how many stories there are says nothing of them
            start.check_my_claim,
            lambda s: claim("there are more than five stories", len(s), above=5),
        ),
    ],
)
def test_answers_that_are_nearly_right_fail(check, wrong):
    assert not check(wrong).passed


def test_the_ways_of_counting_characters_agree():
    story = ["one", "morning", "."]
    assert start.bits_per_char([1, 2, 3, 4], story) == metrics.bits_per_char(
        10, [story]
    )


# --- the open exercise --------------------------------------------------------------


def _about_words(stories):
    words = [w for s in stories for w in s]
    claim("the most common word is the", Counter(words).most_common(1)[0][0] == "the")


def _about_length(stories):
    mean = sum(map(len, stories)) / len(stories)
    claim("a story has from five to a hundred words", mean, above=5, below=100)


def _about_endings(stories):
    ends = sum(s[-1] == "." for s in stories)
    claim("every story ends with a full stop", ends, equals=len(stories))


@pytest.mark.parametrize("honest", [_about_words, _about_length, _about_endings])
def test_an_honest_claim_passes(honest):
    for seed in range(3):
        start.check_my_claim(honest, seed=seed).require()


@pytest.mark.parametrize("hint", start.MISTAKES_MY_CLAIM)
def test_each_way_to_claim_nothing_is_recognized(hint):
    assert start.check_my_claim(start.MISTAKES_MY_CLAIM[hint]).hint == hint


def _stub(stories):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (_stub, "Not written yet"),
        (7, "Hand over the function itself"),
        (
            lambda s: claim("there are a thousand stories", len(s), equals=1000),
            "not tr",
        ),
        (lambda s: 1 / 0, "ZeroDivisionError"),
        (lambda s: exit(), "SystemExit"),
    ],
)
def test_other_claims_are_answered(student, said):
    assert said in start.check_my_claim(student).hint


def test_the_keyboard_interrupts_a_claim():
    def interrupted(stories):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start.check_my_claim(interrupted)


def test_the_stories_are_the_learners_to_choose():
    mine = [["my", "own", "tale", "."]] * 3
    assert start.check_my_claim(_about_endings, mine).passed
    assert "not true of these" in start.check_my_claim(_about_length, mine).hint


def test_the_checks_are_found_by_name():
    assert checks.check_surprise is start.check_surprise
    assert checks.check_my_claim is start.check_my_claim
