"""The forms of NAVER's bodies and the headers round them."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.naver.times import render_time

if TYPE_CHECKING:
    from jumun_contracts import ErrorEntry
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.naver.shop import NaverShop

# Ids of three times six hex digits. An odd step comes to each of them once before it repeats.
_TRACES = 16**18
_TRACE_STEP = 0x9E3779B97F4A7C15F3


def render_success(data: Any, call: Call, shop: NaverShop) -> dict[str, Any]:
    """A body with timestamp, traceId and `data`."""
    return {"timestamp": render_time(call.now), "traceId": _trace_id(call, shop), "data": data}


def render_error(entry: ErrorEntry, call: Call, shop: NaverShop) -> dict[str, Any]:
    """An error's body in the entry's envelope; the order of keys is that of the recorded bodies."""
    code, message, timestamp = entry.wire_code, entry.message, render_time(call.now)
    if entry.envelope == "token":
        return {"code": code, "message": message, "timestamp": timestamp, "invalidInputs": []}
    if entry.envelope == "domain":
        trace_id = _trace_id(call, shop)
        return {"timestamp": timestamp, "code": code, "traceId": trace_id, "message": message}
    trace_id = _gateway_trace_id(call, shop) if entry.envelope == "gateway" else _trace_id(call, shop)
    return {"code": code, "message": message, "timestamp": timestamp, "traceId": trace_id}


def response_headers(call: Call, shop: NaverShop) -> dict[str, str]:
    """Trace id, waiting time and limits of the gateway, as live answers carry them; the guide names no header."""
    if shop.profile != "observed":
        return {}
    headers = {
        "gncp-gw-trace-id": _gateway_trace_id(call, shop),
        "gncp-gw-httpclient-responsetime": str(_response_time(shop.seed, call.serial)),
    }
    if call.budget:
        headers["gncp-gw-ratelimit-replenish-rate"] = f"{call.budget.rate:g}"
        headers["gncp-gw-ratelimit-burst-capacity"] = str(call.budget.burst)
        headers["gncp-gw-ratelimit-remaining"] = str(call.budget.remaining)
    return headers


def _trace_id(call: Call, shop: NaverShop) -> str:
    """In the form that the profile shows: the guide's three groups of six, or the gateway's."""
    if shop.profile == "observed":
        return _gateway_trace_id(call, shop)
    digits = f"{(_first_trace(shop.seed) + call.serial * _TRACE_STEP) % _TRACES:018x}"
    return f"{digits[:6]}-{digits[6:12]}-{digits[12:]}"


@lru_cache(maxsize=16)
def _first_trace(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:trace".encode()).digest()[:9], "big")


def _gateway_trace_id(call: Call, shop: NaverShop) -> str:
    """Instance ^ its start in ms ^ request counter."""
    return f"{_gateway_instance(shop.seed)}^{call.serial}"


def _response_time(seed: str, serial: int) -> int:
    """Milliseconds that the service behind the gateway is said to have taken, 20 to 99."""
    return 20 + (_first_trace(seed) + serial * _TRACE_STEP) % 80


@lru_cache(maxsize=16)
def _gateway_instance(seed: str) -> str:
    """The instance is a UUIDv7 in base64url, as in 2026."""
    digest = hashlib.sha256(f"{seed}:gateway".encode()).digest()
    started_ms = 1_767_225_600_000 + int.from_bytes(digest[:3], "big")
    uuid = bytearray((started_ms + 700).to_bytes(6, "big") + digest[6:16])
    uuid[6] = 0x70 | uuid[6] & 0x0F
    uuid[8] = 0x80 | uuid[8] & 0x3F
    return f"{urlsafe_b64encode(uuid).rstrip(b'=').decode()}^{started_ms}"
