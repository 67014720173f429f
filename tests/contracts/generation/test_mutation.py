"""Mutants: one for each keyword, each refused for what it says."""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from jumun_contracts import Schema, findings, load_contract, parse_json
from jumun_contracts.contract.schema_files import iter_subschemas
from jumun_contracts.generation import generate_example
from jumun_contracts.generation.mutation import Mutant, iter_mutants
from jumun_contracts.schema.engines import compile_explainer
from jumun_contracts.schema.validation import engine_pairs
from tests.checkout import REFERENCE
from tests.contracts.generation.test_generation import CONTRACTS, MADE_UP, PAYLOADS, SCHEMAS, iter_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts import Contract
    from jumun_contracts.schema.parsing import JsonValue

SEEDS = range(8)
# Enough for an example that has the optional parts of optional parts.
MORE_SEEDS = range(8, 200)
# Keywords that a value can break by itself; the others say where schemas are.
ASSERTIONS = {
    *("type", "const", "enum", "required", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("minItems", "maxItems", "uniqueItems"),
}
# By schema: pointer and keyword of each mutant that breaks something else as well, and what makes it so.
NOT_ALONE: Mapping[str, set[tuple[str, str]]] = {
    # account_id belongs to SELLER alone: of any other type, or of none, it must not be there.
    "naver/token-request": {("", "required"), ("/type", "enum")},
    "bootpay/unauthorized": {  # beside a const
        *(("/status", keyword) for keyword in ("type", "minimum", "maximum")),
        ("/code", "type"),
    },
    "bootpay/unauthorized-member": {("/status", keyword) for keyword in ("type", "minimum", "maximum")},
    "subscription_billing_type": {("", "type")},  # beside an enum
    "cs_type": {("", "type")},
    "rangeType": {("", "type")},
    "placeOrderStatusType": {("", "type")},
    "fulfillment": {("", "type")},
    "quantityClaimCompatibility": {("", "type")},
    "lastChangedType": {("", "type")},
}


@cache
def mutants_of(name: str) -> list[tuple[JsonValue, Mutant]]:
    """Examples of a schema, each with each of its mutants."""
    schema = SCHEMAS[name]
    examples = [generate_example(schema, seed=seed) for seed in SEEDS]
    return [(example, mutant) for example in examples for mutant in iter_mutants(schema, example)]


def may_break_more(name: str) -> set[tuple[str, str]]:
    """The entry of the table above for a schema, by its file or by the end of its name."""
    if name.endswith(" body"):
        return NOT_ALONE["naver/token-request"]
    return NOT_ALONE.get(name, NOT_ALONE.get(name.rpartition(" ")[2], set()))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema(name: str) -> None:
    """Both engines refuse each mutant for its keyword at its pointer, and for nothing else where that can be."""
    for _, mutant in mutants_of(name):
        decided, explained = engine_pairs(SCHEMAS[name], mutant.instance)
        assert decided == explained
        assert (mutant.pointer, mutant.keyword) in decided
        if (mutant.pointer, mutant.keyword) not in may_break_more(name):
            (found,) = findings(SCHEMAS[name], mutant.instance)
            assert (found.pointer, found.keyword) == (mutant.pointer, mutant.keyword)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: f"{each.provider}:{each.profile}")
def test_every_keyword_of_every_node(contract: Contract) -> None:
    """Each assertion that is in a contract is what jsonschema refuses some mutant for.

    All but those within an `if`, which asks and demands nothing.
    """
    there: dict[tuple[int, str], str] = {}
    broken: set[tuple[int, str]] = set()
    # More seeds only for what the first ones did not reach, of this schema or of another that refers to the same part.
    for seeds in (SEEDS, MORE_SEEDS):
        for name, schema in iter_schemas(contract):
            own = {
                (id(part), keyword): f"{name}{pointer}/{keyword}"
                for pointer, part in iter_subschemas(schema.document)
                if "if" not in pointer.split("/")
                for keyword in ASSERTIONS & part.keys()
            }
            there |= own
            explainer = compile_explainer(schema.document, schema.resources)
            for seed in seeds:
                if seed not in SEEDS and own.keys() <= broken:
                    break
                for mutant in iter_mutants(schema, generate_example(schema, seed=seed)):
                    errors = explainer.iter_errors(mutant.instance)
                    broken |= {(id(each.schema), str(each.validator)) for each in errors}
    assert there
    assert sorted(there[each] for each in there.keys() - broken) == []


