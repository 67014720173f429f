"""Which operation a method and a path mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jumun_contracts.contract.model import PLACEHOLDER
from jumun_mockserver.core.provider import check_handlers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_mockserver.core.provider import Provider

_SLASHES = re.compile(r"/{2,}")
# Below this ratio (difflib's) a path is too unlike to have been meant.
_ALIKE = 0.6
# So many paths are looked at, for an operation has several.
_LOOKED_AT = 12
# What may follow the name of a host, of which the name is all that counts.
_LONG = 200
_HOST_NAME = re.compile(r"\.?(:[0-9]*)?$")


@dataclass(frozen=True, slots=True)
class Route:
    """One place of one operation.

    Attributes:
        path: Template with the provider's prefix, e.g. `/external/v1/orders/{orderId}`.
        operation: The operation's id.
    """

    provider: Provider[Any]
    method: str
    path: str
    operation: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.operation})"


@dataclass(slots=True)
class Match:
    """What a request's path is routed to.

    Attributes:
        provider: The provider that the path belongs to; None if no provider has it.
        route: The operation's place; None if no operation has path and method.
        values: Path parameters by name, decoded.
        allow: Methods that the path has, in order; empty for an unknown path.
    """

    provider: Final[Provider[Any] | None]
    route: Final[Route | None]
    values: Final[Mapping[str, str]]
    allow: Final[tuple[str, ...]]


class _Place:
    """A path and the methods that it has."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.provider = routes[0].provider
        self.methods = {route.method: route for route in routes}
        self.allow = tuple(sorted(self.methods))


class Routes:
    """All places of the operations of one profile.

    Attributes:
        hosts: Name of a provider's own host → provider.
    """

    def __init__(self, providers: Mapping[str, Provider[Any]], profile: str) -> None:
        self._providers = tuple(providers.values())
        self._contracts = [provider.contract(profile) for provider in self._providers]
        self.all = tuple(self._iter_routes())
        by_path: dict[str, list[Route]] = {}
        for route in self.all:
            by_path.setdefault(route.path, []).append(route)
        places = {path: _Place(routes) for path, routes in by_path.items()}
        self._plain = {path: place for path, place in places.items() if not PLACEHOLDER.search(path)}
        # Number of slashes → those that can fit.
        self._templates: dict[int, list[tuple[re.Pattern[str], list[str], _Place]]] = {}
        for path, place in places.items():
            if path not in self._plain:
                template = (_compile(path), PLACEHOLDER.findall(path), place)
                self._templates.setdefault(path.count("/"), []).append(template)
        self.hosts = {
            host: provider
            for provider, contract in zip(self._providers, self._contracts, strict=True)
            for host in contract.hosts
        }

    def match(self, method: str, path: str, host: str = "") -> Match:
        """Find the operation. A path with a doubled or trailing slash is tried without, where its provider allows.

        Args:
            host: What the request names as its host: a provider's own has that provider's operations only.
        """
        name = _read_host(host) if len(host) < _LONG else _read_host.__wrapped__(host)
        if provider := self.hosts.get(name):
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

    def near(self, method: str, path: str, *, provider: Provider[Any] | None) -> tuple[Route, ...]:
        """The routes that may have been meant by a path without an operation, one each of three operations at most.

        The likeliest comes first.

        Args:
            provider: Whose path it is; only its routes are compared. None for a path of no provider.
        """
        by_path: dict[str, list[Route]] = {}
        for route in self.all:
            if provider is None or route.provider is provider:
                by_path.setdefault(_fill(route.path, path), []).append(route)
        near: dict[str, Route] = {}
        for like in get_close_matches(path, by_path, n=_LOOKED_AT, cutoff=_ALIKE):
            for route in sorted(by_path[like], key=lambda each: each.method != method):
                near.setdefault(route.operation, route)
        return tuple(near.values())[:3]

    def _find(self, path: str) -> tuple[_Place | None, Mapping[str, str]]:
        if place := self._plain.get(path):
            return place, {}
        for pattern, names, place in self._templates.get(path.count("/"), ()):
            if found := pattern.fullmatch(path):
                return place, dict(zip(names, found.groups(), strict=True))
        return None, {}

    def _owner(self, path: str) -> Provider[Any] | None:
        for provider in self._providers:
            if any(path == prefix or path.startswith(f"{prefix}/") for prefix in provider.territory):
                return provider
        return None

    def _iter_routes(self) -> Iterator[Route]:
        for provider, contract in zip(self._providers, self._contracts, strict=True):
            for operation in contract.operations.values():
                for prefix in provider.prefixes:
                    if operation.is_stub and not prefix and len(self._providers) > 1:
                        # The guide leaves out /external; a stub without it might be on a path of another provider.
                        continue
                    yield Route(provider, operation.method, prefix + operation.path, operation.id)


class RoutesByProfile(dict[str, Routes]):
    """Profile → its routes, made when they are first asked for: contracts take their time to load.

    Most servers are asked for one profile only.
    """

    def __init__(self, providers: Mapping[str, Provider[Any]]) -> None:
        super().__init__()
        self._providers = providers

    def __missing__(self, profile: str) -> Routes:
        """Make them.

        Raises:
            ProviderError: A provider's record and its contract do not have the same operations.
        """
        for provider in self._providers.values():
            check_handlers(provider, profile)
        made = self[profile] = Routes(self._providers, profile)
        return made


def difference(method: str, path: str, route: Route) -> str:
    """In which respects a request is not for `route`, most telling first."""
    given, wanted = path.split("/")[1:], route.path.split("/")[1:]
    told = [
        f"{mine!r} in place of {other!r}"
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


@lru_cache(maxsize=256)
def _read_host(host: str) -> str:
    """The name in a Host header. The same few come all the time, with paths that differ."""
    return _HOST_NAME.sub("", host.lower())


def _fill(template: str, path: str) -> str:
    """The template with the segments that `path` has in the place of its parameters: an id is like any other."""
    given = path.split("/")
    wanted = template.split("/")
    return "/".join(
        mine if PLACEHOLDER.fullmatch(part) else part
        for part, mine in zip(wanted, (*given, *wanted[len(given) :]), strict=False)
    )


def _compile(template: str) -> re.Pattern[str]:
    # Plain text and names of parameters in turn.
    return re.compile("([^/]+)".join(map(re.escape, PLACEHOLDER.split(template)[::2])))
