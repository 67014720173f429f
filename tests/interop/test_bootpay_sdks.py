"""The official Bootpay SDKs, unmodified, talk to the mock, and all they get back fits the contract.

That every body fits is asserted for each call of these tests, in `Sdk.call_mock`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.interop.bootpay_sdks import PAGE_KEYS
from tests.packaged import BOOTPAY_ORDERS
from tests.servers import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.live import LiveServer
    from tests.interop.bootpay_sdks import Outcome, Sdk

# Every parameter that the SDKs take: the page's twelve and the canonical date keys. One order of the seed data fits.
EVERYTHING: dict[str, Any] = {
    "page": 1,
    "limit": 20,
    "keyword": "정기배송",
    "user_id": "67e4b4425ec892162491d0f0",
    "user_group_id": "6763758e817af6a00e0fbf63",
    "cs_type": "p_at",
    "search_date_from": "2025-01-01",
    "search_date_to": "2025-01-31",
    "css_at": "2025-01-01",
    "cse_at": "2025-01-31",
    "subscription_billing_type": 2,
    "status": [2, 3],
    "payment_status": [0, 1, 20],
    "order_subscription_ids": ["685b7b10b0eacea5cd974a93", "6973336e4346c992dc19ed61"],
}
THE_ORDER = "67810bc0b0eacea5cd974f0b"

# As recorded from both SDKs against a bare socket: arrays are one comma-joined value, a space is a plus.
RECORDED_ARGUMENTS: dict[str, Any] = {
    **EVERYTHING,
    "keyword": "프리미엄 구독&a=b+c/d",
    "user_id": "67e4b4425ec892162491d0ec",
    "user_group_id": "6763758e817af6a00e0fbf62",
    "subscription_billing_type": 0,
    "status": [0, 2],
}
RECORDED_LINE = (
    "GET /v1/orders?page=1&limit=20"
    "&keyword=%ED%94%84%EB%A6%AC%EB%AF%B8%EC%97%84+%EA%B5%AC%EB%8F%85%26a%3Db%2Bc%2Fd"
    "&user_id=67e4b4425ec892162491d0ec&user_group_id=6763758e817af6a00e0fbf62&cs_type=p_at"
    "&search_date_from=2025-01-01&search_date_to=2025-01-31&css_at=2025-01-01&cse_at=2025-01-31"
    "&subscription_billing_type=0&status=0%2C2&payment_status=0%2C1%2C20"
    "&order_subscription_ids=685b7b10b0eacea5cd974a93%2C6973336e4346c992dc19ed61 HTTP/1.1"
)

# For each filter, arguments with which the one order is no longer found.
MISSES: dict[str, dict[str, Any]] = {
    "keyword": {"keyword": "텀블러"},
    "user_id": {"user_id": "67e4b4425ec892162491d0ec"},
    "user_group_id": {"user_group_id": "6763758e817af6a00e0fbf62"},
    "search_date_from": {"search_date_from": "2025-01-11"},
    "search_date_to": {"search_date_to": "2025-01-09"},
    "css_at": {"search_date_from": "", "css_at": "2025-01-11"},
    "cse_at": {"search_date_to": "", "cse_at": "2025-01-09"},
    "subscription_billing_type": {"subscription_billing_type": 1},
    "status": {"status": [0, 1, 2, 4]},
    "payment_status": {"payment_status": [0, 20]},
    "order_subscription_ids": {"order_subscription_ids": ["685b7b10b0eacea5cd974a94"]},
}


def test_every_parameter(sdk: Sdk, server: LiveServer) -> None:
    """A list with all documented parameters finds the one order they describe, and breaks no rule of the contract."""
    (listed,) = sdk.call_mock(server, ("order.list", EVERYTHING))
    assert listed.kind == "returned"
    assert listed.body["count"] == 1
    assert [order["order_id"] for order in listed.body["list"]] == [THE_ORDER]
    assert listed.exchange
    assert (listed.exchange.operation, listed.exchange.status) == ("bootpay.orders.list", 200)
    assert listed.exchange.violations == ()


def test_every_filter_is_at_work(sdk: Sdk, server: LiveServer) -> None:
    """Each parameter reaches its filter: with another value of any one of them the order is not found."""
    calls = [("order.list", EVERYTHING | miss) for miss in MISSES.values()]
    counts = [outcome.body["count"] for outcome in sdk.call_mock(server, *calls)]
    assert dict(zip(MISSES, counts, strict=True)) == dict.fromkeys(MISSES, 0)


def test_type_of_date(sdk: Sdk, server: LiveServer) -> None:
    """An unpaid order is found by the day of its creation, and not by a day of purchase, which it has not."""
    day = {"search_date_from": "2025-07-02", "search_date_to": "2025-07-02"}
    calls = [("order.list", day | {"cs_type": cs_type}) for cs_type in ("c_at", "p_at", "")]
    assert [outcome.body["count"] for outcome in sdk.call_mock(server, *calls)] == [1, 0, 1]


def test_pages(sdk: Sdk, server: LiveServer) -> None:
    """Pages of four hold all fifteen orders, each once, and `count` is the total on every page."""
    pages = sdk.call_mock(server, *(("order.list", {"page": page, "limit": 4}) for page in range(1, 6)))
    assert [page.body["count"] for page in pages] == [BOOTPAY_ORDERS] * 5
    assert [len(page.body["list"]) for page in pages] == [4, 4, 4, 3, 0]
    assert len({order["order_id"] for page in pages for order in page.body["list"]}) == BOOTPAY_ORDERS


def test_request_line(sdk: Sdk) -> None:
    """On the wire the list with every parameter is byte for byte what was recorded of this SDK before."""
    with _recorder() as (base_url, lines):
        sdk.call(base_url, ("order.list", RECORDED_ARGUMENTS), ("order.list", {}))
    assert lines == [RECORDED_LINE, "GET /v1/orders HTTP/1.1"]


def test_example_of_the_page(sdk: Sdk, server: LiveServer) -> None:
    """The arguments of the page's own example give the four orders of January 2025, newest first."""
    arguments = {"page": 1, "limit": 20, "css_at": "2025-01-01", "cse_at": "2025-01-31"}
    (listed,) = sdk.call_mock(server, ("order.list", arguments))
    assert listed.body["count"] == 4
    created = [order["created_at"] for order in listed.body["list"]]
    assert len(created) == 4
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize(
    "keys",
    [
        {"client_key": "wrong-client-key"},
        {"secret_key": "wrong-secret-key"},
        {"client_key": "틀린 키", "secret_key": "a:b"},
    ],
    ids="+".join,
)
def test_wrong_keys(sdk: Sdk, server: LiveServer, keys: dict[str, str]) -> None:
    """With keys of no application, list and token call give the page's 401 as this SDK gives errors."""
    for refused in sdk.call_mock(server, ("order.list", {}), (sdk.get_access_token,), keys={**PAGE_KEYS, **keys}):
        assert refused.kind == sdk.refusal
        assert refused.body == {
            "status": 401,
            "code": 1700,
            "message": "Access Token이 잘못되었거나 만료되었습니다.",
            "data": None,
        }


