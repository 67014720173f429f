"""Whatever a contract allows as a success the client reads, and nothing of it is lost."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_client import BootpayCommerceClient, NaverCommerceClient
from jumun_contracts import PROFILES, load_contract
from jumun_contracts.generation.strategies import responses
from jumun_contracts.schema.formats import is_date_time, parse_date_time
from tests.client.world import FakeTime
from tests.conformance.samples import CLIENT_CALLS, IN_PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Body: TypeAlias = Any
"""JSON of a success: an object, but for one operation an array of them."""

EXAMPLES = settings(max_examples=60)
SECRET = "$2a$04$DemoSecretOfJumunOnly."

# What no contract describes: names that no contract has, values of every kind.
MORE = st.dictionaries(
    st.text(st.characters(codec="utf-8")).map("x_{}".format),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")), st.lists),
    max_size=2,
)


def answering(body: Body) -> httpx.MockTransport:
    """An API that gives this as a success."""
    text = json.dumps(body, ensure_ascii=False).encode()
    return httpx.MockTransport(lambda _: httpx.Response(200, content=text))


def bootpay(body: Body) -> BootpayCommerceClient:
    """A client of an API that gives this."""
    return BootpayCommerceClient(client_key="ck", secret_key="sk", transport=answering(body))


def assert_kept(model: Any, body: Body) -> None:
    """Every field of a JSON object is in its model, read, or among `extra` as it came; and the model has no others."""
    fields = {each.name for each in dataclasses.fields(model)} - {"extra"}
    read = {name: value for name, value in body.items() if name not in model.extra}
    assert model.extra == {name: value for name, value in body.items() if name not in read}
    assert read.keys() <= fields
    for name in fields:
        assert_read(getattr(model, name), read.get(name))
        if name in model.extra:  # of what the client knows, only a time may be kept unread
            with pytest.raises(ValueError, match="outside the years"):
                parse_date_time(body[name])


def assert_read(value: object, wire: Any) -> None:
    """A value of a model says what was in the JSON."""
    if isinstance(value, datetime):
        assert value == parse_date_time(wire)
        assert value.tzinfo is not None
    else:
        assert value == wire
        assert isinstance(value, type(wire))


def read_orders(body: Body) -> None:
    """Read an order list."""
    with bootpay(body) as client:
        page = client.list_orders()
    rows = body.pop("list")
    assert_kept(page, body | {"orders": page.orders})
    for order, row in zip(page.orders, rows, strict=True):
        assert_kept(order, row)


def read_bootpay_token(body: Body) -> None:
    """Read a token of Bootpay's."""
    with bootpay(body) as client:
        assert_kept(client.request_token(), body)


def read_product_orders(body: Body) -> None:
    """Read product order ids, in either shape."""
    with NaverCommerceClient(access_token="t", transport=answering(body)) as client:
        result = client.product_order_ids("1")
    data = body.pop("data")
    if isinstance(data, dict):
        ids = data.pop("productOrderIds")
        body |= {"data": data} if data else {}
    else:
        ids = data
    read = {"order_id": "1", "product_order_ids": tuple(ids), "trace_id": body.pop("traceId")}
    assert_kept(result, body | read)


def read_naver_token(body: Body) -> None:
    """Read a token of NAVER's, which the client keeps to itself: the next call carries it."""
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json=body)
        sent.append(request.headers["Authorization"])
        return httpx.Response(200, json={"data": []})

    token = body["access_token"]
    with NaverCommerceClient(client_id="id", client_secret=SECRET, transport=httpx.MockTransport(answer)) as client:
        client.product_order_ids("1")
    assert sent == [f"Bearer {token}"]


def iter_leaves(value: object) -> Iterator[object]:
    """What a value of the client's, or of JSON, holds in the end: texts, numbers, times."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        for member in value.values():
            yield from iter_leaves(member)
    elif isinstance(value, list | tuple | frozenset):
        for item in value:
            yield from iter_leaves(item)
    elif value is not None:
        yield value.value if isinstance(value, Enum) else value


def read_anything(operation: str, body: Body) -> None:
    """Read an answer by the client's call; every text and number of it is somewhere in what the call gives."""
    provider = operation.partition(".")[0]
    naver = partial(NaverCommerceClient, access_token="t", timing=FakeTime().timing())
    with bootpay(body) if provider == "bootpay" else naver(transport=answering(body)) as client:
        kept = list(iter_leaves(CLIENT_CALLS[operation](client)))
    times = {each for each in kept if isinstance(each, datetime)}
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in ("timestamp", "traceId")}
    for leaf in iter_leaves(body):
        assert leaf in kept or (isinstance(leaf, str) and is_date_time(leaf) and parse_date_time(leaf) in times), leaf


