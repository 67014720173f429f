from __future__ import annotations

import json
from typing import Any

import pytest

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.generation import generate_example
from jumun_contracts.schema import engines
from jumun_contracts.schema.engines import compile_decider
from jumun_contracts.schema.formats import FORMATS
from jumun_contracts.schema.sieve import make_sieve
from jumun_contracts.schema.strictness import strict_twin
from jumun_contracts.schema.validation import Schema
from tests.contracts.mutants import iter_mutants

DATE = {"format": "date-time"}
LEAP_SECOND = "2016-12-31T23:59:60Z"
PLAIN = "2025-07-11T02:52:09Z"
CLOSED = {"properties": {"a": {}, "b": {}, "c": {}}, "required": ["a", "b"], "additionalProperties": False}
RESOURCES = {"https://x.invalid/date": {"$id": "https://x.invalid/date", "$defs": {"d": DATE}, "items": DATE}}
INSTANCES: list[Any] = [
    *(PLAIN, f"{PLAIN}\n", "x", LEAP_SECOND, "2016-12-31T23:58:60Z", 1, None, [], {}, [PLAIN], ["x"], {"a": PLAIN}),
    *(
        {"a": 1, "b": 1},
        {"a": 1, "c": 1},
        {"a": 1, "b": 1, "c": 1},
        {"a": 1, "b": 1, "d": 1},
        {"a": 1, "b": 1, "c": 1, "d": 1},
    ),
    *("a", "a\n", "aa", "$(?!\n)", "a$", "b\na", {"a": "x", "b": PLAIN}, {"a": LEAP_SECOND, "b": "x"}),
]


def answers() -> dict[str, Schema]:
    """Every schema of an answer that has a body, and its twin, by a name for the test."""
    found = {}
    for name in ("naver", "bootpay"):
        for profile in PROFILES:
            for operation in load_contract(name, profile).operations.values():
                for answer in operation.answers.values():
                    if answer.media_type:
                        found[f"{name}:{profile} {answer.schema_name}"] = answer.schema
    return found | {f"{name} strict": strict_twin(schema) for name, schema in found.items()}


ANSWERS = answers()


@pytest.mark.parametrize("name", ANSWERS)
def test_what_passes_the_sieve_of_a_contract_fits(name: str) -> None:
    """Good bodies pass, and of their mutants none that does not fit."""
    schema = ANSWERS[name]
    made = make_sieve(schema.document, schema.resources)
    if made is None:
        assert json.dumps(schema.document).count('"format"') == 0
        return
    sieve, decider = compile_decider(*made), compile_decider(schema.document, schema.resources)
    for seed in range(3):
        example = generate_example(schema, seed=seed)
        assert sieve.is_valid(example)
        for _, mutant in iter_mutants(example):
            assert sieve.is_valid(mutant) <= decider.is_valid(mutant), mutant
            assert schema.is_valid(mutant) == decider.is_valid(mutant), mutant


SIFTED: list[Any] = [
    DATE,
    {"format": "date"},
    {**DATE, "pattern": "^2"},
    {**DATE, "allOf": [{"pattern": "^2"}]},
    {"items": DATE},
    {"prefixItems": [DATE], "items": False},
    {"anyOf": [{"properties": {"a": DATE}}, {"type": "string"}], "unevaluatedProperties": False},
    {"properties": {"a": {}}, "additionalProperties": DATE},
    {"patternProperties": {"^a$": DATE}, "unevaluatedProperties": False},
    {"propertyNames": DATE},
    {"dependentSchemas": {"a": {"properties": {"b": DATE}}}},
    {"$ref": "https://x.invalid/date"},
    {"$ref": "https://x.invalid/date#/$defs/d"},
    CLOSED,
    {**CLOSED, "minProperties": 2},
    {**CLOSED, "anyOf": [{"required": ["c"]}, DATE]},
    {"not": CLOSED},
    {"oneOf": [CLOSED, {"required": ["c"]}]},
    {**CLOSED, "if": {"minProperties": 3}, "then": {"properties": {"a": DATE}}},
    {"items": DATE, "if": {"maxItems": 0}, "then": {"type": "array"}},
    {**DATE, "anyOf": [{"pattern": r"^a$(?!\n)"}, {"pattern": "^2"}]},
]


