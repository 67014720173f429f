"""The windows of time that reads are asked with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_mockserver.core.provider import ApiError
from jumun_mockserver.providers.naver.index import to_ms
from jumun_mockserver.providers.naver.times import read_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_DAY_MS = 24 * 60 * 60 * 1_000


def read_window(values: Mapping[str, Any], begin: str, end: str, *, missing: str) -> tuple[int, int]:
    """First and last epoch millisecond, both included; without an end, 24 hours after the beginning.

    Args:
        begin: Name of the parameter with the beginning, and `end` of that with the end.
        missing: The cause where there is no beginning.

    Raises:
        ApiError: `missing`, `window_too_long` for more than 24 hours, `invalid_request` for an end before it begins.
    """
    if begin not in values:
        raise ApiError(missing)
    since = to_ms(read_time(begin, values[begin]))
    until = to_ms(read_time(end, values[end])) if end in values else since + _DAY_MS
    if until < since:
        raise ApiError("invalid_request", f"{end} is before {begin}")
    if until - since > _DAY_MS:
        raise ApiError("window_too_long", f"{begin} and {end} are more than 24 hours apart")
    return since, until
