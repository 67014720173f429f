from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_client import BootpayCommerceClient, OrderPage, UnexpectedAnswerError
from jumun_client.body import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

EMPTY_PAGE = json.dumps({"count": 0, "list": []}).encode()
# What comes, what it says to be, and what the error says.
BROKEN = [
    (b"{}", "gzip", "not the gzip"),
    (gzip.compress(EMPTY_PAGE, mtime=0)[:-9], "gzip", "cut short"),
    (gzip.compress(gzip.compress(EMPTY_PAGE, mtime=0), mtime=0), "gzip, gzip", "not gzip"),
    (b"{}", "br", "not gzip"),
    (b"{}", "deflate", "not gzip"),
    (b"", "gzip", "0 bytes"),
]


class Chunks(httpx.SyncByteStream):
    """A body that comes in pieces."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


def ask(*chunks: bytes, encoding: str | None = None, status: int = 200) -> OrderPage:
    """What the client makes of such a body."""

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.headers["Accept-Encoding"] == "gzip"
        headers = {"Content-Encoding": encoding} if encoding else {}
        return httpx.Response(status, headers=headers, stream=Chunks(*chunks))

    with BootpayCommerceClient(client_key="ck", secret_key="sk", transport=httpx.MockTransport(handler)) as client:
        return client.list_orders()


@given(st.integers(1, 60), st.sampled_from([None, "gzip", "GZIP ", "identity"]))
def test_any_cut(size: int, encoding: str | None) -> None:
    """A body reads the same however it is cut into chunks, gzipped or not."""
    wire = gzip.compress(EMPTY_PAGE) if encoding in {"gzip", "GZIP "} else EMPTY_PAGE
    chunks = [wire[start : start + size] for start in range(0, len(wire), size)]
    assert ask(*chunks, encoding=encoding) == OrderPage(count=0, orders=())


@pytest.mark.parametrize("status", [200, 500])
def test_gzip_bomb(status: int) -> None:
    """A bomb in one chunk is an error that costs the bound and not its size, under an error status too."""
    compressor = zlib.compressobj(9, wbits=31)
    block = bytes(1024 * 1024)
    bomb = b"".join(compressor.compress(block) for _ in range(256)) + compressor.flush()
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedAnswerError, match="larger than 16777216 bytes"):
            ask(bomb, encoding="gzip", status=status)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MAX_BODY_BYTES


def test_large_body() -> None:
    """The bound holds for a body that is not encoded, and for gzip that never gives a byte."""
    with pytest.raises(UnexpectedAnswerError, match="larger"):
        ask(*[bytes(1024 * 1024)] * 17)
    with pytest.raises(UnexpectedAnswerError, match="larger"):
        ask(gzip.compress(EMPTY_PAGE), *[bytes(1024 * 1024)] * 17, encoding="gzip")
    padded = EMPTY_PAGE.ljust(16 * 1024 * 1024)
    assert ask(padded).count == 0
    assert ask(gzip.compress(padded, 1), encoding="gzip").count == 0


@pytest.mark.parametrize(("chunk", "encoding", "says"), BROKEN)
def test_broken_encodings(chunk: bytes, encoding: str, says: str) -> None:
    """A body in another encoding than it says or than was asked for is an `UnexpectedAnswerError`."""
    with pytest.raises(UnexpectedAnswerError, match=says) as caught:
        ask(chunk, encoding=encoding)
    assert caught.value.status == 200


def test_body_that_the_transport_has_read() -> None:
    """The bound holds for a body that comes decoded, as from a mock transport."""
    answer = httpx.Response(200, content=bytes(MAX_BODY_BYTES + 1))
    with (
        BootpayCommerceClient(
            client_key="ck", secret_key="sk", transport=httpx.MockTransport(lambda _: answer)
        ) as client,
        pytest.raises(UnexpectedAnswerError, match="larger"),
    ):
        client.list_orders()
