"""How long an exchange took, as recordings write it: numbers, or texts of numbers."""

from __future__ import annotations

from math import isfinite
from typing import Any

_LONGEST_S = 1e9


def read_duration(value: Any, *, unit_s: float = 1.0) -> float | None:
    """Seconds; None for anything else, and for 0 and -1, which are written where the duration is not known.

    Args:
        value: As the recording has it.
        unit_s: What it counts, in seconds.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value) * unit_s
    except (ValueError, OverflowError):
        return None
    return seconds if isfinite(seconds) and 0 < seconds < _LONGEST_S else None
