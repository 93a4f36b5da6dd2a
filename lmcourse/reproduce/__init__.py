"""Experiments on real text: run by a command, stored with everything they depend on.

``lmcourse reproduce NAME`` runs one and writes ``results/NAME.json``; lessons and the
book show that file beside the published figures. Nobody types a number by hand. One
module a chapter holds the experiments; each imports its models when it runs, so that
listing the names loads none of them.
"""

from lmcourse.reproduce import (  # noqa: F401  they register
    neural,
    ngrams,
    start,
    text,
    treebank,
    words,
)
from lmcourse.reproduce.core import (
    Experiment,
    Result,
    experiment,
    info,
    names,
    run,
    stored,
)

__all__ = ["Experiment", "Result", "experiment", "info", "names", "run", "stored"]
