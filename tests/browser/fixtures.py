"""A real browser and a real JupyterLab, which leave nothing behind."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Nothing of a browser's own errands: no updates, no sync, no first-run pages.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TOKEN = "only-on-this-machine"
PATIENCE = 120  # seconds for JupyterLab to start on a busy machine


def find_chromium() -> str | None:
    """Return the program of an installed Chromium, if there is one."""
    found = (shutil.which(name) for name in NAMES)
    return next(
        (path for path in (*found, *PLACES) if path and Path(path).exists()), None
    )


@pytest.fixture(scope="session")
def chromium() -> str:
    program = find_chromium()
    if program is None:
        reason = "no Chromium is installed (tried " + ", ".join(NAMES) + ")"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and in CI this test must not be skipped")
        pytest.skip(reason)
    return program


@pytest.fixture
def page(chromium):
    """Yield an empty page of a fresh browser that talks to this machine only."""
    from playwright.sync_api import sync_playwright

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*FLAGS, *(["--no-sandbox"] if root else [])]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=flags)
        fresh = browser.new_page(viewport={"width": 1400, "height": 1000})
        fresh.strangers = []
        fresh.route("**/*", lambda route: _stay_home(route, fresh.strangers))
        yield fresh
        browser.close()


def _stay_home(route, strangers) -> None:
    address = route.request.url
    if address.startswith(("http://127.0.0.1", "file:", "data:", "blob:", "ws:")):
        route.continue_()
    else:
        strangers.append(address)
        route.abort()


@pytest.fixture
def lab(tmp_path):
    """Yield ``start(folder) -> address``: JupyterLab on a folder, on loopback."""
    servers = []

    def start(folder: Path) -> str:
        server, address = _start_lab(folder, tmp_path)
        servers.append(server)
        return address

    yield start
    for server in servers:
        _stop(server)


def _start_lab(folder: Path, scratch: Path):
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "LMCOURSE_CACHE": "cache",
    }
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for variable in ("LMCOURSE_STATIC", "MPLBACKEND"):  # here pictures shall move
        environment.pop(variable, None)
    for variable, name in places.items():
        (scratch / name).mkdir()
        environment[variable] = str(scratch / name)
    settings = {
        "notebook-extension/tracker": '{"windowingMode": "none"}',
        "apputils-extension/notification": '{"fetchNews": "false"}',
    }
    for name, content in settings.items():
        path = scratch / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    port = _free_port()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
        *(f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = scratch / "lab.log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=stream, stderr=stream
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(server, f"{address}/api?token={TOKEN}", log)
    except BaseException:
        _stop(server)
        raise
    return server, address


def _wait_until_up(server, address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


def _stop(server) -> None:
    """End JupyterLab, which ends its kernels; insist if it does not listen."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
