"""States of a product order, as the table of the lifecycle tells them apart."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Literal[
    "PAYMENT_WAITING",
    "PAYED/NOT_YET",
    "PAYED/OK",
    "PAYED/CANCEL_REQUEST",
    "PAYED/CANCELING",
    "DELIVERING",
    "DELIVERED",
    "DELIVERED/HOLDBACK",
    "RETURN_REQUEST",
    "RETURN/COLLECTING",
    "RETURN/COLLECT_DONE",
    "EXCHANGE_REQUEST",
    "EXCHANGE/COLLECTING",
    "EXCHANGE/COLLECT_DONE",
    "EXCHANGE_REDELIVERING",
    "PURCHASE_DECIDED",
    "CANCELED_BY_NOPAYMENT",
    "CANCELED",
    "RETURNED",
    "EXCHANGED",
]
"""productOrderStatus, or the claim that is open.

A paid product order is told apart by placeOrderStatus too. One with an open return or exchange is DELIVERING or
DELIVERED besides; DELIVERED/HOLDBACK is one whose purchase decision is held back.
"""

STATES: tuple[State, ...] = State.__args__  # type: ignore[attr-defined]

BACK = "back"
"""Target of a rule that ends a claim and leaves the product order: its state but for the claim."""

CLAIMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "PAYED/CANCEL_REQUEST": ("CANCEL", "CANCEL_REQUEST"),
        "PAYED/CANCELING": ("CANCEL", "CANCELING"),
        "DELIVERED/HOLDBACK": ("PURCHASE_DECISION_HOLDBACK", "PURCHASE_DECISION_HOLDBACK"),
        "RETURN_REQUEST": ("RETURN", "RETURN_REQUEST"),
        "RETURN/COLLECTING": ("RETURN", "COLLECTING"),
        "RETURN/COLLECT_DONE": ("RETURN", "COLLECT_DONE"),
        "EXCHANGE_REQUEST": ("EXCHANGE", "EXCHANGE_REQUEST"),
        "EXCHANGE/COLLECTING": ("EXCHANGE", "COLLECTING"),
        "EXCHANGE/COLLECT_DONE": ("EXCHANGE", "COLLECT_DONE"),
        "EXCHANGE_REDELIVERING": ("EXCHANGE", "EXCHANGE_REDELIVERING"),
    }
)
"""State with an open claim → its claimType and claimStatus."""
_BY_CLAIM = {claim: state for state, claim in CLAIMS.items()}


def state_of(state: Mapping[str, Any]) -> State:
    """The row of the table for the fields that product orders are told apart by."""
    if "claimType" in state and (claimed := _BY_CLAIM.get((state["claimType"], state["claimStatus"]))):
        return claimed  # type: ignore[return-value]
    status = state["productOrderStatus"]
    if status == "PAYED":
        return "PAYED/OK" if state["placeOrderStatus"] == "OK" else "PAYED/NOT_YET"
    return status  # type: ignore[no-any-return]
