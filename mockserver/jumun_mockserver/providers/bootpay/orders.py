"""`bootpay.orders.list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop, Order

Filter: TypeAlias = "Callable[[Order], bool]"


def list_orders(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A page of the orders that match, newest first, with the number of all that match."""
    filters = list(_iter_filters(call.values))
    matching = [order.row for order in shop.orders if all(fits(order) for fits in filters)]
    page, limit = call.values["page"], call.values["limit"]
    return {"count": len(matching), "list": matching[(page - 1) * limit : page * limit]}


def _iter_filters(values: Mapping[str, Any]) -> Iterator[Filter]:
    """One test for each parameter that was given."""
    if user := values.get("user_id"):
        yield lambda order: order.user_id == user
    if group := values.get("user_group_id"):
        yield lambda order: order.user_group_id == group
    if contracts := values.get("order_subscription_ids"):
        yield lambda order: not order.order_subscription_ids.isdisjoint(contracts)
    if (billing := values.get("subscription_billing_type")) is not None:
        yield lambda order: order.subscription_billing_type == billing
    if keyword := values.get("keyword"):
        folded = keyword.casefold()
        yield lambda order: any(folded in text for text in order.texts)
    if statuses := values.get("status"):
        yield lambda order: order.row["status"] in statuses
    if payments := values.get("payment_status"):
        yield lambda order: order.row["receipt_status"] in payments
    yield from _iter_date_filters(values)


def _iter_date_filters(values: Mapping[str, Any]) -> Iterator[Filter]:
    """Both ends are included; the canonical keys win. An unpaid order has no purchase date and fits no such range."""
    first = values.get("search_date_from") or values.get("css_at")
    last = values.get("search_date_to") or values.get("cse_at")
    day: Callable[[Order], str] = (
        (lambda order: order.purchased_on) if values.get("cs_type") == "p_at" else (lambda order: order.created_on)
    )
    # Days as YYYY-MM-DD sort as text.
    if first or last:
        yield lambda order: bool(day(order)) and (first or "") <= day(order) <= (last or "9999-12-31")
