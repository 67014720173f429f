"""The queries of Bootpay's lists: values checked in type and written as the official SDKs write them.

A filter that the server cannot read it ignores silently, and answers with every row. So what would
end as no filter, or as another, is an error here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, TypedDict

from jumun_client.arguments import check_text
from jumun_client.models import CsType, OrderStatus, PaymentStatus, SubscriptionBillingType

if TYPE_CHECKING:
    from jumun_client.subscription_bills import SubscriptionBillStatus
    from jumun_client.subscription_requests import SubscriptionRequestStatus, SubscriptionRequestType
    from jumun_client.subscriptions import SubscriptionStatus

_Writer: TypeAlias = Callable[[str, object], str]

_MONTH: Final = re.compile(r"(?!0000)\d{4}-(0[1-9]|1[0-2])", re.ASCII)
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


class SubscriptionFilters(TypedDict, total=False):
    """Filters of the subscription list; a subscription must fit every one that is given, and None is not sent.

    Source: @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0; commerce.bootpay.ai/subscription/plan/contract has
    user_id, status and order_id.

    Attributes:
        keyword: What it is searched in is in no source.
        user_id: The subscriber; live, a text that is not an ObjectId is answered with SERVER_ERROR.
        user_group_id: The subscriber's group; likewise.
        status: Its status, one.
        request_type: With an open request of this type.
        order_id: The subscriptions of an order.
        order_number: Likewise.
        search_date_from: First day of creation, a date or 'YYYY-MM-DD'.
        search_date_to: Last day of creation.
        s_at: Another name for ``search_date_from``. Which of the two wins is not documented.
        e_at: Another name for ``search_date_to``.
    """

    keyword: str | None
    user_id: str | None
    user_group_id: str | None
    status: SubscriptionStatus | int | None
    request_type: SubscriptionRequestType | int | str | None
    order_id: str | None
    order_number: str | None
    search_date_from: date | str | None
    search_date_to: date | str | None
    s_at: date | str | None
    e_at: date | str | None


class SubscriptionBillFilters(TypedDict, total=False):
    """Filters of the list of bills; a bill must fit every one that is given, and None is not sent.

    Source: commerce.bootpay.ai/subscription/ops/bill/cycle.

    Attributes:
        order_subscription_id: Of one subscription.
        keyword: An invoice_id.
        status: Statuses.
    """

    order_subscription_id: str | None
    keyword: str | None
    status: Iterable[SubscriptionBillStatus | int] | None


class SubscriptionRequestFilters(TypedDict, total=False):
    """Filters of the list of requests; a request must fit every one that is given, and None is not sent.

    Source: @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0.

    Attributes:
        project_id: A project's; the role is supervisor then.
        order_subscription_id: Of one subscription.
        request_type: Its type.
        status: Its status, one.
        s_at: First day, a date or 'YYYY-MM-DD'.
        e_at: Last day.
        keyword: What it is searched in is in no source.
        user_id: Who asks.
        user_group_id: The subscriber's group.
    """

    project_id: str | None
    order_subscription_id: str | None
    request_type: SubscriptionRequestType | int | None
    status: SubscriptionRequestStatus | int | None
    s_at: date | str | None
    e_at: date | str | None
    keyword: str | None
    user_id: str | None
    user_group_id: str | None


class InvoiceFilters(TypedDict, total=False):
    """Filters of the invoice list; an invoice must fit every one that is given, and None is not sent.

    Source: @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0.

    Attributes:
        keyword: What it is searched in is in no source.
        user_id: Whom it is for.
        product_type: A number.
        cs_type: Which date the range is about; what it may be is in no source.
        css_at: First day of the range, a date or 'YYYY-MM-DD'.
        cse_at: Last day of the range.
    """

    keyword: str | None
    user_id: str | None
    product_type: int | None
    cs_type: str | None
    css_at: date | str | None
    cse_at: date | str | None


class Paging(TypedDict, total=False):
    """Which page of what size.

    Attributes:
        page: From 1; the server's default is 1.
        limit: Rows a page; the server's default is 20, of invoices 24, and it lowers more than 50 to 50.
    """

    page: int | None
    limit: int | None


def paging_query(paging: Paging) -> tuple[tuple[str, str], ...]:
    """Give the pairs to send, leaving out None; ``TypeError`` names the parameter."""
    return _written(paging, _PAGING)


def filter_query(noun: str, filters: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Give the pairs to send, leaving out None; ``TypeError`` and ``ValueError`` name the parameter.

    Args:
        noun: Of the list: ``order``, ``subscription``, ``bill``, ``request`` or ``invoice``.
        filters: By their names.
    """
    known = _FILTERS[noun]
    for name in filters:
        if name not in known:
            raise TypeError(f"the {noun} list has no filter {name!r}: expected {', '.join(known)}")
    return _written(filters, known)


