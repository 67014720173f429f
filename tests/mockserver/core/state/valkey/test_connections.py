"""Connections to a store: where it is, what is said when it is away, and that nothing waits for it for long."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.core.state import waiting
from jumun_mockserver.core.state.state import StateAwayError
from jumun_mockserver.core.state.valkey.address import Address
from jumun_mockserver.core.state.valkey.connections import Connections
from jumun_mockserver.core.state.valkey.state import ValkeyState
from tests.redis_server import RedisServer
from tests.waiting import wait_until

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE_S = 0.25
PONG = {"b'PONG'"}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("valkey://127.0.0.1:6380/3", Address("127.0.0.1", 6380, 3, None, None)),
        ("redis://store", Address("store", 6379, 0, None, None)),
        ("redis://store/", Address("store", 6379, 0, None, None)),
        ("valkey://[::1]:1/2", Address("::1", 1, 2, None, None)),
        ("valkey://:p%40ss@store:1", Address("store", 1, 0, None, "p@ss")),
        ("valkey://me:secret@store/1", Address("store", 6379, 1, "me", "secret")),
        ("valkey://store/1?timeout=1.5s", Address("store", 6379, 1, None, None, 1.5)),
        ("redis://store?timeout=50ms", Address("store", 6379, 0, None, None, 0.05)),
    ],
)
def test_an_address_is_read(url: str, address: Address) -> None:
    """With its defaults; and shown without the password."""
    assert Address.of(url) == address
    assert "secret" not in str(address)
    assert Address.of(str(address))[:3] == address[:3]


@pytest.mark.parametrize(
    "url",
    [
        *("", "store", "memory:", "http://store:1/0", "rediss://store", "valkey:", "valkey://", "valkey://:1/0"),
        *("valkey://store:x", "valkey://store:70000", "valkey://store/a", "valkey://store/1/2", "valkey://store/-1"),
        *(
            "valkey://store/0?db=1",
            "valkey://store/0?timeout=",
            "valkey://store/0?timeout=soon",
            "valkey://store/0?timeout=0s",
            "valkey://store/0#1",
            "valkey://store/٣",
            "valkey://secret@[store",
            "valkey://store:0",
        ),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """With what would be one, and without repeating what may have a password in it."""
    with pytest.raises(ValueError, match=r"valkey://127\.0\.0\.1:6379/0") as refused:
        Address.of(url)
    assert "secret" not in str(refused.value)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server for one test."""
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def connections(redis: RedisServer) -> Iterator[Connections]:
    """Connections to it, with the patience that they have by themselves."""
    made = Connections(Address.of(redis.url))
    yield made
    made.close()


