from __future__ import annotations

import json
import os
import socket
import ssl
import struct
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests

from jumun_mockserver.proxy.authority import Authority
from jumun_mockserver.proxy.errand import parse_head
from jumun_mockserver.proxy.proxy import Proxy
from tests.interop.programs import require
from tests.mockserver.proxied import HOSTS, Far, Proxied, read_all, take

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.mockserver.wire import Wire


HOST = HOSTS[0]
GET = b"GET /v1/orders HTTP/1.1\r\nHost: api.shop.test\r\n\r\n"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
CONNECT = b"CONNECT api.shop.test:443 HTTP/1.1\r\nHost: api.shop.test:443\r\n\r\n"


@pytest.fixture(scope="session")
def authority() -> Authority:
    """One for all tests: making it takes a moment."""
    return Authority.temporary()


@pytest.fixture(scope="session")
def trust(authority: Authority) -> ssl.SSLContext:
    """A client's TLS."""
    context = ssl.create_default_context(cadata=authority.certificate_pem.decode())
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


@pytest.fixture
def proxied(new_loop: Callable[[], asyncio.AbstractEventLoop], authority: Authority) -> Iterator[Proxied]:
    """A running proxy with TLS."""
    with Proxied(new_loop, authority.context(HOSTS)) as running:
        yield running


@pytest.fixture
def hasty(new_loop: Callable[[], asyncio.AbstractEventLoop], authority: Authority) -> Iterator[Proxied]:
    """A proxy that waits for no one."""
    with Proxied(new_loop, authority.context(HOSTS), patience_s=0.2) as running:
        yield running


@pytest.fixture
def bundle(authority: Authority, tmp_path: Path) -> Path:
    """What a client is set up to trust."""
    path = tmp_path / "bundle.pem"
    authority.write_pem_bundle(path, with_system=False)
    return path


def told(body: bytes) -> dict[str, Any]:
    """What the main port says that it got."""
    got: dict[str, Any] = json.loads(body)
    return got


def reason(wire: Wire) -> tuple[str, dict[str, Any]]:
    """The status line and the problem of an answer that ends its connection."""
    answer = wire.read()
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("connection") == "close"
    assert wire.is_closed()
    return answer.head.split(b"\r\n")[0].decode(), json.loads(answer.body)


