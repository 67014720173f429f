"""Orders on the control plane: what a body may ask, and how the others are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_mockserver import create_app
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of a Flask application of its own."""
    with httpx.Client(
        transport=httpx.WSGITransport(app=create_app()), base_url="http://jumun.localhost/_jumun"
    ) as client:
        yield client


def place(client: httpx.Client, provider: str = "naver", **order: Any) -> dict[str, Any]:
    """Ids of what is placed."""
    answer = client.post("/orders", json={"provider": provider, **order})
    assert answer.status_code == 201, answer.text
    ids: dict[str, Any] = answer.json()
    return ids


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({}, ("provider",)),
        ({"provider": "navr"}, ("/provider", "navr", "did you mean naver")),
        ({"provider": "naver", "template": "optoins"}, ("/template", "did you mean options")),
        ({"provider": "bootpay", "template": "gift"}, ("/template", "single")),
        ({"provider": "bootpay", "product_orders": 2}, ("/product_orders",)),
        ({"provider": "naver", "product_orders": 31}, ("/product_orders", "30")),
        ({"provider": "naver", "product_orders": 0}, ("/product_orders", "1")),
        ({"provider": "naver", "count": 1_001}, ("/count", "1000")),
        ({"provider": "naver", "wiht": {}}, ("wiht", "did you mean with?")),
        ({"provider": "naver", "with": []}, ("/with", "object")),
        ({"provider": "naver", "with": {"quantty": 1}}, ("/with", "quantty", "did you mean quantity")),
        ({"provider": "naver", "with": {"shippingAddress": {"te1": "1"}}}, ("/with/shippingAddress", "tel1")),
        ({"provider": "naver", "with": {"hopeDelivery": {"hopeDeliveryYmd": "0310"}}}, ("/with/hopeDelivery", "0-9")),
        ({"provider": "naver", "with": {"quantity": "2"}}, ("/with/quantity", "integer")),
        ({"provider": "naver", "with": {"productOrderStatus": "DELIVERED"}}, ("/with/productOrderStatus", "PAYED")),
        (
            {"provider": "naver", "with": {"order_name": "x"}},
            ("/with must not have", "order_name", "did you mean ordererName?"),
        ),
        ({"provider": "bootpay", "with": {"status": 2}}, ("/with", "status")),
        ({"provider": "bootpay", "with": {"price": -1}}, ("/with/price", "0")),
    ],
)
def test_an_order_that_cannot_be_placed(client: httpx.Client, order: dict[str, Any], says: tuple[str, ...]) -> None:
    """A wrong order is a 422 that names what is wrong and what would be right, and nothing is placed."""
    answer = client.post("/orders", json=order)
    assert answer.status_code == 422
    assert all(word in answer.json()["detail"] for word in says), answer.text
    assert client.get("/events").json()["last"] == 0


def test_a_whole_number_however_it_is_written(client: httpx.Client) -> None:
    """2.0 is an integer in JSON Schema, and amounts made of it are whole."""
    order: dict[str, Any] = {"product_orders": 1.0, "count": 1.0, "with": {"quantity": 2.0}}
    (id_,) = place(client, **order)["product_order_ids"]
    data = client.get(f"/orders/{id_}").json()["data"]
    assert [repr(data["productOrder"][key]) for key in ("quantity", "initialQuantity")] == ["2", "2"]
    assert isinstance(data["order"]["generalPaymentAmount"], int)


def test_several_orders_at_once(client: httpx.Client) -> None:
    """With a count above 1 the ids of each order are in a list; each order has its own."""
    many = place(client, count=3)["orders"]
    assert len({each["order_id"] for each in many}) == 3
    assert [each["order_id"] for each in client.get("/events").json()["events"]] == [each["order_id"] for each in many]
    assert "order_number" in place(client, "bootpay", count=2)["orders"][1]


