"""`naver.product_orders.confirm`: the seller takes product orders on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.actions import act_as_seller, check_count, render_failures
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop


def confirm_product_orders(call: Call, shop: NaverShop) -> dict[str, Any]:
    """What was confirmed and what was not; the key of the successes is this call's own.

    Raises:
        ApiError: `too_many_ids`.
    """
    ids = call.body["productOrderIds"]
    check_count(ids)
    apply_due(shop)
    causes = [(id_, act_as_seller(id_, "confirm", call, shop)) for id_ in ids]
    shop.book.expect(ids)
    data = {
        "successProductOrderInfos": [
            {"productOrderId": id_, "isReceiverAddressChanged": _is_address_changed(id_, shop)}
            for id_, cause in causes
            if not cause
        ],
        "failProductOrderInfos": render_failures(causes, shop),
    }
    return render_success(data, call, shop)


def _is_address_changed(id_: str, shop: NaverShop) -> bool:
    """Whether the buyer has changed the address since the order; until when it says so is assumed: for good."""
    found = shop.book.find(id_)
    return found is not None and "address_changed" in found.row
