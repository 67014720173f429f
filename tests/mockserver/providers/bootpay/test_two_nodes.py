"""Bootpay's orders and subscriptions over two nodes that share a store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.mockserver.nodes import NodeWorld, two_connections
from tests.mockserver.providers.bootpay.subscriptions import test_model
from tests.mockserver.providers.bootpay.subscriptions.test_model import Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_mockserver.core.state.valkey.connections import Connections


@pytest.fixture
def nodes() -> Iterator[list[Connections]]:
    """The connections of two nodes."""
    with two_connections() as made:
        yield made


@pytest.mark.slow
def test_a_subscription_is_as_the_model_says(nodes: list[Connections], monkeypatch: pytest.MonkeyPatch) -> None:
    """States, bills and the sum of the orders after any course of events, whichever node each of them comes to."""
    monkeypatch.setattr(test_model, "World", partial(NodeWorld, nodes))
    run_state_machine_as_test(Subscription, settings=settings(max_examples=15, stateful_step_count=20))
