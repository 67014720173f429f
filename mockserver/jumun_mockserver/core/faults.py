"""Faults on the wire, in one table: the name, parameters, effect and documentation of each.

A fault is one of two kinds. Those that are good HTTP with wrong content alter the response, whatever sends it. The rest
are acts on the connection, which only a protocol that has the transport can carry out.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.http import Fault
from jumun_mockserver.core.scenario.notation import StepError, parse_delay
from jumun_mockserver.core.wire import Close, CloseOnNext, Hang, Pause, Reset, Send, render_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jumun_mockserver.core.http import Response
    from jumun_mockserver.core.wire import Act

# Fails the handshake of a connection that begins with TLS: `Scenario.take_handshake`.
TLS_FAIL = Fault("tls-fail")

# Seconds between two lines of a head that is slow.
LINE_PAUSE_S = 1.0

# No version, no status, and bytes that are neither ASCII nor UTF-8.
_GARBAGE = b"\x00\xff\xfe Jumun: no HTTP\r\n\r\n"
_NO_CHUNK_SIZE = b"no-size\r\n"
# RFC 8446, 5.1 and 6: an alert record of two bytes, fatal, handshake_failure.
_TLS_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
# As nginx words it. What runs before the two APIs is not known: docs/decisions/wire-faults.md.
_GATEWAY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
# What a gateway's page keeps of an answer: the provider never saw the request, so none of its headers.
_NOT_THE_PROVIDERS = ("date", "jumun-note")


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A row of the table. It has either `play` or `alter`.

    Attributes:
        effect: What the client gets, as one line of Markdown for docs/scenarios.md.
        parameters: Name → parser of the argument, which raises StepError.
        play: The acts on the connection, of the answer and the parsed arguments.
        alter: The response with wrong content.
    """

    name: str
    effect: str
    parameters: Mapping[str, Callable[[str], float]] = field(default_factory=dict)
    play: Callable[..., Iterable[Act]] | None = None
    alter: Callable[[Response], Response] | None = None

    @property
    def usage(self) -> str:
        """How to write it as a step, e.g. `truncate(n)`."""
        return f"{self.name}({', '.join(self.parameters)})" if self.parameters else self.name

    def parse(self, arguments: list[str]) -> Fault:
        """The fault with these arguments.

        Raises:
            StepError: An argument is missing, unexpected or out of range.
        """
        if len(arguments) != len(self.parameters):
            raise StepError(f"write {self.usage}")
        parsers = zip(self.parameters.values(), arguments, strict=True)
        return Fault(self.name, tuple(parse(argument) for parse, argument in parsers))


def apply_fault(response: Response, fault: Fault) -> Response:
    """The response with the fault: altered, or for `plan_acts` to play.

    Raises:
        KeyError: The table has no such fault.
    """
    alter = FAULTS[fault.name].alter
    return alter(response) if alter else replace(response, fault=fault)


def plan_acts(response: Response, *, keep_alive: bool, head: bool = False) -> Iterator[Act]:
    """What to do, in order, for a response with a delay, a fault or both.

    The last act ends the connection (`Close`, `Reset`), leaves it to the client (`Hang`, `CloseOnNext`), or is none of
    these: then the connection goes on. Made one by one, since a long body in pieces of a byte is many.

    Args:
        keep_alive: As for `render_response`, and so is `head`.

    Raises:
        KeyError: A fault that is not played; `apply_fault` alters the response instead.
    """
    if response.delay_s:
        yield Pause(response.delay_s)
    answer = _Answer(response, keep_alive, head)
    if response.fault:
        yield from _PLAYS[response.fault.name](answer, *response.fault.arguments)
    else:
        yield Send(answer.whole)
        yield from answer.end()


@dataclass(frozen=True, slots=True)
class _Answer:
    """A response on its way. If `is_head`, it answers a HEAD and has no body."""

    response: Response
    keep_alive: bool
    is_head: bool

    @property
    def head(self) -> bytes:
        return render_head(self.response, keep_alive=self.keep_alive)

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


