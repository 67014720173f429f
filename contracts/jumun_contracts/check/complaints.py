"""Complaints, folded as they come: of equal ones the first is kept, and how many there were."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from jumun_contracts.check.verdict import Complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumun_contracts.check.verdict import Severity, Side
    from jumun_contracts.contract.model import Contract, Operation
    from jumun_contracts.recordings.recorded import Place, Recorded
    from jumun_contracts.schema.parsing import JsonValue


class Part(NamedTuple):
    """The part of an exchange that is judged.

    Attributes:
        status: Of the answer; '' for a request.
        listed: The status as the contract writes it, which may be `default`: the fingerprint is made of it.
    """

    recorded: Recorded
    contract: Contract
    operation: Operation
    side: Side
    status: str = ""
    listed: str = ""


class Fault(NamedTuple):
    """What is wrong with it. Fields as in `Complaint`, and as fit to be shown."""

    severity: Severity
    pointer: str
    pattern: str
    keyword: str
    expected: JsonValue
    message: str


class Complaints:
    """Collects them, in the order of first occurrence. Takes room for as many as are different."""

    def __init__(self) -> None:
        self._first: dict[str, Complaint] = {}
        self._counts: dict[str, int] = {}

    def add(self, part: Part, fault: Fault, locate: Callable[[], Place]) -> None:
        """Add one; `locate` tells where it is and is called for the first of its kind only."""
        contract = part.contract.name
        parts = (contract, part.operation.id, part.listed, part.side, fault.pattern, fault.keyword, fault.expected)
        fingerprint = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
        self._counts[fingerprint] = self._counts.get(fingerprint, 0) + 1
        if fingerprint in self._first:
            return
        self._first[fingerprint] = Complaint(
            severity=fault.severity,
            file=part.recorded.file,
            place=locate(),
            exchange=part.recorded.number,
            contract=contract,
            operation=part.operation.id,
            status=part.status,
            side=part.side,
            pointer=fault.pointer,
            pattern=fault.pattern,
            keyword=fault.keyword,
            expected=fault.expected,
            message=fault.message,
            fingerprint=fingerprint,
        )

    def absorb(self, folded: Iterable[Complaint]) -> None:
        """Add what another has collected."""
        for each in folded:
            self._counts[each.fingerprint] = self._counts.get(each.fingerprint, 0) + each.count
            self._first.setdefault(each.fingerprint, each)

    def folded(self) -> list[Complaint]:
        """All of them so far."""
        return [replace(each, count=self._counts[fingerprint]) for fingerprint, each in self._first.items()]
