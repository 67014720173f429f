from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumun_contracts.schema import engines, validation
from jumun_contracts.schema.engines import SchemaError
from jumun_contracts.schema.parsing import parse_json
from jumun_contracts.schema.validation import Finding, InstanceError, Schema, engine_pairs, findings
from tests.checkout import REFERENCE
from tests.contracts.mutants import UNKNOWN_KEY, iter_mutants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.schema.parsing import JsonValue


MONEY: dict[str, Any] = {
    "$id": "https://example.test/money",
    "type": "integer",
    "minimum": 0,
    "maximum": 10**12,
    "x-pii": "no",
}
PERSON: dict[str, Any] = {
    "$id": "https://example.test/person",
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"$ref": "#/$defs/name"},
        "knows": {"type": "array", "items": {"$ref": "person"}},
        "owes": {"$ref": "money"},
    },
    "additionalProperties": False,
    "$defs": {"name": {"type": "string", "minLength": 1, "maxLength": 8, "x-pii": "name"}},
}
RESOURCES: dict[str, Any] = {MONEY["$id"]: MONEY, PERSON["$id"]: PERSON}

# Name, schema, an instance that fits it.
CASES: list[tuple[str, Any, JsonValue]] = [
    (
        "closed object",
        {
            "type": "object",
            "required": ["id", "status"],
            "properties": {"id": {"type": "string"}, "status": {"enum": [0, 1, 2, None, "x", [1], {"a": 1}]}},
            "patternProperties": {"^x_[a-t]": {"type": "string", "maxLength": 3}},
            "additionalProperties": False,
        },
        {"id": "1", "status": 2, "x_a": "abc"},
    ),
    (
        "order rows",
        {
            "type": "object",
            "required": ["count", "list"],
            "properties": {
                "count": {"type": "integer", "minimum": 0},
                "list": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 3,
                    "items": {
                        "type": "object",
                        "required": ["order_id", "price", "created_at"],
                        "properties": {
                            "order_id": {"type": "string", "pattern": r"^[0-9a-f]{4}$(?!\n)"},
                            "price": {"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 2**63},
                            "created_at": {"type": ["string", "null"], "format": "date-time"},
                            "day": {"format": "date"},
                            "a/b~c": {"type": "boolean"},
                        },
                    },
                },
            },
        },
        {
            "count": 15,
            "list": [
                {"order_id": "68ae", "price": 29000, "created_at": "2025-07-11T02:52:09Z", "a/b~c": True},
                {"order_id": "00ff", "price": 0.5, "created_at": None, "day": "2024-02-29"},
            ],
        },
    ),
    (
        "const",
        {"properties": {"a": {"const": 0}, "b": {"const": [1, {"c": None}]}}},
        {"a": 0, "b": [1, {"c": None}]},
    ),
    ("unique", {"type": "array", "uniqueItems": True}, [1, "1", True, None, [1], {"a": 1}, 0, False]),
    ("tuple", {"prefixItems": [{"type": "string"}, {"multipleOf": 3}], "items": False}, ["a", 9]),
    (
        "resources",
        {"$ref": "https://example.test/person"},
        {"name": "가", "knows": [{"name": "나"}], "owes": 5},
    ),
    (
        "reference with neighbours",
        {"$ref": "https://example.test/money", "maximum": 100, "multipleOf": 5, "not": {"const": 50}},
        100,
    ),
    (
        "alternatives",
        {
            "type": "object",
            "properties": {
                "data": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"required": ["ids"]}]},
                "one": {"oneOf": [{"minimum": 3}, {"multipleOf": 2}]},
            },
        },
        {"data": ["1", "2"], "one": 5},
    ),
    (
        "composition",
        {
            "allOf": [{"properties": {"a": {"type": "integer"}}}, {"required": ["a"]}],
            "properties": {"b": {"type": "string"}, "never": False},
            "dependentRequired": {"b": ["a", "c"]},
            "dependentSchemas": {"c": {"minProperties": 2}},
            "maxProperties": 3,
            "propertyNames": {"pattern": "^[a-z]+$(?!\\n)", "maxLength": 7},
            "if": {"properties": {"a": {"minimum": 5}}},
            "then": {"properties": {"c": {"const": "big"}}},
            "else": {"properties": {"c": {"minLength": 1}}},
        },
        {"a": 7, "b": "x", "c": "big"},
    ),
    (
        "unevaluated",
        {
            "allOf": [{"$ref": "https://example.test/person#/$defs/open"}],
            "properties": {"b": {"type": "array", "contains": {"const": 1}, "minContains": 2, "maxContains": 3}},
            "unevaluatedProperties": False,
        },
        {"a": 1, "b": [1, 1, 2]},
    ),
    ("contains", {"contains": {"type": "string", "minLength": 2}}, [1, "ab"]),
    (
        "boolean schemas",
        {"properties": {"a": True, "items": {"items": False}, "propertyNames": False}},
        {"items": []},
    ),
    ("everything", True, {"a": [1]}),
]
CASE_RESOURCES = {
    **RESOURCES,
    PERSON["$id"]: {
        **PERSON,
        "$defs": {**PERSON["$defs"], "open": {"properties": {"a": {"type": "integer"}}}},
    },
}


