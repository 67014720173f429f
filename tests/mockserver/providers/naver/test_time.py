"""What time does to product orders, and the age of those of the data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import DocumentError
from jumun_mockserver.core.orders import OrderError
from jumun_mockserver.providers.naver.acting import act, find_order, iter_orders
from jumun_mockserver.providers.naver.seed import Seed
from jumun_mockserver.providers.naver.seeded import plot_course
from jumun_mockserver.providers.naver.transitions import apply_due
from tests.mockserver.providers.naver.test_actions import dispatch, query
from tests.mockserver.world import NOW, World, write

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400
UNPAID: dict[str, Any] = {"productOrderStatus": "PAYMENT_WAITING"}
ROWS = """
orders:
  - {order_id: "2026010100000001", product_order_ids: ["2026010100000011"], state: PAYMENT_WAITING}
  - {order_id: "2026010100000002", product_order_ids: ["2026010100000012"], state: PAYED/NOT_YET}
  - {order_id: "2026010100000003", product_order_ids: ["2026010100000013"], state: PAYED/OK}
  - {order_id: "2026010100000004", product_order_ids: ["2026010100000014"], state: DELIVERING}
  - {order_id: "2026010100000005", product_order_ids: ["2026010100000015"], state: DELIVERED}
  - {order_id: "2026010100000006", product_order_ids: ["2026010100000016"], state: PURCHASE_DECIDED}
  - {order_id: "2026010100000007", product_order_ids: ["2026010100000017"], state: DELIVERING, hours_ago: 4}
  - {order_id: "2026010100000008", product_order_ids: ["2026010100000018"], state: PAYMENT_WAITING, hours_ago: 100}
"""


def shop_of(world: World) -> Any:
    """Its NAVER shop."""
    return world.session.shops["naver"]


def told(events: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Product order, action and type of each event."""
    return [(each["product_order_id"], each["action"], each["type"]) for each in events]


def test_from_dispatch_to_decision(world: World) -> None:
    """Delivered after two days, decided eight later, each at its own moment, in under 30 days; advance returns both."""
    (id_,) = world.place()
    dispatch(world, id_)
    apply_due(shop_of(world))
    assert apply_due(shop_of(world)) == []
    world.clock.advance(30 * DAY)
    events = [each for each in apply_due(shop_of(world)) if each["product_order_id"] == id_]
    assert told(events) == [(id_, "deliver", None), (id_, "decide", "PURCHASE_DECIDED")]
    assert [each["at"] for each in events] == [NOW + 2 * DAY, NOW + 10 * DAY]
    assert {each["actor"] for each in events} == {"time"}
    (details,) = query(world, id_)
    assert details["delivery"]["deliveredDate"] == "2026-03-06T14:06:07.089+09:00"
    assert details["delivery"]["pickupDate"] == "2026-03-04T18:06:07.089+09:00"
    assert details["productOrder"]["decisionDate"] == "2026-03-14T14:06:07.089+09:00"


def test_a_read_applies_what_is_due(world: World) -> None:
    """Without `apply_due` by hand a query shows what happened meanwhile, and the log has it."""
    (id_,) = world.place()
    dispatch(world, id_)
    world.clock.advance(3 * DAY)
    assert query(world, id_)[0]["productOrder"]["productOrderStatus"] == "DELIVERED"
    assert (id_, "deliver", None) in told(world.session.events.page().events)


def test_time_does_things_in_their_order(world: World) -> None:
    """Whatever the order in which they were sent, what is due first happens first, and ties go by id."""
    first, second = world.place("options", 2)
    third = world.place()[0]
    dispatch(world, second, third)
    world.clock.advance(60)
    dispatch(world, first)
    world.clock.advance(60 * DAY)
    events = apply_due(shop_of(world))
    moments = [(each["at"], each["product_order_id"]) for each in events]
    assert moments == sorted(moments)
    assert [each for each in moments if each[1] in (first, second, third)] == sorted(
        [(NOW + days * DAY + late, id_) for days in (2, 10) for id_, late in ((first, 60), (second, 0), (third, 0))]
    )


def test_an_order_that_is_not_paid_expires(world: World) -> None:
    """After three days the whole order is canceled, without a feed row; paid before, it is not."""
    ids, (paid,) = world.place("options", 2, **UNPAID), world.place(**UNPAID)
    act(paid, "pay", None, shop_of(world))
    world.clock.advance(3 * DAY)
    events = [each for each in apply_due(shop_of(world)) if each["action"] == "expire"]
    assert told(events) == [(id_, "expire", None) for id_ in ids]
    assert [each["productOrder"]["productOrderStatus"] for each in query(world, *ids, paid)] == [
        "CANCELED_BY_NOPAYMENT",
        "CANCELED_BY_NOPAYMENT",
        "PAYED",
    ]
    with pytest.raises(OrderError, match="CANCELED_BY_NOPAYMENT"):
        act(ids[0], "pay", None, shop_of(world))


