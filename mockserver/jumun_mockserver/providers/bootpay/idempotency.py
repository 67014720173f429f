"""`Idempotency-Key`: the stored answer again, whatever the second request is.

Source: bootpay-mcp docs/commerce-hosted-login.md, 2026-09. A key is the project's, whatever the operation; it lives for
24 hours, and the body is not compared. Two first calls at the same time both act: there is no lock. That refusals of an
order's state are stored as successes are, and that reads store nothing, is assumed.
"""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.written import IDEMPOTENCY

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

_STORED_S = 86_400


def replaying(handler: Callable[[Call, BootpayShop], Any]) -> Callable[[Call, BootpayShop], Any]:
    """A handler that answers a key of the last 24 hours as it did before; without one it is called as usual."""

    @wraps(handler)
    def handle(call: Call, shop: BootpayShop) -> Any:
        key = call.request.headers.get("idempotency-key", "").strip()
        if not key:
            return handler(call, shop)
        name = hashlib.sha256(f"{call.application}:{key}".encode()).hexdigest()
        stored = shop.state.read(IDEMPOTENCY, name)
        if stored is not None and call.now < stored["until"]:
            remark = f"Idempotency-Key was used before, by {stored['operation']}: its stored answer is replayed"
            if stored["cause"]:
                raise ApiError(stored["cause"], remark)
            call.remarks.append(remark)
            return stored["body"]
        try:
            body = handler(call, shop)
        except ApiError as error:
            _store(name, error.cause, None, call, shop)
            raise
        _store(name, "", body, call, shop)
        return body

    return handle


def _store(name: str, cause: str, body: Any, call: Call, shop: BootpayShop) -> None:
    operation = call.operation.id if call.operation else ""
    until = call.now + _STORED_S
    stored = {"operation": operation, "cause": cause, "body": body, "until": until}
    shop.state.write(IDEMPOTENCY, name, stored, now=call.now, until=until)
