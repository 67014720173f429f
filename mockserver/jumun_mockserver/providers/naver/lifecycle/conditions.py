"""Conditions of the lifecycle's rules: what they look at, and each by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.lifecycle.states import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ADD_ON = "추가구성상품"
_NOT_SENT = ("PAYMENT_WAITING", "PAYED")
_WITHOUT_CLAIM = ("PAYED/NOT_YET", "PAYED/OK", "DELIVERING", "DELIVERED", "DELIVERED/HOLDBACK")


@dataclass(frozen=True, slots=True)
class Look:
    """What conditions are about.

    Attributes:
        product_order: As a query shows it.
        claim: The block of its current claim; None if it never had any.
        parcel: Gives the other product orders of its parcel as a query shows them.
        before_collection: Whether a return may be approved before it is collected.
        quantity: For how many pieces a claim is requested; None for all that remain.
    """

    product_order: Mapping[str, Any]
    claim: Mapping[str, Any] | None
    parcel: Callable[[], Iterable[Mapping[str, Any]]]
    before_collection: bool
    quantity: int | None = None


def _main_waits(look: Look) -> bool:
    """Whether it is an add-on whose main product is not sent yet."""
    return look.product_order["productClass"] == ADD_ON and any(
        other["productClass"] != ADD_ON and other["productOrderStatus"] in _NOT_SENT for other in look.parcel()
    )


def _add_on_waits(look: Look) -> bool:
    """Whether it is a main product of whose add-ons one goes on without a claim."""
    return look.product_order["productClass"] != ADD_ON and any(
        other["productClass"] == ADD_ON and state_of(other) in _WITHOUT_CLAIM for other in look.parcel()
    )


def _is_held(look: Look) -> bool:
    return look.claim is not None and look.claim.get("holdbackStatus") == "HOLDBACK"


def _is_in_part(look: Look) -> bool:
    """Whether the current claim is for fewer pieces than remain."""
    return look.claim is not None and look.claim["requestQuantity"] < look.product_order["remainQuantity"]


def _gift_waits(look: Look) -> bool:
    return look.product_order.get("giftReceivingStatus") == "WAIT_FOR_RECEIVING"


CONDITIONS: Mapping[str, Callable[[Look], bool]] = {
    "logistics": lambda look: look.product_order.get("logisticsDirectContracted") is True,
    "gift_waits": _gift_waits,
    "has_address": lambda look: "shippingAddress" in look.product_order,
    "main_waits": _main_waits,
    "add_on_waits": _add_on_waits,
    "delayed": lambda look: "delayedDispatchReason" in look.product_order,
    "no_hope_delivery": lambda look: "hopeDelivery" not in look.product_order,
    "too_many": lambda look: look.quantity is not None and look.quantity > look.product_order["remainQuantity"],
    "held": _is_held,
    "not_held": lambda look: not _is_held(look),
    "held_in_part": lambda look: _is_held(look) and _is_in_part(look),
    "collection_required": lambda look: not look.before_collection,
    "in_part": _is_in_part,
}
