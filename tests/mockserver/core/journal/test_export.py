from __future__ import annotations

import json
import shlex
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver.core.journal.export import iter_har, render_curl, render_exchange
from tests.mockserver.world import FORM, NOW, ORDER, TOKEN_PATH, World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumun_mockserver.core.journal.journal import Exchange

BASE = "http://jumun.test:8123"

# http://www.softwareishard.com/blog/har-12-spec/: every field that is not optional.
HAR_ENTRY: dict[str, dict[str, type]] = {
    "": {"startedDateTime": str, "time": int, "request": dict, "response": dict, "cache": dict, "timings": dict},
    "request": {
        "method": str,
        "url": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "queryString": list,
        "headersSize": int,
        "bodySize": int,
    },
    "response": {
        "status": int,
        "statusText": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "content": dict,
        "redirectURL": str,
        "headersSize": int,
        "bodySize": int,
    },
    "timings": {"send": int, "wait": int, "receive": int},
}


def busy(profile: str) -> World:
    """A world in which all kinds of things happened."""
    world = World(profile=profile, scenario="bootpay.orders.list: ok, 429")
    world.orders("limit=2&status=1&unknown=x&keyword=%EB%A8%B8%EA%B7%B8")
    world.orders()
    world.product_orders()
    world.product_orders('it\'s "quoted" $HOME `id` 한글')
    world.naver_token()
    world.call(
        "POST", "/v1/request/token", '{"client_key": "it\'s", "secret_key": "b"}', content_type="application/json"
    )
    world.call("PUT", "/v1/orders", "x" * 10)
    world.call("GET", "/v1/order?x=1")
    world.call("GET", "/other%0Aat?all%0A=1", x_note="a 'b' \"c\" $d")
    world.call("GET", "/v1/orders", jumun_scenario="slow(2s)+503", authorization="Basic x")
    return world


def read_har(exchanges: Iterable[Exchange], *, version: str = "1") -> dict[str, Any]:
    """The document as its readers have it."""
    document: dict[str, Any] = json.loads(b"".join(iter_har(exchanges, BASE, version=version)))
    return document


@pytest.mark.parametrize("profile", PROFILES)
def test_har_has_what_har_needs(profile: str) -> None:
    """Every required field of HAR 1.2 with its type; it is JSON."""
    world = busy(profile)
    document = read_har(world.session.journal, version="1.2.3")
    log = document["log"]
    assert list(document) == ["log"]
    assert (log["version"], log["creator"]) == ("1.2", {"name": "jumun", "version": "1.2.3"})
    assert len(log["entries"]) == world.session.journal.total
    for entry in log["entries"]:
        for part, fields in HAR_ENTRY.items():
            holder: dict[str, Any] = entry[part] if part else entry
            assert {name for name, type_ in fields.items() if not isinstance(holder.get(name), type_)} == set()
        assert isinstance(entry["response"]["content"]["size"], int)
        assert isinstance(entry["response"]["content"]["mimeType"], str)
        assert datetime.fromisoformat(entry["startedDateTime"]).timestamp() == pytest.approx(NOW, abs=0.001)
        pairs: Iterable[dict[str, str]] = [
            *entry["request"]["headers"],
            *entry["response"]["headers"],
            *entry["request"]["queryString"],
        ]
        assert all(set(pair) == {"name", "value"} for pair in pairs)
        if "postData" in entry["request"]:
            assert {"mimeType", "text"} <= set(entry["request"]["postData"])
        custom = [name for name in entry if name not in HAR_ENTRY[""]]
        assert all(name.startswith("_") for name in custom)
        parts = urlsplit(entry["request"]["url"])
        assert (parts.scheme, parts.netloc) == ("http", "jumun.test:8123")


def test_har_of_nothing() -> None:
    """An empty journal is a log without entries."""
    assert read_har([])["log"]["entries"] == []


def test_har_tells_query_and_body(world: World) -> None:
    """Decoded pairs of the query, and the body as it may be shown."""
    world.orders("page=2&status=2%2C3&keyword=%EB%A8%B8%EA%B7%B8")
    world.naver_token()
    first, second = read_har(world.session.journal)["log"]["entries"]
    assert first["request"]["queryString"] == [
        {"name": "page", "value": "2"},
        {"name": "status", "value": "2,3"},
        {"name": "keyword", "value": "***"},
    ]
    assert "postData" not in first["request"]
    assert second["request"]["postData"]["mimeType"] == FORM
    assert dict(parse_qsl(second["request"]["postData"]["text"]))["type"] == "SELF"


