"""Word vectors by counting: co-occurrences, PPMI with an SVD, GloVe (chapter 5).

``counts`` makes the table of who stands near whom. ``ppmi`` and ``model`` turn it into
vectors, once by a decomposition and once by a regression. ``bridge`` measures how all
of this is related to skip-gram with negative samples. No part of it needs torch.
"""

from lmcourse.glove.bridge import expected_loss, fit_expected, scores_at
from lmcourse.glove.counts import cooccurrences, distance_weights, numbered
from lmcourse.glove.loss import adagrad_step, glove_gradients, glove_loss, weight
from lmcourse.glove.model import GloVe, rounds
from lmcourse.glove.ppmi import PPMIVectors, pmi, ppmi, truncated_svd

__all__ = [
    "GloVe",
    "PPMIVectors",
    "adagrad_step",
    "cooccurrences",
    "distance_weights",
    "expected_loss",
    "fit_expected",
    "glove_gradients",
    "glove_loss",
    "numbered",
    "pmi",
    "ppmi",
    "rounds",
    "scores_at",
    "truncated_svd",
    "weight",
]