@pytest.fixture
def loop(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that does not run yet."""
    made = new_loop()
    yield made
    made.close()


def ask_blocking(connections: Connections, number: int) -> list[str]:
    """What as many threads are answered at once."""

    def ask(_: int) -> str:
        try:
            return str(connections.ask(b"PING"))
        except StateAwayError as error:
            return str(error)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(ask, range(number)))


def ask_on(loop: asyncio.AbstractEventLoop, connections: Connections, number: int) -> list[str]:
    """What as many requests of a loop are answered at once."""

    def ask() -> str:
        try:
            return str(connections.ask(b"PING"))
        except StateAwayError as error:
            return str(error)

    async def ask_all() -> list[str]:
        futures = [waiting.run(ask, loop=loop, at_most_s=60) for _ in range(number)]
        return [await future for future in futures]

    return loop.run_until_complete(ask_all())


@pytest.fixture(params=["blocking", "on a loop"])
def ask(
    request: pytest.FixtureRequest, loop: asyncio.AbstractEventLoop, connections: Connections
) -> Iterator[Callable[[int], list[str]]]:
    """Asks so many times at once, in either way."""
    if request.param == "blocking":
        yield lambda number: ask_blocking(connections, number)
        return
    yield lambda number: ask_on(loop, connections, number)
    connections.close()
    # A closed connection is over at the loop's next turns.
    ask_on(loop, connections, 0)
    loop.run_until_complete(waiting.run(lambda: None, loop=loop, at_most_s=1))


def test_a_store_that_ends_is_away_and_comes_back(redis: RedisServer, ask: Callable[[int], list[str]]) -> None:
    """What is asked fails at once with where and why, and is answered again soon after the store is there again."""
    wait_until(lambda: set(ask(20)) == PONG)
    redis.kill()
    began = time.monotonic()
    for _ in range(5):
        for said in ask(20):
            assert said.startswith(f"the store at {redis.url} "), said
    assert time.monotonic() - began < 5 * PATIENCE_S
    redis.start()
    wait_until(lambda: set(ask(20)) == PONG, patience_s=2)


def test_a_store_that_hangs_costs_a_bounded_wait(redis: RedisServer, ask: Callable[[int], list[str]]) -> None:
    """Each that waits is answered within the patience, and those that come soon after at once."""
    wait_until(lambda: set(ask(1)) == PONG)
    with redis.held():
        began = time.monotonic()
        assert set(ask(20)) == {f"the store at {redis.url} did not answer within 250 ms"}
        assert PATIENCE_S <= time.monotonic() - began < 4 * PATIENCE_S
        took = []
        for _ in range(4):
            began = time.monotonic()
            assert set(ask(20)) == {f"the store at {redis.url} did not answer within 250 ms"}
            took.append(time.monotonic() - began)
        # On a busy machine one may come so late that it asks again.
        assert min(took) < PATIENCE_S / 2
    wait_until(lambda: set(ask(20)) == PONG, patience_s=2)


def test_a_port_that_is_not_listened_at(ask: Callable[[int], list[str]], redis: RedisServer) -> None:
    """The system's reason is given, without its own way to write the address."""
    redis.kill()
    assert set(ask(3)) == {f"the store at {redis.url} cannot be reached: Connection refused"}


def test_what_a_loop_asks_in_one_turn_goes_out_together(loop: asyncio.AbstractEventLoop, redis: RedisServer) -> None:
    """Fifty requests that count four times each need few reads of the store's, and each count is given once."""
    connections = Connections(Address.of(f"{redis.url}?timeout=10s"))
    state, counted = ValkeyState(connections, "s"), list[int]()

    def count() -> None:
        counted.extend(state.count("f", "n") for _ in range(4))

    async def count_all() -> None:
        for future in [waiting.run(count, loop=loop, at_most_s=60) for _ in range(50)]:
            await future

    ask_on(loop, connections, 1)
    with redis.client() as client:
        before = client.info()["total_reads_processed"]
        loop.run_until_complete(count_all())
        reads = client.info()["total_reads_processed"] - before
    assert sorted(counted) == list(range(1, 201))
    assert reads <= 20
    connections.close()
    ask_on(loop, connections, 0)


def test_a_password_is_sent_and_never_shown(tmp_path: Path, loop: asyncio.AbstractEventLoop) -> None:
    """With it the database of the address is used, in both ways; without it the refusal says so."""
    with RedisServer(tmp_path, password="sesame-42") as redis:
        place = redis.url.removeprefix("valkey://").removesuffix("/0")
        right = Connections(Address.of(f"valkey://:sesame-42@{place}/3?timeout=10s"))
        ValkeyState(right, "s").write("f", "n", 1)
        assert set(ask_on(loop, right, 2) + ask_blocking(right, 2)) == PONG
        with redis.client() as client:
            assert client.info("keyspace").keys() == {"db3"}
        for wrong in (
            Connections(Address.of(f"valkey://:sesame-43@{place}/3?timeout=10s")),
            Connections(Address.of(redis.url)),
        ):
            for said in (*ask_on(loop, wrong, 2), *ask_blocking(wrong, 2)):
                assert said.startswith(f"the store at valkey://{place}/"), said
                assert "sesame" not in said
                assert "password" in said.lower() or "authentication" in said.lower(), said
            wrong.close()
        right.close()
        ask_on(loop, right, 0)


def test_a_server_of_something_else(loop: asyncio.AbstractEventLoop) -> None:
    """What does not speak the protocol is away, and says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def answer() -> None:
            for _ in range(2):
                taken, _ = listener.accept()
                with taken:
                    taken.recv(100)
                    taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        connections = Connections(Address.of(f"valkey://127.0.0.1:{port}")._replace(patience_s=5))
        (said,) = ask_on(loop, connections, 1)
        assert said == f"the store at valkey://127.0.0.1:{port}/0 does not speak its protocol"
        connections._away_until = 0
        (said,) = ask_blocking(connections, 1)
        assert said.startswith(f"the store at valkey://127.0.0.1:{port}/0 "), said
        thread.join()
        connections.close()
