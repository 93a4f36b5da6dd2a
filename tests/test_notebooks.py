"""The course's notebooks keep the rules: anatomy, honesty, and no trace of a machine.

nbval runs the notebooks; this file reads them as they are stored.
"""

import re

import pytest
from notebook_rules import (
    EXERCISES,
    LESSONS,
    MAX_BYTES,
    calls,
    code_cells,
    comparison_faults,
    details_faults,
    fresh_run_faults,
    id_faults,
    ignoring,
    length_faults,
    link_faults,
    machine_faults,
    math_faults,
    metadata_faults,
    picture_faults,
    prose,
    read,
    texts,
    unseen_faults,
)

CHAPTERS = (
    "00_start_here",
    "01_text_and_tokens",
    "02_ngrams",
    "04_word2vec",
    "05_glove_fasttext",
    "06_neural_lm",
    "07_rnn",
    "08_lstm_gru",
)


def book_id(path):
    """Return a short name for a test's parameter."""
    return path.stem if path.parent.name == "notebooks" else f"exercises-{path.stem}"


every = pytest.mark.parametrize("path", LESSONS + EXERCISES, ids=book_id)
lessons = pytest.mark.parametrize("path", LESSONS, ids=book_id)


def test_each_chapter_has_a_lesson_and_exercises():
    assert set(CHAPTERS) <= {path.stem for path in LESSONS}
    assert [path.stem for path in EXERCISES] == [path.stem for path in LESSONS]


@every
def test_stored_outputs_are_those_of_one_fresh_run(path):
    book = read(path)
    assert not [*fresh_run_faults(book), *metadata_faults(book)]


@every
def test_cell_ids_are_readable(path):
    assert not [*id_faults(read(path))]


@every
def test_no_trace_of_a_machine(path):
    assert not [*machine_faults(read(path))]


@every
def test_formulas_and_folded_answers_will_render(path):
    faults = [
        fault
        for source in prose(read(path))
        for fault in (*math_faults(source), *details_faults(source))
    ]
    assert not faults


@every
def test_pictures_speak_and_are_small(path):
    book = read(path)
    assert not [*picture_faults(book)]
    stored = sum(len(str(cell.outputs)) for cell in code_cells(book))
    assert stored <= MAX_BYTES


@every
def test_little_is_hidden_from_the_comparison(path):
    assert not [*comparison_faults(read(path))]


@every
def test_what_is_shown_is_seen(path):
    assert not [*unseen_faults(read(path))]


@every
def test_code_cells_are_short(path):
    assert not [*length_faults(read(path))]


@every
def test_links_lead_somewhere(path):
    assert not [*link_faults(read(path), path)]


@lessons
def test_a_lesson_has_its_anatomy(path):
    book = read(path)
    words = sum(len(re.findall(r"\w+", source)) for source in prose(book))
    assert 40 <= len(book.cells) <= 75
    assert words >= 1200
    assert "seed_everything(0)" in code_cells(book)[0].source
    assert "".join(prose(book)).count("<details") >= 3, "three questions with answers"
    assert f"exercises/{path.name}" in "".join(prose(book)), "a link to the exercises"


@lessons
def test_a_lesson_makes_claims_that_were_checked(path):
    book = read(path)
    printed = [
        line
        for cell in code_cells(book)
        for text in texts(cell)
        for line in text.splitlines()
        if line.startswith("✓")
    ]
    assert calls(book, "claim") >= 8
    assert len(printed) >= 8
    for cell in code_cells(book):
        if "claim(" in cell.source:
            assert not ignoring(cell), f"{cell.id} hides its claims"
