"""What the interop tests share: the packages of others, installed once for each test run, servers, and our clients."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver.core import faults
from jumun_mockserver.live import LiveServer
from tests.interop.asker import WORK, Asker
from tests.interop.bootpay_sdks import LANGUAGES, Sdk, node_sdk, python_sdk
from tests.interop.programs import install, make_once, require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Current on 2026-11-22.
NPM_PACKAGES = ("@bootpay/backend-js@2.13.1", "axios@1.21.1")
# Where aiodns is installed, aiohttp by default asks name servers itself.
PYPI_PACKAGES = ("aiodns==4.0.4", "aiohttp==3.14.5", "bootpay-backend==2.9.0", "requests==2.34.2")


@pytest.fixture(scope="session", params=PROFILES)
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """A mock of each profile."""
    with LiveServer(profile=request.param) as live:
        yield live


@pytest.fixture
def mock(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """A mock of each profile, to which nothing has happened and which makes no one wait."""
    monkeypatch.setattr(faults, "LINE_PAUSE_S", 0.001)
    server.session.reset()
    yield server
    server.session.reset()


@pytest.fixture(params=WORK)
def operation(request: pytest.FixtureRequest) -> str:
    """Each operation that our clients call."""
    return str(request.param)


@pytest.fixture(params=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    """Both ways of calling."""
    return bool(request.param == "async")


@pytest.fixture
def open_asker(mock: LiveServer, operation: str, is_async: bool) -> Iterator[Callable[..., Asker]]:  # noqa: FBT001
    """Opens clients of `jumun_client`, whose calls need the operation."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(Asker(WORK[operation], mock, is_async=is_async, **options))


@pytest.fixture(scope="session")
def node() -> str:
    """The program node."""
    return require("node")


@pytest.fixture(scope="session")
def npm_packages(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - npm needs node
    """A folder whose node_modules holds the Bootpay SDK and axios."""
    npm = require("npm")
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--no-update-notifier")

    def make(folder: Path) -> None:
        install([npm, "install", *quiet, "--prefix", folder, *NPM_PACKAGES], folder=folder)

    return make_once(tmp_path_factory, "npm", make)


@pytest.fixture(scope="session")
def pypi_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with the Bootpay SDK, requests, and aiohttp with what it takes to be quick."""

    def make(folder: Path) -> None:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        install([*pip, "install", "--target", folder, *PYPI_PACKAGES], folder=folder)

    return make_once(tmp_path_factory, "pypi", make)


@pytest.fixture(params=LANGUAGES)
def sdk(request: pytest.FixtureRequest, tmp_path: Path) -> Sdk:
    """Each official Bootpay SDK."""
    if request.param == "node":
        return node_sdk(request.getfixturevalue("node"), request.getfixturevalue("npm_packages"), tmp_path)
    return python_sdk(request.getfixturevalue("pypi_packages"), tmp_path)
