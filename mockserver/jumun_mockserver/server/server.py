"""The server of `jumun serve`: uvicorn with our protocol, which answers most calls before an ASGI task is made."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
import typing
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn

from jumun_mockserver.control.access import Access
from jumun_mockserver.server.bounds import Bounds
from jumun_mockserver.server.protocol import Protocol
from jumun_mockserver.server.threads import run_in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

    from jumun_mockserver.core.dispatch import Dispatch

# Connections still busy after this are cut, so that Ctrl-C ends within a second.
_GRACE_S = 0.4
_LAST_PORT = 65_535
_BACKLOG = 2_048
_TICKS_A_SECOND = 10
# Of the event loop, until a connection that waits for nothing is closed.
_TURNS_TO_CLOSE = 3


class Relay(typing.Protocol):
    """What takes a door's connections and hands them on: the forward proxy, TLS."""

    def protocol(self, make_protocol: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        """What reads a new connection; `make_protocol` gives what answers."""
        ...

    def close(self) -> None:
        """End all connections."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """A way in beside the main port: a bound socket, and what its connections go through."""

    listener: socket.socket
    relay: Relay


class ControlPlane:
    """The ASGI application behind /_jumun: Flask, imported at its first use, since many runs never need it.

    Flask answers in threads; streams of events are served here, since each would hold one.
    """

    def __init__(self, dispatch: Dispatch, **options: Any) -> None:
        """Keep the `options` of `create_app` for later."""
        self._dispatch = dispatch
        self._options = options
        self._access = Access(
            options.get("control_token"), options.get("control_is_open", True), options.get("control_hosts", ())
        )
        self._app: Any = None

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        if self._app is None:
            from jumun_mockserver.app import create_app  # noqa: PLC0415
            from jumun_mockserver.server.wsgi import Bridge  # noqa: PLC0415

            self._app = Bridge(create_app(self._dispatch, **self._options))
        from jumun_mockserver.server.event_stream import find_stream  # noqa: PLC0415

        store = self._dispatch.store
        # Whether there is such a session may have to be asked, for which the loop is not to wait.
        if store.default.state.waits:
            stream = await asyncio.to_thread(find_stream, scope, store, self._access)
        else:
            stream = find_stream(scope, store, self._access)
        if stream:
            await stream.send(receive, send)
            return
        await self._app(scope, receive, send)


class Server(uvicorn.Server):
    """A uvicorn server that reports when it listens, and that a signal ends without an error."""

    def __init__(
        self,
        dispatch: Dispatch,
        *,
        on_started: Callable[[], None] | None = None,
        on_refused: Callable[[int], None] | None = None,
        doors: Sequence[Door] = (),
        bounds: Bounds | None = None,
        in_threads: bool = False,
        **control_options: Any,
    ) -> None:
        """Serve `dispatch`.

        Args:
            on_started: Called once all ports are open.
            on_refused: Called, once a second at most, with how many connections were one too many since.
            doors: Ways in beside the sockets that `run` gets.
            bounds: What connections may ask; the usual ones if not given.
            in_threads: Whether each call has a thread of its own, since it may hold one for long.
            control_options: `control_token`, `control_is_open`, `control_hosts` and `certificate_pem` of `create_app`.
        """
        self._store = dispatch.store
        self._meter = dispatch.meter
        control = ControlPlane(dispatch, **control_options)
        bounds = bounds or Bounds()
        self._protocol = partial(Protocol, dispatch=dispatch, bounds=bounds, on_refused=self._count_refused)
        if in_threads:
            self._protocol = partial(self._protocol, run=run_in_thread)
        elif dispatch.store.default.state.waits:
            from jumun_mockserver.core.state import waiting  # noqa: PLC0415 - greenlet is there where a state waits

            self._protocol = partial(self._protocol, run=partial(waiting.run, at_most_s=bounds.state_s))
        config = uvicorn.Config(
            control,
            http=self._protocol,  # type: ignore[arg-type]
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            # Every header is dispatch's, so that the server and Flask agree.
            date_header=False,
            server_header=False,
            # For what is no longer a connection: tasks of the control plane.
            timeout_graceful_shutdown=2 * _GRACE_S,  # type: ignore[arg-type]
        )
        super().__init__(config)
        self._on_started = on_started
        self._on_refused = on_refused
        self._refused = 0
        self._doors = doors
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over = asyncio.Event()

    def stop(self) -> None:
        """End soon; from any thread."""
        self.should_exit = True
        if loop := self._loop:
            # Closed by now where it has ended by itself.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._is_over.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End by a signal; at once by a second one."""
        super().handle_exit(sig, frame)
        self.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then report."""
        await super().startup(sockets)
        self._loop = loop = asyncio.get_running_loop()
        for door in self._doors:
            make_protocol = partial(door.relay.protocol, self._make_protocol)
            self.servers.append(await loop.create_server(make_protocol, sock=door.listener))
        if self._on_started:
            self._on_started()

    async def main_loop(self) -> None:
        """Tick until the end, which does not wait for the next one: tests start and stop many servers."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), 1 / _TICKS_A_SECOND)

    async def on_tick(self, counter: int) -> bool:
        """Once a second, end what has taken too long: one look at each costs less than a timer for each request."""
        if counter % _TICKS_A_SECOND == 0:
            for connection in list(self.server_state.connections):
                connection.check()  # type: ignore[union-attr]
            self._report_refused()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the connections, then what served them."""
        # Threads that wait for webhooks are let go.
        self._store.close()
        for door in self._doors:
            door.relay.close()
        for each in (*self.servers, *(sockets or ())):
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _ in range(_TURNS_TO_CLOSE):
            await asyncio.sleep(0)
        # uvicorn waits a tenth of a second, whether there is something to wait for or not.
        if self.server_state.connections or self.server_state.tasks:
            asyncio.get_running_loop().call_later(_GRACE_S, self._cut_connections)
            await super().shutdown(sockets)
            self._cut_connections()
        self._store.disconnect()
        await asyncio.sleep(0)
        self._report_refused()

    def _count_refused(self) -> None:
        self._refused += 1
        if self._meter:
            self._meter.refused_connections += 1

    def _report_refused(self) -> None:
        refused, self._refused = self._refused, 0
        if refused and self._on_refused:
            self._on_refused(refused)

    def _cut_connections(self) -> None:
        """End those whose state, or whose API, has not answered within the grace."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Swallow what uvicorn would raise again once it has shut down; a signal to stop is not a failure here."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    def _make_protocol(self) -> asyncio.Protocol:
        return self._protocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)


