"""`jumun` run in this process, and as the program that users start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from jumun_mockserver.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROGRAM = str(Path(sys.executable).with_name("jumun"))
PATIENCE_S = 20
_TOOK = re.compile(r' time="\d+\.\d+"')


def jumun(*arguments: str, stdin: bytes | str | None = None) -> Result:
    """Run a command in this process; an exception that it lets out is raised here."""
    result = CliRunner().invoke(main, arguments, input=stdin, prog_name="jumun")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def timeless(report: str) -> str:
    """A report without how long judging took, which is in JUnit's form and another time's each time."""
    return _TOOK.sub("", report)


def refusal(result: Result) -> str:
    """The one line of a command that exits with 2 and prints nothing else; below it, indented, mistakes of a folder."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.endswith("\n")
    assert all(line.startswith("  ") for line in result.stderr.splitlines()[1:])
    return result.stderr.strip()


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without options of Jumun, and `variables`."""
    return {key: value for key, value in os.environ.items() if not key.startswith("JUMUN_")} | dict(variables)


def run(
    *arguments: str | bytes, stdin: bytes = b"", cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program to its end, with the environment's `variables`."""
    return subprocess.run(
        [PROGRAM, *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
        cwd=cwd,
        env=environment(variables or {}),
    )


# Python ignores SIGXFSZ, so that a write beyond the limit fails as on a full disk, the first after it has taken a part.
_SMALL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
from jumun_mockserver.cli.main import main
main()
"""


def run_on_full_disk(
    *arguments: str, room: int = 10, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end where a file can have no more bytes than `room`."""
    return subprocess.run(
        [sys.executable, "-c", _SMALL_DISK, str(room), *arguments],
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
        encoding="utf-8",
        env=environment({"PYTHONDONTWRITEBYTECODE": "1", **(variables or {})}),
    )


@contextmanager
def started_for(patience_s: float, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """The program while it runs, with pipes; killed after `patience_s`, should it keep a reader waiting."""
    process = subprocess.Popen(
        [PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(variables),
    )
    watchdog = threading.Timer(patience_s, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def started(*arguments: str, **variables: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """As `started_for`, for as long as most tests take."""
    return started_for(PATIENCE_S, *arguments, **variables)
