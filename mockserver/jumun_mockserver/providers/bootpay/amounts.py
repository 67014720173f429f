"""Amounts in bodies of requests: none that sums could not be made of."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

AMOUNT_AT_MOST = 1_000_000_000
"""KRW, as of an order that is placed; that the API has a bound, and which, is not known."""
_AMOUNT = re.compile(r"(?:^|_)(?:price|fee|tax_free)$|_price$")
_NEVER_BELOW_0 = re.compile(r"_fee$|refund_price$")
# Data of the caller's own.
_LEFT_ALONE = ("metadata", "extra")


def with_amounts(handler: Callable[[Call, BootpayShop], Any]) -> Callable[[Call, BootpayShop], Any]:
    """A handler that is not called with amounts beyond the bound, or fees below 0.

    Raises:
        ApiError: `unprocessable`.
    """

    @wraps(handler)
    def handle(call: Call, shop: BootpayShop) -> Any:
        _check(call.body)
        return handler(call, shop)

    return handle


def _check(value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _check(each)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name in _LEFT_ALONE:
                continue
            if isinstance(member, int) and _AMOUNT.search(name):
                least = 0 if _NEVER_BELOW_0.search(name) else -AMOUNT_AT_MOST
                if not least <= member <= AMOUNT_AT_MOST:
                    raise ApiError("unprocessable", f"{name} must be from {least} to {AMOUNT_AT_MOST}")
            else:
                _check(member)
