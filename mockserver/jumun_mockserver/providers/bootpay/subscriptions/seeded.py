"""Contracts that are there from the start: those of the data, and those that derived orders name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.providers.bootpay.subscriptions.cycles import first_after, nth_moment
from jumun_mockserver.providers.bootpay.subscriptions.records import (
    ACTIVE,
    DISCOUNT,
    DONE,
    ENDED,
    EVERY_BILL,
    FAILED,
    HELD,
    ONE_OFF,
    PAUSED,
    PENDING,
    TERMINATED,
    TRIAL,
    draw,
    is_last,
    make_bill,
)
from jumun_mockserver.providers.bootpay.times import object_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_mockserver.providers.bootpay.derived import Derived
    from jumun_mockserver.providers.bootpay.filters import Row
    from jumun_mockserver.providers.bootpay.subscriptions.steps import Terms

# The newest derived orders, among which contracts are looked for: each is named by many of them.
_LOOKED_AT = 512
_BILLS_AT_MOST = 3
_STATUSES = (ACTIVE, ACTIVE, ACTIVE, ACTIVE, PAUSED, HELD, TRIAL, ENDED, TERMINATED, ACTIVE)
_CYCLES = (21, 21, 21, 23, 31, 11)
_TOTALS = (0, 12, 24)
_OVER = (ENDED, TERMINATED)
# Ids of bills of the data follow from their contract's alone, so that samples can name them.
_DATA = ""


def derive_rows(derived: Derived, seed: str) -> list[dict[str, Any]]:
    """Contracts that the newest derived orders name, in the form of the data files.

    A contract's bills are the newest paid orders of its own that are billed separately; without any it waits for its
    first.
    """
    orders: dict[str, list[Row]] = {}
    for index in range(min(derived.size, _LOOKED_AT)):
        row = derived.row(index)
        for id_ in row["order_subscription_ids"]:
            orders.setdefault(id_, []).append(row)
    return [_derive_row(id_, found, seed) for id_, found in sorted(orders.items())]


def make_record(
    row: Mapping[str, Any], find_order: Callable[[str], Row | None], *, started: float, terms: Terms
) -> dict[str, Any]:
    """The record of a contract of the data, as it is when a session starts.

    Args:
        find_order: Of the data.
        started: Epoch second from which on it ages: its next bill is due after that.
    """
    id_ = row["order_subscription_id"]
    created, bills = _epoch(row["created_at"]), list(_make_bills(row, find_order))
    first = find_order(row.get("order_id") or "")
    record: dict[str, Any] = {
        "order_subscription_id": id_,
        "order_id": row.get("order_id"),
        "order_number": first["order_number"] if first else None,
        "order_name": row["order_name"],
        "price": row["price"],
        "tax_free_price": row.get("tax_free_price", 0),
        "setup_price": row.get("setup_price", 0),
        "quantity": row.get("quantity", 1),
        "status": row["status"],
        "subscription_billing_type": row.get("subscription_billing_type", 1),
        "subscription_payment_cycle_type": row["subscription_payment_cycle_type"],
        "total_subscription_duration": row.get("total_subscription_duration", 0),
        "user_id": row.get("user_id"),
        "user_group_id": row.get("user_group_id"),
        "username": row["username"],
        "user_email": row.get("user_email"),
        "charge_key": row.get("charge_key") or make_charge_key(id_, terms.seed),
        "created_at": created,
        "anchor": bills[-1]["reserve_payment_at"] if bills else created,
        "skipped": 1 - max(1, len(bills)),
        "bills": bills,
        "adjustments": [_make_adjustment(each, created) for each in row.get("adjustments", ())],
        "requests": [_make_request(each, row) for each in row.get("requests", ())],
        "charges": [],
    }
    if paid := [bill["purchased_at"] for bill in bills if bill["status"] == DONE]:
        record["latest_purchased_at"] = paid[-1]
    if row["status"] in _OVER:
        record["ended_at"] = record["anchor"]
    elif not bills or (row["status"] != HELD and not is_last(record, len(bills))):
        _open_next(record, max(started, record["anchor"]), terms)
    return record


def open_contract(order: Row, terms: Terms) -> dict[str, Any] | None:
    """The contract that a buyer opened with an order, as it was then; None if the order opened none.

    All of it follows from the order, which names it.
    """
    if not order["purchased_at"]:
        return None
    id_ = make_contract_id(order["order_id"], order["purchased_at"], terms.seed)
    if id_ not in order.get("order_subscription_ids", ()):
        return None
    row = {
        **{key: order.get(key) for key in ("order_id", "order_name", "user_id", "user_group_id", "user_email")},
        "order_subscription_id": id_,
        "price": order["price"],
        "tax_free_price": order.get("tax_free_price", 0),
        "status": ACTIVE,
        "subscription_payment_cycle_type": terms.cycle,
        "total_subscription_duration": terms.total_duration,
        "username": order["username"],
        "created_at": order["purchased_at"],
        "bills": [
            {"price": order["price"], "status": DONE, "order_id": order["order_id"], "at": order["purchased_at"]}
        ],
    }
    return make_record(row, lambda _: order, started=_epoch(order["purchased_at"]), terms=terms)


def make_contract_id(order_id: str, purchased_at: str, seed: str) -> str:
    """The id of the contract that an order opens."""
    return object_id(_epoch(purchased_at), draw(seed, "contract-of", order_id))


def make_charge_key(id_: str, seed: str) -> str:
    """A key by which a contract is charged beside its bills."""
    return f"charge-{draw(seed, 'charge-key', id_).hex()[:24]}"


def _derive_row(id_: str, orders: list[Row], seed: str) -> dict[str, Any]:
    digest = draw(seed, "contract", id_)
    paid = [each for each in orders if each["receipt_status"] == 1 and each["subscription_billing_type"] == 1]
    paid = paid[:_BILLS_AT_MOST][::-1]
    newest = paid[-1] if paid else orders[0]
    status = _STATUSES[digest[0] % len(_STATUSES)] if paid else PENDING
    bills = [
        {"price": each["price"], "status": DONE, "order_id": each["order_id"], "at": each["purchased_at"]}
        for each in sorted(paid, key=lambda order: order["purchased_at"])
    ]
    if status == HELD:
        bills.append({"price": newest["price"], "status": FAILED, "order_id": None, "at": newest["purchased_at"]})
    return {
        **{key: newest[key] for key in ("user_id", "user_group_id", "username", "user_email", "price")},
        "order_subscription_id": id_,
        "order_id": paid[0]["order_id"] if paid else None,
        "order_name": newest["order_name"],
        "status": status,
        "subscription_payment_cycle_type": _CYCLES[digest[1] % len(_CYCLES)],
        "total_subscription_duration": _TOTALS[digest[2] % len(_TOTALS)],
        "created_at": (paid[0] if paid else orders[-1])["created_at"],
        "bills": bills,
    }


def _make_bills(row: Mapping[str, Any], find_order: Callable[[str], Row | None]) -> Iterator[dict[str, Any]]:
    for duration, bill in enumerate(row["bills"], 1):
        at = _epoch(bill["at"])
        digest = draw(_DATA, "bill", row["order_subscription_id"], duration)
        order = find_order(bill.get("order_id") or "")
        yield {
            "order_subscription_bill_id": bill.get("order_subscription_bill_id") or object_id(at, digest),
            "duration": duration,
            "status": bill["status"],
            "price": bill["price"],
            "tax_free_price": row.get("tax_free_price", 0),
            "order_name": row["order_name"],
            "reserve_payment_at": at,
            "order_id": bill.get("order_id"),
            "order_number": order["order_number"] if order else None,
            "purchased_at" if bill["status"] == DONE else "last_error_at": at,
        }


def _make_adjustment(adjustment: Mapping[str, Any], at: float) -> dict[str, Any]:
    type_ = adjustment.get("type", ONE_OFF if adjustment["price"] > 0 else DISCOUNT)
    return {
        "is_unlimited": type_ == EVERY_BILL,
        "tax_free_price": 0,
        "name": None,
        "created_at": at,
        **adjustment,
        "type": type_,
    }


def _make_request(request: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "order_subscription_request_history_id": request["order_subscription_request_history_id"],
        "request_type": request["request_type"],
        "status": 0,
        "reason": request.get("reason"),
        "asked": {},
        "user_id": row.get("user_id"),
        "requested_at": _epoch(request["at"]),
        "processed_at": None,
    }


def _open_next(record: dict[str, Any], after: float, terms: Terms) -> None:
    """Give a contract its next bill, due by its rhythm after a moment."""
    duration = len(record["bills"]) + 1
    cycle = terms.cycles[str(record["subscription_payment_cycle_type"])]
    number = first_after(record["anchor"], cycle, after, at_least=1)
    record["skipped"] = number - duration + 1
    due = nth_moment(record["anchor"], cycle, number)
    record["bills"].append(make_bill(record, duration, record["anchor"], due, _DATA))


def _epoch(text: str) -> float:
    return parse_date_time(text).timestamp()
