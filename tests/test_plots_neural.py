"""Pictures of chapters 6 to 8: what is drawn, what is told, what is refused."""

import math

import numpy as np
import pytest

from lmcourse import plots
from lmcourse.plots import gates, memory

TOKENS = ["</s>", "the", "girl", "asked", ":", '"', "why", "?", '"']
VALUES = np.random.default_rng(0).random((len(TOKENS), 3))
NAMES = ["unit 4", "unit 7", "unit 9"]


def row(model, kind, distance, accuracy, **more):
    return {
        "model": model,
        "kind": kind,
        "distance": distance,
        "accuracy": accuracy,
        **more,
    }


ROWS = [
    row(model, kind, distance, accuracy)
    for model, share in (("5-gram", 0.1), ("LSTM", 0.9))
    for kind in ("place", "sender", "shop")
    for distance, accuracy in ((3, 0.95), (30, 0.5 + 0.4 * share), (90, 0.5))
]
CHARTS = {
    "memory": lambda: plots.memory_chart(ROWS, title="who remembers"),
    "one panel": lambda: plots.memory_chart(ROWS[:1]),
    "gates": lambda: plots.gates_chart(TOKENS, VALUES, NAMES, title="the forget gate"),
    "one unit": lambda: plots.gates_chart(TOKENS, VALUES[:, :1] - 0.5, NAMES[:1]),
    "many units": lambda: plots.gates_chart(
        TOKENS, np.tile(VALUES, 40), [f"unit {n}" for n in range(120)]
    ),
    "long text": lambda: plots.gates_chart(TOKENS * 8, np.tile(VALUES.T, 8).T, NAMES),
    "marks": lambda: plots.lines_chart(
        {"train": ([1, 2], [5.0, 4.0])}, "steps", "bits", floor=2.0, marks={"RNN": 3.5}
    ),
}


@pytest.fixture
def figure(monkeypatch):
    """Keep the figure that is turned into a picture."""
    kept = []

    def keep(figure, alt, title=""):
        kept.append(figure)
        return plots.picture(figure, alt, title)

    for module in (gates, memory, plots.charts):
        monkeypatch.setattr(module, "picture", keep)
    return kept


@pytest.mark.parametrize("name", CHARTS)
def test_pictures_are_described_and_repeat(name):
    chart = CHARTS[name]()
    assert chart.png.startswith(b"\x89PNG")
    assert len(chart.png) < 150_000
    assert chart.width <= 740
    assert len(chart.alt.split()) > 15
    assert not any(letter.isdigit() for letter in repr(chart))
    assert CHARTS[name]().png == chart.png


def overlaps(texts) -> list[tuple[str, str]]:
    """Return which texts of a drawn figure cover each other."""
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts if t.get_text()]
    return [
        (a, b)
        for n, (a, box) in enumerate(boxes)
        for b, other in boxes[n + 1 :]
        if box.shrunk(0.9, 0.9).overlaps(other.shrunk(0.9, 0.9))
    ]


# --- the memory chart -----------------------------------------------------------------


@pytest.mark.parametrize("kinds", [1, 3, 10])
@pytest.mark.parametrize("models", [2, 9])
def test_nothing_written_covers_anything_else(figure, kinds, models):
    rows = [
        row(f"a model, number {m}", f"agreement {k}", distance, 0.9)
        for m in range(models)
        for k in range(kinds)
        for distance in (2, 180)
    ]
    plots.memory_chart(rows, title="who remembers what")
    (drawn,) = figure
    drawn.draw_without_rendering()
    texts = [drawn._supylabel, drawn._suptitle, *drawn.legends[0].get_texts()]
    for ax in drawn.axes:
        if ax.axison:
            texts += [ax._left_title, ax.xaxis.label]
            low, high = ax.get_xlim()
            ticks = ax.get_xticklabels()
            texts += [t for t in ticks if low <= t.get_position()[0] <= high]
    inside = [t for t in texts if t.get_visible()]
    assert not overlaps(inside)
    assert sum(ax.axison for ax in drawn.axes) == kinds


def test_a_panel_a_kind_and_a_line_a_model(figure):
    plots.memory_chart(ROWS)
    (drawn,) = figure
    place = drawn.axes[0]
    assert [ax._left_title.get_text() for ax in drawn.axes] == [
        *("place", "sender", "shop")
    ]
    lines = [line for line in place.lines if len(line.get_xdata()) == 3]
    assert [list(line.get_ydata()) for line in lines] == [
        pytest.approx([0.95, 0.54, 0.5]),
        pytest.approx([0.95, 0.86, 0.5]),
    ]
    labels = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert labels == ["5-gram", "LSTM", "chance"]
    assert all(ax.get_ylim() == place.get_ylim() for ax in drawn.axes)


def test_no_two_models_look_alike():
    looks = memory._looks()
    assert len({(k["color"], k.get("linestyle")) for k in looks}) == len(looks) == 14


def test_it_tells_who_remembers_what():
    alt = plots.memory_chart(ROWS).alt
    assert alt.startswith("Accuracy against distance, a panel each for place, sender,")
    assert "5-gram: 95% at the nearest and 50% at the farthest distance" in alt


