"""Walking through all pages of one of Bootpay's lists; no I/O."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from jumun_client.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumun_client.conversation import Question
    from jumun_client.order_query import Paging

MAX_LIMIT: Final = 50
"""Rows a page that the server gives at most (typings of @bootpay/backend-js 2.13.1)."""

_log = logging.getLogger("jumun_client")


class _Page(Protocol):
    @property
    def count(self) -> int: ...


P = TypeVar("P", bound=_Page)
T = TypeVar("T")


class PageWalk(Generic[P, T]):
    """Which page to ask for next, and what of it is new.

    Promise: no row is given twice, whatever moves between two pages while they are read. The walk ends at an empty
    page, at one that brings nothing new, as from a server that does not page, and at one that is not full once there
    are ``count`` rows. How many rows a page holds is the server's business: a limit that it lowers costs no row.

    Rows that come in while it is walked push the others back, so that pages repeat; the walk passes over as many
    repeated rows as ``count`` has grown by. What is taken out of the list makes later rows move up, past the walk:
    the API has no cursor.
    """

    def __init__(self, *, limit: int, noun: str, rows: Callable[[P], Sequence[T]], key: Callable[[T], str]) -> None:
        """Begin before the first page.

        Args:
            limit: Rows a page.
            noun: Of the rows, for the log.
            rows: Gives those of a page.
            key: Gives what tells a row from the others.

        Raises:
            TypeError: ``limit`` is not an int.
            ValueError: ``limit`` is less than 1.
        """
        if not isinstance(limit, int):
            raise TypeError(f"limit must be an int, not {type(limit).__name__}")
        if limit < 1:
            raise ValueError(f"limit must be 1 or more {noun} a page, not {limit!r}")
        self._limit = limit
        self._noun = noun
        self._rows = rows
        self._key = key
        self._page = 0
        self._seen: set[str] = set()
        self._repeated = 0
        self._count_at_first = 0
        self.is_over = False

    def over(self, page: Callable[[Paging], Question[P]]) -> Walk[P, T]:
        """The walk through the pages that a function asks for; what that refuses it refuses at once."""
        page(self.paging)
        return Walk(ask=lambda: None if self.is_over else page(self.paging), take=self.take)

    @property
    def paging(self) -> Paging:
        """The next page."""
        return {"page": self._page + 1, "limit": self._limit}

    def take(self, page: P) -> list[T]:
        """The page's rows that were not there before."""
        rows = self._rows(page)
        new = {self._key(row): row for row in rows if self._key(row) not in self._seen}
        self._seen.update(new)
        self._page += 1
        self._repeated += len(rows) - len(new)
        if self._page == 1:
            self._count_at_first = page.count
        missing = page.count - len(self._seen)
        if self._page == 1 and 0 < len(rows) < self._limit and missing > 0:
            _log.info("the server gives %d %s a page, not %d", len(rows), self._noun, self._limit)
        is_full = len(rows) >= min(self._limit, MAX_LIMIT)
        is_pushed_back = bool(rows) and self._repeated <= page.count - self._count_at_first
        self.is_over = (missing <= 0 and not is_full) or not (new or is_pushed_back)
        if self.is_over and missing > 0:
            _log.warning(
                "page %d brings no new %s, though %d of %d are missing", self._page, self._noun, missing, page.count
            )
        return list(new.values())
