"""Real text: found, checked, and only then read (chapter 1; every chapter's tables).

``data/catalogue.toml`` says of each data set where it lies, what it hashes to and what
its license allows. A file is looked up in the folder ``$LMCOURSE_DATA``, then in the
reader's cache, then downloaded. No byte is used that does not have the right sha256,
and no file is ever deleted or overwritten.
"""

import difflib
import gzip
import hashlib
import io
import json
import os
import sys
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from lmcourse import runtime

TIMEOUT = 30  # seconds a server may stay silent before a download is given up


class DatasetNotFound(FileNotFoundError):  # noqa: N818  it reads better bare
    """A file is not on this machine and could not be fetched; says how to get it."""


class WrongHash(ValueError):  # noqa: N818
    """A file is not the one the catalogue describes; it was left where it is."""


class _DownloadError(Exception):
    """Why a download failed, in half a sentence."""


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


class Poem(NamedTuple):
    """A poem; each of its ``lines`` is usually a couplet."""

    title: str
    author: str
    lines: tuple[str, ...]


class Verdict(NamedTuple):
    """What ``verify`` found; ``path`` is None if the file is not on this machine."""

    file: DataFile
    path: Path | None
    problem: str = ""


def names() -> list[str]:
    """Return the names of all data sets in the catalogue."""
    return list(_catalogue(runtime.data_folder() / "catalogue.toml"))


def info(name: str) -> Dataset:
    """Return what the catalogue says about a data set.

    Raises
    ------
    ValueError
        If there is none of that name; the message suggests the nearest.
    """
    known = _catalogue(runtime.data_folder() / "catalogue.toml")
    if name not in known:
        raise ValueError(_unknown("data set", name, list(known)))
    return known[name]


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
    dataset, split = _choose(name, split)
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
        for text in _texts(*_choose(name, split))
        for record in json.loads(text)
    ]


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
    dataset, split = _choose(name, split)
    return [_obtain(dataset, file)[0] for file in dataset.files_of(split)]


def get(name: str) -> list[Path]:
    """Make sure that every file of a data set is on this machine, and say where."""
    dataset = info(name)
    return [_obtain(dataset, file)[0] for file in dataset.files]


def verify(name: str) -> list[Verdict]:
    """Check every file of a data set that is on this machine, downloading nothing.

    Returns
    -------
    list of Verdict
        One for each copy found (the same file may be in both folders), and one without
        a path for each file that is nowhere.
    """
    verdicts = []
    for file in info(name).files:
        found = list(_copies(file))
        verdicts += [Verdict(file, p, _problem(file, p, p.read_bytes())) for p in found]
        if not found:
            verdicts.append(Verdict(file, None))
    return verdicts


# --- the catalogue ------------------------------------------------------------------


@cache
def _catalogue(path: Path) -> dict[str, Dataset]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _dataset(name, **entry) for name, entry in entries.items()}


def _dataset(name: str, files: list, published: tuple | list = (), **entry) -> Dataset:
    made = tuple(DataFile(**file) for file in files)
    return Dataset(name=name, files=made, published=tuple(published), **entry)


def _choose(name: str, split: str | None) -> tuple[Dataset, str]:
    dataset = info(name)
    if split is None:
        return dataset, dataset.splits[0]
    if split not in dataset.splits:
        raise ValueError(_unknown(f"split of {name}", split, dataset.splits))
    return dataset, split


def _demand_form(name: str, form: str, what: str) -> None:
    if info(name).form != form:
        fitting = [other for other in names() if info(other).form == form]
        raise ValueError(
            f"{name} cannot be read as {what}; these can: {', '.join(fitting)}. "
            f"datasets.load({name!r}) gives its text"
        )


