"""The bills of Bootpay's subscriptions: frozen values that keep unknown fields.

Names are those on the wire. A state that is not listed here stays the number or text that it is. ``repr`` leaves out
personal data and `extra`, which may hold some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

from jumun_client.models import SubscriptionBillingType, open_enum

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumun_client.fields import Fields


class SubscriptionBillStatus(IntEnum):
    """State of a bill (constants of @bootpay/backend-js 2.13.1)."""

    FAILED = -1
    DONE = 1
    READY = 2
    PENDING = 5
    CANCELLED = 10
    TERMINATED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionBill:
    """A bill of a subscription. Only `order_subscription_bill_id` is sure to be there. Times are aware.

    Attributes:
        user_id: Personal data: the subscriber, as `user_group_id`, `username` and `user_email`.
        order_id: Of the order that paid it; None before.
        duration: Which bill of the subscription it is, from 1.
        price: KRW, the base price with what adjusts it.
        purchase_price: KRW, what was paid.
        reserve_payment_at: When it is due.
    """

    order_subscription_bill_id: str
    order_subscription_id: str | None = None
    user_id: str | None = field(default=None, repr=False)
    user_group_id: str | None = field(default=None, repr=False)
    subscription_billing_type: SubscriptionBillingType | int | str | None = None
    order_name: str | None = None
    order_number: str | None = None
    order_id: str | None = None
    duration: int | None = None
    total_subscription_duration: int | None = None
    one_unit_price: int | None = None
    one_unit_tax_free_price: int | None = None
    setup_price: int | None = None
    price: int | None = None
    tax_free_price: int | None = None
    unit: int | None = None
    purchase_price: int | None = None
    purchase_tax_free_price: int | None = None
    cancelled_price: int | None = None
    cancelled_tax_free_price: int | None = None
    username: str | None = field(default=None, repr=False)
    user_email: str | None = field(default=None, repr=False)
    quantity: int | None = None
    reserve_payment_at: datetime | None = None
    purchased_at: datetime | None = None
    revoked_at: datetime | None = None
    last_error_at: datetime | None = None
    status: SubscriptionBillStatus | int | str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a bill; raises `ShapeError`."""
        return cls(
            order_subscription_bill_id=row.required_text("order_subscription_bill_id"),
            order_subscription_id=row.text("order_subscription_id"),
            user_id=row.text("user_id"),
            user_group_id=row.text("user_group_id"),
            subscription_billing_type=open_enum(
                SubscriptionBillingType, row.number_or_name("subscription_billing_type")
            ),
            order_name=row.text("order_name"),
            order_number=row.text("order_number"),
            order_id=row.text("order_id"),
            duration=row.integer("duration"),
            total_subscription_duration=row.integer("total_subscription_duration"),
            one_unit_price=row.integer("one_unit_price"),
            one_unit_tax_free_price=row.integer("one_unit_tax_free_price"),
            setup_price=row.integer("setup_price"),
            price=row.integer("price"),
            tax_free_price=row.integer("tax_free_price"),
            unit=row.integer("unit"),
            purchase_price=row.integer("purchase_price"),
            purchase_tax_free_price=row.integer("purchase_tax_free_price"),
            cancelled_price=row.integer("cancelled_price"),
            cancelled_tax_free_price=row.integer("cancelled_tax_free_price"),
            username=row.text("username"),
            user_email=row.text("user_email"),
            quantity=row.integer("quantity"),
            reserve_payment_at=row.moment("reserve_payment_at"),
            purchased_at=row.moment("purchased_at"),
            revoked_at=row.moment("revoked_at"),
            last_error_at=row.moment("last_error_at"),
            status=open_enum(SubscriptionBillStatus, row.number_or_name("status")),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionBillPage:
    """One page of bills.

    Attributes:
        count: How many bills match in all.
        bills: The page, in the order of the answer.
    """

    count: int
    bills: tuple[SubscriptionBill, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            count=body.required_integer("count"),
            bills=body.required_rows("list", SubscriptionBill.from_wire),
            extra=body.rest,
        )
