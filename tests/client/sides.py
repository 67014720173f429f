"""The synchronous and the asynchronous clients behind the same methods, so that one test covers both."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from a2wsgi import WSGIMiddleware

from jumun_client import (
    AsyncBootpayCommerceClient,
    AsyncNaverCommerceClient,
    BootpayCommerceClient,
    NaverCommerceClient,
)
from tests.client.world import FakeTime

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator

    from flask import Flask

    from jumun_client import AsyncTiming, Timing


class Side:
    """One of the two: opens clients whose methods are those of the synchronous one, whichever it is.

    Each of them waits in a time of its own, `FakeTime`, unless the test gives another.
    """

    def __init__(self, *, is_async: bool) -> None:
        self.is_async = is_async

    @contextmanager
    def bootpay(self, transport: Any = None, *, time: FakeTime | None = None, **options: Any) -> Iterator[Any]:
        """A Bootpay client; of made-up keys unless others are given."""
        kind: Any = AsyncBootpayCommerceClient if self.is_async else BootpayCommerceClient
        options = {"client_key": "test-ck", "secret_key": "test-sk", "timing": self._timing(time)} | options
        with self.driven(kind(transport=transport, **options)) as client:
            yield client

    @contextmanager
    def naver(self, transport: Any = None, *, time: FakeTime | None = None, **options: Any) -> Iterator[Any]:
        """A NAVER client; with a token at hand unless other credentials are given."""
        kind: Any = AsyncNaverCommerceClient if self.is_async else NaverCommerceClient
        if not options.keys() & {"client_id", "access_token"}:
            options["access_token"] = "test-token"
        with self.driven(kind(transport=transport, timing=self._timing(time), **options)) as client:
            yield client

    @contextmanager
    def driven(self, client: Any) -> Iterator[Any]:
        """A client of this side's, behind the synchronous methods; it is closed at the end."""
        if not self.is_async:
            with client:
                yield client
            return
        with asyncio.Runner() as runner:
            driven = Driven(client, runner)
            try:
                yield driven
            finally:
                driven.end()

    def _timing(self, time: FakeTime | None) -> AsyncTiming | Timing:
        time = time or FakeTime()
        return time.async_timing() if self.is_async else time.timing()


both_sides = pytest.mark.parametrize("side", [Side(is_async=False), Side(is_async=True)], ids=["sync", "async"])


@contextmanager
def in_process(app: Flask, *, is_async: bool) -> Iterator[Any]:
    """A transport to an application without a socket: over WSGI, or over ASGI."""
    if not is_async:
        yield httpx.WSGITransport(app=app)
        return
    asgi: Any = WSGIMiddleware(app)  # type: ignore[arg-type] # a2wsgi's own Environ
    try:
        yield httpx.ASGITransport(app=asgi)
    finally:
        asgi.executor.shutdown()


class Driven:
    """What coroutines and asynchronous generators an object has, driven as if it had none."""

    def __init__(self, target: object, runner: asyncio.Runner) -> None:
        self._target = target
        self._runner = runner
        self._pumps: list[Generator[Any, None, None]] = []

    def end(self) -> None:
        """Close it, and the generators that the test left open."""
        for pump in self._pumps:
            pump.close()
        self.close()

    def __getattr__(self, name: str) -> Any:
        return self._plain(getattr(self._target, name))

    def _plain(self, value: Any) -> Any:
        if inspect.iscoroutine(value):
            return self._plain(self._runner.run(value))
        if inspect.isasyncgen(value):
            self._pumps.append(self._pumped(value))
            return self._pumps[-1]
        if inspect.ismethod(value):
            return lambda *args, **options: self._plain(value(*args, **options))
        if type(value).__name__.startswith("Async"):
            return Driven(value, self._runner)
        return value

    def _pumped(self, items: AsyncGenerator[Any, Any]) -> Generator[Any, None, None]:
        async def take() -> list[Any]:
            try:
                return [await anext(items)]
            except StopAsyncIteration:
                return []

        async def end() -> None:
            await items.aclose()

        try:
            while found := self._runner.run(take()):
                yield from found
        finally:
            self._runner.run(end())
