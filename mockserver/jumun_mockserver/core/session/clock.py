"""A session's time: real, moved, or standing still."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.core.state.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.state.state import State

# A year less than datetime can show, so that tokens may end and logs be written.
FIRST_SECOND = 0
LAST_SECOND = 253_370_764_800

_PLACE = ("session", "clock")


class ClockError(ValueError):
    """A time that a clock cannot show. The message says what it can."""


def read_moment(at: datetime | str | float) -> float:
    """A datetime with its zone, RFC 3339 text or epoch seconds, as epoch seconds.

    Raises:
        ClockError: Not a time, without a zone, or of a year that no clock shows.
    """
    if isinstance(at, datetime) and at.tzinfo is None:
        raise ClockError(f"{at!r} has no time zone; give it one, e.g. tzinfo=datetime.UTC")
    try:
        moment = parse_date_time(at) if isinstance(at, str) else at
        second = moment.timestamp() if isinstance(moment, datetime) else float(moment)
    except OverflowError:
        second = -1.0
    except ValueError:
        raise ClockError(f"{at!r} is not a time such as 2026-11-22T09:00:00+09:00") from None
    if not FIRST_SECOND <= second <= LAST_SECOND:
        raise ClockError("must be a time of the years 1970 to 9998")
    return second


class Clock:
    """Epoch seconds of one session. Runs with `source` until it is frozen.

    Every read of time in a session goes through its clock, so moving it moves token life and timestamps alike. Where it
    stands is kept in the session's state, as [offset from `source` in seconds, second at which it is frozen or null].
    """

    def __init__(
        self,
        *,
        frozen_at: float | None = None,
        source: Callable[[], float] = time.time,
        state: State | None = None,
    ) -> None:
        """Begin at `source`, or frozen at an epoch second.

        Args:
            state: Where it is kept; one of its own if not given. What is there already is kept.
        """
        self._source = source
        self._state = state or MemoryState()
        if frozen_at is not None:
            self._state.swap(*_PLACE, None, [0.0, frozen_at])

    def now(self) -> float:
        """Epoch seconds, with fraction."""
        moved = self._state.read(*_PLACE)
        if moved is None:
            return self._source()
        offset_s, frozen_at = moved
        return self._source() + float(offset_s) if frozen_at is None else float(frozen_at)

    def times(self) -> tuple[float, ...]:
        """What a client's own clock may show: the session's time and, unless that stands still, the real one."""
        moved = self._state.read(*_PLACE)
        return (self.now(),) if moved is None or moved[1] is not None else (self.now(), self._source())

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        moved = self._state.read(*_PLACE)
        return moved is not None and moved[1] is not None

    def set(self, at: float) -> None:
        """Be at epoch second `at`, running or standing as before."""
        self._move(lambda offset_s, frozen_at: (at - self._source(), None) if frozen_at is None else (offset_s, at))

    def run(self) -> None:
        """Go on from where it stands."""
        self._move(lambda offset_s, frozen_at: (offset_s if frozen_at is None else frozen_at - self._source(), None))

    def be_real(self) -> None:
        """Show the real time again."""
        self._state.write(*_PLACE, None)

    def freeze(self, at: float | None = None) -> None:
        """Stand still at epoch second `at`, or where the clock is."""

        def frozen(offset_s: float, frozen_at: float | None) -> tuple[float, float | None]:
            here = self._source() + offset_s if frozen_at is None else frozen_at
            return 0.0, here if at is None else at

        self._move(frozen)

    def advance(self, seconds: float) -> None:
        """Move by `seconds`, running or standing; negative goes back."""
        self._move(
            lambda offset_s, frozen_at: (
                (offset_s + seconds, None) if frozen_at is None else (offset_s, frozen_at + seconds)
            )
        )

    def _move(self, change: Callable[[float, float | None], tuple[float, float | None]]) -> None:
        """Replace offset and standstill by what `change` makes of them; atomic."""
        while True:
            old = self._state.read(*_PLACE)
            offset_s, frozen_at = old or (0.0, None)
            if self._state.swap(*_PLACE, old, list(change(offset_s, frozen_at))):
                return
