"""Requests that wait for their state under the real server: same answers, in order, and nothing else is held up."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from jumun_contracts import PROFILES
from jumun_mockserver import create_app
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import MemoryStore
from jumun_mockserver.core.state.state import StateAwayError
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.server.bounds import Bounds
from jumun_mockserver.server.server import Server, base_url, bind
from tests.conformance.samples import NOW, OPERATIONS
from tests.conformance.test_adapters import ask_server, cases
from tests.mockserver.core.state.delayed import DelayedState, delayed_dispatch
from tests.mockserver.wire import Wire, exchange, request
from tests.mockserver.world import KEYS, ORDER, STATIC_TOKEN
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.http import Request

JSON = "Content-Type: application/json"
TOKEN = request(
    "POST", "/v1/request/token", JSON, body=json.dumps({"client_key": KEYS[0], "secret_key": KEYS[1]}).encode()
)
GET = request("GET", "/v1/orders?limit=1")
IDS = (
    f"GET /external/v1/pay-order/seller/orders/{ORDER}/product-order-ids HTTP/1.1\r\n"
    f"Host: jumun.localhost\r\nAuthorization: Bearer {STATIC_TOKEN}\r\n\r\n"
).encode()
PATIENCE_S = 10


class Running:
    """A server in a thread."""

    def __init__(self, dispatch: Dispatch, **bounds: float) -> None:
        self.listener = bind("127.0.0.1", 0)
        self.url = base_url(self.listener)
        started = threading.Event()
        self.server = Server(dispatch, on_started=started.set, bounds=Bounds(**bounds))  # type: ignore[arg-type]
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True)
        self.thread.start()
        assert started.wait(PATIENCE_S)

    def stop(self) -> None:
        """Stop the server and wait for its thread."""
        self.server.should_exit = True
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()
        self.listener.close()


@contextmanager
def running(dispatch: Dispatch, **bounds: float) -> Iterator[str]:
    """The URL of a server."""
    server = Running(dispatch, **bounds)
    try:
        yield server.url
    finally:
        server.stop()


def ask(port: int, asked: Request) -> bytes:
    """The body of a good answer."""
    target = f"{asked.path}?{asked.query}"
    status, _, body = exchange(f"http://127.0.0.1:{port}", target, asked.headers, method=asked.method)
    assert status == 200
    return body


def rows(limit: int) -> bytes:
    """A call whose answer can be recognized by its number of orders."""
    return request("GET", f"/v1/orders?limit={limit}")


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_bytes_as_with_memory(profile: str) -> None:
    """Every operation, every error of each and what is unusual, asked of a server whose state waits."""
    options = SessionOptions(profile, seed="conformance", frozen_at=NOW)
    state = DelayedState(0.0005)
    plain = Dispatch(PROVIDERS, MemoryStore(PROVIDERS, Session(PROVIDERS, options)))
    asked = cases(profile)
    with running(plain) as plain_url, running(delayed_dispatch(state, options)) as url:
        different = [name for name, each in asked.items() if ask_server(plain_url, each) != ask_server(url, each)]
        assert different == []
        assert set(OPERATIONS) <= set(asked)
    assert state.verbs > 3 * len(asked)
    assert state.inner.last("journal") == len(asked)
    assert state.threads == set()


def test_requests_wait_side_by_side() -> None:
    """Two hundred that each wait some times 20 ms take little longer than one, on the loop's thread alone."""
    state = DelayedState(0.02)
    with running(delayed_dispatch(state)) as url:
        with Wire(url) as wire:
            assert wire.ask(GET).status == 200
        verbs = state.verbs
        assert verbs >= 4
        wires = [Wire(url) for _ in range(200)]
        began = time.monotonic()
        for wire in wires:
            wire.send(GET)
        assert {wire.read().status for wire in wires} == {200}
        took = time.monotonic() - began
        for wire in wires:
            wire.close()
    assert state.verbs == 201 * verbs
    assert took < 200 * verbs * 0.02 / 4
    assert state.at_once > 50
    assert state.threads == set()
    serials = [exchange.serial for _, exchange in state.inner.entries("journal")]
    assert sorted(serials) == list(range(1, 202))


