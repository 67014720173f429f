"""Traffic logs with one JSON value a line: exchanges, or bare response bodies. Read line by line, in flat memory."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import orjson

from jumun_contracts.recordings.excerpt import Excerpt
from jumun_contracts.recordings.lines import LONGEST_LINE, refuse_longer
from jumun_contracts.recordings.recorded import Body, ReadBody, Recorded, RecordingError, Unreadable
from jumun_contracts.recordings.rows import is_row, read_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumun_contracts.recordings.recorded import Place


def read_ndjson(
    lines: Iterable[bytes | None], *, file: str, longest: int = LONGEST_LINE, is_start: bool = True
) -> Iterator[Recorded | Unreadable]:
    """Each line that is not blank; one that cannot be read does not end the reading.

    Args:
        lines: None in place of one that has more than `longest` bytes.
        is_start: Whether the first is that of a file, which may begin with a byte order mark.
    """
    for number, (line_number, data) in enumerate(iter_filled_lines(lines, is_start=is_start), start=1):
        if data is None:
            yield Unreadable(file, (line_number, 1), number, refuse_longer(longest))
            continue
        try:
            yield _read_line(data, line_number, file=file, number=number)
        except RecordingError as error:
            yield Unreadable(file, error.place, number, error.reason)


def iter_filled_lines(lines: Iterable[bytes | None], *, is_start: bool = True) -> Iterator[tuple[int, bytes | None]]:
    """Lines that are not blank, each with its number, without their ends and a file's byte order mark."""
    for line_number, line in enumerate(lines, start=1):
        if line is None:
            yield line_number, None
            continue
        data = line.rstrip(b"\r\n")
        if is_start and line_number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if data and not data.isspace():
            yield line_number, data


def line_excerpt(data: bytes, line_number: int, *, file: str) -> Excerpt:
    """A line.

    Raises:
        RecordingError: Not UTF-8.
    """
    try:
        return Excerpt(file, data.decode(), partial(_place, line_number))
    except UnicodeDecodeError as error:
        column = len(data[: error.start].decode()) + 1
        raise RecordingError(file, (line_number, column), "expected UTF-8") from None


def _read_line(data: bytes, line_number: int, *, file: str, number: int) -> Recorded:
    place = partial(_place, line_number)
    excerpt = body = None
    try:
        value = orjson.loads(data)
    except ValueError:
        excerpt, body = line_excerpt(data, line_number, file=file), Body(data, place)
        value = excerpt.load()
    if is_row(value):
        return read_row(value, excerpt or Excerpt(file, data, place, value=value), number=number)
    return Recorded(file, (line_number, 1), number, response_body=body or ReadBody(data, place, value))


def _place(line: int, offset: int) -> Place:
    return line, offset + 1
