"""The protocol of the server: what it answers by itself, and that answers do not show how their requests arrived."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.server import server as module
from tests.mockserver.wire import RawAnswer, Wire, request
from tests.mockserver.world import DEMO_KEYS, NOW, ORDER, STATIC_TOKEN, basic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope


class CountingPlane(module.ControlPlane):
    """The control plane, which counts its calls."""

    calls = 0

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Count and answer."""
        type(self).calls += 1
        await super().__call__(scope, receive, send)


IDS = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
JSON = "Content-Type: application/json"
PAIR = b'{"client_key": "demo-bootpay-client-key", "secret_key": "demo-bootpay-secret-key"}'


@pytest.mark.parametrize(
    ("data", "tasks"),
    [
        (request("GET", "/v1/orders"), 0),
        (request("GET", IDS), 0),
        (request("DELETE", "/v1/orders"), 0),
        (request("GET", "/nowhere"), 0),
        (request("GET", "/v1/orders", version="1.0"), 0),
        (request("GET", "/v1/orders", body=b"{}"), 0),
        (request("POST", "/v1/request/token", JSON, body=PAIR), 0),
        (request("POST", "/v1/request/token", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 0),
        (request("GET", "/v1/orders", "Connection: Upgrade", "Upgrade: h2c"), 0),
        (request("GET", "/_jumunx"), 0),
        (request("GET", "/_jumun"), 1),
        (request("GET", "/_jumun/health"), 1),
        (request("GET", "/%5Fjumun/health"), 1),
    ],
)
def test_only_the_control_plane_is_an_asgi_application(
    monkeypatch: pytest.MonkeyPatch, data: bytes, tasks: int
) -> None:
    """Whatever else is asked is answered without a task, with a body or without."""
    monkeypatch.setattr(module, "ControlPlane", CountingPlane)
    monkeypatch.setattr(CountingPlane, "calls", 0)
    with LiveServer() as server, Wire(server.url) as wire:
        assert wire.ask(data).status
    assert CountingPlane.calls == tasks


def test_flask_is_imported_when_the_control_plane_is_used(tmp_path: Path) -> None:
    """A server that is only asked for orders never loads it."""
    code = """
import sys, urllib.request
from jumun_mockserver import LiveServer
with LiveServer() as server:
    for path, loaded in (("/v1/orders", False), ("/_jumun/health", True)):
        try:
            urllib.request.urlopen(server.url + path).close()
        except urllib.error.HTTPError:
            pass
        assert ("flask" in sys.modules) == loaded, path
"""
    program = tmp_path / "program.py"
    program.write_text(code, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    subprocess.run([sys.executable, program], check=True, env=environment)


@pytest.fixture(scope="module", params=PROFILES)
def alike(request: pytest.FixtureRequest) -> Iterator[list[LiveServer]]:
    """Three servers with equal seeds and clocks. Ask all the same."""
    options = {"profile": request.param, "seed": "7", "orders": 30}
    with ExitStack() as stack:
        clocks = [Clock(frozen_at=NOW) for _ in range(3)]
        yield [stack.enter_context(LiveServer(**options, clock=clock)) for clock in clocks]


BEARER = f"Authorization: Bearer {STATIC_TOKEN}"
DEMO = f"Authorization: {basic(*DEMO_KEYS)}"


def naver(target: str, *lines: str) -> bytes:
    """A NAVER call as the guide's samples send it."""
    return f"GET {target} HTTP/1.1\r\n".encode() + "\r\n".join(
        ("Host: x", BEARER, "Accept: application/json", *lines, "", "")
    ).encode("latin-1")


@pytest.mark.parametrize(
    "data",
    [
        naver(IDS),
        naver(IDS.removeprefix("/external")),
        naver(IDS.replace(ORDER, "x")),
        naver(IDS.replace(ORDER, "9999999999999999")),
        naver(IDS.replace(ORDER, "%EC%A3%BC%EB%AC%B8%0A")),
        naver(IDS + "?a=b"),
        naver(IDS + "/"),
        naver(IDS, "Prefer: code=GW.RATE_LIMIT"),
        naver(IDS, "Prefer: code=429"),
        naver(IDS, "Prefer: code=nonsense\xe9"),
        naver(IDS, "Prefer: return=minimal", "Prefer: code=503"),
        naver("/external/unknown"),
        naver("/nowhere/%EC%A3%BC"),
        request("GET", IDS),
        request("POST", IDS),
        request("HEAD", IDS),
        request("POST", "/external/v1/oauth2/token"),
        request("GET", "/external/v1/oauth2/token"),
        request("GET", "/v1/orders"),
        request("GET", "/v1/orders?limit=3&page=2&status=0,2&x=1"),
        request("GET", "/v1/orders?page=x"),
        request("GET", "/v1/orders?keyword=%ED%94%84%EB%A6%AC&keyword=%FF"),
        request("GET", "/v1/orders?keyword=caf\xe9"),
        request("GET", "//v1//orders//?limit=1"),
        request("GET", "http://elsewhere/v1/orders?limit=1"),
        request("GET", "/v1/orders?limit=1#x"),
        request("GET", "/v1/orders", DEMO),
        request("GET", "/v1/orders", "X: \xe9\xff"),
        request("GET", "/v1/orders", "Prefer: code=1700"),
        request("GET", "/v1/orders/none"),
        request("GET", "/v1/orders/68707c59b0eacea5cd974efd"),
        request("POST", "/v1/request/token"),
        request("DELETE", "/v1/orders"),
        request("OPTIONS", "/v1/orders"),
        request("OPTIONS", "*"),
        request("HEAD", "/v1/orders"),
        request("HEAD", "/nowhere"),
        request("GET", "/v1/orders", "Connection: close"),
        request("HEAD", "/v1/orders", "Connection: close"),
        request("GET", "/v1/orders", "Connection: keep-alive", version="1.0"),
        request("GET", "/", version="1.0"),
    ],
)
def test_how_it_arrives_does_not_matter(alike: list[LiveServer], data: bytes) -> None:
    """In one piece, in small ones, or behind a call that is not answered yet: the same bytes, and the same end."""
    outcomes = []
    for way, server in enumerate(alike):
        with Wire(server.url) as wire:
            if way == 0:
                wire.send(data)
            elif way == 1:
                wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for start in range(0, len(data), 9):
                    wire.send(data[start : start + 9])
            else:
                wire.send(request("GET", "/_jumun/health") + data)
                assert wire.read().status == 200
            answer = wire.read(head=data.startswith(b"HEAD"))
            ends = b"close" in data or b"HTTP/1.0" in data
            outcomes.append((answer.raw, wire.is_closed() if ends else wire.ask(request("GET", "/")).raw))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][0]


def test_the_journal_does_not_tell_either(alike: list[LiveServer]) -> None:
    """What is known of an exchange does not depend on how it arrived."""
    for way, server in enumerate(alike):
        server.session.reset()
        with Wire(server.url) as wire:
            for data in (naver(IDS), request("GET", "/v1/orders?page=x"), request("GET", "/none")):
                if way:
                    wire.send(request("GET", "/_jumun/health"))
                wire.send(data)
                assert wire.read().status
                if way:
                    assert wire.read().status
    journals = [list(server.session.journal) for server in alike]
    assert len(journals[0]) == 3
    assert journals[0] == journals[1] == journals[2]


def test_pipelined_calls_of_all_kinds() -> None:
    """Orders, tokens and the control plane in one write: answered one after the other, in their order."""
    calls = (
        (request("GET", "/v1/orders"), b'{"count"'),
        (request("GET", "/_jumun/health"), b'{"status"'),
        (request("POST", "/v1/request/token", JSON, f"Content-Length: {len(PAIR)}") + PAIR, b'{"status":401'),
        (request("POST", "/_jumun/reset", body=b"{}"), b""),
        (request("GET", "/v1/nothing"), b'{"status":404'),
    )
    with LiveServer() as server, Wire(server.url) as wire:
        for _ in range(50):
            wire.send(b"".join(data for data, _ in calls))
            for _, start in calls:
                assert wire.read().body.startswith(start)


def test_the_same_bytes_again() -> None:
    """What a client sends again is answered again each time: by the count, the clock and the scenario of now."""
    with (
        LiveServer(scenario="naver.*: ok x2, 503, ok *", clock=Clock(frozen_at=NOW)) as server,
        Wire(server.url) as wire,
    ):
        answers = [wire.ask(naver(IDS)) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 503]
        server.session.clock.advance(3_600)
        answers.append(wire.ask(naver(IDS)))
        assert len({answer.body for answer in answers}) == 4
        wire.send(naver(IDS) + naver(IDS))
        assert [wire.read().status for _ in range(2)] == [200, 200]
        server.session.set_scenario("naver.*: empty")
        wire.send(naver(IDS))
        assert wire.is_closed()
        assert [each.serial for each in server.session.journal] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\r\n", id="an empty line"),
        pytest.param(request("GET", "/_jumun/health"), id="the control plane"),
        pytest.param(request("GET", "/v1/orders?limit=2"), id="another call"),
        pytest.param(request("HEAD", "/v1/orders"), id="no body"),
    ],
)
def test_bytes_that_mean_something_else(between: bytes) -> None:
    """Bytes that were a request before are a body where a body is due, and a request again behind it."""
    call = request("GET", "/v1/orders?limit=1")
    with LiveServer() as server, Wire(server.url) as wire:
        first = wire.ask(call).body
        wire.send(between)
        if len(between) > 2:
            wire.read(head=between.startswith(b"HEAD"))
        wire.send(request("POST", "/v1/request/token", f"Content-Length: {len(call)}"))
        # So that both are not read at once.
        with Wire(server.url) as other:
            while not any(each._in_message for each in list(server._server.server_state.connections)):  # type: ignore[union-attr]
                assert other.ask(request("HEAD", "/nowhere"), head=True).status == 404
        assert wire.ask(call).status in (200, 401)
        assert wire.ask(call).body == first
        posted = [each for each in server.session.journal if each.method == "POST"]
        assert [each.request.body for each in posted] == [call]


