"""What a cancellation of Bootpay's is asked for with, checked and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jumun_client.arguments import check_integer, check_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductToCancel:
    """Pieces of a product of an order that are to be cancelled.

    Attributes:
        product_id: As the order's detail has it.
        quantity: How many pieces.
        product_option_id: Where the order has several options of the product.
    """

    product_id: str
    quantity: int
    product_option_id: str | None = None

    def to_wire(self, place: str) -> dict[str, object]:
        """As the API wants it; ``TypeError`` and ``ValueError`` name the place."""
        id_ = check_text(f"{place}.product_id", self.product_id, if_empty="take it from the order's detail")
        written: dict[str, object] = {"product_id": id_}
        if self.product_option_id is not None:
            option = check_text(f"{place}.product_option_id", self.product_option_id, if_empty="leave it out")
            written["product_option_id"] = option
        return {**written, "cancel_quantity": check_integer(f"{place}.quantity", self.quantity, least=1)}


def write_cancellation(
    *,
    order_number: object,
    amount: object,
    tax_free_amount: object,
    products: object,
    reason: object,
    requester: object,
    immediately: bool,
    as_supervisor: bool,
) -> dict[str, Any]:
    """The body that asks for a cancellation, leaving out None.

    The names are those of backend-ruby and backend-java, the only ones for all that may be asked for.

    Raises:
        TypeError: A value is of the wrong type; the text names the argument.
        ValueError: A value makes no sense, or amount and products are both given.
    """
    if amount is not None and products is not None:
        raise ValueError("amount and products are both given, and which of them counts is not known: give one")
    asked: dict[str, object] = {}
    if amount is not None:
        asked["cancel_price"] = check_integer("amount", amount, least=1)
    if tax_free_amount is not None:
        asked["cancel_tax_free_price"] = check_integer("tax_free_amount", tax_free_amount, least=0)
    if products is not None:
        asked["cancel_products"] = _write_products(products)
    for name, wire, value in (("reason", "cancel_message", reason), ("requester", "cancel_requester", requester)):
        if value is not None:
            asked[wire] = check_text(name, value, if_empty="leave it out, or pass None")
    if immediately:
        asked["cancel_immediately"] = True
    number = check_text("order_number", order_number, if_empty="give the order's number")
    more = {"is_supervisor": True} if as_supervisor else {}
    return {"order_number": number, "request_cancel_parameters": asked, **more}


def _write_products(products: object) -> list[dict[str, object]]:
    if isinstance(products, str | bytes | Mapping | ProductToCancel) or not isinstance(products, Iterable):
        raise TypeError(f"products must be a list of ProductToCancel, not {type(products).__name__}")
    written = []
    for n, each in enumerate(products):
        if not isinstance(each, ProductToCancel):
            raise TypeError(f"products[{n}] must be a ProductToCancel, not {type(each).__name__}")
        written.append(each.to_wire(f"products[{n}]"))
    if not written:
        raise ValueError("products is empty: to cancel the whole order leave it out, or pass None")
    return written
