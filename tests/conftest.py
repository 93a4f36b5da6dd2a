"""What every test stands on: one thread, static widgets, a cache of its own."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["browser.fixtures"]  # chromium, page, lab

# Before anything imports NumPy or torch: two test processes with two threads each are
# several times slower than two with one.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("LMCOURSE_STATIC", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# nbgrader calls alembic by its bare name, which only an active .venv would find.
_bin = str(Path(sys.executable).parent)
os.environ["PATH"] = os.pathsep.join([_bin, os.environ["PATH"]])
if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker inherits its parent's
    _cache = tempfile.TemporaryDirectory(prefix="lmcourse-tests-")
    os.environ["LMCOURSE_CACHE"] = _cache.name  # never the reader's own

settings.register_profile(
    "lmcourse",
    deadline=None,  # a busy machine is no bug
    derandomize=True,  # the same examples for everyone, every time
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("lmcourse")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real text; without one, skip with a reason, and never in CI."""
    named = os.environ.get("LMCOURSE_DATA", "")
    if named and Path(named).is_dir():
        return Path(named)
    reason = "needs real text: set LMCOURSE_DATA to the folder that holds it"
    if os.environ.get("LMCOURSE_REQUIRE_DATA") == "1":
        pytest.fail(f"LMCOURSE_REQUIRE_DATA=1, but this {reason}", pytrace=False)
    pytest.skip(reason)
