"""What a client wants of the proxy, read from the head of its request."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jumun_mockserver.core.hosts import is_address, normal_host

_REQUEST = re.compile(rb"([A-Z][A-Z-]*) ([^\x00-\x20\x7f]+) (HTTP/1\.[01])")
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00\r\n]*")
_URL = re.compile(rb"(https?)://([^/?#]*)(.*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_][a-z0-9_.-]{0,253}))(?::([0-9]{0,5}))?", re.IGNORECASE)
_NOT_PASSED_ON = (b"host", b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"te", b"upgrade")


@dataclass(frozen=True, slots=True)
class Errand:
    """Where a client wants to go.

    Attributes:
        host: In lower case, without brackets or a trailing dot.
        is_tls: Whether the proxy is to speak TLS to the host itself.
        head: What goes to the host before all else; empty for a tunnel.
    """

    host: str
    port: int
    is_tls: bool
    head: bytes


class BadRequestError(Exception):
    """A request that no proxy can do anything with; the text is its reason."""


def parse_head(head: bytes) -> Errand:
    """Read a request's head, given without the empty line; for the origin it is rewritten.

    Raises:
        BadRequestError: It is not a request, or none for a proxy.
    """
    first, *lines = head.split(b"\r\n")
    request = _REQUEST.fullmatch(first)
    if request is None:
        raise BadRequestError("the first line is not METHOD target HTTP/1.1")
    for line in lines:
        if not _FIELD.fullmatch(line):
            raise BadRequestError("a line of the head is not a header")
    method, target, version = request.groups()
    if method == b"CONNECT":
        host, port, _ = _parse_authority(target)
        if port is None:
            raise BadRequestError("CONNECT needs host:port")
        return Errand(host, port, is_tls=False, head=b"")
    url = _URL.fullmatch(target)
    if url is None:
        raise BadRequestError("this is a proxy: it takes CONNECT host:port and whole URLs")
    scheme, authority, path = url.groups()
    host, port, name = _parse_authority(authority)
    is_tls = scheme.lower() == b"https"
    kept = [line for line in lines if line.partition(b":")[0].lower() not in _NOT_PASSED_ON]
    path = path if path.startswith(b"/") else b"/" + path
    # The next request on this connection might be for another host, so there is none.
    head = b"\r\n".join((b" ".join((method, path, version)), b"Host: " + name, *kept, b"Connection: close", b"", b""))
    return Errand(host, port or (443 if is_tls else 80), is_tls=is_tls, head=head)


def _parse_authority(authority: bytes) -> tuple[str, int | None, bytes]:
    """Host, port if there is one, and both as they were written."""
    if b"@" in authority:
        raise BadRequestError("a user's name in the target; it belongs into the header Authorization")
    found = _AUTHORITY.fullmatch(authority.decode("latin-1"))
    if found is None:
        raise BadRequestError("the target names no host")
    six, name, port = found.groups()
    if six and not is_address(six):
        raise BadRequestError("the target names no IPv6 address")
    if port and not 0 < int(port) < 65_536:  # noqa: PLR2004 - 16 bits
        raise BadRequestError("a port is a number from 1 to 65535")
    return normal_host(six or name), int(port) if port else None, authority
