"""Build the web book: ``python book/build.py``, or ``make book``.

Lays out the lessons, the students' version of the exercises and the pages beside them
under ``_build/source``, writes the page of results from the stored runs, and calls
Sphinx with every warning an error. Needs the network once, for ``vendor.py``.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import nbformat

from lmcourse.workspace import student_version

BOOK = Path(__file__).resolve().parent
ROOT = BOOK.parent
sys.path.insert(0, str(BOOK))  # its own folder, when loaded from a test

import chapters  # noqa: E402
import measured  # noqa: E402
import vendor  # noqa: E402

SOURCE = BOOK / "_build" / "source"
HTML = BOOK / "_build" / "html"
DATASHEET = ROOT / "data" / "littletown"
LINK = re.compile(  # [words](../02_ngrams.ipynb)
    r"\[(?P<words>[^\]\[]*)\]\((?P<folder>(\.\./|\./|exercises/)?)"
    r"(?P<number>\d\d)_\w+\.ipynb(#[^)\s]*)?\)"
)


def main() -> int:
    """Fetch, lay out, build; return Sphinx's exit code."""
    start = time.perf_counter()
    try:
        vendor.fetch(BOOK / "_vendor")
    except vendor.MissingAssetsError as error:
        print(f"book: {error}", file=sys.stderr)
        return 1
    lay_out(SOURCE)
    page = f"{HTML.relative_to(ROOT)}/index.html"
    state = fingerprint()
    stamp = HTML.parent / "BUILT"
    if stamp.is_file() and stamp.read_text() == state:
        print(f"book: nothing changed since it was built: {page}")
        return 0
    stamp.unlink(missing_ok=True)
    code = sphinx(SOURCE, HTML)
    if code == 0:
        stamp.write_text(state)
        print(f"book: built in {time.perf_counter() - start:.1f} s: {page}")
    return code


def fingerprint() -> str:
    """Return a hash of everything that the built pages depend on."""
    digest = hashlib.sha256()
    for name in ("sphinx", "myst-nb", "sphinx-book-theme"):
        digest.update(f"{name} {version(name)}\n".encode())
    folders = (SOURCE, BOOK / "_static")
    files = [path for folder in folders for path in folder.rglob("*")]
    for path in sorted([*files, *BOOK.glob("*.py"), BOOK / "_vendor" / "CONTENTS"]):
        if path.is_file():
            digest.update(f"{path.relative_to(BOOK)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def sphinx(source: Path, html: Path) -> int:
    """Build ``source`` into ``html`` with this folder's ``conf.py``."""
    # -a: every page shows the contents, so every page is written when one is new
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-a"]
    doctrees = html.parent / "doctrees"
    code = subprocess.run(
        [*command, "-b", "html", "-c", BOOK, "-d", doctrees, source, html], check=False
    ).returncode
    if code:  # or the next build would not read, and not mention, the same page again
        shutil.rmtree(doctrees, ignore_errors=True)
    return code


def lay_out(source: Path) -> None:
    """Write the book's source tree; files that did not change keep their time.

    Sphinx looks at times, so a second build only reads what is new.
    """
    wanted: dict[Path, bytes] = {}
    for page in sorted((BOOK / "pages").glob("*.md")):
        wanted[Path(page.name)] = page.read_bytes()
    lessons = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    exercises = sorted((ROOT / "notebooks/exercises").glob("[0-9][0-9]_*.ipynb"))
    for path in lessons:
        wanted[path.relative_to(ROOT)] = without_plans(path, path.read_text("utf-8"))
    for path in exercises:
        wanted[path.relative_to(ROOT)] = without_plans(path, _exercise(path))
    wanted[Path("index.md")] = index(lessons, exercises).encode()
    wanted[Path("README.part")] = (ROOT / "README.md").read_bytes()
    wanted.update(datasheet())
    wanted.update(measured.pages())
    for path, content in wanted.items():
        _write_if_new(source / path, content)
    for path in source.rglob("*"):
        if path.is_file() and path.relative_to(source) not in wanted:
            path.unlink()


def index(lessons: list[Path], exercises: list[Path]) -> str:
    """Return the front page with the map of chapters and the tables of contents."""
    text = (BOOK / "pages" / "index.md").read_text(encoding="utf-8")
    about = ["how_to_use", "results", "littletown"]
    beside = ["instructor", "glossary", "references"]
    contents = "\n".join(
        [
            _toctree("Start", about),
            _toctree("Lessons", [_entry(path) for path in lessons]),
            _toctree("Exercises", [_entry(path) for path in exercises]),
            _toctree("Beside the lessons", beside),
        ]
    )
    text = text.replace("<!-- the map of chapters -->", chapters.chapter_map(ROOT))
    return text.replace("<!-- the tables of contents -->", contents)


def without_plans(path: Path, notebook: str) -> bytes:
    """Turn links to chapters that are not written yet into plain words.

    A link to a chapter that exists stays, so a wrong name is still a warning.
    """

    def there(match: re.Match) -> str:
        folder = (path.parent / match["folder"]).resolve()
        found = any(folder.glob(f"{match['number']}_*.ipynb"))
        return match[0] if found else match["words"]

    return LINK.sub(there, notebook).encode()


def datasheet() -> dict[Path, bytes]:
    """Return Littletown's datasheet and its pictures as pages of the book."""
    page = DATASHEET / "DATASHEET.md"
    if not page.is_file():
        text = (
            "# Littletown\n\nThe datasheet of the built-in corpus is being written.\n"
        )
        return {Path("littletown.md"): text.encode()}
    pages = {Path("littletown.md"): page.read_bytes()}
    for picture in sorted([*DATASHEET.glob("*.png"), *DATASHEET.glob("*.svg")]):
        pages[Path(picture.name)] = picture.read_bytes()
    return pages


def _exercise(path: Path) -> str:
    return nbformat.writes(student_version(nbformat.read(path, as_version=4))) + "\n"


def _entry(path: Path) -> str:
    """Return a line of a table of contents, under the chapter's short title."""
    titles = {number: title for number, title, _ in chapters.CHAPTERS}
    number = path.stem[:2]
    page = path.relative_to(ROOT).with_suffix("").as_posix()
    return f"{number} {titles[number]} <{page}>"


def _toctree(caption: str, names: list[str]) -> str:
    if not names:
        return ""
    return "\n".join(
        ["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```", ""]
    )


def _write_if_new(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    raise SystemExit(main())
