"""Walking through Bootpay's order list with `iter_orders`."""

from __future__ import annotations

import logging
from itertools import islice
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_client import OrderPage, OrderStatus, ServerError
from jumun_client.models import Order
from jumun_client.page_walk import MAX_LIMIT, PageWalk
from jumun_mockserver import LiveServer
from tests.client.sides import Side, both_sides
from tests.packaged import BOOTPAY_ORDERS


class Shop(httpx.MockTransport):
    """An order list that pages as the server does, newest first, and lowers a limit above 50.

    Attributes:
        ids: What it holds; a test may change it between two pages.
        queries: What it was asked.
    """

    def __init__(self, total: int, *, count: int | None = None, at_most: int = MAX_LIMIT) -> None:
        super().__init__(self._answer)
        self.ids = [f"order-{number}" for number in range(total, 0, -1)]
        self.queries: list[dict[str, str]] = []
        self._count = count
        self._at_most = at_most

    @property
    def pages(self) -> list[int]:
        """The numbers of the pages that were asked for."""
        return [int(query["page"]) for query in self.queries]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.queries.append(query)
        assert len(self.queries) < 100, "the walk does not end"
        limit = min(int(query["limit"]), self._at_most)
        first = (int(query["page"]) - 1) * limit
        count = len(self.ids) if self._count is None else self._count
        rows = [{"order_id": each} for each in self.ids[first : first + limit]]
        return httpx.Response(200, json={"count": count, "list": rows})

    def receive(self, number: int) -> None:
        """Orders come in, at the front."""
        self.ids[:0] = [f"new-{len(self.ids)}-{n}" for n in range(number)]


def ids_of(orders: Any) -> list[str]:
    """All order ids of a walk."""
    return [order.order_id for order in orders]


