"""Moments of derived orders: a formula of the index, so that none has to be made to know where it lies."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS_AT_MOST = 1_000_000

# First index → seconds from one order to the next: two hours at first, so that a few orders fill weeks, and closer
# together the older they are, so that a million fit into ten years.
_SPACINGS = {0: 7_200, 1_000: 3_600, 10_000: 1_200, 100_000: 180}
_JITTER_BITS = 16


def _stretches() -> tuple[tuple[int, int, int], ...]:
    """(first index, seconds before the newest moment at which it begins, spacing)."""
    found = []
    begins = 0
    for (first, spacing), after in zip(_SPACINGS.items(), [*list(_SPACINGS)[1:], ORDERS_AT_MOST], strict=True):
        found.append((first, begins, spacing))
        begins += (after - first) * spacing
    return tuple(found)


_STRETCHES = _stretches()
_FIRSTS = [first for first, _, _ in _STRETCHES]
_BEGINS = [begins for _, begins, _ in _STRETCHES]


class Timeline:
    """Moments that fall strictly with the index, all before `newest`.

    Args:
        newest: Epoch seconds.
        size: How many indices there are.
        jitter: Index → 0 to 65,535, how far within its own stretch of time a moment lies.

    Raises:
        ValueError: More indices than there is room for.
    """

    __slots__ = ("_jitter", "newest", "size")

    def __init__(self, *, newest: int, size: int, jitter: Callable[[int], int]) -> None:
        if not 0 <= size <= ORDERS_AT_MOST:
            raise ValueError(f"orders must be between 0 and {ORDERS_AT_MOST}, not {size}")
        self.newest = newest
        self.size = size
        self._jitter = jitter

    def moment(self, index: int) -> int:
        """Epoch seconds of an index."""
        first, begins, spacing = _STRETCHES[bisect_right(_FIRSTS, index) - 1]
        return self.newest - begins - (index - first) * spacing - 1 - ((self._jitter(index) * spacing) >> _JITTER_BITS)

    def count_since(self, moment: int) -> int:
        """How many indices, which are the first ones, lie at epoch second `moment` or after it."""
        ago = self.newest - 1 - moment
        if ago < 0:
            return 0
        first, begins, spacing = _STRETCHES[bisect_right(_BEGINS, ago) - 1]
        # The only one whose stretch holds the moment.
        index = first + (ago - begins) // spacing
        if index >= self.size:
            return self.size
        return index + (self.moment(index) >= moment)
