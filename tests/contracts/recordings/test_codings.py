from __future__ import annotations

import gzip
import tracemalloc
import zlib
from functools import partial

import pytest

from jumun_contracts.recordings import codings as module
from jumun_contracts.recordings.codings import LARGEST_BODY, CodingError, undo_codings

# Without the time in gzip's head: parameters are the same in every process.
GZIP = partial(gzip.compress, mtime=0)
PLAIN = '{"이름": "x"}'.encode()


def _raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


@pytest.mark.parametrize(
    ("body", "codings"),
    [
        (PLAIN, ""),
        (PLAIN, "identity"),
        (GZIP(PLAIN), "gzip"),
        (GZIP(PLAIN), " X-GZip "),
        (zlib.compress(PLAIN), "deflate"),
        (_raw_deflate(PLAIN), "deflate"),
        (GZIP(zlib.compress(PLAIN)), "deflate, gzip"),
        # Undone by the recorder, who kept the header.
        (PLAIN, "gzip"),
        (PLAIN, "deflate"),
        (PLAIN, "br"),
        (PLAIN, "zstd, gzip"),
    ],
)
def test_undone(body: bytes, codings: str) -> None:
    """Codings are undone, last first; a body that is text already stays."""
    assert undo_codings(body, codings) == PLAIN


@pytest.mark.parametrize(
    ("body", "codings", "reason"),
    [
        (b"\xff\xfe", "br", "a content coding other than gzip or deflate"),
        (GZIP(PLAIN)[:-9], "gzip", "a body that is neither text nor gzip"),
        (b"\xff\xfe", "deflate", "a body that is neither text nor deflate"),
    ],
)
def test_refused(body: bytes, codings: str, reason: str) -> None:
    """What cannot be undone is refused with its reason."""
    with pytest.raises(CodingError, match=reason):
        undo_codings(body, codings)


def test_a_bomb() -> None:
    """What has 64 MiB is undone; a byte more is refused, and so it is within another coding."""
    largest = undo_codings(GZIP(bytes(LARGEST_BODY)), "gzip")
    assert len(largest) == LARGEST_BODY
    bomb = GZIP(bytes(LARGEST_BODY + 1))
    for body, codings in ((bomb, "gzip"), (GZIP(bomb), "gzip, gzip")):
        with pytest.raises(CodingError, match="a body of more than 64 MiB"):
            undo_codings(body, codings)


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding stops at the bound: of 20 MB behind a bound of 1 kB, less than 1 MB is ever held."""
    monkeypatch.setattr(module, "LARGEST_BODY", 1000)
    bomb = GZIP(bytes(20_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(CodingError):
            undo_codings(bomb, "gzip")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
