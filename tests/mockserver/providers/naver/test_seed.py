"""NAVER's derived orders, whose ids give their index, and seeds that sessions share."""

from __future__ import annotations

import gc
import weakref
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.session.options import SessionOptions as Options
from jumun_mockserver.core.timeline import ORDERS_AT_MOST
from jumun_mockserver.providers.naver.seed import Order, Seed, read_seed
from tests.mockserver.world import ORDER, World, write

if TYPE_CHECKING:
    from pathlib import Path

KST = timezone(timedelta(hours=9))
SAMPLE = [*range(1_200), *range(0, ORDERS_AT_MOST, 997), ORDERS_AT_MOST - 1]
PACKAGED = {order.order_id for order in Seed(None, "", 0)}


@pytest.fixture(scope="module")
def million() -> Seed:
    """As many orders as there may be."""
    return Seed(None, "0", ORDERS_AT_MOST)


def derived(seed: str, orders: int) -> list[Order]:
    """Derived orders, newest first."""
    rows = [order for order in Seed(None, seed, orders) if order.order_id not in PACKAGED]
    return rows[::-1]


def test_an_id_gives_the_order(million: Seed) -> None:
    """An order is found by its number and by those of its product orders, which are 16 digits and ten apart."""
    seen: set[str] = set()
    for index in dict.fromkeys(SAMPLE):
        order = million._make(index)
        ids = order.product_order_ids
        assert million.order(order.order_id) == order
        assert [million.product_order(id_) for id_ in ids] == [order] * len(ids)
        assert not [id_ for id_ in ids if million.order(id_)]
        assert million.product_order(order.order_id) is None
        assert {len(id_) for id_ in (order.order_id, *ids)} == {16}
        assert {id_[:8] for id_ in (order.order_id, *ids)} == {
            f"{datetime.fromtimestamp(order.ordered_at, KST):%Y%m%d}"
        }
        assert [int(id_) - int(ids[0]) for id_ in ids] == [10 * item for item in range(len(ids))]
        assert seen.isdisjoint({order.order_id, *ids})
        seen |= {order.order_id, *ids}
    assert datetime.fromtimestamp(million._make(ORDERS_AT_MOST - 1).ordered_at, KST).year >= 2015


@pytest.mark.parametrize(
    "text", ["", "x" * 16, "\uff11" * 16, "2026102700000050", "20261027 0000150", "9" * 20, "2026102799999999"]
)
def test_another_text_is_no_id(million: Seed, text: str) -> None:
    """Whatever is in a path, it is an order's number or it is not."""
    assert million.order(text) is None
    assert million.product_order(text) is None


def test_a_digit_more_or_less_is_another_order(million: Seed) -> None:
    """Of all numbers that give the same index, only one is the order's."""
    order_id = million._make(123_456).order_id
    for at in (*range(8), 14, 15):
        other = f"{order_id[:at]}{(int(order_id[at]) + 1) % 10}{order_id[at + 1 :]}"
        assert million.order(other) is None


def test_orders_follow_from_the_seed() -> None:
    """Equal seeds give equal orders, and more of them leave the first as they are; another seed gives others."""
    assert derived("a", 40) == derived("a", 40) == derived("a", 300)[:40]
    assert len({order.order_id for seed in "ab" for order in derived(seed, 40)}) >= 79
    assert {len(order.product_order_ids) for order in derived("a", 40)} == {1, 2, 3, 4, 5}


def test_orders_in_a_range_of_time(million: Seed) -> None:
    """All orders from a moment on and before another, in the order of time, packaged ones at the day in their id."""
    since, until = (int(datetime(2026, 8, day, tzinfo=KST).timestamp()) for day in (20, 30))
    found = list(million.iter_orders(since, until))
    everything = [million._make(index) for index in range(3_000)]
    everything += [million.order(id_) or pytest.fail(id_) for id_ in PACKAGED]
    wanted = [order for order in everything if since <= order.ordered_at < until]
    assert found == sorted(wanted, key=lambda order: (order.ordered_at, order.order_id))
    assert PACKAGED & {order.order_id for order in found} == {"2026082770010011"}
    assert list(million.iter_orders(until, until)) == []
    assert len(million) == ORDERS_AT_MOST + len(PACKAGED)


def test_a_row_takes_the_place_of_a_derived_one(tmp_path: Path) -> None:
    """A row of the folder with a derived order's number is that order, and has its product orders alone."""
    order = Seed(None, "0", 30)._make(20)
    text = f'orders: [{{order_id: "{order.order_id}", product_order_ids: ["2026010100000011"], seller: other}}]\n'
    seed = Seed(DataFolder.read(write(tmp_path, {"naver/orders.yaml": text})), "0", 30)
    found = seed.order(order.order_id)
    assert found is not None
    assert (found.product_order_ids, found.own) == (("2026010100000011",), False)
    assert seed.product_order("2026010100000011") == found
    assert seed.product_order(order.product_order_ids[0]) is None
    assert [each.order_id for each in seed].count(order.order_id) == 1
    assert len(seed) == 30 + len(PACKAGED) == len(list(seed))


def test_derived_orders_are_served() -> None:
    """A derived order's product orders are those of its answer."""
    world = World(orders=20)
    for order in world.session.shops["naver"].book.seed:
        answer = world.product_orders(order.order_id)
        assert (answer.status == 200) == order.own
        assert not order.own or answer.json["data"]["productOrderIds"] == list(order.product_order_ids)


def test_sessions_share_a_seed_and_give_it_back(tmp_path: Path) -> None:
    """Equal options are one seed whatever the profile, an edited folder is another; the last user frees it."""
    folder = write(tmp_path, {"naver/orders.yaml": "orders: []\n"})
    one = read_seed(Options(data=DataFolder.read(folder), orders=3))
    assert read_seed(Options(data=DataFolder.read(folder), orders=3, profile="observed")) is one
    write(tmp_path, {"naver/orders.yaml": f'orders: [{{order_id: "{ORDER}", product_order_ids: []}}]\n'})
    assert read_seed(Options(data=DataFolder.read(folder), orders=3)) is not one
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
