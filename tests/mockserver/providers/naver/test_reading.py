"""Querying, listing and following product orders."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mockserver.providers.naver.test_actions import OTHERS, UNKNOWN, confirm, dispatch, query
from tests.mockserver.world import NOW, STATIC_TOKEN, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_mockserver.core.session.options import PayloadDates

TODAY = "2026-03-04T00:00:00.000+09:00"
GUIDES = "2023010112345001"


def listed(world: World, **values: Any) -> list[str]:
    """Ids of a list of today, unless other values are given."""
    answer = world.naver("GET", "", None, **{"from": TODAY, **values})
    assert answer.status == 200, answer.json
    return [each["productOrderId"] for each in answer.json["data"]["contents"]]


def changes(world: World, **values: Any) -> Any:
    """`data` of the feed of today, unless other values are given."""
    answer = world.naver("GET", "/last-changed-statuses", None, **{"lastChangedFrom": TODAY, **values})
    assert answer.status == 200, answer.json
    return answer.json["data"]


def iter_pages(world: World, **values: Any) -> Iterator[list[dict[str, Any]]]:
    """Pages of the feed, one after the other, as a client goes through them."""
    while True:
        data = changes(world, **values)
        assert data["count"] == len(data["lastChangeStatuses"])
        yield data["lastChangeStatuses"]
        if "more" not in data:
            return
        values |= {"lastChangedFrom": data["more"]["moreFrom"], "moreSequence": data["more"]["moreSequence"]}


def test_a_query_keeps_the_order_of_the_ids(either: World) -> None:
    """Placed, packaged and derived product orders come as asked for; unknown and other sellers' ones are left out."""
    world = World(profile=either.session.profile, orders=5)
    (placed,) = world.place()
    derived = [
        id_ for order in world.session.shops["naver"].book.seed.iter_unfinished() for id_ in order.product_order_ids
    ]
    wanted = [derived[3], placed, GUIDES, derived[0]]
    ids = [wanted[0], UNKNOWN, wanted[1], OTHERS, *wanted[2:], "", "x"]
    assert [each["productOrder"]["productOrderId"] for each in query(world, *ids)] == wanted


@pytest.mark.parametrize("template", ["single", "options", "bundle", "gift", "preorder", "direct", "fulfillment"])
def test_fields_are_those_of_the_page(either: World, reference: Callable[[str], bytes], template: str) -> None:
    """No key that the page does not have, none null, order money though zero, no discount detail that is zero."""
    known = json.loads(reference("workflow_payloads/naver_query_field_table.json"))["fields"]
    ids = either.place(template, 2, quantity=2)
    dispatch(either, *ids)
    either.clock.advance(20 * 86_400)
    for details in query(either, *ids):
        assert list(details) in (["productOrder", "order", "delivery"], ["productOrder", "order"])
        for block, fields in details.items():
            assert {name for name in fields if f"{name}[]" not in known[block]} <= known[block].keys()
            assert None not in fields.values()
        order, product_order = details["order"], details["productOrder"]
        assert order["naverMileagePaymentAmount"] == order["chargeAmountPaymentAmount"] == 0
        assert "productImediateDiscountAmount" not in product_order
        total = (product_order["unitPrice"] + product_order["optionPrice"]) * product_order["quantity"]
        assert product_order["totalProductAmount"] == total
        fees = (
            "paymentCommission",
            "knowledgeShoppingSellingInterlockCommission",
            "saleCommission",
            "channelCommission",
        )
        settled = product_order["totalPaymentAmount"] - sum(product_order[fee] for fee in fees)
        assert product_order["expectedSettlementAmount"] == settled


def test_quantity_claims_only_for_those_who_know_them(world: World) -> None:
    """Keys in initial* and remain* are there if quantityClaimCompatibility is true, in a query and in a list."""
    (id_,) = world.place()
    for flag in (None, False, True):
        body = {"productOrderIds": [id_]} | ({} if flag is None else {"quantityClaimCompatibility": flag})
        (details,) = world.naver("POST", "/query", body).json["data"]
        query_values = {} if flag is None else {"quantityClaimCompatibility": str(flag).lower()}
        found = world.naver("GET", "", None, **{"from": TODAY, **query_values}).json["data"]["contents"]
        content = next(each["content"] for each in found if each["productOrderId"] == id_)
        for product_order in (details["productOrder"], content["productOrder"]):
            assert any(name.startswith(("initial", "remain")) for name in product_order) is (flag is True)
            assert product_order["quantity"] == 1


