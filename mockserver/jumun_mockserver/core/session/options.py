"""What a session starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from jumun_contracts import RateLimit
    from jumun_mockserver.core.session.limiter import Limits
    from jumun_mockserver.core.session.quota import Punishment


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What a session starts from, and starts from again when it is reset.

    Attributes:
        profile: Of every contract in it.
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
