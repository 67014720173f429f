"""Postman's collections (v2.0 and v2.1) with the answers saved as examples, and the JSON report of newman."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_contracts.recordings.bodies import read_fields
from jumun_contracts.recordings.collection import (
    Names,
    fill,
    fill_path,
    has_variables,
    read_saved,
    read_variables,
    strip_base,
)
from jumun_contracts.recordings.excerpt import read_entries, read_excerpt
from jumun_contracts.recordings.headers import fold_headers, is_enabled, read_headers
from jumun_contracts.recordings.recorded import Body, Recorded, RecordingError
from jumun_contracts.recordings.rows import read_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.recordings.collection import Saved
    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Unreadable

_NAMES = Names("item", "response")
_HEADER_LINE = re.compile(r"[ \t]*([^:\r\n]+?)[ \t]*:[ \t]*([^\r\n]*)")
_DEFAULT_METHOD = "GET"


def read_postman(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The saved answers of a collection, also as Postman's API has it, in `collection`.

    Raises:
        RecordingError: Not JSON, or a collection without saved answers.
    """
    document = read_excerpt(data, file=file)
    root = ""
    with suppress(RecordingError):  # one that is cut off is read as it is
        root = "/collection" if isinstance(document.load().get("collection"), dict) else ""
    values = _collection_variables(document, root)
    return read_saved(document, f"{root}/item", _NAMES, partial(_read_saved, values=values))


def read_newman(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The executions of a run.

    Raises:
        RecordingError: Not JSON, or without `run.executions`.
    """
    return read_entries(read_excerpt(data, file=file), "/run/executions", _read_execution)


class _Request(NamedTuple):
    method: str
    url: str
    headers: dict[str, str] | None
    body: Body | None
    is_template: bool


def _collection_variables(document: Excerpt, root: str) -> dict[str, str]:
    with suppress(RecordingError):
        return read_variables([each.load() for each in document.items(f"{root}/variable")])
    return {}


def _read_saved(saved: Saved, *, values: Mapping[str, str]) -> Recorded:
    response, excerpt = saved.value, saved.excerpt
    if response.get("originalRequest") is not None:
        request = _read_request(response["originalRequest"], excerpt, "/originalRequest", values)
    else:
        request = _read_request(saved.item.get("request"), saved.item_excerpt, "/request", values)
    body = response.get("body")
    return _recorded(
        request,
        response,
        excerpt,
        saved.number,
        headers=_read_headers(response.get("header")),
        body=None if body is None else excerpt.body("/body", body),
    )


def _read_execution(execution: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    request = _read_request(execution.get("request"), excerpt, "/request", {})
    response = execution.get("response")
    response = response if isinstance(response, dict) else {}
    headers = _read_headers(response.get("header"))
    return _recorded(request, response, excerpt, number, headers=headers, body=_read_stream(response, excerpt))


def _recorded(
    request: _Request,
    response: Mapping[str, Any],
    excerpt: Excerpt,
    number: int,
    *,
    headers: dict[str, str] | None,
    body: Body | None,
) -> Recorded:
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=request.method,
        url=request.url,
        status=read_status(response.get("code")),
        request_headers=request.headers,
        response_headers=headers,
        request_body=request.body,
        response_body=body,
        is_template=request.is_template,
    )


def _read_request(request: Any, excerpt: Excerpt, pointer: str, values: Mapping[str, str]) -> _Request:
    """Of an object, or of a URL, which is a request of its own."""
    if isinstance(request, str):
        request = {"url": request}
    if not isinstance(request, dict):
        raise excerpt.refusal("", "expected a request")
    url = _read_url(request.get("url"), values)
    headers = _read_headers(request.get("header"))
    body = _read_body(request.get("body"), excerpt, f"{pointer}/body")
    sent = body.text.decode(errors="replace") if body else ""
    method = request.get("method")
    return _Request(
        method=method.upper() if isinstance(method, str) and method else _DEFAULT_METHOD,
        url=url,
        headers=headers,
        body=body,
        is_template=has_variables(url, sent),
    )


def _read_url(url: Any, values: Mapping[str, str]) -> str:
    """Of a URL as text, in `raw`, or in parts, without what precedes its path where that is an unknown variable."""
    parts = url if isinstance(url, dict) else {}
    text = url if isinstance(url, str) else parts.get("raw")
    if not isinstance(text, str) or not text:
        text = _join_url(parts)
    text = strip_base(fill(text, values))
    of_path = {name: fill(value, values) for name, value in read_variables(parts.get("variable")).items()}
    return fill_path(text, of_path)


def _join_url(parts: Mapping[str, Any]) -> str:
    host = _joined(parts.get("host"), ".")
    if not host and parts.get("path") is None:
        return ""
    protocol, port = parts.get("protocol"), parts.get("port")
    url = f"{protocol}://{host}" if isinstance(protocol, str) and protocol and host else host
    url += f":{port}" if isinstance(port, str | int) and port else ""
    url += "/" + _joined(parts.get("path"), "/").removeprefix("/")
    rows = parts.get("query")
    query = [each for each in rows if isinstance(each, dict) and is_enabled(each)] if isinstance(rows, list) else []
    pairs = [(each.get("key"), each.get("value")) for each in query]
    texts = [f"{name}={value}" if isinstance(value, str) else name for name, value in pairs if isinstance(name, str)]
    return f"{url}?{'&'.join(texts)}" if texts else url


def _joined(value: Any, separator: str) -> str:
    """Of text, or of a list of texts or of objects that have it for their value."""
    if isinstance(value, list):
        texts = (each.get("value") if isinstance(each, dict) else each for each in value)
        return separator.join(each for each in texts if isinstance(each, str))
    return value if isinstance(value, str) else ""


def _read_headers(value: Any) -> dict[str, str] | None:
    """Of a list of objects or of lines, or of the lines as one text."""
    if isinstance(value, str):
        value = value.splitlines()
    if not isinstance(value, list):
        return None
    lines = [(match[1], match[2]) for each in value if isinstance(each, str) and (match := _HEADER_LINE.match(each))]
    rows = [each for each in value if isinstance(each, dict) and is_enabled(each)]
    return fold_headers(lines) | (read_headers(rows) or {})


def _read_body(body: Any, excerpt: Excerpt, pointer: str) -> Body | None:
    if not isinstance(body, dict) or body.get("disabled") is True:
        return None
    mode = body.get("mode")
    value = body.get(mode) if isinstance(mode, str) else None
    if value in (None, "", []):
        return None
    if mode == "raw":
        return excerpt.body(f"{pointer}/raw", value)
    if mode == "urlencoded":
        return read_fields(value, excerpt, f"{pointer}/urlencoded")
    raise excerpt.refusal(pointer, "a request body that is neither raw nor urlencoded")


def _read_stream(response: Mapping[str, Any], excerpt: Excerpt) -> Body | None:
    """What newman has of an answer: the bytes as Node.js writes them to JSON, or base64, or a text."""
    stream = response.get("stream")
    if not isinstance(stream, dict):
        body = response.get("body")
        return excerpt.body("/response/body", body) if isinstance(body, str) else None
    data = stream.get("data")
    if isinstance(data, str) and stream.get("type") == "Base64":
        return excerpt.body("/response/stream/data", data, is_base64=True)
    try:
        text = bytes(data if isinstance(data, list) else [-1])
    except (TypeError, ValueError):
        raise excerpt.refusal("/response/stream", "expected the bytes of a body") from None
    return Body(text, lambda _: excerpt.place(excerpt.find("/response/stream").start))
