"""The commands that a newcomer and CI type do what they promise, and no more."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="no make here")
needs_sh = pytest.mark.skipif(os.name != "posix", reason="CI runs on Debian")


@pytest.fixture
def checkout(tmp_path):
    """Return a folder with just enough for make to start its set-up."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder, *words):
    """Run make and return what happened."""
    return subprocess.run(
        ["make", *words], cwd=folder, capture_output=True, text=True, check=False
    )


@needs_make
@pytest.mark.parametrize("target", ["lab", "test", "course", "book", "lock"])
def test_missing_python_gets_one_sentence(checkout, target):
    done = make(checkout, target, "PYTHON=python-nowhere")
    assert done.returncode != 0
    said = done.stderr.splitlines()
    assert said[0].startswith("lmcourse needs Python 3.11, 3.12 or 3.13")
    assert "python-nowhere is not there" in said[0]
    assert len(said) == 2, "only make's own last line follows"
    assert not (checkout / ".venv").exists()


@needs_make
@pytest.mark.parametrize("version", ["3.9.2", "3.10.14", "3.14.0"])
def test_wrong_python_gets_one_sentence(checkout, version):
    fake = checkout / "python-fake"
    numbers = version.replace(".", ", ")
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo Python {version} && exit\n'
        f'exec {sys.executable} -c "import sys; sys.version_info = ({numbers})\n$2"\n'
    )
    fake.chmod(0o755)
    done = make(checkout, "lab", f"PYTHON={fake}")
    assert done.returncode != 0
    assert f"is Python {version}" in done.stderr
    assert not (checkout / ".venv").exists()


@needs_make
def test_nothing_is_installed_again_when_nothing_changed(checkout):
    (checkout / ".venv").mkdir()
    (checkout / ".venv/.ready").touch()
    assert "pip install" not in make(checkout, "-n", "test").stdout
    os.utime(checkout / "requirements.lock", (2**31, 2**31))
    assert "pip install" in make(checkout, "-n", "test").stdout


@needs_make
def test_lab_takes_arguments(checkout):
    done = make(checkout, "-n", "lab", "ARGS=--no-browser")
    assert "-m jupyterlab" in done.stdout
    assert "--no-browser" in done.stdout
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    assert ("--allow-root" in done.stdout) == root


def test_commands_install_from_no_fixed_place():
    for name in ("Makefile", ".ci/run", "environment.yml", "requirements.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text), name


def ci(folder, *, browser):
    """Run .ci/run where only stubs of apt-get and make are found; return their logs."""
    tools = folder / "bin"
    tools.mkdir()
    for name in ("sh", "env", "dirname", "find", "grep"):
        (tools / name).symlink_to(shutil.which(name))
    stubs = {"apt-get": 'echo "$@" >>"$LOG/apt"', "make": 'echo "$@"; env >"$LOG/env"'}
    stubs |= {"npm": ""} | ({"chromium": ""} if browser else {})
    for name, body in stubs.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    place = folder / "checkout/.ci"
    place.mkdir(parents=True)
    shutil.copy(ROOT / ".ci/run", place)
    done = subprocess.run(
        [place / "run"],
        env={"PATH": str(tools), "LOG": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    installed = folder / "apt"
    return (
        done.stdout,
        installed.read_text() if installed.exists() else "",
        (folder / "env").read_text().splitlines(),
    )


@needs_sh
def test_ci_installs_a_browser_where_there_is_none(tmp_path):
    said, installed, env = ci(tmp_path, browser=False)
    assert re.search(r"^install .*\bchromium\b", installed, re.MULTILINE)
    assert said.endswith("test\n")
    assert "CI=1" in env


@needs_sh
def test_ci_finds_real_text_beside_the_checkout(tmp_path):
    (tmp_path / "shared/data").mkdir(parents=True)
    said, installed, env = ci(tmp_path, browser=True)
    assert "chromium" not in installed
    assert said.endswith("test\n")
    assert f"LMCOURSE_DATA={tmp_path / 'shared/data'}" in env
    assert "LMCOURSE_REQUIRE_DATA=1" in env


@needs_sh
def test_ci_demands_no_real_text_where_there_is_none(tmp_path):
    _, _, env = ci(tmp_path, browser=True)
    assert not [line for line in env if line.startswith("LMCOURSE_")]
