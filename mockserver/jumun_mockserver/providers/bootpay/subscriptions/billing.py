"""`bootpay.subscription_bills.*`: the bills of subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.subscriptions.asked import check_object_ids, read_future
from jumun_mockserver.providers.bootpay.subscriptions.records import READY
from jumun_mockserver.providers.bootpay.subscriptions.rendering import show_bill
from jumun_mockserver.providers.bootpay.subscriptions.transitions import insist, perform

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop
    from jumun_mockserver.providers.bootpay.subscriptions.records import Bill, Record


def list_bills(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A page of the bills that match: the newest contract's first, its last bill first.

    Raises:
        ApiError: `filter_not_an_id`.
    """
    check_object_ids(("order_subscription_id",), call)
    values = call.values
    # Bills that an invoice was made for are in no session of Jumun's, so that a keyword finds none.
    pairs = [] if values.get("keyword") else shop.contracts.map_bills(values.get("order_subscription_id") or None)
    statuses, start = values.get("status"), (values["page"] - 1) * values["limit"]
    if not statuses:
        page = [show_bill(*pair, shop) for pair in pairs[start : start + values["limit"]]]
        return {"count": len(pairs), "list": page}
    shown = [bill for pair in pairs if (bill := show_bill(*pair, shop))["status"] in statuses]
    return {"count": len(shown), "list": shown[start : start + values["limit"]]}


def show_one_bill(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A bill.

    Raises:
        ApiError: `bill_not_found`.
    """
    return show_bill(*_find(call, shop), shop)


def update_bill(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Change amount, name or day of a bill that is ready. The rhythm of those after it stays.

    Raises:
        ApiError: `bill_not_found` or `unprocessable`.
    """
    body, id_ = call.body, call.values["order_subscription_bill_id"]
    fields = {name: body[name] for name in ("price", "tax_free_price", "order_name") if body.get(name) is not None}
    if any(fields.get(name, 0) < 0 for name in ("price", "tax_free_price")):
        raise ApiError("unprocessable", f"price {fields.get('price')} must not be below 0")
    found, bill = _find(call, shop)
    if text := body.get("reserve_payment_at"):
        fields["reserve_payment_at"] = read_future("reserve_payment_at", text, call)

    def change(record: Record, at: float) -> dict[str, Any]:  # noqa: ARG001 - a step's signature
        *before, last = record["bills"]
        if last["order_subscription_bill_id"] != id_ or last["status"] != READY:
            raise ApiError("unprocessable", f"the bill has status {bill['status']}; only one that is ready (2) changes")
        new = {**last, **fields}
        if new["tax_free_price"] > new["price"]:
            raise ApiError("unprocessable", f"tax_free_price {new['tax_free_price']} is above the price {new['price']}")
        return {**record, "bills": [*before, new]}

    new = insist(perform(found["order_subscription_id"], "update", shop, change))
    return show_bill(new, new["bills"][-1], shop)


def _find(call: Call, shop: BootpayShop) -> tuple[Record, Bill]:
    id_ = call.values["order_subscription_bill_id"]
    record = shop.contracts.find_owner(id_)
    for bill in record["bills"] if record else ():
        if record and bill["order_subscription_bill_id"] == id_:
            return record, bill
    raise ApiError("bill_not_found", f"no bill has the order_subscription_bill_id {id_!r}")
