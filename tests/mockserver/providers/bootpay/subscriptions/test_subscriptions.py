"""`bootpay.subscriptions.*`, `.subscription_bills.*` and `.adjustments.*` in both profiles, with bills and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jumun_mockserver.core.session.events import LOG
from jumun_mockserver.core.session.snapshot import restore_snapshot, take_snapshot
from jumun_mockserver.providers.bootpay.orders.acting import act, find_order
from jumun_mockserver.providers.bootpay.subscriptions.transitions import apply_due
from tests.mockserver.providers.bootpay.calling import SUPERVISOR, call, jwt, request, shop_of
from tests.mockserver.providers.bootpay.subscriptions.calling import (
    ACTIVE,
    DAY,
    PAUSED,
    WAITING,
    bills,
    code_of,
    contract,
    subscribe,
    supervise,
)
from tests.mockserver.world import World, write

if TYPE_CHECKING:
    from pathlib import Path


def orders(world: World, id_: str) -> list[dict[str, Any]]:
    """The orders of a contract as the order list shows them."""
    found: list[dict[str, Any]] = call(world, "GET", f"orders?order_subscription_ids={id_}&limit=50").json["list"]
    return found


def test_the_list(either: World) -> None:
    """It has its page, counts over all contracts, and statuses as the profile shows them."""
    answer = call(either, "GET", "order_subscriptions?limit=2").json
    paused = 2 if either.session.profile == "documented" else -2
    assert [each["order_subscription_id"] for each in answer["list"]] == [WAITING, ACTIVE]
    assert (answer["count"], answer["total"], answer["ing_termination"], answer["sum_cancel_request"]) == (3, 3, 1, 1)
    assert (answer["sum_active"], answer["sum_pause"], answer["sum_pending"], answer["sum_terminated"]) == (1, 1, 1, 0)
    (found,) = call(either, "GET", f"order_subscriptions?status={paused}").json["list"]
    assert (found["order_subscription_id"], found["status"]) == (PAUSED, paused)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("user_id=67e4b4425ec892162491d0ee", [WAITING]),
        ("user_group_id=6763758e817af6a00e0fbf63", [PAUSED]),
        ("order_number=25011022074960626148", [ACTIVE, PAUSED]),
        ("order_id=68707c59b0eacea5cd974efd", [ACTIVE]),
        ("order_number=1", []),
        ("keyword=%EB%A0%8C%ED%83%88", [WAITING]),
        ("search_date_from=2025-01-01&search_date_to=2025-01-10", [ACTIVE, PAUSED]),
        ("s_at=2025-01-11", [WAITING]),
        ("request_type=5", [PAUSED]),
        ("page=2&limit=2", [PAUSED]),
        ("limit=1000", [WAITING, ACTIVE, PAUSED]),
        ("", [WAITING, ACTIVE, PAUSED]),
    ],
)
def test_the_lists_filters(either: World, query: str, expected: list[str]) -> None:
    """Each finds what it asks for, newest first."""
    answer = call(either, "GET", f"order_subscriptions?{query}")
    assert [each["order_subscription_id"] for each in answer.json["list"]] == expected


def test_a_filter_that_is_not_an_id(either: World) -> None:
    """Live it is a failure of the server's."""
    answer = call(either, "GET", "order_subscriptions?user_id=USER_ID_HERE")
    expected = (400, 400) if either.session.profile == "documented" else (500, "SERVER_ERROR")
    assert (answer.status, code_of(answer)) == expected
    assert "is not an ObjectId" in answer.note
    bad = call(either, "GET", "order_subscription_bills?order_subscription_id=nope")
    assert bad.status == expected[0]


def test_bills_and_orders_of_the_data_agree(world: World) -> None:
    """Each packaged order that names contracts pays a bill of each, and these add up to its price."""
    answer = call(world, "GET", "order_subscription_bills?limit=50").json
    paid: dict[str, int] = {}
    for bill in answer["list"]:
        if bill["order_id"]:
            paid[bill["order_id"]] = paid.get(bill["order_id"], 0) + bill["price"]
    named = {row["order_id"]: row["price"] for id_ in (ACTIVE, PAUSED) for row in orders(world, id_)}
    assert paid == named