@pytest.mark.parametrize(
    ("profile", "dates", "end"),
    [
        ("documented", "auto", ".000+09:00"),
        ("documented", "cut", ".0+09:00"),
        ("observed", "auto", ".0+09:00"),
        ("observed", "milliseconds", ".000+09:00"),
    ],
)
def test_how_moments_of_payloads_end(profile: str, dates: PayloadDates, end: str) -> None:
    """Three digits of a second, or zeros at its end cut but for one, as the profile has it or the option says.

    A client that goes on from `more` is not lost by either, and the envelope always has three digits.
    """
    world = World(profile=profile, payload_dates=dates, at=NOW - 7.089)
    (id_,) = world.place()
    text = f"2026-03-04T14:06:00{end}"
    details = query(world, id_)[0]
    assert (details["order"]["orderDate"], details["order"]["paymentDate"]) == (text, text)
    assert details["productOrder"]["shippingDueDate"] == f"2026-03-07T23:59:59{end}"
    (row,) = changes(world, lastChangedFrom=text)["lastChangeStatuses"]
    assert (row["lastChangedDate"], row["paymentDate"]) == (text, text)
    world.clock.advance(0.976)
    dispatch(world, id_, *world.place())
    answer = world.naver("GET", "/last-changed-statuses", lastChangedFrom=text, limitCount=1)
    assert answer.json["timestamp"] == "2026-03-04T14:06:00.976+09:00"
    assert answer.json["data"]["more"]["moreFrom"] == "2026-03-04T14:06:00.976+09:00"
    world.clock.advance(0.524)
    assert world.naver("POST", "/query", {"productOrderIds": [id_]}).json["timestamp"].endswith(":01.500+09:00")


def test_three_hundred_at_most(either: World) -> None:
    """300 ids are answered and 301 are a 4000, which says nothing of any."""
    assert len(query(either, *[GUIDES] * 300)) == 300
    answer = either.naver("POST", "/query", {"productOrderIds": [GUIDES] * 301})
    assert (answer.status, answer.json["code"]) == (400, "4000")


@pytest.mark.parametrize(
    "body", [{}, {"productOrderIds": []}, {"productOrderIds": [1]}, {"productOrderIds": GUIDES}, []]
)
def test_a_query_that_is_none(either: World, body: Any) -> None:
    """No ids, none in the list, and an id that is not text are refused by the profile's code for a body."""
    answer = either.naver("POST", "/query", body)
    code = "4000" if either.session.profile == "documented" else "000400"
    assert (answer.status, answer.json["code"]) == (400, code)


@pytest.mark.parametrize(
    ("path", "begin", "end"), [("", "from", "to"), ("/last-changed-statuses", "lastChangedFrom", "lastChangedTo")]
)
def test_windows(either: World, path: str, begin: str, end: str) -> None:
    """24 hours are the longest, an offset or Z will do, a window that ends before it begins or has no beginning not."""
    long = "104139" if either.session.profile == "documented" else "104140"
    for since, until, code in (
        (TODAY, "2026-03-05T00:00:00.000+09:00", None),
        (TODAY, "2026-03-04T15:00:00.000Z", None),
        (TODAY, "2026-03-05T00:00:00.001+09:00", long),
        ("2026-02-25T00:00:00.000+09:00", "2026-03-04T00:00:00.000+09:00", long),
        (TODAY, "2026-03-03T23:59:59.999+09:00", "4000"),
        (None, TODAY, "4000"),
        ("", TODAY, "4000"),
        ("2026-03-04", TODAY, "4000"),
    ):
        values = {begin: since, end: until} if since is not None else {end: until}
        answer = either.naver("GET", path, None, **values)
        assert (answer.status, answer.json.get("code")) == (400 if code else 200, code), (since, until)
    for text in ({}, {end: ""}):
        assert either.naver("GET", path, None, **{begin: TODAY}, **text).status == 200
    missing = either.naver("GET", path)
    assert missing.json["message"] == f"{begin} 필드는 필수값"


