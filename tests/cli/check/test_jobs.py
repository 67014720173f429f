from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from jumun_contracts.recordings.ranges import RANGE_BYTES
from jumun_contracts.reports import RENDERERS
from jumun_mockserver import LiveServer
from tests.cli.check.test_command import write
from tests.cli.commands import PATIENCE_S, PROGRAM, environment, jumun, refusal, run, timeless
from tests.contracts.pages import PAGE, ROW
from tests.processes import children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

# A blank line that makes a log large and takes no time.
PADDING = b" " * 2**16 + b"\n"
BAD = {"count": 1, "list": [{**ROW, "price": "29000"}]}


def padded(line: object) -> bytes:
    """A line of a log, and many blank ones."""
    return (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" + PADDING * 40


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A log of three ranges, its like, a file that is large as a whole, small ones, and one that is not there."""
    folder = tmp_path_factory.mktemp("recordings")
    rows: list[object] = [PAGE, BAD, b"{", {"count": 1, "list": [{**ROW, "status": 9, "new": 1}]}]
    (folder / "log.ndjson").write_bytes(b"".join(padded(rows[number % len(rows)]) for number in range(9)))
    (folder / "other.jsonl").write_bytes(b"".join(padded(rows[-number % len(rows)]) for number in range(4)))
    (folder / "large.json").write_bytes(json.dumps(BAD).encode() + b" " * RANGE_BYTES)
    names = ["missing.json", "log.ndjson", "good.json", "large.json", "other.jsonl", "bad.json"]
    write(folder / "good.json", PAGE)
    write(folder / "bad.json", BAD)
    assert (folder / "log.ndjson").stat().st_size > 2 * RANGE_BYTES
    return [str(folder / name) for name in names]


@pytest.mark.parametrize("form", RENDERERS)
def test_the_report_is_the_same(recordings: list[str], form: str) -> None:
    """Whatever the form: with many processes there is the same report, to the byte, and the same exit code.

    Only how long judging took, which JUnit's has where the recording does not say more, is another time's.
    """
    paths = [*recordings, "-", recordings[1]]
    alone, together = (
        jumun("check", *paths, "--format", form, "-v", "--jobs", jobs, stdin=json.dumps(BAD)) for jobs in ("1", "3")
    )
    assert (together.exit_code, together.stderr) == (2, "")
    assert timeless(together.stdout) == timeless(alone.stdout)
    assert "other.jsonl" in together.stdout


@pytest.mark.parametrize("jobs", ["0", "2"])
def test_the_program(recordings: list[str], jobs: str) -> None:
    """As a program too, whose findings decide on the exit code as usual; 0 is a process for each core."""
    alone, together = (run("check", *recordings[1:3], "--format", "json", "--jobs", each) for each in ("1", jobs))
    assert together.stderr == b""
    assert (together.returncode, together.stdout) == (alone.returncode, alone.stdout)
    paths = [recordings[2]] * 3 + [recordings[3]]
    assert run("check", *paths, "--jobs", jobs).returncode == 1


def test_beside_threads(recordings: list[str]) -> None:
    """In a process with threads, which must not be forked, it works as well."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        together = jumun("check", *recordings, "--format", "json", "--jobs", "2")
    finally:
        over.set()
        thread.join()
    assert (together.stdout, together.stderr) == (jumun("check", *recordings, "--format", "json").stdout, "")


def test_no_second_process(recordings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input, a server and what makes a single part are judged in the command's own process."""
    monkeypatch.setattr("jumun_mockserver.cli.check.parts.ProcessPoolExecutor", pytest.fail)
    assert jumun("check", "-", "--jobs", "2", stdin=json.dumps(PAGE)).exit_code == 0
    assert jumun("check", recordings[2], recordings[5], "--jobs", "2").exit_code == 1
    with LiveServer() as server:
        assert jumun("check", "--url", server.url, "--operation", "bootpay.orders.list", "--jobs", "2").exit_code == 0


@pytest.mark.parametrize("jobs", ["-1", "x", "1.5"])
def test_a_bad_number(recordings: list[str], jobs: str) -> None:
    """A wrong number of processes is refused."""
    assert "--jobs" in refusal(jumun("check", recordings[2], "--jobs", jobs))


@contextmanager
def at_work(folder: Path, log: str) -> Iterator[tuple[subprocess.Popen[bytes], BinaryIO]]:
    """The program, in a group of its own, while one of its workers waits for what a pipe will say; and the pipe."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [PROGRAM, "check", str(pipe), log, "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment({}),
        start_new_session=True,
    )
    watchdog = threading.Timer(PATIENCE_S, os.killpg, (process.pid, signal.SIGKILL))
    watchdog.start()
    try:
        # Opens as soon as the worker has opened it.
        with pipe.open("wb") as writer:
            yield process, writer
    finally:
        watchdog.cancel()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@ON_LINUX
def test_ctrl_c(tmp_path: Path, recordings: list[str]) -> None:
    """Ctrl-C, which a terminal sends to all processes, ends all of them, silently and with its own exit code."""
    with at_work(tmp_path, recordings[1]) as (process, _):
        workers = children(process.pid)
        assert len(workers) == 2
        os.killpg(process.pid, signal.SIGINT)
        # Ends when no one holds the other end any more: no worker is left.
        stdout, stderr = process.communicate(timeout=PATIENCE_S / 2)
        assert (process.returncode, stdout, stderr.strip()) == (130, b"", b"")


@ON_LINUX
def test_workers_leave_ctrl_c_to_their_parent(tmp_path: Path, recordings: list[str]) -> None:
    """A worker goes on until it is asked to end, and has nothing to say of Ctrl-C."""
    with at_work(tmp_path, recordings[1]) as (process, pipe):
        for each in children(process.pid):
            os.kill(each, signal.SIGINT)
        pipe.write(json.dumps(PAGE).encode())
        pipe.close()
        stdout, stderr = process.communicate(timeout=PATIENCE_S / 2)
    assert (process.returncode, stderr) == (2, b"")
    assert b"8 judged" in stdout


@ON_LINUX
def test_a_worker_that_dies(tmp_path: Path, recordings: list[str]) -> None:
    """A killed worker, as by a system short of memory, is one line and exit code 2, and the others go with it."""
    with at_work(tmp_path, recordings[1]) as (process, _):
        os.kill(children(process.pid)[0], signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=PATIENCE_S / 2)
    assert (process.returncode, stdout) == (2, b"")
    assert stderr.startswith(b"Error: a process of --jobs was killed")
    assert stderr.count(b"\n") == 1


@ON_LINUX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_parent_that_dies(tmp_path: Path, recordings: list[str], number: signal.Signals) -> None:
    """Workers do not outlive the command, however it was ended."""
    with at_work(tmp_path, recordings[1]) as (process, _):
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=PATIENCE_S / 2)
    assert (process.returncode, stdout, stderr) == (-number, b"", b"")
