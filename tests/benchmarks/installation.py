"""How a peer comes into the cache folder: from npm, PyPI or Debian, in a pinned version, once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.program import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_INSTALL_S = 600


def install_npm(name: str, version: str, cache: Path) -> Path:
    """The folder of the package NAME; raises Unavailable."""
    prefix = cache / "npm" / f"{name.replace('/', '+')}@{version}"
    package = prefix / "node_modules" / name
    manifest = package / "package.json"
    # npm writes a package's manifest before all it depends on is there: the mark comes last.
    mark = prefix / "installed"
    if not mark.exists():
        prefix.mkdir(parents=True, exist_ok=True)
        options = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        _run(["npm", "install", *options, "--prefix", str(prefix), f"{name}@{version}"], folder=prefix)
        mark.touch()
    if (found := json.loads(manifest.read_text())["version"]) != version:
        raise Unavailable(f"npm brought {name} {found} in place of {version}")
    return package


def install_pypi(requirements: Sequence[str], cache: Path) -> Path:
    """The folder of programs of a virtual environment with `requirements`; raises Unavailable."""
    environment = cache / "pypi" / "+".join(requirements)
    mark = environment / "installed"
    if not mark.exists():
        environment.parent.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", str(environment)], folder=cache)
        _run([str(environment / "bin" / "pip"), "install", "--quiet", *requirements], folder=cache)
        mark.touch()
    return environment / "bin"


def find_debian(program: str, package: str, cache: Path) -> str:
    """The path of `program`: of this machine, else unpacked from Debian's package, so no service starts and no root.

    Raises Unavailable.
    """
    # Debian has servers where only root's PATH points.
    if path := shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
        return path
    folder = cache / "debian" / package
    path = str(folder / "usr" / "sbin" / program)
    if not shutil.which(path):
        folder.mkdir(parents=True, exist_ok=True)
        _run(["apt-get", "download", package], folder=folder)
        for archive in folder.glob("*.deb"):
            _run(["dpkg", "-x", str(archive), str(folder)], folder=folder)
    return path


def _run(command: Sequence[str], *, folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_INSTALL_S,
            check=False,
        )
    except FileNotFoundError as error:
        raise Unavailable(f"{command[0]} is not on PATH") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{command[0]} was not done within {_INSTALL_S} s") from error
    if done.returncode:
        raise Unavailable(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-400:]}")
