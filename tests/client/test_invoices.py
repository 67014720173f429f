"""Bootpay's invoices in the client: what is sent, and what is read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from jumun_client import InvoiceSendType, InvoiceStatus, NotFoundError, UnexpectedAnswerError
from jumun_contracts import PROFILES
from jumun_mockserver import LiveServer
from tests.client.world import Api

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.way import Way

INVOICE = {
    "invoice_id": "INV_20250718_1",
    "id": "687a1b2c3d4e5f6789012345",
    "name": "홍길동 청구서",
    "price": 50_000,
    "status": 0,
    "send_types": [1, 9],
    "count": 0,
    "list": [],
}
NOTHING = "notify"
REQUESTS: dict[str, tuple[Callable[[Any], Any], str, str, Any]] = {
    # What it is → call, method and target, body.
    "list": (
        lambda client: client.list_invoices(page=2, limit=3, css_at=date(2025, 7, 1), product_type=0),
        "GET",
        "/v1/invoices?page=2&limit=3&product_type=0&css_at=2025-07-01",
        None,
    ),
    "detail": (lambda client: client.show_invoice("INV_1"), "GET", "/v1/invoices/INV_1", None),
    "create": (
        lambda client: client.create_invoice(
            50_000,
            title="청구서",
            memo=None,
            user={"user_id": "u"},
            send_types=[InvoiceSendType.SMS, 9],
            expired_at=datetime(2025, 7, 31, 15, tzinfo=UTC),
            products=({"product_id": "p"},),
            use_auto_login=False,
            extra={"a": [1]},
        ),
        "POST",
        "/v1/invoices",
        {
            "price": 50_000,
            "title": "청구서",
            "user": {"user_id": "u"},
            "send_types": [1, 9],
            "expired_at": "2025-08-01 00:00:00",
            "products": [{"product_id": "p"}],
            "use_auto_login": False,
            "extra": {"a": [1]},
        },
    ),
    "the least": (lambda client: client.create_invoice(0), "POST", "/v1/invoices", {"price": 0}),
    NOTHING: (
        lambda client: client.notify_invoice("INV?", send_types=[InvoiceSendType.EMAIL]),
        "POST",
        "/v1/invoices/INV%3F/notify",
        {"send_types": [3]},
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_sent(way: Way, name: str) -> None:
    """Each call sends its method, target and body in the role user; a write has a key of its own each time."""
    call, method, target, body = REQUESTS[name]
    server = Api(httpx.Response(200, content=b"null" if name == NOTHING else json.dumps(INVOICE)))
    client = way.bootpay(server)
    call(client)
    call(client)
    for request in server.requests:
        assert (request.method, request.url.raw_path.decode()) == (method, target)
        assert request.headers["BOOTPAY-ROLE"] == "user"
        assert (json.loads(request.content) if request.content else None) == body
    keys = [request.headers.get("Idempotency-Key") for request in server.requests]
    assert keys == [None, None] if method == "GET" else len({UUID(key) for key in keys}) == 2


WRONG: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda client: client.list_invoices(status=1), TypeError, "the invoice list has no filter 'status'"),
    (lambda client: client.iter_invoices(limit=0), ValueError, "1 or more invoices a page"),
    (lambda client: client.show_invoice("a/b"), ValueError, "give the invoice's id alone"),
    (lambda client: client.create_invoice(-1), ValueError, "price must be 0 or more, not -1"),
    (lambda client: client.create_invoice("1"), TypeError, "price must be an int, not str"),
    (lambda client: client.create_invoice(1, item="a"), TypeError, "an invoice has no field 'item'"),
    (lambda client: client.create_invoice(1, products={"a": 1}), TypeError, "products must be a list, not dict"),
    (lambda client: client.create_invoice(1, products=["a"]), TypeError, r"products\[0\] must be a mapping, not str"),
    (
        lambda client: client.create_invoice(1, expired_at=datetime(2025, 8, 1)),  # noqa: DTZ001 - none is the case
        ValueError,
        "expired_at has no time zone",
    ),
    (lambda client: client.notify_invoice("i", send_types=1), TypeError, "send_types must be a list"),
    (lambda client: client.notify_invoice("i", send_types=["1"]), TypeError, r"send_types\[0\] must be an int"),
]


@pytest.mark.parametrize(("call", "kind", "says"), WRONG)
def test_what_is_wrong_is_not_sent(way: Way, call: Any, kind: type[Exception], says: str) -> None:
    """A wrong argument is refused before any request, by its name."""
    server = Api(httpx.Response(200, json=INVOICE))
    with pytest.raises(kind, match=says):
        call(way.bootpay(server))
    assert not server.requests


def test_an_invoice_is_a_value(way: Way) -> None:
    """Numbers are members where they are known; its repr shows no text of the seller's; a wrong list is an error."""
    client = way.bootpay(
        Api(*(httpx.Response(200, json=INVOICE | more) for more in ({}, {"send_types": ["1"]}, {"send_types": 1})))
    )
    found = client.show_invoice("i")
    assert found.status is InvoiceStatus.UNPAID
    assert found.send_types == (InvoiceSendType.SMS, 9)
    assert isinstance(found.send_types[0], InvoiceSendType)
    assert "홍길동" not in repr(found)
    with pytest.raises(UnexpectedAnswerError, match=r"send_types\[0\] is a string, not an integer"):
        client.show_invoice("i")
    with pytest.raises(UnexpectedAnswerError, match="send_types is a number, not an array of integers"):
        client.show_invoice("i")


@pytest.mark.parametrize("profile", PROFILES)
def test_the_life_of_an_invoice(way: Way, profile: Any) -> None:
    """It is created, found by both of its ids and in the list, and sent again."""
    with LiveServer(profile=profile) as shop:
        client = way.bootpay(
            None,
            base_url=shop.bootpay_base_url,
            client_key=shop.bootpay_client_key,
            secret_key=shop.bootpay_secret_key,
        )
        before = [each.invoice_id for each in client.iter_invoices(limit=1)]
        made = client.create_invoice(50_000, name="구독 청구", user_id="67e4b4425ec892162491d0ec")
        assert (made.name, made.price, made.status) == ("구독 청구", 50_000, InvoiceStatus.UNPAID)
        assert client.show_invoice(made.invoice_id) == made == client.show_invoice(made.id)
        assert [each.invoice_id for each in client.iter_invoices(limit=1)] == [made.invoice_id, *before]
        assert client.list_invoices(keyword="구독 청구").invoices == (made,)
        assert client.notify_invoice(made.invoice_id, send_types=[InvoiceSendType.KAKAO]) is None
        sent = client.show_invoice(made.id)
        if profile == "observed":
            assert (sent.send_types, sent.send_status) == ((InvoiceSendType.KAKAO,), 1)
            assert sent.sent_at >= sent.created_at
        with pytest.raises(NotFoundError):
            client.notify_invoice("INV_0", send_types=[1])
