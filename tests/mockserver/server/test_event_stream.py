from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

import httpx
import pytest

from jumun_mockserver import LiveServer, create_app
from jumun_mockserver.core.session.events import KEPT_EVENTS, Event
from jumun_mockserver.server.event_stream import EventStream
from jumun_mockserver.server.server import ControlPlane
from tests.mockserver.wire import Wire, request
from tests.mockserver.world import KEYS, World, basic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.session.session import Session

EVENT_STREAM = {"accept": "text/event-stream"}
PATIENCE_S = 20


@pytest.fixture
def live() -> Iterator[LiveServer]:
    """A server of the test's own."""
    with LiveServer() as server:
        yield server


def happen(session: Session, *names: str) -> None:
    """Have something happen to orders of these names."""
    for name in names:
        event = Event(session.now(), "bootpay", name, None, "buyer", "place", None, {"status": 0})
        assert session.events.change("test.orders", name, None, {}, [event])


class Stream:
    """An open stream, read one event after the other."""

    def __init__(self, url: str, query: str = "", **headers: str) -> None:
        self._stack = ExitStack()
        client = self._stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S))
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = client.stream("GET", f"/_jumun/events{query}", headers={**EVENT_STREAM, **names})
        self.answer = self._stack.enter_context(asked)
        self.lines = self.answer.iter_lines()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def take(self, count: int) -> list[tuple[int, dict[str, Any]]]:
        """The next events, as id and data."""
        found: list[tuple[int, dict[str, Any]]] = []
        fields: dict[str, str] = {}
        while len(found) < count:
            name, _, value = next(self.lines).partition(":")
            if name:
                fields[name] = value.strip()
            elif not value and "data" in fields:
                found.append((int(fields["id"]), json.loads(fields["data"])))
                fields = {}
        return found


def read_until(wire: Wire, start: bytes) -> None:
    """Read lines up to one that begins so."""
    while not (line := wire._stream.readline()).startswith(start):
        assert line, f"the connection was closed before {start!r}"


def ids(events: list[tuple[int, dict[str, Any]]]) -> list[int]:
    """Their numbers, which are those in their data too."""
    assert all(number == data["number"] for number, data in events)
    return [number for number, _ in events]


def test_a_stream_has_what_was_and_what_comes(live: LiveServer) -> None:
    """First the events that are kept, then each as it happens; its data is what a page has."""
    happen(live.session, "a", "b")
    with Stream(live.url) as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert ids(stream.take(2)) == [1, 2]
        happen(live.session, "c")
        ((number, data),) = stream.take(1)
    page = httpx.get(f"{live.url}/_jumun/events?after=2", trust_env=False).json()
    assert (number, page) == (3, {"events": [data], "last": 3, "more": False})


@pytest.mark.parametrize(
    ("query", "headers", "first"),
    [
        ("", {}, 1),
        ("?after=2", {}, 3),
        ("", {"last_event_id": "3"}, 4),
        ("?after=1", {"last_event_id": "3"}, 4),
        ("?after=1", {"last_event_id": "none of ours"}, 2),
        ("?after=9", {}, 1),
    ],
)
def test_a_stream_resumes(live: LiveServer, query: str, headers: dict[str, str], first: int) -> None:
    """`Last-Event-ID`, or else `after`, says what is known; a number there never was is one of before a reset."""
    happen(live.session, "a", "b", "c", "d")
    with Stream(live.url, query, **headers) as stream:
        assert ids(stream.take(5 - first)) == list(range(first, 5))
        happen(live.session, "e")
        assert ids(stream.take(1)) == [5]


def test_a_reader_slower_than_the_log_misses_the_oldest(live: LiveServer) -> None:
    """What is no longer kept is left out, which the numbers tell."""
    happen(live.session, *map(str, range(KEPT_EVENTS + 2)))
    with Stream(live.url) as stream:
        assert ids(stream.take(1)) == [3]


def test_a_stream_goes_on_after_a_reset(live: LiveServer) -> None:
    """After a reset an open stream has the new events, whose numbers begin at 1."""
    happen(live.session, "a", "b")
    with Stream(live.url) as stream:
        stream.take(2)
        live.session.reset()
        happen(live.session, "c")
        assert ids(stream.take(1)) == [1]


