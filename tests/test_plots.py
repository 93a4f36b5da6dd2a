"""Pictures have words for those who cannot see, and bytes that repeat."""

import numpy as np
import pytest

from lmcourse import plots
from lmcourse.ladder import FLOOR, Ladder, Rung

BOARD = Ladder(
    [
        Rung("unigram", "02", 2.0, seconds=0.1, parameters=1000),
        Rung("you", "you", 1.5, low=1.2, high=1.9),
        Rung(FLOOR, "00", 0.5),
    ]
)
CHARTS = {
    "lines": lambda: plots.lines_chart(
        {"a": ([1, 2], [3, 1])}, "n", "bits", floor=0.5, log_x=True
    ),
    "perplexity": lambda: plots.perplexity_chart([1, 2], {"KN": [90, 20.0]}, floor=5),
    "zipf": lambda: plots.zipf_chart({"town": [5, 1, 2], "city": {"a": 3}.values()}),
    "bars": lambda: plots.bars_chart({"x": 1.0, "y": 2.0}, "bits", floor=0.5),
    "ladder": lambda: plots.ladder_chart(BOARD),
    "ladder, cost": lambda: plots.ladder_chart(BOARD, against="seconds"),
    "next word": lambda: plots.next_word_chart(
        {"model": {"cat": 0.5, "dog": 0.5}, "truth": {"cat": 1.0, "cow": 0.0}}
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_a_png_with_alternative_text(name, monkeypatch):
    monkeypatch.setenv("LMCOURSE_STATIC", "1")
    chart = CHARTS[name]()
    data, metadata = chart._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert chart.png.startswith(b"\x89PNG")
    assert len(chart.png) < 150_000
    assert len(metadata["image/png"]["alt"].split()) >= 5
    assert "\n" not in metadata["image/png"]["alt"]
    assert data["text/plain"].startswith("[picture: ")
    assert CHARTS[name]().png == chart.png


def test_in_a_live_notebook_the_image_itself_carries_the_text(monkeypatch):
    monkeypatch.setenv("LMCOURSE_STATIC", "0")
    bundle = plots.bars_chart({"<x>": 1.0}, "bits")._repr_mimebundle_()
    assert 'alt="Bar chart of bits: &lt;x&gt; 1.00."' in bundle["text/html"]


def test_alternative_text_tells_what_stands_out():
    assert "unigram 2.000" in CHARTS["ladder"]().alt
    assert "a goes from 3 at 1 to 1 at 2" in CHARTS["lines"]().alt
    assert "The floor is at 0.5" in CHARTS["lines"]().alt
    assert "town has 3 types, the commonest 5 times" in CHARTS["zipf"]().alt
    assert "model: cat 0.500, dog 0.500" in CHARTS["next word"]().alt


def test_the_plain_text_has_no_figures_that_could_differ():
    for make in CHARTS.values():
        assert not any(ch.isdigit() for ch in repr(make()))


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (
            lambda: plots.lines_chart({str(i): ([1], [1]) for i in range(8)}, "x", "y"),
            "series must have 1 to 7 entries, one a color, got 8",
        ),
        (lambda: plots.zipf_chart({str(i): [1] for i in range(8)}), "got 8"),
        (lambda: plots.next_word_chart({}), "got 0"),
        (lambda: plots.zipf_chart({"a": []}), "'a' has no counts"),
    ],
)
def test_what_could_not_be_told_apart_is_not_left_out(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()


def test_ones_own_words_come_first():
    chart = plots.bars_chart({"x": 1.0}, "bits", alt="One bar only, of one bit.")
    assert chart.alt == "One bar only, of one bit."


@pytest.mark.parametrize("alt", ["", "plot", "a plot", None])
def test_a_picture_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="alt must describe the picture"):
        plots.Picture(b"", alt)


def test_the_strip_shows_every_token_with_its_bits():
    strip = plots.surprise_strip(["the", "<cat>", ""], [-1.0, 3.25, 0.5])
    html = strip._repr_html_()
    assert html.count("<span") == 3
    assert "&lt;cat&gt;" in html
    assert "3.2" in html
    assert "rgb(230,159,0)" in html  # the most surprising one
    assert repr(strip) == "the(1.0) <cat>(3.2) ∎(0.5)"


def test_the_strip_needs_one_figure_a_token():
    with pytest.raises(ValueError, match="2 tokens, 1 bits"):
        plots.surprise_strip(["a", "b"], [1.0])


def test_the_colors_can_be_told_apart_by_their_lightness_or_hue():
    def simulate_red_blind(color):  # Vienot, Brettel & Mollon (1999), linear light
        rgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
        red = green = [0.11238, 0.88762, 0.0]  # red and green look the same
        blue = [0.00401, -0.00401, 1.0]
        return np.clip(np.array([red, green, blue]) @ rgb, 0, 1) ** (1 / 2.2)

    seen = [simulate_red_blind(c) for c in plots.COLORS]
    pairs = [(a, b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(np.abs(a - b).max() for a, b in pairs) > 0.05


def test_cuts_show_each_piece_once():
    cuts = plots.Cuts({"words": ["a", "<b>"], "characters": list("a b")})
    assert repr(cuts) == "words (2): a|<b>\ncharacters (3): a|␣|b"
    assert cuts._repr_html_().count("<span") == 5
    assert "&lt;b&gt;" in cuts._repr_html_()
