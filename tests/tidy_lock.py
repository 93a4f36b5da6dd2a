"""Finish a fresh ``requirements.lock``: one pin for every build and every system.

``make lock`` calls this. A pin such as ``torch==2.13.0+cpu`` serves one build only;
without the part after the plus it serves them all. And where ``pyproject.toml`` asks
for a package on some systems only, the pin says so too.
"""

import re
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Every pin, for make, conda and CI alike. Remade by: make lock"


def tidy(lock: str, needs: list[str]) -> str:
    """Return the text of a lock with plain versions and the markers of ``needs``."""
    asked = map(Requirement, needs)
    markers = {need.name: f" ; {need.marker}" for need in asked if need.marker}
    pins = [re.sub(r"\+[\w.]+|\s*;.*", "", line) for line in lock.splitlines()]
    pins = [pin for pin in pins if pin and not pin.startswith("#")]
    lines = [pin + markers.get(pin.partition("==")[0], "") for pin in pins]
    return "\n".join([HEADER, *lines]) + "\n"


def needs() -> list[str]:
    """Return what the package and all its extras ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    return [*project["project"]["dependencies"], *chain(*extras)]


if __name__ == "__main__":
    path = ROOT / "requirements.lock"
    path.write_text(tidy(path.read_text(encoding="utf-8"), needs()), encoding="utf-8")
