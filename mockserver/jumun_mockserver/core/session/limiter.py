"""How many calls an application may make: token buckets, and the hourly quota that bad token calls lead to."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from jumun_contracts import RateLimit

if TYPE_CHECKING:
    from collections.abc import Mapping

Limits: TypeAlias = Literal["off", "report", "enforce"]
LIMITS: tuple[Limits, ...] = ("off", "report", "enforce")

_FORGET_AT = 10_000


class Budget(NamedTuple):
    """What a bucket said to a call.

    Attributes:
        rate: Calls a second that come back.
        burst: Calls that fit.
        remaining: Whole calls that are left after this one.
        allowed: Whether this one was among them.
    """

    rate: float
    burst: int
    remaining: int
    allowed: bool


def hand_set_rate(per_second: float, burst: int | None = None) -> RateLimit:
    """A limit that stands in no contract; the burst is twice the rate if not given, as NAVER's is."""
    return RateLimit(per_second, burst or max(1, round(2 * per_second)), "assumed", "set by hand")


class Limiter:
    """Token buckets, one for each application and operation.

    A refused call takes nothing: it was not carried out.
    """

    def __init__(self, rates: Mapping[str, RateLimit]) -> None:
        """Start with full buckets.

        Args:
            rates: Operation id → its limit; an operation that is not there has none.
        """
        self._rates = rates
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, application: str, operation: str, *, now: float) -> Budget | None:
        """Ask for one call; None where nothing limits the operation."""
        limit = self._rates.get(operation)
        if limit is None:
            return None
        key, burst = (application, operation), limit.burst
        with self._lock:
            bucket = self._buckets.get(key)
            if bucket is None:
                if len(self._buckets) >= _FORGET_AT:
                    # The one that has filled up again the longest.
                    del self._buckets[min(self._buckets, key=lambda each: self._buckets[each][1])]
                bucket = (burst, now)
            level, at = bucket
            # A clock that was set back gives nothing and takes nothing.
            if now > at:
                level = min(burst, level + (now - at) * limit.per_second)
            allowed = level >= 1
            if allowed:
                level -= 1
            self._buckets[key] = (level, now)
        return Budget(limit.per_second, limit.burst, int(level), allowed)