@both_sides
@pytest.mark.parametrize("total", [0, 1, 49, 50, 51, 100, 120])
def test_every_order_once(side: Side, total: int) -> None:
    """All orders come, each once, in the order of the list, with no more calls than a page that is not full needs."""
    shop = Shop(total)
    with side.bootpay(shop) as client:
        assert ids_of(client.iter_orders()) == shop.ids
    assert shop.pages == list(range(1, total // 50 + 2))
    assert {query["limit"] for query in shop.queries} == {"50"}


@both_sides
def test_pages_come_as_they_are_wanted(side: Side) -> None:
    """Nothing is asked for before the first order is wanted, nor a page before an order of it is."""
    shop = Shop(120)
    with side.bootpay(shop) as client:
        orders = client.iter_orders()
        assert shop.pages == []
        assert len(list(islice(orders, 50))) == 50
        assert shop.pages == [1]
        assert next(orders).order_id == shop.ids[50]
        assert shop.pages == [1, 2]
        orders.close()
        assert list(orders) == []
    assert shop.pages == [1, 2]


@both_sides
def test_lowered_limit(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    """A limit that the server lowers costs no order, and the log says once what it gives."""
    shop = Shop(120)
    with caplog.at_level(logging.INFO, "jumun_client"), side.bootpay(shop) as client:
        assert ids_of(client.iter_orders(limit=100)) == shop.ids
    assert shop.pages == [1, 2, 3]
    notices = [record.getMessage() for record in caplog.records if record.name == "jumun_client"]
    assert notices == ["the server gives 50 orders a page, not 100"]


@both_sides
def test_limit_lowered_below_what_is_known(side: Side) -> None:
    """Should the server give fewer a page than documented, ``count`` says that there is more."""
    shop = Shop(45, at_most=20)
    with side.bootpay(shop) as client:
        assert ids_of(client.iter_orders()) == shop.ids
    assert shop.pages == [1, 2, 3]


@both_sides
@pytest.mark.parametrize("limit", [50, 100])
@pytest.mark.parametrize(("count", "pages"), [(0, 3), (50, 3), (119, 3), (121, 4), (10_000, 4), (-1, 3)])
def test_count_that_lies(side: Side, count: int, pages: int, limit: int, caplog: pytest.LogCaptureFixture) -> None:
    """With a ``count`` that is too small no order is lost; with one that is too large the walk ends, with a warning."""
    shop = Shop(120, count=count)
    with side.bootpay(shop) as client:
        assert ids_of(client.iter_orders(limit=limit)) == shop.ids
    assert shop.pages == list(range(1, pages + 1))
    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    missing = f"page 4 brings no new orders, though {count - 120} of {count} are missing"
    assert warned == ([missing] if count > 120 else [])


@both_sides
@pytest.mark.parametrize("count", [50, 120])
def test_server_that_does_not_page(side: Side, count: int) -> None:
    """The same page again ends the walk, whatever ``count`` is; no order comes twice."""
    shop = Shop(120, count=count)
    stuck = httpx.MockTransport(
        lambda request: shop.handle_request(httpx.Request("GET", request.url.copy_merge_params({"page": "1"})))
    )
    with side.bootpay(stuck) as client:
        assert ids_of(client.iter_orders()) == shop.ids[:50]
    assert shop.pages == [1, 1]


@both_sides
@pytest.mark.parametrize("arrivals", [1, 49, 50, 51, 130])
def test_list_that_grows(side: Side, arrivals: int) -> None:
    """Orders that come in between two pages, more than a page of them too, cost none of those that were there."""
    shop = Shop(120)
    there = list(shop.ids)
    with side.bootpay(shop) as client:
        orders = client.iter_orders()
        seen = ids_of(islice(orders, 60))
        shop.receive(arrivals)
        seen += ids_of(orders)
    assert [each for each in seen if not each.startswith("new")] == there
    assert len(set(seen)) == len(seen)


@given(
    total=st.integers(0, 30),
    limit=st.integers(1, 7),
    at_most=st.integers(1, 7),
    arrivals=st.lists(st.integers(0, 12), max_size=6),
)
def test_no_loss_and_no_duplicate(total: int, limit: int, at_most: int, arrivals: list[int]) -> None:
    """However pages are cut and orders come in, a walk over a true ``count`` gives every order there was, once."""
    shop = Shop(total, at_most=at_most)
    walk: PageWalk[OrderPage, Order] = PageWalk(
        limit=limit, noun="orders", rows=lambda page: page.orders, key=lambda order: order.order_id
    )
    there, seen = list(shop.ids), list[str]()
    waiting = iter(arrivals)
    while not walk.is_over:
        query = {name: str(value) for name, value in walk.paging.items()}
        request = httpx.Request("GET", "https://shop.test/v1/orders", params=query)
        body = shop.handle_request(request).json()
        page = OrderPage(count=body["count"], orders=tuple(Order(**row) for row in body["list"]))
        seen += ids_of(walk.take(page))
        shop.receive(next(waiting, 0))
    assert [each for each in seen if each in there] == there
    assert len(set(seen)) == len(seen)


@both_sides
def test_page_with_a_duplicate(side: Side) -> None:
    """An order that appears twice on one page comes once."""
    body = {"count": 3, "list": [{"order_id": each} for each in "abab"]}
    with side.bootpay(httpx.MockTransport(lambda _: httpx.Response(200, json=body))) as client:
        assert ids_of(client.iter_orders()) == ["a", "b"]


@both_sides
def test_filters_are_read_once(side: Side) -> None:
    """A filter that can be read only once holds for every page, and what the caller changes later changes none."""
    shop = Shop(120)
    payments = [0]
    with side.bootpay(shop) as client:
        orders = client.iter_orders(status=iter([OrderStatus.PAID, 4]), payment_status=payments, limit=60)
        payments.append(1)
        assert len(list(orders)) == 120
    assert shop.queries == [
        {"page": str(page), "limit": "60", "status": "2,4", "payment_status": "0"} for page in (1, 2, 3)
    ]


@both_sides
@pytest.mark.parametrize(
    ("options", "kind", "says"),
    [
        ({"limit": 0}, ValueError, "limit must be 1 or more"),
        ({"limit": -1}, ValueError, "limit must be 1 or more"),
        ({"limit": "50"}, TypeError, "limit must be an int"),
        ({"limit": None}, TypeError, "limit must be an int"),
        ({"limit": True}, TypeError, "limit must be an int"),
        ({"status": 2}, TypeError, "status must be a list"),
        ({"css_at": "yesterday"}, ValueError, "css_at"),
        ({"page": 2}, TypeError, "no filter 'page'"),
    ],
)
def test_wrong_arguments(side: Side, options: dict[str, Any], kind: type[Exception], says: str) -> None:
    """What cannot be asked for is refused by the call itself, before the first order is wanted."""
    shop = Shop(1)
    with side.bootpay(shop) as client, pytest.raises(kind, match=says):
        client.iter_orders(**options)
    assert not shop.queries


@both_sides
def test_page_that_fails(side: Side) -> None:
    """A page that fails raises, after the retries, and what came before it has been given."""
    shop = Shop(120)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if request.url.params["page"] == "2" else shop.handle_request(request)

    with side.bootpay(httpx.MockTransport(answer)) as client:
        orders = client.iter_orders()
        assert ids_of(islice(orders, 50)) == shop.ids[:50]
        with pytest.raises(ServerError) as caught:
            next(orders)
    assert caught.value.attempts == 3


@both_sides
@pytest.mark.parametrize("limit", [1, 4, 100])
def test_over_a_socket(side: Side, limit: int) -> None:
    """Against Jumun a walk gives all orders of the demo shop, each once, and a filtered one those of January."""
    with LiveServer() as server:
        keys: dict[str, Any] = {"client_key": server.bootpay_client_key, "secret_key": server.bootpay_secret_key}
        with side.bootpay(base_url=server.bootpay_base_url, **keys) as client:
            every = ids_of(client.iter_orders(limit=limit))
            assert len(every) == len(set(every)) == client.list_orders().count == BOOTPAY_ORDERS
            assert len(ids_of(client.iter_orders(limit=limit, css_at="2025-01-01", cse_at="2025-01-31"))) == 4
