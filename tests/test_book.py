"""The web book: it builds without a warning, asks no stranger, and says the truth."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
HTML = BOOK / "_build" / "html"
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
EXERCISES = sorted((ROOT / "notebooks" / "exercises").glob("[0-9][0-9]_*.ipynb"))
CITED = re.compile(r"\b(10\.\d{4,}/[^\s,;)\]}\"'\\>]+|arXiv:\d{4}\.\d{4,5})")


def load(name: str):
    """Import one of the scripts beside the book, which are no package."""
    spec = importlib.util.spec_from_file_location(f"book_{name}", BOOK / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Page(HTMLParser):
    """What a test wants to know of a page: tags, and the cells of its tables."""

    def __init__(self, path: Path):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self.text: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self._cell = []

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self._cell is not None:
            self._cell.append(data)


@pytest.fixture(scope="module")
def html() -> Path:
    """Build the book, or take the one that is built if nothing changed since."""
    fetched = (BOOK / "_vendor" / "CONTENTS").is_file()
    if not fetched and not shutil.which("npm") and not os.environ.get("CI"):
        pytest.skip("the book's scripts are not fetched yet and npm is not installed")
    command = [sys.executable, BOOK / "build.py"]
    built = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert built.returncode == 0, built.stdout + built.stderr
    return HTML


@pytest.fixture(scope="module")
def pages(html) -> dict[str, Page]:
    found = sorted(p for p in html.rglob("*.html") if "_static" not in p.parts)
    return {path.relative_to(html).as_posix(): Page(path) for path in found}


def test_every_page_is_there(pages):
    beside = {p.stem for p in (BOOK / "pages").glob("*.md")} | {"results", "littletown"}
    wanted = {f"{name}.html" for name in beside}
    wanted |= {f"notebooks/{p.stem}.html" for p in LESSONS}
    wanted |= {f"notebooks/exercises/{p.stem}.html" for p in EXERCISES}
    assert wanted | {"search.html"} <= set(pages)


def test_the_front_page_links_every_lesson(pages):
    links = {a.get("href") for tag, a in pages["index.html"].tags if tag == "a"}
    assert {f"notebooks/{p.stem}.html" for p in LESSONS} <= links


def test_every_page_lists_every_lesson(pages):
    names = {f"{path.stem}.html" for path in (*LESSONS, *EXERCISES)}
    for name, page in pages.items():
        links = {a.get("href", "").rpartition("/")[2] for t, a in page.tags if t == "a"}
        own = {name.rpartition("/")[2]}  # the page itself is linked as "#"
        assert names <= links | own, name


def test_pages_load_nothing_from_elsewhere(pages):
    loaded = [
        (name, tag, address)
        for name, page in pages.items()
        for tag, a in page.tags
        if tag in ("script", "link", "img", "iframe", "source")
        for address in (a.get("src"), a.get("href"))
        if address and re.match(r"(https?:)?//", address)
        if a.get("rel") != "canonical"
    ]
    assert loaded == []


def test_style_sheets_load_nothing_from_elsewhere(html):
    sheets = sorted(html.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", text), sheet


def test_the_widget_manager_asks_for_no_font(html):
    script = (html / "_static" / "hm" / "embed-amd.js").read_bytes()
    assert load("vendor").FOREIGN_FONT not in script


def test_every_picture_has_alternative_text(pages):
    pictures = [
        (name, a)
        for name, page in pages.items()
        for tag, a in page.tags
        if tag == "img"
    ]
    assert pictures, "not even the logo"
    silent = [(name, a.get("src", "")[:80]) for name, a in pictures if not a.get("alt")]
    assert silent == []


def test_no_picture_is_only_called_by_its_file_name(pages):
    for name, page in pages.items():
        for tag, a in page.tags:
            if tag == "img":
                assert not re.search(r"\.(png|svg|jpe?g)$", a.get("alt", "")), (name, a)


def test_search_knows_the_lessons(html):
    index = (html / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    assert {f"notebooks/{p.stem}" for p in LESSONS} <= set(index["docnames"])
    assert "perplex" in index["terms"]  # stemmed, from the glossary at least


@pytest.mark.parametrize("path", EXERCISES, ids=lambda p: p.stem)
def test_exercises_come_without_solutions(path, html):
    for file in (
        html / "notebooks" / "exercises" / f"{path.stem}.html",
        html / "_sources" / "notebooks" / "exercises" / f"{path.stem}.ipynb",
    ):
        text = file.read_text(encoding="utf-8")
        assert "BEGIN SOLUTION" not in text
        assert "BEGIN HIDDEN TESTS" not in text


@pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)
def test_a_lesson_can_be_downloaded(path, html):
    copy = nbformat.read(html / "_sources" / "notebooks" / path.name, as_version=4)
    code = [c.source for c in copy.cells if c.cell_type == "code"]
    lesson = nbformat.read(path, as_version=4)
    assert code == [c.source for c in lesson.cells if c.cell_type == "code"]


def test_every_cited_paper_is_among_the_references():
    listed = (BOOK / "pages" / "references.md").read_text(encoding="utf-8")
    files = [*(ROOT / "lmcourse").rglob("*.py"), *(ROOT / "results").glob("*.json")]
    files += [*LESSONS, ROOT / "data" / "littletown" / "DATASHEET.md"]
    missing = {
        (name, path.name)
        for path in files
        if path.is_file()
        for name in CITED.findall(path.read_text(encoding="utf-8"))
        if name.rstrip(".") not in listed
    }
    assert missing == set()


# --- results ------------------------------------------------------------------------


def _figures(value) -> set[str]:
    """Return the ways in which a page may print a stored value."""
    if value is None:
        return {""}
    if isinstance(value, str):
        return {value}
    ways = {f"{value:.1f}", f"{value:.3f}", f"{value:,.0f}"}
    return ways | {str(value), f"{value:,}"}


def test_result_tables_equal_the_stored_results(pages):
    stored = load("measured").records()
    tables = pages["results.html"].tables[any(r["ladder"] for r in stored) :]
    others = [record for record in stored if not record["ladder"]]
    for record, (head, *body) in zip(others, tables, strict=True):
        rows = record["rows"] + record["published"]
        for cells, row in zip(body, rows, strict=True):
            named = {key.replace("_", " "): value for key, value in row.items()}
            for heading, cell in zip(head, cells, strict=True):
                value = named.get(heading)
                if heading == "source" and value is None:
                    value = "this course"
                assert cell in {way.strip() for way in _figures(value)}, record["name"]


def test_ladder_table_equals_the_stored_results(pages):
    measured = load("measured")
    rows = [
        row
        for record in measured.records()
        if record["ladder"]
        for row in record["rows"]
    ]
    if not rows:
        pytest.skip("no rung of the ladder has been measured yet")
    head, *body = pages["results.html"].tables[0]
    assert len(body) == len(rows)
    keys = {heading: key for key, heading in measured.HEADINGS.items()}
    for cells in body:
        (row,) = (row for row in rows if row["model"] == cells[0])
        for heading, cell in zip(head, cells, strict=True):
            if heading != measured.HEADINGS["above_floor"]:
                assert cell in _figures(row.get(keys[heading])), (cells[0], heading)


def test_every_result_tells_where_it_comes_from(pages):
    text = "".join(pages["results.html"].text)
    for record in load("measured").records():
        for part in (record["command"], (record["commit"] or "")[:10]):
            assert part in text
        assert f"seed {record['seed']}" in text
        assert f"{record['seconds']:.1f} seconds" in text


# --- fetching -----------------------------------------------------------------------


def test_what_is_fetched_already_is_not_fetched_again(html, monkeypatch):
    vendor = load("vendor")
    monkeypatch.setattr(shutil, "which", lambda name: pytest.fail("asked for npm"))
    assert vendor.fetch(BOOK / "_vendor") == BOOK / "_vendor"


def test_without_npm_one_clear_sentence(tmp_path, monkeypatch):
    vendor = load("vendor")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(vendor.MissingAssetsError, match=r"Install Node\.js"):
        vendor.fetch(tmp_path / "_vendor")
    assert not (tmp_path / "_vendor").exists()


def _fake_npm(folder: Path, body: str) -> str:
    script = folder / "npm"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)
    return str(script)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for npm")
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("echo 'npm error code ENOTFOUND' >&2; exit 1", "needs the network once"),
        ("echo nonsense > package.tgz", "Nothing of it was used"),
    ],
)
def test_a_bad_download_changes_nothing(tmp_path, monkeypatch, body, sentence):
    vendor = load("vendor")
    npm = _fake_npm(tmp_path, body)
    monkeypatch.setattr(shutil, "which", lambda name: npm)
    target = tmp_path / "_vendor"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(vendor.MissingAssetsError, match=sentence):
        vendor.fetch(target)
    assert [p.name for p in target.iterdir()] == ["old"]
    assert {p.name for p in tmp_path.iterdir()} == {"npm", "_vendor"}


# --- in a browser -------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)
def test_formulas_are_drawn(path, html, page):
    page.goto((html / "notebooks" / f"{path.stem}.html").as_uri())
    wanted = page.locator("span.math, div.math").count()
    page.wait_for_function(
        "() => window.MathJax?.startup?.promise?.then(() => true)", timeout=60_000
    )
    assert page.locator("mjx-container").count() >= wanted
    broken = page.locator("mjx-merror, mjx-container [style*='color: red']")
    assert broken.count() == 0, "a formula that MathJax does not understand"
    dollars = page.evaluate(
        """() => [...document.querySelectorAll('article p, article li, article td')]
            .filter(e => !e.closest('.cell_output') && /\\$/.test(e.textContent))
            .map(e => e.textContent.slice(0, 120))"""
    )
    assert dollars == [], "a formula that was not recognized as one"
    assert page.strangers == []


@pytest.mark.browser
def test_dark_mode_and_search_work_from_files(html, page):
    page.emulate_media(color_scheme="dark")
    page.goto((html / "index.html").as_uri())
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.goto((html / "search.html").as_uri() + "?q=perplexity")
    page.wait_for_selector("#search-results li", timeout=60_000)
    assert page.locator("#search-results li").count() >= 1
    assert page.strangers == []


@pytest.mark.browser
def test_a_stored_widget_comes_alive(html, page, tmp_path):
    """A page with a widget in it draws it with the scripts that lie beside it."""
    source = tmp_path / "source"
    source.mkdir()
    nbformat.write(_notebook_with_a_slider(), source / "index.ipynb")
    assert load("build").sphinx(source, tmp_path / "html") == 0
    page.goto((tmp_path / "html" / "index.html").as_uri())
    page.wait_for_selector(".widget-slider", timeout=60_000)
    assert page.locator(".widget-readout").inner_text() == "3"
    assert page.strangers == []


def _notebook_with_a_slider():
    def model(module, version, name, **state):
        kind = {"Model": "_model", "View": "_view"}
        names = {}
        for suffix, prefix in kind.items():
            names[f"{prefix}_module"] = module
            names[f"{prefix}_module_version"] = version
            names[f"{prefix}_name"] = f"{name}{suffix}"
        return {
            "model_module": module,
            "model_module_version": version,
            "model_name": f"{name}Model",
            "state": {**names, **state},
        }

    slider = model(
        "@jupyter-widgets/controls", "2.0.0", "IntSlider", value=3, min=1, max=5,
        description="order", layout="IPY_MODEL_b", style="IPY_MODEL_c",
    )  # fmt: skip
    layout = model("@jupyter-widgets/base", "2.0.0", "Layout")
    style = model("@jupyter-widgets/controls", "2.0.0", "SliderStyle")
    view = "application/vnd.jupyter.widget-view+json"
    state = "application/vnd.jupyter.widget-state+json"
    reference = {"model_id": "a", "version_major": 2, "version_minor": 0}
    cell = nbformat.v4.new_code_cell(
        "slider",
        execution_count=1,
        outputs=[
            nbformat.v4.new_output(
                "display_data", data={view: reference, "text/plain": "IntSlider(3)"}
            )
        ],
    )
    title = nbformat.v4.new_markdown_cell("# A slider")
    book = nbformat.v4.new_notebook(cells=[title, cell])
    book.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    book.metadata["widgets"] = {
        state: {
            "state": {"a": slider, "b": layout, "c": style},
            "version_major": 2,
            "version_minor": 0,
        }
    }
    return book
