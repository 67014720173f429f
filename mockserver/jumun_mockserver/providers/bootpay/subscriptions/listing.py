"""`bootpay.subscriptions.list` and `.detail`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.filters import shown
from jumun_mockserver.providers.bootpay.orders.members import read_member
from jumun_mockserver.providers.bootpay.subscriptions.asked import check_object_ids, find_contract, read_moment
from jumun_mockserver.providers.bootpay.subscriptions.records import (
    ACTIVE,
    ENDED,
    HELD,
    PAUSED,
    PENDING,
    TERMINATED,
    TRIAL,
    count_paid,
)
from jumun_mockserver.providers.bootpay.subscriptions.rendering import open_requests, show_adjustments, show_contract
from jumun_mockserver.providers.bootpay.subscriptions.requests import REQUEST_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

_DAY_S = 86_400
_SUMS: Mapping[str, int] = {
    "sum_active": ACTIVE,
    "sum_auto_end": ENDED,
    "sum_hold_on": HELD,
    "sum_pause": PAUSED,
    "sum_pending": PENDING,
    "sum_terminated": TERMINATED,
    "sum_trial": TRIAL,
}


def list_subscriptions(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A page of the contracts that match, the newest first, with counts over all contracts.

    Raises:
        ApiError: `filter_not_an_id` or `member_session_invalid`.
    """
    check_object_ids(("user_id", "user_group_id"), call)
    contracts = shop.contracts.newest_first()
    values = call.values
    if (member := read_member(call)) is not None:
        values = {**values, "user_id": member}
    found = list(_iter_matching(contracts, values, shop))
    start = (values["page"] - 1) * values["limit"]
    return {
        "count": len(found),
        "total": len(contracts),
        **_count(contracts),
        "list": [show_contract(each, shop) for each in found[start : start + values["limit"]]],
    }


def show_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A contract with its adjustments.

    Raises:
        ApiError: `subscription_not_found`.
    """
    record = find_contract(call.values["order_subscription_id"], shop)
    return {**show_contract(record, shop), **show_adjustments(record)}


def read_days(values: Mapping[str, Any]) -> tuple[float, float] | None:
    """First and last epoch second of a range of days in Korea; the canonical keys win. None for any."""
    first, last = (
        values.get("search_date_from") or values.get("s_at"),
        values.get("search_date_to") or values.get("e_at"),
    )
    if not first and not last:
        return None
    return (
        read_moment("search_date_from", first) if first else float("-inf"),
        read_moment("search_date_to", last) + _DAY_S if last else float("inf"),
    )


def _iter_matching(contracts: Sequence[Record], values: Mapping[str, Any], shop: BootpayShop) -> Iterator[Record]:
    days, keyword = read_days(values), (values.get("keyword") or "").casefold()
    named = None
    if number := values.get("order_number") or values.get("order_id"):
        order = shop.orders.find(number)
        named = order.get("order_subscription_ids", ()) if order else ()
    for record in contracts:
        if any((wanted := values.get(key)) and record[key] != wanted for key in ("user_id", "user_group_id")):
            continue
        status = values.get("status")
        if status is not None and shown("subscription_status", record["status"], shop.profile) != status:
            continue
        if named is not None and record["order_subscription_id"] not in named:
            continue
        if days and not days[0] <= record["created_at"] < days[1]:
            continue
        texts = (record["order_subscription_id"], record["order_name"], record["username"])
        if keyword and not any(keyword in text.casefold() for text in texts):
            continue
        asked = values.get("request_type")
        if asked and not any(asked == str(each["request_type"]) for each in open_requests(record)):
            continue
        yield record


def _count(contracts: Sequence[Record]) -> dict[str, int]:
    """How many contracts have an open request of a type, and how many have a status."""
    types = [each["request_type"] for record in contracts for each in open_requests(record)]
    counts = {f"ing_{name}": types.count(number) for name, number in REQUEST_TYPES.items()}
    statuses = [record["status"] for record in contracts]
    counts |= {name: statuses.count(status) for name, status in _SUMS.items()}
    counts["sum_cancel_request"] = counts["ing_termination"]
    counts["sum_first_payment_error"] = sum(record["status"] == HELD and not count_paid(record) for record in contracts)
    return counts
