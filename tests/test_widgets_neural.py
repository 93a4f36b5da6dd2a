"""Curves that grow, gates along a sentence, a distribution to reshape."""

import numpy as np
import pytest
import torch
from IPython.display import HTML

from lmcourse import plots, probing, rnn, sampling, training, widgets
from lmcourse.batches import ContiguousBatches
from lmcourse.training import History, Recipe
from lmcourse.vocab import Vocab
from lmcourse.widgets import controls, live

WORDS = ["the", "girl", "cat", "asked", "sat", '"', "?", ".", "<b>"]
VOCAB = Vocab(WORDS)
UNITS = 5
TEXT = 'the girl sat . " the cat ? " asked the girl .'
SIX = "fiogch"


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return rnn.LSTMLanguageModel(len(VOCAB), 4, UNITS).eval()


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed."""
    seen = []
    monkeypatch.setattr(controls, "display", lambda *objs: seen.extend(objs))
    return seen


@pytest.fixture
def static(monkeypatch):
    monkeypatch.setenv("LMCOURSE_STATIC", "1")


@pytest.fixture
def moving(monkeypatch):
    monkeypatch.setenv("LMCOURSE_STATIC", "0")


@pytest.fixture
def drawn(monkeypatch):
    """Collect what the heat maps are made of, and draw none."""
    calls = []

    def draw(tokens, values, labels, *, title):
        calls.append((tokens, np.asarray(values), labels, title))

    monkeypatch.setattr(plots, "gates_chart", draw)
    return calls


# --- the curve ------------------------------------------------------------------------


class Place:
    """Where a picture is shown, and which ones were shown there."""

    def __init__(self, first):
        self.pictures = [first]

    def update(self, picture):
        self.pictures.append(picture)


@pytest.fixture
def places(monkeypatch):
    found = []

    def display(picture, display_id):
        assert display_id is True
        found.append(Place(picture))
        return found[-1]

    monkeypatch.setattr(live, "display", display)
    return found


def train(curve) -> History:
    torch.manual_seed(0)
    model = rnn.RNNLanguageModel(len(VOCAB), 4, UNITS)
    ids = torch.randint(len(VOCAB), (200,))
    return training.train(
        model,
        ContiguousBatches(ids, 4, 5),
        Recipe(steps=9, lr=0.01, evaluate_every=3),
        valid=lambda: training.bits_per_token(model, ids),
        watch=curve,
    )


def test_a_live_curve_grows_in_one_place(places, moving):
    history = train(curve := widgets.LiveCurve(1.5, {"5-gram": 2.5}, "an RNN learns"))
    (place,) = places
    alts = [picture.alt for picture in place.pictures]
    assert len(alts) == len(history.steps) == 3
    for alt, step in zip(alts, history.steps, strict=True):
        assert f"at {step}; valid" in alt
        assert alt.endswith("The floor is at 1.5. To compare: 5-gram at 2.5.")
    assert place.pictures[-1].png == curve.picture().png
    assert repr(curve) == "<LiveCurve after 3 looks>"


def test_a_static_curve_is_silent_and_has_the_same_picture(places, static):
    history = train(curve := widgets.LiveCurve(title="an RNN learns"))
    assert places == []
    picture = curve.picture()
    assert repr(picture) == "[picture: an RNN learns]"
    assert f"valid goes from {history.valid[0]:.4g} at 3" in picture.alt
    assert "floor" not in picture.alt


def test_a_curve_without_validation_has_one_line(static):
    curve = widgets.LiveCurve()
    curve(History(steps=[5], train=[4.0], norms=[1.0]))
    assert "train goes from 4 at 5" in curve.picture().alt
    assert "valid" not in curve.picture().alt


def test_a_curve_outside_of_notebooks_still_draws(monkeypatch, moving):
    shown = []
    monkeypatch.setattr(live, "display", lambda picture, **_: shown.append(picture))
    train(widgets.LiveCurve())
    assert len(shown) == 3


def test_before_training_there_is_no_picture():
    with pytest.raises(ValueError, match="evaluate_every"):
        widgets.LiveCurve().picture()
    assert repr(widgets.LiveCurve()) == "<LiveCurve after 0 looks>"


# --- gates ----------------------------------------------------------------------------


def trace(model, text: str = TEXT) -> tuple[list[str], dict]:
    tokens = ["</s>", *text.split()]
    return tokens, probing.gate_trace(model, VOCAB.encode(tokens))


def test_static_shows_all_units_once(model, shown, static):
    widgets.gate_explorer(model, VOCAB, TEXT)
    caption, picture, told = shown
    assert "<b>gate</b> f, the forget gate" in caption.data
    assert "<b>units</b> all, sorted by their mean" in caption.data
    assert "Heat map of 5 units along 14 tokens" in picture.alt
    assert isinstance(told, HTML)


def test_all_units_are_sorted_by_their_mean(model, shown, static, drawn):
    widgets.gate_explorer(model, VOCAB, TEXT, gate="c")
    tokens, values, labels, title = drawn[0]
    expected_tokens, found = trace(model)
    assert tokens == expected_tokens
    assert (np.diff(values.mean(0)) <= 0).all()
    order = [int(label.removeprefix("unit ")) for label in labels]
    assert sorted(order) == list(range(UNITS))
    assert values == pytest.approx(found["c"][:, order])
    assert title == "c, the memory cell: all, sorted by their mean"


@pytest.mark.parametrize("gate", SIX)
def test_one_unit_of_each_gate(model, shown, static, drawn, gate):
    widgets.gate_explorer(model, VOCAB, TEXT, gate=gate, unit=3)
    _, values, labels, title = drawn[0]
    assert values[:, 0] == pytest.approx(trace(model)[1][gate][:, 3])
    assert labels == ["unit 3"]
    assert title.endswith("unit 3")


def test_live_follows_what_is_typed_and_chosen(model, shown, moving, drawn):
    widgets.gate_explorer(model, VOCAB, TEXT)
    page = shown[-1]
    text, gate, units, _ = page.children
    assert len(gate.options) == 6
    assert list(units.options) == [
        *("all, sorted by their mean", "those listed below", 0, 1, 2, 3, 4)
    ]
    gate.value = gate.options[1]
    units.value = 4
    text.value = "the cat."
    units.value = "those listed below"
    names = [title for *_, title in drawn]
    assert names[0] == "f, the forget gate: all, sorted by their mean"
    assert names[1].startswith("i, the input gate")
    assert names[2] == names[3] == "i, the input gate: unit 4"
    assert drawn[3][0] == ["</s>", "the", "cat", "."]
    assert names[4].endswith("those listed below")


def test_the_lists_say_what_the_trace_says(model, shown, static, drawn):
    widgets.gate_explorer(model, VOCAB, TEXT)
    told = shown[-1].data
    tokens, found = trace(model)
    gap = probing.difference_at(found["f"], tokens, ".")
    closing = [unit for unit in np.argsort(gap)[:4] if gap[unit] < 0]
    assert closing
    for unit in closing:
        here = np.array(tokens) == "."
        means = found["f"][here, unit].mean(), found["f"][~here, unit].mean()
        line = f"<b>{unit}</b> ({means[0]:.2f} there, {means[1]:.2f} elsewhere)"
        assert line in told
    signal = probing.quoting(tokens)
    best = max(
        range(UNITS), key=lambda u: abs(np.corrcoef(found["c"][:, u], signal)[0, 1])
    )
    value = np.corrcoef(found["c"][:, best], signal)[0, 1]
    assert f"quotation marks: <b>{best}</b> (correlation {value:+.2f})" in told
    assert "by chance" in told
    assert "vocabulary" not in told


def test_the_listed_units_are_those_of_the_lists(model, shown, moving, drawn):
    widgets.gate_explorer(model, VOCAB, TEXT)
    shown[-1].children[2].value = "those listed below"
    _, _, labels, _ = drawn[-1]
    assert len(set(labels)) == len(labels) > 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("the cat", ["Type a full stop", 'Type a quotation in "']),
        ("", ["Type a full stop"]),
        (". . .", ["close at a full stop", "Type a quotation"]),
        ("<i>gnu .", ["read as &lt;unk&gt;: &lt;, i, &gt;, gnu."]),
    ],
)
def test_what_is_missing_is_told(model, shown, moving, drawn, typed, said):
    widgets.gate_explorer(model, VOCAB, TEXT)
    answers = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controls, "display", lambda *objs: answers.extend(objs))
        shown[-1].children[0].value = typed
    for part in said:
        assert part in answers[-1].data
    assert "<i>" not in answers[-1].data


def test_no_unit_listed_is_told_in_place_of_a_picture(model, shown, moving, drawn):
    widgets.gate_explorer(model, VOCAB, "the cat")
    answers = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controls, "display", lambda *objs: answers.extend(objs))
        shown[-1].children[2].value = "those listed below"
    (answer,) = answers
    assert "type a full stop or a quotation" in answer.data


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"gate": "z"}, "gate must be one of 'f', 'i', 'o', 'g', 'c', 'h'; got 'z'"),
        ({"unit": 5}, "unit must be one of 0, 1, 2, 3, 4; got 5"),
    ],
)
def test_no_such_gate_or_unit(model, options, said):
    with pytest.raises(ValueError, match=said):
        widgets.gate_explorer(model, VOCAB, TEXT, **options)


def test_gates_need_an_lstm():
    with pytest.raises(ValueError, match="an LSTM is needed, got RNNLanguageModel"):
        widgets.gate_explorer(rnn.RNNLanguageModel(len(VOCAB), 4, 5), VOCAB)


# --- sampling -------------------------------------------------------------------------

NEXT = ["cat", "dog", "<i>", "</s>"]
P = np.array([0.5, 0.25, 0.125, 0.125])


def test_static_shows_the_first_distribution(shown, static):
    widgets.sampling_explorer(NEXT, P, top_k=2)
    caption, picture, told = shown
    assert "<b>top k</b> 2" in caption.data
    assert "the model: cat 0.500, dog 0.250" in picture.alt
    assert "to draw from: cat 0.667, dog 0.333" in picture.alt
    assert "<b>2 of 4 words remain</b>; before, they held 75.0%" in told.data
    assert told.data.endswith("They are: cat, dog.</p>")


def test_the_openness_is_perplexity_by_hand(shown, static):
    """Half, a quarter and two eighths are 7/4 bits; two equal words are one bit."""
    widgets.sampling_explorer(NEXT, P)
    before = f"one among {2**1.75:.1f} equal words before, and among {2**1.75:.1f} now"
    assert before in shown[-1].data
    shown.clear()
    widgets.sampling_explorer(NEXT, [0.4, 0.4, 0.1, 0.1], top_k=2)
    assert "and among 2.0 now" in shown[-1].data


def test_live_follows_the_sliders(shown, moving, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        plots, "next_word_chart", lambda found, **_: drawn.append([*found.values()])
    )
    widgets.sampling_explorer(NEXT, P)
    temperature, top_k, top_p, _ = shown[-1].children
    temperature.value, top_k.value, top_p.value = 0.5, 3, 0.9
    expected = [
        sampling.reshape(P),
        sampling.reshape(P, 0.5),
        sampling.reshape(P, 0.5, 3),
        sampling.reshape(P, 0.5, 3, 0.9),
    ]
    assert len(drawn) == 4
    for (before, after), wanted in zip(drawn, expected, strict=True):
        assert [*before.values()] == pytest.approx(P)
        assert [*after.values()] == pytest.approx(wanted)


def test_words_are_words_and_not_code(shown, static):
    widgets.sampling_explorer(NEXT, P)
    assert shown[-1].data.endswith("They are: cat, dog, &lt;i&gt;, ∎.</p>")


def test_many_words_are_only_counted(shown, static):
    widgets.sampling_explorer([f"w{n}" for n in range(30)], np.ones(30))
    assert "30 of 30 words remain" in shown[-1].data
    assert "They are" not in shown[-1].data


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"probs": P[:3]}, r"one number for each of 4 words, got the shape \(3,\)"),
        ({"probs": -P}, "none below 0"),
        ({"probs": P, "top_p": 1.5}, "control 'top_p' must be"),
        ({"probs": P, "temperature": 0.0}, "control 'temperature' must be"),
    ],
)
def test_no_distribution_no_widget(shown, static, options, said):
    with pytest.raises(ValueError, match=said):
        widgets.sampling_explorer(NEXT, **options)


# --- several things below the controls ------------------------------------------------


def test_a_tuple_is_shown_piece_by_piece(shown, static):
    widgets.interact(lambda text: (text, text.upper()), text="a")
    assert shown[1:] == ["a", "A"]