def _unknown(what: str, name: str, known: list[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(str(name).lower().replace("_", "-"), known, 1, 0.5)
    guess = f"; did you mean {near[0]!r}?" if near else "."
    return f"there is no {what} called {name!r}{guess} There is: {', '.join(known)}"


# --- finding and checking -----------------------------------------------------------


def _texts(dataset: Dataset, split: str) -> list[str]:
    contents = [_obtain(dataset, file) for file in dataset.files_of(split)]
    return [_unpack(found, content).decode("utf-8") for found, content in contents]


def _obtain(dataset: Dataset, file: DataFile) -> tuple[Path, bytes]:
    """Return the first copy of a file and its verified bytes; download if need be."""
    for found in _copies(file):
        content = found.read_bytes()
        if problem := _problem(file, found, content):
            raise WrongHash(
                f"{found} is not the file the catalogue describes.\n{problem}\n"
                "Nothing was deleted. Move this file away, then run: "
                f"lmcourse data get {dataset.name}"
            )
        return found, content
    try:
        content = _download(dataset, file)
        return runtime.write_atomic(_cache() / file.plain, content), content
    except _DownloadError as reason:
        raise DatasetNotFound(_advice(dataset, file, str(reason))) from None
    except OSError as error:
        reason = f"the cache cannot be written: {error}; LMCOURSE_CACHE names another"
        raise DatasetNotFound(_advice(dataset, file, reason)) from None


def _copies(file: DataFile) -> Iterator[Path]:
    for folder in _folders():
        for form in dict.fromkeys([file.file, file.plain]):
            if (folder / form).is_file():
                yield folder / form


def _folders() -> Iterator[Path]:
    if named := os.environ.get("LMCOURSE_DATA"):
        folder = Path(named).expanduser()
        if not folder.is_dir():
            raise DatasetNotFound(
                f"LMCOURSE_DATA is set to {named}, which is no folder. Set it to the "
                "folder that holds the data, or unset it to use downloads"
            )
        yield folder
    try:
        yield _cache()
    except OSError:
        return  # it holds nothing then; writing to it will say what is wrong


def _cache() -> Path:
    return runtime.cache_folder() / "data"


def _problem(file: DataFile, found: Path, content: bytes) -> str:
    """Say how a copy differs from what the catalogue expects; "" if it does not."""
    size, sha256 = file.expected(found)
    got = hashlib.sha256(content).hexdigest()
    if got != sha256:
        broken = _broken(found, content)
        return (
            f"  expected {size:,} bytes with sha256 {sha256}\n"
            f"  found    {len(content):,} bytes with sha256 {got}{broken}"
        )
    return ""


def _broken(found: Path, content: bytes) -> str:
    try:
        _unpack(found, content)
    except (OSError, EOFError, zlib.error) as error:
        return f"\n  and it cannot be unpacked: {error}"
    return ""


def _unpack(found: Path, content: bytes) -> bytes:
    return gzip.decompress(content) if found.suffix == ".gz" else content


# --- downloading --------------------------------------------------------------------


def _download(dataset: Dataset, file: DataFile) -> bytes:
    """Fetch a file's bytes; they are in memory until they are known to be right."""
    folder = _cache()
    first = not any((folder / other.plain).exists() for other in dataset.files)
    content = _fetch(file)
    got = hashlib.sha256(content).hexdigest()
    if got == file.source_sha256:
        if first:
            print(f"{dataset.title}, from {dataset.source}", file=sys.stderr)
            print(f"License: {dataset.license}", file=sys.stderr)
        return content
    aside = runtime.write_atomic(folder / f"{file.plain}.wrong-{got[:8]}", content)
    raise WrongHash(
        f"{file.address} sent something other than the catalogue describes.\n"
        f"  expected {file.source_size:,} bytes with sha256 {file.source_sha256}\n"
        f"  received {len(content):,} bytes with sha256 {got}\n"
        f"It is not used, but kept for you to look at: {aside}\n"
        "A network that asks you to log in first sends its own page instead: open any "
        f"page in a browser, then run: lmcourse data get {dataset.name}"
    )


def _fetch(file: DataFile) -> bytes:
    import pooch  # it and what it needs take long to import
    import requests
    from tqdm.auto import tqdm

    buffer = io.BytesIO()
    title = PurePosixPath(file.plain).name
    try:
        with tqdm(desc=title, unit="B", unit_scale=True, leave=False) as bar:
            download = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT)
            download(file.address, buffer, None)
        return buffer.getvalue()
    except requests.HTTPError as error:
        answer = error.response
        reason = f"the server answered {answer.status_code} {answer.reason}"
    except requests.exceptions.SSLError as error:
        reason = f"no secure connection to the server: {error}"
    except requests.RequestException as error:
        reason = "there is no connection to the server"
        if buffer.tell():
            reason = f"it broke off after {buffer.tell():,} bytes"
        elif isinstance(error, requests.Timeout):
            reason = f"the server was silent for {TIMEOUT} seconds"
        elif not isinstance(error, requests.ConnectionError):
            reason = f"{type(error).__name__}: {error}"
    raise _DownloadError(reason)


def _advice(dataset: Dataset, file: DataFile, reason: str) -> str:
    named = os.environ.get("LMCOURSE_DATA")
    either = file.plain if file.plain == file.file else f"{file.file} or {file.plain}"
    try:
        cached = _cache() / file.plain
    except OSError as error:
        cached = f"not available ({error})"
    return (
        f"{dataset.name}: {file.file} is not on this machine, and the download failed: "
        f"{reason}.\n"
        "Looked in\n"
        f"  $LMCOURSE_DATA: {Path(named) / either if named else 'not set'}\n"
        f"  the cache: {cached}\n"
        f"  {file.address}\n"
        "Two ways to get it\n"
        f"  1. with a connection, run: lmcourse data get {dataset.name}\n"
        "  2. get that address in any other way, save it in a folder of yours as\n"
        f"     {file.plain}, and set LMCOURSE_DATA to that folder"
    )
