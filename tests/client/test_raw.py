"""`with_raw_response`: the HTTP response beside what is read from it."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    Adjustments,
    BootpayToken,
    Cancellation,
    CancellationPage,
    Invoice,
    InvoicePage,
    NotFoundError,
    OrderDetail,
    OrderPage,
    PaymentStatus,
    ProductOrderChanges,
    ProductOrderIds,
    ProductOrderPage,
    RejectedCancellation,
    RequestedChange,
    RevokedChargeKey,
    SellerAccount,
    SellerChannel,
    Subscription,
    SubscriptionBill,
    SubscriptionBillPage,
    SubscriptionCharge,
    SubscriptionPage,
    SubscriptionRequest,
    SubscriptionRequestPage,
    TerminatedSubscription,
    TerminationFee,
    UnexpectedAnswerError,
)
from jumun_client.bootpay_calls import RawBootpayCommerceCalls
from jumun_client.naver_calls import RawNaverCommerceCalls
from tests.client.sides import Side, both_sides
from tests.client.world import FakeTime

if TYPE_CHECKING:
    from collections.abc import Callable

Api = Any
OF_SUBSCRIPTION: dict[str, Any] = {"subscription_id": "s"}
SUBSCRIPTION = Subscription(order_subscription_id="s")
NOON = datetime(2026, 9, 21, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A call, a good answer to it, and what is read from that."""

    client: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None
    result: object


