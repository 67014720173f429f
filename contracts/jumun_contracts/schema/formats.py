"""The string formats that contracts may assert, each a function `(value) -> bool`.

As JSON Schema has it, a format speaks about strings only: any other value passes. jsonschema calls these functions;
jsonschema-rs has its own of the same names, which accept the same strings from 0.61 on: a test compares them.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_FULL_DATE = re.compile(_DATE)
_DATE_TIME = re.compile(
    _DATE + r"[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<offset_hour>[0-9]{2}):(?P<offset_minute>[0-9]{2}))"
)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
_LAST_HOUR = 23
_LAST_MINUTE = 59
_LEAP_SECOND = 60
_MINUTES_PER_DAY = 24 * 60


def is_date(value: object) -> bool:
    """RFC 3339 `full-date`: `2023-01-16`. The year 0000 is one."""
    if not isinstance(value, str):
        return True
    match = _FULL_DATE.fullmatch(value)
    return match is not None and _is_day(match)


def is_date_time(value: object) -> bool:
    """RFC 3339 `date-time`: `2023-01-16T17:14:51.794+09:00`.

    An offset is required, `t` and `z` may be small, a fraction has any number of digits. `:60` is a leap
    second and is valid only where it is 23:59 in UTC. A space instead of `T` is not in the grammar.
    """
    return not isinstance(value, str) or _matched_date_time(value) is not None


def parse_date_time(text: str) -> datetime:
    """The instant of an RFC 3339 `date-time`, with its offset.

    Digits beyond microseconds are cut off; a leap second is the second after 59. `-00:00` is UTC.

    Raises:
        ValueError: Not a date-time, or outside the years 1 to 9999 of `datetime`. The message does not quote
            the text.
    """
    match = _matched_date_time(text)
    if match is None:
        raise ValueError("not an RFC 3339 date-time")
    second = int(match["second"])
    offset = timedelta(minutes=_offset_minutes(match))
    try:
        moment = datetime(
            int(match["year"]),
            int(match["month"]),
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(second, _LEAP_SECOND - 1),
            int((match["fraction"] or "")[:6].ljust(6, "0")),
            tzinfo=timezone(offset) if offset else UTC,
        )
        return moment + timedelta(seconds=1) if second == _LEAP_SECOND else moment
    except (ValueError, OverflowError):
        raise ValueError("a date-time outside the years 1 to 9999") from None


def _matched_date_time(text: str) -> re.Match[str] | None:
    match = _DATE_TIME.fullmatch(text)
    if match is None or not _is_day(match):
        return None
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or second > _LEAP_SECOND:
        return None
    if match["sign"] and (int(match["offset_hour"]) > _LAST_HOUR or int(match["offset_minute"]) > _LAST_MINUTE):
        return None
    if second == _LEAP_SECOND:
        minute_of_utc_day = (hour * 60 + minute - _offset_minutes(match)) % _MINUTES_PER_DAY
        if minute_of_utc_day != _MINUTES_PER_DAY - 1:
            return None
    return match


def _is_day(match: re.Match[str]) -> bool:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if not 1 <= month <= len(_MONTH_DAYS):
        return False
    is_leap_february = month == _FEBRUARY and calendar.isleap(year)
    return 1 <= day <= _MONTH_DAYS[month - 1] + is_leap_february


def _offset_minutes(match: re.Match[str]) -> int:
    if not match["sign"]:
        return 0
    minutes = int(match["offset_hour"]) * 60 + int(match["offset_minute"])
    return -minutes if match["sign"] == "-" else minutes


FORMATS: Mapping[str, Callable[[object], bool]] = MappingProxyType({"date": is_date, "date-time": is_date_time})
"""JSON Schema `format` name to its check. A contract that names another is refused when it is loaded."""
