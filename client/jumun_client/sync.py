"""The I/O of the synchronous clients: one exchange after the other, over httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self, TypeVar

import httpx

from jumun_client.body import ACCEPT_ENCODING, BodyReader
from jumun_client.errors import ConnectionFailedError, TimedOutError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from jumun_client.call import Call, Flow

T = TypeVar("T")

# Seconds, for each of: connecting, a read, a write, waiting for a free connection.
DEFAULT_TIMEOUT: Final = httpx.Timeout(10.0)


class SyncClient:
    """Owns or borrows an `httpx.Client` and drives conversations over it."""

    def __init__(
        self,
        *,
        timeout: float | httpx.Timeout | None,
        transport: httpx.BaseTransport | None,
        http_client: httpx.Client | None,
        on_exchange: Callable[[httpx.Response], object] | None,
    ) -> None:
        if http_client is None:
            self._http = httpx.Client(transport=transport, timeout=timeout)
        elif not isinstance(http_client, httpx.Client):
            raise TypeError(f"http_client must be an httpx.Client, not {type(http_client).__name__}")
        elif transport is not None or timeout is not DEFAULT_TIMEOUT:
            raise ValueError("http_client brings its own transport and timeout: give them to it, or leave it out")
        else:
            self._http = http_client
        self._owns_http = http_client is None
        self._on_exchange = on_exchange

    def close(self) -> None:
        """Close the connections, unless they are those of an ``http_client`` that was given."""
        if self._owns_http:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, flow: Flow[T]) -> T:
        """Drive a conversation to its result."""
        response: httpx.Response | None = None
        while True:
            try:
                call = next(flow) if response is None else flow.send(response)
            except StopIteration as end:
                result: T = end.value
                return result
            # Not within the try: a StopIteration out of on_exchange is not the end of the conversation.
            response = self._exchange(call)

    def _exchange(self, call: Call) -> httpx.Response:
        """Send one request and read its answer, whatever its status."""
        if self._http.is_closed:
            raise ValueError(f"{call.operation}: the client is closed; make a new one")
        try:
            request = self._http.build_request(
                call.method,
                call.url,
                params=call.query or None,
                headers={**call.headers, "Accept-Encoding": ACCEPT_ENCODING},
                content=call.body,
            )
        except httpx.InvalidURL as error:
            raise ValueError(f"{call.operation}: the arguments make no valid URL: {error}") from error
        host, operation = request.url.host, call.operation
        try:
            response = self._send(call, request)
        except httpx.TimeoutException as error:
            text = f"{operation}: {host} took too long to answer ({type(error).__name__}): raise timeout"
            raise TimedOutError(text, operation=operation) from error
        except httpx.NetworkError as error:
            text = f"{operation}: no connection to {host}, or it broke ({error}): check base_url and network"
            raise ConnectionFailedError(text, operation=operation) from error
        except httpx.HTTPError as error:
            text = f"{operation}: {host} did not complete an HTTP answer ({type(error).__name__})"
            # Without its cause, whose text may quote what was sent or received.
            raise ConnectionFailedError(text, operation=operation) from None
        except (httpx.InvalidURL, UnicodeError) as error:
            # httpx reads the target of a redirect even when it does not follow.
            text = f"{operation}: {host} redirects to what is no URL: check base_url"
            raise ConnectionFailedError(text, operation=operation) from error
        if self._on_exchange is not None:
            self._on_exchange(response)
        return response

    def _send(self, call: Call, request: httpx.Request) -> httpx.Response:
        # auth=None: credentials of a borrowed client must not replace ours.
        response = self._http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            reader = BodyReader(call.operation, response)
            if response.is_stream_consumed:  # by the transport, as MockTransport does, or by an event hook
                reader.check_size(len(response.read()))
                return response
            for chunk in response.iter_raw():
                reader.feed(chunk)
        finally:
            response.close()
        return reader.finish()
