"""Bootpay's subscriptions, contracts that are billed again and again: frozen values that keep unknown fields.

Names are those on the wire. A state that is not listed here stays the number or text that it is. ``repr`` leaves out
personal data, secrets and `extra`, which may hold either.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

from jumun_client.models import PaymentStatus, SubscriptionBillingType, open_enum

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumun_client.fields import Fields


class SubscriptionStatus(IntEnum):
    """State of a subscription.

    0 to 4 are on the page commerce.bootpay.ai/subscription/plan/contract, the others constants of
    @bootpay/backend-js 2.13.1. Each has numbers of its own for a pause (2 and -2), a termination (3 and 20) and an end
    (4 and 15), so ask for both.
    """

    HOLD_ON = -3
    PAUSE = -2
    TRIAL = -1
    PENDING = 0
    ACTIVE = 1
    PAUSED = 2
    CANCELED = 3
    EXPIRED = 4
    AUTO_END = 15
    TERMINATED = 20


class PaymentCycle(IntEnum):
    """How often a subscription is billed (constants of @bootpay/backend-js 2.13.1 and backend-java)."""

    WEEK = 11
    TWO_WEEKS = 12
    MONTH = 21
    THREE_MONTHS = 23
    SIX_MONTHS = 26
    YEAR = 31


class AdjustmentType(IntEnum):
    """Kind of an adjustment.

    0 and 2 are on the page commerce.bootpay.ai/subscription/ops/adjust/fee, 1 is a constant of @bootpay/backend-js.
    """

    ONE_OFF = 0
    PERIOD_DISCOUNT = 1
    EVERY_BILL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """An amount that bills come to beside the base price.

    Attributes:
        price: KRW; below 0 for a discount.
        tax_free_price: The tax-free part of it.
        duration: Which bill it is about, from 1, or from which on.
        is_unlimited: Whether it goes on after that bill.
        created_at: Aware.
    """

    order_subscription_adjustment_id: str
    name: str | None = None
    price: int | None = None
    tax_free_price: int | None = None
    type: AdjustmentType | int | str | None = None
    duration: int | None = None
    is_unlimited: bool | None = None
    created_at: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read an adjustment; raises `ShapeError`."""
        return cls(
            order_subscription_adjustment_id=row.required_text("order_subscription_adjustment_id"),
            name=row.text("name"),
            price=row.integer("price"),
            tax_free_price=row.integer("tax_free_price"),
            type=open_enum(AdjustmentType, row.number_or_name("type")),
            duration=row.integer("duration"),
            is_unlimited=row.flag("is_unlimited"),
            created_at=row.moment("created_at"),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustments:
    """All adjustments of a subscription."""

    order_subscription_id: str
    order_subscription_adjustments: tuple[Adjustment, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            order_subscription_id=body.required_text("order_subscription_id"),
            order_subscription_adjustments=body.required_rows("order_subscription_adjustments", Adjustment.from_wire),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription. Only `order_subscription_id` is sure to be there. Times are aware.

    Attributes:
        order_id: Of its first order; None before there is one.
        user_id: Personal data: the subscriber, as `user_group_id`.
        subscription_billing_base_day: Day of the month.
        price: Base price of a bill, KRW.
        setup_price: What the first bill has beside, KRW.
        unit: Of the currency: 1 KRW, 2 USD, 3 CNY, 4 JPY, 5 EUR.
        payment_next_at: When the next bill is due.
        current_duration: Which bill it is at, from 1.
        total_subscription_duration: How many bills there are at most; 0 for no end (assumed).
        cancel_status: 1 while a termination is asked for (assumed).
        order_subscription_adjustments: Where the answer has them, as that of `show_subscription`.
    """

    order_subscription_id: str
    order_id: str | None = None
    user_id: str | None = field(default=None, repr=False)
    user_group_id: str | None = field(default=None, repr=False)
    subscription_billing_type: SubscriptionBillingType | int | str | None = None
    subscription_payment_cycle_type: PaymentCycle | int | str | None = None
    subscription_billing_base_day: int | None = None
    quantity: int | None = None
    is_first_prepaid: bool | None = None
    one_unit_price: int | None = None
    one_unit_tax_free_price: int | None = None
    price: int | None = None
    tax_free_price: int | None = None
    setup_price: int | None = None
    unit: int | None = None
    order_name: str | None = None
    product_name: str | None = None
    option_names: tuple[str, ...] = ()
    service_start_at: datetime | None = None
    service_end_at: datetime | None = None
    last_billing_created_at: datetime | None = None
    latest_purchased_at: datetime | None = None
    latest_failed_at: datetime | None = None
    payment_next_at: datetime | None = None
    current_duration: int | None = None
    created_last_duration: int | None = None
    payment_last_duration: int | None = None
    total_subscription_duration: int | None = None
    renewal_status: int | None = None
    cancel_status: int | None = None
    status: SubscriptionStatus | int | str | None = None
    cancel_at: datetime | None = None
    created_at: datetime | None = None
    order_subscription_adjustments: tuple[Adjustment, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a subscription; raises `ShapeError`."""
        return cls(
            order_subscription_id=row.required_text("order_subscription_id"),
            order_id=row.text("order_id"),
            user_id=row.text("user_id"),
            user_group_id=row.text("user_group_id"),
            subscription_billing_type=open_enum(
                SubscriptionBillingType, row.number_or_name("subscription_billing_type")
            ),
            subscription_payment_cycle_type=open_enum(
                PaymentCycle, row.number_or_name("subscription_payment_cycle_type")
            ),
            subscription_billing_base_day=row.integer("subscription_billing_base_day"),
            quantity=row.integer("quantity"),
            is_first_prepaid=row.flag("is_first_prepaid"),
            one_unit_price=row.integer("one_unit_price"),
            one_unit_tax_free_price=row.integer("one_unit_tax_free_price"),
            price=row.integer("price"),
            tax_free_price=row.integer("tax_free_price"),
            setup_price=row.integer("setup_price"),
            unit=row.integer("unit"),
            order_name=row.text("order_name"),
            product_name=row.text("product_name"),
            option_names=row.texts("option_names"),
            service_start_at=row.moment("service_start_at"),
            service_end_at=row.moment("service_end_at"),
            last_billing_created_at=row.moment("last_billing_created_at"),
            latest_purchased_at=row.moment("latest_purchased_at"),
            latest_failed_at=row.moment("latest_failed_at"),
            payment_next_at=row.moment("payment_next_at"),
            current_duration=row.integer("current_duration"),
            created_last_duration=row.integer("created_last_duration"),
            payment_last_duration=row.integer("payment_last_duration"),
            total_subscription_duration=row.integer("total_subscription_duration"),
            renewal_status=row.integer("renewal_status"),
            cancel_status=row.integer("cancel_status"),
            status=open_enum(SubscriptionStatus, row.number_or_name("status")),
            cancel_at=row.moment("cancel_at"),
            created_at=row.moment("created_at"),
            order_subscription_adjustments=row.rows("order_subscription_adjustments", Adjustment.from_wire),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionPage:
    """One page of the subscription list.

    Attributes:
        count: How many subscriptions match in all.
        subscriptions: The page, in the order of the answer.
        extra: What the list says beside: ``total``, open requests by type (``ing_…``), subscriptions by status
            (``sum_…``); backend-nodejs test/AUDIT.md 2026-05 has the names alone.
    """

    count: int
    subscriptions: tuple[Subscription, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            count=body.required_integer("count"),
            subscriptions=body.required_rows("list", Subscription.from_wire),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminationFee:
    """The cost of terminating a subscription, in KRW (types of @bootpay/backend-js 2.13.1).

    Attributes:
        termination_fee: What the subscriber owes for the bills that are left.
        refund_amount: What the subscriber gets back.
        last_bill_refund_price: What of that is of the last bill.
        final_fee: What is left to pay when both are set off.
    """

    termination_fee: int | None = None
    refund_amount: int | None = None
    last_bill_refund_price: int | None = None
    final_fee: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            termination_fee=body.integer("termination_fee"),
            refund_amount=body.integer("refund_amount"),
            last_bill_refund_price=body.integer("last_bill_refund_price"),
            final_fee=body.integer("final_fee"),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminatedSubscription:
    """A subscription that was terminated, and at what cost.

    Attributes:
        fee: Its numbers; what else the answer has is in the subscription.
    """

    subscription: Subscription
    fee: TerminationFee

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        fee = TerminationFee.from_wire(body)
        return cls(subscription=Subscription.from_wire(body), fee=replace(fee, extra={}))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCharge:
    """A payment by a charge_key, an order of its own.

    Attributes:
        charge_key: Secret.
        price: KRW, as the next.
        status: Payment status of the order (assumed).
    """

    order_id: str
    order_number: str | None = None
    receipt_id: str | None = None
    charge_key: str | None = field(default=None, repr=False)
    price: int | None = None
    tax_free_price: int | None = None
    status: PaymentStatus | int | str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            order_id=body.required_text("order_id"),
            order_number=body.text("order_number"),
            receipt_id=body.text("receipt_id"),
            charge_key=body.text("charge_key"),
            price=body.integer("price"),
            tax_free_price=body.integer("tax_free_price"),
            status=open_enum(PaymentStatus, body.number_or_name("status")),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedChargeKey:
    """A charge_key that pays nothing any more.

    Attributes:
        charge_key: Secret.
        revoked_at: Aware.
    """

    charge_key: str | None = field(default=None, repr=False)
    revoked_at: datetime | None = None
    status: int | str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            charge_key=body.text("charge_key"),
            revoked_at=body.moment("revoked_at"),
            status=body.number_or_name("status"),
            extra=body.rest,
        )
