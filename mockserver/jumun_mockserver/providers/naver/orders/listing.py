"""`naver.product_orders.list`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.rendering import show_details
from jumun_mockserver.providers.naver.orders.windows import read_window
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop


def list_product_orders(call: Call, shop: NaverShop) -> dict[str, Any]:
    """A page of the product orders to which something happened in a window, by that moment and then by id.

    Raises:
        ApiError: As `read_window`.
    """
    values = call.values
    window = read_window(values, "from", "to", missing="from_missing")
    apply_due(shop)
    size, page = values["pageSize"], values["page"]
    found = islice(_iter_found(values, window, shop), (page - 1) * size, page * size + 1)
    contents = [{"productOrderId": id_, "content": details} for id_, details in found]
    pagination = {"page": page, "size": size, "hasNext": len(contents) > size}
    return render_success({"contents": contents[:size], "pagination": pagination}, call, shop)


def _iter_found(
    values: Mapping[str, Any], window: tuple[int, int], shop: NaverShop
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ids and details of the product orders that pass the filters."""
    since, until = window
    quantity_claims = values.get("quantityClaimCompatibility") == "true"
    statuses, claims = values.get("productOrderStatuses"), values.get("claimStatuses")
    place, fulfillment = values.get("placeOrderStatusType"), values.get("fulfillment")
    for _, id_ in shop.book.iter_keys(values["rangeType"], (since, ""), until):
        details = show_details(id_, shop, quantity_claims=quantity_claims)
        if details is None:
            continue
        product_order = details["productOrder"]
        if (
            (statuses is None or product_order["productOrderStatus"] in statuses)
            and (claims is None or product_order.get("claimStatus") in claims)
            and (place is None or product_order["placeOrderStatus"] == place)
            and (fulfillment is None or ("logisticsCompanyId" in product_order) == (fulfillment == "true"))
        ):
            yield id_, details
