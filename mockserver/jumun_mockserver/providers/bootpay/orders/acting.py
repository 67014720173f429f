"""Orders as the control plane sees them, and what buyers do to them on Bootpay's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import OrderError, OrderView, refuse_action
from jumun_mockserver.providers.bootpay.lifecycle import ORDERS_TABLE, state_of
from jumun_mockserver.providers.bootpay.orders.cancels import list_cancels, make_cancel
from jumun_mockserver.providers.bootpay.orders.subscribed import (
    BILL_ACTIONS,
    act_on_bill,
    possible_actions,
    show_subscriptions,
)
from jumun_mockserver.providers.bootpay.orders.transitions import look_at, perform, read_state
from jumun_mockserver.providers.bootpay.subscriptions.transitions import apply_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.providers.bootpay.filters import Row
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

ACTIONS = (*ORDERS_TABLE.control_actions, *BILL_ACTIONS)
"""What `act` can do to an order, or to the subscriptions that it names."""


def act(id_: str, action: str, reason: str | None, shop: BootpayShop) -> list[dict[str, Any]]:
    """Do an action to an order, as it is now, or to a subscription of it; `request_cancel` takes a text as its reason.

    Raises:
        KeyError: No such order.
        OrderError: The action is not possible now, or takes no reason.
    """
    if reason is not None and action != "request_cancel" and action in ACTIONS:
        raise OrderError(f"/reason: {action!r} takes none")

    apply_due(shop)
    if action in BILL_ACTIONS:
        order = shop.orders.find(id_)
        if order is None:
            raise KeyError(id_)
        if not (events := act_on_bill(order, action, shop)):
            refuse_action(action, view(order, shop))
        return events

    def request(row: Row, at: float) -> dict[str, Any]:
        return make_cancel(row, at, shop, cancel_message=reason)

    actor = ORDERS_TABLE.control_actions.get(action, "buyer")
    outcome = perform(id_, action, shop, actor=actor, request=request if action == "request_cancel" else None)
    if outcome.rule is None or outcome.rule.cause:
        refuse_action(action, view(outcome.row, shop))
    return outcome.events


def find_order(id_: str, shop: BootpayShop) -> OrderView | None:
    """The order of an order_id or order_number."""
    apply_due(shop)
    row = shop.orders.find(id_)
    return view(row, shop) if row else None


def iter_orders(shop: BootpayShop) -> Iterator[OrderView]:
    """All orders, newest first."""
    apply_due(shop)
    return (view(row, shop) for row in shop.orders)


def view(row: Row, shop: BootpayShop) -> OrderView:
    """An order as the control plane shows it, with its cancellations and subscriptions."""
    actions = (*ORDERS_TABLE.possible(state_of(row), look_at(row)), *possible_actions(row, shop))
    data = dict(row)
    if cancels := list_cancels(row):
        data["cancels"] = cancels
    if subscriptions := show_subscriptions(row, shop):
        data["subscriptions"] = subscriptions
    return OrderView("bootpay", row["order_id"], None, read_state(row), actions, data)
