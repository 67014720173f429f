"""Typed clients for NAVER's Commerce API and Bootpay's Commerce API.

    from jumun_client import BootpayCommerceClient, OrderStatus

    with BootpayCommerceClient(client_key="...", secret_key="...") as bootpay:
        page = bootpay.list_orders(status=[OrderStatus.PAID], limit=50)

Names are loaded on first use: pytest imports this package, for its fixtures, in every run of every user.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumun_client.answer import RawAnswer
    from jumun_client.batch import BatchItem
    from jumun_client.bootpay_clients import (
        AsyncBootpayCommerceClient,
        BootpayCommerceClient,
    )
    from jumun_client.errors import (
        INVALID_ORDER_ID,
        ORDER_NOT_FOUND,
        SERVER_ERROR,
        UNAUTHORIZED,
        UNKNOWN_ERROR,
        ApiError,
        AuthenticationError,
        BadRequestError,
        ConnectionFailedError,
        DeadlineExceededError,
        NotFoundError,
        Outcome,
        PermissionDeniedError,
        RateLimitError,
        ServerError,
        StatusError,
        ThrottledError,
        TimedOutError,
        UnexpectedAnswerError,
    )
    from jumun_client.models import (
        BootpayToken,
        CsType,
        Order,
        OrderPage,
        OrderStatus,
        PaymentStatus,
        ProductOrderIds,
        SubscriptionBillingType,
    )
    from jumun_client.naver_clients import (
        AsyncNaverCommerceClient,
        NaverCommerceClient,
    )
    from jumun_client.options import Settings
    from jumun_client.order_query import OrderFilters
    from jumun_client.timing import (
        AsyncTiming,
        Timing,
    )
    from jumun_client.watching import Sighting
else:
    # Where type checkers do not look: to them a module with __getattr__ has every name, misspelt ones too.
    _MODULES = {
        "RawAnswer": "answer",
        "BatchItem": "batch",
        "AsyncBootpayCommerceClient": "bootpay_clients",
        "BootpayCommerceClient": "bootpay_clients",
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
        "OrderFilters": "order_query",
        "AsyncTiming": "timing",
        "Timing": "timing",
        "Sighting": "watching",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        return value


__all__ = [
    "INVALID_ORDER_ID",
    "ORDER_NOT_FOUND",
    "SERVER_ERROR",
    "UNAUTHORIZED",
    "UNKNOWN_ERROR",
    "ApiError",
    "AsyncBootpayCommerceClient",
    "AsyncNaverCommerceClient",
    "AsyncTiming",
    "AuthenticationError",
    "BadRequestError",
    "BatchItem",
    "BootpayCommerceClient",
    "BootpayToken",
    "ConnectionFailedError",
    "CsType",
    "DeadlineExceededError",
    "NaverCommerceClient",
    "NotFoundError",
    "Order",
    "OrderFilters",
    "OrderPage",
    "OrderStatus",
    "Outcome",
    "PaymentStatus",
    "PermissionDeniedError",
    "ProductOrderIds",
    "RateLimitError",
    "RawAnswer",
    "ServerError",
    "Settings",
    "Sighting",
    "StatusError",
    "SubscriptionBillingType",
    "ThrottledError",
    "TimedOutError",
    "Timing",
    "UnexpectedAnswerError",
]


def __dir__() -> list[str]:
    return __all__
