"""Bodies that asynchronous clients read: the same bound as in test_body.py, over chunks that come one by one."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_client import AsyncBootpayCommerceClient, AsyncNaverCommerceClient, OrderPage, UnexpectedAnswerError
from jumun_client.body import MAX_BODY_BYTES
from tests.client.test_body import BROKEN, EMPTY_PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

_MIB = 1024 * 1024


class Chunks(httpx.AsyncByteStream):
    """A body that comes in pieces, and notes how many were taken and whether it was closed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.taken = 0
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            self.taken += 1
            yield chunk

    async def aclose(self) -> None:
        """Note that the body was closed."""
        self.is_closed = True


def ask(body: Chunks, *, encoding: str | None = None, status: int = 200) -> OrderPage:
    """What the client makes of such a body."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Accept-Encoding"] == "gzip"
        return httpx.Response(status, headers={"Content-Encoding": encoding} if encoding else {}, stream=body)

    async def run() -> OrderPage:
        async with AsyncBootpayCommerceClient(
            client_key="ck", secret_key="sk", transport=httpx.MockTransport(answer), max_retries=0
        ) as client:
            return await client.list_orders()

    return asyncio.run(run())


@cache
def bomb(mebibytes: int) -> bytes:
    """Gzip that holds so many mebibytes of zeros."""
    compressor = zlib.compressobj(9, wbits=31)
    return b"".join(compressor.compress(bytes(_MIB)) for _ in range(mebibytes)) + compressor.flush()


@given(st.integers(1, 60), st.sampled_from([None, "gzip", "GZIP ", "identity"]))
def test_any_cut(size: int, encoding: str | None) -> None:
    """A body reads the same however it is cut into chunks, gzipped or not, and is closed."""
    wire = gzip.compress(EMPTY_PAGE) if encoding in {"gzip", "GZIP "} else EMPTY_PAGE
    body = Chunks([wire[start : start + size] for start in range(0, len(wire), size)])
    assert ask(body, encoding=encoding) == OrderPage(count=0, orders=())
    assert body.is_closed


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("cut", [None, 1000])
def test_gzip_bomb(status: int, cut: int | None) -> None:
    """A bomb, in one chunk or many, costs the bound and not its size; the rest of it is not read."""
    wire = bomb(96)
    chunks = [wire[start : start + (cut or len(wire))] for start in range(0, len(wire), cut or len(wire))]
    body = Chunks(chunks)
    tracemalloc.start()
    try:
        with pytest.raises(UnexpectedAnswerError, match="larger than 16777216 bytes") as caught:
            ask(body, encoding="gzip", status=status)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MAX_BODY_BYTES
    assert body.is_closed
    assert body.taken <= max(1, len(chunks) // 5)
    assert (caught.value.status, caught.value.attempts) == (status, 1)


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_body_without_end(encoding: str | None) -> None:
    """A body that never ends is read to the bound, encoded or not, and closed."""
    body = Chunks(iter(lambda: bytes(_MIB), None))
    with pytest.raises(UnexpectedAnswerError, match="larger" if encoding is None else "not the gzip"):
        ask(body, encoding=encoding)
    assert body.taken <= MAX_BODY_BYTES // _MIB + 1
    assert body.is_closed


def test_gzip_bomb_for_a_token() -> None:
    """The bound holds for a token call too, and the bomb ends the call."""
    wire = bomb(96)
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Chunks([wire]))
    )

    async def run() -> None:
        async with AsyncNaverCommerceClient(
            client_id="id", client_secret="$2a$04$abcdefghijklmnopqrstuu", transport=transport
        ) as client:
            await client.product_order_ids("1")

    with pytest.raises(UnexpectedAnswerError, match=r"naver\.token: .* larger"):
        asyncio.run(run())


@pytest.mark.parametrize(("chunk", "encoding", "says"), BROKEN)
def test_broken_encodings(chunk: bytes, encoding: str, says: str) -> None:
    """A body in another encoding than it says or than was asked for is an `UnexpectedAnswerError`."""
    body = Chunks([chunk])
    with pytest.raises(UnexpectedAnswerError, match=says) as caught:
        ask(body, encoding=encoding)
    assert caught.value.status == 200
    assert body.is_closed


def test_bomb_over_asgi() -> None:
    """An ASGI application's body is bound likewise, though its transport holds what was sent."""

    async def app(_: Any, receive: Any, send: Any) -> None:
        await receive()
        headers = [(b"content-encoding", b"gzip")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": bomb(96)})

    async def run() -> None:
        transport = httpx.ASGITransport(app=app)
        async with AsyncBootpayCommerceClient(client_key="ck", secret_key="sk", transport=transport) as client:
            await client.list_orders()

    with pytest.raises(UnexpectedAnswerError, match="larger"):
        asyncio.run(run())