@pytest.mark.parametrize("name", MADE_UP)
def test_made_up_schemas(name: str) -> None:
    """So it is for keywords that contracts do not use now."""
    schema = Schema(MADE_UP[name])
    for seed in range(5):
        for mutant in iter_mutants(schema, generate_example(schema, seed=seed)):
            decided, explained = engine_pairs(schema, mutant.instance)
            assert (mutant.pointer, mutant.keyword) in decided & explained


# Schema, an instance that fits, and (pointer, keyword, mutant) of all there is.
ONE_BY_ONE: list[tuple[Any, JsonValue, list[tuple[str, str, JsonValue]]]] = [
    ({"type": "integer"}, 1, [("", "type", None)]),
    ({"minimum": 3}, 5, [("", "minimum", 2)]),
    ({"maximum": 3}, 3, [("", "maximum", 4)]),
    ({"exclusiveMinimum": 3}, 5, [("", "exclusiveMinimum", 3)]),
    ({"exclusiveMaximum": 3}, 2, [("", "exclusiveMaximum", 3)]),
    ({"multipleOf": 3}, 6, [("", "multipleOf", 7)]),
    ({"minLength": 2}, "가나다", [("", "minLength", "가")]),
    ({"maxLength": 2}, "가", [("", "maxLength", "가가가")]),
    ({"pattern": "^a+$(?!\\n)"}, "aa", [("", "pattern", "a~")]),
    ({"format": "date"}, "2023-01-16", [("", "format", "2023-01-1~")]),
    ({"const": 5}, 5, [("", "const", 6)]),
    ({"enum": [5, 6]}, 5, [("", "enum", 4)]),
    ({"required": ["a", "b"]}, {"a": 1, "b": 2}, [("", "required", {"b": 2}), ("", "required", {"a": 1})]),
    (
        {"properties": {"a": True}, "additionalProperties": False},
        {},
        [("", "additionalProperties", {"x_unknown": None})],
    ),
    ({"additionalProperties": {"type": "null"}}, {"a": None}, [("/a", "type", {"a": True})]),
    ({"propertyNames": {"maxLength": 9}}, {"a": 1}, [("", "propertyNames", {"a": 1, "x" * 300: 1})]),
    ({"properties": {"a/b": {"properties": {"c": False}}}}, {"a/b": {}}, [("/a~1b/c", "false", {"a/b": {"c": None}})]),
    ({"minItems": 1}, [1, 2], [("", "minItems", [])]),
    ({"maxItems": 2}, [1], [("", "maxItems", [1, 1, 1])]),
    ({"maxItems": 1, "items": {"const": 0}}, [], [("", "maxItems", [0, 0])]),
    ({"uniqueItems": True}, [1, 2], [("", "uniqueItems", [1, 2, 1])]),
    (
        {"uniqueItems": True, "maxItems": 2, "items": {"enum": [1, 2, 3]}},
        [1, 2],
        [
            ("", "uniqueItems", [1, 1]),
            ("", "maxItems", [1, 2, 3]),
            ("/0", "enum", [0, 2]),
            ("/1", "enum", [1, 1_000_005]),
        ],
    ),
    (
        {"prefixItems": [{"const": 1}], "items": {"const": 2}},
        [1, 2],
        [("/0", "const", [2, 2]), ("/1", "const", [1, 3])],
    ),
    (
        {"allOf": [{"minimum": 1}, {"$ref": "#/$defs/x"}], "$defs": {"x": {"maximum": 3}}},
        2,
        [
            ("", "minimum", 0),
            ("", "maximum", 4),
        ],
    ),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "a", [("", "anyOf", True)]),
    ({"oneOf": [{"type": "string"}, {"type": "null"}]}, "a", [("", "oneOf", True)]),
    ({"not": {"type": "null"}}, 1, [("", "not", None)]),
    (
        {"if": {"minimum": 5}, "then": {"maximum": 9}, "else": {"minimum": 3}},
        7,
        [
            ("", "maximum", 10),
            ("", "minimum", 2),
        ],
    ),
]