ROWS = [
    Row(
        client="naver",
        name="product_order_ids",
        arguments={"order_id": "1"},
        body={"data": ["7"], "traceId": "t"},
        result=ProductOrderIds(order_id="1", product_order_ids=("7",), trace_id="t"),
    ),
    Row(
        client="naver",
        name="list_product_orders",
        arguments={"since": NOON},
        body={"data": {"contents": []}, "traceId": "t"},
        result=ProductOrderPage(product_orders=(), trace_id="t", extra={"data": {}, "pagination": {}}),
    ),
    Row(
        client="naver",
        name="product_order_changes",
        arguments={"since": NOON},
        body={"data": {"lastChangeStatuses": [], "count": 0}, "traceId": "t"},
        result=ProductOrderChanges(changes=(), trace_id="t", extra={"data": {"count": 0}}),
    ),
    Row(
        client="naver",
        name="seller_account",
        body={"accountId": "shop", "accountUid": "ncp_1"},
        result=SellerAccount(account_id="shop", account_uid="ncp_1"),
    ),
    Row(
        client="naver",
        name="seller_channels",
        body={"channelNo": 7, "channelType": "STOREFARM", "name": "가게"},
        result=(SellerChannel(channel_no=7, channel_type="STOREFARM", name="가게"),),
    ),
    Row(
        client="bootpay",
        name="list_orders",
        arguments={"page": 2, "status": [2]},
        body={"count": 0, "list": []},
        result=OrderPage(count=0, orders=()),
    ),
    Row(
        client="bootpay",
        name="list_month_orders",
        arguments={"user_group_id": "g", "month": "2025-07"},
        body={"count": 0, "list": []},
        result=OrderPage(count=0, orders=()),
    ),
    Row(
        client="bootpay",
        name="show_order",
        arguments={"order_id": "1"},
        body={"order_id": "1"},
        result=OrderDetail(order_id="1"),
    ),
    Row(
        client="bootpay",
        name="list_cancellations",
        arguments={"order_number": "1"},
        body={"count": 0, "list": []},
        result=CancellationPage(count=0, cancellations=()),
    ),
    Row(
        client="bootpay",
        name="request_cancellation",
        arguments={"order_number": "1"},
        body={"order_cancellation_request_id": "c"},
        result=Cancellation(order_cancellation_request_id="c"),
    ),
    Row(client="bootpay", name="withdraw_cancellation", arguments={"cancellation_id": "c"}, body=None, result=None),
    Row(
        client="bootpay",
        name="approve_cancellation",
        arguments={"cancellation_id": "c"},
        body={"order_cancellation_request_id": "c"},
        result=Cancellation(order_cancellation_request_id="c"),
    ),
    Row(
        client="bootpay",
        name="reject_cancellation",
        arguments={"cancellation_id": "c", "message": "no"},
        body={"id": "c"},
        result=RejectedCancellation(id="c"),
    ),
    *(
        Row(client="bootpay", name=name, arguments=arguments, body={"order_subscription_id": "s"}, result=SUBSCRIPTION)
        for name, arguments in (
            ("show_subscription", OF_SUBSCRIPTION),
            ("update_subscription", {**OF_SUBSCRIPTION, "price": 1}),
            ("approve_subscription", OF_SUBSCRIPTION),
            ("reject_subscription", OF_SUBSCRIPTION),
            ("pause_subscription", OF_SUBSCRIPTION),
            ("resume_subscription", OF_SUBSCRIPTION),
        )
    ),
    *(
        Row(client="bootpay", name=name, body={"count": 0, "list": []}, result=result)
        for name, result in (
            ("list_subscriptions", SubscriptionPage(count=0, subscriptions=())),
            ("list_subscription_bills", SubscriptionBillPage(count=0, bills=())),
            ("list_subscription_requests", SubscriptionRequestPage(count=0, requests=())),
            ("list_invoices", InvoicePage(count=0, invoices=())),
        )
    ),
    *(
        Row(
            client="bootpay",
            name=f"request_{change}",
            arguments=arguments,
            body={"order_subscription_id": "s"},
            result=RequestedChange(subscription=SUBSCRIPTION),
        )
        for change, arguments in (
            ("pause", OF_SUBSCRIPTION),
            ("resume", {**OF_SUBSCRIPTION, "reason": "why"}),
            ("purchase", OF_SUBSCRIPTION),
            ("transfer", {**OF_SUBSCRIPTION, "new_user_id": "u"}),
            ("termination", OF_SUBSCRIPTION),
        )
    ),
    *(
        Row(
            client="bootpay",
            name=name,
            arguments={"request_id": "r"},
            body={"order_subscription_request_history_id": "r"},
            result=SubscriptionRequest(order_subscription_request_history_id="r"),
        )
        for name in ("show_subscription_request", "approve_subscription_request", "reject_subscription_request")
    ),
    *(
        Row(
            client="bootpay",
            name=name,
            arguments={"bill_id": "b", **more},
            body={"order_subscription_bill_id": "b"},
            result=SubscriptionBill(order_subscription_bill_id="b"),
        )
        for name, more in (("show_subscription_bill", {}), ("update_subscription_bill", {"price": 1}))
    ),
    *(
        Row(
            client="bootpay",
            name=name,
            arguments=OF_SUBSCRIPTION | more,
            body={"order_subscription_id": "s", "order_subscription_adjustments": []},
            result=Adjustments(order_subscription_id="s", order_subscription_adjustments=()),
        )
        for name, more in (
            ("add_adjustment", {"price": -1}),
            ("update_adjustments", {"adjustments": [{"price": -1}]}),
            ("delete_adjustment", {"adjustment_id": "a"}),
        )
    ),
    Row(client="bootpay", name="show_termination_fee", arguments=OF_SUBSCRIPTION, body={}, result=TerminationFee()),
    Row(
        client="bootpay",
        name="terminate_subscription",
        arguments=OF_SUBSCRIPTION,
        body={"order_subscription_id": "s"},
        result=TerminatedSubscription(subscription=SUBSCRIPTION, fee=TerminationFee()),
    ),
    Row(
        client="bootpay",
        name="charge_subscription",
        arguments={"charge_key": "k", "price": 1},
        body={"order_id": "1"},
        result=SubscriptionCharge(order_id="1"),
    ),
    Row(client="bootpay", name="revoke_charge_key", arguments={"charge_key": "k"}, body={}, result=RevokedChargeKey()),
    *(
        Row(client="bootpay", name=name, arguments=arguments, body={"invoice_id": "i"}, result=Invoice(invoice_id="i"))
        for name, arguments in (("show_invoice", {"invoice_id": "i"}), ("create_invoice", {"price": 1}))
    ),
    Row(
        client="bootpay",
        name="notify_invoice",
        arguments={"invoice_id": "i", "send_types": [1]},
        body=None,
        result=None,
    ),
    Row(
        client="bootpay",
        name="verify_webhook",
        arguments={"payload": {"order_id": "1", "price": 1, "status": 1}},
        body={"order_id": "1", "price": 1, "receipt_status": 1},
        result=OrderDetail(order_id="1", price=1, receipt_status=PaymentStatus.COMPLETE),
    ),
    Row(
        client="bootpay",
        name="request_token",
        body={"access_token": "hush"},
        result=BootpayToken(access_token="hush"),
    ),
]
every_call = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


