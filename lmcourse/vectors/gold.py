"""The lists that word vectors are measured with (chapters 4 and 5)."""

from typing import NamedTuple


class Similarity(NamedTuple):
    """Two words and how alike they are; each list has a scale of its own."""

    a: str
    b: str
    score: float


class Analogy(NamedTuple):
    """``a`` is to ``b`` as ``c`` is to ``d``; ``relation`` says how."""

    relation: str
    a: str
    b: str
    c: str
    d: str
