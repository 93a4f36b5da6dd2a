"""Compare a student's function with the reference and say what looks wrong.

Both run on the same probes: several, and made afresh for every call, so that neither
luck nor a changed argument can help. If the answers differ, every known mistake is
tried: the one that answers exactly as the student does, on all probes, is the
diagnosis. If none does, the smallest example that goes wrong is shown.

Nothing here knows a chapter, and torch is used only where it is loaded already. A loop
without an end is not stopped: that is what the notebook's interrupt button is for.
"""

import inspect
import io
import linecache
import math
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import redirect_stdout
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

TOLERANCE = 1e-9  # probes are float64: rounding is near 1e-16, mistakes far above 1e-9
_SHORT = 160  # characters of an example that a hint may show

Probes = Callable[[np.random.Generator], Sequence[tuple]]


@dataclass(frozen=True, repr=False)
class CheckResult:
    """The verdict on one exercise: ``print`` it, or ``require()`` it to grade."""

    exercise: str
    hint: str = ""

    @property
    def passed(self) -> bool:
        """Whether there is nothing left to hint at."""
        return not self.hint

    def __str__(self) -> str:
        verdict = "✓ PASS" if self.passed else "✗ FAIL"
        return f"{verdict}  {self.exercise}  {self.hint}".strip()

    __repr__ = __str__  # so that a cell which ends in a check shows the verdict

    def require(self) -> None:
        """Raise AssertionError with the hint unless the check passed."""
        if not self.passed:
            raise AssertionError(str(self))


@dataclass(frozen=True)
class _Outcome:
    """What one call came to: a value or an error, what it printed and changed."""

    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    changed: bool = False


def diagnose(
    exercise: str,
    student: Callable,
    reference: Callable,
    probes: Probes,
    mistakes: Mapping[str, Callable],
    *,
    outputs: tuple[str, ...] = (),
    seed: int = 0,
) -> CheckResult:
    """Run one exercise and explain the first thing that is wrong.

    Parameters
    ----------
    exercise : str
        Name of the function, as the student sees it.
    student, reference : callable
        Same signature. Answers may be float, int, str, bool, None, list, tuple, dict,
        set, NumPy array or Tensor, nested at will. Where the reference raises, the
        student must raise the same kind of error.
    probes : callable
        Takes a random generator and returns several tuples of arguments, the simplest
        first: hints show the first one that goes wrong.
    mistakes : mapping of str to callable
        Hint -> the function a student with that mistake has written.
    outputs : tuple of str, optional
        Names of the parts, where the answer is a tuple: ``("h", "c")``.
    seed : int
        For other numbers in the probes, as in a hidden test.

    Returns
    -------
    CheckResult
        Never raises at a student: an error or ``exit()`` inside ``student`` is a hint
        too. Only the keyboard's interrupt goes through.
    """
    if not callable(student):
        return CheckResult(
            exercise,
            f"Hand over the function itself, {exercise}, without calling it; got "
            f"{_shown(student)}.",
        )
    try:
        return CheckResult(
            exercise,
            _hint(exercise, student, reference, probes, mistakes, outputs, seed),
        )
    except Exception as error:  # an answer so odd that comparing it fails
        kind = type(error).__name__
        return CheckResult(exercise, f"The answer cannot be read: {kind}: {error}")


