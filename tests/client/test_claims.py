"""Claims in the client: what is sent, how a lost answer is settled, and the guide's workflow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import Dispatch, ProductOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.way import Way

BROKEN = httpx.ReadError("lost")


def show(product_order: dict[str, Any], **blocks: Any) -> httpx.Response:
    """The answer to a query for product order 1."""
    row = {"order": {"orderId": "1"}, "productOrder": {"productOrderId": "1", **product_order}, **blocks}
    return httpx.Response(200, json={"data": [row]})


def claimed(kind: str, status: str, **block: Any) -> httpx.Response:
    """One with a claim."""
    return show({"claimType": kind, "claimStatus": status}, currentClaim={kind.lower(): block})


CALLS: dict[str, tuple[Callable[[Any], Any], dict[str, Any] | None]] = {
    "cancel/request": (
        lambda client: client.request_cancel("1", reason="SOLD_OUT", detail="품절", quantity=2),
        {"cancelReason": "SOLD_OUT", "cancelDetailedReason": "품절", "cancelQuantity": 2},
    ),
    "cancel/approve": (lambda client: client.approve_cancel("1"), None),
    "return/request": (
        lambda client: client.request_return(
            "1", reason="BROKEN", collect_method="RETURN_INDIVIDUAL", collect_company="CJGLS", collect_number="01"
        ),
        {
            "returnReason": "BROKEN",
            "collectDeliveryMethod": "RETURN_INDIVIDUAL",
            "collectDeliveryCompany": "CJGLS",
            "collectTrackingNumber": "01",
        },
    ),
    "return/approve": (lambda client: client.approve_return("1"), None),
    "return/reject": (lambda client: client.reject_return("1", reason="사용"), {"rejectReturnReason": "사용"}),
    "return/holdback": (
        lambda client: client.hold_return("1", reason="EXTRAFEEE", detail="비용", extra_fee=0),
        {"holdbackClassType": "EXTRAFEEE", "holdbackReturnDetailReason": "비용", "extraReturnFeeAmount": 0},
    ),
    "return/holdback/release": (lambda client: client.release_return("1"), None),
    "exchange/collect/approve": (lambda client: client.approve_exchange_collect("1"), None),
    "exchange/dispatch": (
        lambda client: client.dispatch_exchange("1", delivery_company_code="CJGLS", tracking_number="02"),
        {"reDeliveryMethod": "DELIVERY", "reDeliveryCompany": "CJGLS", "reDeliveryTrackingNumber": "02"},
    ),
    "exchange/reject": (lambda client: client.reject_exchange("1", reason="품절"), {"rejectExchangeReason": "품절"}),
    "exchange/holdback": (
        lambda client: client.hold_exchange("1", reason="ETC", detail="확인"),
        {"holdbackClassType": "ETC", "holdbackExchangeDetailReason": "확인"},
    ),
    "exchange/holdback/release": (lambda client: client.release_exchange("1"), None),
}


@pytest.mark.parametrize("path", CALLS)
def test_what_is_sent(way: Way, path: str) -> None:
    """Each call posts to its own path what was given and no more; without a body it names no content type."""
    call, body = CALLS[path]

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"data": {"successProductOrderIds": ["1"], "failProductOrderInfos": []}})

    sent: list[httpx.Request] = []
    assert call(way.naver(answer)).succeeded == ("1",)
    (request,) = sent
    assert request.url.path.endswith(f"/v1/pay-order/seller/product-orders/1/claim/{path}")
    assert (json.loads(request.content) if request.content else None) == body
    assert ("content-type" in request.headers) is (body is not None)


SETTLED = [
    ("cancel/request", claimed("CANCEL", "CANCELING"), "done"),
    # For a part: whether this one or one before it is done cannot be seen.
    ("cancel/request", claimed("CANCEL", "CANCEL_DONE"), "unknown"),
    ("cancel/request", show({"productOrderStatus": "PAYED"}), "not done"),
    ("cancel/approve", claimed("CANCEL", "CANCEL_DONE"), "done"),
    ("cancel/approve", claimed("CANCEL", "CANCEL_REQUEST"), "not done"),
    ("cancel/approve", claimed("CANCEL", "CANCEL_LATER"), "unknown"),
    ("return/request", claimed("RETURN", "COLLECTING"), "done"),
    ("return/request", claimed("RETURN", "RETURN_REJECT"), "not done"),
    ("return/approve", claimed("RETURN", "RETURN_DONE"), "done"),
    ("return/reject", claimed("RETURN", "RETURN_REJECT"), "done"),
    ("return/reject", claimed("RETURN", "COLLECTING"), "not done"),
    ("return/holdback", claimed("RETURN", "COLLECT_DONE", holdbackStatus="HOLDBACK"), "done"),
    ("return/holdback", claimed("RETURN", "COLLECT_DONE"), "not done"),
    ("return/holdback/release", claimed("RETURN", "RETURN_DONE", holdbackStatus="RELEASED"), "done"),
    ("return/holdback/release", claimed("RETURN", "COLLECT_DONE", holdbackStatus="HOLDBACK"), "not done"),
    ("exchange/collect/approve", claimed("EXCHANGE", "COLLECT_DONE"), "done"),
    ("exchange/dispatch", claimed("EXCHANGE", "EXCHANGE_REDELIVERING"), "done"),
    ("exchange/dispatch", claimed("EXCHANGE", "COLLECT_DONE"), "not done"),
    (
        # The buyer has asked for a return meanwhile.
        "exchange/dispatch",
        show(
            {"claimType": "RETURN", "claimStatus": "RETURN_REQUEST"},
            beforeClaim={"exchange": {"claimStatus": "EXCHANGE_REDELIVERING"}},
        ),
        "done",
    ),
]


@pytest.mark.parametrize(("path", "shown", "outcome"), SETTLED)
def test_a_lost_answer_is_settled(way: Way, path: str, shown: httpx.Response, outcome: str) -> None:
    """It is sent once; what the product order shows then says its outcome."""

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        if request.url.path.endswith("/query"):
            return httpx.Response(200, content=shown.content)
        raise BROKEN

    sent: list[str] = []
    (item,) = CALLS[path][0](way.naver(answer)).items
    assert (item.outcome, item.is_read) == (outcome, outcome != "unknown")
    assert len([each for each in sent if "/claim/" in each]) == 1


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda client: client.request_cancel("1", reason=""), ValueError, "reason"),
        (lambda client: client.request_cancel("1", reason="ETC", quantity=0), ValueError, "quantity must be 1 or more"),
        (lambda client: client.request_cancel("1", reason="ETC", quantity=True), TypeError, "quantity must be an int"),
        (lambda client: client.hold_return("1", reason="ETC", detail=1), TypeError, "detail"),
        (lambda client: client.hold_return("1", reason="ETC", detail="x", extra_fee=-1), ValueError, "extra_fee"),
        (lambda client: client.approve_cancel("a/b"), ValueError, "product_order_id"),
    ],
)
def test_what_is_wrong_is_not_sent(way: Way, call: Any, error: type[Exception], text: str) -> None:
    """The error names the argument."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    with pytest.raises(error, match=text):
        call(way.naver(answer))


