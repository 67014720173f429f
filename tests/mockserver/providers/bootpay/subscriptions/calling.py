"""Subscriptions as tests open, bill and read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.orders.acting import act
from tests.mockserver.providers.bootpay.calling import SUPERVISOR, call, place, shop_of

if TYPE_CHECKING:
    from tests.mockserver.world import Answer, World

ACTIVE, PAUSED, WAITING = "685b7b10b0eacea5cd974a93", "6973336e4346c992dc19ed61", "68708a10b0eacea5cd974a95"
"""The packaged contracts."""
DAY = 86_400


def supervise(world: World, method: str, path: str, body: Any = None) -> Answer:
    """A supervisor's call."""
    return call(world, method, path, {} if body is None else body, **SUPERVISOR)


def ask(world: World, kind: str, id_: str, method: str = "POST", **body: Any) -> Answer:
    """A buyer's request."""
    return call(world, method, f"order_subscriptions/requests/ing/{kind}", {"order_subscription_id": id_, **body})


def contract(world: World, id_: str) -> dict[str, Any]:
    """A contract as detail shows it."""
    answer = call(world, "GET", f"order_subscriptions/{id_}")
    assert answer.status == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def bills(world: World, id_: str) -> list[tuple[int, int, int]]:
    """Duration, status and price of the bills of a contract, the first one first."""
    answer = call(world, "GET", f"order_subscription_bills?order_subscription_id={id_}&limit=50")
    return [(each["duration"], each["status"], each["price"]) for each in answer.json["list"]][::-1]


def subscribe(world: World, **fields: Any) -> tuple[str, str]:
    """order_subscription_id and order_id of a subscription that a buyer opens now."""
    ids = place(world, **fields)
    (event,) = act(ids["order_id"], "subscribe", None, shop_of(world))
    return event["state"]["order_subscription_id"], ids["order_id"]


def bring(world: World, state: str) -> tuple[str, str]:
    """order_subscription_id and order_id of a contract in a state of the table; '' for an order that is not there."""
    if state == "subscription pending":
        return WAITING, ""
    id_, order_id = subscribe(world, price=10_000)
    if state == "paused":
        assert supervise(world, "PUT", f"order_subscriptions/{id_}/pause").status == 200
    elif state == "on hold":
        act(order_id, "fail_bill", None, shop_of(world))
    elif state == "terminated":
        assert supervise(world, "PUT", f"order_subscriptions/{id_}/terminate").status == 200
    elif state == "ended":
        body = {"total_subscription_duration": 1}
        assert supervise(world, "PUT", f"order_subscriptions/{id_}", body).status == 200
        world.clock.advance(40 * DAY)
    return id_, order_id


def code_of(answer: Answer) -> Any:
    """The code of a refusal, whichever the profile."""
    return answer.json.get("error_code", answer.json.get("code"))
