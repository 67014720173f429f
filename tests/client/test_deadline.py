from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from jumun_client import (
    AsyncBootpayCommerceClient,
    BootpayCommerceClient,
    DeadlineExceededError,
    RateLimitError,
    ServerError,
    TimedOutError,
)
from tests.client.world import Api, FakeTime, ids, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.client.way import Way


class SlowApi(Api):
    """Each answer takes three seconds."""

    def __init__(self, time: FakeTime, *answers: httpx.Response | Exception) -> None:
        super().__init__(*answers)
        self._time = time

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self._time.now_s += 3
        return super()._answer(request)


def test_token_call_waits_and_tries_count_together(way: Way, time: FakeTime) -> None:
    """Three seconds for the token, three for a refusal and two for its wait leave none of eight for another try."""
    refusal = httpx.Response(429, headers={"Retry-After": "2"})
    api = SlowApi(time, token(), refusal, ids("7"))
    with pytest.raises(DeadlineExceededError) as caught:
        way.signing(api, deadline=8).product_order_ids("1")
    error = caught.value
    assert (error.operation, error.attempts, error.elapsed_s) == ("naver.product_order_ids", 2, 6.0)
    assert (error.status, error.retry_after_s) == (429, 2.0)
    assert isinstance(error.__cause__, RateLimitError)
    assert time.naps == []

    api = SlowApi(time, token(), refusal, ids("7"))
    assert way.signing(api, deadline=12).product_order_ids("1").product_order_ids == ("7",)


def test_each_call_has_its_own(way: Way, time: FakeTime) -> None:
    """The deadline begins with every call anew."""
    client = way.naver(SlowApi(time, ids("7")), deadline=4)
    for _ in range(5):
        client.product_order_ids("1")


def test_error_without_time_for_a_retry(way: Way, time: FakeTime) -> None:
    """What fails when no time for the next wait is left says so, with its cause and the cause's text."""
    api = SlowApi(time, httpx.Response(503, json={"code": "GW.BLOCK.01", "message": "멈춤", "traceId": "A^1"}))
    with pytest.raises(
        DeadlineExceededError, match=r"deadline of 3\.1 s .*before that: .*GW\.BLOCK\.01 멈춤"
    ) as caught:
        way.naver(api, deadline=3.1).product_order_ids("1")
    assert isinstance(caught.value.__cause__, ServerError)
    assert (caught.value.code, caught.value.message, caught.value.trace_id) == ("GW.BLOCK.01", "멈춤", "A^1")


def test_no_single_wait_is_longer_than_what_is_left(way: Way, time: FakeTime) -> None:
    """Each wait for the network ends with the deadline at the latest, and never has a time below zero."""
    seen: list[dict[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        time.now_s += 3
        return token() if request.method == "POST" else ids()

    way.signing(answer, deadline=5, timeout=httpx.Timeout(4, connect=1, read=None)).product_order_ids("1")
    assert seen == [
        {"connect": 1, "read": 5.0, "write": 4, "pool": 4},
        {"connect": 1, "read": 2.0, "write": 2.0, "pool": 2.0},
    ]


def test_time_that_ends_before_the_request_leaves(way: Way) -> None:
    """A deadline that passes between the last look at it and the sending is one all the same."""

    class Rushing(FakeTime):
        """Every look takes a tenth of a second."""

        def monotonic(self) -> float:
            self.now_s += 0.1
            return self.now_s

    way.time.__class__ = Rushing
    seen: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"]["read"])
        raise httpx.ReadTimeout("late")

    for tenths in range(1, 12):
        with pytest.raises(DeadlineExceededError):
            way.naver(answer, deadline=tenths / 10).product_order_ids("1")
    assert all(each > 0 for each in seen)


# Over sockets: each server would complete its answer long after the deadline, so that a call that waits for it succeeds

BODY = b'{"count": 0, "list": []}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(BODY)
SLOW_HEADERS = b"".join(b"X-%d: %d\r\n" % (n, n) for n in range(500))


def hang(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Says nothing, and then all."""
    for _ in range(500):
        if rest():
            return
    send(HEAD + b"\r\n" + BODY)


def dribble_head(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Sends header after header."""
    send(HEAD)
    for line in SLOW_HEADERS.splitlines(keepends=True):
        send(line)
        if rest():
            return
    send(b"\r\n" + BODY)


def dribble_body(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Sends the body piece by piece."""
    send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(500):
        send(b"1\r\n \r\n")
        if rest():
            return
    send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY))


@contextmanager
def serving(behave: Callable[[Callable[[bytes], None], Callable[[], bool]], None]) -> Iterator[str]:
    """A server that behaves so to one connection after the other; gives its URL."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                if connection.recv(65_536):
                    behave(connection.sendall, lambda: over.wait(0.01))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        finally:
            over.set()
            socket.create_connection(listener.getsockname()).close()
            thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def check(error: DeadlineExceededError) -> None:
    """It is over for want of time, and neither before that nor much after."""
    assert isinstance(error.__cause__, TimedOutError)
    assert error.attempts == 1
    assert 0.1 <= error.elapsed_s < 4  # the server would take five


@pytest.mark.parametrize("behave", [hang, dribble_head, dribble_body])
def test_async_deadline_over_sockets(behave: Callable[..., None]) -> None:
    """An async call ends at its deadline, whatever the server is doing then; the client can go on."""

    async def main(url: str) -> None:
        async with AsyncBootpayCommerceClient(client_key="ck", secret_key="sk", base_url=url, deadline=0.1) as client:
            for _ in range(2):
                with pytest.raises(DeadlineExceededError) as caught:
                    await client.list_orders()
                check(caught.value)

    with serving(behave) as url:
        asyncio.run(main(url))


@pytest.mark.parametrize("behave", [hang, dribble_body])
def test_sync_deadline_over_sockets(behave: Callable[..., None]) -> None:
    """A sync call ends at its deadline while the server is silent, and between two pieces of a body."""
    with (
        serving(behave) as url,
        BootpayCommerceClient(client_key="ck", secret_key="sk", base_url=url, deadline=0.1) as client,
        pytest.raises(DeadlineExceededError) as caught,
    ):
        client.list_orders()
    check(caught.value)
