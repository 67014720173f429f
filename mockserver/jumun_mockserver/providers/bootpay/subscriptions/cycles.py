"""Rhythms of bills: when each cycle of a contract begins.

Constants of the official SDKs number the cycles: 11 and 12 are weeks, 21, 23 and 26 months, 31 a year. How long each
is, and that a month without the day ends on its last one, is assumed; `cycles` of lifecycle.yaml has the lengths.
"""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jumun_mockserver.providers.bootpay.times import KST

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONTHS = 12
FAR = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""Moments beyond the year 9998 are this one, which no clock reaches."""


def nth_moment(anchor: float, cycle: Mapping[str, int], number: int) -> float:
    """The epoch second at which cycle `number` begins, counted from 0 at `anchor`; the day of a month is Korean time's.

    Args:
        cycle: `{"weeks": n}` or `{"months": n}`.
    """
    if "weeks" in cycle:
        return min(anchor + timedelta(weeks=cycle["weeks"] * number).total_seconds(), FAR)
    start = datetime.fromtimestamp(anchor, KST)
    years, month = divmod(start.month - 1 + cycle["months"] * number, _MONTHS)
    year = start.year + years
    if year > 9998:  # noqa: PLR2004 - as FAR
        return FAR
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day).timestamp()


def first_after(anchor: float, cycle: Mapping[str, int], moment: float, at_least: int = 0) -> int:
    """The first number, from `at_least` on, whose cycle begins after a moment."""
    step = nth_moment(anchor, cycle, 1) - anchor
    # An estimate that is never too large, since months differ by a tenth; the rest is counted.
    number = max(at_least, int((moment - anchor) / step * 0.9) - 1)
    while nth_moment(anchor, cycle, number) <= moment < FAR:
        number += 1
    return number