def prove(
    check: Callable[..., CheckResult],
    mistakes: Mapping[str, Callable],
    honest: Sequence[Callable],
    *,
    at_least: int = 8,
    seeds: Sequence[int] = (0, 1, 2, 3),
) -> None:
    """Assert that a check deserves trust: for the tests, and for your own exercises.

    Every known mistake must be rejected under its own hint, every honest way of
    writing it must pass, and the stub must fail, each with several seeds.

    Parameters
    ----------
    check : callable
        ``check(student, seed=...)``.
    mistakes : mapping of str to callable
        The known mistakes, at least ``at_least`` of them.
    honest : sequence of callable
        The reference and at least two other ways to write it.
    at_least : int
        How many mistakes are expected to be known.
    seeds : sequence of int

    Raises
    ------
    AssertionError
        Listing everything that is not as it should be.
    """
    wrong = []
    if len(mistakes) < at_least:
        wrong.append(f"only {len(mistakes)} mistakes are known, not {at_least}")
    if len(honest) < 3:
        wrong.append("give the reference and two other honest ways")

    def stub(*_):
        raise NotImplementedError

    for seed in seeds:
        for hint, mistake in mistakes.items():
            got = check(mistake, seed=seed).hint
            if got != hint:
                wrong.append(f"seed {seed}: {hint!r} was told {got!r}")
        for number, function in enumerate(honest):
            if got := check(function, seed=seed).hint:
                wrong.append(f"seed {seed}: honest way {number} was told {got!r}")
        if "not written yet" not in check(stub, seed=seed).hint.lower():
            wrong.append(f"seed {seed}: the stub is not recognized")
    if wrong:
        raise AssertionError("\n".join(wrong))


# --- running ------------------------------------------------------------------------


def _hint(exercise, student, reference, probes, mistakes, outputs, seed) -> str:
    def run_all(function):
        fresh, untouched = _make(probes, seed), _make(probes, seed)
        return [_run(function, *pair) for pair in zip(fresh, untouched, strict=True)]

    calls = _make(probes, seed)
    if len(calls) < 2:
        raise ValueError("one probe can be passed by luck: give several")
    if hint := _signature_hint(student, reference, calls[0]):
        return hint
    right = run_all(reference)
    got = []
    for args, untouched, wanted in zip(
        _make(probes, seed), _make(probes, seed), right, strict=True
    ):
        got.append(_run(student, args, untouched))
        if hint := _unfinished_hint(got[-1], wanted):
            return hint

    for args, mine, wanted in zip(calls, got, right, strict=True):
        if _agree(mine, wanted):
            continue
        for hint, mistake in mistakes.items():
            if _behaves_like(got, run_all(mistake), right):
                return hint
        sys.stdout.write(mine.printed)  # what the student prints to find the mistake
        if any(outcome.changed for outcome in got):
            return _CHANGED
        return _value_hint(exercise, student, args, mine, wanted, outputs)
    if any(a.changed and not b.changed for a, b in zip(got, right, strict=True)):
        return _CHANGED
    if hint := _gradient_hint(student, reference, probes, seed):
        return hint
    again = _run(student, _make(probes, seed)[0], _make(probes, seed)[0])
    if not _agree(again, got[0]):
        return (
            "Called again with the same arguments it answers differently: something "
            "survives between calls (a global variable, or a default like x=[])."
        )
    return ""


_CHANGED = (
    "An argument was changed in place: whoever calls your function still needs it. "
    "Make something new (c = c + d or sorted(x), not c += d or x.sort())."
)


def _make(probes: Probes, seed: int) -> list[tuple]:
    return list(probes(np.random.default_rng(seed)))


def _run(function: Callable, args: tuple, untouched: tuple) -> _Outcome:
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            value = function(*args)
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # whatever the student wrote, exit() included
        return _Outcome(error=error, printed=printed.getvalue())
    changed = not all(map(_unchanged, args, untouched))
    return _Outcome(value, None, printed.getvalue(), changed)


def _behaves_like(got: list, mistake: list, right: list) -> bool:
    """Tell whether a mistake, really one here, answers as the student does."""
    if all(map(_agree, mistake, right)):
        return False  # on these probes it is no mistake
    return all(map(_agree, got, mistake))


def _agree(a: _Outcome, b: _Outcome) -> bool:
    if a.error or b.error:
        return a.error is not None and type(a.error) is type(b.error)
    return _difference(a.value, b.value, "") == ""


# --- hints: each function returns the first thing that is wrong, or "" --------------


