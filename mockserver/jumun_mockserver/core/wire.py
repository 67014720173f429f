"""A response as bytes, and the acts on a connection. No sockets here: a protocol carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from jumun_mockserver.core.http import Response

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before the next act."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Close:
    """End in order: what was sent arrives, then FIN."""


@dataclass(frozen=True, slots=True)
class Reset:
    """End with RST, at once."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing more; the connection stays until the client goes."""


@dataclass(frozen=True, slots=True)
class CloseOnNext:
    """Keep the connection; when the client's next bytes arrive, close it without an answer."""


Act: TypeAlias = Send | Pause | Close | Reset | Hang | CloseOnNext


def render_response(response: Response, *, keep_alive: bool, head: bool = False) -> bytes:
    """The response as HTTP/1.1.

    Args:
        keep_alive: Whether the connection goes on; if not, the head says so.
        head: Whether it answers a HEAD: no body, but its length.
    """
    lines = render_head(response, keep_alive=keep_alive)
    return lines if head else lines + response.body


def render_head(response: Response, *, keep_alive: bool) -> bytes:
    """Status line and headers with the empty line below them. `keep_alive` as for `render_response`."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in response.headers])
    end = "\r\n" if keep_alive else "connection: close\r\n\r\n"
    reason = _PHRASES.get(response.status, "") if response.reason is None else response.reason
    return f"HTTP/1.1 {response.status} {reason}\r\n{lines}{end}".encode("latin-1")
