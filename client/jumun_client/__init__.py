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
    from jumun_client.clients import BootpayCommerceClient, NaverCommerceClient
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
        NotFoundError,
        Outcome,
        PermissionDeniedError,
        RateLimitError,
        ServerError,
        StatusError,
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
else:
    # Where type checkers do not look: to them a module with __getattr__ has every name, misspelt ones too.
    _CLIENTS = {"BootpayCommerceClient", "NaverCommerceClient"}
    _MODELS = {
        "BootpayToken",
        "CsType",
        "Order",
        "OrderPage",
        "OrderStatus",
        "PaymentStatus",
        "ProductOrderIds",
        "SubscriptionBillingType",
    }

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = "clients" if name in _CLIENTS else "models" if name in _MODELS else "errors"
        value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
        return value


__all__ = [
    "INVALID_ORDER_ID",
    "ORDER_NOT_FOUND",
    "SERVER_ERROR",
    "UNAUTHORIZED",
    "UNKNOWN_ERROR",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "BootpayCommerceClient",
    "BootpayToken",
    "ConnectionFailedError",
    "CsType",
    "NaverCommerceClient",
    "NotFoundError",
    "Order",
    "OrderPage",
    "OrderStatus",
    "Outcome",
    "PaymentStatus",
    "PermissionDeniedError",
    "ProductOrderIds",
    "RateLimitError",
    "ServerError",
    "StatusError",
    "SubscriptionBillingType",
    "TimedOutError",
    "UnexpectedAnswerError",
]


def __dir__() -> list[str]:
    return __all__
