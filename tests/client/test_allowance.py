from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_client.allowance import Allowance

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
RATE, BURST, REMAINING, PERIOD = (
    "GNCP-GW-RateLimit-Replenish-Rate",
    "GNCP-GW-RateLimit-Burst-Capacity",
    "GNCP-GW-RateLimit-Remaining",
    "GNCP-GW-Quota-Period",
)


def read(status: int, headers: dict[str, str], code: str | None = None) -> Allowance:
    """What an answer with such headers says."""
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Allowance.from_response(httpx.Response(status, headers=encoded), now_s=NOW.timestamp(), code=code)


def test_naver_headers() -> None:
    """The gateway's three headers are read, on successes too; they name no time to wait there."""
    assert read(200, {RATE: "2", BURST: "4", REMAINING: "0"}) == Allowance(rate_per_s=2, burst=4, remaining=0)


def test_nothing_said() -> None:
    """An answer without such headers says nothing."""
    assert read(200, {}) == Allowance()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("1.5", 1.5),
        ("Sun, 22 Nov 2026 09:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 18:00:30 +0900", 30),
        ("Sun, 22 Nov 2026 09:00:30 -0000", 30),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("Sun, 99 Nov 2026 09:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    """Seconds and dates are read, past ones as 0; anything else says nothing."""
    assert read(503, {"Retry-After": text}).retry_after_s == seconds


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set here")
def test_date_without_an_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date without an offset is UTC, whatever the time zone of the machine."""
    monkeypatch.setenv("TZ", "Asia/Seoul")
    try:
        time.tzset()
        assert read(503, {"Retry-After": "Sun, 22 Nov 2026 09:00:30 -0000"}).retry_after_s == 30
    finally:
        monkeypatch.undo()
        time.tzset()


def test_refusal_without_retry_after() -> None:
    """Of a 429 the rate tells how long to wait; Retry-After, if there is one, tells better."""
    assert read(429, {RATE: "4"}).retry_after_s == 0.25
    assert read(429, {RATE: "4", "Retry-After": "3"}).retry_after_s == 3
    assert read(200, {RATE: "4"}).retry_after_s is None
    assert read(429, {}).retry_after_s is None
    assert read(429, {}).is_refusal
    assert not read(503, {}).is_refusal


@pytest.mark.parametrize("code", ["GW.QUOTA_LIMIT", None])
@pytest.mark.parametrize("period", ["hours", "HOURS", "ROUND", "DAYS", "new"])
def test_quota_that_is_spent(period: str, code: str | None) -> None:
    """A refusal for a quota of an hour or another period says so and names no wait; on a success it means nothing."""
    refused = read(429, {PERIOD: period, RATE: "4"}, code)
    assert refused.is_spent
    assert refused.retry_after_s is None
    assert not read(200, {PERIOD: period}).is_spent


def test_quota_of_a_second() -> None:
    """A quota of seconds is there again after one, whatever the rate of the bucket; only Retry-After says better."""
    refused = read(429, {PERIOD: "SECONDS", RATE: "4"}, "GW.QUOTA_LIMIT")
    assert not refused.is_spent
    assert refused.retry_after_s == 1
    assert read(429, {PERIOD: "SECONDS", "Retry-After": "3"}).retry_after_s == 3
    assert not read(429, {PERIOD: "SECONDS"}).is_spent


def test_quota_by_its_code_alone() -> None:
    """A quota without a period is spent; the headers of a quota with a refusal for the rate are not about that."""
    assert read(429, {RATE: "4"}, "GW.QUOTA_LIMIT").is_spent
    assert not read(429, {RATE: "4"}, "GW.RATE_LIMIT").is_spent
    assert not read(429, {RATE: "4", PERIOD: "ROUND"}, "GW.RATE_LIMIT").is_spent
    assert read(429, {RATE: "4", PERIOD: "ROUND"}, "GW.RATE_LIMIT").retry_after_s == 0.25


garbage = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=12) | st.floats().map(str)


@given(
    st.sampled_from([200, 429, 503]),
    st.fixed_dictionaries(
        {RATE: garbage, BURST: garbage, REMAINING: garbage, PERIOD: garbage},
        optional={"Retry-After": garbage | st.datetimes().map(format_datetime)},
    ),
)
def test_garbage(status: int, headers: dict[str, str]) -> None:
    """Whatever is in the headers, what is read are numbers that can be computed with, or None."""
    allowance = read(status, headers)
    numbers = (allowance.rate_per_s, allowance.burst, allowance.remaining, allowance.retry_after_s)
    assert all(value is None or 0 <= value < math.inf for value in numbers)
    assert allowance.rate_per_s is None or allowance.rate_per_s >= 1 / 60
    assert allowance.burst is None or allowance.burst >= 1


@pytest.mark.parametrize("value", ["", "-1", "nan", "inf", "two", "1e999", "0x2"])
def test_numbers_that_are_none(value: str) -> None:
    """A header that is not a number of calls is left out, and the others are read all the same."""
    good = {RATE: "2", BURST: "4", REMAINING: "1"}
    assert read(200, good | {RATE: value}) == Allowance(burst=4, remaining=1)
    assert read(200, good | {BURST: value}) == Allowance(rate_per_s=2, remaining=1)
    assert read(200, good | {REMAINING: value}) == Allowance(rate_per_s=2, burst=4)


@pytest.mark.parametrize("headers", [{RATE: "0"}, {RATE: "1e-300"}, {BURST: "0"}, {BURST: "0.5"}])
def test_limits_that_nobody_could_wait_for(headers: dict[str, str]) -> None:
    """A rate below one a minute and a burst below one call are not limits to pace by."""
    assert read(200, headers) == Allowance()
