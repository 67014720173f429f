"""`jumun serve --workers`: one address, several processes over one store, and what watches over them."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import jumun, refusal, run, started
from tests.mockserver.wire import Wire, request
from tests.nodes import Node, read_url
from tests.processes import children, lives
from tests.redis_server import LASTING, RedisServer
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

LIST = request("GET", "/v1/orders?limit=1")
# Redis and two processes take their time on a machine that does other things.
PATIENCE_S = 20


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that the workers share."""
    with RedisServer(tmp_path, *LASTING) as server:
        yield server


@contextmanager
def serving(redis: RedisServer, *more: str) -> Iterator[Node]:
    """The supervisor of two workers, once both are there, and their URL."""
    with started("serve", "--port", "0", "--workers", "2", "--store", f"{redis.url}?timeout=10s", *more) as process:
        url = read_url(process)
        assert process.stdout
        assert "  workers  2 processes\n" in {process.stdout.readline() for _ in range(6)}
        wait_until(lambda: len(children(process.pid)) == 2, patience_s=PATIENCE_S)
        yield Node(url, process)


class Callers:
    """Threads that call again and again, each time on a connection of its own, until they are stopped."""

    def __init__(self, url: str, *, threads: int = 4) -> None:
        self.answered = 0
        self.failures: list[str] = []
        self._url = url
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._call) for _ in range(threads)]
        for each in self._threads:
            each.start()

    def wait_for_more(self, number: int = 40) -> None:
        """Wait until so many calls more were answered, or failed."""
        enough = self.answered + len(self.failures) + number
        wait_until(lambda: self.answered + len(self.failures) >= enough, patience_s=PATIENCE_S)

    def stop(self) -> None:
        """Have each make its last call, and wait for that."""
        self._is_over.set()
        for each in self._threads:
            each.join()

    def _call(self) -> None:
        while not self._is_over.is_set():
            try:
                with Wire(self._url) as wire:
                    status = wire.ask(LIST).status
            except (OSError, ValueError) as error:
                self.failures.append(repr(error))
            else:
                if status == 200:
                    self.answered += 1
                else:
                    self.failures.append(str(status))


def test_workers_are_one_server(redis: RedisServer) -> None:
    """Whichever of them a connection comes to, a scenario is played once, and the journal has all calls."""
    with serving(redis, "--quiet") as node:
        node.control("PUT", "/scenario", "bootpay.orders.list: 503 x20, ok")
        statuses = []
        for _ in range(60):
            with Wire(node.url) as wire:
                statuses.append(wire.ask(LIST).status)
        assert statuses == [503] * 20 + [200] * 40
        assert [each["serial"] for each in node.control("GET", "/requests")] == list(range(1, 61))


def test_both_log_whole_lines(redis: RedisServer) -> None:
    """Into one pipe, each call once."""
    with serving(redis) as node:
        callers = Callers(node.url, threads=8)
        callers.wait_for_more(400)
        callers.stop()
        node.process.terminate()
        assert node.process.stderr
        lines = node.process.stderr.read().splitlines()
    assert callers.failures == []
    assert len(lines) == callers.answered
    assert {line.partition("+00:00 ")[2].partition(" limits")[0] for line in lines} == {"GET /v1/orders 200"}


def test_a_worker_that_is_killed_is_replaced(redis: RedisServer) -> None:
    """It is said, the other one goes on, and a new one takes its place."""
    with serving(redis, "--quiet") as node:
        killed, other = children(node.process.pid)
        os.kill(killed, signal.SIGKILL)
        assert node.process.stderr
        line = node.process.stderr.readline()
        assert line.startswith("Jumun: worker ")
        assert f"(process {killed}) was ended by SIGKILL; another is started" in line
        wait_until(lambda: len(set(children(node.process.pid)) - {killed}) == 2, patience_s=PATIENCE_S)
        assert other in children(node.process.pid)
        with Wire(node.url) as wire:
            assert wire.ask(LIST).status == 200


def test_all_are_restarted_without_a_failed_call(redis: RedisServer) -> None:
    """By SIGHUP, one after the other, while calls come on new connections; what there was is there."""
    with serving(redis, "--quiet") as node:
        order = node.control("POST", "/orders", {"provider": "naver"})["order_id"]
        before = set(children(node.process.pid))
        callers = Callers(node.url)
        callers.wait_for_more()
        node.process.send_signal(signal.SIGHUP)
        wait_until(
            lambda: not before & set(children(node.process.pid)) and len(children(node.process.pid)) == 2,
            patience_s=PATIENCE_S,
        )
        callers.wait_for_more()
        callers.stop()
        assert callers.failures == []
        assert node.control("GET", "/orders?limit=1")["orders"][0]["order_id"] == order


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all(redis: RedisServer, number: signal.Signals) -> None:
    """With exit code 0, and nothing is printed."""
    with serving(redis, "--quiet") as node:
        workers = children(node.process.pid)
        node.process.send_signal(number)
        assert node.process.wait(PATIENCE_S) == 0
        assert node.process.stderr
        assert node.process.stderr.read() == ""
        assert not [each for each in workers if lives(each)]


def test_workers_end_with_their_supervisor(redis: RedisServer) -> None:
    """However suddenly that goes, so that the port is free."""
    with serving(redis, "--quiet") as node:
        workers = children(node.process.pid)
        node.process.kill()
        wait_until(lambda: not any(map(lives, workers)), patience_s=PATIENCE_S)


def test_what_keeps_one_from_starting_is_said_once(redis: RedisServer, tmp_path: Path) -> None:
    """As of a server that is alone, with its exit code."""
    done = run("serve", "--port", "0", "--workers", "3", "--store", redis.url, "--data", str(tmp_path / "nothing"))
    assert done.returncode == 2
    said = done.stderr.decode()
    assert said.count("Error: ") == 1
    assert "nothing" in said


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "--workers 2: sessions, tokens and limits are in the memory of one process"),
        (("--store", "valkey://127.0.0.1", "--tls-port", "0"), "--tls-port does not go with --workers 2"),
        (("--store", "valkey://127.0.0.1", "--metrics"), "--metrics does not go with --workers 2"),
        (("--store", "valkey://127.0.0.1", "--flask"), "--flask does not go with --workers 2"),
    ],
)
def test_what_workers_cannot_do_is_refused(options: tuple[str, ...], reason: str) -> None:
    """At once, with the way out or the reason."""
    assert reason in refusal(jumun("serve", "--workers", "2", *options))
