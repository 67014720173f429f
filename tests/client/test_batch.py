"""Asking for many orders at once with `product_order_ids_many`."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jumun_client import (
    AsyncNaverCommerceClient,
    AuthenticationError,
    BadRequestError,
    NaverCommerceClient,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnexpectedAnswerError,
)
from jumun_client.batch import Batch
from jumun_client.conversation import Question
from jumun_mockserver import LiveServer
from tests.client.sides import Side, both_sides
from tests.client.world import FakeTime, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumun_client import ProductOrderIds

_PATIENCE_S = 20


class Orders(httpx.MockTransport):
    """Answers each order with one product order, ``p`` and its number, or as a test says; for both sides.

    Attributes:
        asked: Order ids in the order of the calls.
        most: How many calls were under way at once.
    """

    def __init__(self, side: Side, answers: dict[str, httpx.Response] | None = None, *, meeting: int = 1) -> None:
        """Serve.

        Args:
            side: Whose calls come.
            answers: Other answers than success, by order id.
            meeting: The first so many calls are all under way before any of them is answered.
        """
        super().__init__(self._answer_task if side.is_async else self._answer)
        self.asked: list[str] = []
        self.most = 0
        self._answers = answers or {}
        self._under_way = 0
        self._meeting = meeting
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(meeting)
        self._task_barrier = asyncio.Barrier(meeting)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        order_id, meets = self._begin(request)
        if meets:
            self._barrier.wait(_PATIENCE_S)
        return self._end(order_id)

    async def _answer_task(self, request: httpx.Request) -> httpx.Response:
        order_id, meets = self._begin(request)
        if meets:
            async with asyncio.timeout(_PATIENCE_S):
                await self._task_barrier.wait()
        await asyncio.sleep(0)  # as an answer over the network, it lets other tasks run
        return self._end(order_id)

    def _begin(self, request: httpx.Request) -> tuple[str, bool]:
        order_id = request.url.path.split("/")[-2]
        with self._lock:
            self.asked.append(order_id)
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            return order_id, len(self.asked) <= self._meeting

    def _end(self, order_id: str) -> httpx.Response:
        with self._lock:
            self._under_way -= 1
        return self._answers.get(order_id) or ids(f"p{order_id}")


def numbers(count: int) -> list[str]:
    """Order ids from 1."""
    return [str(number) for number in range(1, count + 1)]


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """Whatever the outcome of a batch, none of its threads outlives it."""
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("jumun_client")] == []


@both_sides
@pytest.mark.parametrize("concurrency", [1, 2, 50])
def test_order_is_kept(side: Side, concurrency: int) -> None:
    """Results come in the order of the ids, an id that appears there twice twice, though it is asked for once."""
    server = Orders(side)
    with side.naver(server, pacing="off") as client:
        items = client.product_order_ids_many(iter(["3", "1", "3", "2", "1"]), concurrency=concurrency)
    assert [item.order_id for item in items] == ["3", "1", "3", "2", "1"]
    assert [item.result.product_order_ids for item in items] == [("p3",), ("p1",), ("p3",), ("p2",), ("p1",)]
    assert [item.error for item in items] == [None] * 5
    assert sorted(server.asked) == ["1", "2", "3"]


@both_sides
def test_failures_beside_successes(side: Side) -> None:
    """An order that fails, after its retries, has its error where others have their result."""
    answers = {
        "2": httpx.Response(400, json={"code": "101010", "message": "m"}),
        "3": httpx.Response(200, text="<html>"),
        "4": httpx.Response(500),
    }
    with side.naver(Orders(side, answers)) as client:
        items = client.product_order_ids_many(numbers(5))
    assert [type(item.error) for item in items] == [
        type(None),
        BadRequestError,
        UnexpectedAnswerError,
        ServerError,
        type(None),
    ]
    assert [item.result is None for item in items] == [False, True, True, True, False]
    assert items[1].error.code == "101010"
    assert items[3].error.attempts == 3


@both_sides
def test_nothing_to_ask(side: Side) -> None:
    """Without order ids there are no calls, no progress and no items."""
    server = Orders(side)
    with side.naver(server) as client:
        assert client.product_order_ids_many([], on_progress=pytest.fail) == []
    assert server.asked == []


@both_sides
@pytest.mark.parametrize("concurrency", [1, 3])
def test_concurrency(side: Side, concurrency: int) -> None:
    """As many calls as asked for are under way at once, and never more."""
    server = Orders(side, meeting=concurrency)  # were there fewer, none would be answered
    with side.naver(server, pacing="off") as client:
        client.product_order_ids_many(numbers(9), concurrency=concurrency)
    assert server.most == concurrency


@both_sides
def test_progress(side: Side) -> None:
    """Progress is reported for each order, in rising order to the end, and by one thread at a time."""
    seen: list[tuple[int, int]] = []
    busy = threading.Lock()

    def report(done: int, total: int) -> None:
        assert busy.acquire(blocking=False), "two at a time"
        time.sleep(0.001)  # room for another thread to come in, were it let
        seen.append((done, total))
        busy.release()

    with side.naver(Orders(side, {"4": httpx.Response(404)}, meeting=4), pacing="off") as client:
        client.product_order_ids_many([*numbers(12), "1", "2"], concurrency=4, on_progress=report)
    assert seen == [(number, 12) for number in range(1, 13)]


@both_sides
def test_callbacks_run_in_the_callers_context(side: Side) -> None:
    """What the caller has set in its context, such as a trace, callbacks find there, in whatever thread."""
    trace = ContextVar("trace", default="")
    trace.set("mine")
    seen: list[str] = []
    with side.naver(Orders(side, meeting=3), pacing="off", on_exchange=lambda _: seen.append(trace.get())) as client:
        client.product_order_ids_many(numbers(3), concurrency=3, on_progress=lambda *_: seen.append(trace.get()))
    assert seen == ["mine"] * 6


@both_sides
def test_pace(side: Side) -> None:
    """The pace of ten a second holds: thirty calls wait for twenty turns."""
    time = FakeTime()
    with side.naver(Orders(side), time=time) as client:
        client.product_order_ids_many(numbers(30), concurrency=1)
    assert sum(time.naps) == pytest.approx(2.0, rel=0.05)


@both_sides
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "GW.AUTHN", AuthenticationError),
        (403, "GW.IP_NOT_ALLOWED", PermissionDeniedError),
        (429, "GW.QUOTA_LIMIT", RateLimitError),
    ],
)
def test_refusal_ends_the_sending(side: Side, status: int, code: str, kind: type[Exception]) -> None:
    """A refusal that is about no single order is not repeated for the others: they share its error."""
    refusal = httpx.Response(status, headers={"GNCP-GW-Quota-Period": "HOURS"}, json={"code": code})
    server = Orders(side, {"2": refusal})
    done: list[tuple[int, int]] = []
    with side.naver(server) as client:
        first, *others = client.product_order_ids_many(
            numbers(9), concurrency=1, on_progress=lambda *each: done.append(each)
        )
    assert first.result.product_order_ids == ("p1",)
    assert [item.order_id for item in others] == numbers(9)[1:]
    assert {type(item.error) for item in others} == {kind}
    assert [item.result for item in others] == [None] * 8
    assert server.asked == ["1", "2"]
    assert done == [(1, 9), (2, 9)]


@both_sides
def test_quota_of_a_second_ends_nothing(side: Side) -> None:
    """Where a quota comes back each second, the other orders are asked for."""
    refusal = httpx.Response(429, headers={"GNCP-GW-Quota-Period": "SECONDS"}, json={"code": "GW.QUOTA_LIMIT"})
    with side.naver(Orders(side, {"2": refusal})) as client:
        items = client.product_order_ids_many(numbers(4), concurrency=1)
    assert [type(item.error) for item in items] == [type(None), RateLimitError, type(None), type(None)]


@both_sides
def test_refused_keys_end_the_sending(side: Side, api: Callable[..., Any], secret: str) -> None:
    """So does a token call that is refused: it is made once, and no order is asked for."""
    server = api(httpx.Response(400, json={"code": "BAD_REQUEST"}))
    with side.naver(server, client_id="id", client_secret=secret) as client:
        items = client.product_order_ids_many(numbers(9), concurrency=1)
    assert {(type(item.error), item.error.operation) for item in items} == {(BadRequestError, "naver.token")}
    assert len(server.requests) == 1


@both_sides
def test_calls_under_way_at_a_refusal(side: Side) -> None:
    """What was under way when a refusal came keeps its outcome."""
    server = Orders(side, {"2": httpx.Response(401)}, meeting=3)
    with side.naver(server, pacing="off") as client:
        items = client.product_order_ids_many(numbers(3), concurrency=3)
    assert [type(item.error) for item in items] == [type(None), AuthenticationError, type(None)]


def interrupted() -> Iterator[str]:
    """Order ids that cannot all be read."""
    yield "1"
    raise LookupError("no more")


@both_sides
@pytest.mark.parametrize(
    ("order_ids", "options", "kind", "says"),
    [
        (["1", ""], {}, ValueError, r"order_ids\[1\]: order_id is empty"),
        (["1", "2", 3], {}, TypeError, r"order_ids\[2\]: order_id must be a str, not int"),
        (["1", ["2"]], {}, TypeError, r"order_ids\[1\]: order_id must be a str, not list"),
        (["../1"], {}, ValueError, r"order_ids\[0\]: .* would change the path"),
        (["1", "\udc00"], {}, ValueError, r"order_ids\[1\]: .*surrogate"),
        ("2023010112345", {}, TypeError, r"write \[order_id\]"),
        (b"2023010112345", {}, TypeError, r"write \[order_id\]"),
        (["1"], {"concurrency": 0}, ValueError, "concurrency must be 1 or more"),
        (["1"], {"concurrency": 2.0}, TypeError, "concurrency must be an int"),
        (interrupted, {}, LookupError, "no more"),
    ],
)
def test_wrong_arguments(side: Side, order_ids: Any, options: Any, kind: type[Exception], says: str) -> None:
    """One order id that cannot be asked for is an error that names its place, and nothing is sent."""
    server = Orders(side)
    with side.naver(server) as client, pytest.raises(kind, match=says):
        client.product_order_ids_many(order_ids() if callable(order_ids) else order_ids, **options)
    assert server.asked == []


def raising(error: BaseException, *, at: int = 1) -> tuple[Callable[..., None], list[object]]:
    """A callback that raises at its n-th call, and the list of its calls."""
    calls: list[object] = []

    def callback(*each: object) -> None:
        calls.append(each)
        if len(calls) == at:
            raise error

    return callback, calls


@both_sides
@pytest.mark.parametrize("error", [RuntimeError("mine"), ServerError("mine", operation="mine.own")], ids=repr)
def test_what_on_progress_raises(side: Side, error: Exception) -> None:
    """It reaches the caller as it is, ends the sending, and is not asked again."""
    server = Orders(side, meeting=3)
    on_progress, calls = raising(error)
    with side.naver(server, pacing="off") as client, pytest.raises(type(error)) as caught:
        client.product_order_ids_many(numbers(300), concurrency=3, on_progress=on_progress)
    assert caught.value is error
    assert len(calls) == 1
    assert len(server.asked) <= 6


@both_sides
def test_what_on_exchange_raises(side: Side) -> None:
    """It reaches the caller as it is, whichever of the calls it was, and the others ask for nothing more."""
    error = RuntimeError("mine")
    raised = threading.Event()

    def on_exchange(response: httpx.Response) -> None:
        order_id = response.request.url.path.split("/")[-2]
        if order_id == "2":
            raised.set()
            raise error
        if order_id == "3" and not side.is_async:
            assert raised.wait(_PATIENCE_S)

    server = Orders(side)
    transport = httpx.MockTransport(server._answer)  # which does not let other tasks run, as a real one would
    with side.naver(transport, pacing="off", on_exchange=on_exchange) as client, pytest.raises(RuntimeError) as caught:
        client.product_order_ids_many(numbers(300), concurrency=2)
    assert caught.value is error
    assert len(server.asked) < 300


@pytest.fixture
def _ctrl_c_works() -> Iterator[None]:
    """Python's own answer to SIGINT, which who starts the tests may have switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_works")
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_ctrl_c(*, is_async: bool) -> None:
    """Ctrl-C in a batch is a `KeyboardInterrupt` once the calls under way have ended, and nothing more is asked."""

    def interrupt(done: int, _: int) -> None:
        if done == 200:  # to the main thread, as the terminal's goes, even while that waits
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    # Meeting: both threads are there before anything is done.
    server = Orders(Side(is_async=is_async), meeting=2)

    def run() -> None:
        with NaverCommerceClient(access_token="t", transport=server, pacing="off") as client:
            client.product_order_ids_many(numbers(900), concurrency=2, on_progress=interrupt)

    async def run_tasks() -> None:
        async with AsyncNaverCommerceClient(access_token="t", transport=server, pacing="off") as client:
            await client.product_order_ids_many(numbers(900), concurrency=2, on_progress=interrupt)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run_tasks()) if is_async else run()
    assert len(server.asked) < 900


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_interruption_by_a_callback(kind: type[BaseException]) -> None:
    """What is not an `Exception` reaches the caller of a synchronous client as it is too."""
    on_progress, _ = raising(kind("mine"))
    with (
        NaverCommerceClient(access_token="t", transport=Orders(Side(is_async=False)), pacing="off") as client,
        pytest.raises(kind, match="mine"),
    ):
        client.product_order_ids_many(numbers(300), on_progress=on_progress)


