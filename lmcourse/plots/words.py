"""Pictures of word vectors: a map of words, and the numbers themselves.

Used by chapters 4 and 5.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from lmcourse import validate
from lmcourse.plots import layout
from lmcourse.plots.fonts import families_for
from lmcourse.plots.pictures import (
    BLACK,
    COLORS,
    DIVERGING,
    GREY,
    MARKERS,
    Picture,
    new_figure,
    picture,
    styled,
)
from lmcourse.vectors import WordVectors

_THIRDS = (1 / 3, 2 / 3)


class Flat(NamedTuple):
    """Words on a plane."""

    words: list[str]
    points: np.ndarray  # (N, 2)
    groups: list[str]  # those with a word here, in the order in which they were given
    group: list[str]  # of each word; "" if it is in none
    share: float  # of the variance that the plane holds
    alt: str


def flatten(
    vectors: WordVectors,
    words: Sequence[str],
    groups: Mapping[str, Collection[str]] | None = None,
) -> Flat:
    """Project words onto the plane in which they differ most, and describe it.

    Parameters
    ----------
    vectors : WordVectors
    words : sequence of str
    groups : mapping of str to words, optional
        At most seven; words of theirs that are not to be shown do no harm.

    Returns
    -------
    Flat
        The first two principal components of the vectors, each at length 1, since
        their direction is what counts.

    Raises
    ------
    ValueError
        If a word has no vector or is in two groups, or there are too many groups.
    """
    words = validate.words("words", words)
    if len(words) < 2:
        raise ValueError(f"words must be at least two, got {words}")
    of: dict[str, str] = {}
    for name, members in (groups or {}).items():
        members = members if isinstance(members, str) else [*members]
        for word in validate.words(f"group {name!r}", members):
            if of.setdefault(word, name) != name:
                raise ValueError(f"{word!r} is in two groups: {of[word]!r}, {name!r}")
    group = [of.get(word, "") for word in words]
    shown = [name for name in groups or {} if name in group]
    if len(shown) > len(COLORS):
        raise ValueError(
            f"groups must be at most {len(COLORS)}, one a color, got {len(shown)}"
        )
    points, share = layout.project(vectors.subset(words).unit)
    told = [_whereabouts(name, words, points, group) for name in shown]
    alt = (
        f"Map of {len(words)} words in the two directions that hold {share:.0%} of "
        f"their differences. {'; '.join(told) or _ends(words, points)}."
    )
    return Flat(words, points, shown, group, share, alt)


def _whereabouts(
    name: str, words: list[str], points: np.ndarray, group: list[str]
) -> str:
    """Say of a group which words it has, where it lies, and whether as one."""
    own = np.array([name == other for other in group])
    members = [word for word, mine in zip(words, own, strict=True) if mine]
    some = ", ".join(members[:3])
    some += f" and {len(members) - 3} more" * (len(members) > 3)
    low, high = points.min(0), points.max(0)
    third = np.digitize((points[own].mean(0) - low) / (high - low).clip(1e-9), _THIRDS)
    side, height = ("left", "", "right")[third[0]], ("bottom", "", "top")[third[1]]
    place = " ".join(filter(None, (height, side))) or "in the middle"
    wide = np.sqrt(points[own].var(0).sum() / points.var(0).sum().clip(1e-12))
    how = "close together" if wide < 0.4 else "scattered" if wide > 0.8 else "loosely"
    return f"{name} ({some}): {how}, {place}"


def _ends(words: list[str], points: np.ndarray) -> str:
    """Name the words at the four edges of a map without groups."""
    across, up = points.argsort(axis=0, kind="stable").T
    told = {
        "Leftmost": across,
        "rightmost": across[::-1],
        "at the bottom": up,
        "at the top": up[::-1],
    }
    return "; ".join(
        f"{where}: {', '.join(words[i] for i in order[:3])}"
        for where, order in told.items()
    )


@styled
def word_map(
    vectors: WordVectors,
    words: Sequence[str],
    groups: Mapping[str, Collection[str]] | None = None,
    title: str = "",
    alt: str | None = None,
) -> Picture:
    """Draw words as a map on which alike words lie together.

    Parameters
    ----------
    vectors : WordVectors
    words : sequence of str
        Up to about 150 stay legible.
    groups : mapping of str to words, optional
        What to tell apart by color and marker, at most seven groups.
    title : str
    alt : str, optional
        Otherwise where each group lies is told, and whether it keeps together.

    Returns
    -------
    Picture
        See `flatten` for the directions. Words that would cover each other are moved
        apart, the outer ones farther.

    Raises
    ------
    ValueError
        As for `flatten`, and if no font has the letters.
    """
    flat = flatten(vectors, words, groups)
    fonts = families_for([*flat.words, *flat.groups, title])
    with matplotlib.rc_context({"font.family": fonts}):
        height = float(np.clip(1.2 + len(flat.words) / 16, 3.6, 9))
        figure, ax = new_figure(height=height, fonts=fonts)
        ax.set(xticks=[], yticks=[], title=title)
        ax.set_xlabel(
            f"The two directions shown hold {flat.share:.0%} of the differences.",
            color=GREY,
        )
        for spine in ax.spines.values():
            spine.set(visible=True, color="#CCCCCC")
        looks = dict(zip(flat.groups, zip(COLORS, MARKERS, strict=True), strict=False))
        for name, (color, marker) in looks.items():
            ax.plot([], [], marker, color=color, label=name)
        if looks:
            figure.legend(loc="outside upper left", ncols=4)
        _put_words(ax, flat, {**looks, "": (GREY, "o")})
        return picture(figure, alt or flat.alt, title or "a map of words")


def _put_words(ax: Axes, flat: Flat, looks: Mapping[str, tuple[str, str]]) -> None:
    """Draw each word beside its marker where there is room for both."""
    figure, dot = ax.figure, 14
    figure.draw_without_rendering()  # settles how large the map is, in pixels
    width, height = ax.bbox.width, ax.bbox.height
    ax.set(xlim=(0, width), ylim=(0, height))
    labels = [ax.text(0, 0, word, fontsize=9, va="center") for word in flat.words]
    boxes = [label.get_window_extent() for label in labels]
    sizes = np.array([(box.width + dot + 4, box.height + 1) for box in boxes])
    first = layout.inner_first(flat.points)
    centers = layout.fill(flat.points, sizes, width, height)[first]
    places = layout.spread(centers, sizes[first], width, height)
    for i, (x, y) in zip(first, places, strict=True):
        color, marker = looks[flat.group[i]]
        left = x - sizes[i, 0] / 2
        ax.plot(left + dot / 2, y, marker, color=color, markersize=4.5)
        labels[i].set(position=(left + dot, y), color=BLACK)


@styled
def vectors_chart(
    vectors: WordVectors,
    words: Sequence[str],
    *,
    title: str = "",
    alt: str | None = None,
) -> Picture:
    """Draw vectors as rows of colored stripes, one stripe a number.

    Parameters
    ----------
    vectors : WordVectors
    words : sequence of str
        At most 40. The stripes are put in the order that makes the first word's run
        from its least to its greatest number, so that words like it show the same
        run of colors and others do not.
    title : str
    alt : str, optional
        Otherwise each word's cosine with the first is told.

    Returns
    -------
    Picture
        Of the vectors at length 1.

    Raises
    ------
    ValueError
        If there are not 1 to 40 words, one comes twice or has no vector, or no font
        has the letters.
    """
    words = validate.words("words", words)
    if not 1 <= len(words) <= 40:
        raise ValueError(f"words must be 1 to 40, got {len(words)}")
    rows = vectors.subset(words).unit
    rows = rows[:, rows[0].argsort(kind="stable")]
    cosines = [vectors.similarity(words[0], word) for word in words]
    fonts = families_for([*words, title])
    with matplotlib.rc_context({"font.family": fonts}):
        figure, ax = new_figure(height=1.3 + 0.3 * len(words), fonts=fonts)
        most = float(np.abs(rows).max())
        image = ax.imshow(
            rows,
            cmap=DIVERGING,
            vmin=-most,
            vmax=most,
            aspect="auto",
            interpolation="nearest",
        )
        ax.grid(visible=False)
        ax.set_yticks(range(len(words)), words)
        ax.tick_params(left=False)
        xlabel = f"the numbers of each vector, in the order that sorts {words[0]!r}"
        ax.set(xticks=[], xlabel=xlabel, title=title)
        ax.set_yticks(np.arange(1, len(words)) - 0.5, minor=True)
        ax.grid(which="minor", axis="y", color="white", linewidth=3)
        ax.tick_params(which="minor", left=False)
        beside = ax.secondary_yaxis("right")
        beside.set_yticks(range(len(words)), [f"{cosine:.2f}" for cosine in cosines])
        beside.tick_params(right=False)
        for spine in (*ax.spines.values(), *beside.spines.values()):
            spine.set_visible(False)
        beside.set_ylabel(f"cosine with {words[0]!r}")
        figure.colorbar(image, ax=ax, fraction=0.03, pad=0.02).outline.set_visible(
            False
        )
        told = ", ".join(
            f"{word} {cosine:.2f}"
            for word, cosine in zip(words[1:], cosines[1:], strict=True)
        )
        told = (
            f"Vectors of {len(words)} words as rows of {rows.shape[1]} colored stripes,"
            f" the more alike the larger the cosine with {words[0]}: {told or 'alone'}."
        )
        return picture(figure, alt or told, title or "vectors as stripes")
