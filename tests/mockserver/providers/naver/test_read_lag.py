"""Reads that lag behind a dispatch, as the option `read_lag` has it."""

from __future__ import annotations

from typing import Any

from jumun_mockserver.core.session.snapshot import restore_snapshot, take_snapshot
from tests.mockserver.providers.naver.test_actions import confirm, dispatch, failures, query
from tests.mockserver.providers.naver.test_reading import TODAY, changes, listed
from tests.mockserver.world import World


def status(world: World, id_: str) -> str:
    """The productOrderStatus as a query has it."""
    text: str = query(world, id_)[0]["productOrder"]["productOrderStatus"]
    return text


def test_a_query_lags() -> None:
    """For so long a query answers what it did before the dispatch, and then what is true; `advance` ends it."""
    world = World(read_lag=90)
    (id_,) = world.place()
    confirm(world, id_)
    before = query(world, id_)
    assert not failures(dispatch(world, id_))
    assert query(world, id_) == before
    world.clock.advance(89.999)
    assert query(world, id_) == before
    world.clock.advance(0.001)
    (details,) = query(world, id_)
    assert details["productOrder"]["productOrderStatus"] == "DELIVERING"
    assert details["delivery"]["sendDate"] == "2026-03-04T14:06:07.089+09:00"
    world.clock.advance(-1)
    assert query(world, id_) == before


def test_it_is_off_by_itself(either: World) -> None:
    """Without the option a query has the dispatch at once."""
    (id_,) = either.place()
    dispatch(either, id_)
    assert status(either, id_) == "DELIVERING"


def test_a_list_lags() -> None:
    """A list finds and filters what it shows: PAYED, and nothing by a date of dispatch that it does not show."""
    world = World(read_lag=90)
    (id_,) = world.place()
    window = {"from": "2026-03-04T14:06:00.000+09:00"}
    dispatch(world, id_)
    by_dispatch = {**window, "rangeType": "DISPATCHED_DATETIME"}
    assert (listed(world, **window, productOrderStatuses="PAYED"), listed(world, **by_dispatch)) == ([id_], [])
    world.clock.advance(90)
    assert (listed(world, **window, productOrderStatuses="PAYED"), listed(world, **by_dispatch)) == ([], [id_])


def test_nothing_else_lags() -> None:
    """The feed has the dispatch at once, a second one fails, and so does what was possible before; others are shown."""
    world = World(read_lag=90)
    first, second = world.place("options", 2)
    dispatch(world, first)
    rows: list[dict[str, Any]] = changes(world, lastChangedType="DISPATCHED", lastChangedFrom=TODAY)[
        "lastChangeStatuses"
    ]
    assert [(row["productOrderId"], row["productOrderStatus"]) for row in rows][-1] == (first, "DELIVERING")
    assert failures(dispatch(world, first)) == [(first, "9999")]
    assert failures(confirm(world, first)) == [(first, "104442")]
    confirm(world, second)
    assert query(world, second)[0]["productOrder"]["placeOrderStatus"] == "OK"


def test_what_time_does_meanwhile() -> None:
    """With a lag that is longer than the delivery takes, it is shown as before until the lag is over."""
    world = World(read_lag=86_400 * 3)
    (id_,) = world.place()
    dispatch(world, id_)
    world.clock.advance(86_400 * 2.5)
    assert status(world, id_) == "PAYED"
    world.clock.advance(86_400 * 0.5)
    assert status(world, id_) == "DELIVERED"


def test_a_snapshot_keeps_it() -> None:
    """Another session with the state of one whose reads lag shows the same, and ends it at the same time."""
    world, other = World(read_lag=90), World()
    (id_,) = world.place()
    dispatch(world, id_)
    restore_snapshot(other.session, take_snapshot(world.session))
    assert status(other, id_) == "PAYED"
    other.clock.advance(90)
    assert status(other, id_) == "DELIVERING"
