"""The rules that every stored notebook keeps to.

Each rule is a function that returns the faults it finds: ``test_notebooks.py`` applies
them to the course, ``test_notebook_rules.py`` proves that they see a planted fault.
"""

import ast
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EXERCISES = sorted((ROOT / "notebooks/exercises").glob("*.ipynb"))

MAX_LINES = 20  # of a code cell; solutions may be longer
MAX_BYTES = 2_000_000  # of all outputs of a notebook
MAX_PICTURE = 300_000  # of one picture, as stored
IGNORE = ("nbval-ignore-output", "NBVAL_IGNORE_OUTPUT")
FORBIDDEN = ("nbval-skip", "NBVAL_SKIP", "skip-execution", "raises-exception")
MACHINE = re.compile(
    r"(?:(?<![\w.])/(?:home|root|Users|tmp|work|usr|opt|var|mnt)/\w|\b[A-Z]:\\Users)"
    r"|ipykernel_\d|site-packages"
)


def read(path):
    """Read and validate a notebook."""
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    return book


def code_cells(book):
    """Return the code cells of a notebook."""
    return [cell for cell in book.cells if cell.cell_type == "code"]


def prose(book):
    """Return the sources of the Markdown cells of a notebook."""
    return [cell.source for cell in book.cells if cell.cell_type == "markdown"]


def grading(cell):
    """Return what nbgrader knows about a cell."""
    return cell.metadata.get("nbgrader", {})


