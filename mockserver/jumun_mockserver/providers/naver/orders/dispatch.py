"""`naver.product_orders.dispatch`: the seller sends product orders."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.book import TRACKING_NUMBERS
from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.orders.actions import (
    WITH_COURIER,
    act_as_seller,
    check_count,
    check_courier,
    render_outcome,
)
from jumun_mockserver.providers.naver.seeded import make_delivery
from jumun_mockserver.providers.naver.times import read_time
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.core.state.state import State
    from jumun_mockserver.providers.naver.shop import NaverShop

_WITHOUT_COURIER = ("VISIT_RECEIPT", "DIRECT_DELIVERY", "QUICK_SVC", "NOTHING")


def dispatch_product_orders(call: Call, shop: NaverShop) -> dict[str, Any]:
    """What was sent and what was not, one by one: main products are to come before their add-ons.

    Raises:
        ApiError: `too_many_ids`.
    """
    items = call.body["dispatchProductOrders"]
    check_count(items)
    for item in items:
        if "dispatchDate" in item:
            # Of a call with a day that cannot be, nothing is done.
            read_time("dispatchDate", item["dispatchDate"])
    apply_due(shop)
    causes: list[tuple[str, str]] = []
    seen: set[str] = set()
    for item in items:
        id_ = item["productOrderId"]
        causes.append((id_, "repeated_id" if id_ in seen else _dispatch(item, call, shop)))
        seen.add(id_)
    return render_success(render_outcome(causes, shop), call, shop)


def _dispatch(item: Mapping[str, Any], call: Call, shop: NaverShop) -> str:
    """Send a product order; the cause why it fails, '' if it does not."""
    id_ = item["productOrderId"]
    found = shop.book.find(id_)
    if found and (cause := _check(item, found.row["productOrder"], shop)):
        return cause
    number = ""
    if found and item["deliveryMethod"] in WITH_COURIER:
        number = f"{item['deliveryCompanyCode']} {item['trackingNumber']}"
        if not _take(number, found.row["productOrder"]["packageNumber"], shop.state):
            return "tracking_number_used"
    edit = partial(_write, item, call.now, shop.read_lag)
    cause = act_as_seller(id_, "dispatch", call, shop, edit=edit)
    if cause and number:
        _give_back(number, shop.state)
    return cause


def _check(item: Mapping[str, Any], product_order: Mapping[str, Any], shop: NaverShop) -> str:
    """The cause why a parcel is not right, '' if it is."""
    method = item.get("deliveryMethod")
    if product_order["expectedDeliveryMethod"] == "NOTHING" and method != "NOTHING":
        return "nothing_to_deliver"
    if method in _WITHOUT_COURIER:
        return ""
    if method not in WITH_COURIER:
        return "wrong_delivery_method"
    return check_courier(item.get("deliveryCompanyCode", ""), item.get("trackingNumber", ""), shop.profile)


def _take(number: str, package_number: str, state: State) -> bool:
    """Have a product order of a parcel take a courier's number; False where another parcel has it.

    Before the dispatch, so that of racing calls for two parcels one gets it.
    """
    while True:
        known = state.read(TRACKING_NUMBERS, number)
        if known and known["package_number"] != package_number:
            return False
        uses = known["uses"] + 1 if known else 1
        if state.swap(TRACKING_NUMBERS, number, known, {"package_number": package_number, "uses": uses}):
            return True


def _give_back(number: str, state: State) -> None:
    """Undo a `_take` whose product order was not dispatched; others of the parcel may have the number still."""
    while known := state.read(TRACKING_NUMBERS, number):
        left = {**known, "uses": known["uses"] - 1} if known["uses"] > 1 else None
        if state.swap(TRACKING_NUMBERS, number, known, left):
            return


def _write(item: Mapping[str, Any], now: float, read_lag: float, row: dict[str, Any]) -> None:
    if read_lag:
        before = {**row, "productOrder": dict(row["productOrder"]), "moments": dict(row["moments"])}
        row["lag"] = {"until": now + read_lag, "row": before}
    sent_at = read_time("dispatchDate", item["dispatchDate"]) if "dispatchDate" in item else now
    method, company, number = item["deliveryMethod"], item.get("deliveryCompanyCode"), item.get("trackingNumber")
    row["delivery"] = make_delivery(method, company, number, sent_at)
    row["moments"]["DISPATCHED_DATETIME"] = sent_at
