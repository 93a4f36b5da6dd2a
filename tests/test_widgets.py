"""Widgets react, have a static picture, and remember a game."""

import json

import numpy as np
import pytest

from lmcourse import plots, runtime, widgets
from lmcourse.ladder import Ladder
from lmcourse.widgets import controls, explorer, game
from lmcourse.widgets.controls import interact


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed."""
    seen = []
    for module in (controls, game):
        monkeypatch.setattr(module, "display", lambda *objs: seen.extend(objs))
    return seen


@pytest.fixture
def static(monkeypatch):
    """Pictures in place of widgets."""
    monkeypatch.setenv("LMCOURSE_STATIC", "1")


@pytest.fixture
def live(monkeypatch, tmp_path):
    """Real widgets and a cache of one's own."""
    monkeypatch.setenv("LMCOURSE_STATIC", "0")
    monkeypatch.setenv("LMCOURSE_CACHE", str(tmp_path))


# --- interact -----------------------------------------------------------------------


def test_static_shows_the_first_values_and_their_result(shown, static):
    interact(
        lambda **v: f"result {v}", word="a<b", order=(1, 5, 1, 3), flag=True, kind=["x"]
    )
    caption, result = shown
    assert result == "result {'word': 'a<b', 'order': 3, 'flag': True, 'kind': 'x'}"
    assert "a&lt;b" in caption.data
    assert "<b>order</b> 3" in caption.data


def test_live_runs_again_when_a_control_moves(shown, live):
    calls = []
    interact(
        lambda **values: calls.append(values),
        word="a",
        order=(1, 5, 1, 3),
        heat=(0.5, 2.0, 0.5, 1.0),
        flag=False,
        size=controls.choices([1, 2, 3], 2),
        kind=["x", "y"],
    )
    (page,) = shown
    kinds = [type(box).__name__ for box in page.children[:-1]]
    assert kinds == [
        "Text",
        "IntSlider",
        "FloatSlider",
        "Checkbox",
        "SelectionSlider",
        "Dropdown",
    ]
    page.children[1].value = 4
    page.children[4].value = 3
    assert [call["order"] for call in calls] == [3, 4, 4]
    assert calls[-1]["size"] == 3


def test_a_readers_bad_input_is_answered_not_raised(shown, static):
    def fussy(word):
        raise ValueError(f"no <{word}> here")

    interact(fussy, word="x")
    assert "no &lt;x&gt; here" in shown[1].data


@pytest.mark.parametrize("bad", [(1, 5), (1, 5, 1, 9), [], 3, None])
def test_a_control_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="control 'x' must be"):
        interact(print, x=bad)


# --- show ---------------------------------------------------------------------------


def test_show_gives_the_source_with_and_without_docstrings():
    whole = widgets.show(runtime.write_atomic)
    assert repr(whole).startswith("def write_atomic(")
    assert "Write a file whole" in whole.code
    short = widgets.show(runtime.write_atomic, docstring=False)
    assert "Write a file whole" not in short.code
    assert "os.replace" in short.code
    markdown = short._repr_markdown_()
    assert markdown.startswith("`lmcourse.runtime.write_atomic`\n\n```python\ndef ")
    assert markdown.endswith("```")


def test_shown_code_still_runs_without_its_docstrings():
    code = widgets.show(plots.Picture, docstring=False).code
    assert '"""' not in code
    compile(code, "shown", "exec")


def test_show_refuses_what_has_no_source():
    with pytest.raises(ValueError, match="written in Python, got"):
        widgets.show(len)


def test_a_fence_in_the_source_does_not_end_the_block():
    assert "````python" in widgets.source.Source("f", "x = '```'")._repr_markdown_()


# --- the explorer -------------------------------------------------------------------


class _Model:
    words = ("cat", "dog", "</s>")

    def __init__(self, *probs):
        self.probs, self.asked = np.array(probs), []

    def next_probs(self, context=()):
        self.asked.append(list(context))
        return self.probs


def test_the_explorer_shows_model_and_storyteller(shown, static):
    model = _Model(0.5, 0.25, 0.25)
    widgets.next_word_explorer(
        model, lambda tokens: {"cat": 1.0}, context="the big cat, it"
    )
    assert model.asked == [["the", "big", "cat", ",", "it"]]
    picture = shown[1]
    assert "model: cat 0.500" in picture.alt
    assert "the storyteller: cat 1.000" in picture.alt


def test_the_explorer_reshapes_and_chooses(shown, live):
    models = {1: _Model(0.5, 0.25, 0.25), 2: _Model(0.2, 0.6, 0.2)}
    drawn = []

    def chart(found, **_):
        drawn.append(found)

    original = plots.next_word_chart
    plots.next_word_chart = chart
    try:
        widgets.next_word_explorer(models, context="a")
        page = shown[0]
        assert list(drawn[-1]) == ["model, order 2"]
        page.children[1].value = 1
        assert drawn[-1]["model, order 1"]["cat"] == 0.5
        page.children[2].value = 0.5
        assert drawn[-1]["model, order 1"]["cat"] == pytest.approx(2 / 3)
        page.children[3].value = 1
        assert drawn[-1]["model, order 1"]["cat"] == 1.0
    finally:
        plots.next_word_chart = original


