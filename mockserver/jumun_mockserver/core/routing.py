"""Which operation a method and a path mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jumun_contracts import load_contract
from jumun_contracts.contract.model import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_mockserver.core.provider import Provider

_SLASHES = re.compile(r"/{2,}")
# What may stand behind the name of a host, of which the name is all that counts.
_LONG = 200
_HOST_NAME = re.compile(r"\.?(:[0-9]*)?$")


@dataclass(frozen=True, slots=True)
class Route:
    """One place of one operation.

    Attributes:
        path: Template with the provider's prefix, e.g. `/external/v1/orders/{orderId}`.
        operation: The operation's id.
    """

    provider: Provider
    method: str
    path: str
    operation: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.operation})"


class Match(NamedTuple):
    """What a request's path leads to.

    Attributes:
        provider: Whose path it is; None if nobody's.
        route: The operation's place; None if no operation has path and method.
        values: Path parameters by name, decoded.
        allow: Methods that the path has, in order; empty for an unknown path.
    """

    provider: Provider | None
    route: Route | None
    values: Mapping[str, str]
    allow: tuple[str, ...]


class _Place:
    """A path and the methods that it has."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.provider = routes[0].provider
        self.methods = {route.method: route for route in routes}
        self.allow = tuple(sorted(self.methods))


class Routes:
    """All places of all operations. Editions differ in what they answer, not in where."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = tuple(providers.values())
        self.all = tuple(self._iter_routes())
        by_path: dict[str, list[Route]] = {}
        for route in self.all:
            by_path.setdefault(route.path, []).append(route)
        places = {path: _Place(routes) for path, routes in by_path.items()}
        self._plain = {path: place for path, place in places.items() if not PLACEHOLDER.search(path)}
        self._templates = tuple((_compile(path), place) for path, place in places.items() if path not in self._plain)
        self.hosts = {host: provider for provider in self._providers for host in load_contract(provider.name).hosts}
        self._remembered = lru_cache(maxsize=1_024)(self._match)

    def match(self, method: str, path: str, *, host: str = "") -> Match:
        """Find the operation. A path with a doubled or trailing slash is tried without, where its provider allows.

        Args:
            host: What the request names as its host: a provider's own has that provider's operations only.
        """
        # What is long is seldom asked for twice, and not worth keeping.
        return (
            self._remembered(method, path, host) if len(path) + len(host) < _LONG else self._match(method, path, host)
        )

    def _match(self, method: str, path: str, host: str) -> Match:
        if provider := self.hosts.get(_HOST_NAME.sub("", host.lower())):
            found = self.match(method, path)
            return found if found.provider is provider else Match(provider, None, {}, ())
        place, values = self._find(path)
        if place is None and ("//" in path or path.endswith("/")):
            tidy, values = self._find(_SLASHES.sub("/", path).rstrip("/"))
            if tidy and tidy.provider.lenient_slashes:
                place = tidy
        if place is None:
            return Match(self._owner(path), None, {}, ())
        return Match(place.provider, place.methods.get(method), values, place.allow)

    def near(self, method: str, path: str) -> tuple[str, ...]:
        """The routes most like a path that nobody has, nearest first, three at most."""
        by_text = {f"{route.method} {route.path}": route for route in self.all}
        return tuple(str(by_text[text]) for text in get_close_matches(f"{method} {path}", by_text, n=3, cutoff=0.3))

    def differences(self, method: str, path: str) -> tuple[str, ...]:
        """For each route that is near to what nobody has, what is different about the request."""
        by_text = {str(route): route for route in self.all}
        return tuple(f"{text}: {_difference(method, path, by_text[text])}" for text in self.near(method, path))

    def _find(self, path: str) -> tuple[_Place | None, Mapping[str, str]]:
        if place := self._plain.get(path):
            return place, {}
        for pattern, place in self._templates:
            if found := pattern.fullmatch(path):
                return place, found.groupdict()
        return None, {}

    def _owner(self, path: str) -> Provider | None:
        for provider in self._providers:
            if any(path == prefix or path.startswith(f"{prefix}/") for prefix in provider.territory):
                return provider
        return None

    def _iter_routes(self) -> Iterator[Route]:
        for provider in self._providers:
            for operation in load_contract(provider.name).operations.values():
                for prefix in provider.prefixes:
                    yield Route(provider, operation.method, prefix + operation.path, operation.id)


def _difference(method: str, path: str, route: Route) -> str:
    """In which respects a request is not for `route`, most telling first."""
    given, wanted = path.split("/")[1:], route.path.split("/")[1:]
    told = [
        f"{mine!r} stands where {other!r} should"
        for mine, other in zip(given, wanted, strict=False)
        if mine != other and not PLACEHOLDER.fullmatch(other)
    ]
    if missing := wanted[len(given) :]:
        told.append(f"/{'/'.join(missing)} is missing")
    if surplus := given[len(wanted) :]:
        told.append(f"/{'/'.join(surplus)} is too much")
    if method != route.method:
        told.append(f"the method is {method}, not {route.method}")
    return "; ".join(told) or "only slashes differ"


def _compile(template: str) -> re.Pattern[str]:
    pattern = PLACEHOLDER.sub(lambda found: f"\0{found[1]}\0", template)
    parts = pattern.split("\0")
    return re.compile("".join(re.escape(p) if i % 2 == 0 else f"(?P<{p}>[^/]+)" for i, p in enumerate(parts)))