def test_a_subscription_bills_on_its_cycle(either: World) -> None:
    """Nothing is overdue at the start; each bill makes a paid order of its own, in the list at once; and so on."""
    assert not apply_due(shop_of(either))
    before = call(either, "GET", "orders").json["count"]
    due = contract(either, ACTIVE)["payment_next_at"]
    either.clock.advance(62 * DAY)
    assert bills(either, ACTIVE)[3:] == [(4, 1, 29_000), (5, 1, 29_000), (6, 2, 28_000)]
    newest, second = orders(either, ACTIVE)[:2]
    assert second["purchased_at"] == second["created_at"] == due
    assert (newest["price"], newest["status"], newest["receipt_status"]) == (29_000, 2, 1)
    assert call(either, "GET", "orders").json["count"] == before + 2
    assert call(either, "GET", "orders?subscription_billing_type=1").json["list"][0] == newest
    detail = call(either, "GET", f"orders/{newest['order_number']}").json
    assert detail["order_subscriptions"] == [{"order_subscription_id": ACTIVE}]
    events = [each for each in either.session.events.page().events if each["action"] == "bill"]
    assert [(each["type"], each["actor"], each["order_id"]) for each in events] == [
        ("PAYMENT_COMPLETED", "time", second["order_id"]),
        ("PAYMENT_COMPLETED", "time", newest["order_id"]),
    ]


def test_an_order_opens_a_subscription(either: World) -> None:
    """The order is paid and names the contract, whose first bill it paid; the next one is ready."""
    id_, order_id = subscribe(either, price=15_000, order_name="커피 정기배송")
    found = contract(either, id_)
    assert (found["order_id"], found["status"], found["price"]) == (order_id, 1, 15_000)
    assert bills(either, id_) == [(1, 1, 15_000), (2, 2, 15_000)]
    order = find_order(order_id, shop_of(either))
    assert order
    assert order.state == {"status": 2, "receipt_status": 1}
    assert order.data["subscriptions"][0]["charge_key"].startswith("charge-")
    assert [each["order_id"] for each in orders(either, id_)] == [order_id]


def test_a_contract_that_waits(either: World) -> None:
    """Approved, its first bill is paid with its setup price, and the rhythm begins; it is not possible twice."""
    answer = supervise(either, "PUT", f"order_subscriptions/{WAITING}/approve")
    assert (answer.json["status"], answer.json["current_duration"]) == (1, 1)
    assert bills(either, WAITING) == [(1, 1, 55_000), (2, 2, 25_000)]
    assert orders(either, WAITING)[0]["order_id"] == answer.json["order_id"]
    assert supervise(either, "PUT", f"order_subscriptions/{WAITING}/approve").status == 400


def test_a_pause_skips_what_became_due(either: World) -> None:
    """Nothing is billed while it is paused; resumed, it goes on by its rhythm and makes up for nothing."""
    id_, _ = subscribe(either, price=10_000)
    first = contract(either, id_)["payment_next_at"]
    supervise(either, "PUT", f"order_subscriptions/{id_}/pause", {"paused_at": "2025-08-01 00:00:00"})
    either.clock.advance(100 * DAY)
    assert bills(either, id_) == [(1, 1, 10_000), (2, 2, 10_000)]
    resumed = supervise(either, "PUT", f"order_subscriptions/{id_}/resume").json
    assert resumed["payment_next_at"] > first
    assert resumed["payment_next_at"][8:] == first[8:]
    assert not apply_due(shop_of(either))
    either.clock.advance(31 * DAY)
    assert bills(either, id_) == [(1, 1, 10_000), (2, 1, 10_000), (3, 2, 10_000)]


