"""What NAVER's calls about product orders send: values checked in type and written as the API reads them; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from jumun_client.arguments import check_text

MAX_QUERIED: Final = 300
"""Product orders that one query gives (apicenter docs, seller-get-product-orders-pay-order-seller)."""

MAX_WRITTEN: Final = 30
"""Product orders that one call confirms or dispatches (apicenter docs, its pages)."""

LONGEST_WINDOW: Final = timedelta(hours=24)
"""What lies between the ends of a window at most, both of which belong to it (apicenter docs, its pages)."""

T = TypeVar("T")


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


def check_ids(name: str, given: object) -> list[str]:
    """The ids that are given, each once, in their order.

    Raises:
        TypeError: It is not a list, or one of them is not a str.
        ValueError: There is none, or one is empty.
    """
    items = check_items(name, given)
    ids = [check_text(f"{name}[{n}]", each, if_empty="give the number") for n, each in enumerate(items)]
    return list(dict.fromkeys(ids))


def check_dispatches(name: str, given: object) -> dict[str, Dispatch]:
    """What is given, by product order.

    Raises:
        TypeError: It is not a list, or one of them is not a `Dispatch`.
        ValueError: There is none, or two are about the same product order.
    """
    found: dict[str, Dispatch] = {}
    for n, each in enumerate(check_items(name, given)):
        if not isinstance(each, Dispatch):
            raise TypeError(f"{name}[{n}] must be a Dispatch, not {type(each).__name__}")
        each.to_wire(f"{name}[{n}]")  # its values are checked before they are compared
        if found.setdefault(each.product_order_id, each) is not each:
            raise ValueError(f"{name}[{n}] is about a product order that has one already: give each once")
    return found


def chunked(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """The items in lists of at most so many."""
    return [items[n : n + size] for n in range(0, len(items), size)]


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


def write_wish(*, day: object, reason: object, hour: object, region: object) -> dict[str, str]:
    """The body that moves the day on which a product order is wanted; ``TypeError`` or ``ValueError``."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise TypeError(f"day must be a datetime.date, not {type(day).__name__}")
    body = {"hopeDeliveryYmd": day.strftime("%Y%m%d"), "changeReason": check_text("reason", reason, if_empty="say why")}
    if hour is not None:
        if not isinstance(hour, time):
            raise TypeError(f"hour must be a datetime.time, not {type(hour).__name__}")
        body["hopeDeliveryHm"] = hour.strftime("%H%M")
    if region is not None:
        body["region"] = check_text("region", region, if_empty="leave it out, or pass None")
    return body


def write_claim(**given: tuple[str, object]) -> dict[str, object]:
    """The body of a call about a claim, leaving out None; ``TypeError`` or ``ValueError`` name the argument.

    Args:
        given: By argument, the wire's name and the value: a whole number for a quantity and a fee, else text.
    """
    body: dict[str, object] = {}
    for name, (wire, value) in given.items():
        if value is None:
            continue
        if name not in ("quantity", "extra_fee"):
            body[wire] = check_text(name, value, if_empty="give a text, or leave it out where it may be")
        elif isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be an int, not {type(value).__name__}")
        elif value < (name == "quantity"):
            raise ValueError(f"{name} must be {int(name == 'quantity')} or more, not {value}")
        else:
            body[wire] = value
    return body


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
