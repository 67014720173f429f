"""TLS on a connection of which some bytes were read already."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, Self


async def start_tls(
    transport: asyncio.Transport, tls: ssl.SSLContext, *, early: bytes
) -> tuple[asyncio.Transport, bytes]:
    """Be the server of a handshake that begins with `early`; the new transport, and what has come through it so far.

    The transport still needs its protocol.

    Raises:
        OSError: No handshake came about. The connection is closed.
    """
    waiting = _Waiting()
    loop = asyncio.get_running_loop()
    started = await loop.start_tls(transport, waiting, _Primed.of(tls, early), server_side=True)
    # asyncio gives no transport, and uvloop a closed one, if the client went away silently.
    if started is None or started.is_closing():
        raise ConnectionResetError
    return started, bytes(waiting.data)


class _Waiting(asyncio.Protocol):
    """Keeps what comes between the end of a handshake and the moment when its transport is known."""

    def __init__(self) -> None:
        self.data = bytearray()

    def data_received(self, data: bytes) -> None:
        """Keep the bytes until there is a transport."""
        self.data += data


class _Primed(ssl.SSLContext):
    """Another context, for one connection of which `early` was read already: `start_tls` itself takes no such bytes."""

    _context: ssl.SSLContext
    _early: bytes

    @classmethod
    def of(cls, context: ssl.SSLContext, early: bytes) -> Self:
        """One for the next connection."""
        primed = cls(ssl.PROTOCOL_TLS_SERVER)
        primed._context, primed._early = context, early
        return primed

    def wrap_bio(self, incoming: ssl.MemoryBIO, *args: Any, **named: Any) -> ssl.SSLObject:
        """A connection of the other context, which has the early bytes already."""
        incoming.write(self._early)
        return self._context.wrap_bio(incoming, *args, **named)
