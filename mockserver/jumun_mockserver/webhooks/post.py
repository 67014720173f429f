"""One attempt: a POST on a connection of its own. Redirects are not followed, and no proxy is asked."""

from __future__ import annotations

import http.client
import io
import ipaddress
import json
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode, urlsplit

from jumun_mockserver.core.final_answer import FinalAnswer
from jumun_mockserver.core.hosts import is_loopback, normal_host
from jumun_mockserver.core.session.deliveries import Attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ATTEMPT_S = 5.0
"""How long an attempt may take from the first look at the address to the last byte of the answer, in real time."""
_ANSWER_BYTES = 64 * 1_024
_PORTS = {"http": 80, "https": 443}
_MEDIA_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


class _LateError(Exception):
    """The time of an attempt is over."""


class _Deadline(io.RawIOBase):
    """A socket read as a file, up to a moment."""

    def __init__(self, connection: socket.socket, ends_at: float) -> None:
        self._connection = connection
        self._ends_at = ends_at

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What arrives next."""
        self._connection.settimeout(_left(self._ends_at))
        return self._connection.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - as `http.client` asks for it
        """Itself, as http.client asks a socket for its file."""
        return io.BufferedReader(self)


class Post:
    """One attempt, which another thread can cut short.

    Attributes:
        is_cut: Whether one has.
    """

    def __init__(self) -> None:
        self._connection: socket.socket | None = None
        self.is_cut = False

    def cut(self) -> None:
        """Have a `send` that is under way fail at once."""
        self.is_cut = True
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def send(self, url: str, body: bytes, headers: Mapping[str, str], judge: Callable[[int, bytes], str]) -> Attempt:
        """Post a body.

        Args:
            url: Judged by `check_webhooks`.
            judge: Why an answer does not count as a success; '' where it does.
        """
        began = time.monotonic()
        status, failure = None, ""
        try:
            status, answer = self._exchange(url, body, headers, ends_at=began + ATTEMPT_S)
            failure = "redirects are not followed" if 300 <= status < 400 else judge(status, answer)  # noqa: PLR2004
        except (_LateError, TimeoutError):
            failure = f"no answer within {ATTEMPT_S:g} s"
        except ssl.SSLCertVerificationError as error:
            failure = f"its certificate is not trusted: {error.verify_message}"
        except (http.client.HTTPException, ValueError) as error:
            failure = f"no HTTP answer: {type(error).__name__}"
        except OSError as error:
            failure = error.strerror or str(error) or type(error).__name__
        return Attempt(status, failure, time.monotonic() - began)

    def _exchange(self, url: str, body: bytes, headers: Mapping[str, str], *, ends_at: float) -> tuple[int, bytes]:
        place = urlsplit(url)
        host = normal_host(place.hostname or "")
        connection = self._connect(host, place.port or _PORTS[place.scheme], ends_at=ends_at)
        try:
            if place.scheme == "https":
                connection.settimeout(_left(ends_at))
                connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
                self._connection = connection
            target = (place.path or "/") + (f"?{place.query}" if place.query else "")
            lines = [f"POST {target} HTTP/1.1", f"Host: {place.netloc}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
            connection.settimeout(_left(ends_at))
            connection.sendall("\r\n".join(lines).encode() + body)
            file = cast("socket.socket", _Deadline(connection, ends_at))
            with FinalAnswer(file, method="POST") as response:
                response.begin()
                return response.status, response.read(_ANSWER_BYTES)
        finally:
            self._connection = None
            connection.close()

    def _connect(self, host: str, port: int, *, ends_at: float) -> socket.socket:
        """A connection to the first address of a host that takes one; a name of this machine is nowhere else."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if is_loopback(host):
            found = [each for each in found if ipaddress.ip_address(each[4][0]).is_loopback]
        trouble: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in found:
            connection = self._connection = socket.socket(family, kind, protocol)
            try:
                if self.is_cut:
                    raise OSError("stopped")  # noqa: TRY301 - as any other trouble
                connection.settimeout(_left(ends_at))
                connection.connect(address)
            except (OSError, _LateError) as error:
                connection.close()
                if isinstance(error, _LateError | TimeoutError):
                    raise
                trouble = error
            else:
                return connection
        raise trouble


def encode(payload: Mapping[str, Any], form: str) -> tuple[bytes, dict[str, str]]:
    """A payload as the body of a request, and what its headers say of it; in a form null is empty (assumed)."""
    if form == "json":
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    else:
        body = urlencode({key: "" if value is None else value for key, value in payload.items()}).encode()
    return body, {"Content-Type": _MEDIA_TYPES[form], "Accept": "application/json"}


def _left(ends_at: float) -> float:
    """Seconds that are left."""
    left = ends_at - time.monotonic()
    if left <= 0:
        raise _LateError
    return left
