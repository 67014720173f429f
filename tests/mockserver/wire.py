"""HTTP by hand: exact bytes out, exact bytes in."""

from __future__ import annotations

import http.client
import socket
import socketserver
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self
from urllib.parse import urlsplit

from tests.mockserver.world import KEYS, basic
from tests.servers import run_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

_PATIENCE_S = 20

# What may come before an answer, once and more often (RFC 9110, 15.2; 103 is RFC 8297): a 103 has headers of its own.
_INTERIM = {
    100: b"HTTP/1.1 100 Continue\r\n\r\n",
    102: b"HTTP/1.1 102 Processing\r\n\r\n",
    103: b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nContent-Length: 9\r\n\r\n",
}
INTERIM_SERIES = [(100,), (102,), (103,), (100, 102, 103, 103)]
"""Statuses of informational answers, as tests have a server send them before the one that counts."""


@dataclass(frozen=True)
class RawAnswer:
    """A response, byte for byte."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's value, None if it is not there."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b": ")
            if key.lower() == name.encode():
                return value.decode()
        return None

    @property
    def raw(self) -> bytes:
        """All of it."""
        return self.head + self.body


class Wire:
    """A client's connection, byte by byte."""

    def __init__(self, url: str, *, prepare: Callable[[socket.socket], socket.socket] | None = None) -> None:
        """Connect to the URL's host and port; `prepare` may ask a proxy or speak TLS, and gives what to go on with."""
        place = urlsplit(url)
        self.socket = socket.create_connection((place.hostname or "", place.port or 0), timeout=_PATIENCE_S)
        if prepare:
            self.socket = prepare(self.socket)
        self._stream = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        """Send the bytes at once."""
        self.socket.sendall(data)

    def read(self, *, head: bool = False) -> RawAnswer:
        """The next response; `head` if its request was a HEAD."""
        lines = self.read_head()
        answer = RawAnswer(int(lines[9:12]), lines, b"")
        if head:
            return answer
        if answer.header("transfer-encoding") == "chunked":
            return RawAnswer(answer.status, lines, b"".join(iter_chunks(self._stream)))
        return RawAnswer(answer.status, lines, self._stream.read(int(answer.header("content-length") or 0)))

    def read_head(self) -> bytes:
        """Status line and headers up to and including the empty line."""
        lines = b""
        while not lines.endswith(b"\r\n\r\n"):
            line = self._stream.readline()
            if not line:
                raise ConnectionError(f"closed after {lines!r}")
            lines += line
        return lines

    def ask(self, data: bytes, *, head: bool = False) -> RawAnswer:
        """Write and read."""
        self.send(data)
        return self.read(head=head)

    def read_rest(self) -> bytes:
        """What comes until the server closes."""
        return self._stream.read()

    def is_closed(self) -> bool:
        """Whether the server closed and sent nothing more; waits for one or the other."""
        return self._stream.read(1) == b""

    def close(self) -> None:
        """Close the client's side."""
        self._stream.close()
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def iter_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The pieces of a chunked body, to its end."""
    while length := int(stream.readline(), 16):
        yield stream.read(length)
        stream.readline()
    stream.readline()


def exchange(
    url: str, target: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", body: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one call by Python's own client; `target` goes out as it is."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE_S)
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def read_all(url: str, data: bytes) -> bytes:
    """All that comes back on a connection on which these bytes are sent."""
    with Wire(url) as wire:
        wire.send(data)
        return wire.read_rest()


def request(method: str, target: str, *lines: str, body: bytes = b"", version: str = "1.1") -> bytes:
    """A request with Host and the page's Basic pair; a body brings its length unless a line says otherwise."""
    head = [f"{method} {target} HTTP/{version}", "Host: jumun.localhost", f"Authorization: {basic(*KEYS)}", *lines]
    if body and not any(line.lower().startswith("transfer-encoding") for line in lines):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*head, "", "")).encode("latin-1") + body


@contextmanager
def canned(answer: bytes, *, interim: tuple[int, ...] = ()) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers every request with these bytes and hangs up; its URL, and the heads of what it got.

    Args:
        interim: Statuses of informational answers that it sends first.
    """
    got: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
                head += line
            got.append(head)
            self.wfile.write(b"".join(_INTERIM[status] for status in interim) + answer)

    with run_server(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, got


def ok(body: bytes, media_type: str = "application/json") -> bytes:
    """An answer of status 200 as it is on the wire."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        media_type.encode(),
        len(body),
        body,
    )
