"""The first minutes of a newcomer, on each Python at hand, with lowest, newest and pinned versions: `make newcomer`.

Each time: a fresh clone of what is committed, an empty home, `make serve`, the README's commands in order against that
server, and `make test` with the pages' tests or others. Prints a line for each; exit code 1 if something failed.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from tests.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest", "pinned": ""}
"""Versions → the resolution of `uv pip compile`; '' is constraints.txt as it is."""

# In the clone, by its own Python: what the README shows, against the server that `make serve` started.
_README = "import sys; from tests.docs.test_pages import Path, prepare, run_commands; url, folder = sys.argv[1:]; "
_README += "prepare('README.md', Path(folder), url); run_commands('README.md', folder=Path(folder), url=url)"
# An environment such as that of `make` has a Python too, which is not what a newcomer starts from.
_ABOUT = """import sys, ensurepip
if sys.prefix != sys.base_prefix or sys.implementation.name != "cpython": sys.exit(1)
print(*sys.version_info[:3])"""
_NAMED = re.compile(r"python3\.\d+$")
_INSTALL_S, _TEST_S = 900, 3 * 3600


class FailedError(Exception):
    """A step failed: its name, and the end of what it printed."""


@click.command()
@click.option("--python", "pythons", multiple=True, metavar="3.N", help="Only these; all from 3.11 on by default.")
@click.option("--versions", multiple=True, type=click.Choice(list(RESOLUTIONS)), help="Only these of the versions.")
@click.option("--tests", default="tests/docs/test_pages.py", show_default=True, help="What `make test` is to run.")
def main(pythons: tuple[str, ...], versions: tuple[str, ...], tests: str) -> None:
    """Be a newcomer, once for each Python and each choice of versions."""
    has_failed = False
    with TemporaryDirectory(prefix="jumun-newcomer-") as folder:
        uv = _install_uv(Path(folder) / "uv")
        found = _find_pythons()
        if missing := set(pythons) - set(found):
            raise click.UsageError(f"Python {', '.join(sorted(missing))} is not installed; found {', '.join(found)}")
        for python in pythons or found:
            for name in versions or RESOLUTIONS:
                started = time.monotonic()
                place = Path(folder) / f"{python}-{name}"
                try:
                    outcome = _visit(place, uv=uv, python=found[python], version=python, name=name, tests=tests)
                except FailedError as error:
                    has_failed, outcome = True, f"FAILED {error}"
                click.echo(f"Python {python}  {name:<6}  {time.monotonic() - started:4.0f} s  {outcome}")
                shutil.rmtree(place, ignore_errors=True)
    sys.exit(has_failed)


def _visit(place: Path, *, uv: Path, python: Path, version: str, name: str, tests: str) -> str:
    """Go through all steps in a new folder and say what the tests counted."""
    clone, home, desk = place / "jumun", place / "home", place / "desk"
    for folder in (home, desk):
        folder.mkdir(parents=True)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JUMUN_", "PYTHON", "VIRTUAL"))
    }
    environment |= {"HOME": str(home), "PYTHONUTF8": "1"}
    _run(["git", "clone", "-q", str(ROOT), str(clone)], place, os.environ)
    if resolution := RESOLUTIONS[name]:
        # Without wheels a newcomer would need compilers.
        compile_ = [str(uv), "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"]
        compile_ += ["--python-version", version, "--resolution", resolution, "--group", "test", "pyproject.toml"]
        _run([*compile_, "--output-file", "constraints.txt"], clone, environment)
    make = ["make", "-s", f"PYTHON={python}"]
    with _serve([*make, "serve", "ARGS=--port 0"], clone, environment) as url:
        _run([*make, ".venv/test.stamp"], clone, environment, limit_s=_INSTALL_S)
        path = f"{clone / '.venv' / 'bin'}{os.pathsep}{environment['PATH']}"
        _run([".venv/bin/python", "-c", _README, url, str(desk)], clone, environment | {"PATH": path})
    printed = _run([*make, "test", f"ARGS=-q {tests}"], clone, environment, limit_s=_TEST_S)
    return printed.splitlines()[-1].strip("= ")


@contextmanager
def _serve(command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The URL of a server while it runs."""
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        lines = []
        for line in server.stdout:
            lines.append(line)
            if found := re.match(r"Jumun is listening on (\S+) ", line):
                yield found[1]
                break
        else:
            raise FailedError(f"make serve\n{''.join(lines[-20:])}")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.communicate()


def _run(command: list[str], folder: Path, environment: Mapping[str, str], *, limit_s: float = 600) -> str:
    """What a step printed."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=limit_s, check=False
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        raise FailedError("\n".join((" ".join(command[:4]), *lines[-30:])))
    return done.stdout


def _install_uv(folder: Path) -> Path:
    """The resolver that knows lowest versions."""
    _run([sys.executable, "-m", "venv", str(folder)], ROOT, os.environ)
    _run([str(folder / "bin" / "pip"), "install", "-q", "uv"], ROOT, os.environ)
    return folder / "bin" / "uv"


def _find_pythons() -> dict[str, Path]:
    """`3.N` → its newest CPython, on PATH or of pyenv, that can make environments; in order."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [*map(Path, os.environ["PATH"].split(os.pathsep)), *pyenv.glob("versions/*/bin")]
    found: dict[tuple[int, int], tuple[int, Path]] = {}
    for path in (path for folder in folders for path in folder.glob("python3.*") if _NAMED.match(path.name)):
        # What pyenv puts on PATH for versions that are not chosen only says so.
        asked = subprocess.run([path, "-c", _ABOUT], capture_output=True, text=True, timeout=60, check=False)
        if asked.returncode == 0:
            major, minor, patch = map(int, asked.stdout.split())
            found[major, minor] = max(found.get((major, minor), (0, path)), (patch, path))
    return {
        f"{major}.{minor}": path for (major, minor), (_, path) in sorted(found.items()) if (major, minor) >= (3, 11)
    }


if __name__ == "__main__":
    main()
