"""The ladder: every model of the course on one scale, above one floor.

A rung says how many bits per character a model needs for Littletown's test text, and
what it costs. The course's own rungs come from ``results/``, where the command
``lmcourse reproduce`` wrote them; the reader's own (a score in the guessing game, a
model of one's own) is kept in the reader's cache folder. Used by every chapter.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from html import escape
from pathlib import Path
from typing import Any

from lmcourse import metrics, runtime, validate

FLOOR = "the storyteller (floor)"


@dataclass(frozen=True)
class Rung:
    """One model: how many bits it needs for the test text, and at what cost.

    Parameters
    ----------
    model : str
        Its name on the ladder; a new rung replaces the old one of the same name.
    chapter : str
        Where it is taught, such as "02"; "you" for the reader's own.
    bits_per_char : float
        On the whole test text of Littletown, story ends included.
    bits_per_word, perplexity : float, optional
        Per token, story ends included; perplexity is ``2 ** bits_per_word``.
    seconds : float, optional
        Of the processor, for training.
    parameters : int, optional
        Numbers the model keeps.
    low, high : float, optional
        Bounds of ``bits_per_char`` where it is not known exactly.
    note : str
        A few words, such as what the figure was measured on.
    spread : float, optional
        Where ``bits_per_char`` is the mean over several seeds: the largest distance of
        one of them from it.
    """

    model: str
    chapter: str
    bits_per_char: float
    bits_per_word: float | None = None
    perplexity: float | None = None
    seconds: float | None = None
    parameters: int | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    spread: float | None = None

    def __post_init__(self):
        if not validate.text("model", self.model).strip():
            raise ValueError("model must be a name, got an empty str")
        validate.text("chapter", self.chapter)
        validate.number("bits_per_char", self.bits_per_char, at_least=0)
        if self.parameters is not None:
            validate.positive_int("parameters", self.parameters, minimum=0)
        optional = "bits_per_word", "perplexity", "seconds", "low", "high", "spread"
        for name in optional:
            if (value := getattr(self, name)) is not None:
                validate.number(name, value, at_least=0)


def measured(
    model: str,
    chapter: str,
    total_bits: float,
    stories: Sequence[Sequence[str]],
    seconds: float | None = None,
    parameters: int | None = None,
) -> Rung:
    """Make a rung from what a model paid for all of a text.

    Parameters
    ----------
    model, chapter : str
    total_bits : float
        For all tokens and all ends of stories, unknown words spelled out.
    stories : list of list of str
        The text, with the words as they were written.
    seconds, parameters
        As in `Rung`.

    Returns
    -------
    Rung
        Per character of the text, and per token with the ends counted.
    """
    bits = total_bits / sum(len(story) + 1 for story in stories)
    return Rung(
        model,
        chapter,
        bits_per_char=metrics.bits_per_char(total_bits, stories),
        bits_per_word=bits,
        perplexity=2**bits,
        seconds=seconds,
        parameters=parameters,
    )


def rungs(folder: Path | None = None) -> list[Rung]:
    """Read the course's own rungs.

    Parameters
    ----------
    folder : Path, optional
        Of result files; ``runtime.results_folder()`` if omitted.

    Returns
    -------
    list of Rung
        From every ``*.json`` there that is marked as part of the ladder.
    """
    folder = runtime.results_folder() if folder is None else Path(folder)
    found = []
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record.get("ladder"):
            found += [_rung(row) for row in record["rows"]]
    return found


class Ladder:
    """All rungs, the highest bits first and the floor last.

    Parameters
    ----------
    rungs : iterable of Rung, optional
        The course's own and the reader's own if omitted.

    Examples
    --------
    >>> ladder = Ladder([Rung("trigram", "02", 1.2), Rung(FLOOR, "00", 0.5)])
    >>> ladder.add(Rung("unigram", "02", 2.1))
    >>> [rung.model for rung in ladder]
    ['unigram', 'trigram', 'the storyteller (floor)']
    """

    def __init__(self, rungs: Iterable[Rung] | None = None):
        self._rungs: dict[str, Rung] = {}
        for rung in _all_rungs() if rungs is None else rungs:
            self._put(rung)

    def _put(self, rung: Rung) -> None:
        if not isinstance(rung, Rung):
            raise ValueError(f"a ladder is made of Rung, got {type(rung).__name__}")
        self._rungs[rung.model] = rung

    def __iter__(self):
        return iter(sorted(self._rungs.values(), key=lambda r: -r.bits_per_char))

    def __len__(self) -> int:
        return len(self._rungs)

    def __getitem__(self, model: str) -> Rung:
        if model not in self._rungs:
            listed = ", ".join(self._rungs) or "nothing yet"
            raise KeyError(f"no {model!r} on the ladder; it has {listed}")
        return self._rungs[model]

    def add(self, rung: Rung, *, keep: bool = False) -> None:
        """Put a rung on the ladder, in place of an older one of the same name.

        Parameters
        ----------
        rung : Rung
        keep : bool
            Also remember it as the reader's own, for the next chapters.

        Raises
        ------
        ValueError
            If it would be kept in place of the floor.
        """
        if keep and rung.model == FLOOR:
            raise ValueError(f"{FLOOR!r} is no reader's own: choose another name")
        self._put(rung)
        if keep:
            mine = {r.model: r for r in own_rungs()} | {rung.model: rung}
            content = json.dumps([asdict(r) for r in mine.values()], indent=1)
            runtime.write_atomic(_own_path(), content.encode())

    def up_to(self, chapter: str) -> "Ladder":
        """Return the ladder as it stands after a chapter, the reader's own rungs kept.

        Parameters
        ----------
        chapter : str
            Two digits, such as "06".

        Returns
        -------
        Ladder
        """
        if not re.fullmatch(r"\d\d", validate.text("chapter", chapter)):
            raise ValueError(f'chapter must be two digits like "06", got {chapter!r}')
        return Ladder(r for r in self if r.chapter == "you" or r.chapter <= chapter)

    @property
    def floor(self) -> Rung | None:
        """The storyteller's own figure, below which no model can come."""
        return self._rungs.get(FLOOR)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dict a rung, with ``above_floor`` in bits per character."""
        floor = self.floor
        return [
            asdict(rung)
            | {"above_floor": floor and rung.bits_per_char - floor.bits_per_char}
            for rung in self
        ]

    def table(self) -> str:
        """Return the ladder as text, one line a rung."""
        cells = [_HEADINGS] + [_cells(row) for row in self.rows()]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if i < 2 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in cells
        )

    __str__ = __repr__ = table

    def _repr_html_(self) -> str:
        def line(cells, tag):
            inside = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
            return f"<tr>{inside}</tr>"

        body = "".join(line(_cells(row), "td") for row in self.rows())
        head = f"<thead>{line(_HEADINGS, 'th')}</thead>"
        return f"<table>{head}<tbody>{body}</tbody></table>"


def own_rungs() -> list[Rung]:
    """Read the reader's own rungs; a damaged file counts as none."""
    try:
        return [_rung(row) for row in json.loads(_own_path().read_text("utf-8"))]
    except (OSError, ValueError, TypeError, AttributeError):
        return []


_HEADINGS = (
    "model",
    "chapter",
    "bits/char",
    "above floor",
    "bits/word",
    "perplexity",
    "CPU seconds",
    "parameters",
)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    def number(value, form):
        return "" if value is None else format(value, form)

    bits = number(row["bits_per_char"], ".3f")
    if row["spread"] is not None:
        bits += f" ± {row['spread']:.3f}"
    if row["low"] is not None and row["high"] is not None:
        bits = f"{row['low']:.2f} to {row['high']:.2f}"
    return (
        row["model"],
        row["chapter"],
        bits,
        number(row["above_floor"], "+.3f"),
        number(row["bits_per_word"], ".3f"),
        number(row["perplexity"], ",.2f"),
        number(row["seconds"], ".1f"),
        number(row["parameters"], ",d"),
    )


def _rung(row: Mapping[str, Any]) -> Rung:
    known = {field.name for field in fields(Rung)}
    return Rung(**{key: value for key, value in row.items() if key in known})


def _all_rungs() -> list[Rung]:
    return rungs() + own_rungs()


def _own_path() -> Path:
    return runtime.cache_folder() / "my_rungs.json"
