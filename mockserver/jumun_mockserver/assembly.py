"""Providers, session and store put together: what every way of serving starts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from jumun_contracts import PACKAGED, Stubs, read_stubs
from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import SESSIONS_AT_MOST, MemoryStore
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from jumun_contracts import RateLimit
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.session.limiter import Limits
    from jumun_mockserver.core.session.options import LegacyClaims, PayloadDates
    from jumun_mockserver.core.session.quota import Punishment


class Options(TypedDict, total=False):
    """What a server can be asked for. All but the last four are about its default session.

    Keys:
        profile … frozen_at: As in `SessionOptions`, which has their defaults.
        clock: The default session's time, in place of one of its own.
        stubs: What is served from examples, or a folder with OpenAPI files of them beside the packaged ones.
        sessions: How many sessions there may be beside the default one.
        on_exchange: Called with each exchange, for a log.
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
    frozen_at: datetime | str | float | None
    clock: Clock | None
    stubs: Stubs | str | os.PathLike[str]
    sessions: int
    on_exchange: Callable[[Exchange], None] | None


def create_dispatch(options: Options) -> Dispatch:
    """What answers requests, with a fresh default session.

    Raises:
        DocumentError: An unknown profile, or a fault in the data folder or the stubs.
        ScenarioError: A fault in the scenario.
        ValueError: A value that an option cannot have.
    """
    stubs = options.get("stubs", PACKAGED)
    if not isinstance(stubs, Stubs):
        stubs = read_stubs(Path(stubs))
    providers = {name: replace(provider, stubs=stubs) for name, provider in PROVIDERS.items()}
    session = Session(providers, SessionOptions().renew(options), clock=options.get("clock"))
    store = MemoryStore(providers, session, at_most=options.get("sessions", SESSIONS_AT_MOST))
    return Dispatch(providers, store, on_exchange=options.get("on_exchange"))
