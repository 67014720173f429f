"""The query of Bootpay's order list: values checked in type and written as the official SDKs write them.

A filter that the server cannot read it leaves out in silence, and answers with every order. So what would
end as no filter, or as another, is an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, TypeAlias, TypedDict

from jumun_client.arguments import check_text
from jumun_client.models import CsType, OrderStatus, PaymentStatus, SubscriptionBillingType

_Writer: TypeAlias = Callable[[str, object], str]

_NO_FILTER: Final = "that would filter nothing; leave it out, or pass None"


class OrderFilters(TypedDict, total=False):
    """Filters of the order list; an order must fit every one that is given, and None is not sent.

    Source: commerce.bootpay.ai/orders/list, and @bootpay/backend-js 2.13.1 for the bytes.

    Attributes:
        keyword: Searched in order_id, order_name and receipt_id.
        user_id: The orderer.
        user_group_id: The orderer's group.
        order_subscription_ids: Subscription contracts.
        subscription_billing_type: How subscriptions are billed.
        cs_type: Which date the range is about, ``c_at`` created or ``p_at`` purchased.
        css_at: First day of the range, a date or 'YYYY-MM-DD'.
        cse_at: Last day of the range.
        search_date_from: The SDKs' own name for ``css_at``. Which of the two wins is not documented.
        search_date_to: The SDKs' own name for ``cse_at``.
        status: Order statuses.
        payment_status: Payment statuses, the field ``receipt_status`` of an order.
    """

    keyword: str | None
    user_id: str | None
    user_group_id: str | None
    order_subscription_ids: Iterable[str] | None
    subscription_billing_type: SubscriptionBillingType | int | None
    cs_type: CsType | str | None
    css_at: date | str | None
    cse_at: date | str | None
    search_date_from: date | str | None
    search_date_to: date | str | None
    status: Iterable[OrderStatus | int] | None
    payment_status: Iterable[PaymentStatus | int] | None


class Paging(TypedDict, total=False):
    """Which page of what size.

    Attributes:
        page: From 1; the server's default is 1.
        limit: Orders a page; the server's default is 20, and it lowers more than 50 to 50.
    """

    page: int | None
    limit: int | None


def paging_query(paging: Paging) -> tuple[tuple[str, str], ...]:
    """Give the pairs to send, leaving out None; ``TypeError`` names the parameter."""
    return _written(paging, _PAGING)


def filter_query(filters: OrderFilters) -> tuple[tuple[str, str], ...]:
    """Give the pairs to send, leaving out None; ``TypeError`` and ``ValueError`` name the parameter."""
    for name in filters:
        if name not in _FILTERS:
            raise TypeError(f"the order list has no filter {name!r}: there are {', '.join(_FILTERS)}")
    return _written(filters, _FILTERS)


def personal_values(filters: OrderFilters) -> tuple[str, ...]:
    """What of the filters may tell who somebody is."""
    values = (filters.get(name) for name in ("keyword", "user_id", "user_group_id"))
    return tuple(value for value in values if isinstance(value, str) and value)


def _written(given: Mapping[str, object], writers: Mapping[str, _Writer]) -> tuple[tuple[str, str], ...]:
    return tuple((name, write(name, given[name])) for name, write in writers.items() if given.get(name) is not None)


def _integer(name: str, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {value!r}")
    return str(int(value))  # int(): not every enum of integers writes itself as its number


def _text(name: str, value: object) -> str:
    return check_text(name, value, if_empty=_NO_FILTER)


def _day(name: str, value: object) -> str:
    wanted = f"{name} must be a datetime.date or a day as 'YYYY-MM-DD'"
    if isinstance(value, datetime):
        raise TypeError(f"{wanted}, not a datetime: pass .date() of it, in the time zone you mean")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise TypeError(f"{wanted}, not {value!r}")
    try:
        # fromisoformat alone would also take '20250101' and '2025-W01-1'.
        if date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise ValueError(f"{wanted}, not {value!r}")


def _cs_type(name: str, value: object) -> str:
    if isinstance(value, str) and value in set(CsType):
        return str(value)
    raise ValueError(f"{name} must be 'c_at' (created) or 'p_at' (purchased), not {value!r}")


def _joined(write: _Writer) -> _Writer:
    """An array as one comma-joined value."""

    def write_all(name: str, value: object) -> str:
        # A lone value is the likely mistake: the node SDK drops it, the Python SDK splits a str by letters.
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            raise TypeError(f"{name} must be a list, not {value!r}: write {name}=[...]")
        items = [write(f"{name}[{n}]", item) for n, item in enumerate(value)]
        if not items:
            raise ValueError(f"{name} is empty: {_NO_FILTER}")
        for item in items:
            if "," in item:
                raise ValueError(f"{name} holds {item!r}, but a comma divides items: pass them one by one")
        return ",".join(items)

    return write_all


# In the order in which @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0 send them: the page first.
_PAGING: Final[Mapping[str, _Writer]] = MappingProxyType({"page": _integer, "limit": _integer})
_FILTERS: Final[Mapping[str, _Writer]] = MappingProxyType(
    {
        "keyword": _text,
        "user_id": _text,
        "user_group_id": _text,
        "cs_type": _cs_type,
        "search_date_from": _day,
        "search_date_to": _day,
        "css_at": _day,
        "cse_at": _day,
        "subscription_billing_type": _integer,
        "status": _joined(_integer),
        "payment_status": _joined(_integer),
        "order_subscription_ids": _joined(_text),
    }
)
