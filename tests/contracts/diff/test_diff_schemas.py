"""What one schema lets through that another does not: proved by values, and never against jsonschema-rs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jumun_contracts.diff.patterns import is_widened
from jumun_contracts.diff.place import Place
from jumun_contracts.diff.proofs import Bodies
from jumun_contracts.diff.schemas import Search
from jumun_contracts.diff.shared import Owner

if TYPE_CHECKING:
    from jumun_contracts.diff.gap import Gap

SETTINGS = settings(max_examples=100, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None)
NAMES = ("a", "b", "c")
PATTERNS = ("^[0-9]{3,5}$(?!\\n)", "^[0-9]{4}$(?!\\n)", "^[A-Z][a-z]*$(?!\\n)", "^(GW|AB)\\.[0-9]+$(?!\\n)")


def find_gaps(wide: Place, narrow: Place) -> list[Gap]:
    """What `wide` lets through and `narrow` does not, of no one's body in particular."""
    return Search(Bodies([wide]), Bodies([narrow])).find_gaps(wide, narrow, owner=Owner())


def gaps(wide: Any, narrow: Any) -> list[Gap]:
    """What `wide` lets through and `narrow` does not."""
    return find_gaps(Place((wide,), {}), Place((narrow,), {}))


def proved(found: list[Gap]) -> set[tuple[str, str]]:
    """Place and keyword of those that have a proof."""
    return {(gap.place, gap.keyword) for gap in found if gap.strength == "proved"}


def closed(schema: Any) -> Any:
    """What a sender who keeps to what is described may send: objects that describe properties have no others."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: value if key in ("enum", "const") else closed(value) for key, value in schema.items()}
    if ("properties" in schema or "required" in schema) and "additionalProperties" not in schema:
        missing: dict[str, Any] = {
            name: {} for name in schema.get("required", ()) if name not in schema.get("properties", {})
        }
        copy |= {"properties": {**copy.get("properties", {}), **missing}, "additionalProperties": False}
    return copy


def containment(narrow: Any, wide: Any) -> str:
    """`yes`, `no` or `unknown`: whether `narrow` takes all that `wide` does, as jsonschema-rs proves it."""
    sides = [
        jsonschema_rs.canonicalize(each, draft=jsonschema_rs.Draft202012, validate_formats=True)
        for each in (narrow, wide)
    ]
    return str(sides[0].covers(sides[1]).value)


counts = st.integers(0, 4)
integers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number", ["integer", "null"]])},
    optional={"minimum": st.integers(-5, 0), "maximum": st.integers(1, 9)},
)
texts = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", ["string", "null"]])},
    optional={"minLength": counts, "maxLength": st.integers(5, 9)},
)
patterned = st.fixed_dictionaries({"type": st.just("string"), "pattern": st.sampled_from(PATTERNS)})
dated = st.fixed_dictionaries({"type": st.just("string"), "format": st.sampled_from(["date", "date-time"])})
listed = st.fixed_dictionaries(
    {"enum": st.lists(st.sampled_from(["x", "y", "z", 0, 1, None]), min_size=1, unique=True)}
)
constant = st.fixed_dictionaries({"const": st.sampled_from(["x", 1, False])})
known = st.just({"type": "string", "x-known-values": [{"value": "x", "label": "x"}]})
leaves = st.one_of(integers, texts, patterned, dated, listed, constant, known, st.just({"type": "boolean"}))


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects and arrays of `inner`."""
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1)},
        optional={
            "required": st.lists(st.sampled_from(NAMES), unique=True),
            "additionalProperties": st.just(False),  # noqa: FBT003 - the keyword's value
        },
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(0, 1), "maxItems": st.integers(2, 4)},
    )
    return st.one_of(objects, arrays)


schemas = st.recursive(leaves, compound, max_leaves=6)


@st.composite
def edited(draw: st.DrawFn, schema: Any) -> Any:
    """`schema` with one place changed: a keyword taken away, or a part replaced by another schema."""
    if not schema or draw(st.integers(0, 3)) == 0:
        return draw(leaves)
    key = draw(st.sampled_from(sorted(schema)))
    if key == "properties" and schema[key]:
        name = draw(st.sampled_from(sorted(schema[key])))
        return {**schema, key: {**schema[key], name: draw(edited(schema[key][name]))}}
    if key == "items":
        return {**schema, key: draw(edited(schema[key]))}
    return {each: value for each, value in schema.items() if each != key}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """A schema, and itself after one to three edits or another one."""
    old = draw(schemas)
    if draw(st.integers(0, 4)) == 0:
        return old, draw(schemas)
    new = old
    for _ in range(draw(st.integers(1, 3))):
        new = draw(edited(new))
    return old, new


@SETTINGS
@given(schemas)
def test_equal_schemas_have_no_gap(schema: Any) -> None:
    """A schema lets nothing through that it refuses, also when it is written in other words."""
    assert gaps(schema, schema) == []
    assert gaps({"allOf": [schema]}, schema) == []
    assert gaps(schema, {"allOf": [True, schema]}) == []


