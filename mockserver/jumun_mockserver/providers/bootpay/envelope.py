"""The two forms of Bootpay's errors. Successes come bare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumun_contracts import ErrorEntry
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop


def render_error(entry: ErrorEntry, call: Call, shop: BootpayShop) -> dict[str, Any]:  # noqa: ARG001 - the record's signature
    """The pages' {status, code, message, data}, or the live {error_code, message}."""
    if entry.envelope == "symbolic":
        return {"error_code": entry.name, "message": entry.message}
    return {"status": entry.status, "code": entry.wire_code, "message": entry.message, "data": None}


def response_headers(call: Call, shop: BootpayShop) -> dict[str, str]:  # noqa: ARG001 - the record's signature
    """None are known."""
    return {}
