"""The lines of a stream in bounded memory: what is longer than may be is passed over without being held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.schema.parsing import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

LONGEST_LINE = 64 * 2**20
"""Bytes that a line, or a document that is read whole, may have unless the caller says otherwise."""

_SKIPPED_AT_ONCE = 2**16
_UNITS = (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))


class LineReader:
    """Reads lines with their ends, and None in place of one that is longer than may be.

    Attributes:
        at: How many bytes were read, those passed over included.
    """

    def __init__(self, stream: BinaryIO, *, longest: int = LONGEST_LINE) -> None:
        """From where the stream is.

        Args:
            longest: Bytes that a line may have, its end not counted.
        """
        self._stream = stream
        self._longest = min(longest, MAX_BYTES)
        self.at = 0

    def __iter__(self) -> Iterator[bytes | None]:
        while True:
            # Room for both characters that end a line.
            line = self._stream.readline(self._longest + 2)
            if not line:
                return
            self.at += len(line)
            if len(line) <= self._longest or len(line.rstrip(b"\r\n")) <= self._longest:
                yield line
                continue
            if not line.endswith(b"\n"):
                line = b""
                self.skip_line()
            yield None

    def skip_line(self, *, end: int | None = None) -> None:
        """Pass over the rest of a line, or of what there is of it before `end` bytes were read."""
        while end is None or self.at < end:
            piece = self._stream.readline(_SKIPPED_AT_ONCE)
            self.at += len(piece)
            if not piece or piece.endswith(b"\n"):
                return


def read_whole(stream: BinaryIO, *, longest: int) -> bytes | None:
    """The rest of a stream; None if it is longer than may be."""
    longest = min(longest, MAX_BYTES)
    data = stream.read(longest + 1)
    return data if len(data) <= longest else None


def refuse_longer(longest: int) -> str:
    """A sentence about a line or document that is longer than may be."""
    unit, factor = next(((unit, factor) for unit, factor in _UNITS if longest and longest % factor == 0), ("bytes", 1))
    return f"longer than {longest // factor} {unit}, which --max-line sets, and not read"
