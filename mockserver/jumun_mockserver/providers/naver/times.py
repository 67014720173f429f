"""Times as NAVER writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

KST = timezone(timedelta(hours=9))


def render_time(epoch_s: float) -> str:
    """Epoch seconds by Korean time, with milliseconds."""
    # To the microsecond first: a float of seconds holds .236 as a little less.
    milliseconds = round(epoch_s * 1_000_000) // 1_000
    return f"{_second(milliseconds // 1_000)}.{milliseconds % 1_000:03}+09:00"


@lru_cache(maxsize=16)
def _second(epoch_s: int) -> str:
    """A second by Korean time, which many calls share."""
    return f"{datetime.fromtimestamp(epoch_s, UTC).astimezone(KST):%Y-%m-%dT%H:%M:%S}"
