from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.core.http import Request, Response
from jumun_mockserver.core.journal.journal import KEPT_ENTRIES, Exchange, Journal
from jumun_mockserver.core.state.memory import MemoryState

if TYPE_CHECKING:
    from tests.mockserver.world import World


def exchange(serial: int) -> Exchange:
    """An exchange whose contents do not matter."""
    request, response = Request("GET", "/", "", {}), Response(404, (), b"{}")
    return Exchange(serial, "default", 0.0, request, response, "", None, "", (), ())


def test_it_keeps_the_newest() -> None:
    """A full journal drops its oldest entry for a new one and keeps the order."""
    journal = Journal(MemoryState(), entries=3)
    for serial in range(1, 6):
        journal.record(exchange(serial))
    assert [each.serial for each in journal] == [3, 4, 5]
    assert len(journal) == 3


def test_it_is_bounded_by_default() -> None:
    """A server that runs for days does not fill the memory."""
    journal = Journal(MemoryState())
    for serial in range(KEPT_ENTRIES + 10):
        journal.record(exchange(serial))
    assert len(journal) == KEPT_ENTRIES


def test_it_can_be_read_while_it_grows() -> None:
    """Who walks the journal sees what was there when the walk began."""
    journal = Journal(MemoryState(), entries=2)
    journal.record(exchange(1))
    journal.record(exchange(2))
    seen = []
    for each in journal:
        journal.record(exchange(each.serial + 10))
        seen.append(each.serial)
    assert seen == [1, 2]


def test_it_tells_every_exchange_once_and_no_secret(world: World) -> None:
    """Method, path, operation, status, code and number of each exchange; neither query, header nor body."""
    world.orders("keyword=hush")
    world.call("GET", "/v1/orders", authorization="Basic hush")
    world.call("GET", "/nowhere")
    world.call("POST", "/v1/request/token", '{"client_key": "hush"}', content_type="application/json")
    entries = list(world.session.journal)
    assert [(e.serial, e.method, e.path, e.operation, e.status, e.code) for e in entries] == [
        (1, "GET", "/v1/orders", "bootpay.orders.list", 200, ""),
        (2, "GET", "/v1/orders", "bootpay.orders.list", 401, "1700"),
        (3, "GET", "/nowhere", "", 404, ""),
        (4, "POST", "/v1/request/token", "bootpay.token", 401, "1700"),
    ]
    assert "hush" not in repr(entries)
    assert {entry.at for entry in entries} == {world.clock.now()}


def test_it_is_bounded_by_bytes_too() -> None:
    """Large bodies push out older entries before there are many; the newest stays, whatever its size."""
    journal = Journal(MemoryState(), entries=1_000, size=100_000)
    for serial in range(1, 101):
        journal.record(replace(exchange(serial), response=Response(200, (), bytes(9_000))))
    kept = list(journal)
    assert sum(len(each.response.body) for each in kept) <= 100_000
    assert 5 <= len(kept) <= 11
    assert kept[-1].serial == 100
    journal.record(replace(exchange(101), request=Request("POST", "/", "", {}, bytes(1_000_000))))
    assert [each.serial for each in journal] == [101]
    journal.record(exchange(102))
    assert [each.serial for each in journal] == [102]
    for serial in range(103, 113):
        journal.record(exchange(serial))
    assert len(journal) == 11


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/v1/orders", "", {"x-much": "x" * 50_000}),
        Request("GET", "/v1/" + "x" * 50_000, "", {}),
        Request("GET", "/v1/orders", "keyword=" + "x" * 50_000, {}),
        Request("POST", "/v1/request/token", "", {}, b"x" * 50_000),
        # A violation each; its text is kept as long as the request is.
        Request("GET", "/v1/orders", "&".join(f"x{index}" for index in range(999)), {}),
    ],
    ids=["headers", "path", "query", "body", "violations"],
)
def test_what_an_entry_costs_is_about_what_it_keeps(world: World, request_: Request) -> None:
    """The bytes that bound the journal are those in memory, within a factor of four, wherever a client puts them."""
    authorized = {"authorization": "Basic eW91ci1jb21tZXJjZS1jbGllbnQta2V5OnlvdXItY29tbWVyY2Utc2VjcmV0LWtleQ=="}
    world.dispatch(replace(request_, headers={**authorized, **request_.headers}))
    entry = world.last
    held = sum(sys.getsizeof(each.place) + sys.getsizeof(each.message) + 64 for each in entry.violations)
    held += len(entry.request.body) + len(entry.request.path) + len(entry.request.query)
    held += sum(map(len, entry.request.headers.values())) + sum(map(sys.getsizeof, entry.remarks))
    held += len(entry.response.body) + sum(len(value) for _, value in entry.response.headers)
    assert held <= 4 * entry.size


def test_it_counts_what_it_no_longer_keeps() -> None:
    """Totals are of all that was recorded since the beginning."""
    journal = Journal(MemoryState(), entries=3)
    for serial in range(10):
        journal.record(exchange(serial))
    assert (len(journal), journal.total) == (3, 10)


def test_sixteen_threads_record_at_once() -> None:
    """No entry is lost or counted twice."""
    journal = Journal(MemoryState(), entries=10_000)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda serial: journal.record(exchange(serial)), range(4_000)))
    assert journal.total == len(journal) == 4_000
    assert {each.serial for each in journal} == set(range(4_000))


def test_entries_are_chosen(world: World) -> None:
    """By operation ('' for none), status and time of the session's clock, alone and together; oldest first."""
    start = world.clock.now()
    world.orders()
    world.call("GET", "/v1/orders", authorization="Basic x")
    world.clock.advance(10)
    world.product_orders()
    world.orders()
    world.call("GET", "/other")

    def serials(**wanted: str | float) -> list[int]:
        return [each.serial for each in world.session.journal.select(**wanted)]  # type: ignore[arg-type]

    assert serials() == [1, 2, 3, 4, 5]
    assert serials(operation="bootpay.orders.list") == [1, 2, 4]
    assert serials(operation="") == [5]
    assert serials(status=200) == [1, 3, 4]
    assert serials(since=start + 10) == [3, 4, 5]
    assert serials(since=start + 10.001) == []
    assert serials(operation="bootpay.orders.list", status=200, since=start + 1) == [4]
    assert serials(operation="naver.token") == []
