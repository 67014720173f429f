"""A deadline that holds inside httpx: each wait for the network lasts no longer than what is left of the call.

httpx bounds each wait for bytes but not their sum, so a server that sends its head byte by byte, or one interim answer
after the other, holds a call for as long as it likes. asyncio can cancel such a call; a thread cannot be cancelled. So
the connections of synchronous calls get the time left whenever they are about to wait. They are met where httpcore
reports them, in its ``trace`` extension, and stay bounded when they are used again.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LeftS: TypeAlias = "Callable[[], float]"

_left_s: Final[ContextVar[_LeftS | None]] = ContextVar("jumun_client.left_s", default=None)


@contextmanager
def holding(left_s: _LeftS) -> Iterator[None]:
    """Within it no wait of this thread for a connection's bytes outlasts the deadline.

    Args:
        left_s: Gives the seconds that are left, infinity for no end.

    Raises:
        TimeoutError: At the deadline, from what is waiting then; httpx's own exceptions come likewise.
    """
    token = _left_s.set(left_s)
    try:
        yield
    finally:
        _left_s.reset(token)


def bound_connection(event: str, info: dict[str, Any]) -> None:
    """Bound a connection as it is made: what a request's ``trace`` extension of httpx takes.

    Args:
        event: e.g. ``connection.connect_tcp.complete``; the first part differs with proxies.
        info: Of a beginning the arguments of what begins, which may be changed; of an end the ``return_value``.
    """
    match event.split(".")[1:]:
        case ["connect_tcp" | "connect_unix_socket", "started"]:
            info["timeout"] = _shortened(info.get("timeout"))
        case ["connect_tcp" | "connect_unix_socket", "complete"]:
            _bound(info["return_value"])


def _bound(stream: Any) -> None:
    """Shorten the waits of a network stream of httpcore, and of the stream that TLS makes of it."""
    read, write, start_tls = stream.read, stream.write, stream.start_tls

    def read_within(max_bytes: int, timeout: float | None = None) -> Any:
        return read(max_bytes, _shortened(timeout))

    def write_within(buffer: bytes, timeout: float | None = None) -> Any:
        return write(buffer, _shortened(timeout))

    def start_tls_within(ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        secured = start_tls(ssl_context, server_hostname, _shortened(timeout))
        _bound(secured)
        return secured

    stream.read, stream.write, stream.start_tls = read_within, write_within, start_tls_within


def _shortened(timeout_s: float | None) -> float | None:
    """A wait that ends with the deadline; raises ``TimeoutError`` if that has passed."""
    left_s = _left_s.get()
    seconds = math.inf if left_s is None else left_s()  # None where a borrowed client makes calls that are not ours
    if seconds <= 0:
        raise TimeoutError
    return timeout_s if seconds == math.inf else min(seconds, math.inf if timeout_s is None else timeout_s)
