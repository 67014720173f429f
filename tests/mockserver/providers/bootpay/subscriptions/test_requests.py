"""`bootpay.subscription_requests.*` in both profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver.providers.bootpay.subscriptions.steps import work_out_fee
from tests.mockserver.providers.bootpay.calling import SUPERVISOR, call, shop_of
from tests.mockserver.providers.bootpay.subscriptions.calling import (
    ACTIVE,
    DAY,
    PAUSED,
    ask,
    code_of,
    contract,
    subscribe,
    supervise,
)
from tests.mockserver.world import World, write

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = "6870740cb0eacea5cd974a96"
WAITING: dict[str, dict[str, Any]] = {
    "purchase": {"price": 50_000},
    "transfer": {"new_user_id": "a", "new_username": "새"},
    "termination": {},
}
"""Requests that wait for a decision, and what they say."""


def listed(world: World, query: str = "", **headers: str) -> list[dict[str, Any]]:
    """The requests of a list."""
    found: list[dict[str, Any]] = call(world, "GET", f"order-subscription-requests?{query}", **headers).json["list"]
    return found


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_resume_as_its_page_has_it(either: World, method: str) -> None:
    """id, status, request_type and resumed_at, by both methods; a reason is required, and a pause."""
    answer = ask(either, "resume", PAUSED, method, reason="재개").json
    assert (answer["id"], answer["status"], answer["request_type"]) == (PAUSED, 1, 2)
    assert answer["resumed_at"].endswith("Z")
    assert code_of(ask(either, "resume", PAUSED, method)) in {400, "SUBSCRIPTION_RESUME_REASON_REQUIRED"}
    refused = ask(either, "resume", ACTIVE, method, reason="x")
    assert code_of(refused) in {400, "ORDER_SUBSCRIPTION_RESUME_UNABLE"}
    assert "재개할 수 없어요" in refused.json["message"]


@pytest.mark.parametrize("kind", WAITING)
def test_a_request_waits(either: World, kind: str) -> None:
    """It changes nothing until it is approved, counts in the list, and is not asked for twice."""
    before = contract(either, ACTIVE)
    asked = ask(either, kind, ACTIVE, reason="이사", **WAITING[kind]).json
    assert asked["request_status"] == 0
    assert {**contract(either, ACTIVE), "cancel_status": 0} == before
    # One of the packaged contracts has a termination that waits.
    assert call(either, "GET", "order_subscriptions").json[f"ing_{kind}"] == 1 + (kind == "termination")
    assert ask(either, kind, ACTIVE, **WAITING[kind]).status == 400
    (row,) = listed(either, f"order_subscription_id={ACTIVE}")
    assert (row["reason"], row["status"], row["processed_at"]) == ("이사", 0, None)
    path = f"order-subscription-requests/{row['order_subscription_request_history_id']}"
    assert call(either, "GET", path).json == row
    decided = supervise(either, "PUT", path, {"approval": "approve"}).json
    assert (decided["status"], decided["processed_at"] is None) == (1, False)
    found = contract(either, ACTIVE)
    terminated = 3 if either.session.profile == "documented" else 20
    assert found["status"] == (1 if kind == "transfer" else terminated)
    assert found["user_id"] == ("a" if kind == "transfer" else before["user_id"])
    newest = call(either, "GET", f"orders?order_subscription_ids={ACTIVE}").json["list"][0]
    assert (newest["price"] == 50_000) == (kind == "purchase")
    assert supervise(either, "PUT", path, {"approval": "reject"}).status == 400


def test_a_rejected_request(either: World) -> None:
    """It has status -1 and leaves the contract alone; a decision is a supervisor's, and one of two."""
    before = contract(either, PAUSED)
    path = f"order-subscription-requests/{REQUEST}"
    assert supervise(either, "PUT", path, {"approval": "maybe"}).status == 400
    assert call(either, "PUT", path, {"approval": "approve"}).status == 403
    assert supervise(either, "PUT", path, {"approval": "reject", "reason": "위약금"}).json["status"] == -1
    assert contract(either, PAUSED) == {**before, "cancel_status": 0}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("status=0", 1),
        ("status=1", 0),
        ("request_type=5", 1),
        ("request_type=2", 0),
        ("user_id=x", 0),
        ("keyword=%EB%8D%94", 1),
        ("keyword=nope", 0),
        ("s_at=2025-07-11&e_at=2025-07-11", 1),
        ("s_at=2025-07-12", 0),
        (f"order_subscription_id={ACTIVE}", 0),
        ("user_group_id=6763758e817af6a00e0fbf63", 1),
        ("page=2", 0),
    ],
)
def test_the_lists_filters(either: World, query: str, count: int) -> None:
    """Each finds what it asks for."""
    assert len(listed(either, query)) == count