READERS: dict[str, Callable[[Body], None]] = {
    "naver.token": read_naver_token,
    "naver.product_order_ids": read_product_orders,
    "bootpay.token": read_bootpay_token,
    "bootpay.orders.list": read_orders,
}
"""Readers that know where each field goes; any other operation is read by `read_anything`."""

READ_HERE = {*READERS, *CLIENT_CALLS}


def bodies(operation: str, profile: str) -> st.SearchStrategy[Body]:
    """Successes that the contract allows, some with fields that it does not know."""
    contract = load_contract(operation.partition(".")[0], profile)

    def grown(body: Body) -> st.SearchStrategy[Body]:
        members = body.values() if isinstance(body, dict) else [body]
        inner = [each for value in members for each in (value if isinstance(value, list) else [value])]
        objects = [each for each in (body, *inner) if isinstance(each, dict)]
        return st.tuples(*[MORE for _ in objects]).map(lambda more: _with(body, objects, more))

    status = int(contract.operations[operation].success.status)
    return responses(contract, operation, status).flatmap(grown)


def _with(body: Body, objects: list[Body], more: tuple[Body, ...]) -> Body:
    for known, unknown in zip(objects, more, strict=True):
        known.update(unknown)
    return body


@pytest.mark.parametrize(("operation", "profile"), [each for each in IN_PROFILES if each[0] in READ_HERE])
def test_schema_valid_is_decodable(operation: str, profile: str) -> None:
    """Every success that either profile allows is read without an error, and every field of it is kept."""

    @EXAMPLES
    @given(bodies(operation, profile))
    def check(body: Body) -> None:
        reader = READERS.get(operation) or partial(read_anything, operation)
        reader(body)

    check()


def test_reading_anything_is_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader for operations without one of their own finds every field, and misses one that a call drops."""
    page: Body = {"count": 1, "list": [ROW | {"another": "field"}]}
    read_anything("bootpay.orders.list", page)
    calls = {"bootpay.orders.list": lambda client: client.list_orders().orders[0].price}
    monkeypatch.setattr("tests.conformance.test_models.CLIENT_CALLS", calls)
    with pytest.raises(AssertionError):
        read_anything("bootpay.orders.list", page)


ROW: Body = {
    "order_id": "68707c59b0eacea5cd974efd",
    "order_name": "",
    "price": 29000,
    "status": 2,
    "receipt_status": 1,
    "order_number": "25071182085082524116",
    "purchased_at": None,
    "username": "",
}


def order_of(**change: object) -> Any:
    """The row as read, with a change that the contract allows."""
    body: Body = {"count": 1, "list": [ROW | change]}
    for profile in PROFILES:
        schema = load_contract("bootpay", profile).operations["bootpay.orders.list"].answer(200).schema
        assert schema.is_valid(body)
    with bootpay(body) as client:
        (order,) = client.list_orders().orders
    return order


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-11T02:52:09Z", datetime(2025, 7, 11, 2, 52, 9, tzinfo=UTC)),
        ("2025-07-11t11:52:09.5+09:00", datetime(2025, 7, 11, 2, 52, 9, 500_000, tzinfo=UTC)),
        ("2025-07-11T02:52:09.1234567891-00:00", datetime(2025, 7, 11, 2, 52, 9, 123_456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T08:59:60.25+09:00", datetime(2017, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("9999-12-31T23:59:59+23:59", datetime(9999, 12, 31, 0, 0, 59, tzinfo=UTC)),
    ],
)
def test_times(text: str, moment: datetime) -> None:
    """Any RFC 3339 date-time is read, aware: small letters, any fraction, a leap second as the second after it."""
    order = order_of(purchased_at=text)
    assert order.purchased_at == moment
    assert order.purchased_at.tzinfo is not None
    assert order.extra == {}


@pytest.mark.parametrize("text", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:60z", "0000-02-29T23:59:60+00:00"])
def test_times_beyond_datetime(text: str) -> None:
    """A date-time that no `datetime` can hold does not spoil the page: it is None, and its text is kept as it came."""
    order = order_of(purchased_at=text, created_at="2025-07-11T02:52:09Z")
    assert order.purchased_at is None
    assert order.extra == {"purchased_at": text}
    assert order.created_at is not None


@pytest.mark.parametrize("price", [0, -1, 2**63, -(10**40), 10**400])
def test_integers_of_any_size(price: int) -> None:
    """The contract bounds no price, so the client bounds none."""
    assert order_of(price=price).price == price


@pytest.mark.parametrize("price", [29000.0, -0.0, 1e22])
def test_integers_written_as_floats(price: float) -> None:
    """A number without a fraction is an integer, however it is written."""
    order = order_of(price=price)
    assert order.price == price
    assert type(order.price) is int
