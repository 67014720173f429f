"""`naver.product_orders.query`: product orders by id."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.rendering import show_details
from jumun_mockserver.providers.naver.times import KST
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop

IDS_AT_MOST = 300
# Announced in commerce-api discussion #3608; whether it came to pass is recorded nowhere.
_REMOVED = datetime(2026, 10, 28, tzinfo=KST).timestamp()


def query_product_orders(call: Call, shop: NaverShop) -> dict[str, Any]:
    """Product orders in the order of the ids asked for; an id that is not the shop's is left out silently.

    Raises:
        ApiError: `too_many_ids`.
    """
    ids = call.body["productOrderIds"]
    if len(ids) > IDS_AT_MOST:
        raise ApiError("too_many_ids", f"{len(ids)} ids are more than {IDS_AT_MOST}")
    apply_due(shop)
    shop.book.expect(ids)
    quantity_claims = call.body.get("quantityClaimCompatibility", False)
    shown = (show_details(id_, shop, now=call.now, quantity_claims=quantity_claims) for id_ in ids)
    found = [each for each in shown if each]
    if call.now < _REMOVED if shop.legacy_claims is None else shop.legacy_claims:
        found = [_add_legacy_claims(each) for each in found]
    return render_success(found, call, shop)


def _add_legacy_claims(details: dict[str, Any]) -> dict[str, Any]:
    """The same with each claim under the name of its kind, where it was before there was currentClaim."""
    if "currentClaim" not in details:
        return details
    return {**details.get("beforeClaim", {}), **details["currentClaim"], **details}
