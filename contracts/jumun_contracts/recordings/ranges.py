"""Parts of recordings that several processes can read apart from each other: lines of large logs, or whole files."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jumun_contracts.recordings.forms import has_lines
from jumun_contracts.recordings.lines import LONGEST_LINE, LineReader
from jumun_contracts.recordings.recorded import RecordingError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    """Ranges of `size` bytes if it is NDJSON and larger than one, else the whole. Lines as of `read_lines`.

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


def read_lines(part: Range, *, longest: int = LONGEST_LINE) -> Iterator[bytes | None]:
    """The lines that begin in a range of lines; None in place of one that has more than `longest` bytes.

    Raises:
        RecordingError: The file cannot be read, or no further; the place is as if it began with the range.
    """
    count = 0
    try:
        with Path(part.path).open("rb") as stream:
            size, lines = part.size, LineReader(stream, longest=longest)
            if part.start:
                # The line that reaches into the range is the business of another, even if it reaches beyond the end.
                stream.seek(part.start - 1)
                size += 1
                lines.skip_line(end=size)
            if lines.at >= size:
                return
            for line in lines:
                count += 1
                yield line
                if lines.at >= size:
                    return
    except OSError as error:
        raise RecordingError(part.file, (count + 1, 1), f"cannot be read: {error.strerror}") from None


def iter_exchanges(recorded: Iterable[Recorded | Unreadable], *, file: str) -> Iterator[Recorded | Unreadable]:
    """What a recording holds; where it cannot be read further, the last is an `Unreadable` that says so."""
    number = 0
    try:
        for each in recorded:
            number = each.number
            yield each
    except RecordingError as error:
        yield Unreadable(file, error.place, number + 1, error.reason)
