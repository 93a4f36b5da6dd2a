"""Register, run and store experiments, and read back what was stored."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from lmcourse import runtime, validate


@dataclass(frozen=True)
class Experiment:
    """What can be reproduced: a name, what it needs, and the function that runs it."""

    name: str
    function: Callable[[], Iterable[Mapping[str, Any]]]
    about: str
    needs: tuple[str, ...]
    published: tuple[Mapping[str, Any], ...]
    seed: int
    ladder: bool


_EXPERIMENTS: dict[str, Experiment] = {}


def experiment(
    name: str,
    needs: Iterable[str] = (),
    about: str = "",
    published: Iterable[Mapping[str, Any]] = (),
    seed: int = 0,
    ladder: bool = False,
) -> Callable:
    """Register the function below as an experiment.

    Parameters
    ----------
    name : str
        Of the experiment, and of its file in ``results/``.
    needs : iterable of str
        Datasets of the catalogue, without which it does not start.
    about : str
        One line: what is measured.
    published : iterable of mapping
        Rows from the literature; each one has a ``source``.
    seed : int
        Set before the function runs.
    ladder : bool
        Whether the rows are rungs of the ladder (see `lmcourse.ladder.Rung`).

    Returns
    -------
    callable
        A decorator. The function takes nothing and returns or yields rows: dicts of
        str, numbers and None, all with the same keys.

    Raises
    ------
    ValueError
        If the name is taken, or a published row names no source.
    """
    published = tuple(published)
    if name in _EXPERIMENTS:
        raise ValueError(f"there is an experiment {name!r} already")
    for row in published:
        if not row.get("source"):
            raise ValueError(f"published rows of {name!r} need a source, got {row}")

    def register(function: Callable) -> Callable:
        _EXPERIMENTS[name] = Experiment(
            name, function, about, tuple(needs), published, seed, ladder
        )
        return function

    return register


def names() -> list[str]:
    """Return the names of all experiments."""
    return sorted(_EXPERIMENTS)


def info(name: str) -> Experiment:
    """Return the experiment of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists those there are.
    """
    return _EXPERIMENTS[validate.one_of("experiment", name, names())]


@dataclass(frozen=True, repr=False)
class Result:
    """A stored result: what was measured, beside what was published."""

    record: Mapping[str, Any]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What this machine measured, the published rows not among them."""
        return self.record["rows"]

    @property
    def published(self) -> list[dict[str, Any]]:
        """Rows from the literature, each with its source."""
        return self.record["published"]

    def row(self, **wanted: Any) -> dict[str, Any]:
        """Return the one measured row that has these values, as in ``row(order=5)``.

        Raises
        ------
        ValueError
            If none fits, or several do.
        """
        found = [r for r in self.rows if wanted.items() <= r.items()]
        if len(found) != 1:
            raise ValueError(f"{len(found)} rows of {self.record['name']} fit {wanted}")
        return found[0]

    def only(self, *keys: str) -> "Result":
        """Return the same with some of its columns, in this order, to be shown.

        Sources are cut down to who and when, as in Bengio et al. (2003).

        Raises
        ------
        ValueError
            If no row has such a column.
        """
        known = list(dict.fromkeys(key for row in self.rows for key in row))
        for key in keys:
            validate.one_of("key", key, known)
        rows, published = (
            [{key: row[key] for key in keys if key in row} for row in some]
            for some in (self.rows, self.published)
        )
        for row, whole in zip(published, self.published, strict=True):
            short = re.match(r".*?\(\d{4}\)", whole["source"])
            row["source"] = short[0] if short else whole["source"]
        return Result({**self.record, "rows": rows, "published": published})

    def table(self) -> str:
        """Return measured and published rows as text, and how they came about."""
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
            for line in cells
        ]
        return "\n".join([*lines, "", self.provenance()])

    def provenance(self) -> str:
        """Say in one sentence where the figures come from."""
        record = self.record
        code = f"commit {record['commit'][:10]}" if record["commit"] else "a release"
        if record["dirty"]:
            code += " with uncommitted changes"
        return (
            f"Measured by `{record['command']}` at {code}, seed {record['seed']}, in "
            f"{record['seconds']:.0f} s on {record['machine']['processor']}."
        )

    def _cells(self) -> list[list[str]]:
        rows = list(self.rows)
        if self.published:  # else all are ours, and the column would only say so
            rows = [{"source": "this course", **row} for row in rows] + self.published
        keys = list(dict.fromkeys(key for row in rows for key in row))
        keys.sort(key=lambda key: key == "source")  # to the end; the rest stay in order
        cells = [[_cell(row.get(key)) for key in keys] for row in rows]
        return [[key.replace("_", " ") for key in keys], *cells]

    __str__ = __repr__ = table

    def _repr_html_(self) -> str:
        def line(cells, tag):
            inside = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
            return f"<tr>{inside}</tr>"

        head, *body = self._cells()
        lines = "".join(line(cells, "td") for cells in body)
        return (
            f"<table><thead>{line(head, 'th')}</thead><tbody>{lines}</tbody></table>"
            f"<p><small>{escape(self.provenance())}</small></p>"
        )


