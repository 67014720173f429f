"""Who may use the control plane: programs of this machine, or those that have its token; no page of another origin."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_SAME = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a request is not answered.

    Attributes:
        status: 401 where the right token would help, 403 otherwise.
        reason: With the way out.
    """

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Access:
    """The door of the control plane.

    Attributes:
        token: What callers must send as Bearer; None to ask for nothing.
        is_open: Whether it may be used without a token.
        hosts: Names by which it may be called without one, beside those of this machine and IP addresses.
    """

    token: str | None = None
    is_open: bool = True
    hosts: Collection[str] = ()

    def deny(self, method: str, headers: Mapping[str, str]) -> Denial | None:
        """Why a request may not be answered; None if it may. Names of `headers` in lower case."""
        if foreign := _find_foreign(method, headers):
            return Denial(403, f"{foreign}: pages of other origins may not use the control plane")
        if self.token is not None:
            sent = headers.get("authorization", "")
            if _has_bearer(sent, self.token):
                return None
            wrong = "the token that was sent is wrong; " if sent else ""
            return Denial(401, f"{wrong}send the server's --control-token as Authorization: Bearer")
        if not self.is_open:
            return Denial(
                403, "the server is bound beyond loopback: start it with --control-token to use the control plane"
            )
        if not self._knows(host := headers.get("host", "")):
            # A page of a name that is made to point here (DNS rebinding) has the origin that it calls.
            return Denial(
                403,
                f"Host: {host!r} is not a name of this machine; call it as localhost or by its address, or start the "
                "server with --control-host",
            )
        return None

    def _knows(self, host: str) -> bool:
        """Whether a Host header is absent, an IP address, localhost or below it, or a name that was given."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        name = name.rstrip(".")
        if not host or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name in {each.lower() for each in self.hosts}
        return True


def _find_foreign(method: str, headers: Mapping[str, str]) -> str:
    """The header by which a page of another origin is known; '' for none."""
    origin = headers.get("origin")
    # A page is of one origin with what it calls if scheme, name and port are the same; TLS ends before the server.
    if origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower():
        return f"Origin: {origin!r}"
    site = headers.get("sec-fetch-site", "none")
    # A link that is followed shows its answer to a person, and to no page.
    is_link = (method, headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("GET", "navigate", "document")
    return "" if site in _SAME or is_link else f"Sec-Fetch-Site: {site!r}"


def _has_bearer(authorization: str, token: str) -> bool:
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
