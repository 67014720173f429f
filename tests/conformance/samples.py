"""A good request for each operation, and the call of the client that makes it: what tables of tests start from.

A new operation is an entry in each of the two.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import bcrypt

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.http import Request
from jumun_mockserver.core.routing import Routes
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_mockserver.assembly import Options
    from jumun_mockserver.core.dispatch import Dispatch

NOW = 1_790_000_000.25

_CLIENT_ID, _CLIENT_SECRET = "demo-naver-client-id", b"$2a$04$DemoSecretOfJumunOnly."


def _naver_token() -> Request:
    timestamp = str(int(NOW * 1000) - 1000)
    sign = base64.b64encode(bcrypt.hashpw(f"{_CLIENT_ID}_{timestamp}".encode(), _CLIENT_SECRET)).decode()
    form = {
        "client_id": _CLIENT_ID,
        "timestamp": timestamp,
        "grant_type": "client_credentials",
        "client_secret_sign": sign,
        "type": "SELF",
    }
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    return Request("POST", "/external/v1/oauth2/token", "", headers, urlencode(form).encode())


def _naver_product_order_ids() -> Request:
    headers = {"authorization": "Bearer your_access_token_here", "accept": "application/json"}
    path = "/external/v1/pay-order/seller/orders/2023010112345/product-order-ids"
    return Request("GET", path, "", headers)


def _bootpay_headers() -> dict[str, str]:
    pair = base64.b64encode(b"your-commerce-client-key:your-commerce-secret-key").decode()
    return {"authorization": f"Basic {pair}", "content-type": "application/json", "accept": "application/json"}


def _bootpay_token() -> Request:
    body = b'{"client_key":"your-commerce-client-key","secret_key":"your-commerce-secret-key"}'
    return Request("POST", "/v1/request/token", "", _bootpay_headers(), body)


def _bootpay_orders_list() -> Request:
    return Request("GET", "/v1/orders", "page=1&limit=20&css_at=2025-01-01&cse_at=2025-01-31", _bootpay_headers())


GOOD_REQUESTS: Mapping[str, Request] = {
    "naver.token": _naver_token(),
    "naver.product_order_ids": _naver_product_order_ids(),
    "bootpay.token": _bootpay_token(),
    "bootpay.orders.list": _bootpay_orders_list(),
}

# How the client makes the same calls, given one of its four clients or `with_raw_response` of one. NAVER's token has no
# method: the client asks for it by itself.
CLIENT_CALLS: Mapping[str, Callable[[Any], Any]] = {
    "naver.product_order_ids": lambda client: client.product_order_ids("2023010112345"),
    "bootpay.token": lambda client: client.request_token(),
    "bootpay.orders.list": lambda client: client.list_orders(limit=1),
}

OPERATIONS = sorted({route.operation for profile in PROFILES for route in Routes(PROVIDERS, profile).all})
IN_PROFILES = [
    (operation, profile)
    for operation in OPERATIONS
    for profile in PROFILES
    if operation in load_contract(operation.partition(".")[0], profile).operations
]
"""Each operation with each profile that has it."""


def frozen_options(profile: str) -> Options:
    """Options under which two servers give the same bytes."""
    return {"profile": profile, "clock": Clock(frozen_at=NOW), "seed": "conformance"}


def frozen_dispatch(profile: str) -> Dispatch:
    """A dispatch whose time stands still."""
    return create_dispatch(frozen_options(profile))


def with_headers(request: Request, **headers: str) -> Request:
    """The request with more headers; `_` stands for `-`."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(request.method, request.path, request.query, {**request.headers, **more}, request.body)
