"""Fetch the scripts that the book's pages need, so that no page asks a stranger.

Formulas need MathJax, live widgets need require.js and the Jupyter widget manager. Left
alone, Sphinx and myst-nb would load all three from somebody's server each time a page
is opened. Instead they are fetched once, by npm, at the versions and with the checksums
written below, and unpacked into ``_vendor/``, which git ignores.
"""

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple


class Package(NamedTuple):
    """One npm package: its exact version, its checksum, and the files we want."""

    name: str
    version: str
    sha512: str  # base64, as npm prints it under "integrity"
    keep: dict[str, str]  # file or folder in the package -> where it goes


PACKAGES = (
    Package(
        "mathjax",
        "3.2.2",
        "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/"
        "O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
        {
            "LICENSE": "mathjax/LICENSE",
            "es5/tex-mml-chtml.js": "mathjax/tex-mml-chtml.js",
            "es5/output/chtml/fonts/woff-v2": "mathjax/output/chtml/fonts/woff-v2",
            "es5/input/tex/extensions": "mathjax/input/tex/extensions",
        },
    ),
    Package(
        "requirejs",
        "2.3.7",
        "DouTG8T1WanGok6Qjg2SXuCMzszOo0eHeH9hDZ5Y4x8J"
        "e+9JB38HdTLT4/VA8OaUhBa0JPVHJ0pyBkM1z+pDsw==",
        {"require.js": "require.js"},
    ),
    Package(
        "@jupyter-widgets/html-manager",
        "1.0.14",
        "wglgQQ+VMj+MBKkTttdeoMtOah/H2A1w5GU1OAVXmDQq"
        "ZYTK6C+oHZjQMxcNezIpiqUjC1YHKOo5XdP3ENvBng==",
        {"LICENSE": "hm/LICENSE", "dist/embed-amd.js": "hm/embed-amd.js"},
    ),
)

# The widget manager's style sheet imports a font from a foreign server; the browser's
# own monospace font will do.
FOREIGN_FONT = b"https://fonts.googleapis.com/css?family=Roboto+Mono"
NO_FONT = b"data:text/css,"


class MissingAssetsError(RuntimeError):
    """The scripts are not there and could not be fetched; the message says why."""


def fetch(folder: Path) -> Path:
    """Make sure that ``folder`` holds every script; quick and offline if it does.

    Parameters
    ----------
    folder : Path
        Becomes a complete copy or stays as it was.

    Returns
    -------
    Path
        ``folder``.

    Raises
    ------
    MissingAssetsError
        If npm is absent, cannot reach its registry, or delivers other bytes.
    """
    wanted = "\n".join(f"{p.name}@{p.version} {p.sha512}" for p in PACKAGES)
    stamp = folder / "CONTENTS"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise MissingAssetsError(
            "The book needs npm, once, to fetch MathJax and the widget scripts, and "
            "npm is not installed. Install Node.js (which brings npm), then run "
            "`make book` again."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fresh = Path(scratch) / "fresh"
        for package in PACKAGES:
            print(f"book: fetching {package.name} {package.version}", flush=True)
            _unpack(_download(npm, package, Path(scratch)), package.keep, fresh)
        manager = fresh / "hm" / "embed-amd.js"
        manager.write_bytes(manager.read_bytes().replace(FOREIGN_FONT, NO_FONT))
        (fresh / "CONTENTS").write_text(wanted, encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    return folder


def _download(npm: str, package: Package, scratch: Path) -> Path:
    what = f"{package.name}@{package.version}"
    before = set(scratch.glob("*.tgz"))
    try:
        subprocess.run(
            [npm, "pack", "--silent", what],
            cwd=scratch,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        )
    except subprocess.TimeoutExpired:
        raise MissingAssetsError(
            f"npm did not fetch {what} within five minutes. Check the network, then "
            "run `make book` again."
        ) from None
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip() or "no reason given").splitlines()[0]
        raise MissingAssetsError(
            f"npm could not fetch {what} ({reason}). The book needs the network once; "
            "after that it builds without."
        ) from None
    (archive,) = set(scratch.glob("*.tgz")) - before
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise MissingAssetsError(
            f"npm delivered {what} with the checksum {found}, expected "
            f"{package.sha512}. Nothing of it was used."
        )
    return archive


def _unpack(archive: Path, keep: dict[str, str], target: Path) -> None:
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            name = member.name.removeprefix("package/")
            for source, place in keep.items():
                if name == source or name.startswith(source + "/"):
                    out = target / (place + name.removeprefix(source))
                    out.parent.mkdir(parents=True, exist_ok=True)
                    if member.isfile():
                        out.write_bytes(tar.extractfile(member).read())
