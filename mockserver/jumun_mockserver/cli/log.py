"""The log of a server: lines on standard error, however slowly it is read."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

from jumun_mockserver.cli.streams import write_some

if TYPE_CHECKING:
    from collections.abc import Callable

# Lines that may wait to be written, in characters; as many may be on their way.
_WAITING_AT_MOST = 4 * 1024 * 1024
# What comes within this time is written in one piece.
_PAUSE_S = 0.02
# Of a server that ends, for a reader that is slow.
_GRACE_S = 0.3


class Log:
    """Writes lines by a thread of its own, so that no one who reads slowly, or not at all, holds up the server.

    Lines for which there is no room are counted, and their number is said as soon as something can be written.

    Attributes:
        dropped: How many lines were dropped so far.
    """

    def __init__(self, raw: io.RawIOBase | None = None, *, describe_dropped: Callable[[int], str]) -> None:
        """Write to `raw`, or to standard error.

        Args:
            describe_dropped: Makes a line of how many were dropped.
        """
        self._describe_dropped = describe_dropped
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._waiting = self._dropped = 0
        self.dropped = 0
        self._is_written_to = threading.Event()
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
        if not self._is_written_to.is_set():
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
                self._write_waiting()
            self._write_waiting()
        except BrokenPipeError:
            # No one will ever read it; what comes is dropped, as there is no room.
            self._lines, self._waiting = [], _WAITING_AT_MOST + 1

    def _write_waiting(self) -> None:
        with self._lock:
            lines, self._lines, self._waiting = self._lines, [], 0
            dropped, self._dropped = self._dropped, 0
        if dropped:
            lines.append(self._describe_dropped(dropped))
        if not lines:
            return
        try:
            self._write_all("".join(f"{line}\n" for line in lines))
        except BrokenPipeError:
            raise
        except OSError:
            # A full disk, perhaps for a while.
            with self._lock:
                self._dropped += dropped + len(lines) - bool(dropped)
                self.dropped += len(lines) - bool(dropped)

    def _write_all(self, text: str) -> None:
        if not self._at_line_end:
            text = f"\n{text}"
        left = memoryview(text.encode(errors="backslashreplace"))
        while left:
            left = left[write_some(self._raw, left) :]
            self._at_line_end = not left
