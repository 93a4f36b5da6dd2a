"""Charts of numbers: lines, bars, Zipf's law, what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from lmcourse.ladder import FLOOR
from lmcourse.plots.pictures import (
    BLUE,
    COLORS,
    GREY,
    MARKERS,
    RED,
    Picture,
    new_figure,
    picture,
    styled,
)
from lmcourse.plots.strips import visible


@styled
def lines_chart(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    xlabel: str,
    ylabel: str,
    *,
    title: str = "",
    floor: float | None = None,
    marks: Mapping[str, float] | None = None,
    log_x: bool = False,
    log_y: bool = False,
    alt: str | None = None,
) -> Picture:
    """Draw one line for each entry, and the floor if there is one.

    Parameters
    ----------
    series : mapping of str to (x, y)
    xlabel, ylabel : str
    title : str
    floor : float, optional
        A dashed line below which nothing can come.
    marks : mapping of str to float, optional
        Dotted lines to compare with, such as what another model reached.
    log_x, log_y : bool
    alt : str, optional
        Otherwise where each line begins and ends is told.

    Returns
    -------
    Picture
    """
    marks = dict(marks or {})
    _demand_looks("series", {**series, **marks})
    figure, ax = new_figure()
    looks = zip(series.items(), COLORS, MARKERS, strict=False)
    for (name, (x, y)), color, marker in looks:
        marker = marker if len(x) <= 30 else None
        ax.plot(x, y, color=color, marker=marker, label=name)
    for (name, y), color in zip(marks.items(), COLORS[len(series) :], strict=False):
        ax.axhline(y, color=color, linestyle=":", label=f"{name}: {y:.2f}")
    if floor is not None:
        ax.axhline(floor, color=GREY, linestyle="--", label=f"{FLOOR}: {floor:.2f}")
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    plain = FuncFormatter(lambda value, _: f"{value:,g}")  # 200, not 2 x 10**2
    for axis, log in ((ax.xaxis, log_x), (ax.yaxis, log_y)):
        if log:
            (ax.set_xscale if axis is ax.xaxis else ax.set_yscale)("log")
            axis.set_major_formatter(plain)
            axis.set_minor_formatter(plain if _narrow(axis) else NullFormatter())
    if all(float(v).is_integer() for x, _ in series.values() for v in x) and not log_x:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    many = len(series) + len(marks) > 4  # then a legend inside would cover lines
    figure.legend(loc="outside right upper") if many else ax.legend()
    told = "; ".join(
        f"{name} goes from {y[0]:.4g} at {x[0]:g} to {y[-1]:.4g} at {x[-1]:g}"
        for name, (x, y) in series.items()
        if len(x)
    )
    below = "" if floor is None else f" The floor is at {floor:.3g}."
    beside = ", ".join(f"{name} at {y:.3g}" for name, y in marks.items())
    below += f" To compare: {beside}." if beside else ""
    told = f"Line chart of {ylabel} against {xlabel}: {told}.{below}"
    return picture(figure, alt or told, title or f"{ylabel} against {xlabel}")


def perplexity_chart(
    orders: Sequence[int],
    perplexities: Mapping[str, Sequence[float]],
    *,
    floor: float | None = None,
    xlabel: str = "order n",
    title: str = "",
    alt: str | None = None,
) -> Picture:
    """Draw perplexity against the order of the model, or against anything else.

    Parameters
    ----------
    orders : sequence of int
    perplexities : mapping of str to sequence of float
        One line a model, as long as ``orders``.
    floor : float, optional
        The storyteller's own perplexity.
    xlabel, title, alt : str
    """
    series = {name: (orders, values) for name, values in perplexities.items()}
    return lines_chart(
        series, xlabel, "perplexity", title=title, floor=floor, log_y=True, alt=alt
    )


@styled
def zipf_chart(
    counts: Mapping[str, Iterable[int]], *, title: str = "", alt: str | None = None
) -> Picture:
    """Draw counts against ranks, both logarithmic, beside Zipf's straight line.

    Parameters
    ----------
    counts : mapping of str to iterable of int
        For each text, how often each type occurs, in any order.
    title, alt : str
    """
    _demand_looks("counts", counts)
    figure, ax = new_figure()
    told = []
    for (name, values), color in zip(counts.items(), COLORS, strict=False):
        values = np.sort(np.fromiter(values, dtype=float))[::-1]
        if not len(values):
            raise ValueError(f"the text {name!r} has no counts to draw")
        ranks = np.arange(1, len(values) + 1)
        ax.plot(ranks, values, color=color, label=name)
        ax.plot(ranks, values[0] / ranks, color=color, linestyle=":", linewidth=1)
        told.append(
            f"{name} has {len(values):,} types, the commonest {values[0]:,.0f} times"
        )
    ax.plot([], [], color=GREY, linestyle=":", label="Zipf: count = first / rank")
    ax.set(xscale="log", yscale="log", xlabel="rank", ylabel="count", title=title)
    ax.legend()
    told = f"Count against rank on logarithmic axes: {'; '.join(told)}."
    return picture(figure, alt or told, title or "counts against ranks")


@styled
def bars_chart(
    values: Mapping[str, float],
    xlabel: str,
    *,
    title: str = "",
    floor: float | None = None,
    color: str = BLUE,
    form: str = ".2f",
    alt: str | None = None,
) -> Picture:
    """Draw one horizontal bar for each entry, with its figure at the end.

    Parameters
    ----------
    values : mapping of str to float
        The first entry is on top.
    xlabel, title : str
    floor : float, optional
    color : str
    form : str
        Format of the figures.
    alt : str, optional
    """
    figure, ax = new_figure(height=0.9 + 0.28 * max(3, len(values)))
    bars = ax.barh(list(values), list(values.values()), color=color, height=0.7)
    ax.bar_label(bars, [f"{v:{form}}" for v in values.values()], padding=3, fontsize=9)
    if floor is not None:
        ax.axvline(floor, color=RED, linestyle="--", label=f"floor: {floor:{form}}")
        ax.legend()
    finish_bars(ax, xlabel, title)
    told = ", ".join(f"{name} {value:{form}}" for name, value in values.items())
    return picture(figure, alt or f"Bar chart of {xlabel}: {told}.", title or xlabel)


@styled
def next_word_chart(
    distributions: Mapping[str, Mapping[str, float]],
    *,
    words: int = 12,
    title: str = "",
    alt: str | None = None,
) -> Picture:
    """Draw what each model expects next, side by side.

    Parameters
    ----------
    distributions : mapping of str to mapping of str to float
        Name of the model -> next word -> probability. The first decides the order.
    words : int
        How many words of each are shown, at most 40.
    title, alt : str
    """
    _demand_looks("distributions", distributions)
    chosen: list[str] = []
    for spread in distributions.values():
        likeliest = sorted(spread, key=lambda w: (-spread[w], w))[:words]
        chosen += [w for w in likeliest if w not in chosen and spread[w] > 0]
    first = next(iter(distributions.values()))
    chosen.sort(key=lambda w: (-first.get(w, 0), w))
    chosen = chosen[: words * 3 // 2]
    figure, ax = new_figure(height=1.1 + 0.27 * max(4, len(chosen)))
    height = 0.8 / len(distributions)
    for i, (name, spread) in enumerate(distributions.items()):
        y = np.arange(len(chosen)) + (i - (len(distributions) - 1) / 2) * height
        values = [spread.get(w, 0.0) for w in chosen]
        hatch = "//" if i % 2 else None
        ax.barh(y, values, height, color=COLORS[i], label=name, hatch=hatch)
    ax.set_yticks(np.arange(len(chosen)), [visible(w) for w in chosen])
    finish_bars(ax, "probability of the next word", title)
    ax.legend(loc="lower right")
    told = "; ".join(
        f"{name}: "
        + ", ".join(
            f"{w} {spread[w]:.3f}"
            for w in sorted(spread, key=lambda w: (-spread[w], w))[:5]
        )
        for name, spread in distributions.items()
    )
    told = f"Likeliest next words. {told}."
    return picture(figure, alt or told, title or "the likeliest next words")


def finish_bars(ax: Axes, xlabel: str, title: str) -> None:
    """Put the first bar on top, and leave room for the figures at the ends."""
    ax.invert_yaxis()  # the first one on top
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.14)
    ax.set(xlabel=xlabel, title=title)


def _demand_looks(name: str, entries: Mapping) -> None:
    """Refuse what could not be told apart, in place of leaving it out."""
    if not 1 <= len(entries) <= len(COLORS):
        raise ValueError(
            f"{name} must have 1 to {len(COLORS)} entries, one a color, got "
            f"{len(entries)}"
        )


def _narrow(axis: Any) -> bool:
    """Tell whether an axis spans too little for powers of ten alone."""
    low, high = axis.get_view_interval()
    return high < 20 * low
