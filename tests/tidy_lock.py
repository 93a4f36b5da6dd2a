"""Finish a fresh ``requirements.lock``: one pin for every build of a package.

``make lock`` calls this. A pin such as ``torch==2.13.0+cpu`` serves one build only;
without the part after the plus it serves them all.
"""

import re
from pathlib import Path

HEADER = "# Every pin, for make, conda and CI alike. Remade by: make lock\n"
path = Path(__file__).resolve().parent.parent / "requirements.lock"
pins = [
    re.sub(r"\+[\w.]+", "", line)
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
path.write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8")
