"""Checks: what is right about a student's function, and what exactly is not.

One module a chapter over one core. Every ``check_*`` takes the student's function and
returns a `CheckResult`: ``print`` it, or ``require()`` it to grade.
"""

import importlib
from typing import Any

from lmcourse.checks.core import CheckResult

_CHAPTERS = (
    "start",
    "text",
    "ngrams",
    "word2vec",
    "fasttext",
    "glove",
    "neural_lm",
    "rnn",
    "gates",
    "gates_toys",
)


def __getattr__(name: str) -> Any:
    """Find ``check_*`` in its chapter; a chapter is loaded when it is asked for."""
    if name.startswith("check_"):
        for chapter in _CHAPTERS:
            try:
                module = importlib.import_module(f"lmcourse.checks.{chapter}")
            except ModuleNotFoundError as error:
                if error.name != f"lmcourse.checks.{chapter}":
                    raise
                continue
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"lmcourse.checks has no {name}")


def __dir__() -> list[str]:
    """List every check of every chapter, for whoever completes by Tab."""
    names = {"CheckResult"}
    for chapter in _CHAPTERS:
        module = importlib.import_module(f"lmcourse.checks.{chapter}")
        names |= {name for name in vars(module) if name.startswith("check_")}
    return sorted(names)


__all__ = ["CheckResult"]  # and every check_* of every chapter