def test_unknown_order(sdk: Sdk, server: LiveServer) -> None:
    """Of an order that is not there the list is empty, and detail says so in the words of the profile."""
    unknown = "000000000000000000000000"
    listed, detail = sdk.call_mock(server, ("order.list", {"keyword": unknown}), ("order.detail", unknown))
    assert listed.kind == "returned"
    assert listed.body == {"count": 0, "list": []}
    assert detail.kind == sdk.refusal
    message = "주문내역을 찾지 못했습니다."
    assert detail.body == (
        {"status": 404, "code": 3700, "message": message, "data": None}
        if server.session.profile == "documented"
        else {"error_code": "ORDER_NOT_FOUND", "message": message}
    )
    assert detail.exchange
    assert detail.exchange.status == 404


def test_token(sdk: Sdk, server: LiveServer) -> None:
    """The token call works as the SDKs make it, twice gives one token, and the list works after it."""
    token = (sdk.get_access_token,)
    first, second, listed = sdk.call_mock(server, token, token, ("order.list", {}))
    assert first.kind == "returned"
    assert first.body["access_token"] == second.body["access_token"]
    assert listed.body["count"] == BOOTPAY_ORDERS
    exchanges = [outcome.exchange for outcome in (first, second, listed) if outcome.exchange]
    assert [(each.operation, each.violations) for each in exchanges] == [
        ("bootpay.token", ()),
        ("bootpay.token", ()),
        ("bootpay.orders.list", ()),
    ]


@dataclass(frozen=True, slots=True)
class Sent:
    """Something goes over the wire.

    Attributes:
        count: How many orders are found, where the values are not refused.
        refusable: Whether a value is not of its type, which `documented` refuses and `observed` ignores.
    """

    count: int
    refusable: bool = False


@dataclass(frozen=True, slots=True)
class Raises:
    """The SDK itself fails, and nothing is sent."""

    error: str = "TypeError"


