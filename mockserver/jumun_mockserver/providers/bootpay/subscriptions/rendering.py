"""Contracts, bills, adjustments and requests as the API shows them: the keys of the official SDKs' types."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.filters import shown
from jumun_mockserver.providers.bootpay.lifecycle import state_of
from jumun_mockserver.providers.bootpay.orders.cancels import sum_cancelled
from jumun_mockserver.providers.bootpay.subscriptions.records import CANCELLED, DONE, find_open_bill, moment_of
from jumun_mockserver.providers.bootpay.times import KST, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Bill, Record

_KRW = 1
_TERMINATION = 5


def show_contract(record: Record, shop: BootpayShop) -> dict[str, Any]:
    """A contract as list and detail show it."""
    bills = record["bills"]
    paid = [bill for bill in bills if bill["status"] == DONE]
    due = find_open_bill(record)
    return {
        "order_subscription_id": record["order_subscription_id"],
        "order_id": record["order_id"],
        "user_id": record["user_id"],
        "user_group_id": record["user_group_id"],
        "subscription_billing_type": record["subscription_billing_type"],
        "subscription_payment_cycle_type": record["subscription_payment_cycle_type"],
        "subscription_billing_base_day": datetime.fromtimestamp(record["anchor"], KST).day,
        "quantity": record["quantity"],
        "is_first_prepaid": True,
        "one_unit_price": record["price"] // record["quantity"],
        "one_unit_tax_free_price": record["tax_free_price"] // record["quantity"],
        "price": record["price"],
        "tax_free_price": record["tax_free_price"],
        "setup_price": record["setup_price"],
        "unit": _KRW,
        "order_name": record["order_name"],
        "product_name": record["order_name"],
        "option_names": [],
        "service_start_at": _stamp(record.get("service_start_at") or (paid[0]["purchased_at"] if paid else None)),
        "service_end_at": _stamp(_ends(record, shop)),
        "last_billing_created_at": _stamp(paid[-1]["purchased_at"] if paid else None),
        "latest_purchased_at": _stamp(record.get("latest_purchased_at")),
        "latest_failed_at": _stamp(record.get("latest_failed_at")),
        "payment_next_at": _stamp(due["reserve_payment_at"] if due else None),
        "current_duration": paid[-1]["duration"] if paid else 0,
        "created_last_duration": bills[-1]["duration"] if bills else 0,
        "payment_last_duration": paid[-1]["duration"] if paid else 0,
        "total_subscription_duration": record["total_subscription_duration"],
        "renewal_status": 0,
        "cancel_status": int(any(each["request_type"] == _TERMINATION for each in open_requests(record))),
        "status": shown("subscription_status", record["status"], shop.profile),
        "cancel_at": _stamp(record.get("ended_at")),
        "created_at": stamp(record["created_at"]),
    }


def show_bill(record: Record, bill: Bill, shop: BootpayShop) -> dict[str, Any]:
    """A bill as list and detail show it; what was cancelled of its order is cancelled of it."""
    order_id = bill["order"]["order_id"] if "order" in bill else bill.get("order_id")
    order = shop.orders.find(order_id) if order_id else None
    is_paid = bill["status"] == DONE
    # An order of several contracts pays a bill of each: what is cancelled in part is not told apart.
    is_own = order is not None and len(order.get("order_subscription_ids", ())) == 1
    cancelled = sum_cancelled(order) if order and is_own else 0
    return {
        "order_subscription_bill_id": bill["order_subscription_bill_id"],
        "order_subscription_id": record["order_subscription_id"],
        "user_id": record["user_id"],
        "user_group_id": record["user_group_id"],
        "subscription_billing_type": record["subscription_billing_type"],
        "order_name": bill["order_name"],
        "order_number": order["order_number"] if order else bill.get("order_number"),
        "order_id": order_id,
        "duration": bill["duration"],
        "total_subscription_duration": record["total_subscription_duration"],
        "one_unit_price": record["price"] // record["quantity"],
        "one_unit_tax_free_price": record["tax_free_price"] // record["quantity"],
        "setup_price": record["setup_price"] if bill["duration"] == 1 else 0,
        "price": bill["price"],
        "tax_free_price": bill["tax_free_price"],
        "unit": _KRW,
        "purchase_price": bill["price"] if is_paid else 0,
        "purchase_tax_free_price": bill["tax_free_price"] if is_paid else 0,
        "cancelled_price": cancelled,
        "cancelled_tax_free_price": sum_cancelled(order, "cancel_tax_free_price") if order and is_own else 0,
        "username": record["username"],
        "user_email": record["user_email"],
        "quantity": record["quantity"],
        "reserve_payment_at": stamp(bill["reserve_payment_at"]),
        "purchased_at": _stamp(bill.get("purchased_at")),
        "revoked_at": _stamp(bill.get("revoked_at")),
        "last_error_at": _stamp(bill.get("last_error_at")),
        "status": CANCELLED if is_paid and order and state_of(order) in ("cancelled", "returned") else bill["status"],
    }


def show_adjustments(record: Record) -> dict[str, Any]:
    """The adjustments of a contract, as the page of their call shows them."""
    return {
        "order_subscription_id": record["order_subscription_id"],
        "order_subscription_adjustments": [
            {**each, "created_at": stamp(each["created_at"])} for each in record["adjustments"]
        ],
    }


def show_request(record: Record, request: Mapping[str, Any]) -> dict[str, Any]:
    """A request of a buyer."""
    processed = request["processed_at"]
    return {
        "order_subscription_request_history_id": request["order_subscription_request_history_id"],
        "order_subscription_id": record["order_subscription_id"],
        "user_id": request["user_id"],
        "request_type": request["request_type"],
        "status": request["status"],
        "reason": request["reason"],
        "requested_at": stamp(request["requested_at"]),
        "processed_at": _stamp(processed),
        "created_at": stamp(request["requested_at"]),
        "updated_at": stamp(request["requested_at"] if processed is None else processed),
    }


def open_requests(record: Record) -> list[Mapping[str, Any]]:
    """Requests that wait for a decision."""
    return [each for each in record["requests"] if each["status"] == 0]


def _ends(record: Record, shop: BootpayShop) -> float | None:
    """When the service ends: as it was set, when the contract was closed, or after the last period."""
    found: float | None = record.get("service_end_at", record.get("ended_at"))
    total = record["total_subscription_duration"]
    return moment_of(record, total + 1, shop.terms.cycles) if found is None and total else found


def _stamp(at: float | None) -> str | None:
    return None if at is None else stamp(at)