def test_a_payment_that_fails(either: World) -> None:
    """The bill is -1 and the contract on hold, until it is paid."""
    id_, order_id = subscribe(either, price=10_000)
    act(order_id, "fail_bill", None, shop_of(either))
    assert bills(either, id_) == [(1, 1, 10_000), (2, -1, 10_000)]
    either.clock.advance(70 * DAY)
    assert len(bills(either, id_)) == 2
    assert call(either, "GET", "order_subscriptions").json["sum_hold_on"] == 1
    act(order_id, "bill", None, shop_of(either))
    assert bills(either, id_) == [(1, 1, 10_000), (2, 1, 10_000), (3, 2, 10_000)]
    assert contract(either, id_)["status"] == 1
    assert not apply_due(shop_of(either))


def test_the_last_bill(either: World) -> None:
    """After total_subscription_duration bills there is none, and the contract ends with the last one's period."""
    id_, _ = subscribe(either, price=10_000)
    supervise(either, "PUT", f"order_subscriptions/{id_}", {"total_subscription_duration": 2})
    either.clock.advance(40 * DAY)
    assert bills(either, id_) == [(1, 1, 10_000), (2, 1, 10_000)]
    assert contract(either, id_)["status"] == 1
    either.clock.advance(31 * DAY)
    ended = contract(either, id_)
    assert ended["status"] == (4 if either.session.profile == "documented" else 15)
    assert ended["cancel_at"] == ended["service_end_at"]
    longer = supervise(either, "PUT", f"order_subscriptions/{id_}", {"total_subscription_duration": 3})
    assert longer.status == 442


def test_a_new_price(either: World) -> None:
    """It is at once that of the bill that is ready, and of later ones; paid bills stay; 0 and less is refused."""
    path = f"order_subscriptions/{ACTIVE}"
    assert supervise(either, "PUT", path, {"price": 31_000, "memo": "인상"}).json["price"] == 31_000
    assert bills(either, ACTIVE)[2:] == [(3, 1, 29_000), (4, 2, 31_000)]
    either.clock.advance(31 * DAY)
    assert bills(either, ACTIVE)[3:] == [(4, 1, 31_000), (5, 2, 31_000)]
    for price in (0, -1):
        refused = supervise(either, "PUT", path, {"price": price})
        assert (refused.status, refused.note) == (442, f"price {price} must be above 0")
    assert supervise(either, "PUT", path, {"price": "x"}).status == 400
    assert "not simulated" in supervise(either, "PUT", path, {"billing_key": "b"}).note


def test_a_day_is_moved(either: World) -> None:
    """payment_next_at is when the next bill is due, and the rhythm goes on from there; a past one is refused."""
    path = f"order_subscriptions/{ACTIVE}"
    now = either.clock.now()
    moved = supervise(either, "PUT", path, {"payment_next_at": "2026-03-20 09:00:00"}).json
    assert moved["payment_next_at"] == "2026-03-20T00:00:00Z", now
    either.clock.advance(20 * DAY)
    assert contract(either, ACTIVE)["payment_next_at"] == "2026-04-20T00:00:00Z"
    assert supervise(either, "PUT", path, {"payment_next_at": "2025-01-01"}).status == 442
    assert supervise(either, "PUT", path, {"payment_next_at": "tomorrow"}).status == 442


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"price": -1_000, "duration": 5}, [29_000, 28_000, 28_000]),
        ({"price": 500, "duration": 4}, [29_500, 29_000, 28_000]),
        # SDKs send a duration of 1 beside a range.
        ({"price": -1_000, "duration": 1, "duration_from": 4, "duration_to": 5}, [28_000, 28_000, 28_000]),
        ({"price": -1_000, "duration": 1, "duration_from": 5, "duration_to": 2, "is_unlimited": True}, [0, -1, -1]),
        ({"price": 500, "type": 2}, [29_500, 29_500, 28_500]),
        ({"price": 500, "type": 2, "duration": 1}, [29_500, 29_500, 28_500]),
    ],
)
def test_adjustments(either: World, body: dict[str, Any], expected: list[int]) -> None:
    """Bills 4, 5 and 6 come to what the adjustment makes of them; the sixth has one of -1,000 already."""
    if expected[0] == 0:
        expected = [29_000, 28_000, 27_000]
    answer = supervise(either, "POST", f"order_subscriptions/{ACTIVE}/adjustments", {"name": "조정", **body})
    assert answer.status == 200
    assert bills(either, ACTIVE)[3] == (4, 2, expected[0])
    either.clock.advance(62 * DAY)
    assert [price for _, _, price in bills(either, ACTIVE)[3:]] == expected
    records = answer.json["order_subscription_adjustments"]
    assert len(records) == 1 + (2 if body.get("duration_to") and not body.get("is_unlimited") else 1)
    assert contract(either, ACTIVE)["order_subscription_adjustments"] == records


