"""From a response to a result or an error; no I/O."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import quote, quote_plus

from jumun_client.errors import (
    ERROR_BY_STATUS,
    ApiError,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    StatusError,
    UnexpectedAnswerError,
)
from jumun_client.fields import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from jumun_client.allowance import Allowance
    from jumun_client.call import Call

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer(Generic[T]):
    """An answer without an error status, before it is read.

    Attributes:
        operation: What was called.
        http_response: Body read and decoded, ``.request`` attached.
        attempts: How many requests were sent for the call, those for a token included.
        elapsed_s: Seconds that the call took, waits included.
        idempotency_key: Under which the API keeps the answer; None for a call without one.
    """

    operation: str
    http_response: httpx.Response = field(repr=False)
    attempts: int
    elapsed_s: float
    idempotency_key: str | None = None
    _read: Callable[[object], T] = field(repr=False)

    @property
    def status(self) -> int:
        """The HTTP status, e.g. 200."""
        return self.http_response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """Of the answer."""
        return self.http_response.headers

    def parse(self) -> T:
        """What the method without ``with_raw_response`` would have given; raises `UnexpectedAnswerError`."""
        try:
            return decode(self.operation, self.http_response, self._read)
        except ApiError as error:
            error.attempts, error.elapsed_s = self.attempts, self.elapsed_s
            error.idempotency_key = self.idempotency_key
            raise


def decode(operation: str, response: httpx.Response, read: Callable[[object], T]) -> T:
    """Give what ``read`` makes of the JSON of a success; raises `UnexpectedAnswerError`."""
    if not response.is_success:
        raise unexpected(operation, response, "which is not a result (a redirect is not followed): check base_url")
    document = _json(response.content)
    if document is _NOT_JSON:
        kind = one_line(response.headers.get("content-type", "no content-type"))
        problem = f"its body of {len(response.content)} bytes ({kind}) is not JSON: is base_url the address of the API?"
    else:
        try:
            return read(document)
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


def error_code(response: httpx.Response) -> str | None:
    """The API's own code in an error answer: ``GW.AUTHN``, ``1700``, ``ORDER_NOT_FOUND``; None where it has none."""
    return _error_code(_error_body(response)) if response.is_error else None


def status_error(call: Call, response: httpx.Response, allowance: Allowance) -> StatusError:
    """Read an error answer in whatever envelope: NAVER's, either of Bootpay's, a proxy's HTML, nothing."""
    body = _error_body(response)
    code = _error_code(body)
    message, body_trace_id = body.get("message"), body.get("traceId")
    trace_id = body_trace_id if isinstance(body_trace_id, str) else header_trace_id(response)
    kind = ERROR_BY_STATUS.get(response.status_code, StatusError)
    said = " ".join(part for part in (code, message) if isinstance(part, str)) or "without a code or message"
    said = one_line(_without(call.confidential, said))
    trace = _trace(trace_id and _without(call.confidential, trace_id))
    text = f"{call.operation}: HTTP {response.status_code} {said}{trace}"
    return kind(
        f"{text}; {_WAY_OUT[kind]}" if kind in _WAY_OUT else text,
        operation=call.operation,
        status=response.status_code,
        code=code,
        message=message if isinstance(message, str) else None,
        trace_id=trace_id,
        retry_after_s=allowance.retry_after_s,
    )


def _without(confidential: tuple[str, ...], text: str) -> str:
    """A server may quote in its message what it was sent, raw or as encoded in the URL."""
    written = {form for secret in confidential for form in (secret, quote(secret, safe=""), quote_plus(secret))}
    longest_first = sorted(written, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), "[…]", text, flags=re.IGNORECASE) if written else text


def _error_body(response: httpx.Response) -> dict[str, Any]:
    document = _json(response.content)
    return document if isinstance(document, dict) else {}


def _error_code(body: Mapping[str, Any]) -> str | None:
    """A code as text: NAVER's are strings, Bootpay's integers or symbolic names."""
    for value in (body.get("code"), body.get("error_code")):
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def _trace(trace_id: str | None) -> str:
    return f" (trace id {one_line(trace_id)})" if trace_id else ""


def one_line(text: str) -> str:
    """Text of the API's fit for a message: no line ends, control characters or surrogates, bounded."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: _TEXT_MAX_CHARS + 1])
    return printable if len(printable) <= _TEXT_MAX_CHARS else printable[:_TEXT_MAX_CHARS] + "…"


def _json(body: bytes) -> object:
    """Decode, or give `_NOT_JSON`; no exception, since one would carry the body with it."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NOT_JSON
