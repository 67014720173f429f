"""Two calls at once on one product order: their outcome is that of one after the other."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.providers.naver.acting import act, find_order
from jumun_mockserver.providers.naver.lifecycle import CONTROL_ACTIONS
from tests.mockserver.providers.naver.selling import bring, sell
from tests.mockserver.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMES = 8
READ = "read"
RACES = [
    ("PAYED/NOT_YET", "confirm", "confirm"),
    ("PAYED/NOT_YET", "confirm", "request_cancel"),
    ("PAYED/NOT_YET", "dispatch", "dispatch"),
    ("PAYED/NOT_YET", "dispatch", "request_cancel"),
    ("PAYED/NOT_YET", "delay", "delay"),
    ("PAYED/OK", "dispatch", "request_cancel"),
    ("PAYED/OK", "dispatch", "cancel.request"),
    ("PAYED/OK", "dispatch", "change_address"),
    ("PAYED/OK", "cancel.request 2", "cancel.request 2"),
    ("PAYED/OK", "cancel.request 1", "request_cancel"),
    ("PAYED/CANCEL_REQUEST", "cancel.approve", "dispatch"),
    ("PAYED/CANCEL_REQUEST", "cancel.approve", "withdraw_cancel"),
    ("PAYED/CANCELING", "cancel.approve", READ),
    ("DELIVERED", "decide", "request_return"),
    ("DELIVERED", "return.request 2", "return.request 2"),
    ("DELIVERED", "return.request", "request_exchange"),
    ("DELIVERED", "decide", "hold_decision"),
    ("RETURN_REQUEST", "return.approve", "withdraw_return"),
    ("RETURN_REQUEST", "return.approve", "return.reject"),
    ("RETURN_REQUEST", "return.approve", "return.holdback"),
    ("RETURN/COLLECT_DONE", "return.holdback", "return.release"),
    ("RETURN/COLLECT_DONE", "return.approve", "return.approve"),
    ("EXCHANGE_REQUEST", "exchange.collect_approve", "withdraw_exchange"),
    ("EXCHANGE_REQUEST", "exchange.reject", "collect"),
    ("EXCHANGE/COLLECT_DONE", "exchange.dispatch", "exchange.holdback"),
    ("EXCHANGE_REDELIVERING", "deliver", "request_return"),
]
"""State and two actions; a number after one is how many of three pieces it is for."""
# State → seconds after which time does something to it.
DUE = {"PAYED/CANCELING": 4}


class Outcome(NamedTuple):
    """Outcome of two actions.

    Attributes:
        results: Of each: the code with which a call failed, `refused`, or '' for success.
        events: Action, lastChangedType and state of each.
        details: The product order as it is then, without what differs from one to the next.
    """

    results: tuple[str, str]
    events: list[tuple[str, str | None, Any]]
    details: dict[str, Any]


@pytest.fixture(autouse=True)
def _many_switches() -> Iterator[None]:
    """Let threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(scope="module")
def world() -> World:
    """One for all races."""
    return World(limits="off")


def attempt(world: World, id_: str, action: str) -> str:
    """The outcome of an action, as in `Outcome`."""
    if action == READ:
        assert world.naver("POST", "/query", {"productOrderIds": [id_]}).status == 200
        return ""
    if action in CONTROL_ACTIONS:
        try:
            act(id_, action, None, world.session.shops["naver"])
        except OrderError:
            return "refused"
        return ""
    action, _, pieces = action.partition(" ")
    fields = {action.replace(".request", "Quantity"): int(pieces)} if pieces else {}
    failed = sell(world, action, id_, **fields)["failProductOrderInfos"]
    return failed[0]["code"] if failed else ""


def play(world: World, state: str, actions: tuple[str, str], *, order: str) -> Outcome:
    """Do two actions to a product order in a state, in `order`: `forth`, `back` or `at once`."""
    id_ = bring(world, state, quantity=3)
    if state in DUE:
        world.clock.advance(DUE[state])
    before = world.session.events.last
    if order == "at once":
        barrier = Barrier(2)

        def run(action: str) -> str:
            barrier.wait(10)
            return attempt(world, id_, action)

        with ThreadPoolExecutor(2) as pool:
            one, two = pool.map(run, actions)
    elif order == "forth":
        one, two = (attempt(world, id_, action) for action in actions)
    else:
        two, one = (attempt(world, id_, action) for action in actions[::-1])
    view = find_order(id_, world.session.shops["naver"])
    assert view
    events = [(each["action"], each["type"], each["state"]) for each in world.session.events.page(after=before).events]
    product_order = view.data["productOrder"]
    claims = [*view.data.get("completedClaims", ()), *view.data.get("currentClaim", {}).values()]
    details = {
        **view.state,
        "actions": view.actions,
        "remainQuantity": product_order["remainQuantity"],
        "claims": [(each["claimStatus"], each["requestQuantity"], each.get("holdbackStatus")) for each in claims],
        "sent": "delivery" in view.data,
    }
    return Outcome((one, two), events, details)


def test_there_are_two_hundred_races() -> None:
    """As many as were asked for."""
    assert len(RACES) * TIMES >= 200


@pytest.mark.parametrize(("state", "one", "two"), RACES)
def test_two_calls_at_once(world: World, state: str, one: str, two: str) -> None:
    """Results, events and the product order are those of one call after the other, in one of the two sequences."""
    sequences = [play(world, state, (one, two), order=order) for order in ("forth", "back")]
    for _ in range(TIMES):
        assert play(world, state, (one, two), order="at once") in sequences


@pytest.mark.parametrize("add_on_first", [False, True] * (TIMES // 2))
def test_main_product_and_add_on_at_once(world: World, *, add_on_first: bool) -> None:
    """An add-on that is sent beside its main product is sent after it or fails; the main product is always sent."""
    ids, barrier = world.place("bundle", 2), Barrier(2)
    before = world.session.events.last

    def run(id_: str) -> str:
        barrier.wait(10)
        return attempt(world, id_, "dispatch")

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(run, ids[::-1] if add_on_first else ids))
    sent = [each["product_order_id"] for each in world.session.events.page(after=before).events]
    assert sent in (ids, ids[:1])
    assert results == ["", "" if len(sent) == 2 else "9999"]
