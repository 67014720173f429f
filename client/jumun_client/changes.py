"""Walking through NAVER's feed of changes: window after window, page after page, and where to go on; no I/O."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from jumun_client.errors import UnexpectedAnswerError
from jumun_client.product_order_request import LONGEST_WINDOW, write_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_client.conversation import Question
    from jumun_client.product_orders import ProductOrderChange, ProductOrderChanges

LATE: Final = timedelta(minutes=5)
"""How long after its moment a change may come into the feed and still be found. How late they come: assumed."""

_FORM: Final = "jumun-changes-1"


class Checkpoint:
    """How far a program is with the feed: what `iter_changes` goes on from, and what it keeps up to date.

    Keep it as text, after the changes that it counts are dealt with. A change counts when the loop asks for the next:
    of a program that dies, the change at hand comes again, and none is missed (at least once).

    It is small: a moment, and the changes from that moment on, of which the feed may show others late. That moment lies
    five minutes in the past or more.

    Attributes:
        since: From where on the feed is asked for; None if it is new. Aware.
    """

    def __init__(self) -> None:
        self.since: datetime | None = None
        self._seen: dict[str, tuple[datetime, str]] = {}

    def __repr__(self) -> str:
        return f"Checkpoint(since={self.since and self.since.isoformat()!r}, {len(self._seen)} changes)"

    def to_json(self) -> str:
        """The checkpoint as JSON text, which `from_json` reads."""
        seen = {id_: [at.isoformat(), event] for id_, (at, event) in self._seen.items()}
        return json.dumps({"form": _FORM, "since": self.since and self.since.isoformat(), "seen": seen})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises ``ValueError`` for anything else."""
        made = cls()
        try:
            document: Any = json.loads(text)
            if document["form"] != _FORM:
                raise ValueError  # noqa: TRY301 - reported below, as all else that is wrong
            made.since = None if document["since"] is None else _aware(document["since"])
            made._seen = {id_: (_aware(at), str(event)) for id_, (at, event) in document["seen"].items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ValueError(f"this is not what Checkpoint.to_json wrote in the form {_FORM!r}") from None
        return made

    def is_new(self, change: ProductOrderChange) -> bool:
        """Whether a change has not been given yet."""
        _, event = self._seen.get(change.product_order_id, (None, None))
        return event != _event(change)

    def add(self, change: ProductOrderChange, *, settled: datetime) -> None:
        """Count a change; what is before it is behind us, unless it is later than `settled`."""
        if (at := change.last_changed_date) is not None:
            self._seen[change.product_order_id] = at, _event(change)
            self.advance(min(at, settled))

    def advance(self, to: datetime) -> None:
        """Move on to a moment, which belongs to what is left; never back."""
        to = to.replace(microsecond=to.microsecond // 1000 * 1000)  # as it is sent
        if self.since is None or self.since < to:
            self.since = to
            self._seen = {id_: seen for id_, seen in self._seen.items() if seen[0] >= to}


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError
    return moment


def _event(change: ProductOrderChange) -> str:
    """What tells one event of a product order from another, that of the same instant included."""
    at = change.last_changed_date
    parts = (change.last_changed_type, change.product_order_status, change.claim_type, change.claim_status)
    return " ".join([at.isoformat() if at else "-", *(str(part or "-") for part in parts)])


class ChangesWalk:
    """Which page to ask for next, and which of its changes have not been given yet.

    Promise: of the changes that the feed shows within `LATE` of their moment none is missed, and none is given twice.
    The feed holds only the newest change of a product order, so one that is followed by another may never be seen.

    Both ends of a window belong to it, so the next begins where one ends, and what lies on the border is known from the
    checkpoint. The walk ends with the window that holds the moment of the answer: the server's clock says how far
    the feed goes, not ours. What it shows of the last minutes may not be all: the checkpoint stays before them.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        page: Callable[[str, datetime, str | None], Question[ProductOrderChanges]],
        clock: Callable[[], float],
    ) -> None:
        """Go on from a checkpoint, which knows from where.

        Args:
            page: Gives the question about a page, from its start, the window's end and ``more_sequence``.
            clock: Seconds since 1970, for answers that do not say when they were made.
        """
        self._checkpoint = checkpoint
        self._page = page
        self._clock = clock
        self._begin_window()

    def _begin_window(self) -> None:
        if (since := self._checkpoint.since) is None:
            raise TypeError("a walk begins somewhere")
        self._end = since + LONGEST_WINDOW
        self._next: tuple[str, str | None] | None = write_moment("since", since), None
        self._answered_at: datetime | None = None

    def ask(self) -> Question[ProductOrderChanges] | None:
        """The next page; None at the end."""
        if self._next is None:
            return None
        start, sequence = self._next
        return self._page(start, self._end, sequence)

    def take(self, page: ProductOrderChanges) -> Iterator[ProductOrderChange]:
        """The page's changes that have not been given; each counts when the next is asked for."""
        if self._answered_at is None:
            self._answered_at = page.timestamp or datetime.fromtimestamp(self._clock(), UTC)
        settled = self._answered_at - LATE
        for change in page.changes:
            if self._checkpoint.is_new(change):
                yield change
            self._checkpoint.add(change, settled=settled)
        if page.more_from is not None:
            following = page.more_from, page.more_sequence
            if following == self._next:
                text = "naver.product_orders.changes: the next page would be the same again"
                raise UnexpectedAnswerError(text, operation="naver.product_orders.changes", trace_id=page.trace_id)
            self._next = following
            return
        self._checkpoint.advance(min(self._end, settled))
        if self._end < self._answered_at:
            self._begin_window()
        else:
            self._next = None
