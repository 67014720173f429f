"""Bootpay's payment notices: how they are signed, what they say, and whether the order agrees; no I/O.

Source: developers.bootpay.ai/server/webhook for keys and kinds. Payment notices carry no signature there; the one that
is checked here is documented for alimtalk alone. That ``order_id`` is the order's is assumed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl

from jumun_client.arguments import check_text, path_segment
from jumun_client.errors import WebhookError
from jumun_client.fields import Fields, ShapeError
from jumun_client.models import OrderStatus, PaymentStatus
from jumun_client.order_details import PaymentStatusName

if TYPE_CHECKING:
    from jumun_client.order_details import OrderDetail

OPERATION: Final = "bootpay.orders.detail"
_OLDEST_S: Final = 300
_MOST_DIGITS: Final = 15

# webhook_type → the payment status of the order. What is left of an order that is cancelled in part stays paid.
_STATES: Final[Mapping[str, PaymentStatus]] = MappingProxyType(
    {
        "PAYMENT_COMPLETED": PaymentStatus.COMPLETE,
        "PAYMENT_CANCELLED": PaymentStatus.CANCEL_COMPLETE,
        "PAYMENT_PARTIAL_CANCELLED": PaymentStatus.COMPLETE,
        "PAYMENT_VIRTUAL_ACCOUNT_ISSUED": PaymentStatus.VBANK_ISSUED,
    }
)
_STATUS_BY_NAME: Final[Mapping[str, PaymentStatus]] = MappingProxyType(
    {
        PaymentStatusName.READY: PaymentStatus.READY,
        PaymentStatusName.SUCCESS: PaymentStatus.COMPLETE,
        PaymentStatusName.CANCELLED: PaymentStatus.CANCEL_COMPLETE,
        # Read by commerce-example (2025-12); no documentation names it.
        "receipt_vbank_ready": PaymentStatus.VBANK_ISSUED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a notice says.

    Attributes:
        price: KRW, as the next.
        cancelled_price: All that is cancelled of it so far; None where the notice does not say.
        payment: The payment status that the order has if the notice is true.
    """

    order_id: str
    receipt_id: str | None
    webhook_type: str | None
    price: int
    cancelled_price: int | None
    payment: PaymentStatus | int

    @classmethod
    def read(cls, payload: bytes | str | Mapping[str, Any]) -> Self:
        """Read a body, JSON or a form, or what was made of one.

        Raises:
            TypeError: It is none of these.
            WebhookError: It is not a payment notice.
        """
        document = _decode(payload)
        try:
            return cls._from_wire(Fields(document, where="payload"))
        except ShapeError as error:
            reason = str(error)
        # Outside the handler: no context of an error is to hold what was sent.
        raise _refusal(f"{reason}: this is not a payment notice")

    @classmethod
    def _from_wire(cls, fields: Fields) -> Self:
        kind, status = fields.text("webhook_type"), _integer(fields, "status")
        payment = _STATES.get(kind or "", status)
        if payment is None:
            raise fields.mismatch("status", status, "a number, and webhook_type is not a known one")
        price = _integer(fields, "price")
        if price is None:
            raise fields.mismatch("price", price, "a number")
        order_id = fields.required_text("order_id")
        try:
            path_segment(order_id)
        except ValueError:
            raise fields.mismatch("order_id", order_id, "an order's id") from None
        return cls(
            order_id=order_id,
            receipt_id=fields.text("receipt_id"),
            webhook_type=kind,
            price=price,
            cancelled_price=_integer(fields, "cancelled_price"),
            payment=payment,
        )

    def compare(self, order: OrderDetail) -> OrderDetail:
        """Give the order if it agrees; raises `WebhookError`, which has it, if it does not."""
        receipt_id = (order.result_data or {}).get("receipt_id")
        if self.order_id not in (order.order_id, order.order_number):
            raise _refusal("the API gave another order than the one that the notice names", order)
        if order.price != self.price:
            raise _refusal(f"the notice says a price of {self.price}, the order shows {order.price}", order)
        if self.receipt_id and receipt_id and self.receipt_id != receipt_id:
            raise _refusal("the notice names another receipt_id than the order", order)
        if self.payment not in _read_states(order):
            said = f"{self.webhook_type or 'its status'} means a payment status of {int(self.payment)}"
            raise _refusal(f"{said}, the order shows {order.receipt_status} and the status {order.status}", order)
        # More may have been cancelled since.
        if order.cancelled_price is not None and order.cancelled_price < (self.cancelled_price or 0):
            said = f"the notice says that {self.cancelled_price} are cancelled"
            raise _refusal(f"{said}, the order shows {order.cancelled_price}", order)
        return order


