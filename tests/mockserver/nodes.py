"""A session on a server of Redis, which two nodes of this process share."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING

from jumun_mockserver.core.dispatch import Dispatch
from jumun_mockserver.core.session.options import SessionOptions
from jumun_mockserver.core.session.shared.store import SharedStore
from jumun_mockserver.core.state.valkey.address import Address
from jumun_mockserver.core.state.valkey.connections import Connections
from jumun_mockserver.providers import PROVIDERS
from tests.mockserver.world import NOW, World
from tests.redis_server import fresh_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.session.session import Session


@contextmanager
def two_connections() -> Iterator[list[Connections]]:
    """What two nodes have of one empty database."""
    url = fresh_database()
    made = [Connections(Address.of(url)._replace(patience_s=10)) for _ in range(2)]
    try:
        yield made
    finally:
        for each in made:
            each.close()


class NodeWorld(World):
    """The default session of a store, emptied first, and asked of one node after the other."""

    def __init__(self, nodes: list[Connections], *, at: float = NOW, profile: str = "documented") -> None:
        nodes[0].ask(b"FLUSHDB")
        options = SessionOptions(profile, limits="off", legacy_claims="off", frozen_at=at)
        dispatches = [Dispatch(PROVIDERS, SharedStore(PROVIDERS, options, each)) for each in nodes]
        self._turns = cycle(dispatches)
        self.clock = dispatches[0].store.default._clock

    @property
    def dispatch(self) -> Dispatch:  # type: ignore[override]
        """That of the node whose turn it is."""
        return next(self._turns)

    @property
    def session(self) -> Session:
        """As the control plane of that node has it."""
        return self.dispatch.store.get("default")
