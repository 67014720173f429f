"""Calls as subscriptions read them: which contract is meant, and moments in bodies."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.subscriptions.cycles import FAR
from jumun_mockserver.providers.bootpay.times import KST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record


def find_contract(id_: str, shop: BootpayShop) -> Record:
    """The contract of an order_subscription_id.

    Raises:
        ApiError: `subscription_not_found`.
    """
    record = shop.contracts.find(id_)
    if record is None:
        raise ApiError("subscription_not_found", f"no subscription has the order_subscription_id {id_!r}")
    return record


def find_named_contract(values: Mapping[str, Any], shop: BootpayShop) -> Record:
    """The contract that a request names, by its id or by the order_number of one of its orders.

    Raises:
        ApiError: `subscription_not_found`, or `unprocessable` where it names none.
    """
    if id_ := values.get("order_subscription_id"):
        return find_contract(id_, shop)
    number = values.get("order_number")
    if not number:
        raise ApiError("unprocessable", "order_subscription_id or order_number must be given")
    order = shop.orders.find(number)
    for id_ in order.get("order_subscription_ids", ()) if order else ():
        if (record := shop.contracts.find(id_)) is not None:
            return record
    raise ApiError("subscription_not_found", f"no subscription has an order of the order_number {number!r}")


def read_moment(name: str, text: str) -> float:
    """The epoch second of a text such as 2025-08-01 09:00:00, Korean time unless it says otherwise.

    Raises:
        ApiError: `unprocessable`, for another text or a year before 1970.
    """
    try:
        moment = datetime.fromisoformat(text)
        at = (moment if moment.tzinfo else moment.replace(tzinfo=KST)).timestamp()
    except (ValueError, OverflowError):
        at = -1.0
    if not 0 <= at < FAR:
        raise ApiError("unprocessable", f"{name} {text!r} must be a date, or date and time, from 1970 on")
    return at


def read_future(name: str, text: str, call: Call) -> float:
    """As `read_moment`.

    Raises:
        ApiError: `unprocessable`, also for a moment that is over.
    """
    at = read_moment(name, text)
    if at < call.now:
        raise ApiError("unprocessable", f"{name} {text!r} is over; it must be in the future")
    return at


def check_object_ids(names: tuple[str, ...], call: Call) -> None:
    """Refuse filters that are not ObjectIds.

    Raises:
        ApiError: `filter_not_an_id`.
    """
    for name in names:
        text = call.values.get(name) or ""
        if text and not (len(text) == 24 and set(text) <= set("0123456789abcdef")):  # noqa: PLR2004 - an ObjectId
            raise ApiError("filter_not_an_id", f"{name} {text!r} is not an ObjectId: 24 hex digits")
