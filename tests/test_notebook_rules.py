"""The rules for notebooks see the faults they are for, and nothing else."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_rules import (
    ROOT,
    calls,
    comparison_faults,
    details_faults,
    fresh_run_faults,
    id_faults,
    length_faults,
    link_faults,
    machine_faults,
    math_faults,
    metadata_faults,
    picture_faults,
    shows_check,
    unseen_faults,
)


def code(source="1", count=1, **extra):
    """Return a code cell that keeps every rule, but for ``extra``."""
    return new_code_cell(source, id="code", execution_count=count, **extra)


def picture(alt):
    """Return a cell that shows a picture."""
    data, told = {"image/png": "AAAA"}, {"image/png": {"alt": alt} if alt else {}}
    return code(outputs=[new_output("display_data", data, metadata=told)])


def said(text, name="stdout"):
    """Return a cell that printed something."""
    return code(outputs=[new_output("stream", text=text, name=name)])


@pytest.mark.parametrize(
    ("rule", "cell"),
    [
        (fresh_run_faults, code(count=None)),
        (fresh_run_faults, code(count=2)),
        (fresh_run_faults, code("")),
        (fresh_run_faults, code(outputs=[new_output("error", ename="E", evalue="")])),
        (fresh_run_faults, said("UserWarning: careful", "stderr")),
        (metadata_faults, code(metadata={"execution": {}})),
        (machine_faults, said("saved to /home/someone/x")),
        (machine_faults, said(r"in C:\Users\me")),
        (machine_faults, code("open('/tmp/x')")),
        (picture_faults, picture("")),
        (picture_faults, new_markdown_cell("![](x.png)", id="m")),
        (picture_faults, new_markdown_cell('<img src="x.png">', id="m")),
        (comparison_faults, code("# NBVAL_SKIP\n1")),
        (comparison_faults, code(metadata={"tags": ["raises-exception"]})),
        (comparison_faults, code(metadata={"tags": ["nbval-ignore-output"]})),
        (comparison_faults, code("plot(x);")),
        (length_faults, code("1\n" * 21)),
        (unseen_faults, code("show(f)\n1")),
        (unseen_faults, code("for f in fs:\n    show(f)")),
        (id_faults, new_markdown_cell("x", id="0f3a9c1b")),
        (id_faults, new_markdown_cell("x", id="a1b2c3d4-0000-4000-8000-123456789abc")),
    ],
)
def test_a_planted_fault_is_seen(rule, cell):
    book = new_notebook(cells=[cell])
    book.metadata.kernelspec = {"name": "python3"}
    assert len([*rule(book)]) == 1


@pytest.mark.parametrize(
    "rule",
    [
        fresh_run_faults,
        metadata_faults,
        machine_faults,
        picture_faults,
        comparison_faults,
        length_faults,
        id_faults,
        unseen_faults,
    ],
)
def test_a_clean_cell_passes(rule):
    second = new_code_cell("2", id="second-cell", execution_count=2)
    book = new_notebook(cells=[picture("A curve that falls."), second])
    book.metadata.kernelspec = {"name": "python3"}
    assert not [*rule(book)]


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("text\n\n$$\nx\n$$\n\ntext", 0),
        ("$$\nx\n$$", 0),
        ("$$\nx\n$$ (eq-1)\n\ntext", 0),
        ("costs $x$ here", 0),
        ("```\na $$ b\n```", 0),
        ("text\n$$\nx\n$$\n", 1),
        ("$$\nx\n$$\ntext", 1),
        ("text $$x$$ text", 1),
        ("$$x$$", 1),
        ("$$\nx", 1),
    ],
)
def test_formula_rule(source, faults):
    assert len([*math_faults(source)]) == faults


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("<details><summary>Why?</summary>\n\nBecause.\n\n</details>", 0),
        ("<details><summary>Why?</summary>\nBecause.\n\n</details>", 1),
        ("<details><summary>Why?</summary>\n\nBecause.", 1),
    ],
)
def test_folded_answer_rule(source, faults):
    assert len([*details_faults(source)]) == faults


def test_link_rule(tmp_path):
    links = "[a](https://example.org) [b](#here) [c](absent.ipynb) [d](../README.md)"
    book = new_notebook(cells=[new_markdown_cell(links, id="m")])
    assert len([*link_faults(book, ROOT / "notebooks/x.ipynb")]) == 2


def test_calls_are_counted_in_code_not_in_words():
    book = new_notebook(cells=[code("%time x\nclaim('a', f(claim))\n# claim(1)")])
    assert calls(book, "claim") == 1


@pytest.mark.parametrize(
    ("source", "shows"),
    [
        ("print(check_zipf(zipf))", True),
        ("x = 1\ncheck_zipf(zipf)", True),
        ("if check_zipf(zipf).passed:\n    print('well done')", False),
        ("from lmcourse.checks import check_zipf", False),
    ],
)
def test_a_cell_that_shows_a_check_is_known(source, shows):
    assert shows_check(code(source)) == shows
