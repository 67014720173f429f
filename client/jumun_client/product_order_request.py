"""What NAVER's calls about product orders send: values checked in type and written as the API reads them; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jumun_client.arguments import check_text

MAX_QUERIED: Final = 300
"""Product orders that one query gives (apicenter docs, seller-get-product-orders-pay-order-seller)."""

MAX_WRITTEN: Final = 30
"""Product orders that one call confirms or dispatches (apicenter docs, its pages)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """How a product order is sent off.

    Attributes:
        product_order_id: Its number.
        delivery_method: ``DELIVERY`` needs courier and tracking number; ``DIRECT_DELIVERY``, ``VISIT_RECEIPT``,
            ``QUICK_SVC`` and ``NOTHING`` need neither.
        delivery_company_code: The courier's code, e.g. ``CJGLS``. 로젠 is ``KGB``, 롯데 is ``HYUNDAI``.
        tracking_number: A text: leading zeros count.
        dispatch_date: Aware; left out where None.
    """

    product_order_id: str
    delivery_method: str = "DELIVERY"
    delivery_company_code: str | None = None
    tracking_number: str | None = field(default=None, repr=False)
    dispatch_date: datetime | None = None

    def to_wire(self, place: str) -> dict[str, str]:
        """An entry of ``dispatchProductOrders``; ``TypeError`` and ``ValueError`` name the field after ``place``.

        What is None is left out: an empty text in place of an enum makes the whole body unreadable
        (commerce-api discussion #2114).
        """
        texts = {
            "productOrderId": ("product_order_id", self.product_order_id),
            "deliveryMethod": ("delivery_method", self.delivery_method),
            "deliveryCompanyCode": ("delivery_company_code", self.delivery_company_code),
            "trackingNumber": ("tracking_number", self.tracking_number),
        }
        written = {
            wire: check_text(f"{place}.{name}", value, if_empty="leave it out, or pass None")
            for wire, (name, value) in texts.items()
            if value is not None or name == "product_order_id"
        }
        if self.dispatch_date is not None:
            written["dispatchDate"] = write_moment(f"{place}.dispatch_date", self.dispatch_date)
        return written


def check_items(name: str, given: object) -> list[Any]:
    """A list of what is given; ``TypeError`` for a lone text, ``ValueError`` for nothing."""
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise TypeError(f"{name} must be a list, not {type(given).__name__}: write [...] around it")
    items = list(given)
    if not items:
        raise ValueError(f"{name} is empty: give at least one")
    return items


def check_ids(name: str, given: object, *, at_most: int | None = None) -> list[str]:
    """The ids that are given, each once, in their order.

    Raises:
        TypeError: It is no list, or one of them is not a str.
        ValueError: There is none, one is empty, or there are more than ``at_most``.
    """
    items = check_items(name, given)
    ids = [check_text(f"{name}[{n}]", each, if_empty="give the number") for n, each in enumerate(items)]
    once = list(dict.fromkeys(ids))
    check_count(name, len(once), at_most=at_most)
    return once


def check_count(name: str, count: int, *, at_most: int | None) -> None:
    """Refuse more than one call takes, with ``ValueError``."""
    if at_most is not None and count > at_most:
        raise ValueError(f"{name} holds {count}: one call takes {at_most} at most, so split them")


def write_moment(name: str, value: object) -> str:
    """An aware datetime with milliseconds and its offset, as the API wants it; ``TypeError`` or ``ValueError``."""
    if not isinstance(value, datetime):
        raise TypeError(f"{name} must be a datetime.datetime, not {type(value).__name__}")
    if value.utcoffset() is None:
        raise ValueError(f"{name} must be aware: give it a time zone, such as zoneinfo.ZoneInfo('Asia/Seoul')")
    return value.isoformat(timespec="milliseconds")


def write_start(name: str, value: object) -> str:
    """A moment, or the text that the API gave as one."""
    return check_text(name, value, if_empty="give a datetime") if isinstance(value, str) else write_moment(name, value)


def write_query(**given: object) -> tuple[tuple[str, str], ...]:
    """The pairs to send, leaving out None; texts of a list are comma-joined, as other clients send them."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, bool):
            pairs.append((name, str(value).lower()))
        elif isinstance(value, int):
            pairs.append((name, str(value)))
        elif isinstance(value, str):
            pairs.append((name, check_text(name, value, if_empty="leave it out, or pass None")))
        else:
            pairs.append((name, ",".join(check_ids(name, value))))
    return tuple(pairs)
