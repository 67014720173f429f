"""Whether a product order, once read, is as a write wanted it; None where that cannot be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jumun_client.product_orders import ClaimStatus, PlaceOrderStatus, ProductOrderStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from jumun_client.product_order_request import Dispatch
    from jumun_client.product_orders import ProductOrder

_NEVER_SENT: Final = (
    ProductOrderStatus.PAYMENT_WAITING,
    ProductOrderStatus.PAYED,
    ProductOrderStatus.CANCELED,
    ProductOrderStatus.CANCELED_BY_NOPAYMENT,
)

CANCEL_REQUESTED: Final = (ClaimStatus.CANCEL_REQUEST, ClaimStatus.CANCELING, ClaimStatus.CANCEL_DONE)
RETURN_REQUESTED: Final = (
    ClaimStatus.RETURN_REQUEST,
    ClaimStatus.COLLECTING,
    ClaimStatus.COLLECT_DONE,
    ClaimStatus.RETURN_DONE,
)
REDELIVERED: Final = (ClaimStatus.EXCHANGE_REDELIVERING, ClaimStatus.EXCHANGE_DONE)


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


def is_claim_in(found: ProductOrder, kind: str, statuses: Collection[ClaimStatus]) -> bool | None:
    """Whether its claim of that kind, or the exchange before its present claim, has one of these statuses."""
    before: Any = found.extra.get("beforeClaim")
    exchange = before.get("exchange") if isinstance(before, dict) else None
    if kind == "EXCHANGE" and isinstance(exchange, dict) and exchange.get("claimStatus") in statuses:
        return True
    if found.claim_type != kind:
        return False
    return found.claim_status in statuses if isinstance(found.claim_status, ClaimStatus) else None


def is_claim_requested(
    found: ProductOrder, kind: str, statuses: Collection[ClaimStatus], quantity: int | None
) -> bool | None:
    """Whether a claim of that kind is under way or done; a done one for a part may be another than was asked for."""
    is_done = found.claim_status in (ClaimStatus.CANCEL_DONE, ClaimStatus.RETURN_DONE)
    if found.claim_type == kind and quantity is not None and is_done:
        return None
    return is_claim_in(found, kind, statuses)


def is_held(found: ProductOrder, kind: str, *, held: bool) -> bool:
    """Whether its claim of that kind is held back, or is not."""
    block = (found.current_claim or {}).get(kind.lower())
    status = block.get("holdbackStatus") if isinstance(block, dict) else None
    return status == "HOLDBACK" if held else isinstance(block, dict) and status != "HOLDBACK"


def _product(found: ProductOrder) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = found.extra["productOrder"]
    return fields


def _bare(number: str) -> str:
    """A tracking number without what couriers print into it."""
    return "".join(filter(str.isalnum, number)).upper()
