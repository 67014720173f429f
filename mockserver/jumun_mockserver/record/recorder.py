"""A reverse proxy in front of a real API that keeps what passes: `jumun record`.

Answers go back as they came. What is kept is masked before it is written: see `record.recording`.
"""

from __future__ import annotations

import http.client
import os
import socket
import socketserver
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote

from jumun_contracts.contract.requests import read_body, read_parameters
from jumun_contracts.recordings.codings import CodingError, undo_codings
from jumun_mockserver.core.http import Request, Response, add_header, render_json
from jumun_mockserver.core.journal.journal import Exchange
from jumun_mockserver.core.routing import Routes
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.record.chunks import ChunkError, TooLongError, read_chunks
from jumun_mockserver.record.recording import hide_strange_names, render_row
from jumun_mockserver.record.upstream import TIMEOUT_S, Answered, UpstreamError, end_to_end
from jumun_mockserver.server.bounds import Bounds, render_refusal
from jumun_mockserver.server.server import base_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumun_contracts import Contract
    from jumun_contracts.contract.requests import Violation
    from jumun_mockserver.record.pseudonyms import Pseudonyms
    from jumun_mockserver.record.upstream import Upstream

REQUEST_BYTES = 16 * 1024 * 1024
_BODILESS = (204, 304)
_LINGER_S = Bounds().linger_s
_PIECE_BYTES = 64 * 1024


class Tape:
    """A file of rows. Each is written whole, by one call to the system, and is there when the client has its answer."""

    def __init__(self, path: Path, *, append: bool = False) -> None:
        """Open it.

        Raises:
            OSError: It cannot be written, or is there and `append` is not asked for.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if append else os.O_EXCL) | getattr(os, "O_BINARY", 0)
        # Masked or not, it is nobody else's until its owner says so.
        self._file = os.fdopen(os.open(path, flags, 0o600), "ab", buffering=0)

    def write(self, line: bytes) -> None:
        """Append a row; raises OSError."""
        if self._file.write(line) != len(line):
            raise OSError("the disk took only a part of a row")

    def close(self) -> None:
        """Once nobody writes any more."""
        self._file.close()


class Recorder(ThreadingHTTPServer):
    """Passes calls on to an upstream, and keeps them. `serve_forever` runs it, `shutdown` ends it.

    Attributes:
        kept: How many exchanges were kept.
        failed: How many calls were not: the upstream gave no answer, or the row could not be written.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        *,
        upstream: Upstream,
        contract: Contract,
        tape: Tape,
        pseudonyms: Pseudonyms,
        on_row: Callable[[bytes], None] | None = None,
        on_failure: Callable[[str], None] | None = None,
    ) -> None:
        """Bind.

        Args:
            address: Host and port; port 0 takes a free one.
            on_row: Called with each row once it is in the file, a line of NDJSON; one at a time.
            on_failure: Called with a sentence for each call that was not kept.

        Raises:
            OSError: The address cannot be had.
        """
        self.upstream, self.contract = upstream, contract
        self.kept = self.failed = 0
        self._tape, self._pseudonyms = tape, pseudonyms
        self._on_row, self._on_failure = on_row, on_failure
        self._routes = Routes({contract.provider: PROVIDERS[contract.provider]}, contract.profile)
        self._lock = Lock()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind, without asking the network for this machine's name."""
        socketserver.TCPServer.server_bind(self)

    @property
    def url(self) -> str:
        """What clients take as the API's base URL."""
        return base_url(self.socket)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no failure, and nothing of a call is printed."""

    def keep(self, request: Request, answered: Answered) -> None:
        """Write an exchange down; a failure to do so is reported and is not the client's."""
        with self._lock:
            try:
                row = render_row(self._exchange(request, answered), self._pseudonyms)
                line = render_json(row) + b"\n"
                self._tape.write(line)
            except Exception as error:  # noqa: BLE001 - the client is to have its answer whatever ails us
                reason = (error.strerror or str(error)) if isinstance(error, OSError) else type(error).__name__
                self._report(f"the row cannot be written: {reason}", request.method)
                return
            self.kept += 1
            if self._on_row:
                # As in Dispatch.
                with suppress(Exception):
                    self._on_row(line)

    def fail(self, method: str, reason: str) -> None:
        """Note that a call came to nothing. There is no row of it: the recording holds what the API said."""
        with self._lock:
            self._report(f"{self.upstream}: {reason}", method)

    def _report(self, reason: str, method: str) -> None:
        self.failed += 1
        if self._on_failure:
            self._on_failure(f"{method} not recorded: {reason}")

    def _exchange(self, request: Request, answered: Answered) -> Exchange:
        """Under the path that Jumun itself has for it, whatever the upstream's base URL is."""
        prefix = PROVIDERS[self.contract.provider].prefixes[0]
        paths = (prefix + request.path, request.path)
        found = ((path, self._routes.match(request.method, path)) for path in paths)
        path, match = next(((path, match) for path, match in found if match.route), (paths[0], None))
        operation = self.contract.operations[match.route.operation] if match and match.route else None
        request = request._replace(path=path)
        violations: tuple[Violation, ...] = ()
        if operation and match:
            broken = read_parameters(operation, request, match.values)[1] + read_body(operation, request)[1]
            violations = hide_strange_names(broken)
        headers: dict[str, str] = {}
        for name, value in answered.headers:
            add_header(headers, name.encode("latin-1"), value.encode("latin-1"))
        body = answered.body
        # What cannot be unpacked is no JSON, and so it is judged.
        with suppress(CodingError):
            body = undo_codings(body, headers.pop("content-encoding", ""))
        response = Response(answered.status, tuple(headers.items()), body)
        id_ = operation.id if operation else ""
        return Exchange(self.kept + 1, "", time.time(), request, response, id_, self.contract, "", violations, ())


