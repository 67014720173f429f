"""`jumun serve --workers N`: processes that take connections at one address, and what watches over them.

The supervisor binds a socket for each worker, starts it as the same command with the socket to inherit, and answers
nothing itself. It keeps the sockets: what waits in one whose worker has died is for the next. What workers share is in
the store.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import click

from jumun_mockserver.cli.serving import listen, print_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SOCKET = "JUMUN_WORKER_SOCKET"
"""Environment variable of a worker: the number of the file that is its listening socket."""
# A worker has so long to end.
_GRACE_S = 3.0
_LOOK_S = 0.1
# Whether the system deals out connections among sockets at one address.
_IS_DEALT = sys.platform == "linux"
# One that ended sooner than this is started again only after it: what fails at once would fail again and again.
_SHORT_LIFE_S = 2.0


def inherited_listener() -> socket.socket | None:
    """The listening socket of this process, where it is a worker, which then ends with its supervisor."""
    number = os.environ.pop(_SOCKET, None)
    if number is None:
        return None
    # A terminal's end is the supervisor's to hear.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    threading.Thread(target=_end_with_supervisor, name="jumun worker", daemon=True).start()
    return socket.socket(fileno=int(number))


def _end_with_supervisor() -> None:
    """Wait for the end of standard input, which the supervisor holds open as long as it lives."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


class _Worker:
    """A process that answers.

    Attributes:
        is_over: Whether it was reported that it has ended.
    """

    def __init__(self, number: int, listener: socket.socket, *, show: bool) -> None:
        """Start it.

        Args:
            show: Whether what it prints, once it listens, is for standard output.
        """
        self.number = number
        self.is_over = False
        self._started_at = time.monotonic()
        self._has_printed = threading.Event()
        self._is_listening = False
        self.process = subprocess.Popen(  # noqa: S603 - as this one was called
            [sys.executable, *sys.argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            pass_fds=[listener.fileno()],
            env={**os.environ, _SOCKET: str(listener.fileno())},
            # Ctrl-C goes to the foreground's group: it is the supervisor's to hear.
            process_group=0,
        )
        threading.Thread(target=self._read, args=(show,), name=f"jumun worker {number}", daemon=True).start()

    @property
    def may_start_again_at(self) -> float:
        """When another one may take its place, by `time.monotonic`."""
        return self._started_at + _SHORT_LIFE_S

    def wait_until_listening(self, timeout_s: float) -> bool:
        """Whether it listens, or has ended, within some time."""
        return self._has_printed.wait(timeout_s)

    @property
    def is_listening(self) -> bool:
        """Whether it takes connections."""
        return self._is_listening and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Have it answer what it has begun, and end."""
        if self.process.poll() is None:
            self.process.terminate()

    def wait_for_end(self, timeout_s: float) -> None:
        """Wait, and kill it if it takes too long."""
        try:
            self.process.wait(max(0.0, timeout_s))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def _read(self, show: bool) -> None:  # noqa: FBT001
        assert self.process.stdout  # noqa: S101 - it is a pipe
        for line in self.process.stdout:
            if show:
                print_lines([line.rstrip("\n")])
            self._is_listening = True
            self._has_printed.set()
        self._has_printed.set()


def supervise(host: str, port: int, count: int) -> int:
    """Serve with so many workers until SIGTERM or Ctrl-C; the exit code."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(closing(listen(host, port, is_shared=_IS_DEALT)))]
        address, port = listeners[0].getsockname()[:2]
        while len(listeners) < count:
            # Elsewhere the newest socket would get all connections.
            more = stack.enter_context(closing(listen(address, port, is_shared=True))) if _IS_DEALT else listeners[0]
            listeners.append(more)
        return Supervisor(listeners).run()


class Supervisor:
    """Keeps workers alive until a signal ends it."""

    def __init__(self, listeners: Sequence[socket.socket]) -> None:
        """Watch over a worker for each of `listeners`."""
        self._listeners = listeners
        self._workers: list[_Worker] = []
        self._signals: deque[int] = deque()

    def run(self) -> int:
        """Serve until SIGTERM or Ctrl-C; the exit code."""
        with self._noting_signals():
            try:
                return self._run()
            finally:
                self._end(self._workers)

    def _run(self) -> int:
        first = self._start(1, show=True)
        self._workers = [first]
        if not self._wait_for(first):
            # What keeps it from starting it has said itself.
            return 0 if self._is_to_end else first.process.wait()
        self._workers += [self._start(number) for number in range(2, len(self._listeners) + 1)]
        while not self._is_to_end:
            if self._signals:
                # Not `clear`: one to end may have come after that was looked for.
                self._signals.popleft()
                self._restart_all()
            for place, worker in enumerate(self._workers):
                if worker.process.poll() is not None:
                    self._workers[place] = self._replace(worker)
            time.sleep(_LOOK_S)
        return 0

    @property
    def _is_to_end(self) -> bool:
        return any(each != signal.SIGHUP for each in self._signals)

    def _start(self, number: int, *, show: bool = False) -> _Worker:
        return _Worker(number, self._listeners[number - 1], show=show)

    def _wait_for(self, worker: _Worker) -> bool:
        """Whether a worker comes to listen. A signal to end ends the waiting."""
        while not worker.wait_until_listening(_LOOK_S):
            if self._is_to_end:
                return False
        return worker.is_listening

    def _replace(self, dead: _Worker) -> _Worker:
        """Another one in the place of one that has ended, which itself stays until it may be started."""
        if not dead.is_over:
            dead.is_over = True
            how = _describe_end(dead.process.returncode)
            click.echo(f"Jumun: worker {dead.number} (process {dead.process.pid}) {how}; another is started", err=True)
        if time.monotonic() < dead.may_start_again_at:
            return dead
        dead.wait_for_end(0)
        return self._start(dead.number)

    def _restart_all(self) -> None:
        """Have another one take the place of each worker, which ends once that one listens."""
        for place, old in enumerate(self._workers):
            new = self._start(old.number)
            if not self._wait_for(new):
                self._end([new])
                if not self._is_to_end:
                    click.echo(f"Jumun: worker {old.number} goes on, since a new one does not start", err=True)
                return
            self._workers[place] = new
            self._end([old])

    def _end(self, workers: list[_Worker]) -> None:
        for worker in workers:
            worker.ask_to_end()
        ends_at = time.monotonic() + _GRACE_S
        for worker in workers:
            worker.wait_for_end(ends_at - time.monotonic())

    @contextmanager
    def _noting_signals(self) -> Iterator[None]:
        before = {
            each: signal.signal(each, lambda number, _: self._signals.append(number))
            for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def _describe_end(code: int) -> str:
    """How a process ended, by its exit code; negative is a signal."""
    if code >= 0:
        return f"ended with {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
