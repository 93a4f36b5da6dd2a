"""The map of words in a browser: as a page of the book, and in JupyterLab."""

import nbformat
import numpy as np
import pytest

from browser.test_lab import MINUTE, open_notebook, run_all
from lmcourse.vectors import WordVectors
from lmcourse.widgets import word_map

NASTY = "</script><script>window.broken = 1</script><img src=x onerror=window.broken=1>"
GROUPS = {"animal": ["cat", "dog", "cow"], "day": ["Monday", "Tuesday", NASTY]}
WORDS = [word for members in GROUPS.values() for word in members]
MIDDLES = np.repeat(np.eye(3, 4), [3, 3, 1], axis=0)
VECTORS = WordVectors(
    [*WORDS, "calf"], MIDDLES + 0.1 * np.random.default_rng(0).standard_normal((7, 4))
)
CELL = """
import numpy as np
from lmcourse.vectors import WordVectors
from lmcourse.widgets import word_map
words = ["cat", "dog", "cow", "Monday", "Tuesday"]
vectors = WordVectors(words, np.random.default_rng(0).standard_normal((5, 3)))
word_map(vectors, words)
"""


def word(root, name: str):
    """Return a word on a map."""
    return root.get_by_role("button", name=name).first


def told(root) -> str:
    """Return what stands above a map."""
    return root.locator(".lmw-panel").inner_text()


def nearest(root) -> list[str]:
    """Return the neighbors that are listed, each with its cosine."""
    return root.locator(".lmw-near").all_inner_texts()


def expected(name: str, count: int) -> list[str]:
    return [f"{other}{cosine:.2f}" for other, cosine in VECTORS.neighbors(name, count)]


@pytest.fixture
def maps(page, tmp_path):
    """Yield two maps on one page."""
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    both = [
        word_map(VECTORS, WORDS, GROUPS, neighbors=3).html,
        word_map(VECTORS, WORDS[:4], neighbors=6).html,
    ]
    file = tmp_path / "maps.html"
    file.write_text(
        f"<!doctype html><meta charset='utf-8'>{''.join(both)}", encoding="utf-8"
    )
    page.goto(file.as_uri())
    first, second = page.locator(".lmw").all()
    yield first, second
    assert page.faults == []
    assert page.strangers == []
    assert page.evaluate("window.broken") is None


@pytest.mark.browser
def test_a_click_shows_the_neighbors_of_a_word(maps):
    first, second = maps
    assert nearest(first) == []
    word(first, "cat, animal").click()
    assert told(first).startswith("Nearest to cat among 7 words")
    assert nearest(first) == expected("cat", 3)
    on_map = sum(other in WORDS for other, _ in VECTORS.neighbors("cat", 3))
    assert first.locator(".lmw-lines line").count() == on_map
    assert word(first, "cat, animal").get_attribute("aria-pressed") == "true"

    word(first, "dog, animal").click()
    assert nearest(first) == expected("dog", 3)
    assert word(first, "cat, animal").get_attribute("aria-pressed") == "false"
    assert nearest(second) == [], "the other map went along"
    word(second, "Monday").click()
    assert nearest(second) == expected("Monday", 6)
    assert nearest(first) == expected("dog", 3)


@pytest.mark.browser
def test_the_keyboard_does_all_that_a_mouse_does(maps, page):
    first, _ = maps
    page.keyboard.press("Tab")  # the box
    page.keyboard.press("Tab")  # the map
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "cat, animal"
    page.keyboard.press("Enter")
    assert nearest(first) == expected("cat", 3)

    seen = {"cat, animal"}
    for key in ("ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight") * 4:
        page.keyboard.press(key)
        seen.add(page.evaluate(focused))
    assert len(seen) > 2, "the arrow keys do not walk"
    name = page.evaluate(focused)
    page.keyboard.press(" ")
    assert told(first).startswith(f"Nearest to {name.partition(',')[0]}")
    page.keyboard.press("Escape")
    assert nearest(first) == []
    assert "press Enter" in told(first)


@pytest.mark.browser
def test_the_listed_neighbors_lead_on(maps):
    first, _ = maps
    word(first, "cat, animal").click()
    goal = next(other for other, _ in VECTORS.neighbors("cat") if other in WORDS)
    first.locator("button.lmw-near", has_text=goal).click()
    assert nearest(first) == expected(goal, 3)


@pytest.mark.browser
def test_a_word_is_found_by_typing(maps, page):
    first, _ = maps
    box = first.get_by_label("find a word")
    box.fill("TUES")
    box.press("Enter")
    assert nearest(first) == expected("Tuesday", 3)
    box.fill("cow")  # a whole word needs no Enter
    assert nearest(first) == expected("cow", 3)
    box.fill("<i>gnu")
    box.press("Enter")
    assert told(first) == "“<i>gnu” is not on this map."
    assert nearest(first) == []


@pytest.mark.browser
def test_a_word_that_looks_like_code_is_a_word(maps, page):
    first, _ = maps
    word(first, f"{NASTY}, day").click()
    assert f"Nearest to {NASTY} among" in told(first)
    assert page.evaluate("document.querySelectorAll('.lmw img').length") == 0


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_the_map_lives_in_jupyterlab(page, lab, tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    cells = [
        nbformat.v4.new_code_cell(CELL.strip(), id="map"),
        nbformat.v4.new_code_cell("'the cell below'", id="below"),
    ]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, folder / "map.ipynb")
    open_notebook(page, lab(folder), "map.ipynb")
    run_all(page)

    root = page.locator(".lmw").first
    root.wait_for(timeout=MINUTE)
    word(root, "cat").click()
    assert told(root).startswith("Nearest to cat among 5 words")
    assert len(nearest(root)) == 4
    word(root, "Monday").focus()
    page.keyboard.press("Enter")
    assert told(root).startswith("Nearest to Monday")
    box = root.get_by_label("find a word")
    box.click()
    page.keyboard.type("dd")  # twice d would delete a cell
    assert box.input_value() == "dd"
    assert page.locator(".jp-CodeCell").count() == 2
    assert page.strangers == []
