"""Where time and chance come from; tests bring their own."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """For a synchronous client.

    Attributes:
        monotonic: Seconds since any moment; deadlines and pace go by it.
        sleep: Waits for so many seconds.
        random: Numbers from 0 up to 1, for the waits before retries.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    random: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncTiming:
    """For an asynchronous client; attributes as in `Timing`."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    random: Callable[[], float] = random.random
