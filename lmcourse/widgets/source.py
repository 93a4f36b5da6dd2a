"""``show``: the source of a reference, from the package, so that there is only one."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any


class Source:
    """The source of a function or class; a cell that ends in it shows it in color."""

    def __init__(self, name: str, code: str):
        self.name, self.code = name, code

    def __repr__(self) -> str:
        return self.code

    def _repr_markdown_(self) -> str:
        fence = "`" * 3
        while fence in self.code:
            fence += "`"
        return f"`{self.name}`\n\n{fence}python\n{self.code}\n{fence}"


def show(obj: Callable | type, docstring: bool = True) -> Source:
    """Show the source of a function, method or class of the package.

    Parameters
    ----------
    obj : function, method or class
    docstring : bool
        Whether to keep docstrings; without them more code fits on the screen.

    Returns
    -------
    Source
        Markdown with syntax colors in a notebook and in the book, the same on every
        machine.

    Raises
    ------
    ValueError
        If ``obj`` has no Python source.
    """
    try:
        code = textwrap.dedent(inspect.getsource(inspect.unwrap(obj))).rstrip()
    except (TypeError, OSError):
        kind = type(obj).__name__
        raise ValueError(
            f"show needs a function or class written in Python, got {kind}"
        ) from None
    if not docstring:
        code = _without_docstrings(code)
    return Source(f"{obj.__module__}.{obj.__qualname__}", code)


def _without_docstrings(code: str) -> str:
    lines = code.splitlines()
    drop: set[int] = set()
    for node in ast.walk(ast.parse(code)):
        body: Any = getattr(node, "body", None)
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or len(body) < 2:
            continue
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            drop.update(range(first.lineno - 1, first.end_lineno))
            after = first.end_lineno
            if after < len(lines) and not lines[after].strip():
                drop.add(after)  # the blank line below it
    return "\n".join(line for i, line in enumerate(lines) if i not in drop)
