"""A result is stored with what it depends on, and read back as it was measured."""

import json

import numpy as np
import pytest

from lmcourse import reproduce, runtime
from lmcourse.reproduce import core


@pytest.fixture
def registry(monkeypatch):
    """An empty list of experiments, put back afterwards."""
    monkeypatch.setattr(core, "_EXPERIMENTS", {})


@pytest.fixture
def coin(registry):
    """One small experiment."""

    @reproduce.experiment(
        "coin",
        about="throws of a coin",
        published=[{"model": "a coin", "heads": 0.5, "source": "folklore"}],
        seed=7,
    )
    def throws():
        rng = np.random.default_rng(0)
        yield {"model": "ours", "heads": rng.random(100).mean(), "throws": np.int64(10)}


def test_the_record_is_complete(coin, tmp_path):
    result = reproduce.run("coin", tmp_path)
    record = json.loads((tmp_path / "coin.json").read_text())
    assert record == result.record
    assert record["command"] == "lmcourse reproduce coin"
    assert record["seed"] == 7
    assert record["seconds"] >= 0
    assert record["machine"]["cores"] >= 1
    assert isinstance(record["dirty"], bool)
    assert record["published"][0]["source"] == "folklore"
    assert record["rows"][0]["throws"] == 10
    assert reproduce.stored("coin", tmp_path).rows == result.rows


def test_the_layout_repeats_byte_for_byte(coin, tmp_path):
    def stable():
        reproduce.run("coin", tmp_path)
        lines = (tmp_path / "coin.json").read_text().splitlines()
        return [line for line in lines if "seconds" not in line]

    assert stable() == stable()
    assert sum('"heads"' in line for line in stable()) == 2  # one line a row


def test_the_table_stands_beside_the_published_row(coin, tmp_path):
    text = str(reproduce.run("coin", tmp_path))
    head, ours, theirs, _, sentence = text.splitlines()
    assert head.split() == ["model", "heads", "throws", "source"]
    assert ours.endswith("this course")
    assert theirs.endswith("folklore")
    assert "lmcourse reproduce coin" in sentence
    html = reproduce.stored("coin", tmp_path)._repr_html_()
    assert html.count("<tr>") == 3


def test_a_row_can_be_picked(coin, tmp_path):
    result = reproduce.run("coin", tmp_path)
    assert result.row(model="ours")["throws"] == 10
    with pytest.raises(ValueError, match="0 rows of coin fit"):
        result.row(model="theirs")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"x": float("nan")}, "bad: x must be finite"),
        ({"x": [1]}, "bad: x must be text or a number, got list"),
    ],
)
def test_rows_that_cannot_be_kept_are_refused(registry, tmp_path, row, said):
    reproduce.experiment("bad")(lambda: [row])
    with pytest.raises(ValueError, match=said):
        reproduce.run("bad", tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_experiment_without_its_data_does_not_start(registry, tmp_path, monkeypatch):
    monkeypatch.setenv("LMCOURSE_DATA", str(tmp_path / "none"))
    started = []
    reproduce.experiment("needy", needs=["ptb"])(lambda: started.append(1) or [])
    with pytest.raises(OSError, match="which is no folder"):
        reproduce.run("needy", tmp_path)
    assert not started
    assert not list(tmp_path.iterdir())


def test_unknown_names_are_listed(coin, tmp_path):
    with pytest.raises(ValueError, match="experiment must be one of 'coin'; got 'die'"):
        reproduce.run("die", tmp_path)
    with pytest.raises(ValueError, match="make it with: lmcourse reproduce die"):
        reproduce.stored("die", tmp_path)


def test_a_name_is_used_once_and_a_figure_has_a_source(coin):
    with pytest.raises(ValueError, match="there is an experiment 'coin' already"):
        reproduce.experiment("coin")
    with pytest.raises(ValueError, match="need a source"):
        reproduce.experiment("other", published=[{"model": "x"}])


def test_a_release_has_no_commit(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime, "_PACKAGE", tmp_path / "lmcourse")
    assert core._git("rev-parse", "HEAD") is None
    assert not core._dirty()


def test_every_stored_result_belongs_to_an_experiment():
    stored = {path.stem for path in runtime.results_folder().glob("*.json")}
    assert stored <= set(reproduce.names())
    for name in stored:
        record = reproduce.stored(name).record
        assert record["rows"]
        assert not record["dirty"], f"{name} was measured with uncommitted code"


@pytest.mark.parametrize(
    ("name", "num_steps", "epochs", "shares"),
    [
        # Zaremba et al. (2014), section 4.1: 13 epochs, halved after each from the 4th
        # on; 39 epochs, divided by 1.2 after each from the 6th on.
        ("ptb-zaremba-small", 20, 13, {1: 1, 4: 1, 5: 1 / 2, 6: 1 / 4, 13: 2**-9}),
        ("ptb-zaremba-medium", 35, 39, {1: 1, 6: 1, 7: 1 / 1.2, 8: 1 / 1.44}),
    ],
)
def test_the_recipes_of_zaremba_are_those_of_the_paper(
    monkeypatch, name, num_steps, epochs, shares
):
    import torch

    from lmcourse.reproduce import treebank

    seen = {}

    def trained(name, make, recipe, rate, **options):
        seen.update(recipe=recipe, rate=rate, model=make(50), **options)
        return {}

    text = torch.zeros(20 * 35 * 7 + 20, dtype=torch.int64)
    monkeypatch.setattr(treebank, "_trained", trained)
    monkeypatch.setattr(treebank, "_treebank", lambda: ({}, text, text, text))
    list(reproduce.info(name).function())
    recipe, each = seen["recipe"], seen["recipe"].steps // epochs
    assert each == (len(text) - 1) // 20 // num_steps
    assert recipe.steps == epochs * each
    assert recipe.optimizer == "sgd"
    # Their loss is a sum over the steps of a row, so rate and limit are in other units.
    assert recipe.lr == num_steps
    assert recipe.clip == pytest.approx(5 / num_steps)
    for epoch, share in shares.items():
        for step in ((epoch - 1) * each, epoch * each - 1):  # its first, its last
            assert seen["rate"](step, recipe) / recipe.lr == pytest.approx(share)
    hidden = 200 if num_steps == 20 else 650
    assert seen["num_steps"] == num_steps
    assert seen["init"] == (0.1 if num_steps == 20 else 0.05)
    assert [layer.U.shape[1] for layer in seen["model"].layers] == [hidden] * 2
    assert seen["model"].dropout.p == (0.0 if num_steps == 20 else 0.5)


def test_some_columns_are_shown_with_short_sources():
    rows = [{"model": "ours", "bits": 1.5, "seconds": 9}, {"model": "b", "bits": 2.0}]
    source = "Ada & Bob (2003), On words, arXiv:1"
    published = [
        {"model": "theirs", "bits": 1.25, "source": source},
        {"model": "a coin", "bits": 1.0, "source": "folklore (mine)"},
    ]
    record = {"name": "x", "rows": rows, "published": published}
    shown = reproduce.Result(record).only("bits", "model")
    assert shown.rows == [{"bits": 1.5, "model": "ours"}, {"bits": 2.0, "model": "b"}]
    assert [*shown.rows[0]] == ["bits", "model"]
    assert shown.published == [
        {"bits": 1.25, "model": "theirs", "source": "Ada & Bob (2003)"},
        {"bits": 1.0, "model": "a coin", "source": "folklore (mine)"},
    ]
    assert record["published"][0]["source"] == source  # the result itself is as it was
    with pytest.raises(ValueError, match="key must be one of 'model', 'bits', 'sec"):
        reproduce.Result(record).only("perplexity")
