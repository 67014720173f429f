from __future__ import annotations

import json
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from jumun_mockserver.server.server import base_url, bind
from tests.mockserver.wire import RawAnswer, Wire, request
from tests.mockserver.world import KEYS, ORDER, STATIC_TOKEN

if TYPE_CHECKING:
    from jumun_mockserver import LiveServer

GET = request("GET", "/v1/orders?limit=1")
TOKEN = request(
    "POST",
    "/v1/request/token",
    "Content-Type: application/json",
    body=json.dumps({"client_key": KEYS[0], "secret_key": KEYS[1]}).encode(),
)
IDS = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"


def limited(limit: int, *lines: str, body: bytes = b"") -> bytes:
    """A GET that its answer can be recognized by: as many rows as `limit`."""
    return request("GET", f"/v1/orders?limit={limit}", *lines, body=body)


def rows(answer: RawAnswer) -> int:
    """How many rows an order list's answer has."""
    assert answer.status == 200, answer.raw
    return len(json.loads(answer.body)["list"])


def test_a_connection_serves_many_requests(server: LiveServer) -> None:
    """Keep-alive: GETs, POSTs, errors and the control plane, one after the other."""
    with Wire(server.url) as wire:
        for limit in (1, 2, 3):
            assert rows(wire.ask(limited(limit))) == limit
            assert wire.ask(TOKEN).status == 200
            assert wire.ask(request("GET", "/v1/orders?page=x")).status == 400
            assert wire.ask(request("GET", "/_jumun/health")).status == 200
            assert wire.ask(request("GET", "/nowhere")).status == 404


PIPELINES = {
    "gets": [limited(n) for n in range(1, 9)],
    "posts": [TOKEN] * 5,
    "mixed": [limited(1), TOKEN, limited(2), limited(3), TOKEN, TOKEN, limited(4)],
    "post first": [TOKEN, limited(1), limited(2)],
    "bodies": [limited(1, body=b"{}"), limited(2), limited(3, body=b"{}"), limited(4)],
    "control": [request("GET", "/_jumun/health"), limited(1), request("GET", "/_jumun/health"), limited(2), TOKEN],
    "errors": [
        request("GET", "/no"),
        limited(1),
        request("DELETE", "/v1/orders"),
        TOKEN,
        request("GET", "/v1/orders?page=x"),
    ],
}


@pytest.mark.parametrize("requests", PIPELINES.values(), ids=PIPELINES)
def test_pipelined_requests_are_answered_in_order(server: LiveServer, requests: list[bytes]) -> None:
    """Several requests in one write get the answers that they get one by one, in their order."""
    with Wire(server.url) as wire:
        one_by_one = [wire.ask(each) for each in requests]
    with Wire(server.url) as wire:
        wire.send(b"".join(requests))
        together = [wire.read() for _ in requests]
    assert [each.status for each in together] == [each.status for each in one_by_one]
    assert [len(each.body) for each in together] == [len(each.body) for each in one_by_one]


def test_a_client_that_writes_much_and_reads_late(server: LiveServer) -> None:
    """A thousand requests written before the first answer is read: the server waits, and answers all in order."""
    requests = [limited(1 + n % 15) if n % 10 else TOKEN for n in range(1_000)]
    with Wire(server.url) as wire, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(wire.send, b"".join(requests))
        for n in range(1_000):
            answer = wire.read()
            assert answer.status == 200
            if n % 10:
                assert rows(answer) == 1 + n % 15
        sent.result()


@pytest.mark.parametrize("size", [1, 7])
def test_requests_in_small_pieces(server: LiveServer, size: int) -> None:
    """How the bytes are cut into packets does not matter."""
    data = limited(2) + TOKEN
    with Wire(server.url) as wire:
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(data), size):
            wire.send(data[start : start + size])
        assert rows(wire.read()) == 2
        assert wire.read().status == 200


@pytest.mark.parametrize("path", ["/v1/orders", IDS, "/_jumun/health", "/nowhere", "/v1/orders/x"])
def test_head_has_no_body(server: LiveServer, path: str) -> None:
    """The answer to HEAD says a length and has no body: the next answer follows at once."""
    with Wire(server.url) as wire:
        head = wire.ask(request("HEAD", path), head=True)
        assert int(head.header("content-length") or 0) > 0
        assert rows(wire.ask(limited(3))) == 3


