"""Littletown: a small world whose stories come with their exact probabilities."""

from .corpus import (
    KINDS,
    MIN_COUNT,
    SPLITS,
    Probe,
    floor,
    generate,
    load,
    pretty,
    probes,
    tags,
)
from .gold import analogies, similarities
from .pen import END, ImpossibleText
from .stories import Story, invent, next_word, read

__all__ = [
    "END",
    "KINDS",
    "MIN_COUNT",
    "SPLITS",
    "ImpossibleText",
    "Probe",
    "Story",
    "analogies",
    "floor",
    "generate",
    "invent",
    "load",
    "next_word",
    "pretty",
    "probes",
    "read",
    "similarities",
    "tags",
]
