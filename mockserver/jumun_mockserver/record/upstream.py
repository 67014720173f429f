"""The real API behind a recorder: one call at a time, each on a connection of its own."""

from __future__ import annotations

import http.client
import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from jumun_mockserver.core.final_answer import FinalAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWER_BYTES = 64 * 1024 * 1024
TIMEOUT_S = 60.0

# Between two programs, not between a client and an API (RFC 9110, 7.6.1). A body's length is said anew.
_HOP = re.compile(
    r"connection|content-length|expect|keep-alive|proxy-(authenticate|authorization|connection)|te|trailer"
    r"|transfer-encoding|upgrade"
)
_PORTS = {"http": 80, "https": 443}


class UpstreamError(OSError):
    """The real API cannot be had, or gave no answer that can be passed on. The message says why, and no value."""


class Answered(NamedTuple):
    """What an upstream answered, as it came; hop-by-hop headers left out."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
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

    def place(self, target: str) -> str:
        """Where a target leads to. A client may have the base URL's path in its own, as it has for the mock."""
        has_path = (target.partition("?")[0] + "/").startswith(f"{self.path}/")
        return target if has_path else self.path + target

    def fetch(self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answered:
        """Make one call on a connection of its own; redirects are not followed.

        Raises:
            UpstreamError: No connection, no trust, no answer in time, none that is HTTP, or one that is too long.
        """
        if self.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                self.host, self.port, timeout=self.timeout_s, context=context
            )
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_s)
        connection.response_class = FinalAnswer
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value.encode("latin-1"))
            connection.endheaders(body or None)
            response = connection.getresponse()
            content = response.read(ANSWER_BYTES + 1)
            is_cut = bool(response.length)
        except ssl.SSLCertVerificationError as error:
            raise UpstreamError(f"its certificate is not trusted: {error.verify_message}") from None
        except OSError as error:
            raise UpstreamError(error.strerror or str(error) or type(error).__name__) from None
        except (http.client.HTTPException, ValueError) as error:
            raise UpstreamError(f"no HTTP answer: {type(error).__name__}") from None
        finally:
            connection.close()
        if len(content) > ANSWER_BYTES:
            raise UpstreamError(f"the answer has more than {ANSWER_BYTES} bytes")
        if is_cut:
            raise UpstreamError("the answer ends before its Content-Length")
        kept = tuple(end_to_end(response.getheaders()))
        return Answered(response.status, response.reason, kept, content)


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
