"""Many questions of one kind, asked side by side: who asks what next, and the outcome of each; no I/O."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumun_client.errors import QUOTA_LIMIT, ApiError, AuthenticationError, BadRequestError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jumun_client.conversation import Question
    from jumun_client.models import ProductOrderIds


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """Outcome of one order: a result or an error, never both.

    Attributes:
        order_id: As asked.
        result: None if there was an error.
        error: None if there was a result.
    """

    order_id: str
    result: ProductOrderIds | None = None
    error: ApiError | None = None


class Batch:
    """The orders still to ask for and the outcome of the others; threads and tasks may share it."""

    def __init__(
        self,
        order_ids: Iterable[str],
        *,
        ask: Callable[[str], Question[ProductOrderIds]],
        concurrency: int,
        on_progress: Callable[[int, int], object] | None,
    ) -> None:
        """Check everything before anything is sent.

        Args:
            order_ids: In the order in which results are given; one that appears twice is asked for once.
            ask: Gives the question about an order; raises ``TypeError`` or ``ValueError`` for an id that cannot be one.
            concurrency: How many may be under way at once.
            on_progress: Called with how many orders are done and how many there are, one call at a time.
        """
        if isinstance(order_ids, str | bytes):
            raise TypeError("order_ids must be a list of order ids, not one: write [order_id]")
        if not isinstance(concurrency, int):
            raise TypeError(f"concurrency must be an int, not {type(concurrency).__name__}")
        if concurrency < 1:
            raise ValueError(f"concurrency must be 1 or more, not {concurrency!r}")
        self.ask = ask
        self._order_ids = list(order_ids)
        for place, order_id in enumerate(self._order_ids):
            try:
                ask(order_id)
            except (TypeError, ValueError) as error:
                raise type(error)(f"order_ids[{place}]: {error}") from error
        unique = list(dict.fromkeys(self._order_ids))
        self.workers = range(min(concurrency, len(unique)))
        self._waiting = iter(unique)
        self._total = len(unique)
        self._items: dict[str, BatchItem] = {}
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._is_stopped = False
        self._fatal: ApiError | None = None

    def next_order_id(self) -> str | None:
        """What to ask for next; None when there is nothing left."""
        with self._lock:
            return None if self._is_stopped else next(self._waiting, None)

    @contextmanager
    def ending_together(self) -> Iterator[None]:
        """Around a worker's part: should it end with an exception, the other workers end after what they are at."""
        try:
            yield
        except BaseException:
            self._is_stopped = True
            raise

    def settle(self, item: BatchItem) -> None:
        """Note the outcome of an order."""
        with self._lock:
            self._items[item.order_id] = item
            if item.error is not None and _is_about_all(item.error):
                self._is_stopped, self._fatal = True, self._fatal or item.error
            report, self._on_progress = self._on_progress, None  # one that raises is not called again
            if report is not None:
                report(len(self._items), self._total)
                self._on_progress = report

    def items(self) -> list[BatchItem]:
        """Outcome of each, as they were given; those that no one asked for share the error that ended the sending."""
        return [
            self._items.get(order_id) or BatchItem(order_id=order_id, error=self._fatal) for order_id in self._order_ids
        ]


def _is_about_all(error: ApiError) -> bool:
    """Whether no other order would fare better: keys, permissions, a quota that does not come back in a second."""
    return (
        isinstance(error, AuthenticationError | PermissionDeniedError)
        or (isinstance(error, BadRequestError) and error.operation == "naver.token")
        or (error.code == QUOTA_LIMIT and error.retry_after_s is None)
    )
