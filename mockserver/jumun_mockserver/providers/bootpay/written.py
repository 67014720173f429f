"""A session's Bootpay orders: those of its seed, overlaid by what its state says was written."""

from __future__ import annotations

from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.session.events import LOG
from jumun_mockserver.providers.bootpay.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.state.state import State
    from jumun_mockserver.providers.bootpay.seed import Seed

ORDERS = "bootpay.orders"
"""Family of the orders that were placed or changed: order_id → row, whole, in the form of the data files."""

_TEXT, _TEXT_OR_NULL, _WHOLE = {"type": "string"}, {"type": ["string", "null"]}, {"type": "integer"}
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
}
FAMILIES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {ORDERS: {"type": "object", "required": list(_ROW)[:10], "additionalProperties": False, "properties": _ROW}}
)
"""Family → JSON Schema of its values. Rows of the user's data may lack what only filters read."""


class Written:
    """Keeps a ledger up to date with a state, by the state's event log: every order that is written has an event.

    A state may be kept elsewhere, and waited for; so the lock is never held while one is asked.
    """

    def __init__(self, seed: Seed, state: State) -> None:
        self._seed = seed
        self._state = state
        self._lock = Lock()
        # The ledger, and the number of the last event that it has.
        self._kept = Ledger(seed), 0

    def ledger(self) -> Ledger:
        """The orders as they are now."""
        ledger, seen = self._kept
        while (last := self._state.last(LOG)) != seen:
            entries = self._state.entries(LOG, after=seen) if last > seen else []
            if entries and entries[0][0] == seen + 1:
                changed = {entry["order_id"]: None for _, entry in entries if entry["provider"] == "bootpay"}
                # A snapshot may have events of orders that it lacks.
                rows = [row for order_id in changed if (row := self._state.read(ORDERS, order_id))]
                last = entries[-1][0]
            else:
                # The log has dropped some of what came since, or is another one. What is written after its number was
                # read is put twice, which changes nothing.
                rows, ledger = list(self._state.read_all(ORDERS).values()), Ledger(self._seed)
            with self._lock:
                if self._kept[1] == seen:
                    for row in rows:
                        ledger.put(row)
                    self._kept = ledger, last
                ledger, seen = self._kept
        return ledger
