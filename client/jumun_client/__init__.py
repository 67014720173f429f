"""Typed clients for NAVER's Commerce API and Bootpay's Commerce API.

    from jumun_client import BootpayCommerceClient, OrderStatus

    with BootpayCommerceClient(client_key="...", secret_key="...") as bootpay:
        page = bootpay.list_orders(status=[OrderStatus.PAID], limit=50)

Names are loaded on first use: pytest imports this package, for its fixtures, in every run of every user.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

# The module of each public name. What type checkers read is made from it (client/generate.py).
_MODULES = {
    "RawAnswer": "answer",
    "BatchItem": "batch",
    "AsyncBootpayCommerceClient": "bootpay_clients",
    "BootpayCommerceClient": "bootpay_clients",
    "NewAdjustment": "bootpay_fields",
    "NewInvoice": "bootpay_fields",
    "SubscriptionChanges": "bootpay_fields",
    "BulkAnswer": "bulk",
    "BulkError": "bulk",
    "BulkItem": "bulk",
    "BulkResult": "bulk",
    "ConfirmedProductOrder": "bulk",
    "FailedProductOrder": "bulk",
    "ProductToCancel": "cancellation_request",
    "Checkpoint": "changes",
    "INVALID_ORDER_ID": "errors",
    "ORDER_NOT_FOUND": "errors",
    "SERVER_ERROR": "errors",
    "UNAUTHORIZED": "errors",
    "UNKNOWN_ERROR": "errors",
    "ApiError": "errors",
    "AuthenticationError": "errors",
    "BadRequestError": "errors",
    "ConnectionFailedError": "errors",
    "DeadlineExceededError": "errors",
    "NotFoundError": "errors",
    "Outcome": "errors",
    "PermissionDeniedError": "errors",
    "RateLimitError": "errors",
    "ServerError": "errors",
    "StatusError": "errors",
    "ThrottledError": "errors",
    "TimedOutError": "errors",
    "UnexpectedAnswerError": "errors",
    "WebhookError": "errors",
    "Invoice": "invoices",
    "InvoicePage": "invoices",
    "InvoiceSendType": "invoices",
    "InvoiceStatus": "invoices",
    "BootpayToken": "models",
    "CsType": "models",
    "Order": "models",
    "OrderPage": "models",
    "OrderStatus": "models",
    "PaymentStatus": "models",
    "ProductOrderIds": "models",
    "SubscriptionBillingType": "models",
    "AsyncNaverCommerceClient": "naver_clients",
    "NaverCommerceClient": "naver_clients",
    "Settings": "options",
    "Cancellation": "order_details",
    "CancellationPage": "order_details",
    "CancellationStatus": "order_details",
    "OrderDetail": "order_details",
    "OrderProduct": "order_details",
    "OrderStatusName": "order_details",
    "PaymentStatusName": "order_details",
    "RejectedCancellation": "order_details",
    "InvoiceFilters": "order_query",
    "OrderFilters": "order_query",
    "SubscriptionBillFilters": "order_query",
    "SubscriptionFilters": "order_query",
    "SubscriptionRequestFilters": "order_query",
    "Dispatch": "product_order_request",
    "ClaimStatus": "product_orders",
    "LastChangedType": "product_orders",
    "PlaceOrderStatus": "product_orders",
    "ProductOrder": "product_orders",
    "ProductOrderChange": "product_orders",
    "ProductOrderChanges": "product_orders",
    "ProductOrderPage": "product_orders",
    "ProductOrders": "product_orders",
    "ProductOrderStatus": "product_orders",
    "SellerAccount": "seller",
    "SellerChannel": "seller",
    "SubscriptionBill": "subscription_bills",
    "SubscriptionBillPage": "subscription_bills",
    "SubscriptionBillStatus": "subscription_bills",
    "RequestedChange": "subscription_requests",
    "SubscriptionRequest": "subscription_requests",
    "SubscriptionRequestPage": "subscription_requests",
    "SubscriptionRequestStatus": "subscription_requests",
    "SubscriptionRequestType": "subscription_requests",
    "Adjustment": "subscriptions",
    "Adjustments": "subscriptions",
    "AdjustmentType": "subscriptions",
    "PaymentCycle": "subscriptions",
    "RevokedChargeKey": "subscriptions",
    "Subscription": "subscriptions",
    "SubscriptionCharge": "subscriptions",
    "SubscriptionPage": "subscriptions",
    "SubscriptionStatus": "subscriptions",
    "TerminatedSubscription": "subscriptions",
    "TerminationFee": "subscriptions",
    "AsyncTiming": "timing",
    "Timing": "timing",
    "Sighting": "watching",
}

if TYPE_CHECKING:
    from jumun_client.public import *  # noqa: F403

    __all__: list[str]
else:
    # Where type checkers do not look: to them a module with __getattr__ has every name, misspelt ones too.
    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        return value

    __all__ = sorted(_MODULES, key=lambda name: (not name.isupper(), name))  # noqa: PLE0605 - a list it is


def __dir__() -> list[str]:
    return __all__