def test_a_projects_requests(either: World) -> None:
    """With project_id they are for supervisors."""
    assert call(either, "GET", "order-subscription-requests?project_id=p").status == 403
    assert len(listed(either, "project_id=p", **SUPERVISOR)) == 1


def test_by_order_number(either: World) -> None:
    """A contract is found by one of its orders too."""
    number = "25071182085082524116"
    path = "order_subscriptions/requests/ing/pause"
    assert call(either, "POST", path, {"order_number": number}).json["id"] == ACTIVE
    assert call(either, "POST", path, {"order_number": "1"}).status == 404
    assert call(either, "POST", path, {}).status == 442


def test_the_fee(either: World) -> None:
    """A share of the bills that are left, set off against the days that are left of the last bill."""
    id_, order_id = subscribe(either, price=30_000)
    path = "order_subscriptions/requests/ing/calculate_termination_fee"
    number = call(either, "GET", f"orders/{order_id}").json["order_number"]
    supervise(either, "PUT", f"order_subscriptions/{id_}", {"total_subscription_duration": 13})
    either.clock.advance(15 * DAY + 1)
    fee = call(either, "GET", f"{path}?order_number={number}").json
    assert fee["termination_fee"] == 12 * 30_000 // 10
    assert 14_000 < fee["last_bill_refund_price"] < 17_000
    assert fee["final_fee"] == fee["termination_fee"] - fee["last_bill_refund_price"]
    assert fee["refund_amount"] == 0
    body = {"termination_fee": 1_000, "service_end_at": "2026-12-31"}
    ended = supervise(either, "PUT", f"order_subscriptions/{id_}/terminate", body).json
    assert (ended["termination_fee"], ended["service_end_at"]) == (1_000, "2026-12-30T15:00:00Z")
    assert call(either, "GET", f"{path}?order_subscription_id={id_}").json["last_bill_refund_price"] == 0
    assert call(either, "GET", f"{path}?order_subscription_id=x").status == 404
    assert call(either, "GET", path).status == 442


def test_fees_and_refunds_balance(world: World) -> None:
    """What is paid is what is due: fee less refund, on every day and for every share."""
    subscribe(world, price=9_999)
    for record in shop_of(world).contracts.newest_first():
        for percent in (0, 3, 10, 100):
            terms = shop_of(world).terms._replace(fee_percent=percent)
            for day in range(0, 40, 3):
                fee = work_out_fee(record, world.clock.now() + day * DAY, terms)
                assert fee.final_fee - fee.refund_amount == fee.termination_fee - fee.last_bill_refund_price
                assert min(fee) >= 0 == min(fee.final_fee, fee.refund_amount)


def test_what_is_decided_at_once(tmp_path: Path) -> None:
    """lifecycle.yaml says which requests wait."""
    world = World(data=write(tmp_path, {"bootpay/lifecycle.yaml": "decided_at_once: [termination]"}))
    assert ask(world, "termination", ACTIVE).json["status"] == 3
    assert "resumed_at" not in ask(world, "resume", PAUSED, "PUT", reason="x").json
    assert contract(world, PAUSED)["status"] == 2
