"""From a response to a result or an error; no I/O."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from jumun_client.errors import (
    ERROR_BY_STATUS,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    StatusError,
    UnexpectedAnswerError,
)
from jumun_client.fields import Fields, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

T = TypeVar("T")

_TEXT_MAX_CHARS: Final = 300
_NOT_JSON: Final = object()

_WAY_OUT: Final[Mapping[type[StatusError], str]] = MappingProxyType(
    {
        AuthenticationError: "check the credentials",
        PermissionDeniedError: "check the addresses and the scope that the provider's console allows",
        NotFoundError: "check the id, then base_url",
        RateLimitError: "wait before the next call",
        ServerError: "try again later",
    }
)


def decode(operation: str, response: httpx.Response, read: Callable[[Fields], T]) -> T:
    """Give what ``read`` makes of the body of a success; raises `StatusError` or `UnexpectedAnswerError`."""
    if response.is_error:
        raise _status_error(operation, response)
    if not response.is_success:
        raise unexpected(operation, response, "which is no result (a redirect is not followed): check base_url")
    document = _json(response.content)
    if document is _NOT_JSON:
        kind = _one_line(response.headers.get("content-type", "no content-type"))
        problem = f"its body of {len(response.content)} bytes ({kind}) is not JSON: does base_url lead to the API?"
    else:
        try:
            return read(Fields(document, where="body"))
        except ShapeError as error:
            problem = str(error)
    raise unexpected(operation, response, f"but {problem}")


def unexpected(operation: str, response: httpx.Response, problem: str) -> UnexpectedAnswerError:
    """The error of an answer that cannot be used; ``problem`` quotes nothing of its body."""
    trace_id = header_trace_id(response)
    text = f"{operation}: HTTP {response.status_code}, {problem}{_trace(trace_id)}"
    return UnexpectedAnswerError(text, operation=operation, status=response.status_code, trace_id=trace_id)


def header_trace_id(response: httpx.Response) -> str | None:
    """The id NAVER's gateway gives every answer, also those without one in the body."""
    trace_id: str | None = response.headers.get("GNCP-GW-Trace-ID")
    return trace_id


def _status_error(operation: str, response: httpx.Response) -> StatusError:
    """Read an error answer in whatever envelope: NAVER's, either of Bootpay's, a proxy's HTML, nothing."""
    document = _json(response.content)
    body = document if isinstance(document, dict) else {}
    code = _code(body.get("code")) or _code(body.get("error_code"))
    message, body_trace_id = body.get("message"), body.get("traceId")
    trace_id = body_trace_id if isinstance(body_trace_id, str) else header_trace_id(response)
    kind = ERROR_BY_STATUS.get(response.status_code, StatusError)
    said = " ".join(_one_line(part) for part in (code, message) if isinstance(part, str))
    text = f"{operation}: HTTP {response.status_code} {said or 'without a code or message'}{_trace(trace_id)}"
    return kind(
        f"{text}; {_WAY_OUT[kind]}" if kind in _WAY_OUT else text,
        operation=operation,
        status=response.status_code,
        code=code,
        message=message if isinstance(message, str) else None,
        trace_id=trace_id,
    )


def _code(value: object) -> str | None:
    """A code as text: NAVER's are strings, Bootpay's integers or symbolic names."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    return None


def _trace(trace_id: str | None) -> str:
    return f" (trace id {_one_line(trace_id)})" if trace_id else ""


def _one_line(text: str) -> str:
    """Text of the API's fit for a message: no line ends, control characters or surrogates, bounded."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: _TEXT_MAX_CHARS + 1])
    return printable if len(printable) <= _TEXT_MAX_CHARS else printable[:_TEXT_MAX_CHARS] + "…"


def _json(body: bytes) -> object:
    """Decode, or give `_NOT_JSON`; no exception, since one would carry the body with it."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NOT_JSON
