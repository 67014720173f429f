"""Providers, session and store put together: what every way of serving starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

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
    """What a server can be asked for. All but the last three are about its default session.

    Keys:
        profile … frozen_at: As in `SessionOptions`, which has their defaults.
        clock: The default session's time, in place of one of its own.
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
    sessions: int
    on_exchange: Callable[[Exchange], None] | None


def create_dispatch(options: Options) -> Dispatch:
    """What answers requests, with a fresh default session.

    Raises:
        DocumentError: An unknown profile, or a fault in the data folder.
        ScenarioError: A fault in the scenario.
        ValueError: A value that an option cannot have.
    """
    session = Session(PROVIDERS, SessionOptions().renew(options), clock=options.get("clock"))
    store = MemoryStore(PROVIDERS, session, at_most=options.get("sessions", SESSIONS_AT_MOST))
    return Dispatch(PROVIDERS, store, on_exchange=options.get("on_exchange"))
