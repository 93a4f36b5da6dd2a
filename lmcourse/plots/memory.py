"""The memory chart: who still knows it, and how long ago it was said (chapters 6 to 8).

Small multiples, since every kind of probe is a question of its own, on one scale.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from lmcourse.plots.pictures import (
    COLORS,
    GREY,
    MARKERS,
    Picture,
    new_figure,
    picture,
    styled,
)

FEW = 30  # probes; what fewer say is mostly chance
COARSE = (1, 3, 10, 30, 100, 300, 1000)  # distances to write at an axis
MIDDLE = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
FINE = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200)
Points = list[tuple[float, float]]  # (distance, accuracy), the nearest first


@styled
def memory_chart(
    rows: Iterable[Mapping[str, Any]], *, title: str = "", alt: str | None = None
) -> Picture:
    """Draw accuracy against distance: a panel for each kind, a line for each model.

    Parameters
    ----------
    rows : iterable of mappings
        Each has ``model``, ``kind``, ``distance`` and ``accuracy``, such as those of
        ``probing.by_distance``. If there is a ``count``, too, a stretch of fewer than
        30 probes is put together with a neighbor that is less than twice as far.
    title, alt : str

    Returns
    -------
    Picture
        Models and kinds in the order in which they first come, distance in equal
        ratios, and chance as a dashed line.

    Raises
    ------
    ValueError
        If there are no rows, or more models than can be told apart.
    """
    lines: dict[str, dict[str, list]] = {}
    models: dict[str, None] = {}
    for row in rows:
        models[row["model"]] = None
        lines.setdefault(row["kind"], {}).setdefault(row["model"], []).append(row)
    if not 1 <= len(models) <= 2 * len(COLORS):
        raise ValueError(
            f"rows must be of 1 to {2 * len(COLORS)} models, got {len(models)}"
        )
    points = {
        kind: {model: _merged(found) for model, found in by_model.items()}
        for kind, by_model in lines.items()
    }
    figure, axes, legend = _grid(len(points), list(models))
    panels, looks = list(axes.flat), dict(zip(models, _looks(), strict=False))
    for ax, (kind, by_model) in zip(panels, points.items(), strict=False):
        _put_panel(ax, kind, by_model, looks)
    for ax in panels[len(points) :]:
        ax.set_axis_off()
    drawn = [p for found in points.values() for line in found.values() for p in line]
    panels[0].set_ylim(min(0.45, min(accuracy for _, accuracy in drawn) - 0.03), 1.03)
    distances = [distance for distance, _ in drawn]
    wide = max(distances) > 8 * min(distances)
    few = COARSE if axes.shape[1] > 3 else MIDDLE
    ticks = few if wide else MIDDLE if axes.size > 1 else FINE
    panels[0].xaxis.set_major_locator(FixedLocator(ticks))
    for ax in axes[-1]:
        ax.set_xlabel("distance in words", fontsize=8)
    for model, look in looks.items():
        panels[0].plot([], [], **look, label=model)
    panels[0].plot([], [], color=GREY, linestyle="--", linewidth=1, label="chance")
    figure.supylabel("accuracy", fontsize=10)
    figure.suptitle(title or None, x=0.01, ha="left", fontsize=11)
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=legend
    )
    told = _told(points, list(models))
    return picture(figure, alt or told, title or "accuracy against distance")


def _grid(count: int, models: list[str]) -> tuple[Any, np.ndarray, int]:
    """Return a figure, its panels, and how many columns its legend has."""
    down = -(-count // 5)
    columns = -(-count // down)  # as even as they go
    legend = 3 if max(map(len, models)) < 28 else 2
    tall = 1.55 if down > 1 else 2.6
    height = 0.5 + tall * down + 0.2 * -(-(len(models) + 1) // legend)
    figure, axes = new_figure(
        7.4, height, columns, rows=down, sharex=True, sharey=True, squeeze=False
    )
    return figure, axes, legend


def _looks() -> list[dict[str, Any]]:
    """Seven colors with their markers, then the same once more, dashed and hollow."""
    small = {"markersize": 3.5, "linewidth": 1.4}
    solid = [
        {"color": color, "marker": marker, **small}
        for color, marker in zip(COLORS, MARKERS, strict=True)
    ]
    return solid + [
        {**look, "linestyle": (0, (3, 1)), "markerfacecolor": "white"} for look in solid
    ]


def _put_panel(
    ax: Axes, kind: str, by_model: Mapping[str, Points], looks: Mapping[str, dict]
) -> None:
    ax.axhline(0.5, color=GREY, linestyle="--", linewidth=1)
    for model, line in by_model.items():
        ax.plot(*zip(*line, strict=True), **looks[model])
    ax.set_xscale("log")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_title(kind, fontsize=10)
    ax.tick_params(labelsize=8)


def _merged(rows: Sequence[Mapping[str, Any]]) -> Points:
    """Sort rows by distance, and put those of few probes together with a neighbor."""
    groups: list[list] = []
    for row in sorted(rows, key=lambda row: row["distance"]):
        if groups and _count(groups[-1]) < FEW and _near(groups[-1], [row]):
            groups[-1].append(row)
        else:
            groups.append([row])
    if len(groups) > 1 and _count(groups[-1]) < FEW and _near(*groups[-2:]):
        groups[-2:] = [groups[-2] + groups[-1]]
    return [(_mean(group, "distance"), _mean(group, "accuracy")) for group in groups]


def _near(rows: Sequence[Mapping[str, Any]], farther: Sequence) -> bool:
    """Tell whether two stretches are close enough to be one."""
    return _mean(farther, "distance") < 2 * _mean(rows, "distance")


def _count(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(row.get("count", FEW) for row in rows)


def _mean(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    total = sum(row[name] * row.get("count", FEW) for row in rows)
    return total / _count(rows)


def _told(points: Mapping[str, Mapping[str, Points]], models: Sequence[str]) -> str:
    """Say for each model how well it does near and far, and where best and worst."""
    told = []
    for model in models:
        lines = {kind: lines[model] for kind, lines in points.items() if model in lines}
        means = {k: sum(a for _, a in line) / len(line) for k, line in lines.items()}
        near = sum(line[0][1] for line in lines.values()) / len(lines)
        far = sum(line[-1][1] for line in lines.values()) / len(lines)
        best, worst = max(means, key=means.get), min(means, key=means.get)
        told.append(
            f"{model}: {near:.0%} at the nearest and {far:.0%} at the farthest "
            f"distance of each kind, best at {best} ({means[best]:.0%}), worst at "
            f"{worst} ({means[worst]:.0%})"
        )
    kinds = ", ".join(points)
    return f"Accuracy against distance, a panel each for {kinds}. {'; '.join(told)}."