@pytest.mark.parametrize("path", ["/v1/orders?limit=1", "/_jumun/health", "/nowhere"])
@pytest.mark.parametrize(
    ("version", "line"), [("1.0", "Accept: */*"), ("1.1", "Connection: close"), ("1.1", "connection: Close")]
)
def test_a_connection_that_is_to_end_ends(server: LiveServer, path: str, version: str, line: str) -> None:
    """HTTP/1.0 and Connection: close: the whole answer, said to be the last, then the end."""
    with Wire(server.url) as wire:
        answer = wire.ask(request("GET", path, line, version=version))
        assert answer.header("connection") == "close"
        assert len(answer.body) == int(answer.header("content-length") or 0) > 0
        assert wire.is_closed()


def test_a_post_that_is_to_end_the_connection(server: LiveServer) -> None:
    """The same with a body."""
    with Wire(server.url) as wire:
        answer = wire.ask(TOKEN.replace(b"Content-Type", b"Connection: close\r\nContent-Type"))
        assert (answer.status, answer.header("connection")) == (200, "close")
        assert wire.is_closed()


def test_nothing_is_answered_after_close(server: LiveServer) -> None:
    """What is pipelined behind Connection: close is not answered."""
    with Wire(server.url) as wire:
        wire.send(limited(1, "Connection: close") + limited(2))
        assert rows(wire.read()) == 1
        assert wire.is_closed()


@pytest.mark.parametrize("body", [b"{}", b"", b'{"page": 2}', b"x" * 200_000])
def test_a_get_with_a_body(server: LiveServer, body: bytes) -> None:
    """Ruby's SDK sends {} with every GET; the body is overlooked and the connection lives on."""
    data = request("GET", "/v1/orders?limit=2", "Content-Type: application/json", body=body)
    with Wire(server.url) as wire:
        assert rows(wire.ask(data)) == 2
        assert rows(wire.ask(limited(1))) == 1


@pytest.mark.parametrize("target", [b"POST /v1/request/token", b"GET /v1/orders?limit=1"])
def test_a_chunked_body(server: LiveServer, target: bytes) -> None:
    """A body without a length, in chunks, one of them late."""
    head = target + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    keys = TOKEN.split(b"\r\n")[2]
    body = json.dumps({"client_key": KEYS[0], "secret_key": KEYS[1]}).encode()
    with Wire(server.url) as wire:
        wire.send(head + keys + b"\r\n\r\n" + b"%x\r\n%s\r\n" % (10, body[:10]))
        wire.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body) - 10, body[10:]))
        assert wire.read().status == 200
        assert rows(wire.ask(limited(1))) == 1


@pytest.mark.parametrize("head", [TOKEN, limited(1, body=b"{}")])
def test_expect_100_continue(server: LiveServer, head: bytes) -> None:
    """A client that asks before it sends is asked to go on, and then answered."""
    lines, _, body = head.partition(b"\r\n\r\n")
    with Wire(server.url) as wire:
        wire.send(lines + b"\r\nExpect: 100-continue\r\n\r\n")
        assert wire.read_head() == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert wire.ask(body).status == 200


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/v1/%6Frders?limit=1", 200),
        ("/v1/orders?keyword=%ED%94%84%EB%A6%AC", 200),
        ("/v1/orders?keyword=%FF", 200),
        ("//v1//orders/", 200),
        ("http://api.bootapi.com/v1/orders", 200),
        ("/v1/orders?limit=1#part", 200),
        ("/v1/%EC%A3%BC%EB%AC%B8", 404),
        ("/v1/%FF", 404),
        ("/%00", 404),
        ("/v1/orders%3Flimit=1", 404),
        ("/v1%2Forders", 200),
    ],
)
def test_paths_as_clients_send_them(server: LiveServer, target: str, status: int) -> None:
    """Percent signs, the absolute form and bytes that are not UTF-8."""
    with Wire(server.url) as wire:
        assert wire.ask(request("GET", target)).status == status


