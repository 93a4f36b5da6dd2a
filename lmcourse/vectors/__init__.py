"""Word vectors, whoever made them: use, exchange and measure (chapters 4 and 5).

``store`` holds words and their vectors, ``files`` reads and writes them, ``evaluate``
says how good they are on lists of the two kinds in ``gold``.
"""

from lmcourse.vectors.evaluate import (
    AnalogyScore,
    RelationScore,
    SimilarityScore,
    evaluate_analogies,
    evaluate_similarity,
    spearman,
)
from lmcourse.vectors.gold import Analogy, Similarity
from lmcourse.vectors.store import WordVectors

__all__ = [
    "Analogy",
    "AnalogyScore",
    "RelationScore",
    "Similarity",
    "SimilarityScore",
    "WordVectors",
    "evaluate_analogies",
    "evaluate_similarity",
    "spearman",
]
