"""The forward proxy: calls of hosts that Jumun doubles get the double, and no others get out.

Nothing here reads HTTP beyond the head of the first request. After it a connection belongs to the main port's own
protocol, to a splice of two sockets, or to an answer that says why not.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections import Counter
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from jumun_mockserver.core.hosts import AllowedHosts, normal_host
from jumun_mockserver.proxy.errand import BadRequestError, parse_head
from jumun_mockserver.proxy.handshake import start_tls
from jumun_mockserver.proxy.splice import End, Upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from jumun_mockserver.proxy.errand import Errand

_PATIENCE_S = 10.0
# Who waits for news through a tunnel says something every few minutes, if only to keep it open.
_IDLE_S = 900.0
_LINGER_S = 2.0
_MAX_HEAD = 64 * 1_024
_HANDSHAKE = 0x16
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")


class Proxy:
    """A forward proxy for `hosts`, to be joined to a listener by `protocol`.

    Loopback addresses are let through as well: they never reach production, and some clients send calls for their own
    servers here whatever NO_PROXY says.

    Attributes:
        blocked: Refused hosts, and how often each was asked for.
    """

    def __init__(
        self,
        *,
        hosts: Collection[str],
        tls: ssl.SSLContext,
        allowed: Collection[str] = (),
        patience_s: float = _PATIENCE_S,
        idle_s: float = _IDLE_S,
    ) -> None:
        """Take the names of the doubles and the TLS that speaks for them.

        Args:
            hosts: Names that are ours on any port.
            tls: What answers for them, see `Authority.context`.
            allowed: Other names that may be reached, `*.example.com` for all below example.com.
            patience_s: How long a client may take over a head or a handshake, and a connection to get through.
            idle_s: How long a connection that was let through may be silent in both directions.

        Raises:
            ValueError: An allowed host is not a name, or is one that Jumun doubles.
        """
        self._hosts = frozenset(map(normal_host, hosts))
        self._allowed = AllowedHosts(allowed, doubled=hosts)
        self.tls = tls
        self.patience_s = patience_s
        self.idle_s = idle_s
        self.blocked: Counter[str] = Counter()
        self.live: set[asyncio.Transport] = set()

    @cached_property
    def upstream_tls(self) -> ssl.SSLContext:
        """What checks the servers that are let through: the system's trust."""
        return ssl.create_default_context()

    def is_ours(self, host: str) -> bool:
        """Whether Jumun doubles it."""
        return host in self._hosts

    def lets_through(self, host: str) -> bool:
        """Whether it may be reached."""
        return self._allowed.allows(host)

    def protocol(self, make_protocol: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        """A protocol for one accepted connection; `make_protocol` gives one of the main port, if it comes to that."""
        return _Client(self, make_protocol)

    def close(self) -> None:
        """Cut the connections that the main port did not take over."""
        for transport in tuple(self.live):
            transport.abort()


class TlsPort:
    """What a port is joined to at which clients speak TLS at once, as those do that /etc/hosts sends here.

    A loop's own TLS server would do, but for the handshakes that are under way when the server ends: no one holds them.
    """

    def __init__(self, proxy: Proxy) -> None:
        """Take TLS and patience of a proxy, which also closes what is open here."""
        self._proxy = proxy

    def protocol(self, make_protocol: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        """A protocol for one connection of the TLS port."""
        return _Client(self._proxy, make_protocol, is_tls_port=True)

    def close(self) -> None:
        """Close the proxy and what is open here."""
        self._proxy.close()


class _Client(asyncio.Protocol):
    """A client until it is known who serves it."""

    _transport: asyncio.Transport
    _timer: asyncio.TimerHandle
    _task: asyncio.Task[None] | None = None
    _is_answered = False

    def __init__(
        self, proxy: Proxy, make_protocol: Callable[[], asyncio.Protocol], *, is_tls_port: bool = False
    ) -> None:
        self._proxy = proxy
        self._is_tls_port = self._is_in_tunnel = is_tls_port
        self._make_protocol = make_protocol
        self._loop = asyncio.get_running_loop()
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a head."""
        self._transport = cast("asyncio.Transport", transport)
        self._proxy.live.add(self._transport)
        self._timer = self._loop.call_later(self._proxy.patience_s, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the base's
        """Leave nothing behind."""
        self._leave()
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """A piece of a head, the first bytes in a tunnel, or what comes after an answer and is not read."""
        if self._is_answered:
            return
        seen = len(self._data)
        self._data += data
        if self._is_in_tunnel:
            self._enter_tunnel()
            return
        end = self._data.find(b"\r\n\r\n", max(0, seen - 3))
        head_size = end if end >= 0 else len(self._data)
        if not self._data[:1].isalpha():
            self._answer(HTTPStatus.BAD_REQUEST, "Bad Request: this is a proxy for HTTP, and this is not HTTP")
        elif _BARE_LINE_FEED.search(self._data, seen, head_size):
            self._answer(HTTPStatus.BAD_REQUEST, "Bad Request: a line ends in LF without CR")
        elif head_size > _MAX_HEAD:
            self._answer(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"Request Header Fields Too Large: over {_MAX_HEAD} bytes"
            )
        elif end >= 0:
            rest = bytes(self._data[end + 4 :])
            try:
                errand = parse_head(bytes(self._data[:end]))
            except BadRequestError as error:
                self._answer(HTTPStatus.BAD_REQUEST, f"Bad Request: {error}")
            else:
                self._run(errand, rest)

    def _run(self, errand: Errand, rest: bytes) -> None:
        if self._proxy.is_ours(errand.host):
            if errand.head:
                self._hand_over(self._transport, errand.head + rest)
                return
            self._transport.write(_ESTABLISHED)
            self._timer.cancel()
            self._timer = self._loop.call_later(self._proxy.patience_s, self._give_up)
            self._is_in_tunnel, self._data = True, bytearray(rest)
            if rest:
                self._enter_tunnel()
        elif self._proxy.lets_through(errand.host):
            self._timer.cancel()
            self._transport.pause_reading()
            self._task = self._loop.create_task(self._connect(errand, rest))
        else:
            self._proxy.blocked[errand.host] += 1
            self._answer(
                HTTPStatus.FORBIDDEN,
                f"Blocked by Jumun: {errand.host} is not a double (--allow-host {errand.host})",
                host=errand.host,
            )

    def _enter_tunnel(self) -> None:
        """Now that the first byte is there: TLS, or HTTP as it is."""
        if self._data[0] == _HANDSHAKE:
            self._transport.pause_reading()
            self._task = self._loop.create_task(self._start_tls())
        elif self._is_tls_port:
            self._answer(HTTPStatus.BAD_REQUEST, "Bad Request: this port speaks TLS, and this is not TLS")
        else:
            self._hand_over(self._transport, bytes(self._data))

    async def _start_tls(self) -> None:
        try:
            transport, data = await start_tls(self._transport, self._proxy.tls, early=bytes(self._data))
        except OSError:
            # No handshake came about, and the connection is closed.
            return
        finally:
            self._leave()
        self._hand_over(transport, data)

    async def _connect(self, errand: Errand, rest: bytes) -> None:
        """Splice the client to where it wants to go."""
        to_client, to_server = (b"", errand.head + rest) if errand.head else (_ESTABLISHED, rest)
        try:
            async with asyncio.timeout(self._proxy.patience_s):
                await self._loop.create_connection(
                    lambda: Upstream(
                        self._proxy.live,
                        self._join,
                        to_client=to_client,
                        to_server=to_server,
                        idle_s=self._proxy.idle_s,
                        loop=self._loop,
                    ),
                    errand.host,
                    errand.port,
                    ssl=self._proxy.upstream_tls if errand.is_tls else None,
                )
        # A name may be too long to be looked up: UnicodeError.
        except (OSError, UnicodeError) as error:
            if self._transport.get_protocol() is not self:
                # It was connected in the moment in which time ran out; the splice ends by itself.
                return
            reason = str(error) or type(error).__name__
            self._answer(HTTPStatus.BAD_GATEWAY, f"Bad Gateway: {errand.host}:{errand.port}: {reason}")

    def _join(self, upstream: End) -> End:
        """The client's end of a splice, in this protocol's place."""
        self._timer.cancel()
        client = End(self._proxy.live)
        client.other, client.transport = upstream, self._transport
        self._transport.set_protocol(client)
        return client

    def _hand_over(self, transport: asyncio.Transport, data: bytes) -> None:
        """Let the main port's protocol go on; `data` was read already."""
        self._leave()
        protocol = self._make_protocol()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if data:
            protocol.data_received(data)

    def _answer(self, status: HTTPStatus, reason: str, **members: str) -> None:
        """Say why not, in the status line too, where many clients look only; then end the connection.

        The rest of what the client sends is read before that, or the answer would be lost in a reset.
        """
        if self._transport.is_closing():
            return
        self._is_answered = True
        self._timer.cancel()
        self._timer = self._loop.call_later(_LINGER_S, self._transport.abort)
        reason = " ".join(reason.split()).encode("ascii", "replace").decode("ascii")
        body = json.dumps({"type": "about:blank", "title": reason, "status": int(status), **members}).encode()
        head = (
            f"HTTP/1.1 {int(status)} {reason}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self._transport.write(head.encode() + body)
        self._transport.write_eof()
        self._transport.resume_reading()

    def _give_up(self) -> None:
        """The client has taken too long."""
        if self._is_in_tunnel:
            self._transport.abort()
        else:
            reason = f"no whole request within {self._proxy.patience_s:g} s"
            self._answer(HTTPStatus.REQUEST_TIMEOUT, f"Request Timeout: {reason}")

    def _leave(self) -> None:
        self._timer.cancel()
        self._proxy.live.discard(self._transport)