def named_subscription(*, subscription_id: object, order_number: object) -> dict[str, str]:
    """Give the field that names a subscription; ``TypeError`` and ``ValueError`` name the parameter."""
    if (subscription_id is None) == (order_number is None):
        given = "neither is" if subscription_id is None else "both are"
        raise ValueError(f"give either subscription_id or order_number: {given} given")
    if subscription_id is not None:
        id_ = check_text("subscription_id", subscription_id, if_empty="give the subscription's id")
        return {"order_subscription_id": id_}
    return {"order_number": check_text("order_number", order_number, if_empty="give the number of one of its orders")}


def cancellation_query(*, order_number: object, order_id: object) -> tuple[tuple[str, str], ...]:
    """Give the pair that names an order, if one is named; ``TypeError`` and ``ValueError`` name the parameter."""
    if order_number is not None and order_id is not None:
        raise ValueError("order_number and order_id are both given: give one, or none for all orders")
    return _written({"order_number": order_number, "order_id": order_id}, _CANCELLATIONS)


def month_query(*, user_group_id: object, month: object) -> tuple[tuple[str, str], ...]:
    """Give the pairs to send, both of them; ``TypeError`` and ``ValueError`` name the parameter."""
    group = check_text("user_group_id", user_group_id, if_empty="give the group's id")
    return ("user_group_id", group), ("search_date", _month("month", month))


def _written(given: Mapping[str, object], writers: Mapping[str, _Writer]) -> tuple[tuple[str, str], ...]:
    return tuple((name, write(name, given[name])) for name, write in writers.items() if given.get(name) is not None)


def _integer(name: str, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {value!r}")
    return str(int(value))  # int(): not every enum of integers writes itself as its number


def _text(name: str, value: object) -> str:
    return check_text(name, value, if_empty=_NO_FILTER)


def _number_or_text(name: str, value: object) -> str:
    return _text(name, value) if isinstance(value, str) else _integer(name, value)


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


def _month(name: str, value: object) -> str:
    wanted = f"{name} must be a datetime.date in it, or 'YYYY-MM'"
    if isinstance(value, datetime):
        raise TypeError(f"{wanted}, not a datetime: pass .date() of it, in Korean time")
    if isinstance(value, date):
        return value.isoformat()[:7]
    if not isinstance(value, str):
        raise TypeError(f"{wanted}, not {value!r}")
    if not _MONTH.fullmatch(value):
        raise ValueError(f"{wanted}, not {value!r}")
    return value


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
_CANCELLATIONS: Final[Mapping[str, _Writer]] = MappingProxyType({"order_number": _text, "order_id": _text})
_DAYS: Final[Mapping[str, _Writer]] = MappingProxyType({"s_at": _day, "e_at": _day})
_FILTERS: Final[Mapping[str, Mapping[str, _Writer]]] = MappingProxyType(
    {
        "order": {
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
        },
        "subscription": {
            "keyword": _text,
            "user_id": _text,
            "user_group_id": _text,
            "status": _integer,
            "request_type": _number_or_text,
            "order_id": _text,
            "order_number": _text,
            "search_date_from": _day,
            "search_date_to": _day,
            **_DAYS,
        },
        "bill": {"order_subscription_id": _text, "keyword": _text, "status": _joined(_integer)},
        "request": {
            "project_id": _text,
            "order_subscription_id": _text,
            "request_type": _integer,
            "status": _integer,
            **_DAYS,
            "keyword": _text,
            "user_id": _text,
            "user_group_id": _text,
        },
        "invoice": {
            "keyword": _text,
            "cs_type": _text,
            "user_id": _text,
            "product_type": _integer,
            "css_at": _day,
            "cse_at": _day,
        },
    }
)