def _parse_bytes(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise StepError(f"{text!r} is not a number of bytes such as 100")
    return int(text)


def _parse_piece(text: str) -> int:
    size = _parse_bytes(text)
    if not size:
        raise StepError(f"{text!r} is too small: a piece has one byte at least")
    return size


def _chunk(answer: _Answer) -> Iterator[Act]:
    """Half the body in a good chunk, then one without a size."""
    kept = (pair for pair in answer.response.headers if pair[0] != "content-length")
    chunked = replace(answer.response, headers=(*kept, ("transfer-encoding", "chunked")))
    yield Send(render_head(chunked, keep_alive=answer.keep_alive))
    # A chunk of no bytes would be the end of a good body.
    if first := answer.body[: len(answer.body) // 2]:
        yield Send(b"%x\r\n%b\r\n" % (len(first), first))
    if not answer.is_head:
        yield Send(_NO_CHUNK_SIZE)
    yield Close()


def _truncate(answer: _Answer, kept: int) -> Iterator[Act]:
    yield Send(answer.head + answer.body[:kept])
    yield Close()


def _dribble(answer: _Answer, size: int, interval_s: float) -> Iterator[Act]:
    whole = answer.whole
    for start in range(0, len(whole), size):
        if start:
            yield Pause(interval_s)
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
    kept = tuple(pair for pair in response.headers if pair[0].lower() in _NOT_THE_PROVIDERS)
    headers = (*kept, ("content-type", "text/html"), ("content-length", str(len(_GATEWAY_PAGE))))
    return replace(response, status=502, reason=None, headers=headers, body=_GATEWAY_PAGE)


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
    return replace(_with_headers(response, {"content-length": str(len(body))}), body=body)


def _with_headers(response: Response, changes: dict[str, str]) -> Response:
    """The response with these headers, each in the place of the one of its name, or last."""
    placed = [(name, changes.pop(name.lower(), value)) for name, value in response.headers]
    return replace(response, headers=(*placed, *changes.items()))


_TABLE = (
    FaultKind("reset", "nothing; the connection is reset (RST)", play=lambda _: (Reset(),)),
    FaultKind("empty", "nothing; the connection is closed", play=lambda _: (Close(),)),
    FaultKind("hang", "nothing, until the client gives up", play=lambda _: (Hang(),)),
    FaultKind("garbage", "bytes that are not HTTP; the connection is closed", play=lambda _: (Send(_GARBAGE), Close())),
    FaultKind(
        TLS_FAIL.name,
        "a TLS alert, `handshake_failure`; the connection is closed. On a connection that begins with TLS, the "
        "handshake fails with it and counts as the call",
        play=lambda _: (Send(_TLS_ALERT), Close()),
    ),
    FaultKind(
        "truncate",
        "the head with the true `content-length`, and n bytes of the body, or all of it if it is shorter; the "
        "connection is closed",
        {"n": _parse_bytes},
        play=_truncate,
    ),
    FaultKind(
        "chunk",
        "the head with `transfer-encoding: chunked`, half of the body, and a chunk whose size is not a number; the "
        "connection is closed",
        play=_chunk,
    ),
    FaultKind(
        "dribble",
        "the right response in pieces of this many bytes, with an interval of an hour at most between two of them: "
        "`dribble(100, 50ms)`; the connection goes on",
        {"bytes": _parse_piece, "interval": parse_delay},
        play=_dribble,
    ),
    FaultKind(
        "slow-headers",
        "the right response, its head line by line with a second between two lines; the connection goes on",
        play=_slow_headers,
    ),
    FaultKind(
        "keepalive-close",
        "the right response, as if the connection went on; it is closed as soon as the next request arrives",
        play=_keepalive_close,
    ),
    FaultKind("html-502", "status 502 and a gateway's HTML page instead of JSON", alter=_html_502),
    FaultKind("charset", "the right bytes as `text/html; charset=euc-kr`", alter=_charset),
    FaultKind("gzip-lie", "the right bytes with `content-encoding: gzip`", alter=_gzip_lie),
    FaultKind(
        "duplicate-keys",
        "one key of the body's object a second time, last and with another value: the key of the first list or object "
        "in it (`data`, `list`), else the first key",
        alter=_duplicate_keys,
    ),
)
FAULTS: Mapping[str, FaultKind] = {kind.name: kind for kind in _TABLE}
_PLAYS = {kind.name: kind.play for kind in _TABLE if kind.play}