def texts(cell):
    """Yield every text of a cell's outputs."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        for kind, content in output.get("data", {}).items():
            if not kind.startswith("image/") and isinstance(content, str):
                yield content


# The rules: each returns its faults.


def fresh_run_faults(book):
    """Find cells that were not run in order, from 1, without an error or warning."""
    for count, cell in enumerate(code_cells(book), 1):
        if not cell.source.strip():
            yield f"{cell.id}: empty code cell"
        if cell.execution_count != count:
            yield f"{cell.id}: execution count {cell.execution_count}, not {count}"
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{cell.id}: stored error {output.ename}"
            if output.get("name") == "stderr" and "Warning" in output.text:
                yield f"{cell.id}: stored warning"
            if output.get("execution_count", count) != count:
                yield f"{cell.id}: output of another run"


def metadata_faults(book):
    """Find traces of one machine or one run in the metadata."""
    if book.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "kernelspec is not python3"
    if "version" in book.metadata.get("language_info", {}):
        yield "language_info names a Python version"
    if "widgets" in book.metadata:
        yield "stored widget state"
    if (book.nbformat, book.nbformat_minor) < (4, 5):
        yield "needs nbformat 4.5, for cell ids"
    for cell in book.cells:
        if "execution" in cell.metadata:
            yield f"{cell.id}: time stamps"


def id_faults(book):
    """Find cell ids that were drawn by chance; a written one says what the cell is."""
    seen = set()
    for cell in book.cells:
        chance = re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}.*", cell.id)
        if chance or not re.fullmatch(r"[A-Za-z0-9][\w-]{0,63}", cell.id):
            yield f"{cell.id!r} is no readable id"
        if cell.id in seen:
            yield f"{cell.id!r} twice"
        seen.add(cell.id)


def machine_faults(book):
    """Find paths of a machine in sources and outputs."""
    for cell in book.cells:
        parts = [cell.source, *(texts(cell) if cell.cell_type == "code" else ())]
        for part in parts:
            if found := MACHINE.search(part):
                yield f"{cell.id}: {part[found.start() : found.start() + 40]!r}"


def math_faults(source):
    """Find displayed formulas that the book would garble.

    MyST needs ``$$`` on a line of its own with a blank line before the opening one
    and after the closing one. A label may follow the closing one.
    """
    lines = re.sub(r"```.*?```", "", source, flags=re.DOTALL).splitlines()
    inside = False
    for number, line in enumerate(lines):
        if "$$" not in line:
            continue
        fence = re.fullmatch(r"\$\$", line) or (
            inside and re.fullmatch(r"\$\$( \([\w:.-]+\))?", line)
        )
        if not fence:
            yield f"$$ shares a line: {line!r}"
            continue
        before = lines[number - 1] if number else ""
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if not inside and before.strip():
            yield f"no blank line before $$, after {before!r}"
        if inside and after.strip():
            yield f"no blank line after $$, before {after!r}"
        inside = not inside
    if inside:
        yield "$$ without an end"


def details_faults(source):
    """Find folded answers whose Markdown would show raw: a blank line must follow."""
    for opening in re.finditer(r"<summary>.*?</summary>(\n*)", source, re.DOTALL):
        if len(opening[1]) < 2:
            yield f"no blank line after {opening[0].strip()[:40]!r}"
    if source.count("<details") != source.count("</details>"):
        yield "<details> without an end"


def picture_faults(book):
    """Find pictures without alternative text, or too large."""
    for cell in book.cells:
        html = [cell.source] if cell.cell_type == "markdown" else [*texts(cell)]
        for tag in re.findall(r"<img\b[^>]*>", "".join(html)):
            if not re.search(r"""\balt=["'][^"']{8,}""", tag):
                yield f"{cell.id}: <img> without alternative text"
        if cell.cell_type == "markdown":
            if re.search(r"!\[\s*\]\(", cell.source):
                yield f"{cell.id}: ![]() without alternative text"
            continue
        for output in cell.outputs:
            for kind, content in output.get("data", {}).items():
                if not kind.startswith("image/"):
                    continue
                if len(output.metadata.get(kind, {}).get("alt", "")) < 8:
                    yield f"{cell.id}: {kind} without alternative text"
                if len(content) > MAX_PICTURE:
                    yield f"{cell.id}: {kind} of {len(content):,} bytes"


def ignoring(cell):
    """Tell whether nbval is told not to compare a cell's outputs."""
    tags = cell.metadata.get("tags", [])
    return any(mark in tags or mark in cell.source for mark in IGNORE)


def comparison_faults(book):
    """Find a notebook that hides too much from the comparison."""
    cells = code_cells(book)
    for cell in cells:
        marks = [*cell.metadata.get("tags", []), cell.source]
        if any(bad in mark for bad in FORBIDDEN for mark in marks):
            yield f"{cell.id}: is not run or may fail"
        if cell.source.rstrip().endswith(";") and not ignoring(cell):
            yield f"{cell.id}: ends in a semicolon, which hides nothing from nbval"
    hidden = sum(map(ignoring, cells))
    if hidden > len(cells) / 3:
        yield f"{hidden} of {len(cells)} code cells hide their output"


def length_faults(book):
    """Find code cells that are too long; solutions and hidden tests are excepted."""
    for cell in code_cells(book):
        lines = len(cell.source.splitlines())
        if lines > MAX_LINES and not grading(cell):
            yield f"{cell.id}: {lines} lines"


def link_faults(book, path):
    """Find relative links that lead nowhere or out of the folder a reader gets."""
    for source in prose(book):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", source):
            if re.match(r"[a-z]+:", target):
                continue
            place = (path.parent / target).resolve()
            if not place.exists() or ROOT / "notebooks" not in place.parents:
                yield f"link to {target}"


def called(node):
    """Yield the names of the functions that a piece of code calls."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            yield getattr(inner.func, "id", getattr(inner.func, "attr", ""))


def calls(book, name):
    """Count the calls of a function by its name in the code of a notebook."""
    trees = [ast.parse(plain(cell.source)) for cell in code_cells(book)]
    return sum([*called(tree)].count(name) for tree in trees)


def shows_check(cell):
    """Tell whether a cell prints the verdict of a check, whatever it is."""
    statements = ast.parse(plain(cell.source)).body
    shown = [line for line in statements if isinstance(line, ast.Expr)]
    return any(name.startswith("check_") for line in shown for name in called(line))


def unseen_faults(book):
    """Find sources that are shown to nobody: only a cell's last line shows itself."""
    for cell in code_cells(book):
        statements = ast.parse(plain(cell.source)).body
        for position, statement in enumerate(statements):
            last = position == len(statements) - 1
            for node in ast.walk(statement):
                if not isinstance(node, ast.Expr) or (last and node is statement):
                    continue
                if getattr(node.value, "func", None) is None:
                    continue
                if next(called(node), "") == "show":
                    yield f"{cell.id}: show(...) shows nothing here: display(show(...))"


def plain(source):
    """Return a cell's Python without its magics."""
    return re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.MULTILINE)
