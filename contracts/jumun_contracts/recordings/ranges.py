"""Parts of recordings that several processes can read apart from each other: lines of large logs, or whole files."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jumun_contracts.recordings.beside import read_beside
from jumun_contracts.recordings.bodies import iter_with_files
from jumun_contracts.recordings.forms import has_lines, read_recordings
from jumun_contracts.recordings.lines import LONGEST_LINE, LineReader
from jumun_contracts.recordings.ndjson import read_ndjson
from jumun_contracts.recordings.recorded import RecordingError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from jumun_contracts.recordings.recorded import Recorded

RANGE_BYTES = 8 * 2**20
"""How much of a log is one range: some hundred milliseconds of judging, against less than one to hand it out."""


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a recording.

    Attributes:
        path: The file.
        file: What to call it: as the user named it.
        start: Byte at which it begins.
        size: In bytes; 0 where that is not known.
        is_lines: Whether it is NDJSON, and its lines those that begin within; else it is a whole file of any form.
    """

    path: str
    file: str
    start: int = 0
    size: int = 0
    is_lines: bool = False


def split_recording(path: str, *, file: str, size: int = RANGE_BYTES, longest: int = LONGEST_LINE) -> list[Range]:
    """Ranges of `size` bytes if it is NDJSON and larger than one, else the whole. Lines as of `RangeReader`.

    What cannot be read is one whole, so that its reader says why. So is a pipe, which can be read only once.
    """
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size <= size:
            return [Range(path, file, size=status.st_size)]
        with Path(path).open("rb") as stream:
            is_lines = has_lines(stream, file=file, longest=longest)
    except OSError:
        return [Range(path, file)]
    if not is_lines:
        return [Range(path, file, size=status.st_size)]
    starts = range(0, status.st_size, size)
    return [Range(path, file, start, min(size, status.st_size - start), is_lines=True) for start in starts]


class RangeReader:
    """Reads a range, once. What cannot be read further ends with an `Unreadable`.

    Lines and exchanges have numbers as if the file began with the range, and all lines before it were one.

    Attributes:
        lines: Number of the last line read; 0 for what is not read by ranges of lines.
        exchanges: Number of the last exchange read.
    """

    def __init__(self, part: Range, *, longest: int = LONGEST_LINE) -> None:
        """With what `read_recordings` is to take for too long."""
        self._part = part
        self._longest = longest
        self.lines = 0
        self.exchanges = 0

    def __iter__(self) -> Iterator[Recorded | Unreadable]:
        for each in iter_exchanges(self._read(), file=self._part.file):
            self.exchanges = each.number
            yield each

    def _read(self) -> Iterator[Recorded | Unreadable]:
        if not self._part.is_lines:
            yield from read_recordings(Path(self._part.path), file=self._part.file, longest=self._longest)
            return
        try:
            with Path(self._part.path).open("rb") as stream:
                rows = read_ndjson(self._lines(stream), file=self._part.file, longest=self._longest)
                yield from iter_with_files(rows, read_beside(Path(self._part.path), longest=self._longest))
        except OSError as error:
            raise RecordingError(self._part.file, (self.lines + 1, 1), f"cannot be read: {error.strerror}") from None

    def _lines(self, stream: BinaryIO) -> Iterator[bytes | None]:
        size, lines = self._part.size, LineReader(stream, longest=self._longest)
        if self._part.start:
            # The line that reaches into the range is the business of another, even if it reaches beyond the end.
            stream.seek(self._part.start - 1)
            size += 1
            lines.skip_line(end=size)
            # For the lines before. So what is special about a file's first line, a byte order mark, is not here.
            self.lines = 1
            yield b"\n"
        if lines.at >= size:
            return
        for line in lines:
            self.lines += 1
            yield line
            if lines.at >= size:
                return


def iter_exchanges(recorded: Iterable[Recorded | Unreadable], *, file: str) -> Iterator[Recorded | Unreadable]:
    """What a recording holds; where it cannot be read further, the last is an `Unreadable` that says so."""
    number = 0
    try:
        for each in recorded:
            number = each.number
            yield each
    except RecordingError as error:
        yield Unreadable(file, error.place, number + 1, error.reason)