def _signature_hint(student: Callable, reference: Callable, args: tuple) -> str:
    try:
        inspect.signature(student).bind(*args)
    except TypeError:
        wanted = ", ".join(list(inspect.signature(reference).parameters)[: len(args)])
        takes = ", ".join(map(str, inspect.signature(student).parameters.values()))
        return f"It is called with ({wanted}), but yours takes ({takes})."
    except ValueError:  # some built-in functions have no signature
        pass
    return ""


def _unfinished_hint(mine: _Outcome, wanted: _Outcome) -> str:
    value = mine.value
    if isinstance(mine.error, NotImplementedError):
        return "Not written yet: replace the line that raises NotImplementedError."
    if isinstance(mine.error, SystemExit):
        return "It calls exit(), which would end the notebook: return instead."
    if mine.error or wanted.error or _kind(wanted.value) == "other":
        return ""
    if value is None and wanted.value is not None:
        if mine.printed.strip():
            return "It prints its answer and returns None: write return, not print."
        return "It returns None: the result is computed but there is no return."
    if value is Ellipsis:
        return "Not written yet: the three dots are still there."
    if inspect.isgenerator(value):
        return (
            "It returns a generator, which gives its items only once: return a list "
            "([... for ...] in square brackets), or use return in place of yield."
        )
    if isinstance(value, map | filter | zip | range) or (
        isinstance(value, Iterator) and not isinstance(value, Sequence)
    ):
        kind = type(value).__name__
        return f"It returns a {kind} object, not its items: wrap it in list(...)."
    if inspect.isroutine(value) or inspect.isclass(value):
        return f"It returns the function {value.__name__} itself: call it with (...)."
    return ""


def _value_hint(exercise, student, args, mine, wanted, outputs) -> str:
    call = f"{exercise}({', '.join(map(_shown, args))})"
    call = f"For {call}" if len(call) <= _SHORT else "On one of the probes"
    if mine.error and wanted.error:
        kinds = type(wanted.error).__name__, type(mine.error).__name__
        return f"{call} it should raise {kinds[0]}, but it raises {kinds[1]}."
    if wanted.error:
        return (
            f"{call} it should raise {type(wanted.error).__name__} "
            f"({wanted.error}), but it returns {_shown(mine.value)}."
        )
    if mine.error:
        return f"{call} it stops with {_told(mine.error, student)}."
    if outputs:
        return f"{call}, " + _parts_hint(outputs, mine.value, wanted.value)
    return f"{call}, " + _difference(mine.value, wanted.value, "the answer") + "."


def _parts_hint(outputs, got, expected) -> str:
    names = ", ".join(outputs)
    if not isinstance(got, tuple | list) or len(got) != len(outputs):
        return f"it should return ({names}), but it returns {_shown(got)}."
    differ = {
        name: difference
        for name, a, b in zip(outputs, got, expected, strict=True)
        if (difference := _difference(a, b, name))
    }
    good = [name for name in outputs if name not in differ]
    after = f" {', '.join(good)}: right, so look at what follows." if good else ""
    return "; ".join(differ.values()) + "." + after


def _told(error: BaseException, student: Callable) -> str:
    """Name an error and the student's line where it happened."""
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, RecursionError):
        told = "RecursionError: it calls itself without an end"
    code = getattr(student, "__code__", None)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code and frame.filename == code.co_filename:
            line = linecache.getline(frame.filename, frame.lineno or 0).strip()
            return f"{told}, at the line: {line}" if line else told
    return told


