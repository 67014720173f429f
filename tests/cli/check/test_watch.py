"""`jumun check --watch`: with steps in place of waits, and as the program that users start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from jumun_mockserver.cli import changes
from tests.cli.check.test_command import write
from tests.cli.commands import PATIENCE_S, PROGRAM, environment, jumun, refusal
from tests.contracts.pages import PAGE, ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BAD = {"count": 1, "list": [{**ROW, "price": "29000"}]}
LIST = ("--contract", "bootpay", "--operation", "bootpay.orders.list.200")


class Reports(NamedTuple):
    """What a watch printed: its reports, their summaries, and what it said beside them."""

    stdout: str
    summaries: list[str]
    notes: list[str]


def watch(monkeypatch: pytest.MonkeyPatch, steps: list[Callable[[], object]], *arguments: str) -> Reports:
    """Watch, with a step in place of each wait; Ctrl-C is the last one."""
    waits: list[float] = []

    def step(seconds: float) -> None:
        waits.append(seconds)
        if not steps:
            raise KeyboardInterrupt
        steps.pop(0)()

    monkeypatch.setattr(changes, "sleep", step)
    done = jumun("check", "--watch", *arguments)
    assert done.exit_code == 130
    assert min(waits) >= 0.1  # not a busy loop
    summaries = [line for line in done.stdout.splitlines() if " judged by " in line]
    return Reports(done.stdout, summaries, done.stderr.splitlines())


def nothing() -> None:
    """A look that finds nothing new."""


def test_files_that_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a report at first and after each change: a new file, another content, a file that went; else none."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    first, second = folder / "first.json", folder / "second.json"
    write(first, PAGE)
    found = watch(
        monkeypatch,
        [
            nothing,
            lambda: write(second, BAD),
            nothing,
            nothing,
            lambda: write(second, PAGE),
            nothing,
            second.unlink,
            nothing,
            nothing,
        ],
        str(folder),
        *LIST,
    )
    assert [line.partition(" drift")[0] for line in found.summaries] == [
        "1 judged by bootpay:documented: 0 breaking, 0",
        "2 judged by bootpay:documented: 1 breaking, 0",
        "2 judged by bootpay:documented: 0 breaking, 0",
        "1 judged by bootpay:documented: 0 breaking, 0",
    ]
    assert found.notes == ["watching 1 file; Ctrl-C ends it", *[f"changed: {second}"] * 3]
    assert f"{second}:1:" in found.stdout


def test_what_is_being_written_comes_to_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes from look to look is judged when it rests, and a log that never rests now and then."""
    log = tmp_path / "log.ndjson"
    log.write_text(f"{json.dumps(PAGE)}\n", encoding="utf-8")

    def grow() -> None:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(PAGE)}\n")

    found = watch(monkeypatch, [grow, grow, grow, nothing, nothing, *[grow] * 30], str(log), *LIST)
    judged = [int(line.partition(" ")[0]) for line in found.summaries]
    assert judged[:2] == [1, 4]
    assert len(judged) in (4, 5)
    assert judged[-1] > judged[2] > 4


def test_files_that_come_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder may be watched, a file that is not there yet too; both are judged when there is something."""
    folder, file = tmp_path / "empty", tmp_path / "later.json"
    folder.mkdir()
    found = watch(monkeypatch, [nothing, lambda: write(folder / "a.json", PAGE), nothing, nothing], str(folder), *LIST)
    assert found.notes[0] == "watching 0 files; Ctrl-C ends it"
    assert len(found.summaries) == 1
    found = watch(monkeypatch, [lambda: write(file, PAGE), nothing, nothing], str(file), *LIST)
    assert "could not be judged" in found.stdout
    assert found.summaries[-1].startswith("1 judged")


def test_a_folder_that_becomes_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and judged again when there is something."""
    file = tmp_path / "a.json"
    write(file, PAGE)
    steps: list[Callable[[], object]] = [file.unlink, nothing, lambda: write(file, BAD), nothing, nothing]
    found = watch(monkeypatch, steps, str(tmp_path), *LIST)
    assert found.notes[1:] == [f"changed: {file}; no recording is left", f"changed: {file}"]
    assert [line.partition(":documented: ")[2][:1] for line in found.summaries] == ["0", "1"]


