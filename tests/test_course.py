"""Notebooks run from a clean kernel, are measured, and stored the same each time."""

import configparser
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lmcourse.course import NOISE, Run, normalize, run_course, run_notebook, save, table

BALLAST = 150  # MB


def write(path, *sources):
    """Write a notebook with one code cell for each source."""
    cells = [new_code_cell(text, id=f"c{i}") for i, text in enumerate(sources)]
    nbformat.write(new_notebook(cells=[new_markdown_cell("# T", id="t"), *cells]), path)
    return path


@pytest.fixture
def noisy(tmp_path):
    """Return a notebook whose raw outputs differ from run to run."""
    return write(
        tmp_path / "01_noise.ipynb",
        "import warnings\nobject()",
        "warnings.warn('careful')",
        "from tqdm import tqdm\nfor _ in tqdm(range(2)):\n    pass",
        "print('✓ one claim')\nprint('✓ another')",
        "import ipywidgets\nipywidgets.IntSlider()",
    )


@pytest.mark.timeout(120)
def test_storing_twice_gives_the_same_bytes_and_no_trace_of_the_machine(noisy):
    (run,) = run_course([noisy], store=True)
    assert not run.error
    assert (run.cells, run.claims) == (5, 2)
    first = noisy.read_text(encoding="utf-8")
    run_course([noisy], store=True)
    assert noisy.read_text(encoding="utf-8") == first
    for trace in ("ipykernel_", "0x", str(noisy.parent), "00:0", "model_id", "iopub"):
        assert trace not in first
    book = json.loads(first)
    counts = [c["execution_count"] for c in book["cells"] if c["cell_type"] == "code"]
    assert counts == [1, 2, 3, 4, 5]
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    assert "version" not in book["metadata"]["language_info"]


@pytest.mark.timeout(120)
def test_kernel_is_static_single_threaded_and_starts_beside_the_notebook(tmp_path):
    path = write(
        tmp_path / "a.ipynb",
        "import os, pathlib",
        "assert os.environ['LMCOURSE_STATIC'] == '1'",
        "assert os.environ['OMP_NUM_THREADS'] == '1'",
        "assert not list(pathlib.Path(os.environ['LMCOURSE_CACHE']).iterdir())",
        "assert pathlib.Path('a.ipynb').is_file()",
        "assert 'left_by_another' not in globals()",
    )
    (run,) = run_course([path])
    assert not run.error


@pytest.mark.timeout(120)
def test_kernel_is_offline(tmp_path):
    source = "import urllib.request\nurllib.request.urlopen('https://example.org')"
    (run,) = run_course([write(tmp_path / "a.ipynb", source)])
    assert "Connection refused" in run.error


@pytest.mark.timeout(120)
def test_peak_memory_counts_children_too(tmp_path):
    child = (
        "import subprocess, sys\n"
        f"code = 'x = b\"1\" * ({BALLAST} << 20); import time; time.sleep(1)'\n"
        "subprocess.run([sys.executable, '-c', code], check=True)"
    )
    small, large = run_course(
        [write(tmp_path / "s.ipynb", "pass"), write(tmp_path / "l.ipynb", child)]
    )
    assert not large.error
    assert small.peak_mb > 20
    assert large.peak_mb > small.peak_mb + 0.8 * BALLAST


@pytest.mark.timeout(120)
def test_a_failing_notebook_is_reported_left_alone_and_stops_no_other(tmp_path):
    bad = write(tmp_path / "bad.ipynb", "print('so far')", "1 / 0", "print('never')")
    before = bad.read_bytes()
    good = write(tmp_path / "good.ipynb", "print('fine')")
    runs = run_course([bad, good], store=True)
    assert "ZeroDivisionError" in runs[0].error
    assert "\x1b" not in runs[0].error
    assert bad.read_bytes() == before
    assert not runs[1].error
    assert "fine" in good.read_text()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "source", ["import time\ntime.sleep(600)", "while True:\n    pass"]
)
def test_nothing_outstays_its_time(tmp_path, source):
    path = write(tmp_path / "slow.ipynb", source)
    run = run_notebook(path, nbformat.read(path, 4), timeout=5)
    assert "still running after 5 s" in run.error
    assert run.seconds < 60


@pytest.mark.timeout(120)
def test_a_dead_kernel_is_an_error(tmp_path):
    path = write(tmp_path / "dead.ipynb", "import os\nos._exit(1)")
    (run,) = run_course([path])
    assert run.error


def test_normalizing_keeps_what_an_author_added():
    cell = new_code_cell("1", id="one", metadata={"tags": ["nbval-ignore-output"]})
    cell.metadata["execution"] = {"iopub.status.busy": "now"}
    book = new_notebook(cells=[cell, new_code_cell("", id="empty")])
    book.metadata.update(
        title="A title", widgets={"state": {}}, kernelspec={"name": "x"}
    )
    normalize(book)
    assert cell.metadata == {"tags": ["nbval-ignore-output"]}
    assert book.metadata.title == "A title"
    assert "widgets" not in book.metadata
    assert book.metadata.kernelspec["name"] == "python3"
    assert [c.execution_count for c in book.cells] == [1, None]


def test_an_invalid_notebook_is_not_saved(tmp_path):
    path = tmp_path / "x.ipynb"
    book = new_notebook(cells=[new_code_cell("1", id="one")])
    del book.cells[0]["source"]
    with pytest.raises(nbformat.ValidationError):
        save(book, path)
    assert not path.exists()


def test_table_has_a_line_for_each_notebook_and_one_for_all(tmp_path):
    exercise = tmp_path / "exercises/01_a.ipynb"
    runs = [
        Run(tmp_path / "01_a.ipynb", 3, 2, 1.25, 100.0),
        Run(exercise, 4, 0, 2.5, 300.0, error="boom"),
    ]
    lines = table(runs).splitlines()
    assert len(lines) == 4
    assert lines[1].split() == ["01_a", "3", "2", "1.2", "100"]
    assert lines[2].split() == ["exercises/01_a", "4", "0", "2.5", "300", "FAILED"]
    assert lines[3].split() == ["all", "7", "2", "3.8", "300"]


def test_nbval_forgives_exactly_what_storing_removes(root):
    config = configparser.RawConfigParser()
    config.read(root / "tests/nbval_sanitize.cfg")
    forgiven = [(config[s]["regex"], config[s]["replace"]) for s in config.sections()]
    assert [(p.replace(r"\"", '"'), w) for p, w in NOISE] == forgiven
