"""The log of a server: lines on standard error, however slowly it is read."""

from __future__ import annotations

import io
import select
import threading
from collections import deque
from typing import TYPE_CHECKING

from jumun_mockserver.cli.streams import write_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_mockserver.core.journal.journal import Exchange

# Lines that may wait to be written, in characters; as many may be on their way.
_WAITING_AT_MOST = 4 * 1024 * 1024
# With so many lines waiting, the line of an exchange is made at once, as it needs less room; that of one with bodies of
# so many bytes always is.
_MANY, _LARGE = 2_000, 4_096
# Bytes that a pipe takes in one piece, so that nothing of another process comes between them: POSIX has 512 at least.
_TOGETHER = getattr(select, "PIPE_BUF", 512)
# What comes within this time is written in one piece.
_PAUSE_S = 0.01
# Of a server that ends, for a reader that is slow.
_GRACE_S = 0.3


class Log:
    """Writes lines by a thread of its own, so that no one who reads slowly, or not at all, holds up the server.

    That thread makes the lines of exchanges too: many in a row take half the time that they take one by one between
    calls. Lines for which there is no room are counted, and their number is said as soon as something can be written.

    Attributes:
        dropped: How many lines were dropped so far.
    """

    def __init__(
        self,
        raw: io.RawIOBase | None = None,
        *,
        describe_dropped: Callable[[int], str],
        render: Callable[[Exchange], str] = repr,
        is_shared: bool = False,
    ) -> None:
        """Write to `raw`, or to standard error.

        Args:
            describe_dropped: Makes a line of how many were dropped.
            render: Makes a line of an exchange.
            is_shared: Whether other processes write there too, whose lines are not to come between those of this one.
        """
        self._describe_dropped = describe_dropped
        self._render = render
        self._is_shared = is_shared
        self._lock = threading.Lock()
        # Appended to and taken from without the lock, one by one.
        self._lines: deque[str | Exchange] = deque()
        self._many = _MANY
        # Characters of the lines that are made, and lines that were dropped since that was said.
        self._waiting = self._dropped = 0
        self.dropped = 0
        self._is_written_to = threading.Event()
        # Whether the thread knows of it: an attribute, as each call asks.
        self._is_awake = False
        self._is_closed = threading.Event()
        self._raw = raw or io.FileIO(2, "w", closefd=False)
        self._at_line_end = True
        self._thread = threading.Thread(target=self._run, name="jumun log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Have a line written, without waiting for it."""
        with self._lock:
            if self._waiting > _WAITING_AT_MOST:
                self._dropped += 1
                self.dropped += 1
                return
            self._lines.append(line)
            self._waiting += len(line)
        self._wake()

    def write_exchange(self, exchange: Exchange) -> None:
        """Have the line of an exchange written, without waiting for it."""
        lines = self._lines
        if len(lines) >= self._many or len(exchange.request.body) + len(exchange.response.body) >= _LARGE:
            self.write(self._render(exchange))
            return
        lines.append(exchange)
        if not self._is_awake:
            self._wake()

    def _wake(self) -> None:
        self._is_awake = True
        self._is_written_to.set()

    def close(self) -> None:
        """Write what is left, as far as someone reads it."""
        self._is_closed.set()
        self._is_written_to.set()
        self._thread.join(_GRACE_S)

    def _run(self) -> None:
        try:
            while not self._is_closed.is_set():
                self._is_written_to.wait()
                self._is_closed.wait(_PAUSE_S)
                self._is_written_to.clear()
                # In this order: who finds it awake has put its line where it is taken from now.
                self._is_awake = False
                self._write_waiting()
            self._write_waiting()
        except BrokenPipeError:
            # No one will ever read it; what comes is dropped, as there is no room.
            self._waiting, self._many = _WAITING_AT_MOST + 1, 0
            self._lines.clear()

    def _write_waiting(self) -> None:
        with self._lock:
            entries = [self._lines.popleft() for _ in range(len(self._lines))]
            self._waiting = 0
            dropped, self._dropped = self._dropped, 0
        lines = self._make_lines(entries)
        lost = len(entries) - len(lines)
        dropped += lost
        if dropped:
            lines.append(self._describe_dropped(dropped))
        if not lines:
            return
        try:
            for text in _join_few(lines) if self._is_shared else ["\n".join([*lines, ""])]:
                self._write_all(text)
        except BrokenPipeError:
            raise
        except OSError:
            # A full disk, perhaps for a while.
            lost = len(entries)
            dropped += len(lines) - bool(dropped)
            with self._lock:
                self._dropped += dropped
        self.dropped += lost

    def _make_lines(self, entries: list[str | Exchange]) -> list[str]:
        lines = []
        for entry in entries:
            try:
                lines.append(entry if isinstance(entry, str) else self._render(entry))
            except Exception:  # noqa: BLE001, S112 - it must not cost the others their lines
                continue
        return lines

    def _write_all(self, text: str) -> None:
        if not self._at_line_end:
            text = f"\n{text}"
        left = memoryview(text.encode(errors="backslashreplace"))
        while left:
            left = left[write_some(self._raw, left) :]
            self._at_line_end = not left


def _join_few(lines: list[str]) -> Iterator[str]:
    """Texts of some lines each that a pipe takes in one piece, unless a line alone is longer."""
    text = ""
    for line in lines:
        # A letter may take four bytes.
        if text and len(text) + len(line) >= _TOGETHER // (1 if text.isascii() and line.isascii() else 4):
            yield text
            text = ""
        text += f"{line}\n"
    yield text
