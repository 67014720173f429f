"""The orders of a session against a scan of all of them, and what it costs to change one."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_contracts import PROFILES
from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.providers.bootpay.derived import Derived
from jumun_mockserver.providers.bootpay.ledger import Ledger
from jumun_mockserver.providers.bootpay.seed import Seed, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KST = timedelta(hours=9)
ALL = {"page": 1, "limit": 10_000}


@cache
def seed_of(seed: str, orders: int, profile: str) -> Seed:
    """A seed without a folder, made once for all examples: nothing changes it."""
    return Seed(None, seed, orders, profile)


@cache
def korean_day(stamp: str | None) -> str:
    """The Korean day of a moment, '' for none."""
    return (parse_date_time(stamp).astimezone(UTC) + KST).date().isoformat() if stamp else ""


def scan(rows: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any], profile: str) -> list[dict[str, Any]]:
    """What the list shows by the sentences of the page, one order after the other: slow and plain."""
    newest_first = sorted(
        rows.values(), key=lambda row: (parse_date_time(row["created_at"]), row["order_id"]), reverse=True
    )
    keyword = (values.get("keyword") or "").casefold()
    first = values.get("search_date_from") or values.get("css_at")
    last = values.get("search_date_to") or values.get("cse_at")
    listed = []
    for row in newest_first:
        seen = show(row, profile)
        day = korean_day(row["purchased_at"] if values.get("cs_type") == "p_at" else row["created_at"])
        texts = [(row.get(key) or "").casefold() for key in ("order_id", "order_name", "receipt_id")]
        if (
            (not values.get("user_id") or row.get("user_id") == values["user_id"])
            and (not values.get("user_group_id") or row.get("user_group_id") == values["user_group_id"])
            and (not values.get("status") or seen["status"] in values["status"])
            and (not values.get("payment_status") or seen["receipt_status"] in values["payment_status"])
            and (
                not values.get("order_subscription_ids")
                or set(row.get("order_subscription_ids", ())) & set(values["order_subscription_ids"])
            )
            and (
                values.get("subscription_billing_type") is None
                or row.get("subscription_billing_type", 0) == values["subscription_billing_type"]
            )
            and any(keyword in text for text in texts)
            and (not (first or last) or (day and (first or "") <= day <= (last or "9999-12-31")))
        ):
            listed.append(seen)
    return listed


def page_of(listed: list[dict[str, Any]], values: Mapping[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """Count and rows of a page."""
    start = (values["page"] - 1) * values["limit"]
    return len(listed), listed[start : start + values["limit"]]


USERS = [f"67e4b4425ec892162491d{n:03x}" for n in (0xE00, 0xE04, 0x0EC)]
GROUPS = ["6763758e817af6a00e0fbe00", "6763758e817af6a00e0fbf63"]
CONTRACTS = ["685b7b10b0eacea5cd974a93", "685b7b10b0eacea5cd974a0a", "685b7b10b0eacea5cd974a0f"]
STATUSES = [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12]
PAYMENTS = [0, 1, 2, 5, 20]
DAYS = st.one_of(
    st.dates(datetime(2025, 5, 1).date(), datetime(2025, 7, 14).date()).map(str),  # noqa: DTZ001
    st.sampled_from(["0000-01-01", "0001-01-01", "2024-12-31", "2025-01-31", "2025-07-11", "9999-12-31"]),
)
VALUES = st.fixed_dictionaries(
    {"page": st.one_of(st.integers(1, 8), st.just(10**18)), "limit": st.integers(1, 20)},
    optional={
        "user_id": st.sampled_from([*USERS, "", "nobody"]),
        "user_group_id": st.sampled_from([*GROUPS, ""]),
        "order_subscription_ids": st.lists(st.sampled_from([*CONTRACTS, "x"]), max_size=3),
        "subscription_billing_type": st.integers(0, 2),
        "status": st.lists(st.sampled_from(STATUSES), max_size=4),
        "payment_status": st.lists(st.sampled_from(PAYMENTS), max_size=3),
        "keyword": st.sampled_from(
            ["머그컵", " 1", "1", "B", "6", "구독", "ß", "STRASSE", "없음", "\n", "\xff", "\ud800", ""]
        ),
        "cs_type": st.sampled_from(["c_at", "p_at"]),
        "css_at": DAYS,
        "cse_at": DAYS,
        "search_date_from": st.one_of(DAYS, st.just("")),
        "search_date_to": st.one_of(DAYS, st.just("")),
    },
)
STAMPS = st.one_of(
    # Of derived orders: the larger order_id decides.
    st.sampled_from([Derived(seed, 60, "observed").row(at)["created_at"] for seed in "0ab" for at in (0, 1, 5, 40)]),
    st.sampled_from(
        # Of packaged orders, before all, behind all, with a fraction and another offset.
        ["2025-07-11T02:52:09Z", "2025-01-31T14:59:59Z", "0001-01-01T09:00:00+09:00", "9999-12-31T05:59:59.5-09:00"]
    ),
    st.integers(0, 70 * 86_400).map(
        lambda ago: f"{datetime(2025, 7, 11, 2, 52, 9, tzinfo=UTC) - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%SZ}"
    ),
)
# What is written: a change of the n-th order, whose creation stays or not, or an order that is new.
WRITES = st.lists(
    st.fixed_dictionaries(
        {
            "which": st.one_of(st.integers(0, 70), st.integers(0, 3).map(lambda n: f"{n:024x}")),
            "changes": st.fixed_dictionaries(
                {},
                optional={
                    "status": st.sampled_from(STATUSES),
                    "receipt_status": st.sampled_from(PAYMENTS),
                    "purchased_at": st.one_of(st.none(), STAMPS),
                    "created_at": STAMPS,
                    "order_name": st.sampled_from(["머그컵 11", "Straße 1", "x"]),
                    "user_id": st.sampled_from([*USERS, None]),
                    "user_group_id": st.sampled_from([*GROUPS, None]),
                    "order_subscription_ids": st.lists(st.sampled_from(CONTRACTS), max_size=3),
                    "subscription_billing_type": st.integers(0, 2),
                    "order_number": st.integers(0, 10**20 - 1).map(lambda n: f"{n:020d}"),
                },
            ),
        }
    ),
    max_size=25,
)


def write(rows: dict[str, Mapping[str, Any]], writes: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that are put, one after the other; `rows` is what there is then."""
    put: list[Mapping[str, Any]] = []
    for each in writes:
        ids = sorted(rows)
        old_id = each["which"] if isinstance(each["which"], str) else ids[each["which"] % len(ids)]
        old = rows.get(old_id) or {**rows[ids[0]], "order_number": f"{int(old_id, 16):020d}"}
        row = {**old, "order_id": old_id, **each["changes"]}
        if any(other["order_number"] == row["order_number"] for id_, other in rows.items() if id_ != old_id):
            continue
        rows[old_id] = row
        put.append(row)
    return put