def test_a_stream_ends_with_its_session(live: LiveServer) -> None:
    """A stream belongs to the session that it names, and ends when that is deleted."""
    session = httpx.post(f"{live.url}/_jumun/sessions", trust_env=False).json()["id"]
    happen(live.session, "not of that session")
    with Stream(live.url, f"?session={session}") as stream:
        next(stream.lines)
        httpx.delete(f"{live.url}/_jumun/sessions/{session}", trust_env=False).raise_for_status()
        assert "data" not in "".join(stream.lines)


def test_many_streams_hold_up_nobody(live: LiveServer) -> None:
    """Three hundred open streams take no thread: calls of both APIs and the control plane are answered meanwhile."""
    ask = request("GET", "/_jumun/events", "Accept: text/event-stream")
    with ExitStack() as stack, httpx.Client(base_url=live.url, trust_env=False, timeout=PATIENCE_S) as client:
        client.get("/_jumun/health")
        threads = threading.active_count()
        wires = [stack.enter_context(Wire(live.url)) for _ in range(300)]
        for wire in wires:
            wire.send(ask)
        for wire in wires:
            read_until(wire, b": events of this session")
        assert threading.active_count() <= threads + 2
        for _ in range(20):
            assert client.get("/v1/orders", headers={"authorization": basic(*KEYS)}).status_code == 200
            assert client.get("/_jumun/events").status_code == 200
        happen(live.session, "a")
        for wire in wires:
            read_until(wire, b"id: 1\n")


def test_a_stopped_server_ends_its_streams() -> None:
    """A server stops at once though a stream is open."""
    with ExitStack() as stack:
        with LiveServer() as server:
            stream = stack.enter_context(Stream(server.url))
            next(stream.lines)
            began = time.monotonic()
        assert time.monotonic() - began < PATIENCE_S / 4
        with pytest.raises(httpx.RemoteProtocolError):
            "".join(stream.lines)


def test_a_silent_stream_says_that_it_is_open() -> None:
    """A comment goes out where nothing happens for a while, and the stream ends when the client is gone."""
    session, sent, gone = World().session, [], asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if sent.count(b":\n\n") == 3:
            gone.set()

    stream = EventStream(session, 0, exists=lambda: True, heartbeat_s=0.001)
    asyncio.run(asyncio.wait_for(stream.send(receive, send), PATIENCE_S))
    assert sent[-1] == b""
    assert not session.state._listeners  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "status"), [("?session=nobody", 404), ("?after=x", 400), ("?after=-1", 400), ("?limit=0", 406)]
)
def test_what_cannot_be_streamed_is_refused(live: LiveServer, query: str, status: int) -> None:
    """A stream of no session, or from no number, is refused as a page would be; `limit` is a page's alone."""
    if status == 406:
        with Stream(live.url, query) as stream:
            assert stream.answer.status_code == 200
        return
    answer = httpx.get(f"{live.url}/_jumun/events{query}", headers=EVENT_STREAM, trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_another_wsgi_server_has_pages_only() -> None:
    """Where a stream would hold a worker it is refused with the way out; who takes JSON as well gets a page."""
    with httpx.Client(transport=httpx.WSGITransport(app=create_app()), base_url="http://jumun.localhost") as client:
        refused = client.get("/_jumun/events", headers=EVENT_STREAM)
        either = client.get("/_jumun/events", headers={"accept": "text/event-stream;q=0.5, application/json"})
    assert refused.status_code == 406
    assert "?after=NUMBER" in refused.json()["detail"]
    assert either.json() == {"events": [], "last": 0, "more": False}


@pytest.mark.parametrize(
    ("authorization", "is_open", "status"), [("Bearer hush", True, 200), ("Bearer hash", True, 401), ("", False, 403)]
)
def test_a_guarded_stream_needs_the_token(authorization: str, status: int, *, is_open: bool) -> None:
    """The control token guards streams as all else, and beyond loopback there are none without one."""
    dispatch, sent = World().dispatch, []
    plane = ControlPlane(dispatch, control_token="hush" if authorization else None, control_is_open=is_open)
    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])
    answered = asyncio.Event()

    async def receive() -> Any:
        if (message := next(messages, None)) is not None:
            return message
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        answered.set()

    headers = [(b"accept", b"text/event-stream"), (b"authorization", authorization.encode())]
    scope: Any = {"type": "http", "method": "GET", "path": "/_jumun/events", "query_string": b"", "headers": headers}
    scope |= {"http_version": "1.1", "scheme": "http", "server": ("jumun.localhost", 80), "root_path": ""}
    asyncio.run(asyncio.wait_for(plane(scope, receive, send), PATIENCE_S))
    assert sent[0]["status"] == status