def test_both_ends_of_a_window_belong_to_it(world: World) -> None:
    """What happened in its first or its last millisecond is found, by the feed and by a list."""
    (id_,) = world.place()
    at = "2026-03-04T14:06:07.089+09:00"
    before, after = "2026-03-04T14:06:07.088+09:00", "2026-03-04T14:06:07.090+09:00"
    for since, until, wanted in (
        (at, at, [id_]),
        (before, at, [id_]),
        (at, after, [id_]),
        (after, after, []),
        (before, before, []),
    ):
        assert listed(world, **{"from": since, "to": until}) == wanted
        rows = changes(world, lastChangedFrom=since, lastChangedTo=until)["lastChangeStatuses"]
        assert [row["productOrderId"] for row in rows] == wanted


def test_what_a_list_filters(world: World) -> None:
    """Statuses joined by commas or repeated, empty ones filter nothing, an unknown one fits nothing, others narrow."""
    unpaid, paid, sent = world.place(productOrderStatus="PAYMENT_WAITING"), world.place(), world.place()
    fulfilled = world.place("fulfillment")
    confirm(world, *paid)
    dispatch(world, *sent)
    window = {"from": "2026-03-04T14:06:00.000+09:00", "rangeType": "ORDERED_DATETIME"}
    everything = sorted(unpaid + paid + sent + fulfilled)
    for values, wanted in (
        ({}, everything),
        ({"productOrderStatuses": ""}, everything),
        ({"productOrderStatuses": "", "claimStatuses": ""}, everything),
        ({"productOrderStatuses": "PAYED"}, paid + fulfilled),
        ({"productOrderStatuses": "PAYED,DELIVERING"}, paid + sent + fulfilled),
        ({"productOrderStatuses": "RETURN_INIT"}, []),
        ({"claimStatuses": "CANCEL_REQUEST"}, []),
        ({"placeOrderStatusType": "OK"}, paid + sent),
        ({"placeOrderStatusType": "NOT_YET", "productOrderStatuses": "PAYED"}, fulfilled),
        ({"fulfillment": "true"}, fulfilled),
        ({"fulfillment": "false", "productOrderStatuses": "PAYED"}, paid),
        ({"rangeType": "PAYED_DATETIME"}, paid + sent + fulfilled),
        ({"rangeType": "DISPATCHED_DATETIME"}, sent),
        ({"rangeType": "CLAIM_REQUESTED_DATETIME"}, []),
        ({"size": "1", "orderStatus": "x"}, everything),
    ):
        assert sorted(listed(world, **{**window, **values})) == sorted(wanted), values
    repeated = "&".join(f"productOrderStatuses={status}" for status in ("PAYED", "DELIVERING"))
    answer = world.call(
        "GET",
        f"/external/v1/pay-order/seller/product-orders?from={quote(TODAY)}&{repeated}",
        authorization=f"Bearer {STATIC_TOKEN}",
    )
    assert set(paid + sent) < {each["productOrderId"] for each in answer.json["data"]["contents"]}


def test_pages_of_a_list(world: World) -> None:
    """Pages hold each product order once, sorted by the moment and the id, and say whether another follows."""
    for _ in range(4):
        world.place("options", 3)
        world.clock.advance(1)
    window = {"from": "2026-03-04T14:06:00.000+09:00"}
    everything = listed(world, **window)
    assert len(everything) == len(set(everything)) == 12
    for size in (1, 5, 12, 300):
        pages = []
        for page in range(1, 20):
            data = world.naver("GET", "", None, **window, page=page, pageSize=size).json["data"]
            assert data["pagination"] == {"page": page, "size": size, "hasNext": page * size < 12}
            pages += [each["productOrderId"] for each in data["contents"]]
            if not data["pagination"]["hasNext"]:
                break
        assert pages == everything


