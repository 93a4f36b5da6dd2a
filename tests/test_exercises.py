"""The exercises grade: stubs fail, hints replace errors, solutions earn every point."""

import re

import nbformat
import pytest
from notebook_rules import EXERCISES, code_cells, grading, read, shows_check, texts

exercises = pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)


@exercises
def test_tasks_are_well_formed_for_nbgrader(path):
    from nbgrader.preprocessors import CheckCellMetadata

    book = read(path)
    CheckCellMetadata().preprocess(book, {})  # its own judgment: raises
    marked = [cell for cell in book.cells if grading(cell)]
    ids = [grading(cell)["grade_id"] for cell in marked]
    assert len(ids) == len(set(ids))
    assert {grading(cell)["schema_version"] for cell in marked} == {3}
    graded = [cell for cell in marked if grading(cell)["grade"]]
    assert len(graded) >= 6
    assert all(grading(cell)["points"] > 0 for cell in graded)
    tests = [cell for cell in graded if not grading(cell)["solution"]]
    for cell in tests:
        assert grading(cell)["locked"], cell.id
        assert "### BEGIN HIDDEN TESTS" in cell.source, cell.id
        assert "### END HIDDEN TESTS" in cell.source, cell.id
        assert re.search(r"import .*check_|lmcourse\.checks", cell.source), (
            f"{cell.id}: a student may have redefined the check; import it here again"
        )
    for cell in marked:
        if grading(cell)["solution"] and cell.cell_type == "code":
            assert "### BEGIN SOLUTION" in cell.source, cell.id


@pytest.mark.timeout(300)
@exercises
def test_stubs_fail_their_checks_and_hidden_tests(path):
    from nbclient import NotebookClient
    from nbgrader.preprocessors import ClearSolutions

    book, _ = ClearSolutions().preprocess(read(path), {})
    for cell in code_cells(book):
        cell.outputs, cell.execution_count = [], None
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        book, timeout=120, allow_errors=True, kernel_name="python3", resources=place
    ).execute()
    judged = 0
    for cell in code_cells(book):
        errors = [out for out in cell.outputs if out.output_type == "error"]
        if grading(cell).get("grade") and not grading(cell).get("solution"):
            assert errors, f"{cell.id}: the hidden test passes on a stub"
        elif shows_check(cell) and not grading(cell):
            assert not errors, f"{cell.id}: a check raised at a student"
            assert "FAIL" in "".join(texts(cell)), f"{cell.id}: the stub passes"
            judged += 1
    assert judged >= 4, "most tasks should have a visible check"


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
@exercises
def test_nbgrader_releases_and_grades_a_chapter(path, tmp_path):
    """A perfect submission gets every point, an untouched one none."""
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.ExecutePreprocessor.timeout = 120
    config.Exchange.root = str(tmp_path / "exchange")
    nbgrader = NbGraderAPI(config=config)
    (tmp_path / "source/ps").mkdir(parents=True)
    book = read(path)
    nbformat.write(book, tmp_path / "source/ps" / path.name)
    assert nbgrader.generate_assignment("ps")["success"]

    released = nbformat.read(tmp_path / "release/ps" / path.name, 4)
    assert not any(text in str(released) for text in ("BEGIN SOLUTION", "BEGIN HIDDEN"))
    submit(released, tmp_path / "submitted/idle/ps" / path.name)
    solutions = {grading(c).get("grade_id"): c.source for c in book.cells if grading(c)}
    for cell in released.cells:
        if grading(cell).get("solution"):
            cell.source = solutions[grading(cell)["grade_id"]]
    submit(released, tmp_path / "submitted/perfect/ps" / path.name)

    points = {}
    for student in ("perfect", "idle"):
        result = nbgrader.autograde("ps", student)
        assert result["success"], result["log"]
        with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
            graded = gradebook.find_submission("ps", student)
            grades = [g for n in graded.notebooks for g in n.grades]
            auto = [g for g in grades if g.cell.cell_type == "code"]
            points[student] = sum(g.auto_score or 0 for g in auto)
            most = sum(g.max_score for g in auto if g.auto_score is not None)
    assert most > 0
    assert points == {"perfect": most, "idle": 0}


def submit(book, path):
    """Put a student's notebook where nbgrader collects it."""
    path.parent.mkdir(parents=True)
    nbformat.write(book, path)
