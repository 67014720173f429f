"""Calls of the official Bootpay SDKs that change what single bills of a subscription come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.interop.sdk_call import SdkCall

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERBS: Mapping[str, str] = {"create": "POST", "update": "PUT", "delete": "DELETE"}


def _adjust(method: str, given: str, *arguments: Any, sends: Any, key: str = "made", **more: Any) -> SdkCall:
    return SdkCall(
        method=f"orderSubscriptionAdjustment.{method}",
        given=given,
        arguments=arguments,
        line=f"{_VERBS[method]} /v1/order_subscriptions/@adjusted.contract/adjustments",
        operation=f"bootpay.adjustments.{method}",
        sends=sends,
        role="supervisor",
        key=key,
        about="@adjusted.contract",
        **more,
    )


ADJUSTMENTS: tuple[SdkCall, ...] = (
    _adjust(
        "create",
        "no `duration`",
        "@adjusted.contract",
        {},
        sends={"price": 0, "duration": 1, "tax_free_price": 0},
        code="UNPROCESSABLE_ENTITY",
        after="active, 10,000 KRW paid, 10,000 next",
    ),
    _adjust(
        "create",
        "a `duration`, as in the README of @bootpay/backend-js",
        "@adjusted.contract",
        {"duration": 5, "price": -1_000, "name": "5회차 할인"},
        sends={"duration": 5, "price": -1_000, "tax_free_price": 0, "name": "5회차 할인"},
        returns={"order_subscription_id": "@adjusted.contract"},
        after="active, 10,000 KRW paid, 10,000 next, bill 5 -1,000",
    ),
    _adjust(
        "create",
        "`duration_from` and `duration_to`, with a key",
        "@adjusted.contract",
        {"duration_from": 2, "duration_to": 3, "price": -1_000},
        "adjust",
        sends={"price": -1_000, "duration": 1, "tax_free_price": 0, "duration_from": 2, "duration_to": 3},
        key="adjust",
        returns={"order_subscription_id": "@adjusted.contract"},
        after="active, 10,000 KRW paid, 9,000 next, bill 5 -1,000, bill 2 -1,000, bill 3 -1,000",
    ),
    _adjust(
        "create",
        "`is_unlimited`, as in the README of @bootpay/backend-js",
        "@adjusted.contract",
        {"duration_from": 4, "is_unlimited": True, "price": -100},
        sends={"price": -100, "duration": 1, "tax_free_price": 0, "duration_from": 4, "is_unlimited": True},
        returns={"order_subscription_id": "@adjusted.contract"},
        after="active, 10,000 KRW paid, 9,000 next, bill 5 -1,000, bill 2 -1,000, bill 3 -1,000, from bill 4 -100",
    ),
    _adjust(
        "update",
        "the id of one, without a `duration`",
        {
            "order_subscription_id": "@adjusted.contract",
            "order_subscription_adjustment_id": "@adjusted.adjustment",
            "price": -500,
        },
        sends={"duration": 1, "order_subscription_adjustment_id": "@adjusted.adjustment", "price": -500},
        returns={"order_subscription_id": "@adjusted.contract"},
        after="active, 10,000 KRW paid, 9,000 next, bill 5 -1,000, bill 2 -1,000, bill 3 -1,000, from bill 4 -500",
    ),
    _adjust(
        "update",
        "`adjustments`, without a `duration`",
        {"order_subscription_id": "@adjusted.contract", "adjustments": [{"price": -2_000}]},
        sends={"duration": 1, "adjustments": [{"price": -2_000}]},
        code="UNPROCESSABLE_ENTITY",
        after="active, 10,000 KRW paid, 9,000 next, bill 5 -1,000, bill 2 -1,000, bill 3 -1,000, from bill 4 -500",
    ),
    _adjust(
        "update",
        "`adjustments` of a `duration`",
        {"order_subscription_id": "@adjusted.contract", "duration": 2, "adjustments": [{"price": -2_000}]},
        sends={"duration": 2, "adjustments": [{"price": -2_000}]},
        returns={"order_subscription_id": "@adjusted.contract"},
        after="active, 10,000 KRW paid, 8,000 next, bill 5 -1,000, bill 3 -1,000, from bill 4 -500, bill 2 -2,000",
    ),
    _adjust(
        "delete",
        "an adjustment",
        "@adjusted.contract",
        "@adjusted.adjustment",
        sends={"order_subscription_adjustment_id": "@adjusted.adjustment"},
        returns={"order_subscription_id": "@adjusted.contract"},
        after="active, 10,000 KRW paid, 10,000 next, bill 5 -1,000, bill 3 -1,000, from bill 4 -500",
    ),
    _adjust(
        "delete",
        "one that does not exist",
        "@adjusted.contract",
        "000000000000000000000000",
        sends={"order_subscription_adjustment_id": "000000000000000000000000"},
        code="NOT_FOUND",
        after="active, 10,000 KRW paid, 10,000 next, bill 5 -1,000, bill 3 -1,000, from bill 4 -500",
    ),
)
