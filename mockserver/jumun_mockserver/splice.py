"""Two connections made one: what arrives at either is written to the other, half-closing and flow control included."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable


class End(asyncio.Protocol):
    """One end of a splice: what arrives here is written there, no faster than there it is read."""

    transport: asyncio.Transport
    other: End
    _has_ended = False

    def __init__(self, live: set[asyncio.Transport]) -> None:
        self._live = live

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        self.other.transport.write(data)

    def eof_received(self) -> bool:
        """Pass on that no more will come; the other way stays open, where it can."""
        self._has_ended = True
        there = self.other.transport
        if there.is_closing() or self.other._has_ended or not self.transport.can_write_eof():  # noqa: SLF001 - its like
            # Both ways are done, or this one is TLS, which has no half: closing goes on in connection_lost.
            return False
        if there.can_write_eof():
            there.write_eof()
        return True

    def pause_writing(self) -> None:
        """Too much waits here to be sent."""
        if not self.other.transport.is_closing():
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """There is room again."""
        if not self.other.transport.is_closing():
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the other side too, with all that it still has to send if this one ended in peace."""
        self._live.discard(self.transport)
        if exc is None:
            self.other.transport.close()
        else:
            self.other.transport.abort()


class Upstream(End):
    """The far end, which is spliced as soon as it is connected: its server may speak first."""

    def __init__(
        self, live: set[asyncio.Transport], join: Callable[[End], End], *, to_client: bytes, to_server: bytes
    ) -> None:
        super().__init__(live)
        self._join = join
        self._to_client, self._to_server = to_client, to_server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self._live.add(self.transport)
        self.other = self._join(self)
        self.other.transport.write(self._to_client)
        self.transport.write(self._to_server)
        self.other.transport.resume_reading()
