"""Two connections made one: what arrives at either is written to the other, half-closing and flow control included."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable


class End(asyncio.Protocol):
    """One end of a splice: what arrives here is written there, no faster than there it is read.

    Attributes:
        other: The other end.
        passed_bytes: How many have arrived here.
        timer: Of the next look at the splice, where this end takes it.
    """

    transport: asyncio.Transport
    other: End
    passed_bytes = 0
    timer: asyncio.TimerHandle | None = None
    _has_ended = False

    def __init__(self, live: set[asyncio.Transport]) -> None:
        self._live = live

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        self.passed_bytes += len(data)
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
        if self.other.transport not in self._live:
            for end in (self, self.other):
                if end.timer:
                    end.timer.cancel()
        if exc is None:
            self.other.transport.close()
        else:
            self.other.transport.abort()


class Upstream(End):
    """The far end, which is spliced as soon as it is connected: its server may speak first.

    It also ends the splice once nothing has moved in it for `idle_s`, and for twice that at most.
    """

    def __init__(
        self,
        live: set[asyncio.Transport],
        join: Callable[[End], End],
        *,
        to_client: bytes,
        to_server: bytes,
        idle_s: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(live)
        self._join = join
        self._to_client, self._to_server = to_client, to_server
        self._idle_s, self._loop = idle_s, loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what waits to either side, and read on."""
        self.transport = cast("asyncio.Transport", transport)
        self._live.add(self.transport)
        self.other = self._join(self)
        self.other.transport.write(self._to_client)
        self.transport.write(self._to_server)
        self.other.transport.resume_reading()
        self._look(())

    def _look(self, before: tuple[int, ...]) -> None:
        """Cut what is left of the splice if all is as it was `before`. A timer for each piece would cost more."""
        left = [each for each in (self.transport, self.other.transport) if each in self._live]
        now = (self.passed_bytes, self.other.passed_bytes, *(each.get_write_buffer_size() for each in left))
        if left and now != before:
            self.timer = self._loop.call_later(self._idle_s, self._look, now)
            return
        for each in left:
            each.abort()
