"""Simulations of Hoverfly: pairs of what a request must be like and its response.

Request headers count as not recorded: only those are there by which it is matched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jumun_contracts.recordings.bodies import read_body
from jumun_contracts.recordings.excerpt import read_entries, read_excerpt
from jumun_contracts.recordings.headers import read_headers
from jumun_contracts.recordings.recorded import Recorded
from jumun_contracts.recordings.rows import read_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Body, Unreadable


def read_hoverfly(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The pairs of a simulation, of any version of its schema.

    Raises:
        RecordingError: Not JSON, or without `data.pairs`.
    """
    return read_entries(read_excerpt(data, file=file), "/data/pairs", _read)


def _read(pair: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    request, response = pair.get("request"), pair.get("response")
    if not isinstance(request, dict) or not isinstance(response, dict):
        raise excerpt.refusal("", "expected a pair of request and response")
    headers = read_headers(response.get("headers"))
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=_exact(request.get("method")).upper(),
        url=_url(request),
        status=read_status(response.get("status")),
        response_headers=headers,
        request_body=_request_body(request, excerpt),
        response_body=_response_body(response, excerpt, headers),
    )


def _exact(matcher: Any, *kinds: str) -> str:
    """What a field must be; '' where it may be several things.

    Args:
        matcher: A text (v1), an object such as `{"exactMatch": …}` (v2 to v4), or a list of matchers (v5).
        kinds: Of matchers, beside `exact`, that hold what was sent.
    """
    if isinstance(matcher, dict):
        matcher = next((matcher[name] for name in _names(kinds) if name in matcher), "") if len(matcher) == 1 else ""
    elif isinstance(matcher, list) and len(matcher) == 1 and isinstance(matcher[0], dict):
        matcher = matcher[0].get("value") if matcher[0].get("matcher") in (None, "exact", *kinds) else ""
    return matcher if isinstance(matcher, str) else ""


def _names(kinds: tuple[str, ...]) -> list[str]:
    return [f"{each}Match" for each in ("exact", *kinds)]


def _url(request: Mapping[str, Any]) -> str:
    path, host = _exact(request.get("path")), _exact(request.get("destination"))
    if not path:
        return ""
    query = request.get("query")
    text = _exact(query)
    if not text and isinstance(query, dict):
        text = urlencode([(name, _exact(value)) for name, value in query.items()], errors="replace")
    url = f"{_exact(request.get('scheme')) or 'https'}://{host}{path}" if host else path
    return f"{url}?{text}" if text else url


def _request_body(request: Mapping[str, Any], excerpt: Excerpt) -> Body | None:
    """As text, which is JSON where Hoverfly has captured that."""
    body = request.get("body")
    text = _exact(body, "json")
    if not text:
        return None
    pointer = "/request/body"
    if isinstance(body, dict):
        pointer += f"/{next(iter(body))}"
    elif isinstance(body, list):
        pointer += "/0/value"
    return excerpt.body(pointer, text)


def _response_body(response: Mapping[str, Any], excerpt: Excerpt, headers: Mapping[str, str] | None) -> Body | None:
    body = response.get("body")
    if response.get("templated") is True and isinstance(body, str) and "{{" in body:
        raise excerpt.refusal("/response/body", "an answer that is a template")
    return read_body(response, excerpt, "/response", headers)
