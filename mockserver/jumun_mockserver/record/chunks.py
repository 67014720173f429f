"""A chunked body (RFC 9112, 7.1), out of a stream that stands at its beginning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedIOBase

# What follows the semicolon says nothing of the body.
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")
_LINE_BYTES = 1_024
_TRAILERS = 100


class ChunkError(ValueError):
    """Bytes that are no chunked body. The message says what is wrong, and no byte of it."""


class TooLongError(ValueError):
    """The body is longer than it may be."""


def read_chunks(stream: BufferedIOBase, *, at_most: int) -> bytes:
    """The body; trailers are read and dropped.

    Args:
        at_most: How many bytes it may have.

    Raises:
        ChunkError: The framing is broken.
        TooLongError: There are more bytes; nothing is read of the chunk with which there would be.
        EOFError: The stream ends before the body does.
    """
    body = bytearray()
    while size := _read_size(stream):
        if len(body) + size > at_most:
            raise TooLongError
        body += stream.read(size)
        if _read_line(stream) != b"\r\n":
            raise ChunkError("a chunk is longer than its size")
    for _ in range(_TRAILERS + 1):
        if _read_line(stream) == b"\r\n":
            return bytes(body)
    raise ChunkError(f"there are more than {_TRAILERS} trailers")


def _read_size(stream: BufferedIOBase) -> int:
    found = _SIZE.fullmatch(_read_line(stream))
    if not found:
        raise ChunkError("a chunk has no size")
    return int(found[1], 16)


def _read_line(stream: BufferedIOBase) -> bytes:
    """With its end; raises as `read_chunks`."""
    line = stream.readline(_LINE_BYTES)
    if not line.endswith(b"\n") and len(line) < _LINE_BYTES:
        raise EOFError
    if not line.endswith(b"\r\n"):
        raise ChunkError(f"a line does not end in CR LF within {_LINE_BYTES} bytes")
    return line
