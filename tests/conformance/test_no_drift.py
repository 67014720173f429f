"""The mock of a profile answers nothing that its own contract calls drift, unless it is asked for by name."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.check.judge import Judge
from jumun_contracts.recordings import read_recordings
from jumun_contracts.recordings.recorded import Body, Recorded
from jumun_mockserver import LiveServer
from jumun_mockserver.assembly import create_dispatch
from jumun_mockserver.core.http import render_json
from jumun_mockserver.providers import PROVIDERS
from jumun_mockserver.record.pseudonyms import Pseudonyms
from jumun_mockserver.record.recording import render_row
from tests.cli.commands import jumun
from tests.conformance.samples import (
    GOOD_REQUESTS,
    IN_PROFILES,
    OPERATIONS,
    frozen_dispatch,
    frozen_options,
    with_headers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumun_contracts.check.verdict import Verdict
    from jumun_mockserver.core.dispatch import Dispatch
    from jumun_mockserver.core.http import Request

ORDERS = GOOD_REQUESTS["bootpay.orders.list"]
QUERY = GOOD_REQUESTS["naver.product_orders.query"]
IDS = GOOD_REQUESTS["naver.product_order_ids"]

OWN_ERRORS = [
    (operation, profile, code)
    for operation, profile in IN_PROFILES
    for code, entry in load_contract(operation.split(".")[0], profile).errors.items()
    if entry.belongs_to(operation, profile)
]
STATUSES = [
    (operation, profile, status)
    for operation, profile in IN_PROFILES
    for status in load_contract(operation.split(".")[0], profile).operations[operation].answers
    if status != "default"
]
REFUSED = {
    "a value of the wrong type": replace(ORDERS, query="page=x&status=y"),
    "an unknown parameter": replace(ORDERS, query="pages=1"),
    "no keys": replace(ORDERS, headers={}),
    "wrong keys": replace(ORDERS, headers={"authorization": "Basic eDp5"}),
    "a wrong method": replace(ORDERS, method="PATCH"),
    "no body of a token call": replace(GOOD_REQUESTS["bootpay.token"], body=b""),
    "wrong keys of a token call": replace(GOOD_REQUESTS["bootpay.token"], body=b'{"client_key":"a","secret_key":"b"}'),
    "no token": replace(IDS, headers={"accept": "application/json"}),
    "an unknown order": replace(IDS, path=IDS.path.replace("2023010112345", "2023010199999")),
    "no form of a token call": replace(GOOD_REQUESTS["naver.token"], body=b""),
}


@cache
def dispatch_of(profile: str) -> Dispatch:
    """One dispatch for each profile, of all packaged orders and as many derived ones as show all there is."""
    return create_dispatch(frozen_options(profile) | {"orders": 200})


def judge_answers(profile: str, requests: Iterable[Request]) -> tuple[set[int], Verdict]:
    """The statuses of answers, and what `jumun check` says of all of them."""
    judge, statuses = Judge([load_contract(name, profile) for name in PROVIDERS]), set()
    dispatch_of(profile).store.default.reset()
    for number, request in enumerate(requests, start=1):
        response = dispatch_of(profile)(request)
        statuses.add(response.status)
        judge.judge(
            Recorded(
                file="answer",
                place=(number, 1),
                number=number,
                method=request.method,
                url=f"{request.path}?{request.query}",
                status=response.status,
                request_headers=request.headers,
                response_headers=dict(response.headers),
                response_body=Body(response.body, lambda offset: (1, offset + 1)),
            )
        )
    verdict = judge.verdict()
    return statuses, replace(verdict, complaints=tuple(each for each in verdict.complaints if each.side == "response"))


def assert_clean(profile: str, *requests: Request, status: int) -> None:
    """The answers have this status and are judged, without a finding."""
    answered, verdict = judge_answers(profile, requests)
    assert answered == {status}
    assert verdict.complaints == ()
    assert verdict.exit_code(fail_on="drift") == 0


@pytest.mark.parametrize(("operation", "profile"), IN_PROFILES)
def test_successes(operation: str, profile: str) -> None:
    """A good request's answer."""
    success = load_contract(operation.partition(".")[0], profile).operations[operation].success
    assert_clean(profile, GOOD_REQUESTS[operation], status=int(success.status))


@pytest.mark.parametrize("profile", PROFILES)
def test_every_row(profile: str) -> None:
    """Every order there is, packaged or derived."""
    shop = dispatch_of(profile).store.default.shops["naver"]
    own = [order for order in shop.book.seed if order.own]
    assert len(own) > 200
    ids = [id_ for order in own for id_ in order.product_order_ids]
    queries = [
        json.dumps({"productOrderIds": ids[start : start + 300], "quantityClaimCompatibility": True}).encode()
        for start in range(0, len(ids), 300)
    ]
    assert_clean(
        profile,
        *(replace(ORDERS, query=f"limit=50&page={page}") for page in range(1, 6)),
        *(replace(IDS, path=IDS.path.replace("2023010112345", order.order_id)) for order in own),
        *(replace(QUERY, body=body) for body in queries),
        status=200,
    )


@pytest.mark.parametrize(("operation", "profile", "code"), OWN_ERRORS)
def test_every_error_of_an_operation(operation: str, profile: str, code: str) -> None:
    """Errors that the catalogue gives to the operation in this profile; others are there to be asked for."""
    entry = load_contract(operation.split(".", maxsplit=1)[0], profile).errors[code]
    assert_clean(profile, with_headers(GOOD_REQUESTS[operation], prefer=f"code={code}"), status=entry.status)


@pytest.mark.parametrize(("operation", "profile", "status"), STATUSES)
def test_every_listed_status(operation: str, profile: str, status: str) -> None:
    """What a bare status stands for."""
    assert_clean(profile, with_headers(GOOD_REQUESTS[operation], prefer=f"code={status}"), status=int(status))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, profile: str) -> None:
    """No one asked for an error here, so the answer is the profile's own."""
    _, verdict = judge_answers(profile, [REFUSED[name]])
    assert verdict.complaints == ()


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_recorded_of_it(profile: str) -> None:
    """Masking puts nothing into a row that the answer itself would not be accused of, and hides no exchange."""
    dispatch, pseudonyms = frozen_dispatch(profile), Pseudonyms(bytes(32))
    requests = [GOOD_REQUESTS[operation] for operation in OPERATIONS]
    requests += [
        with_headers(GOOD_REQUESTS[operation], prefer=f"code={code}")
        for operation, named, code in OWN_ERRORS
        if named == profile
    ]
    for request in requests:
        dispatch(request)
    rows = [render_json(render_row(each, pseudonyms)) for each in dispatch.store.default.journal]
    judge = Judge([load_contract(name, profile) for name in PROVIDERS])
    for recorded in read_recordings(BytesIO(b"\n".join(rows)), file="rows", form="ndjson"):
        judge.judge(recorded)
    verdict = judge.verdict()
    assert (verdict.complaints, verdict.unjudged, verdict.judged) == ((), (), len(requests))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_visit_finds_nothing(name: str, profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`jumun check --url` of our own server exits with 0 at its strictest."""
    for variable in [each for each in os.environ if "_COMMERCE_" in each]:
        monkeypatch.delenv(variable)
    with LiveServer(profile=profile) as server:
        done = jumun("check", "--url", server.url, "--contract", f"{name}:{profile}", "--fail-on", "drift")
    assert done.exit_code == 0, done.output
    assert "0 breaking, 0 drift" in done.output