class _Handler(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"
    # Of a client that stays silent.
    timeout = TIMEOUT_S

    @property
    def _recorder(self) -> Recorder:
        return cast("Recorder", self.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's signature
        """Nothing: a request line may hold anything."""

    def _forward(self) -> None:
        body = self._read_body()
        if body is None:
            return
        if not self.path.startswith("/"):
            self._refuse(400, "the request target must be a path")
            return
        target = quote(self.path.encode("latin-1"), safe="!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
        upstream = self._recorder.upstream
        # What can be read when it is written down, and nothing else.
        coding = "gzip" if "gzip" in self.headers.get("accept-encoding", "") else "identity"
        own = {"host": upstream.authority, "accept-encoding": coding}
        if body or self.command in ("POST", "PUT", "PATCH"):
            own["content-length"] = str(len(body))
        passed = [pair for pair in end_to_end(self.headers.items()) if pair[0].lower() not in own]
        try:
            answered = upstream.fetch(self.command, upstream.place(target), [*own.items(), *passed], body)
        except UpstreamError as error:
            self._recorder.fail(self.command, str(error))
            self._refuse(502, f"{upstream}: {error}")
            return
        headers: dict[str, str] = {}
        for name, value in (*own.items(), *passed):
            add_header(headers, name.encode("latin-1"), value.encode("latin-1"))
        path, _, query = target.partition("?")
        self._recorder.keep(Request(self.command, unquote(path), query, headers, body), answered)
        self._answer(answered)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _forward  # noqa: N815 - the base's names

    def _read_body(self) -> bytes | None:
        """The request's; None if it was refused."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers:
            return self._read_chunked_body()
        if not (length.isascii() and length.isdigit()):
            self._refuse(400, "the Content-Length is no number")
        elif int(length) > REQUEST_BYTES:
            self._refuse_body()
        elif len(body := self.rfile.read(int(length))) < int(length):
            # The client went away.
            self.close_connection = True
        else:
            return body
        return None

    def _read_chunked_body(self) -> bytes | None:
        """As `_read_body`; it goes on with its length, which is known then."""
        coding = ", ".join(self.headers.get_all("transfer-encoding", ()))
        if "content-length" in self.headers:
            self._refuse(400, "a body comes with its Content-Length or in chunks, not with both")
            return None
        if coding.strip().lower() != "chunked":
            self._refuse(501, "no Transfer-Encoding but chunked is known here")
            return None
        try:
            return read_chunks(self.rfile, at_most=REQUEST_BYTES)
        except ChunkError as error:
            self._refuse(400, f"the body is not chunked as it should be: {error}")
        except TooLongError:
            self._refuse_body()
        except EOFError:
            # The client went away.
            self.close_connection = True
        return None

    def _answer(self, answered: Answered) -> None:
        self.send_response_only(answered.status, answered.reason)
        for name, value in answered.headers:
            self.send_header(name, value)
        if self.command != "HEAD" and answered.status not in _BODILESS:
            self.send_header("content-length", str(len(answered.body)))
        self.end_headers()
        self.wfile.write(answered.body)

    def _refuse_body(self) -> None:
        self._refuse(413, f"a body may have {REQUEST_BYTES} bytes")

    def _refuse(self, status: int, reason: str) -> None:
        """Say what is wrong and end the connection: what follows may be the rest of a body."""
        self.close_connection = True
        content = b"" if self.command == "HEAD" else render_refusal(status, reason).body
        headers = (("content-type", "application/problem+json"), ("connection", "close"))
        self._answer(Answered(status, http.client.responses[status], headers, content))
        self._linger()

    def _linger(self) -> None:
        """Read on for a while: a connection that is closed upon unread bytes is reset, and the answer lost."""
        ends_at = time.monotonic() + _LINGER_S
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER_S)
            while time.monotonic() < ends_at and self.rfile.read1(_PIECE_BYTES):
                pass
