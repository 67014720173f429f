"""How much may be tried again in all; no I/O."""

from __future__ import annotations

import threading
from typing import Final

_RESERVE: Final = 10.0
_EARNED: Final = 0.1


class RetryBudget:
    """Retries that a client may make, over all its calls; threads and tasks may share it.

    Promise: n calls cause at most ``10 + n / 10`` retries, so that a server that is down gets little more than it
    would without them. Beyond that a failure reaches the caller at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = _RESERVE

    def earn(self) -> None:
        """A call begins."""
        with self._lock:
            self._left = min(_RESERVE, self._left + _EARNED)

    def spend(self) -> bool:
        """Whether one more retry is granted."""
        with self._lock:
            granted = self._left >= 1
            self._left -= granted
            return granted
