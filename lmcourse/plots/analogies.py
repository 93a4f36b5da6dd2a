"""An analogy drawn step by step: the arrow, its copy, and what lies at its end.

Used by chapter 4. The rules are those of `lmcourse.vectors.WordVectors.analogy`.
"""

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from lmcourse import validate
from lmcourse.plots import layout
from lmcourse.plots.fonts import families_for
from lmcourse.plots.pictures import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    RED,
    SKY,
    Picture,
    new_figure,
    picture,
    styled,
)
from lmcourse.vectors import WordVectors

METHODS = {"add": "3CosAdd", "mul": "3CosMul"}
CANDIDATES = 5


@styled
def analogy_steps(
    vectors: WordVectors, a: str, b: str, c: str, method: str = "add"
) -> Picture:
    """Draw how "a is to b as c is to ?" is answered, and the five best answers.

    Parameters
    ----------
    vectors : WordVectors
    a, b, c : str
        Three different words.
    method : {"add", "mul"}
        Which rule ranks the answers: 3CosAdd or 3CosMul. The arrows are those of
        3CosAdd in both cases, since a product cannot be drawn as an arrow.

    Returns
    -------
    Picture
        On the left words at length 1, in the plane on which a, b, c and the end of the
        copied arrow lie (their two principal components); the answers' shadows fall on
        it. The plane is stretched to fill the picture, which leaves equal arrows equal
        and parallel. On the right the scores.

    Raises
    ------
    ValueError
        If a word has no vector, two are the same, the method is another, or no font
        has the letters.
    """
    validate.one_of("method", method, tuple(METHODS))
    if len({a, b, c}) < 3:
        raise ValueError(f"a, b and c must be three different words, got {a}, {b}, {c}")
    found = vectors.analogy(a, b, c, count=CANDIDATES, method=method)
    answers = [word for word, _ in found]
    if not answers:
        raise ValueError(f"an answer needs a fourth word, got only {vectors.words}")
    unit = vectors.subset([a, b, c, *answers]).unit
    goal = unit[1] - unit[0] + unit[2]
    corners = np.vstack([unit[:3], goal])
    plane = layout.directions(corners)
    points = np.vstack([unit, goal]) @ plane.T
    title = f"{a} is to {b} as {c} is to …"
    fonts = families_for([a, b, c, *answers])
    with matplotlib.rc_context({"font.family": fonts}):
        figure, (map_, bars) = new_figure(7.4, 3.8, columns=2, fonts=fonts)
        map_.get_gridspec().set_width_ratios([2, 1])
        _put_arrows(map_, points, [a, b, c, *answers])
        _put_scores(bars, dict(found), METHODS[method])
        map_.set_title(title)
        return picture(figure, _told(vectors, (a, b, c), goal, found, method), title)


def _put_arrows(ax: Axes, points: np.ndarray, words: list[str]) -> None:
    a, b, c, goal = points[0], points[1], points[2], points[-1]
    ax.set(xticks=[], yticks=[])
    ax.plot(*points.T, linestyle="")  # for the limits
    ax.margins(0.18)
    for start, end, style in ((a, b, "-"), (c, goal, "--")):
        arrow = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 2, "linestyle": style}
        ax.annotate("", end, start, arrowprops={**arrow, "shrinkA": 0, "shrinkB": 0})
    ax.plot(*points[:3].T, "o", color=BLUE, markersize=6)
    ax.plot(*points[3:4].T, "D", color=ORANGE, markersize=7)
    ax.plot(*points[4:-1].T, "s", color=SKY, markersize=5)
    ax.plot(*goal, "X", color=RED, markersize=8)
    for spine in ax.spines.values():
        spine.set(visible=True, color="#CCCCCC")
    ax.grid(visible=False)
    _put_labels(ax, points, [*words, f"{words[1]} − {words[0]} + {words[2]}"])


def _put_labels(ax: Axes, points: np.ndarray, texts: list[str]) -> None:
    """Write each label in the free place nearest to its point."""
    ax.figure.draw_without_rendering()  # settles limits and size
    corner, (width, height) = ax.bbox.min, ax.bbox.size
    spots = ax.transData.transform(points) - corner
    labels = [ax.text(0, 0, text, fontsize=9, va="center") for text in texts]
    sizes = [label.get_window_extent().size for label in labels]
    sizes = np.array([(wide + 6, tall + 2) for wide, tall in sizes])
    share = np.linspace(0, 1, 40)[:, None]
    lines = [spots[0] + share * (spots[1] - spots[0])]  # arrows stay free of labels too
    lines += [spots[2] + share * (spots[-1] - spots[2])]
    full = np.vstack([spots, *lines])
    places = layout.spread(
        np.vstack([full, spots + np.array([0, 13])]),
        np.vstack([np.full((len(full), 2), 11.0), sizes]),
        width,
        height,
    )[len(full) :]
    pixels = ax.transAxes.inverted()
    for i, label in enumerate(labels):
        x, y = places[i]
        start = corner + np.array([x - sizes[i, 0] / 2 + 3, y])
        label.set(position=pixels.transform(start), transform=ax.transAxes)
        label.set_color(RED if i == len(labels) - 1 else BLACK)
        label.set_weight("bold" if i < 3 else "normal")
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})
        if np.hypot(*(places[i] - spots[i])) > 30:  # show whose it is
            ends = pixels.transform(corner + np.array([spots[i], (x, y)]))
            ax.plot(
                *ends.T, color=GREY, linewidth=0.6, zorder=1, transform=ax.transAxes
            )


def _put_scores(ax: Axes, scores: dict[str, float], name: str) -> None:
    colors = [ORANGE, *[SKY] * (len(scores) - 1)]
    bars = ax.barh(list(scores), list(scores.values()), color=colors, height=0.6)
    ax.bar_label(bars, [f"{v:.3f}" for v in scores.values()], padding=3, fontsize=9)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.3)
    ax.set(xlabel=f"score ({name})", title="the answers")


def _told(
    vectors: WordVectors,
    asked: tuple[str, str, str],
    goal: np.ndarray,
    found: list[tuple[str, float]],
    method: str,
) -> str:
    a, b, c = asked
    nearest, cosine = vectors.neighbors(goal, count=1)[0]
    ranked = ", ".join(f"{word} {score:.3f}" for word, score in found)
    own = " itself" if nearest in asked else ""
    return (
        f"The arrow from {a} to {b}, set down at {c}, ends nearest to {nearest}{own} "
        f"(cosine {cosine:.2f}). Best answers by {METHODS[method]}, without the three "
        f"words asked: {ranked}."
    )
