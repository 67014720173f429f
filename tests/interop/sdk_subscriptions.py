"""Calls of the official Bootpay SDKs about subscriptions, their bills, and charges beside these."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tests.interop.sdk_call import SdkCall
from tests.interop.sdk_stage import INVOICE, PRICE

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING = "000000000000000000000000"
# The days of two different pages of lists.
_DAYS: Mapping[str, str] = MappingProxyType({"s_at": "2025-01-01", "e_at": "2025-01-31"})
_QUERY_OF_DAYS = "s_at=2025-01-01&e_at=2025-01-31"
_GROUP, _USER = "6763758e817af6a00e0fbf63", "67e4b4425ec892162491d0f0"


def _contract(method: str, given: str, *arguments: Any, line: str, operation: str = "", **more: Any) -> SdkCall:
    """A call of `orderSubscription` by the role that is set, without a key."""
    return SdkCall(
        method=f"orderSubscription.{method}",
        given=given,
        arguments=arguments,
        line=line,
        operation=operation or f"bootpay.subscriptions.{method}",
        **more,
    )


def _supervise(action: str, given: str, name: str, body: Mapping[str, Any], *, key: str = "", **more: Any) -> SdkCall:
    """A supervisor's action on a contract of the stage. Null is left out, and a key goes into its header."""
    extra = {"idempotency_key": key} if key else {"memo": None}
    return SdkCall(
        method=f"orderSubscription.supervisor{action.capitalize()}",
        given=given,
        arguments=(f"{name}.contract", {**body, **extra}),
        line=f"PUT /v1/order_subscriptions/{name}.contract/{action}",
        operation=f"bootpay.subscriptions.{action}",
        sends=body,
        role="supervisor",
        key=key or "made",
        about=f"{name}.contract",
        **more,
    )


def _bills(method: str, given: str, *arguments: Any, line: str, **more: Any) -> SdkCall:
    return SdkCall(
        method=f"orderSubscriptionBill.{method}",
        given=given,
        arguments=arguments,
        line=line,
        operation=f"bootpay.subscription_bills.{method}",
        **more,
    )


def _change_bill(given: str, fields: Mapping[str, Any], **more: Any) -> SdkCall:
    """The whole object goes into the body, with its id, and a key too if it has one."""
    bill = {"order_subscription_bill_id": "@billed.bill", **fields}
    line = "PUT /v1/order_subscription_bills/@billed.bill"
    return _bills("update", given, bill, line=line, sends=bill, about="@billed.contract", **more)


def _charge(given: str, body: Mapping[str, Any], *, is_end: bool = False, **more: Any) -> SdkCall:
    """A payment on demand, or its end. The key of the card is in the body alone, of DELETE too."""
    return SdkCall(
        method=f"orderSubscription.supervisorCharge{'Revoke' if is_end else ''}",
        given=given,
        arguments=(body,),
        line=f"{'DELETE' if is_end else 'POST'} /v1/order_subscriptions/charge",
        operation=f"bootpay.subscriptions.{'revoke_charge' if is_end else 'charge'}",
        sends=body,
        role="supervisor",
        key="made",
        about="@charged.contract",
        **more,
    )


