"""A proxy in a thread before a main port that tells what it got, and a loop that must end with nothing left."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import threading
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from jumun_mockserver.proxy.proxy import Proxy, TlsPort
from tests.mockserver.wire import Wire

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Collection, Coroutine
    from types import TracebackType

T = TypeVar("T")

HOSTS = ("api.shop.test", "stage.shop.test")
_PATIENCE_S = 10


class Teller(asyncio.Protocol):
    """A main port: answers each request with what it received, byte for byte."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the answer."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer as soon as a request is whole."""
        self._data += data
        head, end, body = self._data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        if not end or len(body) < length:
            return
        got = {"raw": self._data.decode("latin-1"), "tls": bool(self.transport.get_extra_info("sslcontext"))}
        self._data = b""
        text = json.dumps(got).encode()
        closes = b"connection: close\r\n" if b"connection: close" in head.lower() else b""
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n%s\r\n%s" % (len(text), closes, text))
        if closes:
            self.transport.close()


class Proxied:
    """A proxy for HOSTS on a loop of its own; `with` starts it, and looks at its end for what was left."""

    def __init__(
        self,
        new_loop: Callable[[], asyncio.AbstractEventLoop],
        tls: ssl.SSLContext,
        *,
        allowed: Collection[str] = (),
        patience_s: float = 3 * _PATIENCE_S,
        idle_s: float = 3 * _PATIENCE_S,
    ) -> None:
        self.proxy = Proxy(hosts=HOSTS, tls=tls, allowed=allowed, patience_s=patience_s, idle_s=idle_s)
        self.troubles: list[dict[str, Any]] = []
        self._new_loop = new_loop
        self._ready: Future[tuple[asyncio.AbstractEventLoop, int, int]] = Future()
        self._thread = threading.Thread(target=self._run)

    def open(self, *, tls_port: bool = False) -> Wire:
        """A connection to the proxy, or to the TLS port beside it."""
        return Wire(f"http://127.0.0.1:{self._ready.result()[1 + tls_port]}")

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._ready.result()[1]}"

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something on the proxy's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._ready.result()[0]).result(_PATIENCE_S)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Let the loop turn until something is so."""
        self.call(_settle(is_so))

    def close(self) -> None:
        """Close the proxy, on its loop."""

        async def close() -> None:
            self.proxy.close()

        self.call(close())

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self._new_loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, trouble: self.troubles.append(trouble))
        self._end = asyncio.Event()
        servers = [
            await loop.create_server(partial(relay.protocol, Teller), "127.0.0.1", 0)
            for relay in (self.proxy, TlsPort(self.proxy))
        ]
        port, tls_port = (server.sockets[0].getsockname()[1] for server in servers)
        self._ready.set_result((loop, port, tls_port))
        await self._end.wait()
        for server in servers:
            server.close()
        await _settle(lambda: len(asyncio.all_tasks()) == 1 and not self.proxy.live)
        # A task's failure is reported when nothing refers to the task any more.
        gc.collect()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.result(_PATIENCE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def end() -> None:
            if kind is not None:
                self.proxy.close()
            self._end.set()

        self.call(end())
        self._thread.join()
        assert not self.troubles
        assert kind is not None or not self.proxy.live


async def _settle(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - what is waited for has no event: the loop has to turn until it is so
            await asyncio.sleep(0)


class Far:
    """A server of another host, on a loopback port: tests take its connections one by one."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(_PATIENCE_S)
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def accept(self) -> socket.socket:
        """The next connection."""
        connection, _ = self.listener.accept()
        connection.settimeout(_PATIENCE_S)
        return connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.listener.close()


def read_all(connection: socket.socket) -> bytes:
    """Everything up to the end."""
    data = b""
    while piece := connection.recv(65_536):
        data += piece
    return data


def take(connection: socket.socket, size: int) -> bytes:
    """The next `size` bytes, fewer only at the end."""
    data = b""
    while len(data) < size and (piece := connection.recv(size - len(data))):
        data += piece
    return data
