"""A receiver of webhooks for tests: a small HTTP server that keeps what it gets, and answers as set up."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_WAIT_S = 10.0
_SUCCESS = {"success": True}


@dataclass(frozen=True, slots=True)
class Received:
    """A request that came.

    Attributes:
        path: With its query.
        headers: Names in small letters.
        body: As it was sent, for signatures.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body, of JSON or of a form; values of a form are texts."""
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        data: dict[str, Any] = json.loads(self.body)
        return data


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    delay_s: float


class WebhookReceiver:
    """Receives webhooks at a free port of 127.0.0.1, and answers each with status 200 and `{"success": true}`.

    Attributes:
        url: Where webhooks go.
        received: What came, in its order.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._answers: deque[_Answer] = deque()
        self._arrived = threading.Condition()
        self._is_closing = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the class has it
                pass

        # Its threads are waited for when it closes: none is left behind.
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="webhook receiver", daemon=True
        )
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhook"

    def answer(self, status: int = 200, body: Any = _SUCCESS, *, times: int = 1, delay_s: float = 0.0) -> None:
        """Answer the next requests, `times` of them, with something else.

        Args:
            body: JSON; bytes are sent as they are.
            delay_s: How long to wait first, in real time; more than 5 is too long for Bootpay.
        """
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        with self._arrived:
            self._answers.extend([_Answer(status, content, delay_s)] * times)

    def wait_for(self, count: int, *, timeout_s: float = _WAIT_S) -> list[Received]:
        """Wait until `count` requests came; all that came.

        Raises:
            AssertionError: Fewer came in time.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.received) >= count, timeout_s):
                raise AssertionError(f"{len(self.received)} webhooks within {timeout_s:g} s, not {count}")
            return list(self.received)

    def close(self) -> None:
        """End; answers that are delayed are given up."""
        self._is_closing.set()
        if self._thread.ident is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self._arrived:
            answer = self._answers.popleft() if self._answers else _Answer(200, json.dumps(_SUCCESS).encode(), 0)
            self.received.append(Received(request.path, headers, body))
            self._arrived.notify_all()
        if answer.delay_s and self._is_closing.wait(answer.delay_s):
            request.close_connection = True
            return
        try:
            request.send_response(answer.status)
            request.send_header("content-type", "application/json")
            request.send_header("content-length", str(len(answer.body)))
            request.end_headers()
            request.wfile.write(answer.body)
        except OSError:
            # The sender has given up.
            request.close_connection = True
