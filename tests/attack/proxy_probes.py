"""Ways out of the forward proxy: to a listener of this machine by addresses that are not the loopback's."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from jumun_mockserver import LiveServer
from jumun_mockserver.proxy.authority import Authority
from tests.attack.mutation import mutate
from tests.attack.outcome import Outcome, rounds
from tests.mockserver.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

# Most systems take these for this machine; nothing is bound here.
_SPELLINGS = ("0.0.0.0", "0", "0x0", "00.0.0.0", "[::]", "[::ffff:0.0.0.0]", "0.0.0.0.", "０.0.0.0")  # noqa: RUF001, S104
_FORMS = (
    "CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n",
    "CONNECT {place} HTTP/1.1\r\nHost: api.bootapi.com:443\r\n\r\n",
    "GET http://{place}/ HTTP/1.1\r\nHost: {place}\r\n\r\n",
    "GET http://{place}/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET http://localhost@{place}/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET http://api.bootapi.com:80@{place}/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: {place}\r\n\r\n",
)
_WORDS = (b"@", b"#", b"?", b"\\", b"/", b"//", b"%2e", b".", b"[", b"]", b":", b"localhost", b"127.0.0.1", b"\t", b" ")
_FIRST_STATUS = slice(9, 12)


def attack(seconds: float, random: Random, _folder: Path) -> Outcome:
    """Ask for it in every form and spelling, and in mutations of them."""
    outcome = Outcome()
    with (
        socket.create_server(("0.0.0.0", 0)) as outside,  # noqa: S104 - reached from this machine only, and closed
        LiveServer(authority=Authority.temporary()) as server,
    ):
        outside.settimeout(0)
        for number in rounds(seconds):
            place = f"{random.choice(_SPELLINGS)}:{outside.getsockname()[1]}"
            data = random.choice(_FORMS).format(place=place).encode()
            if number >= len(_SPELLINGS) * len(_FORMS):
                data = mutate(data, random, words=_WORDS)
            outcome.counts[_ask(server.proxy_url, data)] += 1
            with suppress(BlockingIOError):
                caller, peer = outside.accept()
                caller.close()
                # A mutation may have made it the loopback, which is let through.
                if b"localhost" not in data.lower() and b"127." not in data:
                    outcome.broken.append(f"{number}: {data!r} reached the listener, from {peer[0]}")
    return outcome


def _ask(proxy_url: str, data: bytes) -> str:
    try:
        with Wire(proxy_url) as wire:
            wire.send(data)
            wire.socket.shutdown(socket.SHUT_WR)
            return wire.read_rest()[_FIRST_STATUS].decode("latin-1") or "ended"
    except TimeoutError:
        return "waits"
    except OSError:
        return "reset"
