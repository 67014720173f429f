from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from jumun_client import (
    BootpayCommerceClient,
    CsType,
    InvoiceFilters,
    Order,
    OrderFilters,
    OrderStatus,
    PaymentStatus,
    SubscriptionBillFilters,
    SubscriptionBillingType,
    SubscriptionFilters,
    SubscriptionRequestFilters,
    UnexpectedAnswerError,
)
from jumun_client.order_query import _FILTERS, _PAGING, Paging

ListOrders = Callable[..., str]

FILTERS: dict[str, type] = {
    "order": OrderFilters,
    "subscription": SubscriptionFilters,
    "bill": SubscriptionBillFilters,
    "request": SubscriptionRequestFilters,
    "invoice": InvoiceFilters,
}

# Recorded from @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0, which send the same bytes.
SDK_TARGET = (
    "/v1/orders?page=1&limit=20&keyword=%ED%94%84%EB%A6%AC%EB%AF%B8%EC%97%84+%EA%B5%AC%EB%8F%85%26a%3Db%2Bc%2Fd"
    "&user_id=67e4b4425ec892162491d0ec&user_group_id=6763758e817af6a00e0fbf62&cs_type=p_at"
    "&search_date_from=2025-01-01&search_date_to=2025-01-31&css_at=2025-01-01&cse_at=2025-01-31"
    "&subscription_billing_type=0&status=0%2C2&payment_status=0%2C1%2C20"
    "&order_subscription_ids=685b7b10b0eacea5cd974a93%2C6973336e4346c992dc19ed61"
)
ROW = {
    "order_id": "68707c59b0eacea5cd974efd",
    "order_name": "프리미엄 구독 1회차",
    "price": 29000,
    "status": 2,
    "receipt_status": 1,
    "order_number": "25071182085082524116",
    "purchased_at": "2025-07-11T02:52:09Z",
    "created_at": "2025-07-11T02:52:09Z",
    "username": "홍길동",
    "user_email": "user@example.com",
}


def client_of(server: httpx.BaseTransport) -> BootpayCommerceClient:
    """A client of a made-up server."""
    return BootpayCommerceClient(client_key="test-ck", secret_key="test-sk", transport=server)


def page_of(*rows: object, count: object = 15, **more: object) -> httpx.Response:
    """An answer of the order list."""
    return httpx.Response(200, json={"count": count, "list": rows, **more})


@pytest.fixture
def target(api: Callable[..., Any]) -> ListOrders:
    """Gives the request target that a call of `list_orders` sends."""

    def send(**filters: Any) -> str:
        server = api(page_of())
        with client_of(server) as client:
            client.list_orders(**filters)
        (request,) = server.requests
        raw: bytes = request.url.raw_path
        return raw.decode("ascii")

    return send


def test_same_bytes_as_the_sdks(target: ListOrders) -> None:
    """Every parameter at once gives the request line of both official SDKs, whatever order they come in."""
    assert (
        target(
            order_subscription_ids=["685b7b10b0eacea5cd974a93", "6973336e4346c992dc19ed61"],
            payment_status=[PaymentStatus.READY, 1, PaymentStatus.CANCEL_COMPLETE],
            status=(OrderStatus.CREATED, OrderStatus.PAID),
            subscription_billing_type=SubscriptionBillingType.NONE,
            css_at=date(2025, 1, 1),
            cse_at="2025-01-31",
            search_date_from="2025-01-01",
            search_date_to=date(2025, 1, 31),
            cs_type=CsType.PURCHASED_AT,
            user_group_id="6763758e817af6a00e0fbf62",
            user_id="67e4b4425ec892162491d0ec",
            keyword="프리미엄 구독&a=b+c/d",
            limit=20,
            page=1,
        )
        == SDK_TARGET
    )


def test_none_is_not_sent(target: ListOrders) -> None:
    """Nothing given, or None throughout, is the bare path; zero is sent, as the SDKs do."""
    assert target() == "/v1/orders"
    assert target(**dict.fromkeys([*_PAGING, *_FILTERS["order"]])) == "/v1/orders"
    assert target(page=0, limit=0) == "/v1/orders?page=0&limit=0"


def test_types_and_tables_agree() -> None:
    """What type checkers accept is exactly what the query writes."""
    assert {noun: kind.__annotations__.keys() for noun, kind in FILTERS.items()} == {
        noun: writers.keys() for noun, writers in _FILTERS.items()
    }
    assert Paging.__annotations__.keys() == _PAGING.keys()
    parameters = inspect.signature(BootpayCommerceClient.list_orders).parameters
    assert parameters.keys() == {"self", "filters", "member_token", *_PAGING}
    assert {parameters[name].kind for name in _PAGING} == {inspect.Parameter.KEYWORD_ONLY}


