"""The catalogue of real text: what ``data/catalogue.toml`` says, as Python objects."""

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from lmcourse import runtime


@dataclass(frozen=True)
class DataFile:
    """One file of a data set: ``size`` and ``sha256`` as stored, and at its source."""

    split: str
    file: str
    size: int
    sha256: str
    address: str
    source_size: int
    source_sha256: str

    @property
    def plain(self) -> str:
        """Where the uncompressed file lies; what a download is saved as."""
        return self.file.removesuffix(".gz")

    def expected(self, path: Path) -> tuple[int, str]:
        """Return size and sha256 of the stored form or the plain one, as named."""
        if path.name == PurePosixPath(self.file).name:
            return self.size, self.sha256
        return self.source_size, self.source_sha256


@dataclass(frozen=True)
class Dataset:
    """One entry of the catalogue; its comments say what each field means."""

    name: str
    title: str
    form: str
    license: str
    source: str
    citation: str
    split: str
    files: tuple[DataFile, ...]
    notes: str = ""
    slices: dict[str, tuple[float, float]] = field(default_factory=dict)
    published: tuple[dict[str, Any], ...] = ()

    @property
    def splits(self) -> tuple[str, ...]:
        """The parts that can be loaded; the first is the default."""
        return tuple(dict.fromkeys([*self.slices, *(f.split for f in self.files)]))

    def files_of(self, split: str) -> list[DataFile]:
        """List the files that hold ``split``; all of them if it is a slice."""
        return [f for f in self.files if f.split == split or split in self.slices]


def names() -> list[str]:
    """Return the names of all data sets in the catalogue."""
    return list(_catalogue(runtime.data_folder()))


def info(name: str) -> Dataset:
    """Return what the catalogue says about a data set.

    Raises
    ------
    ValueError
        If there is none of that name; the message suggests the nearest.
    """
    known = _catalogue(runtime.data_folder())
    if name not in known:
        raise ValueError(_unknown("data set", name, known))
    return known[name]


def choose(name: str, split: str | None) -> tuple[Dataset, str]:
    """Return a data set and one of its splits, the first if ``split`` is None.

    Raises
    ------
    ValueError
        If there is no such data set or split; the message suggests the nearest.
    """
    dataset = info(name)
    if split is None:
        return dataset, dataset.splits[0]
    if split not in dataset.splits:
        raise ValueError(_unknown(f"split of {name}", split, dataset.splits))
    return dataset, split


@cache
def _catalogue(folder: Path) -> dict[str, Dataset]:
    entries = tomllib.loads((folder / "catalogue.toml").read_text(encoding="utf-8"))
    return {name: _dataset(name, **entry) for name, entry in entries.items()}


def _dataset(name: str, files: list, published: tuple | list = (), **entry) -> Dataset:
    made = tuple(DataFile(**file) for file in files)
    return Dataset(name=name, files=made, published=tuple(published), **entry)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(name).lower().replace("_", "-"), known, 1, 0.5)
    guess = f"; did you mean {near[0]!r}?" if near else "."
    return f"there is no {what} called {name!r}{guess} There is: {', '.join(known)}"
