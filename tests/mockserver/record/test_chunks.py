from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_mockserver.record.chunks import ChunkError, TooLongError, read_chunks


def chunked(pieces: list[bytes], *, trailers: bytes = b"") -> bytes:
    """Pieces as chunks; none of them may be empty."""
    return b"".join(b"%X\r\n%b\r\n" % (len(each), each) for each in pieces) + b"0\r\n" + trailers + b"\r\n"


@given(st.lists(st.binary(min_size=1, max_size=300)), st.binary())
def test_any_body_in_any_pieces(pieces: list[bytes], rest: bytes) -> None:
    """The pieces come back joined, and the stream stands where the next request begins."""
    body = b"".join(pieces)
    stream = BytesIO(chunked(pieces) + rest)
    assert read_chunks(stream, at_most=len(body)) == body
    assert stream.read() == rest


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1), st.data())
def test_every_cut_is_seen(pieces: list[bytes], data: st.DataObject) -> None:
    """No beginning of a body is taken for the whole."""
    whole = chunked(pieces)
    cut = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    with pytest.raises(EOFError):
        read_chunks(BytesIO(whole[:cut]), at_most=10_000)


@pytest.mark.parametrize("size", [b"3", b"0003", b"3 ", b"3;a=b", b'3 ;a="b"'])
def test_sizes(size: bytes) -> None:
    """Leading zeros, space and extensions do not matter, and neither do trailers."""
    stream = BytesIO(size + b"\r\nabc\r\n0\r\nX-Sum: 1\r\nX-End: 2\r\n\r\nnext")
    assert read_chunks(stream, at_most=3) == b"abc"
    assert stream.read() == b"next"


@pytest.mark.parametrize(
    "broken",
    [
        b"\r\n",
        b"x\r\nabc\r\n0\r\n\r\n",
        b"-3\r\nabc\r\n0\r\n\r\n",
        b"0x3\r\nabc\r\n0\r\n\r\n",
        b"+3\r\nabc\r\n0\r\n\r\n",
        b"3\nabc\r\n0\r\n\r\n",
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"2\r\nabc\r\n0\r\n\r\n",
        b"1\r\naxx0\r\n\r\n",
        b"%b3\r\nabc\r\n0\r\n\r\n" % (b"0" * 20),
        b"3;%b\r\nabc\r\n0\r\n\r\n" % (b"a" * 2_000),
        b"0\r\n%b\r\n" % (b"a: b\r\n" * 101),
    ],
)
def test_broken_framing(broken: bytes) -> None:
    """What two servers could read in two ways, or would never end, is refused."""
    with pytest.raises(ChunkError):
        read_chunks(BytesIO(broken), at_most=10_000)


@pytest.mark.parametrize("announced", [b"B\r\n", b"6\r\nabcdef\r\n5\r\n"])
def test_a_body_that_is_too_long(announced: bytes) -> None:
    """It is refused by what its chunk says, before that has arrived."""
    with pytest.raises(TooLongError):
        read_chunks(BytesIO(announced), at_most=10)
