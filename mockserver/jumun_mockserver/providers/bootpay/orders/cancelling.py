"""`bootpay.order_cancel.*`: cancellations as their API lists, asks for and decides upon them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.filters import read_filters
from jumun_mockserver.providers.bootpay.orders.cancels import (
    REJECTED,
    find_cancelled_order,
    list_cancels,
    make_cancel,
    show_cancel,
    sum_cancelled,
)
from jumun_mockserver.providers.bootpay.orders.detail import list_products
from jumun_mockserver.providers.bootpay.orders.transitions import perform
from jumun_mockserver.providers.bootpay.written import CANCELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.filters import Filters, Row
    from jumun_mockserver.providers.bootpay.shop import BootpayShop


def list_cancellations(call: Call, shop: BootpayShop) -> dict[str, Any] | list[dict[str, Any]]:
    """The cancellations of one order, or a page of those of all orders: the newest order's first.

    Raises:
        ApiError: `order_not_found`.
    """
    values = call.values
    if wanted := values.get("order_number") or values.get("order_id"):
        found = [show_cancel(each, row) for row in [_find(wanted, shop)] for each in _newest_first(row)]
        count = len(found)
    else:
        filters = read_filters({"has_cancels": [True]})
        count, start = _count(filters, shop), (values["page"] - 1) * values["limit"]
        rows = shop.orders.iter_rows(filters) if start < count else ()
        shown = (show_cancel(each, row) for row in rows for each in _newest_first(row))
        found = list(islice(shown, min(start, count), min(start + values["limit"], count)))
    return found if shop.settings["cancel_list"] == "array" else {"count": count, "list": found}


def request_cancellation(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Ask for the cancellation of an order, whole or in part; with `cancel_immediately` it is carried out at once.

    Raises:
        ApiError: `order_not_found`, `role_not_supported`, `cancel_done`, `cancel_price_over`, `already_processed` or
            `unprocessable`.
    """
    body = call.body
    role = call.request.headers.get("bootpay-role", "user").strip().lower()
    if body.get("is_supervisor") and role != "supervisor":
        raise ApiError("role_not_supported", f"is_supervisor is true and BOOTPAY-ROLE is {role!r}, not supervisor")
    asked = body.get("request_cancel_parameters") or {}

    def request(row: Row, at: float) -> dict[str, Any]:
        rest = row["price"] - sum_cancelled(row)
        price = _read_price(asked, row, rest)
        return make_cancel(
            row,
            at,
            shop,
            price=price,
            cancel_tax_free_price=_read_tax_free(asked, row, price),
            cancel_requester=asked.get("cancel_requester"),
            cancel_message=asked.get("cancel_message") or asked.get("cancel_reason"),
            cancel_immediately=asked.get("cancel_immediately"),
        )

    order_number = body["order_number"]
    try:
        outcome = perform(order_number, "request", shop, actor="seller", request=request)
    except KeyError:
        raise ApiError("order_not_found", f"no order has the order_number {order_number!r}") from None
    if outcome.rule is None or outcome.rule.cause:
        raise ApiError(outcome.rule.cause if outcome.rule else "already_processed", _describe(outcome.row))
    return show_cancel(list_cancels(outcome.row)[-1], outcome.row)


def withdraw_cancellation(call: Call, shop: BootpayShop) -> None:
    """Take back a cancellation that was not decided upon.

    Raises:
        ApiError: `cancel_not_found` or `already_processed`.
    """
    _decide("withdraw", call, shop)


