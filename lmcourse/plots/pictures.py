"""A picture and its words, and the one style that all of them have."""

import base64
import io
from collections.abc import Sequence
from html import escape

import matplotlib
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from lmcourse import runtime

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, RED, BLACK, YELLOW = "#56B4E9", "#D55E00", "#000000", "#F0E442"
COLORS = (BLUE, ORANGE, GREEN, RED, SKY, PURPLE, BLACK)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#6B6B6B"
DIVERGING = LinearSegmentedColormap.from_list("lmcourse", [BLUE, "#FFFFFF", RED])
FONT = "DejaVu Sans"  # comes with matplotlib, so it is everywhere the same
_DPI = 144  # twice as many dots as are shown: sharp on a good screen

_STYLE = {
    "font.family": FONT,
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

styled = matplotlib.rc_context(_STYLE)  # a decorator: the style ends with the function


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


@styled
def new_figure(
    width: float = 7,
    height: float = 3.6,
    columns: int = 1,
    fonts: Sequence[str] = (FONT,),
    rows: int = 1,
    **shared: bool,
):
    """Return a figure in the course's style and its axes.

    Parameters
    ----------
    width, height : float
        In inches, of which one is shown as 100 pixels.
    columns : int
        Charts side by side.
    fonts : sequence of str
        For titles and axes; see `lmcourse.plots.fonts` for texts in other scripts.
    rows : int
        Charts one above the other.
    **shared : bool
        ``sharex`` and ``sharey``, as in matplotlib.

    Returns
    -------
    figure : matplotlib Figure
        Not known to pyplot, so a notebook does not show it a second time.
    axes : Axes, or an array of them
    """
    with matplotlib.rc_context({"font.family": fonts}):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.subplots(rows, columns, **shared)


@styled
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
