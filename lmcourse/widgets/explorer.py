"""``next_word_explorer``: type a context and see what a model expects next."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lmcourse import plots, sampling, text
from lmcourse.widgets.controls import choices, interact


def next_word_explorer(
    models: Any,
    storyteller: Callable[[list[str]], Mapping[str, float]] | None = None,
    *,
    context: str = "",
    order: Any = None,
    temperature: float = 1.0,
    top_k: int = 0,
    words: int = 12,
    name: str = "model",
    split: Callable[[str], list[str]] = text.words,
) -> None:
    """Let the reader type a context, choose a model, and reshape what it expects.

    Parameters
    ----------
    models : model, or mapping of order to model
        Each has ``words`` and ``next_probs(context)``, an array in the order of
        ``words``. With several, a slider chooses among them.
    storyteller : callable, optional
        Maps a list of tokens to the exact distribution of the next one, which is drawn
        beside the model's; a ValueError means that no story goes on like this.
    context : str
        What stands in the text box at first.
    order : optional
        The key of ``models`` chosen at first; the last one if omitted.
    temperature, top_k : float, int
        Where the sliders stand at first; 0 means that no word is dropped.
    words : int
        How many words the chart shows of each.
    name : str
        Of the models, for the legend.
    split : callable
        Turns the text box into tokens.
    """
    several = isinstance(models, Mapping)
    if several and not models:
        raise ValueError("models is empty: give at least one fitted model")
    known = dict(models) if several else {None: models}
    order = list(known)[-1] if order is None else order
    if order not in known:
        raise ValueError(f"order must be one of {list(known)}, got {order!r}")

    def draw(context: str, temperature: float, top_k: int, order: Any = order):
        tokens = split(context)
        label = name if order is None else f"{name}, order {order}"
        found = {label: _expected(known[order], tokens, temperature, top_k)}
        title = f"after “{_ending(tokens)}”"
        if storyteller is not None:
            try:
                found["the storyteller"] = dict(storyteller(tokens))
            except ValueError:
                title += ", which the storyteller never says"
        return plots.next_word_chart(found, words=words, title=title)

    controls: dict[str, Any] = {"context": context}
    if len(known) > 1:
        controls["order"] = choices(list(known), order)
    controls["temperature"] = (0.1, 3.0, 0.1, float(temperature))
    controls["top_k"] = (0, 50, 1, top_k)
    interact(draw, **controls)


def _expected(
    model: Any, tokens: Sequence[str], temperature: float, top_k: int
) -> dict[str, float]:
    probs = sampling.reshape(
        model.next_probs(list(tokens)), temperature, top_k=top_k or None
    )
    return dict(zip(model.words, probs.tolist(), strict=True))


def _ending(tokens: Sequence[str], most: int = 8) -> str:
    shown = " ".join(tokens[-most:]) or "the beginning"
    return f"… {shown}" if len(tokens) > most else shown
