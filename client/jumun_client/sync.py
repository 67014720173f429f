"""The I/O of the synchronous clients: one exchange after the other, over httpx."""

from __future__ import annotations

from concurrent import futures
from contextlib import closing
from typing import TYPE_CHECKING, Self, TypeVar

import httpx

from jumun_client.base import Client
from jumun_client.body import BodyReader
from jumun_client.call import Call, Pause
from jumun_client.conversation import Conversation
from jumun_client.deadline import bound_connection, holding
from jumun_client.errors import ApiError, TimedOutError
from jumun_client.http import FAILURES, build_request, translate, unlogged_query

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from jumun_client.answer import RawAnswer
    from jumun_client.call import Step
    from jumun_client.conversation import Question
    from jumun_client.options import Settings
    from jumun_client.timing import Timing

T = TypeVar("T")


class SyncClient(Client):
    """Owns or borrows an `httpx.Client` and drives conversations over it."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        calls_per_s: float | None,
        timing: Timing,
        transport: httpx.BaseTransport | None,
        http_client: httpx.Client | None,
        settings: Settings,
    ) -> None:
        super().__init__(
            clock=clock,
            calls_per_s=calls_per_s,
            timing=timing,
            settings=settings,
            transport=transport,
            http_client=http_client,
            kind=httpx.Client,
        )
        self._http = http_client or httpx.Client(transport=transport)
        self._sleep = timing.sleep

    def close(self) -> None:
        """Close the connections, unless they are those of an ``http_client`` that was given."""
        if self._is_owner:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def converse(self, operation: str, question: Question[T]) -> RawAnswer[T]:
        """Have a conversation."""
        talk = Conversation(operation, options=self._options, surroundings=self._surroundings)
        with closing(talk.conduct(question(talk))) as flow:
            response: httpx.Response | None = None
            failure: ApiError | None = None
            while True:
                try:
                    step = flow.send(response) if failure is None else flow.throw(failure)
                except StopIteration as end:
                    answer: RawAnswer[T] = end.value
                    return answer
                response, failure = self._take(step)
                # Not where ApiError is caught: what it raises is the caller's own.
                if response is not None and self._options.on_exchange is not None:
                    self._options.on_exchange(response)

    def _take(self, step: Step) -> tuple[httpx.Response | None, ApiError | None]:
        """Do one step: what came of it, or how it failed."""
        if isinstance(step, Pause):
            self._sleep(step.seconds)
        elif isinstance(step, Call):
            try:
                return self._exchange(step), None
            except ApiError as error:
                return None, error
        else:
            futures.wait([step.done], timeout=step.timeout_s)
        return None, None

    def _exchange(self, call: Call) -> httpx.Response:
        """Send one request and read its answer, whatever its status."""
        if self._http.is_closed:
            raise ValueError(f"{call.operation}: the client is closed; make a new one")
        request = build_request(self._http, call, left_s=self._left_s(call))
        request.extensions["trace"] = bound_connection
        try:
            with holding(lambda: self._left_s(call)):
                with unlogged_query():
                    # auth=None: credentials of a borrowed client must not replace ours.
                    response = self._http.send(request, stream=True, auth=None, follow_redirects=False)
                with closing(response):
                    return self._read(call, response)
        except TimeoutError:
            text = f"{call.operation}: {request.url.host} had not answered at the deadline"
            failure: ApiError = TimedOutError(text, operation=call.operation)
        except FAILURES as error:
            failure = translate(call, request, error)
        # Outside the handlers: a cause or context of httpx may quote what was sent or received.
        raise failure

    def _read(self, call: Call, response: httpx.Response) -> httpx.Response:
        reader = BodyReader(call.operation, response)
        if response.is_stream_consumed:  # by the transport, as MockTransport does, or by an event hook
            reader.check_size(len(response.read()))
            return response
        for chunk in response.iter_raw():
            reader.feed(chunk)
            if self._left_s(call) <= 0:  # a transport that is not httpcore's knows no deadline
                raise TimeoutError
        return reader.finish()
