"""What a conversation with an API asks of the one who drives it; no I/O."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

T = TypeVar("T")

DEFAULT_TIMEOUT: Final = httpx.Timeout(10.0)
"""Seconds, for each of: connecting, a read, a write, waiting for a free connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Send a request, complete but for what the HTTP library adds (Host, Content-Length), and read its answer.

    Attributes:
        operation: e.g. ``naver.token``; errors carry it.
        query: Pairs in the order in which they are sent.
        repeatable: Whether it is safe to send again when its outcome is unknown.
        idempotency_key: By which the API knows a repeat and gives the answer of before; None for none. A call with one
            may be sent again once the one before has ended: the API has no lock for two at the same time.
        confidential: What of the request no text may show, should the answer quote it.
        timeout: In place of the HTTP client's own; None for that.
        ends_at_s: When the whole call must be over, by the clock of its conversation.
    """

    operation: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    url: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # a keyword may be a person's name
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    repeatable: bool
    idempotency_key: str | None = field(default=None, repr=False)
    confidential: tuple[str, ...] = field(default=(), repr=False)
    timeout: httpx.Timeout | None = None
    ends_at_s: float = math.inf


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait until another conversation, in whatever thread or event loop, is done with something.

    Attributes:
        done: Gets a result of None then, and never an exception.
        timeout_s: Wait no longer; None without end.
    """

    done: Future[None]
    timeout_s: float | None


Step: TypeAlias = Call | Pause | Wait

Flow: TypeAlias = Generator[Step, httpx.Response | None, T]
"""A conversation: yields steps, returns the result or raises `ApiError`.

To a `Call` the driver sends the response, body read, or throws `ConnectionFailedError`, `TimedOutError` or
`UnexpectedAnswerError`; to the others it sends None. Its driver does the I/O, so that sync and async clients
share everything else. A driver that gives up must close it.
"""