def test_its_own_report_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that is written into the folder is neither judged nor a reason to judge."""
    write(tmp_path / "a.json", PAGE)
    output = tmp_path / "report.json"
    steps: list[Callable[[], object]] = [nothing, nothing, lambda: write(tmp_path / "b.json", PAGE), nothing, nothing]
    found = watch(monkeypatch, steps, str(tmp_path), *LIST, "--format", "json", "-o", str(output))
    assert [each for each in found.notes if each.startswith("changed")] == [f"changed: {tmp_path / 'b.json'}"]
    assert json.loads(output.read_text(encoding="utf-8"))["judged"] == 2


def test_what_is_ignored_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of what to ignore is watched too; half a list is said to be one, and what comes next is taken."""
    config, file = tmp_path / "ignore.toml", tmp_path / "a.json"
    write(file, BAD)
    entry = '[[check.ignore]]\nkeyword = "type"\nreason = "known"\nexpires = 9999-12-31\n'
    config.write_text("", encoding="utf-8")
    steps: list[Callable[[], object]] = [
        lambda: config.write_text("[[check.ig", encoding="utf-8"),
        nothing,
        lambda: config.write_text(entry, encoding="utf-8"),
        nothing,
        nothing,
    ]
    found = watch(monkeypatch, steps, str(file), *LIST, "--config", str(config))
    assert any(line.startswith("Error: ") and "TOML" in line for line in found.notes)
    assert [line.partition(":documented: ")[2] for line in found.summaries] == [
        "1 breaking, 0 drift, 0 info",
        "0 breaking, 0 drift, 0 info; 1 ignored",
    ]


@pytest.mark.parametrize("arguments", [("--url",), ("-",), ("a.json", "--write-baseline", "b.toml"), ()])
def test_what_cannot_be_watched(arguments: tuple[str, ...]) -> None:
    """Standard input, a server and a baseline are not, and nothing is not."""
    assert refusal(jumun("check", "--watch", *arguments))


def test_a_mistake_at_the_start(tmp_path: Path) -> None:
    """What is wrong from the beginning ends it, as without a watch."""
    write(tmp_path / "a.json", PAGE)
    (tmp_path / "bad.toml").write_text("[[", encoding="utf-8")
    assert "TOML" in refusal_after_note(
        jumun("check", "--watch", str(tmp_path), "--config", str(tmp_path / "bad.toml"))
    )


def refusal_after_note(result: Any) -> str:
    """What a refused command says below the note that it is watching."""
    note, line = result.stderr.splitlines()
    assert (result.exit_code, note, result.stdout) == (2, "watching 1 file; Ctrl-C ends it", "")
    return str(line)


@contextmanager
def watching_program(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The program, watching a folder; it is killed in the end, and where it says nothing for too long."""
    process = subprocess.Popen(
        [PROGRAM, "check", "--watch", str(folder), *LIST],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment({}),
        start_new_session=True,
    )
    watchdog = threading.Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
def test_the_program(tmp_path: Path) -> None:
    """A real change gives a real report, and Ctrl-C ends the program with 130 and no more words."""
    write(tmp_path / "a.json", PAGE)
    with watching_program(tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert next(line for line in process.stdout if " judged by " in line).startswith("1 judged by bootpay")
        os.replace(write(tmp_path / "written", BAD), tmp_path / "b.json")  # noqa: PTH105 - beside a rename
        assert next(line for line in process.stdout if " judged by " in line).startswith("2 judged by bootpay")
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.stderr.read().split("\n")[1:] == [f"changed: {tmp_path / 'b.json'}", ""]
        assert process.wait() == 130
