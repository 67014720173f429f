"""From response to bytes, and from faults to what a connection is to do. No sockets here: a protocol carries it out.

A fault is one of two kinds. Those that are good HTTP with wrong content alter the response, whoever sends it. The rest
are acts on the connection, which only a protocol that has the transport can carry out.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from jumun_mockserver.core.scenario.notation import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jumun_mockserver.core.http import Response
    from jumun_mockserver.core.scenario.steps import WireFault

# Seconds between two lines of a head that is slow.
LINE_PAUSE_S = 1.0

# No version, no status, and bytes that are neither ASCII nor UTF-8.
_GARBAGE = b"\x00\xff\xfe Jumun: no HTTP\r\n\r\n"
_NO_CHUNK_SIZE = b"no-size\r\n"
# RFC 8446, 5.1 and 6: an alert record of two bytes, fatal, handshake_failure.
_TLS_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
# As nginx words it. What stands before the two APIs is not known: docs/decisions/wire-faults.md.
_GATEWAY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
# What a gateway's page keeps of an answer: the provider never saw the request, so none of its headers.
_NOT_THE_PROVIDERS = ("date", "jumun-note")


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
    """Keep the connection; when the client's next bytes arrive, close it without a word."""


Act: TypeAlias = Send | Pause | Close | Reset | Hang | CloseOnNext


def render_response(response: Response, *, keep_alive: bool, head: bool = False) -> bytes:
    """The response as HTTP/1.1.

    Args:
        keep_alive: Whether the connection goes on; if not, the head says so.
        head: Whether it answers a HEAD: no body, whose length is still told.
    """
    lines = _render_head(response, keep_alive=keep_alive)
    return lines if head else lines + response.body


def plan_acts(response: Response, *, keep_alive: bool, head: bool = False) -> Iterator[Act]:
    """What to do, in order, for a response with a delay, a fault or both.

    The last act ends the connection (`Close`, `Reset`), leaves it to the client (`Hang`, `CloseOnNext`), or is none of
    these: then the connection goes on. Made one by one, since a long body in pieces of a byte is many.

    Args:
        keep_alive: As for `render_response`, and so is `head`.

    Raises:
        KeyError: A fault that is not among PLAYED_ON_THE_WIRE; `alter_response` is for it.
    """
    if response.delay_s:
        yield Pause(response.delay_s)
    fault = response.fault
    answer = _Answer(response, keep_alive, head, fault.arguments if fault else ())
    if fault:
        yield from _PLANS[fault.name](answer)
    else:
        yield Send(answer.whole)
        yield from answer.end()


def alter_response(response: Response, fault: WireFault) -> Response:
    """The response with the wrong content of a fault that is good HTTP.

    Raises:
        KeyError: A fault that is among PLAYED_ON_THE_WIRE.
    """
    return _ALTERATIONS[fault.name](response)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response on its way, and the arguments of its fault. If `is_head`, it answers a HEAD and has no body."""

    response: Response
    keep_alive: bool
    is_head: bool
    arguments: tuple[str, ...]

    @property
    def head(self) -> bytes:
        return _render_head(self.response, keep_alive=self.keep_alive)

    @property
    def body(self) -> bytes:
        return b"" if self.is_head else self.response.body

    @property
    def whole(self) -> bytes:
        return self.head + self.body

    def end(self) -> Iterator[Act]:
        """What follows an answer that is complete."""
        if not self.keep_alive:
            yield Close()


def _render_head(response: Response, *, keep_alive: bool) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in response.headers])
    end = "\r\n" if keep_alive else "connection: close\r\n\r\n"
    return f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, '')}\r\n{lines}{end}".encode("latin-1")


def _chunk(answer: _Answer) -> Iterator[Act]:
    """Half the body in a good chunk, then one without a size."""
    kept = (pair for pair in answer.response.headers if pair[0] != "content-length")
    chunked = answer.response._replace(headers=(*kept, ("transfer-encoding", "chunked")))
    yield Send(_render_head(chunked, keep_alive=answer.keep_alive))
    # A chunk of no bytes would be the end of a good body.
    if first := answer.body[: len(answer.body) // 2]:
        yield Send(b"%x\r\n%b\r\n" % (len(first), first))
    if not answer.is_head:
        yield Send(_NO_CHUNK_SIZE)
    yield Close()


def _truncate(answer: _Answer) -> Iterator[Act]:
    yield Send(answer.head + answer.body[: int(answer.arguments[0])])
    yield Close()


def _dribble(answer: _Answer) -> Iterator[Act]:
    size, interval = int(answer.arguments[0]), Pause(parse_duration(answer.arguments[1]))
    whole = answer.whole
    for start in range(0, len(whole), size):
        if start:
            yield interval
        yield Send(whole[start : start + size])
    yield from answer.end()


def _slow_headers(answer: _Answer) -> Iterator[Act]:
    *lines, end = answer.head.splitlines(keepends=True)
    for line in lines:
        yield Send(line)
        yield Pause(LINE_PAUSE_S)
    yield Send(end + answer.body)
    yield from answer.end()


def _keepalive_close(answer: _Answer) -> Iterator[Act]:
    yield Send(answer.whole)
    yield CloseOnNext() if answer.keep_alive else Close()


def _html_502(response: Response) -> Response:
    kept = tuple(pair for pair in response.headers if pair[0] in _NOT_THE_PROVIDERS)
    headers = (*kept, ("content-type", "text/html"), ("content-length", str(len(_GATEWAY_PAGE))))
    return response._replace(status=502, headers=headers, body=_GATEWAY_PAGE)


def _charset(response: Response) -> Response:
    return _with_headers(response, {"content-type": "text/html; charset=euc-kr"})


def _gzip_lie(response: Response) -> Response:
    return _with_headers(response, {"content-encoding": "gzip"})


def _duplicate_keys(response: Response) -> Response:
    """The key of the first member that holds others, else of the first, once more and last, with another value."""
    value: Any = None
    with suppress(ValueError):
        value = json.loads(response.body)
    if not isinstance(value, dict) or not value:
        return response
    key = next((name for name, member in value.items() if isinstance(member, dict | list)), next(iter(value)))
    other = b"null" if value[key] is not None else b"false"
    body = b"%b,%b:%b}" % (response.body.rstrip()[:-1], json.dumps(key).encode(), other)
    return _with_headers(response, {"content-length": str(len(body))})._replace(body=body)


def _with_headers(response: Response, changes: dict[str, str]) -> Response:
    """The response with these headers, each in the place of the one of its name, or last."""
    return response._replace(headers=tuple((dict(response.headers) | changes).items()))


_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_PLANS: Mapping[str, Callable[[_Answer], Iterable[Act]]] = {
    "reset": lambda _: (Reset(),),
    "empty": lambda _: (Close(),),
    "garbage": lambda _: (Send(_GARBAGE), Close()),
    "chunk": _chunk,
    "truncate": _truncate,
    "hang": lambda _: (Hang(),),
    "dribble": _dribble,
    "slow-headers": _slow_headers,
    "tls-fail": lambda _: (Send(_TLS_ALERT), Close()),
    "keepalive-close": _keepalive_close,
}
_ALTERATIONS: Mapping[str, Callable[[Response], Response]] = {
    "html-502": _html_502,
    "charset": _charset,
    "gzip-lie": _gzip_lie,
    "duplicate-keys": _duplicate_keys,
}

# The faults that are acts on the connection; those that are not alter the response.
PLAYED_ON_THE_WIRE = frozenset(_PLANS)