def test_unknown_filter(api: Callable[..., Any]) -> None:
    """A misspelt filter is refused with the list of those that there are; a walk has no ``page``."""
    server = api(page_of())
    with client_of(server) as client:
        with pytest.raises(TypeError, match="no filter 'keywrod': expected keyword, "):
            client.list_orders(keywrod="x")  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="no filter 'page'"):
            client.iter_orders(page=2)  # type: ignore[call-arg]
    assert not server.requests


@pytest.mark.parametrize(
    ("name", "value", "error", "way_out"),
    [
        ("page", "1", TypeError, "int"),
        ("page", True, TypeError, "int"),
        ("limit", 20.0, TypeError, "int"),
        ("keyword", 7, TypeError, "str"),
        ("keyword", "", ValueError, "pass None"),
        ("keyword", "\udc00", ValueError, "surrogate"),
        ("user_id", b"x", TypeError, "str"),
        ("user_group_id", "", ValueError, "pass None"),
        ("subscription_billing_type", "0", TypeError, "int"),
        ("cs_type", "created_at", ValueError, "'c_at'"),
        ("cs_type", [], ValueError, "'c_at'"),
        ("css_at", "2025-02-30", ValueError, "YYYY-MM-DD"),
        ("cse_at", "20250131", ValueError, "YYYY-MM-DD"),
        ("css_at", "2025-W01-1", ValueError, "YYYY-MM-DD"),
        ("css_at", "2025-01-01 ", ValueError, "YYYY-MM-DD"),
        ("css_at", 20250131, TypeError, "YYYY-MM-DD"),
        ("search_date_from", datetime(2025, 1, 1, tzinfo=UTC), TypeError, r"\.date\(\)"),
        ("search_date_to", "", ValueError, "YYYY-MM-DD"),
        ("status", 2, TypeError, "list"),
        ("status", "0,2", TypeError, "list"),
        ("status", {0: 2}, TypeError, "list"),
        ("status", [], ValueError, "pass None"),
        ("status", ["2"], TypeError, "int"),
        ("status", [None, 2], TypeError, "int"),
        ("payment_status", [True], TypeError, "int"),
        ("payment_status", [1.0], TypeError, "int"),
        ("order_subscription_ids", "685b7b10b0eacea5cd974a93", TypeError, "list"),
        ("order_subscription_ids", [1], TypeError, "str"),
        ("order_subscription_ids", [""], ValueError, "empty"),
        ("order_subscription_ids", ["a,b"], ValueError, "one by one"),
    ],
)
def test_wrong_values(api: Callable[..., Any], name: str, value: object, error: type[Exception], way_out: str) -> None:
    """A value that the server would drop or misread is refused before any request, with the way out."""
    server = api(page_of())
    with client_of(server) as client, pytest.raises(error, match=way_out) as caught:
        client.list_orders(**{name: value})  # type: ignore[arg-type]
    assert str(caught.value).startswith(name)
    assert not server.requests


def test_too_long_a_keyword(api: Callable[..., Any]) -> None:
    """A keyword that makes no URL is a ValueError."""
    with client_of(api(page_of())) as client, pytest.raises(ValueError, match=r"bootpay\.orders\.list"):
        client.list_orders(keyword="k" * 70_000)


def test_headers(api: Callable[..., Any]) -> None:
    """Every call carries the keys as Basic, the token call too, whose body is the SDK's."""
    server = api(page_of(), httpx.Response(200, json={"access_token": "T"}))
    with client_of(server) as client:
        client.list_orders()
        client.request_token()
    for request in server.requests:
        assert request.headers["Authorization"] == "Basic dGVzdC1jazp0ZXN0LXNr"
        assert request.headers["BOOTPAY-ROLE"] == "user"
    call = server.requests[1]
    assert (call.method, str(call.url)) == ("POST", "https://api.bootapi.com/v1/request/token")
    assert call.headers["Content-Type"] == "application/json"
    assert call.content == b'{"client_key":"test-ck","secret_key":"test-sk"}'


def test_documented_page(api: Callable[..., Any], payload: Callable[[str], Any]) -> None:
    """The documented answer is read in full; `count` is the total, here more than the page holds."""
    body = payload("bootpay_payloads/orders_list_200.json")
    with client_of(api(httpx.Response(200, json=body))) as client:
        page = client.list_orders(page=1)
    assert (page.count, page.extra) == (15, {})
    (order,) = page.orders
    moment = datetime(2025, 7, 11, 2, 52, 9, tzinfo=UTC)
    assert order == Order(
        order_id="68707c59b0eacea5cd974efd",
        order_name="프리미엄 구독 1회차",
        price=29000,
        status=OrderStatus.PAID,
        receipt_status=PaymentStatus.COMPLETE,
        order_number="25071182085082524116",
        purchased_at=moment,
        created_at=moment,
        username="홍길동",
        user_email="user@example.com",
    )
    assert isinstance(order.status, OrderStatus)
    assert isinstance(order.receipt_status, PaymentStatus)


