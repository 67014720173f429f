"""The table of a subscription's life against what was expected of it, each cell carried out by a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.providers.bootpay import BOOTPAY
from jumun_mockserver.providers.bootpay.lifecycle.subscriptions import (
    RULES,
    SUBSCRIPTION_CONDITIONS,
    SUBSCRIPTION_STATES,
    SUBSCRIPTIONS_TABLE,
)
from jumun_mockserver.providers.bootpay.orders.acting import act, find_order
from tests.mockserver.providers.bootpay.calling import shop_of
from tests.mockserver.providers.bootpay.subscriptions.calling import bring, code_of, contract, supervise

if TYPE_CHECKING:
    from tests.mockserver.world import World

TABLE: dict[str, dict[str, object]] = {
    "subscription pending": {
        "approve": 1,
        "reject": 20,
        "pause": 442,
        "resume": "UNABLE",
        "terminate": 20,
        "update": 0,
    },
    "active": {"approve": 1.5, "reject": 1.5, "pause": -2, "resume": "UNABLE", "terminate": 20, "update": 1},
    "paused": {"approve": 1.5, "reject": 1.5, "pause": 1.5, "resume": 1, "terminate": 20, "update": -2},
    "on hold": {"approve": 1.5, "reject": 1.5, "pause": 442, "resume": "UNABLE", "terminate": 20, "update": -3},
    "ended": {"approve": 1.5, "reject": 1.5, "pause": 442, "resume": "UNABLE", "terminate": 1.5, "update": 442},
    "terminated": {"approve": 1.5, "reject": 1.5, "pause": 442, "resume": "UNABLE", "terminate": 1.5, "update": 442},
}
"""State → action → the status afterwards, or a refusal: 1.5 for PROCESS_DUPLICATED, 442, or that it cannot resume."""
REFUSALS: dict[object, object] = {1.5: "PROCESS_DUPLICATED", 442: 442, "UNABLE": "ORDER_SUBSCRIPTION_RESUME_UNABLE"}
BUYERS = {"active": ("bill", "fail_bill"), "on hold": ("bill",)}
"""State → actions of buyers that are possible."""


@pytest.mark.parametrize("action", ["approve", "reject", "pause", "resume", "terminate", "update"])
@pytest.mark.parametrize("state", TABLE)
def test_what_supervisors_do(observed: World, state: str, action: str) -> None:
    """Each action has its outcome in each state; a refusal leaves the contract as it was."""
    id_, _ = bring(observed, state)
    before, expected = contract(observed, id_), TABLE[state][action]
    path = f"order_subscriptions/{id_}" + ("" if action == "update" else f"/{action}")
    answer = supervise(observed, "PUT", path, {"order_name": "새 이름"} if action == "update" else {})
    if expected in REFUSALS:
        assert code_of(answer) == REFUSALS[expected]
        assert contract(observed, id_) == before
    else:
        assert answer.status == 200
        assert answer.json["status"] == contract(observed, id_)["status"] == expected
        assert observed.session.events.page().events[-1]["action"] == action


@pytest.mark.parametrize("action", ["bill", "fail_bill"])
@pytest.mark.parametrize("state", [state for state in TABLE if state != "subscription pending"])
def test_what_buyers_do(world: World, state: str, action: str) -> None:
    """The control plane shows which actions are possible, carries those out, and refuses the others."""
    id_, order_id = bring(world, state)
    order = find_order(order_id, shop_of(world))
    assert order
    assert [each for each in order.actions if each in ("bill", "fail_bill")] == list(BUYERS.get(state, ()))
    if action not in BUYERS.get(state, ()):
        with pytest.raises(OrderError, match=f"'{action}' is not possible"):
            act(order_id, action, None, shop_of(world))
        return
    (event,) = act(order_id, action, None, shop_of(world))
    assert (event["action"], event["actor"], event["state"]["order_subscription_id"]) == (action, "buyer", id_)
    assert (event["type"], event["order_id"] == order_id) == (
        ("PAYMENT_COMPLETED", False) if action == "bill" else (None, True)
    )


def test_the_table_is_whole() -> None:
    """States, conditions, causes and operations of the table are those of tests and contract."""
    # A trial is only in data.
    assert set(SUBSCRIPTION_STATES) - set(TABLE) == {"trial"}
    assert {rule.when for rule in RULES} - {""} == set(SUBSCRIPTION_CONDITIONS)
    for profile in PROFILES:
        found = load_contract("bootpay", profile)
        assert set(SUBSCRIPTIONS_TABLE.operations) <= set(found.operations)
        assert {rule.cause for rule in RULES} - {""} <= set(found.causes)
    assert all(rule.evidence in {"documented", "observed", "assumed"} and rule.source for rule in RULES)


def test_what_explain_says() -> None:
    """Each operation is explained state by state."""
    lines = list(BOOTPAY.explain("bootpay.subscriptions.approve"))
    assert "subscription pending: active; webhook PAYMENT_COMPLETED" in lines
    assert list(BOOTPAY.explain("bootpay.subscriptions.charge"))
