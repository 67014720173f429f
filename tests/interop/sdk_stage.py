"""Orders, contracts and invoices that the calls of the SDKs are about: their names, and how they are afterwards.

`@name` of `STAGE` is an order: its order_id; `@name.number` is its order_number and `@name.cancel` its newest
cancellation. `@name.contract` is the contract that the order opened, or that `CONTRACTS` names; of it, `@name.key` is
the charge_key, and `@name.bill`, `@name.request` and `@name.adjustment` are the newest of each.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jumun_fixtures
from jumun_mockserver.providers.bootpay.lifecycle.subscriptions import BY_STATUS
from jumun_mockserver.providers.bootpay.subscriptions.records import DONE, find_open_bill
from jumun_mockserver.providers.bootpay.subscriptions.rendering import open_requests
from jumun_mockserver.providers.bootpay.written import INVOICES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.live import LiveServer
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

PRICE = 10_000
# Orders that are placed for the calls, each of `PRICE`: name → what buyers do to it before.
STAGE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "@unpaid": (),
        "@paid": ("pay",),
        "@whole": ("pay",),
        "@part": ("pay",),
        "@once": ("pay",),
        "@over": ("pay",),
        "@asked": ("pay", "request_cancel"),
        "@kept": ("pay", "request_cancel"),
        "@changed": ("pay", "request_cancel"),
        "@member": ("subscribe",),
        "@ended": ("subscribe",),
        "@billed": ("subscribe",),
        "@bought": ("subscribe",),
        "@given": ("subscribe",),
        "@left": ("subscribe",),
        "@adjusted": ("subscribe",),
        "@charged": ("subscribe",),
    }
)
# Contracts of the data, which wait for an approval.
CONTRACTS: Mapping[str, str] = MappingProxyType(
    {"@pending": "68708a10b0eacea5cd974a95", "@refused": "68708a10b0eacea5cd974a96"}
)
INVOICE = "687a1b2c3d4e5f6789012345"

# Of an order, as the control plane has it.
_STATES: Mapping[str, Mapping[str, int]] = {
    "unpaid": {"status": 0, "receipt_status": 0},
    "paid": {"status": 2, "receipt_status": 1},
    "cancel requested": {"status": 3, "receipt_status": 1},
    "cancelled": {"status": 4, "receipt_status": 20},
}
_REQUESTS = {3: "purchase", 4: "transfer", 5: "termination"}
_SECOND_PENDING = f"""
  - order_subscription_id: {CONTRACTS["@refused"]}
    order_name: 정수기 렌탈
    price: 25000
    status: 0
    subscription_payment_cycle_type: 21
    username: 이두리
    created_at: 2025-07-11T03:50:40Z
    bills: []
"""


def write_data(folder: Path) -> Path:
    """A data folder with the packaged contracts and `@refused`."""
    file = folder / "bootpay" / "subscriptions.yaml"
    file.parent.mkdir()
    packaged = Path(jumun_fixtures.__file__).parent / "bootpay" / "subscriptions.yaml"
    file.write_text(packaged.read_text("utf-8").rstrip() + _SECOND_PENDING, "utf-8")
    return folder


def read_names(server: LiveServer, ids: Mapping[str, str]) -> dict[str, str]:
    """Names → ids, as far as they are there.

    Args:
        ids: Name of `STAGE` → order_id.
    """
    shop = server.session.shops["bootpay"]
    names, contracts = {**ids, "@invoice": INVOICE}, dict(CONTRACTS)
    for name, order_id in ids.items():
        row = shop.orders.find(order_id)
        names[f"{name}.number"] = row["order_number"]
        if cancels := row.get("cancels"):
            names[f"{name}.cancel"] = cancels[-1]["order_cancel_request_history_id"]
        if opened := row["order_subscription_ids"]:
            contracts[name] = opened[-1]
    for name, id_ in contracts.items():
        names |= {f"{name}.{part}": each for part, each in _iter_parts(shop.contracts.find(id_))}
    return names


def read_state(server: LiveServer, name: str, id_: str) -> str:
    """How an order, a contract or an invoice is, in words."""
    shop = server.session.shops["bootpay"]
    if name == "@invoice":
        invoice = shop.state.read(INVOICES, id_) or shop.invoices[id_]
        return f"sent as {', '.join(map(str, invoice['send_types'])) or 'nothing'}"
    if name.endswith(".contract"):
        return _describe_contract(shop.contracts.find(id_))
    order = shop.orders.find(id_)
    state = {key: order[key] for key in ("status", "receipt_status")}
    words = next((words for words, known in _STATES.items() if known == state), str(state))
    cancelled = sum(each["cancel_price"] for each in order.get("cancels", ()) if each["status"] == 1)
    return f"{words}, {cancelled:,} KRW cancelled"


def _iter_parts(record: Record) -> Iterator[tuple[str, Any]]:
    yield "contract", record["order_subscription_id"]
    yield "key", record["charge_key"]
    for part, rows, key in (
        ("bill", record["bills"], "order_subscription_bill_id"),
        ("request", record["requests"], "order_subscription_request_history_id"),
        ("adjustment", record["adjustments"], "order_subscription_adjustment_id"),
    ):
        if rows:
            yield part, rows[-1][key]


def _describe_contract(record: Record) -> str:
    """State, what was paid and is to be paid next in KRW, adjustments, and what is asked for."""
    paid = sum(each["price"] for each in record["bills"] if each["status"] == DONE)
    paid += sum(each["order"]["price"] for each in record["charges"])
    bill = find_open_bill(record)
    words = [BY_STATUS[record["status"]].removeprefix("subscription "), f"{paid:,} KRW paid"]
    words += [f"{bill['price']:,} next"] if bill else []
    words += [
        f"{'from ' if each['is_unlimited'] else ''}bill {each['duration']} {each['price']:+,}"
        for each in record["adjustments"]
    ]
    words += [f"{_REQUESTS[each['request_type']]} asked for" for each in open_requests(record)]
    return ", ".join(words)
