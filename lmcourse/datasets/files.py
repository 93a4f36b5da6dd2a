"""Find a file of the catalogue, check it, or download it.

No byte is used that does not have the right sha256, and no file is ever deleted or
overwritten.
"""

import gzip
import hashlib
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lmcourse import runtime
from lmcourse.datasets.catalogue import DataFile, Dataset

TIMEOUT = 30  # seconds a server may stay silent before a download is given up


class DatasetNotFound(FileNotFoundError):  # noqa: N818  it reads better bare
    """A file is not on this machine and could not be fetched; says how to get it."""


class WrongHash(ValueError):  # noqa: N818
    """A file is not the one the catalogue describes; it was left where it is."""


class _DownloadError(Exception):
    """Why a download failed, in half a sentence."""


class Verdict(NamedTuple):
    """What ``verify`` found; ``path`` is None if the file is not on this machine."""

    file: DataFile
    path: Path | None
    problem: str = ""


def obtain(dataset: Dataset, file: DataFile) -> tuple[Path, bytes]:
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


def check(file: DataFile) -> list[Verdict]:
    """Check every copy of a file that is on this machine, and download nothing.

    Returns
    -------
    list of Verdict
        One for each copy; one without a path if there is none.
    """
    verdicts = []
    for found in _copies(file):
        content = found.read_bytes()
        problem = _problem(file, found, content)
        if not problem and found.suffix == ".gz":  # right as stored; right inside too?
            source = Path(file.plain)
            problem = _problem(file, source, unpack(found, content))
        verdicts.append(Verdict(file, found, problem))
    return verdicts or [Verdict(file, None)]


def unpack(found: Path, content: bytes) -> bytes:
    """Return the bytes of the source, whichever form was found."""
    return gzip.decompress(content) if found.suffix == ".gz" else content


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
    with suppress(OSError):  # no cache, no copy; writing to it will say what is wrong
        yield _cache()


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
        unpack(found, content)
    except (OSError, EOFError, zlib.error) as error:
        return f"\n  and it cannot be unpacked: {error}"
    return ""


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
    look = {"unit": "B", "unit_scale": True, "leave": False}
    title = PurePosixPath(file.plain).name
    try:
        with tqdm(desc=title, total=file.source_size, **look) as bar:
            download = pooch.HTTPDownloader(
                progressbar=bar, chunk_size=2**16, timeout=TIMEOUT
            )
            download(file.address, buffer, None)
        return buffer.getvalue()
    except requests.HTTPError as error:
        answer = error.response
        reason = f"the server answered {answer.status_code} {answer.reason}"
    except requests.exceptions.SSLError as error:
        reason = f"no secure connection to the server: {error}"
    except requests.RequestException as error:
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            reason = f"it broke off before {file.source_size:,} bytes had come"
        elif isinstance(error, requests.Timeout) or "timed out" in str(error):
            reason = f"the server was silent for {TIMEOUT} seconds"
        elif isinstance(error, requests.ConnectionError):
            reason = "there is no connection to the server"
        else:
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