class Tls:
    """A TLS client without a socket: what it wants to send is for the test to deliver."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = trust.wrap_bio(self._in, self._out, server_hostname=HOST)

    def hello(self) -> bytes:
        """What opens a handshake."""
        with pytest.raises(ssl.SSLWantReadError):
            self._tls.do_handshake()
        return self._out.read()

    def ask(self, wire: Wire, data: bytes) -> bytes:
        """Finish the handshake over `wire`, send `data` in the same write, give the body of the answer."""
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._in.write(wire.socket.recv(65_536))
        self._tls.write(data)
        wire.send(self._out.read())
        answer = b""
        while not answer.endswith(b"}"):
            try:
                answer += self._tls.read(65_536)
            except ssl.SSLWantReadError:
                self._in.write(wire.socket.recv(65_536))
        return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("place", ["api.shop.test:443", "API.Shop.Test:443", "api.shop.test.:443", "stage.shop.test:9"])
def test_a_tunnel_to_a_double(proxied: Proxied, trust: ssl.SSLContext, place: str) -> None:
    """CONNECT, TLS, and the connection is the main port's, for many requests: whatever the case, dot or port."""
    with proxied.open() as wire:
        wire.send(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
        assert wire.read_head() == ESTABLISHED
        name = place.partition(":")[0].lower().removesuffix(".")
        with trust.wrap_socket(wire.socket, server_hostname=name) as tls:
            assert tls.selected_alpn_protocol() == "http/1.1"
            for _ in range(2):
                tls.sendall(GET)
                answer = b""
                while not answer.endswith(b"}"):
                    answer += tls.recv(65_536)
                assert told(answer.partition(b"\r\n\r\n")[2]) == {"raw": GET.decode(), "tls": True}


@pytest.mark.parametrize("pieces", ["one", "two", "bytes"])
def test_a_handshake_that_does_not_wait(proxied: Proxied, trust: ssl.SSLContext, pieces: str) -> None:
    """Nothing is lost of a client hello that comes with CONNECT, right behind it, or byte by byte."""
    tls = Tls(trust)
    hello = tls.hello()
    with proxied.open() as wire:
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if pieces == "one":
            wire.send(CONNECT + hello)
        elif pieces == "two":
            wire.send(CONNECT + hello[:1])
            wire.send(hello[1:])
        else:
            for byte in CONNECT + hello:
                wire.send(bytes((byte,)))
        assert take(wire.socket, len(ESTABLISHED)) == ESTABLISHED
        assert told(tls.ask(wire, GET)) == {"raw": GET.decode(), "tls": True}


def test_the_tls_port(proxied: Proxied, trust: ssl.SSLContext) -> None:
    """TLS at once, under the real name: the connection is the main port's."""
    with proxied.open(tls_port=True) as wire:
        tls = Tls(trust)
        hello = tls.hello()
        wire.send(hello[:10])
        wire.send(hello[10:])
        assert told(tls.ask(wire, GET)) == {"raw": GET.decode(), "tls": True}


def test_plain_http_at_the_tls_port(proxied: Proxied) -> None:
    """It fails, as it does in production, and says why."""
    with proxied.open(tls_port=True) as wire:
        wire.send(GET)
        assert reason(wire)[0] == "HTTP/1.1 400 Bad Request: this port speaks TLS, and this is not TLS"


@pytest.mark.parametrize("data", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01"])
def test_a_handshake_that_does_not_come_ends(hasty: Proxied, data: bytes) -> None:
    """A client at the TLS port that says nothing, or half of it."""
    with hasty.open(tls_port=True) as wire:
        wire.send(data)
        assert wire.is_closed()


@pytest.mark.parametrize("data", [b"", b"\x16\x03\x01\x02\x00\x01"])
def test_close_ends_handshakes_at_the_tls_port(proxied: Proxied, data: bytes) -> None:
    """Those that are under way."""
    with proxied.open(tls_port=True) as wire:
        wire.send(data)
        proxied.wait_until(lambda: bool(proxied.proxy.live))
        proxied.close()
        with suppress(ConnectionResetError):
            assert wire.is_closed()


@pytest.mark.parametrize("together", [False, True])
def test_plain_http_through_a_tunnel(proxied: Proxied, together: bool) -> None:  # noqa: FBT001 - a case
    """What is not TLS in a tunnel is plain HTTP."""
    with proxied.open() as wire:
        wire.send(CONNECT + (GET if together else b""))
        assert wire.read_head() == ESTABLISHED
        if not together:
            wire.send(GET)
        assert told(wire.read().body) == {"raw": GET.decode(), "tls": False}
        assert told(wire.ask(GET).body) == {"raw": GET.decode(), "tls": False}


HEADS = [
    (b"GET http://api.shop.test/v1/orders?a=b", b"GET /v1/orders?a=b", b"api.shop.test"),
    (b"GET https://api.shop.test/v1", b"GET /v1", b"api.shop.test"),
    (b"PUT HTTP://API.shop.test:8080/", b"PUT /", b"API.shop.test:8080"),
    (b"GET http://stage.shop.test", b"GET /", b"stage.shop.test"),
    (b"GET http://api.shop.test?x=http://y/@z", b"GET /?x=http://y/@z", b"api.shop.test"),
    ("GET http://api.shop.test/주문".encode(), "GET /주문".encode(), b"api.shop.test"),
]


@pytest.mark.parametrize(("before", "after", "host"), HEADS)
def test_a_whole_url_is_cut_to_what_an_origin_takes(proxied: Proxied, before: bytes, after: bytes, host: bytes) -> None:
    """The host moves into Host, what was said to the proxy goes, the body comes along, and the connection ends."""
    lines = b"HOST: other.test\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\nA: b\r\n"
    body = b"Content-Length: 6\r\nConnection: keep-alive\r\n\r\n\n\r\n\r\n\n"
    with proxied.open() as wire:
        got = told(wire.ask(before + b" HTTP/1.1\r\n" + lines + body).body)
        assert wire.is_closed()
    new = after + b" HTTP/1.1\r\nHost: " + host + b"\r\nA: b\r\nContent-Length: 6\r\nConnection: close\r\n\r\n"
    assert got == {"raw": (new + b"\n\r\n\r\n\n").decode("latin-1"), "tls": False}


def test_a_body_in_pieces(proxied: Proxied) -> None:
    """Head and body may come byte by byte."""
    data = b"POST http://api.shop.test/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
    with proxied.open() as wire:
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in data:
            wire.send(bytes((byte,)))
        assert told(wire.read().body)["raw"].endswith("\r\n\r\nabc")


BLOCKED = [
    (b"CONNECT www.example.com:443", "www.example.com"),
    (b"CONNECT WWW.example.com.:80", "www.example.com"),
    (b"CONNECT [2001:db8:0::1]:443", "2001:db8::1"),
    (b"CONNECT xapi.shop.test:443", "xapi.shop.test"),
    (b"CONNECT 127.1:443", "127.1"),
    (b"GET http://www.example.com/x", "www.example.com"),
    (b"GET https://192.0.2.1/", "192.0.2.1"),
]


@pytest.mark.parametrize(("line", "host"), BLOCKED)
def test_any_other_host_is_refused(proxied: Proxied, line: bytes, host: str) -> None:
    """403 whose status line and body name the host and the way out, and it is counted."""
    for count in (1, 2):
        with proxied.open() as wire:
            wire.send(line + b" HTTP/1.1\r\n\r\n")
            status, problem = reason(wire)
        title = f"Blocked by Jumun: {host} is not a double (--allow-host {host})"
        assert status == f"HTTP/1.1 403 {title}"
        assert problem == {"type": "about:blank", "title": title, "status": 403, "host": host}
        assert proxied.proxy.blocked == {host: count}


@pytest.mark.parametrize(("host", "status"), [("www.example.com", 403), ("127.0.0.1:1", 502)])
def test_a_refusal_reaches_a_client_that_is_still_sending(proxied: Proxied, host: str, status: int) -> None:
    """The answer is not lost in a reset while the client sends a body that no one wants."""
    body = b"x" * 30_000_000
    with proxied.open() as wire:
        wire.send(f"POST http://{host}/ HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        wire.send(body)
        assert reason(wire)[1]["status"] == status


BAD = [
    (b"GET / HTTP/1.1\r\nHost: api.shop.test\r\n\r\n", 400, "it takes CONNECT host:port and whole URLs"),
    (b"\x16\x03\x01\x02\x00\x01", 400, "this is not HTTP"),
    (b"\r\n", 400, "this is not HTTP"),
    (b"GET\r\n\r\n", 400, "not METHOD target HTTP/1.1"),
    (b"get http://api.shop.test/ HTTP/1.1\r\n\r\n", 400, "not METHOD target HTTP/1.1"),
    (b"GET http://api.shop.test/ HTTP/2.0\r\n\r\n", 400, "not METHOD target HTTP/1.1"),
    (b"GET http://api.shop.test/a b HTTP/1.1\r\n\r\n", 400, "not METHOD target HTTP/1.1"),
    (b"GET http://api.shop.test/\nHost: x\n\n", 400, "LF without CR"),
    (b"GET http://api.shop.test/ HTTP/1.1\r\nA: b\n\r\n\r\n", 400, "LF without CR"),
    (b"GET http://api.shop.test/ HTTP/1.1\r\nno colon\r\n\r\n", 400, "not a header"),
    (b"GET http://api.shop.test/ HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400, "not a header"),
    (b"GET http://api.shop.test/ HTTP/1.1\r\nA : b\r\n\r\n", 400, "not a header"),
    (b"GET http://api.shop.test/ HTTP/1.1\r\nA: \rb\r\n\r\n", 400, "not a header"),
    (b"GET ftp://api.shop.test/ HTTP/1.1\r\n\r\n", 400, "whole URLs"),
    (b"GET http:///x HTTP/1.1\r\n\r\n", 400, "names no host"),
    (b"GET http://a:b@api.shop.test/ HTTP/1.1\r\n\r\n", 400, "Authorization"),
    (b"GET http://api.shop.test:x/ HTTP/1.1\r\n\r\n", 400, "names no host"),
    (b"GET http://api.shop%2Etest/ HTTP/1.1\r\n\r\n", 400, "names no host"),
    ("GET http://주문.test/ HTTP/1.1\r\n\r\n".encode(), 400, "names no host"),
    (b"GET http://%s/ HTTP/1.1\r\n\r\n" % (b"a" * 300), 400, "names no host"),
    (b"CONNECT api.shop.test HTTP/1.1\r\n\r\n", 400, "needs host:port"),
    (b"CONNECT api.shop.test: HTTP/1.1\r\n\r\n", 400, "needs host:port"),
    (b"CONNECT api.shop.test:0 HTTP/1.1\r\n\r\n", 400, "from 1 to 65535"),
    (b"CONNECT api.shop.test:65536 HTTP/1.1\r\n\r\n", 400, "from 1 to 65535"),
    (b"CONNECT ::1:443 HTTP/1.1\r\n\r\n", 400, "names no host"),
    (b"CONNECT [::1 HTTP/1.1\r\n\r\n", 400, "names no host"),
    (b"CONNECT [1:2]:443 HTTP/1.1\r\n\r\n", 400, "no IPv6 address"),
    (b"CONNECT u@api.shop.test:443 HTTP/1.1\r\n\r\n", 400, "Authorization"),
    (b"CONNECT http://api.shop.test/ HTTP/1.1\r\n\r\n", 400, "names no host"),
    (b"GET http://api.shop.test/" + b"a" * 65_600, 431, "over 65536 bytes"),
    (b"GET http://api.shop.test/ HTTP/1.1\r\nA: " + b"a" * 65_600 + b"\r\n\r\n", 431, "over 65536 bytes"),
]


@pytest.mark.parametrize(("data", "status", "part"), BAD, ids=range(len(BAD)))
def test_what_no_proxy_can_do_is_refused_with_its_reason(proxied: Proxied, data: bytes, status: int, part: str) -> None:
    """Not for a proxy, not HTTP, not readable: answered at once, and counted nowhere."""
    with proxied.open() as wire:
        wire.send(data)
        line, problem = reason(wire)
    assert line.startswith(f"HTTP/1.1 {status} ")
    assert part in line
    assert problem["status"] == status
    assert not proxied.proxy.blocked


def test_a_bad_line_is_seen_wherever_it_is_cut(proxied: Proxied) -> None:
    """A bare LF that comes alone."""
    data = b"GET http://api.shop.test/ HTTP/1.1\r\nA: b"
    with proxied.open() as wire:
        wire.send(data)
        proxied.wait_until(lambda: [each.get_protocol()._data for each in proxied.proxy.live] == [data])  # type: ignore[attr-defined]
        wire.send(b"\n")
        assert "LF without CR" in reason(wire)[0]


@pytest.mark.parametrize("data", [b"", b"GET http://api.shop.test/ HTTP/1.1\r\nHost:"])
def test_a_head_that_does_not_come_is_408(hasty: Proxied, data: bytes) -> None:
    """A client that does not finish its head gets an error."""
    with hasty.open() as wire:
        wire.send(data)
        assert reason(wire)[0] == "HTTP/1.1 408 Request Timeout: no whole request within 0.2 s"


@pytest.mark.parametrize(
    "data", [CONNECT, CONNECT + b"\x16", CONNECT + b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]
)
def test_a_tunnel_in_which_nothing_happens_ends(hasty: Proxied, data: bytes) -> None:
    """As does one whose handshake does not go on."""
    with hasty.open() as wire:
        wire.send(data)
        assert wire.read_head() == ESTABLISHED
        assert wire.is_closed()


def test_a_refused_client_that_does_not_go_is_cut(proxied: Proxied, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answered connection is not held forever."""
    monkeypatch.setattr("jumun_mockserver.proxy.proxy._LINGER_S", 0.1)
    with proxied.open() as wire:
        wire.send(b"CONNECT www.example.com:443 HTTP/1.1\r\n\r\n")
        proxied.wait_until(lambda: proxied.proxy.blocked.total() == 1)
        proxied.wait_until(lambda: not proxied.proxy.live)


STAGES = {
    "nothing": b"",
    "half a head": b"GET http://api.shop.test/ HT",
    "a tunnel": CONNECT,
    "half a hello": CONNECT + b"\x16\x03\x01\x02\x00\x01",
    "no hello": CONNECT + b"\x16" + b"\x00" * 100,
    "refused": b"CONNECT www.example.com:443 HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("way", ["end", "reset", "close"])
@pytest.mark.parametrize("stage", STAGES)
def test_nothing_is_left_of_a_connection_that_ends(proxied: Proxied, stage: str, way: str) -> None:
    """Whichever side ends it, at whatever moment: no task, no connection, no error (see `Proxied`)."""
    with proxied.open() as wire:
        wire.send(STAGES[stage])
        if stage not in {"nothing", "half a head"}:
            assert wire.socket.recv(5) == b"HTTP/"
        if way == "close":
            proxied.wait_until(lambda: bool(proxied.proxy.live) or stage == "no hello")
            proxied.close()
        elif way == "reset":
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    proxied.wait_until(lambda: not proxied.proxy.live)


def splice(proxied: Proxied, far: Far) -> tuple[Wire, socket.socket]:
    """A tunnel to another server, both its ends."""
    wire = proxied.open()
    wire.send(f"CONNECT {far.place} HTTP/1.1\r\n\r\n".encode())
    there = far.accept()
    assert wire.read_head() == ESTABLISHED
    return wire, there


def test_a_tunnel_to_the_loopback_passes_bytes(proxied: Proxied) -> None:
    """What is sent with CONNECT, before it is answered, and after: all of it arrives, in both directions."""
    with Far() as far, proxied.open() as wire:
        wire.send(f"CONNECT {far.place} HTTP/1.1\r\n\r\n".encode() + b"one")
        with far.accept() as there:
            there.sendall(b"first")
            assert wire.read_head() == ESTABLISHED
            assert wire._stream.read(5) == b"first"
            wire.send(b"two")
            assert take(there, 6) == b"onetwo"


def test_a_tunnel_can_be_closed_by_half(proxied: Proxied) -> None:
    """The end of what one side has to say reaches the other, which may still go on."""
    with Far() as far:
        wire, there = splice(proxied, far)
        with wire, there:
            wire.send(b"question")
            wire.socket.shutdown(socket.SHUT_WR)
            assert read_all(there) == b"question"
            there.sendall(b"answer")
            there.shutdown(socket.SHUT_WR)
            assert read_all(wire.socket) == b"answer"


@pytest.mark.parametrize("way", ["end", "reset"])
@pytest.mark.parametrize("who", ["client", "server"])
def test_one_end_of_a_tunnel_takes_the_other_with_it(proxied: Proxied, who: str, way: str) -> None:
    """A side that is gone is gone on the other side."""
    with Far() as far:
        wire, there = splice(proxied, far)
        first, second = (wire.socket, there) if who == "client" else (there, wire.socket)
        first.sendall(b"last words")
        assert take(second, 10) == b"last words"
        if way == "reset":
            first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire._stream.close()
        first.close()
        try:
            assert second.recv(1) == b""
        except ConnectionResetError:
            assert way == "reset"
        second.close()
        proxied.wait_until(lambda: not proxied.proxy.live)


def test_a_tunnel_is_no_faster_than_its_reader(proxied: Proxied) -> None:
    """While one side does not read, the other cannot send on forever; then all of it arrives."""
    piece, pieces = b"0123456789abcdef" * 65_536, 0
    with Far() as far:
        wire, there = splice(proxied, far)
        with wire, there:
            wire.socket.settimeout(0.5)
            sent = 0
            try:
                while pieces < 200:
                    sent += wire.socket.send(piece)
                    pieces += 1
            except TimeoutError:
                pass
            assert pieces < 200, "200 MiB went into a proxy whose other side reads nothing"
            wire.socket.shutdown(socket.SHUT_WR)
            assert len(read_all(there)) == sent


@pytest.mark.parametrize("what", ["nothing", "something", "all that fits"])
def test_a_tunnel_through_which_nothing_goes_ends(
    what: str, new_loop: Callable[[], asyncio.AbstractEventLoop], authority: Authority
) -> None:
    """Both its ends are cut once nothing moves any more, if only because one of them does not read."""
    with Proxied(new_loop, authority.context(HOSTS), idle_s=0.2) as proxied, Far() as far:
        wire, there = splice(proxied, far)
        with wire, there:
            if what == "something":
                wire.send(b"question")
                assert take(there, 8) == b"question"
            elif what == "all that fits":
                with pytest.raises(ConnectionError):
                    wire.send(b"x" * 100_000_000)
            with suppress(ConnectionError):
                assert wire.socket.recv(1) == b""
            proxied.wait_until(lambda: not proxied.proxy.live)


def test_close_drops_what_nobody_reads(proxied: Proxied) -> None:
    """Closing ends a tunnel at once, with all that was still to be sent."""
    with Far() as far:
        wire, there = splice(proxied, far)
        with wire, there:
            wire.socket.settimeout(0.5)
            with pytest.raises(TimeoutError):
                wire.send(b"x" * 100_000_000)
            both = list(proxied.proxy.live)
            assert len(both) == 2
            proxied.close()
            proxied.wait_until(lambda: not proxied.proxy.live)
            assert [each.get_write_buffer_size() for each in both] == [0, 0]


def test_a_url_on_the_loopback_is_passed_on(proxied: Proxied) -> None:
    """Another server's plain HTTP: it gets what an origin takes, the client its answer."""
    with Far() as far, proxied.open() as wire:
        wire.send(f"POST http://{far.place}/a HTTP/1.1\r\nProxy-Connection: x\r\nContent-Length: 2\r\n\r\nhi".encode())
        with far.accept() as there:
            expected = (
                f"POST /a HTTP/1.1\r\nHost: {far.place}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
            ).encode()
            assert take(there, len(expected)) == expected
            there.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        assert wire.read().status == 204
        assert wire.is_closed()


@pytest.fixture
def _trusted_by_the_system(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' authority is one of the system's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))


@pytest.mark.usefixtures("_trusted_by_the_system")
@pytest.mark.parametrize("half", [False, True])
def test_a_url_with_https_is_passed_on_over_tls(
    proxied: Proxied,
    authority: Authority,
    caplog: pytest.LogCaptureFixture,
    half: bool,  # noqa: FBT001 - a case
) -> None:
    """As axios asks of its proxy: the server is checked against what the system trusts, and a body may come early.

    TLS cannot be closed by half; a client that does so gets its answer all the same.
    """
    with Far() as far, proxied.open() as wire:
        wire.send(f"POST https://{far.place}/a HTTP/1.1\r\nContent-Length: 4\r\n\r\nab".encode())
        expected = f"POST /a HTTP/1.1\r\nHost: {far.place}\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd"
        with far.accept() as there:
            assert there.recv(1, socket.MSG_PEEK) == b"\x16"
            wire.send(b"cd")
            with authority.context(()).wrap_socket(there, server_side=True) as tls:
                assert take(tls, len(expected)) == expected.encode()
                if half:
                    wire.socket.shutdown(socket.SHUT_WR)
                tls.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                assert wire.read().status == 204
                tls.unwrap()
        assert wire.is_closed()
    assert not caplog.records


def test_a_server_that_is_not_there_is_502(proxied: Proxied) -> None:
    """The reason is given, for tunnels and URLs."""
    with Far() as far:
        place = far.place
    for line in (f"CONNECT {place}", f"GET http://{place}/"):
        with proxied.open() as wire:
            wire.send(f"{line} HTTP/1.1\r\n\r\n".encode())
            status, problem = reason(wire)
        assert status.startswith(f"HTTP/1.1 502 Bad Gateway: {place}: ")
        assert problem["status"] == 502


def test_a_server_that_is_not_trusted_is_502(proxied: Proxied, authority: Authority) -> None:
    """A certificate that the system does not trust."""
    with Far() as far, proxied.open() as wire:
        wire.send(f"GET https://{far.place}/ HTTP/1.1\r\n\r\n".encode())
        with far.accept() as there, pytest.raises(ssl.SSLError):
            authority.context(()).wrap_socket(there, server_side=True)
        assert "CERTIFICATE_VERIFY_FAILED" in reason(wire)[0]


def test_a_server_that_does_not_answer_is_502(hasty: Proxied) -> None:
    """A handshake that does not come about in time."""
    with Far() as far, hasty.open() as wire:
        wire.send(f"GET https://{far.place}/ HTTP/1.1\r\n\r\n".encode())
        with far.accept():
            assert reason(wire)[0].startswith("HTTP/1.1 502 ")


def test_a_name_that_cannot_be_looked_up_is_502(new_loop: Any, authority: Authority) -> None:
    """A part of a name with more than 63 letters is not a name to the resolver."""
    host = "a" * 64 + ".test"
    with Proxied(new_loop, authority.context(HOSTS), allowed=[host]) as proxied, proxied.open() as wire:
        wire.send(f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())
        assert reason(wire)[0].startswith(f"HTTP/1.1 502 Bad Gateway: {host}:443: ")


@pytest.mark.parametrize("stage", ["connecting", "spliced"])
@pytest.mark.parametrize("who", ["client", "proxy"])
def test_nothing_is_left_of_a_way_through(proxied: Proxied, stage: str, who: str) -> None:
    """The connection to the other server ends as well, also while its handshake is under way."""
    with Far() as far, proxied.open() as wire:
        line = f"GET https://{far.place}/" if stage == "connecting" else f"CONNECT {far.place}"
        wire.send(f"{line} HTTP/1.1\r\n\r\n".encode())
        with far.accept() as there:
            if stage == "connecting":
                assert there.recv(1) == b"\x16"
            else:
                assert wire.read_head() == ESTABLISHED
            if who == "proxy":
                proxied.close()
                with suppress(ConnectionResetError):
                    read_all(there)
            elif stage == "connecting":
                # The client is not read meanwhile; that it went is seen once the other server answers.
                wire.close()
                there.sendall(b"no TLS")
            else:
                wire.close()
                assert there.recv(1) == b""
        proxied.wait_until(lambda: not proxied.proxy.live)


@pytest.mark.parametrize("refused", [False, True])
def test_a_handshake_that_is_to_fail(
    new_loop: Any,
    authority: Authority,
    trust: ssl.SSLContext,
    refused: bool,  # noqa: FBT001 - a case
) -> None:
    """A refused name gets the alert that says so, through the tunnel; the next one is served."""
    asked: list[str] = []

    def refuses(name: str) -> bool:
        asked.append(name)
        return refused and len(asked) == 1

    with Proxied(new_loop, authority.context(HOSTS, refuses=refuses)) as proxied:
        for _ in range(2):
            with proxied.open() as wire:
                wire.send(CONNECT)
                wire.read_head()
                if refused and not asked:
                    with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
                        trust.wrap_socket(wire.socket, server_hostname=HOST)
                else:
                    trust.wrap_socket(wire.socket, server_hostname=HOST).close()
    assert asked == [HOST, HOST]


def test_a_client_that_does_not_trust_us(proxied: Proxied) -> None:
    """It goes away in the handshake, and the proxy is not disturbed."""
    with proxied.open() as wire:
        wire.send(CONNECT)
        wire.read_head()
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(wire.socket, server_hostname=HOST)


LET_THROUGH = {
    "localhost": True,
    "127.0.0.1": True,
    "127.9.9.9": True,
    "::1": True,
    "one.test": True,
    "a.one.test": False,
    "two.test": False,
    "a.two.test": True,
    "a.b.two.test": True,
    "atwo.test": False,
    "2001:db8::1": True,
    "2001:db8::2": False,
    "192.0.2.1": True,
    "0.0.0.0": False,  # noqa: S104 - compared, not bound
    "localhost.test": False,
    "127.0.0.1.test": False,
}


@pytest.mark.parametrize("host", LET_THROUGH)
def test_who_is_let_through(host: str) -> None:
    """Names as they are, all names below a star, and the loopback."""
    allowed = ["One.test.", "*.two.test", "2001:DB8:0::1", "192.0.2.1"]
    proxy = Proxy(hosts=HOSTS, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), allowed=allowed)
    assert proxy.lets_through(host) is LET_THROUGH[host]


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ("*", "not a name"),
        ("https://a.test", "not a name"),
        ("a.test:443", "not a name"),
        ("a.*.test", "not a name"),
        ("", "not a name"),
        ("API.shop.test", "its double"),
    ],
)
def test_what_cannot_be_allowed(host: str, part: str) -> None:
    """All hosts, URLs, ports, and the doubles themselves."""
    with pytest.raises(ValueError, match=part):
        Proxy(hosts=HOSTS, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), allowed=[host])


