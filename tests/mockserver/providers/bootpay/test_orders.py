from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_contracts import PROFILES
from jumun_contracts.contract.documents import read_document
from jumun_mockserver.providers.bootpay.seed import show
from tests.mockserver.world import KEYS, World, basic
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROWS: list[dict[str, Any]] = read_document(files("jumun_fixtures") / "bootpay", "orders.yaml")["orders"]
DOCUMENTED = "68707c59b0eacea5cd974efd"
JANUARY = [
    "679ce56fb0eacea5cd974f09",
    "678da08bb0eacea5cd974f0a",
    "67810bc0b0eacea5cd974f0b",
    "677406f0b0eacea5cd974f0c",
]
AFTER, BEFORE = "679ce570b0eacea5cd974f08", "677406efb0eacea5cd974f0d"
KST = timezone(timedelta(hours=9))


def ids(world: World, query: str) -> list[str]:
    """The ids that a query lists, which are as many as it counts, on one page."""
    answer = world.orders(f"{query}&limit=50")
    assert answer.status == 200, answer.body
    listed = [row["order_id"] for row in answer.json["list"]]
    assert answer.json["count"] == len(listed)
    return listed


def rows_of(world: World) -> list[dict[str, Any]]:
    """The packaged rows as the world's profile shows them: the page knows only paid and unpaid."""
    if world.session.profile == "observed":
        return ROWS
    return [{**row, "receipt_status": int(row["receipt_status"] != 0)} for row in ROWS]


def day(stamp: str | None) -> str:
    """The Korean day of a moment, '' for none."""
    return datetime.fromisoformat(stamp).astimezone(KST).date().isoformat() if stamp else ""


def test_the_pages_answer(either: World, reference: Callable[[str], bytes]) -> None:
    """The page's sample call counts 15 and begins with the page's row, key for key."""
    page = json.loads(reference("bootpay_payloads/orders_list_200.json"))
    answer = either.orders("page=1&limit=20")
    assert list(answer.json) == list(page) == ["count", "list"]
    assert answer.json["count"] == page["count"] == 15
    assert list(answer.json["list"][0].items()) == list(page["list"][0].items())


def test_rows_show_ten_fields_newest_first(either: World) -> None:
    """No row shows what the list only filters by; all five statuses occur; time goes backwards."""
    rows = either.orders("limit=50").json["list"]
    assert {tuple(row) for row in rows} == {
        (
            "order_id",
            "order_name",
            "price",
            "status",
            "receipt_status",
            "order_number",
            "purchased_at",
            "created_at",
            "username",
            "user_email",
        )
    }
    assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)
    assert {row["status"] for row in rows} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(("cs_type", "listed"), [("c_at", JANUARY), ("p_at", JANUARY[1:]), ("", JANUARY)])
@pytest.mark.parametrize(
    "keys", [("css_at", "cse_at"), ("search_date_from", "search_date_to"), ("css_at", "search_date_to")]
)
def test_january_2025(either: World, cs_type: str, listed: list[str], keys: tuple[str, str]) -> None:
    """Four orders were created in it and three purchased, by either spelling; the month begins and ends in Korea."""
    first, last = keys
    assert ids(either, f"cs_type={cs_type}&{first}=2025-01-01&{last}=2025-01-31") == listed


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("search_date_from=2025-01-31&search_date_to=2025-01-31", JANUARY[:1]),
        ("search_date_from=2025-02-01&search_date_to=2025-02-01", [AFTER]),
        ("search_date_from=2024-12-31&search_date_to=2024-12-31", [BEFORE]),
        ("css_at=2025-01-01&cse_at=2025-01-01", JANUARY[3:]),
        ("cs_type=p_at&css_at=2025-01-01&cse_at=2025-01-01", JANUARY[3:]),
        ("cs_type=p_at&css_at=2025-01-31&cse_at=2025-01-31", [JANUARY[1]]),
        ("cs_type=p_at&css_at=2025-02-01&cse_at=2025-02-01", [AFTER]),
        ("cs_type=p_at&css_at=2025-02-03&cse_at=2025-02-03", JANUARY[:1]),
        ("css_at=2025-01-31&cse_at=2025-01-01", []),
        ("css_at=2025-07-11", [DOCUMENTED, "686fdc78b0eacea5cd974f01"]),
        ("cs_type=p_at&css_at=2025-07-10", [DOCUMENTED]),
        ("cse_at=2024-11-05", ["6729d268b0eacea5cd974f0e"]),
        ("cs_type=p_at&cse_at=2024-12-31", [BEFORE]),
    ],
)
def test_days_begin_at_midnight_in_korea(either: World, query: str, listed: list[str]) -> None:
    """Both ends are included, either may be open, and an unpaid order has no purchase day."""
    assert ids(either, query) == listed


