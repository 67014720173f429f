"""Flow files of mitmproxy (`mitmdump -w`): each flow a tnetstring, with bodies as they were sent.

A tnetstring is `LENGTH:DATA` and a character for the type of the data. mitmproxy writes bytes (`,`) and text (`;`), and
its dictionaries have either for keys. What is read here has the same names since flow format 0.16, of 2016. Flows other
than HTTP's have no exchange in them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.codings import CodingError, undo_codings
from jumun_contracts.recordings.headers import fold_headers
from jumun_contracts.recordings.recorded import Body, Recorded, RecordingError, Unreadable
from jumun_contracts.recordings.rows import read_status
from jumun_contracts.schema.parsing import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_contracts.recordings.recorded import Place

_BEGINS = re.compile(rb"[0-9]{1,10}:[0-9]{1,10}:[a-z_]+[;,]")
_LENGTH = re.compile(rb"([0-9]{1,10}):")
_DICTIONARY, _LIST, _INTEGER, _STRINGS, _OTHERS = b"}", b"]", b"#", b",;", b"^!~"
_HTTP_PORTS = {"http": 80, "https": 443}
_PAIR = 2


class _FlowError(ValueError):
    """What is wrong, and at which byte."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.offset = offset


class _Bytes(bytes):
    """Bytes that know where in the file they are."""

    start: int


def is_mitmproxy(data: bytes) -> bool:
    """Whether a file begins as a flow file does."""
    return _BEGINS.match(data) is not None


def read_mitmproxy(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The HTTP flows of a file.

    Raises:
        RecordingError: It cannot be read further; it may be cut off.
    """
    places = _Places(data)
    at = number = 0
    while at < len(data):
        try:
            end, kind, start = _frame(data, at, len(data))
        except _FlowError as error:
            raise RecordingError(file, places.place(error.offset), str(error)) from None
        try:
            flow = _parse(data, start, end, kind)
        except _FlowError as error:
            number += 1
            yield Unreadable(file, places.place(error.offset), number, str(error))
        else:
            if not isinstance(flow, dict) or flow.get("type") in (b"http", None):
                number += 1
                yield _read(flow, places, file=file, place=places.place(at), number=number)
        at = end + 1


class _Places:
    """Offset in bytes → place, with columns in characters."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._feeds = [match.start() for match in re.finditer(b"\n", data)]

    def place(self, offset: int) -> Place:
        line = bisect_left(self._feeds, offset)
        start = self._feeds[line - 1] + 1 if line else 0
        return line + 1, len(self._data[start:offset].decode(errors="replace")) + 1

    def of_text(self, text: _Bytes) -> Callable[[int], Place]:
        """Of a character in a text that is in the file as it is."""
        return lambda offset: self.place(text.start + len(text.decode(errors="replace")[:offset].encode()))


def _frame(data: bytes, at: int, end: int) -> tuple[int, bytes, int]:
    """Where the data of the tnetstring at an offset ends, its type, and where it begins.

    Raises:
        _FlowError: None begins there, or it goes beyond `end`.
    """
    length = _LENGTH.match(data, at, end)
    if length is None:
        raise _FlowError("expected a flow of mitmproxy, or a value in it", at)
    stop = length.end() + int(length[1])
    if stop >= end:
        raise _FlowError("a flow of mitmproxy that does not end", at)
    return stop, data[stop : stop + 1], length.end()


def _parse(data: bytes, start: int, end: int, kind: bytes, depth: int = 0) -> Any:
    """A value; None of a type that is not needed here.

    Raises:
        _FlowError: Not of a known type, nested too deep, or a broken part.
    """
    if kind in _STRINGS:
        value = _Bytes(data[start:end])
        value.start = start
        return value
    if kind == _INTEGER:
        text = data[start:end]
        return int(text) if re.fullmatch(rb"-?[0-9]{1,20}", text) else None
    if kind in _OTHERS:
        return None
    if kind not in (_DICTIONARY, _LIST) or depth > MAX_DEPTH:
        raise _FlowError("a value of a type that flows do not have, or nested too deep", start)
    values = []
    while start < end:
        stop, type_, begin = _frame(data, start, end)
        values.append(_parse(data, begin, stop, type_, depth + 1))
        start = stop + 1
    if kind == _LIST:
        return values
    return {_text(key): value for key, value in zip(values[::2], values[1::2], strict=False)}


def _read(flow: Any, places: _Places, *, file: str, place: Place, number: int) -> Recorded | Unreadable:
    request = flow.get("request") if isinstance(flow, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("method"), bytes):
        return Unreadable(file, place, number, "expected a flow with a request")
    response = flow.get("response")
    response = response if isinstance(response, dict) else {}
    request_headers, response_headers = _headers(request.get("headers")), _headers(response.get("headers"))
    bodies = []
    for content, headers in ((request.get("content"), request_headers), (response.get("content"), response_headers)):
        try:
            bodies.append(_body(content, (headers or {}).get("content-encoding", ""), places))
        except CodingError as error:
            return Unreadable(file, places.place(getattr(content, "start", 0)), number, str(error))
    sent, answered = bodies
    return Recorded(
        file=file,
        place=place,
        number=number,
        method=_text(request.get("method")).upper(),
        url=_url(request, request_headers or {}),
        status=read_status(response.get("status_code")),
        request_headers=request_headers,
        response_headers=response_headers,
        request_body=sent if sent and sent.text else None,
        response_body=answered,
    )


def _body(content: Any, codings: str, places: _Places) -> Body | None:
    if not isinstance(content, _Bytes):
        return None
    plain = undo_codings(content, codings)
    if plain is content:
        return Body(content, places.of_text(content))
    return Body(plain, lambda _: places.place(content.start))


def _url(request: dict[str, Any], headers: dict[str, str]) -> str:
    """With the host that was asked for; behind a transparent or reverse proxy, `host` is where it was sent to."""
    scheme, port = _text(request.get("scheme")), request.get("port")
    host = headers.get("host") or _text(request.get("authority"))
    if not host:
        host = _text(request.get("host"))
        host += "" if port in (None, _HTTP_PORTS.get(scheme)) else f":{port}"
    return f"{scheme or 'http'}://{host}{_text(request.get('path'))}"


def _headers(value: Any) -> dict[str, str] | None:
    if not isinstance(value, list):
        return None
    pairs = (each for each in value if isinstance(each, list) and len(each) == _PAIR)
    return fold_headers((_text(name), _text(text)) for name, text in pairs)


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else ""
