"""Bootpay's invoices, payments that are asked for by a link: frozen values that keep unknown fields.

Names are those on the wire. A number that is not listed here stays as it is. ``repr`` leaves out personal data and
`extra`, which may hold some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

from jumun_client.models import open_enum

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumun_client.fields import Fields


class InvoiceSendType(IntEnum):
    """How an invoice is sent, by the constants of the official SDKs; their README has 2 for e-mail."""

    SMS = 1
    KAKAO = 2
    EMAIL = 3
    PUSH = 4


class InvoiceStatus(IntEnum):
    """Whether an invoice is paid: assumed, since the page commerce.bootpay.ai/link-payment/list shows 1 alone."""

    UNPAID = 0
    PAID = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice. Only `invoice_id` is sure to be there. Times are aware unless they are texts.

    Attributes:
        invoice_id: What the calls about an invoice take.
        id: As the page has it beside; None where the answer does not.
        name: Personal data, as `title` and `memo`: texts of the seller's.
        price: KRW, as the next.
        user_id: Personal data: whom it is for.
        send_status: 1 once it was sent (assumed).
        expired_at: As it was given: the SDKs send 'YYYY-MM-DD HH:MM:SS'.
        order_id: Of the order that paid it; None before.
        header_content_type: Of the webhook: 1 form, 2 JSON.
        metadata: Data of the seller's, as they are.
    """

    invoice_id: str
    id: str | None = None
    name: str | None = field(default=None, repr=False)
    title: str | None = field(default=None, repr=False)
    memo: str | None = field(default=None, repr=False)
    price: int | None = None
    tax_free_price: int | None = None
    user_id: str | None = field(default=None, repr=False)
    product_type: int | None = None
    status: InvoiceStatus | int | str | None = None
    send_status: int | None = None
    send_types: tuple[InvoiceSendType | int, ...] = ()
    sent_at: datetime | None = None
    pay_at: datetime | None = None
    created_at: datetime | None = None
    expired_at: str | None = None
    request_id: str | None = None
    redirect_url: str | None = None
    order_id: str | None = None
    webhook_url: str | None = None
    header_content_type: int | None = None
    webhook_retry_count: int | None = None
    metadata: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read an invoice; raises `ShapeError`."""
        known = {each.value: each for each in InvoiceSendType}
        return cls(
            invoice_id=row.required_text("invoice_id"),
            id=row.text("id"),
            name=row.text("name"),
            title=row.text("title"),
            memo=row.text("memo"),
            price=row.integer("price"),
            tax_free_price=row.integer("tax_free_price"),
            user_id=row.text("user_id"),
            product_type=row.integer("product_type"),
            status=open_enum(InvoiceStatus, row.number_or_name("status")),
            send_status=row.integer("send_status"),
            send_types=tuple(known.get(each, each) for each in row.integers("send_types")),
            sent_at=row.moment("sent_at"),
            pay_at=row.moment("pay_at"),
            created_at=row.moment("created_at"),
            expired_at=row.text("expired_at"),
            request_id=row.text("request_id"),
            redirect_url=row.text("redirect_url"),
            order_id=row.text("order_id"),
            webhook_url=row.text("webhook_url"),
            header_content_type=row.integer("header_content_type"),
            webhook_retry_count=row.integer("webhook_retry_count"),
            metadata=row.mapping("metadata"),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePage:
    """One page of invoices.

    Attributes:
        count: How many invoices match in all.
        invoices: The page, in the order of the answer.
    """

    count: int
    invoices: tuple[Invoice, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            count=body.required_integer("count"),
            invoices=body.required_rows("list", Invoice.from_wire),
            extra=body.rest,
        )