@pytest.mark.parametrize("document", SIFTED, ids=json.dumps)
def test_a_sieve_lets_through_what_fits(document: Any) -> None:
    """Whatever passes fits, wherever in a schema a date may stand; of what fits only a leap second stays back."""
    made = make_sieve(document, RESOURCES)
    assert made is not None
    sieve, decider = compile_decider(*made), compile_decider(document, RESOURCES)
    passed = {json.dumps(each) for each in INSTANCES if sieve.is_valid(each)}
    fit = {json.dumps(each) for each in INSTANCES if decider.is_valid(each)}
    assert passed
    assert passed <= fit < {json.dumps(each) for each in INSTANCES}
    assert all(LEAP_SECOND in each for each in fit - passed)


@pytest.mark.parametrize(
    "document",
    [
        True,
        {"type": "string"},
        {"pattern": r"^a$(?!\n)"},
        {"properties": {"a": {}}, "required": ["a"]},
        {**CLOSED, "required": ["a", "z"]},
        {**CLOSED, "patternProperties": {"^x": True}},
        {"not": DATE},
        {"if": DATE, "then": False},
        {"contains": {"items": DATE}},
        {"oneOf": [DATE, {"maxLength": 3}]},
        {"items": DATE, "not": {"$ref": "#/items"}},
        {"x-kept": DATE, "$ref": "#/x-kept"},
        {"items": DATE, "const": DATE},
        {"items": DATE, "enum": [[DATE]]},
    ],
    ids=json.dumps,
)
def test_where_there_is_none(document: Any) -> None:
    """No sieve is made where there is nothing to gain, or where to narrow a part could widen the whole."""
    assert make_sieve(document, {}) is None
    schema, decider = Schema(document), compile_decider(document, {})
    for each in [*INSTANCES, [DATE], DATE, {"a": 1, "x": 1}]:
        assert schema.is_valid(each) == decider.is_valid(each), each


@pytest.mark.parametrize(
    ("pattern", "native"),
    [
        (r"^a$(?!\n)", "^a$"),
        (r"^(?:a|b)$(?!\n)", "^(?:a|b)$"),
        (r"^a\$(?!\n)", None),
        (r"^a\\$(?!\n)", None),
        (r"^(?!b)a$(?!\n)", None),
        (r"^[$(?!\n)]a", None),
        ("^a$", None),
    ],
)
def test_lookahead(pattern: str, native: str | None) -> None:
    """Only at the end of a pattern that has no other, and where `$` is the end, the lookahead for a newline goes."""
    made = make_sieve({"items": {**DATE, "allOf": [{"pattern": pattern}]}}, {})
    assert made is not None
    rewritten: Any = made[0]
    assert rewritten["items"]["allOf"][0] == {"pattern": native or pattern}


def test_no_python_is_called_for_what_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The formats are asked only for what the sieve holds back."""
    asked: list[object] = []

    def ask(value: object) -> bool:
        asked.append(value)
        return FORMATS["date-time"](value)

    monkeypatch.setattr(engines, "FORMATS", {**FORMATS, "date-time": ask})
    schema = Schema({"items": {"format": "date-time"}})
    assert schema.is_valid([PLAIN, PLAIN])
    assert asked == []
    assert schema.is_valid([LEAP_SECOND])
    assert not schema.is_valid(["x"])
    assert asked == [LEAP_SECOND, "x"]


def test_findings_are_of_the_schema_itself() -> None:
    """What does not pass is explained by the words of the schema: a date is a format, a property is required."""
    schema = Schema({**CLOSED, "properties": {"a": DATE, "b": {}}})
    found = [(each.pointer, each.keyword, each.expected) for each in schema.findings({"a": "x"})]
    assert found == [("", "required", "b"), ("/a", "format", "date-time")]
