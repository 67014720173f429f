from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.mockserver.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

GATEWAY = re.compile(r"([0-9A-Za-z_-]{22})\^([0-9]{13})\^([0-9]+)")


@pytest.mark.parametrize(
    ("at", "timestamp"),
    [
        (1_673_856_891.794, "2023-01-16T17:14:51.794+09:00"),
        (1_643_961_623.299, "2022-02-04T17:00:23.299+09:00"),
        (1_735_657_199.999, "2024-12-31T23:59:59.999+09:00"),
        (1_735_657_200.0, "2025-01-01T00:00:00.000+09:00"),
        (0.0, "1970-01-01T09:00:00.000+09:00"),
    ],
)
@pytest.mark.parametrize("order_id", ["2023010112345", "x"])
def test_timestamps_are_korean_with_milliseconds(at: float, timestamp: str, order_id: str) -> None:
    """Successes and errors carry the session's time as +09:00 with three decimals."""
    for profile in ("documented", "observed"):
        world = World(at=at, profile=profile)
        assert world.product_orders(order_id).json["timestamp"] == timestamp


def test_documented_trace_ids(world: World) -> None:
    """In the guide's form, one for each exchange, and no header that the guide does not have."""
    answers = [world.product_orders(), world.product_orders("x"), world.product_orders(authorization="")]
    ids = [answer.json["traceId"] for answer in answers]
    assert len(set(ids)) == 3
    for answer, trace_id in zip(answers, ids, strict=True):
        assert re.fullmatch(r"[0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6}", trace_id)
        assert "gncp-gw-trace-id" not in answer.headers


def test_observed_trace_ids(observed: World) -> None:
    """A^B^C on every answer, the same in header and body; A and B stay, C grows; A is a UUIDv7 of B's second."""
    answers = [
        observed.product_orders(),
        observed.product_orders("x"),
        observed.product_orders("9999999999999999"),
        observed.product_orders(authorization=""),
        observed.call("GET", "/external/unknown"),
    ]
    parts = []
    for answer in answers:
        assert answer.headers["gncp-gw-trace-id"] == answer.json["traceId"]
        found = GATEWAY.fullmatch(answer.json["traceId"])
        assert found
        parts.append(found.groups())
    assert len({(a, b) for a, b, _ in parts}) == 1
    counters = [int(c) for *_, c in parts]
    assert counters == sorted(set(counters))
    instance, started, _ = parts[0]
    uuid = base64.urlsafe_b64decode(instance + "==")
    assert uuid[6] >> 4 == 7
    assert 0 <= int.from_bytes(uuid[:6], "big") - int(started) < 1_000


def test_the_token_endpoint_is_traced_in_the_header_only(observed: World) -> None:
    """Neither its success nor its refusals have a traceId in the body."""
    for answer in (observed.naver_token(), observed.naver_token(client_id="nobody")):
        assert "traceId" not in answer.json
        assert GATEWAY.fullmatch(answer.headers["gncp-gw-trace-id"])


def test_the_401_is_the_docs_to_the_byte(observed: World, reference: Callable[[str], bytes]) -> None:
    """Same keys in the same order, compact UTF-8, no charset; 168 bytes where the trace id is as long as the docs'."""
    docs = reference("naver_payloads/gw_401_AUTHN.json").strip()
    assert len(docs) == 168
    answer = observed.product_orders(authorization="Bearer expired")
    ours, theirs = answer.json, json.loads(docs)
    assert answer.status == 401
    assert answer.headers["content-type"] == "application/json"
    assert list(ours) == list(theirs)
    assert (ours["code"], ours["message"]) == (theirs["code"], theirs["message"])
    assert len(ours["timestamp"]) == len(theirs["timestamp"])
    same = {**ours, "timestamp": theirs["timestamp"], "traceId": theirs["traceId"]}
    assert (
        answer.body.replace(ours["timestamp"].encode(), theirs["timestamp"].encode()).replace(
            ours["traceId"].encode(), theirs["traceId"].encode()
        )
        == docs
    )
    assert same == theirs


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("101010", ["timestamp", "code", "traceId", "message"]),
        ("GW.AUTHN", ["code", "message", "timestamp", "traceId"]),
        ("GW.RATE_LIMIT", ["code", "message", "timestamp", "traceId"]),
        ("BAD_REQUEST.client_id", ["code", "message", "timestamp", "invalidInputs"]),
    ],
)
def test_keys_stand_in_the_recorded_order(either: World, code: str, keys: list[str]) -> None:
    """Each envelope keeps the order of keys of its recorded bodies."""
    assert list(either.product_orders(prefer=f"code={code}").json) == keys


@pytest.mark.parametrize("period", ["HOURS", "SECONDS", "ROUND"])
def test_periods_of_a_quota(observed: World, period: str) -> None:
    """Each period that is known can be asked for; on the wire the code is the same, and a plain call has no quota."""
    code = "GW.QUOTA_LIMIT" if period == "HOURS" else f"GW.QUOTA_LIMIT.{period}"
    answer = observed.product_orders(prefer=f"code={code}")
    assert (answer.status, answer.json["code"]) == (429, "GW.QUOTA_LIMIT")
    assert answer.headers["gncp-gw-quota-period"] == period
    assert (int(answer.headers["gncp-gw-quota-limit"]) > 0, answer.headers["gncp-gw-quota-remaining"]) == (True, "0")
    assert not [name for name in observed.product_orders().headers if name.startswith("gncp-gw-quota")]


def test_every_answer_says_how_long_the_service_took(observed: World) -> None:
    """Successes, refusals, unknown paths and tokens have it beside the trace id, in whole milliseconds."""
    for answer in (
        observed.product_orders(),
        observed.product_orders("x"),
        observed.product_orders(authorization=""),
        observed.product_orders(prefer="code=GW.TIMEOUT.01"),
        observed.call("GET", "/external/unknown"),
        observed.call("DELETE", "/partner/v1/seller/account"),
        observed.naver_token(),
        observed.naver("POST", "/query", {"productOrderIds": []}),
        observed.naver("GET", "/last-changed-statuses", lastChangedFrom="2026-03-04T00:00:00.000+09:00"),
    ):
        assert re.fullmatch(r"[0-9]+", answer.headers["gncp-gw-httpclient-responsetime"])
        assert GATEWAY.fullmatch(answer.headers["gncp-gw-trace-id"])


def test_runs_can_be_repeated(either: World) -> None:
    """Equal seeds, clocks and calls give equal bytes."""
    twin = World(profile=either.session.profile)
    for order_id in ("2023010112345", "x", "9999999999999999"):
        assert either.product_orders(order_id) == twin.product_orders(order_id)
    assert either.naver_token() == twin.naver_token()
