"""Bootpay's API as tests call it, and orders in each state of the lifecycle."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import NewOrder
from jumun_mockserver.providers.bootpay.orders.acting import act
from jumun_mockserver.providers.bootpay.orders.placing import place_order
from tests.mockserver.world import KEYS, Answer, World, basic

if TYPE_CHECKING:
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

SUPERVISOR = {"bootpay-role": "supervisor"}
WAYS: dict[str, tuple[str, ...]] = {
    "pending": (),
    "expired": ("expire",),
    "in_payment": ("issue_account",),
    "paid": ("pay",),
    "cancel_requested": ("pay", "request_cancel"),
    "confirmed": ("pay", "confirm"),
    "cancelled": ("pay", "cancel"),
}
"""State → what brings an order there; `cancel` is a request that is carried out at once."""


def shop_of(world: World) -> BootpayShop:
    """Its Bootpay shop."""
    shop: BootpayShop = world.session.shops["bootpay"]
    return shop


def call(world: World, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """A call with the demo keys; names of headers with `_` for `-`."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent |= {"authorization": basic(*KEYS), "content-type": "application/json"}
    return world.call(method, f"/v1/{path}", "" if body is None else json.dumps(body), **sent)


def place(world: World, **fields: Any) -> dict[str, Any]:
    """Ids of an order that is placed now."""
    return place_order(NewOrder(fields=fields), shop_of(world))


def request(world: World, order_number: str, **parameters: Any) -> Answer:
    """Ask for a cancellation."""
    return call(world, "POST", "order/cancel", {"order_number": order_number, "request_cancel_parameters": parameters})


def bring(world: World, state: str, **fields: Any) -> dict[str, Any]:
    """An order in a state."""
    ids = place(world, **fields)
    for action in WAYS[state]:
        if action == "cancel":
            assert request(world, ids["order_number"], cancel_immediately=True).status == 200
        else:
            act(ids["order_id"], action, None, shop_of(world))
    return ids


def jwt(**claims: Any) -> str:
    """A member's token; its signature is made up."""
    parts = (json.dumps({"alg": "HS256"}).encode(), json.dumps(claims).encode(), b"signature")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
