"""Requests of subscribers to change a subscription of Bootpay's: frozen values that keep unknown fields.

Names are those on the wire. A type or state that is not listed here stays the number or text that it is. ``repr``
leaves out personal data and `extra`, which may hold some.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

from jumun_client.models import open_enum
from jumun_client.subscriptions import Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumun_client.fields import Fields


class SubscriptionRequestType(IntEnum):
    """Change that is asked for. 2 is on the page .../subscription/ops/manage/resume, the others are assumed."""

    PAUSE = 1
    RESUME = 2
    PURCHASE = 3
    TRANSFER = 4
    TERMINATION = 5


class SubscriptionRequestStatus(IntEnum):
    """State of a request. -1 is on the page order-subscription-request/reject, the others are assumed."""

    REJECTED = -1
    REQUESTED = 0
    APPROVED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRequest:
    """A request of a subscriber's. Only `order_subscription_request_history_id` is sure to be there. Times are aware.

    Attributes:
        order_subscription_request_history_id: What the calls about a request take.
        user_id: Personal data: who asks.
        reason: Personal data: why.
        processed_at: None before the decision.
    """

    order_subscription_request_history_id: str
    order_subscription_id: str | None = None
    user_id: str | None = field(default=None, repr=False)
    request_type: SubscriptionRequestType | int | str | None = None
    status: SubscriptionRequestStatus | int | str | None = None
    reason: str | None = field(default=None, repr=False)
    requested_at: datetime | None = None
    processed_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, row: Fields) -> Self:
        """Read a request; raises `ShapeError`."""
        return cls(
            order_subscription_request_history_id=row.required_text("order_subscription_request_history_id"),
            order_subscription_id=row.text("order_subscription_id"),
            user_id=row.text("user_id"),
            request_type=open_enum(SubscriptionRequestType, row.number_or_name("request_type")),
            status=open_enum(SubscriptionRequestStatus, row.number_or_name("status")),
            reason=row.text("reason"),
            requested_at=row.moment("requested_at"),
            processed_at=row.moment("processed_at"),
            created_at=row.moment("created_at"),
            updated_at=row.moment("updated_at"),
            extra=row.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRequestPage:
    """One page of requests.

    Attributes:
        count: How many requests match in all.
        requests: The page, in the order of the answer.
    """

    count: int
    requests: tuple[SubscriptionRequest, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`."""
        return cls(
            count=body.required_integer("count"),
            requests=body.required_rows("list", SubscriptionRequest.from_wire),
            extra=body.rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedChange:
    """The answer to a subscriber's request: the subscription, and the outcome of the request.

    Attributes:
        subscription: As it is now: changed already if no one has to decide; with all that the answer has beside.
        order_subscription_request_history_id: What the calls about a request take.
        resumed_at: Aware; None unless it is resumed.
    """

    subscription: Subscription
    request_type: SubscriptionRequestType | int | str | None = None
    order_subscription_request_history_id: str | None = None
    request_status: SubscriptionRequestStatus | int | str | None = None
    resumed_at: datetime | None = None

    @classmethod
    def from_wire(cls, body: Fields) -> Self:
        """Read an answer; raises `ShapeError`.

        SDK types have the subscription, and the page .../subscription/ops/manage/resume its ``id`` alone.
        """
        if "order_subscription_id" not in body.rest:
            body.rest["order_subscription_id"] = body.take("id")
        type_ = open_enum(SubscriptionRequestType, body.number_or_name("request_type"))
        request_id = body.text("order_subscription_request_history_id")
        status = open_enum(SubscriptionRequestStatus, body.number_or_name("request_status"))
        resumed_at = body.moment("resumed_at")
        return cls(
            subscription=Subscription.from_wire(body),
            request_type=type_,
            order_subscription_request_history_id=request_id,
            request_status=status,
            resumed_at=resumed_at,
        )
