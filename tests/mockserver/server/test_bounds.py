"""The server's limits: too much, too many, too slow, too odd: refused with the right status, and hurting no one."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.server.bounds import Bounds
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import KEYS, ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = Bounds(body_bytes=1_000, session_bytes=5_000, head_bytes=4_000, headers=20, connections=30)
# Shorter than the second after which connections are looked at.
QUICK = Bounds(arrival_s=0.1, idle_s=0.1, stall_s=0.1, linger_s=0.1)
ORDERS = request("GET", "/v1/orders?limit=1")
TOKEN = "/v1/request/token"
MANY = 2_000


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    """A server with small bounds."""
    with LiveServer(bounds=SMALL) as live:
        yield live


@pytest.fixture(scope="module")
def quick() -> Iterator[LiveServer]:
    """A server without patience."""
    with LiveServer(bounds=QUICK) as live:
        yield live


def chunked(size: int) -> bytes:
    """A body of so many bytes, in one chunk."""
    return b"%x\r\n%b\r\n0\r\n\r\n" % (size, b"x" * size)


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (request("POST", TOKEN, body=b"x" * 1_001), 413, "1000 bytes; --max-body"),
        (request("POST", TOKEN, "Transfer-Encoding: chunked", body=chunked(1_001)), 413, "1000 bytes"),
        (request("POST", TOKEN, "Expect: 100-continue", "Content-Length: 1001"), 413, "1000 bytes"),
        (request("POST", "/_jumun/orders", body=b"x" * 1_001), 413, "1000 bytes"),
        (request("POST", "/_jumun/sessions", body=b"x" * 5_001), 413, "a session may have 5000 bytes"),
        (request("PUT", "/_jumun/sessions/default/snapshot", body=b"x" * 5_001), 413, "a session may have 5000 bytes"),
        (request("GET", "/v1/orders", body=b"x" * 1_001), 413, "1000 bytes"),
        (request("GET", "/v1/orders?keyword=" + "x" * 5_000), 431, "4000 bytes"),
        (b"GET /v1/orders?keyword=" + b"x" * 5_000, 414, "4000 bytes"),
        (request("GET", "/v1/orders", "X: " + "x" * 5_000), 431, "20 headers and 4000 bytes"),
        (request("GET", "/v1/orders", *(f"X-{n}: x" for n in range(20))), 431, "20 headers"),
        (b"nonsense\r\n\r\n", 400, "HTTP/1.1"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "HTTP/1.1"),
        (b"GET http://[::1/v1/orders HTTP/1.1\r\nHost: x\r\n\r\n", 400, "not a URL"),
        (b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n", 400, "not a URL"),
        (request("POST", TOKEN, "Content-Length: -1"), 400, "HTTP/1.1"),
        (request("POST", TOKEN, "Content-Length: 1", "Content-Length: 2"), 400, "HTTP/1.1"),
        (request("POST", TOKEN, "Content-Length: 3", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400, "HTTP/1.1"),
        (request("POST", TOKEN, "Transfer-Encoding: chunked", body=b"x\r\n"), 400, "HTTP/1.1"),
    ],
)
def test_refusals(server: LiveServer, data: bytes, status: int, reason: str) -> None:
    """Each is reported as a problem that names the bound and the way out; then the connection ends."""
    with Wire(server.url) as wire:
        answer = wire.ask(data)
        assert answer.status == status
        assert answer.header("content-type") == "application/problem+json"
        assert answer.header("connection") == "close"
        problem = json.loads(answer.body)
        assert problem["status"] == status
        assert problem["detail"].startswith("Jumun: ")
        assert reason in problem["detail"]
        assert wire.is_closed()


@pytest.mark.parametrize(
    "data",
    [
        request("POST", TOKEN, "Content-Type: application/json", body=b"x" * 1_000),
        request("POST", TOKEN, "Transfer-Encoding: chunked", body=chunked(1_000)),
        request("GET", "/v1/orders?keyword=" + "x" * 3_000),
        request("GET", "/v1/orders", *(f"X-{n}: x" for n in range(18))),
    ],
)
def test_what_is_within_the_bounds(server: LiveServer, data: bytes) -> None:
    """Up to the bound it is a request like any other, and the connection goes on."""
    with Wire(server.url) as wire:
        assert wire.ask(data).status in (200, 401)
        assert wire.ask(ORDERS).status == 200


def test_a_hundred_megabytes(server: LiveServer) -> None:
    """The client may write all of its body and then reads why it was refused; others are served meanwhile."""
    piece = b"x" * 1_000_000
    with Wire(server.url) as wire, Wire(server.url) as other:
        wire.send(request("POST", TOKEN, "Content-Length: 100000000"))
        for _ in range(50):
            wire.send(piece)
        assert other.ask(ORDERS).status == 200
        for _ in range(50):
            wire.send(piece)
        assert wire.read().status == 413


def test_a_body_is_invited(server: LiveServer) -> None:
    """A client that asks first is asked to go on."""
    body = json.dumps(dict(zip(("client_key", "secret_key"), KEYS, strict=True))).encode()
    with Wire(server.url) as wire:
        lines = ("Content-Type: application/json", f"Content-Length: {len(body)}", "Expect: 100-continue")
        wire.send(request("POST", TOKEN, *lines))
        assert wire.read_head() == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert wire.ask(body).status == 200


def test_answers_before_a_refusal_are_sent(server: LiveServer) -> None:
    """What was asked well on the same connection is answered first."""
    with Wire(server.url) as wire:
        wire.send(ORDERS + ORDERS + b"nonsense\r\n\r\n")
        assert [wire.read().status for _ in range(3)] == [200, 200, 400]
        assert wire.is_closed()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GET /v1/ord", id="half a line"),
        pytest.param(ORDERS[:-2], id="half a head"),
        pytest.param(request("POST", TOKEN, "Content-Length: 10") + b"12345", id="half a body"),
        pytest.param(request("POST", "/_jumun/clock", "Content-Length: 10") + b"12345", id="half a control body"),
    ],
)
def test_slow_requests(quick: LiveServer, data: bytes) -> None:
    """A request that does not arrive whole is given up with 408."""
    with Wire(quick.url) as wire:
        answer = wire.ask(data)
        assert answer.status == 408
        assert b"within 0.1 s" in answer.body
        assert wire.is_closed()


def test_a_slow_loris(quick: LiveServer) -> None:
    """A header now and then does not keep a connection open: what counts is when the request began."""
    with Wire(quick.url) as wire:
        wire.socket.settimeout(0.05)
        wire.send(ORDERS[:-2])
        seen = b""
        for n in range(200):
            with suppress(TimeoutError):
                seen = wire.socket.recv(1_000)
                break
            wire.send(b"X-%d: x\r\n" % n)
        assert seen.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("before", [b"", ORDERS], ids=["new", "used"])
def test_idle_connections(quick: LiveServer, before: bytes) -> None:
    """A connection on which nothing is asked ends without an answer."""
    with Wire(quick.url) as wire:
        if before:
            assert wire.ask(before).status == 200
        assert wire.is_closed()


@pytest.mark.parametrize("scenario", ["", "bootpay.*: dribble(1000, 0ms) *"], ids=["at once", "in pieces"])
def test_a_client_that_never_reads(scenario: str) -> None:
    """Its connection is cut once it has left its answers lying for too long, however many it asked for."""
    bounds = Bounds(stall_s=0.1)
    with LiveServer(bounds=bounds, orders=300, scenario=scenario) as server, closing(socket.socket()) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.settimeout(10)
        deaf.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        calls = request("GET", "/v1/orders?limit=50") * 100
        with pytest.raises(ConnectionError):  # noqa: PT012 - which of the writes fails is not known
            while True:
                deaf.sendall(calls)


def test_too_many_connections(server: LiveServer) -> None:
    """One more than there may be is refused with 503; when one goes there is room again."""
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(server.url)) for _ in range(30)]
        assert {wire.ask(ORDERS).status for wire in wires} == {200}
        with Wire(server.url) as more:
            answer = more.read()
            assert answer.status == 503
            assert b"30 connections" in answer.body
            assert more.is_closed()
        wires[0].close()
        for _ in range(100):
            with Wire(server.url) as another, suppress(ConnectionError):
                if another.ask(ORDERS).status == 200:
                    return
    pytest.fail("there was no room again")


def open_files(wanted: int) -> None:
    """Skip where this process may not have so many files open."""
    resource = pytest.importorskip("resource", reason="open files are bounded otherwise here")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < wanted:
        if 0 <= hard < wanted:
            pytest.skip(f"a process may have {hard} files open here; this takes {wanted}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def test_two_thousand_connections() -> None:
    """All are kept, and all are answered again and again."""
    # Both ends are in this process.
    open_files(2 * MANY + 200)
    with LiveServer() as server, ExitStack() as stack:
        wires = [stack.enter_context(Wire(server.url)) for _ in range(MANY)]
        for _ in range(2):
            for wire in wires:
                wire.send(ORDERS)
            assert {wire.read().status for wire in wires} == {200}
        assert server.session.journal.total == 2 * MANY
        assert len(server._server.server_state.connections) == MANY


@pytest.mark.parametrize("step", ["hang", "slow(1h)"])
def test_a_thousand_that_wait(step: str) -> None:
    """Calls that hang or wait hold no thread and no task, and other calls are answered as if they were not there."""
    open_files(2 * 1_000 + 200)
    bounds = Bounds(stall_s=0.1)
    with LiveServer(scenario=f"naver.*: {step} *", bounds=bounds) as server, ExitStack() as stack:
        waiting = request("GET", f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids")
        for _ in range(1_000):
            stack.enter_context(Wire(server.url)).send(waiting)
        with Wire(server.url) as wire:
            while server.session.journal.total < 1_000:
                assert wire.ask(ORDERS).status == 200
            assert not server._server.server_state.tasks
            for _ in range(100):
                assert wire.ask(ORDERS).status == 200
        stack.close()
        with httpx.Client(base_url=server.bootpay_base_url, auth=KEYS, trust_env=False) as client:
            while len(server._server.server_state.connections) > 1:
                assert client.get("/orders").status_code == 200


def test_bounds_hold_behind_tls() -> None:
    """A refusal reaches a client that speaks TLS as well."""
    authority = pytest.importorskip("jumun_mockserver.proxy.authority").Authority.temporary()
    with LiveServer(bounds=SMALL, authority=authority) as server:
        trusting = ssl.create_default_context(cadata=authority.certificate_pem.decode())
        with (
            socket.create_connection(("127.0.0.1", server.tls_port), timeout=10) as plain,
            trusting.wrap_socket(plain, server_hostname="api.bootapi.com") as secure,
        ):
            secure.sendall(request("POST", TOKEN, body=b"x" * 1_001))
            answer = b""
            while data := secure.recv(1_000):
                answer += data
            assert answer.startswith(b"HTTP/1.1 413 ")


def test_thousands_of_answers_that_wait_for_one() -> None:
    """However many are pipelined behind a slow answer, whatever their own faults, they go out one after the other."""
    with LiveServer(scenario="bootpay.*: slow(20ms), dribble(100000, 1ms) *") as server, Wire(server.url) as wire:
        wire.send(ORDERS * 3_000)
        assert {wire.read().status for _ in range(3_000)} == {200}