def test_a_star_does_not_open_the_way_to_a_double(new_loop: Any, authority: Authority) -> None:
    """*.shop.test may be reached, api.shop.test remains a double."""
    with Proxied(new_loop, authority.context(HOSTS), allowed=["*.shop.test"]) as proxied, proxied.open() as wire:
        assert "raw" in told(wire.ask(b"GET http://api.shop.test/ HTTP/1.1\r\n\r\n").body)


@pytest.mark.parametrize(
    ("target", "port"), [(b"http://a.test/", 80), (b"https://a.test/", 443), (b"http://a.test:/", 80)]
)
def test_the_port_of_a_url(target: bytes, port: int) -> None:
    """The scheme's own, if none is given."""
    assert parse_head(b"GET " + target + b" HTTP/1.1").port == port


def test_httpx(proxied: Proxied, trust: ssl.SSLContext) -> None:
    """Keep-alive through the tunnel, plain URLs, and a refusal that says why."""
    with httpx.Client(proxy=proxied.url, verify=trust, trust_env=False) as client:
        for _ in range(3):
            got = client.get("https://api.shop.test/v1/orders").json()
            assert got["tls"]
            assert got["raw"].startswith("GET /v1/orders HTTP/1.1\r\n")
            assert not client.get("http://api.shop.test/v1/orders").json()["tls"]
        with pytest.raises(httpx.ProxyError, match=r"403 Blocked by Jumun: example\.com"):
            client.get("https://example.com/")