SUBSCRIPTIONS: tuple[SdkCall, ...] = (
    _contract("list", "nothing", line="GET /v1/order_subscriptions", returns={"count": 12}),
    _contract(
        "list",
        "all that it takes",
        {
            "page": 1,
            "limit": 20,
            "keyword": "구독",
            "search_date_from": "2025-01-01",
            "search_date_to": "2025-01-31",
            **_DAYS,
            "request_type": "pause",
            "user_group_id": _GROUP,
            "status": 0,
            "user_id": _USER,
            "order_number": "@member.number",
        },
        line="GET /v1/order_subscriptions?page=1&limit=20&keyword=%EA%B5%AC%EB%8F%85&search_date_from=2025-01-01"
        f"&search_date_to=2025-01-31&{_QUERY_OF_DAYS}&request_type=pause&user_group_id={_GROUP}"
        f"&status=0&user_id={_USER}&order_number=@member.number",
        returns={"count": 0},
    ),
    _contract(
        "list",
        "an `order_number`",
        {"order_number": "@member.number"},
        line="GET /v1/order_subscriptions?order_number=@member.number",
        returns={"count": 1},
    ),
    _contract(
        "detail",
        "a contract",
        "@member.contract",
        line="GET /v1/order_subscriptions/@member.contract",
        returns={"order_subscription_id": "@member.contract", "price": PRICE, "current_duration": 1},
    ),
    _contract(
        "detail",
        "a contract that does not exist",
        _NOTHING,
        line=f"GET /v1/order_subscriptions/{_NOTHING}",
        code="NOT_FOUND",
    ),
    _contract("detail", "`''`", "", line="GET /v1/order_subscriptions/", operation="bootpay.subscriptions.list"),
    *(
        _contract(
            "update",
            given,
            {"order_subscription_id": "@member.contract", **body, "memo": None},
            line="PUT /v1/order_subscriptions/@member.contract",
            sends=body,
            role="supervisor",
            key="made",
            about="@member.contract",
            **more,
        )
        for given, body, more in (
            (
                "a new price",
                {"price": 19_900},
                {"returns": {"price": 19_900}, "after": "active, 10,000 KRW paid, 19,900 next"},
            ),
            (
                "a price of 0",
                {"price": 0},
                {"code": "UNPROCESSABLE_ENTITY", "after": "active, 10,000 KRW paid, 19,900 next"},
            ),
        )
    ),
    _supervise(
        "approve",
        "a contract that waits",
        "@pending",
        {"reason": "확인"},
        returns={"current_duration": 1},
        after="active, 55,000 KRW paid, 25,000 next",
    ),
    _supervise(
        "approve",
        "the same again, with an `idempotency_key`",
        "@pending",
        {"reason": "확인"},
        key="approve twice",
        code="PROCESS_DUPLICATED",
        after="active, 55,000 KRW paid, 25,000 next",
    ),
    _supervise(
        "reject",
        "a contract that waits",
        "@refused",
        {"reason": "확인"},
        returns={"payment_next_at": None},
        after="terminated, 0 KRW paid",
    ),
    _supervise(
        "reject",
        "one that is active, with an `idempotency_key`",
        "@member",
        {"reason": "확인"},
        key="reject active",
        code="PROCESS_DUPLICATED",
        after="active, 10,000 KRW paid, 19,900 next",
    ),
    _supervise(
        "pause",
        "an active contract",
        "@member",
        {"reason": "휴가", "paused_at": "2025-02-01", "expected_resume_at": "2025-03-01"},
        returns={"current_duration": 1},
        after="paused, 10,000 KRW paid, 19,900 next",
    ),
    _supervise(
        "pause",
        "the same again, with an `idempotency_key`",
        "@member",
        {"reason": "휴가", "paused_at": "2025-02-01"},
        key="pause twice",
        code="PROCESS_DUPLICATED",
        after="paused, 10,000 KRW paid, 19,900 next",
    ),
    _supervise(
        "resume",
        "a paused contract",
        "@member",
        {"reason": "재개"},
        returns={"current_duration": 1},
        after="active, 10,000 KRW paid, 19,900 next",
    ),
    _supervise(
        "resume",
        "the same again, with an `idempotency_key`",
        "@member",
        {"reason": "재개"},
        key="resume twice",
        code="ORDER_SUBSCRIPTION_RESUME_UNABLE",
        after="active, 10,000 KRW paid, 19,900 next",
    ),
    _supervise(
        "terminate",
        "an active contract, with an `idempotency_key`",
        "@ended",
        {"reason": "해지", "termination_fee": 0},
        key="terminate",
        returns={"payment_next_at": None, "termination_fee": 0},
        after="terminated, 10,000 KRW paid",
    ),
    _supervise(
        "terminate",
        "the same again, with the same key",
        "@ended",
        {"reason": "해지", "termination_fee": 0},
        key="terminate",
        returns={"payment_next_at": None, "termination_fee": 0},
        after="terminated, 10,000 KRW paid",
    ),
    _supervise(
        "terminate",
        "the same again",
        "@ended",
        {"reason": "해지", "termination_fee": 0},
        code="PROCESS_DUPLICATED",
        after="terminated, 10,000 KRW paid",
    ),
)

BILLS: tuple[SdkCall, ...] = (
    _bills(
        "list", "nothing", line="GET /v1/order_subscription_bills?page=1&limit=20", key="made", returns={"count": 28}
    ),
    _bills(
        "list",
        "all that it takes, with an `idempotency_key`",
        {
            "order_subscription_id": "@billed.contract",
            "page": 2,
            "limit": 5,
            "keyword": "687a1b2c3d4e5f6789012345",
            "status": [1, 2],
            "idempotency_key": "bills",
        },
        line="GET /v1/order_subscription_bills?order_subscription_id=@billed.contract&page=2&limit=5"
        f"&keyword={INVOICE}&status=1%2C2",
        key="bills",
        returns={"count": 0},
    ),
    _bills(
        "list",
        "a contract",
        {"order_subscription_id": "@billed.contract"},
        line="GET /v1/order_subscription_bills?order_subscription_id=@billed.contract&page=1&limit=20",
        key="made",
        returns={"count": 2},
    ),
    _bills(
        "detail",
        "a bill",
        "@billed.bill",
        line="GET /v1/order_subscription_bills/@billed.bill",
        returns={"order_subscription_bill_id": "@billed.bill", "duration": 2, "price": PRICE},
    ),
    _bills(
        "detail",
        "a bill that does not exist",
        _NOTHING,
        line=f"GET /v1/order_subscription_bills/{_NOTHING}",
        code="NOT_FOUND",
    ),
    _change_bill(
        "a new price, with `idempotency_key`, which goes into the body",
        {"price": 9_900, "idempotency_key": "bill"},
        strays="idempotency_key",
        returns={"price": 9_900},
        after="active, 10,000 KRW paid, 9,900 next",
    ),
    _change_bill(
        "another price",
        {"price": 9_000},
        returns={"price": 9_000},
        after="active, 10,000 KRW paid, 9,000 next",
    ),
)

CHARGES: tuple[SdkCall, ...] = (
    _charge(
        "all that the README of @bootpay/backend-js has",
        {
            "charge_key": "@charged.key",
            "price": 1_000,
            "tax_free_price": 0,
            "user": {"id": "USER_ID"},
            "metadata": {"memo": "수시결제"},
        },
        returns={"price": 1_000},
        after="active, 11,000 KRW paid, 10,000 next",
    ),
    _charge(
        "a `charge_key`", {"charge_key": "@charged.key"}, is_end=True, after="active, 11,000 KRW paid, 10,000 next"
    ),
    _charge(
        "a `charge_key` that is revoked",
        {"charge_key": "@charged.key", "price": 1_000},
        code="NOT_FOUND",
        after="active, 11,000 KRW paid, 10,000 next",
    ),
)
