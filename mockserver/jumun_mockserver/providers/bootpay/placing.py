"""Placing and paying orders, as a buyer does on Bootpay's pages."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import OrderError, OrderView, check_template, refuse_action
from jumun_mockserver.core.session.events import Event, Events
from jumun_mockserver.providers.bootpay.derived import PEOPLE
from jumun_mockserver.providers.bootpay.written import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.core.orders import NewOrder
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

ACTIONS = ("pay",)
"""What `act` can do to an order that is not paid."""
_KST = timedelta(hours=9)
_NAMES = ("머그컵 세트", "텀블러 500ml", "가죽 다이어리", "만년필", "원목 책상")
# Statuses of the page's tables: order created, being paid, paid; and unpaid, paid.
_CREATED, _IN_PAYMENT, _PAID = 0, 1, 2
_NO_RECEIPT, _RECEIPT = 0, 1


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
        digest = _draw(shop, shop.state.count("serials", ORDERS))
        row = {**_new_row(digest, now), **new.fields}
        if any(row[key] in shop.orders for key in ("order_id", "order_number")):
            continue
        if Events(shop.state).change(ORDERS, row["order_id"], None, row, [_event("place", row, now)]) is not None:
            return {"order_id": row["order_id"], "order_number": row["order_number"]}


def act(id_: str, action: str, reason: str | None, shop: BootpayShop) -> list[dict[str, Any]]:
    """Do an action to an order, as it is now: `pay`.

    Raises:
        KeyError: No such order.
        OrderError: The action is not possible now.
    """
    while True:
        row = shop.orders.find(id_)
        if row is None:
            raise KeyError(id_)
        order = _view(row)
        if action not in order.actions:
            refuse_action(action, order)
        if reason is not None:
            raise OrderError(f"/reason: {action!r} takes none")
        now, name = shop.clock.now(), row["order_id"]
        receipt_id = _object_id(now, _draw(shop, 0, name))
        paid = {
            **row,
            "status": _PAID,
            "receipt_status": _RECEIPT,
            "purchased_at": _stamp(now),
            "receipt_id": receipt_id,
        }
        # An order of the seed is not written yet, and is changed from nothing.
        old = shop.state.read(ORDERS, name)
        if old is not None and old != row:
            continue
        events = [_event("pay", paid, now)]
        if (made := Events(shop.state).change(ORDERS, name, old, paid, events)) is not None:
            return made


def find_order(id_: str, shop: BootpayShop) -> OrderView | None:
    """The order of an order_id or order_number."""
    row = shop.orders.find(id_)
    return _view(row) if row else None


def iter_orders(shop: BootpayShop) -> Iterator[OrderView]:
    """All orders, newest first."""
    return map(_view, shop.orders)


def _view(row: Mapping[str, Any]) -> OrderView:
    is_open = row["status"] in (_CREATED, _IN_PAYMENT) and row["receipt_status"] == _NO_RECEIPT
    return OrderView("bootpay", row["order_id"], None, _state(row), ACTIONS if is_open else (), row)


def _state(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": row["status"], "receipt_status": row["receipt_status"]}


def _event(action: str, row: Mapping[str, Any], now: float) -> Event:
    # Of the payment webhook's types; placing an order sends none.
    type_ = {"pay": "PAYMENT_COMPLETED"}.get(action)
    return Event(now, "bootpay", row["order_id"], None, "buyer", action, type_, _state(row))


def _draw(shop: BootpayShop, serial: int, name: str = "") -> bytes:
    return hashlib.sha256(f"{shop.seed}:bootpay:placed:{serial}:{name}".encode()).digest()


def _new_row(digest: bytes, now: float) -> dict[str, Any]:
    """An order as the data files have it."""
    day = datetime.fromtimestamp(now, UTC) + _KST
    person = digest[0] % len(PEOPLE)
    return {
        "order_id": _object_id(now, digest),
        "order_name": _NAMES[digest[1] % len(_NAMES)],
        "price": 1_000 + 500 * (digest[2] % 200),
        "status": _CREATED,
        "receipt_status": _NO_RECEIPT,
        "order_number": f"{day:%y%m%d}{int.from_bytes(digest[16:22], 'big') % 10**14:014d}",
        "purchased_at": None,
        "created_at": _stamp(now),
        "username": PEOPLE[person],
        "user_email": f"user{person}@example.com",
        "receipt_id": None,
        "user_id": f"67e4b4425ec892162491d{0xE00 + person:03x}",
        "user_group_id": None,
        "order_subscription_ids": [],
        "subscription_billing_type": 0,
    }


def _object_id(now: float, digest: bytes) -> str:
    """24 hex digits, which begin with the second."""
    return f"{int(now) % 2**32:08x}{digest[8:16].hex()}"


def _stamp(now: float) -> str:
    return f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"
