"""Providers, session and store put together: what every way of serving starts from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.seed import check_data_folder
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.session import Session
from jumun_mockserver.core.session.store import SESSIONS_AT_MOST, MemoryStore
from jumun_mockserver.providers import PROVIDERS

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from jumun_contracts import RateLimit
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.session.limiter import Limits
    from jumun_mockserver.core.session.quota import Punishment


class Options(TypedDict, total=False):
    """What a server can be asked for. All but the last three are about its default session.

    Keys:
        profile: `documented` (default) or `observed`.
        data: A folder with more applications and orders.
        seed: What made-up data and draws follow from; "0" by default.
        orders: How many more orders to derive from it, for each provider; a million at most.
        scenario: Lines of steps.
        limits: `off`, `report` (default) or `enforce`.
        rates: Operation id → limit in place of the contract's.
        quota: `off` (default), `next-day` or `at-once`.
        clock: The default session's time; real by default.
        sessions: How many sessions there may be beside the default one.
        on_exchange: Called with each exchange, for a log.
    """

    profile: str
    data: str | os.PathLike[str] | None
    seed: str | int
    orders: int
    scenario: str
    limits: Limits
    rates: Mapping[str, RateLimit]
    quota: Punishment
    clock: Clock | None
    sessions: int
    on_exchange: Callable[[Exchange], None] | None


def create_dispatch(options: Options) -> Dispatch:
    """What answers requests, with a fresh default session.

    Raises:
        DocumentError: An unknown profile, or a fault in the data folder.
        ValueError: More orders than a million.
        ScenarioError: A fault in the scenario.
    """
    data = Path(folder) if (folder := options.get("data")) else None
    if data is not None:
        check_data_folder(data, tuple(PROVIDERS))
    session_options = SessionOptions(
        profile=options.get("profile", "documented"),
        data=data,
        seed=str(options.get("seed", "0")),
        orders=options.get("orders", 0),
        scenario=options.get("scenario", ""),
        limits=options.get("limits", "report"),
        rates=options.get("rates", {}),
        quota=options.get("quota", "off"),
    )
    session = Session(PROVIDERS, session_options, clock=options.get("clock"))
    store = MemoryStore(PROVIDERS, session, at_most=options.get("sessions", SESSIONS_AT_MOST))
    return Dispatch(PROVIDERS, store, on_exchange=options.get("on_exchange"))
