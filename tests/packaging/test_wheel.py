"""The wheel holds what it should, and serves where nothing else is installed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tarfile import open as open_tar
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from jumun_contracts import PROFILES
from tests.checkout import ROOT
from tests.interop.programs import clean_environment, install, make_once, require, run_well

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOMS = {
    "jumun_contracts": "contracts",
    "jumun_fixtures": "fixtures",
    "jumun_mockserver": "mockserver",
    "jumun_client": "client",
}

_URL = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]*")
_START_S = 30
_STOP_S = 10
# What tests of other workers may write while this one builds.
_CACHES = re.compile(r"(__pycache__|\.(pytest|mypy|ruff|import_linter)_cache|\.hypothesis|\.venv)/")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of this checkout, the wheel built from it, and what git said before and after."""

    def make(folder: Path) -> None:
        before = _git_status()
        install([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder=folder)
        (folder / "status.json").write_text(json.dumps([before, _git_status()]), "utf-8")

    return make_once(tmp_path_factory, "built", make)


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """Path of the built wheel."""
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment that holds the wheel and what it asks for, nothing else."""

    def make(folder: Path) -> None:
        install([sys.executable, "-m", "venv", folder], folder=folder.parent)
        constraints = ROOT / "constraints.txt"
        constrained: list[str | Path] = ["-c", constraints] if constraints.exists() else []
        pip: list[str | Path] = [_scripts(folder) / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        install([*pip, "install", *constrained, wheel], folder=folder.parent)

    return _scripts(make_once(tmp_path_factory, "installed", make))


def test_wheel_holds_the_four_packages(wheel: Path) -> None:
    """Every file of the four packages that git would keep is in the wheel, and nothing else but its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    metadata = {name for name in names if PurePosixPath(name).parts[0].endswith(".dist-info")}
    assert names - metadata == {
        f"{package}/{path}" for package, room in ROOMS.items() for path in _kept_files(f"{room}/{package}")
    }
    # A stray file of the checkout would pass the comparison: so the kinds of files are named too.
    assert {PurePosixPath(name).suffix for name in names - metadata} == {
        *(".py", ".yaml", ".json", ".scenario", ".typed", ".cjs")
    }
    assert {PurePosixPath(name).name for name in metadata} == {
        "METADATA",
        "WHEEL",
        "RECORD",
        "LICENSE",
        "entry_points.txt",
    }


def test_wheel_holds_data_and_type_markers(wheel: Path) -> None:
    """Each kind of package data is there, so that the comparison with the checkout cannot pass on nothing."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"{package}/py.typed" for package in ROOMS} <= names
    for provider in ("naver", "bootpay"):
        assert {f"jumun_contracts/{provider}/{file}" for file in ("openapi.yaml", "observed.overlay.yaml")} <= names
        assert f"jumun_contracts/{provider}/errors.yaml" in names
        assert any(name.startswith(f"jumun_contracts/{provider}/schemas/") for name in names)
        assert f"jumun_fixtures/{provider}/orders.yaml" in names


def test_entry_points(wheel: Path) -> None:
    """The wheel offers the command and both pytest plugins."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
        entry_points = ConfigParser()
        entry_points.read_string(archive.read(name).decode())
    assert {section: dict(entry_points[section]) for section in entry_points.sections()} == {
        "console_scripts": {"jumun": "jumun_mockserver.cli.main:run"},
        "pytest11": {"jumun": "jumun_mockserver.testing.pytest_plugin", "jumun_client": "jumun_client.pytest_plugin"},
    }


def test_sdist_holds_no_tests(built: Path) -> None:
    """The sdist has the four source roots and the papers, and neither tests nor tools."""
    (path,) = built.glob("*.tar.gz")
    with open_tar(path) as archive:
        tops = {PurePosixPath(name).parts[1] for name in archive.getnames() if len(PurePosixPath(name).parts) > 1}
    papers = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore"}
    assert set(ROOMS.values()) <= tops <= set(ROOMS.values()) | papers


def test_building_leaves_the_checkout_alone(built: Path) -> None:
    """Building adds, changes and removes no file of the checkout, ignored ones included."""
    before, after = json.loads((built / "status.json").read_text("utf-8"))
    assert after == before


@pytest.mark.slow
def test_packages_import_alone(installed: Path, tmp_path: Path) -> None:
    """All four packages come from the environment and not from the checkout, and every contract loads."""
    code = f"""
import pathlib, sys
import jumun_client, jumun_contracts, jumun_fixtures, jumun_mockserver
for package in (jumun_client, jumun_contracts, jumun_fixtures, jumun_mockserver):
    assert pathlib.Path(package.__file__).is_relative_to(sys.prefix), package.__file__
for provider in ("naver", "bootpay"):
    for profile in {PROFILES!r}:
        assert jumun_contracts.load_contract(provider, profile).operations
"""
    run_well([installed / "python", "-c", code], folder=tmp_path, environment=clean_environment(tmp_path))


@pytest.mark.parametrize("profile", PROFILES)
def test_installed_alone_it_serves(installed: Path, tmp_path: Path, profile: str) -> None:
    """`jumun serve` prints where it listens, answers both APIs and the control plane, and a SIGTERM ends it well."""
    command: list[str | Path] = [installed / "jumun", "serve", "--port", "0", "--profile", profile]
    with _served(command, folder=tmp_path) as (process, url):
        ids = _fetch(
            f"{url}/external/v1/pay-order/seller/orders/2023010112345/product-order-ids",
            authorization="Bearer your_access_token_here",
        )["data"]
        assert (ids["productOrderIds"] if profile == "documented" else ids) == [
            "2023010112345001",
            "2023010112345002",
            "2023010112345003",
        ]
        orders = _fetch(
            f"{url}/v1/orders?css_at=2025-01-01&cse_at=2025-01-31",
            # The page's placeholders, your-commerce-client-key and your-commerce-secret-key.
            authorization="Basic eW91ci1jb21tZXJjZS1jbGllbnQta2V5OnlvdXItY29tbWVyY2Utc2VjcmV0LWtleQ==",
        )
        assert orders["count"] == len(orders["list"]) == 4
        assert _fetch(f"{url}/_jumun/version")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=_STOP_S) == 0