@pytest.mark.parametrize(
    "body",
    [
        {"price": -1_000, "duration": 3},
        {"price": -29_001, "duration": 5},
        {"price": -28_500, "duration_from": 4, "duration_to": 7},
        {"price": -28_500, "duration_from": 5, "is_unlimited": True},
        {"price": 1, "duration_from": 5, "duration_to": 4},
        {"price": 1, "duration_from": 5, "duration_to": 61},
    ],
)
def test_adjustments_that_are_refused(either: World, body: dict[str, Any]) -> None:
    """A paid bill, one below nothing, and a range that is none or goes too far: nothing is changed."""
    before = contract(either, ACTIVE)
    answer = supervise(either, "POST", f"order_subscriptions/{ACTIVE}/adjustments", body)
    assert (answer.status, code_of(answer)) == (442, 442)
    assert contract(either, ACTIVE) == before


def test_adjustments_are_replaced_and_deleted(either: World) -> None:
    """PUT replaces those of one bill, or all without a duration, or changes one; DELETE takes its id in the body."""
    path = f"order_subscriptions/{ACTIVE}/adjustments"

    def adjusted(answer: Any) -> list[tuple[int, int]]:
        return [(each["duration"], each["price"]) for each in answer.json["order_subscription_adjustments"]]

    body = {"duration": 4, "adjustments": [{"price": -100}, {"price": -200}]}
    assert adjusted(supervise(either, "PUT", path, body)) == [(6, -1_000), (4, -100), (4, -200)]
    assert bills(either, ACTIVE)[3] == (4, 2, 28_700)
    one = {"duration": 1, "order_subscription_adjustment_id": "6965fc104cb8149d07712533", "price": -500}
    assert adjusted(supervise(either, "PUT", path, one)) == [(6, -500), (4, -100), (4, -200)]
    gone = supervise(either, "DELETE", path, {"order_subscription_adjustment_id": "6965fc104cb8149d07712533"})
    assert adjusted(gone) == [(4, -100), (4, -200)]
    assert adjusted(supervise(either, "PUT", path, {"adjustments": [{"price": 300, "type": 2}]})) == [(4, 300)]
    assert bills(either, ACTIVE)[3] == (4, 2, 29_300)
    for method, wrong in (("DELETE", {"order_subscription_adjustment_id": "x"}), ("PUT", {})):
        assert supervise(either, method, path, wrong).status == 404
    assert supervise(either, "PUT", path, {"duration": 2, "adjustments": []}).status == 442


def test_a_bill_is_changed(either: World) -> None:
    """Amount and day of one that is ready; any other is refused, and what the SDKs send beside is left alone."""
    listed = call(either, "GET", f"order_subscription_bills?order_subscription_id={ACTIVE}&status=2").json
    (ready,) = listed["list"]
    path = f"order_subscription_bills/{ready['order_subscription_bill_id']}"
    changed = call(either, "PUT", path, {**ready, "price": 1_000, "reserve_payment_at": "2026-03-20 09:00:00"}).json
    assert (changed["price"], changed["reserve_payment_at"]) == (1_000, "2026-03-20T00:00:00Z")
    assert call(either, "GET", path).json == changed
    either.clock.advance(20 * DAY)
    assert call(either, "GET", path).json["purchase_price"] == 1_000
    # The rhythm stays as it was.
    assert contract(either, ACTIVE)["payment_next_at"][8:10] == "11"
    for body in ({"price": 5}, {"price": -1}):
        assert call(either, "PUT", path, body).status == 442
    assert call(either, "PUT", "order_subscription_bills/nope", {"price": 5}).status == 404


