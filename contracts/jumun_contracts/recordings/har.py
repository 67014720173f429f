"""HAR 1.2, as Chromium, Playwright, mitmproxy, Schemathesis and we ourselves write it.

Bodies in it are decoded already, whatever Content-Encoding says; Polly.JS writes those that are not as an array of
chunks. Chromium leaves `text` out where it no longer has the body, and mitmproxy writes null; such a body counts as not
recorded. Playwright puts bodies into files of their own where it is asked to (`_file`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.bodies import BODY_NAMES, read_body, read_fields
from jumun_contracts.recordings.durations import read_duration
from jumun_contracts.recordings.excerpt import read_entries, read_excerpt
from jumun_contracts.recordings.headers import read_headers
from jumun_contracts.recordings.recorded import Recorded
from jumun_contracts.recordings.rows import read_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Body, Unreadable

_CUT = "Body truncated"
"""How Schemathesis begins the comment on a body of which it kept only a part."""


def read_har(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The entries of a HAR document.

    Raises:
        RecordingError: Not JSON, or without `log.entries`.
    """
    return read_entries(read_excerpt(data, file=file), "/log/entries", _read)


def _read(entry: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    request, response = entry.get("request"), entry.get("response")
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        raise excerpt.refusal("", "expected an entry with request.method")
    response = response if isinstance(response, dict) else {}
    url, ours = request.get("url"), entry.get("_jumun")
    operation = ours.get("operation") if isinstance(ours, dict) else None
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=request["method"].upper(),
        url=url if isinstance(url, str) else "",
        status=read_status(response.get("status")),
        operation=operation if isinstance(operation, str) else "",
        request_headers=read_headers(request.get("headers")),
        response_headers=read_headers(response.get("headers")),
        request_body=_request_body(request, excerpt),
        response_body=_response_body(response, excerpt),
        duration_s=read_duration(entry.get("time"), unit_s=1e-3),
    )


def _request_body(request: dict[str, Any], excerpt: Excerpt) -> Body | None:
    """As sent, or of a form what its fields mean, for some have only those."""
    data, pointer = request.get("postData"), "/request/postData"
    if not isinstance(data, dict):
        # HTTP Toolkit's name for a body that is not UTF-8.
        data, pointer = request.get("_content"), "/request/_content"
    if not isinstance(data, dict):
        return None
    if any(data.get(name) not in (None, "") for name in BODY_NAMES):
        return read_body(data, excerpt, pointer, read_headers(request.get("headers")))
    params = data.get("params")
    return read_fields(params, excerpt, f"{pointer}/params") if params else None


def _response_body(response: dict[str, Any], excerpt: Excerpt) -> Body | None:
    content = response.get("content")
    if not isinstance(content, dict):
        return None
    if str(content.get("comment", "")).startswith(_CUT):
        raise excerpt.refusal("/response/content/text", "a body that was cut when it was recorded")
    text = content.get("text")
    if text == "" and content.get("size"):
        return None
    if not isinstance(text, str | dict | list | None):
        raise excerpt.refusal("/response/content/text", "expected a text")
    return read_body(content, excerpt, "/response/content", read_headers(response.get("headers")))
