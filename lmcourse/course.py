"""Run the notebooks of the course from a clean kernel; time, measure and store them.

What ``make course`` and ``lmcourse course`` do. A notebook runs as a test would run it:
one thread, static widgets, an empty cache, no network, and a limit on its time that
nothing can outstay. ``store`` writes the outputs back in a form that depends on the
notebook alone, so that a second run changes no byte unless a result changed.
"""

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from lmcourse.runtime import write_atomic

CELL_TIMEOUT = 300  # seconds; no cell of a lesson comes near it
NOTEBOOK_TIMEOUT = 900
NOBODY = "http://127.0.0.1:9"  # a proxy that refuses: a lesson must run offline

# What may differ from run to run inside a text output, and what stands there instead.
# tests/nbval_sanitize.cfg repeats these for nbval; a test compares the two.
NOISE = (
    (r"[^\s\"'(]*ipykernel_\d+[^\s\"':)]*", "CELL"),
    (r"(?<=\bat )0x[0-9a-fA-F]{6,16}\b", "ADDRESS"),
    (r"\[\d\d:\d\d<[^\]]*\]", "[TIME]"),
)
KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Run:
    """What one execution of a notebook took, and what went wrong, if anything did."""

    notebook: Path
    cells: int
    claims: int
    seconds: float
    peak_mb: float
    error: str = ""


def run_course(notebooks: Iterable[Path], store: bool = False) -> list[Run]:
    """Run notebooks one after the other under one progress bar.

    Parameters
    ----------
    notebooks : iterable of Path
    store : bool
        Write the outputs of those that ran without an error back to their files.

    Returns
    -------
    list of Run
        In the order given. A failing notebook does not stop the next one.
    """
    books = [(Path(path), nbformat.read(path, as_version=4)) for path in notebooks]
    runs = []
    with tqdm(total=sum(_count(book) for _, book in books), unit="cell") as bar:
        for path, book in books:
            bar.set_description(path.stem)
            run = run_notebook(path, book, progress=lambda: bar.update())
            if store and not run.error:
                save(normalize(book), path)
            runs.append(run)
    return runs


def run_notebook(
    path: Path,
    book: NotebookNode,
    progress: Callable[[], object] = lambda: None,
    timeout: float = NOTEBOOK_TIMEOUT,
) -> Run:
    """Execute ``book`` in place, from a clean kernel that works beside ``path``.

    Parameters
    ----------
    path : Path
        Where the notebook lies.
    book : NotebookNode
        Its content; afterwards it holds the new outputs.
    progress : callable
        Called once for each code cell that is done.
    timeout : float
        Seconds for the whole notebook; then its kernel is killed.

    Returns
    -------
    Run
        Seconds include the start of the kernel; the peak is the largest sum of the
        resident memory of the kernel and its children, looked at ten times a second.
    """
    client = NotebookClient(
        book,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        extra_arguments=["--log-level=50"],  # or each start says a word on TCP
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_executed=lambda **_: progress(),
    )
    error, peak = "", [0.0]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="lmcourse-") as cache:
        try:
            asyncio.run(_execute(client, peak, timeout, _environment(cache)))
        except CellExecutionError as failed:
            error = _plain(str(failed)).strip()
        except (DeadKernelError, TimeoutError) as failed:
            error = str(failed) or "it took too long"
    seconds = time.perf_counter() - start
    if error and seconds >= timeout:  # nbclient calls a cancelled kernel dead
        error = f"still running after {timeout:.0f} s"
    return Run(path, _count(book), _claims(book), seconds, peak[0], error)


