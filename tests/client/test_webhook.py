"""`verify_webhook`: what is believed of a payment notice."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
import pytest

from jumun_client import ApiError, NotFoundError, WebhookError
from tests.client.world import Api

if TYPE_CHECKING:
    from tests.client.way import Way

ORDER: dict[str, Any] = {
    "order_id": "68707c59b0eacea5cd974efd",
    "order_number": "25071182085082524116",
    "price": 29_000,
    "receipt_status": "receipt_success",
    "result_data": {"receipt_id": "r1"},
}
NOTICE: dict[str, Any] = {
    "receipt_id": "r1",
    "order_id": "25071182085082524116",
    "order_name": "프리미엄 구독 1회차",
    "price": 29_000,
    "status": 1,
    "webhook_type": "PAYMENT_COMPLETED",
}
SECRET = "s3cret"


def signed(body: bytes, at_s: int, *, secret: str = SECRET) -> dict[str, str]:
    """Headers as alimtalk's notices have them, in the case that a framework gives them."""
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return {"x-bootpay-timestamp": str(at_s), "X-BOOTPAY-SIGNATURE": f"sha256={digest}"}


@pytest.mark.parametrize(
    "payload", [NOTICE, json.dumps(NOTICE), json.dumps(NOTICE).encode(), urlencode(NOTICE).encode()]
)
def test_what_agrees(way: Way, payload: Any) -> None:
    """A mapping, JSON or a form gives the order as it is read again, by the id that the notice has."""
    server = Api(httpx.Response(200, json=ORDER))
    order = way.bootpay(server).verify_webhook(payload)
    assert order.order_id == ORDER["order_id"]
    assert [request.url.path for request in server.requests] == ["/v1/orders/25071182085082524116"]


KINDS: list[tuple[str | None, int, dict[str, Any], dict[str, Any]]] = [
    # webhook_type, status and more of the notice; what the order shows
    ("PAYMENT_COMPLETED", 1, {}, {"receipt_status": 1}),
    (None, 1, {}, {}),
    ("NEW_KIND", 20, {}, {"receipt_status": 20}),
    ("PAYMENT_CANCELLED", 20, {"cancelled_price": 29_000}, {"receipt_status": 20}),
    (
        "PAYMENT_CANCELLED",
        20,
        {"cancelled_price": "29000"},
        {"receipt_status": "receipt_cancelled", "cancelled_price": 29_000},
    ),
    ("PAYMENT_PARTIAL_CANCELLED", 20, {"cancelled_price": 1_000}, {"cancelled_price": 1_000}),
    ("PAYMENT_PARTIAL_CANCELLED", 20, {"cancelled_price": 1_000}, {"cancelled_price": 2_000}),
    ("PAYMENT_PARTIAL_CANCELLED", 20, {"cancelled_price": 1_000}, {"receipt_status": 1}),
    ("PAYMENT_VIRTUAL_ACCOUNT_ISSUED", 5, {}, {"receipt_status": 5}),
    ("PAYMENT_VIRTUAL_ACCOUNT_ISSUED", 5, {}, {"receipt_status": "receipt_vbank_ready", "result_data": None}),
    # What the page of detail knows: unpaid and paid.
    ("PAYMENT_VIRTUAL_ACCOUNT_ISSUED", 5, {}, {"receipt_status": 0, "status": 0}),
    ("PAYMENT_CANCELLED", 20, {}, {"receipt_status": 1, "status": 4}),
]


@pytest.mark.parametrize(("kind", "status", "more", "shown"), KINDS)
def test_each_kind(way: Way, kind: str | None, status: int, more: dict[str, Any], shown: dict[str, Any]) -> None:
    """Each kind of notice agrees with the payment status that it means, as a number and as a text."""
    server = Api(httpx.Response(200, json={**ORDER, **shown}))
    notice = {**NOTICE, "webhook_type": kind, "status": status, **more}
    assert way.bootpay(server).verify_webhook(notice).price == 29_000


