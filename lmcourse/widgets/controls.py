"""``interact``: run a function again whenever a control is moved."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from IPython.display import HTML, display

from lmcourse import runtime


def interact(function: Callable[..., Any], **controls: Any) -> None:
    """Show controls and, below them, what ``function`` returns for their values.

    Parameters
    ----------
    function : callable
        Takes one keyword a control and returns what to display, such as a
        `lmcourse.plots.Picture`, or a tuple of such things.
    **controls : str, bool, tuple or list
        What each keyword may be: a str gives a text box; True or False a check box;
        ``(low, high, step, value)`` a slider; a list a choice, its first entry chosen.

    Raises
    ------
    ValueError
        If a control is none of these.
    """
    first = {name: _first_value(name, control) for name, control in controls.items()}
    if runtime.is_static():
        display(_caption(first))
        _show(function, first)
        return
    import ipywidgets

    boxes = {name: _box(ipywidgets, name, c) for name, c in controls.items()}
    output = ipywidgets.interactive_output(
        lambda **values: _show(function, values), boxes
    )
    display(ipywidgets.VBox([*boxes.values(), output]))


def _show(function: Callable, values: dict[str, Any]) -> None:
    try:
        result = function(**values)
    except ValueError as error:  # a reader may type anything
        result = HTML(f"<p><em>{escape(str(error))}</em></p>")
    if result is not None:
        display(*(result if isinstance(result, tuple) else (result,)))


def _first_value(name: str, control: Any) -> Any:
    if isinstance(control, str | bool):
        return control
    if isinstance(control, tuple) and len(control) == 4:
        low, high, _, value = control
        if low <= value <= high:
            return value
    if isinstance(control, list) and control:
        return control[0]
    raise ValueError(
        f"control {name!r} must be a str, a bool, a list of choices, or a slider "
        f"(low, high, step, value); got {control!r}"
    )


def _box(ipywidgets, name: str, control: Any) -> Any:
    how = {
        "description": _label(name),
        "style": {"description_width": "9em"},
        "layout": ipywidgets.Layout(width="36em", max_width="100%"),
        "continuous_update": False,
    }
    if isinstance(control, bool):
        del how["continuous_update"]
        return ipywidgets.Checkbox(control, **how)
    if isinstance(control, str):
        if len(control) > 30:
            how["layout"].width = "60em"  # a sentence, to be read while it is typed
        return ipywidgets.Text(control, **how)
    if isinstance(control, tuple):
        low, high, step, value = control
        whole = all(isinstance(number, int) for number in control)
        slider = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        return slider(value, min=low, max=high, step=step, **how)
    if all(isinstance(choice, int | float) for choice in control):
        return ipywidgets.SelectionSlider(
            options=sorted(control), value=control[0], **how
        )
    del how["continuous_update"]
    return ipywidgets.Dropdown(options=control, **how)


def _caption(values: dict[str, Any]) -> HTML:
    parts = (f"<b>{_label(n)}</b> {escape(str(v))}" for n, v in values.items())
    return HTML(
        '<p style="border:1px solid #999;border-radius:4px;padding:4px 8px">'
        + " &nbsp; ".join(parts)
        + "<br><small>Controls: they move when you run this cell yourself.</small></p>"
    )


def _label(name: str) -> str:
    return name.replace("_", " ")


def choices(values: Sequence[Any], first: Any) -> list[Any]:
    """Return ``values`` as a choice of which ``first`` is chosen at the start."""
    return [first, *(value for value in values if value != first)]
