"""What steps do round a call: actions before and after it, orders that are refused, parameters that are capped."""

from __future__ import annotations

from typing import Any

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.core.session.clock import LAST_SECOND
from jumun_mockserver.providers.naver.lifecycle import SELLER_ACTIONS
from jumun_mockserver.providers.naver.times import render_time
from tests.mockserver.core.scenario.order_lessons import changes, query, read, send
from tests.mockserver.providers.naver.selling import do, sell
from tests.mockserver.world import NOW, World
from tests.packaged import BOOTPAY_ORDERS

CONFIRM = "naver.product_orders.confirm"


def steps_of(world: World, *, after: int) -> list[tuple[str, str]]:
    """Actor and action of events."""
    return [(each["actor"], each["action"]) for each in world.session.events.page(after=after).events]


@pytest.mark.parametrize("profile", PROFILES)
def test_actions_come_before_and_after_a_call(profile: str) -> None:
    """In the order: those before, the call, those after, each for all orders of the call."""
    world = World(profile=profile, scenario=f"{CONFIRM}: after(request_cancel)+before(change_address)+before(pay)")
    ids = world.place("bundle", 2, productOrderStatus="PAYMENT_WAITING")
    last = world.session.events.last
    do(world, "pay", ids[0])
    answer = world.naver("POST", "/confirm", {"productOrderIds": ids}).json["data"]
    assert answer["successProductOrderInfos"] == [
        {"productOrderId": id_, "isReceiverAddressChanged": True} for id_ in ids
    ]
    expected = [("buyer", "pay"), ("buyer", "change_address"), ("seller", "confirm"), ("buyer", "request_cancel")]
    assert steps_of(world, after=last) == [each for each in expected for _ in ids]
    assert [each for each in world.last.remarks if "'pay' is not possible" in each]


def test_a_query_names_orders_too(world: World) -> None:
    """What it answers is what was there before the action after it, and after the one before it."""
    (id_,) = world.place()
    world.session.set_scenario("naver.product_orders.query: after(request_cancel), before(change_address)")
    assert read(world, id_)["productOrderStatus"] == "PAYED"
    assert read(world, id_)["productOrderStatus"] == "CANCELED"


def test_what_is_not_possible_is_left_out_with_a_remark(world: World) -> None:
    """The rest of the call's orders are acted on, and the call is answered as usual."""
    (sent,), (paid,) = world.place(), world.place()
    send(world, sent)
    world.session.set_scenario("naver.product_orders.query: before(request_cancel)")
    found = query(world, sent, "2026010112345678", paid)
    assert [each["productOrder"]["productOrderStatus"] for each in found] == ["DELIVERING", "CANCELED"]
    remarks = [each for each in world.last.remarks if each.startswith("before(request_cancel): ")]
    assert [each for each in remarks if f"not possible for {sent} now" in each]
    assert "before(request_cancel): the shop has no order 2026010112345678" in remarks


def test_time_passes_after_an_action(world: World) -> None:
    """Between it and the call, or after the call; the call is carried out at the time that there is then."""
    (id_,) = world.place()
    world.session.set_scenario(f"{CONFIRM}: before(change_address 30s)+after(request_cancel 1m)")
    sell(world, "confirm", id_)
    assert [each["at"] for each in world.session.events.page(after=1).events] == [NOW, NOW + 30, NOW + 30]
    assert world.last.at == NOW + 30
    assert world.clock.now() == NOW + 90
    assert read(world, id_)["placeOrderDate"] == render_time(NOW + 30)


