"""The standard splits and the probes, committed and reproducible (chapter 0).

``load`` reads what is committed; ``make`` tells it all again from the seeds, and a test
proves that both are the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..runtime import data_folder
from ..validate import one_of
from . import stories, world
from .pen import END
from .stories import Story

SPLITS = {"train": (1, 1_000_000), "valid": (2, 50_000), "test": (3, 50_000)}
PROBE_SEED, PROBES_EACH = 4, 1_000
MIN_COUNT = 10  # words rarer than this in train are unknown: mostly names


class Probe(NamedTuple):
    """A minimal pair: after ``context`` comes ``right``, and never ``wrong``.

    ``distance`` counts the words from the one that gives the answer away to the gap.
    """

    kind: str
    context: list[str]
    right: str
    wrong: str
    distance: int


def generate(split: str) -> Iterator[Story]:
    """Invent the stories of a split, with all the storyteller knows about them."""
    seed, size = SPLITS[one_of("split", split, SPLITS)]
    rng, words = random.Random(seed), 0
    while words < size:
        story = stories.invent(rng)
        words += len(story.words)
        yield story


@lru_cache(maxsize=3)
def _text(name: str) -> str:
    with gzip.open(data_folder() / "littletown" / name, "rt", encoding="utf-8") as file:
        return file.read()


def load(split: str = "train") -> list[list[str]]:
    """Load the stories of a split.

    Parameters
    ----------
    split : {"train", "valid", "test"}
        1,000,000, 50,000 and 50,000 words, to the end of the last story.

    Returns
    -------
    list of list of str
        Stories as words and punctuation marks. A story is the unit a model trains on;
        its end is predicted like a word.
    """
    one_of("split", split, SPLITS)
    return [line.split(" ") for line in _text(f"{split}.txt.gz").splitlines()]


def floor(split: str = "test") -> np.ndarray:
    """Return log2 P(word | all words before) under the storyteller itself.

    Returns
    -------
    float64 array, one number per word and per story's end, in the order of ``load``

    No model can do better on average, whatever it knows. Train takes half a minute.
    """
    one_of("split", split, SPLITS)
    if split == "train":
        told = (stories.read(words).log2_probs for words in load(split))
        return np.concatenate([np.array(log2_probs) for log2_probs in told])
    path = data_folder() / "littletown" / f"{split}.floor.npy"
    return np.load(path, allow_pickle=False).astype(np.float64)


def tags(split: str = "test") -> list[list[str]]:
    """Return the part of speech of every word (Universal Dependencies' tags)."""
    return [list(stories.read(words).tags) for words in load(split)]


def probes() -> dict[str, list[Probe]]:
    """Return 1,000 minimal pairs of each kind, from stories that are in no split."""
    found: dict[str, list[Probe]] = {}
    for line in _text("probes.tsv.gz").splitlines():
        kind, distance, right, wrong, context = line.split("\t")
        found.setdefault(kind, []).append(
            Probe(kind, context.split(" "), right, wrong, int(distance))
        )
    return found


def make_probes(each: int = PROBES_EACH) -> dict[str, list[Probe]]:
    """Collect the probes again from new stories.

    A pair is kept if the storyteller can write the right word and never the wrong one.
    """
    rng, found = random.Random(PROBE_SEED), {kind: [] for kind in KINDS}
    seen: set[tuple] = set()
    while any(len(pairs) < each for pairs in found.values()):
        story = stories.invent(rng)
        for mark in story.marks:
            skipped = rng.random() < KINDS[mark.kind]  # drawn for each, full or not
            if skipped or len(found[mark.kind]) >= each:
                continue
            distance = mark.position - mark.since
            context = list(story.words[: mark.position])
            if distance < 2 or (key := tuple(context)) in seen:
                continue
            odds = stories.next_word(context)
            right = story.words[mark.position]
            if right in odds and mark.wrong not in odds:
                seen.add(key)
                found[mark.kind].append(
                    Probe(mark.kind, context, right, mark.wrong, distance)
                )
    return found


KINDS = {  # kind of probe -> how many of its chances to pass over, for variety
    "agreement": 0.5,
    "pronoun": 0.8,
    "thing": 0.5,
    "color": 0.0,
    "place": 0.5,
    "holder": 0.0,
    "winner": 0.0,
    "errand": 0.0,
    "shop": 0.0,
    "sender": 0.3,
}


def pretty(words: Sequence[str]) -> str:
    """Set a story as prose: spaces, capitals and quotation marks as in a book."""
    text, opened, capital, glue = "", False, True, True
    for position, word in enumerate(words):
        if word == '"':
            opened = not opened
            if opened:
                text += ("" if not text else " ") + "\u201c"
                capital, glue = True, True
                continue
            text += "\u201d"
            # After '"where is it?"' the sentence goes on if somebody is said to speak.
            following = words[position + 1 : position + 3]
            capital = capital and not any(word in _SPEAKING for word in following)
            continue
        if word in {".", ",", "!", "?", ":", "'s"}:
            text += word.replace("'", "\u2019")
            capital = word in {".", "!", "?"}
        else:
            text += ("" if glue else " ") + (
                word[0].upper() + word[1:] if capital else word
            )
            capital = False
        glue = False
    return text


_SPEAKING = {*world.SAID, *world.CRIED, *world.ASKED}


def make() -> dict[str, bytes]:
    """Tell all of it again: file name -> uncompressed contents."""
    files: dict[str, bytes] = {}
    for split in SPLITS:
        told = list(generate(split))
        text = "".join(" ".join(story.words) + "\n" for story in told)
        files[f"{split}.txt"] = text.encode()
        if split != "train":
            log2_probs = [p for story in told for p in story.log2_probs]
            files[f"{split}.floor"] = np.array(log2_probs, dtype="<f8").tobytes()
    files["probes.tsv"] = "".join(
        f"{p.kind}\t{p.distance}\t{p.right}\t{p.wrong}\t{' '.join(p.context)}\n"
        for pairs in make_probes().values()
        for p in pairs
    ).encode()
    return files


def save() -> dict[str, str]:
    """Write the committed files and their hashes; return the hashes."""
    folder = data_folder() / "littletown"
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {}
    for name, contents in make().items():
        if name.endswith(".floor"):
            np.save(folder / f"{name}.npy", np.frombuffer(contents, dtype="<f8"))
            continue
        hashes[name] = hashlib.sha256(contents).hexdigest()
        with open(folder / f"{name}.gz", "wb") as file:
            file.write(gzip.compress(contents, 9, mtime=0))
    (folder / "hashes.json").write_text(json.dumps(hashes, indent=2) + "\n")
    return hashes


__all__ = ["END", "MIN_COUNT", "Probe", "floor", "load", "pretty", "probes", "tags"]
