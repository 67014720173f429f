"""Requests and responses as plain values, the one form that every adapter translates to and from.

What is made for each call is a plain class with slots, which the type checkers keep frozen by `Final`: a frozen
dataclass takes six times as long to make, and a named tuple twice, and as much more to read.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENT_STREAM = "text/event-stream"

# Bytes; the buffer that a text of this length was written in is less than a tenth longer.
_LARGE = 65_536


@dataclass(slots=True)
class Request:
    """What a client sent.

    Attributes:
        method: In capitals, as sent.
        path: Percent-decoded as UTF-8, what cannot be decoded replaced.
        query: As sent, without the question mark.
        headers: Lower-case name → value; a header sent twice is joined with ", ".
        target: Path and query, or whatever else the request line names, as it was sent; b"" where a host does not tell.
    """

    method: Final[str]
    path: Final[str]
    query: Final[str]
    headers: Final[Mapping[str, str]]
    body: Final[bytes] = b""
    target: Final[bytes] = b""


_NO_ANSWER = frozenset({"reset", "empty", "hang", "garbage", "tls-fail"})


class Fault(NamedTuple):
    """A way to break a response; `jumun_mockserver.core.faults` has what each does.

    Attributes:
        arguments: Parsed: bytes, or seconds, as the fault's parameters say.
    """

    name: str
    arguments: tuple[float, ...] = ()

    @property
    def leaves_no_answer(self) -> bool:
        """Whether nothing of the response goes out, so that the client has no status."""
        return self.name in _NO_ANSWER


@dataclass(slots=True)
class Response:
    """What goes back, complete: adapters add no header and leave none out.

    Attributes:
        headers: In the order in which they go out; lower-case names, but for those of the real API, which stay.
        delay_s: Seconds to wait before it goes out.
        fault: How to break it on its way; None for not at all.
        reason: The phrase beside the status; None for the usual one.
    """

    status: Final[int]
    headers: Final[tuple[tuple[str, str], ...]]
    body: Final[bytes]
    delay_s: Final[float] = 0
    fault: Final[Fault | None] = None
    reason: Final[str | None] = None


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


class Written(dict[str, Any]):
    """A JSON object that does not change any more: its text is written once, however often it is answered."""

    __slots__ = ("_text",)
    _text: orjson.Fragment

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        """A plain dictionary, which may be changed."""
        return copy.deepcopy(dict(self), memo)

    @property
    def text(self) -> orjson.Fragment:
        """The JSON text, rendered once."""
        if not hasattr(self, "_text"):
            self._text = orjson.Fragment(render_json(dict(self)))
        return self._text


def render_json(value: Any) -> bytes:
    """`value` as JSON. orjson is fast and stops at 64 bits, which only a scenario or a caller's own number exceeds."""
    try:
        text = orjson.dumps(value, _write, orjson.OPT_PASSTHROUGH_SUBCLASS)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    # A copy, for orjson's own bytes keep the kilobytes of the buffer that they were written in, and the journal would
    # keep them too. Copying what is large takes as long as writing it, and gains little.
    return text if len(text) >= _LARGE else bytes(memoryview(text))


def _write(value: Any) -> orjson.Fragment:
    if isinstance(value, Written):
        return value.text
    raise TypeError
