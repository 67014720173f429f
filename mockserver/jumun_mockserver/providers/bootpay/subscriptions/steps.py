"""Steps of a contract's life: each makes a new record from the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.providers.bootpay.subscriptions.cycles import first_after, nth_moment
from jumun_mockserver.providers.bootpay.subscriptions.records import (
    ACTIVE,
    DONE,
    ENDED,
    FAILED,
    HELD,
    PAUSED,
    READY,
    REVOKED,
    TERMINATED,
    count_paid,
    draw,
    find_open_bill,
    is_last,
    make_bill,
    make_order,
    moment_of,
    price_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

_DAY_S = 86_400


class Terms(NamedTuple):
    """What steps follow beside the record.

    Attributes:
        seed: Of the session, from which ids follow.
        cycles: Cycle type → its length.
        fee_percent: Of the bills that are left, for terminating before the end.
        cycle: Cycle type of a contract that an order opens.
        total_duration: How many bills such a contract has at most; 0 for no end.
    """

    seed: str
    cycles: Mapping[str, Mapping[str, int]]
    fee_percent: int
    cycle: int
    total_duration: int


class Fee(NamedTuple):
    """What terminating a contract costs, in KRW.

    Attributes:
        termination_fee: For the bills that are left.
        last_bill_refund_price: For the days of the last paid bill that are left.
        refund_amount: What of the refund is above the fee.
        final_fee: What of the fee is above the refund.
    """

    termination_fee: int
    refund_amount: int
    last_bill_refund_price: int
    final_fee: int


def pay_bill(record: Record, at: float, terms: Terms) -> tuple[dict[str, Any], str]:
    """Pay the open bill: the contract, active and with its next bill if there is one; and the order_id of its order."""
    bill = find_open_bill(record)
    if bill is None:
        raise ValueError("the contract has no open bill")
    duration, id_ = bill["duration"], bill["order_subscription_bill_id"]
    paid = {key: value for key, value in bill.items() if key != "order_id"}
    order = make_order(
        record,
        bill["price"],
        at,
        draw(terms.seed, "bill-order", id_),
        order_name=bill["order_name"],
        tax_free_price=min(bill["tax_free_price"], bill["price"]),
    )
    paid |= {"status": DONE, "purchased_at": at, "order": order}
    new = {**record, "status": ACTIVE, "bills": [*record["bills"][:-1], paid], "latest_purchased_at": at}
    if not record["order_id"]:
        # The first order: the rhythm begins with it.
        new |= {"order_id": order["order_id"], "order_number": order["order_number"]}
        new |= {"anchor": at, "skipped": 1 - duration}
    if not is_last(record, duration):
        new["skipped"] = _skip(new, duration + 1, at, terms)
        due = moment_of(new, duration + 1, terms.cycles)
        new["bills"] = [*new["bills"], make_bill(new, duration + 1, at, due, terms.seed)]
    return new, order["order_id"]


def fail_bill(record: Record, at: float) -> dict[str, Any]:
    """Have the payment of the open bill fail: the contract is on hold until it is paid (assumed)."""
    failed = {**record["bills"][-1], "status": FAILED, "last_error_at": at}
    return {**record, "status": HELD, "bills": [*record["bills"][:-1], failed], "latest_failed_at": at}


def charge(record: Record, price: int, tax_free_price: int, at: float, terms: Terms) -> tuple[dict[str, Any], str]:
    """Pay an amount by the contract's key, beside its bills: the contract, and the order_id of its order."""
    digest = draw(terms.seed, "charge", record["order_subscription_id"], len(record["charges"]))
    order = make_order(record, price, at, digest, tax_free_price=tax_free_price)
    return {**record, "charges": [*record["charges"], {"at": at, "order": order}]}, order["order_id"]


def pause(record: Record, at: float) -> dict[str, Any]:
    """The record with billing stopped at `at`, in epoch seconds."""
    return {**record, "status": PAUSED, "paused_at": at}


