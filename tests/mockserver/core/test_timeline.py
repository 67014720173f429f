from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.core.timeline import ORDERS_AT_MOST, Timeline

NEWEST = 1_752_202_329
INDICES = st.one_of(
    st.integers(0, ORDERS_AT_MOST - 1),
    # Either side of where the spacing changes, and of the last one.
    st.sampled_from([at + by for at in (1_000, 10_000, 100_000, ORDERS_AT_MOST - 1) for by in (-2, -1, 0)]),
)


def timeline(draw: int, size: int = ORDERS_AT_MOST) -> Timeline:
    """Moments with a jitter of their own each, from the least to the most."""
    return Timeline(newest=NEWEST, size=size, jitter=lambda index: (index * draw) % 65_536)


@given(INDICES, st.integers(0, 65_535))
def test_moments_fall(index: int, draw: int) -> None:
    """Whatever the jitter, each moment is before that of the index before it, and the first before the newest."""
    line = timeline(draw)
    assert line.moment(index) < (line.moment(index - 1) if index else NEWEST)


@given(INDICES, st.integers(0, 65_535), st.integers(-7_200, 7_200))
def test_counting_is_the_inverse(index: int, draw: int, by: int) -> None:
    """The orders since a moment are the first ones up to the last that lies at it or after it."""
    line = timeline(draw)
    moment = line.moment(index) + by
    count = line.count_since(moment)
    assert count == 0 or line.moment(count - 1) >= moment
    assert count == ORDERS_AT_MOST or line.moment(count) < moment


@pytest.mark.parametrize("size", [0, 1, 999, 1_001, 10_001])
def test_a_count_stops_at_the_size(size: int) -> None:
    """Since long ago there are as many as there are, and since the newest moment none."""
    line = timeline(17, size)
    assert (line.count_since(0), line.count_since(-(10**15)), line.count_since(NEWEST)) == (size, size, 0)


def test_a_million_fit_into_ten_years() -> None:
    """The oldest order of all is of 2015 or later."""
    assert datetime.fromtimestamp(timeline(65_535).moment(ORDERS_AT_MOST - 1), UTC).year >= 2015


@pytest.mark.parametrize("size", [-1, ORDERS_AT_MOST + 1])
def test_a_size_out_of_bounds(size: int) -> None:
    """It is refused with bound and value."""
    with pytest.raises(ValueError, match=f"between 0 and {ORDERS_AT_MOST}, not {size}"):
        timeline(0, size)
