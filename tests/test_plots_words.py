"""Pictures of word vectors: what lies where, what is told, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.text import Text

from lmcourse import plots
from lmcourse.plots import fonts, layout
from lmcourse.plots import words as word_plots
from lmcourse.vectors import WordVectors

GROUPS = {"animal": ["cat", "dog", "cow"], "day": ["Monday", "Tuesday", "Friday"]}
WORDS = [*GROUPS["animal"], *GROUPS["day"], "of"]


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    """Two tight groups and two words apart, in six dimensions."""
    rng = np.random.default_rng(0)
    middles = np.repeat(np.eye(4, 6), [3, 3, 1, 1], axis=0)
    return WordVectors([*WORDS, "x"], middles + 0.05 * rng.standard_normal((8, 6)))


PAIRS = WordVectors(
    ["man", "woman", "king", "queen", "prince", "princess", "tree"],
    [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [1, 0, 2], [1, 1, 2], [-1, 0, 0]],
)
CHARTS = {
    "map": lambda v: plots.word_map(v, WORDS, GROUPS),
    "map without groups": lambda v: plots.word_map(v, WORDS),
    "stripes": lambda v: plots.vectors_chart(v, WORDS),
    "added": lambda v: plots.analogy_steps(PAIRS, "man", "woman", "king"),
    "multiplied": lambda v: plots.analogy_steps(PAIRS, "man", "woman", "king", "mul"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_pictures_are_described_and_repeat(name, vectors):
    chart = CHARTS[name](vectors)
    assert chart.png.startswith(b"\x89PNG")
    assert len(chart.png) < 150_000
    assert len(chart.alt.split()) > 15
    assert not any(letter.isdigit() for letter in repr(chart))
    assert CHARTS[name](vectors).png == chart.png


# --- the plane ----------------------------------------------------------------------


def test_the_plane_is_that_of_a_hand_made_cross():
    """Four points on two axes of a room of five: the long axis comes first."""
    rows = np.zeros((4, 5))
    rows[:2, 3] = 3.0, -2.0
    rows[2:, 1] = -1.0, 1.0
    points, share = layout.project(rows)
    middle = np.array([3.0 - 2.0, 0.0]) / 4
    expected = np.array([[3, 0], [-2, 0], [0, -1], [0, 1]]) - middle
    assert share == pytest.approx(1.0)
    assert np.abs(points[:, 0]) == pytest.approx(np.abs(expected[:, 0]))
    assert points[0, 0] > 0, "the farthest point lies to the right"
    assert np.abs(points[:, 1]) == pytest.approx(np.abs(expected[:, 1]))


@given(
    hnp.arrays(
        float,
        st.tuples(st.integers(2, 8), st.integers(2, 6)),
        elements=st.floats(-10, 10, width=32),
    )
)
def test_no_other_plane_holds_more(rows):
    axes = layout.directions(rows)
    assert axes @ axes.T == pytest.approx(np.eye(2), abs=1e-9)
    points, share = layout.project(rows)
    assert 0 <= share <= 1 + 1e-9
    centered = rows - rows.mean(0)
    other = np.linalg.qr(np.random.default_rng(0).normal(size=(rows.shape[1], 2)))[0]
    assert ((centered @ other) ** 2).sum() <= (points**2).sum() + 1e-6


@given(st.integers(0, 10_000))
def test_the_sign_does_not_depend_on_how_the_plane_was_found(seed):
    rows = np.random.default_rng(seed).standard_normal((6, 4))
    points, _ = layout.project(rows)
    turned, _ = layout.project(rows @ np.diag([-1.0, 1, -1, 1]))  # the same shape
    assert points == pytest.approx(turned)
    assert (points[np.abs(points).argmax(0), [0, 1]] > 0).all()


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (5,)])
def test_a_plane_needs_two_of_each(shape):
    with pytest.raises(ValueError, match="at least two rows and two columns"):
        layout.directions(np.ones(shape))


# --- room for labels ----------------------------------------------------------------


@given(st.integers(0, 10_000), st.integers(2, 40))
def test_no_label_covers_another_and_none_leaves_the_sheet(seed, count):
    rng = np.random.default_rng(seed)
    sizes = rng.uniform([20, 10], [60, 16], (count, 2))
    points = np.round(rng.standard_normal((count, 2)), 1)  # some at the same place
    places = layout.spread(layout.fill(points, sizes, 400, 300), sizes, 400, 300)
    gap = np.abs(places[:, None] - places[None])
    covers = (gap < (sizes[:, None] + sizes[None]) / 2 - 1e-9).all(-1)
    assert covers.sum() == count, "each covers itself alone"
    assert (places - sizes / 2 >= -1e-9).all()
    assert (places + sizes / 2 <= [400 + 1e-9, 300 + 1e-9]).all()


def test_who_has_room_stays():
    centers = np.array([[50.0, 50], [150, 50], [52, 50]])
    places = layout.spread(centers, np.full((3, 2), 20.0), 200, 100)
    assert places[:2] == pytest.approx(centers[:2])
    assert np.abs(places[2] - centers[0]).max() == pytest.approx(20)


def test_without_any_room_a_label_stays_where_it_belongs():
    centers = np.array([[10.0, 10], [11, 10]])
    places = layout.spread(centers, np.full((2, 2), 20.0), 20, 20)
    assert places == pytest.approx(centers)


# --- the map ------------------------------------------------------------------------


def test_the_map_tells_which_groups_keep_together(vectors):
    alt = plots.word_map(vectors, WORDS, GROUPS).alt
    assert alt.startswith("Map of 7 words in the two directions that hold ")
    assert "animal (cat, dog, cow): close together" in alt
    assert "day (Monday, Tuesday, Friday): close together" in alt
    mixed = {"odd": WORDS[::2], "even": WORDS[1::2]}
    told = plots.word_map(vectors, WORDS, mixed).alt
    assert "odd (cat, cow, Tuesday and 1 more): scattered" in told


def test_without_groups_it_names_who_lies_at_the_edges(vectors):
    alt = plots.word_map(vectors, WORDS).alt
    assert "Leftmost: " in alt
    assert "at the top: " in alt


def test_alike_words_lie_close(vectors):
    flat = word_plots.flatten(vectors, WORDS, GROUPS)
    gaps = np.linalg.norm(flat.points[:, None] - flat.points[None], axis=-1)
    assert gaps[:3, :3].max() < gaps[:3, 3:].min() / 3
    assert flat.group == ["animal"] * 3 + ["day"] * 3 + [""]


def test_a_group_may_have_more_words_than_are_shown(vectors):
    flat = word_plots.flatten(vectors, ["cat", "of"], {**GROUPS, "zoo": ["gnu"]})
    assert flat.groups == ["animal"]


@pytest.mark.parametrize(
    ("words", "groups", "said"),
    [
        (["cat", "gnu"], None, "'gnu' is not among the 8 words"),
        (["cat", "cat"], None, "'cat' comes twice"),
        (["cat"], None, "at least two"),
        ("cat", None, "must be a list of words"),
        (WORDS, {"a": ["cat"], "b": ["cat"]}, "'cat' is in two groups: 'a', 'b'"),
        (WORDS, {"a": "cat"}, "group 'a' must be a list of words"),
        ([*WORDS, "x"], {w: [w] for w in [*WORDS, "x"]}, "at most 7, one a color"),
    ],
)
def test_what_cannot_be_drawn_is_refused(vectors, words, groups, said):
    with pytest.raises(ValueError, match=said):
        plots.word_map(vectors, words, groups)


# --- letters ------------------------------------------------------------------------


def test_latin_needs_no_other_font():
    assert fonts.families_for(["cat", "Größe", "Ωμέγα"]) == ["DejaVu Sans"]


def test_chinese_is_drawn_with_an_installed_font_or_refused(monkeypatch):
    installed = []
    monkeypatch.setattr(fonts.font_manager, "get_font_names", lambda: installed)
    with pytest.raises(ValueError, match=r"can draw '狗猫' .* widgets\.word_map"):
        fonts.families_for(["猫", "狗"])
    installed.append("SimHei")
    letters = {"SimHei": {ord("猫"), ord("狗")}}
    own = fonts._letters("DejaVu Sans")
    monkeypatch.setattr(fonts, "_letters", lambda family: letters.get(family, own))
    assert fonts.families_for(["猫", "狗"]) == ["DejaVu Sans", "SimHei"]
    with pytest.raises(ValueError, match="can draw '鸟'"):
        fonts.families_for(["鸟"])


# --- analogies and stripes ----------------------------------------------------------


def test_the_answer_of_a_made_up_family_is_queen():
    picture = plots.analogy_steps(PAIRS, "man", "woman", "king")
    assert picture.title == "man is to woman as king is to …"
    best = PAIRS.analogy("man", "woman", "king")
    told = ", ".join(f"{word} {score:.3f}" for word, score in best)
    assert told in picture.alt
    assert "Best answers by 3CosAdd" in picture.alt
    assert "3CosMul" in plots.analogy_steps(PAIRS, "man", "woman", "king", "mul").alt


def test_it_is_said_if_the_nearest_is_a_word_of_the_question():
    vectors = WordVectors(
        ["a", "b", "c", "d"], [[1, 0, 0], [0.99, 0.1, 0], [0, 0, 1], [0, 1, 0.2]]
    )
    assert "ends nearest to c itself" in plots.analogy_steps(vectors, *"abc").alt


def test_the_arrow_and_its_copy_are_equal(monkeypatch):
    seen = []
    original = plots.analogies._put_arrows
    monkeypatch.setattr(
        plots.analogies,
        "_put_arrows",
        lambda ax, points, words: (seen.append(points), original(ax, points, words)),
    )
    plots.analogy_steps(PAIRS, "man", "woman", "king")
    (points,) = seen
    a, b, c, goal = points[0], points[1], points[2], points[-1]
    assert b - a == pytest.approx(goal - c)
    unit = PAIRS.subset(["man", "woman"]).unit
    assert np.linalg.norm(b - a) == pytest.approx(np.linalg.norm(unit[1] - unit[0]))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("man", "woman", "man"), "three different words"),
        (("man", "woman", "gnu"), "'gnu' is not among"),
        (("man", "woman", "king", "sum"), "method must be one of 'add', 'mul'"),
    ],
)
def test_an_analogy_that_is_none_is_refused(asked, said):
    with pytest.raises(ValueError, match=said):
        plots.analogy_steps(PAIRS, *asked)


def test_an_analogy_needs_a_fourth_word():
    with pytest.raises(ValueError, match="a fourth word, got only"):
        plots.analogy_steps(WordVectors(["a", "b", "c"], np.eye(3)), *"abc")


def test_stripes_tell_the_cosines(vectors):
    alt = plots.vectors_chart(vectors, ["cat", "dog", "Monday"]).alt
    assert f"dog {vectors.similarity('cat', 'dog'):.2f}" in alt
    assert f"Monday {vectors.similarity('cat', 'Monday'):.2f}" in alt
    assert "rows of 6 colored stripes" in alt
    with pytest.raises(ValueError, match="1 to 40, got 0"):
        plots.vectors_chart(vectors, [])


@pytest.mark.parametrize("name", CHARTS)
def test_every_text_of_a_picture_gets_the_fonts_it_needs(name, vectors, monkeypatch):
    wanted, seen = ["DejaVu Sans", "DejaVu Serif"], []
    for module in (plots.analogies, word_plots):
        monkeypatch.setattr(module, "families_for", lambda texts: wanted)
        finish = module.picture

        def keep(figure, *words, finish=finish):
            seen.append(figure)
            return finish(figure, *words)

        monkeypatch.setattr(module, "picture", keep)
    CHARTS[name](vectors)
    (figure,) = seen
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    assert len(texts) > len(WORDS) - 1
    assert [text.get_family() for text in texts] == [wanted] * len(texts)
