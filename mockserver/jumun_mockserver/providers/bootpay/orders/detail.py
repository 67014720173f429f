"""`bootpay.orders.detail`: one order by its id."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.filters import shown
from jumun_mockserver.providers.bootpay.orders.cancels import sum_cancelled
from jumun_mockserver.providers.bootpay.orders.members import read_member

if TYPE_CHECKING:
    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.filters import Row
    from jumun_mockserver.providers.bootpay.shop import BootpayShop


def show_order(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """An order by its order_id or order_number; with a member's JWT, only the member's own.

    Raises:
        ApiError: `order_not_found` or `member_session_invalid`.
    """
    member = read_member(call)
    row = shop.orders.find(call.values["order_id"])
    if row is None:
        raise ApiError("order_not_found", "no order has this order_id or order_number")
    if member is not None and row.get("user_id") != member:
        raise ApiError("order_not_found", "the order is another member's than the JWT's")
    return render_detail(row, shop)


def render_detail(row: Row, shop: BootpayShop) -> dict[str, Any]:
    """What detail shows of an order. Name and number of its card are made up."""
    detail: dict[str, Any] = {
        "order_id": row["order_id"],
        "order_name": row["order_name"],
        "order_number": row["order_number"],
        "price": row["price"],
        "tax_free_price": row.get("tax_free_price", 0),
        **_show_states(row, shop),
        "purchased_at": row["purchased_at"],
        "user": {
            "user_id": row.get("user_id"),
            "name": row["username"],
            "email": row["user_email"],
            "phone": row.get("user_phone", "01000000000"),
        },
        "result_data": None,
        "products": list_products(row),
        "order_subscriptions": [{"order_subscription_id": each} for each in row.get("order_subscription_ids", ())]
        or None,
        "created_at": row["created_at"],
    }
    if row["purchased_at"]:
        detail["result_data"] = {
            "receipt_id": row.get("receipt_id"),
            "method_name": "카드결제",
            "card_name": "샘플카드",
            "card_no": "0000-****-****-0000",
        }
    if shop.profile == "observed":
        detail["cancelled_price"] = sum_cancelled(row)
        detail["cancelled_tax_free_price"] = sum_cancelled(row, "cancel_tax_free_price")
    return detail


def list_products(row: Row) -> list[dict[str, Any]]:
    """The products of an order; one of the order's name where the data has none."""
    if products := row.get("products"):
        return [dict(each) for each in products]
    digest = hashlib.sha256(row["order_name"].encode()).hexdigest()
    return [{"product_id": f"67c95e64{digest[:16]}", "name": row["order_name"], "quantity": 1, "price": row["price"]}]


def _show_states(row: Row, shop: BootpayShop) -> dict[str, Any]:
    """Both states: numbers of the page, or the texts that `lifecycle.yaml` has for them."""
    columns = ("status", "receipt_status")
    if shop.profile == "documented" or shop.settings["detail_states"] == "number":
        return {column: shown(column, row[column], shop.profile) for column in columns}
    texts = {column: shop.settings[f"{column}_texts"].get(str(row[column]), str(row[column])) for column in columns}
    if row.get("expired"):
        texts["status"] = shop.settings["status_texts"]["expired"]
    return texts
