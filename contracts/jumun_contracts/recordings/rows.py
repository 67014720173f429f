"""An exchange as one JSON object: the row of our journal and of traffic logs, and of WireMock, MockServer and Mockoon.

`{"method", "url" or "path" and "query", "status", "operation", "request": {"headers", "body"}, "response": {…}}`, where
method and url may be in `request` and status in `response`. A body is text, or the JSON value itself, or has one of the
names of `BODY_NAMES`. MockServer calls the sides httpRequest and httpResponse; Mockoon's log has both in `transaction`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from jumun_contracts.recordings.bodies import BODY_NAMES, read_body
from jumun_contracts.recordings.excerpt import read_entries, read_excerpt
from jumun_contracts.recordings.headers import read_headers, read_pairs
from jumun_contracts.recordings.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Body, Unreadable

_URLS = ("url", "absoluteUrl", "fullUrl", "uri", "urlPath", "path")
_PATTERNS = ("urlPattern", "urlPathPattern", "urlPathTemplate")
_NAMES = ("method", *_URLS, *_PATTERNS, "operation")
_STATUSES = ("status", "statusCode", "status_code", "code")
# What an answer may have beside its body: an object with none of these is not an answer as they are known here.
_OF_ANSWERS = frozenset((*_STATUSES, *BODY_NAMES, "headers", "fault", "proxyBaseUrl"))
_SIDES = (
    ("request", "response", "/request", "/response"),
    ("httpRequest", "httpResponse", "/httpRequest", "/httpResponse"),
)
_OF_TRANSACTIONS = ("/transaction/request", "/transaction/response")
_LISTS = ("mappings", "requests")
_FIRST_STATUS, _LAST_STATUS = 100, 999
# What the journal shows of a body that no schema masks.
_WITHHELD = re.compile("<[0-9]+ bytes>")
_NO_EXCHANGE = "expected an exchange, with method, request and response"
_NOTHING: Mapping[str, Any] = {}


class _Pair(NamedTuple):
    """The two sides of a row, {} for one that it does not have, and where they are."""

    request: Mapping[str, Any]
    response: Mapping[str, Any]
    request_pointer: str
    response_pointer: str


def is_row(value: Any) -> bool:
    """Whether a JSON value is an exchange and no bare body: it has a request or response, and says of what."""
    if not isinstance(value, dict):
        return False
    row, pair = _find_pair(value)
    if pair.request is _NOTHING and pair.response is _NOTHING:
        return False
    return _says_of_what(row) or _says_of_what(pair.request) or _says_of_what(pair.response)


def read_row(row: Mapping[str, Any], excerpt: Excerpt, *, number: int) -> Recorded:
    """An exchange from the value of `excerpt`.

    Raises:
        RecordingError: A body that says it is base64 and is not, or whose content coding cannot be undone; an answer
            of which nothing is known.
    """
    row, (request, response, request_pointer, response_pointer) = _find_pair(row)
    if response and _OF_ANSWERS.isdisjoint(response):
        raise excerpt.refusal(response_pointer, "expected an answer with a status, headers or a body")
    if "transformers" in response and "{{" in str(response.get("body")):  # as WireMock fills them in
        raise excerpt.refusal(response_pointer, "an answer that is a template")
    request_headers, response_headers = read_headers(request.get("headers")), read_headers(response.get("headers"))
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=(_text(row.get("method")) or _text(request.get("method"))).upper(),
        url=_read_url(row, request),
        status=_find_status(row, response),
        operation=_text(row.get("operation")),
        request_headers=request_headers,
        response_headers=response_headers,
        request_body=_body(request, request_headers, excerpt, request_pointer) if request.get("body") != "" else None,
        response_body=_body(response, response_headers, excerpt, response_pointer),
    )


def read_rows(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """Rows in one JSON document: an array, as our own journal has it, one in `mappings` or `requests`, or one row.

    Bodies of the journal are masked by the marks of the contract; what no schema mentions is withheld and counts as not
    recorded.

    Raises:
        RecordingError: Not JSON.
    """
    document = read_excerpt(data, file=file)
    if document.text.lstrip()[:1] == "[":
        yield from read_entries(document, "", _read_entry)
        return
    value = document.load()
    if not isinstance(value, dict):
        raise document.refusal("", _NO_EXCHANGE)
    name = next((each for each in _LISTS if isinstance(value.get(each), list)), None)
    if name:
        yield from read_entries(document, f"/{name}", _read_entry)
    else:
        yield _read_entry(value, document, 1)


def read_status(value: Any) -> int | None:
    """A status as a number or in digits, 0 of no answer; None where there is none, -1 for what cannot be one."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if not value or (_FIRST_STATUS <= value <= _LAST_STATUS and value == int(value)) else -1
    return int(value) if isinstance(value, str) and re.fullmatch("0|[1-9][0-9]{2}", value) else -1


def _find_pair(row: Mapping[str, Any]) -> tuple[Mapping[str, Any], _Pair]:
    for request, response, request_pointer, response_pointer in _SIDES:
        if request in row or response in row:
            return row, _Pair(_side(row, request), _side(row, response), request_pointer, response_pointer)
    inner = _side(row, "transaction")
    return inner or row, _Pair(_side(inner, "request"), _side(inner, "response"), *_OF_TRANSACTIONS)


def _says_of_what(side: Mapping[str, Any]) -> bool:
    for name in _NAMES:  # noqa: SIM110 - of each line of a log, and any() takes three times as long
        if isinstance(side.get(name), str):
            return True
    return False


def _read_entry(row: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    if not is_row(row):
        raise excerpt.refusal("", _NO_EXCHANGE)
    return read_row(row, excerpt, number=number)


def _read_url(row: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    found = _first_url(row) or _first_url(request)
    if "?" in found:
        return found
    query = _text(row.get("query")) or _text(request.get("query"))
    if not query and "queryStringParameters" in request:
        query = urlencode(list(read_pairs(request["queryStringParameters"])), errors="replace")
    return f"{found}?{query}" if query else found


def _first_url(side: Mapping[str, Any]) -> str:
    for name in _URLS:
        if name in side and isinstance(side[name], str) and side[name]:
            return str(side[name])
    return ""


def _find_status(row: Mapping[str, Any], response: Mapping[str, Any]) -> int | None:
    value = row.get("status")
    if value is None:
        value = next((response[name] for name in _STATUSES if name in response), None)
    return read_status(value)


def _side(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    side = row.get(name)
    return side if isinstance(side, dict) else _NOTHING


def _body(side: Mapping[str, Any], headers: Mapping[str, str] | None, excerpt: Excerpt, pointer: str) -> Body | None:
    value = side.get("body")
    if isinstance(value, str) and _WITHHELD.fullmatch(value):
        return None
    if isinstance(value, dict) and pointer.startswith("/http") and not value.keys().isdisjoint(BODY_NAMES):
        # MockServer's bodies may be objects that say of what type they are.
        return read_body(value, excerpt, f"{pointer}/body", headers)
    if isinstance(value, dict | list):
        return excerpt.body(f"{pointer}/body", value)
    return read_body(side, excerpt, pointer, headers)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