# What SDKs are known to make of arguments that no one should give: arguments, and what node and Python do with them.
ODDITIES: dict[str, tuple[dict[str, Any], Mapping[str, Sent | Raises]]] = {
    # Python joins the text's characters: status=0%2C%2C%2C2.
    "status as text": ({"status": "0,2"}, {"node": Raises(), "python": Sent(9)}),
    # node joins to %2C2, Python to None%2C2.
    "null in status": ({"status": [None, 2]}, {"node": Sent(7), "python": Sent(7, refusable=True)}),
    # node drops it silently.
    "one status, no list": ({"status": 2}, {"node": Sent(15), "python": Raises()}),
    "status zero, no list": ({"status": 0}, {"node": Sent(15), "python": Sent(15)}),
    "text in status": (
        {"status": ["paid", 2]},
        {"node": Sent(7, refusable=True), "python": Sent(7, refusable=True)},
    ),
    "page true": ({"page": True}, {"node": Sent(15, refusable=True), "python": Sent(15, refusable=True)}),
    # To JavaScript 20.0 is 20.
    "limit 20.0": ({"limit": 20.0}, {"node": Sent(15), "python": Sent(15, refusable=True)}),
    "limit abc": ({"limit": "abc"}, {"node": Sent(15, refusable=True), "python": Sent(15, refusable=True)}),
    "limit 20 as text": ({"limit": "20"}, {"node": Sent(15), "python": Sent(15)}),
    "page and limit 0": ({"page": 0, "limit": 0}, {"node": Sent(15), "python": Sent(15)}),
    "page and limit below 0": ({"page": -1, "limit": -20}, {"node": Sent(15), "python": Sent(15)}),
    "limit above 50": ({"limit": 1000}, {"node": Sent(15), "python": Sent(15)}),
    "page of 25 digits": (
        {"page": "1" * 25},
        {"node": Sent(15), "python": Sent(15)},
    ),
    "empty values": (
        {"keyword": "", "user_id": "", "status": [], "payment_status": [], "order_subscription_ids": []},
        {"node": Sent(15), "python": Sent(15)},
    ),
    "null page and limit": ({"page": None, "limit": None}, {"node": Raises(), "python": Sent(15)}),
    "billing type 7": (
        {"subscription_billing_type": 7},
        {"node": Sent(15, refusable=True), "python": Sent(15, refusable=True)},
    ),
    "unknown cs_type": ({"cs_type": "x"}, {"node": Sent(15, refusable=True), "python": Sent(15, refusable=True)}),
    "no date": (
        {"css_at": "2025-02-30"},
        {"node": Sent(15, refusable=True), "python": Sent(15, refusable=True)},
    ),
    "reserved characters": ({"keyword": "\0&=+%2F#?;\r\n😀"}, {"node": Sent(0), "python": Sent(0)}),
    "unknown key": ({"nonsense": 1}, {"node": Sent(15), "python": Sent(15)}),
}


def test_known_oddities(sdk: Sdk, server: LiveServer) -> None:
    """What SDKs are known to send wrongly never makes the mock fail; only wrong types are refused, by `documented`."""
    expected = {name: by_language[sdk.language] for name, (_, by_language) in ODDITIES.items()}
    outcomes = sdk.call_mock(server, *(("order.list", arguments) for arguments, _ in ODDITIES.values()))
    seen = dict(zip(ODDITIES, outcomes, strict=True))
    assert {name: _seen(outcome) for name, outcome in seen.items()} == {
        name: _expected(each, server.session.profile) for name, each in expected.items()
    }
    for name, each in expected.items():
        if isinstance(each, Sent) and each.refusable and server.session.profile == "documented":
            assert seen[name].kind == sdk.refusal
            assert seen[name].body["status"] == 400


def _seen(outcome: Outcome) -> tuple[int, int] | str:
    """Status and count, or the kind of error that the SDK raised."""
    if outcome.kind == "raised":
        return str(outcome.body).partition(":")[0]
    assert outcome.exchange
    return outcome.exchange.status, outcome.body.get("count", 0)


def _expected(each: Sent | Raises, profile: str) -> tuple[int, int] | str:
    if isinstance(each, Raises):
        return each.error
    return (400, 0) if each.refusable and profile == "documented" else (200, each.count)


@contextmanager
def _recorder() -> Iterator[tuple[str, list[str]]]:
    """A server that answers every GET with an empty list and keeps the request lines."""
    lines: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            lines.append(self.requestline)
            body = b'{"count":0,"list":[]}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class has it so
            pass

    with run_server(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield f"{url}/v1", lines
