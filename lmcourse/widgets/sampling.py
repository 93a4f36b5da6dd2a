"""``sampling_explorer``: what temperature, top-k and top-p do to one distribution."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from IPython.display import HTML

from lmcourse import plots, sampling, validate
from lmcourse.plots import visible
from lmcourse.widgets.controls import interact

LISTED = 20  # words that remain; more are only counted


def sampling_explorer(
    words: Sequence[str],
    probs: Any,
    *,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    count: int = 12,
) -> None:
    """Let the reader reshape what a model expects next, and see which words remain.

    Parameters
    ----------
    words : sequence of str, length V
    probs : array of shape (V,)
        The probability of each word to come next.
    temperature, top_k, top_p : float, int, float
        Where the sliders stand at first; a ``top_k`` of 0 and a ``top_p`` of 1 drop no
        word. They act in this order, see ``sampling.reshape``.
    count : int
        How many words the chart shows of each.

    Raises
    ------
    ValueError
        If there is not one probability a word, or a slider would stand out of range.
    """
    words, probs = validate.words("words", words), np.asarray(probs, dtype=float)
    if probs.shape != (len(words),):
        raise ValueError(
            f"probs must hold one number for each of {len(words)} words, got the shape "
            f"{probs.shape}"
        )
    before = sampling.reshape(probs)

    def draw(temperature: float, top_k: int, top_p: float) -> tuple:
        after = sampling.reshape(before, temperature, top_k or None, top_p)
        found = {
            "the model": dict(zip(words, before.tolist(), strict=True)),
            "to draw from": dict(zip(words, after.tolist(), strict=True)),
        }
        chart = plots.next_word_chart(found, words=count, title="the next word")
        return chart, HTML(f"<p>{_remaining(words, before, after)}</p>")

    interact(
        draw,
        temperature=(0.1, 3.0, 0.1, float(temperature)),
        top_k=(0, 50, 1, top_k),
        top_p=(0.05, 1.0, 0.05, float(top_p)),
    )


def _remaining(words: Sequence[str], before: np.ndarray, after: np.ndarray) -> str:
    """Say how many words can still be drawn, which ones, and how open the choice is."""
    kept = [i for i in np.argsort(-after, kind="stable") if after[i] > 0]
    told = (
        f"<b>{len(kept):,} of {len(words):,} words remain</b>; before, they held "
        f"{before[kept].sum():.1%} of the probability. The choice is as open as one "
        f"among {_openness(before):.1f} equal words before, and among "
        f"{_openness(after):.1f} now."
    )
    if len(kept) <= LISTED:
        told += f" They are: {', '.join(escape(visible(words[i])) for i in kept)}."
    return told


def _openness(p: np.ndarray) -> float:
    """Return the perplexity of a distribution: 2 to its entropy in bits."""
    p = p[p > 0]
    return float(2 ** -(p * np.log2(p)).sum())
