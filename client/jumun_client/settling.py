"""Whether a product order, once read, is as a write wanted it; None where that cannot be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jumun_client.product_orders import PlaceOrderStatus, ProductOrderStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumun_client.product_order_request import Dispatch
    from jumun_client.product_orders import ProductOrder

_NEVER_SENT: Final = (
    ProductOrderStatus.PAYMENT_WAITING,
    ProductOrderStatus.PAYED,
    ProductOrderStatus.CANCELED,
    ProductOrderStatus.CANCELED_BY_NOPAYMENT,
)


def is_confirmed(found: ProductOrder) -> bool | None:
    """Whether the seller has confirmed it."""
    if found.place_order_status is PlaceOrderStatus.OK:
        return True
    return False if isinstance(found.place_order_status, PlaceOrderStatus) else None


def is_dispatched(found: ProductOrder, dispatch: Dispatch) -> bool | None:
    """Whether it went off as that parcel: another tracking number is another parcel."""
    delivery = found.delivery or {}
    number = delivery.get("trackingNumber")
    if dispatch.tracking_number is not None and isinstance(number, str) and number:
        return _bare(number) == _bare(dispatch.tracking_number)
    if found.product_order_status in _NEVER_SENT:
        return False
    if dispatch.tracking_number is None and isinstance(found.product_order_status, ProductOrderStatus):
        return bool(delivery.get("deliveryMethod", dispatch.delivery_method) == dispatch.delivery_method)
    return None


def is_delayed(found: ProductOrder, *, due: datetime, reason: str) -> bool | None:
    """Whether its dispatch is put off to that day for that reason. That the API keeps the time of day is not known."""
    if _product(found).get("delayedDispatchReason") != reason:
        return False
    if found.shipping_due_date is None:
        return None
    return True if found.shipping_due_date.astimezone(due.tzinfo).date() == due.date() else None


def is_wished(found: ProductOrder, wish: Mapping[str, str]) -> bool:
    """Whether the buyer is to have it on that day, and at that hour if one was given."""
    shown = _product(found).get("hopeDelivery")
    asked = {name: wish[name] for name in ("hopeDeliveryYmd", "hopeDeliveryHm") if name in wish}
    return isinstance(shown, dict) and {name: shown.get(name) for name in asked} == asked


def _product(found: ProductOrder) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = found.extra["productOrder"]
    return fields


def _bare(number: str) -> str:
    """A tracking number without what couriers print into it."""
    return "".join(filter(str.isalnum, number)).upper()
