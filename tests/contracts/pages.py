"""A page of Bootpay's orders, with all that the contract demands and nothing else. Read it, do not change it."""

from __future__ import annotations

from typing import Any

ROW: dict[str, Any] = {
    "order_id": "68707c59b0eacea5cd974efd",
    "order_name": "x",
    "price": 29000,
    "status": 2,
    "receipt_status": 1,
    "order_number": "25071182085082524116",
    "purchased_at": None,
    "username": "x",
}
PAGE: dict[str, Any] = {"count": 1, "list": [ROW]}
