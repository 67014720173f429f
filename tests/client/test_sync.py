from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import BootpayCommerceClient, NaverCommerceClient, UnexpectedAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

IDS = {"timestamp": "2023-01-16T17:14:51.794+09:00", "traceId": "t", "data": ["1"]}


def naver(**options: Any) -> NaverCommerceClient:
    """A client with a ready token."""
    return NaverCommerceClient(access_token="t", **options)


def test_every_exchange_is_shown(secret: str) -> None:
    """`on_exchange` sees token calls, refusals and results, each read, decoded and with its request."""
    token = httpx.Response(200, json={"access_token": "T", "expires_in": 9})
    refusal = httpx.Response(401, json={"code": "GW.AUTHN"})
    body = json.dumps(IDS).encode()
    zipped = httpx.Response(
        200, headers={"Content-Encoding": "gzip", "X-Kept": "1"}, stream=httpx.ByteStream(gzip.compress(body))
    )
    answers = iter([token, refusal, token, zipped])
    seen: list[httpx.Response] = []
    with NaverCommerceClient(
        client_id="id",
        client_secret=secret,
        transport=httpx.MockTransport(lambda _: next(answers)),
        on_exchange=seen.append,
    ) as client:
        client.product_order_ids("1")
    assert [response.status_code for response in seen] == [200, 401, 200, 200]
    assert [response.request.method for response in seen] == ["POST", "GET", "POST", "GET"]
    assert seen[0].request.content.startswith(b"client_id=id&")
    assert seen[-1].json() == IDS
    assert seen[-1].headers["x-kept"] == "1"
    assert "content-encoding" not in seen[-1].headers
    assert seen[-1].elapsed.total_seconds() >= 0


@pytest.mark.parametrize("kind", [ValueError, StopIteration, httpx.ReadTimeout, KeyboardInterrupt])
def test_what_the_observer_raises(api: Callable[..., Any], kind: type[BaseException]) -> None:
    """An exception of `on_exchange` reaches the caller as it is, even one that means something inside."""

    def complain(_: httpx.Response) -> None:
        raise kind("mine")

    with (
        naver(transport=api(httpx.Response(200, json=IDS)), on_exchange=complain) as client,
        pytest.raises(kind, match="mine"),
    ):
        client.product_order_ids("1")


def test_redirects_are_not_followed(api: Callable[..., Any]) -> None:
    """A redirect is an error, even where a borrowed client follows them, and the token goes nowhere else."""
    server = api(httpx.Response(302, headers={"Location": "https://elsewhere.example/"}))
    with (
        httpx.Client(transport=server, follow_redirects=True) as http_client,
        naver(http_client=http_client) as client,
        pytest.raises(UnexpectedAnswerError, match="redirect"),
    ):
        client.product_order_ids("1")
    assert len(server.requests) == 1


def test_borrowed_client(api: Callable[..., Any]) -> None:
    """A borrowed client stays open and keeps its own headers; its credentials do not replace ours."""
    server = api(httpx.Response(200, json={"count": 0, "list": []}))
    with httpx.Client(
        transport=server, headers={"Jumun-Session": "s"}, auth=("user", "pw"), params={"x": "1"}
    ) as http_client:
        with BootpayCommerceClient(client_key="test-ck", secret_key="test-sk", http_client=http_client) as client:
            client.list_orders(page=2)
        assert not http_client.is_closed
    (request,) = server.requests
    assert request.headers["Jumun-Session"] == "s"
    assert request.headers["Authorization"] == "Basic dGVzdC1jazp0ZXN0LXNr"
    assert request.url.params["page"] == "2"


def test_client_arguments(api: Callable[..., Any]) -> None:
    """A borrowed client excludes transport and timeout, and must be a synchronous one."""
    server = api(httpx.Response(200, json=IDS))
    with httpx.Client(transport=server) as http_client:
        with pytest.raises(ValueError, match="transport"):
            naver(http_client=http_client, transport=server)
        with pytest.raises(ValueError, match="timeout"):
            naver(http_client=http_client, timeout=1)
    with pytest.raises(TypeError, match="AsyncClient"):
        naver(http_client=httpx.AsyncClient())


def test_timeout_is_used() -> None:
    """The timeout goes with each request; without one it is ten seconds."""
    seen: list[object] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json=IDS)

    for options in ({}, {"timeout": 1.5}, {"timeout": None}, {"timeout": httpx.Timeout(3, read=4)}):
        with naver(transport=httpx.MockTransport(handler), **options) as client:
            client.product_order_ids("1")
    assert seen == [10.0, 1.5, None, 4]


def test_closed_client(api: Callable[..., Any]) -> None:
    """A closed client says so; closing twice does nothing."""
    client = naver(transport=api(httpx.Response(200, json=IDS)))
    client.close()
    client.close()
    with pytest.raises(ValueError, match="closed"):
        client.product_order_ids("1")


def test_over_wsgi() -> None:
    """Both clients work over `httpx.WSGITransport`, without a socket."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = environ["PATH_INFO"] == "/external/v1/pay-order/seller/orders/1 2/product-order-ids"
        start_response("200 OK" if found else "404 Not Found", [("Content-Type", "application/json")])
        body = json.dumps(IDS | {"count": 0, "list": []}).encode()
        return [body[:9], body[9:]]

    transport = httpx.WSGITransport(app=app)
    with naver(base_url="http://testserver/external", transport=transport) as client:
        assert client.product_order_ids("1 2").product_order_ids == ("1",)
