"""A shop: what a provider's functions are given of a session."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumun_mockserver.core.session.clock import Clock
    from jumun_mockserver.core.session.quota import Quota
    from jumun_mockserver.core.session.tokens import Tokens
    from jumun_mockserver.core.state.state import State


@dataclass(frozen=True, slots=True)
class Shop:
    """One provider's side of one session. A provider adds its own data in a class of its own.

    Attributes:
        session_id: '' for the default session.
        secret: What the session's own credentials follow from; '' for the default session.
        profile: Of the contract that is served.
        seed: What made-up ids and draws follow from.
        tokens: The provider's.
        quota: Applications that broke rules, and whether they may call.
        clock: The session's time.
        state: All that changes in the session.
    """

    session_id: str
    secret: str
    profile: str
    seed: str
    tokens: Tokens
    quota: Quota
    clock: Clock
    state: State

    def parts(self) -> dict[str, Any]:
        """Its attributes by name, for the class that a provider makes of it."""
        return {each.name: getattr(self, each.name) for each in fields(Shop)}


def own_key(session_id: str, name: str) -> str:
    """A key by which a request is found to belong to the session, e.g. `js0123.naver`."""
    return f"{session_id}.{name}"