def test_requests(proxied: Proxied, bundle: Path) -> None:
    """Requests goes through the proxy, as httpx does."""
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": proxied.url, "https": proxied.url}
        session.verify = str(bundle)
        for _ in range(3):
            assert session.get("https://api.shop.test/", timeout=10).json()["tls"]
            assert not session.post("http://api.shop.test/", data=b"x" * 200_000, timeout=10).json()["tls"]
        refused = session.post("http://example.com/", data=b"x" * 200_000, timeout=10)
        assert (refused.status_code, refused.json()["host"]) == (403, "example.com")
        with pytest.raises(requests.exceptions.ProxyError, match=r"403 Blocked by Jumun: example\.com"):
            session.get("https://example.com/", timeout=10)


def run(tmp_path: Path, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program, with no configuration of the user's."""
    require(tool)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    return subprocess.run(
        [tool, *arguments], check=False, capture_output=True, text=True, encoding="utf-8", timeout=60, env=environment
    )


@pytest.mark.parametrize(
    "target", ["https://api.shop.test/a", "http://api.shop.test/a", "https://api.shop.test:8443/a"]
)
@pytest.mark.parametrize("tunnel", [False, True])
def test_curl(proxied: Proxied, bundle: Path, tmp_path: Path, target: str, tunnel: bool) -> None:  # noqa: FBT001
    """Its TLS tunnel, its plain call, and a tunnel for plain HTTP."""
    more = ["--proxytunnel"] if tunnel else []
    done = run(tmp_path, "curl", "-sS", "-x", proxied.url, "--cacert", str(bundle), *more, target, target)
    assert done.returncode == 0, done.stderr
    got = [json.loads(text + "}") for text in done.stdout.split("}")[:-1]]
    assert [each["tls"] for each in got] == [target.startswith("https")] * 2


def test_curl_says_why(proxied: Proxied, bundle: Path, tmp_path: Path) -> None:
    """A refused tunnel is shown with its status at least."""
    done = run(tmp_path, "curl", "-sSv", "-x", proxied.url, "--cacert", str(bundle), "https://example.com/")
    assert done.returncode == 56
    assert "Blocked by Jumun: example.com is not a double" in done.stderr


NODE = """
const http = require("http"), https = require("https"), fs = require("fs");
const [port, ca, mode] = process.argv.slice(1);
const show = (answer) => {
  let text = "";
  answer.on("data", (part) => text += part).on("end", () => console.log(text));
};
if (mode === "plain") {
  // What axios does with a proxy of its own.
  http.get({host: "127.0.0.1", port, path: "https://api.shop.test/a", headers: {host: "api.shop.test"}}, show);
} else {
  http.request({host: "127.0.0.1", port, method: "CONNECT", path: "api.shop.test:443"})
    .on("connect", (_, socket) => https.get(
      {host: "api.shop.test", path: "/a", socket, agent: false, ca: fs.readFileSync(ca)}, show)).end();
}
"""


@pytest.mark.parametrize("mode", ["plain", "tunnel"])
def test_node(proxied: Proxied, bundle: Path, tmp_path: Path, mode: str) -> None:
    """Node's own TLS, and a whole https URL said in plain text."""
    done = run(tmp_path, "node", "-e", NODE, "--", proxied.url.rpartition(":")[2], str(bundle), mode)
    assert done.returncode == 0, done.stderr
    assert told(done.stdout.encode())["tls"] is (mode == "tunnel")


def test_many_at_once(proxied: Proxied, trust: ssl.SSLContext) -> None:
    """Thirty clients in as many threads, tunnels and plain calls: each gets its own answer."""
    failures: list[str] = []

    def ask(number: int) -> None:
        scheme = "https" if number % 2 else "http"
        with httpx.Client(proxy=proxied.url, verify=trust, trust_env=False) as client:
            for turn in range(3):
                raw = client.get(f"{scheme}://api.shop.test/{number}/{turn}").json()["raw"]
                if not raw.startswith(f"GET /{number}/{turn} "):
                    failures.append(raw)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
