"""`GET /_jumun/events` as server-sent events: a task of the loop for each stream, and no thread.

https://html.spec.whatwg.org/multipage/server-sent-events.html says what a client makes of them.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs

import orjson

from jumun_mockserver.control.plane import CONTROL_PREFIX
from jumun_mockserver.control.reading import parse_number, wants_stream
from jumun_mockserver.control.rendering import render_event
from jumun_mockserver.core.http import EVENT_STREAM
from jumun_mockserver.core.session.store import SESSION_HEADER, SessionError
from jumun_mockserver.core.state.state import StateAwayError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

    from jumun_mockserver.control.access import Access
    from jumun_mockserver.core.session.events import Events
    from jumun_mockserver.core.session.session import Session
    from jumun_mockserver.core.session.store import Store

_Result = TypeVar("_Result")

_PATH = f"{CONTROL_PREFIX}/events"
# As many are written in one piece, so that a slow reader costs little memory.
_WRITTEN_TOGETHER = 100
_LOOK_AGAIN_S = 0.5
HEARTBEAT_S = 15.0
"""Proxies close a connection on which nothing is said for long; a comment keeps it open."""


class EventStream:
    """A request that asks for events as a stream, and may have them."""

    def __init__(
        self, session: Session, after: int, *, exists: Callable[[], bool], heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        """Prepare.

        Args:
            after: Number of the last event that the client knows; 0 for none.
            exists: Says whether there still is such a session; the stream ends with it.
        """
        self._events: Events = session.events
        self._waits = session.state.waits
        self._after = after
        self._exists = exists
        self._heartbeat_s = heartbeat_s
        self._wake = asyncio.Event()
        self._is_gone = False

    async def send(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Send what is kept and then what comes, until the client or the session is gone."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            # A loop that is closed has no streams any more.
            if not self._wake.is_set():
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(self._wake.set)

        stop = await self._call(self._events.listen, wake)
        watch = loop.create_task(self._watch(receive))
        try:
            headers = [(b"content-type", EVENT_STREAM.encode()), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": False})
            await self._write(send, b": events of this session, oldest first\n\n")
            while not self._is_gone and await self._call(self._exists):
                self._wake.clear()
                if not await self._send_due(send):
                    await self._wait(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watch.cancel()
            await self._call(stop)

    async def _send_due(self, send: ASGISendCallable) -> bool:
        """Send the next events, if there are any. Whether there were."""
        try:
            events = await self._call(self._read_due)
        except StateAwayError:
            # Listeners are called once it is back, which may be while it is still left alone.
            asyncio.get_running_loop().call_later(_LOOK_AGAIN_S, self._wake.set)
            return False
        if not events:
            return False
        self._after = events[-1]["number"]
        await self._write(send, b"".join(map(_render, events)))
        return True

    def _read_due(self) -> list[dict[str, Any]]:
        if self._after > self._events.last:
            # The session was reset, or a snapshot loaded, and its numbers began again.
            self._after = 0
        return self._events.page(after=self._after, at_most=_WRITTEN_TOGETHER).events

    async def _call(self, function: Callable[..., _Result], *arguments: Any) -> _Result:
        """Call what asks the state: in a thread where that waits, since only requests can be put aside."""
        return await asyncio.to_thread(function, *arguments) if self._waits else function(*arguments)

    async def _wait(self, send: ASGISendCallable) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), self._heartbeat_s)
        except TimeoutError:
            await self._write(send, b":\n\n")

    async def _watch(self, receive: ASGIReceiveCallable) -> None:
        """Wait for the client to go."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        self._wake.set()

    async def _write(self, send: ASGISendCallable, data: bytes) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": True})


def find_stream(scope: Scope, store: Store, access: Access) -> EventStream | None:
    """The stream that a request asks for; None if it asks for something else, or for what Flask has to refuse."""
    if scope["type"] != "http" or scope["path"].rstrip("/") != _PATH or scope["method"] != "GET":
        return None
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope["query_string"].decode("latin-1"))
    if not wants_stream(headers.get("accept", "")) or access.deny("GET", headers):
        return None
    # A client that comes again keeps its URL, and says in the header how far it got.
    after = parse_number(headers.get("last-event-id", ""))
    if after is None:
        after = parse_number(query.get("after", ["0"])[0])
    id_ = query.get("session", [""])[0] or headers.get(SESSION_HEADER) or store.default.id
    try:
        session = store.get(id_)
    except (SessionError, StateAwayError):
        return None
    return None if after is None else EventStream(session, after, exists=lambda: _exists(store, session))


def _exists(store: Store, session: Session) -> bool:
    try:
        return store.get(session.id) is session
    except SessionError:
        return False
    except StateAwayError:
        # It may well be there.
        return True


def _render(event: Mapping[str, Any]) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (event["number"], orjson.dumps(render_event(event)))
