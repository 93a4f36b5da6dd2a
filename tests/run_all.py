"""Run everything that must hold, part by part, and say at the end how each went.

``make test`` calls this; ``python tests/run_all.py style tests`` runs two parts. A part
that fails does not stop the next one. The exit status is the number of failed parts.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q"]
TWO = ["-n", "2", "--dist", "loadscope"]  # the default would split a notebook in two
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", "300"]
SANITIZE = ["--nbval-sanitize-with", "tests/nbval_sanitize.cfg"]

PARTS = {
    "style": [
        [sys.executable, "-m", "ruff", "check", "."],
        [sys.executable, "-m", "ruff", "format", "--check", "."],
    ],
    "tests": [[*PYTEST, *TWO, "tests", "--ignore=tests/browser"]],
    "notebooks": [[*PYTEST, *TWO, *NBVAL, *SANITIZE, "notebooks"]],
    "book": [[sys.executable, "book/build.py"]],
    "browser": [[*PYTEST, "tests/browser"]],
}

# Lessons run without a network: a proxy that refuses finds those that would ask.
PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
OFFLINE = dict.fromkeys(PROXIES, "http://127.0.0.1:9")


def main(names: list[str]) -> int:
    """Run the named parts, or all of them, and return how many failed."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"expected some of {', '.join(PARTS)}, got {', '.join(unknown)}")
        return 1
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="lmcourse-tests-") as cache:
        for name in names or PARTS:
            env = environment(cache) | (OFFLINE if name == "notebooks" else {})
            verdicts.append((name, *run_part(PARTS[name], env)))
    print("\n== what happened ==")
    for name, passed, seconds, closing in verdicts:
        print(f"{name:10} {'ok' if passed else 'FAILED':6} {seconds:6.1f} s  {closing}")
    return sum(not passed for _, passed, _, _ in verdicts)


def run_part(commands: list[list[str]], env: dict) -> tuple[bool, float, str]:
    """Run a part's commands; return whether all passed, seconds, the last line."""
    start, passed, closing = time.perf_counter(), True, ""
    for command in commands:
        print(f"\n== {' '.join(['python', *command[1:]])}", flush=True)
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stdout:
                print(line, end="", flush=True)
                closing = line.strip() or closing
        passed = passed and process.returncode == 0
    return passed, time.perf_counter() - start, closing


def environment(cache: str) -> dict[str, str]:
    """Return this environment with one thread, static widgets and an empty cache."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        **os.environ,
        **dict.fromkeys(threads, "1"),
        "LMCOURSE_STATIC": "1",
        "LMCOURSE_CACHE": cache,
        "PYTHONUNBUFFERED": "1",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
