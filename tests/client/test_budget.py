from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_client import ConnectionFailedError, ServerError
from jumun_client.budget import RetryBudget
from tests.client.world import Api

if TYPE_CHECKING:
    from tests.client.way import Way


@given(st.lists(st.booleans(), max_size=300))
def test_retries_are_bounded(steps: list[bool]) -> None:
    """In whatever order calls begin and retries are asked for: never more than 10 and a tenth of the calls."""
    budget, calls, granted = RetryBudget(), 0, 0
    for is_call in steps:
        if is_call:
            budget.earn()
            calls += 1
        else:
            granted += budget.spend()
        assert granted <= 10 + calls / 10 + 1e-9


def test_reserve_does_not_grow() -> None:
    """Calls that go well save nothing for later: after any number of them there are ten retries."""
    budget = RetryBudget()
    for _ in range(10_000):
        budget.earn()
    assert [budget.spend() for _ in range(11)] == [True] * 10 + [False]


@pytest.mark.parametrize(
    ("answer", "kind"), [(httpx.Response(503), ServerError), (httpx.ConnectError("no"), ConnectionFailedError)]
)
def test_dead_server_gets_little_more(way: Way, answer: httpx.Response | Exception, kind: type[Exception]) -> None:
    """Two hundred calls at a dead server send at most 240 requests, whichever client and however it is dead."""
    for make in (way.naver, way.bootpay):
        api = Api(answer)
        client = make(api, max_retries=5)
        call = client.list_orders if make == way.bootpay else partial(client.product_order_ids, "1")
        for _ in range(200):
            with pytest.raises(kind):
                call()
        assert 200 < len(api.requests) <= 240
