"""Waiting for what another thread or process does in its own time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Between two questions: short beside what a process needs, long enough to leave it the processor.
_PAUSE_S = 0.005


def wait_until(holds: Callable[[], bool], *, patience_s: float = 10) -> None:
    """Ask until something holds; fail if it does not in time."""
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(_PAUSE_S)
