"""Compare two answers of any kind and say where they differ.

Numbers are the same within `TOLERANCE`; a list is as good as a tuple or an array of the
same numbers; everything else must be what it should be.
"""

import math
import sys
from collections.abc import Mapping, Sequence, Set
from numbers import Integral, Real
from typing import Any

import numpy as np

TOLERANCE = 1e-9  # probes are float64: rounding is near 1e-16, mistakes far above 1e-9
SHORT = 160  # characters of an example that a hint may show


def kind_of(value: Any) -> str:
    """Name the kind of a value: "float", "list", "array"... or "other"."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return "Tensor"
    if isinstance(value, np.ndarray):
        return "array" if value.ndim else kind_of(value.item())
    for kind, types in (
        ("bool", bool | np.bool_),
        ("int", Integral),
        ("float", Real),
        ("str", str),
        ("dict", Mapping),
        ("set", Set),
        ("list", list | tuple),
        ("None", type(None)),
    ):
        if isinstance(value, types):
            return kind
    return "other"


_SAID = {
    "Tensor": "a Tensor",
    "array": "a NumPy array",
    "bool": "True or False",
    "int": "a whole number (int)",
    "float": "a number (float)",
    "str": "a str",
    "dict": "a dict",
    "set": "a set",
    "list": "a list",
    "None": "None",
}


def difference(got: Any, right: Any, name: str) -> str:
    """Say how ``got`` differs from ``right``, or "" if it does not."""
    kind, mine = kind_of(right), kind_of(got)
    if kind == "other":
        same = isinstance(got, type(right)) and unchanged(got, right)
        return "" if same else f"{name} should be {shown(right)}, not {shown(got)}"
    if kind == "list" and mine == "array":
        got, mine = got.tolist(), "list"  # an array of the right numbers is as good
    if kind == "float" and mine == "int":
        mine = "float"
    if kind != mine:  # 3.0 is shown as 3, which would say nothing here
        what = f"the float {float(got)}" if mine == "float" else shown(got)
        return f"{name} should be {_SAID[kind]}, but it is {what}"
    if kind in ("array", "Tensor"):
        return _array_difference(got, right, name)
    if kind == "float":
        return _number_difference(float(got), float(right), name)
    if kind == "list":
        return _list_difference(got, right, name)
    if kind == "dict":
        return _dict_difference(got, right, name)
    if kind == "set":
        return _set_difference(set(got), set(right), name)
    same = got == right
    return "" if same else f"{name} should be {shown(right)}, not {shown(got)}"


def _number_difference(got: float, right: float, name: str) -> str:
    if math.isnan(got) and not math.isnan(right):
        return f"{name} is nan"
    if got == right or (math.isnan(got) and math.isnan(right)):
        return ""
    if math.isclose(got, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        return ""
    digits = 6 if f"{right:.6g}" != f"{got:.6g}" else 15
    return f"{name} should be {right:.{digits}g}, not {got:.{digits}g}"


def _list_difference(got: Sequence, right: Sequence, name: str) -> str:
    for position, (a, b) in enumerate(zip(got, right, strict=False)):
        if found := difference(a, b, f"{name}[{position}]"):
            alike = shown(right) == shown(got)  # as with 3 and 3.0
            whole = f"{name} should be {shown(right)}, not {shown(got)}"
            return found if alike or len(whole) > SHORT else whole
    if len(got) != len(right):
        whole = f" ({shown(right)}, not {shown(got)})" if len(right) < 8 else ""
        return f"{name} should have {len(right)} items, not {len(got)}{whole}"
    return ""


def _dict_difference(got: Mapping, right: Mapping, name: str) -> str:
    if found := _set_difference(set(got), set(right), f"the keys of {name}"):
        return found
    for key in right:
        if found := difference(got[key], right[key], f"{name}[{key!r}]"):
            return found
    return ""


def _set_difference(got: set, right: set, name: str) -> str:
    if missing := right - got:
        return f"{name} should contain {shown(min(missing, key=repr))}"
    if extra := got - right:
        return f"{name} should not contain {shown(min(extra, key=repr))}"
    return ""


def _array_difference(got: Any, right: Any, name: str) -> str:
    if tuple(got.shape) != tuple(right.shape):
        shapes = tuple(right.shape), tuple(got.shape)
        return f"{name} should have the shape {shapes[0]}, not {shapes[1]}"
    if got.dtype != right.dtype and not (
        isinstance(got, np.ndarray) and got.dtype.kind == right.dtype.kind
    ):
        return f"{name} should be of {right.dtype}, not {got.dtype}"
    if hasattr(got, "detach"):
        got, right = got.detach().cpu().numpy(), right.detach().cpu().numpy()
    if right.dtype.kind not in "fc":
        same = np.array_equal(got, right)
    else:
        if np.isnan(got).any() and not np.isnan(right).any():
            return f"{name} contains nan"
        same = np.allclose(got, right, TOLERANCE, TOLERANCE, equal_nan=True)
    if same:
        return ""
    whole = f"{name} should be {shown(right)}, not {shown(got)}"
    return whole if len(whole) <= SHORT else f"the numbers in {name} differ"


def unchanged(value: Any, fresh: Any) -> bool:
    """Tell whether a value still equals a fresh copy, as far as that can be told."""
    if kind_of(fresh) != "other":
        return difference(value, fresh, "") == ""
    if type(value).__eq__ is object.__eq__ or isinstance(fresh, np.random.Generator):
        return True  # a model or a generator: there is nothing to compare
    return bool(value == fresh)


def shown(value: Any) -> str:
    """Write a value so that a hint can quote it: short, on one line, no addresses."""
    if isinstance(value, float) and not isinstance(value, bool):
        return f"{value:.6g}"
    if isinstance(value, list | tuple) and len(value) <= 12:
        inside = ", ".join(map(shown, value))
        if isinstance(value, tuple):
            return f"({inside}{',' * (len(value) == 1)})"
        return f"[{inside}]"
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__
    text = " ".join(line.strip() for line in repr(value).splitlines())
    if " at 0x" in text:  # an address says nothing, and differs in each run
        return type(value).__name__
    return text if len(text) <= SHORT else text[: SHORT - 3] + "..."
