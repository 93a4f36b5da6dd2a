"""Pictures that everybody can read: one style, safe colors, text for who cannot see.

Every chart is a `Picture`: a PNG with alternative text. As the last line of a cell it
shows itself; the stored notebook keeps the text beside the picture, and the book turns
it into the ``alt`` of an image. Used by every chapter.

The colors are those of Okabe and Ito (2008), which people with any of the common kinds
of color blindness can tell apart; lines also differ in their markers.
"""

import base64
import io
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from lmcourse import runtime, validate
from lmcourse.ladder import FLOOR, Ladder, Rung

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, RED, BLACK, YELLOW = "#56B4E9", "#D55E00", "#000000", "#F0E442"
COLORS = (BLUE, ORANGE, GREEN, RED, SKY, PURPLE, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#6B6B6B"
_DPI = 144  # twice as many dots as are shown: sharp on a good screen

_STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so it is everywhere the same
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "grid.color": "#E3E3E3",
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}

_styled = matplotlib.rc_context(_STYLE)  # a decorator: the style ends with the function


class Picture:
    """A chart as PNG with its alternative text; a cell that ends in it shows it.

    Parameters
    ----------
    png : bytes
    alt : str
        What a person who cannot see the chart should know: what is compared, and what
        stands out.
    title : str
        A few words that are the same on every machine, kept as the plain text of the
        output; the first sentence of ``alt`` if omitted.
    width : int
        In which to show it, in pixels.
    """

    def __init__(self, png: bytes, alt: str, title: str = "", width: int = 700):
        if not isinstance(alt, str) or len(alt.split()) < 3:
            raise ValueError(f"alt must describe the picture in words, got {alt!r}")
        self.png, self.alt, self.width = png, " ".join(alt.split()), width
        self.title = title or self.alt.partition(":")[0].partition(".")[0]

    def __repr__(self) -> str:
        return f"[picture: {self.title}]"

    def _repr_mimebundle_(self, include=None, exclude=None):
        encoded = base64.b64encode(self.png).decode()
        if not runtime.is_static():  # JupyterLab shows the alt text of HTML only
            source = f"data:image/png;base64,{encoded}"
            alt = escape(self.alt, quote=True)
            html = f'<img src="{source}" alt="{alt}" width="{self.width}">'
            return {"text/html": html, "text/plain": repr(self)}
        data = {"image/png": encoded, "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.alt, "width": self.width}}


@_styled
def new_figure(width: float = 7, height: float = 3.6, columns: int = 1):
    """Return a figure in the course's style and its axes.

    Parameters
    ----------
    width, height : float
        In inches, of which one is shown as 100 pixels.
    columns : int
        Charts side by side.

    Returns
    -------
    figure : matplotlib Figure
        Not known to pyplot, so a notebook does not show it a second time.
    axes : Axes, or an array of them
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns)


@_styled
def picture(figure: Figure, alt: str, title: str = "") -> Picture:
    """Turn a finished figure into a `Picture` with alternative text."""
    png = io.BytesIO()
    figure.savefig(
        png,
        format="png",
        dpi=_DPI,
        facecolor="white",  # legible on a dark page too
        metadata={"Software": None},  # the version would change the bytes
    )
    return Picture(png.getvalue(), alt, title, width=round(figure.get_figwidth() * 100))


@_styled
def lines_chart(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    xlabel: str,
    ylabel: str,
    *,
    title: str = "",
    floor: float | None = None,
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
    log_x, log_y : bool
    alt : str, optional
        Otherwise where each line begins and ends is told.

    Returns
    -------
    Picture
    """
    figure, ax = new_figure()
    looks = zip(COLORS * 3, MARKERS * 3, strict=True)
    for (name, (x, y)), (color, marker) in zip(series.items(), looks, strict=False):
        marker = marker if len(x) <= 30 else None
        ax.plot(x, y, color=color, marker=marker, label=name)
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
    many = len(series) > 4  # then a legend inside would cover lines
    figure.legend(loc="outside right upper") if many else ax.legend()
    told = "; ".join(
        f"{name} goes from {y[0]:.4g} at {x[0]:g} to {y[-1]:.4g} at {x[-1]:g}"
        for name, (x, y) in series.items()
        if len(x)
    )
    below = "" if floor is None else f" The floor is at {floor:.3g}."
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


@_styled
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
    figure, ax = new_figure()
    told = []
    for (name, values), color in zip(counts.items(), COLORS, strict=False):
        values = np.sort(np.fromiter(values, dtype=float))[::-1]
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


@_styled
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
    _finish_bars(ax, xlabel, title)
    told = ", ".join(f"{name} {value:{form}}" for name, value in values.items())
    return picture(figure, alt or f"Bar chart of {xlabel}: {told}.", title or xlabel)


@_styled
def ladder_chart(
    ladder: Ladder, against: str | None = None, *, alt: str | None = None
) -> Picture:
    """Draw the ladder in bits per character, above its floor.

    Parameters
    ----------
    ladder : Ladder
    against : {"seconds", "parameters"}, optional
        Draw the bits against this cost, for the rungs where it is known; bars if
        omitted.
    alt : str, optional
    """
    if against is None:
        return _ladder_bars(list(ladder), ladder.floor, alt)
    validate.one_of("against", against, ("seconds", "parameters"))
    rungs = [rung for rung in ladder if getattr(rung, against)]
    figure, ax = new_figure()
    for rung in rungs:
        point = getattr(rung, against), rung.bits_per_char
        ax.plot(*point, "o", color=_rung_color(rung))
        ax.annotate(rung.model, point, (5, 5), textcoords="offset points", fontsize=8)
    if ladder.floor:
        bits = ladder.floor.bits_per_char
        ax.axhline(bits, color=RED, linestyle="--", linewidth=1.2, label=FLOOR)
        ax.legend()
    unit = {"seconds": "CPU seconds of training"}.get(against, against)
    ax.set(xscale="log", xlabel=unit, ylabel="bits per character")
    ax.margins(x=0.25, y=0.15)
    told = ", ".join(
        f"{r.model} {r.bits_per_char:.3f} at {getattr(r, against):,.4g}" for r in rungs
    )
    told = f"Bits per character against {unit}: {told}."
    return picture(figure, alt or told, f"the ladder against {unit}")


def _ladder_bars(rungs: list[Rung], floor: Rung | None, alt: str | None) -> Picture:
    figure, ax = new_figure(height=0.9 + 0.3 * max(3, len(rungs)))
    names, bits = [r.model for r in rungs], [r.bits_per_char for r in rungs]
    ax.barh(names, bits, color=[_rung_color(r) for r in rungs], height=0.7)
    for y, rung in enumerate(rungs):
        exact = rung.low is None or rung.high is None
        label = (
            f"{rung.bits_per_char:.3f}"
            if exact
            else f"{rung.low:.2f} to {rung.high:.2f}"
        )
        end = rung.bits_per_char if exact else max(rung.high, rung.bits_per_char)
        if not exact:
            ax.plot([rung.low, rung.high], [y, y], color=BLACK, linewidth=2)
        ax.annotate(
            label, (end, y), (4, 0), textcoords="offset points", va="center", fontsize=9
        )
    if floor:
        ax.axvline(floor.bits_per_char, color=RED, linestyle="--", linewidth=1.2)
    _finish_bars(ax, "bits per character (less is better)", "")
    told = ", ".join(f"{r.model} {r.bits_per_char:.3f}" for r in rungs)
    told = f"The ladder, bits per character from worst to best: {told}."
    return picture(figure, alt or told, "the ladder in bits per character")


@_styled
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
    _finish_bars(ax, "probability of the next word", title)
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


class SurpriseStrip:
    """A text in which each token is the darker the more it surprised a model.

    Parameters
    ----------
    tokens : sequence of str
    bits : sequence of float
        The surprise of each token, ``-log2`` of its probability.
    most : float, optional
        Bits at which the color is darkest; the largest if omitted.
    form : str
        Format of the figures.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        bits: Sequence[float],
        most: float | None = None,
        form: str = ".1f",
    ):
        if len(tokens) != len(bits):
            raise ValueError(
                f"one figure a token is needed: {len(tokens)} tokens, {len(bits)} bits"
            )
        self.tokens, self.bits = list(tokens), [abs(b) for b in bits]
        self.most, self.form = most or max([*self.bits, 1e-9]), form

    def __repr__(self) -> str:
        pairs = zip(self.tokens, self.bits, strict=True)
        return " ".join(
            f"{visible(token)}({bits:{self.form}})" for token, bits in pairs
        )

    def _repr_html_(self) -> str:
        parts = []
        for token, bits in zip(self.tokens, self.bits, strict=True):
            share = min(1.0, bits / self.most)  # white to the palette's orange
            red, green, blue = (round(255 - share * (255 - c)) for c in (230, 159, 0))
            parts.append(
                f'<span style="background:rgb({red},{green},{blue});color:#111;'
                "display:inline-block;padding:1px 4px;margin:1px;border-radius:3px;"
                f'text-align:center">{escape(visible(token))}'
                f'<br><small style="font-size:70%">{bits:{self.form}}</small></span>'
            )
        return f'<div style="line-height:1.25">{"".join(parts)}</div>'


def surprise_strip(
    tokens: Sequence[str], bits: Sequence[float], most: float | None = None
) -> SurpriseStrip:
    """Show a text with the bits that each token cost, as color and as a figure."""
    return SurpriseStrip(tokens, [float(b) for b in bits], most)


def _narrow(axis: Any) -> bool:
    """Tell whether an axis spans too little for powers of ten alone."""
    low, high = axis.get_view_interval()
    return high < 20 * low


class Cuts:
    """A text cut in several ways, one line a way, each piece in a box of its own.

    Parameters
    ----------
    cuts : mapping of str to sequence of str
        Name of the way -> the pieces, from the first to the last.
    """

    def __init__(self, cuts: Mapping[str, Sequence[str]]):
        marks = str.maketrans({" ": "␣", "\n": "⏎"})
        self.cuts = {
            name: [piece.translate(marks) for piece in pieces]
            for name, pieces in cuts.items()
        }

    def __repr__(self) -> str:
        return "\n".join(
            f"{name} ({len(pieces)}): {'|'.join(pieces)}"
            for name, pieces in self.cuts.items()
        )

    def _repr_html_(self) -> str:
        lines = []
        for name, pieces in self.cuts.items():
            boxes = "".join(
                f'<span style="background:{("#cfe4f2", "#fbe6bd")[i % 2]};color:#111;'
                'padding:1px 2px;margin:1px;border-radius:3px;white-space:pre">'
                f"{escape(piece)}</span>"
                for i, piece in enumerate(pieces)
            )
            lines.append(
                f'<p style="line-height:1.7;margin:4px 0"><b>{escape(name)}</b> '
                f"({len(pieces)})<br>{boxes}</p>"
            )
        return "".join(lines)


def _finish_bars(ax: Axes, xlabel: str, title: str) -> None:
    ax.invert_yaxis()  # the first one on top
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.14)
    ax.set(xlabel=xlabel, title=title)


def _rung_color(rung: Rung) -> str:
    if rung.model == FLOOR:
        return RED
    return ORANGE if rung.chapter == "you" else BLUE


def visible(token: str) -> str:
    """Write a token that would not be seen, such as a space, as a sign."""
    return {" ": "␣", "\n": "⏎", "": "∎", "</s>": "∎"}.get(token, token)
