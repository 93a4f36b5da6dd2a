"""Maps that need no kernel, analogies on demand, a window that moves."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from lmcourse import plots, widgets
from lmcourse.vectors import WordVectors
from lmcourse.widgets import controls
from lmcourse.widgets.words import _agreement

NASTY = ["<b>bold</b>", 'a"b&c', "</script><script>alert(1)</script>", "猫", "it's"]
WORDS = ["cat", "dog", "cow", "Monday", "Tuesday", "Friday", *NASTY]
GROUPS = {"<animal>": WORDS[:3], 'day "&"': WORDS[3:6]}
VECTORS = WordVectors(
    [*WORDS, "far"], np.random.default_rng(1).standard_normal((len(WORDS) + 1, 8))
)


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed."""
    seen = []
    monkeypatch.setattr(controls, "display", lambda *objs: seen.extend(objs))
    return seen


@pytest.fixture(params=["0", "1"], ids=["live", "static"])
def either(request, monkeypatch):
    """With widgets that move, and without."""
    monkeypatch.setenv("LMCOURSE_STATIC", request.param)


@pytest.fixture
def static(monkeypatch):
    monkeypatch.setenv("LMCOURSE_STATIC", "1")


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setenv("LMCOURSE_STATIC", "0")


class Tags(HTMLParser):
    """The tags of a page, and the text outside of styles and scripts."""

    def __init__(self, html: str):
        super().__init__()
        self.tags, self.text, self._now = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._now = tag

    def handle_endtag(self, tag):
        self._now = ""

    def handle_data(self, data):
        if self._now not in ("script", "style"):
            self.text.append(data)


def place(spot: dict) -> list[float]:
    """Return where a word stands."""
    return [float(x) for x in re.findall(r"-?[\d.]+", spot["transform"])]


def data_of(html: str) -> dict:
    """Read what the script of a map is given."""
    return json.loads(html.rpartition(")(")[2].removesuffix(");</script>"))


# --- the map ------------------------------------------------------------------------


def test_the_map_is_the_same_page_with_and_without_a_kernel(either):
    first = widgets.word_map(VECTORS, WORDS, GROUPS)
    again = widgets.word_map(VECTORS, WORDS, GROUPS)
    assert first._repr_html_() == again._repr_html_()
    assert repr(first) == "[word map: cat, dog, cow, Monday, Tuesday, …]"


def test_every_word_can_be_reached_and_has_a_name():
    page = Tags(widgets.word_map(VECTORS, WORDS, GROUPS).html)
    spots = [a for tag, a in page.tags if a.get("class") == "lmw-word"]
    labels = [spot["aria-label"] for spot in spots]
    assert labels[0] == "cat, <animal>"
    assert labels[3] == 'Monday, day "&"'
    assert labels[6:] == NASTY
    assert all(spot["role"] == "button" for spot in spots)
    inside = [place(spot)[0] for spot in spots]
    assert 0 < min(inside) < max(inside) < 700


def test_neighbors_come_from_the_whole_vocabulary():
    data = data_of(widgets.word_map(VECTORS, WORDS, neighbors=3).html)
    assert data["size"] == len(VECTORS)
    for word, near in zip(WORDS, data["near"], strict=True):
        found = [(data["words"][i], hundredths / 100) for i, hundredths in near]
        wanted = [(w, round(c, 2)) for w, c in VECTORS.neighbors(word, 3)]
        assert found == wanted
    assert data["words"][: len(WORDS)] == WORDS
    assert "far" in data["words"][len(WORDS) :]


def test_the_description_is_part_of_the_page():
    made = widgets.word_map(VECTORS, WORDS, GROUPS)
    page = Tags(made.html)
    (root,) = [a for tag, a in page.tags if a.get("class") == "lmw"]
    described = {a.get("id") for tag, a in page.tags}
    assert root["aria-describedby"] in described
    assert made.alt in page.text
    assert "<animal> (cat, dog, cow): " in made.alt


