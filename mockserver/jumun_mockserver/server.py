"""The server of `jumun serve`: uvicorn, with a protocol that answers most calls before an ASGI task is made.

A request without a body whose operation is known is dispatched in the parser's callback and written to the transport:
that is the fast path. All others go uvicorn's ordinary way to `Shell`, which dispatches them too, or hands /_jumun to
Flask. Which way a request went cannot be told from its answer; a test holds both to the same bytes.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from jumun_mockserver.core.http import Request, join_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.http import Response

# Connections still busy after this are cut, so that Ctrl-C ends within a second.
_GRACE_S = 0.5
_LAST_PORT = 65_535
_BACKLOG = 2_048
_CONTROL = "/_jumun"
# Where the fast path leaves a response that has to wait.
_RESPONSE = "jumun.response"
_BODY_HEADERS = (b"content-length", b"transfer-encoding", b"expect", b"upgrade")


class Shell:
    """The ASGI application: requests with bodies, and the control plane."""

    def __init__(self, dispatch: Dispatch, *, control_token: str | None, control_is_open: bool) -> None:
        self._dispatch = dispatch
        self._control: Any = None
        self._control_options = {"control_token": control_token, "control_is_open": control_is_open}

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if _is_control(scope["path"]):
            await self._load_control()(scope, receive, send)
            return
        response: Any = (scope.get("extensions") or {}).get(_RESPONSE)
        if response is None:
            body = await _read_body(receive)
            if body is None:
                return
            request = Request(
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                headers=join_headers(scope["headers"]),
                body=body,
            )
            response = self._dispatch(request)
        if response.delay_s and await _is_gone_within(response.delay_s, receive):
            return
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        await send({"type": "http.response.start", "status": response.status, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": response.body, "more_body": False})

    def close(self) -> None:
        """Let the control plane's threads go."""
        if self._control is not None:
            self._control.executor.shutdown()

    def _load_control(self) -> Any:
        """Flask, imported at its first use: many runs never need it, and it costs start-up time."""
        if self._control is None:
            from a2wsgi import WSGIMiddleware  # noqa: PLC0415

            from jumun_mockserver.app import create_app  # noqa: PLC0415

            app = create_app(self._dispatch, **self._control_options)  # type: ignore[arg-type]
            self._control = WSGIMiddleware(app)  # type: ignore[arg-type] # a2wsgi's own Environ
        return self._control


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with the fast path."""

    def __init__(self, *, dispatch: Dispatch, **uvicorn_arguments: Any) -> None:
        super().__init__(**uvicorn_arguments)
        self._dispatch = dispatch
        self._answered = False
        self._in_message = False
        self._has_url = False

    def data_received(self, data: bytes) -> None:
        """Read on. A request line in raw UTF-8, as curl sends it, is read as if it were percent-encoded."""
        if data.isascii():
            super().data_received(data)
            return
        # Line by line, since where the next request begins is known only once the one before it is read.
        for line in data.splitlines(keepends=True):
            if self.transport.is_closing():
                return
            super().data_received(line if self._in_message and self._has_url else _percent_encode(line))
            self._has_url = self._in_message and (self._has_url or line.endswith(b"\n"))

    def shutdown(self) -> None:
        """Stop: a request that is still being sent, or whose answer is made to wait, is cut off."""
        if self._pending():
            self.transport.abort()
        else:
            super().shutdown()

    def on_message_begin(self) -> None:
        """A new request."""
        super().on_message_begin()
        self._answered, self._in_message, self._has_url = False, True, False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; the request line is behind it."""
        self._has_url = True
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Answer now if nothing stands in the way."""
        request = self._request_without_body()
        if request is None:
            super().on_headers_complete()
            return
        response = self._dispatch(request)
        if response.delay_s:
            self.scope["extensions"] = cast("Any", {_RESPONSE: response})
            super().on_headers_complete()
            return
        self._answered = True
        assert self.parser is not None  # gone only once the connection is  # noqa: S101 - for the type checker
        keep_alive = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
        self.transport.write(_render(response, head=request.method == "HEAD", keep_alive=keep_alive))
        if not keep_alive:
            self.transport.close()
        self.on_response_complete()

    def on_body(self, body: bytes) -> None:
        """Part of a body; an answered request has none."""
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The end of a request."""
        self._in_message = False
        if not self._answered:
            super().on_message_complete()

    def _pending(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _request_without_body(self) -> Request | None:
        """The request, if it can be answered at once: no body, no earlier answer pending, room to write."""
        if self._pending() or self.pipeline:
            return None
        if self.flow.write_paused or self.transport.is_closing():
            return None
        if any(name in _BODY_HEADERS for name, _ in self.headers):
            return None
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        if "%" in path:
            path = unquote(path)
        if _is_control(path):
            return None
        assert self.parser is not None  # noqa: S101 - as above
        return Request(
            method=self.parser.get_method().decode("ascii"),
            path=path,
            query=(url.query or b"").decode("latin-1"),
            headers=join_headers(self.headers),
        )


class Server(uvicorn.Server):
    """A uvicorn server that reports when it listens, and that a signal ends without an error."""

    def __init__(
        self,
        dispatch: Dispatch,
        *,
        on_started: Callable[[], None] | None = None,
        control_token: str | None = None,
        control_is_open: bool = True,
    ) -> None:
        self._shell = Shell(dispatch, control_token=control_token, control_is_open=control_is_open)
        config = uvicorn.Config(
            self._shell,
            http=partial(Protocol, dispatch=dispatch),  # type: ignore[arg-type]
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            # Every header is dispatch's, so that both ways and Flask agree.
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,  # type: ignore[arg-type]
        )
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then report."""
        await super().startup(sockets)
        if self._on_started:
            self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the connections, then what served them."""
        await super().shutdown(sockets)
        self._shell.close()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Swallow what uvicorn would raise again once it has shut down; being told to stop is no failure here."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens at `host` and `port`; 0 takes a free one.

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


def base_url(listener: socket.socket) -> str:
    """The URL at which a bound socket is reached from this machine, without a trailing slash."""
    host, port = str(listener.getsockname()[0]), listener.getsockname()[1]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_control(path: str) -> bool:
    return path == _CONTROL or path.startswith(f"{_CONTROL}/")


async def _is_gone_within(seconds: float, receive: ASGIReceiveCallable) -> bool:
    """Wait, but no longer than the client does; whether it went away."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
            return True
    return False


async def _read_body(receive: ASGIReceiveCallable) -> bytes | None:
    """The whole body, None if the client went away in the middle of it."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"]
        if not message["more_body"]:
            return body


def _percent_encode(line: bytes) -> bytes:
    """The parser takes ASCII only, and people type Korean into URLs."""
    return b"".join(b"%%%02X" % byte if byte > 0x7F else bytes((byte,)) for byte in line)  # noqa: PLR2004 - ASCII


def _render(response: Response, *, head: bool, keep_alive: bool) -> bytes:
    lines = [STATUS_LINE[response.status]]
    lines += [f"{name}: {value}\r\n".encode("latin-1") for name, value in response.headers]
    if not keep_alive:
        lines.append(b"connection: close\r\n")
    lines.append(b"\r\n")
    if not head:
        lines.append(response.body)
    return b"".join(lines)