def compiled(document: Any) -> Schema:
    """With all the resources that the cases refer to."""
    return Schema(document, resources=CASE_RESOURCES)


def iter_double_mutants(instance: JsonValue) -> Iterator[JsonValue]:
    """Every mutant, and of every seventh the mutants again."""
    for number, (_, mutant) in enumerate(iter_mutants(instance)):
        yield mutant
        if number % 7 == 0:
            yield from (each for _, each in iter_mutants(mutant))


@pytest.mark.parametrize(("document", "instance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_engines_agree(document: Any, instance: JsonValue) -> None:
    """On an instance that fits and on all its mutants both engines name the same places and keywords.

    And the findings are empty exactly if the instance is valid, and carry what either engine expected.
    """
    schema = compiled(document)
    assert findings(schema, instance) == []
    refused = 0
    for mutant in iter_double_mutants(instance):
        decided, explained = engine_pairs(schema, mutant)
        assert decided == explained, mutant
        assert schema.is_valid(mutant) == (not decided), mutant
        found = schema.findings(mutant)
        assert {(each.pointer, each.keyword) for each in found} == decided, mutant
        assert [each.message for each in found] == [each.message for each in sorted_again(found)]
        refused += bool(found)
    assert refused or document is True


def sorted_again(found: list[Finding]) -> list[Finding]:
    """The order of findings, said another way: place by place, then keyword, then expectation."""

    def key(each: Finding) -> tuple[list[tuple[int, str]], str, str]:
        steps = [(int(s), "") if s.isdigit() else (-1, unescape(s)) for s in each.pointer.split("/")[1:]]
        return steps, each.keyword, json.dumps(each.expected, sort_keys=True)

    return sorted(found, key=key)


def unescape(step: str) -> str:
    """A step of an RFC 6901 pointer as the name it stands for."""
    return step.replace("~1", "/").replace("~0", "~")


@pytest.mark.parametrize(("document", "instance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_either_engine_gives_the_same_findings(
    document: Any, instance: JsonValue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where jsonschema had nothing to say, jsonschema-rs alone names the same property or limit, or none."""
    schema = compiled(document)
    both = [schema.findings(mutant) for _, mutant in iter_mutants(instance)]
    monkeypatch.setattr(Schema, "_iter_explained", lambda *_: iter(()))
    alone = [schema.findings(mutant) for _, mutant in iter_mutants(instance)]
    for with_both, with_one in zip(both, alone, strict=True):
        assert [(each.pointer, each.keyword) for each in with_both] == [(e.pointer, e.keyword) for e in with_one]
        for ours, theirs in zip(with_both, with_one, strict=True):
            is_list_of_types = ours.keyword == "type" and isinstance(ours.expected, list)
            assert is_list_of_types or theirs.expected in (ours.expected, None)


EXACT_FLOATS = st.floats(-(2.0**53), 2.0**53)
SCALARS: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | EXACT_FLOATS | st.text()
INSTANCES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["a", "b", "c", "count", "list", "data", "one", "name", "owes", "id", "status"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
)


@given(instance=INSTANCES, case=st.sampled_from(CASES))
def test_engines_agree_on_anything(instance: JsonValue, case: tuple[str, Any, JsonValue]) -> None:
    """Not on neighbours of a valid instance only: on any JSON value."""
    schema = compiled(case[1])
    decided, explained = engine_pairs(schema, instance)
    assert decided == explained
    assert schema.is_valid(instance) == (not decided) == (not schema.findings(instance))


NUMBERS = st.integers() | st.integers(-(10**40), 10**40) | EXACT_FLOATS


@given(number=NUMBERS, bound=NUMBERS, divisor=st.integers(1, 10**20))
def test_engines_agree_on_numbers(number: float, bound: float, divisor: int) -> None:
    """Bounds, multiples, equality and "integer" mean the same to both, beyond 64 bit and for 1.0 as well."""
    schema = Schema(
        {
            "allOf": [{"type": "integer"}, {"minimum": bound}, {"maximum": bound}],
            "exclusiveMinimum": bound,
            "exclusiveMaximum": bound,
            "multipleOf": divisor,
            "const": bound,
            "enum": [bound, 1],
        }
    )
    for instance in (number, bound, float(bound) if abs(bound) <= 2**53 else 0.0):
        decided, explained = engine_pairs(schema, instance)
        assert decided == explained


@pytest.mark.parametrize("whole", [1.0, -0.0, 1e20, 2**70, -(10**400)])
def test_integers_of_any_size_and_spelling(whole: float) -> None:
    """1.0 is an integer, and so is a number of four hundred digits."""
    assert findings({"type": "integer"}, whole) == []


def test_large_floats_are_decided_by_rs() -> None:
    """The other place where they part: to jsonschema-rs 1e300 is that number, to Python the nearest float."""
    schema = Schema({"multipleOf": 3})
    assert engine_pairs(schema, 1e300) == ({("", "multipleOf")}, set())
    assert [each.keyword for each in schema.findings(1e300)] == ["multipleOf"]


def test_fractional_multiples_are_decided_by_rs() -> None:
    """Where the engines part, jsonschema-rs decides: 0.07 is a multiple of 0.01, and there is no finding."""
    schema = Schema({"multipleOf": 0.01})
    assert engine_pairs(schema, 0.07) == (set(), {("", "multipleOf")})
    assert schema.is_valid(0.07)
    assert schema.findings(0.07) == []


def test_portable_pattern() -> None:
    r"""With `$(?!\n)` Python and Rust both refuse a trailing newline; with `$` alone only Rust does."""
    portable = Schema({"pattern": r"^[0-9]+$(?!\n)"})
    assert engine_pairs(portable, "123") == (set(), set())
    assert engine_pairs(portable, "123\n") == ({("", "pattern")}, {("", "pattern")})
    bare = Schema({"pattern": "^[0-9]+$"})
    assert engine_pairs(bare, "123\n") == ({("", "pattern")}, set())


def test_a_refusal_is_never_turned_into_consent() -> None:
    """Where only jsonschema-rs objects, its objection is the finding."""
    assert findings({"pattern": "^[0-9]+$"}, "123\n") == [
        Finding("", "pattern", "^[0-9]+$", 'the document must match the pattern "^[0-9]+$"')
    ]


def test_formats_are_asserted_by_both_and_others_by_none() -> None:
    """date-time is ours in both engines; what we do not define is not asserted by either."""
    schema = Schema({"format": "date-time"})
    assert engine_pairs(schema, "2016-12-31T23:59:60Z") == (set(), set())
    assert engine_pairs(schema, "2016-12-31T22:59:60Z") == ({("", "format")}, {("", "format")})
    for name in (*engines._UNASSERTED_FORMATS, "no-such-format"):
        assert engine_pairs(Schema({"format": name}), "\x00 [(") == (set(), set())


def test_extension_keywords_are_ignored() -> None:
    """`x-…` says nothing to either engine, whatever stands in it, a reference to nowhere included."""
    schema = Schema({"x-pii": "name", "x-evidence": {"$ref": "#/nowhere", "type": 5}, "type": "string"})
    assert engine_pairs(schema, "a") == (set(), set())


EVERY_KEYWORD: list[tuple[Any, JsonValue, list[tuple[str, str, JsonValue, str]]]] = [
    ({"type": "integer"}, "x", [("", "type", "integer", "the document must be of type integer, not string")]),
    (
        {"items": {"type": ["integer", "null"]}},
        [1, {}],
        [("/1", "type", ["integer", "null"], "/1 must be of type integer or null, not object")],
    ),
    (
        {"required": ["b", "a", "c"]},
        {"c": 1},
        [
            ("", "required", "a", 'the document must have the property "a"'),
            ("", "required", "b", 'the document must have the property "b"'),
        ],
    ),
    (
        {"properties": {"a": {"additionalProperties": False, "patternProperties": {"^k": True}}}},
        {"a": {"z": 1, "y": 1, "k1": 1}},
        [
            ("/a", "additionalProperties", "y", '/a must not have the property "y"'),
            ("/a", "additionalProperties", "z", '/a must not have the property "z"'),
        ],
    ),
    (
        {"unevaluatedProperties": False, "properties": {"a": True}},
        {"a": 1, "c": 1, "b": 1},
        [
            ("", "unevaluatedProperties", "b", 'the document must not have the property "b"'),
            ("", "unevaluatedProperties", "c", 'the document must not have the property "c"'),
        ],
    ),
    (
        {"dependentRequired": {"a": ["b"]}},
        {"a": 1},
        [
            (
                "",
                "dependentRequired",
                "b",
                'the document must have the property "b", which another of its properties calls for',
            )
        ],
    ),
    (
        {"propertyNames": {"maxLength": 1}},
        {"ab": 1},
        [("", "propertyNames", "ab", 'the document must not have a property named "ab"')],
    ),
    ({"enum": ["가", 1]}, 2, [("", "enum", ["가", 1], 'the document must be "가" or 1')]),
    ({"const": [1]}, 2, [("", "const", [1], "the document must be [1]")]),
    ({"format": "date"}, "x", [("", "format", "date", 'the document must have the format "date"')]),
    ({"minimum": 3}, 2, [("", "minimum", 3, "the document must be 3 or more")]),
    ({"maximum": 3}, 4, [("", "maximum", 3, "the document must be 3 or less")]),
    ({"exclusiveMinimum": 3}, 3, [("", "exclusiveMinimum", 3, "the document must be more than 3")]),
    ({"exclusiveMaximum": 3}, 3, [("", "exclusiveMaximum", 3, "the document must be less than 3")]),
    ({"multipleOf": 3}, 4, [("", "multipleOf", 3, "the document must be a multiple of 3")]),
    ({"minLength": 3}, "😀", [("", "minLength", 3, "the document must have 3 or more characters, has 1")]),
    ({"maxLength": 1}, "ab", [("", "maxLength", 1, "the document must have 1 or fewer characters, has 2")]),
    ({"minItems": 1}, [], [("", "minItems", 1, "the document must have 1 or more items, has 0")]),
    ({"maxItems": 1}, [1, 2], [("", "maxItems", 1, "the document must have 1 or fewer items, has 2")]),
    (
        {"minProperties": 1},
        {},
        [("", "minProperties", 1, "the document must have 1 or more properties, has 0")],
    ),
    (
        {"maxProperties": 0},
        {"a": 1},
        [("", "maxProperties", 0, "the document must have 0 or fewer properties, has 1")],
    ),
    (
        {"uniqueItems": True},
        [1, 1.0],
        [("", "uniqueItems", True, "the document must not have two equal items")],
    ),
    (
        {"contains": {"const": 1}},
        [],
        [("", "contains", {"const": 1}, "the document must have an item of the wanted kind")],
    ),
    (
        {"contains": True, "minContains": 2},
        [1],
        [("", "minContains", 2, "the document must have 2 or more items of the wanted kind")],
    ),
    (
        {"contains": True, "maxContains": 1},
        [1, 2],
        [("", "maxContains", 1, "the document must have 1 or fewer items of the wanted kind")],
    ),
    (
        {"unevaluatedItems": False},
        [1],
        [("", "unevaluatedItems", False, "the document must not have further items")],
    ),
    ({"prefixItems": [True], "items": False}, [1, 2], [("/1", "false", False, "/1 must not be there")]),
    ({"properties": {"a": False}}, {"a": 1}, [("/a", "false", False, "/a must not be there")]),
    (False, 1, [("", "false", False, "the document must not be there")]),
    (
        {"anyOf": [{"type": "null"}, False]},
        1,
        [("", "anyOf", [{"type": "null"}, False], "the document must fit at least one of the alternatives")],
    ),
    (
        {"oneOf": [True, True]},
        1,
        [("", "oneOf", [True, True], "the document must fit exactly one of the alternatives")],
    ),
    ({"not": {}}, 1, [("", "not", {}, "the document must not fit the excluded schema")]),
    ({"pattern": "^a"}, "b", [("", "pattern", "^a", 'the document must match the pattern "^a"')]),
]


@pytest.mark.parametrize(("document", "instance", "expected"), EVERY_KEYWORD, ids=lambda value: json.dumps(value)[:40])
def test_every_keyword(document: Any, instance: JsonValue, expected: list[tuple[str, str, JsonValue, str]]) -> None:
    """Each keyword of JSON Schema 2020-12 has its expectation, and a sentence that names it and the place."""
    assert findings(document, instance) == [Finding(*each) for each in expected]


def test_every_sentence_is_tested() -> None:
    """No keyword has a sentence that the table above does not show."""
    assert {each[1] for _, _, expected in EVERY_KEYWORD for each in expected} == set(validation._DEMANDS)


def test_pointers_are_escaped() -> None:
    """`~` and `/` in names are `~0` and `~1` in the pointer, in the order RFC 6901 asks for."""
    schema = {"additionalProperties": {"additionalProperties": {"type": "null"}}}
    assert [each.pointer for each in findings(schema, {"a/b": {"~1": 1, "": 2}})] == ["/a~1b/", "/a~1b/~01"]


def test_order_does_not_depend_on_the_instance() -> None:
    """Items by number, names by letter, however keys are ordered; equal findings of two branches are one."""
    document = {
        "items": {"type": "object", "required": ["q", "p"], "additionalProperties": {"type": "string"}},
        "allOf": [{"items": {"required": ["p"]}}],
    }
    rows: list[JsonValue] = [{"b": 1, "a": 2} for _ in range(12)]
    turned: list[JsonValue] = [{"a": 2, "b": 1} for _ in range(12)]
    found = findings(document, rows)
    assert found == findings(document, turned)
    assert [each.pointer for each in found[:5]] == ["/0", "/0", "/0/a", "/0/b", "/1"]
    assert found[-1].pointer == "/11/b"
    assert len(found) == 12 * 4


def canaries(value: JsonValue, count: list[int]) -> JsonValue:
    """The same shape with a text of its own in every string."""
    if isinstance(value, dict):
        return {key: canaries(each, count) for key, each in value.items()}
    if isinstance(value, list):
        return [canaries(each, count) for each in value]
    if isinstance(value, str):
        count[0] += 1
        return f"canary-{count[0]:06}"
    return value


@pytest.mark.parametrize(("document", "instance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_no_value_in_a_finding(document: Any, instance: JsonValue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text in any string of the instance is in no field of any finding, whichever engine explains."""
    schema = compiled(document)
    damaged = [canaries(mutant, [0]) for mutant in iter_double_mutants(instance)]
    for each in damaged:
        assert "canary" not in repr(schema.findings(each))
    monkeypatch.setattr(Schema, "_iter_explained", lambda *_: iter(()))
    for each in damaged:
        assert "canary" not in repr(schema.findings(each))


@pytest.mark.parametrize(
    "instance",
    ["canary\ud800", {"a": ["canary\udfff"]}, b"canary", {1: "canary"}, {"a": {"canary"}}, [object()]],
    ids=lambda value: type(value).__name__,
)
def test_instances_that_are_not_json(instance: Any) -> None:
    """What no parser gives is judged or is an InstanceError; in neither case a value is quoted."""
    schema = Schema({"type": ["array", "object", "string"], "items": False, "additionalProperties": False})
    try:
        said = repr(schema.findings(instance))
    except InstanceError as error:
        said = f"{error} {error!r} {error.__context__!r}"
    assert "canary" not in said


def test_half_surrogate_pairs_are_named() -> None:
    """A string that cannot be sent is an InstanceError that says what is wrong with it."""
    with pytest.raises(InstanceError, match="half a surrogate pair"):
        findings({"type": "integer"}, "canary\ud800")


@pytest.mark.parametrize("depth", [64, 250])
def test_deep_instances(depth: int) -> None:
    """At the depth of `parse_json` and well beyond it, a recursive schema gives its finding."""
    schema = Schema({"type": "array", "items": {"$ref": "#"}})
    instance: JsonValue = "x"
    for _ in range(depth):
        instance = [instance]
    assert [each.pointer for each in schema.findings(instance)] == ["/0" * depth]


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        ({"$ref": "#/nope"}, "#/nope"),
        ({"$ref": "#anchor"}, "#anchor"),
        ({"properties": {"a": {"items": {"$ref": "other.json#/x"}}}}, "other.json#/x"),
        ({"$id": "https://example.test/x", "$ref": "person#/$defs/nope"}, "person#/$defs/nope"),
        ({"$ref": "https://example.test/dangling"}, "elsewhere"),
        ({"$ref": "http://127.0.0.1:9/schema.json"}, "http://127.0.0.1:9/schema.json"),
        ({"$ref": Path(__file__).as_uri()}, Path(__file__).as_uri()),
    ],
)
def test_references_to_nowhere(document: Any, reference: str) -> None:
    """A `$ref` that does not resolve is named when the schema is built; neither network nor disk is asked."""
    dangling: dict[str, Any] = {"$id": "https://example.test/dangling", "items": {"$ref": "elsewhere"}}
    resources = RESOURCES if reference != "elsewhere" else {dangling["$id"]: dangling}
    with pytest.raises(SchemaError) as caught:
        Schema(document, resources=resources)
    assert f'"{reference}" cannot be resolved' in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"properties": {"a": {"type": "stirng"}}}, "at /properties/a/type"),
        ({"minLength": -1}, "at /minLength"),
        ({"pattern": "("}, "at /pattern"),
        ({"$ref": 5}, "at /$ref"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "$schema"),
    ],
)
def test_schemas_that_are_none(document: Any, reason: str) -> None:
    """What is not JSON Schema 2020-12 is refused when the schema is built, with the place."""
    with pytest.raises(SchemaError) as caught:
        Schema(document)
    assert reason in str(caught.value)