def test_a_list_of_derived_orders() -> None:
    """By any date, a list of a day has exactly the derived product orders that it happened to on that day."""
    world = World(orders=2_000)
    book = world.session.shops["naver"].book
    items = list(book.iter_items())
    for column in ("ORDERED_DATETIME", "PAYED_DATETIME", "DISPATCHED_DATETIME", "PURCHASE_DECIDED_DATETIME"):
        for day in ("2026-10-27", "2026-10-20", "2026-10-14", "2026-08-15"):
            values = {"from": f"{day}T00:00:00.000+09:00", "to": f"{day}T23:59:59.999+09:00", "rangeType": column}
            wanted = [item.id for item in items if _is_on(day, item.moments.get(column))]
            found = listed(world, **values)
            assert sorted(found) == sorted(wanted), (column, day)
    wanted = [item.id for item in items if _is_on("2026-10-14", item.feed["at"])]
    rows = [
        row
        for page in iter_pages(
            world,
            lastChangedFrom="2026-10-14T00:00:00.000+09:00",
            lastChangedTo="2026-10-14T23:59:59.999+09:00",
            limitCount=7,
        )
        for row in page
    ]
    assert wanted
    assert sorted(row["productOrderId"] for row in rows) == sorted(wanted)


def test_the_feed_has_the_newest_row_of_each(world: World) -> None:
    """One row for a product order, with what was newest of its events; a filter looks at that one only."""
    (id_,) = world.place()
    world.clock.advance(60)
    dispatch(world, id_)
    rows = [row for row in changes(world)["lastChangeStatuses"] if row["productOrderId"] == id_]
    assert [row["lastChangedType"] for row in rows] == ["DISPATCHED"]
    assert id_ not in [row["productOrderId"] for row in changes(world, lastChangedType="PAYED")["lastChangeStatuses"]]
    assert id_ in [row["productOrderId"] for row in changes(world, lastChangedType="DISPATCHED")["lastChangeStatuses"]]
    world.clock.advance(3 * 86_400)
    assert query(world, id_)[0]["productOrder"]["productOrderStatus"] == "DELIVERED"
    (row,) = [row for row in changes(world)["lastChangeStatuses"] if row["productOrderId"] == id_]
    assert (row["lastChangedType"], row["productOrderStatus"]) == ("DISPATCHED", "DELIVERING")


def test_no_changes(world: World) -> None:
    """An empty feed is an empty list, a count of 0 and no `more`."""
    assert changes(world, lastChangedFrom="2020-01-01T00:00:00.000+09:00") == {"lastChangeStatuses": [], "count": 0}


@pytest.mark.parametrize("limit", [301, 10**9])
def test_more_rows_than_there_may_be(world: World, limit: int) -> None:
    """A larger limitCount is taken as 300, not refused."""
    for _ in range(11):
        world.place("options", 30)
    data = changes(world, limitCount=limit)
    assert data["count"] == 300
    assert "more" in data


@settings(max_examples=30)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    gaps=st.lists(st.integers(0, 2), min_size=6, max_size=6),
    limit=st.integers(1, 9),
)
def test_pages_of_the_feed_miss_nothing(sizes: list[int], gaps: list[int], limit: int) -> None:
    """With any limit, pages hold every row once, sorted by moment and id, those of one instant too."""
    world = World(profile="observed", limits="off")
    placed = []
    for size, gap in zip(sizes, gaps, strict=False):
        placed += world.place("options", size)
        world.clock.advance(gap)
    values = {"lastChangedFrom": "2026-03-04T14:06:00.000+09:00"}
    pages = list(iter_pages(world, **values, limitCount=limit))
    rows = [row for page in pages for row in page]
    assert all(len(page) == limit for page in pages[:-1])
    assert rows == [row for page in iter_pages(world, **values) for row in page]
    assert sorted(row["productOrderId"] for row in rows) == sorted(placed)


def test_a_poller_misses_nothing(world: World) -> None:
    """Rows that move while a poller goes through the pages may come again; each change is seen in the end."""
    ids = world.place("options", 10)
    seen: dict[str, str] = {}
    values = {"lastChangedFrom": "2026-03-04T14:06:00.000+09:00", "limitCount": 3}
    for number, page in enumerate(iter_pages(world, **values)):
        seen |= {row["productOrderId"]: row["lastChangedType"] for row in page}
        if number < 3:
            world.clock.advance(1)
            dispatch(world, ids[number], ids[9 - number])
    assert seen == {id_: "DISPATCHED" if id_ in (*ids[:3], *ids[7:]) else "PAYED" for id_ in ids}


