"""Watching one order: what is new in each answer, and which failures may pass; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jumun_client.arguments import check_seconds
from jumun_client.errors import (
    ConnectionFailedError,
    DeadlineExceededError,
    RateLimitError,
    ServerError,
    ThrottledError,
    TimedOutError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_client.errors import ApiError
    from jumun_client.models import ProductOrderIds

_PASSING: Final = (
    ConnectionFailedError,
    DeadlineExceededError,
    RateLimitError,
    ServerError,
    ThrottledError,
    TimedOutError,
)
# No limit of either API is known to hold for longer than an hour.
_LONGEST_PAUSE_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One answer of a watched order.

    Attributes:
        result: The answer.
        added: Product orders that the answer before did not have; of the first, all.
        removed: Product orders that only the answer before had.
    """

    result: ProductOrderIds
    added: tuple[str, ...]
    removed: tuple[str, ...]


class Watch:
    """Compares each answer with the one before, and says how long to wait for the next."""

    def __init__(self, *, interval: float, on_error: Callable[[ApiError], object] | None) -> None:
        self._interval_s = self.pause_s = check_seconds("interval", interval)
        self._on_error = on_error
        self._before: tuple[str, ...] = ()

    def see(self, result: ProductOrderIds) -> Sighting:
        """What has changed."""
        before, now = self._before, result.product_order_ids
        self._before, self.pause_s = now, self._interval_s
        return Sighting(
            result=result,
            added=tuple(each for each in now if each not in before),
            removed=tuple(each for each in before if each not in now),
        )

    def fail(self, error: ApiError) -> None:
        """Report a failure that may pass; raise every other, and all if no one wants reports."""
        if self._on_error is None or not isinstance(error, _PASSING):
            raise error
        self._on_error(error)
        self.pause_s = max(self._interval_s, min(error.retry_after_s or 0.0, _LONGEST_PAUSE_S))
