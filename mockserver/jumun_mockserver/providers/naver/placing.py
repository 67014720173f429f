"""Placing and paying orders, as a buyer does in the shop."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import OrderError, check_template, refuse_action
from jumun_mockserver.core.session.events import Event, Events
from jumun_mockserver.providers.naver.envelope import render_time
from jumun_mockserver.providers.naver.templates import TEMPLATES, Part, fill_product_order
from jumun_mockserver.providers.naver.written import (
    ORDERS,
    PRODUCT_ORDERS,
    find_order_of,
    find_view,
    iter_views,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.core.orders import NewOrder, OrderView
    from jumun_mockserver.providers.naver.shop import NaverShop

_KST = timedelta(hours=9)
PRODUCT_ORDERS_AT_MOST = 30
# So many orders of a day have digits of their own; the step is prime to it.
_ORDERS_OF_A_DAY, _STEP = 100_000, 7_919
# Product orders end in 1, as live ones do; so that no number is both, orders do not.
_LAST_DIGITS = "023456789"
# How long a buyer has to pay is not known.
_PAYMENT_DAYS = 3
_OF_THE_ORDER = ("ordererId", "ordererNo", "ordererName", "ordererTel", "paymentMeans", "payLocationType")


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
    while True:
        now = shop.clock.now()
        ids = _Ids(shop.seed, shop.state.count("serials", ORDERS), now, count)
        if any(find_order_of(id_, shop) or find_view(id_, shop) for id_ in (ids.order, *ids.product_orders)):
            continue
        product_orders = _make_product_orders(new, ids, now)
        order = _make_order(new, ids, product_orders, now)
        for id_, product_order in zip(ids.product_orders, product_orders, strict=True):
            shop.state.write(PRODUCT_ORDERS, id_, {"order_id": ids.order, "productOrder": product_order})
        record = {"order": order, "product_order_ids": list(ids.product_orders)}
        events = [_event("place", order, each, now) for each in product_orders]
        if Events(shop.state).change(ORDERS, ids.order, None, record, events) is not None:
            return {"order_id": ids.order, "product_order_ids": list(ids.product_orders)}


def act(id_: str, action: str, reason: str | None, shop: NaverShop) -> list[dict[str, Any]]:
    """Do an action to a product order, as it is now: `pay`, which pays the whole order.

    Raises:
        KeyError: No such product order.
        OrderError: The action is not possible now.
    """
    while True:
        view = find_view(id_, shop)
        if view is None:
            raise KeyError(id_)
        if action not in view.actions:
            refuse_action(action, view)
        if reason is not None:
            raise OrderError(f"/reason: {action!r} takes none")
        old, now = shop.state.read(ORDERS, view.order_id), shop.clock.now()
        if old is None or "paymentDate" in old["order"]:
            # It has changed since it was looked at.
            continue
        rows = filter(None, [shop.state.read(PRODUCT_ORDERS, each) for each in old["product_order_ids"]])
        order = {key: value for key, value in old["order"].items() if key != "paymentDueDate"}
        order["paymentDate"] = render_time(now)
        events = [_event("pay", order, row["productOrder"], now) for row in rows]
        if (made := Events(shop.state).change(ORDERS, view.order_id, old, {**old, "order": order}, events)) is not None:
            return made


def find_order(id_: str, shop: NaverShop) -> OrderView | None:
    """The product order of this id."""
    return find_view(id_, shop)


def iter_orders(shop: NaverShop) -> Iterator[OrderView]:
    """All product orders, the newest order first."""
    return iter_views(shop)


class _Ids:
    """Numbers of an order and its parts. Those of a day repeat after 100,000 orders."""

    def __init__(self, seed: str, serial: int, now: float, count: int) -> None:
        digest = hashlib.sha256(f"{seed}:naver:placed:{serial}".encode()).digest()
        day = f"{datetime.fromtimestamp(now, UTC) + _KST:%Y%m%d}"
        first = int.from_bytes(hashlib.sha256(f"{seed}:naver:placed".encode()).digest()[:4], "big")
        order, product_orders, package = (
            f"{(first * factor + serial * _STEP) % _ORDERS_OF_A_DAY:05d}" for factor in (1, 3, 7)
        )
        last = _LAST_DIGITS[digest[1] % len(_LAST_DIGITS)]
        self.order = f"{day}{order}{digest[0] % 100:02d}{last}"
        self.product_orders = tuple(f"{day}{product_orders}{index:02d}1" for index in range(count))
        self.packages = tuple(f"{day}{package}{index:02d}6" for index in range(count))
        self.digest = digest


def _make_product_orders(new: NewOrder, ids: _Ids, now: float) -> list[dict[str, Any]]:
    fields = {key: value for key, value in new.fields.items() if key not in (*_OF_THE_ORDER, "productOrderStatus")}
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


def _make_order(new: NewOrder, ids: _Ids, product_orders: list[dict[str, Any]], now: float) -> dict[str, Any]:
    """The `order` block of a query."""
    is_paid = new.fields.get("productOrderStatus", "PAYED") == "PAYED"
    amount = sum(each["totalPaymentAmount"] + each["deliveryFeeAmount"] for each in product_orders)
    order = {
        "orderId": ids.order,
        "orderDate": render_time(now),
        "paymentMeans": "신용카드 간편결제" if is_paid else "무통장입금",
        "payLocationType": "MOBILE",
        "ordererId": "hong****",
        "ordererNo": f"10000{ids.digest[2]:04d}",
        "ordererName": "홍길동",
        "ordererTel": "01000000000",
        "orderDiscountAmount": 0,
        "generalPaymentAmount": amount,
        "naverMileagePaymentAmount": 0,
        "chargeAmountPaymentAmount": 0,
        "payLaterPaymentAmount": 0,
        "isMembershipSubscribed": False,
        "isDeliveryMemoParticularInput": "false",
        **{key: value for key, value in new.fields.items() if key in _OF_THE_ORDER},
    }
    order["paymentDate" if is_paid else "paymentDueDate"] = render_time(
        now if is_paid else now + _PAYMENT_DAYS * 86_400
    )
    if new.template == "gift":
        # The giver is hidden from the seller.
        del order["ordererName"], order["ordererTel"]
    return order


def _event(action: str, order: Mapping[str, Any], product_order: Mapping[str, Any], now: float) -> Event:
    state = state_of(order, product_order)
    type_ = "PAYED" if "paymentDate" in order else "PAY_WAITING"
    return Event(now, "naver", order["orderId"], product_order["productOrderId"], "buyer", action, type_, state)
