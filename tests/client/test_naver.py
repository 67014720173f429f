from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_client import (
    BadRequestError,
    NaverCommerceClient,
    ProductOrderIds,
    UnexpectedAnswerError,
)
from jumun_client.credentials import Signer
from tests.client.world import ids, token

if TYPE_CHECKING:
    from collections.abc import Callable

KST = timezone(timedelta(hours=9))
DOCUMENTED = {
    "timestamp": "2023-01-16T17:14:51.794+09:00",
    "traceId": "abc123-def456-ghi789",
    "data": {"productOrderIds": ["2023010112345001", "2023010112345002", "2023010112345003"]},
}


def test_documented_usage(api: Callable[..., Any]) -> None:
    """With a ready token one call sends the documented request and reads the documented body."""
    server = api(httpx.Response(200, json=DOCUMENTED))
    with NaverCommerceClient(access_token="your_access_token_here", transport=server) as client:
        result = client.product_order_ids("2023010112345")
    assert result == ProductOrderIds(
        order_id="2023010112345",
        product_order_ids=("2023010112345001", "2023010112345002", "2023010112345003"),
        trace_id="abc123-def456-ghi789",
        timestamp=datetime(2023, 1, 16, 17, 14, 51, 794000, tzinfo=KST),
    )
    (request,) = server.requests
    assert request.method == "GET"
    assert str(request.url) == (
        "https://api.commerce.naver.com/external/v1/pay-order/seller/orders/2023010112345/product-order-ids"
    )
    assert request.headers["Authorization"] == "Bearer your_access_token_here"
    assert request.headers["Accept"] == "application/json"


def test_array_shape(api: Callable[..., Any], payload: Callable[[str], Any]) -> None:
    """The shape that the live API sends, a bare array, is read to the same model."""
    body = payload("naver_payloads/product_order_ids_200.multi.json")
    with NaverCommerceClient(access_token="t", transport=api(httpx.Response(200, json=body))) as client:
        result = client.product_order_ids("2026082772909971")
    assert result.product_order_ids == tuple(body["data"])
    assert result.trace_id == body["traceId"]
    assert result.timestamp == datetime(2026, 9, 2, 1, 0, 0, 123000, tzinfo=UTC)


def test_unknown_fields_are_kept(api: Callable[..., Any]) -> None:
    """What the client does not know stays in `extra`, where it was; the header is used as a trace id."""
    body = {"new": 1, "data": {"productOrderIds": [], "page": {"n": 2}}}
    answer = httpx.Response(200, json=body, headers={"GNCP-GW-Trace-ID": "A^1^2"})
    with NaverCommerceClient(access_token="t", transport=api(answer)) as client:
        result = client.product_order_ids("1")
    assert result.extra == {"new": 1, "data": {"page": {"n": 2}}}
    assert (result.trace_id, result.timestamp, result.product_order_ids) == ("A^1^2", None, ())


@pytest.mark.parametrize(
    "body",
    [
        [],
        "ids",
        {},
        {"data": None},
        {"data": "1"},
        {"data": {}},
        {"data": [1]},
        {"data": [""]},
        {"data": {"productOrderIds": "1"}},
        {"data": [], "timestamp": "yesterday"},
        {"data": [], "timestamp": "2023-01-16T17:14:51"},
        {"data": [], "traceId": 7},
    ],
)
def test_wrong_shapes(api: Callable[..., Any], body: object) -> None:
    """A success of another shape is an `UnexpectedAnswerError`, never a KeyError and never a guess."""
    with (
        NaverCommerceClient(access_token="t", transport=api(httpx.Response(200, json=body))) as client,
        pytest.raises(UnexpectedAnswerError, match=r"naver\.product_order_ids: HTTP 200, but body"),
    ):
        client.product_order_ids("1")


@pytest.mark.parametrize(
    ("order_id", "error"),
    [
        ("", ValueError),
        (" \t", ValueError),
        (".", ValueError),
        ("..", ValueError),
        ("1/../2", ValueError),
        ("1\\2", ValueError),
        ("1\ud800", ValueError),
        (2023010112345, TypeError),
        (None, TypeError),
    ],
)
def test_refused_order_ids(api: Callable[..., Any], order_id: str, error: type[Exception]) -> None:
    """An order id that would ask for something else is refused before any request."""
    server = api(ids())
    with (
        NaverCommerceClient(access_token="t", transport=server) as client,
        pytest.raises(error, match="order_id"),
    ):
        client.product_order_ids(order_id)
    assert not server.requests