@pytest.mark.parametrize("profile", PROFILES)
def test_curl_is_one_line_that_a_shell_reads(profile: str) -> None:
    """Whatever was called: one line, curl's words when a shell has split them, and one URL at the end."""
    for exchange in busy(profile).session.journal:
        line = render_curl(exchange, BASE)
        assert len(line.splitlines()) == 1
        command, *words = shlex.split(line)
        assert command == "curl"
        assert words[-1].startswith(BASE + "/")
        assert sum(word.startswith("http://") for word in words) == 1
        assert urlsplit(words[-1]).path.isascii()
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        assert method == exchange.method
        if "--data-raw" in words:
            assert words[words.index("--data-raw") + 1] == render_exchange(exchange)["request"]["body"]


def test_curl_keeps_headers_that_matter(world: World) -> None:
    """What curl sets by itself is left out, credentials are masked and have to be put in again."""
    world.product_orders(host="x", user_agent="y", accept_encoding="gzip", x_mine="it's")
    words = shlex.split(render_curl(world.last, BASE))
    headers = [words[index + 1] for index, word in enumerate(words) if word == "-H"]
    assert headers == ["authorization: Bearer ***", "accept: application/json", "x-mine: ***"]
    assert words[-1] == f"{BASE}/external/v1/pay-order/seller/orders/{ORDER}/product-order-ids"


@pytest.mark.parametrize("profile", PROFILES)
def test_an_exchange_is_plain_json(profile: str) -> None:
    """Everything that is known of it, as JSON that says the same when it is read again."""
    for exchange in busy(profile).session.journal:
        data = render_exchange(exchange)
        assert json.loads(json.dumps(data)) == data
        assert (data["serial"], data["session"]) == (exchange.serial, "default")
        assert data["at"] == "2026-03-04T05:06:07.089Z"


def test_an_exchange_tells_why(world: World) -> None:
    """Step, code, violations and remarks of a call."""
    world.session.set_scenario("bootpay.orders.list: 429")
    world.orders()
    world.orders("limit=many")
    failed, odd = (render_exchange(each) for each in world.session.journal)
    assert (failed["step"], failed["code"], failed["status"]) == ("429", "TOO_MANY_REQUESTS", 429)
    assert odd["step"] is None
    assert [each["place"] for each in odd["violations"]] == ["query/limit"]


@pytest.mark.parametrize(
    ("method", "path", "near"),
    [
        ("GET", "/v1/order", "GET /v1/orders (bootpay.orders.list)"),
        ("POST", "/v1/request/tokens", "POST /v1/request/token (bootpay.token)"),
        ("POST", "/external/v1/oauth2/tokens", "POST /external/v1/oauth2/token (naver.token)"),
        (
            "GET",
            f"/external/v1/pay-order/seller/order/{ORDER}/product-order-ids",
            "GET /external/v1/pay-order/seller/orders/{orderId}/product-order-ids (naver.product_order_ids)",
        ),
        ("GET", "/orders", "GET /v1/orders (bootpay.orders.list)"),
        ("POST", "/v1/orders", "GET /v1/orders (bootpay.orders.list)"),
    ],
)
def test_what_no_operation_matched_carries_the_nearest(world: World, method: str, path: str, near: str) -> None:
    """An unmatched entry names the operation that was probably meant, with method and path."""
    world.orders()
    world.call(method, path)
    (entry,) = world.session.journal.select(operation="")
    assert near in render_exchange(entry)["near"]
    assert render_exchange(entry)["operation"] is None


def test_what_an_operation_matched_needs_no_nearest(world: World) -> None:
    """A matched entry names none."""
    world.orders()
    world.call("POST", TOKEN_PATH)
    assert [render_exchange(each)["near"] for each in world.session.journal] == [[], []]


@pytest.mark.parametrize("at", [0.0, -1.0, 253_402_300_799.0, 1_772_600_767.9999])
def test_any_time_of_the_clock_can_be_told(at: float) -> None:
    """Years 1969 to 9999, always with milliseconds and Z."""
    world = World(at=at)
    world.call("GET", "/other")
    text = render_exchange(world.last)["at"]
    assert len(text) == len("2026-03-04T05:06:07.089Z")
    assert text.endswith("Z")
