"""What the calls return: frozen values that keep unknown fields.

Names are those on the wire. `extra` holds the fields that are not read here, and the text of a time that is outside the
years of a `datetime`, whose field is None then. ``repr`` and ``str`` leave out personal data, secrets and `extra`,
which may hold either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeVar

from jumun_client.credentials import is_header_safe
from jumun_client.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class OrderStatus(IntEnum):
    """Order status, as the page commerce.bootpay.ai/orders/list documents it.

    The page's row of 1 is garbled: in place of the number it shows PROCESS_DUPLICATED, the name of error
    code 1; its description is 'payment in progress'. The Java SDK's constants give 3 and 4 other meanings and
    know 5, 8, 10, 11 and 12, so an answer may hold numbers that are not here: they stay numbers.
    """

    CREATED = 0
    PAYING = 1
    PAID = 2
    CANCEL_REQUESTED = 3
    CANCELED = 4


class PaymentStatus(IntEnum):
    """Payment status: the filter ``payment_status`` and the field ``receipt_status``.

    0 and 1 are on the page commerce.bootpay.ai/orders/list, the others constants of the official Java SDK.
    """

    READY = 0
    COMPLETE = 1
    ON_CONFIRM = 2
    VBANK_ISSUED = 5
    CANCEL_COMPLETE = 20


class SubscriptionBillingType(IntEnum):
    """How an order's subscriptions are billed (constants of @bootpay/backend-js 2.13.1)."""

    NONE = 0
    EACH = 1
    GROUP = 2


class CsType(StrEnum):
    """Which date a search range is about (commerce.bootpay.ai/orders/list)."""

    CREATED_AT = "c_at"
    PURCHASED_AT = "p_at"


Member = TypeVar("Member", bound=IntEnum)


def open_enum(kind: type[Member], value: int | str | None) -> Member | int | str | None:
    """A member where there is one, else the value as it came.

    Texts pass too: Bootpay's order detail sends names such as 'order_pending' for numbers (@bootpay/mcp
    documentation, 2026-09), and what the list sends today is not known.
    """
    try:
        return kind(value) if isinstance(value, int) else value
    except ValueError:
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOrderIds:
    """The product orders of one NAVER order.

    Attributes:
        order_id: As asked.
        product_order_ids: In the order of the answer, which NAVER does not document.
        trace_id: From the body, else from the header ``GNCP-GW-Trace-ID``.
        timestamp: When the API answered, aware.
    """

    order_id: str
    product_order_ids: tuple[str, ...]
    trace_id: str | None = None
    timestamp: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields, *, order_id: str, header_trace_id: str | None) -> Self:
        """Read an answer in either shape; raises `ShapeError`.

        The API sends ``data`` as an array of strings (apicenter docs,
        seller-get-product-order-ids-pay-order-seller); guides show ``{"productOrderIds": [...]}``.
        """
        data = body.take("data")
        if not isinstance(data, list | dict):
            raise body.mismatch("data", data, "an array of strings, nor an object that holds one")
        inner = Fields({"productOrderIds": data} if isinstance(data, list) else data, where="body.data")
        ids = inner.take("productOrderIds")
        if not isinstance(ids, list) or not all(isinstance(one, str) and one for one in ids):
            raise inner.mismatch("productOrderIds", ids, "an array of strings")
        trace_id, timestamp = body.text("traceId"), body.moment("timestamp")
        return cls(
            order_id=order_id,
            product_order_ids=tuple(ids),
            trace_id=trace_id or header_trace_id,
            timestamp=timestamp,
            extra=body.rest | ({"data": inner.rest} if inner.rest else {}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One row of Bootpay's order list. Only `order_id` is sure to be there.

    Attributes:
        order_id: 24 hexadecimal digits.
        price: KRW.
        receipt_status: Payment status; the filter for it is called ``payment_status``.
        order_number: 20 digits.
        purchased_at: Aware; None before payment.
        created_at: Aware.
        username: Personal data: the orderer's name.
        user_email: Personal data.
    """

    order_id: str
    order_name: str | None = None
    price: int | None = None
    status: OrderStatus | int | str | None = None
    receipt_status: PaymentStatus | int | str | None = None
    order_number: str | None = None
    purchased_at: datetime | None = None
    created_at: datetime | None = None
    username: str | None = field(default=None, repr=False)
    user_email: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a row; raises `ShapeError`."""
        return cls(
            order_id=row.required_text("order_id"),
            order_name=row.text("order_name"),
            price=row.integer("price"),
            status=open_enum(OrderStatus, row.number_or_name("status")),
            receipt_status=open_enum(PaymentStatus, row.number_or_name("receipt_status")),
            order_number=row.text("order_number"),
            purchased_at=row.moment("purchased_at"),
            created_at=row.moment("created_at"),
            username=row.text("username"),
            user_email=row.text("user_email"),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One page of Bootpay's order list.

    Attributes:
        count: How many orders match in all, not how many are on this page.
        orders: The page, in the order of the answer, which Bootpay does not document.
    """

    count: int
    orders: tuple[Order, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            count=body.required_integer("count"), orders=body.required_rows("list", Order.from_wire), extra=body.rest
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BootpayToken:
    """A Bootpay access token. No call here needs one: every call carries the keys.

    Attributes:
        access_token: Secret.
        expired_at: When it ends, aware (the typings of @bootpay/backend-js 2.13.1).
        expire_in: Seconds it lasts (the page commerce/token of Bootpay's developer docs). An answer may have
            either, both or none.
    """

    access_token: str = field(repr=False)
    expired_at: datetime | None = None
    expire_in: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            access_token=body.required_text("access_token"),
            expired_at=body.moment("expired_at"),
            expire_in=body.integer("expire_in"),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NaverToken:
    """A NAVER access token, which is secret, and the seconds it still lasts."""

    access_token: str = field(repr=False)
    expires_in: int

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        token = body.required_text("access_token")
        if not is_header_safe(token):
            raise body.mismatch("access_token", token, "one of visible ASCII characters")
        expires_in = body.required_integer("expires_in")
        if not -(2**63) <= expires_in < 2**63:  # as documented; it is added to a time
            raise body.mismatch("expires_in", expires_in, "an integer of 64 bits")
        return cls(access_token=token, expires_in=expires_in)
