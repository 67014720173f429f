"""Calls of the official Bootpay SDKs about tokens, roles, orders and cancellations."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tests.interop.sdk_call import SdkCall
from tests.interop.sdk_stage import PRICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.interop.bootpay_sdks import Language

_NO_ORDER = "000000000000000000000000"
_GROUP = "6763758e817af6a00e0fbf62"


def _client(method: str, given: str = "nothing", **more: Any) -> SdkCall:
    return SdkCall(method=method, given=given, **more)


def _role(method: str) -> SdkCall:
    return _client(method, returns="the client")


def _orders(method: str, given: str, *arguments: Any, line: str, **more: Any) -> SdkCall:
    """A call of `order`, which sends no key."""
    reached: dict[str, Any] = {"operation": f"bootpay.orders.{method}"} | more
    return SdkCall(method=f"order.{method}", given=given, arguments=arguments, line=f"GET /v1/orders{line}", **reached)


def _cancel(method: str, given: str, arguments: Any, *, role: str = "user", **more: Any) -> SdkCall:
    """A call about a cancellation, which sends a key."""
    given_key = arguments.get("idempotency_key") if isinstance(arguments, dict) else None
    return SdkCall(
        method=f"orderCancel.{method}",
        given=given,
        arguments=(arguments,),
        operation=f"bootpay.order_cancel.{method}",
        role=role,
        key=given_key or "made",
        **more,
    )


def _decide(action: str, given: str, name: str, arguments: Mapping[str, Any] | None = None, **more: Any) -> SdkCall:
    """A decision about the cancellation of an order of the stage; by a supervisor, unless it is withdrawn."""
    params = {"order_cancellation_request_id": f"{name}.cancel", **(arguments or {})}
    role = "user" if action == "withdraw" else "supervisor"
    line = f"PUT /v1/order/cancel/{name}.cancel/{action}"
    return _cancel(action, given, params, line=line, role=role, about=name, **more)


def _request(given: str, name: str, parameters: Mapping[str, Any] | None = None, **more: Any) -> SdkCall:
    """A cancellation of an order of the stage is asked for. No key is sent."""
    extra = more.pop("extra", {})
    params = {"order_number": f"{name}.number", **extra}
    if parameters is not None:
        params["request_cancel_parameters"] = parameters
    return SdkCall(
        method="orderCancel.request",
        given=given,
        arguments=(params,),
        line="POST /v1/order/cancel",
        operation="bootpay.order_cancel.request",
        about=name,
        **more,
    )


_NO_ID: Mapping[Language, str] = MappingProxyType({"node": "rejected error, success", "python": "raised ValueError"})

CLIENT: tuple[SdkCall, ...] = (
    _client("hasToken", "nothing, at first", returns=False),
    _client("getCurrentRole", returns="user"),
    _client(
        "getAccessToken",
        line="POST /v1/request/token",
        operation="bootpay.token",
        returns={"expire_in": 1800},
    ),
    _client("hasToken", "nothing, with a token", returns=True),
    _client("getCurrentToken"),
    _client("withToken", line="POST /v1/request/token", operation="bootpay.token", returns="the client"),
    *(
        each
        for role in ("manager", "partner", "vendor", "supervisor", "user")
        for each in (
            _role(f"as{role.capitalize()}"),
            _orders("list", f"nothing, as {role}", line="", role=role),
        )
    ),
    _client("withRole", "`supervisor`", arguments=("supervisor",), returns="the client"),
    _request(
        "`is_supervisor`, as supervisor",
        "@whole",
        {"cancel_reason": "품절", "cancel_immediately": True},
        extra={"is_supervisor": True},
        role="supervisor",
        returns={"status": 1, "cancel_price": PRICE},
        after="cancelled, 10,000 KRW cancelled",
    ),
    _client(
        "orderSubscription.list",
        "nothing, as supervisor",
        line="GET /v1/order_subscriptions",
        operation="bootpay.subscriptions.list",
        role="supervisor",
        returns={"count": 12},
    ),
    _client(
        "orderSubscriptionBill.list",
        "nothing, as supervisor",
        line="GET /v1/order_subscription_bills?page=1&limit=20",
        operation="bootpay.subscription_bills.list",
        key="made",
    ),
    _client(
        "invoice.list",
        "nothing, as supervisor",
        line="GET /v1/invoices?page=1&limit=24",
        operation="bootpay.invoices.list",
        key="made",
    ),
    _role("clearRole"),
)
"""Token and roles. The token is kept and never sent; the role stays until it is changed."""

ORDERS: tuple[SdkCall, ...] = (
    _orders(
        "list",
        "a page, a range of days and statuses",
        {"page": 1, "limit": 2, "css_at": "2025-01-01", "cse_at": "2025-01-31", "status": [2, 3]},
        line="?page=1&limit=2&css_at=2025-01-01&cse_at=2025-01-31&status=2%2C3",
        returns={"count": 3},
    ),
    _orders("detail", "an `order_id`", "@paid", line="/@paid", returns={"order_id": "@paid", "price": PRICE}),
    _orders("detail", "an `order_number`", "@paid.number", line="/@paid.number", returns={"order_id": "@paid"}),
    _orders("detail", "an order that does not exist", _NO_ORDER, line=f"/{_NO_ORDER}", code="3700"),
    _orders("detail", "`''`", "", line="/", operation="bootpay.orders.list"),
    _orders("detail", "`'../orders'`", "../orders", line="", operation="bootpay.orders.list"),
    _orders("detail", "an `order_number` and `?a=b`", "@paid.number?a=b", line="/@paid.number?a=b", breaks=True),
    _orders("detail", "`'#1'`", "#1", line="/", operation="bootpay.orders.list"),
    _orders(
        "month", "a group and a month", _GROUP, "2025-07", line=f"/month?user_group_id={_GROUP}&search_date=2025-07"
    ),
)

CANCELS: tuple[SdkCall, ...] = (
    _request(
        "all of a paid order",
        "@once",
        {"cancel_reason": "단순 변심"},
        returns={"status": 0, "cancel_price": PRICE},
        after="cancel requested, 0 KRW cancelled",
    ),
    _request(
        "the same with `idempotency_key`, which goes into the body",
        "@once",
        {"cancel_reason": "단순 변심"},
        extra={"idempotency_key": "once"},
        strays="idempotency_key",
        code="PROCESS_DUPLICATED",
        after="cancel requested, 0 KRW cancelled",
    ),
    _request(
        "4,000 of 10,000 KRW",
        "@part",
        {"cancel_reason": "한 개만", "refund_price": 4_000},
        returns={"status": 0, "cancel_price": 4_000},
        after="cancel requested, 0 KRW cancelled",
    ),
    _request(
        "more than was paid",
        "@over",
        {"refund_price": PRICE + 1},
        code="CANCEL_PRICE_OVER",
        after="paid, 0 KRW cancelled",
    ),
    _request("an order that is not paid", "@unpaid", code="CANCEL_PRICE_OVER", after="unpaid, 0 KRW cancelled"),
    _request(
        "an order that is cancelled", "@whole", code="CANCEL_ALREADY_DONE", after="cancelled, 10,000 KRW cancelled"
    ),
    _request(
        "`is_supervisor`, as user",
        "@paid",
        extra={"is_supervisor": True},
        code="API_ROLE_NOT_SUPPORT",
        after="paid, 0 KRW cancelled",
    ),
    SdkCall(
        method="orderCancel.request",
        given="an order that does not exist",
        arguments=({"order_number": "00000000000000000000"},),
        line="POST /v1/order/cancel",
        operation="bootpay.order_cancel.request",
        code="3700",
    ),
    SdkCall(
        method="orderCancel.request",
        given="`order_id` alone",
        arguments=({"order_id": "@paid"},),
        line="POST /v1/order/cancel",
        operation="bootpay.order_cancel.request",
        code="API_PARAM_INVALID",
        breaks=True,
        about="@paid",
        after="paid, 0 KRW cancelled",
    ),
    _cancel(
        "list",
        "an `order_number`",
        {"order_number": "@asked.number"},
        line="GET /v1/order/cancel?order_number=@asked.number",
        returns={"count": 1},
    ),
    _cancel("list", "an `order_id`", {"order_id": "@paid"}, line="GET /v1/order/cancel?order_id=@paid"),
    _cancel("list", "nothing", None, line="GET /v1/order/cancel"),
    _cancel(
        "list",
        "an order that does not exist",
        {"order_id": _NO_ORDER},
        line=f"GET /v1/order/cancel?order_id={_NO_ORDER}",
        code="3700",
    ),
    _decide(
        "approve",
        "the part, with an `idempotency_key`",
        "@part",
        {"message": "승인합니다", "idempotency_key": "approved"},
        returns={"status": 1, "cancel_price": 4_000},
        after="paid, 4,000 KRW cancelled",
    ),
    _decide(
        "approve",
        "the same again, with the same key",
        "@part",
        {"message": "승인합니다", "idempotency_key": "approved"},
        returns={"status": 1, "cancel_price": 4_000},
        after="paid, 4,000 KRW cancelled",
    ),
    _decide(
        "approve",
        "the same again, with a new key",
        "@part",
        code="PROCESS_DUPLICATED",
        after="paid, 4,000 KRW cancelled",
    ),
    _decide(
        "approve",
        "all of an order",
        "@asked",
        {"message": None},
        returns={"status": 1, "cancel_price": PRICE},
        after="cancelled, 10,000 KRW cancelled",
    ),
    _cancel(
        "approve",
        "a cancellation that does not exist",
        {"order_cancellation_request_id": _NO_ORDER},
        line=f"PUT /v1/order/cancel/{_NO_ORDER}/approve",
        role="supervisor",
        code="NOT_FOUND",
    ),
    _decide(
        "reject",
        "no message",
        "@kept",
        code="API_PARAM_INVALID",
        breaks=True,
        after="cancel requested, 0 KRW cancelled",
    ),
    _decide(
        "reject",
        "the older name of the id, and a message",
        "@kept",
        {"order_cancellation_request_id": None, "order_cancel_request_history_id": "@kept.cancel", "message": "발송됨"},
        returns={"status": 2, "rejected_message": "발송됨"},
        after="paid, 0 KRW cancelled",
    ),
    _decide(
        "reject",
        "the same again",
        "@kept",
        {"message": "발송됨"},
        code="PROCESS_DUPLICATED",
        after="paid, 0 KRW cancelled",
    ),
    _decide("withdraw", "a cancellation", "@changed", returns=None, after="paid, 0 KRW cancelled"),
    _decide("withdraw", "the same again", "@changed", code="PROCESS_DUPLICATED", after="paid, 0 KRW cancelled"),
    _cancel(
        "withdraw",
        "the id alone, of one that does not exist",
        _NO_ORDER,
        line=f"PUT /v1/order/cancel/{_NO_ORDER}/withdraw",
        code="NOT_FOUND",
    ),
    *(
        SdkCall(method=f"orderCancel.{action}", given="no id", arguments=({"message": "없음"},), fails=_NO_ID)
        for action in ("withdraw", "approve", "reject")
    ),
)
