"""What a plain socket sees of each fault."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Literal

import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.app import create_app
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core import faults as faults_module
from jumun_mockserver.core.faults import FAULTS
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.server.bounds import Bounds
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import KEYS, NOW, ORDER, STATIC_TOKEN, World, basic

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = "bootpay.orders.list"
GET = request("GET", "/v1/orders?limit=1")
IDS = (
    f"GET /external/v1/pay-order/seller/orders/{ORDER}/product-order-ids HTTP/1.1\r\n"
    f"Host: x\r\nAuthorization: Bearer {STATIC_TOKEN}\r\n\r\n"
).encode()
STEPS = {name: name for name in FAULTS} | {"truncate": "truncate(10)", "dribble": "dribble(100, 1ms)"}

# The right answer's body; it follows from the seed, not from the time.
BODY = World().orders("limit=1").body
HALF = len(BODY) // 2
JSON = "application/json; charset=utf-8"
TWICE = BODY[:-1] + b',"list":null}'
PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def head(*lines: str, status: str = "200 OK") -> bytes:
    """The head of an answer, with `lines` below its status line and the date."""
    return "\r\n".join([f"HTTP/1.1 {status}", "date: Wed, 04 Mar 2026 05:06:07 GMT", *lines, "", ""]).encode()


def answer(step: str, *lines: str, call: int = 1, kind: str = JSON, body: bytes = BODY) -> bytes:
    """An answer of the mock, with `lines` below its usual headers."""
    note = f"jumun-note: scenario line 1, call {call}: {step}"
    return head(f"content-type: {kind}", f"content-length: {len(body)}", note, *lines) + body


# By fault: all bytes that come, and then FIN, RST, FIN as soon as the client asks again, silence, or the next answer.
SEEN: dict[str, tuple[bytes, Literal["fin", "rst", "fin on next", "silence", "next"]]] = {
    "reset": (b"", "rst"),
    "empty": (b"", "fin"),
    "garbage": (b"\x00\xff\xfe Jumun: no HTTP\r\n\r\n", "fin"),
    "chunk": (
        head(f"content-type: {JSON}", "jumun-note: scenario line 1, call 1: chunk", "transfer-encoding: chunked")
        + b"%x\r\n%b\r\nno-size\r\n" % (HALF, BODY[:HALF]),
        "fin",
    ),
    "truncate": (answer("truncate(10)")[: 10 - len(BODY)], "fin"),
    "hang": (b"", "silence"),
    "dribble": (answer("dribble(100, 1ms)"), "next"),
    "slow-headers": (answer("slow-headers"), "next"),
    "html-502": (
        head(
            "jumun-note: scenario line 1, call 1: html-502",
            "content-type: text/html",
            "content-length: 150",
            status="502 Bad Gateway",
        )
        + PAGE,
        "next",
    ),
    "charset": (answer("charset", kind="text/html; charset=euc-kr"), "next"),
    "gzip-lie": (answer("gzip-lie", "content-encoding: gzip"), "next"),
    "duplicate-keys": (answer("duplicate-keys", body=TWICE), "next"),
    "tls-fail": (b"\x15\x03\x03\x00\x02\x02\x28", "fin"),
    "keepalive-close": (answer("keepalive-close"), "fin on next"),
}


@contextmanager
def playing(scenario: str, bounds: Bounds | None = None) -> Iterator[LiveServer]:
    """A server with this scenario, whose clock is frozen."""
    with LiveServer(scenario=scenario, clock=Clock(frozen_at=NOW), bounds=bounds) as server:
        yield server


def read_exactly(wire: Wire, count: int) -> bytes:
    """So many bytes, fewer if the connection ends."""
    data = b""
    while len(data) < count and (more := wire.socket.recv(count - len(data))):
        data += more
    return data


def read_to_end(wire: Wire) -> bytes:
    """All bytes up to FIN; ConnectionResetError for RST."""
    data = b""
    while more := wire.socket.recv(65_536):
        data += more
    return data


def await_calls(server: LiveServer, count: int) -> None:
    """Return once so many order lists were asked for; meanwhile the server must answer others."""
    with Wire(server.url) as other:
        for _ in range(1_000):
            assert other.ask(IDS).status == 200
            if sum(each.operation == ORDERS for each in server.session.journal) == count:
                return
    pytest.fail("a call was never dispatched")


def is_silent(wire: Wire) -> bool:
    """Whether the connection is open, with nothing to read."""
    wire.socket.setblocking(False)  # noqa: FBT003 - the socket's own
    try:
        wire.socket.recv(1)
    except BlockingIOError:
        return True
    finally:
        wire.socket.settimeout(10)
    return False


@pytest.fixture(autouse=True)
def _quick_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults_module, "LINE_PAUSE_S", 0.001)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_bytes_of_each_fault(fault: str) -> None:
    """Every byte that comes, and how it ends; where the connection lives on, the next call on it is served."""
    expected, end = SEEN[fault]
    with playing(f"{ORDERS}: {STEPS[fault]}, ok") as server, Wire(server.url) as wire:
        wire.send(GET)
        match end:
            case "rst":
                with pytest.raises(ConnectionResetError):
                    read_to_end(wire)
            case "fin":
                assert read_to_end(wire) == expected
            case "fin on next":
                assert read_exactly(wire, len(expected)) == expected
                await_calls(server, 1)
                assert is_silent(wire)
                wire.send(GET)
                assert read_to_end(wire) == b""
            case "silence":
                await_calls(server, 1)
                assert is_silent(wire)
            case "next":
                assert read_exactly(wire, len(expected)) == expected
                assert wire.ask(GET).raw == answer("ok", call=2)
        assert next(each.step for each in server.session.journal if each.operation == ORDERS) == STEPS[fault]
        # The scenario is through, or nearly: whatever its outcome, others are served.
        with Wire(server.url) as other:
            assert other.ask(GET).body == BODY


@pytest.mark.parametrize("fault", [name for name, (_, end) in SEEN.items() if end not in ("silence", "rst")])
def test_a_fault_under_connection_close(fault: str) -> None:
    """A client that asks for the end gets the same bytes, marked in the head as the last, and FIN at once."""
    expected, _ = SEEN[fault]
    if expected.startswith(b"HTTP"):
        expected = expected.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1)
    with playing(f"{ORDERS}: {STEPS[fault]}") as server, Wire(server.url) as wire:
        wire.send(request("GET", "/v1/orders?limit=1", "Connection: close"))
        assert read_to_end(wire) == expected


@pytest.mark.parametrize(
    ("step", "first"),
    [("dribble(40, 1h)", answer("dribble(40, 1h)")[:40]), ("slow-headers", b"HTTP/1.1 200 OK\r\n")],
)
def test_a_slow_answer_comes_in_pieces(step: str, first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first piece is there, the second is not before its time, and others are served meanwhile."""
    monkeypatch.setattr(faults_module, "LINE_PAUSE_S", 3_600)
    with playing(f"{ORDERS}: {step}") as server, Wire(server.url) as wire:
        wire.send(GET)
        assert read_exactly(wire, len(first)) == first
        await_calls(server, 1)
        assert is_silent(wire)


