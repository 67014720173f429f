"""Bruno's collections, exported as JSON, with the answers that were saved as examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.bodies import read_fields
from jumun_contracts.recordings.collection import (
    Names,
    fill_path,
    has_variables,
    read_saved,
    read_variables,
    strip_base,
)
from jumun_contracts.recordings.excerpt import read_excerpt
from jumun_contracts.recordings.headers import is_enabled, read_headers
from jumun_contracts.recordings.recorded import Recorded
from jumun_contracts.recordings.rows import read_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.recordings.collection import Saved
    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Body, Unreadable

_NAMES = Names("items", "examples")
_TEXTS = ("json", "text", "xml")


def read_bruno(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The examples of a collection.

    Raises:
        RecordingError: Not JSON, or a collection without examples.
    """
    return read_saved(read_excerpt(data, file=file), "/items", _NAMES, _read)


def _read(saved: Saved) -> Recorded:
    excerpt, request, response = saved.excerpt, saved.value.get("request"), saved.value.get("response")
    if not isinstance(request, dict) or not isinstance(response, dict):
        raise excerpt.refusal("", "expected an example with request and response")
    params = request.get("params")
    params = params if isinstance(params, list) else []
    params = [each for each in params if isinstance(each, dict) and each.get("type") == "path"]
    url = request.get("url")
    url = fill_path(strip_base(url), read_variables(params)) if isinstance(url, str) else ""
    sent = _request_body(request.get("body"), excerpt)
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=saved.number,
        method=str(request.get("method", "")).upper(),
        url=url,
        status=read_status(response.get("status")),
        request_headers=_headers(request.get("headers")),
        response_headers=_headers(response.get("headers")),
        request_body=sent,
        response_body=_response_body(response.get("body"), excerpt),
        is_template=has_variables(url, sent.text.decode(errors="replace") if sent else ""),
    )


def _headers(rows: Any) -> dict[str, str] | None:
    return read_headers([each for each in rows if is_enabled(each)]) if isinstance(rows, list) else None


def _request_body(body: Any, excerpt: Excerpt) -> Body | None:
    mode = body.get("mode") if isinstance(body, dict) else None
    value = body.get(mode) if isinstance(mode, str) else None
    if value in (None, "", []):
        return None
    if mode in _TEXTS:
        return excerpt.body(f"/request/body/{mode}", value)
    if mode == "formUrlEncoded":
        return read_fields(value, excerpt, "/request/body/formUrlEncoded")
    raise excerpt.refusal("/request/body", "a request body that is neither text nor formUrlEncoded")


def _response_body(body: Any, excerpt: Excerpt) -> Body | None:
    content = body.get("content") if isinstance(body, dict) else None
    if content is None:
        return None
    if body.get("type") == "binary":
        raise excerpt.refusal("/response/body", "a binary body")
    return excerpt.body("/response/body/content", content)
