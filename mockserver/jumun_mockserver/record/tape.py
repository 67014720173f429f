"""The file of a recording: rows are appended, and each is whole in it or absent."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Tape:
    """A file of rows. Each is given to the system before its client has the answer. Threads may share it."""

    def __init__(self, path: Path, *, append: bool = False) -> None:
        """Open it, for this process alone.

        Raises:
            OSError: It cannot be written, another process records to it, or it is there and `append` is False.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if append else os.O_EXCL) | getattr(os, "O_BINARY", 0)
        # Masked or not, only its owner may read it, until the owner allows more.
        self._file = os.fdopen(os.open(path, flags, 0o600), "ab", buffering=0)
        self._is_regular = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
        # Where the last whole row ends, while there is half a one behind it.
        self._whole_to: int | None = None
        self._lock = Lock()
        try:
            self._claim()
        except OSError:
            self._file.close()
            raise

    def write(self, line: bytes) -> None:
        """Append a row.

        Raises:
            OSError: It cannot be written, and the file is as it was. Should that be impossible too, no row is written
                before what there is of this one can be cut off.
        """
        with self._lock:
            self._cut_off()
            size = os.fstat(self._file.fileno()).st_size
            rest = memoryview(line)
            try:
                # A disk that is almost full takes a part, and says why only when it is asked to take the rest.
                while rest:
                    rest = rest[self._file.write(rest) :]
            except OSError:
                if self._is_regular:
                    self._whole_to = size
                    # It is tried again before the next row.
                    with suppress(OSError):
                        self._cut_off()
                raise

    def close(self) -> None:
        """Have all rows on disk and close the file; to be called once nothing is to be written any more.

        Raises:
            OSError: The disk did not take all, or half a row could not be cut off.
        """
        with self._lock:
            if self._file.closed:
                return
            try:
                self._cut_off()
                if self._is_regular:
                    os.fsync(self._file.fileno())
            finally:
                self._file.close()

    def _cut_off(self) -> None:
        """Take half a row out, if there is one."""
        if self._whole_to is not None:
            self._file.truncate(self._whole_to)
            self._whole_to = None

    def _claim(self) -> None:
        """Keep other recorders out: what one takes back must not be what another has written."""
        if not self._is_regular:
            return
        try:
            import fcntl  # noqa: PLC0415 - not on Windows
        except ImportError:
            return
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(error.errno, "another process is recording to it") from None
        except OSError:
            # A file system without locks.
            return
