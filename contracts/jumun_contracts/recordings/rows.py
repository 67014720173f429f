"""An exchange as one JSON object: the row of our journal and of traffic logs.

`{"method", "url" or "path" and "query", "status", "operation", "request": {"headers", "body"}, "response": {…}}`, where
method and url may be in `request` and status in `response`. A body is text, or the JSON value itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.excerpt import read_entries, read_excerpt
from jumun_contracts.recordings.headers import read_headers
from jumun_contracts.recordings.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Body, Unreadable

_NAMES = ("method", "url", "uri", "path", "operation")
_FIRST_STATUS, _LAST_STATUS = 100, 999
# What the journal shows of a body that no schema masks.
_WITHHELD = re.compile("<[0-9]+ bytes>")


def is_row(value: Any) -> bool:
    """Whether a JSON value is an exchange and no bare body: it has a request or response, and says of what."""
    if not isinstance(value, dict):
        return False
    sides = [side for side in (value.get("request"), value.get("response")) if isinstance(side, dict)]
    return bool(sides) and any(isinstance(each.get(name), str) for each in (value, *sides) for name in _NAMES)


def read_row(row: Mapping[str, Any], excerpt: Excerpt, *, number: int) -> Recorded:
    """An exchange from the value of `excerpt`.

    Raises:
        RecordingError: A body that says it is base64 and is not, or whose content coding cannot be undone.
    """
    request, response = _side(row, "request"), _side(row, "response")
    request_headers, response_headers = read_headers(request.get("headers")), read_headers(response.get("headers"))
    path, query = _text(row.get("path")), _text(row.get("query"))
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=(_text(row.get("method")) or _text(request.get("method"))).upper(),
        url=_text(row.get("url"))
        or _text(request.get("url"))
        or _text(request.get("uri"))
        or (f"{path}?{query}" if query else path),
        status=read_status(row.get("status", response.get("status", response.get("status_code")))),
        operation=_text(row.get("operation")),
        request_headers=request_headers,
        response_headers=response_headers,
        request_body=_body(request, request_headers, excerpt, "/request") if request.get("body") != "" else None,
        response_body=_body(response, response_headers, excerpt, "/response"),
    )


def read_journal(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """Exchanges of our own journal, `GET /_jumun/requests`: an array of rows. Its NDJSON is read as any other.

    Bodies are masked by the marks of the contract; what no schema mentions is withheld and counts as not recorded.

    Raises:
        RecordingError: Not JSON.
    """
    return read_entries(read_excerpt(data, file=file), "", _read_entry)


def _read_entry(row: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    if not is_row(row):
        raise excerpt.refusal("", "expected a row of the journal, with method, request and response")
    return read_row(row, excerpt, number=number)


def read_status(value: Any) -> int | None:
    """A status as a number or in digits; None for anything else, and for 0, which stands for no answer."""
    if isinstance(value, int):
        return value if _FIRST_STATUS <= value <= _LAST_STATUS else None
    return int(value) if isinstance(value, str) and re.fullmatch("[1-9][0-9]{2}", value) else None


def _side(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    side = row.get(name)
    return side if isinstance(side, dict) else {}


def _body(side: Mapping[str, Any], headers: Mapping[str, str] | None, excerpt: Excerpt, pointer: str) -> Body | None:
    value = side.get("body")
    if value is None or (isinstance(value, str) and _WITHHELD.fullmatch(value)):
        return None
    is_base64 = isinstance(value, str) and side.get("encoding") == "base64"
    return excerpt.body(f"{pointer}/body", value, is_base64=is_base64, headers=headers)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
