"""A good request for each operation, and the call of the client that makes it: what tables of tests start from.

A new operation is an entry in each of the two.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import bcrypt

from jumun_client import Dispatch as Parcel
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


_NAVER_ORDERS = "/external/v1/pay-order/seller/product-orders"
_PRODUCT_ORDERS = ["2023010112345001", "2023010112345002"]
# The Korean day of `NOW`; the sign of the offset is escaped.
_DAY = ("2026-09-21T00:00:00.000%2B09:00", "2026-09-21T23:59:59.999%2B09:00")


def _naver_get(path: str, query: str = "") -> Request:
    headers = {"authorization": "Bearer your_access_token_here", "accept": "application/json"}
    return Request("GET", path, query, headers)


def _naver_post(path: str, body: object) -> Request:
    good = _naver_get(path)
    headers = {**good.headers, "content-type": "application/json"}
    return good._replace(method="POST", headers=headers, body=json.dumps(body, ensure_ascii=False).encode())


def _naver_put(path: str, body: object) -> Request:
    return _naver_post(path, body)._replace(method="PUT")


def _bootpay_headers() -> dict[str, str]:
    pair = base64.b64encode(b"your-commerce-client-key:your-commerce-secret-key").decode()
    return {"authorization": f"Basic {pair}", "content-type": "application/json", "accept": "application/json"}


def _bootpay_token() -> Request:
    body = b'{"client_key":"your-commerce-client-key","secret_key":"your-commerce-secret-key"}'
    return Request("POST", "/v1/request/token", "", _bootpay_headers(), body)


def _bootpay_orders_list() -> Request:
    return Request("GET", "/v1/orders", "page=1&limit=20&css_at=2025-01-01&cse_at=2025-01-31", _bootpay_headers())


def _naver_claim(path: str, body: object) -> Request:
    target = f"{_NAVER_ORDERS}/{_PRODUCT_ORDERS[0]}/claim/{path}"
    return _naver_get(target)._replace(method="POST") if body is None else _naver_post(target, body)


_CLAIMS: Mapping[str, tuple[str, object]] = {
    "cancel.request": ("cancel/request", {"cancelReason": "SOLD_OUT", "cancelQuantity": 1}),
    "cancel.approve": ("cancel/approve", None),
    "return.request": (
        "return/request",
        {
            "returnReason": "BROKEN",
            "collectDeliveryMethod": "RETURN_INDIVIDUAL",
            "collectDeliveryCompany": "CJGLS",
            "collectTrackingNumber": "600000000009",
            "returnQuantity": 1,
        },
    ),
    "return.approve": ("return/approve", None),
    "return.reject": ("return/reject", {"rejectReturnReason": "사용한 흔적이 있습니다."}),
    "return.holdback": (
        "return/holdback",
        {"holdbackClassType": "EXTRAFEEE", "holdbackReturnDetailReason": "추가 비용", "extraReturnFeeAmount": 3_000},
    ),
    "return.release": ("return/holdback/release", None),
    "exchange.collect_approve": ("exchange/collect/approve", None),
    "exchange.dispatch": (
        "exchange/dispatch",
        {"reDeliveryMethod": "DELIVERY", "reDeliveryCompany": "CJGLS", "reDeliveryTrackingNumber": "600000000002"},
    ),
    "exchange.reject": ("exchange/reject", {"rejectExchangeReason": "교환할 상품이 없습니다."}),
    "exchange.holdback": (
        "exchange/holdback",
        {"holdbackClassType": "EXCHANGE_PRODUCT_READY", "holdbackExchangeDetailReason": "준비 중"},
    ),
    "exchange.release": ("exchange/holdback/release", None),
}
GOOD_REQUESTS: Mapping[str, Request] = {
    "naver.token": _naver_token(),
    "naver.product_order_ids": _naver_get("/external/v1/pay-order/seller/orders/2023010112345/product-order-ids"),
    "naver.product_orders.query": _naver_post(
        f"{_NAVER_ORDERS}/query", {"productOrderIds": _PRODUCT_ORDERS, "quantityClaimCompatibility": True}
    ),
    "naver.product_orders.list": _naver_get(_NAVER_ORDERS, "from={}&to={}&productOrderStatuses=PAYED".format(*_DAY)),
    "naver.product_orders.changes": _naver_get(
        f"{_NAVER_ORDERS}/last-changed-statuses", "lastChangedFrom={}&lastChangedTo={}&limitCount=10".format(*_DAY)
    ),
    "naver.product_orders.confirm": _naver_post(f"{_NAVER_ORDERS}/confirm", {"productOrderIds": _PRODUCT_ORDERS}),
    "naver.product_orders.dispatch": _naver_post(
        f"{_NAVER_ORDERS}/dispatch",
        {
            "dispatchProductOrders": [
                {
                    "productOrderId": _PRODUCT_ORDERS[0],
                    "deliveryMethod": "DELIVERY",
                    "deliveryCompanyCode": "CJGLS",
                    "trackingNumber": "600000000001",
                    "dispatchDate": "2026-09-21T22:00:00.000+09:00",
                }
            ]
        },
    ),
    "naver.product_orders.delay": _naver_post(
        f"{_NAVER_ORDERS}/{_PRODUCT_ORDERS[0]}/delay",
        {
            "dispatchDueDate": "2026-09-28T23:59:59.000+09:00",
            "delayedDispatchReason": "PRODUCT_PREPARE",
            "dispatchDelayedDetailedReason": "상품 준비중입니다.",
        },
    ),
    "naver.product_orders.hope_delivery": _naver_post(
        f"{_NAVER_ORDERS}/{_PRODUCT_ORDERS[0]}/hope-delivery/change",
        {"hopeDeliveryYmd": "20260928", "hopeDeliveryHm": "1500", "region": "서울", "changeReason": "판매자 사정"},
    ),
    **{f"naver.claims.{name}": _naver_claim(path, body) for name, (path, body) in _CLAIMS.items()},
    "naver.seller.account": _naver_get("/external/v1/seller/account"),
    "naver.seller.channels": _naver_get("/external/v1/seller/channels"),
    "naver.products.search": _naver_post("/external/v1/products/search", {"productStatusTypes": ["SALE"], "size": 500}),
    "naver.products.channel": _naver_get("/external/v2/products/channel-products/10000000000"),
    "naver.products.origin": _naver_get("/external/v2/products/origin-products/20000000000"),
    "naver.categories.list": _naver_get("/external/v1/categories", "last=true"),
    "naver.settlements.cases": _naver_get("/external/v1/pay-settle/settle/case", "pageNumber=1&pageSize=1000"),
    "naver.qnas.list": _naver_get("/external/v1/contents/qnas", "fromDate={}&toDate={}".format(*_DAY)),
    "naver.qnas.answer": _naver_put(
        "/external/v1/contents/qnas/600000001", {"commentContent": "다음 주에 입고됩니다."}
    ),
    "naver.inquiries.list": _naver_get(
        "/external/v1/pay-user/inquiries", "startSearchDate=2026-09-01&endSearchDate=2026-09-30"
    ),
    "bootpay.token": _bootpay_token(),
    "bootpay.orders.list": _bootpay_orders_list(),
}

_SINCE = datetime(2026, 9, 21, tzinfo=UTC)
_PARCEL = Parcel(product_order_id=_PRODUCT_ORDERS[0], delivery_company_code="CJGLS", tracking_number="1")

# The same calls about claims, given a client and a product order.
CLAIM_CALLS: Mapping[str, Callable[[Any, str], Any]] = {
    "naver.claims.cancel.request": lambda client, id_: client.request_cancel(id_, reason="SOLD_OUT"),
    "naver.claims.cancel.approve": lambda client, id_: client.approve_cancel(id_),
    "naver.claims.return.request": lambda client, id_: client.request_return(
        id_, reason="BROKEN", collect_method="RETURN_INDIVIDUAL"
    ),
    "naver.claims.return.approve": lambda client, id_: client.approve_return(id_),
    "naver.claims.return.reject": lambda client, id_: client.reject_return(id_, reason="사용"),
    "naver.claims.return.holdback": lambda client, id_: client.hold_return(id_, reason="ETC", detail="확인"),
    "naver.claims.return.release": lambda client, id_: client.release_return(id_),
    "naver.claims.exchange.collect_approve": lambda client, id_: client.approve_exchange_collect(id_),
    "naver.claims.exchange.dispatch": lambda client, id_: client.dispatch_exchange(
        id_, delivery_company_code="CJGLS", tracking_number="2"
    ),
    "naver.claims.exchange.reject": lambda client, id_: client.reject_exchange(id_, reason="품절"),
    "naver.claims.exchange.holdback": lambda client, id_: client.hold_exchange(id_, reason="ETC", detail="확인"),
    "naver.claims.exchange.release": lambda client, id_: client.release_exchange(id_),
}


def _claim(call: Callable[[Any, str], Any], client: Any) -> Any:
    return call(client, _PRODUCT_ORDERS[0])


# How the client makes the same calls, given one of its four clients or `with_raw_response` of one. NAVER's token has no
# method: the client asks for it by itself.
CLIENT_CALLS: Mapping[str, Callable[[Any], Any]] = {
    "naver.product_order_ids": lambda client: client.product_order_ids("2023010112345"),
    "naver.product_orders.query": lambda client: client.query_product_orders(_PRODUCT_ORDERS),
    "naver.product_orders.list": lambda client: client.list_product_orders(_SINCE),
    "naver.product_orders.changes": lambda client: client.product_order_changes(_SINCE),
    "naver.product_orders.confirm": lambda client: client.confirm_product_orders(_PRODUCT_ORDERS),
    "naver.product_orders.dispatch": lambda client: client.dispatch_product_orders([_PARCEL]),
    "naver.product_orders.delay": lambda client: client.delay_dispatch(
        _PRODUCT_ORDERS[0], due=_SINCE, reason="PRODUCT_PREPARE"
    ),
    "naver.product_orders.hope_delivery": lambda client: client.change_hope_delivery(
        _PRODUCT_ORDERS[0], day=_SINCE.date(), reason="판매자 사정"
    ),
    **{name: partial(_claim, call) for name, call in CLAIM_CALLS.items()},
    "naver.seller.account": lambda client: client.seller_account(),
    "naver.seller.channels": lambda client: client.seller_channels(),
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
    """Options under which two servers give the same bytes, none of them under a key that is deprecated."""
    return {"profile": profile, "clock": Clock(frozen_at=NOW), "seed": "conformance", "legacy_claims": "off"}


def frozen_dispatch(profile: str) -> Dispatch:
    """A dispatch whose time stands still."""
    return create_dispatch(frozen_options(profile))


def with_headers(request: Request, **headers: str) -> Request:
    """The request with more headers; `_` stands for `-`."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(request.method, request.path, request.query, {**request.headers, **more}, request.body)