@SETTINGS
@given(pairs())
def test_each_proof_is_one(pair: tuple[Any, Any]) -> None:
    """jsonschema, which did not make it, takes each proof by the wide schema and refuses it by the narrow one."""
    wide, narrow = pair
    for gap in gaps(wide, narrow):
        if gap.strength == "proved":
            takes, refuses = (
                Draft202012Validator(each, format_checker=Draft202012Validator.FORMAT_CHECKER) for each in pair
            )
            assert takes.is_valid(gap.instance), (wide, gap)
            assert not refuses.is_valid(gap.instance), (narrow, gap)


@SETTINGS
@given(pairs())
def test_never_against_jsonschema_rs(pair: tuple[Any, Any]) -> None:
    """Where jsonschema-rs is sure whether one covers the other, there is a proof exactly if it does not."""
    wide, narrow = pair
    found = gaps(wide, narrow)
    answer = containment(narrow, closed(wide))
    if answer == "yes":
        assert not proved(found), found
    if answer == "no":
        assert proved(found), (wide, narrow)
    if proved(found):
        assert containment(narrow, wide) != "yes"


@SETTINGS
@given(pairs())
def test_nothing_stays_open(pair: tuple[Any, Any]) -> None:
    """Within the keywords that contracts use, each difference is proved or is none; only a pattern may stay open."""
    assert [gap for gap in gaps(*pair) if gap.strength == "unproved" and gap.keyword != "pattern"] == []


def test_a_pattern_stays_open() -> None:
    """Where it is not plain from the writing, whether a pattern takes all that another does stays open: no silence."""
    (gap,) = gaps({"type": "string", "pattern": "^(ab|a)c?$"}, {"type": "string", "pattern": "^ab?c?$"})
    assert (gap.strength, gap.keyword, gap.instance) == ("unproved", "pattern", None)


WIDENED = [
    ("^[0-9]{4}$(?!\\n)", "^[0-9]{3,5}$(?!\\n)"),
    ("^[0-9]{3,5}$", "^[0-9]{3,}$"),
    ("^[a-f]+$", "^[a-z]*$"),
    ("^[a-cd-f_]$", "^[a-f_0-9]$"),
    ("^x[0-9]$", "^x[0-9]{1,3}$"),
    ("^(GW|AB)[.]$", "^(GW|AB|CD)[.]$"),
    ("^(?:GW|AB)$", "^(?:[A-Z]W|AB|x)$"),
    ("^GW$", "^GW$|^AB$"),
    ("^a.\\d$", "^a.\\d$"),
]