@pytest.mark.parametrize(
    ("notice", "order", "says"),
    [
        ({"price": 1}, {}, "the notice says a price of 1, the order shows 29000"),
        ({}, {"price": None}, "the order shows None"),
        ({}, {"receipt_status": "receipt_ready"}, "a payment status of 1, the order shows receipt_ready"),
        ({}, {"receipt_status": 20}, "PAYMENT_COMPLETED means a payment status of 1, the order shows 20"),
        ({}, {"receipt_status": 1, "status": 4}, "PAYMENT_COMPLETED means a payment status of 1, the order shows 1"),
        ({}, {"receipt_status": "receipt_later"}, "the order shows receipt_later"),
        ({"webhook_type": None, "status": 5}, {}, "its status means a payment status of 5"),
        ({"receipt_id": "r2"}, {}, "another receipt_id"),
        ({"cancelled_price": 2}, {"cancelled_price": 1}, "says that 2 are cancelled, the order shows 1"),
        ({}, {"order_number": "1"}, "another order than the one"),
    ],
)
def test_what_does_not(way: Way, notice: dict[str, Any], order: dict[str, Any], says: str) -> None:
    """The error says what differs, and has the order as it is."""
    client = way.bootpay(Api(httpx.Response(200, json={**ORDER, **order})))
    with pytest.raises(WebhookError, match=says) as caught:
        client.verify_webhook({**NOTICE, **notice})
    assert caught.value.order is not None
    assert caught.value.order.order_id == ORDER["order_id"]
    assert caught.value.attempts == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"{",
        b"[" * 100_000,
        b"hello",
        b"[]",
        b"{}",
        "not a form",
        {**NOTICE, "order_id": "../orders"},
        {**NOTICE, "order_id": ""},
        {**NOTICE, "price": "29000.5"},
        {**NOTICE, "price": None},
        {**NOTICE, "price": "9" * 5_000},
        {**NOTICE, "status": None, "webhook_type": "NEW_KIND"},
        {**NOTICE, "status": "1 ", "webhook_type": None},
        {**NOTICE, "receipt_id": 7},
    ],
)
def test_what_is_no_notice(way: Way, payload: Any) -> None:
    """Whatever else is posted is this error, not an exception of another kind, and nothing is asked."""
    server = Api(httpx.Response(200, json=ORDER))
    with pytest.raises(WebhookError, match="the webhook is not verified: ") as caught:
        way.bootpay(server).verify_webhook(payload)
    assert (caught.value.order, caught.value.is_sent, server.requests) == (None, False, [])
    assert caught.value.__context__ is None


def test_an_order_that_cannot_be_read(way: Way) -> None:
    """A notice of an order that does not exist is the error of the call, and so is an API that is down."""
    client = way.bootpay(Api(httpx.Response(404, json={"code": 3700})))
    with pytest.raises(NotFoundError):
        client.verify_webhook(NOTICE)
    with pytest.raises(ApiError) as caught:
        way.bootpay(Api(httpx.ReadError("down"))).verify_webhook(NOTICE)
    assert not isinstance(caught.value, WebhookError)


def test_a_signature(way: Way) -> None:
    """With a secret, a body is taken that is signed with it, of now or up to five minutes away."""
    body = json.dumps(NOTICE).encode()
    client = way.bootpay(Api(httpx.Response(200, json=ORDER)))
    now_s = int(way.time.clock())
    for at_s in (now_s, now_s - 300, now_s + 300):
        assert client.verify_webhook(body, secret=SECRET, headers=signed(body, at_s)).price == 29_000
    assert client.verify_webhook(body.decode(), secret=SECRET, headers=signed(body, now_s)).price == 29_000


def test_a_wrong_signature(way: Way) -> None:
    """Another secret, body or time, an old one, or none: refused before anything is asked."""
    body, now_s = json.dumps(NOTICE).encode(), int(way.time.clock())
    server = Api(httpx.Response(200, json=ORDER))
    client = way.bootpay(server)
    good = signed(body, now_s)
    for headers in (
        None,
        {},
        signed(body, now_s, secret="another"),
        signed(body + b" ", now_s),
        {**good, "x-bootpay-timestamp": str(now_s + 1)},
        {**good, "X-BOOTPAY-SIGNATURE": "sha256=가"},
    ):
        with pytest.raises(WebhookError, match="X-Bootpay-Signature is missing, or is not of this body"):
            client.verify_webhook(body, secret=SECRET, headers=headers)
    for at_s in (now_s - 301, now_s + 301):
        with pytest.raises(WebhookError, match="301 s away from now; at most 300"):
            client.verify_webhook(body, secret=SECRET, headers=signed(body, at_s))
    with pytest.raises(TypeError, match="raw body"):
        client.verify_webhook(NOTICE, secret=SECRET, headers=good)
    with pytest.raises(ValueError, match="secret is empty"):
        client.verify_webhook(body, secret="", headers=good)
    assert not server.requests
