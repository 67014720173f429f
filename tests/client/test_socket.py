"""The same client over a real socket, against a server that misbehaves."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jumun_client import (
    AsyncNaverCommerceClient,
    BootpayCommerceClient,
    ConnectionFailedError,
    NaverCommerceClient,
    ServerError,
    TimedOutError,
    UnexpectedAnswerError,
)
from jumun_mockserver import LiveServer
from tests.servers import run_server

pytestmark = pytest.mark.filterwarnings("error")

Answer = Callable[[BaseHTTPRequestHandler], None]


def send(status: int, body: bytes, **headers: str) -> Answer:
    """A handler that answers so."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def raw(content: bytes) -> Answer:
    """A handler that writes just these bytes and hangs up."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(content)
        handler.close_connection = True

    return answer


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """Serve on a free port; gives the URL and the request lines that come."""
    lines: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            lines.append(self.requestline)
            answer(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as inherited
            pass

    with run_server(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url, lines


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def list_orders(url: str, **options: Any) -> None:
    """One call, tried once."""
    with BootpayCommerceClient(
        client_key="ck", secret_key="sk", base_url=f"{url}/v1", max_retries=0, **options
    ) as client:
        client.list_orders(keyword="프리미엄 구독&a=b+c/d", status=[0, 2])


def test_bytes_on_the_wire() -> None:
    """The request line leaves as the SDKs write it, the order id as one segment, and gzip comes back read."""
    body = gzip.compress(json.dumps({"count": 0, "list": [], "data": ["7"]}).encode())
    with serving(send(200, body, Content_Encoding="gzip", Content_Type="application/json")) as (url, lines):
        list_orders(url)
        with NaverCommerceClient(access_token="t", base_url=f"{url}/external") as client:
            assert client.product_order_ids("1 2%").product_order_ids == ("7",)
    assert lines == [
        (
            "GET /v1/orders?keyword=%ED%94%84%EB%A6%AC%EB%AF%B8%EC%97%84+%EA%B5%AC%EB%8F%85%26a%3Db%2Bc%2Fd"
            "&status=0%2C2 HTTP/1.1"
        ),
        "GET /external/v1/pay-order/seller/orders/1%202%25/product-order-ids HTTP/1.1",
    ]


def test_gzip_bomb() -> None:
    """A bomb over a socket is an `UnexpectedAnswerError`."""
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    with (
        serving(send(200, bomb, Content_Encoding="gzip")) as (url, _),
        pytest.raises(UnexpectedAnswerError, match="larger"),
    ):
        list_orders(url)


def test_html_502() -> None:
    """A proxy's HTML is a `ServerError` with its status."""
    with (
        serving(send(502, b"<html>Bad Gateway</html>", Content_Type="text/html")) as (url, _),
        pytest.raises(ServerError) as caught,
    ):
        list_orders(url)
    assert caught.value.status == 502


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hush, this is not HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: hush\r\n\r\n{}",
    ],
)
def test_broken_answers(content: bytes) -> None:
    """A dropped connection, garbage and a body cut short are `ConnectionFailedError`, without the garbage."""
    with serving(raw(content)) as (url, _), pytest.raises(ConnectionFailedError) as caught:
        list_orders(url)
    assert "hush" not in str(caught.value)
    assert caught.value.operation == "bootpay.orders.list"


def test_nobody_listens() -> None:
    """A refused connection is a `ConnectionFailedError` that names the host."""
    with socket.socket() as bound:  # bound but not listening, so that no one else can take the port
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionFailedError, match=r"127\.0\.0\.1"):
            list_orders(f"http://127.0.0.1:{bound.getsockname()[1]}")


def test_silence() -> None:
    """A server that accepts and says nothing is a `TimedOutError`."""
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimedOutError, match="timeout"):
        list_orders(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05)


def test_a_client_that_is_let_go_is_closed_with_its_loop() -> None:
    """Not before, in pieces that complain: a fixture may give one to a test whose loop is that of many tests."""
    loop = asyncio.new_event_loop()
    with LiveServer() as server, warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        client = AsyncNaverCommerceClient(base_url=server.naver_base_url, access_token="your_access_token_here")
        loop.run_until_complete(client.product_order_ids("2023010112345"))
        del client
        gc.collect()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        gc.collect()
    assert [str(each.message) for each in complaints if issubclass(each.category, ResourceWarning)] == []
