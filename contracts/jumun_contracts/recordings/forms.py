"""The forms that recordings come in, and which one a file has."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import orjson

from jumun_contracts.recordings.cassette import read_cassette
from jumun_contracts.recordings.har import read_har
from jumun_contracts.recordings.lines import LONGEST_LINE, LineReader, read_whole, refuse_longer
from jumun_contracts.recordings.ndjson import read_ndjson
from jumun_contracts.recordings.places import BrokenJsonError, Lines, iter_members, skip_space
from jumun_contracts.recordings.recorded import Body, Recorded, RecordingError, Unreadable
from jumun_contracts.recordings.rows import is_row, read_journal
from jumun_contracts.recordings.schemathesis import read_schemathesis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, BinaryIO

Form: TypeAlias = Literal["json", "ndjson", "har", "cassette", "journal", "schemathesis"]

_BY_LINE: Mapping[Form, Callable[..., Iterator[Recorded | Unreadable]]] = {
    "ndjson": read_ndjson,
    "schemathesis": read_schemathesis,
}


def _read_json_body(data: bytes, *, file: str) -> Iterator[Recorded]:
    """The file as one response body. Whether it is JSON is for the judge to say, who is strict about it."""
    lines = Lines(data.decode(errors="replace"))
    yield Recorded(file, (1, 1), 1, response_body=Body(data, lines.place))


_WHOLE: Mapping[Form, Callable[..., Iterator[Recorded | Unreadable]]] = {
    "json": _read_json_body,
    "har": read_har,
    "cassette": read_cassette,
    "journal": read_journal,
}
FORMS: tuple[Form, ...] = (*_WHOLE, *_BY_LINE)
"""All forms."""

_ENDINGS: Mapping[str, Form] = {
    ".har": "har",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".yaml": "cassette",
    ".yml": "cassette",
}
# How cassettes begin: PyYAML sorts keys, Schemathesis has its own order.
_CASSETTE = re.compile(r"\s*(?:---|#|interactions:|http_interactions:|version:|command:|recorded_with:|metadata:)")


def read_recordings(
    source: Path | BinaryIO, *, file: str, form: Form | None = None, longest: int = LONGEST_LINE
) -> Iterator[Recorded | Unreadable]:
    """What a recording holds, read as it is asked for; line by line where the form has lines.

    Args:
        source: What to read; a stream may be standard input, which cannot be read twice.
        file: What to call it: as the user named it.
        form: What it is; found out by the name's ending and the content if not given.
        longest: Bytes that a line may have, and a recording of a form without lines; `MAX_BYTES` at most. A longer line
            is `Unreadable`.

    Raises:
        RecordingError: It cannot be read, or no further.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from _read(stream, file=file, form=form, longest=longest)
        else:
            yield from _read(source, file=file, form=form, longest=longest)
    except OSError as error:
        raise RecordingError(file, (1, 1), f"cannot be read: {error.strerror}") from None


def _read(stream: BinaryIO, *, file: str, form: Form | None, longest: int) -> Iterator[Recorded | Unreadable]:
    lines = LineReader(stream, longest=longest)
    head = list(_iter_head(lines))
    found = form or _guess_by_head(head, file=file)
    if found and found in _BY_LINE:
        yield from _BY_LINE[found](chain(head, lines), file=file, longest=longest)
        return
    known = [line for line in head if line is not None]
    rest = read_whole(stream, longest=max(0, longest - lines.at)) if len(known) == len(head) else None
    if rest is None or lines.at + len(rest) > longest:
        raise RecordingError(file, (1, 1), refuse_longer(longest))
    data = b"".join((*known, rest))
    yield from _WHOLE[found or _guess_by_content(data)](data, file=file)


def has_lines(stream: BinaryIO, *, file: str, longest: int = LONGEST_LINE) -> bool:
    """Whether a recording is NDJSON, each of whose lines can be read on its own; reads its beginning."""
    return _guess_by_head(list(_iter_head(LineReader(stream, longest=longest))), file=file) == "ndjson"


def _guess_by_head(head: list[bytes | None], *, file: str) -> Form | None:
    return _guess_by_name(head, file=file) or _guess_by_line(head)


def _iter_head(lines: Iterable[bytes | None]) -> Iterator[bytes | None]:
    """The first two lines that are not blank, and blank ones before them."""
    filled = 0
    for line in lines:
        filled += line is None or bool(line.strip())
        yield line
        if filled == 2:  # noqa: PLR2004 - as the first line says
            return


def _guess_by_name(head: Iterable[bytes | None], *, file: str) -> Form | None:
    form = _ENDINGS.get(Path(file).suffix.lower())
    return "schemathesis" if form == "ndjson" and _is_schemathesis(_first_value(head)) else form


def _guess_by_line(head: list[bytes | None]) -> Form | None:
    """By the first line, if that is a JSON value of its own and more follows, or it is one of the kinds with lines."""
    value = _first_value(head)
    if _is_schemathesis(value):
        return "schemathesis"
    filled = [line for line in head if line is None or line.strip()]
    return "ndjson" if is_row(value) or (isinstance(value, dict | list) and len(filled) > 1) else None


def _first_value(head: Iterable[bytes | None]) -> Any:
    """The value of the first line that is not blank, nor longer than may be; None where that is not JSON."""
    line = next((each for each in head if each and each.strip()), b"")
    try:
        return orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return None


def _is_schemathesis(value: Any) -> bool:
    start = value.get("Initialize") if isinstance(value, dict) else None
    return isinstance(start, dict) and "schemathesis_version" in start


def _guess_by_content(data: bytes) -> Form:
    text = data.decode("utf-8-sig", errors="replace")
    start = skip_space(text, 0)
    if text[start : start + 1] not in ("{", "["):
        return "cassette" if _CASSETTE.match(text) else "json"
    is_object = text[start] == "{"
    try:
        for member in iter_members(text, start):
            if not is_object:
                return "journal" if is_row(_value(text[member.start : member.end])) else "json"
            if member.name == "log" and any(each.name == "entries" for each in iter_members(text, member.start)):
                return "har"
            if member.name == "interactions" and text[member.start] == "[":
                return "cassette"
    except BrokenJsonError:
        pass
    return "json"


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return None
