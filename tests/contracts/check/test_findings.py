"""What is wrong with a body: breaking by the contract, drift by its strict twin, each counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts.check.findings import is_clean, iter_findings
from jumun_contracts.check.redaction import Disclosure
from jumun_contracts.schema.strictness import strict_twin
from jumun_contracts.schema.validation import Schema
from tests.contracts.engines import LEAP_SECOND, answer_schemas
from tests.contracts.mutants import iter_mutants
from tests.contracts.pages import PAGE, ROW

if TYPE_CHECKING:
    from jumun_contracts.schema.parsing import JsonValue

LIST = answer_schemas()["bootpay:documented order-list.documented"]


def told(schema: Schema, body: JsonValue) -> list[tuple[str, str, str, str]]:
    """Severity, pointer, pattern and keyword of each finding, as a judge gives them that has seen nothing else."""
    found = iter_findings(schema, body, disclosure=Disclosure(), place="test")
    return [(severity, finding.pointer, pattern, finding.keyword) for severity, pattern, finding, _ in found]


def test_a_fault_is_breaking_or_drift_and_never_both() -> None:
    """Of every mutant of a page: what the schema finds is breaking, what its twin finds beyond that is drift."""
    seen = set()
    for _, body in iter_mutants({"count": 2, "list": [ROW, {**ROW, "x_new": 1}]}):
        broken = {(each.pointer, each.keyword) for each in LIST.findings(body)}
        strict = {(each.pointer, each.keyword) for each in strict_twin(LIST).findings(body)}
        found = [(severity, pointer, keyword) for severity, pointer, _, keyword in told(LIST, body)]
        assert {each[1:] for each in found if each[0] == "breaking"} == broken
        assert {each[1:] for each in found if each[0] == "drift"} == strict - broken
        assert is_clean(LIST, body) <= (not found)
        seen |= {each[0] for each in found}
    assert seen == {"breaking", "drift"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{**ROW, "coupon": 1}] * 3, [("drift", f"/list/{n}", "/list/*", "additionalProperties") for n in range(3)]),
        ([{**ROW, "price": "x"}] * 2, [("breaking", f"/list/{n}/price", "/list/*/price", "type") for n in range(2)]),
        ([{**ROW, "created_at": LEAP_SECOND}], []),
        ([{**ROW, "username": "***"}], []),
    ],
)
def test_pages(rows: list[Any], expected: list[tuple[str, str, str, str]]) -> None:
    """A fault of each row is a fault each, at its row; a leap second and a recorder's mask are none."""
    found = told(LIST, {**PAGE, "list": rows})
    assert found == expected


def test_what_is_not_evaluated_in_a_broken_body() -> None:
    """`unevaluatedProperties` of the twin is drift in a whole body, and no word is made of it in a broken one."""
    schema = Schema({"allOf": [{"properties": {"a": {"type": "string"}}}], "properties": {"b": {}}})
    assert [(each[0], each[3]) for each in told(schema, {"c": 1})] == [("drift", "unevaluatedProperties")]
    assert [(each[0], each[3]) for each in told(schema, {"a": 1, "b": 1})] == [("breaking", "type")]
