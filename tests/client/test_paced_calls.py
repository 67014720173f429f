"""The pace against the mock server, which refuses what comes too early."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from jumun_client import AsyncNaverCommerceClient, AsyncTiming, NaverCommerceClient, Timing
from jumun_mockserver import LiveServer
from jumun_mockserver.core.session.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator


class SharedTime:
    """Time of many workers: when all of them sleep it moves to when the first wakes, and the server's clock with it."""

    def __init__(self, clock: Clock, *, workers: int) -> None:
        self._clock = clock
        self._workers = workers
        self._wakes_s: list[float] = []
        self._moved = threading.Condition()

    def now(self) -> float:
        """Seconds of the fake clock."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Sleep as a thread."""
        with self._moved:
            wake_s = self._fall_asleep(seconds)
            while self.now() < wake_s:
                self._moved.wait(timeout=30)
            self._wakes_s.remove(wake_s)

    async def nap(self, seconds: float) -> None:
        """Sleep as a task."""
        with self._moved:
            wake_s = self._fall_asleep(seconds)
        while self.now() < wake_s:  # noqa: ASYNC110 - who moves it may be any task
            await asyncio.sleep(0)
        self._wakes_s.remove(wake_s)

    def leave(self) -> None:
        """A worker has nothing more to do."""
        with self._moved:
            self._workers -= 1
            self._move()

    def _fall_asleep(self, seconds: float) -> float:
        wake_s = self.now() + seconds
        self._wakes_s.append(wake_s)
        self._move()
        return wake_s

    def _move(self) -> None:
        while len(self._wakes_s) == self._workers and min(self._wakes_s, default=0) > self.now():
            self._clock.set(min(self._wakes_s))  # more than once if floats round
        self._moved.notify_all()


@pytest.fixture
def clock() -> Clock:
    """Time that is frozen until it is moved."""
    return Clock(frozen_at=1_772_600_767.089)


@pytest.fixture
def server(clock: Clock) -> Iterator[LiveServer]:
    """NAVER's live profile, which takes two calls a second and four at once, and refuses more."""
    with LiveServer(profile="observed", limits="enforce", clock=clock) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


ORDER = "2023010112345"
ACCESS = "your_access_token_here"


def check_journal(server: LiveServer, *, started_s: float, refusals: int) -> None:
    """A hundred results; no refusal but in the first window; and hardly slower than the limit allows."""
    exchanges = list(server.session.journal)
    assert Counter(each.status for each in exchanges)[200] == 100
    refused = [each for each in exchanges if each.status == 429]
    assert len(refused) <= refusals
    assert all(each.at == started_s for each in refused)
    assert 48 <= server.session.now() - started_s < 54


@pytest.mark.parametrize("workers", [1, 20])
def test_hundred_calls_by_threads(server: LiveServer, clock: Clock, workers: int) -> None:
    """A hundred calls against two a second, one by one or by 20 threads: no 429 after the first window."""
    started_s, time = clock.now(), SharedTime(clock, workers=workers)
    timing = Timing(monotonic=time.now, sleep=time.sleep)

    def work(_: int) -> None:
        try:
            for _ in range(100 // workers):
                client.product_order_ids(ORDER)
        finally:
            time.leave()

    with (
        NaverCommerceClient(base_url=server.naver_base_url, access_token=ACCESS, timing=timing) as client,
        ThreadPoolExecutor(workers) as pool,
    ):
        list(pool.map(work, range(workers)))
    check_journal(server, started_s=started_s, refusals=6 if workers > 1 else 0)


def test_hundred_calls_by_tasks(server: LiveServer, clock: Clock) -> None:
    """The same by 20 tasks."""
    started_s, time = clock.now(), SharedTime(clock, workers=20)
    timing = AsyncTiming(monotonic=time.now, sleep=time.nap)

    async def work(client: AsyncNaverCommerceClient) -> None:
        try:
            for _ in range(5):
                await client.product_order_ids(ORDER)
        finally:
            time.leave()

    async def main() -> None:
        async with AsyncNaverCommerceClient(
            base_url=server.naver_base_url, access_token=ACCESS, timing=timing
        ) as client:
            await asyncio.gather(*[work(client) for _ in range(20)])

    asyncio.run(main())
    check_journal(server, started_s=started_s, refusals=6)
