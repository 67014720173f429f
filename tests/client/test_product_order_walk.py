"""Walking through the list of product orders over any span: windows, pages, none twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import httpx

from tests.client.world import Api

if TYPE_CHECKING:
    from tests.client.way import Way

KST = timezone(timedelta(hours=9))
START = datetime(2026, 9, 21, tzinfo=KST)


class Listing:
    """A list of paid product orders by the moment of their payment, which loses those that are sent."""

    def __init__(self, paid: dict[str, datetime], *, now: datetime) -> None:
        self.paid = paid
        self.now = now
        self.asked: list[tuple[datetime, datetime, int]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a call of the list."""
        asked = request.url.params
        since, until = (datetime.fromisoformat(asked[name]) for name in ("from", "to"))
        page, size = int(asked["page"]), int(asked.get("pageSize", 300))
        self.asked.append((since, until, page))
        found = [id_ for id_, at in sorted(self.paid.items(), key=lambda item: item[1]) if since <= at <= until]
        rows = [
            {"productOrderId": id_, "content": {"order": {"orderId": "1"}, "productOrder": {"productOrderId": id_}}}
            for id_ in found[(page - 1) * size : page * size]
        ]
        data = {"contents": rows, "pagination": {"page": page, "size": size, "hasNext": len(found) > page * size}}
        body = {"timestamp": self.now.isoformat(timespec="milliseconds"), "traceId": "t", "data": data}
        return httpx.Response(200, content=json.dumps(body))


def ids(found: Any) -> list[str]:
    """The ids of product orders."""
    return [each.product_order_id for each in found]


def hours(n: float) -> datetime:
    """So many after the start."""
    return START + timedelta(hours=n)


def test_any_span(way: Way) -> None:
    """A span is asked for in windows of 24 hours that meet; what lies on a border is given once."""
    api = Listing({str(n): hours(12 * n) for n in range(6)}, now=hours(500))
    assert ids(way.naver(api).iter_product_orders(START, hours(60))) == ["0", "1", "2", "3", "4", "5"]
    assert api.asked == [(hours(0), hours(24), 1), (hours(24), hours(48), 1), (hours(48), hours(60), 1)]


def test_up_to_the_present(way: Way) -> None:
    """Without an end it goes up to the server's present, whatever our clock says."""
    for ours in (hours(9_999), hours(-9_999)):
        api = Listing({"1": hours(47), "2": hours(49)}, now=hours(50))
        assert ids(way.naver(api, clock=ours.timestamp).iter_product_orders(START)) == ["1", "2"]
        assert [until for _, until, _ in api.asked] == [hours(24), hours(48), hours(72)]


def test_an_answer_without_a_moment(way: Way) -> None:
    """Where answers have no timestamp our clock says where the present is."""
    api = Api(httpx.Response(200, json={"data": {"contents": [], "pagination": {}}}))
    now = datetime.fromtimestamp(way.time.clock(), UTC)
    assert ids(way.naver(api).iter_product_orders(now - timedelta(hours=30))) == []
    assert len(api.requests) == 2


def test_sending_what_is_listed_hides_nothing(way: Way) -> None:
    """The pages of a window are read before its product orders are given: to send them moves no other past the walk."""
    api = Listing({str(n): hours(1) for n in range(10)}, now=hours(2))
    sent = []
    for found in way.naver(api).iter_product_orders(START, statuses=["PAYED"], page_size=3):
        sent.append(found.product_order_id)
        del api.paid[found.product_order_id]
    assert sent == [str(n) for n in range(10)]
    assert [page for _, _, page in api.asked] == [1, 2, 3, 4]


def test_a_server_that_does_not_page(way: Way) -> None:
    """Pages that bring nothing new end the window, though they say that there is another."""
    row = {"productOrderId": "1", "content": {"order": {"orderId": "1"}, "productOrder": {"productOrderId": "1"}}}
    data = {"contents": [row], "pagination": {"page": 1, "hasNext": True}}
    api = Api(httpx.Response(200, json={"timestamp": "2026-09-21T12:00:00.0+09:00", "data": data}))
    assert ids(way.naver(api).iter_product_orders(START)) == ["1"]
    assert len(api.requests) == 2


def test_filters_go_with_each_page(way: Way) -> None:
    """Filters, an iterator's items too, are sent with every window, comma-joined."""
    api = Api(httpx.Response(200, json={"data": {"contents": []}}))
    client = way.naver(api)
    walk = client.iter_product_orders(
        START,
        hours(48),
        range_type="DISPATCHED_DATETIME",
        statuses=iter(["PAYED", "DELIVERING"]),
        claim_statuses=["CANCEL_REQUEST"],
        place_order_status="OK",
        page_size=7,
        quantity_claims=False,
    )
    assert list(walk) == []
    for request in api.requests:
        assert {name: value for name, value in request.url.params.items() if name not in ("from", "to")} == {
            "rangeType": "DISPATCHED_DATETIME",
            "productOrderStatuses": "PAYED,DELIVERING",
            "claimStatuses": "CANCEL_REQUEST",
            "placeOrderStatusType": "OK",
            "page": "1",
            "pageSize": "7",
            "quantityClaimCompatibility": "false",
        }
    assert len(api.requests) == 2


def test_a_moment_is_a_span(way: Way) -> None:
    """A span may be one moment, and holds what happened then."""
    api = Listing({"1": START, "2": hours(1)}, now=hours(9))
    assert ids(way.naver(api).iter_product_orders(START, START)) == ["1"]
