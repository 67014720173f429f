"""A session's Bootpay orders: those of its seed, overlaid by what its state says was written."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.session.events import LOG
from jumun_mockserver.providers.bootpay.ledger import Ledger
from jumun_mockserver.providers.bootpay.subscriptions.contracts import Contracts
from jumun_mockserver.providers.bootpay.subscriptions.records import orders_of
from jumun_mockserver.providers.bootpay.subscriptions.seeded import make_record, open_contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumun_mockserver.core.state.state import State
    from jumun_mockserver.providers.bootpay.filters import Row
    from jumun_mockserver.providers.bootpay.seed import Seed
    from jumun_mockserver.providers.bootpay.subscriptions.records import Record

ORDERS = "bootpay.orders"
"""Family of the orders that were placed or changed: order_id → row, whole, in the form of the data files."""

SUBSCRIPTIONS = "bootpay.subscriptions"
"""Family of the contracts that were changed: order_subscription_id → record, as `subscriptions.records` has it."""

CANCELS = "bootpay.cancels"
"""Family of the ids of cancellations: id → order_id of the order that has it."""

IDEMPOTENCY = "bootpay.idempotency"
"""Family of stored answers: application and key, hashed → operation, `cause` of a refusal or '',
body of a success, and `until` when it is replayed."""

INVOICES = "bootpay.invoices"
"""Family of the invoices that were created or sent again: id → invoice, whole."""

_TEXT, _TEXT_OR_NULL, _WHOLE = {"type": "string"}, {"type": ["string", "null"]}, {"type": "integer"}
_CANCEL_FIELDS = {
    "order_cancel_request_history_id": _TEXT,
    "status": _WHOLE,
    "cancel_price": _WHOLE,
    "cancel_tax_free_price": _WHOLE,
    "cancel_before_price": _WHOLE,
    "cancel_requester": _TEXT,
    "cancel_message": _TEXT_OR_NULL,
    "cancel_immediately": {"type": "boolean"},
    "requested_at": _TEXT,
    "processed_at": _TEXT_OR_NULL,
    "action_message": _TEXT_OR_NULL,
}
_CANCEL = {
    "type": "object",
    "required": list(_CANCEL_FIELDS),
    "additionalProperties": False,
    "properties": _CANCEL_FIELDS,
}
_ROW = {
    "order_id": _TEXT,
    "order_name": _TEXT,
    "price": _WHOLE,
    "status": _WHOLE,
    "receipt_status": _WHOLE,
    "order_number": _TEXT,
    "purchased_at": {"type": ["string", "null"], "format": "date-time"},
    "created_at": {"type": "string", "format": "date-time"},
    "username": _TEXT,
    "user_email": _TEXT_OR_NULL,
    "receipt_id": _TEXT_OR_NULL,
    "user_id": _TEXT_OR_NULL,
    "user_group_id": _TEXT_OR_NULL,
    "order_subscription_ids": {"type": "array", "items": _TEXT},
    "subscription_billing_type": _WHOLE,
    "tax_free_price": _WHOLE,
    "user_phone": _TEXT,
    "expired": {"const": True},
    "products": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["product_id", "name", "quantity", "price"],
            "additionalProperties": False,
            "properties": {
                "product_id": _TEXT,
                "product_option_id": _TEXT,
                "name": _TEXT,
                "quantity": _WHOLE,
                "price": _WHOLE,
            },
        },
    },
    "cancels": {"type": "array", "items": _CANCEL},
}
_INVOICE = {
    "id": _TEXT,
    "invoice_id": _TEXT,
    "name": _TEXT,
    "price": _WHOLE,
    "status": _WHOLE,
    "created_at": {"type": "string", "format": "date-time"},
    "user_id": _TEXT_OR_NULL,
    "send_types": {"type": "array", "items": _WHOLE},
    "sent_at": {"type": ["string", "null"], "format": "date-time"},
}
_ORDER = {"type": "object", "required": list(_ROW)[:10], "additionalProperties": False, "properties": _ROW}
_MOMENT = {"type": "number"}
_BILL = {
    "order_subscription_bill_id": _TEXT,
    "duration": {"type": "integer", "minimum": 1},
    "status": {"enum": [-1, 1, 2, 20]},
    "price": _WHOLE,
    "tax_free_price": _WHOLE,
    "order_name": _TEXT,
    "reserve_payment_at": _MOMENT,
    "order_id": _TEXT_OR_NULL,
    "order_number": _TEXT_OR_NULL,
    **dict.fromkeys(("purchased_at", "last_error_at", "revoked_at"), _MOMENT),
    "order": _ORDER,
}
_ADJUSTMENT = {
    "order_subscription_adjustment_id": _TEXT,
    "duration": {"type": "integer", "minimum": 1},
    "is_unlimited": {"type": "boolean"},
    "price": _WHOLE,
    "tax_free_price": _WHOLE,
    "name": _TEXT_OR_NULL,
    "type": _WHOLE,
    "created_at": _MOMENT,
}
_REQUEST = {
    "order_subscription_request_history_id": _TEXT,
    "request_type": _WHOLE,
    "status": {"enum": [-1, 0, 1]},
    "reason": _TEXT_OR_NULL,
    "asked": {"type": "object"},
    "user_id": _TEXT_OR_NULL,
    "requested_at": _MOMENT,
    "processed_at": {"type": ["number", "null"]},
}
_RECORD = {
    "order_subscription_id": _TEXT,
    "order_name": _TEXT,
    **dict.fromkeys(("price", "tax_free_price", "setup_price", "quantity"), _WHOLE),
    "status": {"enum": [0, 1, -1, -2, -3, 15, 20]},
    "subscription_billing_type": _WHOLE,
    "subscription_payment_cycle_type": {"enum": [11, 12, 21, 23, 26, 31]},
    "total_subscription_duration": {"type": "integer", "minimum": 0},
    "username": _TEXT,
    "charge_key": _TEXT,
    **dict.fromkeys(("created_at", "anchor"), _MOMENT),
    "skipped": _WHOLE,
    **{
        name: {
            "type": "array",
            "items": {
                "type": "object",
                "required": list(fields)[:required],
                "additionalProperties": False,
                "properties": fields,
            },
        }
        for name, fields, required in (
            ("bills", _BILL, 7),
            ("adjustments", _ADJUSTMENT, 8),
            ("requests", _REQUEST, 8),
            ("charges", {"at": _MOMENT, "order": _ORDER}, 2),
        )
    },
    **dict.fromkeys(("order_id", "order_number", "user_id", "user_group_id", "user_email"), _TEXT_OR_NULL),
    **dict.fromkeys(("paused_at", "resumed_at", "ended_at", "revoked_at"), _MOMENT),
    **dict.fromkeys(("latest_purchased_at", "latest_failed_at", "service_start_at", "service_end_at"), _MOMENT),
    "fee": {
        "type": "object",
        "required": ["termination_fee", "refund_amount", "last_bill_refund_price", "final_fee"],
        "additionalProperties": False,
        "properties": dict.fromkeys(
            ("termination_fee", "refund_amount", "last_bill_refund_price", "final_fee"), _WHOLE
        ),
    },
}
FAMILIES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        ORDERS: _ORDER,
        SUBSCRIPTIONS: {
            "type": "object",
            "required": list(_RECORD)[:21],
            "additionalProperties": False,
            "properties": _RECORD,
        },
        CANCELS: _TEXT,
        INVOICES: {
            "type": "object",
            "required": [*_INVOICE, "title", "memo", "tax_free_price", "product_type", "send_status"],
            "additionalProperties": True,
            "properties": _INVOICE,
        },
        IDEMPOTENCY: {
            "type": "object",
            "required": ["operation", "cause", "body", "until"],
            "additionalProperties": False,
            "properties": {"operation": _TEXT, "cause": _TEXT, "body": {}, "until": {"type": "number"}},
        },
    }
)
"""Family → JSON Schema of its values. Rows of the user's data may lack what only filters read."""


