"""Walking through NAVER's list of product orders: window after window, page after page; no I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jumun_client.product_order_request import LONGEST_WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_client.conversation import Question
    from jumun_client.product_orders import ProductOrder, ProductOrderPage


class ProductOrderWalk:
    """Which page to ask for next, and what of it is new.

    Promise: no product order is given twice. The pages of a window are all read before the first of its product orders
    is given, since the list has no cursor: one that leaves it, as a paid one does when it is sent, makes later ones
    move up. What leaves it while the pages are read can still hide another.
    """

    def __init__(
        self,
        since: datetime,
        until: datetime | None,
        *,
        page: Callable[[datetime, datetime, int], Question[ProductOrderPage]],
        clock: Callable[[], float],
    ) -> None:
        """Begin at `since`; without `until` the walk ends with the window that holds the moment of the answer.

        Args:
            page: Gives the question about a page, from start and end of its window and its number.
            clock: Seconds since 1970, for answers that do not say when they were made.
        """
        self._until = until
        self._page = page
        self._clock = clock
        self._given: set[str] = set()
        self._begin_window(since)

    def _begin_window(self, start: datetime) -> None:
        end = start + LONGEST_WINDOW
        self._window = start, end if self._until is None else min(end, self._until)
        self._found: dict[str, ProductOrder] = {}
        self._number = 1
        self._is_over = False

    def ask(self) -> Question[ProductOrderPage] | None:
        """The next page; None at the end."""
        return None if self._is_over else self._page(*self._window, self._number)

    def take(self, page: ProductOrderPage) -> list[ProductOrder]:
        """The window's product orders that were not given, with its last page; nothing before."""
        new = {each.product_order_id: each for each in page.product_orders if each.product_order_id not in self._found}
        self._found |= new
        self._number += 1
        if page.has_next and new:  # a server that does not page would bring the same forever
            return []
        found = [each for id_, each in self._found.items() if id_ not in self._given]
        self._given |= self._found.keys()
        end = self._window[1]
        last = self._until or page.timestamp or datetime.fromtimestamp(self._clock(), UTC)
        self._is_over = end >= last
        if not self._is_over:
            self._begin_window(end)
        return found
