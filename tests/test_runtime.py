"""Seeds, threads, folders, clocks: what every chapter stands on."""

import os
import random
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lmcourse import runtime


def test_the_seed_repeats_every_generator():
    def draws():
        return random.random(), np.random.random()  # noqa: NPY002

    runtime.seed_everything(3)
    first = draws()
    runtime.seed_everything(3)
    assert draws() == first
    runtime.seed_everything(4)
    assert draws() != first


def test_the_seed_reaches_torch_when_torch_is_loaded():
    torch = pytest.importorskip("torch")
    runtime.seed_everything(3)
    first = torch.rand(2)
    runtime.seed_everything(3)
    assert torch.equal(torch.rand(2), first)
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("bad", [-1, 2**32, 1.0, True, "0", None])
def test_a_bad_seed_is_refused(bad):
    with pytest.raises(ValueError, match="seed must be"):
        runtime.seed_everything(bad)


def test_threads_are_one_by_default_and_the_reader_may_ask_for_more(monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "7")  # so that monkeypatch restores them
    monkeypatch.delenv("LMCOURSE_THREADS", raising=False)
    assert runtime.set_threads() == 1
    assert os.environ["OMP_NUM_THREADS"] == "1"
    monkeypatch.setenv("LMCOURSE_THREADS", "2")
    assert runtime.set_threads() == 2
    monkeypatch.setenv("LMCOURSE_THREADS", "two")
    with pytest.raises(ValueError, match="LMCOURSE_THREADS must be a number, got"):
        runtime.set_threads()
    monkeypatch.delenv("LMCOURSE_THREADS")
    runtime.set_threads()


def test_a_device_is_always_found():
    assert runtime.pick_device() in ("cuda", "mps", "cpu")
    assert runtime.pick_device("cpu") == "cpu"
    with pytest.raises(ValueError, match="prefer must be one of"):
        runtime.pick_device("tpu")


def test_a_missing_device_is_named():
    torch = pytest.importorskip("torch")
    absent = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(ValueError, match=f"no {absent} on this machine; it has"):
        runtime.pick_device(absent)


def test_counting_chapters_do_not_load_torch():
    code = "import sys, lmcourse.runtime; print('torch' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"


def test_the_cache_is_where_the_reader_says(monkeypatch, tmp_path):
    monkeypatch.setenv("LMCOURSE_CACHE", str(tmp_path / "mine"))
    assert runtime.cache_folder() == tmp_path / "mine"
    assert (tmp_path / "mine").is_dir()


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_cache_has_a_place_on_every_system(monkeypatch, tmp_path, system):
    monkeypatch.delenv("LMCOURSE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", system)
    folder = runtime.cache_folder()
    assert folder.is_dir()
    assert folder.is_relative_to(tmp_path)


def test_folders_belong_to_the_checkout():
    assert runtime.data_folder().name == "data"
    assert runtime.results_folder().name == "results"
    assert (runtime.data_folder().parent / "pyproject.toml").is_file()


def test_an_installed_wheel_carries_its_own_folders(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime, "_PACKAGE", tmp_path / "lmcourse")
    assert runtime.data_folder() == tmp_path / "lmcourse" / "_data"
    assert runtime.results_folder() == tmp_path / "lmcourse" / "_results"


@pytest.mark.parametrize(("value", "static"), [("1", True), ("0", False), ("", False)])
def test_static_mode(monkeypatch, value, static):
    monkeypatch.setenv("LMCOURSE_STATIC", value)
    assert runtime.is_static() is static


def test_the_machine_is_described_but_not_named():
    facts = runtime.machine()
    assert facts["cores"] >= 1
    assert facts["memory_gb"] >= 1
    assert facts["python"].startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")
    told = " ".join(map(str, facts.values()))
    assert str(Path.home()) not in told


def test_the_stopwatch_stops():
    with runtime.stopwatch() as watch:
        time.sleep(0.02)
        running = watch.seconds
    stopped = watch.seconds
    time.sleep(0.01)
    assert 0.02 <= running <= stopped == watch.seconds
    assert watch.cpu_seconds >= 0


def test_memory_is_measured():
    assert 5 < runtime.peak_memory_mb() < 100_000


def test_a_file_is_written_whole(tmp_path):
    target = tmp_path / "new" / "file.json"
    assert runtime.write_atomic(target, b"one") == target
    runtime.write_atomic(target, b"two")
    assert target.read_bytes() == b"two"
    assert [p.name for p in target.parent.iterdir()] == ["file.json"]
    if os.name == "posix":
        assert target.stat().st_mode & stat.S_IRUSR


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    target = runtime.write_atomic(tmp_path / "file", b"old")

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        runtime.write_atomic(target, b"new")
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="one dies in another way there")
def test_what_a_killed_process_left_is_swept_up(tmp_path):
    target, other = tmp_path / "a[1]", tmp_path / "a1.mine.tmp"
    for path in (target, other):
        path.write_bytes(b"old")
    die = "import os; os.fsync = lambda _: os.kill(os.getpid(), 9)"
    write = f"from lmcourse import runtime; runtime.write_atomic({str(target)!r}, b'n')"
    died = subprocess.run([sys.executable, "-c", f"{die}; {write}"], check=False)
    assert died.returncode == -9
    assert len(list(tmp_path.iterdir())) == 3
    runtime.sweep(target)
    assert {path.name for path in tmp_path.iterdir()} == {"a[1]", "a1.mine.tmp"}
    assert target.read_bytes() == b"old"
