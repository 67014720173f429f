"""How long to wait before a retry; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BASE_S: Final = 0.5
CAP_S: Final = 8.0


def backoff_s(retry: int, random: Callable[[], float], *, floor_s: float = 0.0) -> float:
    """A random part of an exponential wait ("full jitter"), on top of what the API asks for.

    Args:
        retry: 0 before the first retry.
        random: Gives numbers from 0 up to 1.
        floor_s: Wait no less: an API that names a time means all its callers, so only the jitter parts them.
    """
    return floor_s + random() * min(CAP_S, BASE_S * 2.0**retry)
