"""The feed read in pages while others write: what changed is not missed."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from jumun_mockserver.core.state.memory import MemoryState
from tests.mockserver.providers.naver.selling import do
from tests.mockserver.world import World

WRITERS, ORDERS = 3, 3
STEPS = (
    *("dispatch", "request_return", "withdraw_return", "request_exchange", "exchange.reject", "deliver"),
    *("request_return", "collect", "return.approve"),
)


def read_page(world: World, since: str, sequence: str = "", limit: int = 300) -> Any:
    """`data` of the feed from a moment on."""
    query = {"moreSequence": sequence} if sequence else {}
    answer = world.naver("GET", "/last-changed-statuses", lastChangedFrom=since, limitCount=limit, **query)
    assert answer.status == 200
    return answer.json["data"]


def tell(world: World) -> str:
    """The moment that the clock shows."""
    return datetime.fromtimestamp(world.clock.now(), UTC).isoformat(timespec="milliseconds")


class Reader:
    """One that follows the feed in small pages.

    A row may come at the very instant at which a page was cut, with a smaller id than the row that was left out. So it
    begins again at the last instant of the first page that it read the last time.
    """

    def __init__(self, world: World, limit: int) -> None:
        self.world = world
        self.limit = limit
        self.since = tell(world)
        self.seen: dict[str, Any] = {}

    def follow(self) -> None:
        """Read on to the end."""
        since, sequence, begin = self.since, "", ""
        while True:
            data = read_page(self.world, since, sequence, self.limit)
            rows = data["lastChangeStatuses"]
            self.seen |= {row["productOrderId"]: row for row in rows}
            begin = begin or (rows[-1]["lastChangedDate"] if rows else since)
            if "more" not in data:
                self.since = begin
                return
            since, sequence = data["more"]["moreFrom"], data["more"]["moreSequence"]


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("step_s", [0.0, 0.001])
def test_pages_under_writers(limit: int, step_s: float) -> None:
    """While writers move rows, in one instant or over time, a reader of pages has the newest row of each in the end."""
    world = World(limits="off")
    ids = [world.place("options", ORDERS) for _ in range(WRITERS)]
    world.clock.advance(60)
    reader, start, barrier = Reader(world, limit), tell(world), threading.Barrier(WRITERS + 1)

    def write(writer: int) -> None:
        barrier.wait(10)
        for step in STEPS:
            for id_ in ids[writer]:
                world.clock.advance(step_s)
                do(world, step, id_)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(write, writer) for writer in range(WRITERS)]
            barrier.wait(10)
            while not all(each.done() for each in writers):
                reader.follow()
            assert [each.result() for each in writers] == [None] * WRITERS
    finally:
        sys.setswitchinterval(before)
    reader.follow()
    final = read_page(world, start)["lastChangeStatuses"]
    assert {row["productOrderId"] for row in final} == {id_ for each in ids for id_ in each}
    assert reader.seen == {row["productOrderId"]: row for row in final}


def test_a_slow_write_is_not_behind_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that began earlier and is done later than another has a row that comes after the other's."""
    world = World(limits="off")
    slow, fast = world.place("options", 2)
    world.clock.advance(60)
    reader, swap = Reader(world, 300), MemoryState.swap
    begun, go_on = threading.Event(), threading.Event()

    def wait_before(state: MemoryState, family: str, name: str, *args: Any, **appends: Any) -> bool:
        if name == slow and not begun.is_set():
            begun.set()
            assert go_on.wait(10)
        return swap(state, family, name, *args, **appends)

    monkeypatch.setattr(MemoryState, "swap", wait_before)
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(do, world, "dispatch", slow)
        assert begun.wait(10)
        world.clock.advance(60)
        do(world, "dispatch", fast)
        reader.follow()
        go_on.set()
        writer.result(10)
    assert list(reader.seen) == [fast]
    reader.follow()
    assert sorted(reader.seen) == sorted([slow, fast])
    moments = [event["at"] for event in world.session.events.page().events]
    assert moments == sorted(moments)
