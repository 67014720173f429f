"""A session: one whole world of data, tokens, time, limits, scenario and journal, which shares nothing that changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

from jumun_contracts import load_contract
from jumun_mockserver.core.journal.journal import Journal
from jumun_mockserver.core.scenario.scenario import Scenario
from jumun_mockserver.core.session.clock import Clock
from jumun_mockserver.core.session.limiter import Limiter
from jumun_mockserver.core.session.quota import Quota
from jumun_mockserver.core.session.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from jumun_contracts import Contract, RateLimit
    from jumun_mockserver.core.journal.journal import Exchange
    from jumun_mockserver.core.provider import Provider
    from jumun_mockserver.core.session.limiter import Limits
    from jumun_mockserver.core.session.quota import Punishment

DEFAULT_ID = "default"


@dataclass(frozen=True, slots=True)
class World:
    """What a session starts from, and starts from again when it is reset.

    Attributes:
        profile: The edition of every contract in it.
        data: A folder with more applications and orders, laid out as jumun_fixtures is.
        seed: What all made-up data and every draw follow from.
        orders: How many more orders to derive from the seed, for each provider.
        scenario: Lines of steps, '' for none.
        limits: Whether limits are ignored, reported or enforced.
        rates: Operation id → limit in place of the contract's.
        quota: Whether and when token calls against the rules are punished.
        frozen_at: Epoch seconds at which its clock stands; None for a running one.
    """

    profile: str = "documented"
    data: Traversable | None = None
    seed: str = "0"
    orders: int = 0
    scenario: str = ""
    limits: Limits = "report"
    rates: Mapping[str, RateLimit] = field(default_factory=dict)
    quota: Punishment = "off"
    frozen_at: float | None = None


class Session:
    """One world.

    Attributes:
        id: `default`, or what the control plane gave.
        contracts: Provider name → contract.
        shops: Provider name → what its shop holds; never changed.
        tokens: Provider name → its tokens.
        met: Catalogue codes that were answered, as (provider, code).
        called_at: When it was last called, for its store, which keeps its own time.
    """

    def __init__(
        self, providers: Mapping[str, Provider], world: World, *, id_: str = DEFAULT_ID, clock: Clock | None = None
    ) -> None:
        """A fresh world.

        Raises:
            DocumentError: An unknown profile, or a fault in the data.
            ScenarioError: A fault in the scenario.
        """
        self.id = id_
        self.called_at = 0.0
        self.world = world
        self.profile = world.profile
        self.seed = world.seed
        self.contracts: dict[str, Contract] = {name: load_contract(name, world.profile) for name in providers}
        self.shops: dict[str, Any] = {
            name: each.read_shop(world, "" if id_ == DEFAULT_ID else id_) for name, each in providers.items()
        }
        self._providers = providers
        self._given_clock = clock
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Forget all that happened; data, keys and options stay as they were made."""
        with self._lock:
            world = self.world
            self.clock = self._given_clock or Clock(frozen_at=world.frozen_at)
            self.journal = Journal()
            self.met: set[tuple[str, str]] = set()
            prefix = "" if self.id == DEFAULT_ID else f"{self.id}."
            self.tokens = {
                name: Tokens(each.token_policy, seed=f"{world.seed}:{name}:{self.id}", prefix=prefix)
                for name, each in self._providers.items()
            }
            rates = {
                operation.id: world.rates.get(operation.id) or operation.rate_limit
                for contract in self.contracts.values()
                for operation in contract.operations.values()
            }
            self.limiter = Limiter({id_: limit for id_, limit in rates.items() if limit})
            self.quota = Quota(world.quota)
            self._serials = count(1)
            self.set_scenario(world.scenario)

    def set_scenario(self, text: str) -> None:
        """Play `text` from its beginning; '' for none.

        Raises:
            ScenarioError: It cannot be played; what was played before goes on.
        """
        self.scenario = Scenario(text, self.contracts, seed=self.seed, now=self.clock.now())

    def record(self, exchange: Exchange) -> None:
        """Put an exchange that is over into the journal."""
        self.journal.record(exchange)
        if exchange.contract and exchange.code:
            self.met.add((exchange.contract.provider, exchange.code))

    def next_serial(self) -> int:
        """The next exchange's number; atomic."""
        return next(self._serials)
