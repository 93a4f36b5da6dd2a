"""Ask a model what it remembers, and look at how (from chapter 6 on).

A probe of Littletown is a context with a right and a wrong next word: whoever
remembers what the context said prefers the right one. ``scorers`` lets any model
answer, ``memory`` counts, ``inside`` looks at the gates of an LSTM and at how far back
the gradient of a prediction reaches. Nothing here loads torch before it is needed, and
no model is changed by being looked at.

Source: minimal pairs as in Linzen, Dupoux & Goldberg (2016), arXiv:1611.01368.
"""

from lmcourse.probing.inside import (
    correlation,
    difference_at,
    gate_trace,
    gradient_by_distance,
    quoting,
)
from lmcourse.probing.memory import accuracy, by_distance
from lmcourse.probing.scorers import Scorer, neural, ngram, storyteller

__all__ = [
    "Scorer",
    "accuracy",
    "by_distance",
    "correlation",
    "difference_at",
    "gate_trace",
    "gradient_by_distance",
    "neural",
    "ngram",
    "quoting",
    "storyteller",
]
