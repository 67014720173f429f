"""Requests out of bytes, within bounds: HTTP/1.1 as one connection reads it.

A request is known at its end, in the parser's callback. The control plane's are read by uvicorn's protocol as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jumun_mockserver.core.http import Request, add_header
from jumun_mockserver.target import TargetError, parse_target, percent_encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.bounds import Bounds

_CONTROL = "/_jumun"
# Bytes of a request; one as long as this is not worth remembering on every connection.
_LONG = 4_096


class Reader(HttpToolsProtocol):
    """The half of a connection that reads. `Protocol` is the other half, and the whole."""

    # None once the connection is gone, when nothing is read any more.
    parser: Any

    def __init__(self, *, bounds: Bounds, **uvicorn_arguments: Any) -> None:
        super().__init__(**uvicorn_arguments)
        self._bounds = bounds
        # What is done with bytes that come in: read, ignored, or taken as the sign to close.
        self._receive: Callable[[bytes], None] = self._read
        self._refused = False
        # Whether an answer is on its way: played, or made by the control plane.
        self._busy = False
        # Of the request that is being read.
        self._in_message = self._in_head = self._is_control = self._keep_alive = False
        self._has_line = False
        self._head_size: int | None = None
        self._path = self._query = ""
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._is_big = False
        # How many requests have begun in the bytes that are being read.
        self._begun = 0
        # The request before this one, and its bytes if they held it and nothing else.
        self._last_data = b""
        self._last_request = Request("", "", "", {})
        # For how many looks, one a second, the connection has been as it is.
        self._lasted_s = 0

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
        except httptools.HttpParserUpgrade:
            # The offer was overlooked and the request answered; what follows would be another protocol.
            return
        except httptools.HttpParserCallbackError as error:
            self._refuse(500, f"an error of its own: {error.__context__!r}")
        except httptools.HttpParserError as error:
            self._refuse(400, f"this is not HTTP/1.1: {error}")

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
        """One header."""
        add_header(self._headers, name, value)

    def on_headers_complete(self) -> None:
        """What it is about; its body may follow."""
        self._in_head = False
        if self._refused:
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
        self._keep_alive = parser.should_keep_alive() and parser.get_http_version() != "1.0"
        self._is_control = path.startswith(_CONTROL) and path[len(_CONTROL) :][:1] in ("", "/")
        if self._is_control:
            self._begin_control()
        elif "expect" in headers:
            self._invite_body()

    def on_body(self, body: bytes) -> None:
        """Part of the body."""
        if self._refused:
            return
        self._body += body
        if len(self._body) > self._bounds.body_bytes:
            self._refuse_body()
        elif self._is_control:
            super().on_body(body)

    def _answer(self, request: Request, *, keep_alive: bool) -> None:
        """Answer at once."""
        raise NotImplementedError

    def _begin_control(self) -> None:
        """Hand a request to the control plane; its body follows."""
        raise NotImplementedError

    def _must_wait(self) -> bool:
        """Whether there is something to be sent first."""
        raise NotImplementedError

    def _refuse(self, status: int, reason: str) -> None:
        """Say why, and end the connection."""
        raise NotImplementedError

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

    def _refuse_body(self) -> None:
        if self._is_control and self._busy and not self.cycle.response_started:
            # The control plane need not see the rest, and is not to answer.
            self.cycle.disconnected, self._busy = True, False
            self.cycle.message_event.set()
        self._refuse(413, f"a body may have {self._bounds.body_bytes} bytes; jumun serve --max-body allows more")
