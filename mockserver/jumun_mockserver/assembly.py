"""Providers, session and store put together: what every way of serving starts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from jumun_contracts import PACKAGED, Stubs, read_stubs
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.hosts import AllowedHosts
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import SESSIONS_AT_MOST, MemoryStore
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.webhooks.sender import Sender

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from jumun_contracts import RateLimit
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.provider import Producer
    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.session.limiter import Limits
    from jumun_mockserver.core.session.options import LegacyClaims, PayloadDates, WebhookFormat
    from jumun_mockserver.core.session.quota import Punishment


class Options(TypedDict, total=False):
    """What a server can be asked for. All but the last six are about its default session.

    Keys:
        profile … frozen_at: As in `SessionOptions`, which has their defaults.
        clock: The default session's time, in place of one of its own.
        stubs: What is served from examples, or a folder with OpenAPI files of them beside the packaged ones.
        sessions: How many sessions there may be beside the default one.
        on_exchange: Called with each exchange, for a log.
        produce: What answers in place of the shops, see `Dispatch`.
        allowed_hosts: What webhooks and the forward proxy may call beside this machine, `*.example.com` for all below
            example.com.
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
    on_exchange: Callable[[Exchange], None] | None
    produce: Producer[Any] | None
    allowed_hosts: Collection[str]


def create_dispatch(options: Options) -> Dispatch:
    """What answers requests, with a fresh default session.

    Raises:
        DocumentError: An unknown profile, or a fault in the data folder or the stubs.
        ScenarioError: A fault in the scenario.
        WebhookError: A webhook of no provider, or to a host that is not allowed.
        ValueError: A value that an option cannot have.
    """
    stubs = options.get("stubs", PACKAGED)
    if not isinstance(stubs, Stubs):
        stubs = read_stubs(Path(stubs))
    providers = {name: replace(provider, stubs=stubs) for name, provider in PROVIDERS.items()}
    read = SessionOptions().renew(options)
    doubled = [host for each in providers.values() for host in each.contract(read.profile).hosts]
    sender = Sender(providers, AllowedHosts(options.get("allowed_hosts", ()), doubled=doubled))
    sender.check(read.webhooks)
    session = Session(providers, read, clock=options.get("clock"))
    store = MemoryStore(providers, session, at_most=options.get("sessions", SESSIONS_AT_MOST), sender=sender)
    return Dispatch(providers, store, on_exchange=options.get("on_exchange"), produce=options.get("produce"))