def test_pipelined_requests_are_answered_in_order() -> None:
    """Calls, errors, tokens and the control plane, sent at once on one connection."""
    state = DelayedState(0.002)
    health = request("GET", "/_jumun/health")
    asked = [rows(1), TOKEN, rows(2), health, request("GET", "/nowhere"), rows(3), rows(4), health, TOKEN, rows(5)]
    with running(delayed_dispatch(state)) as url, Wire(url) as wire:
        wire.send(b"".join(asked))
        answers = [wire.read() for _ in asked]
        # And on the same connection once more, now that all is over.
        assert len(json.loads(wire.ask(rows(2)).body)["list"]) == 2
    assert [each.status for each in answers] == [200, 200, 200, 200, 404, 200, 200, 200, 200, 200]
    assert [len(json.loads(answers[n].body)["list"]) for n in (0, 2, 5, 6, 9)] == [1, 2, 3, 4, 5]
    assert b'"access_token"' in answers[1].body
    assert [answers[n].header("content-type") for n in (3, 7)] == ["application/json"] * 2


def test_the_others_go_on_while_one_waits() -> None:
    """A request that is not answered does not keep others from being answered, on its thread."""
    state = DelayedState(None)
    with running(delayed_dispatch(state)) as url, Wire(url) as stuck, Wire(url) as other:
        stuck.send(GET)
        state.wait_until(lambda: len(state.held) == 1)
        state.delay_s = 0.0
        assert other.ask(GET).status == 200
        state.release_all()
        assert stuck.read().status == 200


def test_a_client_that_leaves_loses_its_answer_only() -> None:
    """What it asked for is done to its end and is in the journal; the server goes on."""
    state = DelayedState(None)
    with running(delayed_dispatch(state)) as url:
        leaving = Wire(url)
        leaving.send(TOKEN + GET)
        state.wait_until(lambda: len(state.held) == 1)
        # A client that closes its half may still wait for its answers; one that resets does not.
        leaving.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        leaving.close()
        state.release_all()
        wait_until(lambda: state.inner.last("journal") == 1)
        with Wire(url) as wire:
            assert wire.ask(GET).status == 200
    operations = [exchange.operation for _, exchange in state.inner.entries("journal")]
    assert operations == ["bootpay.token", "bootpay.orders.list"], "what it had sent behind is not begun"


def test_of_racing_token_calls_one_wins() -> None:
    """Two calls that both found no token are given the same one: the loser of the swap looks again."""
    state = DelayedState(0.02)
    with running(delayed_dispatch(state)) as url, Wire(url) as one, Wire(url) as other:
        one.send(TOKEN)
        other.send(TOKEN)
        tokens = {json.loads(wire.read().body)["access_token"] for wire in (one, other)}
    assert len(tokens) == 1
    assert state.inner.read("bootpay.newest_tokens.count", "") == 2, "they did not race"


def test_a_state_that_never_answers_costs_a_bounded_wait() -> None:
    """The provider's 503 says so, in order, and the connection is good for more once the state is back."""
    state = DelayedState(None)
    with running(delayed_dispatch(state), state_s=0.1) as url, Wire(url) as wire:
        wire.send(GET + TOKEN)
        for code in ("list", "token"):
            answer = wire.read()
            assert answer.status == 503, code
            assert answer.header("jumun-note") == "the state did not answer within 0.1 s"
            assert json.loads(answer.body)["code"] == 503
        assert all(future.cancelled() for _, future in state.held)
        state.delay_s = 0.0
        assert wire.ask(GET).status == 200
    assert state.inner.last("journal") == 1


def test_a_request_that_has_waited_too_long_waits_no_more() -> None:
    """All its waiting counts together; what it had done stays done, and is not answered as if all were done."""
    state = DelayedState(0.03)
    with running(delayed_dispatch(state), state_s=0.05) as url, Wire(url) as wire:
        answer = wire.ask(GET)
        assert answer.status == 503
        assert "did not answer within 0.05 s" in (answer.header("jumun-note") or "")
        state.delay_s = 0.0
        assert wire.ask(GET).status == 200
    assert state.inner.read("session", "serial") == 2