def approve_cancellation(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Approve a cancellation: the order is cancelled, or stays paid if it was for a part.

    Raises:
        ApiError: As `withdraw_cancellation`.
    """
    return _decide("approve", call, shop)


def reject_cancellation(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """Reject a cancellation: the order is paid as before.

    Raises:
        ApiError: As `withdraw_cancellation`.
    """
    decided = _decide("reject", call, shop)
    return {
        "id": decided["order_cancel_request_history_id"],
        "order_id": decided["order_id"],
        "status": REJECTED,
        "rejected_at": decided["processed_at"],
        "rejected_message": call.body["message"],
    }


def _decide(action: str, call: Call, shop: BootpayShop) -> dict[str, Any]:
    cancel_id = call.values["cancel_id"]
    row = find_cancelled_order(cancel_id, shop)
    if row is None:
        raise ApiError("cancel_not_found", "no order has a cancellation of this id")
    message = call.body.get("message")
    outcome = perform(row["order_id"], action, shop, actor="seller", cancel_id=cancel_id, message=message)
    if outcome.rule is None or outcome.rule.cause:
        raise ApiError(outcome.rule.cause if outcome.rule else "already_processed", _describe(outcome.row))
    decided = next(each for each in list_cancels(outcome.row) if each["order_cancel_request_history_id"] == cancel_id)
    return show_cancel(decided, outcome.row)


def _find(wanted: str, shop: BootpayShop) -> Row:
    row = shop.orders.find(wanted)
    if row is None:
        raise ApiError("order_not_found", "no order has this order_id or order_number")
    return row


def _newest_first(row: Row) -> Sequence[Mapping[str, Any]]:
    return list_cancels(row)[::-1]


def _count(filters: Filters, shop: BootpayShop) -> int:
    """How many cancellations there are: one for each order that has any, and the others of those that were changed."""
    changed = (shop.orders.find(order_id) for order_id in set(shop.state.read_all(CANCELS).values()))
    more = sum(max(0, len(list_cancels(row)) - 1) for row in changed if row)
    return shop.orders.count(filters) + more


def _read_price(asked: Mapping[str, Any], row: Row, rest: int) -> int:
    """How much is to be cancelled: an amount, the sum of products, or all that is left.

    Raises:
        ApiError: `unprocessable`, for a product that the order does not have and for an amount of 0 or less.
    """
    for name in ("cancel_price", "refund_price"):
        if name in asked:
            price: int = asked[name]
            break
    else:
        products = asked.get("cancel_products")
        price = sum(_price_of(each, row) for each in products) if products else rest
    if price < 0 or price == 0 < rest:
        raise ApiError("unprocessable", f"the amount to cancel is {price}; it must be above 0")
    return price


def _read_tax_free(asked: Mapping[str, Any], row: Row, price: int) -> int | None:
    """The tax-free part of what is to be cancelled; None where the call does not say.

    Raises:
        ApiError: `unprocessable`, for more than is cancelled or left.
    """
    tax_free: int | None = asked.get("cancel_tax_free_price")
    left = row.get("tax_free_price", 0) - sum_cancelled(row, "cancel_tax_free_price")
    if tax_free is not None and not 0 <= tax_free <= min(max(price, 0), left):
        raise ApiError(
            "unprocessable",
            f"cancel_tax_free_price {tax_free} must be from 0 to the amount and the {left} left",
        )
    return tax_free


def _price_of(product: Mapping[str, Any], row: Row) -> int:
    """What one of `cancel_products` is worth: its own amount, or pieces by the price of the order's product."""
    if "cancel_price" in product:
        price: int = product["cancel_price"]
        if price < 0:
            raise ApiError("unprocessable", f"the amount to cancel of a product is {price}; it must not be below 0")
        return price
    known = {each["product_id"]: each for each in list_products(row)}
    found = known.get(product.get("product_id", ""))
    if found is None:
        raise ApiError(
            "unprocessable",
            f"the order has no product {product.get('product_id')!r}; it has {', '.join(known)}",
        )
    quantity: int = product.get("cancel_quantity", product.get("qty", found["quantity"]))
    if not 0 < quantity <= found["quantity"]:
        raise ApiError("unprocessable", f"{quantity} of {found['quantity']} pieces of {found['product_id']}")
    return int(found["price"]) * quantity


def _describe(row: Row) -> str:
    statuses = ", ".join(
        f"{each['order_cancel_request_history_id']} has status {each['status']}" for each in list_cancels(row)
    )
    return f"the order has status {row['status']}; {statuses or 'no cancellation'}"
