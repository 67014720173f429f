"""Reading a response's body into memory, within a bound; no I/O.

httpx decodes whatever a chunk holds at once, and a chunk of 64 KB of gzip may hold 64 MB, or, encoded twice,
64 GB. So the client asks for gzip only and inflates it here, never past the bound.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import httpx

from jumun_client.answer import unexpected

if TYPE_CHECKING:
    from jumun_client.errors import UnexpectedAnswerError

MAX_BODY_BYTES: Final = 16 * 1024 * 1024
ACCEPT_ENCODING: Final = "gzip"

_GZIP: Final = 16  # says to zlib: expect a gzip header


class BodyReader:
    """Takes the raw chunks of one response; raises `UnexpectedAnswerError` for what it cannot take."""

    def __init__(self, operation: str, response: httpx.Response) -> None:
        self._operation = operation
        self._response = response
        self._body = bytearray()
        self._raw_bytes = 0
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"identity", "gzip"}:
            raise self._problem("but its content-encoding is not gzip, which was asked for")
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | _GZIP) if encoding == "gzip" else None

    def feed(self, chunk: bytes) -> None:
        """Take a chunk as it came over the wire."""
        self._raw_bytes += len(chunk)
        self.check_size(self._raw_bytes)
        if self._inflater is not None:
            try:
                chunk = self._inflater.decompress(chunk, MAX_BODY_BYTES + 1 - len(self._body))
            except zlib.error:
                raise self._problem("but its body is not the gzip it says it is") from None
        self._body += chunk
        self.check_size(len(self._body))

    def check_size(self, size_bytes: int) -> None:
        """Refuse a body of more than `MAX_BODY_BYTES`."""
        if size_bytes > MAX_BODY_BYTES:
            raise self._problem(f"but its body is larger than {MAX_BODY_BYTES} bytes: ask for less at once")

    def finish(self) -> httpx.Response:
        """Give the response with its body read and decoded, and the headers that describe that body."""
        headers = self._response.headers.raw
        if self._inflater is not None:
            if self._raw_bytes and not self._inflater.eof:
                raise self._problem("but its gzip body is cut short")
            of_the_gzip = {b"content-encoding", b"content-length"}
            headers = [(name, value) for name, value in headers if name.lower() not in of_the_gzip]
        response = httpx.Response(
            self._response.status_code,
            headers=headers,
            stream=httpx.ByteStream(bytes(self._body)),
            request=self._response.request,
            extensions=self._response.extensions,
        )
        response.read()
        response.elapsed = self._response.elapsed
        return response

    def _problem(self, text: str) -> UnexpectedAnswerError:
        return unexpected(self._operation, self._response, text)
