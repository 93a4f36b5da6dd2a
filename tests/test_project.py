"""What the project says about itself is true: pins, licenses, tests that assert."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tidy_lock import needs, tidy

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDS = needs()


def normal(name):
    """Return a package's name the way indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins():
    """Return the lock as package -> (version, marker)."""
    found = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            (pin,) = requirement.specifier
            assert pin.operator == "==", line
            found[normal(requirement.name)] = (pin.version, requirement.marker)
    return found


def tracked(*endings):
    """Return the text files of the project that git knows, or all there are."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    paths = [ROOT / name for name in listed if name]
    return [p for p in paths if p.is_file() and (not endings or p.suffix in endings)]


# Pins: one list, which everything else mirrors.


def test_lock_holds_one_plain_pin_a_line():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    body = lines[1:]
    pattern = r"[a-z0-9][a-z0-9.-]*==[0-9][\w.]*( ; .+)?"  # no URL, no local build
    assert not [line for line in body if not re.fullmatch(pattern, line)]
    assert [line.split("=")[0] for line in body] == [*pins()]
    assert pins()["torch"][0] == "2.13.0"


def test_a_fresh_lock_is_made_to_serve_every_system():
    fresh = "# by a tool\nkenlm==0.3.0\ntorch==2.13.0+cpu\n\n# unsafe\n"
    asked = ["torch>=2", 'kenlm; sys_platform != "win32"']
    made = tidy(fresh, asked).splitlines()
    assert made[1:] == ['kenlm==0.3.0 ; sys_platform != "win32"', "torch==2.13.0"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert tidy(lock, NEEDS) == lock


@pytest.mark.parametrize("need", NEEDS)
def test_lock_meets_every_need_of_the_package(need):
    requirement = Requirement(need)
    version, _ = pins()[normal(requirement.name)]
    assert requirement.specifier.contains(version)


def test_no_pin_excludes_a_supported_python():
    for name, (_, marker) in pins().items():
        for version in ("3.11", "3.12", "3.13"):
            place = {"python_version": version, "sys_platform": "linux"}
            assert marker is None or marker.evaluate(place), name


@pytest.mark.skipif(
    not (ROOT / ".venv/.ready").exists(), reason="not the environment that make makes"
)
def test_installed_is_what_the_lock_says():
    wrong = {
        name: (version, importlib.metadata.version(name))
        for name, (version, marker) in pins().items()
        if (marker is None or marker.evaluate())
        and importlib.metadata.version(name).partition("+")[0] != version
    }
    assert not wrong


def test_conda_refers_to_the_lock_and_repeats_no_pin():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    items = re.findall(r"^\s*- (.+)$", text, re.MULTILINE)
    assert items[0] == "conda-forge"
    python, *rest = items[1:]
    assert rest == ["pip", "pip:", "-r requirements.lock", "-e ."]
    version = python.removeprefix("python=")
    assert version in ("3.11", "3.12", "3.13")
    assert "==" not in text


def test_every_import_of_the_package_is_declared():
    owners = importlib.metadata.packages_distributions()
    declared = {
        normal(Requirement(need).name) for need in PROJECT["project"]["dependencies"]
    }
    missing = set()
    for path in (ROOT / "lmcourse").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            else:
                continue
            for top in {name.partition(".")[0] for name in names}:
                if top in sys.stdlib_module_names or top == "lmcourse":
                    continue
                if not {normal(owner) for owner in owners.get(top, [])} & declared:
                    missing.add(f"{path.name}: {top}")
    assert not missing


def test_wheel_carries_the_data_and_the_results():
    target = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    shipped = {"data": "lmcourse/_data", "results": "lmcourse/_results"}
    assert target["force-include"] == shipped
    assert all((ROOT / folder).is_dir() for folder in shipped)


# Promises: what a reader is told.


def test_readme_names_the_two_commands_and_the_licenses():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for need in ("make lab", "make test", "environment.yml", "Apache", "CC BY 4.0"):
        assert need in text


def test_licenses_are_there():
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "CC BY 4.0" in (ROOT / "LICENSE-PROSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"


def test_every_module_has_its_tests():
    package = ROOT / "lmcourse"
    modules = {path.stem for path in package.glob("*.py")} - {"__init__", "__main__"}
    modules |= {path.parent.name for path in package.glob("*/__init__.py")}
    files = "\n".join(
        path.relative_to(ROOT / "tests").as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
    )
    untested = [
        name
        for name in sorted(modules)
        if not re.search(rf"^(test_{name}|{name}/test_)", files, re.MULTILINE)
    ]
    assert not untested


# Files: nothing that only one machine has.


def test_no_file_names_a_machine_or_its_surroundings():
    words = (
        "/work" + "/",
        "/root" + "/",
        "/opt" + "/wheels",
        "pypi" + ".org",
        "registry." + "npmjs",
        "shared/" + "DESIGN",
        "shared/" + "FACTS",
        "shared/" + "STYLE",
    )
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # compressed data
        found += [f"{path.name}: {word}" for word in words if word in text]
    assert not found


def test_nothing_generated_is_tracked():
    generated = (".venv", "my-course", "_build", "_vendor", "__pycache__")
    names = [path.relative_to(ROOT).parts for path in tracked()]
    assert not [name for name in names if set(name) & set(generated)]


# Tests: each one asserts.


def judges(node, helpers=frozenset()):
    """Tell whether a function asserts, expects an error, or calls one that does."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return True
        if isinstance(inner, ast.Call):
            name = getattr(inner.func, "attr", getattr(inner.func, "id", ""))
            known = ("raises", "warns", "fail", "require", "expect", "prove")
            if name in known or name.startswith("assert") or name in helpers:
                return True
    return False


def idle_tests(source):
    """Return the names of tests that cannot fail by a wrong value."""
    functions = [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)
    ]
    helpers = {f.name for f in functions if not f.name.startswith("test") and judges(f)}
    tests = [f for f in functions if f.name.startswith("test")]
    return [f.name for f in tests if not judges(f, helpers)]


def test_every_test_asserts():
    idle = [
        f"{path.name}: {name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in idle_tests(path.read_text(encoding="utf-8"))
    ]
    assert not idle


def test_a_test_without_assertion_is_seen():
    source = (
        "def good(x):\n    assert x\n"
        "def test_a():\n    good(1)\n"
        "def test_b():\n    print(1)\n"
        "def test_c():\n    with pytest.raises(ValueError):\n        f()\n"
    )
    assert idle_tests(source) == ["test_b"]
