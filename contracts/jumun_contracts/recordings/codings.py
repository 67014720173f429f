"""Content codings, undone."""

from __future__ import annotations

import base64
import re
import zlib
from contextlib import suppress

import orjson

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes that a body may have once its content codings are undone."""

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=_\-\s]")
# JSON, HTML, or the first name of a form.
_BEGINS_LIKE_TEXT = re.compile(r"\s*[{\[\"<]|[\w.%\[\]-]+=")
_HEX = re.compile("(?:[0-9a-fA-F]{2})*")
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
        body = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:  # binascii's is one
        raise CodingError("expected base64") from None
    return undo_codings(body, codings)


def decode_hex(text: str, codings: str) -> bytes:
    """The same of one in hex.

    Raises:
        CodingError: Not hex, or as `undo_codings`.
    """
    try:
        body = bytes.fromhex(text)
    except ValueError:
        raise CodingError("expected hex") from None
    return undo_codings(body, codings)


def is_plain(text: str) -> bool:
    """Whether a body that is marked as base64 plainly is text: it has other characters, and begins like a body."""
    return _NOT_BASE64.search(text) is not None and _BEGINS_LIKE_TEXT.match(text) is not None


def join_chunks(text: str, codings: str) -> bytes | None:
    """A coded body as Polly.JS and nock write it, a JSON array of chunks in base64 or hex; None for any other text."""
    with suppress(ValueError):
        chunks = orjson.loads(text) if text.lstrip().startswith("[") else None
        return join_chunk_list(chunks, codings)
    return None


def join_chunk_list(chunks: object, codings: str) -> bytes | None:
    """The same of the array. Only what the content codings can be undone of is taken for chunks: hex looks like ids."""
    if not isinstance(chunks, list) or not chunks or not all(isinstance(each, str) for each in chunks):
        return None
    is_hex = all(_HEX.fullmatch(each) for each in chunks)
    for decode in (bytes.fromhex,) * is_hex + (_from_base64,):
        with suppress(ValueError):
            data = b"".join(map(decode, chunks))
            return None if (plain := undo_codings(data, codings)) is data else plain
    return None


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


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
