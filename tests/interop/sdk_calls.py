"""All calls of the official Bootpay SDKs that docs/sdk-comparison.md has, by its sections."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tests.interop.sdk_adjustments import ADJUSTMENTS
from tests.interop.sdk_call import SdkCall
from tests.interop.sdk_invoices import INVOICES
from tests.interop.sdk_orders import CANCELS, CLIENT, ORDERS
from tests.interop.sdk_requests import REQUESTS
from tests.interop.sdk_subscriptions import BILLS, CHARGES, SUBSCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUBSCRIPTION = {"order_subscription_id": "ORDER_SUBSCRIPTION_ID"}
_README: Mapping[str, Mapping[str, Any]] = {
    "pause": {"pause_days": 30, "reason": "일시정지 사유"},
    "resume": {},
    "termination": {"reason": "해지 사유"},
}

SAMPLES: tuple[SdkCall, ...] = (
    SdkCall(
        method="order.list",
        given="`page=1, limit=20`, keywords, on the page of the order list",
        arguments=({"**": {"page": 1, "limit": 20}},),
        fails={"python": "raised TypeError"},
        languages=("python",),
    ),
    SdkCall(
        method="orderSubscription.requestResume",
        given="on the page of resuming a subscription",
        arguments=(_SUBSCRIPTION,),
        fails={"node": "raised TypeError", "python": "raised AttributeError"},
        is_there=False,
    ),
    SdkCall(
        method="invoice.create",
        given="`amount` in place of `price`, in the README of @bootpay/backend-js",
        arguments=({"user_id": "USER_ID", "amount": 50_000, "title": "청구서 제목"},),
        line="POST /v1/invoices",
        operation="bootpay.invoices.create",
        code="API_PARAM_INVALID",
        breaks=True,
    ),
    *(
        SdkCall(
            method=f"orderSubscription.{method}",
            given="in the README of @bootpay/backend-js",
            arguments=({**_SUBSCRIPTION, **arguments},),
            fails={"node": "raised TypeError"},
            languages=("node",),
            is_there=False,
        )
        for method, arguments in _README.items()
    ),
)
"""What Bootpay's own pages show and the SDKs, or their types, do not have."""

CALLS: Mapping[str, tuple[SdkCall, ...]] = MappingProxyType(
    {
        "Token and roles": CLIENT,
        "Orders": ORDERS,
        "Cancellations": CANCELS,
        "Subscriptions": SUBSCRIPTIONS,
        "Bills": BILLS,
        "Requests": REQUESTS,
        "Adjustments": ADJUSTMENTS,
        "Charges": CHARGES,
        "Invoices": INVOICES,
        "Samples that fail": SAMPLES,
    }
)
"""Section of the page → its calls, in the order in which they are made."""

_SHOP, _BOARDS = "what a shop is, not its orders", "boards of a shop"
_ALIMTALK = ("message", "official", "optout", "send", "sender", "template", "webhook")
UNSERVED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("user", "user_group", "product", "category", "store", "mall_setting"), _SHOP),
        **dict.fromkeys(("coupon", "point", "cart"), "what comes before an order"),
        **dict.fromkeys(("faq", "notice", "inquiry", "product_qna", "product_review"), _BOARDS),
        **dict.fromkeys([f"alimtalk_{each}" for each in _ALIMTALK], "messages to phones"),
    }
)
"""Modules that belong to no operation of Jumun's → why."""
UNCALLED: Mapping[str, str] = MappingProxyType(
    {"bootpay.subscription_requests.post_resume": "a page's method; both SDKs send PUT, to `.resume`"}
)
"""Operations that no method of the SDKs reaches → why."""
