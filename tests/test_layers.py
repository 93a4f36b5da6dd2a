"""Imports point down the floors of the package, and loading it costs nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lmcourse

PACKAGE = Path(lmcourse.__file__).parent

FLOORS = {
    4: "checks plots widgets cli __main__ course workspace reproduce",
    3: "training decoding ladder claims probing zoo",
    2: "ngram hmm word2vec glove fasttext neural_lm rnn attention seq2seq transformer "
    "gpt bert",
    1: "text vocab tokenizers vectors datasets littletown batches metrics sampling",
    0: "validate runtime quiet",
}
FLOOR = {name: floor for floor, names in FLOORS.items() for name in names.split()}

# The only imports that stay on one floor.
ACROSS = {
    "runtime": "validate",
    "tokenizers": "text vocab datasets",
    "littletown": "text vocab vectors",
    "metrics": "vocab",
    "datasets": "text vectors",
    "batches": "vocab",
    "seq2seq": "rnn attention",
    "transformer": "attention",
    "gpt": "transformer",
    "bert": "transformer",
    "cli": "reproduce plots widgets course workspace",
    "__main__": "cli",
    "reproduce": "plots",
    "zoo": "training ladder",
    "widgets": "plots",
}
DATA = {"datasets", "littletown", "batches"}  # a model is given data, it fetches none


def imports(path, package=PACKAGE):
    """Yield (line, topic) for every import of lmcourse in a file, lazy ones too."""
    here = ["lmcourse", *path.relative_to(package).with_suffix("").parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "lmcourse" and len(parts) > 1:
                yield node.lineno, parts[1]


def violations(package=PACKAGE):
    """Return one line for each import that the rule forbids."""
    found = []
    for path in sorted(package.rglob("*.py")):
        topic = path.relative_to(package).with_suffix("").parts[0]
        if topic not in FLOOR:  # __init__ of the package imports nothing
            allowed = set()
        else:
            below = {name for name in FLOOR if FLOOR[name] < FLOOR[topic]}
            allowed = below | {topic} | set(ACROSS.get(topic, "").split())
            if FLOOR[topic] == 2:
                allowed -= DATA
        for line, target in imports(path, package):
            if target in FLOOR and target not in allowed:
                found.append(
                    f"{path.relative_to(package)}:{line}: {topic} on floor "
                    f"{FLOOR.get(topic)} imports {target} on floor {FLOOR[target]}"
                )
    return found


def test_imports_point_down():
    assert not violations(), "\n" + "\n".join(violations())


def test_every_module_has_a_floor():
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    homeless = sorted((files | folders) - set(FLOOR))
    assert not homeless, f"add to FLOORS: {homeless}"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vocab.py", "from lmcourse.ngram import KneserNey"),
        ("ngram.py", "def fit():\n    import lmcourse.datasets"),
        ("ngram.py", "from lmcourse import littletown"),
        ("ngram/fit.py", "from .. import plots"),
        ("ngram/fit.py", "from ..plots import style"),
        ("rnn.py", "from lmcourse import ngram"),
        ("ladder.py", "from lmcourse import claims"),
        ("plots.py", "from lmcourse import widgets"),
        ("__init__.py", "from lmcourse import runtime"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path, name, source):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(source)
    assert len(violations(tmp_path)) == 1


def test_allowed_imports_pass(tmp_path):
    sources = {
        "gpt.py": "from lmcourse.transformer import Block\nimport torch",
        "ladder.py": "from lmcourse import metrics\nimport lmcourse.ngram",
        "reproduce.py": "from .plots import ladder_chart",
        "__main__.py": "from lmcourse.cli import app",
    }
    for name, source in sources.items():
        (tmp_path / name).write_text(source)
    assert not violations(tmp_path)
    assert len([*imports(tmp_path / "ladder.py", tmp_path)]) == 2


def loaded_after(statement):
    """Return what a fresh Python says, and its top-level modules, after a statement."""
    names = "*{m.split('.')[0] for m in sys.modules}"
    code = f"import sys\n{statement}\nprint('|', {names})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said, _, modules = done.stdout.rpartition("|")
    return said + done.stderr, set(modules.split())


def test_importing_the_package_is_silent_and_loads_nothing():
    said, modules = loaded_after("import lmcourse")
    assert said == ""
    heavy = {"numpy", "torch", "matplotlib", "pandas", "IPython", "ipywidgets", "scipy"}
    assert not modules & heavy
    extra = modules - loaded_after("")[1]
    assert extra == {"lmcourse"}, "import lmcourse should load nothing else"


def test_help_is_quick_because_it_loads_nothing_heavy():
    statement = "from lmcourse.cli import app\ntry:\n    app(['--help'])\n"
    said, modules = loaded_after(statement + "except SystemExit:\n    pass")
    assert "workspace" in said
    assert not modules & {"numpy", "torch", "nbclient", "matplotlib", "nbgrader"}


# Tensors begin with the neural models; what counts words must start without them.
COUNTING = {"ngram", "hmm"}
TENSORS = set(FLOORS[2].split()) - COUNTING | {"training", "batches", "zoo"}


def test_chapters_that_count_never_load_torch():
    there = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    there |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    names = sorted(there - TENSORS)
    assert {"ngram", "tokenizers", "checks"} <= set(names)
    _, modules = loaded_after("\n".join(f"import lmcourse.{name}" for name in names))
    assert "torch" not in modules
