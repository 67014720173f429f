"""A server for the few answers that the mock does not give: each place plays its own, in order, the last forever."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from tests.interop.seen import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer. In headers, `{here}` is this place and `{elsewhere}` the same on another port."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Place:
    """Where some answers are given.

    Attributes:
        path: What begins each path of it.
        asked: For each request so far: whether it came to the other port, and whether with an Authorization.
    """

    path: str
    answers: Sequence[Canned]
    asked: list[tuple[bool, bool]] = field(default_factory=list)

    def answer(self, *, is_elsewhere: bool, has_keys: bool) -> Canned:
        """The next answer."""
        self.asked.append((is_elsewhere, has_keys))
        return self._given()[-1]

    def read_wire(self) -> Wire:
        """What was asked and answered so far."""
        elsewhere = [has_keys for is_elsewhere, has_keys in self.asked if is_elsewhere]
        return Wire([each.status for each in self._given()], keys_elsewhere=any(elsewhere) if elsewhere else None)

    def _given(self) -> list[Canned]:
        return [self.answers[min(index, len(self.answers) - 1)] for index in range(len(self.asked))]


class Stub:
    """A server on two ports of 127.0.0.1, which to a client are two hosts."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._numbers = count(1)
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler()) for _ in range(2)]
        self._threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}) for server in self._servers
        ]
        self.url, self._other_url = (f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers)

    def add(self, *answers: Canned) -> Place:
        """A new place."""
        place = Place(f"/{next(self._numbers)}", answers)
        self._places[place.path] = place
        return place

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place = stub._places["/" + self.path.split("/")[1]]
                answer = place.answer(
                    is_elsewhere=self.server is not stub._servers[0], has_keys="Authorization" in self.headers
                )
                self.send_response(answer.status)
                urls = {"here": stub.url + self.path, "elsewhere": stub._other_url + self.path}
                for name, value in answer.headers.items():
                    self.send_header(name, value.format(**urls))
                if answer.status != HTTPStatus.NO_CONTENT:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class has it so
                pass

        return Handler
