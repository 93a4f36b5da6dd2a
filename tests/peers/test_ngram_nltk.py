"""NLTK counts like we do: its maximum likelihood and its continuation counts.

Its smoothed models differ on purpose: they count ``<s>`` and ``<UNK>`` as words that
could come next, and its Kneser-Ney has a fixed discount.
"""

import numpy as np
import pytest

from lmcourse.ngram import KneserNey, MaximumLikelihood

lm = pytest.importorskip("nltk.lm", reason="nltk is not installed")
preprocessing = pytest.importorskip("nltk.lm.preprocessing")

ORDER = 3


@pytest.fixture(scope="module")
def text() -> list[list[str]]:
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 9, size=80)
    return [[str(w) for w in rng.choice(list("aaabbcdef"), n)] for n in lengths]


@pytest.mark.parametrize("order", [2, 3])
def test_maximum_likelihood(text, order):
    peer = lm.MLE(order)
    peer.fit(*preprocessing.padded_everygram_pipeline(order, text))
    model = MaximumLikelihood(order).fit(text)
    for sentence in text[:20]:
        for i in range(len(sentence) + 1):
            padded = ["<s>"] * (order - 1) + sentence[:i]
            theirs = [
                peer.score(word, padded[len(padded) - order + 1 :])
                for word in model.words
            ]
            np.testing.assert_allclose(model.next_probs(sentence[:i]), theirs)


def test_continuation_counts(text):
    peer = lm.KneserNeyInterpolated(2)
    peer.fit(*preprocessing.padded_everygram_pipeline(2, text))
    model = KneserNey(2).fit(text)
    for word in model.words:
        after, _ = peer.estimator._continuation_counts(word)
        assert model.count([word]) == after
