"""The I/O of the synchronous clients: one exchange after the other, over httpx."""

from __future__ import annotations

from concurrent import futures
from contextlib import closing
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from jumun_client.base import Client, Outcome, next_step
from jumun_client.batch import BatchItem
from jumun_client.body import BodyReader
from jumun_client.call import Call, Pause
from jumun_client.deadline import bound_connection, holding
from jumun_client.errors import ApiError, TimedOutError
from jumun_client.http import FAILURES, build_request, translate, unlogged_query

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import TracebackType

    from jumun_client.answer import RawAnswer
    from jumun_client.batch import Batch
    from jumun_client.call import Step
    from jumun_client.conversation import Question
    from jumun_client.options import Settings
    from jumun_client.plan import Plan
    from jumun_client.timing import Timing
    from jumun_client.walk import Walk

R = TypeVar("R")
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

    def converse(self, question: Question[T]) -> RawAnswer[T]:
        """Have the conversation of a question."""
        with closing(self._begin(question)) as flow:
            outcome: Outcome = None
            while True:
                try:
                    step = next_step(flow, outcome)
                except StopIteration as end:
                    answer: RawAnswer[T] = end.value
                    return answer
                outcome = self._take(step)

    def _walk(self, walk: Walk[R, T]) -> Generator[T, None, None]:
        """Ask the questions of a walk, each when what it brings is wanted."""
        while (question := walk.ask()) is not None:
            try:
                result = self.converse(question).parse()
            except ApiError as error:
                walk.fail(error)
            else:
                yield from walk.take(result)
            if pause_s := walk.pause_s():
                self._sleep(pause_s)

    def _carry_out(self, plan: Plan[T]) -> T:
        """Ask the questions of a plan, each when the one before is answered."""
        with closing(plan.steps()) as steps:
            outcome: Any = None
            while True:
                try:
                    step = next_step(steps, outcome)
                except StopIteration as end:
                    result: T = end.value
                    return result
                if isinstance(step, Pause):
                    outcome = self._sleep(step.seconds)
                    continue
                try:
                    outcome = self.converse(step).parse()
                except ApiError as error:
                    outcome = error

    def _ask_all(self, batch: Batch) -> list[BatchItem]:
        """Ask for all orders of a batch, some at a time."""

        def work() -> None:
            with batch.ending_together():
                while (order_id := batch.next_order_id()) is not None:
                    try:
                        result = self.converse(batch.ask(order_id)).parse()
                    except ApiError as error:
                        batch.settle(BatchItem(order_id=order_id, error=error))
                    else:
                        batch.settle(BatchItem(order_id=order_id, result=result))

        pool = futures.ThreadPoolExecutor(max(1, len(batch.workers)), thread_name_prefix="jumun_client")
        with pool, batch.ending_together():
            # In the caller's context, as tasks are: callbacks and logs may go by it.
            threads = [pool.submit(copy_context().run, work) for _ in batch.workers]
            for each in threads:
                each.result()
        return batch.items()

    def _take(self, step: Step) -> Outcome:
        """Do one step."""
        if isinstance(step, Call):
            try:
                response = self._exchange(step)
            except ApiError as error:
                return error
            self._show(response)  # not where ApiError is caught: what the observer raises is the caller's own
            return response
        if isinstance(step, Pause):
            self._sleep(step.seconds)
        else:
            futures.wait([step.done], timeout=step.timeout_s)
        return None

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