def test_a_property_may_be_called_ref() -> None:
    """`$ref` is a reference where a schema stands, and only there."""
    schema = Schema({"properties": {"$ref": {"type": "string"}}, "const": {"$ref": "#/nope"}})
    assert findings(schema, {"$ref": "#/nope"}) == []


def test_one_function_takes_documents_too() -> None:
    """`findings` takes a Schema or a document, and both say the same."""
    assert findings({"type": "null"}, 1) == findings(Schema({"type": "null"}), 1) != []
    assert findings({}, 1) == []


def test_findings_are_values() -> None:
    """A finding can be a key, is not changed, and changing what it expected does not change the schema."""
    schema = Schema({"enum": [1, 2]})
    (found,) = schema.findings(3)
    assert len({found, *schema.findings(3)}) == 1
    with pytest.raises(AttributeError):
        found.pointer = "/x"  # type: ignore[misc]
    assert isinstance(found.expected, list)
    found.expected.append(3)
    assert schema.findings(3) != [found]
    assert len(schema.findings(3)) == 1


def test_neither_schema_nor_instance_is_changed() -> None:
    """Judging reads only."""
    for _, document, instance in CASES:
        before = copy.deepcopy((document, instance, CASE_RESOURCES))
        for _, mutant in iter_mutants(instance):
            compiled(document).findings(mutant)
        assert (document, instance, CASE_RESOURCES) == before


