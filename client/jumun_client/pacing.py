"""The pace of one operation: a token bucket that begins at what is documented and learns from the answers; no I/O."""

from __future__ import annotations

import itertools
import math
import threading
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_client.allowance import Allowance

# Of the rate: a client that uses all of it is a hair early now and then, since clocks differ and floats round.
_SHARE: Final = 0.999
# On top of every wait, so that rounding does not make two of it.
_GRACE_S: Final = 0.001


class Pacer:
    """Hands out turns, first come, first served; threads, tasks and event loops may share it.

    Promise: of the calls that wait for their turn none is sent before the API's bucket has a token for it, as far as
    the answers so far tell, however long each is under way. For that a call counts as not yet arrived until it is
    answered: the API's bucket, which never holds more than its burst, must have room for all that are under way. So
    no more of them are than the burst.
    """

    def __init__(self, *, rate_per_s: float | None, burst: float, monotonic: Callable[[], float]) -> None:
        """Begin with a full bucket.

        Args:
            rate_per_s: Calls a second; None for no limit until an answer names one.
            burst: Calls that may come at once.
            monotonic: Seconds.
        """
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._left = burst  # calls that the API takes for sure beside those under way; below 0, one too many is
        self._under_way = 0
        self._turns = itertools.count()
        self._waiting: list[int] = []
        self._at_s = monotonic()
        self._held_until_s = -math.inf

    def join(self) -> int:
        """Get a turn; `go` or `leave` ends the wait for it."""
        with self._lock:
            turn = next(self._turns)
            self._waiting.append(turn)
            return turn

    def wait_s(self, turn: int) -> float:
        """How long to wait before this turn's call; ask again afterwards, since the answer may have changed."""
        with self._lock:
            self._refill()
            wait_s = max(0.0, self._held_until_s - self._at_s)
            lacking = bisect_left(self._waiting, turn) + 1 - self._left
            if self._rate_per_s is not None and lacking > 0:
                wait_s = max(wait_s, lacking / self._rate_per_s / _SHARE + _GRACE_S)
            return wait_s

    def leave(self, turn: int) -> None:
        """The turn is given up: nothing is sent."""
        with self._lock:
            self._waiting.remove(turn)

    def go(self, turn: int) -> None:
        """The turn's call is sent; one call of `answer` ends it."""
        with self._lock:
            self._waiting.remove(turn)
            self._left -= 1
            self._under_way += 1

    def answer(self, allowance: Allowance | None) -> None:
        """A call was answered, or with None failed without an answer."""
        with self._lock:
            self._refill()
            self._under_way -= 1
            if allowance is None:
                return
            if allowance.rate_per_s is not None and allowance.burst is not None:
                self._rate_per_s, self._burst = allowance.rate_per_s, allowance.burst
            if allowance.remaining is not None:
                # The bucket's own word. Whether it has counted those that are under way already is not known.
                self._left = min(self._left, allowance.remaining - self._under_way)

    def hold(self, seconds: float) -> None:
        """No one goes before so many seconds have passed."""
        with self._lock:
            self._held_until_s = max(self._held_until_s, self._monotonic() + seconds)

    def _refill(self) -> None:
        now_s = self._monotonic()
        gained = math.inf if self._rate_per_s is None else (now_s - self._at_s) * self._rate_per_s * _SHARE
        # The API's bucket is between empty and full when all that are under way will have arrived, or were refused.
        self._left = max(-self._under_way, min(self._burst - self._under_way, self._left + gained))
        self._at_s = now_s
