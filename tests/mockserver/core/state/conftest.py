"""The implementations of `State`, which all pass the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jumun_mockserver.core.state.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumun_mockserver.core.state.state import State

IMPLEMENTATIONS: dict[str, Callable[[], State]] = {"memory": MemoryState}


@pytest.fixture(params=IMPLEMENTATIONS)
def new_state(request: pytest.FixtureRequest) -> Callable[[], State]:
    """Makes an empty state of each implementation in turn."""
    return IMPLEMENTATIONS[request.param]


@pytest.fixture
def state(new_state: Callable[[], State]) -> State:
    """An empty state."""
    return new_state()
