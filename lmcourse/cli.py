"""The command ``lmcourse``: fill a workspace, fetch data, run the course, measure.

Each command imports what it needs when it runs, so that ``lmcourse --help`` answers at
once and never loads torch.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="A course on language models that checks every claim it makes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer(help="Real text: list, get, verify.", no_args_is_help=True)
app.add_typer(data_app, name="data")


@app.command()
def course(
    notebooks: Annotated[
        list[Path] | None, typer.Argument(help="Notebooks; by default all of them.")
    ] = None,
    store: Annotated[
        bool, typer.Option("--store", help="Write the outputs into the notebooks.")
    ] = False,
) -> None:
    """Run notebooks from a clean kernel; print seconds and peak memory of each."""
    from lmcourse.course import run_course, table
    from lmcourse.workspace import find_notebooks

    for path in notebooks or []:
        if path.suffix != ".ipynb" or not path.is_file():
            raise _fail(f"expected a notebook (.ipynb), got {path}")
    try:
        runs = run_course(notebooks or find_notebooks(), store)
    except ValueError as error:
        raise _fail(str(error)) from None
    failed = [run for run in runs if run.error]
    for run in failed:
        typer.echo(f"\n{run.notebook} stopped:\n{run.error}\n", err=True)
    typer.echo(table(runs))
    if failed:
        raise typer.Exit(1)


@app.command()
def workspace(
    folder: Annotated[Path, typer.Argument(help="Yours; made if need be.")] = Path(
        "my-course"
    ),
) -> None:
    """Fill a folder with the lessons and exercises; your own work is never touched."""
    from lmcourse.workspace import fill

    try:
        report = fill(folder)
    except ValueError as error:
        raise _fail(str(error)) from None
    typer.echo(report)


@app.command()
def reproduce(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which results; see --list.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="Say what can be reproduced, and stop.")
    ] = False,
) -> None:
    """Train on a real benchmark and write the result beside the published number."""
    from lmcourse import reproduce as experiments

    if show or not names:
        for name in experiments.names():
            chosen = experiments.info(name)
            needs = f" (needs {', '.join(chosen.needs)})" if chosen.needs else ""
            typer.echo(f"{name:18} {chosen.about}{needs}")
        return
    try:
        for name in names:
            typer.echo(experiments.run(name))
    except (ValueError, OSError) as error:
        raise _fail(str(error)) from None


@app.command()
def ladder() -> None:
    """Print every model measured so far: bits per character, seconds, parameters."""
    from lmcourse.ladder import Ladder

    typer.echo(Ladder().table())


def _fail(sentence: str) -> typer.Exit:
    typer.echo(f"lmcourse: {sentence}", err=True)
    return typer.Exit(1)


# lmcourse data ...: one function a command, over lmcourse.datasets.


@data_app.command("list")
def list_data() -> None:
    """List the data sets: size to download, whether it is here, title and license."""
    import textwrap

    from lmcourse import datasets

    indented = {"initial_indent": " " * 4, "subsequent_indent": " " * 4}
    try:
        for name in datasets.names():
            dataset, verdicts = datasets.info(name), datasets.verify(name)
            megabytes = sum(file.source_size for file in dataset.files) / 1e6
            state = "here"
            if any(verdict.problem for verdict in verdicts):
                state = "WRONG"
            elif any(verdict.path is None for verdict in verdicts):
                state = "not here"
            typer.echo(f"{name:<17}{megabytes:5.1f} MB  {state:<9} {dataset.title}")
            typer.echo(textwrap.fill(dataset.license, 88, **indented))
    except (FileNotFoundError, PermissionError, ValueError) as error:
        raise _fail(str(error)) from None


@data_app.command()
def get(name: Annotated[str, typer.Argument(help="As in: lmcourse data list")]) -> None:
    """Find a data set or download it, check it, and print where it is."""
    from lmcourse import datasets

    try:
        for path in datasets.get(name):
            typer.echo(path)
    except (FileNotFoundError, PermissionError, ValueError) as error:
        raise _fail(str(error)) from None


@data_app.command()
def verify(
    name: Annotated[
        str | None, typer.Argument(help="By default every data set that is here.")
    ] = None,
) -> None:
    """Check the hashes of what is on this machine; download and delete nothing."""
    from lmcourse import datasets

    failed = False
    try:
        for each in [name] if name else datasets.names():
            for file, path, problem in datasets.verify(each):
                state = "WRONG" if problem else "ok" if path else "absent"
                typer.echo(f"{state:<7} {each:<17} {path or file.file}")
                if problem:
                    typer.echo(problem)
                failed |= bool(problem) or (path is None and name is not None)
    except (FileNotFoundError, PermissionError, ValueError) as error:
        raise _fail(str(error)) from None
    if failed:
        raise typer.Exit(1)
