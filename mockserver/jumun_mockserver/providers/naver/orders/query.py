"""`naver.product_orders.query`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.rendering import show_details
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop

IDS_AT_MOST = 300


def query_product_orders(call: Call, shop: NaverShop) -> dict[str, Any]:
    """Product orders in the order of the ids asked for; an id that is not the shop's is left out silently.

    Raises:
        ApiError: `too_many_ids`.
    """
    ids = call.body["productOrderIds"]
    if len(ids) > IDS_AT_MOST:
        raise ApiError("too_many_ids", f"{len(ids)} ids are more than {IDS_AT_MOST}")
    apply_due(shop)
    quantity_claims = call.body.get("quantityClaimCompatibility", False)
    found = [show_details(id_, shop, now=call.now, quantity_claims=quantity_claims) for id_ in ids]
    return render_success([each for each in found if each], call, shop)
