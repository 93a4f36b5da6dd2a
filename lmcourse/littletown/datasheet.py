"""The datasheet of Littletown: everything in it is measured when it is written."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np

from ..runtime import data_folder
from . import corpus

INTRO = """\
# Littletown: a datasheet

Stories of a small town, told by a program that knows the exact probability of every
word it writes. The text, the program and this sheet are part of this course and ours;
the text may be used under CC BY 4.0. Nothing in it was copied, nobody in it is real.

A line of a file is a story; words and punctuation marks stand between single spaces.
Only names and the word *I* are capitalized, also at the start of a sentence, so that
*the* and *The* are one word; `littletown.pretty` sets a story as prose. The program
draws from `random.Random(seed).random()` alone, so the same seed gives the same bytes
on every platform; `hashes.json` holds the SHA-256 of each uncompressed file. This sheet
is written by `python -m lmcourse.littletown`, and a test proves that it is up to date.
"""

KNOWN_GAPS = """\
## What it is not

The world is small and kind. Whatever a model learns here about girls, boys, bakers or
badgers is what we made up. Sentences are short, nobody quarrels for long, and a story
never refers to another one. Gender is binary because the pronouns are the lesson.
Adverbs, adjectives and small happenings are drawn without regard to each other, so a
story is coherent in who has what and what is where, and whimsical in the rest.
"""


def datasheet() -> str:
    """Measure the committed corpus and describe it in Markdown."""
    counts = Counter(word for story in corpus.load("train") for word in story)
    known = {word for word, n in counts.items() if n >= corpus.MIN_COUNT}
    sections = [
        INTRO,
        "## Splits\n",
        _splits(known),
        f"Train has {len(counts):,} word types; {len(known):,} of them occur at least "
        f"{corpus.MIN_COUNT} times and are the standard vocabulary. The others, nearly "
        "all of them names, are unknown words.\n",
        "## The exact floor\n",
        "Bits are the mean of -log2 P(word | all words before) under the storyteller, "
        "the end of a story included. A word costs its letters plus one separator in "
        "characters, and so does the end of a story in place of the last separator.\n",
        _floors(),
        "## Zipf's curve (train)\n",
        _zipf(counts),
        "## Probes\n",
        "1,000 minimal pairs of each kind, from stories that are in no split: after "
        "the context, the storyteller can write the right word, never the wrong one. "
        "The distance is the number of words from the one that gives the answer away; "
        "a model that sees fewer words before the gap can only guess. Shown are the "
        "quartiles.\n",
        _probes(),
        "## Twenty stories\n",
        "The first twenty of the validation split, as they are.\n",
        "\n\n".join(corpus.pretty(story) for story in corpus.load("valid")[:20]) + "\n",
        KNOWN_GAPS,
    ]
    return "\n".join(sections)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _splits(known: set[str]) -> str:
    rows = []
    hashes = json.loads((data_folder() / "littletown" / "hashes.json").read_text())
    for split in corpus.SPLITS:
        stories = corpus.load(split)
        words = [word for story in stories for word in story]
        lengths = sorted(map(len, stories))
        unknown = sum(word not in known for word in words) / len(words)
        rows.append(
            [
                split,
                f"{len(stories):,}",
                f"{len(words):,}",
                f"{sum(len(word) + 1 for word in words):,}",
                f"{lengths[0]} / {lengths[len(lengths) // 2]} / {lengths[-1]}",
                f"{unknown:.2%}",
                f"`{hashes[f'{split}.txt'][:12]}`",
            ]
        )
    return _table(
        [
            "split",
            "stories",
            "words",
            "characters",
            "shortest / median / longest story",
            "unknown words",
            "SHA-256",
        ],
        rows,
    )


def _floors() -> str:
    rows = []
    for split in ("valid", "test"):
        stories = corpus.load(split)
        bits = -corpus.floor(split)
        characters = sum(len(word) + 1 for story in stories for word in story)
        rows.append(
            [
                split,
                f"{bits.sum() / len(bits):.4f}",
                f"{bits.sum() / characters:.4f}",
                f"{2 ** bits.mean():.3f}",
            ]
        )
    return _table(["split", "bits per word", "bits per character", "perplexity"], rows)


def _zipf(counts: Counter) -> str:
    ranked, total = counts.most_common(), sum(counts.values())
    ranks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 1500, 2000]
    rows = [
        [
            str(rank),
            ranked[rank - 1][0],
            f"{ranked[rank - 1][1]:,}",
            f"{rank * ranked[rank - 1][1] / total:.3f}",
        ]
        for rank in ranks
        if rank <= len(ranked)
    ]
    return _table(["rank", "word", "count", "rank x share of all words"], rows)


def _probes() -> str:
    rows = []
    for kind, pairs in corpus.probes().items():
        quartiles = np.percentile(
            [pair.distance for pair in pairs], [0, 25, 50, 75, 100], method="nearest"
        )
        story = pairs[0]
        end = " ".join(story.context[-6:])
        rows.append(
            [
                kind,
                f"{len(pairs):,}",
                " / ".join(str(int(q)) for q in quartiles),
                f"... {end} **{story.right}** / *{story.wrong}*",
            ]
        )
    return _table(["kind", "pairs", "distance", "example: right / wrong"], rows)
