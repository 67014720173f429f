from __future__ import annotations

import json
from typing import Any

import pytest

from jumun_contracts import PROFILES, Schema, load_contract
from jumun_contracts.schema.strictness import strict_twin
from tests.contracts.mutants import UNKNOWN_KEY, iter_mutants
from tests.contracts.pages import PAGE, ROW

NESTED: dict[str, Any] = {"properties": {"a": {"properties": {"b": {}}}}}
KNOWN = {"x-known-values": [{"value": 1, "label": "one"}, {"value": 2, "label": "two"}]}
ELSEWHERE: dict[str, Any] = {
    "$id": "https://example.test/person",
    "properties": {"name": {"$ref": "#/$defs/name"}, "knows": {"items": {"$ref": "person"}}},
    "$defs": {"name": {"properties": {"first": {}}}},
}

# Schema; what fits both; what fits the schema and not the twin.
TWINS: list[tuple[str, Any, list[Any], list[Any]]] = [
    ("closed", {"properties": {"a": {}}}, [{}, {"a": 1}, 5], [{"b": 1}, {"a": 1, "b": 1}]),
    ("already closed", {"properties": {"a": {}}, "additionalProperties": False}, [{"a": 1}], []),
    ("open by its own word", {"properties": {"a": {}}, "additionalProperties": {}}, [{"b": 1}], []),
    ("a map", {"additionalProperties": {"properties": {"a": {}}}}, [{"x": {"a": 1}}], [{"x": {"b": 1}}]),
    ("no properties", {"type": "object"}, [{"b": 1}], []),
    ("nested", NESTED, [{"a": {"b": 1}}], [{"a": {"c": 1}}]),
    ("items", {"items": {"properties": {"a": {}}}}, [[{"a": 1}]], [[{"a": 1}, {"b": 1}]]),
    ("patterns", {"properties": {"a": {}}, "patternProperties": {"^x": {}}}, [{"x1": 1}], [{"y": 1}]),
    ("known values", {"properties": {"a": {"type": "integer", **KNOWN}}}, [{"a": 1}, {"a": 2.0}], [{"a": 3}]),
    ("known or null", {"type": ["integer", "null"], **KNOWN}, [None, 1], [3]),
    ("reference", {"$ref": "https://example.test/person"}, [{"name": {"first": 1}}], [{"name": {"last": 1}}, {"x": 1}]),
    ("recursion", {"$ref": "https://example.test/person"}, [{"knows": [{"knows": []}]}], [{"knows": [{"x": 1}]}]),
    (
        "a reference and more",
        {"$ref": "https://example.test/person", "properties": {"age": {}}},
        [{"name": {}, "age": 1}],
        [{"name": {}, "size": 1}],
    ),
    (
        "a condition",
        {
            "properties": {"type": {}},
            "if": {"properties": {"type": {"const": "x"}}, "required": ["type"]},
            "then": {"properties": {"a": {}}},
            "else": {"properties": {"b": {}}},
        },
        [{"type": "x", "a": 1}, {"type": "y", "b": 1}],
        [{"type": "x", "b": 1}, {"type": "y", "a": 1}],
    ),
    (
        "parts that share a property",
        {"allOf": [NESTED, {"properties": {"a": {"properties": {"c": {}}}}}]},
        [{"a": {"b": 1, "c": 1}}],
        [{"d": 1}],
    ),
    (
        "a part that shares a property",
        {"properties": {"a": {"properties": {"b": {}}}}, "allOf": [{"properties": {"a": {"properties": {"c": {}}}}}]},
        [{"a": {"b": 1, "c": 1}}],
        [{"d": 1}],
    ),
    (
        "references in places that are not narrowed",
        {
            "oneOf": [{"$ref": "https://example.test/person"}, {"type": "object", "required": ["id"]}],
            "not": {"$ref": "https://example.test/person", "required": ["never"]},
        },
        [{"name": {"last": 1}}],
        [{"x": 1}],
    ),
    ("not", {"not": {"properties": {"a": KNOWN}, "required": ["a"]}}, [{"b": 1}], []),
    ("one of", {"oneOf": [{"type": "integer", **KNOWN}, {"type": "string"}]}, [1, 3, "x"], []),
    ("boolean", True, [1, {"a": 1}], []),
]


@pytest.mark.parametrize(("schema", "both", "drifted"), [case[1:] for case in TWINS], ids=[case[0] for case in TWINS])
def test_twins(schema: Any, both: list[Any], drifted: list[Any]) -> None:
    """The twin takes what the schema describes, and refuses what the schema merely tolerates."""
    tolerant = Schema(schema, resources={ELSEWHERE["$id"]: ELSEWHERE})
    twin = strict_twin(tolerant)
    assert [(tolerant.is_valid(each), twin.is_valid(each)) for each in both] == [(True, True)] * len(both)
    assert [(tolerant.is_valid(each), twin.is_valid(each)) for each in drifted] == [(True, False)] * len(drifted)


def test_a_twin_is_made_once() -> None:
    """The same schema has the same twin."""
    schema = Schema({"properties": {"a": {}}})
    assert strict_twin(schema) is strict_twin(schema)


def test_a_schema_is_not_changed() -> None:
    """Making the twin leaves the schema as it was."""
    schema = load_contract("bootpay").operations["bootpay.orders.list"].answer(200).schema
    before = json.dumps(schema.document)
    strict_twin(schema)
    assert json.dumps(schema.document) == before


def test_what_fits_the_twin_fits_the_schema() -> None:
    """By every schema of every contract: no mutant fits the twin alone, and many the schema alone."""
    bodies: list[Any] = [
        PAGE,
        {"status": 401, "code": 1700, "message": "x", "data": None},
        {"error_code": "X", "message": "x"},
        {
            "timestamp": "2023-01-16T17:14:51.794+09:00",
            "traceId": "x",
            "data": {"productOrderIds": ["2023010112345001"]},
        },
        {"code": "GW.AUTHN", "message": "x", "timestamp": "2023-01-16T17:14:51.794+09:00"},
        {
            "client_id": "x",
            "timestamp": "1",
            "grant_type": "client_credentials",
            "client_secret_sign": "a" * 80,
            "type": "SELF",
        },
    ]
    mutants = [mutant for body in bodies for _, mutant in iter_mutants(body)]
    parted = 0
    for contract in [load_contract(provider, profile) for provider in ("naver", "bootpay") for profile in PROFILES]:
        for operation in contract.operations.values():
            for schema in [answer.schema for answer in operation.answers.values()] + [operation.body] * bool(
                operation.body
            ):
                assert schema is not None
                twin = strict_twin(schema)
                for mutant in mutants:
                    assert schema.is_valid(mutant) or not twin.is_valid(mutant)
                    parted += schema.is_valid(mutant) and not twin.is_valid(mutant)
    assert parted > 100


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("drifted", "keyword"),
    [
        ({**PAGE, UNKNOWN_KEY: 1}, "additionalProperties"),
        ({"count": 1, "list": [{**ROW, UNKNOWN_KEY: 1}]}, "additionalProperties"),
        ({"count": 1, "list": [{**ROW, "status": 9}]}, "enum"),
    ],
)
def test_the_order_list(profile: str, drifted: Any, keyword: str) -> None:
    """A page of orders with a new field or status fits the contract and not its twin, which says why."""
    schema = load_contract("bootpay", profile).operations["bootpay.orders.list"].answer(200).schema
    assert strict_twin(schema).is_valid(PAGE)
    assert schema.is_valid(drifted)
    assert [each.keyword for each in strict_twin(schema).findings(drifted)] == [keyword]
