"""Write the book's page of results from the stored runs; nobody types a number.

The ladder and the tables on real text are read from ``results/*.json``, which
``lmcourse reproduce`` wrote, with everything that is needed to run them again.
"""

import json
from collections.abc import Iterable, Mapping
from html import escape
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

The same code on text that others chose, beside what was published.

"""

LONG = 24  # rows; a longer table is folded away
HEADINGS = {
    "model": "model",
    "chapter": "chapter",
    "bits_per_char": "bits/char",
    "above_floor": "above floor",
    "bits_per_word": "bits/word",
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
        text += html(ladder_rows()) + "\n\n" + "".join(map(provenance, ladder))
    if others:
        text += REAL
    for record in others:
        about = record["about"] or record["name"]
        text += f"### {about[:1].upper() + about[1:]}\n\n"
        text += html(beside_published(record)) + "\n\n" + provenance(record)
    if not stored:
        text += "Nothing has been measured yet.\n"
    return {Path("results.md"): text.encode(), **pictures}


def beside_published(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a result, then those of the literature with their source."""
    if not record["published"]:
        return record["rows"]
    ours = [{"source": "this course", **row} for row in record["rows"]]
    return ours + record["published"]


def ladder_rows(columns: Iterable[str] = tuple(HEADINGS)) -> list[dict[str, Any]]:
    """Return the course's own rungs under their headings, the reader's left out."""
    rows = Ladder(rungs()).rows()
    return [{HEADINGS[key]: row[key] for key in columns} for row in rows]


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
        f"{record['seconds']:.1f} seconds on {place}.\n:::\n\n"
    )


def markdown(rows: list[dict[str, Any]]) -> str:
    """Return rows as a Markdown table, numbers to the right."""
    head, *body = cells(rows)
    rule = ["---:" if number else "---" for number in numeric(rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *body])


def html(rows: list[dict[str, Any]]) -> str:
    """Return rows as an HTML table, which keeps every character as it is.

    A long one is folded away.
    """
    right = ["text-end" if number else "text-start" for number in numeric(rows)]

    def line(values: list[str], tag: str) -> str:
        inside = "".join(
            f'<{tag} class="{side}">{escape(value)}</{tag}>'
            for value, side in zip(values, right, strict=True)
        )
        return f"<tr>{inside}</tr>\n"

    head, *body = cells(rows)
    lines = "".join(line(values, "td") for values in body)
    table = (
        '<div class="pst-scrollable-table-container"><table class="table">\n'
        f"<thead>{line(head, 'th')}</thead>\n<tbody>{lines}</tbody></table></div>"
    )
    if len(rows) > LONG:
        summary = f"<summary>The table has {len(rows)} rows: show them</summary>"
        table = f"<details>{summary}\n{table}</details>"
    return table


def cells(rows: list[dict[str, Any]]) -> list[list[str]]:
    """Return headings and rows as text; a row without a key leaves its cell empty."""
    keys = _keys(rows)
    head = [key.replace("_", " ") for key in keys]
    return [head, *([show(row.get(key), key) for key in keys] for row in rows)]


def numeric(rows: list[dict[str, Any]]) -> list[bool]:
    """Tell for each column whether it holds numbers."""
    return [not any(isinstance(r.get(k), str) for r in rows) for k in _keys(rows)]


def _keys(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


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
    return str(value)


def ladder_picture():
    """Return the chart of the ladder: its PNG and its alternative text."""
    from lmcourse.plots import ladder_chart

    return ladder_chart(Ladder(rungs()))
