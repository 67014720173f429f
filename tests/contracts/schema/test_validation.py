from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from jumun_contracts.schema import validation
from jumun_contracts.schema.engines import InstanceError, SchemaError
from jumun_contracts.schema.validation import Finding, Schema, findings
from tests.contracts.engines import ENGINES, Both
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


def double(document: Any) -> Both:
    """By both engines, with all the resources that the cases refer to."""
    return Both(document, CASE_RESOURCES)


def iter_double_mutants(instance: JsonValue) -> Iterator[JsonValue]:
    """Every mutant, and of every seventh the mutants again."""
    for number, (_, mutant) in enumerate(iter_mutants(instance)):
        yield mutant
        if number % 7 == 0:
            yield from (each for _, each in iter_mutants(mutant))


@pytest.mark.parametrize(("document", "instance"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_findings_are_sorted(document: Any, instance: JsonValue) -> None:
    """By place, keyword and expectation, whatever is wrong."""
    schema = double(document).rs
    for mutant in iter_double_mutants(instance):
        found = schema.findings(mutant)
        assert [each.message for each in found] == [each.message for each in sorted_again(found)]


def sorted_again(found: list[Finding]) -> list[Finding]:
    """The order of findings, said another way: place by place, then keyword, then expectation."""

    def key(each: Finding) -> tuple[list[tuple[int, str]], str, str]:
        steps = [(int(s), "") if s.isdigit() else (-1, unescape(s)) for s in each.pointer.split("/")[1:]]
        return steps, each.keyword, json.dumps(each.expected, sort_keys=True)

    return sorted(found, key=key)


def unescape(step: str) -> str:
    """A step of an RFC 6901 pointer as the name it stands for."""
    return step.replace("~1", "/").replace("~0", "~")


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


@pytest.mark.parametrize("whole", [1.0, -0.0, 1e20, 2**70, -(10**400)])
def test_integers_of_any_size_and_spelling(whole: float) -> None:
    """1.0 is an integer, and so is a number of four hundred digits."""
    assert findings({"type": "integer"}, whole) == []


def test_extension_keywords_are_ignored() -> None:
    """`x-…` says nothing to either engine, whatever is in it, a reference to nowhere included."""
    schema = Both({"x-pii": "name", "x-evidence": {"$ref": "#/nowhere", "type": 5}, "type": "string"})
    assert schema.findings("a") == []


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
    assert Both(document).findings(instance) == [Finding(*each) for each in expected]


def test_every_sentence_is_tested() -> None:
    """No keyword has a sentence that the table above does not show."""
    assert {each[1] for _, _, expected in EVERY_KEYWORD for each in expected} == set(validation._DEMANDS)


def test_pointers_are_escaped() -> None:
    """`~` and `/` in names are `~0` and `~1` in the pointer, in the order RFC 6901 asks for."""
    schema = Both({"additionalProperties": {"additionalProperties": {"type": "null"}}})
    assert [each.pointer for each in schema.findings({"a/b": {"~1": 1, "": 2}})] == ["/a~1b/", "/a~1b/~01"]


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
def test_no_value_in_a_finding(document: Any, instance: JsonValue) -> None:
    """A text in any string of the instance is in no field of any finding, whichever engine judges."""
    pair = double(document)
    for mutant in iter_double_mutants(instance):
        assert "canary" not in repr(pair.findings(canaries(mutant, [0])))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "instance",
    ["canary\ud800", {"a": ["canary\udfff"]}, b"canary", {1: "canary"}, {"a": {"canary"}}, [object()]],
    ids=lambda value: type(value).__name__,
)
def test_instances_that_are_not_json(instance: Any, engine: str) -> None:
    """What no parser gives is judged or is an InstanceError; in neither case a value is quoted."""
    document: Any = {"type": ["array", "object", "string"], "items": False, "additionalProperties": False}
    schema = Schema(document, engine=engine)
    try:
        said = repr(schema.findings(instance))
    except InstanceError as error:
        said = f"{error} {error!r} {error.__context__!r}"
    assert "canary" not in said


@pytest.mark.parametrize("engine", ENGINES)
def test_half_surrogate_pairs_are_named(engine: str) -> None:
    """A string that cannot be sent is an InstanceError that says what is wrong with it."""
    with pytest.raises(InstanceError, match="half a surrogate pair"):
        Schema({"type": "integer"}, engine=engine).findings("canary\ud800")


@pytest.mark.parametrize(("depth", "engine"), [(64, "jsonschema-rs"), (250, "jsonschema-rs"), (64, "jsonschema")])
def test_deep_instances(depth: int, engine: str) -> None:
    """At the depth of `parse_json`, and with jsonschema-rs well beyond it, a recursive schema gives its finding."""
    schema = Schema({"type": "array", "items": {"$ref": "#"}}, engine=engine)
    instance: JsonValue = "x"
    for _ in range(depth):
        instance = [instance]
    assert [each.pointer for each in schema.findings(instance)] == ["/0" * depth]


def test_too_deep_for_jsonschema() -> None:
    """It needs several frames a level: an InstanceError that says so, and no RecursionError."""
    schema = Schema({"type": "array", "items": {"$ref": "#"}}, engine="jsonschema")
    instance: JsonValue = "x"
    for _ in range(250):
        instance = [instance]
    with pytest.raises(InstanceError, match="nested too deep for the engine jsonschema"):
        schema.findings(instance)


@pytest.mark.parametrize("engine", ENGINES)
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
def test_references_to_nowhere(document: Any, reference: str, engine: str) -> None:
    """A `$ref` that does not resolve is named when the schema is built; neither network nor disk is asked."""
    dangling: dict[str, Any] = {"$id": "https://example.test/dangling", "items": {"$ref": "elsewhere"}}
    resources = RESOURCES if reference != "elsewhere" else {dangling["$id"]: dangling}
    with pytest.raises(SchemaError) as caught:
        Schema(document, resources=resources, engine=engine)
    assert f'"{reference}" cannot be resolved' in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("engine", ENGINES)
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
def test_schemas_that_are_none(document: Any, reason: str, engine: str) -> None:
    """What is not JSON Schema 2020-12 is refused when the schema is built, with the place."""
    with pytest.raises(SchemaError) as caught:
        Schema(document, engine=engine)
    assert reason in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_checked_is_compiled_when_it_is_asked(engine: str) -> None:
    """And what is not, at once: a mistake in it is not to show only later."""
    with pytest.raises(SchemaError):
        Schema({"type": "nothing"}, engine=engine)
    mistaken = Schema({"type": "nothing"}, engine=engine, is_checked=True)
    with pytest.raises(SchemaError):
        mistaken.is_valid(1)
    good = Schema({"type": "integer"}, engine=engine, is_checked=True)
    assert good._engine is None
    assert good.is_valid(1)
    assert not good.is_valid("1")


def test_a_property_may_be_called_ref() -> None:
    """`$ref` is a reference where a schema is expected, and only there."""
    schema = Both({"properties": {"$ref": {"type": "string"}}, "const": {"$ref": "#/nope"}})
    assert schema.findings({"$ref": "#/nope"}) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("place", ["$ref", "$id"])
def test_data_that_is_not_a_uri(place: str, engine: str) -> None:
    """What a schema says of data is not a reference, whatever its keys are called, and need not be a URI."""
    document: Any = {"$id": "https://example.test/x", "const": {place: "http://[#a"}}
    assert Schema(document, engine=engine).findings({place: "http://[#a"}) == []


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
            double(document).findings(mutant)
        assert (document, instance, CASE_RESOURCES) == before


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
