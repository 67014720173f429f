"""Product orders and moments as answers show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.http import Written
from jumun_mockserver.providers.naver.book import ORDERS, PRODUCT_ORDERS
from jumun_mockserver.providers.naver.claims import show_claims
from jumun_mockserver.providers.naver.shop import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.providers.naver.book import Item
    from jumun_mockserver.providers.naver.shop import NaverShop

# What is shown is kept for so many product orders.
_KEPT = 20_000
_MOMENT = re.compile(r"(T[0-9:]{8}\.[0-9])([0-9]{2})\+09:00$")
# What only clients see that know of claims for a part of the quantity.
_QUANTITY_CLAIMS = ("initial", "remain")


def show_details(id_: str, shop: NaverShop, *, now: float, quantity_claims: bool) -> dict[str, Any] | None:
    """A product order with its order, claims and parcel as far as it has them; None if the shop does not have it.

    What is absent is left out, never null. While reads lag, it is as it was before its dispatch. The result is shared
    by calls and must not be changed.
    """
    key = (id_, quantity_claims)
    shown = shop.shown.get(key)
    if (
        shown
        and now >= shown.since
        and shop.state.read(PRODUCT_ORDERS, id_) is shown.stored_row
        and shop.state.read(ORDERS, shown.order_id) is shown.stored_record
    ):
        return shown.details
    item = shop.book.find(id_)
    if item is None:
        return None
    lag = item.row.get("lag")
    if lag and now < lag["until"]:
        return _render(item._replace(row=lag["row"]), shop, quantity_claims=quantity_claims)
    details = Written(_render(item, shop, quantity_claims=quantity_claims))
    if len(shop.shown) >= _KEPT:
        shop.shown.clear()
    since = lag["until"] if lag else 0.0
    shop.shown[key] = Shown(since, item.row["order_id"], item.stored_row, item.stored_record, details)
    return details


def show_moment(text: str, shop: NaverShop) -> str:
    """A moment of a payload, with the zeros at the end of its fraction cut where the shop does so."""
    if not shop.cuts_zeros:
        return text
    found = _MOMENT.search(text)
    if not found:
        return text
    return f"{text[: found.start()]}{found[1]}{found[2].rstrip('0')}+09:00"


def _render(item: Item, shop: NaverShop, *, quantity_claims: bool) -> dict[str, Any]:
    product_order = {
        key: value
        for key, value in {**item.row["productOrder"], **item.state}.items()
        if quantity_claims or not key.startswith(_QUANTITY_CLAIMS)
    }
    details: dict[str, Any] = {
        "productOrder": _show_moments(product_order, shop),
        "order": _show_moments(item.record["order"], shop),
    }
    for name, shown in show_claims(item.row, quantity_claims=quantity_claims).items():
        if name == "completedClaims":
            details[name] = [_show_moments(each, shop) for each in shown]
        else:
            details[name] = {kind: _show_moments(block, shop) for kind, block in shown.items()}
    if "delivery" in item.row:
        details["delivery"] = _show_moments(item.row["delivery"], shop)
    return details


def _show_moments(block: Mapping[str, Any], shop: NaverShop) -> dict[str, Any]:
    return {key: show_moment(value, shop) if key.endswith("Date") else value for key, value in block.items()}
