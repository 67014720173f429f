from __future__ import annotations

import base64
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from jumun_mockserver import LiveServer
from jumun_mockserver.control.client import ControlClient
from tests.nodes import start_nodes
from tests.packaged import BOOTPAY_ORDERS
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.synchronize import Event
    from pathlib import Path

PROCESSES, TESTS = 8, 100

_over: list[Event] = []


def _begin(over: Event) -> None:
    """Keep in a worker what tells that all others are through."""
    _over[:] = [over]


def _count(connection: HTTPConnection, session: dict[str, Any], calls: int) -> list[tuple[int, Any]]:
    """So many calls of Bootpay's list with the session's own keys: status and `count` of each."""
    keys = session["keys"]
    pair = f"{keys['bootpay_client_key']}:{keys['bootpay_secret_key']}".encode()
    headers = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
    seen = []
    for _ in range(calls):
        connection.request("GET", "/v1/orders?limit=1", headers=headers)
        response = connection.getresponse()
        seen.append((response.status, json.loads(response.read()).get("count")))
    return seen


def _connect(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=30)


def run_tests(urls: Sequence[str], worker: int) -> list[str]:
    """A hundred short tests, each in a session of its own; what went wrong.

    Args:
        urls: Of one server, or of nodes: the session is made on one, called on the next, and looked at on the next.
    """
    wrong: list[str] = []
    connections = [_connect(url) for url in urls]
    for number in range(TESTS):
        calls, orders, failures = 2 + number % 3, (worker * TESTS + number) % 17, number % 2
        made, called, seen_on = (urls[(worker + number + step) % len(urls)] for step in range(3))
        with ControlClient(made) as control:
            session = control.create_session(
                orders=orders, scenario=f"bootpay.*: 429 x{failures}", frozen_at="2026-01-01T00:00:00Z"
            )
        with ControlClient(seen_on, session=session["id"]) as control:
            seen = _count(connections[urls.index(called)], session, calls)
            wanted = [(429, None)] * failures + [(200, BOOTPAY_ORDERS + orders)] * (calls - failures)
            if seen != wanted:
                wrong.append(f"{worker}/{number}: answered {seen}, not {wanted}")
            counts = (control.count(), control.count(status=200), control.show_session()["calls"])
            if counts != (calls, calls - failures, calls):
                wrong.append(f"{worker}/{number}: counted {counts} of {calls} calls")
            control.delete_session()
    for connection in connections:
        connection.close()
    return wrong


def reset_in_a_loop(urls: Sequence[str]) -> tuple[int, list[str]]:
    """A session that is called and reset until the others are through: how often, and what went wrong.

    It is called on the first node, and reset on the last.
    """
    wrong: list[str] = []
    rounds = 0
    connection = _connect(urls[0])
    with ControlClient(urls[-1]) as control:
        session = control.create_session(scenario="bootpay.*: 503, ok *", limits="off")
        while not _over[0].is_set():
            seen = [status for status, _ in _count(connection, session, 3)]
            if (seen, control.count()) != ([503, 200, 200], 3):
                wrong.append(f"reset {rounds}: answered {seen}, counted {control.count()}")
            control.reset()
            rounds += 1
        control.delete_session()
    connection.close()
    return rounds, wrong


def run_in_processes(urls: Sequence[str]) -> None:
    """Eight processes with a hundred tests each, while another session is reset all the time."""
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    with ProcessPoolExecutor(PROCESSES + 1, context, initializer=_begin, initargs=(over,)) as pool:
        resetting = pool.submit(reset_in_a_loop, urls)
        workers = [pool.submit(run_tests, urls, worker) for worker in range(PROCESSES)]
        try:
            wrong = [line for worker in workers for line in worker.result(timeout=240)]
        finally:
            over.set()
        rounds, disturbed = resetting.result(timeout=60)
    assert [*wrong, *disturbed] == []
    assert rounds > 10


@pytest.mark.slow
def test_eight_hundred_tests_in_eight_processes() -> None:
    """Each counts its own calls exactly and meets its own failures, while another session is reset all the time."""
    with LiveServer() as server, ControlClient(server.url) as control:
        run_in_processes([server.url])
        assert server.session.journal.total == 0
        assert control.show_session()["calls"] == 0
        sessions = control._call("GET", "/sessions")
        assert [each["id"] for each in sessions] == ["default"]


@pytest.mark.slow
def test_eight_hundred_tests_over_three_nodes(tmp_path: Path) -> None:
    """The same where a session is made on one node, called on another and looked at on a third."""
    with RedisServer(tmp_path) as redis, start_nodes(redis) as nodes:
        run_in_processes([node.url for node in nodes])
        for node in nodes:
            assert node.control("GET", "/requests") == []
            assert [each["id"] for each in node.control("GET", "/sessions")] == ["default"]
