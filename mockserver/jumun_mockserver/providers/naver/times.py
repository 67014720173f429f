"""Times as NAVER writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from jumun_contracts.schema.formats import parse_date_time
from jumun_mockserver.core.provider import ApiError

KST = timezone(timedelta(hours=9))
_TOO_LATE = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


def render_time(epoch_s: float) -> str:
    """Epoch seconds by Korean time, with milliseconds."""
    # To the microsecond first: a float of seconds holds .236 as a little less.
    milliseconds = round(epoch_s * 1_000_000) // 1_000
    return f"{_second(milliseconds // 1_000)}.{milliseconds % 1_000:03}+09:00"


def read_time(name: str, text: str) -> float:
    """Epoch seconds of a date-time of a request.

    Raises:
        ApiError: `invalid_request`, for one outside the years 1970 to 9998. That NAVER refuses it too is assumed.
    """
    try:
        moment = parse_date_time(text).timestamp()
    except ValueError:
        moment = -1.0
    if not 0 <= moment < _TOO_LATE:
        raise ApiError("invalid_request", f"{name} {text!r} must be in the years 1970 to 9998")
    return moment


@lru_cache(maxsize=16)
def _second(epoch_s: int) -> str:
    """A second by Korean time, which many calls share."""
    return f"{datetime.fromtimestamp(epoch_s, UTC).astimezone(KST):%Y-%m-%dT%H:%M:%S}"