def normalize(book: NotebookNode) -> NotebookNode:
    """Keep of an executed notebook what its content decides; change it in place.

    Counts run from 1; of the metadata of the notebook only the kernel's name remains
    and what an author added; noise in text (addresses, file names of cells, clocks)
    gives way to a word.
    """
    book.nbformat, book.nbformat_minor = 4, max(5, book.nbformat_minor)
    for volatile in ("widgets", "language_info", "kernelspec", "signature"):
        book.metadata.pop(volatile, None)
    book.metadata.update(kernelspec=dict(KERNEL), language_info=dict(LANGUAGE))
    count = 0
    for cell in book.cells:
        for volatile in ("execution", "ExecuteTime", "collapsed", "scrolled"):
            cell.metadata.pop(volatile, None)
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            _normalize_output(output, count)
    return book


def save(book: NotebookNode, path: Path) -> None:
    """Write a valid notebook; an interrupted write leaves the old file whole."""
    nbformat.validate(book)
    write_atomic(path, (nbformat.writes(book) + "\n").encode())


def table(runs: Iterable[Run]) -> str:
    """Return seconds and peak memory of each notebook as text, the total last."""
    runs = list(runs)
    rows = [("notebook", "cells", "claims", "seconds", "peak MB", "")]
    for run in runs:
        verdict = "FAILED" if run.error else ""
        rows.append((_short(run.notebook), *_figures([run]), verdict))
    rows.append(("all", *_figures(runs), ""))
    wide = max(len(row[0]) for row in rows)
    lines = (
        f"{name:{wide}} {cells:>6} {claims:>7} {seconds:>8} {peak:>8} {verdict}"
        for name, cells, claims, seconds, peak, verdict in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _figures(runs: list[Run]) -> tuple[str, str, str, str]:
    return (
        f"{sum(run.cells for run in runs)}",
        f"{sum(run.claims for run in runs)}",
        f"{sum(run.seconds for run in runs):.1f}",
        f"{max((run.peak_mb for run in runs), default=0):.0f}",
    )


async def _execute(client, peak, timeout, environment) -> None:
    watch = asyncio.create_task(_watch_memory(client, peak))
    try:
        # Around the whole run, because a cell's own limit does not notice a kernel
        # that answers everything but the end of a cell.
        await asyncio.wait_for(client.async_execute(env=environment), timeout)
    finally:
        watch.cancel()


async def _watch_memory(client, peak) -> None:
    while True:
        pid = getattr(getattr(client.km, "provisioner", None), "pid", None)
        if pid:
            peak[0] = max(peak[0], _resident_mb(pid))
        await asyncio.sleep(0.1)


def _resident_mb(pid: int) -> float:
    total = 0
    try:
        kernel = psutil.Process(pid)
        for process in (kernel, *kernel.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.Error:  # gone between two looks
        pass
    return total / 2**20


def _environment(cache: str) -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    proxies = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    return {
        **os.environ,
        **dict.fromkeys(proxies, NOBODY),
        **dict.fromkeys(threads, "1"),
        "LMCOURSE_STATIC": "1",
        "LMCOURSE_CACHE": cache,  # a reader's own rung of the ladder stays out of it
    }


def _normalize_output(output: NotebookNode, count: int) -> None:
    if "execution_count" in output:
        output.execution_count = count
    if output.output_type == "stream":
        output.text = _quiet(output.text)
    elif "data" in output:
        output.data.pop(WIDGET, None)
        for kind, content in output.data.items():
            if isinstance(content, str) and not kind.startswith("image/"):
                output.data[kind] = _quiet(content)


def _quiet(text: str) -> str:
    for pattern, word in NOISE:
        text = re.sub(pattern, word, text)
    return text


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _count(book: NotebookNode) -> int:
    return sum(c.cell_type == "code" and bool(c.source.strip()) for c in book.cells)


def _claims(book: NotebookNode) -> int:
    outputs = [o for c in book.cells if c.cell_type == "code" for o in c.outputs]
    lines = "".join(o.get("text", "") for o in outputs).splitlines()
    return sum(line.startswith("✓") and "PASS" not in line[:7] for line in lines)


def _short(path: Path) -> str:
    return path.stem if path.parent.name != "exercises" else f"exercises/{path.stem}"