def _gradient_hint(student, reference, probes, seed) -> str:
    """Compare gradients where an argument is a Tensor that wants one."""
    torch = sys.modules.get("torch")
    if torch is None:
        return ""
    lost = "Right numbers, lost gradient: remove detach(), .data, .item() or no_grad()."
    for args, fresh in zip(_make(probes, seed), _make(probes, seed), strict=True):
        mine = [t for t in _tensors(torch, args) if t.requires_grad]
        theirs = [t for t in _tensors(torch, fresh) if t.requires_grad]
        if not mine:
            continue
        got = list(_tensors(torch, (student(*args),)))
        right = list(_tensors(torch, (reference(*fresh),)))
        if not any(t.requires_grad for t in got):
            return lost
        left = torch.autograd.grad(sum(t.sum() for t in got), mine, allow_unused=True)
        wanted = torch.autograd.grad(
            sum(t.sum() for t in right), theirs, allow_unused=True
        )
        for a, b in zip(left, wanted, strict=True):
            if (a is None) != (b is None) or (a is not None and _difference(a, b, "")):
                return lost
    return ""


def _tensors(torch, nested: Any) -> Iterator:
    if isinstance(nested, torch.Tensor):
        yield nested
    elif isinstance(nested, tuple | list):
        for item in nested:
            yield from _tensors(torch, item)


# --- comparing ----------------------------------------------------------------------


def _kind(value: Any) -> str:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return "Tensor"
    if isinstance(value, np.ndarray):
        return "array" if value.ndim else _kind(value.item())
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


def _difference(got: Any, right: Any, name: str) -> str:
    """Say how ``got`` differs from ``right``, or "" if it does not."""
    kind, mine = _kind(right), _kind(got)
    if kind == "other":
        same = isinstance(got, type(right)) and _unchanged(got, right)
        return "" if same else f"{name} should be {_shown(right)}, not {_shown(got)}"
    if kind == "list" and mine == "array":
        got, mine = got.tolist(), "list"  # an array of the right numbers is as good
    if kind == "float" and mine == "int":
        mine = "float"
    if kind != mine:
        return f"{name} should be {_SAID[kind]}, but it is {_shown(got)}"
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
    return "" if same else f"{name} should be {_shown(right)}, not {_shown(got)}"


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
        if difference := _difference(a, b, f"{name}[{position}]"):
            whole = f"{name} should be {_shown(right)}, not {_shown(got)}"
            return whole if len(whole) <= _SHORT else difference
    if len(got) != len(right):
        whole = f" ({_shown(right)}, not {_shown(got)})" if len(right) < 8 else ""
        return f"{name} should have {len(right)} items, not {len(got)}{whole}"
    return ""


def _dict_difference(got: Mapping, right: Mapping, name: str) -> str:
    if difference := _set_difference(set(got), set(right), f"the keys of {name}"):
        return difference
    for key in right:
        if difference := _difference(got[key], right[key], f"{name}[{key!r}]"):
            return difference
    return ""


def _set_difference(got: set, right: set, name: str) -> str:
    if missing := right - got:
        return f"{name} should contain {_shown(min(missing, key=repr))}"
    if extra := got - right:
        return f"{name} should not contain {_shown(min(extra, key=repr))}"
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
    whole = f"{name} should be {_shown(right)}, not {_shown(got)}"
    return whole if len(whole) <= _SHORT else f"the numbers in {name} differ"


def _unchanged(value: Any, fresh: Any) -> bool:
    if _kind(fresh) != "other":
        return _difference(value, fresh, "") == ""
    if type(value).__eq__ is object.__eq__ or isinstance(fresh, np.random.Generator):
        return True  # a model or a generator: there is nothing to compare
    return bool(value == fresh)


def _shown(value: Any) -> str:
    if isinstance(value, float) and not isinstance(value, bool):
        return f"{value:.6g}"
    if isinstance(value, list | tuple) and len(value) <= 12:
        inside = ", ".join(map(_shown, value))
        if isinstance(value, tuple):
            return f"({inside}{',' * (len(value) == 1)})"
        return f"[{inside}]"
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__
    shown = " ".join(line.strip() for line in repr(value).splitlines())
    if " at 0x" in shown:  # an address says nothing, and differs in each run
        return type(value).__name__
    return shown if len(shown) <= _SHORT else shown[: _SHORT - 3] + "..."
