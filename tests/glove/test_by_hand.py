"""The exercises' references agree with the fast ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse import glove
from lmcourse.glove import by_hand

texts = st.lists(st.lists(st.sampled_from("abcde"), max_size=9), max_size=5)


@given(texts, st.integers(1, 6))
def test_cooccurrences(sentences, window):
    ids = [["abcde".index(word) for word in sentence] for sentence in sentences]
    fast = glove.cooccurrences(ids, 5, window).toarray()
    slow = by_hand.cooccurrences(sentences, window)
    assert len(slow) == np.count_nonzero(fast)
    for (word, neighbor), count in slow.items():
        assert count == pytest.approx(
            fast["abcde".index(word), "abcde".index(neighbor)]
        )


@pytest.mark.parametrize("smoothing", [0.75, 1.0])
def test_ppmi(smoothing):
    X = np.random.default_rng(0).integers(0, 4, (6, 6)) + np.eye(6)
    fast = glove.ppmi(X, 0.2, smoothing).toarray()
    np.testing.assert_allclose(by_hand.ppmi(X, 0.2, smoothing), fast, atol=1e-12)


def test_svd_vectors():
    M = np.random.default_rng(0).normal(size=(7, 7))
    slow, fast = by_hand.svd_vectors(M, 3, 0.5), glove.truncated_svd(M, 3)
    np.testing.assert_allclose(np.abs(slow), np.abs(fast), atol=1e-10)


def test_best_score():
    X = np.array([[4.0, 1], [2, 3]])
    best = glove.pmi(X, np.log(5)).toarray()
    assert by_hand.best_score(2, 5, 6, 10, 5) == pytest.approx(best[1, 0])