def resume(record: Record, at: float, terms: Terms) -> dict[str, Any]:
    """Go on billing, by the contract's rhythm: what became due in the meantime is skipped."""
    new = {key: value for key, value in record.items() if key != "paused_at"} | {"status": ACTIVE, "resumed_at": at}
    bill = find_open_bill(record)
    if bill is None or bill["reserve_payment_at"] > at:
        return new
    new["skipped"] = _skip(record, bill["duration"], at, terms)
    due = moment_of(new, bill["duration"], terms.cycles)
    new["bills"] = [*record["bills"][:-1], {**bill, "reserve_payment_at": due}]
    return new


def close(record: Record, status: int, at: float) -> dict[str, Any]:
    """End a contract, by itself, by termination or because it is refused; its open bill is revoked."""
    new = {**record, "status": status, "ended_at": at}
    if (bill := find_open_bill(record)) is not None:
        new["bills"] = [*record["bills"][:-1], {**bill, "status": REVOKED, "revoked_at": at}]
    return new


def end(record: Record, at: float) -> dict[str, Any]:
    """End a contract whose bills are all paid."""
    return close(record, ENDED, at)


def terminate(record: Record, at: float, terms: Terms, fee: Mapping[str, Any]) -> dict[str, Any]:
    """Terminate a contract. What it costs is worked out, but for figures that `fee` has."""
    worked_out = work_out_fee(record, at, terms)
    owed = fee.get("termination_fee", worked_out.termination_fee)
    back = fee.get("last_bill_refund_price", worked_out.last_bill_refund_price)
    return {**close(record, TERMINATED, at), "fee": {**_set_off(owed, back)._asdict(), **fee}}


def work_out_fee(record: Record, at: float, terms: Terms) -> Fee:
    """What terminating costs at a moment (assumed): a share of the bills that are left, and paid days given back.

    What is paid and not used is set off against the fee, so that one of `refund_amount` and `final_fee` is 0.
    """
    total, done = record["total_subscription_duration"], [each for each in record["bills"] if each["status"] == DONE]
    left = max(0, total - count_paid(record)) if total else 0
    fee = left * record["price"] * terms.fee_percent // 100
    back = 0
    if done and record["status"] not in (ENDED, TERMINATED):
        last = done[-1]
        starts, price = last["purchased_at"], last["price"]
        ends = nth_moment(starts, terms.cycles[str(record["subscription_payment_cycle_type"])], 1)
        days, unused = round((ends - starts) / _DAY_S), int(max(0.0, ends - at) // _DAY_S)
        back = price * min(unused, days) // max(1, days)
    return _set_off(fee, back)


def _set_off(fee: int, back: int) -> Fee:
    """A fee and what is paid back of the last bill."""
    return Fee(fee, max(0, back - fee), back, max(0, fee - back))


def reprice(record: Record, **fields: Any) -> dict[str, Any]:
    """The contract with other fields, and what is to be paid next by them. Paid bills stay as they are."""
    new = {**record, **fields}
    bill = find_open_bill(new)
    if bill is not None and bill["status"] == READY:
        price = price_of(new, bill["duration"])
        # A price of its own stays until what it would come to is another.
        if price != price_of(record, bill["duration"]):
            new["bills"] = [*new["bills"][:-1], {**bill, "price": price}]
    return new


def set_next_payment(record: Record, due: float) -> dict[str, Any]:
    """Have the open bill be due at a moment, with which the rhythm begins again (assumed)."""
    bill = record["bills"][-1]
    return {
        **record,
        "anchor": due,
        "skipped": 1 - bill["duration"],
        "bills": [*record["bills"][:-1], {**bill, "reserve_payment_at": due}],
    }


def _skip(record: Record, duration: int, at: float, terms: Terms) -> int:
    """How many cycles are left out so that the bill of a duration is due after a moment."""
    cycle = terms.cycles[str(record["subscription_payment_cycle_type"])]
    number = first_after(record["anchor"], cycle, at, at_least=duration - 1 + record["skipped"])
    return number - duration + 1