def test_stretches_of_few_probes_are_put_together():
    rows = [
        row("m", "k", 2, 1.0, count=60),
        row("m", "k", 8, 0.0, count=20),
        row("m", "k", 5, 1.0, count=20),
        row("m", "k", 20, 0.5, count=10),  # alone: its neighbors are far away
        row("m", "k", 50, 0.75, count=30),
        row("m", "k", 60, 0.25, count=10),
    ]
    assert memory._merged(rows) == [
        (2, 1),
        pytest.approx((6.5, 0.5)),
        (20, 0.5),
        pytest.approx((52.5, 0.625)),
    ]
    uncounted = [row("m", "k", 2, 1.0), row("m", "k", 3, 0.0)]
    assert memory._merged(uncounted) == [(2, 1), (3, 0)]


def test_a_chart_of_no_model_or_of_too_many_is_refused():
    with pytest.raises(ValueError, match="1 to 14 models, got 0"):
        plots.memory_chart([])
    with pytest.raises(ValueError, match="got 15"):
        plots.memory_chart([row(str(n), "k", 2, 1) for n in range(15)])


# --- gates ----------------------------------------------------------------------------


def test_gates_are_colored_around_a_half_and_cells_around_zero(figure):
    plots.gates_chart(TOKENS, VALUES, NAMES)
    plots.gates_chart(TOKENS, VALUES - 3, NAMES)
    plots.gates_chart(TOKENS, 0 * VALUES - 0.0, NAMES)
    limits = [drawn.axes[0].images[0].get_clim() for drawn in figure]
    most = np.abs(VALUES - 3).max()
    assert limits == [(0, 1), pytest.approx((-most, most)), (0, 1)]


def test_a_long_text_is_folded_and_keeps_its_words(figure):
    tokens = [f"word{n}" for n in range(75)]
    plots.gates_chart(tokens, np.arange(75.0)[:, None] / 75, ["unit 1"])
    bands = [ax for ax in figure[0].axes if ax.images and len(ax.get_xticks()) > 5]
    written = [t.get_text() for ax in bands for t in ax.get_xticklabels()]
    assert [word for word in written if word] == tokens
    values = np.concatenate([ax.images[0].get_array().data[0] for ax in bands])
    assert values == pytest.approx(np.arange(75) / 75)
    assert len({ax.get_xlim() for ax in bands}) == 1
    assert {ax.images[0].get_clim() for ax in bands} == {(0, 1)}


def test_a_single_unit_has_its_figures_written(figure):
    plots.gates_chart(["a", "b", "c", "d"], [[0.25], [-1.5], [0.0], [-0.5]], ["u"])
    written = [text.get_text() for text in figure[0].axes[0].texts]
    assert written == [".25", "-1.50", ".00", "-.50"]


def test_many_units_are_told_on_average():
    values = np.zeros((3, 9))
    values[1], values[2] = 0.5, 0.25
    alt = plots.gates_chart(["a", ".", "b"], values, list("abcdefghi")).alt
    assert alt == (
        "Heat map of 9 units along 3 tokens: on average a unit is lowest at a (0.00) "
        "and highest at . (0.50)."
    )


@pytest.mark.parametrize(
    ("tokens", "values", "labels", "said"),
    [
        (TOKENS, VALUES.T, NAMES, r"values must be \(T, U\) for 9 tokens and 3 labels"),
        ([], np.zeros((0, 3)), NAMES, "for 0 tokens"),
        (TOKENS, VALUES[:, :0], [], "0 labels"),
        (TOKENS, VALUES + math.nan, NAMES, "finite"),
        ("word", VALUES, NAMES, "tokens must be a list of words"),
    ],
)
def test_values_that_fit_nothing_are_refused(tokens, values, labels, said):
    with pytest.raises(ValueError, match=said):
        plots.gates_chart(tokens, values, labels)


# --- lines to compare with ------------------------------------------------------------


def test_marks_are_lines_of_their_own_color(figure):
    series = {"train": ([1, 2], [5.0, 4.0]), "valid": ([1, 2], [5.5, 4.5])}
    chart = plots.lines_chart(
        series, "steps", "bits", marks={"RNN": 3.5, "GRU": 3.25, "LSTM": 3.0}
    )
    (drawn,) = figure
    lines = drawn.axes[0].lines
    assert len({line.get_color() for line in lines}) == 5
    assert [line.get_ydata()[0] for line in lines[2:]] == [3.5, 3.25, 3.0]
    assert "To compare: RNN at 3.5, GRU at 3.25, LSTM at 3." in chart.alt
    (legend,) = drawn.legends  # five lines: beside the chart
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels[2:] == ["RNN: 3.50", "GRU: 3.25", "LSTM: 3.00"]


def test_more_lines_than_colors_are_refused():
    marks = {str(n): float(n) for n in range(7)}
    with pytest.raises(ValueError, match="1 to 7 entries"):
        plots.lines_chart({"train": ([1], [1.0])}, "x", "y", marks=marks)
