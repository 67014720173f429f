"""Bootpay's order detail, months and cancellations in the client: what is sent, and what is read."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from jumun_client import (
    BadRequestError,
    CancellationStatus,
    NotFoundError,
    OrderStatus,
    OrderStatusName,
    PaymentStatus,
    PaymentStatusName,
    PermissionDeniedError,
    ProductToCancel,
    StatusError,
    UnexpectedAnswerError,
    WebhookError,
)
from jumun_mockserver import LiveServer
from tests.client.world import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.client.way import Way

CANCEL = {"order_cancellation_request_id": "c1", "order_id": "o1", "status": 0}
DETAIL = {
    "order_id": "68707c59b0eacea5cd974efd",
    "price": 29_000,
    "user": {"name": "홍길동"},
    "result_data": {"receipt_id": "r1", "card_no": "0000-****-****-0000"},
    "products": [{"product_id": "p1", "name": "구독", "quantity": 2, "price": 14_500, "unit": "개"}],
    "order_subscriptions": [{"order_subscription_id": "s1"}],
}


def answer(body: object) -> Api:
    """An API that gives this."""
    return Api(httpx.Response(200, json=body))


REQUESTS: dict[str, tuple[Callable[[Any], Any], str, str, str, Any]] = {
    # What it is → call, method and target, role, body; the answer suits all.
    "detail": (lambda client: client.show_order("1"), "GET", "/v1/orders/1", "user", None),
    "encoded": (lambda client: client.show_order("a b?#%"), "GET", "/v1/orders/a%20b%3F%23%25", "user", None),
    "month": (
        lambda client: client.list_month_orders("g", "2025-07"),
        "GET",
        "/v1/orders/month?user_group_id=g&search_date=2025-07",
        "user",
        None,
    ),
    "month of a day": (
        lambda client: client.list_month_orders("g", date(2025, 7, 31)),
        "GET",
        "/v1/orders/month?user_group_id=g&search_date=2025-07",
        "user",
        None,
    ),
    "list": (lambda client: client.list_cancellations(), "GET", "/v1/order/cancel", "user", None),
    "list of one": (
        lambda client: client.list_cancellations(order_number="n", page=2, limit=3),
        "GET",
        "/v1/order/cancel?page=2&limit=3&order_number=n",
        "user",
        None,
    ),
    "whole": (
        lambda client: client.request_cancellation("n"),
        "POST",
        "/v1/order/cancel",
        "user",
        {"order_number": "n", "request_cancel_parameters": {}},
    ),
    "amount": (
        lambda client: client.request_cancellation(
            "n", amount=1_000, tax_free_amount=0, reason="변심", requester="홍", immediately=True, as_supervisor=True
        ),
        "POST",
        "/v1/order/cancel",
        "supervisor",
        {
            "order_number": "n",
            "request_cancel_parameters": {
                "cancel_price": 1_000,
                "cancel_tax_free_price": 0,
                "cancel_message": "변심",
                "cancel_requester": "홍",
                "cancel_immediately": True,
            },
            "is_supervisor": True,
        },
    ),
    "products": (
        lambda client: client.request_cancellation(
            "n",
            products=[
                ProductToCancel(product_id="p1", quantity=1),
                ProductToCancel(product_id="p2", quantity=2, product_option_id="o"),
            ],
        ),
        "POST",
        "/v1/order/cancel",
        "user",
        {
            "order_number": "n",
            "request_cancel_parameters": {
                "cancel_products": [
                    {"product_id": "p1", "cancel_quantity": 1},
                    {"product_id": "p2", "product_option_id": "o", "cancel_quantity": 2},
                ]
            },
        },
    ),
    "withdraw": (
        lambda client: client.withdraw_cancellation("c?"),
        "PUT",
        "/v1/order/cancel/c%3F/withdraw",
        "user",
        {},
    ),
    "approve": (lambda client: client.approve_cancellation("c"), "PUT", "/v1/order/cancel/c/approve", "supervisor", {}),
    "reject": (
        lambda client: client.reject_cancellation("c", message="발송"),
        "PUT",
        "/v1/order/cancel/c/reject",
        "supervisor",
        {"message": "발송"},
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_sent(way: Way, name: str) -> None:
    """Each call sends its method, target, role and body; a write has a key of its own each time, a reading none."""
    call, method, target, role, body = REQUESTS[name]
    server = answer({**DETAIL, **CANCEL, "id": "c1", "count": 0, "list": []})
    client = way.bootpay(server)
    call(client)
    call(client)
    for request in server.requests:
        assert (request.method, request.url.raw_path.decode()) == (method, target)
        assert request.headers["BOOTPAY-ROLE"] == role
        assert "Bootpay-User-JWT" not in request.headers
        assert (json.loads(request.content) if request.content else None) == body
    keys = [request.headers.get("Idempotency-Key") for request in server.requests]
    if method == "GET":
        assert keys == [None, None]
    else:
        assert len(set(keys)) == 2
        assert all(UUID(key).version == 4 for key in keys)


def test_member(way: Way) -> None:
    """A member's token goes with the calls that serve the member's own orders."""
    server = answer({**DETAIL, "count": 0, "list": []})
    client = way.bootpay(server)
    client.show_order("1", member_token="a.b.c")
    client.list_orders(member_token="a.b.c")
    list(client.iter_orders(member_token="a.b.c"))
    assert [request.headers["Bootpay-User-JWT"] for request in server.requests] == ["a.b.c"] * 3
    assert "member_token" not in str(server.requests[1].url)


WRONG: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda client: client.show_order("../orders"), ValueError, "order_id '../orders' would change the path"),
    (lambda client: client.show_order(""), ValueError, "order_id is empty"),
    (lambda client: client.show_order("1", member_token="a b"), ValueError, "member_token"),
    (lambda client: client.list_month_orders("", "2025-07"), ValueError, "user_group_id is empty"),
    (lambda client: client.list_month_orders("g", "2025-13"), ValueError, "'YYYY-MM', not '2025-13'"),
    (lambda client: client.list_month_orders("g", 202507), TypeError, "'YYYY-MM', not 202507"),
    (lambda client: client.list_month_orders("g", datetime(2025, 7, 1, tzinfo=UTC)), TypeError, r"\.date\(\)"),
    (lambda client: client.list_cancellations(order_id="1", order_number="1"), ValueError, "both given"),
    (lambda client: client.list_cancellations(order_id=""), ValueError, "order_id is empty"),
    (lambda client: client.iter_cancellations(limit=0), ValueError, "1 or more cancellations a page"),
    (lambda client: client.request_cancellation(""), ValueError, "order_number is empty"),
    (lambda client: client.request_cancellation("n", amount=0), ValueError, "amount must be 1 or more, not 0"),
    (lambda client: client.request_cancellation("n", amount=1.5), TypeError, "amount must be an int"),
    (lambda client: client.request_cancellation("n", amount=True), TypeError, "amount must be an int"),
    (lambda client: client.request_cancellation("n", amount=1, products=[]), ValueError, "both given"),
    (lambda client: client.request_cancellation("n", products=[]), ValueError, "products is empty"),
    (lambda client: client.request_cancellation("n", products="p"), TypeError, "list of ProductToCancel"),
    (lambda client: client.request_cancellation("n", products=["p"]), TypeError, r"products\[0\] must be a Product"),
    (
        lambda client: client.request_cancellation("n", products=[ProductToCancel(product_id="p", quantity=0)]),
        ValueError,
        r"products\[0\]\.quantity must be 1 or more",
    ),
    (lambda client: client.request_cancellation("n", reason=""), ValueError, "reason is empty"),
    (lambda client: client.request_cancellation("n", idempotency_key="가"), ValueError, "idempotency_key"),
    (lambda client: client.approve_cancellation("c/d"), ValueError, "give the cancellation's id alone"),
    (lambda client: client.reject_cancellation("c", message=""), ValueError, "message is empty: say why"),
]


@pytest.mark.parametrize(("call", "kind", "says"), WRONG)
def test_what_is_wrong_is_not_sent(way: Way, call: Any, kind: type[Exception], says: str) -> None:
    """A wrong argument is refused before any request, by its name."""
    server = answer({})
    with pytest.raises(kind, match=says):
        call(way.bootpay(server))
    assert not server.requests


def test_states_of_both_profiles(way: Way) -> None:
    """Numbers and texts are members where they are known, and stay as they are where not."""
    numbers = {"order_id": "1", "status": 2, "receipt_status": 20}
    texts = {"order_id": "1", "status": "order_pending", "receipt_status": "receipt_success"}
    others = {"order_id": "1", "status": "order_completed", "receipt_status": 77}
    client = way.bootpay(Api(*(httpx.Response(200, json=each) for each in (numbers, texts, others))))
    shown = [client.show_order("1") for _ in range(3)]
    assert shown[0].status is OrderStatus.PAID
    assert shown[0].receipt_status is PaymentStatus.CANCEL_COMPLETE
    assert shown[1].status is OrderStatusName.PENDING
    assert shown[1].receipt_status is PaymentStatusName.SUCCESS
    assert (shown[2].status, shown[2].receipt_status) == ("order_completed", 77)


def test_detail_is_a_value(way: Way) -> None:
    """Unknown fields are kept at each level; it hashes, pickles, and its repr shows no personal data."""
    order = way.bootpay(answer({**DETAIL, "unit": "KRW"})).show_order("1")
    assert (order.extra, order.products[0].extra) == ({"unit": "KRW"}, {"unit": "개"})
    assert (order.user, order.order_subscriptions[0]["order_subscription_id"]) == ({"name": "홍길동"}, "s1")
    assert pickle.loads(pickle.dumps(order)) == order  # noqa: S301
    assert len({order, order}) == 1
    assert "68707c59b0eacea5cd974efd" in repr(order)
    for hidden in ("홍길동", "0000-", "r1"):
        assert hidden not in repr(order)


def test_cancellation_ids(way: Way) -> None:
    """Either name of the id is read; without any the answer is of another shape."""
    older = {"order_cancel_request_history_id": "c0", "status": 2, "cancel_message": "변심"}
    client = way.bootpay(Api(*(httpx.Response(200, json={"count": 1, "list": [each]}) for each in (CANCEL, older, {}))))
    newer, old = (client.list_cancellations().cancellations[0] for _ in range(2))
    assert (newer.cancellation_id, newer.status) == ("c1", CancellationStatus.REQUESTED)
    assert (old.cancellation_id, old.status) == ("c0", CancellationStatus.REJECTED)
    assert "변심" not in repr(old)
    with pytest.raises(UnexpectedAnswerError, match=r"list\[0\]\.order_cancel_request_history_id is absent"):
        client.list_cancellations()


def test_lists_of_unknown_shape(way: Way) -> None:
    """The lists that no source shows are read as arrays too; then their count is their length."""
    rows = [{**CANCEL, "order_cancellation_request_id": str(n)} for n in range(3)]
    page = way.bootpay(answer(rows)).list_cancellations()
    assert (page.count, len(page.cancellations), page.extra) == (3, 3, {})
    assert len(list(way.bootpay(answer(rows)).iter_cancellations())) == 3
    month = way.bootpay(answer([{"order_id": "1"}])).list_month_orders("g", "2025-07")
    assert (month.count, month.orders[0].order_id) == (1, "1")


@pytest.fixture
def shop(profile: str) -> Iterator[LiveServer]:
    """A mock of a profile."""
    with LiveServer(profile=profile) as live:
        yield live


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_cancellations_of_a_shop(way: Way, shop: LiveServer) -> None:
    """An order is cancelled as the mock has it: asked for, withdrawn, rejected, approved; the next read shows each."""
    client = way.bootpay(
        None,
        base_url=shop.bootpay_base_url,
        client_key=shop.bootpay_client_key,
        secret_key=shop.bootpay_secret_key,
    )
    before = {each.cancellation_id for each in client.iter_cancellations(limit=1)}
    number = client.show_order("68707c59b0eacea5cd974efd").order_number
    first = client.request_cancellation(number, amount=9_000, reason="변심")
    assert (first.cancel_price, first.cancel_after_price, first.is_partial_cancelled) == (9_000, 20_000, True)
    with pytest.raises(BadRequestError) as twice:
        client.request_cancellation(number)
    assert twice.value.name == "PROCESS_DUPLICATED"
    assert client.withdraw_cancellation(first.cancellation_id) is None
    second = client.request_cancellation(number)
    rejected = client.reject_cancellation(second.cancellation_id, message="이미 발송했습니다")
    assert (rejected.id, rejected.status) == (second.cancellation_id, CancellationStatus.REJECTED)
    third = client.request_cancellation(number)
    approved = client.approve_cancellation(third.cancellation_id)
    assert (approved.status, approved.cancel_after_price) == (CancellationStatus.APPROVED, 0)
    found = client.list_cancellations(order_number=number)
    assert [each.cancellation_id for each in found.cancellations] == [
        each.cancellation_id for each in (third, second, first)
    ]
    assert {each.cancellation_id for each in client.iter_cancellations(limit=2)} == before | {
        each.cancellation_id for each in (first, second, third)
    }
    assert client.list_cancellations(order_id=approved.order_id) == found
    shown = client.show_order(number)
    assert shown.status is OrderStatus.CANCELED or shown.receipt_status is PaymentStatusName.CANCELLED
    notice = {"order_id": number, "price": shown.price, "status": 20, "webhook_type": "PAYMENT_CANCELLED"}
    assert client.verify_webhook(notice) == shown
    with pytest.raises(WebhookError, match="means a payment status of 1"):
        client.verify_webhook({**notice, "status": 1, "webhook_type": "PAYMENT_COMPLETED"})
    with pytest.raises(BadRequestError) as done:
        client.request_cancellation(number)
    assert done.value.name == "CANCEL_ALREADY_DONE"


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_refusals_of_a_shop(way: Way, shop: LiveServer) -> None:
    """A refusal has its class by status, its code as it came and its name in either envelope."""
    keys = {"client_key": shop.bootpay_client_key, "secret_key": shop.bootpay_secret_key}
    client = way.bootpay(None, base_url=shop.bootpay_base_url, **keys)
    number = client.show_order("68707c59b0eacea5cd974efd").order_number
    with pytest.raises(NotFoundError) as lost:
        client.show_order("0" * 24)
    assert lost.value.name == "ORDER_NOT_FOUND"
    with pytest.raises(BadRequestError) as over:
        client.request_cancellation(number, amount=10**6)
    numeric = shop.session.profile == "documented"
    assert (over.value.code, over.value.name) == ("3710" if numeric else "CANCEL_PRICE_OVER", "CANCEL_PRICE_OVER")
    with pytest.raises(StatusError) as unprocessable:
        client.request_cancellation(number, products=[ProductToCancel(product_id="none", quantity=1)])
    assert (type(unprocessable.value), unprocessable.value.status) == (StatusError, 442)
    shop.session.set_scenario("bootpay.order_cancel.approve: API_ROLE_NOT_SUPPORT")
    with pytest.raises(PermissionDeniedError) as role:
        client.approve_cancellation("c")
    assert numeric or role.value.name == "API_ROLE_NOT_SUPPORT"
