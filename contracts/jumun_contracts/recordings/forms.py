"""What a recording holds, in whatever form it is."""

from __future__ import annotations

from codecs import BOM_UTF8
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from jumun_contracts.recordings.beside import (
    UNREADABLE,
    buffered,
    find_damage,
    is_packed,
    read_beside,
    read_nothing,
    unpack,
)
from jumun_contracts.recordings.bodies import FileError, iter_with_files
from jumun_contracts.recordings.bruno import read_bruno
from jumun_contracts.recordings.cassette import read_cassette
from jumun_contracts.recordings.guess import guess_by_content, guess_by_head
from jumun_contracts.recordings.har import read_har
from jumun_contracts.recordings.hoverfly import read_hoverfly
from jumun_contracts.recordings.insomnia import read_insomnia
from jumun_contracts.recordings.lines import LONGEST_LINE, LineReader, read_whole, refuse_longer
from jumun_contracts.recordings.mitmproxy import read_mitmproxy
from jumun_contracts.recordings.ndjson import read_ndjson
from jumun_contracts.recordings.nock import read_nock
from jumun_contracts.recordings.places import Lines
from jumun_contracts.recordings.postman import read_newman, read_postman
from jumun_contracts.recordings.recorded import Body, Recorded, RecordingError, Unreadable
from jumun_contracts.recordings.rows import read_rows
from jumun_contracts.recordings.schemathesis import read_schemathesis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import BinaryIO

    from jumun_contracts.recordings.guess import Form

_BY_LINE: Mapping[Form, Callable[..., Iterator[Recorded | Unreadable]]] = {
    "ndjson": read_ndjson,
    "schemathesis": read_schemathesis,
}


def _read_json_body(data: bytes, *, file: str) -> Iterator[Recorded]:
    """The file as one response body. Whether it is JSON is for the judge to say, who is strict about it."""
    data = data.removeprefix(BOM_UTF8)
    lines = Lines(data.decode(errors="replace"))
    yield Recorded(file, (1, 1), 1, response_body=Body(data, lines.place))


_WHOLE: Mapping[Form, Callable[..., Iterator[Recorded | Unreadable]]] = {
    "json": _read_json_body,
    "har": read_har,
    "cassette": read_cassette,
    "rows": read_rows,
    "nock": read_nock,
    "hoverfly": read_hoverfly,
    "postman": read_postman,
    "newman": read_newman,
    "bruno": read_bruno,
    "insomnia": read_insomnia,
    "mitmproxy": read_mitmproxy,
}
FORMS: tuple[Form, ...] = (*_WHOLE, *_BY_LINE)
"""All forms."""


def read_recordings(
    source: Path | BinaryIO, *, file: str, form: Form | None = None, longest: int = LONGEST_LINE
) -> Iterator[Recorded | Unreadable]:
    """What a recording holds, read as it is asked for; line by line where the form has lines.

    It may be in gzip, or a HAR in a zip. Files that hold its bodies are read from its folder or its zip.

    Args:
        source: What to read; a stream may be standard input, which cannot be read twice.
        file: What to call it: as the user named it.
        form: What it is; found out by the name's ending and the content if not given.
        longest: Bytes that a line may have, and a recording of a form without lines, or a file that holds a body;
            `MAX_BYTES` at most. A longer line is `Unreadable`.

    Raises:
        RecordingError: It cannot be read, or no further.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from _unpack(stream, read_beside(source, longest=longest), file=file, form=form, longest=longest)
        else:
            yield from _unpack(source, read_nothing, file=file, form=form, longest=longest)
    except FileError as error:
        raise RecordingError(file, (1, 1), str(error)) from None
    except UNREADABLE:
        raise RecordingError(file, (1, 1), "cannot be unpacked: it is damaged or cut off") from None
    except OSError as error:
        raise RecordingError(file, (1, 1), f"cannot be read: {error.strerror}") from None


def _unpack(
    stream: BinaryIO, beside: Callable[[str], bytes], *, file: str, form: Form | None, longest: int
) -> Iterator[Recorded | Unreadable]:
    plain, packed = unpack(buffered(stream), longest=longest)
    try:
        yield from iter_with_files(_read(plain, file=file, form=form, longest=longest), packed or beside)
    except RecordingError:
        if not find_damage(plain):
            raise
    # What there is before the damage was read.
    if damage := find_damage(plain):
        raise damage


def _read(stream: BinaryIO, *, file: str, form: Form | None, longest: int) -> Iterator[Recorded | Unreadable]:
    lines = LineReader(stream, longest=longest)
    head = list(_iter_head(lines))
    found = form or guess_by_head(head, file=_unpacked_name(file))
    if found and found in _BY_LINE:
        yield from _BY_LINE[found](chain(head, lines), file=file, longest=longest)
        return
    known = [line for line in head if line is not None]
    rest = read_whole(stream, longest=max(0, longest - lines.at)) if len(known) == len(head) else None
    if rest is None or lines.at + len(rest) > longest:
        raise RecordingError(file, (1, 1), refuse_longer(longest))
    data = b"".join((*known, rest))
    yield from _WHOLE[found or guess_by_content(data)](data, file=file)


def has_lines(stream: BinaryIO, *, file: str, longest: int = LONGEST_LINE) -> bool:
    """Whether a recording is NDJSON, each of whose lines can be read on its own; reads its beginning."""
    stream = buffered(stream)
    return not is_packed(stream) and (
        guess_by_head(list(_iter_head(LineReader(stream, longest=longest))), file=file) == "ndjson"
    )


def _unpacked_name(file: str) -> str:
    return file[: -len(".gz")] if file.lower().endswith(".gz") else file


def _iter_head(lines: Iterable[bytes | None]) -> Iterator[bytes | None]:
    """The first two lines that are not blank, and blank ones before them."""
    filled = 0
    for line in lines:
        filled += line is None or bool(line.strip())
        yield line
        if filled == 2:  # noqa: PLR2004 - as the first line says
            return
