"""Cancellations of orders: each is part of its order's row, under an id of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.lifecycle import state_of
from jumun_mockserver.providers.bootpay.times import object_id, stamp
from jumun_mockserver.providers.bootpay.written import CANCELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_mockserver.providers.bootpay.filters import Row
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

REQUESTED, APPROVED, REJECTED, WITHDRAWN = 0, 1, 2, 3
"""Statuses of a cancellation. That 2 is rejected is its page's; the others are assumed."""


def list_cancels(row: Row) -> Sequence[Mapping[str, Any]]:
    """The cancellations of an order, the oldest first. One of the data that is cancelled, or asked to be, has one."""
    if (written := row.get("cancels")) is not None:
        return written  # type: ignore[no-any-return]
    state = state_of(row)
    if state not in ("cancel_requested", "cancelled", "returned"):
        return ()
    at = row["purchased_at"] or row["created_at"]
    cancel = _make(row, _mirror(row["order_id"]), at, price=row["price"], before=row["price"])
    if state == "cancel_requested":
        return (cancel,)
    return ({**cancel, "status": APPROVED, "processed_at": at},)


def find_open(row: Row) -> Mapping[str, Any] | None:
    """The cancellation that waits for a decision."""
    return next((each for each in list_cancels(row) if each["status"] == REQUESTED), None)


def sum_cancelled(row: Row, column: str = "cancel_price") -> int:
    """What was cancelled of an order so far, in KRW; its tax-free part with `cancel_tax_free_price`."""
    return sum(each[column] for each in list_cancels(row) if each["status"] == APPROVED)


def find_cancelled_order(cancel_id: str, shop: BootpayShop) -> Row | None:
    """The order that has a cancellation; None where none has."""
    order_id = shop.state.read(CANCELS, cancel_id) or _mirror(cancel_id)
    row = shop.orders.find(order_id)
    if row is None or all(each["order_cancel_request_history_id"] != cancel_id for each in list_cancels(row)):
        return None
    return row


def make_cancel(row: Row, at: float, shop: BootpayShop, *, price: int | None = None, **fields: Any) -> dict[str, Any]:
    """A cancellation that is asked for now.

    Args:
        price: In KRW; None for all that is not cancelled yet.
        fields: What differs: `cancel_tax_free_price`, `cancel_requester`, `cancel_message`, `cancel_immediately`; None
            for what is usual.
    """
    serial, rest = len(list_cancels(row)), row["price"] - sum_cancelled(row)
    digest = hashlib.sha256(f"{shop.seed}:bootpay:cancel:{row['order_id']}:{serial}".encode()).digest()
    cancel = _make(row, object_id(at, digest), stamp(at), price=rest if price is None else price, before=rest)
    return cancel | {name: value for name, value in fields.items() if value is not None}


def show_cancel(cancel: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """A cancellation as the API shows it: the keys of both SDK families."""
    return {
        "order_cancellation_request_id": cancel["order_cancel_request_history_id"],
        "order_cancel_request_history_id": cancel["order_cancel_request_history_id"],
        "order_id": row["order_id"],
        "order_number": row["order_number"],
        "status": cancel["status"],
        "cancel_before_price": cancel["cancel_before_price"],
        "cancel_price": cancel["cancel_price"],
        "cancel_tax_free_price": cancel["cancel_tax_free_price"],
        "cancel_after_price": cancel["cancel_before_price"] - cancel["cancel_price"],
        "cancel_requester": cancel["cancel_requester"],
        "cancel_message": cancel["cancel_message"],
        "cancel_immediately": cancel["cancel_immediately"],
        "is_partial_cancelled": cancel["cancel_price"] < cancel["cancel_before_price"],
        "requested_at": cancel["requested_at"],
        "processed_at": cancel["processed_at"],
    }


def decide(
    cancels: Sequence[Mapping[str, Any]], status: int, at: float, message: str | None
) -> list[Mapping[str, Any]]:
    """The cancellations after the open one was decided upon."""
    decided = {"status": status, "processed_at": stamp(at), "action_message": message}
    return [{**each, **decided} if each["status"] == REQUESTED else each for each in cancels]


def is_object_id(text: str) -> bool:
    """Whether a text is 24 hex digits."""
    return len(text) == 24 and text.isascii() and all(letter in "0123456789abcdef" for letter in text)  # noqa: PLR2004


def _make(row: Row, id_: str, at: str, *, price: int, before: int) -> dict[str, Any]:
    """A cancellation as rows have it. For a part it has no tax-free amount unless one is asked for; assumed."""
    tax_free = row.get("tax_free_price", 0)
    if "cancels" in row:
        tax_free -= sum_cancelled(row, "cancel_tax_free_price")
    return {
        "order_cancel_request_history_id": id_,
        "status": REQUESTED,
        "cancel_price": price,
        "cancel_tax_free_price": tax_free if price == before else 0,
        "cancel_before_price": before,
        "cancel_requester": row["username"],
        "cancel_message": "단순 변심",
        "cancel_immediately": False,
        "requested_at": at,
        "processed_at": None,
        "action_message": None,
    }


def _mirror(id_: str) -> str:
    """The id of the cancellation that an order of the data has, from the order's, and the other way round."""
    if not is_object_id(id_):
        return id_
    return f"{id_[:8]}{int(id_[8:18], 16) ^ 0xC0FFEE5EED:010x}{id_[18:]}"
