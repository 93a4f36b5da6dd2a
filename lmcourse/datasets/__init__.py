"""Real text: found, checked, and only then read (chapter 1; every chapter's tables).

``data/catalogue.toml`` says of each data set where it lies, what it hashes to and what
its license allows. A file is looked up in the folder ``$LMCOURSE_DATA``, then in the
reader's cache, then downloaded.
"""

import json
from pathlib import Path
from typing import NamedTuple

from lmcourse.datasets.catalogue import DataFile, Dataset, choose, info, names
from lmcourse.datasets.files import (
    DatasetNotFound,
    Verdict,
    WrongHash,
    check,
    obtain,
    unpack,
)
from lmcourse.vectors.gold import Analogy, Similarity

__all__ = [
    "DataFile",
    "Dataset",
    "DatasetNotFound",
    "Poem",
    "Verdict",
    "WrongHash",
    "analogies",
    "get",
    "info",
    "load",
    "names",
    "paragraphs",
    "path",
    "paths",
    "poems",
    "sentences",
    "similarities",
    "verify",
]


class Poem(NamedTuple):
    """A poem; each of its ``lines`` is usually a couplet."""

    title: str
    author: str
    lines: tuple[str, ...]


def load(name: str, split: str | None = None) -> str:
    """Return the text of a split, byte for byte as its source has it.

    Parameters
    ----------
    name : str
        As in ``names()``.
    split : str, optional
        One of ``info(name).splits``; the first if omitted, which is "train" wherever
        there is a training set.

    Returns
    -------
    str
        A split of several files is joined with newlines.

    Raises
    ------
    ValueError
        If there is no such data set or split.
    DatasetNotFound
        If the file is nowhere and cannot be downloaded.
    WrongHash
        If a file is not the one the catalogue describes.
    """
    dataset, split = choose(name, split)
    text = "\n".join(_texts(dataset, split))
    if split in dataset.slices:
        start, stop = (int(len(text) * share) for share in dataset.slices[split])
        text = text[start:stop]
    return text


def sentences(name: str, split: str | None = None) -> list[list[str]]:
    """Return a tokenized data set as lists of tokens, one for each line.

    An empty line is an empty list: its end is a token that published perplexities count
    (a third of WikiText-2's lines are empty).

    Raises
    ------
    ValueError
        If the data set is not one of tokenized lines, and as ``load`` does.
    """
    _demand_form(name, "lines", "sentences")
    return [line.split() for line in load(name, split).removesuffix("\n").split("\n")]


def poems(name: str, split: str | None = None) -> list[Poem]:
    """Return a collection of poems.

    Raises
    ------
    ValueError
        If the data set holds no poems, and as ``load`` does.
    """
    _demand_form(name, "poems", "poems")
    return [
        Poem(record["title"], record["author"], tuple(record["paragraphs"]))
        for text in _texts(*choose(name, split))
        for record in json.loads(text)
    ]


def paragraphs(name: str, split: str | None = None) -> list[str]:
    """Return the paragraphs of a reading test, without its questions.

    Raises
    ------
    ValueError
        If the data set has none, and as ``load`` does.
    """
    _demand_form(name, "paragraphs", "paragraphs")
    return [
        paragraph["context"]
        for text in _texts(*choose(name, split))
        for article in json.loads(text)["data"]
        for paragraph in article["paragraphs"]
    ]


def similarities(name: str, split: str | None = None) -> list[Similarity]:
    """Return pairs of words with the scores that people gave them.

    The words are as the file spells them, and so is a pair that comes twice.

    Raises
    ------
    ValueError
        If the data set holds no such pairs, and as ``load`` does.
    """
    _demand_form(name, "similarities", "pairs of words with scores")
    pairs = []
    for line in _lines(name, split):
        a, b, score = (field.strip() for field in line.split("\t"))
        pairs.append(Similarity(a, b, float(score)))
    return pairs


def analogies(name: str, split: str | None = None) -> list[Analogy]:
    """Return questions "a is to b as c is to d", each with its relation.

    Raises
    ------
    ValueError
        If the data set holds none, and as ``load`` does.
    """
    _demand_form(name, "analogies", "analogies")
    questions, relation = [], ""
    for line in _lines(name, split):
        if line.startswith(":"):
            relation = line.removeprefix(":").strip()
        else:
            questions.append(Analogy(relation, *line.split()))
    return questions


def path(name: str, split: str | None = None) -> Path:
    """Return where the verified file of a split is, for programs that open it alone.

    It may end in .gz, and if the split is a slice it is the whole file.

    Raises
    ------
    ValueError
        If the split has several files (see ``paths``), and as ``load`` does.
    """
    found = paths(name, split)
    if len(found) > 1:
        raise ValueError(
            f"{name} comes in {len(found)} files; datasets.paths({name!r}) lists them"
        )
    return found[0]


def paths(name: str, split: str | None = None) -> list[Path]:
    """Return where the verified files of a split are; as ``path`` in all else."""
    dataset, split = choose(name, split)
    return [obtain(dataset, file)[0] for file in dataset.files_of(split)]


def get(name: str) -> list[Path]:
    """Make sure that every file of a data set is on this machine, and say where."""
    dataset = info(name)
    return [obtain(dataset, file)[0] for file in dataset.files]


def verify(name: str) -> list[Verdict]:
    """Check every file of a data set that is on this machine, downloading nothing.

    Returns
    -------
    list of Verdict
        One for each copy found (the same file may be in both folders), and one without
        a path for each file that is nowhere.
    """
    return [verdict for file in info(name).files for verdict in check(file)]


def _demand_form(name: str, form: str, what: str) -> None:
    if info(name).form != form:
        fitting = [other for other in names() if info(other).form == form]
        raise ValueError(
            f"{name} cannot be read as {what}; these can: {', '.join(fitting)}. "
            f"datasets.load({name!r}) gives its text"
        )


def _lines(name: str, split: str | None) -> list[str]:
    lines = (line for text in _texts(*choose(name, split)) for line in text.split("\n"))
    return [line for line in lines if line.strip()]


def _texts(dataset: Dataset, split: str) -> list[str]:
    contents = [obtain(dataset, file) for file in dataset.files_of(split)]
    return [unpack(found, content).decode("utf-8") for found, content in contents]
