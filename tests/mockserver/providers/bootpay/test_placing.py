from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts import load_contract
from jumun_mockserver.core.orders import NewOrder, OrderError
from jumun_mockserver.providers.bootpay.orders.acting import act, find_order, iter_orders
from jumun_mockserver.providers.bootpay.orders.placing import place_order
from tests.mockserver.world import World, write
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from pathlib import Path

    from jumun_mockserver.providers.bootpay.shop import BootpayShop

UNPAID_SEED, PAID_SEED = "686fdc78b0eacea5cd974f01", "68707c59b0eacea5cd974efd"


def shop_of(world: World) -> BootpayShop:
    """Its Bootpay shop."""
    shop: BootpayShop = world.session.shops["bootpay"]
    return shop


def place(world: World, **fields: Any) -> dict[str, Any]:
    """Ids of an order that is placed now."""
    return place_order(NewOrder(fields=fields), shop_of(world))


def listed(world: World, query: str = "") -> list[str]:
    """Ids that the API lists, as many as it counts."""
    answer = world.orders(f"{query}&limit=50").json
    assert answer["count"] == len(answer["list"])
    return [row["order_id"] for row in answer["list"]]


def test_a_placed_order_is_listed_at_once(either: World) -> None:
    """The newest of all, not paid yet, dated by the session's clock, in the form that the contract has."""
    ids = place(either, order_name="의자", price=29_000)
    answer = either.orders("limit=1")
    (row,) = answer.json["list"]
    assert answer.json["count"] == BOOTPAY_ORDERS + 1
    assert row.keys() == either.orders("limit=1&page=2").json["list"][0].keys()
    assert (row["order_id"], row["order_number"]) == (ids["order_id"], ids["order_number"])
    assert (row["order_name"], row["price"], row["status"], row["receipt_status"]) == ("의자", 29_000, 0, 0)
    assert (row["created_at"], row["purchased_at"]) == ("2026-03-04T05:06:07Z", None)
    assert re.fullmatch("69a7bdbf[0-9a-f]{16}", row["order_id"])
    assert re.fullmatch("260304[0-9]{14}", row["order_number"])
    operation = load_contract("bootpay", either.session.profile).operations["bootpay.orders.list"]
    assert not operation.success.schema.findings(answer.json)


def test_a_paid_order_is_paid_in_the_list(either: World) -> None:
    """Paying sets both statuses and the purchase date, and makes the receipt that `keyword` finds."""
    ids = place(either)
    either.clock.advance(86_400)
    (event,) = act(ids["order_number"], "pay", None, shop_of(either))
    order = find_order(ids["order_id"], shop_of(either))
    assert order
    assert (order.state, order.actions) == ({"status": 2, "receipt_status": 1}, ("request_cancel", "confirm"))
    assert event == {
        "number": 2,
        "at": either.clock.now(),
        "provider": "bootpay",
        "order_id": ids["order_id"],
        "product_order_id": None,
        "actor": "buyer",
        "action": "pay",
        "type": "PAYMENT_COMPLETED",
        "state": order.state,
    }
    wanted = [ids["order_id"]]
    assert listed(either, f"keyword={order.data['receipt_id']}") == wanted
    assert listed(either, "cs_type=p_at&search_date_from=2026-03-05") == wanted
    assert listed(either, "cs_type=c_at&search_date_from=2026-03-05") == []
    assert listed(either, "search_date_from=2026-03-04&status=2&payment_status=1") == wanted
    assert listed(either, "search_date_from=2026-03-04&status=0") == []


def test_an_order_of_the_data_can_be_paid(either: World) -> None:
    """An unpaid order that was there from the first keeps its place in the list, and is paid."""
    before = listed(either)
    act(UNPAID_SEED, "pay", None, shop_of(either))
    assert listed(either) == before
    assert UNPAID_SEED in listed(either, "payment_status=1&status=2")
    assert UNPAID_SEED not in listed(either, "payment_status=0")
    with pytest.raises(OrderError, match="possible now: request_cancel, confirm"):
        act(UNPAID_SEED, "pay", None, shop_of(either))


