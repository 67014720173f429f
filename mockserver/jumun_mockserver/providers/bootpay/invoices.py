"""`bootpay.invoices.…`: what is billed by a link."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.bootpay.times import KST, object_id, stamp
from jumun_mockserver.providers.bootpay.written import INVOICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.provider import Call
    from jumun_mockserver.providers.bootpay.shop import BootpayShop

Invoice = dict[str, Any]
"""As the data files have it, with defaults filled in."""

# What is shown: on the page, and in the SDKs' types, with what it is where nothing was said.
_PAGE = ("id", "invoice_id", "name", "price", "status", "created_at")
_DEFAULTS: Mapping[str, Any] = {
    "title": None,
    "memo": None,
    "tax_free_price": 0,
    "user_id": None,
    "product_type": None,
    "send_status": 0,
    "send_types": [],
    "sent_at": None,
    "pay_at": None,
    "expired_at": None,
    "request_id": None,
    "redirect_url": None,
    "order_id": None,
    "webhook_url": None,
    "header_content_type": None,
    "webhook_retry_count": None,
    "metadata": None,
}
_SENT = 1


def list_invoices(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A page of the invoices that match, newest first, with the number of all that match."""
    values = call.values
    found = [each for each in _all_invoices(shop).values() if _matches(each, values)]
    found.sort(key=lambda each: (datetime.fromisoformat(each["created_at"]), each["id"]), reverse=True)
    start = (values["page"] - 1) * values["limit"]
    page = {"count": len(found), "list": [_show(each, shop) for each in found[start : start + values["limit"]]]}
    if shop.profile == "documented":
        return page
    user_id = values.get("user_id")
    return {**page, "user": {"user_id": user_id} if user_id else None}


def show_invoice(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """An invoice by one of its ids.

    Raises:
        ApiError: `invoice_not_found`.
    """
    return _show(_find(call, shop), shop)


def create_invoice(call: Call, shop: BootpayShop) -> dict[str, Any]:
    """A new invoice, which is not paid."""
    body = {name: value for name, value in call.body.items() if value is not None}
    serial = shop.state.count("serials", INVOICES)
    digest = hashlib.sha256(f"{shop.seed}:bootpay:invoice:{serial}".encode()).digest()
    invoice: Invoice = {
        **_DEFAULTS,
        **{name: body[name] for name in _DEFAULTS if name in body},
        "id": object_id(call.now, digest),
        # Packaged ones have small numbers.
        "invoice_id": f"INV_{datetime.fromtimestamp(call.now, KST):%Y%m%d}_{1_000 + serial}",
        "name": next((body[name] for name in ("name", "title", "product_name") if name in body), ""),
        "price": body["price"],
        "status": 0,
        "created_at": stamp(call.now),
    }
    # What is the server's to say.
    invoice |= {"send_status": 0, "sent_at": None, "pay_at": None, "order_id": None}
    if "user_id" not in body:
        invoice["user_id"] = (body.get("user") or {}).get("user_id")
    if invoice["send_types"]:
        invoice |= {"send_status": _SENT, "sent_at": stamp(call.now)}
    shop.state.write(INVOICES, invoice["id"], invoice)
    return _show(invoice, shop)


def notify(call: Call, shop: BootpayShop) -> None:
    """Send an invoice again.

    Raises:
        ApiError: `invoice_not_found`.
    """
    types = call.body.get("send_types") or []
    while True:
        invoice = _find(call, shop)
        old = shop.state.read(INVOICES, invoice["id"])
        new = {**invoice, "send_types": types, "send_status": _SENT, "sent_at": stamp(call.now)}
        if (old is None or old == invoice) and shop.state.swap(INVOICES, invoice["id"], old, new):
            return


def _all_invoices(shop: BootpayShop) -> dict[str, Invoice]:
    """Id → invoice: those of the data, overlaid by what was written."""
    seeded = {
        id_: {**_DEFAULTS, "send_status": _SENT if row.get("sent_at") else 0, **row}
        for id_, row in shop.invoices.items()
    }
    return {**seeded, **shop.state.read_all(INVOICES)}


def _find(call: Call, shop: BootpayShop) -> Invoice:
    text = call.values["invoice_id"]
    invoices = _all_invoices(shop)
    found = invoices.get(text) or next((each for each in invoices.values() if each["invoice_id"] == text), None)
    if found is None:
        raise ApiError("invoice_not_found", "no invoice has this id")
    return found


def _matches(invoice: Invoice, values: Mapping[str, Any]) -> bool:
    for name in ("user_id", "product_type"):
        if values.get(name) not in (None, "") and invoice[name] != values[name]:
            return False
    day = datetime.fromisoformat(invoice["created_at"]).astimezone(KST).date()
    first, last = values.get("css_at"), values.get("cse_at")
    if (first and day < date.fromisoformat(first)) or (last and day > date.fromisoformat(last)):
        return False
    keyword = (values.get("keyword") or "").casefold()
    texts = (invoice[name] or "" for name in ("id", "invoice_id", "name", "title"))
    return any(keyword in text.casefold() for text in texts)


def _show(invoice: Invoice, shop: BootpayShop) -> dict[str, Any]:
    """What the profile shows of an invoice."""
    page = {name: invoice[name] for name in _PAGE}
    if shop.profile == "documented":
        return page
    return {**page, "invoice_id": invoice["id"], **{name: invoice[name] for name in _DEFAULTS}}
