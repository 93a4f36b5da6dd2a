"""Fill a reader's folder with the lessons and the students' version of the exercises.

What ``make lab`` and ``lmcourse workspace`` do. nbgrader's own preprocessors make the
stubs, so that a workspace holds exactly what an instructor would release. What a reader
wrote is never overwritten: a small record says which words of a file came from here,
and a file with other words is theirs. Outputs do not count as words, so a lesson that
was only run is brought up to date like one that was never opened.
"""

import copy
import hashlib
import json
from pathlib import Path

import nbformat

from lmcourse.runtime import write_atomic

RECORD = ".lmcourse.json"


def find_notebooks(root: Path | None = None) -> list[Path]:
    """Return the lessons in order, then the exercises.

    Parameters
    ----------
    root : Path, optional
        The folder that holds ``notebooks/``; by default the checkout of this package.

    Raises
    ------
    ValueError
        If there is none, as with a package that was installed without a checkout.
    """
    folder = (root or Path(__file__).resolve().parent.parent) / "notebooks"
    lessons = sorted(folder.glob("*.ipynb"))
    if not lessons:
        raise ValueError(
            f"expected notebooks in {folder}, found none: run this in a checkout of "
            "the project"
        )
    return lessons + sorted(folder.glob("exercises/*.ipynb"))


def fill(folder: Path, root: Path | None = None) -> str:
    """Bring ``folder`` up to date and say in a few lines what was done.

    Parameters
    ----------
    folder : Path
        The reader's; made if it does not exist.
    root : Path, optional
        The folder that holds ``notebooks/``; by default the checkout of this package.

    Raises
    ------
    ValueError
        If ``folder`` cannot hold a workspace, or a notebook of the course is broken.
        Nothing has been written then.
    """
    notebooks = find_notebooks(root)
    source = notebooks[0].parent
    _refuse(folder, source)
    record, notes = _read_record(folder)
    # Everything is made before anything is written: a broken notebook changes nothing.
    waiting = {}
    for path in notebooks:
        name = path.relative_to(source).as_posix()
        if (folder / name).is_dir():
            raise ValueError(f"expected a notebook at {folder / name}, found a folder")
        origin = _hash(path.read_bytes())
        if _differs(record, name, "from", origin) or not (folder / name).exists():
            waiting[name] = (origin, _content(path, exercise=path.parent != source))
    done = {"new": 0, "updated": 0, "as it was": len(notebooks) - len(waiting)}
    try:
        for name, (origin, content) in waiting.items():
            verdict, note = _place(folder, name, content, record)
            done[verdict] += 1
            notes += note
            record[name] = {"from": origin, "words": _words(content)}
    finally:
        text = json.dumps(record, indent=1, sort_keys=True) + "\n"
        if waiting:
            write_atomic(folder / RECORD, text.encode())
    summary = ", ".join(f"{count} {what}" for what, count in done.items() if count)
    return "\n".join([f"{folder}: {summary}", *notes])


def student_version(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook that ``nbgrader generate_assignment`` would release.

    Parameters
    ----------
    book : NotebookNode
        A source notebook with solutions and hidden tests; it is not changed.

    Returns
    -------
    NotebookNode
        Stubs for solutions, no hidden tests, no outputs, graded cells locked.
    """
    from nbgrader import preprocessors as steps  # half a second; not always needed

    # The order of nbgrader.converters.GenerateAssignment, without its database, its
    # headers and its automatic tests. Checksums come twice there, too.
    book, resources = copy.deepcopy(book), {}
    for step in (
        steps.LockCells(),
        steps.ClearSolutions(),
        steps.ClearOutput(),
        steps.CheckCellMetadata(),
        steps.ComputeChecksums(),
        steps.ClearHiddenTests(),
        steps.ClearMarkScheme(),
        steps.ComputeChecksums(),
        steps.CheckCellMetadata(),
    ):
        book, resources = step.preprocess(book, resources)
    return book


def _place(folder, name, content, record) -> tuple[str, list[str]]:
    """Write one notebook where it destroys nothing; say what happened."""
    target = folder / name
    if not target.exists():
        write_atomic(target, content)
        return "new", []
    mine = _words(target.read_bytes())
    if mine == _words(content) or not _differs(record, name, "words", mine):
        write_atomic(target, content)
        return "updated", []
    beside = _free_name(folder, target, record)
    write_atomic(beside, content)
    record[beside.relative_to(folder).as_posix()] = {"words": _words(content)}
    return "as it was", [
        f"  {name} is yours and stays; the course has a newer one: {beside.name}"
    ]


def _free_name(folder: Path, target: Path, record: dict) -> Path:
    """Return ``02_ngrams.new.ipynb``, or new2 and so on if the reader wrote in it."""
    for number in ["", *range(2, 1000)]:
        beside = target.with_suffix(f".new{number}.ipynb")
        if not beside.exists():
            return beside
        name = beside.relative_to(folder).as_posix()
        if not _differs(record, name, "words", _words(beside.read_bytes())):
            return beside
    raise ValueError(f"too many newer versions beside {target}: delete some of them")


def _content(path: Path, exercise: bool) -> bytes:
    try:
        book = nbformat.read(path, as_version=4)
        if not exercise:
            return path.read_bytes()
        return (nbformat.writes(student_version(book)) + "\n").encode()
    except Exception as error:  # nbformat and nbgrader raise a dozen kinds
        raise ValueError(
            f"expected a valid notebook in {path}, got {type(error).__name__}: {error}"
        ) from error


def _read_record(folder: Path) -> tuple[dict, list[str]]:
    path = folder / RECORD
    if not path.exists():
        return {}, []
    try:
        record = json.loads(path.read_bytes())
        if all(isinstance(entry, dict) for entry in record.values()):
            return record, []
    except (ValueError, AttributeError, OSError):
        pass
    return {}, [f"  {RECORD} was unreadable: files that differ count as yours"]


def _refuse(folder: Path, source: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"expected a folder for the workspace, got the file {folder}")
    if folder.resolve() in (source, *source.parents, source / "exercises"):
        raise ValueError(
            f"expected a folder of your own, got {folder}, where the course itself lies"
        )


def _differs(record: dict, name: str, key: str, value: str) -> bool:
    return record.get(name, {}).get(key) != value


def _words(content: bytes) -> str:
    """Return a hash of the cells' sources, or of the bytes of what is no notebook."""
    try:
        cells = json.loads(content)["cells"]
        words = [[c["cell_type"], "".join(c["source"])] for c in cells]
    except (ValueError, LookupError, TypeError):
        return _hash(content)
    return _hash(json.dumps(words).encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
