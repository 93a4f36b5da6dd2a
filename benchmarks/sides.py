"""What the benchmarks share: a process for each side, and one line for two figures."""

import json
import subprocess
import sys


def in_a_process(script: str, side: str, **options: object) -> dict:
    """Run one side of a benchmark alone, so that its memory is its own.

    Parameters
    ----------
    script : str
        The benchmark's ``__file__``; with ``--side`` it prints one JSON object.
    side : str
    **options : str or number
        Passed on as ``--name=value``.

    Returns
    -------
    dict
        What the side printed.
    """
    done = subprocess.run(
        [sys.executable, script, f"--side={side}"]
        + [f"--{name.replace('_', '-')}={value}" for name, value in options.items()],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def report(what: str, ours: float, theirs: float, unit: str, who: str) -> None:
    """Print both figures of one measurement, and their ratio."""
    print(
        f"{what:<22} ours {ours:10.3f} {unit:<3} {who:<13} {theirs:10.3f} {unit:<3} "
        f"{who} / ours {theirs / ours:9.2f}"
    )
