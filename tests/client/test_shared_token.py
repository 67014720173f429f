"""One token for many at once: threads, tasks and event loops."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from jumun_client import (
    AsyncNaverCommerceClient,
    BadRequestError,
    DeadlineExceededError,
    NaverCommerceClient,
    ProductOrderIds,
)
from tests.client.world import SECRET, UNAUTHORIZED, ids, token

CALLERS = 20


def is_token_call(request: httpx.Request) -> bool:
    """Whether it asks for a token."""
    return request.method == "POST"


class CrowdApi(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """NAVER for a crowd: tokens T1, T2 …; it can be set to answer only when all have called.

    Attributes:
        calls: How many requests of each path's last part there were.
        wait_for: Asked for each request, gives what to wait for before it is answered.
        answer: Asked for each request, gives or raises what comes in place of the usual.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.wait_for: Callable[[httpx.Request], threading.Event | None] = lambda _: None
        self.answer: Callable[[httpx.Request], httpx.Response | None] = lambda _: None
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a synchronous client."""
        number = self._count(request)
        if (event := self.wait_for(request)) is not None:
            assert event.wait(20)
        return self._answer(request, number)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        number = self._count(request)
        if (event := self.wait_for(request)) is not None:
            async with asyncio.timeout(20):
                while not event.is_set():  # noqa: ASYNC110 - another thread may set it
                    await asyncio.sleep(0)
        return self._answer(request, number)

    def _count(self, request: httpx.Request) -> int:
        name = request.url.path.rpartition("/")[2]
        with self._lock:
            self.calls[name] += 1
            return self.calls[name]

    def _answer(self, request: httpx.Request, number: int) -> httpx.Response:
        answer = self.answer(request) or (token(f"T{number}") if is_token_call(request) else ids("7"))
        return httpx.Response(answer.status_code, content=answer.content)  # each may be read once


class Arrivals:
    """An event that is set when something has happened so many times; as a clock it counts its readers.

    A call that needs a token reads the clock once, under the store's lock, and has joined the token call then; the one
    who asks reads it once more.
    """

    def __init__(self, expected: int) -> None:
        self.event = threading.Event()
        self._expected = expected
        self._lock = threading.Lock()

    def count(self) -> None:
        """Count one more caller."""
        with self._lock:
            self._expected -= 1
            if self._expected == 0:
                self.event.set()

    def clock(self) -> float:
        """A time of day."""
        self.count()
        return 1_700_000_000.0


Outcome = ProductOrderIds | BaseException
Crowd = Callable[[CrowdApi, Callable[[], float]], list[Outcome]]


def by_threads(api: CrowdApi, clock: Callable[[], float]) -> list[Outcome]:
    """What 20 threads with one client get."""

    def ask(_: int) -> Outcome:
        try:
            return client.product_order_ids("1")
        except BaseException as error:  # noqa: BLE001 - it is what the test is about
            return error

    with (
        NaverCommerceClient(client_id="id", client_secret=SECRET, transport=api, clock=clock, pacing="off") as client,
        ThreadPoolExecutor(CALLERS) as pool,
    ):
        return list(pool.map(ask, range(CALLERS)))


async def ask_side_by_side(client: AsyncNaverCommerceClient, callers: int) -> list[Outcome]:
    """What so many tasks get."""
    tasks = [client.product_order_ids("1") for _ in range(callers)]
    return await asyncio.gather(*tasks, return_exceptions=True)


def by_tasks(api: CrowdApi, clock: Callable[[], float]) -> list[Outcome]:
    """What 20 tasks with one client get."""
    client = AsyncNaverCommerceClient(client_id="id", client_secret=SECRET, transport=api, clock=clock, pacing="off")
    return asyncio.run(ask_side_by_side(client, CALLERS))


def by_loops(api: CrowdApi, clock: Callable[[], float]) -> list[Outcome]:
    """What twice 10 tasks, in two event loops in two threads at the same time, get with one client."""
    client = AsyncNaverCommerceClient(client_id="id", client_secret=SECRET, transport=api, clock=clock, pacing="off")
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(lambda _: asyncio.run(ask_side_by_side(client, CALLERS // 2)), range(2))
        return [outcome for half in halves for outcome in half]


crowds = pytest.mark.parametrize("crowd", [by_threads, by_tasks, by_loops])


@crowds
def test_single_flight(crowd: Crowd) -> None:
    """Twenty who need a token at the same time cause one token call."""
    api, arrivals = CrowdApi(), Arrivals(CALLERS + 1)
    api.wait_for = lambda request: arrivals.event if is_token_call(request) else None
    outcomes = crowd(api, arrivals.clock)
    assert [type(outcome) for outcome in outcomes] == [ProductOrderIds] * CALLERS
    assert api.calls == {"token": 1, "product-order-ids": CALLERS}


@crowds
def test_failure_is_shared(crowd: Crowd) -> None:
    """A token call that is refused is made once, and each of the twenty has an error of their own."""
    api, arrivals = CrowdApi(), Arrivals(CALLERS + 1)
    api.wait_for = lambda _: arrivals.event
    api.answer = lambda _: httpx.Response(400, json={"code": "BAD_REQUEST", "message": "no"})
    outcomes = crowd(api, arrivals.clock)
    assert [type(outcome) for outcome in outcomes] == [BadRequestError] * CALLERS
    assert len({id(outcome) for outcome in outcomes}) == CALLERS
    assert api.calls == {"token": 1}


@crowds
@pytest.mark.parametrize("second", ["T1", "T2"])
def test_storm_of_refusals(crowd: Crowd, second: str) -> None:
    """Twenty who are refused at the same time cause one more token call, whether it brings another token or not."""
    api, arrivals = CrowdApi(), Arrivals(CALLERS)
    refused_until_all_are_there = threading.Lock()
    seen: Counter[str] = Counter()

    def wait_for(request: httpx.Request) -> threading.Event | None:
        if is_token_call(request):
            return None
        with refused_until_all_are_there:
            seen["calls"] += 1
            first_round = seen["calls"] <= CALLERS
        if not first_round:
            return None
        request.extensions["refused"] = True
        arrivals.count()
        return arrivals.event

    def answer(request: httpx.Request) -> httpx.Response | None:
        if is_token_call(request):
            seen["tokens"] += 1
            return token("T1" if seen["tokens"] == 1 else second)
        return UNAUTHORIZED if "refused" in request.extensions else None

    api.wait_for, api.answer = wait_for, answer
    outcomes = crowd(api, lambda: 1_700_000_000.0)
    assert [type(outcome) for outcome in outcomes] == [ProductOrderIds] * CALLERS
    assert api.calls == {"token": 2, "product-order-ids": 2 * CALLERS}


def test_interrupted_thread_is_replaced() -> None:
    """Ctrl-C in the thread that asks for the token: one of the others asks, and all others get theirs."""
    api, arrivals = CrowdApi(), Arrivals(CALLERS + 1)
    api.wait_for = lambda request: arrivals.event if is_token_call(request) else None

    def answer(request: httpx.Request) -> httpx.Response | None:
        if is_token_call(request) and api.calls["token"] == 1:
            raise KeyboardInterrupt
        return None

    api.answer = answer
    outcomes = Counter(type(outcome) for outcome in by_threads(api, arrivals.clock))
    assert outcomes == {KeyboardInterrupt: 1, ProductOrderIds: CALLERS - 1}
    assert api.calls == {"token": 2, "product-order-ids": CALLERS - 1}


def test_cancelled_task_is_replaced() -> None:
    """A cancelled task that asks for the token is replaced; a cancelled one that waits takes no one with it."""
    api, arrivals, never = CrowdApi(), Arrivals(6), threading.Event()
    api.wait_for = lambda request: never if is_token_call(request) and api.calls["token"] == 1 else None

    async def main() -> list[Outcome]:
        client = AsyncNaverCommerceClient(client_id="id", client_secret=SECRET, transport=api, clock=arrivals.clock)
        tasks = [asyncio.create_task(client.product_order_ids("1")) for _ in range(5)]
        while not arrivals.event.is_set():  # noqa: ASYNC110 - the clock sets it, in whatever task
            await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.wait([tasks[1]])
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    outcomes = asyncio.run(main())
    assert [type(each) for each in outcomes] == [asyncio.CancelledError] * 2 + [ProductOrderIds] * 3
    assert api.calls == {"token": 2, "product-order-ids": 3}


def test_who_waits_outlives_the_loop_of_who_gave_up() -> None:
    """A loop that is closed while the other loop's token call is under way disturbs no one."""
    api, arrivals, go_on = CrowdApi(), Arrivals(3), threading.Event()
    api.wait_for = lambda request: go_on if is_token_call(request) else None
    client = AsyncNaverCommerceClient(client_id="id", client_secret=SECRET, transport=api, clock=arrivals.clock)

    async def wait_a_little() -> Outcome:
        (outcome,) = await asyncio.gather(
            client.with_options(deadline=0.05).product_order_ids("1"), return_exceptions=True
        )
        return outcome

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(lambda: asyncio.run(client.product_order_ids("1")))
        while api.calls["token"] == 0:
            threading.Event().wait(0.001)
        assert isinstance(asyncio.run(wait_a_little()), DeadlineExceededError)
        go_on.set()
        assert asking.result(20).product_order_ids == ("7",)


def test_thread_that_waits_keeps_the_own_deadline() -> None:
    """A thread whose deadline ends while another's token call is under way gets an error, and the other goes on."""
    api, go_on = CrowdApi(), threading.Event()
    asked = threading.Event()

    def wait_for(request: httpx.Request) -> threading.Event | None:
        if not is_token_call(request):
            return None
        asked.set()
        return go_on

    api.wait_for = wait_for
    client = NaverCommerceClient(client_id="id", client_secret=SECRET, transport=api)
    with client, ThreadPoolExecutor(1) as pool:
        asking = pool.submit(client.product_order_ids, "1")
        assert asked.wait(20)
        with pytest.raises(DeadlineExceededError):
            client.with_options(deadline=0.05).product_order_ids("1")
        go_on.set()
        assert asking.result(20).product_order_ids == ("7",)
