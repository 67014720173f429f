"""Orders that buyers place."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import OrderError, check_template
from jumun_mockserver.core.session.events import Events
from jumun_mockserver.providers.bootpay.derived import PEOPLE
from jumun_mockserver.providers.bootpay.orders.transitions import make_event
from jumun_mockserver.providers.bootpay.times import KST, object_id, stamp
from jumun_mockserver.providers.bootpay.written import ORDERS

if TYPE_CHECKING:
    from jumun_mockserver.core.orders import NewOrder
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

_NAMES = ("머그컵 세트", "텀블러 500ml", "가죽 다이어리", "만년필", "원목 책상")


def place_order(new: NewOrder, shop: BootpayShop) -> dict[str, Any]:
    """Place an order that is not paid yet: order_id and order_number.

    Ids follow from seed and serial: an ObjectId that begins with the second of creation, and 20 digits that begin with
    the day in Korea.

    Raises:
        OrderError: A template that Bootpay does not have, or parts.
    """
    check_template(new.template, ("single",), provider="bootpay")
    if new.product_orders not in (None, 1):
        raise OrderError("/product_orders: an order of bootpay has no product orders; leave it out")
    while True:
        now = shop.clock.now()
        serial = shop.state.count("serials", ORDERS)
        digest = hashlib.sha256(f"{shop.seed}:bootpay:placed:{serial}:".encode()).digest()
        row = {**_new_row(digest, now), **new.fields}
        if any(row[key] in shop.orders for key in ("order_id", "order_number")):
            continue
        events = [make_event("buyer", "place", None, row, now)]
        if Events(shop.state).change(ORDERS, row["order_id"], None, row, events) is not None:
            return {"order_id": row["order_id"], "order_number": row["order_number"]}


def _new_row(digest: bytes, now: float) -> dict[str, Any]:
    """An order as the data files have it."""
    person, number = digest[0] % len(PEOPLE), int.from_bytes(digest[16:22], "big") % 10**14
    return {
        "order_id": object_id(now, digest),
        "order_name": _NAMES[digest[1] % len(_NAMES)],
        "price": 1_000 + 500 * (digest[2] % 200),
        "status": 0,
        "receipt_status": 0,
        "order_number": f"{datetime.fromtimestamp(now, KST):%y%m%d}{number:014d}",
        "purchased_at": None,
        "created_at": stamp(now),
        "username": PEOPLE[person],
        "user_email": f"user{person}@example.com",
        "receipt_id": None,
        "user_id": f"67e4b4425ec892162491d{0xE00 + person:03x}",
        "user_group_id": None,
        "order_subscription_ids": [],
        "subscription_billing_type": 0,
    }
