from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.check.complaints import Complaints
from jumun_contracts.check.findings import Found, Part, iter_findings
from jumun_contracts.check.subjects import FINDING_ID, Subject, find_expected, find_subjects, iter_subjects
from jumun_contracts.generation.drawing import generate_example
from tests.contracts.check.test_judge import CALL, FORM, JSON, body, page, verdict
from tests.contracts.mutants import iter_mutants
from tests.contracts.pages import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts import Contract, Schema
    from jumun_contracts.check.verdict import Complaint
    from jumun_contracts.recordings.recorded import Recorded

CONTRACTS = [load_contract(provider, profile) for provider in ("naver", "bootpay") for profile in PROFILES]
every_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=[each.name for each in CONTRACTS])


def bodies(contract: Contract) -> Iterator[tuple[Part, Schema]]:
    """Each body that a contract describes, by its operation, side and status."""
    call = CALL._replace(operation="")
    for operation in contract.operations.values():
        if operation.body is not None:
            yield Part(call, contract, operation, "request"), operation.body
        for status, answer in operation.answers.items():
            yield Part(call, contract, operation, "response", status, status), answer.schema


@cache
def damaged(schema: Schema) -> tuple[tuple[Found, ...], ...]:
    """What is found in each of a body's mutants, worked out once for those that many operations answer."""
    example = generate_example(schema)
    mutants = [mutant for _, mutant in iter_mutants(example)]
    return tuple(tuple(iter_findings(schema, mutant)) for mutant in mutants)


@every_contract
def test_each_finding_is_found_again(contract: Contract) -> None:
    """Whatever breaks in a body, its finding's id says what it is about: operation, side, status, pattern, rule."""
    known = dict(iter_subjects([contract]))
    complaints = Complaints()
    for part, schema in bodies(contract):
        for found in (each for mutant in damaged(schema) for each in mutant):
            complaints.add(part, found, lambda _: (1, 1))
    folded = complaints.folded().values()
    assert {"breaking", "drift"} <= {each.severity for each in folded}
    assert len(folded) > 1_000
    for each in folded:
        assert FINDING_ID.fullmatch(each.fingerprint)
        assert about(known[each.fingerprint[:10]]) == about(each)
        assert known[each.fingerprint[:10]].severity == each.severity, each
        assert each.evidence in ("documented", "observed", "assumed")
        assert each.source


def about(found: Subject | Complaint) -> tuple[object, ...]:
    """What both have."""
    if isinstance(found, Subject):
        return found.contract.name, found.operation.id, found.side, found.listed, found.pattern, found.keyword
    return found.contract, found.operation, found.side, found.status, found.pattern, found.keyword


def test_what_is_about_the_same_begins_the_same() -> None:
    """Unknown properties of one place have ids that begin alike, and are still two; nothing else begins like them."""
    row = {**ROW, "first": 1, "second": 2, "price": "1"}
    price, first, second = verdict(page(row)).complaints
    assert first.fingerprint[:10] == second.fingerprint[:10] != price.fingerprint[:10]
    assert first.fingerprint != second.fingerprint
    (subject,) = find_subjects(second.fingerprint, CONTRACTS)
    assert (subject.contract.name, subject.pattern) == ("bootpay:documented", "/list/*")


REQUESTS = [
    (CALL._replace(url="/v1/orders?pages=2"), "query/*", "parameter", "drift"),
    (CALL._replace(url="/v1/orders?page=1&page=2"), "query/page", "parameter", "drift"),
    (CALL._replace(url="/v1/orders?limit=x"), "query/limit", "type", "breaking"),
    (CALL._replace(url=f"/v1/orders?{'&'.join(f'k{n}=' for n in range(2000))}"), "query", "maxProperties", "breaking"),
]


@pytest.mark.parametrize(("recorded", "pattern", "keyword", "severity"), REQUESTS)
def test_of_parameters(recorded: Recorded, pattern: str, keyword: str, severity: str) -> None:
    """A finding about a parameter, one that the contract does not know too, is found again."""
    (found,) = (each for each in verdict(recorded).complaints if each.side == "request")
    (subject,) = find_subjects(found.fingerprint, CONTRACTS)
    assert (subject.pattern, subject.keyword, subject.severity) == (pattern, keyword, severity)
    assert subject.known()[0] == (found.evidence, found.source)


@pytest.mark.parametrize(
    ("headers", "text", "keywords"),
    [
        (JSON, b"{", {"json"}),
        (JSON, b"", {"json"}),
        (FORM, b"{}", {"contentMediaType"}),
    ],
)
def test_of_bodies_that_cannot_be_read(headers: dict[str, str], text: bytes, keywords: set[str]) -> None:
    """So is one about a body that is not what its type says, and about that type."""
    call = CALL._replace(method="POST", url="/v1/orders/cancel/request", status=None, request_headers=headers)
    call = call._replace(operation="bootpay.order_cancel.request", url="", request_body=body(text))
    found = [each for each in verdict(call).complaints if each.side == "request"]
    assert {each.keyword for each in found} == keywords
    for each in found:
        (subject,) = find_subjects(each.fingerprint, CONTRACTS)
        assert about(subject) == about(each)


def test_of_what_is_beside_the_schema() -> None:
    """So is one about the type that an answer says it has, and about what production punishes."""
    html = page(ROW, response_headers={"content-type": "text/html"})
    form = b"client_id=a&timestamp=1&grant_type=client_credentials&client_secret_sign=b&type=SELF"
    token = CALL._replace(
        method="POST", url="/external/v1/oauth2/token?a=1", status=None, request_headers=FORM, request_body=body(form)
    )
    found = [each for each in verdict(html, token).complaints if each.keyword in ("contentMediaType", "parameter")]
    assert [(each.side, each.severity) for each in found] == [("response", "drift"), ("request", "breaking")]
    for each in found:
        (subject,) = find_subjects(each.fingerprint, CONTRACTS)
        assert (subject.side, subject.keyword, subject.severity) == (each.side, each.keyword, each.severity)


def test_expectations_are_found_again() -> None:
    """What was expected is found in the contract's own words: types, open lists, names of what is missing."""
    row = {**ROW, "price": "1", "status": 77}
    del row["order_id"]
    found = {each.keyword: each for each in verdict(page(row)).complaints}
    for keyword in ("type", "enum", "required"):
        (subject,) = find_subjects(found[keyword].fingerprint, CONTRACTS)
        assert find_expected(subject, found[keyword].fingerprint) == found[keyword].expected


def test_what_is_missing_has_its_own_evidence() -> None:
    """Of a property that is missing the finding has the property's evidence, not that of the object that lacks it."""
    (found,) = verdict(page({key: value for key, value in ROW.items() if key != "order_id"})).complaints
    properties = load_contract("bootpay").schemas["order.documented"]["properties"]
    assert found.source == properties["order_id"]["x-source"]


def test_an_unknown_status_has_its_source() -> None:
    """A status of an order that the list lacks is drift, and the finding says where it is and how the list is known."""
    (found,) = verdict(page({**ROW, "status": 77})).complaints
    known = load_contract("bootpay").schemas["order.documented"]["properties"]["status"]
    assert (found.severity, found.pattern, found.keyword) == ("drift", "/list/*/status", "enum")
    assert (found.evidence, found.source) == (known["x-evidence"], known["x-source"])


def test_an_id_of_nothing() -> None:
    """Digits that no finding begins with are about nothing."""
    assert find_subjects("0" * 16, CONTRACTS) == []