def run(name: str, folder: Path | None = None) -> Result:
    """Run an experiment and store its result.

    Parameters
    ----------
    name : str
    folder : Path, optional
        Where to write ``NAME.json``; ``runtime.results_folder()`` if omitted.

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        If there is no such experiment, its rows cannot be stored, or its data is not
        what the catalogue describes.
    OSError
        If its data is not here and cannot be had; the message says how to get it.
    """
    chosen = info(name)
    if chosen.needs:
        from lmcourse import datasets

        for dataset in chosen.needs:
            datasets.get(dataset)
    commit = _git("rev-parse", "HEAD")  # now: there may be another after a long run
    runtime.seed_everything(chosen.seed)
    with runtime.stopwatch() as watch:
        rows = [_plain(name, row) for row in chosen.function()]
    record = {
        "name": name,
        "about": chosen.about,
        "command": f"lmcourse reproduce {name}",
        "commit": commit,
        "dirty": _dirty(),
        "machine": runtime.machine(),
        "seconds": _rounded(watch.seconds),
        "cpu_seconds": _rounded(watch.cpu_seconds),
        "seed": chosen.seed,
        "ladder": chosen.ladder,
        "rows": rows,
        "published": [dict(row) for row in chosen.published],
    }
    folder = runtime.results_folder() if folder is None else Path(folder)
    runtime.write_atomic(folder / f"{name}.json", _layout(record).encode())
    return Result(record)


def stored(name: str, folder: Path | None = None) -> Result:
    """Read a result that was stored earlier.

    Raises
    ------
    ValueError
        If it was never stored; the message names the command that makes it.
    """
    folder = runtime.results_folder() if folder is None else Path(folder)
    path = folder / f"{name}.json"
    if not path.is_file():
        known = sorted(p.stem for p in folder.glob("*.json"))
        raise ValueError(
            f"no stored result {name!r} (there is {', '.join(known) or 'none yet'}); "
            f"make it with: lmcourse reproduce {name}"
        )
    return Result(json.loads(path.read_text(encoding="utf-8")))


def _plain(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn NumPy numbers into Python's, and refuse what JSON cannot keep."""
    plain = {}
    for key, value in row.items():
        value = value.item() if hasattr(value, "item") else value
        if isinstance(value, float):
            value = _rounded(validate.number(f"{name}: {key}", value))
        if not isinstance(value, str | int | float | None):
            kind = type(value).__name__
            raise ValueError(f"{name}: {key} must be text or a number, got {kind}")
        plain[key] = value
    return plain


def _rounded(value: float) -> float:
    return float(f"{value:.7g}")  # the eighth digit differs between processors


def _layout(record: Mapping[str, Any]) -> str:
    """Write JSON with one line a row, so that a change shows as one line."""

    def dump(value):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    parts = []
    for key, value in record.items():
        if isinstance(value, list) and value:
            inside = ",\n".join(f"  {dump(item)}" for item in value)
            parts.append(f" {dump(key)}: [\n{inside}\n ]")
        else:
            parts.append(f" {dump(key)}: {dump(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _git(*arguments: str) -> str | None:
    """Ask git about the checkout; None if there is no checkout, or no git."""
    checkout = runtime._PACKAGE.parent
    if not (checkout / "pyproject.toml").is_file():
        return None
    command = ["git", *arguments]
    try:
        done = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _dirty() -> bool:
    """Tell whether the code that is loaded now was changed since its commit."""
    loaded = (m for name, m in sys.modules.items() if name.startswith("lmcourse"))
    files = [file for m in loaded if (file := getattr(m, "__file__", None))]
    return bool(_git("status", "--porcelain", "--", *files, str(runtime.data_folder())))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,d}" if isinstance(value, int) and value > 9999 else str(value)
