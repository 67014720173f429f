"""HTTP/1.1 on one connection: requests out of bytes and their answers, within bounds.

uvicorn's protocol parses, keeps the connection and runs the control plane as an ASGI application. All else is answered
here: a request is dispatched in the parser's callback and its answer written to the transport, at once or as its
delay and its fault say. Where the state is kept elsewhere, dispatch may wait for it, and the answer is written when it
is there. Answers go out in the order of the requests, however many were pipelined.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jumun_mockserver.core.faults import plan_acts
from jumun_mockserver.core.http import EVENT_STREAM, Request, add_header, percent_encode
from jumun_mockserver.core.wire import CloseOnNext, Hang, render_response
from jumun_mockserver.server.bounds import render_refusal
from jumun_mockserver.server.playback import Playback
from jumun_mockserver.server.target import TargetError, parse_target

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from jumun_mockserver.core.http import Response
    from jumun_mockserver.server.bounds import Bounds

_MANY_WAITING = 100
# What says where a body ends.
_FRAMING = ("content-length", "transfer-encoding")
_CONTROL = "/_jumun"
# Bytes of a request; one as long as this is not worth remembering on every connection.
_LONG = 4_096


class Protocol(HttpToolsProtocol):
    """One connection of a client: reads requests, writes the answers of `dispatch`."""

    # None once the connection is gone, when nothing is read any more.
    parser: Any

    def __init__(
        self,
        *,
        dispatch: Callable[[Request], Response],
        bounds: Bounds,
        on_refused: Callable[[], None],
        run: Callable[..., asyncio.Future[Response]] | None = None,
        **uvicorn_arguments: Any,
    ) -> None:
        """Answer with `dispatch`.

        Args:
            on_refused: Called if the connection is one too many.
            run: What calls dispatch where it may wait, and gives a future of its answer: `waiting.run`, for its state,
                or `run_in_thread`; None where it never does.
        """
        super().__init__(**uvicorn_arguments)
        self._bounds = bounds
        self._on_refused = on_refused
        self._run = run
        # Whether dispatch waits; `_busy` then too.
        self._dispatching = False
        # Whether the connection is to end with the answer that dispatch waits for.
        self._stopping = False
        # What is done with bytes that come in: read, ignored, or taken as the sign to close.
        self._receive: Callable[[bytes], None] = self._read
        self._refused = False
        # Whether the client has said that it sends no more.
        self._at_end = False
        # Whether it was left without an answer, as its scenario says.
        self._hangs = False
        # Whether an answer is on its way: played, or made by the control plane.
        self._busy = False
        # Of the request that is being read.
        self._in_message = self._in_head = self._is_control = self._keep_alive = False
        self._has_line = False
        # Whether its head is read again, for the sake of its body.
        self._reads_on = False
        self._head_size: int | None = None
        self._path = self._query = ""
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._is_big = False
        # Of a request of the control plane: bytes of its body that were read, and how many there may be.
        self._control_bytes = self._control_at_most = 0
        # How many requests have begun in the bytes that are being read.
        self._begun = 0
        # The request before this one, and its bytes if they held it and nothing else.
        self._last_data = b""
        self._last_request = Request("", "", "", {})
        # For how many looks, one a second, the connection has been as it is.
        self._lasted_s = 0
        self._dispatch = dispatch
        # Requests that were read while an answer was still on its way, each with whether the connection goes on.
        # None stands for one of the control plane, which uvicorn keeps.
        self._waiting: deque[tuple[Request, bool] | None] = deque()
        # The answer on its way, where it is not the control plane's.
        self._playback: Playback | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or say that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._bounds.connections:
            self._on_refused()
            self._refuse(503, f"there are {self._bounds.connections} connections already")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was still to be said."""
        if self._playback:
            self._playback.stop()
        self._waiting.clear()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override] # uvicorn's closes at once
        """Take that the client sends no more: what it asked for before is still answered. Whether something is.

        It may as well have gone, which is known only once something is sent; so none is kept for a stream without end,
        nor for an answer that never comes, or comes late.
        """
        self._at_end, self._lasted_s = True, 0
        is_owed = (self._busy and not self._awaits_body) or bool(self._waiting)
        is_endless = self._hangs or (self._is_control and EVENT_STREAM in self._headers.get("accept", ""))
        # TLS ends both ways at once.
        return is_owed and not is_endless and self.scheme != "https"

    def shutdown(self) -> None:
        """Stop: a request that is still being sent, or whose answer is made to wait, is cut off.

        One that waits for the state is answered, for it may have changed something. So is the first one of a connection
        that has just been made: it is on its way.
        """
        if self._dispatching:
            self._stopping = True
            self._waiting.clear()
        elif not (self._last_request.method or self._in_message or self._is_control or self._refused):
            self._stopping = True
        elif self._busy or self._waiting:
            self.transport.abort()
        else:
            self.transport.close()

    def pause_writing(self) -> None:
        """There is more to be sent than the client reads."""
        super().pause_writing()
        self._lasted_s = 0

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._play_on()

    def check(self) -> None:
        """End what takes too long. The server calls it once a second."""
        self._lasted_s += 1
        bounds, lasted_s = self._bounds, self._lasted_s
        if self.transport.is_closing() or self.flow.write_paused:
            if lasted_s > bounds.stall_s:
                # There is something that the client does not read.
                self.transport.abort()
        elif self._busy and not self._awaits_body:
            if self._at_end and lasted_s > bounds.stall_s:
                self.transport.abort()
        elif self._refused:
            if lasted_s > bounds.linger_s:
                self.transport.abort()
        elif self._in_message:
            if lasted_s > bounds.arrival_s:
                self._leave_control()
                self._refuse(408, f"the request did not arrive within {bounds.arrival_s:g} s")
        elif lasted_s > bounds.idle_s:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Go on reading."""
        self._receive(data)

    def _read(self, data: bytes) -> None:
        if data == self._last_data and not (self._in_message or self._must_wait() or self.transport.is_closing()):
            # Clients that poll send the same bytes again and again: what they mean is known.
            self._answer(self._last_request, keep_alive=True)
            return
        was_between = not self._in_message
        self._begun, self._last_data = 0, b""
        self._is_big = len(data) > self._bounds.head_bytes
        if data.isascii():
            self._feed(data)
        else:
            # A request line in raw UTF-8, as curl sends it, is read as if it were percent-encoded. Line by line, since
            # where the next request begins is known only once the one before it is read.
            for line in data.splitlines(keepends=True):
                if self._receive != self._read or self.transport.is_closing():
                    return
                in_line = not self._in_message or (self._in_head and not self._headers and not self._has_line)
                self._feed(percent_encode(line) if in_line else line)
                self._has_line = self._in_head and (self._has_line or line.endswith(b"\n"))
        is_whole = was_between and self._begun == 1 and not self._in_message
        if is_whole and self._keep_alive and not self._is_control and len(data) < _LONG:
            self._last_data = data
        if self._in_head:
            # Not all of the bytes in which it began are its own.
            self._head_size = self._read_so_far() if self._head_size is None else self._head_size + len(data)
            if self._head_size > self._bounds.head_bytes:
                self._refuse_head()

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            # The offer is overlooked. Without a body the request was answered.
            if self._in_message:
                self._read_on(data[offer.args[0] :])
        except httptools.HttpParserCallbackError as error:
            self._refuse(500, f"an error of its own: {error.__context__!r}")
        except httptools.HttpParserError as error:
            self._refuse(400, f"this is not HTTP/1.1: {error}")

    def _has_body(self) -> bool:
        return "transfer-encoding" in self._headers or int(self._headers.get("content-length", "0")) > 0

    def _read_on(self, rest: bytes) -> None:
        """Read the body of a request that offers another protocol, as Java's client does with its first one.

        httptools takes the body for that protocol's (uvicorn's issue 2722). A parser that sees no offer reads it.
        """
        kept = self.url, self._headers, self._begun, self._lasted_s
        framing = "".join(f"{name}: {self._headers[name]}\r\n" for name in _FRAMING if name in self._headers)
        head = f"{self.parser.get_method().decode('ascii')} / HTTP/1.1\r\n{framing}\r\n"
        self.parser = httptools.HttpRequestParser(self)
        self._reads_on = True
        self._feed(head.encode("latin-1"))
        self._reads_on = False
        self.url, self._headers, self._begun, self._lasted_s = kept
        if rest:
            self._feed(rest)

    def on_message_begin(self) -> None:
        """A new request."""
        self.url = b""
        self._headers = {}
        if self._body:
            self._body = bytearray()
        self._in_message = self._in_head = True
        self._begun += 1
        self._has_line = False
        self._head_size = None
        self._lasted_s = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header of the request; httptools calls it."""
        add_header(self._headers, name, value)

    def on_headers_complete(self) -> None:
        """What it is about; its body may follow."""
        self._in_head = False
        if self._refused or self._reads_on:
            return
        parser, headers = self.parser, self._headers
        if len(headers) > self._bounds.headers or (self._is_big and self._read_so_far() > self._bounds.head_bytes):
            self._refuse_head()
            return
        try:
            self._path, self._query = parse_target(self.url)
        except TargetError as error:
            self._refuse(400, str(error))
            return
        path = self._path
        self._keep_alive = parser.should_keep_alive() and parser.get_http_version() != "1.0" and not self._stopping
        self._is_control = path.startswith(_CONTROL) and path[len(_CONTROL) :][:1] in ("", "/")
        if self._is_control:
            self._begin_control()
        elif "expect" in headers:
            self._invite_body()

    def on_body(self, body: bytes) -> None:
        """Part of the body."""
        if self._refused:
            return
        if self._is_control:
            self._control_bytes += len(body)
            if self._control_bytes > self._control_at_most:
                self._refuse_body()
            else:
                super().on_body(body)
            return
        self._body += body
        if len(self._body) > self._bounds.body_bytes:
            self._refuse_body()

    def _invite_body(self) -> None:
        """Say whether a client that asks first may send its body."""
        if int(self._headers.get("content-length", "0")) > self._bounds.body_bytes:
            self._refuse_body()
        elif not self._busy:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _read_so_far(self) -> int:
        """Bytes of the head that have been read."""
        return len(self.url) + sum(len(name) + len(value) for name, value in self._headers.items())

    def _refuse_head(self) -> None:
        if self._headers:
            bounds = f"{self._bounds.headers} headers and {self._bounds.head_bytes} bytes"
            self._refuse(431, f"a request may have {bounds} of them")
        else:
            self._refuse(414, f"a request line may have {self._bounds.head_bytes} bytes")

    @property
    def _awaits_body(self) -> bool:
        """Whether the control plane has a request whose body is still to come, with nothing before it."""
        return self._in_message and self._is_control and self._busy and not self._waiting and not self._playback

    def _leave_control(self) -> None:
        """Have the control plane, which need not see the rest of a request, not answer it."""
        if self._is_control and self._busy and not self.cycle.response_started:
            self.cycle.disconnected, self._busy = True, False
            self.cycle.message_event.set()

    def _refuse_body(self) -> None:
        self._leave_control()
        if self._is_control and self._control_at_most != self._bounds.body_bytes:
            self._refuse(413, f"a session may have {self._control_at_most} bytes")
        else:
            self._refuse(413, f"a body may have {self._bounds.body_bytes} bytes; --max-body allows more")

    def on_message_complete(self) -> None:
        """The end of a request: answer it, or let it wait its turn."""
        if "upgrade" in self._headers and self.parser.should_upgrade() and self._has_body():
            # It is still to be read.
            return
        self._in_message = False
        if self._refused:
            return
        if self._is_control:
            super().on_message_complete()
            return
        method = self.parser.get_method().decode("ascii")
        request = Request(method, self._path, self._query, self._headers, bytes(self._body), self.url)
        self._last_request = request
        if self._must_wait():
            self._waiting.append((request, self._keep_alive))
            if len(self._waiting) >= _MANY_WAITING:
                self.flow.pause_reading()
        elif not self.transport.is_closing():
            self._answer(request, keep_alive=self._keep_alive)

    def on_response_complete(self) -> None:
        """The control plane has answered."""
        self._busy = False
        self._lasted_s = 0
        self._answer_waiting()

    def _must_wait(self) -> bool:
        """Whether there is something to be sent first."""
        return bool(self._busy or self._waiting or self.flow.write_paused)

    def _answer(self, request: Request, *, keep_alive: bool) -> None:
        if self._run is None:
            self._send(self._dispatch(request), request, keep_alive=keep_alive)
            return
        answer = self._run(self._dispatch, request, loop=self.loop)
        if answer.done():
            self._send(answer.result(), request, keep_alive=keep_alive)
            return
        self._busy = self._dispatching = True
        answer.add_done_callback(partial(self._send_late, request, keep_alive))

    def _send_late(self, request: Request, keep_alive: bool, answer: asyncio.Future[Response]) -> None:  # noqa: FBT001
        """Send what dispatch waited for, then the answers that wait for it."""
        self._busy = self._dispatching = False
        if self.transport.is_closing():
            return
        if error := answer.exception():
            self._waiting.clear()
            self._refuse(500, f"an error of its own: {error!r}")
            return
        self._send(answer.result(), request, keep_alive=keep_alive and not self._stopping)
        self._answer_waiting()

    def _send(self, response: Response, request: Request, *, keep_alive: bool) -> None:
        head = request.method == "HEAD"
        if response.delay_s or response.fault:
            self._busy = True
            acts = plan_acts(response, keep_alive=keep_alive, head=head)
            self._playback = Playback(
                acts, transport=self.transport, flow=self.flow, loop=self.loop, on_pause_over=self._play_on
            )
            self._play(self._playback)
            return
        self.transport.write(render_response(response, keep_alive=keep_alive, head=head))
        if not keep_alive:
            self.transport.close()
        self._lasted_s = 0

    def _play(self, playback: Playback) -> None:
        """Go on with an answer that takes its time or breaks."""
        if not playback.go_on():
            return
        self._playback = None
        match playback.last:
            case Hang():
                self._waiting.clear()
                self._receive = self._ignore
                if self._at_end:
                    self.transport.close()
                self._hangs = True
                return
            case CloseOnNext():
                self._receive = self._close_silently
                if self._waiting:
                    self.transport.close()
        self._busy = False
        self._lasted_s = 0

    def _play_on(self) -> None:
        """The rest of an answer, then the answers that wait for its end."""
        if self._playback:
            self._play(self._playback)
        self._answer_waiting()

    def _answer_waiting(self) -> None:
        while self._waiting and not self._busy and not self.flow.write_paused and not self.transport.is_closing():
            asked = self._waiting.popleft()
            if asked:
                self._answer(asked[0], keep_alive=asked[1])
            else:
                self._busy = True
                self._start_asgi_task(*self.pipeline.pop())
        if self._waiting or self._busy or self.transport.is_closing():
            return
        if self._refused or self._at_end:
            self.transport.close()
        else:
            self.flow.resume_reading()

    def _begin_control(self) -> None:
        """Hand a request to the control plane, by uvicorn's ways; its body follows."""
        url = self.url
        # A session may bring its data along.
        is_whole = self._path.rstrip("/").endswith(("/snapshot", "/sessions"))
        self._control_bytes = 0
        self._control_at_most = self._bounds.session_bytes if is_whole else self._bounds.body_bytes
        HttpToolsProtocol.on_message_begin(self)
        self.url, self.expect_100_continue = url, "expect" in self._headers
        self.headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._headers.items()]
        if self._busy or self._waiting:
            # uvicorn keeps it for later if its own last request seems to be open.
            self.cycle = cast("Any", SimpleNamespace(response_complete=False))
            self._waiting.append(None)
        else:
            self._busy = True
        HttpToolsProtocol.on_headers_complete(self)

    def _refuse(self, status: int, reason: str) -> None:
        """Say why, and end the connection once the client could read it: closing at once would drop the answer."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._receive = self._ignore
        self._lasted_s = 0
        if self._busy or self._waiting:
            # The answers before it come first; the end of the connection then says enough.
            return
        self.transport.write(render_response(render_refusal(status, reason), keep_alive=False))
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _ignore(self, data: bytes) -> None:
        """Read on and drop the bytes."""

    def _close_silently(self, data: bytes) -> None:  # noqa: ARG002 - as data_received
        self.transport.close()
