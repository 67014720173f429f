"""Names of hosts, and which of them Jumun may call."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_PATTERN = re.compile(r"(?:\*\.)?[a-z0-9_][a-z0-9_.-]*")


class AllowedHosts:
    """This machine itself, and hosts that the user has named.

    Args:
        names: `*.example.com` allows all below example.com.
        doubled: Hosts that Jumun is the double of, which it never calls.

    Raises:
        ValueError: A name that is not a host's, or one that Jumun doubles.
    """

    def __init__(self, names: Collection[str] = (), *, doubled: Collection[str] = ()) -> None:
        self._doubled = frozenset(map(normal_host, doubled))
        self._names = frozenset(map(normal_host, names))
        for host in sorted(self._names):
            if not (_PATTERN.fullmatch(host) or is_address(host)):
                raise ValueError(f"allowed host {host!r}: not a name like example.com or *.example.com")
            if host in self._doubled:
                raise ValueError(f"allowed host {host!r}: Jumun is its double, so it cannot be reached as well")

    def allows(self, host: str) -> bool:
        """Whether a host, as `normal_host` gives it, may be called."""
        if host in self._doubled:
            return False
        parts = host.split(".")
        above = (".".join(("*", *parts[number:])) for number in range(1, len(parts)))
        return host in self._names or not self._names.isdisjoint(above) or is_loopback(host)


def normal_host(host: str) -> str:
    """A host's name as it is compared."""
    host = host.lower().removesuffix(".")
    return str(ipaddress.ip_address(host)) if is_address(host) else host


def is_address(host: str) -> bool:
    """Whether it is an IP address, without brackets."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