@pytest.mark.parametrize(("document", "instance", "expected"), ONE_BY_ONE, ids=lambda value: str(value)[:40])
def test_one_by_one(document: Any, instance: JsonValue, expected: list[tuple[str, str, JsonValue]]) -> None:
    """What the mutants of each keyword are; the instance stays as it was."""
    before = copy.deepcopy(instance)
    assert list(iter_mutants(Schema(document), instance)) == [Mutant(*each) for each in expected]
    assert instance == before


# Keywords that nothing can break in this instance, and why.
WITHOUT: list[tuple[str, Any, JsonValue]] = [
    ("every type is listed", {"type": ["null", "boolean", "number", "string", "array", "object"]}, 1),
    ("no text is shorter than nothing", {"minLength": 0}, "a"),
    ("no list is shorter than nothing", {"minItems": 0}, [1]),
    ("repetition is allowed", {"uniqueItems": False}, [1]),
    ("anything may be added", {"additionalProperties": True}, {}),
    ("there is nothing to be of the kind", {"additionalProperties": {"type": "null"}}, {}),
    ("there is no such property", {"properties": {"a": {"type": "null"}}}, {}),
    ("there is no item", {"items": {"type": "null"}}, []),
    ("no name is demanded", {"required": []}, {}),
    ("no item can be made", {"maxItems": 0, "items": False}, []),
    ("numbers have no format", {"format": "date", "pattern": "a", "minLength": 1, "maxLength": 1}, 1),
    ("texts have no bounds", {"minimum": 1, "maximum": 1, "multipleOf": 2, "exclusiveMinimum": 1}, "a"),
    ("texts have no properties", {"required": ["a"], "additionalProperties": False, "propertyNames": False}, "a"),
    ("texts have no items", {"minItems": 1, "maxItems": 1, "uniqueItems": True}, "a"),
    ("true is not a number", {"minimum": 5}, True),
    ("an if only asks", {"if": {"type": "string"}}, 1),
    ("words say nothing", {"title": "a", "description": "b", "default": 1, "x-pii": "name"}, 1),
]


@pytest.mark.parametrize(("document", "instance"), [each[1:] for each in WITHOUT], ids=[each[0] for each in WITHOUT])
def test_where_there_is_no_mutant(document: Any, instance: JsonValue) -> None:
    """Where no value can break a keyword, there is none."""
    assert list(iter_mutants(Schema(document), instance)) == []


def test_what_does_not_fit_has_no_mutants() -> None:
    """Only a fault that was put in is the one that is found, so an instance with one is refused."""
    with pytest.raises(ValueError, match="an instance that fits"):
        next(iter_mutants(Schema({"type": "null"}), 1))


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference payloads are not on this machine")
@pytest.mark.parametrize(("provider", "profile", "operation", "status", "file"), PAYLOADS)
def test_reference_payloads(provider: str, profile: str, operation: str, status: int, file: str) -> None:
    """Recorded payloads have mutants as generated ones have."""
    schema = load_contract(provider, profile).operations[operation].answer(status).schema
    payload = parse_json((REFERENCE / f"{provider}_payloads" / file).read_bytes())
    mutants = list(iter_mutants(schema, payload))
    assert {"type", "required"} <= {each.keyword for each in mutants}
    for mutant in mutants:
        decided, explained = engine_pairs(schema, mutant.instance)
        assert (mutant.pointer, mutant.keyword) in decided & explained
