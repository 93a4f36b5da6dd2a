"""Shannon's game in a browser: one types letters, it answers, one climbs the ladder."""

import json

import nbformat
import pytest

from browser.test_lab import MINUTE, open_notebook, run_all

PLAY = """
from lmcourse.widgets import guessing_game
game = guessing_game("the cat.", given=4)
"""


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_the_game_is_played_with_the_keyboard(page, lab, tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    cell = nbformat.v4.new_code_cell(PLAY.strip(), id="play")
    book = nbformat.v4.new_notebook(cells=[cell])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, folder / "game.ipynb")
    open_notebook(page, lab(folder), "game.ipynb")
    run_all(page)

    box = page.locator(".widget-text input").first
    board = page.locator(".jp-OutputArea", has=box).first
    says(board, "the ▁")
    for key, answer in (
        ("k", "Not 'k'; try another. Tried: k"),
        ("c", "the c▁"),
        ("a", "the ca▁"),
        ("t", "the cat▁"),
        (".", "4 letters, 5 guesses"),
    ):
        box.press(key)
        says(board, answer)
    picture = board.locator("img").first
    picture.wait_for(timeout=MINUTE)
    assert "Shannon's bounds" in picture.get_attribute("alt")

    board.get_by_role("button", name="onto the ladder").click()
    says(board, "You stand on the ladder")
    kept = tmp_path / "cache" / "my_rungs.json"
    for _ in range(100):
        if kept.is_file():
            break
        page.wait_for_timeout(200)
    assert [rung["model"] for rung in json.loads(kept.read_text())] == ["you"]
    assert page.strangers == []


def says(board, text: str) -> None:
    board.get_by_text(text).first.wait_for(timeout=MINUTE)
