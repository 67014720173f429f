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
from tests.packaged import BOOTPAY_ORDERS

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

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


def run_tests(url: str, worker: int) -> list[str]:
    """A hundred short tests, each in a session of its own; what went wrong."""
    wrong: list[str] = []
    connection = _connect(url)
    for number in range(TESTS):
        calls, orders, failures = 2 + number % 3, (worker * TESTS + number) % 17, number % 2
        with ControlClient(url) as control:
            session = control.create_session(
                orders=orders, scenario=f"bootpay.*: 429 x{failures}", frozen_at="2026-01-01T00:00:00Z"
            )
            seen = _count(connection, session, calls)
            wanted = [(429, None)] * failures + [(200, BOOTPAY_ORDERS + orders)] * (calls - failures)
            if seen != wanted:
                wrong.append(f"{worker}/{number}: answered {seen}, not {wanted}")
            counts = (control.count(), control.count(status=200), control.show_session()["calls"])
            if counts != (calls, calls - failures, calls):
                wrong.append(f"{worker}/{number}: counted {counts} of {calls} calls")
            control.delete_session()
    connection.close()
    return wrong


def reset_in_a_loop(url: str) -> tuple[int, list[str]]:
    """A session that is called and reset until the others are through: how often, and what went wrong."""
    wrong: list[str] = []
    rounds = 0
    connection = _connect(url)
    with ControlClient(url) as control:
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


@pytest.mark.slow
def test_eight_hundred_tests_in_eight_processes() -> None:
    """Each counts its own calls exactly and meets its own failures, while another session is reset all the time."""
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    with (
        LiveServer() as server,
        ControlClient(server.url) as control,
        ProcessPoolExecutor(PROCESSES + 1, context, initializer=_begin, initargs=(over,)) as pool,
    ):
        resetting = pool.submit(reset_in_a_loop, server.url)
        workers = [pool.submit(run_tests, server.url, worker) for worker in range(PROCESSES)]
        try:
            wrong = [line for worker in workers for line in worker.result(timeout=120)]
        finally:
            over.set()
        rounds, disturbed = resetting.result(timeout=60)
        assert [*wrong, *disturbed] == []
        assert rounds > 10
        assert server.session.journal.total == 0
        assert control.show_session()["calls"] == 0
        sessions = control._call("GET", "/sessions")
        assert [each["id"] for each in sessions] == ["default"]