@pytest.mark.parametrize("end", ["cancelled", "timed out", "failed"])
def test_no_task_is_left(end: str) -> None:
    """However an asynchronous batch ends, none of its tasks is left when it does."""

    async def run() -> None:
        under_way = asyncio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            if end == "failed" and request.url.path.split("/")[-2] == "2":
                await under_way.wait()
                return httpx.Response(404)
            under_way.set()
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)  # as closing a connection does
            raise AssertionError

        on_progress, _ = raising(RuntimeError("mine"))
        transport = httpx.MockTransport(answer)
        async with AsyncNaverCommerceClient(access_token="t", transport=transport, pacing="off") as client:
            batch = client.product_order_ids_many(numbers(9), on_progress=on_progress)
            if end == "cancelled":
                task = asyncio.create_task(batch)
                await under_way.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            elif end == "timed out":
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await batch
            else:
                with pytest.raises(RuntimeError, match="mine"):
                    await batch
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_no_more_workers_than_orders() -> None:
    """Workers are as many as asked for, but no more than there are orders."""

    def ask(order_id: str) -> Question[ProductOrderIds]:
        return Question(order_id, lambda _: pytest.fail("nothing is asked here"))

    def workers(concurrency: int) -> int:
        batch = Batch(["1", "2", "1"], ask=ask, concurrency=concurrency, on_progress=None)
        return len(batch.workers)

    assert [workers(each) for each in (1, 2, 3, 10**9)] == [1, 2, 2, 2]


@both_sides
@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_over_a_socket(side: Side, profile: str) -> None:
    """Against Jumun, signing for a token: the guide's order, an unknown one, and one that is not a number."""
    with LiveServer(profile=profile) as server:
        keys: dict[str, Any] = {"client_id": server.naver_client_id, "client_secret": server.naver_client_secret}
        with side.naver(base_url=server.naver_base_url, **keys, pacing="off") as client:
            items = client.product_order_ids_many(["2023010112345", "9999999999999999", "x", "2023010112345"])
    assert [item.result and len(item.result.product_order_ids) for item in items] == [3, None, None, 3]
    assert [item.error and item.error.outcome for item in items] == [
        None,
        "ORDER_NOT_FOUND",
        "INVALID_ORDER_ID",
        None,
    ]