def test_a_cancelled_order_cancels_its_bill(either: World) -> None:
    """What is paid back of an order is paid back of its bill, in part too."""
    id_, order_id = subscribe(either, price=10_000)
    number = call(either, "GET", f"orders/{order_id}").json["order_number"]
    request(either, number, cancel_price=4_000, cancel_immediately=True)
    first = call(either, "GET", f"order_subscription_bills?order_subscription_id={id_}&status=1").json["list"][0]
    assert (first["cancelled_price"], first["status"]) == (4_000, 1)
    request(either, number, cancel_immediately=True)
    found = call(either, "GET", f"order_subscription_bills?order_subscription_id={id_}&status=10").json["list"]
    assert [(each["cancelled_price"], each["duration"]) for each in found] == [(10_000, 1)]


def test_an_order_of_a_bill_is_an_order(either: World) -> None:
    """It can be cancelled as any other, and is found again where the log does not go back to it."""
    either.clock.advance(31 * DAY)
    newest = orders(either, ACTIVE)[0]
    assert request(either, newest["order_number"], cancel_immediately=True).json["status"] == 1
    id_, _ = subscribe(either, price=10_000)
    shop = shop_of(either)
    before = shop.contracts
    # Of so short a log no reader can go on.
    for _ in range(2):
        shop.state.append(LOG, {"provider": "naver", "order_id": "1", "at": either.clock.now(), "state": {}}, 1)
    assert shop.contracts is not before
    assert contract(either, id_)["status"] == 1
    assert orders(either, ACTIVE)[0]["status"] == 4
    assert bills(either, ACTIVE)[3] == (4, 10, 29_000)


def test_a_charge(either: World) -> None:
    """It pays at once beside the bills, by a key in the body; revoked, the key pays nothing."""
    body = {"charge_key": "demo-charge-key", "price": 1_000, "tax_free_price": 100}
    before = bills(either, ACTIVE)
    paid = supervise(either, "POST", "order_subscriptions/charge", body).json
    assert (paid["price"], paid["tax_free_price"], paid["status"], paid["charge_key"]) == (
        1_000,
        100,
        1,
        "demo-charge-key",
    )
    assert orders(either, ACTIVE)[0]["order_number"] == paid["order_number"]
    assert bills(either, ACTIVE) == before
    for wrong, status in (({"charge_key": "x", "price": 1}, 404), ({**body, "price": 0}, 442), ({"price": 1}, 400)):
        assert supervise(either, "POST", "order_subscriptions/charge", wrong).status == status
    paused = {"charge_key": "demo-charge-key-paused", "price": 1_000}
    assert supervise(either, "POST", "order_subscriptions/charge", paused).status == 442
    assert supervise(either, "DELETE", "order_subscriptions/charge", body).json["charge_key"] == "demo-charge-key"
    assert supervise(either, "POST", "order_subscriptions/charge", body).status == 404
    assert supervise(either, "DELETE", "order_subscriptions/charge", body).status == 404