def test_open_enums(api: Callable[..., Any]) -> None:
    """An unknown status stays what it is, number or name; 29000.0 is the integer it says."""
    row = {**ROW, "status": 8, "receipt_status": "receipt_success", "price": 29000.0}
    with client_of(api(page_of(row))) as client:
        (order,) = client.list_orders().orders
    assert (order.status, order.receipt_status, order.price) == (8, "receipt_success", 29000)
    assert type(order.price) is int


def test_unknown_fields_and_absent_ones(api: Callable[..., Any]) -> None:
    """Unknown fields are kept at both levels; all but `order_id` may be absent or null."""
    rows = ({"order_id": "1", "unit": "KRW"}, {**dict.fromkeys(ROW), "order_id": "2"})
    with client_of(api(page_of(*rows, took=3))) as client:
        page = client.list_orders()
    assert page.extra == {"took": 3}
    assert page.orders[0] == Order(order_id="1", extra={"unit": "KRW"})
    assert page.orders[1] == Order(order_id="2")


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": None},
        {"order_id": 7},
        {"order_id": ""},
        {"price": "29000"},
        {"price": 0.5},
        {"price": True},
        {"status": True},
        {"status": [2]},
        {"order_number": 25071182085082524116},
        {"purchased_at": "2025-07-11T02:52:09"},
        {"purchased_at": "어제"},
        {"purchased_at": "2025-01-31T24:00:00+09:00"},
        {"purchased_at": "2025-01-31 24:00:00+09:00"},
        {"purchased_at": "2025-02-30T10:00:00+09:00"},
        {"purchased_at": "2025-02-29t23:59:60z"},
        {"purchased_at": "0000-02-30T10:00:00+09:00"},
        {"purchased_at": "0000-01-01T00:00:00"},
        {"created_at": "2025-13-01T10:00:00Z"},
        {"created_at": "2025-01-31T10:60:00Z"},
        {"created_at": "2025-01-31T10:00:61Z"},
        {"created_at": "2025-01-31T10:00:00+24:00"},
        {"created_at": 1752202329},
        {"username": ["홍길동"]},
    ],
)
def test_wrong_rows(api: Callable[..., Any], change: dict[str, object]) -> None:
    """A field of another type, or a time that does not exist, is an error that names its place and shows no value."""
    with (
        client_of(api(page_of(ROW, {**ROW, **change}))) as client,
        pytest.raises(UnexpectedAnswerError) as caught,
    ):
        client.list_orders()
    (name, value), *_ = change.items()
    assert f"body.list[1].{name} is" in str(caught.value)
    assert "홍길동" not in str(caught.value)
    assert not isinstance(value, str) or not value or value not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"items": [], "total": 0}),
        httpx.Response(200, json={"count": 1}),
        httpx.Response(200, json={"count": None, "list": []}),
        httpx.Response(200, json={"count": "1", "list": []}),
        httpx.Response(200, json={"count": 1, "list": {}}),
        page_of("row"),
        httpx.Response(200, json=[ROW]),
    ],
)
def test_wrong_pages(api: Callable[..., Any], answer: httpx.Response) -> None:
    """Any other page is an `UnexpectedAnswerError`, among them the shape that the SDK's typings claim."""
    with client_of(api(answer)) as client, pytest.raises(UnexpectedAnswerError, match="body"):
        client.list_orders()


def test_token_shapes(api: Callable[..., Any]) -> None:
    """Either way of saying when the token ends is read, and the rest is kept."""
    body = {"access_token": "hush", "expired_at": "2025-07-11T12:22:09+09:00", "expire_in": 1800, "new": 1}
    with client_of(api(httpx.Response(200, json=body), httpx.Response(200, json={}))) as client:
        token = client.request_token()
        with pytest.raises(UnexpectedAnswerError, match=r"bootpay\.token.*access_token"):
            client.request_token()
    assert token.access_token == "hush"
    assert token.expired_at == datetime(2025, 7, 11, 3, 22, 9, tzinfo=UTC)
    assert (token.expire_in, token.extra) == (1800, {"new": 1})
    assert "hush" not in repr(token)


def test_models_are_values(api: Callable[..., Any]) -> None:
    """Models compare, hash, pickle, cannot be changed, and show neither personal data nor unknown fields."""
    with client_of(api(page_of({**ROW, "phone": "010-1234-5678"}))) as client:
        page = client.list_orders()
    for shown in (repr(page), str(page), f"{page.orders[0]}"):
        assert "68707c59b0eacea5cd974efd" in shown
        for hidden in ("홍길동", "user@example.com", "010-1234"):
            assert hidden not in shown
    assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301
    assert len({page.orders[0], page.orders[0]}) == 1
    with pytest.raises(AttributeError):
        page.count = 1  # type: ignore[misc]
