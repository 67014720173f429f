"""The two ways through the server: which is taken, and that nobody can tell from the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from jumun_mockserver import server as module
from jumun_mockserver.core.clock import Clock
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import DEMO_KEYS, NOW, ORDER, STATIC_TOKEN, basic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

    from jumun_mockserver.core.http import Request


class SlowProtocol(module.Protocol):
    """The server's protocol without its fast path."""

    def _request_without_body(self) -> Request | None:
        return None


class CountingShell(module.Shell):
    """The slow way, which counts who goes it."""

    calls = 0

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Count and answer."""
        type(self).calls += 1
        await super().__call__(scope, receive, send)


IDS = f"/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"
JSON = "Content-Type: application/json"
PAIR = b'{"client_key": "demo-bootpay-client-key", "secret_key": "demo-bootpay-secret-key"}'


@pytest.mark.parametrize(
    ("data", "fast"),
    [
        (request("GET", "/v1/orders"), True),
        (request("GET", IDS), True),
        (request("GET", "/v1/orders?keyword=%ED%94%84", "Prefer: code=500"), True),
        (request("DELETE", "/v1/orders"), True),
        (request("GET", "/nowhere"), True),
        (request("GET", "/v1/orders", "Connection: close"), True),
        (request("GET", "/v1/orders", version="1.0"), True),
        (request("GET", "/v1/orders", body=b"{}"), False),
        (request("POST", "/v1/request/token", JSON, body=PAIR), False),
        (request("POST", "/v1/request/token", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"), False),
        (request("GET", "/_jumun/health"), False),
        (request("GET", "/v1/orders", "Connection: Upgrade", "Upgrade: h2c"), False),
    ],
)
def test_which_way_a_request_goes(monkeypatch: pytest.MonkeyPatch, data: bytes, fast: bool) -> None:  # noqa: FBT001
    """A call without a body never becomes an ASGI task; one with a body, and the control plane, does."""
    monkeypatch.setattr(module, "Shell", CountingShell)
    monkeypatch.setattr(CountingShell, "calls", 0)
    with LiveServer() as server, Wire(server.url) as wire:
        assert wire.ask(data).status
    assert CountingShell.calls == (0 if fast else 1)


def test_pipelined_gets_stay_on_the_fast_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several in one write are all answered without a task; behind a POST they wait for it."""
    monkeypatch.setattr(module, "Shell", CountingShell)
    monkeypatch.setattr(CountingShell, "calls", 0)
    with LiveServer() as server, Wire(server.url) as wire:
        wire.send(request("GET", "/v1/orders") * 5)
        assert [wire.read().status for _ in range(5)] == [200] * 5
        assert CountingShell.calls == 0
        wire.send(request("POST", "/v1/request/token", JSON, body=PAIR) + request("GET", "/v1/orders"))
        wire.read()
        assert wire.read().status == 200
        assert CountingShell.calls == 2
        assert wire.ask(request("GET", "/v1/orders")).status == 200
        assert CountingShell.calls == 2, "the fast path is open again"


@pytest.fixture(scope="module", params=PROFILES)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[LiveServer, LiveServer]]:
    """Two servers with equal seeds and clocks, one of them without the fast path. Ask both the same."""
    options = {"profile": request.param, "seed": "7", "orders": 30}
    fast = LiveServer(**options, clock=Clock(frozen_at=NOW))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Protocol", SlowProtocol)
        slow = LiveServer(**options, clock=Clock(frozen_at=NOW))
    with fast, slow:
        yield fast, slow


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
def test_both_ways_give_the_same_bytes(pair: tuple[LiveServer, LiveServer], data: bytes) -> None:
    """Status line, headers and body, to the byte, and the same end or life of the connection."""
    outcomes = []
    for server in pair:
        with Wire(server.url) as wire:
            answer = wire.ask(data, head=data.startswith(b"HEAD"))
            ends = b"close" in data or b"HTTP/1.0" in data
            outcomes.append((answer.raw, wire.is_closed() if ends else wire.ask(request("GET", "/")).raw))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0]


def test_both_ways_keep_the_same_journal(pair: tuple[LiveServer, LiveServer]) -> None:
    """What is known of an exchange does not depend on its way."""
    for server in pair:
        with Wire(server.url) as wire:
            for data in (naver(IDS), request("GET", "/v1/orders?page=x"), request("GET", "/none")):
                wire.ask(data)
    fast, slow = (list(server.session.journal) for server in pair)
    assert fast == slow
