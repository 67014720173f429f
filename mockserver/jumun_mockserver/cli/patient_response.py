"""An HTTP answer that is waited for only so long in all: a server that sends a byte now and then is silent never."""

from __future__ import annotations

import http.client
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from typing import Any


class PatientResponse(http.client.HTTPResponse):
    """Asks before each wait how long that may take."""

    def __init__(self, sock: socket.socket, *args: Any, patience_s: Callable[[], float], **options: Any) -> None:
        """As http.client makes it.

        Args:
            patience_s: Gives seconds, or raises what the reader is to raise.
        """
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_PatientSocket(sock, patience_s))


class _PatientSocket(io.RawIOBase):
    def __init__(self, sock: socket.socket, patience_s: Callable[[], float]) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._patience_s = patience_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._patience_s())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