def test_another_book_over_the_same_state(world: World) -> None:
    """What one process remembers follows from the state: a new book finds the same, and one that was there keeps up."""
    shop = world.session.shops["naver"]
    before = _book_like(shop)
    next(before.iter_keys("feed", (0, ""), 1 << 50))
    ids = world.place("options", 3)
    confirm(world, *ids)
    dispatch(world, *ids[:2])
    world.clock.advance(3 * 86_400)
    query(world, *ids)
    for column in ("feed", "DISPATCHED_DATETIME", "due"):
        keys = list(shop.book.iter_keys(column, (0, ""), 1 << 50))
        assert keys == list(before.iter_keys(column, (0, ""), 1 << 50))
        assert keys == list(_book_like(shop).iter_keys(column, (0, ""), 1 << 50))
    assert [before.find(id_) for id_ in ids] == [shop.book.find(id_) for id_ in ids]


def test_more_events_than_the_log_keeps(world: World) -> None:
    """A book that slept while more happened than the log keeps finds all of it."""
    shop = world.session.shops["naver"]
    assert shop.book.first_due()
    sleeper = _book_like(shop)
    list(sleeper.iter_keys("feed", (0, ""), 1 << 50))
    for _ in range(340):
        world.place("options", 30)
    assert world.session.events.last > 10_000
    rows = list(sleeper.iter_keys("feed", (0, ""), 1 << 50))
    assert rows == list(shop.book.iter_keys("feed", (0, ""), 1 << 50))
    assert len(rows) > 10_200


def test_a_reset_starts_over(world: World) -> None:
    """After a reset the orders of the data are as old as in a new session, and no placed one is left in the feed."""
    first = changes(world, lastChangedFrom="2026-03-03T14:06:00.000+09:00")["lastChangeStatuses"]
    dispatch(world, *world.place())
    world.clock.advance(5 * 86_400)
    world.session.reset()
    again = changes(world, lastChangedFrom="2026-03-08T14:06:00.000+09:00")["lastChangeStatuses"]
    assert [row["productOrderId"] for row in again] == [row["productOrderId"] for row in first] != []
    assert world.session.events.last == 0


def test_seller(either: World) -> None:
    """Account and channels are plain, without the envelope of the order API."""
    headers = {"authorization": f"Bearer {STATIC_TOKEN}"}
    account = either.call("GET", "/external/v1/seller/account", **headers)
    assert set(account.json) == {"accountId", "accountUid", "grade"}
    (channel,) = either.call("GET", "/external/v1/seller/channels", **headers).json
    (id_,) = either.place()
    assert str(channel["channelNo"]) == query(either, id_)[0]["productOrder"]["merchantChannelId"]


def _book_like(shop: Any) -> Any:
    return type(shop.book)(shop.book.seed, shop.state, started=shop.book.started)


def _is_on(day: str, at: float | None) -> bool:
    return at is not None and f"{datetime.fromtimestamp(at, UTC) + timedelta(hours=9):%Y-%m-%d}" == day


@pytest.mark.parametrize("year", ["0000", "0001", "1968", "9999"])
def test_years_that_cannot_be(either: World, year: str) -> None:
    """A moment far from any order is a 4000 of all calls that take one, never an internal error; nothing is done."""
    moment, (id_,) = f"{year}-12-31T23:59:59.000-12:00", either.place()
    send = {"productOrderId": id_, "deliveryMethod": "NOTHING", "dispatchDate": moment}
    delay = {"dispatchDueDate": moment, "delayedDispatchReason": "ETC"}
    for answer in (
        either.naver("GET", "", None, **{"from": moment}),
        either.naver("GET", "/last-changed-statuses", lastChangedFrom=moment),
        either.naver("POST", "/dispatch", {"dispatchProductOrders": [send]}),
        either.naver("POST", f"/{id_}/delay", delay),
    ):
        assert (answer.status, answer.json["code"]) == (400, "4000")
        assert "1970 to 9998" in answer.note
    assert either.session.events.last == 1


@pytest.mark.parametrize("page", [10**9, 10**18, 10**20])
def test_a_page_behind_the_last(either: World, page: int) -> None:
    """It is empty, however far behind."""
    answer = either.naver("GET", "", None, **{"from": "2026-03-04T00:00:00.000+09:00"}, page=page)
    assert answer.status == 200
    assert (answer.json["data"]["contents"], answer.json["data"]["pagination"]["hasNext"]) == ([], False)
