"""`bootpay.subscriptions.*` that change a contract: what a supervisor decides."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.subscriptions import steps
from jumun_mockserver.providers.bootpay.subscriptions.adjusting import check_prices
from jumun_mockserver.providers.bootpay.subscriptions.asked import find_contract, read_future, read_moment
from jumun_mockserver.providers.bootpay.subscriptions.records import (
    ACTIVE,
    BILLS_AT_MOST,
    READY,
    TERMINATED,
    TRIAL,
    count_paid,
    find_open_bill,
    is_last,
    make_bill,
    moment_of,
)
from jumun_mockserver.providers.bootpay.subscriptions.rendering import show_contract
from jumun_mockserver.providers.bootpay.subscriptions.transitions import insist, perform
from jumun_mockserver.providers.bootpay.times import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

_COPIED = ("order_name", "quantity", "username")
_NOT_SIMULATED = (
    "product_id",
    "product_option_id",
    "address_id",
    "use_free_trial",
    "free_trial_day",
    "billing_key",
    "status",
)
_FEES = ("termination_fee", "last_bill_refund_price", "final_fee")


def approve_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Have a contract that waits begin: its first bill is paid.

    Raises:
        ApiError: `subscription_not_found` or `already_processed`.
    """
    return _decide("approve", call, shop, partial(steps.pay_bill, terms=shop.terms))


def reject_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Refuse a contract that waits.

    Raises:
        ApiError: As `approve_subscription`.
    """
    return _decide("reject", call, shop, lambda record, at: steps.close(record, TERMINATED, at))


def pause_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Stop billing at once, whatever `paused_at` says.

    Raises:
        ApiError: `subscription_not_found`, `already_processed` or `unprocessable`.
    """
    return _decide("pause", call, shop, steps.pause)


def resume_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Go on billing with the next cycle.

    Raises:
        ApiError: `subscription_not_found` or `resume_unable`.
    """
    return _decide("resume", call, shop, partial(steps.resume, terms=shop.terms))


def terminate_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Terminate a contract at once, with the fee that the call names or that is worked out.

    Raises:
        ApiError: `subscription_not_found`, `already_processed` or `unprocessable`.
    """
    step = partial(terminate, asked=call.body, shop=shop)
    record = insist(_perform("terminate", call, shop, step))
    return {**show_contract(record, shop), **record["fee"]}


def terminate(record: Record, at: float, *, asked: Mapping[str, Any], shop: BootpayShop) -> dict[str, Any]:
    """The step of a termination with figures and `service_end_at` of a call."""
    fee = {name: asked[name] for name in _FEES if asked.get(name) is not None}
    new = steps.terminate(record, at, shop.terms, fee)
    if text := asked.get("service_end_at"):
        new["service_end_at"] = read_moment("service_end_at", text)
    return new


def update_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Change a contract; bills that are ready follow at once, paid ones stay.

    Raises:
        ApiError: `subscription_not_found` or `unprocessable`.
    """
    if unread := [name for name in _NOT_SIMULATED if name in call.body]:
        call.remarks.append(f"not simulated, so left as they are: {', '.join(unread)}")
    return _decide("update", call, shop, partial(_update, call=call, shop=shop))


def charge_subscription(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Pay an amount at once by a charge_key.

    Raises:
        ApiError: `charge_not_found` or `unprocessable`.
    """
    key, price, tax_free = call.body["charge_key"], call.body["price"], call.body.get("tax_free_price") or 0
    if price <= 0 or not 0 <= tax_free <= price:
        raise ApiError("unprocessable", f"price {price} must be above 0, and tax_free_price {tax_free} from 0 to it")
    record = _find_charged(key, shop)
    step = partial(steps.charge, price=price, tax_free_price=tax_free, terms=shop.terms)
    outcome = perform(record["order_subscription_id"], "charge", shop, lambda old, at: step(old, at=at))
    order = insist(outcome)["charges"][-1]["order"]
    return {
        "order_id": order["order_id"],
        "order_number": order["order_number"],
        "receipt_id": order["receipt_id"],
        "charge_key": key,
        "price": order["price"],
        "tax_free_price": order["tax_free_price"],
        "status": order["receipt_status"],
    }