def check_signature(
    payload: bytes | str | Mapping[str, Any], *, secret: object, headers: Mapping[str, str] | None, now_s: float
) -> None:
    """Check who sent a body, and when.

    Args:
        payload: The body as it came.
        headers: Those of the request.
        now_s: Seconds since 1970.

    Raises:
        TypeError: The body is not as it came, or a value is of the wrong type.
        ValueError: The secret is empty.
        WebhookError: The signature is missing or wrong, or more than five minutes away from now.
    """
    key = check_text("secret", secret, if_empty="is the variable set that it is read from?")
    if isinstance(payload, Mapping):
        raise TypeError("payload must be the raw body, as bytes, where a secret is given: the signature is of that")
    body = payload.encode() if isinstance(payload, str) else payload
    given = {name.lower(): value for name, value in (headers or {}).items()}
    timestamp, signature = given.get("x-bootpay-timestamp", ""), given.get("x-bootpay-signature", "")
    digest = hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={digest}".encode(), signature.encode()):
        raise _refusal("X-Bootpay-Signature is missing, or is not of this body, X-Bootpay-Timestamp and the secret")
    # Only what is signed is looked at.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MOST_DIGITS):
        raise _refusal("X-Bootpay-Timestamp must be whole seconds since 1970")
    if abs(now_s - int(timestamp)) > _OLDEST_S:
        raise _refusal(
            f"X-Bootpay-Timestamp is {abs(now_s - int(timestamp)):.0f} s away from now; at most {_OLDEST_S} may be"
        )


def _decode(payload: bytes | str | Mapping[str, Any]) -> object:
    if isinstance(payload, Mapping):
        return dict(payload)
    if not isinstance(payload, bytes | str):
        raise TypeError(f"payload must be a body as bytes or str, or a mapping, not {type(payload).__name__}")
    try:
        text = payload.decode() if isinstance(payload, bytes) else payload
        return json.loads(text) if text.lstrip()[:1] in ("{", "[") else dict(parse_qsl(text, strict_parsing=True))
    except (ValueError, RecursionError):
        problem = "the payload is neither JSON nor a form"
    raise _refusal(problem)


def _read_states(order: OrderDetail) -> set[object]:
    """The payment statuses that an order may have, by what it shows.

    The page of detail knows 0 and 1 alone: 0 does not tell whether an account was issued, and 1 stays when the order is
    cancelled, which its own status says.
    """
    state = _STATUS_BY_NAME.get(str(order.receipt_status), order.receipt_status)
    if state == PaymentStatus.READY:
        return {PaymentStatus.READY, PaymentStatus.VBANK_ISSUED}
    if state == PaymentStatus.COMPLETE and order.status is OrderStatus.CANCELED:
        return {PaymentStatus.CANCEL_COMPLETE}
    return {state}


def _integer(fields: Fields, name: str) -> int | None:
    """An integer, which a form has as digits; None where it is absent."""
    value = fields.rest.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS:
        fields.rest[name] = int(value)
    return fields.integer(name)


def _refusal(reason: str, order: OrderDetail | None = None) -> WebhookError:
    return WebhookError(f"{OPERATION}: the webhook is not verified: {reason}", order=order)
