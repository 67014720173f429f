"""Standard streams that are closed, full, or read by no one: no traceback, and the exit code that the work has."""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STANDARD_FILES = (0, 1, 2)


class OutputError(Exception):
    """Standard output cannot be written; the message says why."""


class _Sink(io.RawIOBase):
    """Where a stream's bytes go, until they cannot: a reader that went away has had what it wanted.

    Other failures raise OutputError once, or are passed over where the stream is not what the command is for.
    """

    def __init__(self, raw: io.RawIOBase, *, is_for_messages: bool) -> None:
        super().__init__()
        self._raw = raw
        self._is_for_messages = is_for_messages
        self._is_lost = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of `data`; how much was taken."""
        view = memoryview(data)
        left = view
        while left and not self._is_lost:
            try:
                left = left[write_some(self._raw, left) :]
            except BrokenPipeError:
                self._is_lost = True
            except OSError as error:
                self._is_lost = True
                if not self._is_for_messages:
                    raise OutputError(f"standard output cannot be written: {error.strerror}") from error
        return len(view)

    def writable(self) -> bool:
        """True: for nothing else is it made."""
        return True

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._raw.isatty()

    def fileno(self) -> int:
        """The file's number in this process."""
        return self._raw.fileno()


def write_some(raw: io.RawIOBase, data: memoryview) -> int:
    """Write as much as is taken, waiting for a stream that another program has made one that does not block."""
    while (written := raw.write(data)) is None:
        select.select([], [raw], [])
    return written


def guard_streams() -> None:
    """Have this process' standard streams raise nothing but OutputError, and that once."""
    for number in _STANDARD_FILES:
        try:
            os.fstat(number)
        except OSError:
            # Closed: else the next file that is opened, a connection perhaps, would be taken for the stream.
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = _guard(sys.stdout, 1, is_for_messages=False)
    sys.stderr = _guard(sys.stderr, 2, is_for_messages=True)


def _guard(stream: Any, number: int, *, is_for_messages: bool) -> io.TextIOWrapper:
    if stream is None:
        raw: Any = io.FileIO(number, "w", closefd=False)
        encoding, errors, line_buffering = "utf-8", "backslashreplace", True
    else:
        raw = getattr(stream.buffer, "raw", stream.buffer)
        encoding, errors, line_buffering = stream.encoding, stream.errors, stream.line_buffering
    sink = io.BufferedWriter(_Sink(raw, is_for_messages=is_for_messages))
    return io.TextIOWrapper(sink, encoding, errors, line_buffering=line_buffering)
