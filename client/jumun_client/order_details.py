"""One order of Bootpay's in full, and its cancellations: frozen values that keep unknown fields.

Names are those on the wire. A state that is not listed here stays the number or text that it is. ``repr`` leaves out
personal data and `extra`, which may hold some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from jumun_client.models import OrderStatus, PaymentStatus, open_enum

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumun_client.fields import Fields

N = TypeVar("N", bound=IntEnum)
S = TypeVar("S", bound=StrEnum)


class OrderStatusName(StrEnum):
    """Order status as detail is seen to give it (@bootpay/mcp documentation, 2026-09).

    Which number of `OrderStatus` each belongs to is in no source.
    """

    PENDING = "order_pending"
    EXPIRED = "order_expired"
    ABANDONED = "order_abandoned"
    PAYMENT_PENDING = "payment_pending"


class PaymentStatusName(StrEnum):
    """Payment status as detail is seen to give it (@bootpay/mcp documentation, 2026-09)."""

    READY = "receipt_ready"
    SUCCESS = "receipt_success"
    CANCELLED = "receipt_cancelled"


class CancellationStatus(IntEnum):
    """State of a cancellation. That 2 is rejected is documented (order/cancel/{id}/reject), the others assumed."""

    REQUESTED = 0
    APPROVED = 1
    REJECTED = 2
    WITHDRAWN = 3


_OrderState: TypeAlias = OrderStatus | OrderStatusName | int | str | None
_PaymentState: TypeAlias = PaymentStatus | PaymentStatusName | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProduct:
    """A product of an order.

    Attributes:
        price: KRW, of one piece.
    """

    product_id: str | None = None
    product_option_id: str | None = None
    name: str | None = None
    quantity: int | None = None
    price: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a product; raises `ShapeError`."""
        return cls(
            product_id=row.text("product_id"),
            product_option_id=row.text("product_option_id"),
            name=row.text("name"),
            quantity=row.integer("quantity"),
            price=row.integer("price"),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDetail:
    """One order in full. Only `order_id` is sure to be there.

    Attributes:
        order_id: 24 hexadecimal digits.
        order_number: 20 digits.
        price: KRW, as the next three.
        cancelled_price: How much of it is cancelled; None where the answer does not say.
        status: A number as documented, a text as seen live.
        receipt_status: Payment status, likewise.
        purchased_at: Aware; None before payment.
        created_at: Aware.
        user: Personal data: the orderer.
        result_data: Personal data: what the payment provider says of the payment; None before payment.
        order_subscriptions: As they are.
    """

    order_id: str
    order_name: str | None = None
    order_number: str | None = None
    price: int | None = None
    tax_free_price: int | None = None
    cancelled_price: int | None = None
    cancelled_tax_free_price: int | None = None
    status: _OrderState = None
    receipt_status: _PaymentState = None
    purchased_at: datetime | None = None
    created_at: datetime | None = None
    user: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    result_data: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    products: tuple[OrderProduct, ...] = ()
    order_subscriptions: tuple[Mapping[str, Any], ...] = field(default=(), repr=False, hash=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            order_id=body.required_text("order_id"),
            order_name=body.text("order_name"),
            order_number=body.text("order_number"),
            price=body.integer("price"),
            tax_free_price=body.integer("tax_free_price"),
            cancelled_price=body.integer("cancelled_price"),
            cancelled_tax_free_price=body.integer("cancelled_tax_free_price"),
            status=_number_or_name(OrderStatus, OrderStatusName, body.number_or_name("status")),
            receipt_status=_number_or_name(PaymentStatus, PaymentStatusName, body.number_or_name("receipt_status")),
            purchased_at=body.moment("purchased_at"),
            created_at=body.moment("created_at"),
            user=body.mapping("user"),
            result_data=body.mapping("result_data"),
            products=body.rows("products", OrderProduct.from_wire),
            order_subscriptions=body.rows("order_subscriptions", lambda row: row.rest),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """A cancellation of an order, or of a part of it. One of its two ids is sure to be there.

    Attributes:
        order_cancellation_request_id: As newer SDKs call its id; see `cancellation_id`.
        order_cancel_request_history_id: As older ones do.
        cancel_before_price: What was left of the price before, KRW, as the next three.
        cancel_price: What is cancelled.
        cancel_tax_free_price: The tax-free part of it.
        cancel_after_price: What is left afterwards.
        cancel_requester: Personal data: who asked for it.
        cancel_message: Personal data: why.
        is_partial_cancelled: Whether something of the order is left.
        requested_at: Aware, as the next; None before the decision.
    """

    order_cancellation_request_id: str | None = None
    order_cancel_request_history_id: str | None = None
    order_id: str | None = None
    order_number: str | None = None
    status: CancellationStatus | int | str | None = None
    cancel_before_price: int | None = None
    cancel_price: int | None = None
    cancel_tax_free_price: int | None = None
    cancel_after_price: int | None = None
    cancel_requester: str | None = field(default=None, repr=False)
    cancel_message: str | None = field(default=None, repr=False)
    cancel_immediately: bool | None = None
    is_partial_cancelled: bool | None = None
    requested_at: datetime | None = None
    processed_at: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @property
    def cancellation_id(self) -> str:
        """What the calls about a cancellation take."""
        return self.order_cancellation_request_id or self.order_cancel_request_history_id or ""

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a cancellation; raises `ShapeError`."""
        id_ = row.text("order_cancellation_request_id")
        history_id = row.text("order_cancel_request_history_id") if id_ else None
        return cls(
            order_cancellation_request_id=id_,
            order_cancel_request_history_id=history_id if id_ else row.required_text("order_cancel_request_history_id"),
            order_id=row.text("order_id"),
            order_number=row.text("order_number"),
            status=open_enum(CancellationStatus, row.number_or_name("status")),
            cancel_before_price=row.integer("cancel_before_price"),
            cancel_price=row.integer("cancel_price"),
            cancel_tax_free_price=row.integer("cancel_tax_free_price"),
            cancel_after_price=row.integer("cancel_after_price"),
            cancel_requester=row.text("cancel_requester"),
            cancel_message=row.text("cancel_message"),
            cancel_immediately=row.flag("cancel_immediately"),
            is_partial_cancelled=row.flag("is_partial_cancelled"),
            requested_at=row.moment("requested_at"),
            processed_at=row.moment("processed_at"),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationPage:
    """One page of cancellations.

    Attributes:
        count: How many there are in all.
        cancellations: The page, in the order of the answer.
    """

    count: int
    cancellations: tuple[Cancellation, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            count=body.required_integer("count"),
            cancellations=body.required_rows("list", Cancellation.from_wire),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedCancellation:
    """What the answer to a rejection says (page commerce.bootpay.ai of order/cancel/{id}/reject).

    Attributes:
        id: Of the cancellation.
        rejected_at: Aware.
        rejected_message: Personal data: why.
    """

    id: str
    order_id: str | None = None
    status: CancellationStatus | int | str | None = None
    rejected_at: datetime | None = None
    rejected_message: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            id=body.required_text("id"),
            order_id=body.text("order_id"),
            status=open_enum(CancellationStatus, body.number_or_name("status")),
            rejected_at=body.moment("rejected_at"),
            rejected_message=body.text("rejected_message"),
            extra=body.rest,
        )


def _number_or_name(numbers: type[N], names: type[S], value: int | str | None) -> N | S | int | str | None:
    """A member of either where there is one, else the value as it came."""
    if isinstance(value, str):
        return names(value) if value in set(names) else value
    return open_enum(numbers, value)