def test_buyers_and_couriers_act_by_the_table(world: World) -> None:
    """Delivered by hand and decided by hand, time has nothing left to do; views show what is possible."""
    shop, (id_,) = shop_of(world), world.place()
    dispatch(world, id_)
    view = find_order(id_, shop)
    assert view
    assert view.actions == ("decide", "request_return", "request_exchange", "deliver")
    world.clock.advance(60)
    assert told(act(id_, "deliver", None, shop)) == [(id_, "deliver", None)]
    assert told(act(id_, "decide", None, shop)) == [(id_, "decide", "PURCHASE_DECIDED")]
    view = find_order(id_, shop)
    assert view
    assert (view.actions, view.state["productOrderStatus"]) == ((), "PURCHASE_DECIDED")
    world.clock.advance(30 * DAY)
    assert id_ not in {each["product_order_id"] for each in apply_due(shop)}


def test_data_ages_from_the_start(tmp_path: Path) -> None:
    """Rows are in their states at the start whatever their dates say, and time moves them a whole span later."""
    world = World(data=write(tmp_path, {"naver/orders.yaml": ROWS}))
    shop = shop_of(world)
    ids = [f"202601010000001{number}" for number in range(1, 9)]
    states = [view.state["productOrderStatus"] for id_ in ids if (view := find_order(id_, shop))]
    assert states == [
        "PAYMENT_WAITING",
        "PAYED",
        "PAYED",
        "DELIVERING",
        "DELIVERED",
        "PURCHASE_DECIDED",
        "DELIVERING",
        # It was due 28 hours before the start, and so is at the start.
        "CANCELED_BY_NOPAYMENT",
    ]
    world.clock.advance(60 * DAY)
    at = {(each["product_order_id"][-1], each["action"]): each["at"] - NOW for each in apply_due(shop)}
    assert at["1", "expire"] == 3 * DAY
    assert (at["4", "deliver"], at["4", "decide"]) == (2 * DAY, 10 * DAY)
    assert at["5", "decide"] == 8 * DAY
    assert not {("2", "expire"), ("3", "deliver"), ("6", "decide")} & at.keys()
    # Sent two thirds of four hours after it was placed.
    assert at["7", "deliver"] == pytest.approx(2 * DAY - 4_800, abs=1)


def test_the_moments_of_a_row(tmp_path: Path) -> None:
    """Paid half a minute after it was placed, and then equal steps to the start; what is over by then has moved on."""
    row = '{{order_id: "{0}1", product_order_ids: ["{0}2"], state: DELIVERING, hours_ago: {1}}}'
    rows = [row.format("202601010000001", 3), row.format("202601010000002", 300)]
    world = World(data=write(tmp_path, {"naver/orders.yaml": f"orders: [{', '.join(rows)}]"}))
    young, old = query(world, "2026010100000012", "2026010100000022")
    moments = [
        *(young["order"][name] for name in ("orderDate", "paymentDate")),
        young["productOrder"]["placeOrderDate"],
        young["delivery"]["sendDate"],
    ]
    ages_s = [NOW - datetime.fromisoformat(each).timestamp() for each in moments]
    assert ages_s == pytest.approx([10_800, 10_770, 7_200, 3_600], abs=1)
    assert [each["productOrder"]["productOrderStatus"] for each in (young, old)] == ["DELIVERING", "DELIVERED"]


def test_spans_of_the_data_folder(tmp_path: Path) -> None:
    """What a lifecycle.yaml of the folder says goes before the packaged one, and one that is wrong is refused."""
    files = {"naver/orders.yaml": "orders: []", "naver/lifecycle.yaml": "hours: {deliver: 1, decide: 0.5}"}
    world = World(data=write(tmp_path, files))
    (id_,) = world.place()
    dispatch(world, id_)
    world.clock.advance(1.5 * 3_600)
    assert query(world, id_)[0]["productOrder"]["productOrderStatus"] == "PURCHASE_DECIDED"
    with pytest.raises(DocumentError, match="deliver"):
        World(data=write(tmp_path, {"naver/lifecycle.yaml": "hours: {deliver: 0}"}))


def test_packaged_orders_make_a_feed_of_the_last_day() -> None:
    """Whenever a session starts, a poller of the last day finds packaged orders, some of one instant."""
    for at in (NOW, NOW + 400 * DAY):
        world = World(at=at)
        since = f"{_moment(at - DAY)}"
        data = world.naver("GET", "/last-changed-statuses", lastChangedFrom=since).json["data"]
        types = [row["lastChangedType"] for row in data["lastChangeStatuses"]]
        assert sorted(types) == ["CLAIM_REQUESTED", "COLLECT_DONE", "DISPATCHED", *["PAYED"] * 4]
        assert len({row["lastChangedDate"] for row in data["lastChangeStatuses"]}) == 4


def test_derived_orders_are_as_old_as_they_are() -> None:
    """The newest are paid, then come sent, delivered and decided ones; their course never ends after the next one."""
    seed = Seed(None, "0", 1_000)
    states = [order.state for order in reversed(seed) if order.as_of is not None]
    order = ["PAYED/NOT_YET", "PAYED/OK", "DELIVERING", "DELIVERED", "PURCHASE_DECIDED"]
    assert states == sorted(states, key=order.index)
    assert set(states) == set(order)
    for each in seed.iter_unfinished():
        due = plot_course(each, seed.spans, NOW).due
        assert due is None or NOW < due <= NOW + 8 * DAY


def test_views_do_not_depend_on_the_order_of_calls() -> None:
    """An order of the seed is the same however many were looked at before."""
    whole, single = World(orders=50), World(orders=50)
    views = list(iter_orders(shop_of(whole)))
    assert find_order(views[-20].id, shop_of(single)) == views[-20]


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
