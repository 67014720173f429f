"""An answer that takes its time or breaks, on its way."""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING

from jumun_mockserver.core.wire import Close, CloseOnNext, Hang, Pause, Reset, Send

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from uvicorn.protocols.http.flow_control import FlowControl

    from jumun_mockserver.core.wire import Act

# Closing sends RST and drops what was not sent yet. Windows has two shorts here.
_LINGER_NOT = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Playback:
    """One answer's acts, carried out on a transport, no faster than the client reads.

    Attributes:
        last: `Hang` or `CloseOnNext`, which say how the connection is left, once the acts have come to it.
    """

    last: Hang | CloseOnNext | None = None

    def __init__(
        self,
        acts: Iterator[Act],
        *,
        transport: asyncio.Transport,
        flow: FlowControl,
        loop: asyncio.AbstractEventLoop,
        on_pause_over: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            flow: Tells whether there is more to be sent than the client reads.
            on_pause_over: Called when it is time to go on.
        """
        self._acts = acts
        self._transport, self._flow, self._loop = transport, flow, loop
        self._on_pause_over = on_pause_over
        self._timer: asyncio.TimerHandle | None = None

    def go_on(self) -> bool:
        """Begin, or go on after a pause or once the client reads again. Whether all is done."""
        if self._timer:
            # The client reads again, and the pause is not over.
            return False
        for act in self._acts:
            match act:
                case Send(data):
                    self._transport.write(data)
                    if self._flow.write_paused:
                        return False
                case Pause(seconds):
                    self._timer = self._loop.call_later(seconds, self._end_pause)
                    return False
                case Close():
                    self._transport.close()
                case Reset():
                    self._reset()
                case Hang() | CloseOnNext():
                    self.last = act
        return True

    def stop(self) -> None:
        """Forget the rest."""
        if self._timer:
            self._timer.cancel()

    def _end_pause(self) -> None:
        self._timer = None
        self._on_pause_over()

    def _reset(self) -> None:
        """Break the connection: the client gets RST."""
        if (sock := self._transport.get_extra_info("socket")) is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()
