"""Co-occurrences equal a plain double loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmcourse.glove import cooccurrences, counts, distance_weights, numbered

texts = st.lists(st.lists(st.integers(0, 6), max_size=12), max_size=6)


def by_double_loop(sentences, size, window, weight, symmetric):
    X = np.zeros((size, size))
    for sentence in sentences:
        for here, i in enumerate(sentence):
            for there, j in enumerate(sentence):
                d = here - there if not symmetric else abs(here - there)
                if 1 <= d <= window:
                    flat, linear = 1.0, (window + 1 - d) / window
                    X[i, j] += {"distance": 1 / d, "flat": flat, "linear": linear}[
                        weight
                    ]
    return X


@given(texts, st.integers(1, 14), st.sampled_from(counts.WEIGHTS), st.booleans())
def test_it_equals_a_double_loop(sentences, window, weight, symmetric):
    X = cooccurrences(sentences, 7, window, weight, symmetric)
    wanted = by_double_loop(sentences, 7, window, weight, symmetric)
    np.testing.assert_allclose(X.toarray(), wanted, rtol=0, atol=1e-12)
    assert X.nnz == (wanted > 0).sum()
    assert X.has_sorted_indices


@given(texts, st.integers(1, 30))
def test_a_text_in_blocks_gives_the_same(sentences, at_once):
    whole = cooccurrences(sentences, 7, 4).toarray()
    usual = counts.PAIRS_AT_ONCE
    try:
        counts.PAIRS_AT_ONCE = at_once
        parts = cooccurrences(sentences, 7, 4).toarray()
    finally:
        counts.PAIRS_AT_ONCE = usual
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-12)


@given(texts)
def test_symmetric_is_left_and_its_mirror(sentences):
    left = cooccurrences(sentences, 7, 3, symmetric=False).toarray()
    both = cooccurrences(sentences, 7, 3).toarray()
    np.testing.assert_allclose(both, left + left.T)


def test_by_hand():
    X = cooccurrences([[0, 1, 0, 2]], 3, window=2).toarray()
    # 0 and 1 are neighbors twice; 0 meets itself at distance 2, once from each side
    assert X.tolist() == [[1, 2, 1], [2, 0, 0.5], [1, 0.5, 0]]


def test_no_window_crosses_the_end_of_a_sentence():
    assert cooccurrences([[0], [1]], 2).nnz == 0
    assert cooccurrences([], 2).nnz == 0


def test_left_means_the_context_stands_before():
    assert cooccurrences([[0, 1]], 2, symmetric=False).toarray()[1, 0] == 1


def test_weights_by_distance():
    assert distance_weights(4).tolist() == [1, 1 / 2, 1 / 3, 1 / 4]
    assert distance_weights(4, "flat").tolist() == [1, 1, 1, 1]
    assert distance_weights(4, "linear").tolist() == [1, 0.75, 0.5, 0.25]


def test_linear_is_the_mean_over_dynamic_windows():
    sentence = [[0, 1, 2, 3, 4, 5, 6]]
    dynamic = [cooccurrences(sentence, 7, b, "flat").toarray() for b in (1, 2, 3)]
    linear = cooccurrences(sentence, 7, 3, "linear").toarray()
    np.testing.assert_allclose(linear, np.mean(dynamic, axis=0))


def test_numbering():
    words, ids = numbered([["b", "a", "c"], ["a", "a", "b"]], min_count=2)
    assert words == ["a", "b"]
    assert ids == [[1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("sentences", "keywords", "said"),
    [
        ([[0, 3]], {}, r"ids must be in 0, ..., 2, got 3"),
        ([[0, -1]], {}, r"got -1"),
        ([["a"]], {}, r"sentences\[0\] must be a list of ids"),
        ([0, 1], {}, r"sentences\[0\] must be a list of ids"),
        ([[0.5]], {}, "list of ids"),
        ("ab", {}, "list of lists of ids, got str"),
        ([[0]], {"window": 0}, "window must be at least 1"),
        ([[0]], {"weight": "square"}, "one of 'distance', 'flat', 'linear'"),
    ],
)
def test_bad_input_is_told(sentences, keywords, said):
    with pytest.raises(ValueError, match=said):
        cooccurrences(sentences, 3, **keywords)


def test_too_few_words_are_told():
    with pytest.raises(ValueError, match="two different words with min_count=2"):
        numbered([["a", "a", "b"]], min_count=2)
