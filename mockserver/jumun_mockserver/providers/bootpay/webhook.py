"""The payment webhook: what Bootpay posts when a payment is made, cancelled, or waits for a transfer.

Source: developers.bootpay.ai/server/webhook, which is of the payment side; of the Commerce side nothing is published.
Keys that the page does not have are those of a receipt. All made-up values are constants here.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_contracts import JsonError, parse_json
from jumun_mockserver.core.provider import Webhook
from jumun_mockserver.core.session.events import LOG
from jumun_mockserver.providers.bootpay.orders.cancels import APPROVED, list_cancels
from jumun_mockserver.providers.bootpay.times import KST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_mockserver.providers.bootpay.shop import BootpayShop

_SHOWN = 40
_ISSUED = "PAYMENT_VIRTUAL_ACCOUNT_ISSUED"
_CANCELLED = ("PAYMENT_CANCELLED", "PAYMENT_PARTIAL_CANCELLED")
# Type → status and its text. That 결제취소 and 입금대기 are the texts is assumed.
_STATES = MappingProxyType(
    {
        "PAYMENT_COMPLETED": (1, "결제완료"),
        "PAYMENT_CANCELLED": (20, "결제취소"),
        "PAYMENT_PARTIAL_CANCELLED": (20, "결제취소"),
        _ISSUED: (5, "입금대기"),
    }
)


def make_payload(event: Mapping[str, Any], shop: BootpayShop) -> dict[str, Any] | None:
    """What is posted about an event of an order; None where the shop has no such order."""
    row = shop.orders.find(event["order_id"])
    if row is None:
        return None
    status, text = _STATES[event["type"]]
    cancels = _list_cancels(event, row, shop) if event["type"] in _CANCELLED else []
    waits = any(entry["type"] == _ISSUED for entry in _entries(shop, row))
    return {
        "receipt_id": row.get("receipt_id"),
        "order_id": row["order_id"],
        "order_name": row["order_name"],
        "price": row["price"],
        "tax_free": row.get("tax_free_price", 0),
        "cancelled_price": sum(each["cancel_price"] for each in cancels),
        "cancelled_tax_free": sum(each["cancel_tax_free_price"] for each in cancels),
        "pg": "나이스페이먼츠",
        "method": "가상계좌" if waits else "카드",
        "method_symbol": "vbank" if waits else "card",
        "currency": "KRW",
        "status": status,
        "status_locale": text,
        "webhook_type": event["type"],
        "purchased_at": None if event["type"] == _ISSUED else _in_korea(row["purchased_at"]),
        "requested_at": _in_korea(row["created_at"]),
    }


def sign(secret: str, second: int, body: bytes) -> dict[str, str]:
    """Headers as those of the alimtalk webhook, the only one that is documented to be signed."""
    digest = hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Bootpay-Timestamp": f"{second}", "X-Bootpay-Signature": f"sha256={digest}"}


def judge(status: int, body: bytes) -> str:
    """Why an answer does not count: it must have status 200 and the body {"success": true}. '' where it counts."""
    if status != 200:  # noqa: PLR2004 - OK
        return f"status {status} is not 200"
    try:
        answer = parse_json(body)
    except JsonError:
        answer = None
    # To Python, 1 is True.
    if isinstance(answer, dict) and answer.keys() == {"success"} and answer["success"] is True:
        return ""
    text = body.decode("utf-8", "replace")
    return f'the body must be {{"success": true}}, not {text[:_SHOWN]!r}{"…" if len(text) > _SHOWN else ""}'


def list_gaps(shop: BootpayShop) -> Sequence[float]:
    """Seconds from each try to the next."""
    gaps: Sequence[float] = shop.settings["webhook_gaps_s"]
    return gaps


WEBHOOK = Webhook(types=frozenset(_STATES), payload=make_payload, gaps=list_gaps, sign=sign, judge=judge)


def _list_cancels(event: Mapping[str, Any], row: Mapping[str, Any], shop: BootpayShop) -> list[Mapping[str, Any]]:
    """The approved cancellations of an order, up to the one that the event is about."""
    approved = [each for each in list_cancels(row) if each["status"] == APPROVED]
    done = sorted(approved, key=lambda each: each["processed_at"] or each["requested_at"])
    later = sum(entry["type"] in _CANCELLED for entry in _entries(shop, row, after=event["number"]))
    return done[: len(done) - later]


def _entries(shop: BootpayShop, row: Mapping[str, Any], *, after: int = 0) -> list[Mapping[str, Any]]:
    """Events of an order."""
    return [entry for _, entry in shop.state.entries(LOG, after=after) if entry["order_id"] == row["order_id"]]


def _in_korea(text: str | None) -> str | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(KST).isoformat(timespec="seconds")
