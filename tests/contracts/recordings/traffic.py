"""The traffic that tools record: Jumun's answers, and the same with one that breaks the contract."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx

from tests.servers import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.live import LiveServer

ORDERS, ANSWER = "/v1/orders", "/external/v1/contents/qnas/1"
GOOD_COMMENT, BAD_COMMENT = "감사합니다", 5
_GOOD_COUNT, _BAD_COUNT = b'"count":15', b'"count":"many"'


@contextmanager
def serve(live: LiveServer, *, is_broken: bool) -> Iterator[str]:
    """The URL of a server that passes on what it is asked, packs the answers as it may, and breaks lists of orders."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, media_type, body = ask(live, self.command, self.path, sent)
            if is_broken:
                body = break_orders(body)
            self.send_response(status)
            if body and "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body)
                self.send_header("Content-Encoding", "gzip")
            if status != HTTPStatus.NO_CONTENT:
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_GET  # noqa: N815 - the base class has it so

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class has it so
            pass

    with run_server(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


def ask(live: LiveServer, method: str, path: str, sent: bytes = b"") -> tuple[int, str, bytes]:
    """Status, content type and body that Jumun answers one who may ask."""
    if path.startswith("/external"):
        headers = {"Authorization": "Bearer your_access_token_here", "Content-Type": "application/json"}
        answer = httpx.request(method, live.url + path, content=sent, headers=headers)
    else:
        answer = httpx.request(method, live.url + path, auth=(live.bootpay_client_key, live.bootpay_secret_key))
    return answer.status_code, answer.headers.get("Content-Type", ""), answer.content


def break_orders(body: bytes) -> bytes:
    """A list of orders whose count is a text; any other body as it is."""
    return body.replace(_GOOD_COUNT, _BAD_COUNT)