@pytest.mark.parametrize(("old", "new"), WIDENED)
def test_a_pattern_that_lets_more_in(old: str, new: str) -> None:
    """Larger counts, more members, more alternatives: the new pattern refuses nothing, the old one provably does."""
    wide, narrow = ({"type": "string", "pattern": each} for each in (old, new))
    assert gaps(wide, narrow) == []
    assert {gap.strength for gap in gaps(narrow, wide)} == ({"proved"} if old != new else set())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *((new, old) for old, new in WIDENED if old != new),
        ("^[^a]$", "^[^ab]$"),
        ("^a$", "^a$(?!\\n)"),
        ("^(a|b)\\1$", "^(a|b|c)\\1$"),
        ("(?i)^a$", "^a$"),
        ("^a$", "^[b-z]$"),
        ("^ab$", "^a$"),
        ("^[\\d]$", "^[0-9]$"),
        ("(", "("),
    ],
)
def test_a_pattern_that_may_let_less_in(old: str, new: str) -> None:
    """What narrows, or what the schemas alone do not show, is not called widened."""
    assert not is_widened(old, new)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ({"type": ["string", "null"]}, {"type": "string"}, {("", "type")}),
        ({"type": "number"}, {"type": "integer"}, {("", "type")}),
        ({}, {"type": "integer"}, {("", "type")}),
        (True, False, {("", "not")}),
        ({"enum": [0, 1, 5]}, {"enum": [0, 1]}, {("", "enum")}),
        ({"type": "string"}, {"enum": ["x"]}, {("", "enum")}),
        ({"enum": ["x"]}, {"const": "x"}, set()),
        ({"const": True}, {"const": 1}, {("", "const")}),
        ({"type": "string"}, {"type": "string", "pattern": "^[0-9]+$(?!\\n)"}, {("", "pattern")}),
        (
            {"type": "string", "pattern": "^[0-9]{13,20}$(?!\\n)"},
            {"type": "string", "pattern": "^[0-9]{13,16}$(?!\\n)"},
            {("", "pattern")},
        ),
        ({"type": "string"}, {"type": "string", "format": "date-time"}, {("", "format")}),
        ({"type": "string"}, {"type": "string", "format": "email"}, set()),
        ({"type": "string"}, {"type": "string", "minLength": 1}, {("", "minLength")}),
        ({"type": "string"}, {"type": "string", "maxLength": 300}, {("", "maxLength")}),
        ({"type": "integer"}, {"type": "integer", "minimum": 400}, {("", "minimum")}),
        ({"type": "integer"}, {"type": "integer", "maximum": 10800}, {("", "maximum")}),
        ({"type": "number"}, {"type": "number", "exclusiveMinimum": 3}, {("", "exclusiveMinimum")}),
        ({"type": "number"}, {"type": "number", "exclusiveMaximum": 3}, {("", "exclusiveMaximum")}),
        ({"type": "integer"}, {"type": "integer", "multipleOf": 10}, {("", "multipleOf")}),
        ({"type": "array"}, {"type": "array", "minItems": 1}, {("", "minItems")}),
        ({"type": "array"}, {"type": "array", "maxItems": 50}, {("", "maxItems")}),
        ({"type": "array"}, {"type": "array", "uniqueItems": True}, {("", "uniqueItems")}),
        ({"type": "array"}, {"type": "array", "items": {"type": "string"}}, {("/*", "type")}),
        ({"type": "array"}, {"type": "array", "contains": {"const": 7}}, {("", "contains")}),
        ({"type": "object"}, {"type": "object", "required": ["a"]}, {("/a", "required")}),
        ({"type": "object"}, {"type": "object", "properties": {"a": {"type": "string"}}}, {("/a", "type")}),
        ({"type": "object"}, {"type": "object", "additionalProperties": {"type": "string"}}, {("/*", "type")}),
        ({"type": "object"}, {"type": "object", "maxProperties": 2}, {("", "maxProperties")}),
        ({"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 3}}, {("", "propertyNames")}),
        (
            {"type": "object", "properties": {"a": {}, "b": {}}},
            {"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
            {("", "dependentRequired")},
        ),
        ({"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"b": {"const": 1}}}, set()),
        (
            {"type": "object", "properties": {"a": {}}},
            {"properties": {}, "additionalProperties": False},
            {("/a", "not")},
        ),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}, set()),
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, set()),
        ({"anyOf": [{"type": "string"}, {"const": 1}]}, {"anyOf": [{"type": "string"}]}, {("", "anyOf")}),
        ({"type": "integer"}, {"oneOf": [{"minimum": 5}, {"maximum": 7}]}, {("", "oneOf")}),
        (
            {"type": "object", "properties": {"k": {"enum": ["x", "y"]}, "v": {"type": "string"}}, "required": ["k"]},
            {"if": {"properties": {"k": {"const": "y"}}}, "then": {"required": ["v"]}},
            {("", "if")},
        ),
        ({"allOf": [{"type": "integer"}, {"minimum": 0}]}, {"type": "integer", "minimum": 0}, set()),
    ],
)
def test_keyword(wide: Any, narrow: Any, expected: set[tuple[str, str]]) -> None:
    """Each keyword that refuses something is named at its place with a proof, and none that refuses nothing."""
    found = gaps(wide, narrow)
    assert proved(found) == expected
    assert "unproved" not in {gap.strength for gap in found}
    for gap in found:
        if gap.strength == "proved":
            assert Draft202012Validator(wide).is_valid(gap.instance)


def test_what_only_the_strict_twin_refuses() -> None:
    """A property or known value that the narrow side does not name is not a proof of anything, and is reported."""
    narrow = {"properties": {"s": {"type": "integer", "x-known-values": [{"value": 1}]}}}
    wide = {"properties": {"s": {"type": "integer", "x-known-values": [{"value": 1}, {"value": 2}]}, "new": {}}}
    found = {(gap.strength, gap.place, gap.keyword) for gap in gaps(wide, narrow)}
    assert found == {("strict", "/new", "properties"), ("strict", "/s", "x-known-values")}
    assert gaps(narrow, wide) == []


def test_a_schema_that_refers_to_itself() -> None:
    """A tree is walked once, and a change within it is found at its first place."""

    def tree(kind: str) -> Place:
        node = {
            "type": "object",
            "properties": {"value": {"type": kind}, "children": {"type": "array", "items": {"$ref": "#/tree"}}},
        }
        return Place(({"$ref": "#/tree"},), {"#/tree": node})

    assert find_gaps(tree("string"), tree("string")) == []
    assert ("/value", "type") in proved(find_gaps(tree("string"), tree("integer")))


def test_a_list_that_refers_to_itself_through_alternatives() -> None:
    """A chain whose next may be null ends, beside one whose next may not."""
    plain = {"type": "object", "properties": {"next": {"$ref": "#/node"}, "value": {"type": "string"}}}
    wide = Place(
        ({"$ref": "#/node"},), {"#/node": {"anyOf": [plain, {**plain, "required": ["value"]}, {"type": "null"}]}}
    )
    narrow = Place(({"$ref": "#/node"},), {"#/node": plain})
    assert ("", "type") in proved(find_gaps(wide, narrow))
    assert not proved(find_gaps(narrow, wide))


def test_the_same_proofs_each_time() -> None:
    """Nothing is drawn by chance: a comparison can be compared."""
    wide = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^[a-z]{2,9}$(?!\\n)"}}}
    narrow = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^[a-m]{2,5}$(?!\\n)"}}}
    assert repr(gaps(wide, narrow)) == repr(gaps(wide, narrow))
    assert proved(gaps(wide, narrow)) == {("/a", "pattern")}
