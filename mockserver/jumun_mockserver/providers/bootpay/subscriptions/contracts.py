"""All contracts of a session, found by id, bill, request and charge key, and by what is due."""

from __future__ import annotations

from heapq import heappop, heappush
from threading import Lock
from typing import TYPE_CHECKING, Any

from jumun_mockserver.providers.bootpay.subscriptions.records import find_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumun_mockserver.providers.bootpay.subscriptions.records import Record


class Contracts:
    """Contracts by order_subscription_id. Every method takes the one lock for as long as it runs."""

    def __init__(self, records: Iterable[Record], cycles: Mapping[str, Mapping[str, int]]) -> None:
        self._records: dict[str, Record] = {}
        self._owners: dict[str, str] = {}
        self._due: list[tuple[float, str]] = []
        self._cycles = cycles
        self._lock = Lock()
        for record in records:
            self.put(record)

    def put(self, record: Record) -> None:
        """Add a contract, or change the one of its id."""
        id_ = record["order_subscription_id"]
        with self._lock:
            self._records[id_] = record
            self._owners[record["charge_key"]] = id_
            for bill in record["bills"]:
                self._owners[bill["order_subscription_bill_id"]] = id_
            for request in record["requests"]:
                self._owners[request["order_subscription_request_history_id"]] = id_
            if (due := find_due(record, self._cycles)) is not None:
                heappush(self._due, (due[0], id_))

    def find(self, id_: str) -> Record | None:
        """The contract of an id."""
        return self._records.get(id_)

    def find_owner(self, id_: str) -> Record | None:
        """The contract that has a bill, a request or a charge key."""
        with self._lock:
            return self._records.get(self._owners.get(id_, ""))

    def first_due(self) -> tuple[float, str, str] | None:
        """When time does something next, to which contract, and what."""
        with self._lock:
            while self._due:
                at, id_ = self._due[0]
                due = find_due(self._records[id_], self._cycles)
                if due is not None and due[0] == at:
                    return at, id_, due[1]
                # It changed since it was put.
                heappop(self._due)
            return None

    def newest_first(self) -> list[Record]:
        """All contracts, the one that was made last first."""
        with self._lock:
            records = list(self._records.values())
        return sorted(records, key=lambda each: (-each["created_at"], each["order_subscription_id"]))

    def map_bills(self, id_: str | None = None) -> list[tuple[Record, Mapping[str, Any]]]:
        """All bills, or those of a contract, each with its contract: the newest contract's first, its newest first."""
        found = self.newest_first() if id_ is None else [each for each in [self.find(id_)] if each]
        return [(record, bill) for record in found for bill in reversed(record["bills"])]
