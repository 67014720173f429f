"""What is wrong with a body: breaking by the contract, drift by its strict twin, each counted once."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts.check.findings import is_clean, iter_findings
from jumun_contracts.check.redaction import show_name, show_place
from jumun_contracts.check.shape import read_shape
from jumun_contracts.schema.engines import value_at
from jumun_contracts.schema.explaining import UNWANTED, sort
from jumun_contracts.schema.strictness import strict_twin
from jumun_contracts.schema.validation import Schema
from tests.contracts.engines import LEAP_SECOND, answer_schemas
from tests.contracts.mutants import iter_mutants
from tests.contracts.pages import PAGE, ROW

if TYPE_CHECKING:
    from jumun_contracts.schema.parsing import JsonValue

LIST = answer_schemas()["bootpay:documented order-list.documented"]


def told(schema: Schema, body: JsonValue) -> list[tuple[str, str, str, str, int]]:
    """Severity, pattern, keyword, pointer of the first and count, as of a judge that has seen nothing else.

    Those of one place, keyword and expectation are one.
    """
    first: dict[tuple[str, str, str, str], str] = {}
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for found in iter_findings(schema, body):
        key = found.severity, found.pattern, found.keyword, json.dumps(found.expected)
        first.setdefault(key, found.explain()[0].pointer)
        counts[key] += found.times
    return [(*key[:3], pointer, counts[key]) for key, pointer in first.items()]


def plainly(schema: Schema, body: JsonValue) -> list[tuple[str, str, str, str, int]]:
    """The same, of what both schemas' engines find in all of the body at once."""
    shape = read_shape(schema)
    first: dict[tuple[str, str, str, str], str] = {}
    counts: Counter[tuple[str, str, str, str]] = Counter()
    broken, strict = (sort(each.engine.violations(body)) for each in (schema, strict_twin(schema)))
    further = [each for each in strict if not broken or (each not in broken and each[1] != "unevaluatedProperties")]
    for severity, violations in (("breaking", broken), ("drift", further)):
        for path, keyword, expected in violations:
            pointer, pattern, here = show_place(path, body, shape)
            if here and here.masked and value_at(body, path) == "***":
                continue
            shown = show_name(str(expected)) if keyword in UNWANTED else expected
            key = severity, pattern, keyword, json.dumps(shown)
            first.setdefault(key, pointer)
            counts[key] += 1
    return [(*key[:3], pointer, counts[key]) for key, pointer in first.items()]


def test_a_fault_is_breaking_or_drift_and_never_both() -> None:
    """Of every mutant of a page: what the schema finds is breaking, what its twin finds beyond that is drift."""
    seen = set()
    for _, body in iter_mutants({"count": 2, "list": [ROW, {**ROW, "x_new": 1}]}):
        broken = {(each.pointer, each.keyword) for each in LIST.findings(body)}
        strict = {(each.pointer, each.keyword) for each in strict_twin(LIST).findings(body)}
        found = told(LIST, body)
        assert found == plainly(LIST, body)
        assert {(each[3], each[2]) for each in found if each[0] == "breaking"} <= broken
        assert {(each[3], each[2]) for each in found if each[0] == "drift"} <= strict - broken
        assert sum(each[4] for each in found) >= len(broken | strict)
        assert is_clean(LIST, body) <= (not found)
        seen |= {each[0] for each in found}
    assert seen == {"breaking", "drift"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{**ROW, "coupon": 1}] * 3, [("drift", "/list/*", "additionalProperties", "/list/0", 3)]),
        ([ROW, {**ROW, "price": "x"}], [("breaking", "/list/*/price", "type", "/list/1/price", 1)]),
        ([{**ROW, "created_at": LEAP_SECOND}], []),
        ([{**ROW, "username": "***"}], []),
    ],
)
def test_pages(rows: list[Any], expected: list[tuple[str, str, str, str, int]]) -> None:
    """A fault of each row is counted, at the first; a leap second and a recorder's mask are none."""
    found = told(LIST, {**PAGE, "list": rows})
    assert found == expected


ROWS: list[Any] = [
    ROW,
    {},
    {**ROW, "price": "x"},
    {**ROW, "username": "***"},
    {**ROW, "username": 5},
    {**ROW, "coupon": 1},
    {**ROW, "coupon": 1, "price": None},
    {"hong@example.com": 1, **ROW, "007": 2, "": 3},
    *({**ROW, f"{chr(97 + number)}_new": 1} for number in range(20)),
    {name: ROW[name] for name in reversed(ROW)},
    "no order",
    [],
]


def test_rows_that_fail_alike_are_counted_as_if_each_was_judged() -> None:
    """Also where they take turns, have names of their own, or masks; and no more is known of a row than its kind."""
    for rows in (ROWS, ROWS * 3, [each for each in ROWS for _ in range(3)], ROWS[::-1] * 2):
        body: Any = {"count": 1, "list": rows, "x_more": [1]}
        found = told(LIST, body)
        assert found == plainly(LIST, body)
        assert {each[0] for each in found} == {"breaking", "drift"}


def test_what_is_kept_does_not_grow_with_the_findings() -> None:
    """Of 50,000 findings few are made, and of 300 kinds in turn no more are kept than fit."""
    body: Any = {"count": 1, "list": [{**ROW, "price": "x"}] * 50_000}
    made = list(iter_findings(LIST, body))
    assert len(made) < 10
    assert sum(each.times for each in made if each.keyword == "type") == 50_000
    kinds: Any = [{**ROW, f"n{letter}{other}": 1} for letter in "abcdefghijklmnopqrst" for other in "abcdefghijklmno"]
    body = {"count": 1, "list": kinds * 2}
    assert told(LIST, body) == plainly(LIST, body)


def test_what_is_not_evaluated_in_a_broken_body() -> None:
    """`unevaluatedProperties` of the twin is drift in a whole body, and no word is made of it in a broken one."""
    schema = Schema({"allOf": [{"properties": {"a": {"type": "string"}}}], "properties": {"b": {}}})
    assert [(each[0], each[2]) for each in told(schema, {"c": 1})] == [("drift", "unevaluatedProperties")]
    assert [(each[0], each[2]) for each in told(schema, {"a": 1, "b": 1})] == [("breaking", "type")]
