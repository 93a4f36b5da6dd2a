"""The front door says the truth: its map, its ladder, its picture, its examples."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
HINT = "the README is behind: run python book/readme.py"


@pytest.fixture
def readme(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book")
    import readme

    yield readme
    for name in ("readme", "measured", "chapters"):
        sys.modules.pop(name, None)


def test_map_and_ladder_are_those_of_today(readme):
    assert readme.blocks(TEXT) == TEXT, HINT


def test_examples_print_what_the_page_shows(readme):
    assert readme.EXAMPLE.findall(TEXT)
    assert readme.examples(TEXT) == TEXT, HINT


def test_ladder_figures_equal_the_results(readme):
    """Read the table anew, without the code that wrote it."""
    rungs = {rung.model: rung for rung in readme.measured.rungs()}
    block = TEXT.split("<!-- ladder -->")[1].split("<!-- end of ladder -->")[0]
    rows = [line.strip("| ").split(" | ") for line in block.strip().splitlines()][2:]
    assert {row[0].strip() for row in rows} == set(rungs)
    for row in rows:
        rung = rungs[row[0].strip()]
        assert f"{rung.bits_per_char:.3f}" in [cell.strip() for cell in row]


def test_what_the_page_points_to_is_there():
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    local = [t for t in targets if not t.startswith("http")]
    assert local
    missing = [target for target in local if not (ROOT / target).exists()]
    assert missing == []


def test_pictures_have_alternative_text():
    alts = re.findall(r"!\[([^\]]*)\]", TEXT)
    assert alts, "the front page has a picture"
    assert all(len(alt.split()) > 5 for alt in alts)


def test_commands_named_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make (lab|test|course|book)\b", TEXT):
        assert re.search(rf"^{target}:", makefile, re.M)
    assert (ROOT / "environment.yml").is_file()
    assert (ROOT / "tests" / "run_all.py").is_file()
