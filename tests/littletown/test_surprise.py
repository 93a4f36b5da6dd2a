"""The surprise that is paid meets its expectation, word by word (a martingale)."""

import math
import random

import numpy as np

from lmcourse.littletown import stories


def test_surprise_meets_its_expectation_before_each_word():
    rng = random.Random(8)
    told = [stories.invent(rng, entropies=True) for _ in range(100)]
    paid = np.array([-p for story in told for p in story.log2_probs])
    expected = np.array([h for story in told for h in story.entropies])
    difference = paid - expected  # a martingale: mean zero if every odds was right
    assert abs(difference.mean()) < 4 * difference.std() / math.sqrt(len(difference))
    assert expected.mean() > 1