def test_a_change_is_the_sessions_own() -> None:
    """What is placed or paid in one world is not in another, though both start from the same data."""
    one, other = World(), World()
    act(UNPAID_SEED, "pay", None, shop_of(one))
    place(one)
    assert (len(listed(one)), len(listed(other))) == (BOOTPAY_ORDERS + 1, BOOTPAY_ORDERS)
    assert UNPAID_SEED in listed(other, "payment_status=0")


@pytest.mark.parametrize(
    ("id_", "action", "says"),
    [
        (PAID_SEED, "pay", "'pay'.*status 2, receipt_status 1.*: request_cancel, confirm, bill, fail_bill$"),
        (UNPAID_SEED, "confirm", "'confirm'.*: pay, subscribe, issue_account, expire$"),
    ],
)
def test_an_action_that_is_not_possible(world: World, id_: str, action: str, says: str) -> None:
    """It is refused with the state and what is possible, and nothing happens."""
    with pytest.raises(OrderError, match=says):
        act(id_, action, None, shop_of(world))
    assert not world.session.events.last


def test_a_payment_has_no_reason(world: World) -> None:
    """A reason for an action that takes none is refused."""
    with pytest.raises(OrderError, match="/reason"):
        act(UNPAID_SEED, "pay", "because", shop_of(world))


@pytest.mark.parametrize(
    ("order", "says"), [(NewOrder("gift"), "single"), (NewOrder(product_orders=2), "leave it out")]
)
def test_what_bootpay_does_not_have(world: World, order: NewOrder, says: str) -> None:
    """Templates and product orders of NAVER are refused."""
    with pytest.raises(OrderError, match=says):
        place_order(order, shop_of(world))


def test_no_such_order(world: World) -> None:
    """An unknown id finds nothing."""
    assert find_order("0" * 24, shop_of(world)) is None
    with pytest.raises(KeyError):
        act("0" * 24, "pay", None, shop_of(world))


@given(seed=st.text(max_size=5))
def test_ids_follow_from_the_seed(seed: str) -> None:
    """Two sessions of one seed place the same orders, and no id of a session comes twice."""
    worlds = [World(seed=seed) for _ in range(2)]
    first, second = ([place(world) for _ in range(20)] for world in worlds)
    assert first == second
    assert len({value for ids in first for value in ids.values()}) == 2 * 20
    assert len(listed(worlds[0])) == 15 + 20


def test_an_id_of_the_data_is_not_taken(tmp_path: Path) -> None:
    """Where the user's folder has an order of an id or a number, the next one is taken."""
    ids = place(World())
    rows = [("0" * 24, ids["order_number"]), (ids["order_id"], "1" * 20)]
    text = "".join(
        f"  - {{order_id: '{id_}', order_number: '{number}', order_name: x, price: 1, status: 0, receipt_status: 0, "
        "purchased_at: null, created_at: 2026-01-01T00:00:00Z, username: x, user_email: null}\n"
        for id_, number in rows
    )
    world = World(data=write(tmp_path, {"bootpay/orders.yaml": f"orders:\n{text}"}))
    again = place(world)
    assert not set(again.values()) & set(ids.values())
    assert len(listed(world)) == BOOTPAY_ORDERS + 2 + 1


def test_of_racing_payments_one_wins(world: World) -> None:
    """Ten buyers who pay one order at once, placed or of the data: one pays, the others learn that it is paid."""
    shop, barrier = shop_of(world), Barrier(10)
    for id_ in [UNPAID_SEED, *(place(world)["order_id"] for _ in range(10))]:

        def pay(_: int, id_: str = id_) -> bool:
            barrier.wait(10)
            try:
                return bool(act(id_, "pay", None, shop))
            except OrderError:
                return False

        with ThreadPoolExecutor(10) as pool:
            assert sum(pool.map(pay, range(10))) == 1
    assert world.session.events.last == 1 + 2 * 10


def test_orders_placed_by_many_at_once(world: World) -> None:
    """Orders that are placed by eight threads at once are all there, each once."""
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: place(world)["order_id"], range(80)))
    assert len(set(ids)) == 80
    assert {order.id for order in iter_orders(shop_of(world))} >= set(ids)
    assert world.session.events.last == 80