def test_a_context_nobody_would_tell_is_said_to_be_so(shown, static):
    def strict(tokens):
        raise ValueError("no such story")

    widgets.next_word_explorer(_Model(1, 0, 0), strict, context="zzz")
    assert "never says" in shown[1].title


def test_the_explorer_refuses_nothing_and_unknown_orders():
    with pytest.raises(ValueError, match="at least one fitted model"):
        widgets.next_word_explorer({})
    with pytest.raises(ValueError, match=r"order must be one of \[1\], got 7"):
        widgets.next_word_explorer({1: _Model(1, 0, 0)}, order=7)


def test_a_long_context_is_shortened_in_the_title():
    assert explorer._ending(list("abcdefghij")) == "… c d e f g h i j"
    assert explorer._ending([]) == "the beginning"


# --- the guessing game --------------------------------------------------------------


def test_a_game_by_hand():
    play = widgets.GuessingGame("The cat", given=4, keep=False)
    assert play.known == "The "
    assert play.guess("C")  # case does not count
    assert not play.guess("o")
    assert not play.guess("o")  # nor does a second try
    assert play.guess("a")
    assert play.guess("t")
    assert play.done
    assert play.ranks == [1, 2, 1]
    assert play.known == "The cat"
    low, high = play.bounds()
    assert low == pytest.approx(2 / 3)
    assert high == pytest.approx(np.log2(3) - 2 / 3)
    rung = play.rung()
    assert rung.model == "you"
    assert low <= rung.bits_per_char <= high
    assert rung.note == "3 letters guessed"
    assert "c(1) a(2) t(1)" in repr(play.strip())
    assert "2 letters took 1, 1 letters took 2" in play.chart().alt
    with pytest.raises(ValueError, match="game is over"):
        play.guess("x")


def test_a_game_goes_on_where_it_was_left(live):
    first = widgets.GuessingGame("abc")
    first.guess("a")
    first.guess("x")
    second = widgets.GuessingGame("abc")
    assert (second.known, second.tried) == ("a", ["x"])
    assert widgets.GuessingGame("abcd").known == ""  # another text, another game
    second.restart()
    assert widgets.GuessingGame("abc").known == ""


@pytest.mark.parametrize("content", ["{oops", "[]", '{"ranks": [0], "tried": []}'])
def test_a_damaged_memory_starts_anew(live, content):
    play = widgets.GuessingGame("abc")
    runtime.write_atomic(play._path(), content.encode())
    assert widgets.GuessingGame("abc").ranks == []


def test_a_memory_longer_than_the_text_is_not_believed(live):
    play = widgets.GuessingGame("abc")
    state = json.dumps({"ranks": [1] * 9, "tried": []})
    runtime.write_atomic(play._path(), state.encode())
    assert widgets.GuessingGame("abc").ranks == []


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: widgets.GuessingGame("abc", given=3, keep=False), "nothing is left"),
        (lambda: widgets.GuessingGame("abc", letters=-1), "letters must be at least 1"),
        (lambda: widgets.GuessingGame(["a"], keep=False), "text must be a str"),
        (lambda: widgets.GuessingGame("abc", keep=False).guess("ab"), "one character"),
        (lambda: widgets.GuessingGame("abc", keep=False).guess(""), "one character"),
        (lambda: widgets.GuessingGame("abc", keep=False).rung(), "ranks is empty"),
        (
            lambda: widgets.GuessingGame("ß", keep=False).play(lambda known: "abc"),
            "never tries 'ß'",
        ),
    ],
)
def test_bad_moves_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_a_guesser_that_has_read_more_guesses_better():
    text = "the cat sat on the mat and the cat ate the rat. " * 3
    guesser = widgets.letter_guesser(text)
    reader = widgets.GuessingGame(text, keep=False)
    reader.play(guesser)
    blind = widgets.GuessingGame(text, keep=False)
    blind.play(lambda known: game.COMMON)
    assert sum(reader.ranks) < 0.4 * sum(blind.ranks)
    assert guesser("the ca")[0] == "t"
    assert len(set(guesser(""))) == len(guesser(""))
    assert set(game.COMMON) <= set(guesser("zzz"))


def test_static_plays_an_example(shown, static):
    play = widgets.guessing_game("the cat sat.", given=2, letters=5)
    assert play.done
    assert play.known == "the cat"
    strip, picture = shown
    assert len(strip.tokens) == 5
    assert "Shannon's bounds" in picture.alt


def test_live_reacts_to_keys_and_buttons(shown, live, monkeypatch, tmp_path):
    monkeypatch.setattr(runtime, "results_folder", lambda: tmp_path / "none")
    play = widgets.guessing_game("abc<")
    (page,) = shown
    status, box, row, _ = page.children
    tell, climb, again = row.children
    climb.click()
    assert "Find a letter first" in status.value
    box.value = "x"
    assert "Not &#x27;x&#x27;; try another. Tried: x" in status.value
    assert box.value == ""
    box.value = "a"
    assert play.ranks == [2]
    tell.click()
    assert play.known == "ab"
    assert play.ranks[1] > 20
    box.value = "c"
    climb.click()
    assert Ladder()["you"].note == "3 letters guessed"
    assert "You stand on the ladder" in status.value
    box.value = "<"
    assert "abc&lt;" in status.value
    assert "Done" in status.value
    box.value = "z"  # nothing happens any more
    assert len(play.ranks) == 4
    again.click()
    assert play.ranks == []
