"""A server as a child process: in a process group of its own, measured whole, ended whatever happens (Linux only)."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import exchange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_START_S = 60
_END_S = 5
_POLL_S = 0.002
_LOG_TAIL = 600
_MB = 1_000_000
# Fields of /proc/PID/stat after the name in parentheses: state, parent, group.
_GROUP_FIELD = 2


class Unavailable(Exception):  # noqa: N818 - not an error of this program: the rest goes on without it
    """A server cannot be installed, started or measured here. The message says why."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process group holds at one moment. Pages that processes share are counted for each."""

    memory_mb: float
    descriptors: int
    threads: int


@dataclass(frozen=True, slots=True)
class Program:
    """A started server, and every process that it started."""

    process: subprocess.Popen[bytes]
    log: Path
    started_at: float

    def wait_for_answer(self, port: int) -> float:
        """Seconds from start to the first right answer; raises Unavailable when none comes."""
        said = "no answer"
        while time.perf_counter() - self.started_at < _START_S:
            with suppress(OSError, http.client.HTTPException):
                status, body = exchange.ask(port)
                if exchange.is_right(status, body):
                    return time.perf_counter() - self.started_at
                said = f"{status} {body[:200]!r}"
            if self.process.poll() is not None:
                raise Unavailable(f"ended with {self.process.returncode} before it answered: {self._log_tail()}")
            time.sleep(_POLL_S)
        raise Unavailable(f"no right answer within {_START_S} s, but {said}: {self._log_tail()}")

    def usage(self) -> Usage:
        """Memory, open descriptors and threads of all its processes now."""
        memory = descriptors = threads = 0
        for folder in _members(self.process.pid):
            with suppress(OSError):  # a process may end while it is read
                status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
                memory += int(status.get("VmRSS", "0 kB").split()[0]) * 1024
                threads += int(status["Threads"])
                descriptors += sum(1 for _ in (folder / "fd").iterdir())
        return Usage(memory / _MB, descriptors, threads)

    def end(self) -> None:
        """Ask the group to end, and make it."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_S)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _log_tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:].strip() or "(it printed nothing)"


@contextmanager
def running(command: Sequence[str | Path], *, folder: Path) -> Iterator[Program]:
    """A program with `folder` as its working directory, home and place for temporary files, until the block ends.

    Raises Unavailable when it cannot be started.
    """
    log = folder / "output.log"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("JUMUN_", "PYTHON"))},
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    with log.open("wb") as output:
        started_at = time.perf_counter()
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(f"{command[0]} cannot be started: {error.strerror}") from error
    program = Program(process, log, started_at)
    try:
        yield program
    finally:
        program.end()


def free_port() -> int:
    """A free TCP port of 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _members(group: int) -> Iterator[Path]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[_GROUP_FIELD]) == group:
                yield folder
