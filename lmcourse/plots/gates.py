"""Units along a text: what a gate or a memory cell does at each word (chapter 8)."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from lmcourse import validate
from lmcourse.plots.fonts import families_for
from lmcourse.plots.pictures import DIVERGING, Picture, new_figure, picture, styled
from lmcourse.plots.strips import visible

ACROSS = 34  # tokens in a row, so that their letters can be read
MANY = 40  # units; more have no room for a name each
TOLD = 8  # units that the alternative text describes one by one


@styled
def gates_chart(
    tokens: Sequence[str],
    values: np.ndarray,
    labels: Sequence[str],
    *,
    title: str = "",
    alt: str | None = None,
) -> Picture:
    """Draw units along a text as rows of colored squares.

    Parameters
    ----------
    tokens : sequence of str, length T
        A text of more than 34 is folded, as lines on a page are.
    values : array of shape (T, U)
        If all lie between 0 and 1, as those of gates do, white is 0.5; else white is 0,
        and the colors are equally deep on both sides of it.
    labels : sequence of str, length U
        Of the units; not written if they are more than 40. A single unit has its
        figures written, too.
    title : str
    alt : str, optional
        Otherwise it is told at which token each unit is lowest and highest; of more
        than eight, where they are on average.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is nothing to draw.
    """
    tokens = validate.words("tokens", tokens)
    labels = validate.words("labels", labels)
    values = np.asarray(values, dtype=float)
    if values.shape != (len(tokens), len(labels)) or not values.size:
        raise ValueError(
            f"values must be (T, U) for {len(tokens)} tokens and {len(labels)} "
            f"labels, got {values.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError("values must be finite numbers")
    folds = -(-len(tokens) // ACROSS)
    across = max(-(-len(tokens) // folds), 12)  # lines of equal length
    band = np.clip(0.22 * len(labels), 0.3, 3.2 if folds == 1 else 1.9)
    shown = [visible(token) for token in tokens]
    fonts = families_for([*shown, *labels, title])
    with matplotlib.rc_context({"font.family": fonts}):
        deep = 0.5 + 0.07 * max(map(len, shown))  # the words stand upright
        height = (band + deep) * folds + 0.35 * bool(title)
        figure, axes = new_figure(7.4, height, 1, fonts, rows=folds, squeeze=False)
        for fold, ax in enumerate(axes.flat):
            here = slice(fold * across, (fold + 1) * across)
            image = _put_band(ax, shown[here], values[here], labels, across, values)
        axes.flat[0].set_title(title)
        bar = figure.colorbar(image, ax=axes, fraction=0.03, pad=0.015, aspect=12)
        bar.outline.set_visible(False)
        bar.ax.tick_params(labelsize=8)
        told = _told(shown, values, labels)
        return picture(figure, alt or told, title or "units along a text")


def _put_band(
    ax: Axes,
    tokens: Sequence[str],
    values: np.ndarray,
    labels: Sequence[str],
    across: int,
    all_values: np.ndarray,
):
    """Draw one line of the text, as wide as all of them."""
    low, high = -np.abs(all_values).max(), np.abs(all_values).max()
    if all_values.min() >= 0 and high <= 1:
        low, high = 0.0, 1.0
    image = ax.imshow(
        values.T,
        cmap=DIVERGING,
        vmin=low,
        vmax=high or 1.0,
        aspect="auto",
        interpolation="nearest",
    )
    ax.set_xlim(-0.5, across - 0.5)
    ax.grid(visible=False)
    ax.set_xticks(range(len(tokens)), tokens, rotation=90, fontsize=8)
    for label in ax.get_xticklabels():
        sign = label.get_text()
        if len(sign) == 1 and not sign.isalnum():  # a comma on its side is none
            label.set(rotation=0, fontsize=10)
    if len(labels) <= MANY:
        ax.set_yticks(range(len(labels)), labels, fontsize=8)
        ax.set_yticks(np.arange(1, len(labels)) - 0.5, minor=True)
        ax.grid(which="minor", axis="y", color="white", linewidth=2)
    else:
        ax.set_yticks([])
        ax.set_ylabel(f"{len(labels)} units", fontsize=9)
    ax.tick_params(which="both", left=False, bottom=False, pad=2)
    for spine in ax.spines.values():
        spine.set_visible(False)
    if len(labels) == 1:
        middle, reach = (low + high) / 2, (high - low) / 2 or 1.0
        for x, value in enumerate(values[:, 0]):
            dark = abs(value - middle) > 0.65 * reach
            ax.text(
                *(x, 0, f"{value:.2f}".replace("0.", ".", 1)),
                color="white" if dark else "black",
                fontsize=7,
                ha="center",
                va="center",
            )
    return image


def _told(tokens: Sequence[str], values: np.ndarray, labels: Sequence[str]) -> str:
    """Say where each unit is lowest and highest, or where many are on average."""
    lines = dict(zip(labels, values.T, strict=True))
    if len(labels) > TOLD:
        lines = {"on average a unit": values.mean(axis=1)}
    told = "; ".join(
        f"{name} is lowest at {tokens[line.argmin()]} ({line.min():.2f}) and "
        f"highest at {tokens[line.argmax()]} ({line.max():.2f})"
        for name, line in lines.items()
    )
    units = "one unit" if len(labels) == 1 else f"{len(labels)} units"
    return f"Heat map of {units} along {len(tokens)} tokens: {told}."