class Written:
    """Keeps orders and contracts up to date with a state, by the state's event log: all that is written has an event.

    A state may be kept elsewhere, and waited for; so the lock is never held while one is asked.

    Args:
        started: Epoch second at which the session started, from which on contracts of the seed age.
    """

    def __init__(self, seed: Seed, state: State, *, started: float) -> None:
        self._seed = seed
        self._state = state
        self._started = started
        self._lock = Lock()
        # Orders, contracts, and the number of the last event that they have; None before the first call.
        self._kept: tuple[Ledger, Contracts, int] | None = None

    def ledger(self) -> Ledger:
        """The orders as they are now."""
        return self._refresh()[0]

    def contracts(self) -> Contracts:
        """The contracts as they are now."""
        return self._refresh()[1]

    def _refresh(self) -> tuple[Ledger, Contracts, int]:
        ledger, contracts, seen = kept = self._kept or self._begin()
        while (last := self._state.last(LOG)) != seen:
            # From the one that was seen on: another call may have seen more than what `last` was when it was asked for.
            entries = self._state.entries(LOG, after=max(0, seen - 1))
            if entries and entries[0][0] == max(1, seen):
                rows, records = self._read(entry for _, entry in entries if entry["provider"] == "bootpay")
                last = entries[-1][0]
            else:
                # The log has dropped some of what came since, or is another one. What is written after its number was
                # read is put twice, which changes nothing.
                rows, records = self._read_all()
                ledger, contracts = Ledger(self._seed), self._make_contracts()
            with self._lock:
                if self._kept is kept:
                    for row in rows:
                        ledger.put(row)
                    for record in records:
                        contracts.put(record)
                    self._kept = ledger, contracts, last
                ledger, contracts, seen = kept = self._kept or kept
        return kept

    def _begin(self) -> tuple[Ledger, Contracts, int]:
        """What there is before any event. Not made when a session starts: many never call Bootpay."""
        with self._lock:
            self._kept = self._kept or (Ledger(self._seed), self._make_contracts(), 0)
            return self._kept

    def _read(self, events: Iterable[Mapping[str, Any]]) -> tuple[list[Row], list[Record]]:
        """The orders and contracts of events as they are now. A snapshot may have events of what it lacks."""
        rows: dict[str, Row] = {}
        records: dict[str, Record] = {}
        for event in events:
            order_id, id_ = event["order_id"], event["state"].get("order_subscription_id")
            row = rows.get(order_id) or self._state.read(ORDERS, order_id)
            if id_ is not None:
                record = records.get(id_) or self._state.read(SUBSCRIPTIONS, id_)
                if record is None and row is not None:
                    record = open_contract(row, self._seed.terms)
                if record is not None:
                    records[id_] = record
                    row = row or next((each for each in orders_of(record) if each["order_id"] == order_id), None)
            if row is not None:
                rows[order_id] = row
        return list(rows.values()), list(records.values())

    def _read_all(self) -> tuple[list[Row], list[Record]]:
        records = list(self._state.read_all(SUBSCRIPTIONS).values())
        written = self._state.read_all(ORDERS).values()
        # What is written comes last, and is what counts.
        rows = [*(row for record in records for row in orders_of(record)), *written]
        opened = [record for row in written if (record := open_contract(row, self._seed.terms))]
        return rows, [*opened, *records]

    def _make_contracts(self) -> Contracts:
        return Contracts(self._seeded, self._seed.terms.cycles)

    @cached_property
    def _seeded(self) -> list[Record]:
        seed = self._seed
        return [make_record(row, seed.find_order, started=self._started, terms=seed.terms) for row in seed.contracts]