def bind(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """A socket that listens at `host` and `port`; 0 takes a free one.

    Args:
        is_shared: Whether others of this user may listen there too, among which the system deals out connections.

    Raises:
        OSError: The address cannot be had.
    """
    if not 0 <= port <= _LAST_PORT:
        raise OSError(errno.EINVAL, f"a port is a number from 0 to {_LAST_PORT}")
    try:
        ((family, kind, protocol, _, address), *_) = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except UnicodeError:
        raise OSError(errno.EINVAL, "not a host name") from None
    listener = socket.socket(family, kind, protocol)
    try:
        # Not on Windows, where it would let two servers share a port.
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
        # Until it listens, another may bind the same address.
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def is_loopback(listener: socket.socket) -> bool:
    """Whether a bound socket can be reached from this machine only."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def other_urls(listener: socket.socket) -> list[str]:
    """The URLs at which other machines reach a bound socket, as far as this machine knows its addresses."""
    host, port = str(listener.getsockname()[0]), listener.getsockname()[1]
    if is_loopback(listener):
        return []
    if not ipaddress.ip_address(host).is_unspecified:
        return [base_url(listener)]
    found = set()
    with suppress(OSError):
        found = {str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, listener.family)}
    with suppress(OSError), socket.socket(listener.family, socket.SOCK_DGRAM) as way_out:
        # Nothing is sent: the system says by which of its addresses it would be. The addresses are for documents.
        way_out.connect(("2001:db8::1" if listener.family == socket.AF_INET6 else "192.0.2.1", 9))
        found.add(str(way_out.getsockname()[0]))
    known = sorted(each for each in found if not ipaddress.ip_address(each.partition("%")[0]).is_loopback)
    return [f"http://[{each}]:{port}" if ":" in each else f"http://{each}:{port}" for each in known]


def base_url(listener: socket.socket) -> str:
    """The URL at which a bound socket is reached from this machine, without a trailing slash."""
    host, port = str(listener.getsockname()[0]), listener.getsockname()[1]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
