"""Orders of a NAVER shop with what was written over those that it started from."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.core.orders import OrderView
from jumun_mockserver.providers.naver.seed import Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.providers.naver.shop import NaverShop

ORDERS = "naver.orders"
"""Family of the orders that were placed: orderId → {"order", "product_order_ids"}, `order` as queries answer it.

Payment is the order's, so that one step pays all its product orders: it is unpaid while it has no paymentDate.
"""
PRODUCT_ORDERS = "naver.product_orders"
"""Family of their product orders: productOrderId → {"order_id", "productOrder"}, `productOrder` as of a paid order."""

_TEXT = {"type": "string"}
_DATE = {"type": "string", "format": "date-time"}
FAMILIES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        ORDERS: {
            "type": "object",
            "required": ["order", "product_order_ids"],
            "additionalProperties": False,
            "properties": {
                "order": {
                    "type": "object",
                    "required": ["orderId", "orderDate"],
                    "properties": {"orderId": _TEXT, "orderDate": _DATE, "paymentDate": _DATE},
                },
                "product_order_ids": {"type": "array", "items": _TEXT},
            },
        },
        PRODUCT_ORDERS: {
            "type": "object",
            "required": ["order_id", "productOrder"],
            "additionalProperties": False,
            "properties": {
                "order_id": _TEXT,
                "productOrder": {
                    "type": "object",
                    "required": ["productOrderId", "productOrderStatus", "placeOrderStatus"],
                    "properties": {"productOrderId": _TEXT, "productOrderStatus": _TEXT, "placeOrderStatus": _TEXT},
                },
            },
        },
    }
)
"""Family → JSON Schema of its values, as far as this package reads them."""


def find_order_of(order_id: str, shop: NaverShop) -> Order | None:
    """The order of this orderId, placed or of the seed."""
    return shop.orders.order(order_id) or find_placed(order_id, shop)


def find_placed(order_id: str, shop: NaverShop) -> Order | None:
    """The placed order of this orderId. None has an id of the seed, so most calls need not ask."""
    record = shop.state.read(ORDERS, order_id)
    return Order(order_id, _moment(record), tuple(record["product_order_ids"]), own=True) if record else None


def find_view(product_order_id: str, shop: NaverShop) -> OrderView | None:
    """The product order of this id as it is now, if it is this shop's."""
    row = shop.state.read(PRODUCT_ORDERS, product_order_id)
    if row is not None:
        record = shop.state.read(ORDERS, row["order_id"])
        # Product orders are written before their order, which makes all of them be there.
        return _view(record, row) if record else None
    order = shop.orders.product_order(product_order_id)
    return _seed_view(order.order_id, product_order_id) if order and order.own else None


def iter_views(shop: NaverShop) -> Iterator[OrderView]:
    """All product orders as they are now, the newest order first."""
    rows = shop.state.read_all(PRODUCT_ORDERS)
    for record in sorted(shop.state.read_all(ORDERS).values(), key=_newness, reverse=True):
        yield from (_view(record, rows[id_]) for id_ in record["product_order_ids"] if id_ in rows)
    for order in reversed(shop.orders):
        if order.own:
            yield from (_seed_view(order.order_id, id_) for id_ in order.product_order_ids)


def state_of(order: Mapping[str, Any], product_order: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that product orders are told apart by."""
    status = product_order["productOrderStatus"] if "paymentDate" in order else "PAYMENT_WAITING"
    state = {"productOrderStatus": status, "placeOrderStatus": product_order["placeOrderStatus"]}
    if "giftReceivingStatus" in product_order:
        state["giftReceivingStatus"] = product_order["giftReceivingStatus"]
    return state


def _view(record: Mapping[str, Any], row: Mapping[str, Any]) -> OrderView:
    order, product_order = record["order"], row["productOrder"]
    state = state_of(order, product_order)
    actions = ("pay",) if state["productOrderStatus"] == "PAYMENT_WAITING" else ()
    data = {"productOrder": {**product_order, **state}, "order": order}
    return OrderView("naver", order["orderId"], product_order["productOrderId"], state, actions, data)


def _seed_view(order_id: str, product_order_id: str) -> OrderView:
    # The data files have ids only: such an order is taken to be paid and not confirmed, as a placed one is.
    state = {"productOrderStatus": "PAYED", "placeOrderStatus": "NOT_YET"}
    data = {"productOrder": {"productOrderId": product_order_id, **state}, "order": {"orderId": order_id}}
    return OrderView("naver", order_id, product_order_id, state, (), data)


def _moment(record: Mapping[str, Any]) -> int:
    """Epoch second at which a placed order was made."""
    return int(parse_date_time(record["order"]["orderDate"]).timestamp())


def _newness(record: Mapping[str, Any]) -> tuple[str, str]:
    """By which placed orders are sorted: times are Korean, and all of one form."""
    return record["order"]["orderDate"], record["order"]["orderId"]
