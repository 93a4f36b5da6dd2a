"""Gold lists for word vectors: which words are alike, and how (chapter 4).

The world knows what its words mean, so nobody has to be asked. Two words are the more
alike the more of their world they share: the same thing in two forms, the same kind,
the same family of kinds, the same part of speech, or nothing.
"""

from __future__ import annotations

import random
from collections import Counter

from lmcourse.vectors.gold import Analogy, Similarity

from . import world
from .lexicon import LEXICON

KINDS: dict[str, dict[str, tuple[str, ...]]] = {  # family -> kind -> words
    "people": {
        "girl": world.GIRLS,
        "boy": world.BOYS,
        "job": world.JOBS,
    },
    "creatures": {"animal": tuple(world.ANIMALS)},
    "things": {
        "toy": tuple(world.THINGS),
        "box": tuple(world.BOXES),
        "furniture": tuple(world.HIDING),
    },
    "food": {"food": tuple(world.FOODS), "cake": ("cake", "pie", "pudding", "tart")},
    "places": {"place": tuple(world.PLACES), "shop": tuple(world.SHOPS)},
    "qualities": {
        "color": world.COLORS[:10],
        "happy": world.HAPPY,
        "sad": world.SAD,
        "trait": world.TRAITS,
    },
    "time": {"day": world.DAYS, "month": world.MONTHS},
    "manner": {"adverb": world.ADVERBS},
    "acts": {"say": world.SAID, "go": world.WENT},
}
PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "gender": (
        ("he", "she"),
        ("him", "her"),
        ("boy", "girl"),
        ("father", "mother"),
        ("grandfather", "grandmother"),
        ("uncle", "aunt"),
        ("Mr", "Mrs"),
        ("Grandpa", "Grandma"),
        ("Father", "Mother"),
        ("Uncle", "Aunt"),
    ),
    "plural": tuple({**world.LIVING, **world.THINGS_AROUND}.items()),
    "cry": tuple({cry: animal for animal, cry in world.CRIES.items()}.items()),
}


def similarities(count: int = 600, seed: int = 5) -> list[Similarity]:
    """Return word pairs with a gold similarity, evenly spread over the scores.

    They go from 0 (another part of speech) to 3 (the same kind of thing).
    """
    listed = Counter(w for kinds in KINDS.values() for ws in kinds.values() for w in ws)
    place = {
        word: (family, kind)
        for family, kinds in KINDS.items()
        for kind, words in kinds.items()
        for word in words
        if " " not in word and listed[word] == 1  # "cheerful" is a trait and a mood
    }
    words, rng = sorted(place), random.Random(seed)
    by_score: dict[float, list[Similarity]] = {
        score: [] for score in (0.0, 1.0, 2.0, 3.0)
    }
    while any(len(pairs) < count // 4 for pairs in by_score.values()):
        a = words[int(rng.random() * len(words))]
        b = words[int(rng.random() * len(words))]
        if a >= b:
            continue
        if place[a] == place[b]:
            score = 3.0
        elif place[a][0] == place[b][0]:
            score = 2.0
        else:
            score = float(LEXICON.get(a, "PROPN") == LEXICON.get(b, "PROPN"))
        pair = Similarity(a, b, score)
        if len(by_score[score]) < count // 4 and pair not in by_score[score]:
            by_score[score].append(pair)
    return [pair for pairs in by_score.values() for pair in pairs]


def analogies() -> list[Analogy]:
    """Return every analogy that two pairs of one relation make."""
    return [
        Analogy(relation, a, b, c, d)
        for relation, pairs in PAIRS.items()
        for a, b in pairs
        for c, d in pairs
        if len({a, b, c, d}) == 4
    ]