@given(st.text(min_size=1, max_size=20))
def test_order_id_stays_one_segment(order_id: str) -> None:
    """Whatever is sent arrives as that id in its one segment of the path; the rest is a ValueError."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return ids()

    with NaverCommerceClient(
        access_token="t", base_url="http://h/external/", transport=httpx.MockTransport(answer)
    ) as client:
        try:
            client.product_order_ids(order_id)
        except ValueError:
            assert not seen
            return
    head, tail = "/external/v1/pay-order/seller/orders/", "/product-order-ids"
    target = seen[0].url.raw_path.decode("ascii")
    assert target.startswith(head)
    assert target.endswith(tail)
    segment = target[len(head) : -len(tail)]
    assert unquote(segment, errors="strict") == order_id
    assert not {"/", "?", "#"} & set(segment)


def test_token_request(api: Callable[..., Any], secret: str) -> None:
    """The token call is the documented form, all in the body, signed, and dated to the middle of what is accepted."""
    server = api(token(), ids("1"))
    with NaverCommerceClient(
        client_id="aaaabbbbcccc", client_secret=secret, transport=server, clock=lambda: 1643961623.299
    ) as client:
        client.product_order_ids("1")
    first, second = server.requests
    assert (first.method, str(first.url)) == (
        "POST",
        "https://api.commerce.naver.com/external/v1/oauth2/token",
    )
    assert first.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in first.headers
    timestamp = 1643961623299 - 150_000
    sign = Signer.from_keys(client_id="aaaabbbbcccc", client_secret=secret).sign(timestamp)
    assert first.content.decode() == (
        f"client_id=aaaabbbbcccc&timestamp={timestamp}&grant_type=client_credentials"
        f"&client_secret_sign={sign}&type=SELF"
    )
    assert second.headers["Authorization"] == "Bearer T1"


def test_refused_token_call(api: Callable[..., Any], secret: str, payload: Callable[[str], Any]) -> None:
    """A token call that is refused is an error of its own operation, and no order id is to blame."""
    body = payload("naver_payloads/token_400_timestamp_future.json")
    server = api(httpx.Response(400, json=body))
    with (
        NaverCommerceClient(client_id="id", client_secret=secret, transport=server) as client,
        pytest.raises(BadRequestError) as caught,
    ):
        client.product_order_ids("1")
    assert (caught.value.operation, caught.value.outcome) == ("naver.token", "UNKNOWN_ERROR")
    assert caught.value.message == body["message"]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        token(""),
        token("hush hush"),
        token("토큰"),
        token(expires_in=None),
        token(expires_in="10799"),
        token(expires_in=True),
        token(expires_in=10**400),
        httpx.Response(200, text="<html>", headers={"content-type": "text/html"}),
    ],
)
def test_unusable_token(api: Callable[..., Any], secret: str, answer: httpx.Response) -> None:
    """A token answer that cannot be used is an `UnexpectedAnswerError` of ``naver.token``."""
    with (
        NaverCommerceClient(client_id="id", client_secret=secret, transport=api(answer)) as client,
        pytest.raises(UnexpectedAnswerError) as caught,
    ):
        client.product_order_ids("1")
    assert caught.value.operation == "naver.token"
    assert "hush" not in str(caught.value)


def test_form_parses(api: Callable[..., Any], secret: str) -> None:
    """A form parser reads five fields, and nothing is in the query."""
    server = api(token(), ids())
    with NaverCommerceClient(client_id="a+b&c=d", client_secret=secret, transport=server) as client:
        client.product_order_ids("1")
    form = parse_qs(server.requests[0].content.decode(), strict_parsing=True)
    assert form["client_id"] == ["a+b&c=d"]
    assert list(form) == ["client_id", "timestamp", "grant_type", "client_secret_sign", "type"]
    assert server.requests[0].url.query == b""
