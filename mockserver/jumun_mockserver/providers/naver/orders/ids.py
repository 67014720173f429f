"""`naver.product_order_ids`: the product orders of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.naver.envelope import render_success

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop


def list_product_order_ids(call: Call, shop: NaverShop) -> dict[str, Any]:
    """The ids of an order's product orders: under `data.productOrderIds` as documented, as `data` as observed.

    Raises:
        ApiError: `order_not_found`, for an order that is not there or not this shop's.
    """
    order = shop.book.order(call.values["orderId"])
    if order is None:
        raise ApiError("order_not_found", "the shop has no order of this orderId")
    if not order.own:
        raise ApiError("order_not_found", "the order belongs to another seller")
    ids = list(order.product_order_ids)
    return render_success({"productOrderIds": ids} if shop.profile == "documented" else ids, call, shop)
