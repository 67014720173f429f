"""A server whose sessions are on a server of Redis: the answers of memory, in few round trips, and none that hangs."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import PROFILES
from jumun_mockserver import create_app
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.shared.store import SharedStore
from jumun_mockserver.core.session.store import MemoryStore
from jumun_mockserver.core.state.valkey.address import Address
from jumun_mockserver.core.state.valkey.connections import Connections, _Link
from jumun_mockserver.providers import PROVIDERS
from tests.conformance.samples import GOOD_REQUESTS, NOW, OPERATIONS, with_headers
from tests.conformance.test_adapters import ask_flask, ask_server, cases
from tests.mockserver.server.test_waiting import GET, IDS, TOKEN, running
from tests.mockserver.wire import Wire, request
from tests.redis_server import LASTING, RedisServer, fresh_database
from tests.waiting import wait_until

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

READY = request("GET", "/_jumun/ready")


def open_dispatch(url: str, options: SessionOptions | None = None, *, patience_s: float = 10) -> Dispatch:
    """A dispatch over a store that nodes share."""
    connections = Connections(Address.of(url)._replace(patience_s=patience_s))
    return Dispatch(PROVIDERS, SharedStore(PROVIDERS, options or SessionOptions(), connections))


@contextmanager
def opened(url: str, options: SessionOptions | None = None) -> Iterator[Dispatch]:
    """The same for callers without a server, which would close its connections."""
    dispatch = open_dispatch(url, options)
    yield dispatch
    dispatch.store.disconnect()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server for one test, which may do with it what it wants."""
    with RedisServer(tmp_path) as server:
        yield server


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_bytes_as_with_memory(profile: str) -> None:
    """Every operation, every error of each and what is unusual; and the same journal and state afterwards."""
    options = SessionOptions(profile, seed="conformance", frozen_at=NOW)
    plain = Dispatch(PROVIDERS, MemoryStore(PROVIDERS, Session(PROVIDERS, options)))
    url = fresh_database()
    asked = cases(profile)
    with running(plain) as plain_url, running(open_dispatch(url, options)) as shared_url:
        different = [
            name for name, each in asked.items() if ask_server(plain_url, each) != ask_server(shared_url, each)
        ]
    assert different == []
    assert set(OPERATIONS) <= set(asked)
    with opened(url, options) as again:
        shared, memory = again.store.default, plain.store.default
        assert [each.response for each in shared.journal] == [each.response for each in memory.journal]
        assert shared.state.save(leave_out=("journal",)) == as_json(memory.state.save(leave_out=("journal",)))


def as_json(data: object) -> Any:
    """Data as it is read again."""
    return json.loads(json.dumps(data))


def test_the_same_bytes_under_a_wsgi_host() -> None:
    """Where no loop runs, verbs block their thread, and answers are the same."""
    options = SessionOptions(seed="conformance", frozen_at=NOW)
    plain = create_app(Dispatch(PROVIDERS, MemoryStore(PROVIDERS, Session(PROVIDERS, options))))
    with opened(fresh_database(), options) as dispatch:
        shared = create_app(dispatch)
        different = [name for name, each in GOOD_REQUESTS.items() if ask_flask(plain, each) != ask_flask(shared, each)]
    assert different == []


TRIPS = {
    "naver.product_order_ids": 3,
    "naver.product_orders.query": 3,
    "naver.product_orders.list": 3,
    "naver.product_orders.changes": 3,
    "bootpay.orders.list": 2,
    "bootpay.orders.detail": 2,
    "bootpay.orders.month": 2,
    "bootpay.subscriptions.list": 2,
    "bootpay.invoices.list": 3,
}
"""Round trips of calls that read; those that are limited have one more."""