@pytest.mark.parametrize(
    "alias", ["css_at=2020-01-01&cse_at=2020-12-31", "cse_at=2024-01-01", "css_at=2030-01-01", "css_at=&cse_at="]
)
def test_canonical_date_keys_win(either: World, alias: str) -> None:
    """Where both spellings are given, search_date_* count, in whatever order."""
    canonical = "search_date_from=2025-01-01&search_date_to=2025-01-31"
    assert ids(either, f"{canonical}&{alias}") == ids(either, f"{alias}&{canonical}") == JANUARY


def test_an_empty_canonical_key_leaves_the_alias(either: World) -> None:
    """An empty value is none, so the other spelling counts."""
    assert ids(either, "search_date_from=&search_date_to=&css_at=2025-01-01&cse_at=2025-01-31") == JANUARY


def any_case(text: str) -> str:
    """The text in the case that keyword search compares."""
    return text.casefold()


FILTERS: list[tuple[str, str, Callable[[dict[str, Any]], bool]]] = [
    *(
        ("user_id", v, lambda r, v=v: r["user_id"] == v)
        for v in sorted({*(r["user_id"] for r in ROWS), "USER_ID_HERE"})
    ),
    *(
        ("user_group_id", v, lambda r, v=v: r["user_group_id"] == v)
        for v in sorted({*(r["user_group_id"] for r in ROWS if r["user_group_id"]), "None", "null"})
    ),
    *(
        ("order_subscription_ids", v, lambda r, v=v: bool(set(v.split(",")) & set(r["order_subscription_ids"])))
        for v in (
            "685b7b10b0eacea5cd974a93",
            "6973336e4346c992dc19ed61",
            "685b7b10b0eacea5cd974a93,6973336e4346c992dc19ed61",
            "nothing",
        )
    ),
    *(("subscription_billing_type", v, lambda r, v=v: r["subscription_billing_type"] == int(v)) for v in "012"),
    *(
        (
            "keyword",
            v,
            lambda r, v=v: any(any_case(v) in any_case(r[k]) for k in ("order_id", "order_name", "receipt_id")),
        )
        for v in (
            "프리미엄",
            "구독 1회차",
            "텀블러 500ML",
            "500ml",
            "b0eacea5cd974f",
            "B0EACEA5CD974F0A",
            "a1c2d3e4f5a60009",
            "68707c59b0eacea5cd974efd",
            "홍길동",
            "25071182085082524116",
            "user@example.com",
            "%",
            ".*",
            "\n",
            "efd\n프",
            " ",
        )
    ),
    *(
        ("status", v, lambda r, v=v: r["status"] in map(int, v.split(",")))
        for v in ("0", "1", "2", "3", "4", "0,2", "9")
    ),
    *(
        ("payment_status", v, lambda r, v=v: r["receipt_status"] in map(int, v.split(",")))
        for v in ("0", "1", "20", "0,20")
    ),
    *(("css_at", v, lambda r, v=v: day(r["created_at"]) >= v) for v in ("2025-01-01", "2025-06-11", "2030-01-01")),
    *(("cse_at", v, lambda r, v=v: day(r["created_at"]) <= v) for v in ("2025-01-01", "2025-06-11", "2000-01-01")),
    *(("search_date_from", v, lambda r, v=v: day(r["created_at"]) >= v) for v in ("2025-02-01", "2025-05-30")),
    *(("search_date_to", v, lambda r, v=v: day(r["created_at"]) <= v) for v in ("2025-01-31", "2025-05-30")),
    *(("cs_type", v, lambda _: True) for v in ("c_at", "p_at")),
]


