"""The I/O of the asynchronous clients, over httpx and asyncio."""

from __future__ import annotations

import asyncio
import math
import threading
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from jumun_client.base import Client, Outcome, next_step
from jumun_client.batch import BatchItem
from jumun_client.body import BodyReader
from jumun_client.call import Call, Pause
from jumun_client.errors import ApiError, TimedOutError
from jumun_client.http import FAILURES, build_request, translate, unlogged_query

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from types import TracebackType

    from jumun_client.answer import RawAnswer
    from jumun_client.batch import Batch
    from jumun_client.call import Step
    from jumun_client.conversation import Question
    from jumun_client.options import Settings
    from jumun_client.plan import Plan
    from jumun_client.timing import AsyncTiming
    from jumun_client.walk import Walk

R = TypeVar("R")
T = TypeVar("T")


_OPEN: set[Connections] = set()
"""Those that have connections. Without it, a client that is let go while its loop lives would be garbage: nothing
refers to it but the generator that closes it, and connections complain that they were not closed."""


class Connections:
    """An `httpx.AsyncClient` for each event loop, or one that was given, which is never closed.

    Connections belong to the loop that opened them; a client that a program keeps may live in several, one
    `asyncio.run` after the other or one in each of several threads. Each loop closes its own when it ends.
    """

    def __init__(self, *, transport: httpx.AsyncBaseTransport | None, given: httpx.AsyncClient | None) -> None:
        self._transport = transport
        self._given = given
        self._lock = threading.Lock()
        self._by_loop: dict[asyncio.AbstractEventLoop, tuple[httpx.AsyncClient, AsyncGenerator[None]]] = {}
        self._closed = False

    async def here(self) -> httpx.AsyncClient:
        """The one of the running loop; raises ``ValueError`` if it is closed."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._closed or (self._given is not None and self._given.is_closed):
                raise ValueError("the client is closed; make a new one")
            if self._given is not None:
                return self._given
            if loop in self._by_loop:
                return self._by_loop[loop][0]
            http = httpx.AsyncClient(transport=self._transport)
            keeper = self._keep(loop, http)
            self._by_loop[loop] = http, keeper
            _OPEN.add(self)
        # From here on it is the loop's: asyncio.run, like all who end a loop well, closes its generators.
        await anext(keeper)
        return http

    async def _keep(self, loop: asyncio.AbstractEventLoop, http: httpx.AsyncClient) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            with self._lock:
                del self._by_loop[loop]
                if not self._by_loop:
                    _OPEN.discard(self)
            await http.aclose()

    async def close(self) -> None:
        """Close those of the running loop; the other loops' end with them."""
        with self._lock:
            self._closed = self._given is None
            _, keeper = self._by_loop.get(asyncio.get_running_loop(), (None, None))
        if keeper is not None:
            await keeper.aclose()


class AsyncClient(Client):
    """Owns or borrows connections and drives conversations over them."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        calls_per_s: float | None,
        timing: AsyncTiming,
        transport: httpx.AsyncBaseTransport | None,
        http_client: httpx.AsyncClient | None,
        settings: Settings,
    ) -> None:
        super().__init__(
            clock=clock,
            calls_per_s=calls_per_s,
            timing=timing,
            settings=settings,
            transport=transport,
            http_client=http_client,
            kind=httpx.AsyncClient,
        )
        self._connections = Connections(transport=transport, given=http_client)
        self._sleep = timing.sleep

    async def close(self) -> None:
        """Close the connections, unless they are those of an ``http_client`` that was given."""
        if self._is_owner:
            await self._connections.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def converse(self, question: Question[T]) -> RawAnswer[T]:
        """Have the conversation of a question."""
        with closing(self._begin(question)) as flow:
            outcome: Outcome = None
            while True:
                try:
                    step = next_step(flow, outcome)
                except StopIteration as end:
                    answer: RawAnswer[T] = end.value
                    return answer
                outcome = await self._take(step)

    async def _walk(self, walk: Walk[R, T]) -> AsyncGenerator[T, None]:
        """Ask the questions of a walk, each when what it brings is wanted."""
        while (question := walk.ask()) is not None:
            try:
                result = (await self.converse(question)).parse()
            except ApiError as error:
                walk.fail(error)
            else:
                for item in walk.take(result):
                    yield item
            if pause_s := walk.pause_s():
                await self._sleep(pause_s)

    async def _carry_out(self, plan: Plan[T]) -> T:
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
                    outcome = await self._sleep(step.seconds)
                    continue
                try:
                    outcome = (await self.converse(step)).parse()
                except ApiError as error:
                    outcome = error

    async def _ask_all(self, batch: Batch) -> list[BatchItem]:
        """Ask for all orders of a batch, some at a time."""

        async def work() -> None:
            with batch.ending_together():
                while (order_id := batch.next_order_id()) is not None:
                    try:
                        result = (await self.converse(batch.ask(order_id))).parse()
                    except ApiError as error:
                        batch.settle(BatchItem(order_id=order_id, error=error))
                    else:
                        batch.settle(BatchItem(order_id=order_id, result=result))

        # Not a TaskGroup, which would wrap what a callback raises in an ExceptionGroup.
        tasks = [asyncio.create_task(work()) for _ in batch.workers]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return batch.items()

    async def _take(self, step: Step) -> Outcome:
        """Do one step."""
        if isinstance(step, Call):
            try:
                response = await self._exchange(step)
            except ApiError as error:
                return error
            self._show(response)  # not where ApiError is caught: what the observer raises is the caller's own
            return response
        if isinstance(step, Pause):
            await self._sleep(step.seconds)
        else:
            await asyncio.wait([asyncio.wrap_future(step.done)], timeout=step.timeout_s)
        return None

    async def _exchange(self, call: Call) -> httpx.Response:
        """Send one request and read its answer, whatever its status."""
        http = await self._connections.here()
        left_s = self._left_s(call)
        request = build_request(http, call, left_s=left_s)
        opened: list[Any] = []

        async def note_connection(event: str, info: dict[str, Any]) -> None:
            if event.endswith(".connect_tcp.complete"):
                opened.append(info["return_value"])

        request.extensions["trace"] = note_connection
        try:
            async with asyncio.timeout(None if left_s == math.inf else left_s):
                with unlogged_query():
                    # auth=None: credentials of a borrowed client must not replace ours.
                    response = await http.send(request, stream=True, auth=None, follow_redirects=False)
                async with aclosing(response):
                    return await self._read(call, response)
        except TimeoutError:
            for stream in opened:  # httpcore leaves it open when the TLS handshake is cancelled (1.0.9)
                await stream.aclose()
            text = f"{call.operation}: {request.url.host} had not answered at the deadline"
            failure: ApiError = TimedOutError(text, operation=call.operation)
        except FAILURES as error:
            failure = translate(call, request, error)
        # Outside the handlers: a cause or context of httpx may quote what was sent or received.
        raise failure

    async def _read(self, call: Call, response: httpx.Response) -> httpx.Response:
        reader = BodyReader(call.operation, response)
        if response.is_stream_consumed:  # by the transport, as MockTransport does, or by an event hook
            reader.check_size(len(await response.aread()))
            return response
        async for chunk in response.aiter_raw():
            reader.feed(chunk)
        return reader.finish()
