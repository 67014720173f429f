"""A contract as it is kept: one record with its bills, adjustments, requests and charges.

A record is JSON data that is not changed once it is made: each step makes a new one. Its fields are those of the API,
moments are epoch seconds. An order that a bill or a charge paid is part of the record, under `order`, so that both are
written in one step; a bill of the data has the `order_id` of an order of the data.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from jumun_mockserver.providers.bootpay.subscriptions.cycles import nth_moment
from jumun_mockserver.providers.bootpay.times import KST, object_id, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Record: TypeAlias = "Mapping[str, Any]"
"""A contract."""
Bill: TypeAlias = "Mapping[str, Any]"

PENDING, ACTIVE, TRIAL, PAUSED, HELD, ENDED, TERMINATED = 0, 1, -1, -2, -3, 15, 20
"""Statuses of a contract: constants of the official SDKs."""
FAILED, DONE, READY, CANCELLED, REVOKED = -1, 1, 2, 10, 20
"""Statuses of a bill, likewise; 5, PENDING, is none that a bill comes to be in here."""
ONE_OFF, DISCOUNT, EVERY_BILL = 0, 1, 2
"""Types of an adjustment. 0 and 2 are the page's (subscription/ops/adjust/fee), 1 is the SDKs' PERIOD_DISCOUNT."""
BILLS_AT_MOST = 600
"""How many bills a contract has, one without an end too: fifty years of months. A clock set far ahead ends it."""
ADJUSTED_AT_MOST = 60
"""Up to which bill of a contract without an end adjustments go (@bootpay/backend-js CHANGELOG 2.13.0)."""


def draw(seed: str, *parts: object) -> bytes:
    """Random bytes that follow from the seed and what they are for."""
    return hashlib.sha256(":".join([seed, "bootpay", *map(str, parts)]).encode()).digest()


def price_of(record: Record, duration: int) -> int:
    """What the bill of a duration (회차, from 1) comes to: the base price, the setup price, and what adjusts it."""
    setup: int = record["setup_price"] if duration == 1 else 0
    price: int = record["price"]
    adjusted: int = sum(each["price"] for each in record["adjustments"] if adjusts(each, duration))
    return price + setup + adjusted


def adjusts(adjustment: Mapping[str, Any], duration: int) -> bool:
    """Whether an adjustment is about the bill of a duration: of its own, or of every one from it on."""
    first: int = adjustment["duration"]
    return first == duration or (adjustment["is_unlimited"] and first < duration)


def moment_of(record: Record, duration: int, cycles: Mapping[str, Mapping[str, int]]) -> float:
    """When the bill of a duration is due by the contract's rhythm."""
    cycle = cycles[str(record["subscription_payment_cycle_type"])]
    return nth_moment(record["anchor"], cycle, duration - 1 + record["skipped"])


def make_bill(record: Record, duration: int, at: float, due: float, seed: str) -> dict[str, Any]:
    """A bill that is to be paid at `due`, made at `at`."""
    digest = draw(seed, "bill", record["order_subscription_id"], duration)
    return {
        "order_subscription_bill_id": object_id(at, digest),
        "duration": duration,
        "status": READY,
        "price": price_of(record, duration),
        "tax_free_price": record["tax_free_price"],
        "order_name": record["order_name"],
        "reserve_payment_at": due,
    }


def make_order(record: Record, price: int, at: float, digest: bytes, **fields: Any) -> dict[str, Any]:
    """A paid order of a contract, in the form of the data files."""
    number = int.from_bytes(digest[16:22], "big") % 10**14
    return {
        "order_id": object_id(at, digest),
        "order_name": record["order_name"],
        "price": price,
        "status": 2,
        "receipt_status": 1,
        "order_number": f"{datetime.fromtimestamp(at, KST):%y%m%d}{number:014d}",
        "purchased_at": stamp(at),
        "created_at": stamp(at),
        "username": record["username"],
        "user_email": record["user_email"],
        "receipt_id": object_id(at, digest[8:] + digest[:8]),
        "user_id": record["user_id"],
        "user_group_id": record["user_group_id"],
        "order_subscription_ids": [record["order_subscription_id"]],
        "subscription_billing_type": record["subscription_billing_type"],
        "tax_free_price": record["tax_free_price"],
        **fields,
    }


def find_open_bill(record: Record) -> Bill | None:
    """The bill that is to be paid next: one that failed, or the one that is ready."""
    bills: Sequence[Bill] = record["bills"]
    return bills[-1] if bills and bills[-1]["status"] in (READY, FAILED) else None


def count_paid(record: Record) -> int:
    """How many bills are paid."""
    return sum(bill["status"] == DONE for bill in record["bills"])


def is_last(record: Record, duration: int) -> bool:
    """Whether the contract has no bill after that of a duration."""
    return duration >= min(record["total_subscription_duration"] or BILLS_AT_MOST, BILLS_AT_MOST)


def last_adjustable(record: Record) -> int:
    """Up to which bill adjustments go."""
    return record["total_subscription_duration"] or ADJUSTED_AT_MOST


def orders_of(record: Record) -> list[Mapping[str, Any]]:
    """The orders that are part of the record."""
    return [each["order"] for each in (*record["bills"], *record["charges"]) if "order" in each]


def first_order_id(record: Record, seed: str) -> str:
    """By which events of the contract are found; of one that has no order yet, an id that no order has."""
    found: str | None = record["order_id"]
    return found or object_id(record["created_at"], draw(seed, "contract", record["order_subscription_id"]))


def find_due(record: Record, cycles: Mapping[str, Mapping[str, int]]) -> tuple[float, str] | None:
    """When time does something next, and what: `bill` or `end`."""
    if record["status"] not in (ACTIVE, TRIAL):
        return None
    bill = find_open_bill(record)
    if bill is not None:
        return (bill["reserve_payment_at"], "bill") if bill["status"] == READY else None
    return moment_of(record, len(record["bills"]) + 1, cycles), "end"
