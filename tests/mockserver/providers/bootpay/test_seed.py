"""Derived orders, whose ids and dates are formulas, and seeds that sessions share."""

from __future__ import annotations

import gc
import json
import weakref
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver.core.data_folder import DataFolder
from jumun_mockserver.core.session.options import SessionOptions as Options
from jumun_mockserver.core.timeline import ORDERS_AT_MOST
from jumun_mockserver.providers.bootpay.derived import Derived
from jumun_mockserver.providers.bootpay.ledger import Ledger
from jumun_mockserver.providers.bootpay.seed import Seed, read_seed
from tests.mockserver.world import World, write
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTED = "68707c59b0eacea5cd974efd"
KST = timedelta(hours=9)
# Every part of a million: the first, the last, and a spread.
SAMPLE = [*range(1_200), *range(0, ORDERS_AT_MOST, 997), ORDERS_AT_MOST - 1]


@pytest.fixture(scope="module")
def million() -> Derived:
    """As many orders as there may be."""
    return Derived("0", ORDERS_AT_MOST, "observed")


def moment(stamp: str) -> datetime:
    """A stamp in UTC."""
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def test_an_id_gives_the_index(million: Derived) -> None:
    """Both numbers of an order find it, and are of the documented forms: second of creation, Korean day."""
    for index in SAMPLE:
        row = million.row(index)
        assert million.find(row["order_id"]) == million.find(row["order_number"]) == index
        created = moment(row["created_at"])
        assert int(row["order_id"][:8], 16) == created.timestamp()
        assert row["order_number"][:6] == f"{created + KST:%y%m%d}"
        assert (len(row["order_id"]), len(row["order_number"])) == (24, 20)
    assert million.row(5)["order_id"][8:18] == million.row(6)["order_id"][8:18]


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text[:-1], lambda text: "0" + text[1:], lambda text: text[:17] + "x" + text[18:]]
)
@pytest.mark.parametrize("key", ["order_id", "order_number"])
def test_another_text_is_no_id(million: Derived, key: str, change: Any) -> None:
    """An id that differs in anything from that of the order whose index it gives is none."""
    for index in (0, 999_999):
        text = million.row(index)[key]
        assert change(text) == text or million.find(change(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+" * 24,
        "\uff11" * 20,
        "_" * 20,
        " " * 24,
        DOCUMENTED,
        "25071182085082524116",
        "25071 1_000_000_000_0",
        "250711-0000000000001",
    ],
)
def test_any_text_may_be_looked_up(million: Derived, text: str) -> None:
    """Whatever is in a path, it is an order's id or it is not."""
    assert million.find(text) is None


def test_all_numbers_differ(million: Derived) -> None:
    """No two orders have the same id, number or second, nor do the first orders of two seeds share any."""
    rows = [million.row(index) for index in SAMPLE]
    rows += [Derived("1", 1_000, "observed").row(index) for index in range(1_000)]
    different = len(dict.fromkeys(SAMPLE)) + 1_000
    assert len({row["order_id"] for row in rows}) == len({row["order_number"] for row in rows}) == different
    receipts = [row["receipt_id"] for row in rows if row["receipt_id"]]
    assert len(set(receipts)) >= len(receipts) - (len(SAMPLE) - len(set(SAMPLE)))


def test_dates_lie_between_2015_and_the_documented_order(million: Derived) -> None:
    """Time falls with the index; a purchase is not before its order, and nothing is newer than the page's own row."""
    newest = moment("2025-07-11T02:52:09Z")
    before = newest
    waits = set()
    for index in sorted(set(SAMPLE)):
        row = million.row(index)
        created = moment(row["created_at"])
        assert datetime(2015, 1, 1, tzinfo=UTC) < created < before
        assert (
            (row["purchased_at"] is not None) == (row["receipt_status"] in (1, 20)) == (row["receipt_id"] is not None)
        )
        if row["purchased_at"]:
            purchased = moment(row["purchased_at"])
            assert created <= purchased <= newest
            assert int(row["receipt_id"][:8], 16) == purchased.timestamp()
            waits.add((purchased - created).days)
        before = created
    assert waits == {0, 5}


def test_derived_orders_tell_parameters_apart(million: Derived) -> None:
    """Among a hundred orders: all statuses and billing types, either date, and days that differ in Korea and in UTC."""
    rows = [million.row(index) for index in range(100)]
    assert {row["status"] for row in rows} == {0, 1, 2, 3, 4, 5, 8, 10, 11, 12}
    assert {row["receipt_status"] for row in rows} == {0, 1, 2, 5, 20}
    assert {row["subscription_billing_type"] for row in rows} == {0, 1, 2}
    assert {len(row["order_subscription_ids"]) for row in rows} == {0, 1, 2}
    assert {bool(row["user_group_id"]) for row in rows} == {True, False}
    assert {moment(row["created_at"]).day == (moment(row["created_at"]) + KST).day for row in rows} == {True, False}
    paid = [row for row in rows if row["purchased_at"]]
    assert {row["created_at"][:10] == row["purchased_at"][:10] for row in paid} == {True, False}


