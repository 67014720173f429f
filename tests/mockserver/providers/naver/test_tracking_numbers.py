"""Tracking numbers, each of which is one parcel's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from jumun_mockserver.core.session.snapshot import restore_snapshot, take_snapshot
from jumun_mockserver.providers.naver.book import TRACKING_NUMBERS
from tests.mockserver.providers.naver.test_actions import dispatch, failures, query
from tests.mockserver.world import World

NUMBER = "600000000001"
USED = "104121"


def send(world: World, *ids: str, **parcel: Any) -> list[tuple[str, str]]:
    """(id, code) of what failed when all are sent with one number."""
    return failures(dispatch(world, *ids, **{"trackingNumber": NUMBER, **parcel}))


def taken(world: World) -> dict[str, int]:
    """How many product orders have each number."""
    known = world.session.shops["naver"].state.read_all(TRACKING_NUMBERS)
    return {number: each["uses"] for number, each in known.items()}


def test_a_number_of_another_parcel(either: World) -> None:
    """In a later call and in the same one it fails with its own item, and the product order stays as it was."""
    first, second = either.place("options", 2)
    (third,) = either.place()
    before = query(either, second, third)
    data = dispatch(either, first, second, trackingNumber=NUMBER)
    assert data["successProductOrderIds"] == [first]
    assert data["failProductOrderInfos"] == [
        {"productOrderId": second, "code": USED, "message": "배송송장 오류(기사용송장)"}
    ]
    assert send(either, third) == [(third, USED)]
    assert query(either, second, third) == before
    assert not send(either, second, trackingNumber="600000000002")


def test_a_number_of_another_courier(world: World) -> None:
    """Couriers number their parcels each for itself."""
    first, second = world.place("options", 2)
    assert not send(world, first)
    assert not send(world, second, deliveryCompanyCode="HANJIN")


def test_one_parcel_has_one_number(world: World) -> None:
    """The product orders of a parcel may share a number, in one call or in several, and then nothing else has it."""
    main, first, second = world.place("bundle", 3)
    (other,) = world.place()
    assert not send(world, main, first)
    assert not send(world, second)
    assert taken(world) == {f"CJGLS {NUMBER}": 3}
    assert send(world, other) == [(other, USED)]


def test_what_is_not_sent_keeps_no_number(world: World) -> None:
    """A number is free again after a dispatch that failed, and stays taken by those of the parcel that have it."""
    (gift,), (other,) = world.place("gift"), world.place()
    main, add_on = world.place("bundle", 2)
    assert send(world, gift, add_on) == [(gift, "9999"), (add_on, "9999")]
    assert not taken(world)
    assert not send(world, main)
    assert send(world, main) == [(main, "9999")]
    assert not dispatch(world, other)["failProductOrderInfos"]
    assert send(world, other, trackingNumber="600000000003") == [(other, "9999")]
    assert taken(world) == {f"CJGLS {NUMBER}": 1, f"CJGLS 6{other}": 1}


def test_without_a_courier_no_number_is_taken(world: World) -> None:
    """What the seller brings takes none, though one is given."""
    first, second = world.place("direct"), world.place()
    assert not send(world, *first, deliveryMethod="DIRECT_DELIVERY")
    assert not send(world, *second)


def test_a_reset_frees_all_and_a_snapshot_keeps_them(world: World) -> None:
    """A number is as free in a new start as at the first, and as taken in another session as where it was saved."""
    first, second = world.place("options", 2)
    send(world, first)
    other = World()
    restore_snapshot(other.session, take_snapshot(world.session))
    assert send(other, second) == [(second, USED)]
    world.session.reset()
    (again,) = world.place()
    assert not send(world, again)


def test_of_racing_parcels_one_gets_a_number() -> None:
    """Of ten calls for ten parcels with one number one succeeds; each other gets the item for it."""
    world, barrier = World(limits="off"), Barrier(10)

    def race(id_: str, number: str) -> list[tuple[str, str]]:
        barrier.wait(10)
        return send(world, id_, trackingNumber=number)

    with ThreadPoolExecutor(10) as pool:
        for number in ("600000000001", "600000000002", "600000000003"):
            ids = world.place("options", 10)
            found = [each for each in pool.map(race, ids, [number] * 10) if each]
            assert [code for ((_, code),) in found] == [USED] * 9
    assert set(taken(world).values()) == {1}


def test_racing_calls_for_one_parcel_count_right() -> None:
    """Of calls that send each product order of a parcel twice at once half fail; the number has what was sent."""
    world, barrier = World(limits="off"), Barrier(10)

    def race(id_: str) -> list[tuple[str, str]]:
        barrier.wait(10)
        return send(world, id_)

    main, *add_ons = world.place("bundle", 6)
    send(world, main)
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(race, [*add_ons, *add_ons]))
    assert sorted(found) == [[]] * 5 + [[(id_, "9999")] for id_ in add_ons]
    assert taken(world) == {f"CJGLS {NUMBER}": 6}