@pytest.mark.parametrize(("name", "value", "fits"), FILTERS, ids=[f"{name}={value}" for name, value, _ in FILTERS])
def test_each_parameter_alone(either: World, name: str, value: str, fits: Callable[[dict[str, Any]], bool]) -> None:
    """Each parameter lists exactly the orders of which the page's sentence about it is true."""
    assert ids(either, urlencode({name: value})) == [row["order_id"] for row in rows_of(either) if fits(row)]
    assert either.places == []


@pytest.mark.parametrize(
    ("profile", "statuses", "payments", "given_back"),
    [
        ("documented", {0, 1, 2, 3, 4}, {0, 1}, {1}),
        ("observed", {0, 1, 2, 3, 4, 5, 8, 10, 11, 12}, {0, 1, 2, 5, 20}, {20}),
    ],
)
def test_statuses_are_the_profiles(profile: str, statuses: set[int], payments: set[int], given_back: set[int]) -> None:
    """The page has fewer numbers than the SDKs: `documented` shows and filters by those only, derived orders too."""
    rows = [row for page in range(1, 6) for row in shop_of(profile).orders(f"limit=50&page={page}").json["list"]]
    assert {row["status"] for row in rows} == statuses
    assert {row["receipt_status"] for row in rows} == payments
    assert {row["receipt_status"] for row in rows if row["status"] == 4} == given_back
    for name, key in (("status", "status"), ("payment_status", "receipt_status")):
        for value in (0, 1, 2, 3, 4, 5, 8, 10, 11, 12, 20):
            counted = shop_of(profile).orders(f"{name}={value}").json["count"]
            assert counted == sum(row[key] == value for row in rows)


def test_a_receipt_id_is_found_and_not_shown(either: World) -> None:
    """The keyword looks into receipt_id, which no row has."""
    answer = either.orders("keyword=68707c5aa1c2d3e4f5a60000")
    assert [row["order_id"] for row in answer.json["list"]] == [DOCUMENTED]
    assert "68707c5aa1c2d3e4f5a60000" not in answer.body.decode()


@pytest.mark.parametrize(
    "query",
    [
        "status=0,2",
        "status=0%2C2",
        "status=0&status=2",
        "status[]=0&status[]=2",
        "status=0,,,2",
        "status[0]=0&status[1]=2",
    ],
)
def test_statuses_come_in_many_forms(either: World, query: str) -> None:
    """An order of any of the statuses is listed, however the array is written."""
    assert ids(either, query) == [row["order_id"] for row in ROWS if row["status"] in (0, 2)]


def test_filters_are_joined_by_and(either: World) -> None:
    """Two filters list what fits both."""
    listed = ids(either, "status=2&payment_status=1&user_id=67e4b4425ec892162491d0ec&css_at=2025-02-01")
    assert listed == [DOCUMENTED, AFTER]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", 20),
        ("page=1", 20),
        ("limit=7", 7),
        ("limit=50", 50),
        ("limit=51", 50),
        ("limit=1000000", 50),
        ("limit=99999999999999999999999", 50),
        ("limit=0", 20),
        ("limit=-1", 20),
        ("page=0", 20),
        ("page=-3", 20),
        ("page=0&limit=0", 20),
        ("page=11", 15),
        ("page=12", 0),
        ("page=5&limit=50", 15),
        ("page=999999999999999999&limit=50", 0),
        ("page=99999999999999999999999", 0),
    ],
)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_size_of_a_page(profile: str, query: str, rows: int) -> None:
    """Defaults 1 and 20, limit clamped at 50, below 1 the default, past the end nothing; count is always the total."""
    world = shop_of(profile)
    answer = world.orders(query)
    assert answer.status == 200
    assert len(answer.json["list"]) == rows
    assert answer.json["count"] == BOOTPAY_ORDERS + 200


