"""Standard streams of the program that are full, closed, or read by no one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import PATIENCE_S, PROGRAM, environment

FULL = Path("/dev/full")
COMMANDS = {
    "clean": (("lint",), 0),
    "findings": (("check", "bad.json"), 1),
    "a report": (("check", "--format", "sarif", "bad.json"), 1),
    "nothing judged": (("check", "absent.json"), 2),
    "a page": (("errors",), 0),
    "help": (("--help",), 0),
    "bad usage": (("check", "--no-such-option"), 2),
    "a program that is run": (("run", "--", "sh", "-c", "exit 3"), 3),
}
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="/dev/full is not here")


def run(folder: Path, arguments: tuple[str, ...], streams: str) -> tuple[int, str]:
    """Exit code and what is read of both streams; `streams` as a shell has it, and pipes where it says nothing."""
    (folder / "bad.json").write_text('{"count": 0, "list": "x"}', encoding="utf-8")
    done = subprocess.run(
        ["bash", "-c", f'"$@" {streams}', "-", PROGRAM, *arguments],
        cwd=folder,
        env=environment({}),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full", "> >(:)", "2> >(:)"])
@pytest.mark.parametrize(("arguments", "code"), COMMANDS.values(), ids=COMMANDS.keys())
def test_streams_that_no_one_reads(tmp_path: Path, arguments: tuple[str, ...], code: int, streams: str) -> None:
    """The exit code is that of the work, and there is no traceback."""
    ended, said = run(tmp_path, arguments, streams)
    assert ended == code
    assert "Traceback" not in said
    assert "Exception ignored" not in said


@pytest.mark.parametrize("name", ["clean", "findings", "a report", "nothing judged", "a page", "help"])
def test_output_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    """What was asked for is not there: one line says why, and the exit code is 2."""
    ended, said = run(tmp_path, COMMANDS[name][0], ">/dev/full")
    assert ended == 2
    assert said.splitlines()[-1] == "Error: standard output cannot be written: No space left on device"
    assert "Traceback" not in said


def test_neither_can_be_written(tmp_path: Path) -> None:
    """The exit code is all that is left to tell."""
    assert run(tmp_path, ("errors",), ">/dev/full 2>/dev/full") == (2, "")
