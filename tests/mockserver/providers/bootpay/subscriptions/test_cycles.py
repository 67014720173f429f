"""Rhythms of bills, beside a plain calendar."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.providers.bootpay.subscriptions.cycles import FAR, first_after, nth_moment

KST = timezone(timedelta(hours=9))
CYCLES = [{"weeks": 1}, {"weeks": 2}, {"months": 1}, {"months": 3}, {"months": 6}, {"months": 12}]
anchors = st.integers(631_152_000, 3_786_912_000).map(float)


def epoch(text: str) -> float:
    """The epoch second of a Korean time."""
    return datetime.fromisoformat(f"{text}+09:00").timestamp()


@pytest.mark.parametrize(
    ("cycle", "number", "expected"),
    [
        ({"weeks": 2}, 3, "2025-03-14 00:30:00"),
        ({"months": 1}, 1, "2025-02-28 00:30:00"),
        ({"months": 1}, 2, "2025-03-31 00:30:00"),
        ({"months": 1}, 13, "2026-02-28 00:30:00"),
        ({"months": 12}, 3, "2028-01-31 00:30:00"),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(cycle: dict[str, int], number: int, expected: str) -> None:
    """The day is counted from the first bill, in Korean time, and comes back after a shorter month."""
    assert nth_moment(epoch("2025-01-31 00:30:00"), cycle, number) == epoch(expected)


@given(anchor=anchors, cycle=st.sampled_from(CYCLES), number=st.integers(-60, 600))
def test_moments_rise(anchor: float, cycle: dict[str, int], number: int) -> None:
    """A later cycle begins later."""
    assert nth_moment(anchor, cycle, number) < nth_moment(anchor, cycle, number + 1)


@given(
    anchor=anchors, cycle=st.sampled_from(CYCLES), after=st.integers(-86_400, 86_400 * 4_000), least=st.integers(0, 40)
)
def test_the_first_after_a_moment(anchor: float, cycle: dict[str, int], after: int, least: int) -> None:
    """It is after the moment, and the one before it is not, or is not allowed."""
    number = first_after(anchor, cycle, anchor + after, least)
    assert number >= least
    assert nth_moment(anchor, cycle, number) > anchor + after
    assert number == least or nth_moment(anchor, cycle, number - 1) <= anchor + after


def test_the_end_of_time() -> None:
    """A cycle beyond the year 9998 is never due, and no error."""
    assert nth_moment(epoch("2025-01-31 00:00:00"), {"months": 120}, 1_000) == FAR
    assert nth_moment(epoch("2025-01-31 00:00:00"), {"weeks": 120}, 100_000) == FAR
