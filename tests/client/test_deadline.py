from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pytest
import trustme

from jumun_client import (
    AsyncTiming,
    DeadlineExceededError,
    RateLimitError,
    ServerError,
    TimedOutError,
    Timing,
)
from tests.client.sides import Side, both_sides
from tests.client.world import Api, FakeTime, ids, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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
    """The deadline begins again with every call."""
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

DEADLINE_S = 0.2
LATE_S = 2.0  # what a busy machine may add; without a bound, all of these go on forever

BODY = b'{"count": 0, "list": []}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(BODY)
WHOLE = HEAD + b"\r\n" + BODY

Behaviour: TypeAlias = "Callable[[Callable[[bytes], None], Callable[[], bool]], None]"


def answer(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:  # noqa: ARG001 - it needs none
    """Answers at once."""
    send(WHOLE)


def hang(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Says nothing, and then all."""
    for _ in range(500):
        if rest():
            return
    send(WHOLE)


def dribble_lines(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Sends header after header."""
    send(HEAD)
    for number in range(500):
        send(b"X-%d: 1\r\n" % number)
        if rest():
            return
    send(b"\r\n" + BODY)


def dribble_head(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Sends the head byte by byte."""
    for number in range(500):
        send(WHOLE[number : number + 1])
        if rest():
            return


def dribble_body(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Sends the body piece by piece."""
    send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(500):
        send(b"1\r\n \r\n")
        if rest():
            return
    send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY))


def announce(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Announces early hints, again and again."""
    for _ in range(500):
        send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        if rest():
            return
    send(WHOLE)


def flood(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Announces early hints without a pause, so that no read ever waits."""
    began_s = monotonic()
    while monotonic() < began_s + 5:
        send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)
    rest()
    send(WHOLE)


def dribble_handshake(send: Callable[[bytes], None], rest: Callable[[], bool]) -> None:
    """Sends a TLS record of 16 KiB byte by byte."""
    send(b"\x16\x03\x03\x40\x00")
    for _ in range(500):
        send(b"\x00")
        if rest():
            return


@contextmanager
def serving(*behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that takes one connection after the other; gives its address.

    Args:
        behaviours: Towards the first request of each connection, the second …
        tls: How it encrypts; None for not at all.
    """
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            plain, _ = listener.accept()
            with suppress(OSError), tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                for behave in behaviours:
                    if connection.recv(65_536):
                        behave(connection.sendall, lambda: over.wait(0.01))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            socket.create_connection(listener.getsockname()).close()
            thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def check(call: Callable[[], object]) -> None:
    """The call is over when its time is up, and neither before its deadline nor much after it."""
    with pytest.raises(DeadlineExceededError) as caught:
        call()
    error = caught.value
    assert isinstance(error.__cause__, TimedOutError)
    assert error.attempts == 1
    assert DEADLINE_S <= error.elapsed_s < DEADLINE_S + LATE_S


@contextmanager
def calling(side: Side, base_url: str) -> Iterator[Any]:
    """A client in real time."""
    timing = AsyncTiming() if side.is_async else Timing()
    with side.bootpay(base_url=base_url, deadline=DEADLINE_S, timing=timing) as client:
        yield client


@both_sides
@pytest.mark.parametrize("behave", [hang, dribble_lines, dribble_head, dribble_body, announce, flood])
def test_over_sockets(side: Side, behave: Behaviour) -> None:
    """A call ends at its deadline, whatever the server is doing then; the client can go on."""
    with serving(behave) as place, calling(side, f"http://{place}/v1") as client:
        for _ in range(2):
            check(client.list_orders)


@both_sides
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connection_that_is_used_again(
    side: Side, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds on a connection that an earlier call has left, too: a new one would be answered at once."""
    tls = None
    if scheme == "https":
        authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(tls)
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with serving(answer, dribble_head, tls=tls) as place, calling(side, f"{scheme}://{place}/v1") as client:
        without = client.with_options(deadline=None)
        assert without.list_orders().count == 0
        check(client.list_orders)


@both_sides
def test_handshake(side: Side) -> None:
    """It holds while TLS is being agreed upon."""
    with serving(dribble_handshake) as place, calling(side, f"https://{place}/v1") as client:
        check(client.list_orders)


@both_sides
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy(side: Side, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds behind a proxy that the environment names, whether that forwards or opens a tunnel."""
    with serving(dribble_head) as place:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://{place}")
        with calling(side, f"{scheme}://shop.invalid/v1") as client:
            check(client.list_orders)


def test_threads() -> None:
    """A synchronous call that ended at its deadline leaves no thread behind, nor does it need one."""
    with serving(dribble_head) as place, calling(Side(is_async=False), f"http://{place}/v1") as client:
        before = threading.enumerate()
        check(client.list_orders)
        assert threading.enumerate() == before
