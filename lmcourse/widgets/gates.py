"""``gate_explorer``: type a sentence and watch the gates of an LSTM (chapter 8)."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from IPython.display import HTML

from lmcourse import plots, probing, validate
from lmcourse.text import words as split
from lmcourse.vocab import EOS, Vocab
from lmcourse.widgets.controls import choices, interact

GATES = {
    "f": "f, the forget gate",
    "i": "i, the input gate",
    "o": "o, the output gate",
    "g": "g, the candidate",
    "c": "c, the memory cell",
    "h": "h, what is shown",
}
ALL, LISTED = "all, sorted by their mean", "those listed below"
TOP = 4  # units of a list


def gate_explorer(
    model: Any,
    vocab: Vocab,
    text: str = 'once there was a girl . " where is my cat ? " asked the girl . '
    "she looked behind the mill .",
    gate: str = "f",
    unit: int | None = None,
) -> None:
    """Let the reader type a text, and see what each unit of an LSTM does along it.

    Parameters
    ----------
    model : Module
        An ``LSTMLanguageModel``; its last layer is shown.
    vocab : Vocab
        Of the model.
    text : str
        What stands in the text box at first.
    gate : {"f", "i", "o", "g", "c", "h"}
        What is shown at first: forget, input or output gate, candidate, memory cell,
        or what the rest of the network sees.
    unit : int, optional
        Which one is shown at first; all of them if omitted.

    Raises
    ------
    ValueError
        If the model is no LSTM, or there is no such gate or unit.
    """
    validate.one_of("gate", gate, tuple(GATES))
    numbers = range(probing.gate_trace(model, vocab.encode([EOS]))["h"].shape[1])
    if unit is not None:
        validate.one_of("unit", unit, numbers)

    def draw(text: str, gate: str, units: Any) -> tuple:
        tokens = [EOS, *split(text)]
        trace = probing.gate_trace(model, vocab.encode(tokens))
        closing, following = _closing(trace, tokens), _following(trace, tokens)
        values = trace[gate[0]]
        if units == ALL:
            chosen = np.argsort(-values.mean(0), kind="stable").tolist()
        elif units == LISTED:
            chosen = list(dict.fromkeys([*closing, *following]))
            if not chosen:
                raise ValueError("no unit is listed: type a full stop or a quotation")
        else:
            chosen = [units]
        title = f"{gate}: " + (f"unit {units}" if units in numbers else str(units))
        labels = [f"unit {number}" for number in chosen]
        picture = plots.gates_chart(tokens, values[:, chosen], labels, title=title)
        return picture, _told(tokens, vocab, closing, following)

    first = ALL if unit is None else unit
    interact(
        draw,
        text=text,
        gate=choices(list(GATES.values()), GATES[gate]),
        units=choices([ALL, LISTED, *numbers], first),
    )


def _closing(trace: Mapping[str, np.ndarray], tokens: Sequence[str]) -> dict[int, str]:
    """Find the units whose forget gate closes most at a full stop."""
    if "." not in tokens:
        return {}
    gap = probing.difference_at(trace["f"], tokens, ".")
    at = np.array([token == "." for token in tokens])
    means = trace["f"][at].mean(0), trace["f"][~at].mean(0)
    return {
        unit: f"{means[0][unit]:.2f} there, {means[1][unit]:.2f} elsewhere"
        for unit in np.argsort(gap, kind="stable")[:TOP].tolist()
        if gap[unit] < 0
    }


def _following(
    trace: Mapping[str, np.ndarray], tokens: Sequence[str]
) -> dict[int, str]:
    """Find the units whose cell goes most with whether a quotation is open."""
    if not (signal := probing.quoting(tokens)).any():
        return {}
    found = probing.correlation(trace["c"], signal)
    order = np.argsort(-np.abs(found), kind="stable")[:TOP].tolist()
    return {unit: f"correlation {found[unit]:+.2f}" for unit in order}


def _told(
    tokens: Sequence[str],
    vocab: Vocab,
    closing: Mapping[int, str],
    following: Mapping[int, str],
) -> HTML:
    def listed(units: Mapping[int, str]) -> str:
        return "; ".join(f"<b>{unit}</b> ({how})" for unit, how in units.items())

    lines = [
        f"Forget gates that close at a full stop: {listed(closing)}."
        if closing
        else "Type a full stop to see whose forget gate closes there.",
        f"Cells that follow open quotation marks: {listed(following)}."
        if following
        else 'Type a quotation in " marks to see which cells follow it.',
        "In a short text a few of many units fit by chance: change the words, and see "
        "which ones stay.",
    ]
    if unknown := [w for w in dict.fromkeys(tokens) if w not in vocab]:
        told = ", ".join(map(escape, unknown))
        lines.insert(0, f"Not in the vocabulary, and read as &lt;unk&gt;: {told}.")
    return HTML("<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>")