@settings(max_examples=150)
@given(
    st.sampled_from(["0", "a", "b"]),
    st.sampled_from([0, 1, 7, 60]),
    st.sampled_from(PROFILES),
    WRITES,
    st.lists(VALUES, min_size=1, max_size=4),
)
def test_a_page_is_that_of_a_scan(
    seed: str, orders: int, profile: str, writes: list[dict[str, Any]], calls: list[dict[str, Any]]
) -> None:
    """Whatever was written and is asked for: count, rows, finding by either number; so for a ledger built at once."""
    shared = seed_of(seed, orders, profile)
    ledger = Ledger(shared)
    rows = {row["order_id"]: row for row in ledger}
    before = dict(rows)
    for row in write(rows, writes):
        ledger.put(row)
    rebuilt = Ledger(shared, [row for id_, row in rows.items() if before.get(id_) is not row])
    for each in (ledger, rebuilt):
        for values in calls:
            page = each.select(values)
            assert (page.count, page.rows) == page_of(scan(rows, values, profile), values)
        assert {row["order_id"]: row for row in each} == rows
        assert len(each) == len(rows)
        for id_, row in [*rows.items(), *before.items()]:
            assert each.find(id_) == rows[id_]
            numbered = next((other for other in rows.values() if other["order_number"] == row["order_number"]), None)
            assert each.find(row["order_number"]) == numbered
    assert {row["order_id"]: row for row in Ledger(shared)} == before


