"""How many calls an application may make: token buckets, and the hourly quota that bad token calls set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from jumun_contracts import RateLimit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_mockserver.core.state.state import State

Limits: TypeAlias = Literal["off", "report", "enforce"]
LIMITS: tuple[Limits, ...] = ("off", "report", "enforce")


@dataclass(slots=True)
class Budget:
    """What a bucket said to a call.

    Attributes:
        rate: Calls a second that come back.
        burst: Calls that fit.
        remaining: Whole calls that are left after this one.
        allowed: Whether this one was among them.
    """

    rate: Final[float]
    burst: Final[int]
    remaining: Final[int]
    allowed: Final[bool]


def hand_set_rate(per_second: float, burst: int | None = None) -> RateLimit:
    """A limit that no contract has; the burst is twice the rate if not given, as NAVER's is."""
    return RateLimit(per_second, burst or max(1, round(2 * per_second)), "assumed", "set by hand")


class Limiter:
    """Token buckets, one for each application and operation, in the session's state.

    A refused call takes nothing: it was not carried out.
    """

    def __init__(self, rates: Mapping[str, RateLimit], *, state: State) -> None:
        """Start with full buckets.

        Args:
            rates: Operation id → its limit; an operation that is not there has none.
        """
        self._rates = rates
        self._state = state

    def take(self, application: str, operation: str, now: float) -> Budget | None:
        """Ask for one call; None where nothing limits the operation."""
        limit = self._rates.get(operation)
        if limit is None:
            return None
        rate, burst = limit.per_second, limit.burst
        level, allowed = self._state.take("buckets", f"{application} {operation}", rate, burst, now)
        return Budget(rate, burst, int(level), allowed)


@lru_cache(maxsize=16)
def describe_excess(rate: float, burst: int) -> tuple[str, str]:
    """What is remarked of a call over its limit: where limits are enforced, and where they are reported."""
    over = f"over the limit of {rate:g} calls a second (burst {burst})"
    return over, f"limits: {over}; would have been refused with 429"
