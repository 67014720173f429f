"""Connections on which almost right requests come; h11 reads the same bytes, and both verdicts are compared."""

from __future__ import annotations

import logging
import re
import socket
from typing import TYPE_CHECKING

import h11

from jumun_mockserver import LiveServer
from tests.attack.mutation import mutate
from tests.attack.outcome import Outcome, rounds
from tests.mockserver.wire import Wire, request

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_JSON = "Content-Type: application/json"
_GOOD = request("GET", "/v1/orders?limit=2")
_REQUESTS = (
    _GOOD,
    request("POST", "/v1/request/token", _JSON, body=b'{"client_key": "a", "secret_key": "b"}'),
    request("POST", "/external/v1/oauth2/token", "Content-Type: application/x-www-form-urlencoded", body=b"type=SELF"),
    request("GET", "/_jumun/version"),
    request("POST", "/_jumun/clock", _JSON, body=b'{"advance": "1s"}'),
    request("PUT", "/_jumun/scenario", body=b"*: ok"),
    request("POST", "/v1/request/token", _JSON, "Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"),
)
_WORDS = (
    *(b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b"\xff", b"%00", b"%", b"#", b"..", b"//", b"?", b"\x7f"),
    *(
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Connection: close\r\n",
        b"Expect: 100-continue\r\n",
    ),
    *(
        b"Host: a\r\n",
        b"0\r\n\r\n",
        b"HTTP/1.0",
        b"HTTP/2.0",
        b"Expect: 100-continue\r\n",
        b"Jumun-Scenario: 503\r\n",
        b"Upgrade: h2c\r\n",
    ),
)
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
# Answers of the server itself to what it does not take; a provider's own 400 has another body.
_REFUSAL = b'"detail":'


def attack(seconds: float, random: Random, _folder: Path) -> Outcome:
    """Send them, each on a connection whose client then says that it sends no more."""
    outcome, errors = Outcome(), _Errors()
    logging.getLogger().addHandler(errors)
    try:
        with LiveServer() as server:
            for number in rounds(seconds):
                data = mutate(b"".join(random.choices(_REQUESTS, k=random.randint(1, 3))), random, words=_WORDS)
                said = _try(server.url, data, outcome, name=f"{number}")
                outcome.counts[said] += 1
            with Wire(server.url) as wire:
                if wire.ask(_GOOD).status != 200:
                    outcome.broken.append("the server answers a good request no more")
    finally:
        logging.getLogger().removeHandler(errors)
    outcome.broken += errors.seen
    return outcome


def _try(url: str, data: bytes, outcome: Outcome, *, name: str) -> str:
    """Who took it."""
    try:
        with Wire(url) as wire:
            wire.send(data)
            wire.socket.shutdown(socket.SHUT_WR)
            answer = wire.read_rest()
    except TimeoutError:
        outcome.broken.append(f"{name}: the connection was neither answered nor ended")
        return "no end"
    except OSError:
        return "ended while it was sent"
    statuses = [int(each) for each in _STATUS.findall(answer)]
    final = [each for each in statuses if each >= 200]
    if answer and not answer.startswith(b"HTTP/1.1 "):
        outcome.broken.append(f"{name}: the answer is not HTTP")
    if any(each >= 500 and each != 503 for each in final):
        outcome.broken.append(f"{name}: answered {final}")
    whole, is_good = _read(data)
    # What the server itself refuses comes last, and ends the connection.
    is_taken = not answer.rpartition(b"HTTP/1.1 ")[2].startswith((b"400", b"408", b"413", b"414", b"431")) or (
        _REFUSAL not in answer
    )
    if is_good and is_taken and len(final) > whole:
        outcome.broken.append(f"{name}: {len(final)} answers to {whole} requests")
    return f"{'taken' if is_taken else 'refused'}, h11 {'takes' if is_good else 'refuses'}"


def _read(data: bytes) -> tuple[int, bool]:
    """How many whole requests h11 finds, and whether it takes all of the bytes."""
    connection, whole = h11.Connection(h11.SERVER), 0
    connection.receive_data(data)
    connection.receive_data(b"")
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.EndOfMessage):
                whole += 1
                connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is h11.MUST_CLOSE or connection.their_state is h11.MUST_CLOSE:
                    return whole, True
                connection.start_next_cycle()
            elif isinstance(event, h11.ConnectionClosed) or event is h11.NEED_DATA or event is h11.PAUSED:
                return whole, True
    except h11.ProtocolError:
        return whole, False


class _Errors(logging.Handler):
    """What the loop and uvicorn report as a failure."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what it says."""
        self.seen.append(f"{record.name}: {record.getMessage().strip()}")
