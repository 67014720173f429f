"""The hourly quota that NAVER puts on applications whose token calls broke the rules.

Since 2026-08 such a call still gets its token, and the day after every call is cut to one an hour, until the morning
after a clean day. Source: commerce-api discussions #2573, #3751 (rules), #3741, #3753 (answers and headers).
"""

from __future__ import annotations

from threading import Lock
from typing import Literal, TypeAlias

Punishment: TypeAlias = Literal["off", "next-day", "at-once"]
PUNISHMENTS: tuple[Punishment, ...] = ("off", "next-day", "at-once")

_KST_S = 9 * 3_600
_DAY_S = 86_400
_HOUR_S = 3_600


class Quota:
    """Who broke the rules when, in one session, and whether a call is allowed. Days are Korean."""

    def __init__(self, punishment: Punishment) -> None:
        """Nobody has broken any.

        Args:
            punishment: `off`; `next-day` as production does; or `at-once`, from the bad call on, for the impatient.
        """
        self._punishment = punishment
        self._bad_days: dict[str, set[int]] = {}
        self._last_call: dict[str, float] = {}
        self._lock = Lock()

    def report(self, application: str, *, now: float) -> None:
        """A token call of the application broke the rules."""
        with self._lock:
            self._bad_days.setdefault(application, set()).add(_day(now))

    def allows(self, application: str, *, now: float) -> bool:
        """Whether the application may make a call; an allowed one counts."""
        if self._punishment == "off":
            return True
        with self._lock:
            if not self._is_punished(application, now):
                return True
            last = self._last_call.get(application)
            if last is not None and last <= now < last + _HOUR_S:
                return False
            self._last_call[application] = now
            return True

    def _is_punished(self, application: str, now: float) -> bool:
        bad_days, today = self._bad_days.get(application, set()), _day(now)
        return today - 1 in bad_days or (self._punishment == "at-once" and today in bad_days)


def _day(epoch_s: float) -> int:
    """Number of the Korean day."""
    return int((epoch_s + _KST_S) // _DAY_S)
