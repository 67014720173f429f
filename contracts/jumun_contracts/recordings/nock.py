"""Recordings of nock (`output_objects: true`, and its `nockBack` files): an array of scopes with a call and its answer.

The answer to a call that was made is in `response`, as JSON where it was that; one with a content coding is there as
chunks in hex, and bytes that are not text as hex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.recordings.codings import CodingError, decode_hex, join_chunk_list
from jumun_contracts.recordings.excerpt import read_entries, read_excerpt
from jumun_contracts.recordings.headers import read_headers
from jumun_contracts.recordings.recorded import Body, Recorded
from jumun_contracts.recordings.rows import read_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.recordings.excerpt import Excerpt
    from jumun_contracts.recordings.recorded import Unreadable


def is_nock(value: Any) -> bool:
    """Whether a JSON value is a call as nock records it."""
    return isinstance(value, dict) and isinstance(value.get("scope"), str) and isinstance(value.get("path"), str)


def read_nock(data: bytes, *, file: str) -> Iterator[Recorded | Unreadable]:
    """The calls of a recording.

    Raises:
        RecordingError: Not JSON, or no array.
    """
    return read_entries(read_excerpt(data, file=file), "", _read)


def _read(call: dict[str, Any], excerpt: Excerpt, number: int) -> Recorded:
    if not is_nock(call):
        raise excerpt.refusal("", "expected a call with scope and path")
    headers = read_headers(call.get("rawHeaders", call.get("headers")))
    sent = call.get("body")
    return Recorded(
        file=excerpt.file,
        place=excerpt.place(0),
        number=number,
        method=str(call.get("method", "")).upper(),
        url=call["scope"].removesuffix(":443").removesuffix(":80") + call["path"],
        status=read_status(call.get("status")),
        request_headers=read_headers(call.get("reqheaders")),
        response_headers=headers,
        request_body=excerpt.body("/body", sent) if sent not in (None, "") else None,
        response_body=_answer(call, excerpt, headers or {}) if "response" in call else None,
    )


def _answer(call: dict[str, Any], excerpt: Excerpt, headers: dict[str, str]) -> Body:
    answer, codings = call["response"], headers.get("content-encoding", "")
    try:
        if call.get("responseIsBinary") is True and isinstance(answer, str):
            data: bytes | None = decode_hex(answer, codings)
        else:
            data = join_chunk_list(answer, codings)
    except CodingError as error:
        raise excerpt.refusal("/response", str(error)) from None
    if data is None:
        return excerpt.body("/response", answer)
    return Body(data, lambda _: excerpt.place(excerpt.find("/response").start))
