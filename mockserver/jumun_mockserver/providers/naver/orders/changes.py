"""`naver.product_orders.changes`: the change feed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.envelope import render_success
from jumun_mockserver.providers.naver.index import to_ms
from jumun_mockserver.providers.naver.orders.rendering import show_moment
from jumun_mockserver.providers.naver.orders.windows import read_window
from jumun_mockserver.providers.naver.times import render_time
from jumun_mockserver.providers.naver.transitions import apply_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.book import Item
    from jumun_mockserver.providers.naver.shop import NaverShop

_CLAIM = ("claimType", "claimStatus")


def list_changes(call: Call, shop: NaverShop) -> dict[str, Any]:
    """The newest event of each product order in a window, by time and then by id; `more` is the first row left out.

    Raises:
        ApiError: As `read_window`.
    """
    values = call.values
    window = read_window(values, "lastChangedFrom", "lastChangedTo", missing="last_changed_from_missing")
    apply_due(shop)
    limit = values["limitCount"]
    rows = _iter_rows(window, values.get("moreSequence", ""), values.get("lastChangedType"), shop)
    found = list(islice(rows, limit + 1))
    data: dict[str, Any] = {"lastChangeStatuses": found[:limit], "count": len(found[:limit])}
    if len(found) > limit:
        first = found[limit]
        data["more"] = {"moreFrom": first["lastChangedDate"], "moreSequence": first["productOrderId"]}
    return render_success(data, call, shop)


def _iter_rows(window: tuple[int, int], sequence: str, type_: str | None, shop: NaverShop) -> Iterator[dict[str, Any]]:
    since, until = window
    for at_ms, id_ in shop.book.iter_keys("feed", (since, sequence), until):
        item = shop.book.find(id_)
        # What moved on since the index was read comes at its new place.
        if item and to_ms(item.feed["at"]) == at_ms and type_ in (None, item.feed["type"]):
            yield _render_row(item, shop)


def _render_row(item: Item, shop: NaverShop) -> dict[str, Any]:
    feed, order = item.feed, item.record["order"]
    row = {"orderId": order["orderId"], "productOrderId": item.id, "lastChangedType": feed["type"]}
    if "paymentDate" in order:
        row["paymentDate"] = show_moment(order["paymentDate"], shop)
    row["lastChangedDate"] = show_moment(render_time(feed["at"]), shop)
    row["productOrderStatus"] = feed["productOrderStatus"]
    row |= {name: feed[name] for name in _CLAIM if name in feed}
    row["receiverAddressChanged"] = "address_changed" in item.row
    if "giftReceivingStatus" in item.row["productOrder"]:
        row["giftReceivingStatus"] = item.row["productOrder"]["giftReceivingStatus"]
    return row
