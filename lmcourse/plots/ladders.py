"""The ladder as a picture."""

from lmcourse import validate
from lmcourse.ladder import FLOOR, Ladder, Rung
from lmcourse.plots.charts import finish_bars
from lmcourse.plots.pictures import (
    BLACK,
    BLUE,
    ORANGE,
    RED,
    Picture,
    new_figure,
    picture,
    styled,
)


@styled
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
    finish_bars(ax, "bits per character (less is better)", "")
    told = ", ".join(f"{r.model} {r.bits_per_char:.3f}" for r in rungs)
    told = f"The ladder, bits per character from worst to best: {told}."
    return picture(figure, alt or told, "the ladder in bits per character")


def _rung_color(rung: Rung) -> str:
    if rung.model == FLOOR:
        return RED
    return ORANGE if rung.chapter == "you" else BLUE
