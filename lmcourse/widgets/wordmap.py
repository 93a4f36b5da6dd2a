"""``word_map``: a map of words that shows the neighbors of the word one clicks on.

The page needs no kernel and no network: what it may be asked is worked out beforehand.
So it lives in JupyterLab as well as in the book. Used by chapters 4 and 5.
"""

import hashlib
import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from lmcourse import validate
from lmcourse.plots import COLORS, GREY, layout
from lmcourse.plots.words import Flat, flatten
from lmcourse.vectors import WordVectors

_WIDTH = 700  # of the drawing, in its own units; the page scales it
_FULL = 0.4  # of the drawing covered by words, so that the map stays one
_SHAPES = (  # the markers of `plots.MARKERS`, about nine units wide
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "M-3.6-3.6h7.2v7.2h-7.2z",
    "M0-4.6 4.4 3.6h-8.8z",
    "M0-5 5 0 0 5-5 0z",
    "M0 4.6 4.4-3.6h-8.8z",
    "M-1.6-4.6h3.2v3h3v3.2h-3v3h-3.2v-3h-3v-3.2h3z",
    "M-4.3-2.2-2.2-4.3 0-2.1 2.2-4.3 4.3-2.2 2.1 0 4.3 2.2 2.2 4.3 0 2.1-2.2 4.3"
    "-4.3 2.2-2.1 0z",
)
_ASLEEP = "Run this cell, or trust the notebook, and the map will answer to a click."


class WordMap:
    """A map of words as a page of HTML; a cell that ends in it shows it.

    Attributes
    ----------
    html : str
        The page. The same words and vectors give the same page.
    alt : str
        What it shows, for who cannot see it; part of the page.
    """

    def __init__(self, html: str, alt: str, words: Sequence[str]):
        self.html, self.alt = html, alt
        self._some = ", ".join(words[:5]) + ", …" * (len(words) > 5)

    def __repr__(self) -> str:
        return f"[word map: {self._some}]"

    def _repr_html_(self) -> str:
        return self.html


def word_map(
    vectors: WordVectors,
    words: Sequence[str],
    groups: Mapping[str, Collection[str]] | None = None,
    neighbors: int = 8,
) -> WordMap:
    """Let the reader walk over a map of words and ask each for its neighbors.

    Parameters
    ----------
    vectors : WordVectors
    words : sequence of str
        What to show, up to about 300.
    groups : mapping of str to words, optional
        What to tell apart by color and marker, at most seven groups.
    neighbors : int
        How many to list of each word: the nearest of all words that have a vector,
        whether they are on the map or not.

    Returns
    -------
    WordMap
        Drawn in the same two directions as `lmcourse.plots.word_map`.

    Raises
    ------
    ValueError
        If a word has no vector or comes twice or is in two groups, or there are too
        many groups.
    """
    validate.positive_int("neighbors", neighbors)
    flat = flatten(vectors, words, groups)
    table = {word: i for i, word in enumerate(flat.words)}
    near = [
        [
            (table.setdefault(other, len(table)), round(100 * cosine))
            for other, cosine in vectors.neighbors(word, neighbors)
        ]
        for word in flat.words
    ]
    data = {"size": len(vectors), "words": list(table), "near": near}
    drawing = _drawing(flat)
    content = f"{drawing}{_key(flat)}{_script(data)}"
    name = f"words-{hashlib.sha256(content.encode()).hexdigest()[:10]}"
    html = _page(name, flat, drawing, _script({"id": name, **data}))
    return WordMap(html, flat.alt, flat.words)


