"""What buyers do to subscriptions by an order, on the control plane: `subscribe`, `bill` and `fail_bill`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.lifecycle.subscriptions import BY_STATUS, SUBSCRIPTIONS_TABLE
from jumun_mockserver.providers.bootpay.subscriptions import steps
from jumun_mockserver.providers.bootpay.subscriptions.transitions import perform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.providers.bootpay.filters import Row
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

BILL_ACTIONS = tuple(SUBSCRIPTIONS_TABLE.control_actions)
"""What can be done to the subscriptions of an order."""


def find_subscriptions(order: Row, shop: BootpayShop) -> list[Record]:
    """The contracts that an order names."""
    ids = order.get("order_subscription_ids", ())
    return [record for id_ in ids if (record := shop.contracts.find(id_)) is not None]


def possible_actions(order: Row, shop: BootpayShop) -> tuple[str, ...]:
    """What can be done now to one of the subscriptions of an order at least."""
    found = [each for record in find_subscriptions(order, shop) for each in _possible(record)]
    return tuple(action for action in BILL_ACTIONS if action in found)


def act_on_bill(order: Row, action: str, shop: BootpayShop) -> list[dict[str, Any]]:
    """Pay the open bill of the first of an order's subscriptions for which that is possible, or have it fail.

    Returns:
        The events; none where it is possible for none of them.
    """
    step = partial(steps.pay_bill, terms=shop.terms) if action == "bill" else steps.fail_bill
    for record in find_subscriptions(order, shop):
        if events := perform(record["order_subscription_id"], action, shop, step, actor="buyer").events:
            return events
    return []


def show_subscriptions(order: Row, shop: BootpayShop) -> list[Mapping[str, Any]]:
    """The subscriptions of an order as the control plane shows them, with their charge keys."""
    return [
        {
            "order_subscription_id": record["order_subscription_id"],
            "status": record["status"],
            "charge_key": record["charge_key"],
        }
        for record in find_subscriptions(order, shop)
    ]


def _possible(record: Record) -> tuple[str, ...]:
    return SUBSCRIPTIONS_TABLE.possible(BY_STATUS[record["status"]], record)