def test_a_repeated_key_charges_once(either: World) -> None:
    """The stored answer comes again; another key pays again."""
    body = {"charge_key": "demo-charge-key", "price": 1_000}
    headers = {**SUPERVISOR, "idempotency_key": "k"}
    first, again = (call(either, "POST", "order_subscriptions/charge", body, **headers) for _ in range(2))
    assert first.body == again.body
    count = len(orders(either, ACTIVE))
    call(either, "POST", "order_subscriptions/charge", body, **{**headers, "idempotency_key": "l"})
    assert len(orders(either, ACTIVE)) == count + 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"order_subscriptions/{ACTIVE}/pause"),
        ("POST", "order_subscriptions/charge"),
        ("PUT", f"order_subscriptions/{ACTIVE}"),
    ],
)
def test_roles(observed: World, method: str, path: str) -> None:
    """What changes a contract is a supervisor's."""
    answer = call(observed, method, path, {"charge_key": "demo-charge-key", "price": 1_000})
    assert (answer.status, code_of(answer)) == (403, "API_ROLE_NOT_SUPPORT")


def test_a_members_own(either: World) -> None:
    """With a member's token the list has the member's contracts only."""
    answer = call(either, "GET", "order_subscriptions", bootpay_user_jwt=jwt(user_id="67e4b4425ec892162491d0ee"))
    assert [each["order_subscription_id"] for each in answer.json["list"]] == [WAITING]


@pytest.mark.parametrize(
    "path", [f"order_subscriptions/{ACTIVE}/", f"/order_subscriptions//{ACTIVE}", "order_subscriptions/"]
)
def test_paths_as_they_are_sent(either: World, path: str) -> None:
    """Doubled and trailing slashes are overlooked."""
    assert call(either, "GET", path).status == 200


@pytest.mark.parametrize(
    "path", ["order_subscriptions/nope", "order_subscription_bills/nope", "order-subscription-requests/nope"]
)
def test_what_is_not_there(either: World, path: str) -> None:
    """It is a 404 without a number of its own."""
    assert (call(either, "GET", path).status, code_of(call(either, "GET", path))) == (404, 404)


def test_contracts_of_derived_orders() -> None:
    """Each is named by derived orders, is the same however many there are, and has nothing overdue."""
    worlds = [World(orders=size) for size in (600, 2_000)]
    found = [call(world, "GET", "order_subscriptions?limit=50").json for world in worlds]
    assert found[0] == found[1]
    assert found[0]["count"] == 19
    assert not apply_due(shop_of(worlds[0]))
    for row in found[0]["list"]:
        listed = orders(worlds[0], row["order_subscription_id"])
        assert row["order_id"] is None or row["order_id"] in {each["order_id"] for each in listed} or len(listed) == 50
    assert call(World(orders=1), "GET", "order_subscriptions").json["count"] <= 5


def test_a_snapshot_has_them(world: World) -> None:
    """What was done to contracts comes back with a snapshot, orders of bills too."""
    world.clock.advance(62 * DAY)
    id_, _ = subscribe(world, price=10_000)
    supervise(world, "PUT", f"order_subscriptions/{ACTIVE}", {"price": 31_000})
    before = [contract(world, each) for each in (ACTIVE, id_)], orders(world, ACTIVE), bills(world, ACTIVE)
    snapshot = take_snapshot(world.session)
    supervise(world, "PUT", f"order_subscriptions/{ACTIVE}/terminate")
    supervise(world, "PUT", f"order_subscriptions/{id_}/terminate")
    restore_snapshot(world.session, snapshot)
    assert ([contract(world, each) for each in (ACTIVE, id_)], orders(world, ACTIVE), bills(world, ACTIVE)) == before


def test_the_users_own_contracts(tmp_path: Path) -> None:
    """A folder's contract takes the place of a packaged one of its id, and cycles and fees are its."""
    text = (
        "subscriptions: [{order_subscription_id: 685b7b10b0eacea5cd974a93, order_name: 내 구독, price: 5000, status: 1,"
        " subscription_payment_cycle_type: 12, username: 홍길동, created_at: 2025-01-01T00:00:00Z, bills: []}]"
    )
    world = World(
        data=write(
            tmp_path, {"bootpay/subscriptions.yaml": text, "bootpay/lifecycle.yaml": 'cycles: {"12": {weeks: 3}}'}
        )
    )
    world.clock.advance(22 * DAY)
    found = contract(world, ACTIVE)
    assert (found["order_name"], found["current_duration"]) == ("내 구독", 1)
    assert call(world, "GET", "order_subscriptions").json["count"] == 3