def test_more_orders_leave_the_first_as_they_are(million: Derived) -> None:
    """Order i follows from the seed and i alone, whatever the number, in whatever order they are looked at."""
    few = Derived("0", 40, "observed")
    assert [few.row(index) for index in reversed(range(40))] == [million.row(index) for index in reversed(range(40))]
    assert few.row(7) == Derived("0", 8, "documented").row(7)
    assert few.row(7) != Derived("1", 8, "observed").row(7)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_documented_order_stays_the_newest(profile: str) -> None:
    """However many are derived, the page's own row is first, the order of time holds, and all are counted."""
    world = World(orders=500, profile=profile)
    rows = list(world.session.shops["bootpay"].orders)
    assert rows[0]["order_id"] == DOCUMENTED
    assert len(rows) == BOOTPAY_ORDERS + 500
    assert len(rows) == len({row["order_id"] for row in rows}) == len({row["order_number"] for row in rows})
    assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)


def test_a_million_orders_are_served() -> None:
    """They start, are counted to the last one, and their last page ends with the oldest."""
    world = World(orders=ORDERS_AT_MOST)
    answer = world.orders(f"page={ORDERS_AT_MOST // 50 + 1}&limit=50")
    assert answer.json["count"] == ORDERS_AT_MOST + BOOTPAY_ORDERS
    assert len(answer.json["list"]) == BOOTPAY_ORDERS
    assert answer.json["list"][-1]["order_name"].endswith(f" {ORDERS_AT_MOST}")


def test_a_row_takes_the_place_of_a_derived_one(tmp_path: Path) -> None:
    """A row of the folder with a derived order's id is that order, wherever its date puts it."""
    derived = Derived("0", 30, "documented").row(20)
    row = {**derived, "order_name": "내 것", "created_at": "2026-01-01T00:00:00Z"}
    folder = write(tmp_path, {"bootpay/orders.yaml": f"orders: [{_flow(row)}]\n"})
    seed = Seed(DataFolder.read(folder), "0", 30, "documented")
    page = Ledger(seed).select({"page": 1, "limit": 50})
    assert page.count == BOOTPAY_ORDERS + 30
    assert page.rows[0]["order_name"] == "내 것"
    assert [each["order_id"] for each in page.rows].count(row["order_id"]) == 1
    found = Ledger(seed).find(row["order_number"])
    assert found is not None
    assert found["order_name"] == "내 것"


def test_sessions_share_a_seed_and_give_it_back(tmp_path: Path) -> None:
    """Equal options are one seed, others another, and so is an edited folder; the last user frees it."""
    folder = write(tmp_path, {"bootpay/applications.yaml": "applications: []\n"})
    one = read_seed(Options(data=DataFolder.read(folder), orders=3))
    assert read_seed(Options(data=DataFolder.read(folder), orders=3)) is one
    others = [
        read_seed(Options(orders=3)),
        read_seed(Options(data=DataFolder.read(folder), orders=4)),
        read_seed(Options(data=DataFolder.read(folder), orders=3, seed="1")),
        read_seed(Options(data=DataFolder.read(folder), orders=3, profile="observed")),
    ]
    write(tmp_path, {"bootpay/applications.yaml": "applications: [{client_key: ck, secret_key: sk}]\n"})
    edited = read_seed(Options(data=DataFolder.read(folder), orders=3))
    assert len({id(one), id(edited), *map(id, others)}) == 6
    assert (one.secrets.get("ck"), edited.secrets.get("ck")) == (None, "sk")
    ledgers = [Ledger(one), Ledger(one)]
    gone = weakref.ref(one)
    del one
    ledgers.pop()
    gc.collect()
    assert gone() is not None
    ledgers.pop()
    gc.collect()
    assert gone() is None


def test_deleted_sessions_give_their_memory_back() -> None:
    """When the last session of a seed is deleted, the seed and all that was made of it goes."""
    world = World()
    store = world.dispatch.store
    sessions = [store.create(Options(seed="own", orders=1_000)) for _ in range(2)]
    seeds = [
        weakref.ref(session.shops[name].orders._seed if name == "bootpay" else session.shops[name].book.seed)
        for session in sessions
        for name in ("bootpay", "naver")
    ]
    assert len({id(seed()) for seed in seeds}) == 2
    while sessions:
        session = sessions.pop()
        session.shops["bootpay"].orders.select({"page": 1, "limit": 1, "keyword": "1"})
        store.delete(session.id)
        del session
    gc.collect()
    assert [seed() for seed in seeds] == [None] * 4


def _flow(row: dict[str, Any]) -> str:
    """A row as a YAML mapping on one line."""
    return json.dumps(row, ensure_ascii=False)
