"""Transports of httpx that show, or change, each request before it is sent."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

# One for all, since each takes long to make. It reads no proxies out of the environment either.
_TLS = ssl.create_default_context()
# Callers make one call at a time, so one that does not give its connection back is found out by the next.
_ONE = httpx.Limits(max_connections=1)


class Prepared(httpx.HTTPTransport):
    """The usual one, but for what `prepare` does to a request."""

    def __init__(self, prepare: Callable[[httpx.Request], object], *, tls: ssl.SSLContext = _TLS) -> None:
        super().__init__(verify=tls, limits=_ONE)
        self._prepare = prepare

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Prepare the request, then send it."""
        self._prepare(request)
        return super().handle_request(request)


class AsyncPrepared(httpx.AsyncHTTPTransport):
    """The same for asyncio."""

    def __init__(self, prepare: Callable[[httpx.Request], object], *, tls: ssl.SSLContext = _TLS) -> None:
        super().__init__(verify=tls, limits=_ONE)
        self._prepare = prepare

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Prepare the request, then send it."""
        self._prepare(request)
        return await super().handle_async_request(request)
