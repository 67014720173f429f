from __future__ import annotations

import pytest

from jumun_mockserver.core.duration import DurationError, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("90ms", 0.09),
        ("1.5s", 1.5),
        ("2m", 120),
        ("3h", 10_800),
        ("3d", 259_200),
        ("0.5d", 43_200),
        ("1d12h", 129_600),
        ("1h2m3s4ms", 3_723.004),
        ("1m90ms", 60.09),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    """A number and a unit, or several in a row, are seconds."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", "3", "d", "3 d", "-3d", "3days", "3D", "1d 12h", "1.d", "٣d", "3d,", "1e3s", "3d\n"]
)
def test_what_is_no_duration(text: str) -> None:
    """Anything else is refused with examples of what would be right."""
    with pytest.raises(DurationError) as caught:
        parse_duration(text)
    assert str(caught.value) == f"{text!r} is not a duration such as 90ms, 1.5s, 2m, 3h, 3d or 1d12h"
