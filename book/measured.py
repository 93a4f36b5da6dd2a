"""Write the book's page of results from the stored runs; nobody types a number.

The ladder and the tables on real text are read from ``results/*.json``, which
``lmcourse reproduce`` wrote, with everything that is needed to run them again.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lmcourse.ladder import Ladder, rungs

ROOT = Path(__file__).resolve().parent.parent

INTRODUCTION = """# Results

Every figure on this page was printed by a run and stored with the command, the commit
of the code, the machine, the seconds and the seed. To get one yourself, run the command
below its table.

"""

LADDER = """## The ladder

All models of the course on Littletown's test text, in bits per character: how many
yes-or-no questions a model needs, on average, to name the next character. Unknown words
are paid for by spelling them. No model can come below the floor, the storyteller's own
figure.

"""

REAL = """## Real text

The same code on the field's own benchmarks, beside what was published.

"""

HEADINGS = {
    "model": "model",
    "chapter": "chapter",
    "bits_per_char": "bits per character",
    "above_floor": "above the floor",
    "bits_per_word": "bits per word",
    "perplexity": "perplexity",
    "seconds": "CPU seconds",
    "parameters": "parameters",
}


def records(folder: Path = ROOT / "results") -> list[dict[str, Any]]:
    """Read every stored result, in the order of the names."""
    return [json.loads(p.read_text("utf-8")) for p in sorted(folder.glob("*.json"))]


def pages() -> dict[Path, bytes]:
    """Return the page of results and its pictures."""
    stored = records()
    ladder = [record for record in stored if record.get("ladder")]
    others = [record for record in stored if not record.get("ladder")]
    text, pictures = INTRODUCTION, {}
    if ladder:
        text += LADDER
        picture = ladder_picture()
        pictures[Path("ladder.png")] = picture.png
        text += (
            f"```{{image}} ladder.png\n:alt: {picture.alt}\n:class: on-white\n```\n\n"
        )
        text += ladder_table() + "\n\n" + "".join(map(provenance, ladder))
    if others:
        text += REAL
    for record in others:
        text += f"### {record['name']}: {record['about']}\n\n"
        rows = [{"source": "this course", **row} for row in record["rows"]]
        text += markdown(rows + record["published"]) + "\n\n" + provenance(record)
    if not stored:
        text += "Nothing has been measured yet.\n"
    return {Path("results.md"): text.encode(), **pictures}


def ladder_table(columns: Iterable[str] = tuple(HEADINGS)) -> str:
    """Return the course's own rungs as a Markdown table, the reader's left out."""
    rows = [
        {HEADINGS[key]: row[key] for key in columns} for row in Ladder(rungs()).rows()
    ]
    return markdown(rows)


def provenance(record: Mapping[str, Any]) -> str:
    """Say where a table comes from: command, commit, seed, seconds, machine."""
    code = f"commit `{record['commit'][:10]}`" if record["commit"] else "a release"
    if record.get("dirty"):
        code += " with changes that were not committed"
    machine = record["machine"]
    place = ", ".join(
        str(machine[key])
        for key in ("processor", "architecture", "system")
        if machine.get(key)
    )
    if machine.get("cores"):
        place += f", {machine['cores']} cores"
    if machine.get("python"):
        place += f", Python {machine['python']}"
    return (
        ":::{div} provenance\n"
        f"`{record['command']}` at {code}, seed {record['seed']}, "
        f"{record['seconds']:.0f} seconds on {place}.\n:::\n\n"
    )


def markdown(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as a Markdown table; numbers to the right, the source last."""
    rows = list(rows)
    keys = list(dict.fromkeys(key for row in rows for key in row))
    keys = [*(key for key in keys if key != "source")] + ["source"] * ("source" in keys)
    numeric = {
        key: all(not isinstance(row.get(key), str) for row in rows) for key in keys
    }
    lines = [
        [key.replace("_", " ") for key in keys],
        ["---:" if numeric[key] else "---" for key in keys],
        *([show(row.get(key), key) for key in keys] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def show(value: Any, column: str = "") -> str:
    """Return a cell: three decimals, thousands with commas, nothing for None."""
    if value is None:
        return ""
    if "seconds" in column:
        return f"{value:.1f}"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,d}" if value > 9999 else str(value)
    return str(value).replace("|", "\\|")


def ladder_picture():
    """Return the chart of the ladder: its PNG and its alternative text."""
    from lmcourse.plots import ladder_chart

    return ladder_chart(Ladder(rungs()))
