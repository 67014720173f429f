"""The implementations of `State`, which all pass the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.core.state.memory import MemoryState
from tests.redis_server import new_valkey_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.state.state import State

IMPLEMENTATIONS: dict[str, Callable[[], State]] = {"memory": MemoryState, "valkey": new_valkey_state}


@pytest.fixture(params=IMPLEMENTATIONS)
def new_state(request: pytest.FixtureRequest) -> Callable[[], State]:
    """Makes an empty state of each implementation in turn."""
    return IMPLEMENTATIONS[request.param]


@pytest.fixture
def state(new_state: Callable[[], State]) -> State:
    """An empty state."""
    return new_state()
