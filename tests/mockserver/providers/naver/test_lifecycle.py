"""The table of the lifecycle against what was expected of it, and each cell carried out."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.providers.naver.acting import find_order
from jumun_mockserver.providers.naver.book import PRODUCT_ORDERS
from jumun_mockserver.providers.naver.claims import edit_block
from jumun_mockserver.providers.naver.lifecycle import (
    CONDITIONS,
    CONTROL_ACTIONS,
    RULES,
    SELLER_ACTIONS,
    STATES,
    TIME_ACTIONS,
    choose_rule,
    find_rules,
    state_of,
)
from jumun_mockserver.providers.naver.transitions import look_at, perform
from tests.mockserver.providers.naver.selling import WAYS, bring, do, sell
from tests.mockserver.world import World, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.providers.naver.lifecycle import Rule

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "lifecycle_expected.yaml").read_text(encoding="utf-8")
)
ACTIONS = [
    *(("seller", action) for action in SELLER_ACTIONS.values()),
    *((actor, action) for action, actor in CONTROL_ACTIONS.items()),
    *(("time", action) for action in dict.fromkeys(TIME_ACTIONS.values())),
]
CELLS = [(state, *action) for action in ACTIONS for state in STATES]
DESIGNED = {
    *("pay", "decide", "change_address", "change_option", "receive_gift", "hold_decision", "release_decision"),
    *("hold_claim", "release_claim"),
    *(
        "request_cancel",
        "withdraw_cancel",
        "request_return",
        "withdraw_return",
        "request_exchange",
        "withdraw_exchange",
    ),
    *("collect", "deliver"),
}
"""Names of the control plane's actions, which other people's scripts use."""
RESULT = re.compile(r"(?:if (\w+) )?(.+)")
WISH = {"hopeDeliveryYmd": "20260308", "region": "서울", "additionalFee": 0}
PIECES = 3


def expect(state: str, actor: str, action: str) -> list[str]:
    """What the expected file has for a cell."""
    block = EXPECTED[f"{actor} {action}"]
    found: list[str] = block.get(state, block["rest"])
    return found


def written(rule: Rule) -> str:
    """A rule as the expected file has it."""
    condition = f"if {rule.when} " if rule.when else ""
    if rule.cause:
        return f"{condition}fails {load_contract('naver').causes[rule.cause]}"
    return f"{condition}{rule.to or 'same'} {rule.type or '-'}"


def test_every_cell_is_expected() -> None:
    """The expected file has each action and no other, with evidence, and names no state that there is not."""
    assert EXPECTED.keys() == {f"{actor} {action}" for actor, action in ACTIONS}
    for block in EXPECTED.values():
        assert block["evidence"]
        assert block.keys() - {"evidence", "rest"} <= set(STATES)


def test_every_operation_that_changes_orders_is_in_the_table() -> None:
    """Its actions are the writing operations of the contract and the actions that DESIGN fixes."""
    writing = {
        id_
        for id_, operation in load_contract("naver").operations.items()
        if operation.method == "POST"
        and not operation.is_stub
        and id_ not in ("naver.token", "naver.product_orders.query")
    }
    assert SELLER_ACTIONS.keys() == writing
    assert CONTROL_ACTIONS.keys() == DESIGNED


def test_every_rule_says_how_it_is_known() -> None:
    """Each has evidence and source, and a condition only that there is; each condition is in use."""
    assert {rule.when for rule in RULES} - {""} == CONDITIONS.keys()
    assert all(rule.evidence in ("observed", "documented", "assumed") and rule.source for rule in RULES)


def test_every_actor_can_be_in_a_snapshot() -> None:
    """The schema of snapshots knows all whose actions make events."""
    schema = json.loads((files("jumun_mockserver") / "core/session/snapshot.schema.json").read_text("utf-8"))
    assert {rule.actor for rule in RULES} == set(schema["$defs"]["event"]["properties"]["actor"]["enum"])


@pytest.mark.parametrize(("state", "actor", "action"), CELLS)
def test_a_cell_is_as_expected(state: str, actor: str, action: str) -> None:
    """The table has for each cell what the expected file has, conditions in the same order."""
    rules = find_rules(state, actor, action)
    assert ([written(rule) for rule in rules] or ["none"]) == expect(state, actor, action)
    assert actor != "seller" or not rules[-1].when


@pytest.mark.parametrize("profile", PROFILES)
def test_every_cause_is_in_the_catalogue(profile: str) -> None:
    """What fails for a product order has a code in both profiles, the same one."""
    for rule in RULES:
        if rule.cause:
            contract = load_contract("naver", profile)
            assert contract.causes[rule.cause] == load_contract("naver").causes[rule.cause]


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_reached(world: World, state: str) -> None:
    """Calls, actions and time get a product order into each state of the table."""
    assert WAYS.keys() == set(STATES)
    item = world.session.shops["naver"].book.find(bring(world, state))
    assert item
    assert item.cell == state


def list_results(state: str, actor: str, action: str) -> dict[str, str]:
    """Condition → what the expected file has under it, in its order; '' for all else, `none` if it says nothing."""
    results = {}
    for each in expect(state, actor, action):
        found = RESULT.fullmatch(each)
        assert found
        results[found[1] or ""] = found[2]
    return {**results, "": results.get("", "none")}


@pytest.mark.parametrize(
    ("state", "actor", "action", "condition"),
    [(*cell, condition) for cell in CELLS for condition in list_results(*cell)],
)
def test_a_cell_is_carried_out(tmp_path: Path, state: str, actor: str, action: str, condition: str) -> None:
    """Under each condition an action moves a product order as its cell says, with an event, or changes nothing."""
    results = list_results(state, actor, action)
    names = list(results)
    holds = {**dict.fromkeys(names[: names.index(condition)], False), condition: True}
    world = World()
    if "collection_required" in holds:
        early = str(not holds["collection_required"]).lower()
        files = {"naver/orders.yaml": "orders: []", "naver/lifecycle.yaml": f"approve_before_collection: {early}"}
        world = World(data=write(tmp_path, files))
    shop = world.session.shops["naver"]
    id_ = arrange(world, state, holds)
    before, last = shop.book.find(id_), world.session.events.last
    assert before
    quantity = 2 * PIECES if holds.get("too_many") else None
    rule = choose_rule(before.cell, actor, action, look_at(before, shop.book, quantity=quantity))
    assert (before.cell, rule and rule.when) == (state, condition if rule else None)
    failed = carry_out(world, id_, actor, action, quantity)
    events = world.session.events.page(after=last).events
    after = shop.book.find(id_)
    assert after
    result = results[condition]
    if result == "none" or result.startswith("fails"):
        code = result.removeprefix("fails ").partition(".")[0]
        assert failed == code
        assert (events, after) == ([], before)
        return
    assert failed is None
    to, feed = result.split()
    (event,) = events
    if to == "back":
        to = leave(state)
    else:
        assert state_of(event["state"]) == after.cell
    assert after.cell == (state if to == "same" else to)
    assert (event["actor"], event["action"], event["type"]) == (actor, action, None if feed == "-" else feed)
    assert after.feed["type"] == (before.feed["type"] if feed == "-" else feed)
    assert find_order(id_, shop)


def arrange(world: World, state: str, holds: Mapping[str, bool]) -> str:
    """A product order in a state for which conditions hold or do not; all others do not, as for a plain one."""
    new: dict[str, Any] = {"quantity": PIECES, "productOrderStatus": "PAYMENT_WAITING"}
    if holds.get("no_hope_delivery") is False:
        new["hopeDelivery"] = WISH
    if holds.get("logistics"):
        new["logisticsDirectContracted"] = True
    if holds.get("main_waits") or holds.get("add_on_waits"):
        ids = world.place("bundle", 2, **new)
    else:
        is_gift = holds.get("gift_waits") or holds.get("has_address") is False
        ids = world.place("gift" if is_gift else "single", **new)
    id_ = ids[-1] if holds.get("main_waits") else ids[0]
    for step in WAYS[state]:
        if holds.get("logistics") and step == "confirm":
            alter(world, id_, {"placeOrderStatus": "OK"})
        elif (holds.get("in_part") or holds.get("held_in_part")) and step in ("cancel.request", "request_return"):
            claim = "cancel" if step == "cancel.request" else "return"
            sell(world, f"{claim}.request", id_, **{f"{claim}Quantity": PIECES - 1})
        else:
            do(world, step, id_)
    if holds.get("in_part") and state == "PAYED/CANCEL_REQUEST":
        # A buyer asks for all that remains.
        alter(world, id_, {}, claim={"requestQuantity": PIECES - 1})
    if holds.get("delayed"):
        do(world, "delay", id_)
    if holds.get("held") or holds.get("held_in_part") or holds.get("not_held") is False:
        do(world, "hold_claim", id_)
    return id_


def alter(world: World, id_: str, fields: Mapping[str, Any], *, claim: Mapping[str, Any] | None = None) -> None:
    """Set fields of a product order, or of its current claim, as no call sets them; a snapshot may have them so."""
    state = world.session.state
    row = state.read(PRODUCT_ORDERS, id_)
    row = {**row, "productOrder": {**row["productOrder"], **fields}}
    if claim:
        edit_block(row, claim)
    state.write(PRODUCT_ORDERS, id_, row)


def leave(state: str) -> str:
    """The state before a claim, on the way to a state with one."""
    way = WAYS[state]
    states = {tuple(each): name for name, each in WAYS.items()}
    return next(states[tuple(way[:length])] for length in (2, 3) if way[length].startswith(("request_", "cancel.")))


def carry_out(world: World, id_: str, actor: str, action: str, quantity: int | None) -> str | None:
    """Do an action as its actor does; the code why it failed, `none` where it is not possible, None for success."""
    if actor == "seller":
        fields = {} if quantity is None else {action.replace(".request", "Quantity"): quantity}
        failures = sell(world, action, id_, **fields)["failProductOrderInfos"]
        return str(failures[0]["code"]) if failures else None
    if actor == "time":
        outcome = perform(id_, action, world.session.shops["naver"], actor="time", at=world.clock.now())
        return None if outcome.rule else "none"
    try:
        do(world, action, id_)
    except OrderError:
        return "none"
    return None
