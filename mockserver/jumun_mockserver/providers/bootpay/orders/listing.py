"""`bootpay.orders.list` and `bootpay.orders.month`."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.filters import read_filters
from jumun_mockserver.providers.bootpay.orders.cancels import is_object_id
from jumun_mockserver.providers.bootpay.orders.members import read_member
from jumun_mockserver.providers.bootpay.seed import show

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop


def list_orders(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A page of the orders that match, newest first, with the number of all that match; a member's own with a JWT.

    Raises:
        ApiError: `member_session_invalid`.
    """
    values = call.values
    if (member := read_member(call)) is not None:
        values = {**values, "user_id": member}
    page = shop.orders.select(values)
    return {"count": page.count, "list": page.rows}


def list_month(call: Call, shop: BootpayShop) -> dict[str, Any] | list[dict[str, Any]]:
    """All orders of a group that were created in a month of Korea, newest first.

    Raises:
        ApiError: `group_invalid` or `invalid_parameter`.
    """
    group, month = call.values.get("user_group_id", ""), call.values.get("search_date")
    if not is_object_id(group):
        raise ApiError("group_invalid", f"user_group_id {group!r} is not an ObjectId: 24 hex digits")
    if month is None:
        raise ApiError("invalid_parameter")
    year, number = map(int, month.split("-"))
    filters = read_filters(
        {
            "user_group_id": group,
            "search_date_from": f"{month}-01",
            "search_date_to": f"{month}-{calendar.monthrange(year, number)[1]:02d}",
        }
    )
    rows = [show(row, shop.profile) for row in shop.orders.iter_rows(filters)]
    return rows if shop.settings["month_list"] == "array" else {"count": len(rows), "list": rows}
