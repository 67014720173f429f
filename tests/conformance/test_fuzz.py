"""Whatever is sent to dispatch, an answer within the contract comes back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumun_contracts import PROFILES, findings, load_contract, parse_json
from jumun_contracts.schema.strictness import strict_twin
from jumun_mockserver.core.http import Request
from tests.conformance.samples import GOOD_REQUESTS, OPERATIONS, frozen_dispatch

if TYPE_CHECKING:
    from jumun_mockserver.core.dispatch import Dispatch

PARAMETERS = sorted(
    {
        parameter.name
        for operation in OPERATIONS
        for parameter in load_contract(operation.split(".")[0]).operations[operation].parameters
    }
    | {"client_id", "timestamp", "type", "account_id", "grant_type", "client_secret_sign", "client_key"}
)
VALUES = ["", "0", "1", "2", "-1", "50", "51", "20.0", "True", "None", "abc", "0,2", ",,", "c_at", "x_at"]
VALUES += ["2025-01-01", "2025-02-30", "SELF", "SELLER", "9" * 30, "%00", "%ff", "a" * 5_000, "\uff11", "[]", "'"]

texts = st.text(max_size=20) | st.sampled_from(VALUES)
keys = st.sampled_from(PARAMETERS) | st.text(max_size=10)
queries = st.lists(st.tuples(keys, texts), max_size=6).map(lambda pairs: "&".join(f"{k}={v}" for k, v in pairs))
header_values = (
    st.sampled_from(["", "Bearer", "Bearer x", "Basic", "Basic !!", "Basic Og==", "Bearer your_access_token_here"])
    | st.sampled_from(["code=401", "code=GW.AUTHN", "code=", "code=3700", "code=999", 'wait=1, code="500"'])
    | st.sampled_from([request.headers.get("authorization", "") for request in GOOD_REQUESTS.values()])
    | st.text(max_size=20)
)
headers = st.dictionaries(
    st.sampled_from(["authorization", "prefer", "content-type", "accept"]), header_values, max_size=4
)
paths = (
    st.sampled_from([request.path for request in GOOD_REQUESTS.values()])
    | st.sampled_from(
        ["/", "/v1", "/external", "/v1/orders/", "/v1//orders", "/v1/orders/x", "/external/v1/", "//", ""]
    )
    | st.text(max_size=30).map(lambda text: f"/external/v1/pay-order/seller/orders/{text}/product-order-ids")
    | st.text(max_size=30)
)
bodies = st.binary(max_size=60) | st.sampled_from([request.body for request in GOOD_REQUESTS.values()])
bodies |= st.sampled_from([b"{", b"{}", b"[]", b'{"client_key":1}', b'{"client_key":null,"secret_key":[]}', b"[" * 500])
bodies |= queries.map(lambda text: text.encode("utf-8", "replace"))
methods = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]) | st.text(min_size=1, max_size=8)
requests = st.builds(Request, methods, paths, queries, headers, bodies)
near_misses = st.builds(
    lambda good, query, more, body: Request(good.method, good.path, query, {**good.headers, **more}, body or good.body),
    st.sampled_from(list(GOOD_REQUESTS.values())),
    queries,
    headers,
    st.just(b"") | bodies,
)


@cache
def dispatch_of(profile: str) -> Dispatch:
    """One dispatch for all examples: what one request leaves behind, the next must bear."""
    return frozen_dispatch(profile)


@pytest.mark.parametrize("profile", PROFILES)
@settings(max_examples=1_000)
@given(request=requests | near_misses)
def test_never_outside_the_contract(profile: str, request: Request) -> None:
    """No request makes dispatch fail, and every body fits what the contract says of its operation and status.

    It has not even drifted from it, unless an error was asked for that is none of the operation's.
    """
    dispatch = dispatch_of(profile)
    response = dispatch(request)
    exchange = list(dispatch.store.default.journal)[-1]
    assert not [remark for remark in exchange.remarks if remark.startswith("Jumun failed")]
    for name, value in response.headers:
        assert name.isascii()
        assert value.isascii()
        assert value.isprintable()
    body = parse_json(response.body) if response.status != 204 else None
    match = dispatch.routes[profile].match(request.method, request.path)
    if match.provider is None:
        assert response.status == 404
        assert dict(response.headers)["content-type"] == "application/problem+json"
        return
    contract = load_contract(match.provider.name, profile)
    if exchange.code:
        assert findings(contract.envelopes[contract.errors[exchange.code].envelope], body) == []
    entry = contract.errors.get(exchange.code)
    if exchange.operation and (entry is None or profile in entry.profiles):
        schema = contract.operations[exchange.operation].answer(response.status).schema
        is_own = entry is None or entry.belongs_to(exchange.operation, profile)
        assert findings(strict_twin(schema) if is_own else schema, body) == []