def test_jsonschema_is_imported_only_to_explain() -> None:
    """Deciding, and finding nothing in what fits, costs no import of jsonschema."""
    program = """
import sys
from jumun_contracts.schema.validation import Schema
schema = Schema({"$ref": "https://example.test/a"}, resources={"https://example.test/a": {"type": "null"}})
assert schema.findings(None) == [] and not schema.is_valid(1)
assert not {"jsonschema", "referencing"} & set(sys.modules)
assert schema.findings(1)
assert "jsonschema" in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


def test_mutants_are_deterministic_and_differ() -> None:
    """The same mutants each time, each described, none equal to the instance, which stays as it was."""
    instance: JsonValue = {"a/b": [1, "x", None], "c": {"d": True, "e": 1.5}}
    before = copy.deepcopy(instance)
    mutants = list(iter_mutants(instance))
    assert mutants == list(iter_mutants(instance))
    assert instance == before
    assert all(json.dumps(mutant) != json.dumps(instance) for _, mutant in mutants)
    descriptions = {damage for damage, _ in mutants}
    assert {
        "drop /c",
        "drop /a~1b/0",
        f"add {UNKNOWN_KEY} to /c",
        "negate /c/d",
        "empty /a~1b",
    } <= descriptions
    assert {"replace /a~1b/0 by 1.0", "replace /c/e by null", "replace the root by []"} <= descriptions


def schema_of(value: JsonValue) -> dict[str, Any]:
    """A closed schema that just fits the value: types, names, and the shape of items by the first."""
    if isinstance(value, dict):
        properties = {key: schema_of(each) for key, each in value.items()}
        return {
            "type": "object",
            "required": list(value),
            "properties": properties,
            "additionalProperties": False,
        }
    if isinstance(value, list):
        return {"type": "array", "prefixItems": [schema_of(each) for each in value] or [True]}
    types: dict[type, dict[str, Any]] = {
        str: {"type": "string", "maxLength": 2000},
        bool: {"type": "boolean"},
        int: {"type": "integer", "multipleOf": 1},
        float: {"type": "number"},
    }
    return types.get(type(value), {"type": "null"})


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference payloads are not on this machine")
def test_engines_agree_on_reference_payloads() -> None:
    """Recorded payloads fit the schema read off them, and the engines agree on 250 mutants of each."""
    files = sorted(REFERENCE.glob("*_payloads/*.json"))
    assert files
    for file in files:
        instance = parse_json(file.read_bytes())
        schema = Schema(schema_of(instance))
        assert findings(schema, instance) == [], file.name
        mutants = list(iter_mutants(instance))
        for damage, mutant in mutants[:: len(mutants) // 250 + 1]:
            decided, explained = engine_pairs(schema, mutant)
            assert decided == explained, (file.name, damage)
