"""The hourly quota that NAVER puts on applications whose token calls broke the rules.

Since 2026-08 such a call still gets its token, and the day after every call is cut to one an hour, until the morning
after a clean day. Source: commerce-api discussions #2573, #3751 (rules), #3741, #3753 (answers and headers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from jumun_mockserver.core.state.state import State

Punishment: TypeAlias = Literal["off", "next-day", "at-once"]
PUNISHMENTS: tuple[Punishment, ...] = ("off", "next-day", "at-once")

_KST_S = 9 * 3_600
_DAY_S = 86_400
_HOUR_S = 3_600
# A clock may be set back, and days be asked about again.
_KEPT_DAYS = 100


class Quota:
    """Which application broke the rules when, in one session, and whether a call is allowed. Days are Korean.

    Kept in the session's state: application → days of bad token calls, and → epoch second of the last call.
    """

    def __init__(self, punishment: Punishment, *, state: State) -> None:
        """No rule is broken yet.

        Args:
            punishment: `off`; `next-day` as production does; or `at-once`, from the bad call on, for the impatient.
        """
        self._punishment = punishment
        self._state = state

    def report(self, application: str, *, now: float) -> None:
        """A token call of the application broke the rules."""
        today, known = _day(now), None
        while not self._state.swap("quota.bad_days", application, known, sorted({*(known or ()), today})[-_KEPT_DAYS:]):
            known = self._state.read("quota.bad_days", application)

    def allows(self, application: str, now: float) -> bool:
        """Whether the application may make a call; an allowed one counts."""
        if self._punishment == "off" or not self._is_punished(application, now):
            return True
        while True:
            last = self._state.read("quota.last_calls", application)
            if last is not None and last <= now < last + _HOUR_S:
                return False
            if self._state.swap("quota.last_calls", application, last, now):
                return True

    def _is_punished(self, application: str, now: float) -> bool:
        bad_days, today = self._state.read("quota.bad_days", application) or (), _day(now)
        return today - 1 in bad_days or (self._punishment == "at-once" and today in bad_days)


def _day(epoch_s: float) -> int:
    """Number of the Korean day."""
    return int((epoch_s + _KST_S) // _DAY_S)