def _page(name: str, flat: Flat, drawing: str, script: str) -> str:
    """Put the parts together.

    The description is out of sight because of the style. Where styles, scripts and
    drawings are taken out, as in a notebook that is not trusted, it is what remains.
    """
    return (
        f"<style>{_beside('css')}</style>"
        f'<div class="lmw" id="{name}" role="group" aria-label="Map of words" '
        f'aria-describedby="{name}-alt" data-lm-suppress-shortcuts="true">'
        f'<p class="lmw-alt" id="{name}-alt">{escape(flat.alt)}</p>'
        '<div class="lmw-bar"><label>find a word'
        f'<input type="search" list="{name}-list" autocomplete="off"></label>'
        f'<datalist id="{name}-list"></datalist>{_key(flat)}</div>'
        f'<div class="lmw-panel" role="status"><p>{_ASLEEP}</p></div>'
        f'<div class="lmw-sheet">{drawing}</div></div><script>{script}</script>'
    )


def _drawing(flat: Flat) -> str:
    """Return the map as SVG, each word a group that can be focused."""
    size = 13 if len(flat.words) <= 120 else 11
    wide = np.array([18 + size * _ems(word) for word in flat.words])
    boxes = np.column_stack([wide, np.full(len(wide), size + 4.0)])
    height = max(400.0, np.ceil(boxes.prod(1).sum() / _FULL / _WIDTH))
    first = layout.inner_first(flat.points)
    centers = layout.fill(flat.points * [1, -1], boxes, _WIDTH, height)  # y runs down
    places = np.empty_like(centers)
    places[first] = layout.spread(centers[first], boxes[first], _WIDTH, height)
    drawn = [
        _word(i, flat, (x - box[0] / 2 + 7, y), box, _look(flat, flat.group[i]))
        for i, ((x, y), box) in enumerate(zip(places, boxes, strict=True))
    ]
    return (
        f'<svg class="lmw-map" viewBox="0 0 {_WIDTH} {height:.0f}" role="group" '
        f'aria-label="words" font-size="{size}">'
        f'<g class="lmw-lines"></g>{" ".join(drawn)}</svg>'
    )


def _word(i: int, flat: Flat, place, box, look: tuple[str, str]) -> str:
    (x, y), (wide, tall), (color, shape) = place, box, look
    label = ", ".join(filter(None, (flat.words[i], flat.group[i])))
    return (
        f'<g class="lmw-word" transform="translate({x:.0f} {y:.0f})" role="button" '
        f'aria-label="{escape(label)}">'
        f'<rect x="-7" y="{-tall / 2:.1f}" width="{wide:.0f}" height="{tall:.0f}" '
        f'rx="4"/><path d="{shape}" fill="{color}"/>'
        f'<text x="7" dy=".35em">{escape(flat.words[i])}</text></g>'
    )


def _key(flat: Flat) -> str:
    """Return what the colors and markers mean."""
    lines = []
    for name in flat.groups:
        color, shape = _look(flat, name)
        lines.append(
            '<li><svg viewBox="-6 -6 12 12" aria-hidden="true">'
            f'<path d="{shape}" fill="{color}"/></svg>{escape(name)}</li>'
        )
    return f'<ul class="lmw-key">{"".join(lines)}</ul>' if lines else ""


def _look(flat: Flat, group: str) -> tuple[str, str]:
    if group not in flat.groups:
        return GREY, _SHAPES[0]
    place = flat.groups.index(group)
    return COLORS[place], _SHAPES[place]


def _script(data: dict) -> str:
    """Return the call that brings the map to life; no word can end the script."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        plain = plain.replace(letter, f"\\u{ord(letter):04x}")
    return f"({_beside('js').strip()})({plain});"


def _beside(kind: str) -> str:
    return Path(__file__).with_suffix(f".{kind}").read_text(encoding="utf-8")


def _ems(word: str) -> float:
    """Estimate the width of a word in units of the font size."""
    return sum(
        1.0
        if unicodedata.east_asian_width(letter) in "WF"
        else 0.9
        if letter in "mwMW"
        else 0.36
        if letter in "ijlftrI.,:;'!|() -"
        else 0.72
        if letter.isupper()
        else 0.62
        for letter in word
    )
