"""Content codings, undone."""

from __future__ import annotations

import base64
import zlib

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes that a body may have once its content codings are undone."""

_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""`wbits` of zlib for each coding. Deflate comes with zlib's frame, as it should, and without."""


class CodingError(ValueError):
    """A coding that cannot be undone; the message says why."""


def decode_base64(text: str, codings: str) -> bytes:
    """A body that was recorded in base64, as it was before that and before its content codings.

    Raises:
        CodingError: Not base64, or as `undo_codings`.
    """
    try:
        body = base64.b64decode(text, validate=True)
    except ValueError:  # binascii's is one
        raise CodingError("expected base64") from None
    return undo_codings(body, codings)


def undo_codings(body: bytes, codings: str) -> bytes:
    """A body as it was before its content codings.

    Many recorders undo the codings and keep the header, so a body that is UTF-8 and does not decode stays as it is.

    Args:
        codings: As Content-Encoding has them.

    Raises:
        CodingError: It is neither coded so nor text, the coding is not known here (br and zstd are none of the
            standard library's), or it would have more than 64 MiB.
    """
    for coding in reversed(codings.lower().split(",")):
        if coding.strip() not in ("", "identity"):
            body = _undo(body, coding.strip())
    return body


def _undo(body: bytes, coding: str) -> bytes:
    for window in _WINDOWS.get(coding, ()):
        decoder = zlib.decompressobj(window)
        try:
            plain = decoder.decompress(body, LARGEST_BODY + 1)
        except zlib.error:
            continue
        if len(plain) > LARGEST_BODY:
            raise CodingError(f"a body of more than {LARGEST_BODY >> 20} MiB once its content coding is undone")
        if decoder.eof and not decoder.unused_data:
            return plain
    try:
        body.decode()
    except UnicodeDecodeError:
        known = coding in _WINDOWS
        reason = f"a body that is neither text nor {coding}" if known else "a content coding other than gzip or deflate"
        raise CodingError(reason) from None
    return body
