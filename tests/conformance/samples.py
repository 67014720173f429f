"""A good request for each operation, and the call of the client that makes it: what tables of tests start from.

A new operation is an entry in each of the two.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
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
    return replace(good, method="POST", headers=headers, body=json.dumps(body, ensure_ascii=False).encode())


def _naver_put(path: str, body: object) -> Request:
    return replace(_naver_post(path, body), method="PUT")


def _bootpay_headers() -> dict[str, str]:
    pair = base64.b64encode(b"your-commerce-client-key:your-commerce-secret-key").decode()
    return {"authorization": f"Basic {pair}", "content-type": "application/json", "accept": "application/json"}


def _bootpay_token() -> Request:
    body = b'{"client_key":"your-commerce-client-key","secret_key":"your-commerce-secret-key"}'
    return Request("POST", "/v1/request/token", "", _bootpay_headers(), body)


def _bootpay_orders_list() -> Request:
    return Request("GET", "/v1/orders", "page=1&limit=20&css_at=2025-01-01&cse_at=2025-01-31", _bootpay_headers())


def _bootpay(method: str, path: str, query: str = "", body: object = None, role: str = "") -> Request:
    headers = _bootpay_headers() | ({"bootpay-role": role} if role else {})
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    return Request(method, f"/v1/{path}", query, headers, content)


# The packaged order that is asked to be cancelled, and its cancellation.
_CANCEL = "68567490701520fb20974f03"
_INVOICE = "687a1b2c3d4e5f6789012345"


# The packaged contracts: active, paused with a request that waits, and one that waits for approval.
_CONTRACT, _PAUSED, _WAITING = "685b7b10b0eacea5cd974a93", "6973336e4346c992dc19ed61", "68708a10b0eacea5cd974a95"
_BILL, _REQUEST, _KEY = "68707c59503ec877f6e55f58", "6870740cb0eacea5cd974a96", {"charge_key": "demo-charge-key"}
_ADJUSTMENTS = f"order_subscriptions/{_CONTRACT}/adjustments"


def _supervise(method: str, path: str, body: object) -> Request:
    return _bootpay(method, path, body=body, role="supervisor")


def _ask(method: str, kind: str, contract: str, **more: object) -> Request:
    body = {"order_subscription_id": contract, "reason": "이사", **more}
    return _bootpay(method, f"order_subscriptions/requests/ing/{kind}", body=body)


def _naver_claim(path: str, body: object) -> Request:
    target = f"{_NAVER_ORDERS}/{_PRODUCT_ORDERS[0]}/claim/{path}"
    return replace(_naver_get(target), method="POST") if body is None else _naver_post(target, body)


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
    "bootpay.orders.detail": _bootpay("GET", "orders/68707c59b0eacea5cd974efd"),
    "bootpay.orders.month": _bootpay(
        "GET", "orders/month", "user_group_id=6763758e817af6a00e0fbf62&search_date=2025-07"
    ),
    "bootpay.order_cancel.list": _bootpay("GET", "order/cancel"),
    "bootpay.order_cancel.request": _bootpay(
        "POST",
        "order/cancel",
        body={"order_number": "25071182085082524116", "request_cancel_parameters": {"cancel_reason": "단순 변심"}},
    ),
    "bootpay.order_cancel.withdraw": _bootpay("PUT", f"order/cancel/{_CANCEL}/withdraw", body={}),
    "bootpay.order_cancel.approve": _bootpay(
        "PUT", f"order/cancel/{_CANCEL}/approve", body={"message": "승인"}, role="supervisor"
    ),
    "bootpay.order_cancel.reject": _bootpay(
        "PUT", f"order/cancel/{_CANCEL}/reject", body={"message": "이미 발송했습니다"}, role="supervisor"
    ),
    "bootpay.invoices.list": _bootpay("GET", "invoices", "page=1&limit=24"),
    "bootpay.invoices.detail": _bootpay("GET", f"invoices/{_INVOICE}"),
    "bootpay.invoices.create": _bootpay("POST", "invoices", body={"title": "청구서", "price": 50_000}),
    "bootpay.invoices.notify": _bootpay("POST", f"invoices/{_INVOICE}/notify", body={"send_types": [1, 2]}),
    "bootpay.subscriptions.list": _bootpay("GET", "order_subscriptions", "page=1&limit=20&status=1"),
    "bootpay.subscriptions.detail": _bootpay("GET", f"order_subscriptions/{_CONTRACT}"),
    "bootpay.subscriptions.update": _supervise("PUT", f"order_subscriptions/{_CONTRACT}", {"price": 31_000}),
    "bootpay.subscriptions.approve": _supervise("PUT", f"order_subscriptions/{_WAITING}/approve", {}),
    "bootpay.subscriptions.reject": _supervise("PUT", f"order_subscriptions/{_WAITING}/reject", {"reason": "심사"}),
    "bootpay.subscriptions.pause": _supervise("PUT", f"order_subscriptions/{_CONTRACT}/pause", {"reason": "점검"}),
    "bootpay.subscriptions.resume": _supervise("PUT", f"order_subscriptions/{_PAUSED}/resume", {}),
    "bootpay.subscriptions.terminate": _supervise("PUT", f"order_subscriptions/{_CONTRACT}/terminate", {}),
    "bootpay.subscriptions.charge": _supervise("POST", "order_subscriptions/charge", {**_KEY, "price": 1_000}),
    "bootpay.subscriptions.revoke_charge": _supervise("DELETE", "order_subscriptions/charge", _KEY),
    "bootpay.subscription_bills.list": _bootpay("GET", "order_subscription_bills", "page=1&limit=20&status=1%2C2"),
    "bootpay.subscription_bills.detail": _bootpay("GET", f"order_subscription_bills/{_BILL}"),
    "bootpay.subscription_bills.update": _bootpay("PUT", f"order_subscription_bills/{_BILL}", body={"price": 27_000}),
    "bootpay.subscription_requests.pause": _ask("POST", "pause", _CONTRACT),
    "bootpay.subscription_requests.resume": _ask("PUT", "resume", _PAUSED),
    "bootpay.subscription_requests.post_resume": _ask("POST", "resume", _PAUSED),
    "bootpay.subscription_requests.purchase": _ask("POST", "purchase", _CONTRACT),
    "bootpay.subscription_requests.transfer": _ask(
        "POST", "transfer", _CONTRACT, new_user_id="67e4b4425ec892162491d0ed"
    ),
    "bootpay.subscription_requests.termination": _ask("POST", "termination", _CONTRACT),
    "bootpay.subscription_requests.termination_fee": _bootpay(
        "GET", "order_subscriptions/requests/ing/calculate_termination_fee", f"order_subscription_id={_CONTRACT}"
    ),
    "bootpay.subscription_requests.list": _bootpay("GET", "order-subscription-requests", "page=1&limit=20"),
    "bootpay.subscription_requests.detail": _bootpay("GET", f"order-subscription-requests/{_REQUEST}"),
    "bootpay.subscription_requests.update": _supervise(
        "PUT", f"order-subscription-requests/{_REQUEST}", {"approval": "approve"}
    ),
    "bootpay.adjustments.create": _supervise("POST", _ADJUSTMENTS, {"name": "할인", "price": -1_000, "type": 2}),
    "bootpay.adjustments.update": _supervise("PUT", _ADJUSTMENTS, {"adjustments": [{"price": -1_000, "type": 2}]}),
    "bootpay.adjustments.delete": _supervise(
        "DELETE", _ADJUSTMENTS, {"order_subscription_adjustment_id": "6965fc104cb8149d07712533"}
    ),
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
    "bootpay.orders.detail": lambda client: client.show_order("68707c59b0eacea5cd974efd"),
    "bootpay.orders.month": lambda client: client.list_month_orders("6763758e817af6a00e0fbf62", "2025-07"),
    "bootpay.order_cancel.list": lambda client: client.list_cancellations(),
    "bootpay.order_cancel.request": lambda client: client.request_cancellation("25071182085082524116", reason="변심"),
    "bootpay.order_cancel.withdraw": lambda client: client.withdraw_cancellation(_CANCEL),
    "bootpay.order_cancel.approve": lambda client: client.approve_cancellation(_CANCEL, message="승인"),
    "bootpay.order_cancel.reject": lambda client: client.reject_cancellation(_CANCEL, message="이미 발송했습니다"),
    "bootpay.invoices.list": lambda client: client.list_invoices(),
    "bootpay.invoices.detail": lambda client: client.show_invoice(_INVOICE),
    "bootpay.invoices.create": lambda client: client.create_invoice(50_000, title="청구서"),
    "bootpay.invoices.notify": lambda client: client.notify_invoice(_INVOICE, send_types=[1, 2]),
    "bootpay.subscriptions.list": lambda client: client.list_subscriptions(status=1),
    "bootpay.subscriptions.detail": lambda client: client.show_subscription(_CONTRACT),
    "bootpay.subscriptions.update": lambda client: client.update_subscription(_CONTRACT, price=31_000),
    "bootpay.subscriptions.approve": lambda client: client.approve_subscription(_WAITING),
    "bootpay.subscriptions.reject": lambda client: client.reject_subscription(_WAITING, reason="심사"),
    "bootpay.subscriptions.pause": lambda client: client.pause_subscription(_CONTRACT, reason="점검"),
    "bootpay.subscriptions.resume": lambda client: client.resume_subscription(_PAUSED),
    "bootpay.subscriptions.terminate": lambda client: client.terminate_subscription(_CONTRACT),
    "bootpay.subscriptions.charge": lambda client: client.charge_subscription("demo-charge-key", 1_000),
    "bootpay.subscriptions.revoke_charge": lambda client: client.revoke_charge_key("demo-charge-key"),
    "bootpay.subscription_bills.list": lambda client: client.list_subscription_bills(status=[1, 2]),
    "bootpay.subscription_bills.detail": lambda client: client.show_subscription_bill(_BILL),
    "bootpay.subscription_bills.update": lambda client: client.update_subscription_bill(_BILL, price=27_000),
    "bootpay.subscription_requests.pause": lambda client: client.request_pause(_CONTRACT, reason="여행"),
    "bootpay.subscription_requests.resume": lambda client: client.request_resume(_PAUSED, reason="귀국"),
    "bootpay.subscription_requests.purchase": lambda client: client.request_purchase(_CONTRACT),
    "bootpay.subscription_requests.transfer": lambda client: client.request_transfer(
        _CONTRACT, new_user_id="67e4b4425ec892162491d0ed"
    ),
    "bootpay.subscription_requests.termination": lambda client: client.request_termination(_CONTRACT),
    "bootpay.subscription_requests.termination_fee": lambda client: client.show_termination_fee(_CONTRACT),
    "bootpay.subscription_requests.list": lambda client: client.list_subscription_requests(),
    "bootpay.subscription_requests.detail": lambda client: client.show_subscription_request(_REQUEST),
    "bootpay.subscription_requests.update": lambda client: client.approve_subscription_request(_REQUEST),
    "bootpay.adjustments.create": lambda client: client.add_adjustment(_CONTRACT, name="할인", price=-1_000, type=2),
    "bootpay.adjustments.update": lambda client: client.update_adjustments(_CONTRACT, [{"price": -1_000, "type": 2}]),
    "bootpay.adjustments.delete": lambda client: client.delete_adjustment(_CONTRACT, "6965fc104cb8149d07712533"),
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
    """A dispatch whose time is fixed."""
    return create_dispatch(frozen_options(profile))


def with_headers(request: Request, **headers: str) -> Request:
    """The request with more headers; `_` stands for `-`."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(request.method, request.path, request.query, {**request.headers, **more}, request.body)
