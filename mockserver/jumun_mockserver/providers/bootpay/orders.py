"""`bootpay.orders.list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop


def list_orders(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A page of the orders that match, newest first, with the number of all that match."""
    page = shop.orders.select(call.values)
    return {"count": page.count, "list": page.rows}
