"""The requests that every server gets, and the answer that makes it a fair comparison."""

from __future__ import annotations

import http.client
import json
from typing import Any

ORDER = "2023010112345"
BASE, ROUTE = "/external", "/v1/pay-order/seller/orders/{orderId}/product-order-ids"
PATH = BASE + ROUTE.format(orderId=ORDER)
# As a regular expression.
ANY_PATH = BASE + ROUTE.format(orderId="[0-9]+")
AUTHORIZATION = "Bearer your_access_token_here"
HEADERS = {"Authorization": AUTHORIZATION, "Accept": "application/json"}


def list_ids(order: str) -> list[str]:
    """The product orders of an order."""
    return [f"{order}00{n}" for n in (1, 2, 3)]


ORDERS = [str(int(ORDER) + n) for n in range(10_000)]
"""Those that requests which differ ask for, in turns."""
IDS = list_ids(ORDER)
# What a stub answers: Jumun's body at one moment, with its length.
ANSWER: dict[str, Any] = {
    "timestamp": "2026-01-01T09:00:00.000+09:00",
    "traceId": "000000-000000-000000",
    "data": {"productOrderIds": IDS},
}
BODY = json.dumps(ANSWER, separators=(",", ":"))
REFUSAL: dict[str, Any] = {"code": "UNAUTHORIZED", "message": "no good token"}

_TIMEOUT_S = 10


def ask(port: int, *, authorization: str = AUTHORIZATION) -> tuple[int, bytes]:
    """Status and body from the server on `port`; OSError or HTTPException where there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", PATH, headers={**HEADERS, "Authorization": authorization})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def is_right(status: int, body: bytes) -> bool:
    """Whether this is the answer: 200 and the three ids."""
    try:
        found: Any = json.loads(body)["data"]["productOrderIds"]
    except (ValueError, KeyError, TypeError):
        return False
    return status == http.client.OK and bool(found == IDS)
