"""Durations as people write them, in scenarios and for clocks."""

from __future__ import annotations

import re

_PART = r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)"
_DURATION = re.compile(f"(?:{_PART})+")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


class DurationError(ValueError):
    """Text that is not a duration."""


def parse_duration(text: str) -> float:
    """`90ms`, `1.5s`, `2m`, `3h`, `3d`, or several in a row such as `1d12h` → seconds.

    Raises:
        DurationError: Not a duration.
    """
    if not _DURATION.fullmatch(text):
        raise DurationError(f"{text!r} is not a duration such as 90ms, 1.5s, 2m, 3h, 3d or 1d12h")
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text))
