"""The body of one side of an exchange, under the names that tools have for it, and the files in which some put it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jumun_contracts.recordings.codings import CodingError, undo_codings
from jumun_contracts.recordings.headers import is_enabled, read_pairs
from jumun_contracts.recordings.recorded import Body, Recorded, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Place

_BASE64 = ("base64Body", "bodyAsBase64", "base64_string", "base64Bytes")
_FILES = ("bodyFileName", "bodyFile", "_file")
BODY_NAMES = ("body", "jsonBody", "json", "string", "text", *_BASE64, *_FILES)
"""Properties that hold a body, or the name of the file that does."""


_ORDINARY = frozenset({"body", "headers", "status"})


class FileBody(Body):
    """A body that the recording has in another file. `iter_with_files` puts what that holds in its place.

    Attributes:
        name: Of the file, as the recording has it.
        place: Of the name.
        codings: As Content-Encoding has them.
    """

    __slots__ = ("codings", "name", "place")

    def __init__(self, name: str, place: Place, codings: str) -> None:
        super().__init__(b"", lambda _: place)
        self.name = name
        self.place = place
        self.codings = codings


class FileError(ValueError):
    """A file beside a recording that is not to be had; the message says why, without its name."""


def read_body(
    side: Mapping[str, Any], excerpt: Excerpt, pointer: str, headers: Mapping[str, str] | None
) -> Body | None:
    """The body of a request or of an answer, None where it was not recorded.

    Args:
        side: The value at `pointer` in `excerpt`.

    Raises:
        RecordingError: Not base64 where it says so, or a content coding that cannot be undone.
    """
    value = side.get("body")
    if value and side.keys() <= _ORDINARY:  # so is each line of a log, as a rule
        return excerpt.body(f"{pointer}/body", value, headers=headers)
    given = [name for name in BODY_NAMES if side.get(name) is not None]
    if not given:
        return None
    # WireMock's journal has a text beside the bytes, which is empty, or of coded bytes read as characters.
    filled = [each for each in given if side[each] != ""] or given
    coded = [each for each in filled if each in _BASE64] if "content-encoding" in (headers or {}) else []
    name = (coded or filled)[0]
    value, at = side[name], f"{pointer}/{name}"
    if name in _FILES and isinstance(value, str):
        return FileBody(value, excerpt.place(excerpt.find(at).start), (headers or {}).get("content-encoding", ""))
    is_base64 = name in _BASE64 or side.get("encoding") == "base64" or side.get("encodedBody") is True
    return excerpt.body(at, value, is_base64=is_base64, headers=headers)


def read_fields(fields: Any, excerpt: Excerpt, pointer: str) -> Body:
    """The body of a form of which only the fields were recorded, as it was sent but for how values are escaped.

    Args:
        fields: The value at `pointer` in `excerpt`: objects as `read_pairs` takes them. What is off was not sent.

    Raises:
        RecordingError: Not such a list, or one with files in it.
    """
    rows = [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
    if not isinstance(fields, list) or len(rows) < len(fields) or any("fileName" in each for each in rows):
        raise excerpt.refusal(pointer, "a form of files, or no list of fields")
    sent = [each for each in rows if is_enabled(each)]
    pairs = [
        (name, value if isinstance(value, str) else "") for name, value in read_pairs(sent) if isinstance(name, str)
    ]
    text = urlencode(pairs, errors="replace")
    return Body(text.encode(), lambda _: excerpt.place(excerpt.find(pointer).start))


def iter_with_files(
    exchanges: Iterable[Recorded | Unreadable], read: Callable[[str], bytes]
) -> Iterator[Recorded | Unreadable]:
    """The exchanges, with what their files hold for bodies; one whose file is not to be had is `Unreadable`.

    Args:
        read: Gives what a file holds, or raises FileError.
    """
    for each in exchanges:
        if isinstance(each, Recorded) and (
            isinstance(each.request_body, FileBody) or isinstance(each.response_body, FileBody)
        ):
            yield _with_files(each, read)
        else:
            yield each


def _with_files(exchange: Recorded, read: Callable[[str], bytes]) -> Recorded | Unreadable:
    found: dict[str, Any] = {}
    for side, body in (("request_body", exchange.request_body), ("response_body", exchange.response_body)):
        if not isinstance(body, FileBody):
            continue
        try:
            data = undo_codings(read(body.name), body.codings)
        except (FileError, CodingError) as error:
            return Unreadable(exchange.file, body.place, exchange.number, f"its body is in a file of its own: {error}")
        found[side] = Body(data, body.locate)
    return exchange._replace(**found)
