"""A session's time: real, moved, or standing still."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Epoch seconds of one session. Runs with `source` until it is frozen.

    Every read of time in a session goes through its clock, so moving it moves token life and timestamps alike.
    """

    def __init__(self, *, frozen_at: float | None = None, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset_s = 0.0
        self._frozen_at = frozen_at

    def now(self) -> float:
        """Epoch seconds, with fraction."""
        return self._source() + self._offset_s if self._frozen_at is None else self._frozen_at

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_at is not None

    def set(self, at: float) -> None:
        """Be at epoch second `at`, running or standing as before."""
        self.advance(at - self.now())

    def run(self) -> None:
        """Go on from where it stands."""
        if self._frozen_at is not None:
            self._offset_s = self._frozen_at - self._source()
            self._frozen_at = None

    def be_real(self) -> None:
        """Show the real time again."""
        self._offset_s, self._frozen_at = 0.0, None

    def freeze(self, at: float | None = None) -> None:
        """Stand still at epoch second `at`, or where the clock is."""
        self._frozen_at = self.now() if at is None else at

    def advance(self, seconds: float) -> None:
        """Move by `seconds`, running or standing; negative goes back."""
        if self._frozen_at is None:
            self._offset_s += seconds
        else:
            self._frozen_at += seconds
