"""Recorders of others, each at a pinned version, and what they record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.live import LiveServer
from tests.contracts.recordings.traffic import serve
from tests.interop.programs import install, make_once, require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Current on 2026-11-30, but for nock, whose 15 needs Node.js 22, and mitmproxy, whose 12 needs Python 3.12.
NPM_PACKAGES = (
    "@mockoon/cli@9.9.0",
    "@pollyjs/adapter-node-http@6.0.6",
    "@pollyjs/core@6.0.6",
    "@pollyjs/persister-fs@6.0.6",
    "newman@6.2.2",
    "nock@14.0.11",
    "wiremock@3.13.2",
)
PYPI_PACKAGES = ("betamax==0.9.0", "mitmproxy==11.0.2", "requests==2.34.2", "vcrpy==9.4.2")


@pytest.fixture(scope="session")
def npm_recorders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose node_modules holds recorders."""
    require("node")
    npm = require("npm")
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--no-update-notifier")

    def make(folder: Path) -> None:
        install([npm, "install", *quiet, "--prefix", folder, *NPM_PACKAGES], folder=folder)

    return make_once(tmp_path_factory, "npm_recorders", make)


@pytest.fixture(scope="session")
def pypi_recorders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with recorders."""

    def make(folder: Path) -> None:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        install([*pip, "install", "--target", folder, *PYPI_PACKAGES], folder=folder)

    return make_once(tmp_path_factory, "pypi_recorders", make)


@pytest.fixture(scope="session")
def live() -> Iterator[LiveServer]:
    """Jumun, whose answers are recorded."""
    with LiveServer() as server:
        yield server


@pytest.fixture(scope="session")
def good_shop(live: LiveServer) -> Iterator[str]:
    """Where its answers come as they are."""
    with serve(live, is_broken=False) as url:
        yield url


@pytest.fixture(scope="session")
def bad_shop(live: LiveServer) -> Iterator[str]:
    """Where its lists of orders break the contract."""
    with serve(live, is_broken=True) as url:
        yield url
