"""The query of Bootpay's order list: values checked in type and written as the official SDKs write them.

A filter that the server cannot read it leaves out in silence, and answers with every order. So what would
end as no filter, or as another, is an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from jumun_client.arguments import check_text
from jumun_client.models import CsType

_NO_FILTER: Final = "that would filter nothing; leave it out, or pass None"


def order_query(**filters: object) -> tuple[tuple[str, str], ...]:
    """Give the pairs to send, leaving out None; ``TypeError`` and ``ValueError`` name the parameter."""
    return tuple((name, write(name, filters[name])) for name, write in _WRITERS.items() if filters[name] is not None)


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


def _joined(write: Callable[[str, object], str]) -> Callable[[str, object], str]:
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


# In the order in which @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0 send them.
_WRITERS: Final[Mapping[str, Callable[[str, object], str]]] = MappingProxyType(
    {
        "page": _integer,
        "limit": _integer,
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
