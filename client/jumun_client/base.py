"""What the synchronous and the asynchronous client have in common: options, and what their calls share; no I/O."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar, Unpack

from jumun_client.conversation import Conversation, Surroundings
from jumun_client.errors import ApiError
from jumun_client.options import Options, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import httpx

    from jumun_client.answer import RawAnswer
    from jumun_client.call import Call, Flow
    from jumun_client.conversation import Question
    from jumun_client.timing import AsyncTiming, Timing

S = TypeVar("S")
T = TypeVar("T")
Y = TypeVar("Y")

Outcome: TypeAlias = "httpx.Response | ApiError | None"
"""Outcome of a step: the response to a call, or how it failed; None of waiting."""


def next_step(flow: Generator[Y, S, object], outcome: S | ApiError) -> Y:
    """Tell a conversation or a plan the outcome of its step; raises ``StopIteration`` with the result at its end."""
    return flow.throw(outcome) if isinstance(outcome, ApiError) else flow.send(outcome)


class Client:
    """Knows its options, and whether the connections are its own to close."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        calls_per_s: float | None,
        timing: Timing | AsyncTiming,
        settings: Settings,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None,
        http_client: httpx.Client | httpx.AsyncClient | None,
        kind: type[httpx.Client | httpx.AsyncClient],
    ) -> None:
        if http_client is not None:
            if not isinstance(http_client, kind):
                raise TypeError(f"http_client must be an httpx.{kind.__name__}, not {type(http_client).__name__}")
            if transport is not None:
                raise ValueError("http_client brings its own transport: give it to that, or leave it out")
        options = Options() if http_client is None else Options(timeout=None)
        self._options = options.changed(**settings)
        self._is_owner = http_client is None
        self._surroundings = Surroundings(
            clock=clock, monotonic=timing.monotonic, random=timing.random, calls_per_s=calls_per_s
        )

    def _begin(self, question: Question[T]) -> Flow[RawAnswer[T]]:
        """Begin the conversation of a question."""
        talk = Conversation(question.operation, options=self._options, surroundings=self._surroundings)
        return talk.conduct(question.ask(talk))

    def _show(self, response: httpx.Response) -> None:
        """Show an exchange to the observer."""
        if self._options.on_exchange is not None:
            self._options.on_exchange(response)

    def _left_s(self, call: Call) -> float:
        """Seconds until the call must be over, infinity for no end."""
        return call.ends_at_s - self._surroundings.monotonic()

    def with_options(self, **settings: Unpack[Settings]) -> Self:
        """The same client with other settings: connections, token, pace and retry budget are shared.

        Raises:
            TypeError: A setting is unknown or of the wrong type.
            ValueError: A setting makes no sense.
        """
        client = copy.copy(self)
        client._options = self._options.changed(**settings)  # noqa: SLF001 - it is one of us
        client._is_owner = False  # noqa: SLF001 - as above; who made the connections closes them
        return client