def test_one_request_of_several_in_one_piece() -> None:
    """A piece that held more than one request is not taken for the last of them."""
    one, two = request("GET", "/v1/orders?limit=1"), request("GET", "/v1/orders?limit=2")
    with LiveServer() as server, Wire(server.url) as wire:
        for _ in range(3):
            wire.send(one + two)
            assert [len(json.loads(wire.read().body)["list"]) for _ in range(2)] == [1, 2]
        assert len(json.loads(wire.ask(two).body)["list"]) == 2
        assert len(json.loads(wire.ask(one).body)["list"]) == 1


OFFER = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")
ASKED = '{"seed": "한", "orders": 3}'.encode()
FRAMED = {
    "length": (f"Content-Length: {len(ASKED)}", ASKED),
    "chunks": (
        "Transfer-Encoding: chunked",
        b"7\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (ASKED[:7], len(ASKED) - 7, ASKED[7:]),
    ),
}


@pytest.mark.parametrize("framing", FRAMED)
@pytest.mark.parametrize("cut", ["not", "in the head", "before the body", "in the body"])
@pytest.mark.parametrize("path", ["/external/v1/pay-order/seller/product-orders/query", "/_jumun/sessions"])
def test_a_body_beside_an_offer_of_another_protocol(framing: str, cut: str, path: str) -> None:
    """Java's client offers HTTP/2 with its first request, which has a body all the same.

    What comes after it is read too, in the same piece or later, and so are the same bytes again.
    """
    header, body = FRAMED[framing]
    head = request("POST", path, "Accept: */*", "Content-Type: application/json", header, *OFFER)
    data = head + body
    where = {"not": len(data), "in the head": 40, "before the body": len(head), "in the body": len(data) - 9}[cut]
    with LiveServer() as server, Wire(server.url) as wire:
        for _ in range(2):
            for piece in (data[:where], data[where:]):
                wire.send(piece)
            check_answer(wire.read(), path)
        wire.send(data + request("GET", "/v1/orders", "Accept: */*"))
        check_answer(wire.read(), path)
        assert wire.read().status == 200
        called = [each.request.body for each in server.session.journal if each.request.method == "POST"]
        assert called == ([ASKED] * 3 if path.startswith("/external") else [])


def check_answer(answer: RawAnswer, path: str) -> None:
    """The seed of a session is what the body says; a call that its key lets in has its body in the journal."""
    if path == "/_jumun/sessions":
        assert (answer.status, json.loads(answer.body)["seed"]) == (201, "한")
    else:
        assert answer.status == 401
