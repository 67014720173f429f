"""The table of a Bootpay order's life against what was expected of it, each cell carried out by a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.providers.bootpay import BOOTPAY
from jumun_mockserver.providers.bootpay.lifecycle import ORDERS_TABLE
from jumun_mockserver.providers.bootpay.lifecycle.orders import CONDITIONS, RULES, STATES
from jumun_mockserver.providers.bootpay.orders.acting import act, find_order
from tests.mockserver.providers.bootpay.calling import SUPERVISOR, WAYS, bring, call, request, shop_of

if TYPE_CHECKING:
    from tests.mockserver.world import World

DESIGNED = {"pay", "subscribe", "issue_account", "request_cancel", "withdraw_cancel", "expire", "confirm"}
"""Names of the control plane's actions, which other people's scripts use."""
# What buyers' actions make of an order in each state: order status and receipt status; other cells are not possible.
BUYERS = {
    ("pending", "pay"): (2, 1),
    ("in_payment", "pay"): (2, 1),
    ("pending", "subscribe"): (2, 1),
    ("in_payment", "subscribe"): (2, 1),
    ("pending", "issue_account"): (1, 5),
    ("pending", "expire"): (0, 0),
    ("in_payment", "expire"): (1, 5),
    ("paid", "request_cancel"): (3, 1),
    ("confirmed", "request_cancel"): (3, 1),
    ("cancel_requested", "withdraw_cancel"): (2, 1),
    ("paid", "confirm"): (8, 1),
}
# What a request to cancel gives, for the whole and at once: the order's statuses, or the code of its refusal.
REQUESTS = {
    "paid": ((3, 1), (4, 20)),
    "confirmed": ((3, 1), (4, 20)),
    "pending": ("CANCEL_PRICE_OVER",) * 2,
    "expired": ("CANCEL_PRICE_OVER",) * 2,
    "in_payment": ("CANCEL_PRICE_OVER",) * 2,
    "cancel_requested": ("PROCESS_DUPLICATED",) * 2,
    "cancelled": ("CANCEL_ALREADY_DONE",) * 2,
}
DECISIONS = {
    "withdraw": ((2, 1), 3, None),
    "approve": ((4, 20), 1, "PAYMENT_CANCELLED"),
    "reject": ((2, 1), 2, None),
}
"""Decision → the order's statuses, that of the cancellation, and the webhook."""


def statuses(world: World, order_id: str) -> tuple[int, int]:
    """Order status and receipt status as the control plane has them."""
    order = find_order(order_id, shop_of(world))
    assert order
    return order.state["status"], order.state["receipt_status"]


@pytest.mark.parametrize("action", sorted(DESIGNED))
@pytest.mark.parametrize("state", WAYS)
def test_what_buyers_do(world: World, state: str, action: str) -> None:
    """Each action has its outcome where it is possible; elsewhere it is refused, and says what is possible."""
    ids = bring(world, state)
    before = find_order(ids["order_id"], shop_of(world))
    assert before
    expected = BUYERS.get((state, action))
    assert (action in before.actions) == (expected is not None)
    if expected is None:
        with pytest.raises(OrderError, match="possible now: "):
            act(ids["order_id"], action, None, shop_of(world))
        assert find_order(ids["order_id"], shop_of(world)) == before
        return
    (event,) = act(ids["order_id"], action, None, shop_of(world))
    assert statuses(world, ids["order_id"]) == expected
    assert (event["action"], event["actor"]) == (action, "buyer")
    assert (event["state"]["status"], event["state"]["receipt_status"]) == expected


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("state", REQUESTS)
def test_what_a_request_does(observed: World, state: str, at_once: bool) -> None:  # noqa: FBT001 - a parameter
    """A request for the whole waits for a decision, or is carried out at once; refused, it leaves the order alone."""
    ids = bring(observed, state)
    before = statuses(observed, ids["order_id"])
    answer = request(observed, ids["order_number"], cancel_immediately=at_once)
    expected = REQUESTS[state][at_once]
    if isinstance(expected, str):
        assert (answer.json["error_code"], statuses(observed, ids["order_id"])) == (expected, before)
    else:
        assert (answer.json["status"], statuses(observed, ids["order_id"])) == (int(at_once), expected)


@pytest.mark.parametrize("decision", DECISIONS)
def test_what_a_decision_does(either: World, decision: str) -> None:
    """It has its status, moves the order, sends what the webhook sends, and is not possible twice."""
    ids = bring(either, "paid", price=10_000)
    cancel_id = request(either, ids["order_number"]).json["order_cancellation_request_id"]
    target = f"order/cancel/{cancel_id}/{decision}"
    role = {} if decision == "withdraw" else SUPERVISOR
    answer = call(either, "PUT", target, {"message": "확인"}, **role)
    order, status, hook = DECISIONS[decision]
    assert answer.status == 200
    assert statuses(either, ids["order_id"]) == order
    (row,) = call(either, "GET", f"order/cancel?order_id={ids['order_id']}").json["list"]
    assert (row["status"], row["processed_at"] is None) == (status, False)
    assert either.session.events.page().events[-1]["type"] == hook
    for again in DECISIONS:
        role = {} if again == "withdraw" else SUPERVISOR
        refused = call(either, "PUT", f"order/cancel/{cancel_id}/{again}", {"message": "확인"}, **role)
        assert refused.json.get("code", refused.json.get("error_code")) in {1, "PROCESS_DUPLICATED"}
    assert statuses(either, ids["order_id"]) == order


def test_the_table_is_whole() -> None:
    """Every state that an order can be brought to, condition and action of the table is one that the tests know."""
    assert set(ORDERS_TABLE.control_actions) == DESIGNED
    # What only data can be.
    assert set(STATES) - set(WAYS) == {"returned", "exchanged"}
    assert {rule.when for rule in RULES} - {""} == set(CONDITIONS)
    for profile in PROFILES:
        contract = load_contract("bootpay", profile)
        assert set(ORDERS_TABLE.operations) <= set(contract.operations)
        assert {rule.cause for rule in RULES} - {""} <= set(contract.causes)
    assert all(rule.evidence in {"documented", "observed", "assumed"} and rule.source for rule in RULES)


def test_what_explain_says() -> None:
    """Each decision is explained state by state, with its evidence; what reads is not."""
    lines = list(BOOTPAY.explain("bootpay.order_cancel.approve"))
    assert "cancel_requested if in part: paid; webhook PAYMENT_PARTIAL_CANCELLED" in lines
    assert any(line.startswith("  documented, ") for line in lines)
    assert not list(BOOTPAY.explain("bootpay.orders.list"))