def test_pages_of_orders(client: httpx.Client) -> None:
    """All orders come once, page by page; `provider` leaves out the others."""
    place(client, "bootpay", count=5)
    place(client, template="bundle")
    found: list[str] = []
    while True:
        page = client.get("/orders", params={"skip": len(found), "limit": 7}).json()
        found += [order["id"] for order in page["orders"]]
        if not page["more"]:
            break
        assert len(page["orders"]) == 7
    assert len(found) == len(set(found)) == (3 + 10) + (5 + BOOTPAY_ORDERS)
    bootpay = client.get("/orders", params={"provider": "bootpay"}).json()["orders"]
    assert [order["id"] for order in bootpay] == found[-20:]
    assert {order["provider"] for order in bootpay} == {"bootpay"}


@pytest.mark.parametrize(
    ("query", "says"), [("provider=navr", "naver"), ("limit=0", "1 to 1000"), ("skip=x", "number")]
)
def test_a_page_that_there_is_not(client: httpx.Client, query: str, says: str) -> None:
    """A query that cannot be meant is a 400 that says why."""
    answer = client.get(f"/orders?{query}")
    assert answer.status_code == 400
    assert says in answer.json()["detail"]


def test_an_action_and_its_events(client: httpx.Client) -> None:
    """An action answers with its events as the log has them; what is not possible now is a 422 that says what is."""
    id_ = place(client, "bootpay")["order_id"]
    assert client.get(f"/orders/{id_}").json()["actions"][0] == "pay"
    made = client.post(f"/orders/{id_}/actions", json={"action": "pay"}).json()["events"]
    assert made == client.get("/events?after=1").json()["events"]
    refused = client.post(f"/orders/{id_}/actions", json={"action": "pay"})
    assert refused.status_code == 422
    assert "possible now: request_cancel, confirm" in refused.json()["detail"]


def test_product_orders_that_some_calls_need(client: httpx.Client) -> None:
    """A wished day of delivery that can be moved, and a product that only logistics sends, can be placed."""
    wish: dict[str, Any] = {"with": {"hopeDelivery": {"hopeDeliveryYmd": "20990101", "region": "서울"}}}
    contract: dict[str, Any] = {"with": {"logisticsDirectContracted": True}}
    wished, contracted = place(client, **wish), place(client, template="fulfillment", **contract)
    (id_,), (other,) = wished["product_order_ids"], contracted["product_order_ids"]
    data = client.get(f"/orders/{id_}").json()["data"]
    assert data["productOrder"]["hopeDelivery"] == {"hopeDeliveryYmd": "20990101", "region": "서울"}
    base = "http://jumun.localhost/external/v1/pay-order/seller/product-orders"
    headers = {"authorization": "Bearer your_access_token_here"}
    day = datetime.now(UTC) + timedelta(days=9)
    body = {"hopeDeliveryYmd": f"{day:%Y%m%d}", "changeReason": "재고"}
    moved = client.post(f"{base}/{id_}/hope-delivery/change", headers=headers, json=body).json()["data"]
    assert moved["successProductOrderIds"] == [id_]
    refused = client.post(f"{base}/confirm", headers=headers, json={"productOrderIds": [other]}).json()["data"]
    assert [each["code"] for each in refused["failProductOrderInfos"]] == ["101011"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_such_order(client: httpx.Client, method: str) -> None:
    """An unknown order, and a NAVER order where its product orders are asked for, is a 404 that says where to look."""
    order_id = place(client)["order_id"]
    for id_ in ("1", order_id):
        path, body = (f"/orders/{id_}/actions", {"action": "pay"}) if method == "POST" else (f"/orders/{id_}", None)
        answer = client.request(method, path, json=body)
        assert answer.status_code == 404
        assert id_ in answer.json()["detail"]
        assert "GET /_jumun/orders" in answer.json()["detail"]


def test_orders_are_a_sessions_own(client: httpx.Client) -> None:
    """An order that is placed in a session is there and nowhere else."""
    session = {"session": client.post("/sessions").json()["id"]}
    ids = client.post("/orders", json={"provider": "bootpay"}, params=session).json()
    assert client.get(f"/orders/{ids['order_id']}", params=session).status_code == 200
    assert client.get(f"/orders/{ids['order_id']}").status_code == 404
    assert client.get("/events").json()["last"] == 0
