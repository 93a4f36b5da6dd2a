"""A workspace is filled, kept up to date, and never costs its owner a word."""

import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lmcourse.workspace import RECORD, fill, find_notebooks, student_version

SOLUTION = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION"""
HIDDEN = """assert double(1) == 2
### BEGIN HIDDEN TESTS
assert double(21) == 42
### END HIDDEN TESTS"""


def graded(source, name, **kind):
    """Return a code cell with the metadata that nbgrader asks for."""
    cell = new_code_cell(source, id=name)
    defaults = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
    cell.metadata["nbgrader"] = defaults | {"grade_id": name} | kind
    return cell


def lesson(text="What a word is."):
    """Return a lesson of two cells with a stored output."""
    code = new_code_cell("1 + 1", id="sum", execution_count=1)
    data = {"text/plain": "2"}
    code.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
    return new_notebook(cells=[new_markdown_cell(text, id="text"), code])


def exercise():
    """Return a source notebook with one task."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Doubling", id="title"),
            graded(SOLUTION, "double", solution=True),
            graded(HIDDEN, "double_test", grade=True, locked=True, points=2),
        ]
    )


@pytest.fixture
def course(tmp_path):
    """Return the root of a small course: one lesson, one exercise."""
    root = tmp_path / "course"
    (root / "notebooks/exercises").mkdir(parents=True)
    nbformat.write(lesson(), root / "notebooks/01_words.ipynb")
    nbformat.write(exercise(), root / "notebooks/exercises/01_words.ipynb")
    return root


@pytest.fixture
def mine(tmp_path):
    """Return the place of a workspace that does not exist yet."""
    return tmp_path / "my-course"


def write_in(path, text):
    """Do what a reader does: change the first cell of a notebook."""
    book = nbformat.read(path, 4)
    book.cells[0].source = text
    nbformat.write(book, path)


def publish(course, text):
    """Do what an author does: bring out a lesson with another text."""
    nbformat.write(lesson(text), course / "notebooks/01_words.ipynb")


def snapshot(folder):
    """Return every file of a folder with its content."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_first_time_fills_everything(course, mine):
    report = fill(mine, course)
    assert "2 new" in report
    assert set(snapshot(mine)) == {"01_words.ipynb", "exercises/01_words.ipynb", RECORD}
    original = course / "notebooks/01_words.ipynb"
    assert (mine / "01_words.ipynb").read_bytes() == original.read_bytes()


def test_exercise_arrives_as_a_stub(course, mine):
    fill(mine, course)
    text = (mine / "exercises/01_words.ipynb").read_text()
    assert "raise NotImplementedError" in text
    assert "return 2 * x" not in text
    assert "double(21)" not in text
    assert "double(1) == 2" in text


def test_second_time_changes_no_byte(course, mine):
    fill(mine, course)
    before = snapshot(mine)
    assert "2 as it was" in fill(mine, course)
    assert snapshot(mine) == before


def test_what_a_reader_wrote_stays(course, mine):
    fill(mine, course)
    for name in ("01_words.ipynb", "exercises/01_words.ipynb"):
        write_in(mine / name, "My own notes.")
    (mine / "notes.txt").write_text("mine")
    before = snapshot(mine)
    fill(mine, course)
    assert snapshot(mine) == before


def test_untouched_lesson_is_updated(course, mine):
    fill(mine, course)
    nbformat.write(
        lesson("What a word really is."), course / "notebooks/01_words.ipynb"
    )
    assert "1 updated" in fill(mine, course)
    assert "really" in (mine / "01_words.ipynb").read_text()
    assert not list(mine.glob("*.new*"))


def test_lesson_that_was_only_run_is_updated(course, mine):
    fill(mine, course)
    book = nbformat.read(mine / "01_words.ipynb", 4)
    book.cells[1].outputs, book.cells[1].execution_count = [], 7
    nbformat.write(book, mine / "01_words.ipynb")
    nbformat.write(
        lesson("What a word really is."), course / "notebooks/01_words.ipynb"
    )
    assert "1 updated" in fill(mine, course)
    assert "really" in (mine / "01_words.ipynb").read_text()


def test_both_changed_puts_the_new_one_beside(course, mine):
    fill(mine, course)
    write_in(mine / "01_words.ipynb", "My own notes.")
    nbformat.write(
        lesson("What a word really is."), course / "notebooks/01_words.ipynb"
    )
    report = fill(mine, course)
    assert "01_words.ipynb is yours and stays" in report
    assert "01_words.new.ipynb" in report
    assert "My own notes." in (mine / "01_words.ipynb").read_text()
    assert "really" in (mine / "01_words.new.ipynb").read_text()
    before = snapshot(mine)
    assert "is yours" not in fill(mine, course)  # said once
    assert snapshot(mine) == before