def test_words_cannot_become_code():
    html = widgets.word_map(VECTORS, WORDS, GROUPS).html
    page = Tags(html)
    names = [tag for tag, _ in page.tags]
    assert names.count("script") == 1
    assert "b" not in names
    assert "animal" not in names
    assert "alert" not in html.rpartition("<script>")[0].replace("alert(1)&lt;", "")
    assert "</script>" not in html.rpartition("<script>")[2].removesuffix("</script>")
    assert all(word in page.text for word in NASTY)


def test_maps_on_one_page_do_not_share_names():
    whole = widgets.word_map(VECTORS, WORDS, GROUPS).html
    part = widgets.word_map(VECTORS, WORDS[:4]).html
    ids = [[a["id"] for _, a in Tags(html).tags if "id" in a] for html in (whole, part)]
    assert not set(ids[0]) & set(ids[1])
    assert len(set(ids[0])) == len(ids[0]) == 3


def test_three_hundred_words_fit():
    rng = np.random.default_rng(0)
    words = [f"{'wide' if i % 2 else 'thin'}word{i:04}" for i in range(3000)]
    vectors = WordVectors(words, rng.standard_normal((3000, 20)))
    groups = {"odd": words[1:300:2], "even": words[0:300:2]}
    html = widgets.word_map(vectors, words[:300], groups).html
    assert len(html.encode()) < 150_000


def test_no_word_covers_another():
    html = widgets.word_map(VECTORS, WORDS).html
    page = Tags(html)
    spots = [a for tag, a in page.tags if a.get("class") == "lmw-word"]
    places = np.array([place(a) for a in spots])
    rects = [a for tag, a in page.tags if tag == "rect"]
    sizes = np.array([(float(a["width"]), float(a["height"])) for a in rects])
    gap = np.abs((places + sizes / 2)[:, None] - (places + sizes / 2)[None])
    covers = (gap < (sizes[:, None] + sizes[None]) / 2 - 2).all(-1)  # rounding
    assert covers.sum() == len(WORDS)


def test_the_page_loads_nothing():
    html = widgets.word_map(VECTORS, WORDS, GROUPS).html
    assert not re.search(r"https?:|src=|@import|url\(", html)


@pytest.mark.parametrize(
    ("words", "options", "said"),
    [
        (["cat", "gnu"], {}, "'gnu' is not among the 12 words"),
        (["cat"], {}, "at least two"),
        (["cat", "dog"], {"neighbors": 0}, "neighbors must be at least 1"),
        (["cat", "dog"], {"groups": {"a": ["cat"], "b": ["cat"]}}, "in two groups"),
    ],
)
def test_a_map_of_nothing_is_refused(words, options, said):
    with pytest.raises(ValueError, match=said):
        widgets.word_map(VECTORS, words, **options)


# --- the solver ---------------------------------------------------------------------

FAMILY = WordVectors(
    ["man", "woman", "king", "queen", "prince", "princess", "Tom", "tree"],
    [
        *([1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]),
        *([1, 0, 2], [1, 1, 2], [2, -1, 0], [-1, 0, 0]),
    ],
)


def test_static_solves_the_first_analogy(shown, static):
    widgets.analogy_solver(FAMILY, "man", "woman", "king")
    caption, picture = shown
    assert "<b>method</b> add" in caption.data
    assert picture.title == "man is to woman as king is to …"


def test_live_solves_what_is_typed_and_chosen(shown, live, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        plots, "analogy_steps", lambda _, *asked, method: drawn.append((asked, method))
    )
    widgets.analogy_solver(FAMILY, "man", "woman", "king")
    (page,) = shown
    page.children[2].value = " prince "
    page.children[3].value = "mul"
    assert drawn == [
        (("man", "woman", "king"), "add"),
        (("man", "woman", "prince"), "add"),
        (("man", "woman", "prince"), "mul"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("prinse", "did you mean 'prince' or 'princess'?"),
        ("tom", "did you mean 'Tom'?"),
        ("zzz", "'zzz' is not among the 8 words"),
        ("", "'' is not among the 8 words"),
    ],
)
def test_a_typing_error_gets_near_spellings(shown, live, typed, said):
    answers = []
    widgets.analogy_solver(FAMILY, "man", "woman", "king")
    page = shown[-1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controls, "display", answers.append)
        page.children[2].value = typed
    (answer,) = answers
    assert said in answer.data.replace("&#x27;", "'")


