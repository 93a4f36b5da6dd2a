"""The ladder reads what was measured, keeps what the reader reached, sorts both."""

import json

import pytest

from lmcourse import ladder, runtime
from lmcourse.ladder import FLOOR, Ladder, Rung


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("LMCOURSE_CACHE", str(tmp_path / "cache"))


def _write(folder, name, **record):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(record))


def test_rungs_are_read_from_results_that_belong_to_the_ladder(tmp_path):
    folder = tmp_path / "results"
    row = {"model": "trigram", "chapter": "02", "bits_per_char": 1.5, "extra": 7}
    _write(folder, "b", ladder=True, rows=[row])
    _write(folder, "a", ladder=False, rows=[{"model": "ptb", "perplexity": 141}])
    assert ladder.rungs(folder) == [Rung("trigram", "02", 1.5)]


def test_a_rung_is_measured_by_hand():
    rung = ladder.measured("m", "02", 12.0, [["a", "cat"], ["b"]], 0.5, 7)
    assert rung.bits_per_char == 1.5  # a, cat and b with a separator each: 8
    assert rung.bits_per_word == 2.4  # three words and two ends
    assert rung.perplexity == pytest.approx(2**2.4)
    assert (rung.seconds, rung.parameters) == (0.5, 7)


def test_the_floor_is_last_and_distances_are_from_it():
    rows = Ladder([Rung(FLOOR, "00", 0.5), Rung("a", "02", 1.5)]).rows()
    assert [row["model"] for row in rows] == ["a", FLOOR]
    assert [row["above_floor"] for row in rows] == [1.0, 0.0]


def test_without_a_floor_there_is_no_distance():
    assert Ladder([Rung("a", "02", 1.5)]).rows()[0]["above_floor"] is None
    assert Ladder([]).floor is None


def test_a_new_rung_replaces_the_old_one_of_the_same_name():
    board = Ladder([Rung("a", "02", 1.5), Rung("b", "02", 1.4)])
    board.add(Rung("a", "02", 1.3))
    assert [rung.model for rung in board] == ["b", "a"]
    assert len(board) == 2
    assert board["a"].bits_per_char == 1.3


def test_the_readers_own_rung_is_remembered(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime, "results_folder", lambda: tmp_path / "none")
    Ladder().add(Rung("you", "00", 2.0, low=1.8, high=2.2), keep=True)
    Ladder().add(Rung("not kept", "00", 2.0))
    assert [rung.model for rung in Ladder()] == ["you"]
    assert "1.80 to 2.20" in Ladder().table()


@pytest.mark.parametrize(
    "damaged",
    [
        "{oops",
        "null",
        '{"model": "you"}',
        '["you"]',
        '[{"model": "you", "chapter": "you", "bits_per_char": 1, "parameters": "x"}]',
    ],
)
def test_a_damaged_memory_counts_as_none(damaged):
    (runtime.cache_folder() / "my_rungs.json").write_text(damaged)
    assert ladder.own_rungs() == []


def test_the_table_shows_what_is_known():
    board = Ladder(
        [Rung("big", "08", 1.0, 5.0, 32.0, 60.5, 1_234_567), Rung(FLOOR, "00", 0.5)]
    )
    first, second, third = board.table().splitlines()
    assert first.split()[:3] == ["model", "chapter", "bits/char"]
    for part in ("1.000", "+0.500", "32.00", "60.5", "1,234,567"):
        assert part in second
    assert third.startswith(FLOOR)
    assert str(board) == repr(board) == board.table()


def test_the_page_cannot_be_injected():
    html = Ladder([Rung("<b>x</b>", "you", 1.0)])._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;x" in html


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Rung("", "02", 1.0), "model must be a name"),
        (lambda: Rung("a", "02", -1.0), "bits_per_char must be at least 0"),
        (lambda: Rung("a", "02", float("nan")), "bits_per_char must be finite"),
        (lambda: Rung("a", "02", 1.0, seconds="3"), "seconds must be a number"),
        (lambda: Rung("a", 2, 1.0), "chapter must be a str"),
        (lambda: Rung("a", "02", 1.0, parameters=1.5), "parameters must be an integer"),
        (lambda: Ladder([1.5]), "a ladder is made of Rung, got float"),
    ],
)
def test_bad_rungs_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_nobody_keeps_a_floor_of_their_own():
    with pytest.raises(ValueError, match="choose another name"):
        Ladder([]).add(Rung(FLOOR, "you", 0.0), keep=True)
    assert ladder.own_rungs() == []


def test_a_missing_rung_is_named():
    with pytest.raises(KeyError, match="no 'b' on the ladder; it has a"):
        Ladder([Rung("a", "02", 1.5)])["b"]


def test_the_stored_rungs_stand_above_the_floor():
    board = Ladder(ladder.rungs())
    assert len(board) > 5
    assert all(rung.bits_per_char >= board.floor.bits_per_char for rung in board)


def test_a_ladder_up_to_a_chapter():
    chapters = {"a": "00", "b": "02", "c": "06", "mine": "you"}
    ladder = Ladder(Rung(name, chapter, 1.0) for name, chapter in chapters.items())
    assert {rung.model for rung in ladder.up_to("02")} == {"a", "b", "mine"}
    assert len(ladder.up_to("06")) == len(ladder) == 4
    for wrong in ("2", "you", "006"):
        with pytest.raises(ValueError, match="two digits"):
            ladder.up_to(wrong)


def test_a_mean_over_seeds_shows_its_spread():
    ladder = Ladder(
        [Rung("LSTM", "08", 0.54123, spread=0.0021), Rung(FLOOR, "00", 0.3)]
    )
    assert "0.541 ± 0.002" in ladder.table()
    with pytest.raises(ValueError, match="spread must be at least 0"):
        Rung("LSTM", "08", 0.5, spread=-0.1)
