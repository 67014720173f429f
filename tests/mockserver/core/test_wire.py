from __future__ import annotations

import pytest

from jumun_mockserver.core.http import Response
from jumun_mockserver.core.wire import render_response


def test_a_response_as_bytes() -> None:
    """Status line, headers in their order, and the body; `connection: close` only for the last answer."""
    response = Response(200, (("date", "today"), ("content-length", "2")), b"{}")
    head = b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 2\r\n"
    assert render_response(response, keep_alive=True) == head + b"\r\n{}"
    assert render_response(response, keep_alive=False) == head + b"connection: close\r\n\r\n{}"
    assert render_response(response, keep_alive=True, head=True) == head + b"\r\n"


@pytest.mark.parametrize(
    ("status", "line"),
    [(404, "404 Not Found"), (429, "429 Too Many Requests"), (418, "418 I'm a Teapot"), (442, "442 "), (599, "599 ")],
)
def test_a_status_and_its_phrase(status: int, line: str) -> None:
    """Any status can be said; one that no one registered has no phrase, and the blank before it stays."""
    assert render_response(Response(status, (), b""), keep_alive=True) == f"HTTP/1.1 {line}\r\n\r\n".encode()


def test_a_header_in_latin_1() -> None:
    """A header's text goes out in the encoding in which requests are read."""
    assert b"\r\nx: \xe9\r\n" in render_response(Response(200, (("x", "é"),), b""), keep_alive=True)
