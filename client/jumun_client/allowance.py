"""What an answer says about when the next call may come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, Self

from jumun_client.errors import QUOTA_LIMIT

if TYPE_CHECKING:
    import httpx

_RATE_LIMIT: Final = "GW.RATE_LIMIT"
_REFILLED_EACH_SECOND: Final = "SECONDS"
_TOO_MANY: Final = 429
_PREFIX: Final = "GNCP-GW-RateLimit-"
_PERIOD: Final = "GNCP-GW-Quota-Period"
# A lower rate would make callers wait too long.
_LOWEST_RATE_PER_S: Final = 1 / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left, and until when to wait; None where the answer does not say.

    NAVER's gateway sends its bucket's state with every answer and no ``Retry-After`` (apicenter docs, restriction;
    id 60237090836). Nothing of the kind is known of Bootpay; proxies before either may send ``Retry-After``.

    Attributes:
        rate_per_s: Calls a second that the bucket gains.
        burst: Calls that it holds at most.
        remaining: Calls that it holds after this one.
        retry_after_s: Seconds to wait, at least 0; of a refusal without ``Retry-After``, until the bucket gains a call.
        is_refusal: Whether the call came too early: it was not executed (commerce-api discussion #6) and took
            nothing from the bucket.
        is_spent: Whether a quota is used up that a second does not refill, or not for sure: the hourly one by which the
            gateway punishes an application for token calls against the specification (commerce-api discussions #2573,
            #3751), the documented ``ROUND``, a period that is not known or not named. No wait within a call helps.
    """

    rate_per_s: float | None = None
    burst: float | None = None
    remaining: float | None = None
    retry_after_s: float | None = None
    is_refusal: bool = False
    is_spent: bool = False

    @classmethod
    def from_response(cls, response: httpx.Response, *, now_s: float, code: str | None = None) -> Self:
        """Read what is there and makes sense.

        Args:
            response: Its status and headers.
            now_s: Seconds since 1970, for a ``Retry-After`` that is a date.
            code: The API's own code of an error.
        """
        headers, is_refusal = response.headers, response.status_code == _TOO_MANY
        rate = _number(headers.get(f"{_PREFIX}Replenish-Rate"), at_least=_LOWEST_RATE_PER_S)
        period = headers.get(_PERIOD, "").upper()
        # Both limits are 429, and the headers of a quota may come with a refusal for the rate.
        is_quota = is_refusal and (code == QUOTA_LIMIT or (bool(period) and code != _RATE_LIMIT))
        is_spent = is_quota and period != _REFILLED_EACH_SECOND
        retry_after_s = _retry_after_s(headers.get("Retry-After"), now_s=now_s)
        if retry_after_s is None and is_refusal and not is_spent:
            retry_after_s = 1.0 if is_quota else rate and 1 / rate
        return cls(
            rate_per_s=rate,
            burst=_number(headers.get(f"{_PREFIX}Burst-Capacity"), at_least=1),
            remaining=_number(headers.get(f"{_PREFIX}Remaining")),
            retry_after_s=retry_after_s,
            is_refusal=is_refusal,
            is_spent=is_spent,
        )


def _number(text: str | None, *, at_least: float = 0) -> float | None:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return value if at_least <= value < math.inf else None


def _retry_after_s(text: str | None, *, now_s: float) -> float | None:
    """RFC 9110, 10.2.3: seconds, or a date."""
    if not text:
        return None
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
        # Without an offset it is UTC, as '-0000' says (RFC 5322, 3.3), not the time zone of this machine.
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now_s)
    except (ValueError, OverflowError):
        return None