def test_few_round_trips(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as docs/scale.md says, however many orders an answer has; a token of a client's own costs none."""
    trips = 0
    flush = _Link._flush

    def count(link: _Link) -> None:
        nonlocal trips
        trips += 1
        flush(link)

    found = {}
    with running(open_dispatch(fresh_database(), SessionOptions(frozen_at=NOW))) as url:
        with Wire(url) as wire:
            token = json.loads(wire.ask(TOKEN).body)["access_token"]
        own = {name: GOOD_REQUESTS[name] for name in TRIPS}
        own["with a token"] = with_headers(GOOD_REQUESTS["bootpay.orders.list"], authorization=f"Bearer {token}")
        for name, asked in own.items():
            ask_server(url, asked)
            with monkeypatch.context() as patch:
                patch.setattr(_Link, "_flush", count)
                trips = 0
                assert ask_server(url, asked)[0] == 200
            found[name] = trips
    assert found == {**TRIPS, "with a token": 2}


def test_a_store_that_ends_is_the_providers_503(redis: RedisServer) -> None:
    """With the reason as note, readiness that fails, and all well again once it is back: no restart, no lost server."""
    with running(open_dispatch(redis.url, patience_s=0.25)) as url, Wire(url) as wire:
        assert wire.ask(GET).status == 200
        assert wire.ask(READY).status == 200
        redis.kill()
        for asked in (GET, TOKEN, IDS, GET):
            began = time.monotonic()
            answer = wire.ask(asked)
            assert answer.status == 503
            assert (answer.header("jumun-note") or "").startswith(f"the store at {redis.url} ")
            assert time.monotonic() - began < 1
        ready = wire.ask(READY)
        assert ready.status == 503
        assert json.loads(ready.body)["title"] == "The store is away"
        assert wire.ask(request("GET", "/_jumun/health")).status == 200
        redis.start()
        wait_until(lambda: wire.ask(READY).status == 200, patience_s=2)
        assert wire.ask(GET).status == 200
        assert len(json.loads(wire.ask(request("GET", "/_jumun/requests")).body)) == 1


def test_a_store_that_hangs_holds_up_no_one_for_long(redis: RedisServer) -> None:
    """A hundred calls at once are answered within a second, and the control plane too; then all goes on."""
    with running(open_dispatch(redis.url, patience_s=0.25)) as url, Wire(url) as wire:
        assert wire.ask(GET).status == 200
        with redis.held():
            wires = [Wire(url) for _ in range(100)]
            began = time.monotonic()
            for each in wires:
                each.send(GET)
            answers = [each.read() for each in wires]
            assert time.monotonic() - began < 2
            assert {each.status for each in answers} == {503}
            assert {each.header("jumun-note") for each in answers} == {
                f"the store at {redis.url} did not answer within 250 ms"
            }
            assert wire.ask(READY).status == 503
            assert wire.ask(request("GET", "/_jumun/requests")).status == 503
            for each in wires:
                each.close()
        wait_until(lambda: wire.ask(GET).status == 200, patience_s=2)


def test_an_event_stream_shows_what_another_node_did(tmp_path: Path) -> None:
    """And goes on when the store was away for a while."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer(tmp_path, *LASTING))
        one, two = (stack.enter_context(running(open_dispatch(redis.url))) for _ in range(2))
        stream, wire = stack.enter_context(Wire(one)), stack.enter_context(Wire(two))
        place = request("POST", "/_jumun/orders", "Content-Type: application/json", body=b'{"provider": "naver"}')
        stream.socket.settimeout(10)
        stream.send(request("GET", "/_jumun/events", "Accept: text/event-stream"))
        read_until(stream.socket, b"oldest first")
        assert wire.ask(place).status == 201
        assert b'"number":1' in read_until(stream.socket, b'"action":"place"')
        redis.kill()
        redis.start()
        wait_until(lambda: wire.ask(READY).status == 200, patience_s=2)
        assert wire.ask(place).status == 201
        assert b'"number":2' in read_until(stream.socket, b'"action":"place"')


def read_until(source: socket.socket, wanted: bytes) -> bytes:
    """What comes up to some text; fails if it does not in time."""
    found = b""
    while wanted not in found:
        piece = source.recv(10_000)
        assert piece, found
        found += piece
    return found


def test_stopping_closes_all_connections(redis: RedisServer) -> None:
    """A server that has stopped, loop, threads and all, has left none behind."""
    with running(open_dispatch(redis.url)) as url, Wire(url) as wire:
        assert (wire.ask(GET).status, wire.ask(READY).status) == (200, 200)
    with redis.client() as client:
        wait_until(lambda: len(client.client_list()) == 1)