def test_raw_utf8_in_the_request_line(server: LiveServer) -> None:
    """Curl sends Korean as it is typed: it is read as if it were percent-encoded."""
    line = "GET /v1/orders?keyword=프리미엄 HTTP/1.1".encode()
    with Wire(server.url) as wire:
        assert rows(wire.ask(request("GET", "/x").replace(b"GET /x HTTP/1.1", line))) == 3
        assert wire.ask(request("GET", "/v1/주문".encode().decode("latin-1"))).status == 404


@pytest.mark.parametrize("before", [b"GET ", request("GET", "/v1/orders")])
def test_raw_utf8_wherever_it_stands_in_the_stream(server: LiveServer, before: bytes) -> None:
    """It is read so too behind a request without a body in one write, and where the line comes in two packets."""
    data = request("GET", "/x").replace(b"GET /x HTTP/1.1", "GET /v1/orders?keyword=프리미엄 HTTP/1.1".encode())
    with Wire(server.url) as wire:
        if before == b"GET ":
            wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            assert wire.ask(request("GET", "/v1/orders") + before).status == 200
            wire.send(data.removeprefix(before))
        else:
            assert wire.ask(before + data).status == 200
        assert rows(wire.read()) == 3


@pytest.mark.parametrize("upgrade", ["h2c", "websocket"])
@pytest.mark.parametrize("path", ["/v1/orders?limit=1", "/_jumun/health"])
def test_an_offer_to_upgrade_is_declined(server: LiveServer, upgrade: str, path: str) -> None:
    """Curl --http2 offers h2c: the call is answered in HTTP/1.1."""
    with Wire(server.url) as wire:
        answer = wire.ask(request("GET", path, "Connection: Upgrade, HTTP2-Settings", f"Upgrade: {upgrade}"))
        assert answer.status == 200