def test_a_state_that_fails_is_the_providers_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever verb fails, in whichever way, the client gets the provider's answer with the reason."""
    state = DelayedState(0.001)
    with running(delayed_dispatch(state)) as url, Wire(url) as wire:
        for verb, error, said in (
            ("count", StateAwayError("nothing listens there"), "nothing listens there"),
            ("take", StateAwayError("it went away"), "it went away"),
            ("append", StateAwayError("the disk is full"), "the disk is full"),
            ("read", StateAwayError("no route"), "no route"),
            ("take", ValueError("a fault of ours"), "Jumun failed: ValueError: a fault of ours"),
        ):

            def fail(*_: object, error: Exception = error, **__: object) -> None:
                state._wait()
                raise error

            with monkeypatch.context() as patch:
                patch.setattr(state, verb, fail)
                answer = wire.ask(IDS)
                status = 503 if isinstance(error, StateAwayError) else 500
                assert (verb, answer.status, answer.header("jumun-note")) == (verb, status, said)
            assert wire.ask(GET).status == 200


def test_stopping_answers_what_waits() -> None:
    """A request whose state answers in time is answered, with the end of the connection; those behind it are cut."""
    state = DelayedState(None)
    server = Running(delayed_dispatch(state))
    with Wire(server.url) as wire:
        wire.send(GET + TOKEN)
        state.wait_until(lambda: len(state.held) == 1)
        server.server.should_exit = True
        wait_until(lambda: not server.server.servers[0].is_serving())
        state.release_all()
        answer = wire.read()
        assert (answer.status, answer.header("connection")) == (200, "close")
        assert wire.is_closed()
    server.stop()


def test_stopping_does_not_wait_for_ever() -> None:
    """A state that never answers does not keep the server from ending."""
    state = DelayedState(None)
    server = Running(delayed_dispatch(state), state_s=600)
    with Wire(server.url) as wire:
        wire.send(GET)
        state.wait_until(lambda: len(state.held) == 1)
        server.stop()


def test_the_control_plane_blocks_threads_of_its_own() -> None:
    """Its calls wait in threads of their own, while the loop answers others."""
    state = DelayedState(0.01)
    with running(delayed_dispatch(state)) as url, Wire(url) as wire, Wire(url) as other:
        assert wire.ask(GET).status == 200
        wire.send(request("GET", "/_jumun/requests"))
        assert other.ask(GET).status == 200
        listed = wire.read()
        assert listed.status == 200
        assert b"bootpay.orders.list" in listed.body
    assert state.threads
    assert all("jumun call" in name for name in state.threads)


def test_under_a_wsgi_host_a_verb_blocks_its_thread() -> None:
    """The same dispatch under a threaded host: same answers, one thread for each request that waits."""
    state = DelayedState(0.02)
    plain = Dispatch(PROVIDERS, MemoryStore(PROVIDERS, Session(PROVIDERS, SessionOptions(frozen_at=NOW))))
    host = make_server(
        "127.0.0.1", 0, create_app(delayed_dispatch(state, SessionOptions(frozen_at=NOW))), threaded=True
    )
    threading.Thread(target=host.serve_forever, daemon=True).start()
    asked = cases("documented")["bootpay.orders.list"]
    with running(plain) as url:
        (_, _, wanted) = ask_server(url, asked)
    try:
        with ThreadPoolExecutor(20) as pool:
            bodies = list(pool.map(lambda _: ask(host.port, asked), range(20)))
    finally:
        host.shutdown()
        host.server_close()
    assert set(bodies) == {wanted}
    assert len(state.threads) > 5
    assert state.at_once > 5
    assert state.inner.read("session", "serial") == 20


def test_memory_needs_no_greenlet() -> None:
    """A server with the state of memory never imports it."""
    code = """
import sys, urllib.request
from jumun_mockserver import LiveServer
with LiveServer() as server:
    urllib.request.urlopen(server.url + "/_jumun/health").close()
    path = "/v1/pay-order/seller/orders/2023010112345/product-order-ids"
    request = urllib.request.Request(server.naver_base_url + path)
    request.add_header("Authorization", "Bearer your_access_token_here")
    assert urllib.request.urlopen(request).status == 200
assert "greenlet" not in sys.modules
assert "jumun_mockserver.core.state.waiting" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={"no_proxy": "*"}, timeout=60)