def test_others_are_served_while_connections_hang() -> None:
    """Fifty connections that hang or wait hold up no one; each ends when its client goes, with not a byte sent."""
    # One that waits ends only once its client could not be waiting any more.
    with playing(f"{ORDERS}: hang x25, slow(1h) x25, ok *", Bounds(stall_s=0.1)) as server, ExitStack() as stack:
        wires = [stack.enter_context(Wire(server.url)) for _ in range(50)]
        for wire in wires:
            wire.send(GET)
        await_calls(server, 50)
        with Wire(server.url) as other:
            assert other.ask(GET).body == BODY
        assert all(is_silent(wire) for wire in wires)
        for wire in wires:
            wire.socket.shutdown(1)
        for wire in wires:
            assert read_to_end(wire) == b""


def test_a_connection_that_hangs_hears_nothing_more() -> None:
    """What the client sends after a call that hangs is not answered, and does not end the connection."""
    with playing(f"{ORDERS}: hang, ok *") as server, Wire(server.url) as wire:
        wire.send(GET)
        await_calls(server, 1)
        wire.send(GET)
        await_calls(server, 1)
        assert is_silent(wire)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("slow(5ms)+empty", b""),
        ("slow(5ms)+truncate(0)", answer("slow(5ms)+truncate(0)")[: -len(BODY)]),
        ("truncate(999999)", answer("truncate(999999)")),
    ],
)
def test_a_fault_after_a_delay_or_past_the_end(step: str, expected: bytes) -> None:
    """A delay and then the fault; cutting behind the end sends all and closes."""
    with playing(f"{ORDERS}: {step}") as server, Wire(server.url) as wire:
        wire.send(GET)
        assert read_to_end(wire) == expected


def test_a_reset_after_a_delay() -> None:
    """The wait is not an answer either: RST comes without a byte before it."""
    with playing(f"{ORDERS}: slow(5ms)+reset") as server, Wire(server.url) as wire:
        wire.send(GET)
        with pytest.raises(ConnectionResetError):
            wire.socket.recv(1)


def test_an_error_that_is_cut_off() -> None:
    """A code with a fault: the provider's error, with its status and true length, broken as the fault says."""
    with playing(f"{ORDERS}: 503, 503+truncate(7)") as server:
        with Wire(server.url) as wire:
            right = wire.ask(GET)
        with Wire(server.url) as wire:
            wire.send(GET)
            cut = read_to_end(wire)
        assert cut.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert f"content-length: {len(right.body)}\r\n".encode() in cut
        assert cut.partition(b"\r\n\r\n")[2] == right.body[:7]


@pytest.mark.parametrize("fault", [kind.name for kind in FAULTS.values() if kind.alter])
def test_flask_has_what_is_good_http(fault: str) -> None:
    """Faults that alter the response are the same without the server; the journal has them as sent."""
    dispatch = create_dispatch({"scenario": f"{ORDERS}: {fault}", "clock": Clock(frozen_at=NOW)})
    given = create_app(dispatch).test_client().get("/v1/orders?limit=1", headers={"Authorization": basic(*KEYS)})
    lines, _, body = SEEN[fault][0].partition(b"\r\n\r\n")
    assert [f"{name}: {value}" for name, value in given.headers] == lines.decode().split("\r\n")[1:]
    assert (given.status_code, given.data) == (int(lines[9:12]), body)
    (exchange,) = dispatch.store.default.journal
    assert (exchange.status, exchange.response.body) == (given.status_code, body)


def test_a_post_can_be_broken() -> None:
    """A call with a body is reset after it was read and carried out, as one that was lost on its way back."""
    body = b'{"client_key":"your-commerce-client-key","secret_key":"your-commerce-secret-key"}'
    post = request("POST", "/v1/request/token", "Content-Type: application/json", body=body)
    with playing("bootpay.token: reset, ok") as server:
        with Wire(server.url) as wire:
            wire.send(post)
            with pytest.raises(ConnectionResetError):
                read_to_end(wire)
        with Wire(server.url) as wire:
            assert wire.ask(post).status == 200
        assert [each.status for each in server.session.journal] == [0, 200]