BAD = [
    b"\x00\x01\x02\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /v1/orders HTTP/9.9\r\n\r\n",
    b"GET /v1/orders HTTP/1.1\r\nno colon\r\n\r\n",
    b"CONNECT api.bootapi.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /v1/request/token HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


@pytest.mark.parametrize("data", BAD)
def test_bad_http_is_a_400(server: LiveServer, data: bytes) -> None:
    """What is not HTTP gets a 400 and the end of its connection; the server lives on."""
    with Wire(server.url) as wire:
        assert wire.ask(data).status == 400
        assert wire.is_closed()
    with Wire(server.url) as wire:
        assert rows(wire.ask(limited(1))) == 1


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("data", [b"", b"GET /v1/ord", GET[:-2], GET, GET * 50, TOKEN[:-10], TOKEN, TOKEN * 20])
def test_a_client_that_goes_away(server: LiveServer, data: bytes, reset: bool) -> None:  # noqa: FBT001 - a case
    """A client that hangs up in the middle, politely or with a reset, does no harm to others."""
    wire = Wire(server.url)
    wire.send(data)
    if reset:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()
    with Wire(server.url) as other:
        assert rows(other.ask(limited(1))) == 1


HALF_CLOSED = {
    "at once": [GET],
    "slow": [request("GET", "/v1/orders", "Jumun-Scenario: slow(100ms)")],
    "in pieces": [request("GET", "/v1/orders", "Jumun-Scenario: dribble(100, 1ms)")],
    "control": [request("GET", "/_jumun/version")],
    "control, with a body": [
        request("POST", "/_jumun/sessions", "Content-Type: application/json", body=b'{"orders": 3}')
    ],
    "an export": [request("GET", "/_jumun/requests?format=json&status=299")],
    "many": [
        GET,
        request("GET", "/v1/orders?limit=2", "Jumun-Scenario: slow(50ms)"),
        request("GET", "/_jumun/version"),
        TOKEN,
        request("GET", "/_jumun/health"),
    ],
}


@pytest.mark.parametrize("requests", HALF_CLOSED.values(), ids=HALF_CLOSED.keys())
def test_a_client_that_closes_its_half(server: LiveServer, requests: list[bytes]) -> None:
    """It has said all that it wants, and gets all its answers before the server closes."""
    with Wire(server.url) as wire:
        wire.send(b"".join(requests))
        wire.socket.shutdown(socket.SHUT_WR)
        answers = wire.read_rest()
    assert answers.count(b"HTTP/1.1 20") == len(requests)
    assert answers.endswith((b"}", b"]", b"\r\n0\r\n\r\n"))


ENDLESS = {
    "a hang": request("GET", "/v1/orders", "Jumun-Scenario: hang"),
    "a hang after a while": request("GET", "/v1/orders", "Jumun-Scenario: slow(50ms)+hang"),
    "a stream": request("GET", "/_jumun/events", "Accept: text/event-stream"),
    "half a request": GET[:-2],
    "half a body": TOKEN[:-2],
    "half a body of the control plane's": request(
        "POST", "/_jumun/clock", "Content-Type: application/json", "Content-Length: 100"
    ),
}


@pytest.mark.parametrize("data", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_half_that_is_closed_before_an_answer_that_never_ends(server: LiveServer, data: bytes) -> None:
    """The client may as well have gone: the connection ends, and nothing is kept for it."""
    with Wire(server.url) as wire:
        wire.send(data)
        wire.socket.shutdown(socket.SHUT_WR)
        assert b"Traceback" not in wire.read_rest()


def test_fifty_connections_at_once(server: LiveServer) -> None:
    """Fifty clients keep their connections and get their own answers, round after round."""
    wires = [Wire(server.url) for _ in range(50)]
    try:
        for turn in range(3):
            for number, wire in enumerate(wires):
                wire.send(limited(1 + (number + turn) % 15) if number % 5 else TOKEN)
            for number, wire in enumerate(wires):
                answer = wire.read()
                assert answer.status == 200
                if number % 5:
                    assert rows(answer) == 1 + (number + turn) % 15
    finally:
        for wire in wires:
            wire.close()


def test_threads_with_clients_of_their_own(server: LiveServer) -> None:
    """An ordinary client library in eight threads."""

    def ask(number: int) -> int:
        with httpx.Client(base_url=server.url, auth=KEYS, trust_env=False) as client:
            return sum(client.get("/v1/orders", params={"limit": number + 1}).status_code for _ in range(5))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [1_000] * 8


def test_a_header_sent_twice_is_joined(server: LiveServer) -> None:
    """Two Prefer lines are one list (RFC 9110, 5.3)."""
    with Wire(server.url) as wire:
        answer = wire.ask(request("GET", "/v1/orders", "Prefer: return=minimal", "prefer: code=3700"))
        assert answer.status == 404


def test_naver_over_the_wire(server: LiveServer) -> None:
    """The guide's request gives the three ids."""
    head = f"GET {IDS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {STATIC_TOKEN}\r\nAccept: application/json\r\n\r\n"
    with Wire(server.url) as wire:
        answer = wire.ask(head.encode())
    assert json.loads(answer.body)["data"]["productOrderIds"] == [f"{ORDER}00{n}" for n in (1, 2, 3)]
    assert answer.header("server") is None


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:{}"), ("0.0.0.0", "http://127.0.0.1:{}")],  # noqa: S104
)
def test_the_url_of_a_socket(host: str, url: str) -> None:
    """A wildcard address is reached by the loopback's."""
    with bind(host, 0) as listener:
        assert base_url(listener) == url.format(listener.getsockname()[1])


@pytest.mark.parametrize("host", ["::", "::1"])
def test_the_url_of_an_ipv6_socket(host: str) -> None:
    """IPv6 addresses are in brackets."""
    try:
        listener = bind(host, 0)
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with listener:
        assert base_url(listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_busy_port_cannot_be_bound(server: LiveServer) -> None:
    """A port that is in use is refused at once."""
    with pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", httpx.URL(server.url).port or 0)


def test_a_port_that_is_bound_already_cannot_be_bound() -> None:
    """Two servers never get the same port, not even while the first has not begun to serve."""
    with bind("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        bind("127.0.0.1", first.getsockname()[1]).close()


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 0), ("not an address", 0), ("127.0.0.1", 70_000), ("127.0.0.1", -1)]
)
def test_an_address_that_cannot_be_had(host: str, port: int) -> None:
    """Another machine's address, no address, no port: OSError, and never another port than was asked for."""
    with pytest.raises(OSError, match=r"."):
        bind(host, port).close()
