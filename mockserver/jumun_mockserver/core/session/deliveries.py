"""Deliveries of a session's webhooks: what is to be sent, when, and the outcome of each attempt.

A delivery is made of an event, with what the provider posts about it. All of it is in the session's state, but for the
address: that is an option of the session, so that a snapshot cannot bring one along.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_mockserver.core.session.events import LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jumun_mockserver.core.state.state import State

KEPT_DELIVERIES = 1_000
_FAMILY, _MARKS, _SEEN = "webhooks.deliveries", "webhooks", "seen"

Delivery = dict[str, Any]
"""A delivery as the state has it.

Keys:
    id: The number of its event; with `-2` behind it for a second one of the same event.
    event, provider, order_id, webhook_type, payload: What it is about, and its body.
    step: Of the scenario that changed it; '' for none.
    state: `pending`, `delivered`, `failed` or `lost`.
    next_at: When it is due, in epoch seconds of the session's clock; None where it is not pending, or waits for the
        next delivery.
    rank: What orders deliveries that are due at the same time.
    left: Tries that are left.
    attempts: `at` (when it was due), `status` (None for no answer), `outcome` (`success`, or why not) and `duration_s`,
        in real time.
"""


class Attempt(NamedTuple):
    """Outcome of one attempt.

    Attributes:
        status: None where there was no answer.
        failure: Why it does not count as delivered; '' where it does.
        duration_s: In real time.
    """

    status: int | None
    failure: str
    duration_s: float


class Deliveries:
    """The deliveries of a session, of which the newest 1,000 are kept; those that are pending are dropped last."""

    __slots__ = ("_collecting", "_state")

    def __init__(self, state: State) -> None:
        self._state = state
        self._collecting = Lock()

    def collect(self, draft: Callable[[Mapping[str, Any]], Sequence[Delivery]]) -> None:
        """Make the deliveries of events that came since the last time, in the order of events.

        Args:
            draft: Gives an event's deliveries.
        """
        # Never called by a thread that serves.
        with self._collecting:
            seen = self._state.read(_MARKS, _SEEN) or 0
            for number, entry in self._state.entries(LOG, after=seen):
                if not self._state.swap(_MARKS, _SEEN, seen or None, number):
                    # The session was reset, or another process has done it.
                    return
                seen = number
                for delivery in draft({"number": number, **entry}):
                    self._add(delivery)

    def rows(self) -> list[Delivery]:
        """All that are kept, in the order of their events."""
        return sorted(self._state.read_all(_FAMILY).values(), key=lambda each: (each["event"], each["id"]))

    def find(self, id_: str) -> Delivery | None:
        """The one of an id; None if there is none."""
        found: Delivery | None = self._state.read(_FAMILY, id_)
        return found

    def pending(self) -> list[Delivery]:
        """Those that have a time at which they are due, the first one first."""
        dated = [each for each in self._state.read_all(_FAMILY).values() if each["next_at"] is not None]
        return sorted(dated, key=lambda each: (each["next_at"], each["rank"]))

    def note(self, delivery: Delivery, attempt: Attempt, gaps: Sequence[float]) -> None:
        """Keep the outcome of an attempt, and when the next one is due.

        Args:
            gaps: Seconds from each try to the next.
        """
        made = {
            "at": delivery["next_at"],
            "status": attempt.status,
            "outcome": attempt.failure or "success",
            "duration_s": round(attempt.duration_s, 3),
        }
        attempts, left = [*delivery["attempts"], made], delivery["left"] - 1
        changes: dict[str, Any] = {"attempts": attempts, "left": left, "next_at": None}
        if not attempt.failure:
            changes["state"] = "delivered"
        elif left <= 0:
            changes["state"] = "failed"
        else:
            changes["next_at"] = made["at"] + gaps[min(len(attempts), len(gaps)) - 1]
        id_ = delivery["id"]
        while not self._state.swap(_FAMILY, id_, delivery, {**delivery, **changes}):
            # It was asked for once more meanwhile, or it is gone with all else.
            found = self.find(id_)
            if found is None or found["attempts"] != delivery["attempts"]:
                return
            delivery, changes = found, {"attempts": attempts}

    def redeliver(self, id_: str, now: float) -> bool:
        """Have a delivery tried at once, whatever its outcome: a pending one early, any other once more.

        Returns:
            Whether there is such a delivery.
        """
        while (old := self.find(id_)) is not None:
            new = {**old, "state": "pending", "next_at": now, "left": max(1, old["left"])}
            if old["state"] != "pending":
                new["left"] = 1
            if self._state.swap(_FAMILY, id_, old, new):
                return True
        return False

    def _add(self, delivery: Delivery) -> None:
        """Keep a delivery; those that wait for it come right after."""
        kept = self._state.read_all(_FAMILY)
        for held in kept.values():
            if held["state"] == "pending" and held["next_at"] is None:
                due = {"next_at": delivery["next_at"], "rank": delivery["rank"] + 0.5}
                self._state.swap(_FAMILY, held["id"], held, {**held, **due})
        self._state.swap(_FAMILY, delivery["id"], None, delivery)
        if len(kept) >= KEPT_DELIVERIES:
            oldest = min(kept.values(), key=lambda each: (each["state"] == "pending", each["event"], each["id"]))
            self._state.write(_FAMILY, oldest["id"], None)


def begin_deliveries(saved: Mapping[str, Any]) -> Mapping[str, Any]:
    """A saved state in which the events of a session without webhooks are past: nothing is sent about them."""
    values = saved["values"]
    if _SEEN in values.get(_MARKS, {}):
        return saved
    last = saved["logs"].get(LOG, {}).get("last", 0)
    return {**saved, "values": {**values, _MARKS: {_SEEN: last}}} if last else saved
