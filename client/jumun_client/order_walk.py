"""Walking through all pages of an order list; no I/O."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jumun_client.models import Order, OrderPage
    from jumun_client.order_query import Paging

MAX_LIMIT: Final = 50
"""Orders a page that the server gives at most (typings of @bootpay/backend-js 2.13.1)."""

_log = logging.getLogger("jumun_client")


class OrderWalk:
    """Which page to ask for next, and what of it is new.

    Promise: no order is given twice, whatever moves between two pages while they are read. The walk ends at an empty
    page, at one that brings nothing new, as from a server that does not page, and at one that is not full once there
    are ``count`` orders. How many orders a page holds is the server's business: a limit that it lowers costs no order.

    Orders that come in while it is walked push the others back, so that pages repeat; the walk passes over as many
    repeated orders as ``count`` has grown by. What is taken out of the list makes later orders move up, past the walk:
    the API has no cursor.
    """

    def __init__(self, *, limit: int) -> None:
        if not isinstance(limit, int):
            raise TypeError(f"limit must be an int, not {type(limit).__name__}")
        if limit < 1:
            raise ValueError(f"limit must be 1 or more orders a page, not {limit!r}")
        self._limit = limit
        self._page = 0
        self._seen: set[str] = set()
        self._repeated = 0
        self._count_at_first = 0
        self.is_over = False

    @property
    def paging(self) -> Paging:
        """The next page."""
        return {"page": self._page + 1, "limit": self._limit}

    def take(self, page: OrderPage) -> list[Order]:
        """The page's orders that were not there before."""
        new = {order.order_id: order for order in page.orders if order.order_id not in self._seen}
        self._seen.update(new)
        self._page += 1
        self._repeated += len(page.orders) - len(new)
        if self._page == 1:
            self._count_at_first = page.count
        missing = page.count - len(self._seen)
        if self._page == 1 and 0 < len(page.orders) < self._limit and missing > 0:
            _log.info("the server gives %d orders a page, not %d", len(page.orders), self._limit)
        is_full = len(page.orders) >= min(self._limit, MAX_LIMIT)
        is_pushed_back = bool(page.orders) and self._repeated <= page.count - self._count_at_first
        self.is_over = (missing <= 0 and not is_full) or not (new or is_pushed_back)
        if self.is_over and missing > 0:
            _log.warning("page %d brings no new orders, though %d of %d are missing", self._page, missing, page.count)
        return list(new.values())