def test_a_clock_that_can_go_no_further_is_remarked(world: World) -> None:
    """The action is done and the call is answered."""
    (id_,) = world.place()
    world.session.set_scenario(f"{CONFIRM}: after(change_address 1h)")
    world.clock.set(LAST_SECOND)
    assert sell(world, "confirm", id_)["successProductOrderInfos"]
    assert [each for each in world.last.remarks if "1970 to 9998" in each]
    assert world.clock.now() == LAST_SECOND


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}])
def test_nothing_is_done_round_a_call_that_is_refused(world: World, headers: dict[str, str]) -> None:
    """A wrong token, or a body that does not fit: it is not carried out, and the step is used up all the same."""
    (id_,) = world.place()
    last = world.session.events.last
    world.session.set_scenario(f"{CONFIRM}: before(request_cancel)+after(change_address)+fail(104443)")
    path = "/external/v1/pay-order/seller/product-orders/confirm"
    assert world.call("POST", path, "{}", content_type="application/json", **headers).status in (400, 401)
    assert world.session.events.last == last
    assert sell(world, "confirm", id_)["failProductOrderInfos"] == []


@pytest.mark.parametrize("operation", SELLER_ACTIONS)
def test_every_call_that_changes_orders_names_them(world: World, operation: str) -> None:
    """In its body or its path: an action is done to its order, and refused it fails as the catalogue says."""
    (id_,) = world.place()
    world.session.set_scenario(f"{operation}: before(change_address)+fail(104123)")
    message = load_contract("naver").errors["104123"].message
    data = sell(world, SELLER_ACTIONS[operation], id_)
    assert data["failProductOrderInfos"] == [{"productOrderId": id_, "code": "104123", "message": message}]
    assert steps_of(world, after=1) == [("buyer", "change_address")]


@pytest.mark.parametrize(("count", "sent"), [(1, 3), (2, 2), (4, 0), (9, 0)])
def test_the_last_orders_of_a_call_are_refused(world: World, count: int, sent: int) -> None:
    """As many as the step says, all if there are fewer, and each order once."""
    ids = world.place("bundle", 4)
    world.session.set_scenario(f"{CONFIRM}: fail(104442 {count})")
    # Twice in a call, it is one order.
    data: dict[str, Any] = world.naver("POST", "/confirm", {"productOrderIds": [*ids, ids[-1]]}).json["data"]
    assert [each["productOrderId"] for each in data["successProductOrderInfos"]] == ids[:sent]
    failed = {each["productOrderId"]: each["code"] for each in data["failProductOrderInfos"]}
    assert failed == dict.fromkeys(ids[sent:], "104442")


@pytest.mark.parametrize(("sent", "count"), [(None, 2), ("300", 2), ("2", 2), ("1", 1)])
def test_a_parameter_is_capped(world: World, sent: str | None, count: int) -> None:
    """Sent or not, no more than the step says is taken, and less stays less."""
    world.place("bundle", 4)
    world.session.set_scenario("naver.product_orders.changes: cap(limitCount 2)")
    more = {} if sent is None else {"limitCount": sent}
    page = changes(world, render_time(NOW), **more)
    assert (page["count"], len(page["lastChangeStatuses"]), "more" in page) == (count, count, True)
    assert world.places == []
    assert changes(world, render_time(NOW))["count"] == 4


def test_a_cap_holds_for_any_provider(world: World) -> None:
    """Bootpay's pages too."""
    world.session.set_scenario("bootpay.orders.list: cap(limit 3)")
    assert [len(world.orders(query).json["list"]) for query in ("limit=50", "limit=50")] == [3, BOOTPAY_ORDERS]


def test_a_header_asks_for_it_too(world: World) -> None:
    """`Jumun-Scenario` does for one call what a line does, and says in a note what it cannot do."""
    ids = world.place("bundle", 3)
    path = "/external/v1/pay-order/seller/product-orders/last-changed-statuses"
    target = f"{path}?lastChangedFrom={render_time(NOW).replace('+', '%2B')}"
    token = {"authorization": "Bearer your_access_token_here"}
    capped = world.call("GET", target, **token, jumun_scenario="cap(limitCount 1)")
    assert capped.json["data"]["count"] == 1
    for step, reason in (("cap(limit 1)", "no integer parameter"), ("before(pay)", "names no orders")):
        whole = world.call("GET", target, **token, jumun_scenario=step)
        assert whole.json["data"]["count"] == len(ids)
        assert "Jumun-Scenario was not understood" in whole.note
        assert reason in whole.note
