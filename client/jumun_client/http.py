"""Between a `Call` and httpx: the request that is sent, and what httpx's exceptions mean; no I/O."""

from __future__ import annotations

import logging
import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import httpx

from jumun_client.body import ACCEPT_ENCODING
from jumun_client.errors import ApiError, ConnectionFailedError, TimedOutError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_client.call import Call

_SHORTEST_S: Final = 0.001

_sending: Final[ContextVar[bool]] = ContextVar("jumun_client.sending", default=False)


def build_request(http: httpx.Client | httpx.AsyncClient, call: Call, *, left_s: float) -> httpx.Request:
    """The request of a call; raises ``ValueError`` where its arguments make no URL.

    Args:
        http: What will send it.
        call: What to send.
        left_s: Seconds until the call's deadline: no single wait may be longer.
    """
    timeout = call.timeout or http.timeout
    key = {"Idempotency-Key": call.idempotency_key} if call.idempotency_key else {}
    try:
        return http.build_request(
            call.method,
            call.url,
            params=call.query or None,
            headers={**call.headers, **key, "Accept-Encoding": ACCEPT_ENCODING},
            content=call.body,
            timeout=timeout if left_s == math.inf else _shortened(timeout, left_s),
        )
    except httpx.InvalidURL as error:
        raise ValueError(f"{call.operation}: the arguments make no valid URL: {error}") from error


def _shortened(timeout: httpx.Timeout, left_s: float) -> httpx.Timeout:
    # Sockets take no negative time, and 0 means another thing to them.
    longest_s = max(left_s, _SHORTEST_S)
    return httpx.Timeout(
        **{name: longest_s if each is None else min(each, longest_s) for name, each in timeout.as_dict().items()}
    )


def translate(call: Call, request: httpx.Request, error: Exception) -> ApiError:
    """What an exception of httpx means; the text quotes nothing that was sent or received."""
    operation, host = call.operation, request.url.host
    is_sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    match error:
        case httpx.TimeoutException():
            text = f"{operation}: {host} took too long to answer ({type(error).__name__}): raise timeout"
            return TimedOutError(text, operation=operation, is_sent=is_sent)
        case httpx.NetworkError():
            why = str(error) or type(error).__name__
            text = f"{operation}: no connection to {host}, or it broke ({why}): check base_url and network"
        case httpx.HTTPError():
            text = f"{operation}: {host} did not complete an HTTP answer ({type(error).__name__})"
        case _:
            # httpx reads the target of a redirect even when it does not follow.
            text = f"{operation}: {host} redirects to something that is not a URL: check base_url"
    return ConnectionFailedError(text, operation=operation, is_sent=is_sent)


FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)
"""What sending a request and reading its answer may raise."""


@contextmanager
def unlogged_query() -> Iterator[None]:
    """Within it, httpx's own log shows URLs without their query: a keyword may be a person's name."""
    logging.getLogger(httpx.__name__).addFilter(_hide_query)  # a second time it does nothing
    token = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(token)


def _hide_query(record: logging.LogRecord) -> bool:
    if _sending.get() and isinstance(record.args, tuple):
        record.args = tuple(_bare(each) for each in record.args)
    return True


def _bare(value: Any) -> Any:
    return value.copy_with(query=None) if isinstance(value, httpx.URL) and value.query else value
