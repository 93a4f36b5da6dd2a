import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import sampling

P = np.array([0.5, 0.2, 0.2, 0.1, 0.0])

distributions = (
    st.lists(st.floats(0, 1), min_size=1, max_size=12)
    .filter(lambda weights: sum(weights) > 1e-3)
    .map(lambda weights: np.array(weights) / sum(weights))
)


def test_temperature_by_hand():
    # squares of (1/2, 1/4, 1/4) are (4, 1, 1) / 16
    got = sampling.apply_temperature(np.array([0.5, 0.25, 0.25]), 0.5)
    np.testing.assert_allclose(got, [4 / 6, 1 / 6, 1 / 6])


def test_temperature_limits():
    np.testing.assert_allclose(sampling.apply_temperature(P, 1e-3), [1, 0, 0, 0, 0])
    np.testing.assert_allclose(
        sampling.apply_temperature(P, 1e9), [0.25, 0.25, 0.25, 0.25, 0], rtol=1e-6
    )


def test_top_k_keeps_exactly_k_even_in_a_tie():
    np.testing.assert_allclose(sampling.keep_top_k(P, 2), [5 / 7, 2 / 7, 0, 0, 0])
    np.testing.assert_allclose(sampling.keep_top_k(P, 99), P)


@pytest.mark.parametrize(
    ("top_p", "kept"), [(0.3, 1), (0.5, 1), (0.51, 2), (0.7, 2), (0.85, 3), (1.0, 4)]
)
def test_nucleus_is_the_smallest_set_with_that_mass(top_p, kept):
    got = sampling.keep_nucleus(P, top_p)
    assert np.count_nonzero(got) == kept
    np.testing.assert_allclose(got[:kept], P[:kept] / P[:kept].sum())


def test_rounding_adds_no_word_to_the_nucleus():
    # 0.1 + ... + 0.1, eight times, is 0.7999999999999999
    assert np.count_nonzero(sampling.keep_nucleus(np.full(10, 0.1), 0.8)) == 8


def test_reshape_goes_temperature_then_top_k_then_nucleus():
    by_hand = sampling.apply_temperature(P, 2.0)
    by_hand = sampling.keep_nucleus(sampling.keep_top_k(by_hand, 3), 0.6)
    np.testing.assert_allclose(sampling.reshape(P, 2.0, 3, 0.6), by_hand)
    np.testing.assert_allclose(sampling.reshape(P), P)


@given(
    distributions,
    st.floats(0.05, 20),
    st.integers(1, 15),
    st.floats(0.01, 1),
)
def test_results_are_distributions_in_the_same_order(p, temperature, k, top_p):
    before = p.copy()
    for got in (
        sampling.apply_temperature(p, temperature),
        sampling.keep_top_k(p, k),
        sampling.keep_nucleus(p, top_p),
        sampling.reshape(p, temperature, k, top_p),
    ):
        assert got.shape == p.shape
        assert got.sum() == pytest.approx(1)
        assert (got >= 0).all()
        assert not got[p == 0].any()
        assert got[np.argmax(p)] == got.max()
    np.testing.assert_array_equal(p, before)


@given(distributions, st.integers(0, 2**32))
def test_what_is_impossible_is_never_drawn(p, seed):
    rng = np.random.default_rng(seed)
    assert all(p[sampling.draw(p, rng)] > 0 for _ in range(20))


def test_draws_follow_the_distribution():
    rng = np.random.default_rng(0)
    draws = np.bincount([sampling.draw(P, rng) for _ in range(20_000)], minlength=5)
    np.testing.assert_allclose(draws / draws.sum(), P, atol=0.01)


def test_the_same_seed_draws_the_same():
    a, b = ([sampling.draw(P, np.random.default_rng(3))] for _ in range(2))
    assert a == b


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sampling.apply_temperature(P, 0), "temperature must be above 0"),
        (lambda: sampling.keep_top_k(P, 0), "k must be at least 1"),
        (lambda: sampling.keep_top_k(P, 1.5), "k must be an integer"),
        (lambda: sampling.keep_nucleus(P, 0), "top_p must be above 0"),
        (lambda: sampling.keep_nucleus(P, 1.1), "top_p must be at most 1"),
        (lambda: sampling.reshape(np.zeros(3)), "every word has probability 0"),
        (lambda: sampling.reshape(np.array([0.5, -0.5, 1])), "none below 0"),
        (lambda: sampling.reshape(np.array([0.5, np.nan])), "finite"),
        (lambda: sampling.reshape(np.ones((2, 2))), "vector"),
        (lambda: sampling.reshape(np.ones(0)), "vector"),
    ],
)
def test_bad_input_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()
