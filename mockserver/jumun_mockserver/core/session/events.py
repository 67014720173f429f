"""What happened to the orders of a session: a numbered log, written in the same step as the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.session.clock import CLOCK
from jumun_mockserver.core.state.state import Append

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.state.state import State

LOG = "events"
"""Name of the log in a session's state."""
KEPT_EVENTS = 10_000
PAGE_AT_MOST = 1_000


class Event(NamedTuple):
    """One change of one order. Its number is the log's, from 1.

    Attributes:
        at: Epoch seconds on the session's clock.
        provider: As in operation ids.
        product_order_id: None where the provider's orders have no parts.
        actor: `buyer`, `seller`, `courier`, `administrator` or `time`.
        action: As the control plane takes it, e.g. `place` or `pay`.
        type: The provider's own word for it: NAVER's lastChangedType, Bootpay's webhook_type; None where it has none.
        state: Of the order afterwards: the fields that the provider tells states by, e.g. {"productOrderStatus": …}.
    """

    at: float
    provider: str
    order_id: str
    product_order_id: str | None
    actor: str
    action: str
    type: str | None
    state: Mapping[str, Any]


class EventPage(NamedTuple):
    """Part of the log.

    Attributes:
        events: As JSON data, `number` first, the oldest first.
        last: Number of the newest event there ever was; 0 for none.
        more: Whether there are newer ones than these.
    """

    events: list[dict[str, Any]]
    last: int
    more: bool


class Events:
    """The events of a session, of which the newest 10,000 are kept. All of it is in the session's state."""

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    def change(
        self, family: str, name: str, old: Any, new: Any, events: Sequence[Event], *, after: int | None = None
    ) -> list[dict[str, Any]] | None:
        """Set the value that an order is kept in, if it still equals `old`, with what that means; one atomic step.

        Args:
            after: What the number of the newest event must be, as `find_moment` gave it; None for any.

        Returns:
            The events with their numbers; None if the value or the newest event was another one, and nothing was
            changed.
        """
        entries = [event._asdict() for event in events]
        before = self._state.last(LOG) if after is None else after
        appends = [Append(LOG, entry, KEPT_EVENTS, after) for entry in entries]
        if not self._state.swap(family, name, old, new, appends=appends):
            return None
        if after is not None:
            return [_numbered(number, entry) for number, entry in enumerate(entries, after + 1)]
        # No one else can have written the same change of the same order since `before`: the value would not have been
        # `old` any more.
        wanted, found = list(entries), []
        for number, entry in self._state.entries(LOG, after=before):
            if wanted and entry == wanted[0]:
                found.append(_numbered(number, wanted.pop(0)))
        return found

    def find_moment(self, clock: Clock, at: float | None = None) -> tuple[int, float]:
        """Number of the newest event, and when one comes to be that is written after it: not before it.

        Calls take time, and one that began earlier may be done later. What was read up to the newest event is then
        not changed any more by what is written afterwards. A clock that was set back begins again.

        Args:
            at: When it would be by itself, in epoch seconds; None for now.
        """
        self._state.look_ahead((CLOCK,), ())
        newest = self._state.entries(LOG, after=-1)
        now = clock.now()
        if at is None:
            at = now
        if not newest:
            return 0, at
        number, entry = newest[-1]
        return number, entry["at"] if at < entry["at"] <= now else at

    def page(self, *, after: int = 0, at_most: int = PAGE_AT_MOST) -> EventPage:
        """The kept events numbered above `after`, and no more than `at_most` of them."""
        events = [_numbered(number, entry) for number, entry in self._state.entries(LOG, after=after, at_most=at_most)]
        last = self._state.last(LOG)
        return EventPage(events, last, bool(events) and events[-1]["number"] < last)

    @property
    def last(self) -> int:
        """Number of the newest event there ever was; 0 for none."""
        return self._state.last(LOG)

    def listen(self, on_change: Callable[[], None]) -> Callable[[], None]:
        """Have `on_change` called after each event; calling the result ends that."""
        return self._state.listen(LOG, on_change)


def _numbered(number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"number": number, **entry}
