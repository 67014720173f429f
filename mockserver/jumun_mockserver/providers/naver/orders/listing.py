"""`naver.product_orders.list`: product orders by time and state, in pages."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.rendering import show_details
from jumun_mockserver.providers.naver.orders.windows import read_window
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop

_MOST = 1 << 40


def list_product_orders(call: Call, shop: NaverShop) -> dict[str, Any]:
    """A page of the product orders to which something happened in a window, by that moment and then by id.

    Raises:
        ApiError: As `read_window`.
    """
    values = call.values
    window = read_window(values, "from", "to", missing="from_missing")
    apply_due(shop)
    size, page = values["pageSize"], values["page"]
    # No shop has so many: more than islice counts is nothing, as any page behind the last.
    first = min((page - 1) * size, _MOST)
    found = islice(_iter_found(call, window, shop), first, first + size + 1)
    contents = [{"productOrderId": id_, "content": details} for id_, details in found]
    pagination = {"page": page, "size": size, "hasNext": len(contents) > size}
    return render_success({"contents": contents[:size], "pagination": pagination}, call, shop)


def _iter_found(call: Call, window: tuple[int, int], shop: NaverShop) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ids and details of the product orders that pass the filters."""
    values, (since, until) = call.values, window
    quantity_claims = values.get("quantityClaimCompatibility") == "true"
    statuses, claims = values.get("productOrderStatuses"), values.get("claimStatuses")
    place, fulfillment = values.get("placeOrderStatusType"), values.get("fulfillment")
    range_type = values["rangeType"]
    for _, id_ in shop.book.iter_keys(range_type, (since, ""), until):
        details = show_details(id_, shop, now=call.now, quantity_claims=quantity_claims)
        # What is still shown as it was before its dispatch has no such date either.
        if details is None or (range_type == "DISPATCHED_DATETIME" and "delivery" not in details):
            continue
        product_order = details["productOrder"]
        if (
            (statuses is None or product_order["productOrderStatus"] in statuses)
            and (claims is None or product_order.get("claimStatus") in claims)
            and (place is None or product_order["placeOrderStatus"] == place)
            and (fulfillment is None or ("logisticsCompanyId" in product_order) == (fulfillment == "true"))
        ):
            yield id_, details