def test_a_contract_without_an_end_ends() -> None:
    """However far the clock is set, a contract has 600 bills and no more."""
    world = World()
    id_, _ = subscribe(world)
    world.clock.advance(366 * DAY * 60)
    answer = call(world, "GET", f"order_subscription_bills?order_subscription_id={id_}")
    assert (answer.json["count"], contract(world, id_)["status"]) == (600, 4)


def test_whole_numbers_with_a_point(either: World) -> None:
    """12.0 is 12, as JSON Schema has it: no answer afterwards fails, and what is shown has no point."""
    id_, _ = subscribe(either, price=10_000)
    assert supervise(either, "PUT", f"order_subscriptions/{id_}", {"total_subscription_duration": 12.0}).status == 200
    body = {"duration": 2.0, "price": 5.0}
    assert supervise(either, "POST", f"order_subscriptions/{id_}/adjustments", body).status == 200
    assert supervise(either, "PUT", f"order_subscriptions/{id_}", {"price": 20_000.0}).status == 200
    shown = contract(either, id_)
    assert repr((shown["total_subscription_duration"], shown["price"])) == "(12, 20000)"
    assert bills(either, id_)[-1] == (2, 2, 20_005)


def test_no_bill_comes_to_less_than_nothing(either: World) -> None:
    """A price is refused under which a later bill with its adjustment would."""
    id_, _ = subscribe(either, price=10_000)
    body = {"duration": 5, "price": -100, "type": 1}
    assert supervise(either, "POST", f"order_subscriptions/{id_}/adjustments", body).status == 200
    refused = supervise(either, "PUT", f"order_subscriptions/{id_}", {"price": 1})
    assert (refused.status, contract(either, id_)["price"]) == (442, 10_000)
    assert "bill 5 would come to -99" in refused.headers["jumun-note"]


def test_a_bill_keeps_a_price_of_its_own(either: World) -> None:
    """What changes nothing of what a bill comes to leaves the price that was set for it alone."""
    id_, _ = subscribe(either, price=10_000)
    bill = call(either, "GET", f"order_subscription_bills?order_subscription_id={id_}&status=2").json["list"][0]
    path = f"order_subscription_bills/{bill['order_subscription_bill_id']}"
    assert supervise(either, "PUT", path, {"price": 777}).status == 200
    assert supervise(either, "PUT", f"order_subscriptions/{id_}", {"username": "새사람"}).status == 200
    body = {"duration": 5, "price": 10}
    assert supervise(either, "POST", f"order_subscriptions/{id_}/adjustments", body).status == 200
    assert bills(either, id_)[-1] == (2, 2, 777)
    assert call(either, "PUT", path, {"tax_free_price": 778}).status == 442


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("order_subscriptions/{}", {"price": 10**9 + 1}),
        ("order_subscriptions/{}", {"total_subscription_duration": 601}),
        ("order_subscriptions/{}/terminate", {"termination_fee": -5}),
        ("order_subscriptions/{}/terminate", {"final_fee": 1e23}),
    ],
)
def test_amounts_beyond_sense(either: World, path: str, body: dict[str, Any]) -> None:
    """They are refused with 442 and change nothing."""
    id_, _ = subscribe(either)
    before = contract(either, id_)
    assert supervise(either, "PUT", path.format(id_), body).status == 442
    assert contract(either, id_) == before


def test_a_fee_that_is_given_is_set_off(either: World) -> None:
    """What is left to pay follows from the fee of the call and the paid days that are left."""
    id_, _ = subscribe(either, price=10_000)
    ended = supervise(either, "PUT", f"order_subscriptions/{id_}/terminate", {"termination_fee": 50_000}).json
    assert (ended["termination_fee"], ended["refund_amount"]) == (50_000, 0)
    assert ended["final_fee"] == 50_000 - ended["last_bill_refund_price"]
