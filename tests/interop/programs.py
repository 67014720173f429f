"""Programs that tests start: found, run to their end in an environment of their own, reported whole when they fail."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INSTALL_S = 300
# What npm and pip say of a network that is not there.
UNREACHABLE = re.compile(
    r"\b(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH)\b|NewConnectionError|from versions: none"
)
_RUN_S = 60


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that came to its end, whatever its exit code."""

    command: str
    code: int
    stdout: str
    stderr: str

    def __str__(self) -> str:
        return f"{self.command}\nexit code {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


def require(tool: str) -> str:
    """The path of a tool of this machine. Without it the test is skipped."""
    if path := shutil.which(tool):
        return path
    pytest.skip(f"{tool} is not on PATH")


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """What a program under test gets: no proxy, no configuration of the user's, nothing of Python's or Node's."""
    return {
        "PATH": os.environ["PATH"],
        # curl reads ~/.curlrc, requests ~/.netrc.
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        **more,
    }


def run(
    command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str], timeout_s: float = _RUN_S
) -> Ended:
    """Run a program to its end in `folder`; a program that does not end fails the test."""
    line = shlex.join(map(str, command))
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        pytest.fail(
            f"{line}\nwas still running after {timeout_s} s\n--- stdout\n{_text(error.stdout)}\n"
            f"--- stderr\n{_text(error.stderr)}",
            pytrace=False,
        )
    return Ended(line, done.returncode, done.stdout, done.stderr)


def run_well(
    command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str], timeout_s: float = _RUN_S
) -> Ended:
    """Run a program that must exit with 0."""
    ended = run(command, folder=folder, environment=environment, timeout_s=timeout_s)
    if ended.code:
        pytest.fail(str(ended), pytrace=False)
    return ended


def install(command: Sequence[str | Path], *, folder: Path) -> None:
    """Run an installer, which does need this machine's configuration of proxies and registries.

    Where its registry cannot be reached the test is skipped.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = run(command, folder=folder, environment=environment, timeout_s=INSTALL_S)
    if ended.code and UNREACHABLE.search(ended.stderr):
        pytest.skip(f"{Path(command[0]).name}: its registry cannot be reached")
    if ended.code:
        pytest.fail(str(ended), pytrace=False)


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of this test run to ask for it fills with `make`, however many there are."""
    base = factory.getbasetemp()
    # Each worker of pytest-xdist has a folder of its own in that of the run.
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, made = root / name, root / f"{name}.made"
    with FileLock(root / f"{name}.lock", timeout=2 * INSTALL_S):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def _text(output: str | bytes | None) -> str:
    return output.decode("utf-8", "replace") if isinstance(output, bytes) else output or ""
