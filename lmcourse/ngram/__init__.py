"""n-grams: predict the next word from the last few by counting (chapter 2).

Read the files as a ladder: ``counting`` finds all n-grams of a text, ``model`` scores
and writes text with them, ``smoothing`` and ``kneser_ney`` say what probability a count
deserves, ``arpa`` exchanges models with other programs.
"""

from lmcourse.ngram.arpa import read_arpa
from lmcourse.ngram.counting import Level, count_ngrams
from lmcourse.ngram.kneser_ney import KneserNey, estimate_discounts, interpolate
from lmcourse.ngram.model import NGramModel, Step
from lmcourse.ngram.smoothing import (
    AddK,
    JelinekMercer,
    MaximumLikelihood,
    StupidBackoff,
)

__all__ = [
    "AddK",
    "JelinekMercer",
    "KneserNey",
    "Level",
    "MaximumLikelihood",
    "NGramModel",
    "Step",
    "StupidBackoff",
    "count_ngrams",
    "estimate_discounts",
    "interpolate",
    "read_arpa",
]
