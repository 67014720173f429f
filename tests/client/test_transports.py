"""What carries the calls: own connections and borrowed ones, shared by `with_options`, over sockets, WSGI and ASGI."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import ServerError, ThrottledError
from jumun_mockserver import LiveServer, create_app
from tests.client.sides import Side, both_sides, in_process
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable

Api = Any
SIGNING: dict[str, Any] = {"client_id": "demo-naver-client-id", "client_secret": "$2a$04$DemoSecretOfJumunOnly."}
KEYS: dict[str, Any] = {"client_key": "your-commerce-client-key", "secret_key": "your-commerce-secret-key"}
PAGE = {"count": 0, "list": []}
IDS = {"data": ["1"]}


# --- with_options


@both_sides
def test_token_is_shared(side: Side, api: Callable[..., Api], secret: str) -> None:
    """A token that one of the clients got serves all that were derived from the same one."""
    token = httpx.Response(200, json={"access_token": "T", "expires_in": 10_800})
    server = api(token, httpx.Response(200, json=IDS))
    with side.naver(server, client_id="id", client_secret=secret) as client:
        client.with_options(max_retries=0).product_order_ids("1")
        client.product_order_ids("1")
        client.with_options().with_options(deadline=5).product_order_ids("1")
    assert [request.method for request in server.requests] == ["POST", "GET", "GET", "GET"]


@both_sides
def test_pace_is_shared(side: Side, api: Callable[..., Api]) -> None:
    """Calls of one count for the pace of the others, as they do for the API."""
    with side.naver(api(httpx.Response(200, json=IDS))) as client:
        for _ in range(10):
            client.product_order_ids("1")
        with pytest.raises(ThrottledError):
            client.with_options(pacing="fail").product_order_ids("1")


@both_sides
def test_retry_budget_is_shared(side: Side, api: Callable[..., Api]) -> None:
    """What one has spent on retries the others cannot spend again."""
    server = api(httpx.Response(500))
    with side.bootpay(server) as client:
        for _ in range(20):
            with pytest.raises(ServerError):
                client.with_options(max_retries=2).list_orders()
        with pytest.raises(ServerError) as caught:
            client.list_orders()
    assert caught.value.attempts == 1
    assert len(server.requests) <= 21 + 10 + 2


@both_sides
def test_settings_are_its_own(side: Side, api: Callable[..., Api]) -> None:
    """What is set for one changes nothing for the other; what is not set stays as it was."""
    server = api(httpx.Response(500))
    seen: list[httpx.Response] = []
    with side.bootpay(server, max_retries=1, timeout=3) as client:
        derived = client.with_options(timeout=4, on_exchange=seen.append)
        for each in (derived, client):
            with pytest.raises(ServerError) as caught:
                each.list_orders()
            assert caught.value.attempts == 2
    assert len(seen) == 2
    assert [request.extensions["timeout"]["read"] for request in server.requests] == [4, 4, 3, 3]


@both_sides
def test_closing_a_derived_client(side: Side, api: Callable[..., Api]) -> None:
    """Closing it closes nothing; once the one that made the connections is closed, it says so."""
    with side.bootpay(api(httpx.Response(200, json=PAGE))) as client:
        derived = client.with_options()
        derived.close()
        assert derived.list_orders().count == 0
        assert client.list_orders().count == 0
        client.close()
        for each in (client, derived):
            with pytest.raises(ValueError, match="closed"):
                each.list_orders()


@both_sides
@pytest.mark.parametrize(
    ("settings", "kind", "says"),
    [
        ({"retries": 3}, TypeError, "unknown setting 'retries': expected timeout, "),
        ({"max_retries": -1}, ValueError, "max_retries"),
        ({"pacing": "slow"}, ValueError, "'wait', 'fail' or 'off'"),
    ],
)
def test_wrong_settings(
    side: Side, api: Callable[..., Api], settings: dict[str, Any], kind: type[Exception], says: str
) -> None:
    """A setting that there is not, or that makes no sense, is refused, there and where a client is made."""
    with side.bootpay(api(httpx.Response(200, json=PAGE))) as client, pytest.raises(kind, match=says):
        client.with_options(**settings)
    with pytest.raises(kind, match=says), side.bootpay(api(httpx.Response(200, json=PAGE)), **settings):
        pass


# --- connections


@both_sides
def test_borrowed_client(side: Side, api: Callable[..., Api]) -> None:
    """A borrowed client stays open and keeps its headers, timeout and query; its credentials do not replace ours."""
    server = api(httpx.Response(200, json=PAGE))
    kind = httpx.AsyncClient if side.is_async else httpx.Client
    borrowed = kind(transport=server, headers={"Jumun-Session": "s"}, auth=("user", "pw"), params={"x": "1"}, timeout=7)
    with side.bootpay(http_client=borrowed) as client:
        client.list_orders(page=2)
        client.with_options(timeout=8).list_orders()
    assert not borrowed.is_closed
    first, second = server.requests
    assert first.headers["Jumun-Session"] == "s"
    assert first.headers["Authorization"] == "Basic dGVzdC1jazp0ZXN0LXNr"
    assert dict(first.url.params) == {"x": "1", "page": "2"}
    assert [request.extensions["timeout"]["read"] for request in (first, second)] == [7, 8]


@both_sides
def test_wrong_connections(side: Side, api: Callable[..., Api]) -> None:
    """A borrowed client must be of the same side, and excludes a transport."""
    server = api(httpx.Response(200, json=PAGE))
    ours, other = (httpx.Client, httpx.AsyncClient)[:: -1 if side.is_async else 1]
    with pytest.raises(TypeError, match=rf"http_client must be an httpx\.{ours.__name__}, not {other.__name__}"):
        side.bootpay(http_client=other()).__enter__()
    with pytest.raises(ValueError, match="brings its own transport"):
        side.bootpay(server, http_client=ours()).__enter__()


class Transport(httpx.MockTransport):
    """Notes that it was closed."""

    closed = 0

    def close(self) -> None:
        """From a synchronous client."""
        self.closed += 1

    async def aclose(self) -> None:
        """From an asynchronous one."""
        self.closed += 1


@both_sides
def test_transport_is_closed(side: Side) -> None:
    """Leaving the block closes the transport, once; a client that never sent anything has nothing to close."""
    used, unused = (Transport(lambda _: httpx.Response(200, json=PAGE)) for _ in range(2))
    with side.bootpay(used) as client:
        client.list_orders()
        client.close()
        client.close()
    assert used.closed == 1
    with side.bootpay(unused):
        pass
    assert unused.closed == (0 if side.is_async else 1)


# --- ways


@both_sides
@pytest.mark.parametrize("way", ["socket", "in process"])
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_every_call(side: Side, way: str, profile: str) -> None:
    """All calls work over a socket, over WSGI and over ASGI, against both profiles."""
    if way == "socket":
        with LiveServer(profile=profile) as server:
            _call_everything(side, None, server.url)
        return
    with in_process(create_app(profile=profile), is_async=side.is_async) as transport:
        _call_everything(side, transport, "http://jumun.test")


def _call_everything(side: Side, transport: Any, url: str) -> None:
    with side.naver(transport, base_url=f"{url}/external", **SIGNING) as naver:
        assert len(naver.product_order_ids("2023010112345").product_order_ids) == 3
        assert naver.with_raw_response.product_order_ids("2023010112345").status == 200
        assert [item.error for item in naver.product_order_ids_many(["2023010112345"])] == [None]
        assert len(next(naver.watch("2023010112345")).added) == 3
    with side.bootpay(transport, base_url=f"{url}/v1", **KEYS) as bootpay:
        assert len(bootpay.list_orders(limit=3, keyword="구독").orders) <= 3
        assert len(list(bootpay.iter_orders())) == BOOTPAY_ORDERS
        assert bootpay.request_token().access_token


def test_asgi_in_pieces() -> None:
    """An ASGI application may send gzip, in pieces."""
    zipped = gzip.compress(json.dumps(PAGE | {"count": 7}).encode())

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["path"] == "/v1/orders"
        await receive()
        headers = [(b"content-encoding", b"gzip"), (b"content-length", str(len(zipped)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for byte in zipped:
            await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    with Side(is_async=True).bootpay(httpx.ASGITransport(app=app), base_url="http://asgi.test/v1") as client:
        assert client.list_orders().count == 7


@both_sides
def test_application_that_fails(side: Side) -> None:
    """An exception of an application that is called in process is a bug of the test's, and reaches it as it is."""

    def wsgi(*_: Any) -> Any:
        raise LookupError("mine")

    async def asgi(*_: Any) -> None:
        raise LookupError("mine")

    transport = httpx.ASGITransport(app=asgi) if side.is_async else httpx.WSGITransport(app=wsgi)
    with side.bootpay(transport, base_url="http://jumun.test/v1") as client, pytest.raises(LookupError, match="mine"):
        client.list_orders()
