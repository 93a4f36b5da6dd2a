"""Experiments of chapter 0: letters, and the floor of the ladder."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from lmcourse import runtime
from lmcourse.reproduce.core import experiment


@experiment(
    "littletown-letters",
    about="Littletown's test text, letter by letter, and its exact floor",
    ladder=True,
)
def _littletown_letters() -> Iterable[Mapping[str, Any]]:
    from lmcourse import littletown
    from lmcourse.ladder import FLOOR, measured

    test = littletown.load("test")
    text = _lines(test)
    with runtime.stopwatch() as watch:
        counts = Counter(_lines(littletown.load("train")))
    uniform = len(text) * math.log2(len(counts))
    yield asdict(measured("every letter alike", "00", uniform, test, 0.0, 1))
    total = counts.total()
    bits = sum(n * -math.log2(counts[c] / total) for c, n in Counter(text).items())
    cost = watch.cpu_seconds, len(counts)
    yield asdict(measured("letters by frequency", "00", bits, test, *cost))
    yield asdict(measured(FLOOR, "00", -littletown.floor("test").sum(), test))


@experiment(
    "letters",
    needs=["tiny-shakespeare"],
    about="bits per letter if the last n - 1 letters are known; 27 letters",
    published=[
        {
            "text": "English, 1951",
            "n = 0": 4.76,
            "n = 1": 4.03,
            "n = 2": 3.32,
            "n = 3": 3.1,
            "source": "Shannon (1951), Prediction and entropy of printed English",
        }
    ],
)
def _letters() -> Iterable[Mapping[str, Any]]:
    from lmcourse import datasets, littletown

    texts = {
        "tiny Shakespeare": datasets.load("tiny-shakespeare"),
        "Littletown": _lines(littletown.load("train")),
    }
    for name, text in texts.items():
        plain = " ".join(re.findall("[a-z]+", text.lower()))  # 26 letters and the space
        blocks = [0.0, *(_block_entropy(plain, n) for n in (1, 2, 3))]
        row = {f"n = {n}": blocks[n] - blocks[n - 1] for n in (1, 2, 3)}
        yield {"text": name, "n = 0": math.log2(27), **row, "letters": len(plain)}


def _block_entropy(text: str, n: int) -> float:
    """Return the entropy of a text's runs of n letters, in bits."""
    counts = Counter(text[i : i + n] for i in range(len(text) - n + 1))
    total = counts.total()
    return -sum(k / total * math.log2(k / total) for k in counts.values())


def _lines(stories: Iterable[list[str]]) -> str:
    """Write each story on a line: as many characters as the ladder divides by."""
    return "".join(" ".join(story) + "\n" for story in stories)
