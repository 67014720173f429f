"""The real API behind a recorder: each call on a connection of its own."""

from __future__ import annotations

import re
import ssl
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from jumun_mockserver.core.http import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWER_BYTES = 64 * 1024 * 1024
TIMEOUT_S = 60.0

# Between two programs, not between a client and an API (RFC 9110, 7.6.1). A body's length is written again.
_HOP = re.compile(
    r"connection|content-length|expect|keep-alive|proxy-(authenticate|authorization|connection)|te|trailer"
    r"|transfer-encoding|upgrade"
)
_PORTS = {"http": 80, "https": 443}
_BODILESS = (204, 304)


class UpstreamError(OSError):
    """The real API cannot be had, or gave no answer that can be passed on. The message says why, and no value."""


@dataclass(frozen=True)
class Upstream:
    """The real API.

    Attributes:
        scheme: `http` or `https`; certificates are judged by what the system trusts.
        path: Of its base URL, without a slash at the end.
        timeout_s: How long each step of a call may take: connecting, and each wait for bytes.
    """

    scheme: str
    host: str
    port: int
    path: str
    timeout_s: float = TIMEOUT_S

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Host and, if it is not the usual one, port: what the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def place(self, target: bytes) -> bytes:
        """The target at the API. A client may have the base URL's path in its own, as it has for the mock."""
        path = self.path.encode()
        return target if (target.partition(b"?")[0] + b"/").startswith(path + b"/") else path + target

    @cached_property
    def _transport(self) -> httpx.HTTPTransport:
        """Of httpx, as it is below a client: no redirects, cookies, proxies or logs. A connection is for one call."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        return httpx.HTTPTransport(verify=ssl.create_default_context(), trust_env=False, limits=limits)

    def fetch(self, method: str, target: bytes, headers: Iterable[tuple[str, str]], body: bytes) -> Response:
        """Make one call, whose answer is given as it came, but for headers between two programs.

        Args:
            target: Begins with a slash, and goes out as it is.

        Raises:
            UpstreamError: No connection, no trust, no answer in time, none that is HTTP, or one that is too long.
        """
        try:
            url = httpx.URL(scheme=self.scheme, host=self.host, port=self.port, raw_path=target)
        except httpx.InvalidURL:
            raise UpstreamError("the request target makes no URL") from None
        request = httpx.Request(
            method,
            url,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            # Of content, httpx would make headers of its own.
            stream=httpx.ByteStream(body),
            # A URL would be made tidy, its path without dots: the API is to see what the client wrote.
            extensions={"timeout": httpx.Timeout(self.timeout_s).as_dict(), "target": target},
        )
        content = bytearray()
        try:
            with closing(self._transport.handle_request(request)) as answer:
                for piece in answer.iter_raw():
                    content += piece
                    if len(content) > ANSWER_BYTES:
                        raise UpstreamError(f"the answer has more than {ANSWER_BYTES} bytes")
        except httpx.TransportError as error:
            raise UpstreamError(_tell(error)) from None
        kept = end_to_end((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw)
        if method != "HEAD" and answer.status_code not in _BODILESS:
            kept.append(("content-length", str(len(content))))
        return Response(answer.status_code, tuple(kept), bytes(content), reason=answer.reason_phrase)


def _tell(error: httpx.TransportError) -> str:
    """Why there is no answer; nothing of one is quoted."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, OSError):
            return cause.strerror or str(cause) or type(cause).__name__
        cause = cause.__cause__ or cause.__context__
    return "timed out" if isinstance(error, httpx.TimeoutException) else f"no HTTP answer: {type(error).__name__}"


def parse_upstream(url: str, *, timeout_s: float = TIMEOUT_S) -> Upstream:
    """Read a base URL.

    Raises:
        ValueError: Not http or https with a host, or with more than a path behind it.
    """
    place = urlsplit(url)
    if place.scheme not in _PORTS or not place.hostname or place.query or place.fragment or "@" in place.netloc:
        raise ValueError("must be a base URL such as https://api.bootapi.com/v1, without credentials or a query")
    port = place.port or _PORTS[place.scheme]
    return Upstream(place.scheme, place.hostname, port, place.path.rstrip("/"), timeout_s)


def end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers without those between two programs, and those that Connection names."""
    given = list(headers)
    named = {each.strip().lower() for name, value in given if name.lower() == "connection" for each in value.split(",")}
    return [(name, value) for name, value in given if not _HOP.fullmatch(name.lower()) and name.lower() not in named]
