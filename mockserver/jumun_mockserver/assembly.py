"""Providers, session and store put together: what every way of serving starts from."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from jumun_contracts import PACKAGED, Stubs, read_stubs
from jumun_mockserver.core.cors import CrossOriginDispatch
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.hosts import AllowedHosts
from jumun_mockserver.core.meter import Meter
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import SESSIONS_AT_MOST, MemoryStore
from jumun_mockserver.core.state.state import StateAwayError
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.webhooks.sender import Sender

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from jumun_contracts import RateLimit
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.provider import Producer, Provider
    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.session.limiter import Limits
    from jumun_mockserver.core.session.options import LegacyClaims, PayloadDates, WebhookFormat
    from jumun_mockserver.core.session.quota import Punishment
    from jumun_mockserver.core.session.shared.store import SharedStore
    from jumun_mockserver.core.session.store import Store


class Options(TypedDict, total=False):
    """What a server can be asked for. All but the last nine are about its default session.

    Keys:
        profile … frozen_at: As in `SessionOptions`, which has their defaults.
        clock: The default session's time, in place of one of its own.
        stubs: What is served from examples, or a folder with OpenAPI files of them beside the packaged ones.
        sessions: How many sessions there may be beside the default one.
        store: Where sessions are kept: `memory`, or a server of Valkey or Redis, `valkey://HOST:PORT/DB`, that nodes
            share; it needs the package valkey.
        on_exchange: Called with each exchange, for a log.
        produce: What answers in place of the shops, see `Dispatch`.
        allowed_hosts: What webhooks and the forward proxy may call beside this machine, `*.example.com` for all below
            example.com.
        metrics: Whether calls are counted for /_jumun/metrics, which needs prometheus-client.
        cors: Origins whose pages may call the providers' operations in a browser, e.g. `http://localhost:5173`.
    """

    profile: str
    data: Mapping[str, Any] | str | os.PathLike[str] | None
    seed: str | int
    orders: int
    scenario: str
    limits: Limits
    rates: Mapping[str, RateLimit]
    quota: Punishment
    legacy_claims: LegacyClaims
    payload_dates: PayloadDates
    read_lag: float
    webhooks: Mapping[str, str]
    webhook_format: WebhookFormat
    webhook_secret: str
    frozen_at: datetime | str | float | None
    clock: Clock | None
    stubs: Stubs | str | os.PathLike[str]
    sessions: int
    store: str
    on_exchange: Callable[[Exchange], None] | None
    produce: Producer[Any] | None
    allowed_hosts: Collection[str]
    metrics: bool
    cors: Collection[str]


def create_dispatch(options: Options) -> Dispatch:
    """What answers requests, with a fresh default session.

    Raises:
        DocumentError: An unknown profile, or a fault in the data folder or the stubs.
        ScenarioError: A fault in the scenario.
        WebhookError: A webhook of no provider, or to a host that is not allowed.
        ValueError: A value that an option cannot have, no origin, a package that is not installed, or a store that
            cannot be reached or shared.
    """
    providers, read = _read(options)
    cors = options.get("cors", ())
    kind = partial(CrossOriginDispatch, origins=[cors] if isinstance(cors, str) else cors) if cors else Dispatch
    store = _open_store(options, providers, read)
    dispatch = kind(providers, store, on_exchange=options.get("on_exchange"), produce=options.get("produce"))
    if options.get("metrics"):
        if not find_spec("prometheus_client"):
            raise ValueError("metrics need the package prometheus-client; install jumun[metrics]")
        dispatch.meter = Meter()
    return dispatch


def _open_store(options: Options, providers: Mapping[str, Provider[Any]], read: SessionOptions) -> Store:
    url, at_most = options.get("store", "memory"), options.get("sessions", SESSIONS_AT_MOST)
    if url != "memory":
        if options.get("clock"):
            raise ValueError("clock: a store that nodes share keeps it; leave one of them out")
        return _open_shared_store(url, providers, read, at_most)
    doubled = [host for each in providers.values() for host in each.contract(read.profile).hosts]
    sender = Sender(providers, AllowedHosts(options.get("allowed_hosts", ()), doubled=doubled))
    sender.check(read.webhooks)
    session = Session(providers, read, clock=options.get("clock"))
    return MemoryStore(providers, session, at_most=at_most, sender=sender)


def _open_shared_store(
    url: str, providers: Mapping[str, Provider[Any]], read: SessionOptions, at_most: int
) -> SharedStore:
    if not (find_spec("valkey") and find_spec("libvalkey") and find_spec("greenlet")):
        raise ValueError("store: other than memory it needs the package valkey; install jumun[valkey]")
    from jumun_mockserver.core.session.shared.store import SharedError, SharedStore  # noqa: PLC0415 - an extra
    from jumun_mockserver.core.state.valkey.address import Address  # noqa: PLC0415 - an extra
    from jumun_mockserver.core.state.valkey.connections import Connections  # noqa: PLC0415 - an extra

    try:
        connections = Connections(Address.of(url))
    except ValueError as error:
        raise ValueError(f"store: {error}") from None
    if read.webhooks:
        raise ValueError("webhooks are not sent from a store that nodes share; leave webhook or store out")
    try:
        return SharedStore(providers, read, connections, at_most=at_most)
    except SharedError as error:
        raise ValueError(f"store: {error}") from error
    except StateAwayError as error:
        raise ValueError(f"store: {error}; see that it runs there and lets you in, or leave the option out") from error


def renew_dispatch(dispatch: Dispatch, options: Options) -> bool:
    """Go on with the data folder, the stubs and the scenario of `options` as they are now; all else stays.

    Sessions beside the default one keep their data, and have the stubs.

    Returns:
        Whether the default session was started over, as its data is another.

    Raises:
        DocumentError, ScenarioError, ValueError: As `create_dispatch`; nothing is changed.
        SessionError: A session plays what it could not play any more; nothing is changed.
    """
    providers, read = _read(options)
    # What a session cannot start from is refused before anything changes. It is kept until the default one has what
    # was read for it.
    trial = Session(providers, read)
    starts_over = trial.data_digest != dispatch.store.default.data_digest
    dispatch.renew(providers, read)
    return starts_over


def _read(options: Options) -> tuple[dict[str, Provider[Any]], SessionOptions]:
    stubs = options.get("stubs", PACKAGED)
    if not isinstance(stubs, Stubs):
        stubs = read_stubs(Path(stubs))
    providers = {name: replace(provider, stubs=stubs) for name, provider in PROVIDERS.items()}
    return providers, SessionOptions().renew(options)