@cache
def shop_of(profile: str) -> World:
    """A shop of 215 orders in a profile."""
    return World(profile=profile, orders=200)


def fits_all(row: Mapping[str, Any], wanted: dict[str, Any]) -> bool:
    """The filters written once more, over a whole order as `documented` sees it."""
    date = day(row["purchased_at"] if wanted.get("cs_type") == "p_at" else row["created_at"])
    seen = show(row, "documented")
    checks: dict[str, Callable[[Any], bool]] = {
        "status": lambda v: seen["status"] in v,
        "payment_status": lambda v: seen["receipt_status"] in v,
        "user_id": lambda v: row["user_id"] == v,
        "subscription_billing_type": lambda v: row["subscription_billing_type"] == v,
        "keyword": lambda v: v in row["order_name"],
        "order_subscription_ids": lambda v: bool(set(v) & set(row["order_subscription_ids"])),
        "search_date_from": lambda v: bool(date) and date >= v,
        "search_date_to": lambda v: bool(date) and date <= v,
        "cs_type": lambda _: True,
    }
    return all(checks[name](value) for name, value in wanted.items())


DAYS = st.dates(min_value=datetime(2024, 10, 1).date(), max_value=datetime(2025, 8, 1).date()).map(str)  # noqa: DTZ001
WANTED = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(st.integers(0, 5), min_size=1, max_size=4),
        "payment_status": st.lists(st.sampled_from([0, 1, 5, 20]), min_size=1, max_size=3),
        "user_id": st.sampled_from([f"67e4b4425ec892162491d{n:03x}" for n in (0xE00, 0xE01, 0xE04, 0x0EC, 0x0ED)]),
        "subscription_billing_type": st.integers(0, 2),
        "keyword": st.sampled_from(["머그컵", "컵", " 1", "구독", "없음"]),
        "order_subscription_ids": st.lists(
            st.sampled_from(["685b7b10b0eacea5cd974a93", "685b7b10b0eacea5cd974a01", "685b7b10b0eacea5cd974a0f"]),
            min_size=1,
            max_size=3,
        ),
        "search_date_from": DAYS,
        "search_date_to": DAYS,
        "cs_type": st.sampled_from(["c_at", "p_at"]),
    },
)


@settings(max_examples=120)
@given(WANTED, st.integers(1, 60))
def test_pages_together_are_the_filtered_set(wanted: dict[str, Any], limit: int) -> None:
    """Whatever is filtered and however large a page is: nothing is lost, nothing comes twice, order and count hold."""
    world = shop_of("documented")
    query = urlencode({k: ",".join(map(str, v)) if isinstance(v, list) else v for k, v in wanted.items()})
    expected = [row["order_id"] for row in world.session.shops["bootpay"].orders if fits_all(row, wanted)]
    listed: list[str] = []
    for page in range(1, 217):
        body = world.orders(f"{query}&page={page}&limit={limit}").json
        assert body["count"] == len(expected)
        if not body["list"]:
            break
        listed += [row["order_id"] for row in body["list"]]
    assert listed == expected


# What SDKs and their callers are known to send (bootpay.md 8), and how many orders the lenient profile lists for it.
TOLERATED = [
    ("page=True", ["query/page"], 15),
    ("limit=20.0", ["query/limit"], 15),
    ("page=True&limit=20.0", ["query/limit", "query/page"], 15),
    ("limit=abc", ["query/limit"], 15),
    ("page=None&limit=null", ["query/limit", "query/page"], 15),
    ("status=None%2C2", ["query/status"], 7),
    ("status=abc", ["query/status"], 15),
    ("payment_status=paid", ["query/payment_status"], 15),
    ("subscription_billing_type=9", ["query/subscription_billing_type"], 15),
    ("cs_type=created", ["query/cs_type"], 15),
    ("css_at=2025/01/01", ["query/css_at"], 15),
    ("cse_at=20250101", ["query/cse_at"], 15),
    ("search_date_from=2025-02-30", ["query/search_date_from"], 15),
    ("search_date_from=bad&css_at=2025-07-11", ["query/search_date_from"], 2),
]