@pytest.mark.parametrize("profile", PROFILES)
def test_each_filter_of_many_orders(profile: str) -> None:
    """Every value of every column, and ranges of days of either date, list what a scan of 800 orders lists."""
    seed = seed_of("many", 800, profile)
    ledger = Ledger(seed)
    rows = {row["order_id"]: row for row in ledger}
    days = [f"202{year}-{month:02d}-{day:02d}" for year in (4, 5) for month in range(1, 13, 3) for day in (1, 9, 28)]
    calls: list[dict[str, Any]] = [
        *({"status": [value]} for value in STATUSES),
        *({"payment_status": [value]} for value in PAYMENTS),
        *({"subscription_billing_type": value} for value in range(3)),
        *({"user_id": value} for value in sorted({row["user_id"] for row in rows.values()})),
        *({"user_group_id": value} for value in sorted({row["user_group_id"] or "" for row in rows.values()})),
        *(
            {"order_subscription_ids": [id_]}
            for id_ in {id_ for row in rows.values() for id_ in row["order_subscription_ids"]}
        ),
        *({"keyword": row["order_id"][:length]} for row in list(rows.values())[::100] for length in (8, 18, 24)),
        *({"keyword": row["receipt_id"]} for row in list(rows.values())[::100] if row["receipt_id"]),
        *(
            {"cs_type": kind, "css_at": first, "cse_at": last}
            for kind in ("c_at", "p_at")
            for first, last in zip(days, days[2:], strict=False)
        ),
    ]
    for values in calls:
        page = ledger.select({**ALL, **values})
        listed = scan(rows, values, profile)
        assert (page.count, page.rows) == (len(listed), listed), values


def count_lines(work: Callable[[], object]) -> int:
    """Lines of Python that run, which no other process on the machine changes."""
    lines = 0

    def trace(_frame: object, event: str, _argument: object) -> Callable[..., Any]:
        nonlocal lines
        lines += event == "line"
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(previous)
    return lines


def test_many_changes_cost_a_call_no_more_lines() -> None:
    """With a tenth of 20,000 orders changed and 2,000 new ones a call runs at most half as many lines more."""
    ledger = Ledger(seed_of("0", 20_000, "documented"))
    values = {"page": 2, "limit": 2, "status": [2], "css_at": "2024-06-01", "cse_at": "2025-06-30"}
    ledger.select(values)
    unchanged = count_lines(lambda: ledger.select(values))
    rows = list(ledger)
    for row in rows[::10]:
        ledger.put({**row, "status": 4, "receipt_status": 20})
    for number in range(2_000):
        ledger.put({**rows[0], "order_id": f"{number:024x}", "order_number": f"{number:020d}"})
    ledger.select(values)
    assert count_lines(lambda: ledger.select(values)) <= 1.5 * unchanged + 20


def test_a_session_leaves_the_seed_as_it_is() -> None:
    """What one ledger is given does not reach another one over the same seed."""
    seed = seed_of("0", 10, "documented")
    one, other = Ledger(seed), Ledger(seed)
    before = other.select(ALL)
    for row in list(one):
        one.put({**row, "status": 12, "order_name": "바뀜"})
    assert one.select({**ALL, "keyword": "바뀜"}).count == 25
    assert other.select(ALL) == before
    assert other.select({**ALL, "keyword": "바뀜"}).count == 0


def test_threads_read_and_write() -> None:
    """While orders change in one thread, every list in others is whole: as many rows as it counts, in order."""
    ledger = Ledger(seed_of("threads", 500, "documented"))
    rows = list(ledger)

    def turn(row: Mapping[str, Any]) -> None:
        ledger.put({**row, "status": 1 if row["status"] == 0 else 0})

    def read(_: int) -> None:
        page = ledger.select({**ALL, "status": [0, 1]})
        assert page.count == len(page.rows)
        stamps = [row["created_at"] for row in page.rows]
        assert stamps == sorted(stamps, reverse=True)

    with ThreadPoolExecutor(8) as pool:
        done = [*(pool.submit(turn, row) for row in rows), *(pool.submit(read, n) for n in range(50))]
        for each in done:
            each.result()
    assert ledger.select({**ALL, "status": [0, 1]}).count == len(rows)
