"""The server that --url of `jumun check` and `jumun call` names: its keys, and whether it may be called."""

from __future__ import annotations

import math
import os
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import click

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.cli.visit import Visit, VisitError
from jumun_mockserver.examples import PLACEHOLDERS
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts import Contract
    from jumun_mockserver.cli.visit import Exchange


def iter_answers(
    contracts: Sequence[Contract],
    operation: str | None,
    *,
    url: str,
    values: Iterable[str],
    is_allowed: bool,
    timeout_s: float,
    deadline_s: float,
) -> Iterator[Exchange]:
    """What the server there answers.

    Args:
        operation: `ID` or `ID.STATUS` of the one to call; all that only read if None.
        url: As in `plan_visits`, and so the arguments not named here.
        values: NAME=VALUE each.
        deadline_s: Seconds for all calls together.

    Raises:
        click.UsageError: The visit cannot be made; the message says why, and no key.
    """
    ends_at_s = time.monotonic() + deadline_s
    pairs = [each.partition("=") for each in values]
    for name, equals, _ in pairs:
        if not equals:
            raise click.UsageError(f"--param {name!r} is not NAME=VALUE")
    given = {name: value for name, _, value in pairs}
    try:
        visits = plan_visits(
            contracts, url=url, values=given, is_allowed=is_allowed, timeout_s=timeout_s, ends_at_s=ends_at_s
        )
        for visit in visits:
            yield from visit.iter_exchanges(operation=operation and _id(operation, contracts))
    except VisitError as error:
        raise click.UsageError(str(error)) from error


def _id(operation: str, contracts: Iterable[Contract]) -> str:
    """Without the status."""
    known = any(operation in each.operations for each in contracts)
    return operation if known else operation.rpartition(".")[0]


def plan_visits(
    contracts: Sequence[Contract],
    *,
    url: str,
    values: Mapping[str, str],
    is_allowed: bool,
    timeout_s: float,
    ends_at_s: float = math.inf,
) -> list[Visit]:
    """A visit for each provider of the contracts.

    Args:
        url: Of a server that has all their operations, e.g. http://127.0.0.1:8080, or a provider's base URL; '' for the
            one that each contract names first, which is Jumun's.
        values: Parameter → value.
        is_allowed: Whether a provider's own hosts may be called.
        timeout_s: For connecting, and for each wait for bytes.
        ends_at_s: When all is to be over, by `time.monotonic`.

    Raises:
        VisitError: Not a URL to visit, unknown parameters, or a provider's host where that is not allowed.
    """
    _refuse_unknown(values, contracts)
    firsts = {each.provider: each for each in reversed(contracts)}
    ordered = [firsts[name] for name in dict.fromkeys(each.provider for each in contracts)]
    visits = []
    for provider, base_url in find_base_urls(ordered, url, is_allowed=is_allowed).items():
        is_theirs = _host(base_url) in _provider_hosts()
        keys = read_keys(provider)
        visits.append(
            Visit(
                firsts[provider],
                base_url=base_url,
                # Placeholders never go to a provider.
                keys=keys if keys or is_theirs else PLACEHOLDERS.get(provider, {}),
                values=values,
                with_samples=not is_theirs,
                timeout_s=timeout_s,
                ends_at_s=ends_at_s,
            )
        )
    return visits


def find_base_urls(contracts: Sequence[Contract], url: str, *, is_allowed: bool) -> dict[str, str]:
    """Provider → base URL. The arguments are as in `plan_visits`, with one contract for each provider.

    Raises:
        VisitError: Not a URL to visit, or a provider's host where that is not allowed.
    """
    bases = dict(_iter_bases(contracts, url))
    for base_url in bases.values():
        if _host(base_url) in _provider_hosts() and not is_allowed:
            raise VisitError(
                f"{_host(base_url)} is the provider's own host: calls count against its limits and read a shop's "
                "orders; say --yes-production if that is meant"
            )
    return bases


def _iter_bases(contracts: Sequence[Contract], url: str) -> Iterator[tuple[str, str]]:
    """Provider and base URL. A URL with a path is taken to be a base URL, of the one contract that can be meant."""
    if not url:
        yield from ((each.provider, each.servers[0]) for each in contracts)
        return
    parts = _split(url)
    root, path = f"{parts[0]}://{parts[1]}", parts[2].rstrip("/")
    own_paths = {each.provider: urlsplit(each.servers[0]).path for each in contracts}
    if not path:
        yield from ((provider, root + own_path) for provider, own_path in own_paths.items())
        return
    meant = [provider for provider, own_path in own_paths.items() if own_path == path] or list(own_paths)
    if len(meant) > 1:
        raise VisitError(f"--url {url!r} has a path, so that it is one provider's: say which with --contract")
    yield meant[0], root + quote(path, safe="/%:@!$&'()*+,;=~")


def _split(url: str) -> tuple[str, str, str]:
    """Scheme, host with port, and path."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and parts.netloc.isascii()
    except ValueError:
        is_good = None
        parts = urlsplit("")
    if "@" in parts.netloc:
        raise VisitError("--url must hold no keys: they go into the environment")
    if not is_good or parts.query or parts.fragment:
        raise VisitError(f"--url {url!r} is not the URL of a server, such as http://127.0.0.1:8080")
    return parts.scheme, parts.netloc, parts.path


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


def _provider_hosts() -> frozenset[str]:
    """Of all providers, whichever contracts judge: none is called by mistake."""
    return frozenset(host for name in PROVIDERS for profile in PROFILES for host in load_contract(name, profile).hosts)


def read_keys(provider: str) -> dict[str, str]:
    """The environment's keys for a provider, by variable.

    Raises:
        VisitError: One cannot be sent; the message names the variable.
    """
    prefix = f"{provider.upper()}_COMMERCE_"
    keys = {name: value for name, value in os.environ.items() if name.startswith(prefix) and value}
    keys.pop(f"{prefix}BASE_URL", None)
    for name, value in keys.items():
        if not (value.isascii() and value.isprintable()):
            raise VisitError(f"{name} has characters that no header can hold")
    return keys


def _refuse_unknown(values: Mapping[str, str], contracts: Sequence[Contract]) -> None:
    known = {
        each.name
        for contract in contracts
        for operation in contract.operations.values()
        for each in operation.parameters
        if each.location in ("path", "query")
    }
    for name in values:
        if name not in known:
            raise VisitError(f"--param {name!r}: no operation has it{did_you_mean(name, known)}")
