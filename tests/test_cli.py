"""The command line: what each command says, and how it refuses."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from lmcourse import workspace
from lmcourse.cli import app


@pytest.fixture
def run():
    """Return a function that runs ``lmcourse`` and returns the result."""
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def notebook(path, source):
    """Write a notebook of one cell and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(source, id="only")]), path)
    return path


def test_help_names_every_command(run):
    said = run("--help").output
    for command in ("course", "workspace", "reproduce", "ladder", "data"):
        assert command in said


@pytest.mark.timeout(120)
def test_course_prints_a_table_and_succeeds(run, tmp_path):
    result = run("course", notebook(tmp_path / "a.ipynb", "print('✓ yes')"))
    assert result.exit_code == 0, result.output
    assert "seconds" in result.output
    assert "peak MB" in result.output


@pytest.mark.timeout(120)
def test_course_fails_with_the_error_and_still_prints_the_table(run, tmp_path):
    result = run("course", notebook(tmp_path / "a.ipynb", "1 / 0"))
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.output
    assert "FAILED" in result.output


@pytest.mark.parametrize("name", ["absent.ipynb", "notes.txt"])
def test_course_refuses_what_is_no_notebook(run, tmp_path, name):
    (tmp_path / "notes.txt").write_text("")
    result = run("course", tmp_path / name)
    assert result.exit_code == 1
    assert "expected a notebook (.ipynb), got" in result.output


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Let the course consist of one small lesson."""
    path = notebook(tmp_path / "course/notebooks/01_a.ipynb", "1")
    monkeypatch.setattr(workspace, "find_notebooks", lambda root: [path])
    return path


@pytest.mark.usefixtures("lesson")
def test_workspace_says_what_it_did(run, tmp_path):
    result = run("workspace", tmp_path / "mine")
    assert result.exit_code == 0, result.output
    assert "1 new" in result.output


@pytest.mark.usefixtures("lesson")
def test_workspace_refuses_in_one_sentence(run, tmp_path):
    (tmp_path / "file").write_text("")
    result = run("workspace", tmp_path / "file")
    assert result.exit_code == 1
    assert result.output.startswith("lmcourse: expected a folder for the workspace")
    assert "Traceback" not in result.output


def test_reproduce_lists_what_there_is_and_refuses_what_is_not(run):
    listed = run("reproduce", "--list")
    assert listed.exit_code == 0
    assert "ptb-ngrams" in listed.output
    assert "needs ptb" in listed.output
    result = run("reproduce", "no-such-result")
    assert result.exit_code == 1
    assert result.output.startswith("lmcourse: ")


def test_ladder_prints_its_table(run):
    result = run("ladder")
    assert result.exit_code == 0
    assert "bits/char" in result.output
