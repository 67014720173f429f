"""The table of the lifecycle against what was expected of it, and each cell carried out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.core.orders import NewOrder
from jumun_mockserver.providers.naver.book import ORDERS, PRODUCT_ORDERS
from jumun_mockserver.providers.naver.lifecycle import (
    CONDITIONS,
    CONTROL_ACTIONS,
    RULES,
    SELLER_ACTIONS,
    STATES,
    TIME_ACTIONS,
    find_rules,
    possible_actions,
    state_of,
)
from jumun_mockserver.providers.naver.placing import place_order
from jumun_mockserver.providers.naver.transitions import perform

if TYPE_CHECKING:
    from jumun_mockserver.providers.naver.lifecycle import Rule
    from tests.mockserver.world import World

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "lifecycle_expected.yaml").read_text(encoding="utf-8")
)
ACTIONS = [
    *(("seller", action) for action in SELLER_ACTIONS),
    *((actor, action) for action, actor in CONTROL_ACTIONS.items()),
    *(("time", action) for action in TIME_ACTIONS.values()),
]
CELLS = [(state, *action) for action in ACTIONS for state in STATES]


def written(rule: Rule) -> str:
    """A rule as the expected file has it."""
    condition = f"if {rule.when} " if rule.when else ""
    if rule.cause:
        return f"{condition}fails {load_contract('naver').causes[rule.cause]}"
    return f"{condition}{rule.to or 'same'} {rule.feed or '-'}"


def test_every_cell_is_expected() -> None:
    """The expected file has each state of each action and no other, with evidence."""
    assert EXPECTED.keys() == {f"{actor} {action}" for actor, action in ACTIONS}
    for block in EXPECTED.values():
        assert block.keys() == {"evidence", *STATES}
        assert block["evidence"]


def test_every_rule_is_of_an_action() -> None:
    """No rule is for an action that neither an operation, the control plane nor time has."""
    assert {(rule.actor, rule.action) for rule in RULES} == set(ACTIONS)
    assert {rule.when for rule in RULES} - {""} == CONDITIONS.keys()
    assert all(rule.evidence in ("observed", "documented", "assumed") and rule.source for rule in RULES)


@pytest.mark.parametrize(("state", "actor", "action"), CELLS)
def test_a_cell_is_as_expected(state: str, actor: str, action: str) -> None:
    """The table has for each cell what the expected file has, conditions in the same order."""
    rules = find_rules(state, actor, action)
    assert ([written(rule) for rule in rules] or ["none"]) == EXPECTED[f"{actor} {action}"][state]
    assert rules == () or not rules[-1].when


@pytest.mark.parametrize("profile", PROFILES)
def test_every_cause_is_in_the_catalogue(profile: str) -> None:
    """What fails for a product order has a code in both editions, the same one."""
    for rule in RULES:
        if rule.cause:
            contract = load_contract("naver", profile)
            assert contract.causes[rule.cause] == load_contract("naver").causes[rule.cause]


def in_state(world: World, state: str) -> str:
    """A product order in a state, whatever way it got there, with what its records would have."""
    shop = world.session.shops["naver"]
    ids = place_order(NewOrder(fields={"productOrderStatus": "PAYMENT_WAITING"}), shop)
    (id_,) = ids["product_order_ids"]
    row = dict(shop.state.read(PRODUCT_ORDERS, id_))
    record = dict(shop.state.read(ORDERS, ids["order_id"]))
    status, _, rest = state.partition("/")
    if status == "CANCELED_BY_NOPAYMENT":
        record["expired_at"] = world.clock.now()
    elif status != "PAYMENT_WAITING":
        del record["due"]
        record |= {
            "paid_at": world.clock.now(),
            "order": {**record["order"], "paymentDate": "2026-03-04T14:06:07.089+09:00"},
        }
        product_order = {**row["productOrder"], "productOrderStatus": status}
        if rest == "CANCEL_REQUEST":
            product_order |= {"placeOrderStatus": "OK", "claimType": "CANCEL", "claimStatus": "CANCEL_REQUEST"}
        elif rest != "NOT_YET":
            product_order["placeOrderStatus"] = "OK"
        row["productOrder"] = product_order
        if status in ("DELIVERING", "DELIVERED"):
            row["delivery"] = {"deliveryStatus": "NOT_TRACKING"}
            row["moments"] = {"DISPATCHED_DATETIME": world.clock.now()}
    shop.state.write(PRODUCT_ORDERS, id_, row)
    shop.state.write(ORDERS, ids["order_id"], record)
    return str(id_)


@pytest.mark.parametrize(("state", "actor", "action"), CELLS)
def test_a_cell_is_carried_out(world: World, state: str, actor: str, action: str) -> None:
    """An action moves a plain product order as its cell says, with an event of that type, or changes nothing."""
    shop = world.session.shops["naver"]
    id_ = in_state(world, state)
    before = shop.book.find(id_)
    assert before
    assert before.cell == state
    outcome = perform(id_, action, shop, actor=actor, at=world.clock.now())
    (*_, expected) = [each for each in EXPECTED[f"{actor} {action}"][state] if not each.startswith("if ")]
    if action == "hope_delivery":
        # A plain product order has no wished day.
        expected = "fails 104441"
    after = shop.book.find(id_)
    assert after
    if expected == "none" or expected.startswith("fails"):
        assert outcome.events == []
        assert after == before
        assert (outcome.rule is None) == (expected == "none")
        return
    to, feed = expected.split()
    assert after.cell == (state if to == "same" else to)
    (event,) = outcome.events
    assert (event["actor"], event["action"], event["type"]) == (actor, action, None if feed == "-" else feed)
    assert state_of(event["state"]) == after.cell
    assert event["state"] == after.state
    assert after.feed["type"] == (before.feed["type"] if feed == "-" else feed)


@pytest.mark.parametrize("state", STATES)
def test_possible_actions_are_those_of_the_table(state: str) -> None:
    """The control plane offers what the expected file has for buyers and couriers."""
    expected = {a for a, who in CONTROL_ACTIONS.items() if EXPECTED[f"{who} {a}"][state] != ["none"]}
    assert set(possible_actions(state)) == expected
