"""A token that threads, tasks and event loops share, asked for by one of them at a time; no I/O."""

from __future__ import annotations

import copy
import logging
import math
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Self

from jumun_client.call import Flow, Wait
from jumun_client.errors import ApiError, DeadlineExceededError, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_client.conversation import Conversation

_log = logging.getLogger("jumun_client")

# In the last 30 minutes of its three hours a token is issued again, and the old one stays good to its end (apicenter
# docs, exchange-sellers-auth). Earlier, asking brings the same one again.
_RENEW_BEFORE_S: Final = 300.0
# From here on everybody waits for the new one: a request may be under way for as long.
_STALE_BEFORE_S: Final = 10.0
# Of a token that does not even last that long, as a test's may.
_SHARE: Final = 0.5
_RENEW_AGAIN_AFTER_S: Final = 30.0

# Failures that are only the asker's: the others may have more time, or patience.
_OWN: Final = (DeadlineExceededError, ThrottledError)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was issued.

    Attributes:
        value: Secret.
        renew_at_s: When to ask for the next, in seconds since 1970.
        stale_at_s: From when on not to use it any more, likewise.
        is_confirmed: Whether the API gave it out again after it had refused it: a refusal is not about the token then.
    """

    value: str = field(repr=False)
    renew_at_s: float = math.inf
    stale_at_s: float = math.inf
    is_confirmed: bool = False

    @classmethod
    def issued(cls, value: str, *, at_s: float, life_s: float) -> Self:
        """One that was asked for at a time and lasts for so many seconds."""
        return cls(
            value,
            renew_at_s=at_s + life_s - min(_RENEW_BEFORE_S, life_s * _SHARE),
            stale_at_s=at_s + life_s - min(_STALE_BEFORE_S, life_s * _SHARE),
        )


class _Flight:
    """One asking for a token, and its outcome for those who wait."""

    def __init__(self) -> None:
        self.done: Future[None] = Future()
        self.done.set_running_or_notify_cancel()  # who waits for it cannot cancel it
        self.error: ApiError | None = None


class TokenStore:
    """Holds the token, and sees to it that only one conversation asks for the next.

    Promise: however many conversations need a token at the same time, one token call is made; the others take what it
    brings, an error too. Should it be given up (its thread interrupted, its task cancelled, its deadline over), another
    of them takes its place.
    """

    def __init__(self, issue: Callable[[Conversation], Flow[Token]], *, clock: Callable[[], float]) -> None:
        """Begin without a token.

        Args:
            issue: Asks the API for one.
            clock: Seconds since 1970.
        """
        self._issue = issue
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._flight: _Flight | None = None
        self._renew_at_s = 0.0

    def take(self, talk: Conversation, *, refused: Token | None = None) -> Flow[Token]:
        """Give a token that is good for a while.

        Args:
            talk: On whose behalf it is asked for.
            refused: The one that the API did not take. Only if it is still the one in the store a new one is asked for.

        Raises:
            ApiError: Of the token call.
        """
        while True:
            with self._lock:
                token, now_s = self._token, self._clock()
                if token is refused or (token is not None and now_s >= token.stale_at_s):
                    token = None
                leads = self._flight is None
                if token is not None and (not leads or now_s < max(token.renew_at_s, self._renew_at_s)):
                    return token
                flight = self._flight = self._flight or _Flight()
            if leads:
                return (yield from self._lead(talk, flight, present=token, refused=refused))
            yield Wait(flight.done, talk.remaining_s())
            talk.check_deadline()
            if flight.error is not None:
                # A copy: one exception raised in several threads would collect all their tracebacks.
                raise copy.copy(flight.error)

    def _lead(
        self, talk: Conversation, flight: _Flight, *, present: Token | None, refused: Token | None
    ) -> Flow[Token]:
        """Ask on behalf of all; `present` is good for a while yet, so its renewal may fail."""
        try:
            token = yield from self._issue(talk)
        except ApiError as error:
            if present is None:
                if not isinstance(error, _OWN):
                    flight.error = error
                raise
            _log.warning("the token could not be renewed early, the present one is used for now: %s", error)
            self._renew_at_s = self._clock() + _RENEW_AGAIN_AFTER_S
            return present
        else:
            if refused is not None and token.value == refused.value:
                token = replace(token, is_confirmed=True)
            with self._lock:
                self._token = token
            return token
        finally:
            # Also when the conversation is closed half-way.
            with self._lock:
                self._flight = None
            flight.done.set_result(None)
