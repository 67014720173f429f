"""Amounts that sums could not be made of: refused by every operation that takes a body, as its contract lists."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_mockserver.providers.bootpay.amounts import AMOUNT_AT_MOST
from tests.conformance.samples import GOOD_REQUESTS, frozen_dispatch

WITH_BODY = [
    each.id for each in load_contract("bootpay").operations.values() if each.body is not None and "token" not in each.id
]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("operation", WITH_BODY)
def test_an_amount_beyond_the_bound(operation: str, profile: str) -> None:
    """A status of its own, named in the contract and not left to `default`; wherever in the body the amount is."""
    good = GOOD_REQUESTS[operation]
    for more in ({"price": AMOUNT_AT_MOST + 1}, {"unknown": [{"cancel_price": -AMOUNT_AT_MOST - 1}]}):
        body = json.dumps({**json.loads(good.body), **more}).encode()
        response = frozen_dispatch(profile)(replace(good, body=body))
        assert response.status == 442, (more, response.body)
    assert "442" in load_contract("bootpay", profile).operations[operation].answers
    assert frozen_dispatch(profile)(good).status == 200
