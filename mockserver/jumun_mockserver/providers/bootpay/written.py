"""A session's Bootpay orders: those of its seed, overlaid by what its state says was written."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from jumun_mockserver.core.session.events import LOG
from jumun_mockserver.providers.bootpay.ledger import Ledger

if TYPE_CHECKING:
    from jumun_mockserver.core.state.state import State
    from jumun_mockserver.providers.bootpay.seed import Seed

ORDERS = "bootpay.orders"
"""Family of the orders that were placed or changed: order_id → row, whole, in the form of the data files."""


class Written:
    """Keeps a ledger up to date with a state, by the state's event log: every order that is written has an event."""

    def __init__(self, seed: Seed, state: State) -> None:
        self._seed = seed
        self._state = state
        self._lock = Lock()
        # Number of the last event that the ledger has.
        self._seen = 0
        self._ledger = Ledger(seed)
        if state.last(LOG):
            self._read_anew()

    def ledger(self) -> Ledger:
        """The orders as they are now."""
        if self._state.last(LOG) != self._seen:
            with self._lock:
                self._follow()
        return self._ledger

    def _follow(self) -> None:
        entries = self._state.entries(LOG, after=self._seen)
        if not entries or entries[0][0] != self._seen + 1:
            # The log has dropped some of what came since, or is another one.
            self._read_anew()
            return
        for order_id in {entry["order_id"]: None for _, entry in entries if entry["provider"] == "bootpay"}:
            self._ledger.put(self._state.read(ORDERS, order_id))
        self._seen = entries[-1][0]

    def _read_anew(self) -> None:
        # The number first: what is written in between is put twice, which changes nothing.
        self._seen = self._state.last(LOG)
        self._ledger = Ledger(self._seed, self._state.read_all(ORDERS).values())
