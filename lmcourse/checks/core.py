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
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmcourse.checks.compare import SHORT, difference, kind_of, shown, unchanged

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
        if self.passed:
            return f"✓ PASS  {self.exercise}"
        hint = textwrap.fill(self.hint, 80, break_long_words=False)
        return f"✗ FAIL  {self.exercise}\n{textwrap.indent(hint, '  ')}"

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
            f"{shown(student)}.",
        )
    try:
        return CheckResult(
            exercise,
            _hint(exercise, student, reference, probes, mistakes, outputs, seed),
        )
    except Exception as error:  # an answer so odd that comparing it fails
        kind = type(error).__name__
        return CheckResult(exercise, f"The answer cannot be read: {kind}: {error}")


def diagnose_in_stages(
    exercise: str,
    student: Callable,
    reference: Callable,
    probes: Probes,
    mistakes: Mapping[str, Callable],
    *,
    special: Probes,
    **options: Any,
) -> CheckResult:
    """Diagnose with plain probes first, then with special ones added.

    Who makes a mistake may well have missed the special case, too, and is then told of
    the mistake first.

    Parameters
    ----------
    special : callable
        Returns the probes that are added, such as numbers that overflow.
    exercise, student, reference, probes, mistakes, **options
        As for `diagnose`.

    Returns
    -------
    CheckResult
    """

    def both(rng):
        return [*probes(rng), *special(rng)]

    first = diagnose(exercise, student, reference, probes, mistakes, **options)
    if not first.passed:
        return first
    return diagnose(exercise, student, reference, both, mistakes, **options)


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
    def run_all(function, watch=True):
        fresh = _make(probes, seed)
        untouched = _make(probes, seed) if watch else [()] * len(fresh)
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
        if hint := _known_hint(
            got, right, {h: run_all(m, watch=False) for h, m in mistakes.items()}
        ):
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
    changed = not all(map(unchanged, args, untouched))
    return _Outcome(value, None, printed.getvalue(), changed)


def _known_hint(got: list, right: list, mistakes: Mapping[str, list]) -> str:
    """Name the mistake that answers as the student does.

    On all probes if there is one; else on all that gave values, since who makes a
    mistake may well have forgotten the special cases, too.
    """
    valued = [
        i for i, pair in enumerate(zip(got, right, strict=True)) if _values(*pair)
    ]
    for where in (range(len(got)), valued):
        if len(where) < 2:  # little to go by
            break
        for hint, answers in mistakes.items():
            real = any(not _agree(answers[i], right[i]) for i in where)
            if real and all(_agree(got[i], answers[i]) for i in where):
                return hint
    return ""


def _values(*outcomes: _Outcome) -> bool:
    return all(outcome.error is None for outcome in outcomes)


def _agree(a: _Outcome, b: _Outcome) -> bool:
    if a.error or b.error:  # a kind of ValueError is one
        return b.error is not None and isinstance(a.error, type(b.error))
    return difference(a.value, b.value, "") == ""


def stopped(error: BaseException, what: str = "It") -> str:
    """Say why a student's function came to no answer."""
    if isinstance(error, NotImplementedError):
        return "Not written yet: replace the line that raises NotImplementedError."
    return f"{what} stops with {type(error).__name__}: {error}"


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
        return stopped(mine.error)
    if isinstance(mine.error, SystemExit):
        return "It calls exit(), which would end the notebook: return instead."
    if mine.error or wanted.error or kind_of(wanted.value) == "other":
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
    call = f"{exercise}({', '.join(map(shown, args))})"
    call = f"For {call}" if len(call) <= SHORT else "On one of the probes"
    if mine.error and wanted.error:
        kinds = type(wanted.error).__name__, type(mine.error).__name__
        return f"{call} it should raise {kinds[0]}, but it raises {kinds[1]}."
    if wanted.error:
        return (
            f"{call} it should raise {type(wanted.error).__name__} "
            f"({wanted.error}), but it returns {shown(mine.value)}."
        )
    if mine.error:
        return f"{call} it stops with {_told(mine.error, student)}."
    if outputs:
        return f"{call}, " + _parts_hint(outputs, mine.value, wanted.value)
    return f"{call}, " + difference(mine.value, wanted.value, "the answer") + "."


def _parts_hint(outputs, got, expected) -> str:
    names = ", ".join(outputs)
    if not isinstance(got, tuple | list) or len(got) != len(outputs):
        return f"it should return ({names}), but it returns {shown(got)}."
    differ = {
        name: found
        for name, a, b in zip(outputs, got, expected, strict=True)
        if (found := difference(a, b, name))
    }
    good = [name for name in outputs if name not in differ]
    verb = "are" if len(good) > 1 else "is"
    right = f" ({', '.join(good)} {verb} right.)" if good else ""
    return "; ".join(differ.values()) + "." + right


def _told(error: BaseException, student: Callable) -> str:
    """Name an error and the student's line where it happened."""
    told = f"{type(error).__name__}: {error}".removesuffix(": ")
    if len(told) > 2 * SHORT:
        told = told[: 2 * SHORT] + "..."
    if isinstance(error, RecursionError):
        told = "RecursionError: it calls itself without an end"
    code = getattr(inspect.unwrap(student), "__code__", None)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code and frame.filename == code.co_filename:
            line = linecache.getline(frame.filename, frame.lineno or 0).strip()
            return f"{told}, at the line: {line}" if 0 < len(line) <= SHORT else told
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
            if (a is None) != (b is None) or (a is not None and difference(a, b, "")):
                return lost
    return ""


def _tensors(torch, nested: Any) -> Iterator:
    if isinstance(nested, torch.Tensor):
        yield nested
    elif isinstance(nested, tuple | list):
        for item in nested:
            yield from _tensors(torch, item)
