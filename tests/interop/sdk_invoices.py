"""Calls of the official Bootpay SDKs about invoices, and the test of a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.interop.sdk_call import SdkCall

if TYPE_CHECKING:
    from collections.abc import Mapping

# As InvoiceCreateParams of both SDKs.
_ALL: Mapping[str, Any] = {
    "user_id": "67e4b4425ec892162491d0f0",
    "user_group_id": "6763758e817af6a00e0fbf63",
    "title": "청구서",
    "name": "7월분",
    "description": "정기 점검",
    "price": 50_000,
    "tax_free_price": 0,
    "expired_at": "2026-04-01",
    "invoice_items": [{"name": "점검", "price": 50_000, "qty": 1}],
    "send_types": [1],
    "webhook_url": "https://shop.example/hook",
    "metadata": {"order": "A-1"},
}


def _invoice(method: str, given: str, *arguments: Any, line: str, **more: Any) -> SdkCall:
    return SdkCall(
        method=f"invoice.{method}",
        given=given,
        arguments=arguments,
        line=line,
        operation=f"bootpay.invoices.{method}",
        **{"key": "made", **more},
    )


def _notify(given: str, *arguments: Any, sends: Any, key: str = "made", after: str) -> SdkCall:
    return _invoice(
        "notify",
        given,
        "@invoice",
        *arguments,
        line="POST /v1/invoices/@invoice/notify",
        sends=sends,
        key=key,
        returns=None,
        about="@invoice",
        after=after,
    )


def _test_webhook(given: str, *arguments: Any, sends: Any, key: str = "made") -> SdkCall:
    """A call that Jumun does not serve."""
    return SdkCall(
        method="webhook.sendTest",
        given=given,
        arguments=arguments,
        line="POST /v1/webhook/test",
        sends=sends,
        key=key,
        code="NOT_FOUND",
    )


INVOICES: tuple[SdkCall, ...] = (
    _invoice("list", "nothing", line="GET /v1/invoices?page=1&limit=24", returns={"count": 3}),
    _invoice(
        "list",
        "`limit`, `product_type` and a first day, with an `idempotency_key`",
        {"limit": 5, "product_type": 0, "css_at": "2025-01-01", "idempotency_key": "invoices"},
        line="GET /v1/invoices?page=1&limit=5&product_type=0&css_at=2025-01-01",
        key="invoices",
        returns={"count": 0},
    ),
    _invoice(
        "create",
        "with `idempotency_key`, which goes into the body",
        {"title": "청구서", "price": 50_000, "idempotency_key": "invoice"},
        line="POST /v1/invoices",
        sends={"title": "청구서", "price": 50_000, "idempotency_key": "invoice"},
        key="",
        strays="idempotency_key",
        returns={"name": "청구서", "price": 50_000},
    ),
    _invoice(
        "create",
        "the same again",
        {"title": "청구서", "price": 50_000, "idempotency_key": "invoice"},
        line="POST /v1/invoices",
        sends={"title": "청구서", "price": 50_000, "idempotency_key": "invoice"},
        key="",
        strays="idempotency_key",
        returns={"name": "청구서", "price": 50_000},
    ),
    _invoice(
        "create",
        "all that the types have",
        _ALL,
        line="POST /v1/invoices",
        sends=_ALL,
        key="",
        returns={"name": "7월분", "price": 50_000},
    ),
    _invoice("list", "nothing, with the new ones", line="GET /v1/invoices?page=1&limit=24", returns={"count": 6}),
    _invoice(
        "detail",
        "an invoice",
        "@invoice",
        line="GET /v1/invoices/@invoice",
        returns={"price": 50_000, "status": 1},
    ),
    _notify(
        "SMS and KakaoTalk, with a key",
        [1, 2],
        "notify",
        sends={"send_types": [1, 2]},
        key="notify",
        after="sent as 1, 2",
    ),
    _notify("no `send_types`", sends={}, after="sent as nothing"),
    _test_webhook("nothing", sends={}),
    _test_webhook(
        "a type of content, with an `idempotency_key`",
        {"header_content_type": 1, "idempotency_key": "webhook"},
        sends={"header_content_type": 1},
        key="webhook",
    ),
)
"""Invoices, and the test of a webhook."""
