"""Windows, subsampling and noise against slow definitions and exact integrals."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.word2vec import (
    keep_probability,
    linear_decay,
    negative_samples,
    noise_distribution,
    skipgram_pairs,
)

counts = st.lists(st.integers(1, 10_000), min_size=2, max_size=12)


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 15))
def test_pairs_are_all_neighbors_in_the_order_of_the_text(ids, window):
    slow = [
        (ids[t], ids[c])
        for t in range(len(ids))
        for c in range(max(0, t - window), min(len(ids), t + window + 1))
        if c != t
    ]
    centers, contexts = skipgram_pairs(ids, window)
    assert list(zip(centers.tolist(), contexts.tolist(), strict=True)) == slow
    assert centers.dtype == contexts.dtype == np.int64


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 15))
def test_who_is_my_neighbor_has_me_as_one(ids, window):
    centers, contexts = skipgram_pairs(ids, window)
    there = sorted(zip(centers.tolist(), contexts.tolist(), strict=True))
    back = sorted(zip(contexts.tolist(), centers.tolist(), strict=True))
    assert there == back


def test_pairs_by_hand():
    centers, contexts = skipgram_pairs([7, 8, 7], 1)
    assert centers.tolist() == [7, 8, 8, 7]
    assert contexts.tolist() == [8, 7, 7, 8]
    assert skipgram_pairs([7, 7], 10**12)[0].tolist() == [7, 7]  # and needs no memory


@given(counts, st.floats(1e-6, 2))
def test_keeping_and_discarding_make_one(counts, threshold):
    keep = keep_probability(counts, threshold)
    for kept, count in zip(keep, counts, strict=True):
        f = count / sum(counts)
        discard = max(0.0, 1 - math.sqrt(threshold / f))  # equation 5 as printed
        assert kept == pytest.approx(1 - discard)


def test_a_word_that_never_occurs_would_be_kept():
    assert keep_probability([0, 5]).tolist() == [1.0, pytest.approx(math.sqrt(1e-3))]


@given(counts, st.floats(0, 2))
def test_noise_is_a_distribution_between_uniform_and_unigram(counts, power):
    noise = noise_distribution(counts, power)
    assert noise.sum() == pytest.approx(1)
    ratio = (counts[0] / counts[1]) ** power
    assert noise[0] / noise[1] == pytest.approx(ratio)


def test_noise_by_hand():
    assert noise_distribution([1, 16, 81]) == pytest.approx(np.array([1, 8, 27]) / 36)
    assert noise_distribution([1, 3], power=0).tolist() == [0.5, 0.5]
    assert noise_distribution([0, 3]).tolist() == [0, 1]


@given(st.lists(st.integers(0, 9), min_size=2, max_size=8))
def test_negatives_follow_the_noise_without_the_context_word(weights):
    """Integrate over u on an even grid: each share is right up to one grid step."""
    noise = np.array(weights) / max(1, sum(weights))
    steps = 4000
    u = (np.arange(steps) + 0.5) / steps
    for word in range(len(noise)):
        rest = np.where(np.arange(len(noise)) == word, 0, noise)
        if not rest.sum():
            continue
        drawn = negative_samples(noise, [word], u[None])
        share = np.bincount(drawn[0], minlength=len(noise)) / steps
        assert abs(share - rest / rest.sum()).max() <= 1 / steps
        assert (share[rest == 0] == 0).all()


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=8),
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5),
)
def test_no_rounding_draws_the_context_word_or_one_without_mass(weights, u):
    noise = np.array(weights)
    u = np.array([[0.0, math.nextafter(1, 0), *u]])
    for word in range(len(noise)):
        rest = np.where(np.arange(len(noise)) == word, 0, noise)
        if rest.sum() < 1e-9 * noise.sum() or not rest.sum():
            continue
        drawn = negative_samples(noise, [word], u)
        assert (drawn != word).all()
        assert (drawn >= 0).all()
        assert (drawn < len(noise)).all()
        assert (noise[drawn] > 0).all()


def test_negatives_by_hand():
    noise = [0.5, 0.25, 0.25]
    u = [[0.0, 0.49, 0.5, 0.99], [0.0, 0.66, 0.67, 0.99]]
    assert negative_samples(noise, [0, 2], u).tolist() == [[1, 1, 2, 2], [0, 0, 1, 1]]


def test_more_uniform_numbers_give_larger_ids():
    u = np.sort(np.random.default_rng(0).random((3, 50)))
    drawn = negative_samples(noise_distribution(np.arange(1, 20)), [0, 9, 18], u)
    assert (np.diff(drawn) >= 0).all()


def test_learning_rate_is_a_line():
    assert linear_decay(0, 10) == 0.025
    assert linear_decay(10, 10) == linear_decay(99, 10) == 0.0001
    assert linear_decay(5, 10, 1.0, 0.0) == 0.5


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: skipgram_pairs([1, 2], 0), "window must be at least 1"),
        (lambda: skipgram_pairs(["a", "b"], 1), "flat sequence of integers"),
        (lambda: skipgram_pairs([[1], [2]], 1), "flat sequence of integers"),
        (lambda: keep_probability([]), "shape (V,)"),
        (lambda: keep_probability([1, -1]), "not below 0"),
        (lambda: keep_probability([1, 2], 0), "threshold must be above 0"),
        (lambda: noise_distribution([0, 0]), "not all 0"),
        (lambda: noise_distribution([1, math.nan]), "finite"),
        (lambda: noise_distribution([1, 2], "3/4"), "power must be a number"),
        (lambda: negative_samples([0.5, 0.5], [0, 1], [[0.1]]), "one row for each"),
        (lambda: negative_samples([0.5, 0.5], [0], [[1.0]]), "[0, 1)"),
        (lambda: negative_samples([0.5, 0.5], [0], [[math.nan]]), "[0, 1)"),
        (lambda: negative_samples([0.5, 0.5], [2], [[0.1]]), "ids below 2"),
        (lambda: negative_samples([1.0, 0.0], [0], [[0.1]]), "all of the noise"),
        (lambda: linear_decay(-1, 5), "step must be at least 0"),
        (lambda: linear_decay(0, 0), "steps must be at least 1"),
    ],
)
def test_bad_input_is_refused(call, part):
    with pytest.raises(ValueError, match=re.escape(part)):
        call()


@pytest.mark.parametrize("power", [-1, np.nan, 1e6])
def test_a_power_that_leaves_no_distribution_is_refused(power):
    with pytest.raises(ValueError, match="power"):
        noise_distribution([0, 5, 1000], power)


@pytest.mark.parametrize("rates", [{"start": np.nan}, {"end": None}])
def test_a_rate_that_is_no_number_is_refused(rates):
    with pytest.raises(ValueError, match="must be"):
        linear_decay(1, 2, **rates)
