"""How a word's neighbors change with the window they were learned from (chapter 4)."""

from collections.abc import Mapping, Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from lmcourse.plots.charts import finish_bars
from lmcourse.plots.fonts import families_for
from lmcourse.plots.pictures import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    SKY,
    Picture,
    new_figure,
    picture,
    styled,
)


@styled
def window_chart(
    word: str,
    window: int,
    neighbors: Sequence[tuple[str, float]],
    kinds: Mapping[str, str],
    shares: Mapping[str, Mapping[int, float]],
) -> Picture:
    """Draw a word's neighbors at one window, and how many are of its kind at each.

    Parameters
    ----------
    word : str
    window : int
        The one that is chosen; marked on the right.
    neighbors : sequence of (word, cosine)
        The nearest first.
    kinds : mapping of str to str
        Word -> kind; of whom it is not known counts as none.
    shares : mapping of str to mapping of int to float
        Name of a line -> window -> share of neighbors of the same kind. Without any,
        only the neighbors are drawn.

    Returns
    -------
    Picture
    """
    kind = kinds.get(word)
    same = {
        other: kind is not None and kinds.get(other) == kind for other, _ in neighbors
    }
    labels = [
        f"{other} · {kinds[other]}" if other in kinds else other for other in same
    ]
    title = f"nearest to {word}, window {window}"
    fonts = families_for([*labels, word])
    with matplotlib.rc_context({"font.family": fonts}):
        height = 1.3 + 0.28 * max(5, len(labels))
        figure, axes = new_figure(7.4, height, 2 if shares else 1, fonts)
        left = axes[0] if shares else axes
        cosines = [cosine for _, cosine in neighbors]
        colors = [BLUE if mine else SKY if shares else BLUE for mine in same.values()]
        hatches = ["" if mine or not shares else "//" for mine in same.values()]
        bars = left.barh(
            labels, cosines, color=colors, hatch=hatches, edgecolor="white"
        )
        left.bar_label(bars, [f"{c:.2f}" for c in cosines], padding=3, fontsize=9)
        finish_bars(left, "cosine", title)
        left.margins(x=0.2)
        if shares:
            _put_shares(axes[1], window, shares)
        told = ", ".join(
            f"{label} {cosine:.2f}"
            for label, cosine in zip(labels, cosines, strict=True)
        )
        alt = f"Nearest to {word} with a window of {window}: {told}."
        for name, line in shares.items():
            points = ", ".join(f"{share:.0%} at {w}" for w, share in line.items())
            alt += f" Share of the same kind, {name}: {points}."
        return picture(figure, alt, f"the neighbors of {word}")


def _put_shares(
    ax: Axes, window: int, shares: Mapping[str, Mapping[int, float]]
) -> None:
    looks = ((BLUE, "o", "-"), (GREY, "s", "--"), (BLACK, "^", ":"))
    for (name, line), (color, marker, style) in zip(
        shares.items(), looks, strict=False
    ):
        places = range(len(line))  # windows in equal steps: 1, 2, 5, 15
        ax.plot(places, [*line.values()], style, color=color, marker=marker, label=name)
        ax.set_xticks(places, [str(w) for w in line])
        ax.axvline(
            [*line].index(window), color=ORANGE, linewidth=6, alpha=0.3, zorder=0
        )
    ax.set(xlabel="window", ylim=(-0.04, 1.04), title="neighbors of the same kind")
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.legend()