def test_every_call_is_there() -> None:
    """What the tests here walk through is every call that there is."""
    kinds = {"naver": RawNaverCommerceCalls, "bootpay": RawBootpayCommerceCalls}
    there = {(client, name) for client, kind in kinds.items() for name in vars(kind) if not name.startswith("_")}
    assert there == {(row.client, row.name) for row in ROWS}


@both_sides
@every_call
def test_answer(side: Side, row: Row, api: Callable[..., Api]) -> None:
    """An answer has status, headers, the body, the request, and what the plain method gives for the same request."""
    server = api(httpx.Response(200, content=json.dumps(row.body), headers={"X-Kept": "1"}))
    with getattr(side, row.client)(server) as client:
        answer = getattr(client.with_raw_response, row.name)(**row.arguments)
        assert getattr(client, row.name)(**row.arguments) == row.result
    assert answer.parse() == answer.parse() == row.result
    assert answer.status == 200
    assert answer.headers["x-kept"] == "1"
    assert answer.http_response.json() == row.body
    assert answer.http_response.elapsed.total_seconds() >= 0
    assert answer.operation.startswith(f"{row.client}.")
    assert (answer.attempts, answer.elapsed_s) == (1, 0)
    first, second = server.requests
    assert (first.method, first.url, first.content) == (second.method, second.url, second.content)
    assert answer.http_response.request is first
    assert "hush" not in repr(answer)


@both_sides
@every_call
def test_error_status(side: Side, row: Row, api: Callable[..., Api]) -> None:
    """An error status raises, as in the plain method."""
    with getattr(side, row.client)(api(httpx.Response(404, json={"code": "X"}))) as client:
        with pytest.raises(NotFoundError) as raw:
            getattr(client.with_raw_response, row.name)(**row.arguments)
        with pytest.raises(NotFoundError) as plain:
            getattr(client, row.name)(**row.arguments)
    assert (str(raw.value), raw.value.code) == (str(plain.value), plain.value.code)


@both_sides
@every_call
@pytest.mark.parametrize(
    "unusable",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(204),
        httpx.Response(200, json=[0]),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
    ],
    ids=["html", "nothing", "another shape", "redirect"],
)
def test_answer_that_cannot_be_read(side: Side, row: Row, api: Callable[..., Api], unusable: httpx.Response) -> None:
    """What is neither a result nor an error status is an answer still; reading it raises, as the plain method does."""
    with getattr(side, row.client)(api(unusable)) as client:
        answer = getattr(client.with_raw_response, row.name)(**row.arguments)
        with pytest.raises(UnexpectedAnswerError) as plain:
            getattr(client, row.name)(**row.arguments)
    assert answer.status == unusable.status_code
    with pytest.raises(UnexpectedAnswerError) as raw:
        answer.parse()
    assert str(raw.value) == str(plain.value)
    assert pickle.loads(pickle.dumps(raw.value)).attempts == 1  # noqa: S301


@both_sides
def test_attempts_and_time(side: Side, api: Callable[..., Api], secret: str) -> None:
    """Attempts count the token call and what was repeated, the time the waits; reading errors carry both."""
    time = FakeTime()
    server = api(
        httpx.Response(200, json={"access_token": "T", "expires_in": 10_800}),
        httpx.Response(429, headers={"Retry-After": "3"}),
        httpx.Response(200, text="<html>"),
    )
    with side.naver(server, time=time, client_id="id", client_secret=secret) as client:
        answer = client.with_raw_response.product_order_ids("1")
    assert answer.attempts == 3
    assert answer.elapsed_s == sum(time.naps) >= 3
    with pytest.raises(UnexpectedAnswerError) as caught:
        answer.parse()
    assert (caught.value.attempts, caught.value.elapsed_s) == (answer.attempts, answer.elapsed_s)


@both_sides
def test_wrong_arguments(side: Side, api: Callable[..., Api]) -> None:
    """Arguments are checked as in the plain methods; nothing is sent."""
    server = api(httpx.Response(200))
    with side.bootpay(server) as bootpay, side.naver(server) as naver:
        with pytest.raises(TypeError, match="status"):
            bootpay.with_raw_response.list_orders(status=2)
        with pytest.raises(ValueError, match="order_id"):
            naver.with_raw_response.product_order_ids("")
    assert not server.requests
