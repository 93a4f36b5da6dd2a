"""Where and how the course runs: seeds, threads, devices, folders, clocks.

Used by every chapter. Nothing here loads torch unless a device is asked for, so that
the chapters about counting start instantly.
"""

import glob
import importlib.metadata
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lmcourse import validate

_PACKAGE = Path(__file__).resolve().parent
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def seed_everything(seed: int = 0) -> None:
    """Make what follows repeatable: one seed for all generators, one thread.

    The thread belongs here because sums are rounded in another order on two threads,
    which is enough to end a training run elsewhere.

    Parameters
    ----------
    seed : int
        From 0 up to, not including, 2**32.

    Raises
    ------
    ValueError
        If ``seed`` is not such an integer.
    """
    seed = validate.positive_int("seed", seed, minimum=0)
    if seed >= 2**32:
        raise ValueError(f"seed must be below 2**32, got {seed}")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  readers may use the old interface
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
    set_threads()


def set_threads(n: int | None = None) -> int:
    """Limit the threads of numerical libraries, and say to how many.

    Parameters
    ----------
    n : int, optional
        ``$LMCOURSE_THREADS``, or 1 if that is not set. Small models gain nothing from
        a second thread, and on a busy machine it can cost them a factor of ten.

    Returns
    -------
    int
        The number of threads now allowed.
    """
    if n is None:
        wanted = os.environ.get("LMCOURSE_THREADS", "1")
        if not wanted.isdecimal():
            raise ValueError(f"LMCOURSE_THREADS must be a number, got {wanted!r}")
        n = int(wanted)
    n = validate.positive_int("n", n)
    for variable in _THREAD_VARIABLES:  # for libraries that are not loaded yet
        os.environ[variable] = str(n)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(n)
    return n


def pick_device(prefer: str | None = None) -> str:
    """Name the fastest device PyTorch can use here.

    Parameters
    ----------
    prefer : {"cuda", "mps", "cpu"}, optional
        Take this one, and fail clearly if it is not there.

    Returns
    -------
    str
        "cuda", "mps" (Apple) or "cpu".

    Raises
    ------
    ValueError
        If ``prefer`` is unknown or not available on this machine.
    """
    import torch

    available = ["cpu"]
    if torch.backends.mps.is_available():
        available.insert(0, "mps")
    if torch.cuda.is_available():
        available.insert(0, "cuda")
    if prefer is None:
        return available[0]
    validate.one_of("prefer", prefer, ("cuda", "mps", "cpu"))
    if prefer not in available:
        raise ValueError(f"no {prefer} on this machine; it has {', '.join(available)}")
    return prefer


def data_folder() -> Path:
    """Return the folder of built-in data, in a checkout or in an installed wheel."""
    return _shipped("data")


def results_folder() -> Path:
    """Return the folder of stored results, in a checkout or in an installed wheel."""
    return _shipped("results")


def _shipped(name: str) -> Path:
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / name
    return _PACKAGE / f"_{name}"


def cache_folder() -> Path:
    """Return the reader's own folder, created on demand.

    It is ``$LMCOURSE_CACHE`` if that is set, else the place where the operating system
    keeps caches. Downloads and personal results (a score in a game) are kept there.
    """
    if chosen := os.environ.get("LMCOURSE_CACHE"):
        folder = Path(chosen).expanduser()
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home())) / "lmcourse"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches" / "lmcourse"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(base) / "lmcourse"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_static() -> bool:
    """Tell whether widgets should show a picture instead of waiting for a hand.

    True where ``LMCOURSE_STATIC`` is 1: in tests and while the book is made.
    """
    return os.environ.get("LMCOURSE_STATIC", "") == "1"


def machine() -> dict[str, str | int]:
    """Describe this machine for a result's record, without naming it or its folders.

    Returns
    -------
    dict
        ``processor``, ``cores``, ``architecture``, ``system``, ``memory_gb``,
        ``python``, ``numpy``, and ``torch`` if it is loaded.
    """
    import psutil

    facts: dict[str, str | int] = {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "architecture": platform.machine(),
        "system": platform.system(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    if "torch" in sys.modules:
        facts["torch"] = importlib.metadata.version("torch")
    return facts


def _processor() -> str:
    listing = Path("/proc/cpuinfo")  # Linux; elsewhere platform knows
    if listing.is_file():
        for line in listing.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@dataclass
class Stopwatch:
    """Seconds on the wall and seconds of the processor, so far or in the end."""

    _start: tuple[float, float] = field(
        default_factory=lambda: (time.perf_counter(), time.process_time())
    )
    _end: tuple[float, float] | None = None

    def stop(self) -> None:
        """Freeze both readings."""
        self._end = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> float:
        """Seconds on the wall."""
        return (self._end[0] if self._end else time.perf_counter()) - self._start[0]

    @property
    def cpu_seconds(self) -> float:
        """Seconds of the processor, all threads of this process together."""
        return (self._end[1] if self._end else time.process_time()) - self._start[1]


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block.

    Examples
    --------
    >>> with stopwatch() as watch:
    ...     total = sum(range(1000))
    >>> watch.seconds > 0
    True
    """
    watch = Stopwatch()
    try:
        yield watch
    finally:
        watch.stop()


def peak_memory_mb() -> float:
    """Return the most memory this process has held so far, in megabytes (2**20)."""
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def write_atomic(path: Path | str, content: bytes) -> Path:
    """Write a file whole or not at all, whatever happens in between.

    Parameters
    ----------
    path : Path or str
        Its folder is created on demand.
    content : bytes

    Returns
    -------
    Path
        ``path``.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(".tmp", f"{path.name}.", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.name == "posix":  # mkstemp makes files nobody else may read
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def sweep(path: Path | str) -> None:
    """Remove what a process that was killed in `write_atomic` has left beside a file.

    Only for a file that no other process writes now.
    """
    path = Path(path)
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.*.tmp"):
        leftover.unlink(missing_ok=True)
