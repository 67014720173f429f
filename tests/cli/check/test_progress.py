from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.cli.check.progress import progress
from tests.cli.check.test_command import write
from tests.cli.commands import PATIENCE_S, PROGRAM, environment
from tests.contracts.pages import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jumun_mockserver.cli.check.progress import Advance

NO_CURSOR, CURSOR = "\x1b[?25l", "\x1b[?25h"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")


class Terminal(io.StringIO):
    """Text that a terminal gets."""

    def isatty(self) -> bool:
        """It is one."""
        return True


class Clock:
    """Time that is frozen until it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        """The time, as `time.monotonic` gives it."""
        return self.now_s


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that can do all, that a person watches."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)


@contextmanager
def shown(total: int | None, clock: Clock, terminal: io.StringIO) -> Iterator[Advance]:
    """The progress on this standard error."""
    with redirect_stderr(terminal), progress(total, monotonic_s=clock) as advance:
        yield advance


def test_a_bar() -> None:
    """After half a second there is a bar that says how much of the bytes is done, all of them counted."""
    clock, terminal = Clock(), Terminal()
    with shown(1_000, clock, terminal) as advance:
        advance(250, 1)
        clock.now_s += 0.4
        advance(250, 1)
        assert terminal.getvalue() == ""
        clock.now_s += 0.2
        advance(100, 1)
        assert " 60%" in terminal.getvalue()
        advance(400, 1)
    assert "100%" in terminal.getvalue()
    assert terminal.getvalue().endswith(f"{CURSOR}\n")


def test_a_counter() -> None:
    """Where no one knows how much will come, exchanges are counted, some hundreds at a time."""
    clock, terminal = Clock(), Terminal()
    with shown(None, clock, terminal) as advance:
        advance(0, 1)
        clock.now_s += 1
        for _ in range(1_000):
            advance(0, 1)
        drawn = terminal.getvalue()
    assert "768" in drawn
    assert drawn.count("\r") < 10


def test_what_is_quick_has_no_bar() -> None:
    """What takes less than half a second leaves no trace."""
    terminal = Terminal()
    with shown(10, Clock(), terminal) as advance:
        advance(10, 1)
    assert terminal.getvalue() == ""


def test_the_cursor_comes_back() -> None:
    """Ctrl-C leaves a terminal as it was."""
    clock, terminal = Clock(), Terminal()

    def be_interrupted() -> None:
        with shown(10, clock, terminal) as advance:
            clock.now_s += 1
            advance(5, 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()
    assert terminal.getvalue().endswith(f"{CURSOR}\n")


@pytest.mark.parametrize(
    ("stream", "variables"), [(Terminal, {"TERM": "dumb"}), (Terminal, {"CI": "true"}), (io.StringIO, {})]
)
def test_none_elsewhere(monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], variables: dict[str, str]) -> None:
    """A log, a terminal that cannot go back in a line, and a pipeline's get not one byte, however long it takes."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    clock, terminal = Clock(), stream()
    with shown(10, clock, terminal) as advance:
        clock.now_s += 9
        advance(5, 1)
        advance(5, 1)
    assert terminal.getvalue() == ""


def printed(terminal: int) -> Iterator[str]:
    """What comes there, piece by piece, '' while nothing comes."""
    while True:
        if not select.select([terminal], [], [], 0.01)[0]:
            yield ""
            continue
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # Linux says so that the other end is closed
            piece = b""
        if not piece:
            return
        yield piece.decode()


def test_the_program_on_a_terminal() -> None:
    """A pipe that has been read for half a second has a counter on standard error, gone before the report comes."""
    import pty  # noqa: PLC0415 - not on Windows

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "check", "-", "--contract", "bootpay"],
        stdin=subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
        env=environment({"TERM": "xterm", "CI": ""}),
    )
    os.close(theirs)
    assert process.stdin
    text, gives_up_at_s = "", time.monotonic() + PATIENCE_S
    for piece in printed(ours):
        text += piece
        assert time.monotonic() < gives_up_at_s, text
        if "judged" not in text:
            process.stdin.write((json.dumps(PAGE).encode() + b"\n") * 256)
            process.stdin.flush()
        elif not process.stdin.closed:
            process.stdin.close()
    os.close(ours)
    assert process.wait(PATIENCE_S) == 0
    assert text.startswith(f"\r{NO_CURSOR}")
    bar, _, report = text.partition(CURSOR)
    assert "judged" in bar
    assert "judged by bootpay:documented: 0 breaking" in report
    assert "\r\x1b" not in report


def test_the_program_is_quick(tmp_path: Path) -> None:
    """A small file is judged without a bar on the terminal."""
    import pty  # noqa: PLC0415 - not on Windows

    ours, theirs = pty.openpty()
    file = write(tmp_path / "good.json", PAGE)
    process = subprocess.Popen(
        [PROGRAM, "check", file],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment({"TERM": "xterm", "CI": ""}),
    )
    os.close(theirs)
    assert "".join(printed(ours)) == ""
    os.close(ours)
    assert process.wait(PATIENCE_S) == 0
