"""What dispatch has answered since it was made, counted for `/_jumun/metrics`."""

from __future__ import annotations

from bisect import bisect_left
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from jumun_mockserver.core.journal.journal import Exchange

DURATIONS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Upper bounds of the buckets that durations are counted in; beyond the last one is another bucket."""


class Kind(NamedTuple):
    """What calls have in common that are counted together.

    Attributes:
        provider: Whose path it was; '' for none.
        operation: '' where none matched.
        status: Of the response as it was made, whatever a fault made of it.
        code: Catalogue code of the error that was answered; '' for none.
        fault: Name of the fault that broke the response; '' for none.
        is_limited: Whether a limit or the quota refused it.
    """

    provider: str
    operation: str
    status: int
    code: str
    fault: str
    is_limited: bool


class Tally:
    """Calls of a kind.

    Attributes:
        buckets: How many calls took as long as each of DURATIONS_S, and longer than the one before; one more for those
            that took longer than all.
        seconds: How long all of them took.
        findings: Where their requests broke the contract.
    """

    __slots__ = ("buckets", "findings", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(DURATIONS_S) + 1)
        self.seconds = 0.0
        self.findings = 0

    @property
    def calls(self) -> int:
        """How many there were."""
        return sum(self.buckets)


class Meter:
    """Counts of all sessions, those that are gone included.

    Attributes:
        count_dropped: Gives how many lines of the log were dropped.
        refused_connections: How many there were beyond the bound.
    """

    def __init__(self) -> None:
        self.count_dropped: Callable[[], int] = int
        self.refused_connections = 0
        self._tallies: dict[tuple[Any, ...], Tally] = {}
        self._lock = Lock()

    def count(self, exchange: Exchange, seconds: float) -> None:
        """Count a call. `seconds` is what its answer took to make; its delay is added."""
        response, contract, fault = exchange.response, exchange.contract, exchange.response.fault
        provider, name = contract and contract.provider, fault and fault.name
        # A plain tuple: naming its parts would cost as much as all the rest.
        kind = (provider, exchange.operation, response.status, exchange.code, name, exchange.is_limited)
        seconds += response.delay_s
        with self._lock:
            tally = self._tallies.get(kind)
            if tally is None:
                tally = self._tallies[kind] = Tally()
            tally.buckets[bisect_left(DURATIONS_S, seconds)] += 1
            tally.seconds += seconds
            if exchange.violations:
                tally.findings += len(exchange.violations)

    def __iter__(self) -> Iterator[tuple[Kind, Tally]]:
        """All kinds that there were, in order."""
        with self._lock:
            counted = {
                Kind(provider or "", operation, status, code, fault or "", is_limited): tally
                for (provider, operation, status, code, fault, is_limited), tally in self._tallies.items()
            }
        return iter(sorted(counted.items()))