@pytest.mark.parametrize(("query", "places", "listed"), TOLERATED)
def test_a_wrong_type_as_documented(world: World, query: str, places: list[str], listed: int) -> None:
    """The documented profile refuses it with a 400 in the page's envelope and tells which parameter it was."""
    del listed
    answer = world.orders(query)
    assert answer.status == 400
    assert list(answer.json) == ["status", "code", "message", "data"]
    assert sorted(world.places) == places
    assert all(place in answer.note for place in places)


@pytest.mark.parametrize(("query", "places", "listed"), TOLERATED)
def test_a_wrong_type_as_observed(observed: World, query: str, places: list[str], listed: int) -> None:
    """The observed profile ignores it as the real server does; the journal has the violation."""
    answer = observed.orders(query)
    assert (answer.status, answer.json["count"]) == (200, listed)
    assert sorted(observed.places) == places


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("status=0%2C%2C%2C2", 9),
        ("status=%2C2", 7),
        ("status=&payment_status=&page=1", 15),
        ("page=0&limit=0", 15),
        ("keyword=&user_id=", 15),
        ("keyword=%ED%94%84%EB%A6%AC%EB%AF%B8%EC%97%84+%EA%B5%AC%EB%8F%85", 2),
        ("member_type=1&s_at=2025-01-01", 15),
        ("limit=50&page=1&status=2", 7),
        ("user_id=USER_ID_HERE", 0),
    ],
)
def test_what_sdks_send_is_answered(either: World, query: str, listed: int) -> None:
    """Empty items and values, zeros, unknown keys and any order of keys are a 200 in both profiles."""
    answer = either.orders(query)
    assert (answer.status, answer.json["count"]) == (200, listed)


def test_unknown_keys_are_noted(either: World) -> None:
    """A key that is not a parameter filters nothing, and the journal has it."""
    assert either.orders("receipt_status=1&limits=3").json["count"] == 15
    assert sorted(place.replace("'", "") for place in either.places) == ["query/limits", "query/receipt_status"]


@settings(max_examples=150)
@given(st.text(max_size=120), st.sampled_from(PROFILES))
def test_no_query_is_a_server_error(query: str, profile: str) -> None:
    """Whatever follows the question mark, the answer is a list or a 400."""
    assert shop_of(profile).orders(query).status in (200, 400)


@settings(max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from(["page", "limit", "status", "keyword", "cs_type", "css_at", "user_id", "status[]"]),
        st.sampled_from(["True", "20.0", "None", "abc", "0,,,2", ",", "-1", "0", "१", "\x00", "2025-01-01"])
        | st.text(),
    ),
    st.sampled_from(PROFILES),
)
def test_no_value_is_a_server_error(query: dict[str, str], profile: str) -> None:
    """Whatever a parameter is given, the answer is a list or a 400."""
    assert shop_of(profile).orders(urlencode(query)).status in (200, 400)


@pytest.mark.parametrize("path", ["/v1/orders/", "/v1//orders", "//v1/orders", "/v1/orders//"])
def test_stray_slashes_are_overlooked(either: World, path: str) -> None:
    """SDKs with a slash too many in their base URL are answered."""
    assert either.call("GET", f"{path}?status=2", authorization=basic(*KEYS)).json["count"] == 7


@pytest.mark.parametrize("order", ["68707c59b0eacea5cd974eff", "00000000000000000000", "ORDER_12345", "%ED%95%9C"])
def test_an_unknown_order(either: World, order: str, reference: Callable[[str], bytes]) -> None:
    """Order detail is not served, but of an order that is not there the known answer is given."""
    answer = either.call("GET", f"/v1/orders/{order}", authorization=basic(*KEYS))
    assert answer.status == 404
    page = json.loads(reference("bootpay_payloads/error_404_3700.json"))
    if either.session.profile == "documented":
        assert list(answer.json.items()) == list(page.items())
    else:
        assert answer.json == {"error_code": "ORDER_NOT_FOUND", "message": page["message"]}
