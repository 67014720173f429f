"""Requests and responses as plain values, the one form that every adapter translates to and from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumun_mockserver.core.steps import WireFault


@dataclass(frozen=True, slots=True)
class Request:
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


@dataclass(frozen=True, slots=True)
class Response:
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
    fault: WireFault | None = None


def join_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header lines as a server reads them → the form that `Request` has. Bytes are read as Latin-1."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
