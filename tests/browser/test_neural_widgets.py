"""Gates and sampling in a browser: what is typed is read, the arrow keys reshape."""

import nbformat
import pytest

from browser.test_lab import MINUTE, move, open_notebook, run_all

GATES = """
from lmcourse import rnn, widgets
from lmcourse.vocab import Vocab
vocab = Vocab(["the", "cat", "sat", "."])
model = rnn.LSTMLanguageModel(len(vocab), 3, 4)
widgets.gate_explorer(model, vocab, "the cat")
"""
SAMPLING = """
widgets.sampling_explorer(["cat", "dog", "cow"], [0.5, 0.3, 0.2])
"""


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_the_keyboard_moves_gates_and_distributions(page, lab, tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    cells = [
        nbformat.v4.new_code_cell(code.strip(), id=name)
        for name, code in (("gates", GATES), ("sampling", SAMPLING))
    ]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, folder / "neural.ipynb")
    open_notebook(page, lab(folder), "neural.ipynb")
    run_all(page)

    box = page.locator(".widget-text input").first
    area = page.locator(".jp-OutputArea", has=box).first
    says(area, "Type a full stop")
    box.fill("the cat sat . the gnu .")
    box.press("Enter")
    says(area, "Not in the vocabulary, and read as <unk>: gnu.")
    picture = area.locator("img").first
    assert "along 8 tokens" in picture.get_attribute("alt")

    before, after = move(page, "top k", "ArrowRight")
    assert (before[0], after[0]) == (0, 1)
    assert after[1] != before[1], "the picture did not follow the slider"
    says(page, "1 of 3 words remain")
    assert page.strangers == []


def says(place, text: str) -> None:
    place.get_by_text(text).first.wait_for(timeout=MINUTE)
