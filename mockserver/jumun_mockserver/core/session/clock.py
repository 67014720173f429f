"""A session's time: real, moved, or standing still."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.core.duration import DurationError, parse_duration
from jumun_mockserver.core.state.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.state.state import State

# A year less than datetime can show, so that tokens may end and logs be written.
FIRST_SECOND = 0
LAST_SECOND = 253_370_764_800

CLOCK = _FAMILY, _NAME = "session", "clock"
"""Family and name of a session's clock in its state."""


class ClockError(ValueError):
    """A time that a clock cannot show, or a duration that cannot be read. The message says what would be right."""


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


def read_duration(duration: str | float) -> float:
    """Text such as `3d`, or seconds, as seconds.

    Raises:
        ClockError: Text that is not a duration.
    """
    try:
        return parse_duration(duration) if isinstance(duration, str) else float(duration)
    except DurationError as error:
        raise ClockError(str(error)) from None


class Clock:
    """Epoch seconds of one session. Runs with `source` until it is frozen.

    Every read of time in a session goes through its clock, so moving it moves token life and timestamps alike. Where it
    is kept in the session's state, as [offset from `source` in seconds, second at which it is frozen or null].
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
            self._state.swap(_FAMILY, _NAME, None, [0.0, frozen_at])

    def now(self) -> float:
        """Epoch seconds, with fraction."""
        moved = self._state.read(_FAMILY, _NAME)
        if moved is None:
            return self._source()
        offset_s, frozen_at = moved
        return self._source() + float(offset_s) if frozen_at is None else float(frozen_at)

    def source(self) -> float:
        """Epoch seconds that it would show if it had never been moved."""
        return self._source()

    def times(self) -> tuple[float, ...]:
        """What a client's own clock may show: the session's time and, unless that is frozen, the real one."""
        moved = self._state.read(_FAMILY, _NAME)
        return (self.now(),) if moved is None or moved[1] is not None else (self.now(), self._source())

    @property
    def frozen(self) -> bool:
        """Whether it is frozen."""
        moved = self._state.read(_FAMILY, _NAME)
        return moved is not None and moved[1] is not None

    def move(
        self,
        *,
        freeze: bool = False,
        at: float | None = None,
        advance_s: float = 0.0,
        run: bool = False,
        real: bool = False,
    ) -> None:
        """Freeze, be at epoch second `at`, move by `advance_s`, run, show the real time: in this order, as one step.

        Raises:
            ClockError: The move ends before 1970 or after 9998; then nothing is changed.
        """
        while True:
            old = self._state.read(_FAMILY, _NAME)
            offset_s, frozen_at = old or (0.0, None)
            source = self._source()
            here = source + offset_s if frozen_at is None else frozen_at
            there = (here if at is None else at) + advance_s
            if not FIRST_SECOND <= there <= LAST_SECOND:
                raise ClockError("the clock would show a time outside the years 1970 to 9998")
            if real:
                new = None
            elif (freeze or frozen_at is not None) and not run:
                new = [0.0, there]
            else:
                # The difference to what it showed, and not to the source: so a clock that is not moved keeps its time.
                new = [offset_s + (there - here), None] if frozen_at is None else [there - source, None]
            if self._state.swap(_FAMILY, _NAME, old, new):
                return

    def freeze(self, at: float | None = None) -> None:
        """Freeze it at epoch second `at`, or at its present time."""
        self.move(freeze=True, at=at)

    def set(self, at: float) -> None:
        """Be at epoch second `at`, running or standing as before."""
        self.move(at=at)

    def advance(self, seconds: float) -> None:
        """Move by `seconds`, running or standing; negative goes back."""
        self.move(advance_s=seconds)

    def run(self) -> None:
        """Run on from its present time."""
        self.move(run=True)

    def real(self) -> None:
        """Show the real time again."""
        self.move(real=True)


class ClockOwner(Protocol):
    """A session whose clock can be moved: in this process, or over the control plane."""

    def show_clock(self) -> dict[str, Any]:
        """`now`, RFC 3339 text, and `frozen`."""
        ...

    def move_clock(
        self,
        *,
        freeze: bool = ...,
        set: str = ...,  # noqa: A002 - as the control plane names it
        advance_s: float = ...,
        run: bool = ...,
        real: bool = ...,
    ) -> dict[str, Any]:
        """Move it as `POST /_jumun/clock` does, in the order of the arguments; what that answers."""
        ...


class SessionClock:
    """The time of a session, for those who test with it. Token life, limits and timestamps go by it.

    Times are a datetime with its zone, RFC 3339 text or epoch seconds. A move out of the years 1970 to 9998 is a
    ClockError, or a ControlError where the session is on another server, and changes nothing.
    """

    def __init__(self, owner: ClockOwner) -> None:
        self._owner = owner

    def now(self) -> datetime:
        """The time it shows, to the millisecond, with its offset."""
        return datetime.fromisoformat(self._owner.show_clock()["now"])

    @property
    def frozen(self) -> bool:
        """Whether it is frozen."""
        return bool(self._owner.show_clock()["frozen"])

    def freeze(self, at: datetime | str | float | None = None) -> None:
        """Freeze it from now on, at `at` if it is given."""
        if at is None:
            self._owner.move_clock(freeze=True)
        else:
            self._owner.move_clock(freeze=True, set=_rfc3339(at))

    def set(self, at: datetime | str | float) -> None:
        """Show `at`, running or standing as before."""
        self._owner.move_clock(set=_rfc3339(at))

    def advance(self, duration: str | float = 0.0, **units: float) -> list[dict[str, Any]]:
        """Move by `hours=3`, `minutes=30` and the like, as `timedelta` takes them, by seconds or by text such as `3d`.

        Negative units and seconds go back.

        Returns:
            Events that time made due, in their order, a thousand at most.
        """
        moved = self._owner.move_clock(advance_s=read_duration(duration) + timedelta(**units).total_seconds())
        events: list[dict[str, Any]] = moved["events"]
        return events

    def run(self) -> None:
        """Run on from its present time."""
        self._owner.move_clock(run=True)

    def real(self) -> None:
        """Show the real time again."""
        self._owner.move_clock(real=True)


def rfc3339(epoch_s: float) -> str:
    """Epoch seconds as text, in UTC, to the millisecond."""
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds")


def _rfc3339(at: datetime | str | float) -> str:
    """A time as RFC 3339 text to the microsecond, in UTC; raises ClockError."""
    return datetime.fromtimestamp(read_moment(at), UTC).isoformat()