def test_the_solver_refuses_to_start_with_an_unknown_word():
    with pytest.raises(ValueError, match="did you mean 'queen'"):
        widgets.analogy_solver(FAMILY, "man", "woman", "quen")
    with pytest.raises(ValueError, match="word must be a str, got int 5"):
        widgets.analogy_solver(FAMILY, "man", "woman", 5)


# --- the window ---------------------------------------------------------------------

KINDS = {"cat": "noun", "dog": "noun", "runs": "verb", "sits": "verb"}
BY_WINDOW = {
    10: WordVectors([*KINDS, "the"], [[1, 0], [0, 1], [1, 0.1], [0.1, 1], [-1, -1]]),
    1: WordVectors([*KINDS, "the"], [[1, 0], [1, 0.1], [0, 1], [0.1, 1], [-1, -1]]),
}


def test_a_narrow_window_keeps_kinds_together_and_a_wide_one_topics(shown, static):
    widgets.window_slider(BY_WINDOW, "cat", count=1, kinds=KINDS)
    caption, picture = shown
    assert "<b>window</b> 1" in caption.data
    assert "Nearest to cat with a window of 1: dog · noun 1.00." in picture.alt
    assert "same kind, cat: 100% at 1, 0% at 10." in picture.alt
    assert "same kind, all words: 100% at 1, 0% at 10." in picture.alt


def test_live_follows_the_slider_and_the_word(shown, live, monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "window_chart", lambda *args: drawn.append(args))
    widgets.window_slider(BY_WINDOW, "cat", count=1, kinds=KINDS)
    (page,) = shown
    page.children[1].value = 10
    page.children[0].value = "the"
    seen = [(word, window, near[0][0]) for word, window, near, *_ in drawn]
    assert seen[:2] == [("cat", 1, "dog"), ("cat", 10, "runs")]
    assert [*drawn[-1][-1]] == ["all words"], "'the' has no kind of its own"


def test_without_kinds_only_neighbors_are_drawn(shown, static):
    widgets.window_slider(BY_WINDOW, "cat", count=2)
    assert "Share" not in shown[1].alt


def test_the_average_counts_every_neighbor():
    """The slow way: one word after the other."""
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(700)]  # more than one block
    vectors = WordVectors(words, rng.standard_normal((700, 5)))
    kinds = {word: "abc"[i % 3] for i, word in enumerate(words[:600])}
    slow = [
        kinds.get(other) == kinds[word]
        for word in kinds
        for other, _ in vectors.neighbors(word, 4)
    ]
    assert _agreement(vectors, [*kinds], kinds, 4) == pytest.approx(np.mean(slow))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: widgets.window_slider({}, "cat"), "is empty"),
        (lambda: widgets.window_slider(BY_WINDOW, "cta"), "did you mean 'cat'"),
        (lambda: widgets.window_slider(BY_WINDOW, "cat", 0), "count must be at least"),
        (lambda: widgets.window_slider({"5": FAMILY}, "man"), "window must be an int"),
    ],
)
def test_a_window_without_vectors_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_the_window_chart_repeats():
    def chart():
        near = [("dog", 0.9), ("runs", 0.5)]
        shares = {"cat": {1: 1.0, 10: 0.0}}
        return plots.window_chart("cat", 10, near, KINDS, shares)

    assert chart().png == chart().png
    assert chart().png.startswith(b"\x89PNG")
    assert repr(chart()) == "[picture: the neighbors of cat]"
