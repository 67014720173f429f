"""The races and the state machine of NAVER's product orders over two nodes that share a store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.mockserver.nodes import NodeWorld, two_connections
from tests.mockserver.providers.naver import test_order_machine
from tests.mockserver.providers.naver.test_order_machine import OrderMachine
from tests.mockserver.providers.naver.test_races import RACES, TIMES, play
from tests.mockserver.world import NOW, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.state.valkey.connections import Connections


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[Connections]]:
    """The connections of two nodes."""
    with two_connections() as made:
        yield made


@pytest.mark.parametrize(("state", "one", "two"), RACES)
def test_two_calls_at_once(nodes: list[Connections], state: str, one: str, two: str) -> None:
    """As on one node: results, events and the product order are those of one call after the other."""
    world = NodeWorld(nodes)
    sequences = [play(world, state, (one, two), order=order) for order in ("forth", "back")]
    for _ in range(TIMES):
        assert play(world, state, (one, two), order="at once") in sequences


class Machine(OrderMachine):
    """The same, over two nodes."""

    profile = "documented"

    def check_fresh(self, at: float) -> None:
        """Nothing: a reset has the clock of the options again, where other worlds keep theirs."""


@pytest.mark.slow
def test_no_state_that_the_model_forbids(nodes: list[Connections], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever all actors do on either node: states, claims, sums, events and reads are the model's."""
    monkeypatch.setattr(test_order_machine, "open_world", partial(_open_world, nodes))
    run_state_machine_as_test(Machine, settings=settings(max_examples=25, stateful_step_count=40))


def _open_world(nodes: list[Connections], profile: str, at: float = NOW) -> World:
    return NodeWorld(nodes, at=at, profile=profile)
