"""The fields of Bootpay's writes about subscriptions and invoices: what callers give, checked and written.

Source: @bootpay/backend-js 2.13.1 and bootpay-backend 2.9.0 for the names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict

from jumun_client.arguments import check_integer, check_text

if TYPE_CHECKING:
    from jumun_client.invoices import InvoiceSendType
    from jumun_client.subscriptions import AdjustmentType, SubscriptionStatus

_Writer: TypeAlias = Callable[[str, object], object]

_KST: Final = timezone(timedelta(hours=9))
_LEAVE_OUT: Final = "leave it out, or pass None"


class SubscriptionChanges(TypedDict, total=False):
    """New values of a subscription; None is not sent, and what is not given stays.

    A time is a datetime with its time zone, a date, or a text as the API takes it, in Korean time unless it says
    otherwise.

    Attributes:
        price: Base price of a bill, KRW, above 0: of the bill that is ready and of later ones.
        order_name: Name of its orders.
        quantity: How many.
        total_subscription_duration: How many bills there are at most.
        username: The subscriber's name.
        phone: The subscriber's.
        email: The subscriber's.
        memo: For the seller.
        service_start_at: When the service begins.
        service_end_at: When it ends.
        next_billing_at: When the next bill is due.
        payment_next_at: Likewise; which of the two wins is not documented.
        product_id: Another product.
        product_option_id: Another option of it.
        address_id: Another address.
        use_free_trial: Whether it begins with a free trial.
        free_trial_day: How many days of that.
        billing_key: Secret: what pays.
        status: Another status.
    """

    price: int | None
    order_name: str | None
    quantity: int | None
    total_subscription_duration: int | None
    username: str | None
    phone: str | None
    email: str | None
    memo: str | None
    service_start_at: datetime | date | str | None
    service_end_at: datetime | date | str | None
    next_billing_at: datetime | date | str | None
    payment_next_at: datetime | date | str | None
    product_id: str | None
    product_option_id: str | None
    address_id: str | None
    use_free_trial: bool | None
    free_trial_day: int | None
    billing_key: str | None
    status: SubscriptionStatus | int | None


class NewAdjustment(TypedDict, total=False):
    """An adjustment to make; None is not sent.

    It is about one bill (``duration``), about several (``duration_from`` to ``duration_to``), or about all from one on
    (``is_unlimited``, or type 2).

    Attributes:
        price: KRW; below 0 for a discount.
        tax_free_price: The tax-free part of it.
        name: What the subscriber reads.
        type: Its kind.
        duration: Which bill, from 1.
        duration_from: First bill of several; wins over ``duration``.
        duration_to: Last of them.
        is_unlimited: Whether it goes on after its bill.
    """

    price: int | None
    tax_free_price: int | None
    name: str | None
    type: AdjustmentType | int | None
    duration: int | None
    duration_from: int | None
    duration_to: int | None
    is_unlimited: bool | None


class NewInvoice(TypedDict, total=False):
    """Fields of a new invoice beside its price; None is not sent.

    Attributes:
        name: What is paid for. Of name, title and product_name the first that is given is shown (assumed).
        title: Its heading.
        product_name: Of the product.
        description: What the payer reads beside.
        memo: For the seller.
        tax_free_price: KRW, the tax-free part of the price.
        user_id: Whom it is for.
        user_group_id: That user's group.
        user: Whom it is for, as backend-ruby says it: ``{"user_id": …}``.
        products: With options, durations and adjustments, as backend-ruby has them.
        invoice_items: Its items.
        send_types: How it is sent at once; not at all without.
        product_type: A number.
        expired_at: Until when it can be paid, as in `SubscriptionChanges`.
        request_id: The seller's own id of it.
        redirect_url: Where the payer goes afterwards.
        webhook_url: Where its webhook goes.
        header_content_type: Of the webhook: 1 form, 2 JSON.
        webhook_retry_count: How often that is tried again.
        use_auto_login: Whether the payer need not log in.
        metadata: Data of the seller's.
        extra: Settings of the payment.
    """

    name: str | None
    title: str | None
    product_name: str | None
    description: str | None
    memo: str | None
    tax_free_price: int | None
    user_id: str | None
    user_group_id: str | None
    user: Mapping[str, Any] | None
    products: Iterable[Mapping[str, Any]] | None
    invoice_items: Iterable[Mapping[str, Any]] | None
    send_types: Iterable[InvoiceSendType | int] | None
    product_type: int | None
    expired_at: datetime | date | str | None
    request_id: str | None
    redirect_url: str | None
    webhook_url: str | None
    header_content_type: int | None
    webhook_retry_count: int | None
    use_auto_login: bool | None
    metadata: Mapping[str, Any] | None
    extra: Mapping[str, Any] | None


def write_fields(given: Mapping[str, object]) -> dict[str, Any]:
    """Give what is to be sent, leaving out None; ``TypeError`` and ``ValueError`` name the field."""
    return {name: _WRITERS[name](name, value) for name, value in given.items() if value is not None}


def write_known(given: Mapping[str, object], *, noun: str, known: Iterable[str]) -> dict[str, Any]:
    """As `write_fields`, of fields that callers name themselves.

    Args:
        given: By their names.
        noun: What has the fields.
        known: Those that it has.
    """
    if wrong := [name for name in given if name not in known]:
        raise TypeError(f"{noun} has no field {wrong[0]!r}: expected {', '.join(known)}")
    return write_fields(given)


def write_changes(given: Mapping[str, object], *, noun: str, known: Iterable[str]) -> dict[str, Any]:
    """As `write_known`, of at least one field."""
    written = write_known(given, noun=noun, known=known)
    if not written:
        raise ValueError(f"no field of {noun} is given: expected {', '.join(known)}")
    return written


def write_adjustment(adjustment: object, place: str) -> dict[str, Any]:
    """Give an adjustment to make; ``TypeError`` and ``ValueError`` name the field, or the place."""
    if not isinstance(adjustment, Mapping):
        raise TypeError(f"{place} must be a mapping as NewAdjustment, not {type(adjustment).__name__}")
    return write_changes(adjustment, noun=place, known=tuple(NewAdjustment.__annotations__))


def write_adjustments(adjustments: object) -> list[dict[str, Any]]:
    """Give adjustments to make, which may be none; ``TypeError`` and ``ValueError`` name the field and its place."""
    return [write_adjustment(each, f"adjustments[{n}]") for n, each in enumerate(_items("adjustments", adjustments))]


def _text(name: str, value: object) -> str:
    return check_text(name, value, if_empty=_LEAVE_OUT)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
    return value


def _moment(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return _aware(name, value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else _text(name, value)


def _korean_moment(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return f"{_aware(name, value).astimezone(_KST):%Y-%m-%d %H:%M:%S}"
    return _moment(name, value)


def _aware(name: str, value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{name} has no time zone: give it one, such as tzinfo=timezone.utc")
    return value


def _items(name: str, values: object) -> list[object]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list, not {type(values).__name__}: write {name}=[...]")
    return list(values)


def _integers(name: str, values: object) -> list[int]:
    return [check_integer(f"{name}[{n}]", each) for n, each in enumerate(_items(name, values))]


def _object(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")
    try:
        json.dumps(made := dict(value), allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise ValueError(f"{name} holds what JSON cannot say: give dicts, lists, texts and numbers alone") from None
    return made


def _objects(name: str, values: object) -> list[dict[str, Any]]:
    return [_object(f"{name}[{n}]", each) for n, each in enumerate(_items(name, values))]


_WRITERS: Final[Mapping[str, _Writer]] = MappingProxyType(
    dict.fromkeys(
        (
            *("reason", "memo", "name", "title", "description", "product_name", "order_name", "request_id"),
            *(
                "username",
                "phone",
                "email",
                "user_id",
                "user_group_id",
                "product_id",
                "product_option_id",
                "address_id",
                "wallet_id",
            ),
            *("new_user_id", "new_username", "new_user_email", "new_user_phone", "new_user_address"),
            *("charge_key", "billing_key", "redirect_url", "webhook_url"),
        ),
        _text,
    )
    | dict.fromkeys(
        (
            *("price", "tax_free_price", "termination_fee", "last_bill_refund_price", "final_fee"),
            *("quantity", "total_subscription_duration", "free_trial_day", "status", "type", "product_type"),
            *("duration", "duration_from", "duration_to", "header_content_type", "webhook_retry_count"),
        ),
        check_integer,
    )
    | dict.fromkeys(("use_free_trial", "is_unlimited", "use_auto_login"), _flag)
    | dict.fromkeys(
        (
            *("service_start_at", "service_end_at", "next_billing_at", "payment_next_at", "reserve_payment_at"),
            *("paused_at", "expected_resume_at", "cancel_date"),
        ),
        _moment,
    )
    | {"expired_at": _korean_moment, "send_types": _integers}
    | dict.fromkeys(("user", "metadata", "extra"), _object)
    | dict.fromkeys(("products", "invoice_items"), _objects)
)
"""Field → its writer: a name means the same wherever it is sent."""
