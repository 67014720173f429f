"""Requests and responses as plain values, the one form that every adapter translates to and from.

What is made for each call is a named tuple: frozen as a frozen dataclass is, and made in a sixth of its time.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping


class Request(NamedTuple):
    """What a client sent.

    Attributes:
        method: In capitals, as sent.
        path: Percent-decoded as UTF-8, what cannot be decoded replaced.
        query: As sent, without the question mark.
        headers: Lower-case name → value; a header sent twice is joined with ", ".
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


class Fault(NamedTuple):
    """A way to break a response; `jumun_mockserver.core.faults` has what each does.

    Attributes:
        arguments: Parsed: bytes, or seconds, as the fault's parameters say.
    """

    name: str
    arguments: tuple[float, ...] = ()


class Response(NamedTuple):
    """What goes back, complete: adapters add no header and leave none out.

    Attributes:
        headers: Lower-case names, in the order in which they go out.
        delay_s: Seconds to wait before it goes out.
        fault: How to break it on its way; None for not at all.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delay_s: float = 0
    fault: Fault | None = None


def add_header(headers: dict[str, str], raw_name: bytes, raw_value: bytes) -> None:
    """A header line as a server reads it, put among `headers` in the form that `Request` has: read as Latin-1."""
    name, value = _read_name(raw_name), raw_value.decode("latin-1")
    headers[name] = value if name not in headers else f"{headers[name]}, {value}"


def percent_encode(text: bytes) -> bytes:
    """Part of a request line with each byte beyond ASCII percent-encoded: people type Korean into URLs."""
    return b"".join(b"%%%02X" % byte if byte > 0x7F else bytes((byte,)) for byte in text)  # noqa: PLR2004 - ASCII


@lru_cache(maxsize=256)
def _read_name(raw_name: bytes) -> str:
    """A header's name. The same few come all the time, and the journal keeps one of each instead of thousands."""
    return raw_name.decode("latin-1").lower()


def render_json(value: Any) -> bytes:
    """`value` as JSON. orjson is fast and stops at 64 bits, which only a scenario or a caller's own number exceeds."""
    try:
        # A copy, for orjson's own bytes keep the kilobytes of the buffer that they were written in, and the journal
        # would keep them too.
        return bytes(memoryview(orjson.dumps(value)))
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
