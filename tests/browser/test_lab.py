"""A reader's way: JupyterLab opens lesson 02, runs it, and the widget answers."""

import pytest

from browser.fixtures import TOKEN
from lmcourse import workspace

LESSON = "02_ngrams.ipynb"
MINUTE = 60_000  # playwright counts in milliseconds

# What the notebook's model knows; cells out of sight are not on the page at all.
STATE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const cells = [...(panel?.content?.model?.cells ?? [])];
  const code = cells.filter(c => c.type === 'code' && c.sharedModel.source.trim());
  const outputs = code.map(c => c.outputs.toJSON()).flat();
  return {
    cells: code.length,
    done: code.filter(c => c.executionCount && c.executionState !== 'running').length,
    errors: outputs.filter(o => o.output_type === 'error').map(o => o.evalue),
    text: outputs.map(o => o.text ?? '').flat().join(''),
  };
}"""


@pytest.mark.browser
@pytest.mark.timeout(900)
def test_lesson_runs_and_its_widget_answers(page, lab, tmp_path):
    folder = tmp_path / "course"
    workspace.fill(folder)  # as `make lab` does
    open_notebook(page, lab(folder), LESSON)

    run_all(page)
    state = page.evaluate(STATE)
    assert state["errors"] == []
    assert state["done"] == state["cells"] > 0
    assert "✓" in state["text"]

    before, after = move(page, "order", "ArrowLeft")
    assert after[0] < before[0], "the slider did not follow the arrow key"
    assert after[1] != before[1], "the picture did not follow the slider"
    assert page.strangers == []


def open_notebook(page, address: str, name: str) -> None:
    page.goto(f"{address}/lab/tree/{name}?token={TOKEN}", timeout=2 * MINUTE)
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=2 * MINUTE)
    page.wait_for_function(
        """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session
            ?.kernel?.status === 'idle'""",
        timeout=2 * MINUTE,
    )


def run_all(page) -> None:
    """Do what a reader does: the menu Run, the entry Run All Cells."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
    page.wait_for_function(
        f"() => {{ const s = ({STATE})();"
        " return s.errors.length || (s.cells && s.done === s.cells); }",
        timeout=8 * MINUTE,
    )


def move(page, label: str, key: str) -> tuple[tuple, tuple]:
    """Press an arrow key on a slider; return (value, picture) before and after."""
    slider = page.locator(".widget-slider", has_text=label).first
    slider.wait_for(state="attached", timeout=MINUTE)
    handle = slider.locator(".noUi-handle")
    area = page.locator(".jp-OutputArea", has=slider).first
    handle.scroll_into_view_if_needed()

    def look() -> tuple[float, str]:
        shown = area.evaluate(
            """area => [...area.querySelectorAll('img')].map(i => i.src).join() +
                [...area.querySelectorAll('pre')].map(p => p.textContent).join()"""
        )
        return float(handle.get_attribute("aria-valuenow")), shown

    def wait_for(good) -> tuple[float, str]:
        for _ in range(300):  # a minute for the kernel's answer
            seen = look()
            if good(seen):
                break
            page.wait_for_timeout(200)
        return seen

    before = wait_for(lambda seen: seen[1])
    handle.focus()
    handle.press(key)
    changed = wait_for(
        lambda seen: seen[0] != before[0] and seen[1] not in ("", before[1])
    )
    return before, changed
