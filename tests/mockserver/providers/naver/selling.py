"""What all actors do to NAVER's product orders, by the names of the lifecycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import NewOrder
from jumun_mockserver.providers.naver.acting import act
from jumun_mockserver.providers.naver.lifecycle import CONTROL_ACTIONS
from jumun_mockserver.providers.naver.placing import place_order

if TYPE_CHECKING:
    from tests.mockserver.world import World

BODIES: dict[str, dict[str, Any]] = {
    "delay": {"dispatchDueDate": "2026-03-10T23:59:59.000+09:00", "delayedDispatchReason": "PRODUCT_PREPARE"},
    "hope_delivery": {"hopeDeliveryYmd": "20260310", "changeReason": "재고"},
    "cancel.request": {"cancelReason": "SOLD_OUT"},
    "return.request": {"returnReason": "BROKEN", "collectDeliveryMethod": "RETURN_INDIVIDUAL"},
    "return.reject": {"rejectReturnReason": "사용한 흔적"},
    "return.holdback": {"holdbackClassType": "ETC", "holdbackReturnDetailReason": "확인"},
    "exchange.reject": {"rejectExchangeReason": "재고 없음"},
    "exchange.holdback": {"holdbackClassType": "ETC", "holdbackExchangeDetailReason": "확인"},
    "exchange.dispatch": {
        "reDeliveryMethod": "DELIVERY",
        "reDeliveryCompany": "CJGLS",
        "reDeliveryTrackingNumber": "600000000002",
    },
}
"""Action → a body that is right."""
_PATHS = {
    "hope_delivery": "hope-delivery/change",
    "return.release": "claim/return/holdback/release",
    "exchange.release": "claim/exchange/holdback/release",
    "exchange.collect_approve": "claim/exchange/collect/approve",
}
WAYS: dict[str, list[str]] = {
    "PAYMENT_WAITING": [],
    "PAYED/NOT_YET": ["pay"],
    "PAYED/OK": ["pay", "confirm"],
    "PAYED/CANCEL_REQUEST": ["pay", "confirm", "request_cancel"],
    "PAYED/CANCELING": ["pay", "confirm", "cancel.request"],
    "DELIVERING": ["pay", "dispatch"],
    "DELIVERED": ["pay", "dispatch", "deliver"],
    "DELIVERED/HOLDBACK": ["pay", "dispatch", "deliver", "hold_decision"],
    "RETURN_REQUEST": ["pay", "dispatch", "deliver", "request_return"],
    "RETURN/COLLECTING": ["pay", "dispatch", "deliver", "request_return", "86400"],
    "RETURN/COLLECT_DONE": ["pay", "dispatch", "deliver", "request_return", "collect"],
    "EXCHANGE_REQUEST": ["pay", "dispatch", "request_exchange"],
    "EXCHANGE/COLLECTING": ["pay", "dispatch", "request_exchange", "86400"],
    "EXCHANGE/COLLECT_DONE": ["pay", "dispatch", "request_exchange", "collect"],
    "EXCHANGE_REDELIVERING": ["pay", "dispatch", "deliver", "request_exchange", "collect", "exchange.dispatch"],
    "PURCHASE_DECIDED": ["pay", "dispatch", "decide"],
    "CANCELED_BY_NOPAYMENT": [f"{4 * 86_400}"],
    "CANCELED": ["pay", "request_cancel"],
    "RETURNED": ["pay", "dispatch", "deliver", "request_return", "return.approve"],
    "EXCHANGED": ["pay", "dispatch", "deliver", "request_exchange", "collect", "exchange.dispatch", "deliver"],
}
"""State → what gets an unpaid product order there; a number is seconds that pass."""


def make_parcel(id_: str) -> dict[str, str]:
    """The fields of a dispatch beside the product order's id; each has a tracking number of its own."""
    return {"deliveryMethod": "DELIVERY", "deliveryCompanyCode": "CJGLS", "trackingNumber": f"6{id_}"}


def sell(world: World, action: str, id_: str, **fields: Any) -> Any:
    """`data` of the response to a seller's call; `fields` go before what its body has by itself."""
    if action == "confirm":
        return world.naver("POST", "/confirm", {"productOrderIds": [id_]}).json["data"]
    if action == "dispatch":
        item = {"productOrderId": id_, **make_parcel(id_), **fields}
        return world.naver("POST", "/dispatch", {"dispatchProductOrders": [item]}).json["data"]
    path = _PATHS.get(action) or (f"claim/{action.replace('.', '/')}" if "." in action else action)
    body = {**BODIES[action], **fields} if action in BODIES else None
    return world.naver("POST", f"/{id_}/{path}", body).json["data"]


def do(world: World, action: str, id_: str, reason: str | None = None) -> list[dict[str, Any]]:
    """Events of an action of any of them, or of seconds that pass."""
    before = world.session.events.last
    if action.isdigit():
        world.session.move_clock(advance_s=int(action))
    elif action in CONTROL_ACTIONS:
        act(id_, action, reason, world.session.shops["naver"])
    else:
        data = sell(world, action, id_)
        assert data["failProductOrderInfos"] == [], (action, data)
    return world.session.events.page(after=before).events


def bring(world: World, state: str, template: str = "single", **fields: Any) -> str:
    """The only product order of an order that is placed now and brought into a state."""
    new = NewOrder(template, None, {"productOrderStatus": "PAYMENT_WAITING", **fields})
    (id_,) = place_order(new, world.session.shops["naver"])["product_order_ids"]
    for action in WAYS[state]:
        do(world, action, id_)
    return str(id_)
