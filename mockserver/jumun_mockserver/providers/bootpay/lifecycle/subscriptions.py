"""The table of a subscription's life.

Sources are pages of commerce.bootpay.ai/subscription, constants and comments of the official SDKs. No page has a state
diagram.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from jumun_mockserver.core.lifecycle import Rule, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SubscriptionState = Literal["subscription pending", "trial", "active", "paused", "on hold", "ended", "terminated"]
"""A contract's status, by the names of the SDKs' constants."""

SUBSCRIPTION_STATES: tuple[SubscriptionState, ...] = SubscriptionState.__args__  # type: ignore[attr-defined]
BY_STATUS: Mapping[int, SubscriptionState] = {
    0: "subscription pending",
    -1: "trial",
    1: "active",
    -2: "paused",
    -3: "on hold",
    15: "ended",
    20: "terminated",
}
"""Status → the row of the table."""

SUBSCRIPTION_CONDITIONS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "key_revoked": lambda record: "revoked_at" in record,
    "nothing_to_pay": lambda record: not record["bills"] or record["bills"][-1]["status"] not in (2, -1),
}

_SDK = "@bootpay/backend-js 2.13.1, orderSubscription module (path and role); the effect is assumed"
_PAGE = "page commerce.bootpay.ai/subscription/subscribe/requests: approved, it begins and its first bill is paid"
_REFUSED = "page commerce.bootpay.ai/subscription/subscribe/requests: refused before there is a contract"
_RESUME = "page commerce.bootpay.ai/subscription/ops/manage/resume"
_OPEN: tuple[SubscriptionState, ...] = ("subscription pending", "trial", "active", "paused", "on hold")
_BILLED: tuple[SubscriptionState, ...] = ("trial", "active")
_OVER: tuple[SubscriptionState, ...] = ("ended", "terminated")
_CHARGED = "charge_key payments of @bootpay/backend-js CHANGELOG 2.7.0; in which states is assumed"
_ASK = "order_subscriptions/requests/ing/* of @bootpay/backend-js 2.13.1: what waits for a decision changes nothing yet"
_DECLINE = "page dev-developers.bootpay.co.kr/commerce/order-subscription-request/reject (status -1 of the request)"
_NOT = "which code a contract in another state fails with is assumed"
_PAY = "PAYMENT_COMPLETED"

RULES: tuple[Rule, ...] = (
    # -- seller
    Rule(("subscription pending",), "seller", "approve", "active", _PAY, "documented", _PAGE),
    Rule(SUBSCRIPTION_STATES, "seller", "approve", None, None, "assumed", _NOT, "already_processed"),
    Rule(("subscription pending",), "seller", "reject", "terminated", None, "documented", _REFUSED),
    Rule(SUBSCRIPTION_STATES, "seller", "reject", None, None, "assumed", _NOT, "already_processed"),
    Rule(_BILLED, "seller", "pause", "paused", None, "observed", _SDK),
    Rule(("paused",), "seller", "pause", None, None, "assumed", _NOT, "already_processed"),
    Rule(SUBSCRIPTION_STATES, "seller", "pause", None, None, "assumed", _NOT, "unprocessable"),
    Rule(("paused",), "seller", "resume", "active", None, "documented", _RESUME),
    Rule(SUBSCRIPTION_STATES, "seller", "resume", None, None, "documented", _RESUME, "resume_unable"),
    Rule(_OPEN, "seller", "terminate", "terminated", None, "observed", _SDK),
    Rule(SUBSCRIPTION_STATES, "seller", "terminate", None, None, "assumed", _NOT, "already_processed"),
    Rule(
        _OPEN,
        "seller",
        "update",
        None,
        None,
        "observed",
        "@bootpay/backend-js CHANGELOG 2.13.0: a new price is that of bills that are ready, and not of paid ones",
    ),
    Rule(SUBSCRIPTION_STATES, "seller", "update", None, None, "assumed", _NOT, "unprocessable"),
    Rule(SUBSCRIPTION_STATES, "seller", "charge", None, None, "assumed", _CHARGED, "charge_not_found", "key_revoked"),
    Rule((*_BILLED, "on hold"), "seller", "charge", None, _PAY, "observed", _CHARGED),
    Rule(SUBSCRIPTION_STATES, "seller", "charge", None, None, "assumed", _CHARGED, "unprocessable"),
    # Requests of buyers, and how they are decided.
    Rule(_OPEN, "seller", "ask", None, None, "observed", _ASK),
    Rule(SUBSCRIPTION_STATES, "seller", "ask", None, None, "assumed", _NOT, "unprocessable"),
    Rule(SUBSCRIPTION_STATES, "seller", "decline", None, None, "documented", _DECLINE),
    Rule(
        (*_BILLED, "paused", "on hold"),
        "seller",
        "purchase",
        "terminated",
        _PAY,
        "assumed",
        "requests/ing/purchase of the SDKs (중도인수): the rest is paid and the contract ends",
    ),
    Rule(
        _OPEN,
        "seller",
        "transfer",
        None,
        None,
        "documented",
        "page commerce.bootpay.ai/subscription/subscribe/transfer: the contract is another user's",
    ),
    # -- buyers
    Rule(SUBSCRIPTION_STATES, "buyer", "bill", None, None, "assumed", _NOT, "unprocessable", "nothing_to_pay"),
    Rule((*_BILLED, "on hold"), "buyer", "bill", "active", _PAY, "assumed", "bill status 1 (DONE) of the SDKs"),
    Rule(SUBSCRIPTION_STATES, "buyer", "fail_bill", None, None, "assumed", _NOT, "unprocessable", "nothing_to_pay"),
    Rule(
        _BILLED,
        "buyer",
        "fail_bill",
        "on hold",
        None,
        "assumed",
        "statuses -1 (FAILED) of a bill and -3 (HOLD_ON) of a contract of the SDKs: the pairing is assumed",
    ),
    # -- time
    Rule(_BILLED, "time", "bill", "active", _PAY, "documented", "commerce.bootpay.ai: paid by itself on its cycle"),
    Rule(_BILLED, "time", "end", "ended", None, "assumed", "status 15 (AUTO_END) of the SDKs, after the last period"),
)

SUBSCRIPTIONS_TABLE: Table[Mapping[str, Any]] = Table(
    RULES,
    states=SUBSCRIPTION_STATES,
    conditions=SUBSCRIPTION_CONDITIONS,
    operations={
        f"bootpay.subscriptions.{action}": action
        for action in ("approve", "reject", "pause", "resume", "terminate", "update", "charge")
    },
)
"""Conditions look at the contract's record. `bill` and `end` are what time does, by what is open."""