def test_newer_one_beside_is_replaced_unless_the_reader_wrote_in_it(course, mine):
    fill(mine, course)
    write_in(mine / "01_words.ipynb", "My own notes.")
    for text in ("second", "third"):
        publish(course, text)
        fill(mine, course)
    assert "third" in (mine / "01_words.new.ipynb").read_text()
    write_in(mine / "01_words.new.ipynb", "My other notes.")
    publish(course, "fourth")
    fill(mine, course)
    assert "My own notes." in (mine / "01_words.ipynb").read_text()
    assert "My other notes." in (mine / "01_words.new.ipynb").read_text()
    assert "fourth" in (mine / "01_words.new2.ipynb").read_text()


def test_newer_one_can_take_the_place_of_the_old(course, mine):
    fill(mine, course)
    write_in(mine / "01_words.ipynb", "My own notes.")
    publish(course, "second")
    fill(mine, course)
    (mine / "01_words.new.ipynb").replace(mine / "01_words.ipynb")
    publish(course, "third")
    assert "1 updated" in fill(mine, course)
    assert "third" in (mine / "01_words.ipynb").read_text()


def test_deleted_lesson_comes_back(course, mine):
    fill(mine, course)
    (mine / "01_words.ipynb").unlink()
    assert "1 new" in fill(mine, course)
    assert (mine / "01_words.ipynb").is_file()


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", '{"a": 1}', "\x00\xff"])
def test_broken_record_loses_nothing(course, mine, broken):
    fill(mine, course)
    write_in(mine / "exercises/01_words.ipynb", "My own notes.")
    (mine / RECORD).write_text(broken, encoding="latin-1")
    report = fill(mine, course)
    assert f"{RECORD} was unreadable" in report
    assert "My own notes." in (mine / "exercises/01_words.ipynb").read_text()
    assert (mine / "exercises/01_words.new.ipynb").is_file()
    assert not (mine / "01_words.new.ipynb").exists()  # nothing was written in it
    assert json.loads((mine / RECORD).read_text())


def test_absent_record_loses_nothing(course, mine):
    fill(mine, course)
    write_in(mine / "01_words.ipynb", "My own notes.")
    (mine / RECORD).unlink()
    fill(mine, course)
    assert "My own notes." in (mine / "01_words.ipynb").read_text()


def test_readers_broken_notebook_stays(course, mine):
    fill(mine, course)
    (mine / "01_words.ipynb").write_text("half a noteb")
    publish(course, "second")
    fill(mine, course)
    assert (mine / "01_words.ipynb").read_text() == "half a noteb"
    assert "second" in (mine / "01_words.new.ipynb").read_text()


@pytest.mark.parametrize("name", ["01_words.ipynb", "exercises/01_words.ipynb"])
def test_broken_notebook_of_the_course_is_named_and_nothing_written(course, mine, name):
    (course / "notebooks" / name).write_text("half a noteb")
    with pytest.raises(ValueError, match=r"expected a valid notebook in .*01_words"):
        fill(mine, course)
    assert not mine.exists()


def test_solution_that_nbgrader_would_refuse_is_refused(course, mine):
    path = course / "notebooks/exercises/01_words.ipynb"
    book = exercise()
    book.cells[1].source = "### BEGIN SOLUTION\npass"
    nbformat.write(book, path)
    with pytest.raises(ValueError, match="expected a valid notebook"):
        fill(mine, course)


def test_a_workspace_needs_a_folder_of_its_own(course, mine):
    mine.write_text("a file")
    with pytest.raises(ValueError, match="expected a folder for the workspace"):
        fill(mine, course)
    for place in (course, course.parent, course / "notebooks"):
        with pytest.raises(ValueError, match="where the course itself lies"):
            fill(place, course)


def test_folder_where_a_notebook_should_be_is_named(course, mine):
    (mine / "01_words.ipynb").mkdir(parents=True)
    with pytest.raises(ValueError, match="found a folder"):
        fill(mine, course)


def test_no_notebooks_gets_a_clear_sentence(tmp_path):
    with pytest.raises(ValueError, match="run this in a checkout"):
        find_notebooks(tmp_path)


def test_student_version_is_what_nbgrader_releases(course, tmp_path):
    """The same preprocessors in the same order: compare with the real thing."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    place = tmp_path / "class"
    (place / "source/ps1").mkdir(parents=True)
    shutil.copy(course / "notebooks/exercises/01_words.ipynb", place / "source/ps1")
    config = Config()
    config.CourseDirectory.root = str(place)
    result = NbGraderAPI(config=config).generate_assignment("ps1", force=True)
    assert result["success"], result["log"]
    released = nbformat.read(place / "release/ps1/01_words.ipynb", 4)
    assert student_version(exercise()).cells == released.cells
