"""A session: data, tokens, time, limits, scenario and journal of its own. All that changes in it is in its state."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.journal.journal import Journal
from jumun_mockserver.core.scenario.scenario import Scenario
from jumun_mockserver.core.seed import fingerprint
from jumun_mockserver.core.session.clock import (
    CLOCK,
    FIRST_SECOND,
    LAST_SECOND,
    Clock,
    ClockError,
    SessionClock,
    read_duration,
    read_moment,
    rfc3339,
)
from jumun_mockserver.core.session.deliveries import Deliveries
from jumun_mockserver.core.session.events import LOG as EVENTS_LOG
from jumun_mockserver.core.session.events import Events
from jumun_mockserver.core.session.limiter import Limiter
from jumun_mockserver.core.session.quota import Quota
from jumun_mockserver.core.session.tokens import Tokens, tokens_family
from jumun_mockserver.core.shop import Shop
from jumun_mockserver.core.state.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts import Contract
    from jumun_mockserver.core.http import Request
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.scenario.scenario import Due
    from jumun_mockserver.core.session.options import SessionOptions
    from jumun_mockserver.core.state.state import State

DEFAULT_ID = "default"

EVENTS_AT_MOST = 1_000


def _do_nothing() -> None:
    pass


def _contracts(options: SessionOptions, providers: Mapping[str, Provider[Any]]) -> Mapping[str, Contract]:
    return {name: provider.contract(options.profile) for name, provider in providers.items()}


class Session:
    """One session.

    Attributes:
        id: `default`, or what the control plane gave.
        options: What it starts from.
        state: What has changed since.
        contracts: Provider name → contract.
        shops: Provider name → what its handlers work on.
        data_digest: What tells its data folder from others; '' for none.
        now: Gives the epoch second that its clock shows.
        called_at: When it was last called, for its store, which keeps its own time.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider[Any]],
        options: SessionOptions,
        *,
        id_: str = DEFAULT_ID,
        clock: Clock | None = None,
        state: State | None = None,
        secret: str | None = None,
        begins: bool = True,
    ) -> None:
        """Open a session.

        Args:
            clock: Its time in place of one that its state keeps; a reset leaves it alone.
            state: What has changed in it already; nothing if not given.
            secret: What its own credentials follow from; made if not given.
            begins: Whether it begins here, if its state does not say otherwise. Else its state is all there is to know.

        Raises:
            DocumentError: An unknown profile, or a fault in the data.
            ScenarioError: A fault in the scenario.
        """
        self.id = id_
        self.called_at = 0.0
        self.profile = options.profile
        self.seed = options.seed
        # Ids are in client ids, which are shown: they must not give the secrets away.
        self._secret = "" if id_ == DEFAULT_ID else secret or secrets.token_hex(16)
        self.state = state or MemoryState()
        self._take(options, providers, _contracts(options, providers))
        self._given_clock = clock
        self.journal = Journal(self.state)
        self.events = Events(self.state)
        self.deliveries = Deliveries(self.state)
        # What sends its webhooks sets this: to wait until the attempts that are due were made.
        self.settle: Callable[[], None] = _do_nothing
        self.quota = Quota(options.quota, state=self.state)
        if begins:
            self._begin()
        else:
            self._open(frozen_at=None)

    def _take(
        self, options: SessionOptions, providers: Mapping[str, Provider[Any]], contracts: Mapping[str, Contract]
    ) -> None:
        self.options = options
        self.contracts = contracts
        self.data_digest = fingerprint(options.data, providers)
        self._providers = providers
        rates = {
            operation.id: options.rates.get(operation.id) or operation.rate_limit
            for contract in contracts.values()
            for operation in contract.operations.values()
        }
        self.limiter = Limiter({operation: limit for operation, limit in rates.items() if limit}, state=self.state)

    @property
    def seeded_from(self) -> tuple[str, str, int, str]:
        """What its orders follow from: sessions that have the same start from the same ones, held once."""
        return self.data_digest, self.seed, self.options.orders, self.profile

    def reset(self) -> None:
        """Forget all that happened; keys and options stay as they were made, and data is as it was at first."""
        self.state.drop()
        self._begin()

    def prepare(
        self, providers: Mapping[str, Provider[Any]], options: SessionOptions | None = None
    ) -> Callable[[], None]:
        """Get ready to go on with providers whose stubs are others, and with other options; gives what does it.

        Other data starts the session over, and another scenario is played from its beginning. Of all else that
        happened nothing is forgotten.

        Args:
            options: Of the same profile, and good ones; None for those that it has.

        Raises:
            ScenarioError: What is played cannot be played with them.
        """
        new = options or self.options
        contracts = _contracts(new, providers)
        mark = self.state.read("session", "scenario")
        played = (mark, self._read_scenario(*(mark or ["", 0.0, ""]), contracts=contracts, providers=providers))

        def go_on() -> None:
            old, digest = self.options, self.data_digest
            self._take(new, providers, contracts)
            self._played = played
            if self.data_digest != digest:
                self.reset()
            elif new.scenario != old.scenario:
                self.set_scenario(new.scenario)

        return go_on

    def load(self, saved: Mapping[str, Any]) -> None:
        """Have the state that `State.save` gave and nothing else; what it holds is the caller's to check.

        Raises:
            StateError: It is not what `State.save` gives; then nothing is changed.
        """
        self.state.load(saved)
        self._open(frozen_at=None)

    def check_clock(self, offset_s: float, frozen_at: float | None) -> None:
        """Refuse a clock that would show an impossible time.

        Raises:
            ClockError: It would show a time outside the years 1970 to 9998.
        """
        shown = self._clock.source() + offset_s if frozen_at is None else frozen_at
        if not FIRST_SECOND <= shown <= LAST_SECOND:
            raise ClockError("must show a time of the years 1970 to 9998")

    def check_scenario(self, text: str) -> None:
        """Refuse a scenario that cannot be played here.

        Raises:
            ScenarioError: It says why.
        """
        self._read_scenario(text, 0.0, "")

    @property
    def families(self) -> dict[str, Mapping[str, Any]]:
        """Families of the state that are the providers' → JSON Schema of their values."""
        return {name: schema for each in self._providers.values() for name, schema in each.families.items()}

    def _open(self, *, frozen_at: float | None) -> None:
        """Make again what reads the state."""
        # Before all that is made of the state, so that what is dropped meanwhile is noticed.
        self._generation = self.state.generation()
        self._clock = self._given_clock or Clock(frozen_at=frozen_at, state=self.state)
        self.now = self._clock.now
        self.shops: dict[str, Any] = {name: self._open_shop(each) for name, each in self._providers.items()}
        # What the state says is played, and the scenario made of it: one value, so that threads see both or neither.
        played: tuple[Any, Scenario] = (None, self._read_scenario("", 0.0, ""))
        self._played = played

    def begin_call(self, provider: Provider[Any] | None, request: Request) -> tuple[int, float]:
        """Serial number and time of a call, where the state is elsewhere: with all that most calls ask first."""
        values = [CLOCK, ("session", "scenario"), ("session", "started")]
        # A credential may be anything; what is wrong with it is said when it is looked at.
        with suppress(Exception):
            if provider and (credential := provider.read_credential(request)):
                values.append((tokens_family(provider.name), credential))
        self.state.look_ahead(values, (EVENTS_LOG,))
        serial = self.state.count("session", "serial")
        self.follow()
        return serial, self.now()

    def follow(self) -> None:
        """Begin as another process has begun it since: by a reset, or by what was loaded."""
        if self.state.read("session", "started") is None:
            # All was forgotten, by a reset that is under way or with the store.
            self._begin()
        elif self.state.generation() != self._generation:
            self._open(frozen_at=None)

    def _begin(self) -> None:
        """Start from the options, unless the state says that it has been started before."""
        self._open(frozen_at=self.options.frozen_at)
        if self.options.scenario and self.state.read("session", "scenario") is None:
            self.set_scenario(self.options.scenario)

    def _open_shop(self, provider: Provider[Any]) -> Any:
        prefix = "" if self.id == DEFAULT_ID else f"{self.id}."
        tokens = Tokens(
            provider.token_policy,
            seed=f"{self.seed}:{provider.name}:{self._secret or self.id}",
            state=self.state,
            name=provider.name,
            prefix=prefix,
        )
        session_id = "" if self.id == DEFAULT_ID else self.id
        base = Shop(session_id, self._secret, self.profile, self.seed, tokens, self.quota, self._clock, self.state)
        return provider.open_shop(self.options, base)

    @property
    def clock(self) -> SessionClock:
        """Its time, to be moved."""
        # Made when asked for: were it kept, the two would hold each other, and memory come back late.
        return SessionClock(self)

    def show_clock(self) -> dict[str, Any]:
        """`now`, RFC 3339 text to the millisecond, and `frozen`."""
        now = rfc3339(self.now())
        return {"now": now, "frozen": self._clock.frozen}

    def move_clock(
        self,
        *,
        freeze: bool = False,
        set: str | None = None,  # noqa: A002 - as the control plane names it
        advance: str | None = None,
        advance_s: float | None = None,
        run: bool = False,
        real: bool = False,
    ) -> dict[str, Any]:
        """Freeze, set (RFC 3339), advance (`3d`, or seconds), run, make real: in this order, as one step.

        Returns:
            What the clock shows, and `events`, those that the move made due, EVENTS_AT_MOST of them, of `total`.
            Webhooks that became due were tried.

        Raises:
            ClockError: A time or duration that is none, or a move out of what a clock can show; nothing is changed.
        """
        if advance is not None and advance_s is not None:
            raise ClockError("advance and advance_s cannot be given together")
        key = "set"
        try:
            at = None if set is None else read_moment(set)
            key = "advance_s" if advance is None else "advance"
            seconds = read_duration(advance) if advance is not None else advance_s or 0.0
            self._clock.move(freeze=freeze, at=at, advance_s=seconds, run=run, real=real)
        except ClockError as error:
            raise ClockError(f"{key}: {error}") from None
        due = self.apply_due()
        self.settle()
        events = [{**event, "at": rfc3339(event["at"])} for event in due[:EVENTS_AT_MOST]]
        return {**self.show_clock(), "events": events, "total": len(due)}

    def signing_second(self) -> int:
        """The second of a signature by the session itself: the real one, for receivers know no other.

        A clock that is frozen has its own.
        """
        return int(self._clock.times()[-1])

    def apply_due(self) -> list[dict[str, Any]]:
        """Have time do all that is due in the shops by the session's clock, in its order; its events."""
        events: list[dict[str, Any]] = []
        while due := sorted(self._iter_due()):
            (_, name), *later = due
            # As far as the next thing that is due in another shop.
            until = later[0][0] if later else None
            events += self._providers[name].apply_due(self.shops[name], until)
        return events

    def _iter_due(self) -> Iterator[tuple[float, str]]:
        """When the first thing is due in each shop that has one."""
        for name, provider in self._providers.items():
            if (at := provider.first_due(self.shops[name])) is not None:
                yield at, name

    @property
    def scenario(self) -> Scenario:
        """What is played."""
        mark = self.state.read("session", "scenario")
        played, scenario = self._played
        if mark is not played and mark != played:
            scenario = self._read_scenario(*mark) if mark else self._read_scenario("", 0.0, "")
            self._played = (mark, scenario)
        return scenario

    def take_step(self, operation: str, now: float) -> Due | None:
        """The step that is due for a call of `operation`; None for none. Each call must ask once."""
        return None if self.state.read("session", "scenario") is None else self.scenario.take(operation, now)

    def set_scenario(self, text: str) -> None:
        """Play `text` from its beginning; '' for none.

        Raises:
            ScenarioError: It cannot be played; what was played before goes on.
        """
        # Counters of its own: a call that still counts for the one before is not to count for this one.
        mark: Any = [text, self.now(), f"scenario.{self.state.count('session', 'scenarios')}"] if text else None
        played = (mark, self._read_scenario(*(mark or ["", 0.0, ""])))
        before = self.state.read("session", "scenario")
        self.state.write("session", "scenario", mark)
        self._played = played
        if before:
            self.state.clear(before[2])

    def _read_scenario(
        self,
        text: str,
        set_at: float,
        family: str,
        *,
        contracts: Mapping[str, Contract] | None = None,
        providers: Mapping[str, Provider[Any]] | None = None,
    ) -> Scenario:
        """By other contracts and providers than the session's where they are given."""
        return Scenario(
            text,
            contracts or self.contracts,
            providers=providers or self._providers,
            seed=self.seed,
            now=set_at,
            state=self.state,
            family=family,
        )

    def note_code(self, exchange: Exchange) -> None:
        """Remember that the catalogue code of an exchange was answered, for longer than the journal keeps it."""
        if exchange.contract:
            self.state.write("met", f"{exchange.contract.provider} {exchange.code}", True)  # noqa: FBT003 - a value

    @property
    def met(self) -> set[tuple[str, str]]:
        """Catalogue codes that were answered, as (provider, code)."""
        return {(provider, code) for each in self.state.read_all("met") for provider, _, code in (each.partition(" "),)}

    @property
    def keys(self) -> dict[str, str]:
        """The keys that a client of the session uses, as the control plane names them."""
        return {
            name: key for each in self._providers.values() for name, key in each.own_keys(self.shops[each.name]).items()
        }
