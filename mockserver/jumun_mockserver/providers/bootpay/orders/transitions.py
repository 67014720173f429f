"""Orders as they change: one step of the lifecycle at a time, each one atomic with its event."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.session.events import Event, Events
from jumun_mockserver.providers.bootpay.lifecycle import ORDERS_TABLE, Look, state_of
from jumun_mockserver.providers.bootpay.lifecycle.orders import NUMBERS
from jumun_mockserver.providers.bootpay.orders.cancels import (
    APPROVED,
    REJECTED,
    WITHDRAWN,
    decide,
    find_open,
    list_cancels,
    sum_cancelled,
)
from jumun_mockserver.providers.bootpay.subscriptions.seeded import make_contract_id
from jumun_mockserver.providers.bootpay.times import object_id, stamp
from jumun_mockserver.providers.bootpay.written import CANCELS, ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_mockserver.core.lifecycle import Rule
    from jumun_mockserver.providers.bootpay.filters import Row
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

_PAID, _ACCOUNT_ISSUED, _PAID_BACK = 1, 5, 20
_DECIDED = {
    "approve": APPROVED,
    "reject": REJECTED,
    "withdraw": WITHDRAWN,
    "withdraw_cancel": WITHDRAWN,
    "request": APPROVED,
}


class Outcome(NamedTuple):
    """Outcome of an action.

    Attributes:
        rule: That held; None where the action is not possible for the actor. Nothing changed if it has a cause.
        row: The order as it is now.
        events: As the session's log has them.
    """

    rule: Rule | None
    row: Row
    events: list[dict[str, Any]]


def perform(
    id_: str,
    action: str,
    shop: BootpayShop,
    *,
    actor: str,
    request: Callable[[Row, float], Mapping[str, Any]] | None = None,
    cancel_id: str | None = None,
    message: str | None = None,
) -> Outcome:
    """Do an action to the order of an order_id or order_number, if the lifecycle has it.

    Args:
        request: Gives the cancellation that is asked for, from the order as it is and the moment.
        cancel_id: Of the cancellation that is decided upon; None for the one that is open.
        message: Of the decision.

    Raises:
        KeyError: The shop has no such order.
    """
    while True:
        row = shop.orders.find(id_)
        if row is None:
            raise KeyError(id_)
        after, at = Events(shop.state).find_moment(shop.clock)
        asked = request(row, at) if request else None
        look = look_at(row, asked, cancel_id)
        rule = ORDERS_TABLE.choose(state_of(row), actor, action, look)
        if rule is None or rule.cause:
            return Outcome(rule, row, [])
        new = _change(row, rule, asked, shop, at=at, message=message)
        if asked:
            shop.state.write(CANCELS, asked["order_cancel_request_history_id"], row["order_id"])
        # An order of the seed is not written yet, and is changed from nothing.
        old = shop.state.read(ORDERS, row["order_id"])
        if old is not None and old != row:
            continue
        event = make_event(actor, action, rule.type, new, at)
        events = Events(shop.state).change(ORDERS, row["order_id"], old, new, [event], after=after)
        if events is not None:
            return Outcome(rule, new, events)


def look_at(row: Row, asked: Mapping[str, Any] | None = None, cancel_id: str | None = None) -> Look:
    """What the conditions of the lifecycle look at: the cancellation that is asked for, decided upon, or open."""
    cancel = asked or find_open(row)
    if cancel_id is not None:
        cancel = next(each for each in list_cancels(row) if each["order_cancel_request_history_id"] == cancel_id)
    return Look(cancel, row["price"] - sum_cancelled(row))


def make_event(actor: str, action: str, type_: str | None, row: Row, at: float) -> Event:
    """The event of a change of an order."""
    state = read_state(row)
    if action == "subscribe":
        state["order_subscription_id"] = row["order_subscription_ids"][-1]
    return Event(at, "bootpay", row["order_id"], None, actor, action, type_, state)


def read_state(row: Row) -> dict[str, Any]:
    """The fields that orders are told apart by."""
    return {"status": row["status"], "receipt_status": row["receipt_status"]}


def _change(
    row: Row, rule: Rule, asked: Mapping[str, Any] | None, shop: BootpayShop, *, at: float, message: str | None
) -> dict[str, Any]:
    """The order after a rule."""
    new = dict(row)
    if asked:
        new["cancels"] = [*list_cancels(row), asked]
    if rule.action in _DECIDED and (rule.action != "request" or rule.type):
        new["cancels"] = decide(new.get("cancels") or list_cancels(row), _DECIDED[rule.action], at, message)
    if rule.to == "expired":
        return {**new, "expired": True}
    if rule.to is None:
        return new
    new["status"] = NUMBERS[rule.to]  # type: ignore[index]
    if rule.action in ("pay", "subscribe"):
        new |= {"receipt_status": _PAID, "purchased_at": stamp(at), "receipt_id": _find_receipt_id(row, shop, at)}
        if rule.action == "subscribe":
            # The contract follows from the order; see `subscriptions.seeded.open_contract`.
            contract = make_contract_id(row["order_id"], new["purchased_at"], shop.seed)
            new["order_subscription_ids"] = [*row.get("order_subscription_ids", ()), contract]
            new["subscription_billing_type"] = min(len(new["order_subscription_ids"]), 2)
    elif rule.action == "issue_account":
        new |= {"receipt_status": _ACCOUNT_ISSUED, "receipt_id": _find_receipt_id(row, shop, at)}
    elif rule.to == "cancelled":
        new["receipt_status"] = _PAID_BACK
    return new


def _find_receipt_id(row: Row, shop: BootpayShop, at: float) -> str:
    """The id of an order's receipt: one for the account that was issued and what is paid to it (assumed)."""
    digest = hashlib.sha256(f"{shop.seed}:bootpay:placed:0:{row['order_id']}".encode()).digest()
    return row.get("receipt_id") or object_id(at, digest)
