"""Orders that are placed, outside of the provider's API."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import OrderError, check_template
from jumun_mockserver.core.session.events import Event, Events
from jumun_mockserver.providers.naver.book import ORDERS, PRODUCT_ORDERS, read_first_feed, read_state
from jumun_mockserver.providers.naver.templates import TEMPLATES, Part, fill_product_order, make_order_block
from jumun_mockserver.providers.naver.times import KST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.orders import NewOrder
    from jumun_mockserver.providers.naver.shop import NaverShop

PRODUCT_ORDERS_AT_MOST = 30
# So many orders of a day have digits of their own; the step is prime to it.
_ORDERS_OF_A_DAY, _STEP = 100_000, 7_919
# Product orders end in 1, as live ones do; so that no number is both, orders do not.
_LAST_DIGITS = "023456789"


def place_order(new: NewOrder, shop: NaverShop) -> dict[str, Any]:
    """Place an order, paid and not confirmed unless `fields` say otherwise: order_id and product_order_ids.

    Ids follow from seed, serial and day: 16 digits, yyyyMMdd in Korea and eight that tell nothing of each other.

    Raises:
        OrderError: A template or a number of product orders that there is not, or fields that do not fit each other.
    """
    check_template(new.template, TEMPLATES, provider="naver")
    count = TEMPLATES[new.template].parts if new.product_orders is None else new.product_orders
    if not 1 <= count <= PRODUCT_ORDERS_AT_MOST:
        raise OrderError(f"/product_orders: {count} must be from 1 to {PRODUCT_ORDERS_AT_MOST}")
    serial, log = shop.state.count("serials", ORDERS), Events(shop.state)
    while True:
        after, now = log.find_moment(shop.clock)
        ids = _Ids(shop.seed, serial, now, count)
        if any(_is_taken(id_, shop) for id_ in (ids.order, *ids.product_orders)):
            serial = shop.state.count("serials", ORDERS)
            continue
        product_orders = _make_product_orders(new, ids, now)
        record = _make_record(new, ids, product_orders, shop)
        for id_, product_order in zip(ids.product_orders, product_orders, strict=True):
            row = {"order_id": ids.order, "productOrder": product_order, "moments": {}}
            shop.state.write(PRODUCT_ORDERS, id_, row)
        events = [_placed(record, each) for each in product_orders]
        if log.change(ORDERS, ids.order, None, record, events, after=after) is not None:
            return {"order_id": ids.order, "product_order_ids": list(ids.product_orders)}


def _is_taken(id_: str, shop: NaverShop) -> bool:
    return bool(shop.book.order(id_) or shop.book.find(id_) or shop.book.is_others(id_))


class _Ids:
    """Numbers of an order and its parts. Those of a day repeat after 100,000 orders."""

    def __init__(self, seed: str, serial: int, now: float, count: int) -> None:
        digest = hashlib.sha256(f"{seed}:naver:placed:{serial}".encode()).digest()
        day = f"{datetime.fromtimestamp(now, KST):%Y%m%d}"
        first = int.from_bytes(hashlib.sha256(f"{seed}:naver:placed".encode()).digest()[:4], "big")
        order, product_orders, package = (
            f"{(first * factor + serial * _STEP) % _ORDERS_OF_A_DAY:05d}" for factor in (1, 3, 7)
        )
        last = _LAST_DIGITS[digest[1] % len(_LAST_DIGITS)]
        self.order = f"{day}{order}{digest[0] % 100:02d}{last}"
        self.product_orders = tuple(f"{day}{product_orders}{index:02d}1" for index in range(count))
        self.packages = tuple(f"{day}{package}{index:02d}6" for index in range(count))
        self.digest = digest
        self.now = now


def _make_product_orders(new: NewOrder, ids: _Ids, now: float) -> list[dict[str, Any]]:
    fields = {key: value for key, value in new.fields.items() if key != "productOrderStatus"}
    if "giftReceivingStatus" in fields and new.template != "gift":
        raise OrderError("/with/giftReceivingStatus: only an order of the template gift has one")
    made = []
    for index, id_ in enumerate(ids.product_orders):
        part = Part(index, now, ids.digest.hex(), ids.packages)
        filled = fill_product_order(new.template, part, fields)
        if filled["totalPaymentAmount"] < 0:
            raise OrderError("/with: price, option and discount must not come to less than nothing")
        made.append({"productOrderId": id_, "productOrderStatus": "PAYED", "placeOrderStatus": "NOT_YET", **filled})
    return made


def _make_record(new: NewOrder, ids: _Ids, product_orders: list[dict[str, Any]], shop: NaverShop) -> dict[str, Any]:
    """The order's record, as `book` keeps it."""
    now, due = ids.now, ids.now + shop.book.spans.expire
    is_paid = new.fields.get("productOrderStatus", "PAYED") == "PAYED"
    block = make_order_block(
        ids.order,
        product_orders,
        ordered_at=now,
        paid_at=now if is_paid else None,
        due_at=due,
        draw=ids.digest[2],
        template=new.template,
        fields=new.fields,
    )
    paid = {"paid_at": now} if is_paid else {"due": due}
    return {"order": block, "product_order_ids": list(ids.product_orders), "ordered_at": now, **paid}


def _placed(record: Mapping[str, Any], product_order: Mapping[str, Any]) -> Event:
    state, type_ = read_state(record, product_order), read_first_feed(record)["type"]
    id_ = product_order["productOrderId"]
    return Event(record["ordered_at"], "naver", record["order"]["orderId"], id_, "buyer", "place", type_, state)