def revoke_charge(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Revoke a charge_key, which pays nothing afterwards.

    Raises:
        ApiError: `charge_not_found` or `unprocessable`.
    """
    record = _find_charged(call.body["charge_key"], shop)

    def revoke(old: Record, at: float) -> dict[str, Any]:
        if "revoked_at" in old:
            raise ApiError("charge_not_found", "the charge_key was revoked before")
        return {**old, "revoked_at": at}

    new = insist(perform(record["order_subscription_id"], "update", shop, revoke))
    return {"charge_key": new["charge_key"], "revoked_at": stamp(new["revoked_at"]), "status": 0}


def _find_charged(key: str, shop: BootpayShop) -> Record:
    record = shop.contracts.find_owner(key)
    if record is None or record["charge_key"] != key:
        raise ApiError("charge_not_found", "no subscription has this charge_key")
    return record


def _decide(action: str, call: Call, shop: BootpayShop, step: Callable[[Record, float], Any]) -> dict[str, Any]:
    return show_contract(insist(_perform(action, call, shop, step)), shop)


def _perform(action: str, call: Call, shop: BootpayShop, step: Callable[[Record, float], Any]) -> Any:
    id_ = call.values["order_subscription_id"]
    find_contract(id_, shop)
    return perform(id_, action, shop, step)


def _update(record: Record, at: float, *, call: Call, shop: BootpayShop) -> Mapping[str, Any]:
    """A contract with what a call changes.

    Raises:
        ApiError: `unprocessable`.
    """
    body = call.body
    fields = {name: body[name] for name in _COPIED if body.get(name) is not None}
    if (email := body.get("email")) is not None:
        fields["user_email"] = email
    for name in ("service_start_at", "service_end_at"):
        if text := body.get(name):
            fields[name] = read_moment(name, text)
    if (price := body.get("price")) is not None:
        if price <= 0:
            raise ApiError("unprocessable", f"price {price} must be above 0")
        fields["price"] = price
    if (total := body.get("total_subscription_duration")) is not None:
        if total > BILLS_AT_MOST:
            raise ApiError("unprocessable", f"total_subscription_duration {total} is above {BILLS_AT_MOST}")
        fields["total_subscription_duration"] = total
    new: Mapping[str, Any] = steps.reprice(record, **fields)
    new = _fit_duration(new, at, shop)
    check_prices(new)
    if text := body.get("next_billing_at") or body.get("payment_next_at"):
        bill = find_open_bill(new)
        if bill is None or bill["status"] != READY:
            raise ApiError("unprocessable", "the subscription has no bill that is ready, whose day could change")
        new = steps.set_next_payment(new, read_future("payment_next_at", text, call))
    return new


def _fit_duration(record: Record, at: float, shop: BootpayShop) -> Mapping[str, Any]:
    """A contract whose bills end with its last duration; one that was made longer has its next bill.

    Raises:
        ApiError: `unprocessable`, for an end before what is paid.
    """
    total, paid, bill = record["total_subscription_duration"], count_paid(record), find_open_bill(record)
    last = len(record["bills"]) - (bill is not None)
    if total and total < last:
        raise ApiError(
            "unprocessable", f"total_subscription_duration {total} is below {last}, the bills that there are"
        )
    if bill is not None and is_last(record, last) and paid:
        return {**record, "bills": record["bills"][:-1]}
    if bill is None and record["status"] in (ACTIVE, TRIAL) and not is_last(record, last):
        due = moment_of(record, last + 1, shop.terms.cycles)
        return {**record, "bills": [*record["bills"], make_bill(record, last + 1, at, due, shop.seed)]}
    return record