ROWS = [
    {"productOrderId": "1", "productOrderStatus": "PAYED"},
    {
        "productOrderId": "2",
        "productOrderStatus": "PAYED",
        "claimType": "CANCEL",
        "claimStatus": "CANCEL_REQUEST",
    },
    {"productOrderId": "3", "productOrderStatus": "DELIVERING"},
    # Its seller's own cancel is carried out already.
    {"productOrderId": "4", "productOrderStatus": "PAYED", "claimType": "CANCEL", "claimStatus": "CANCELING"},
    {"productOrderId": "5", "productOrderStatus": "PAYED", "claimType": "CANCEL", "claimStatus": "CANCEL_REJECT"},
]


def test_the_guides_workflow(way: Way) -> None:
    """Of an order the cancellations that buyers ask for are approved, then what is paid and not claimed is sent."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.partition("/pay-order/seller/")[2]
        sent.append(path)
        if path.endswith("product-order-ids"):
            return httpx.Response(200, json={"data": [row["productOrderId"] for row in ROWS]})
        if path.endswith("query"):
            rows = [{"order": {"orderId": "9"}, "productOrder": row} for row in ROWS]
            return httpx.Response(200, json={"data": rows})
        body = json.loads(request.content) if request.content else {}
        ids = [each["productOrderId"] for each in body.get("dispatchProductOrders", ())] or [path.split("/")[1]]
        return httpx.Response(200, json={"data": {"successProductOrderIds": ids, "failProductOrderInfos": []}})

    def parcel(product_order: ProductOrder) -> Dispatch | None:
        asked.append(product_order.product_order_id)
        if product_order.product_order_id == "5":
            return None
        return Dispatch(product_order_id=product_order.product_order_id, delivery_method="NOTHING")

    sent: list[str] = []
    asked: list[str] = []
    approved, dispatched = way.naver(answer).process_order("9", parcel)
    assert (approved.succeeded, dispatched.succeeded, asked) == (("2",), ("1",), ["1", "5"])
    assert sent == [
        "orders/9/product-order-ids",
        "product-orders/query",
        "product-orders/2/claim/cancel/approve",
        "product-orders/dispatch",
    ]


def test_an_order_with_nothing_to_do(way: Way) -> None:
    """Without product orders there is no further call, and no result."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path.endswith("product-order-ids")
        return httpx.Response(200, json={"data": []})

    assert way.naver(answer).process_order("9", lambda _: None) == ()