@contextmanager
def _served(command: list[str | Path], *, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server as a subprocess and the URL that it prints. It does not outlive the block."""
    log = folder / "stderr.txt"
    with (
        log.open("w", encoding="utf-8") as stderr,
        subprocess.Popen(
            command,
            cwd=folder,
            env=clean_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdout
        # Reading a line has no timeout of its own: ending the program ends it.
        watchdog = threading.Timer(_START_S, process.kill)
        watchdog.start()
        try:
            seen = []
            for line in process.stdout:
                seen.append(line)
                if found := _URL.search(line):
                    break
            else:
                pytest.fail(f"no URL on stdout:\n{''.join(seen)}\n--- stderr\n{log.read_text('utf-8')}", pytrace=False)
            watchdog.cancel()
            yield process, found[0]
        finally:
            watchdog.cancel()
            process.kill()


def _fetch(url: str, *, authorization: str = "") -> Any:
    request = Request(url, headers={"Accept": "application/json", "Authorization": authorization})  # noqa: S310 - http
    with build_opener(ProxyHandler({})).open(request, timeout=_STOP_S) as response:
        return json.load(response)


def _scripts(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def _kept_files(folder: str) -> list[str]:
    """Files below a folder of the checkout, relative to it, ignored ones left out."""
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    # A file that is deleted and not yet committed so is still listed.
    return [
        path for path in _git(*arguments, folder=ROOT / folder).split("\0") if path and (ROOT / folder / path).exists()
    ]


def _git_status() -> list[str]:
    lines = _git("status", "--porcelain", "--untracked-files=all", "--ignored=matching", folder=ROOT).splitlines()
    return [line for line in lines if not _CACHES.search(line)]


def _git(*arguments: str, folder: Path) -> str:
    return run_well([require("git"), *arguments], folder=folder, environment=os.environ).stdout
