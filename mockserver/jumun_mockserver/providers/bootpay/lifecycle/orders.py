"""The table of an order's life.

Sources are pages of commerce.bootpay.ai, the payment webhook's page (developers.bootpay.ai/server/webhook), constants
of the official SDKs and bootpay-mcp's docs of 2026-09. No page has a state diagram.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from jumun_contracts import load_contract
from jumun_mockserver.core.lifecycle import Rule, Table
from jumun_mockserver.providers.bootpay.lifecycle.subscriptions import SUBSCRIPTIONS_TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OrderState = Literal[
    "pending",
    "expired",
    "in_payment",
    "paid",
    "cancel_requested",
    "confirmed",
    "cancelled",
    "returned",
    "exchanged",
]
"""An order's status; an unpaid one whose deadline a buyer met is told apart."""

STATES: tuple[OrderState, ...] = OrderState.__args__  # type: ignore[attr-defined]
NUMBERS: Mapping[OrderState, int] = {
    "pending": 0,
    "in_payment": 1,
    "paid": 2,
    "cancel_requested": 3,
    "cancelled": 4,
    "confirmed": 8,
}
"""State → the number of the order page's table."""
_BY_NUMBER: Mapping[int, OrderState] = {
    0: "pending",
    1: "in_payment",
    2: "paid",
    3: "cancel_requested",
    4: "cancelled",
    5: "in_payment",
    8: "confirmed",
    10: "cancelled",
    11: "returned",
    12: "exchanged",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What conditions are about.

    Attributes:
        cancel: The cancellation that an action is about; None where it is about none.
        rest: What of the price is not cancelled yet, in KRW.
    """

    cancel: Mapping[str, Any] | None = None
    rest: int = 0


def state_of(row: Mapping[str, Any]) -> OrderState:
    """The row of the table for an order. A status that no source knows is derived from its payment."""
    if row.get("expired"):
        return "expired"
    known = _BY_NUMBER.get(row["status"])
    return known or ("paid" if row["purchased_at"] else "pending")


def _in_part(look: Look) -> bool:
    return look.cancel is not None and look.cancel["cancel_price"] < look.rest


CONDITIONS: Mapping[str, Callable[[Look], bool]] = {
    "done": lambda look: look.cancel is None or look.cancel["status"] != 0,
    "too_much": lambda look: look.cancel is not None and look.cancel["cancel_price"] > look.rest,
    "at_once": lambda look: look.cancel is not None and look.cancel["cancel_immediately"] and not _in_part(look),
    "at_once_in_part": lambda look: look.cancel is not None and look.cancel["cancel_immediately"] and _in_part(look),
    "in_part": _in_part,
}


_TABLE = "page commerce.bootpay.ai/orders/list, table of statuses"
_HOOK = (
    "developers.bootpay.ai/server/webhook (PAYMENT_CANCELLED); that the order's status becomes 4 is the list's table"
)
_PART = "developers.bootpay.ai/server/webhook (PAYMENT_PARTIAL_CANCELLED); that the order stays paid is assumed"
_CODES = "Bootpay support table of codes (3708, 3710); the pairing with the state is assumed"
_TWICE = "PROCESS_DUPLICATED, 이미 처리된 요청이에요: the pairing with the state is assumed"
_UNPAID = "nothing was paid, so nothing can be cancelled; the code is assumed"
_CANCELABLE: tuple[OrderState, ...] = ("paid", "confirmed")
_GONE: tuple[OrderState, ...] = ("cancelled", "returned")

RULES: tuple[Rule, ...] = (
    # -- seller
    Rule(_CANCELABLE, "seller", "request", None, None, "observed", _CODES, "cancel_price_over", "too_much"),
    Rule(
        _CANCELABLE,
        "seller",
        "request",
        "cancelled",
        "PAYMENT_CANCELLED",
        "assumed",
        f"cancel_immediately of the Ruby and Java SDKs; {_HOOK}",
        when="at_once",
    ),
    Rule(
        _CANCELABLE,
        "seller",
        "request",
        "paid",
        "PAYMENT_PARTIAL_CANCELLED",
        "assumed",
        f"cancel_immediately of the Ruby and Java SDKs; {_PART}",
        when="at_once_in_part",
    ),
    Rule(_CANCELABLE, "seller", "request", "cancel_requested", None, "documented", _TABLE),
    Rule(_GONE, "seller", "request", None, None, "observed", _CODES, "cancel_done"),
    Rule(("cancel_requested", "exchanged"), "seller", "request", None, None, "assumed", _TWICE, "already_processed"),
    Rule(STATES, "seller", "request", None, None, "assumed", _UNPAID, "cancel_price_over"),
    Rule(STATES, "seller", "withdraw", None, None, "assumed", _TWICE, "already_processed", "done"),
    Rule(
        ("cancel_requested",), "seller", "withdraw", "paid", None, "assumed", "order/cancel/{id}/withdraw of the SDKs"
    ),
    Rule(STATES, "seller", "approve", None, None, "assumed", _TWICE, "already_processed", "done"),
    Rule(
        ("cancel_requested",),
        "seller",
        "approve",
        "paid",
        "PAYMENT_PARTIAL_CANCELLED",
        "assumed",
        _PART,
        when="in_part",
    ),
    Rule(("cancel_requested",), "seller", "approve", "cancelled", "PAYMENT_CANCELLED", "documented", _HOOK),
    Rule(STATES, "seller", "reject", None, None, "assumed", _TWICE, "already_processed", "done"),
    Rule(
        ("cancel_requested",),
        "seller",
        "reject",
        "paid",
        None,
        "documented",
        "page of order/cancel/{id}/reject (status 2 of the request); that the order is paid again is assumed",
    ),
    # -- buyers
    Rule(
        ("pending", "in_payment"),
        "buyer",
        "pay",
        "paid",
        "PAYMENT_COMPLETED",
        "documented",
        "developers.bootpay.ai/server/webhook; the list's table of statuses",
    ),
    Rule(
        ("pending", "in_payment"),
        "buyer",
        "subscribe",
        "paid",
        "PAYMENT_COMPLETED",
        "assumed",
        "an order that opens a subscription: orders of the page's list name one; the first bill is paid with it",
    ),
    Rule(
        ("pending",),
        "buyer",
        "issue_account",
        "in_payment",
        "PAYMENT_VIRTUAL_ACCOUNT_ISSUED",
        "documented",
        "developers.bootpay.ai/server/webhook (status 5); that the order is in payment is assumed",
    ),
    Rule(_CANCELABLE, "buyer", "request_cancel", "cancel_requested", None, "documented", _TABLE),
    Rule(("cancel_requested",), "buyer", "withdraw_cancel", "paid", None, "assumed", "withdraw of the SDKs"),
    Rule(
        ("pending", "in_payment"),
        "buyer",
        "expire",
        "expired",
        None,
        "observed",
        "bootpay-mcp docs/commerce-hosted-login.md: the first hosted GET after the deadline sweeps, detail does not",
    ),
    Rule(
        ("paid",),
        "buyer",
        "confirm",
        "confirmed",
        None,
        "assumed",
        "order/confirm of the Ruby SDK; status 8 BUY_CONFIRM of the Java SDK's constants",
    ),
)

ORDERS_TABLE: Table[Look] = Table(
    RULES,
    states=STATES,
    conditions=CONDITIONS,
    operations={f"bootpay.order_cancel.{action}": action for action in ("request", "withdraw", "approve", "reject")},
)
"""Cancellations are withdrawn, approved and rejected while their order is `cancel_requested`."""


def explain(operation_id: str) -> Iterator[str]:
    """Lines about what an operation does to orders or subscriptions in each state."""
    causes = load_contract("bootpay").causes
    for table in (ORDERS_TABLE, SUBSCRIPTIONS_TABLE):
        yield from table.explain(operation_id, causes, event="webhook")
