"""Pairs of schemas in all words of the dialect, and small values of every form to tell them apart."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "x1", "z")
SCALARS: tuple[Any, ...] = (None, True, 0, 1, 2, 4, -1, 0.5, "", "a", "b", "x1", "aaaa", "2023-01-16")
_DEFINITIONS = ("#/components/schemas/first", "#/components/schemas/second")


_FIRST_TEXT = {"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": False}
_A_ONLY = {"type": "object", "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": False}
_X_ONLY = {"type": "object", "patternProperties": {"^x": {"type": "string"}}, "additionalProperties": False}
_OF_INTEGERS = {"type": "array", "contains": {"type": "integer"}}
INTERACTIONS: tuple[tuple[Any, Any, Any], ...] = (
    (_OF_INTEGERS, {**_OF_INTEGERS, "minContains": 0}, []),
    ({**_OF_INTEGERS, "maxContains": 1}, {**_OF_INTEGERS, "maxContains": 2}, [1, 2]),
    (_FIRST_TEXT, {**_FIRST_TEXT, "contains": {"type": "integer"}}, ["a", 1]),
    (_FIRST_TEXT, {**_FIRST_TEXT, "contains": {"type": "integer"}, "minContains": 0}, ["a", 1]),
    (_FIRST_TEXT, {**_FIRST_TEXT, "allOf": [{"prefixItems": [True, {"type": "integer"}]}]}, ["a", 1]),
    (_A_ONLY, {**_A_ONLY, "allOf": [{"patternProperties": {"^x": {"type": "string"}}}]}, {"x1": "s"}),
    (_A_ONLY, {**_A_ONLY, "allOf": [{"additionalProperties": {"type": "integer"}}]}, {"z": 2}),
    (_A_ONLY, {**_A_ONLY, "if": {"patternProperties": {"^x": True}}}, {"x1": "s"}),
    (_A_ONLY, {**_A_ONLY, "dependentSchemas": {"a": {"properties": {"b": True}}}}, {"a": 1, "b": 2}),
    (_A_ONLY, {**_A_ONLY, "anyOf": [{"properties": {"b": {"type": "string"}}}, {"required": ["a"]}]}, {"b": "s"}),
    (_X_ONLY, {**_X_ONLY, "properties": {"b": {"type": "string"}}}, {"b": "s"}),
    (_X_ONLY, {**_X_ONLY, "patternProperties": {"^x": {"type": "string"}, "^y": True}}, {"y": "s"}),
)
"""Old and new schema and a value that only the new one takes, for what a keyword beside it took back."""


def _values() -> tuple[Any, ...]:
    """All small arrays and objects over few scalars, and some of these within others."""
    few: tuple[Any, ...] = (1, "a", None, 4)
    arrays = [list(each) for count in range(4) for each in itertools.product(few, repeat=count)]
    absent = object()
    objects = [
        {name: value for name, value in zip(NAMES, each, strict=True) if value is not absent}
        for each in itertools.product((absent, *few[:3]), repeat=len(NAMES))
    ]
    inner = [*arrays[:21], *objects[:60], *SCALARS]
    deep = [
        each for value in inner for each in ({"a": value}, {"x1": value}, {"a": 1, "z": value}, [value], [1, value])
    ]
    return (*SCALARS, *arrays, *objects, *deep)


VALUES = _values()

_counts = st.integers(0, 3)
_numbers = st.sampled_from([0, 1, 2, 0.5, 3])
_names = st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=2)
_texts: dict[str, st.SearchStrategy[Any]] = {
    "pattern": st.sampled_from(["^a", "^[a-z]*$(?!\\n)", "1"]),
    "format": st.sampled_from(["date", "email"]),
    "minLength": _counts,
    "maxLength": _counts,
}
_figures: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _numbers),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
}
_anything: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(
        ["object", "array", "string", "integer", "number", ["object", "null"], ["array", "string"], "null"]
    ),
    "enum": st.lists(st.sampled_from([*SCALARS, [], {}]), min_size=1, max_size=4, unique_by=repr),
    "const": st.sampled_from([*SCALARS, [1], {"a": 1}]),
    "x-known-values": st.just([{"value": "a", "label": "a"}]),
    "$ref": st.sampled_from(_DEFINITIONS),
}


def _words(inner: st.SearchStrategy[Any]) -> list[dict[str, st.SearchStrategy[Any]]]:
    """Keywords with their values, by what they are about."""
    some = st.lists(inner, min_size=1, max_size=2)
    lists: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(("minItems", "maxItems", "minContains", "maxContains"), _counts),
        **dict.fromkeys(("items", "contains", "unevaluatedItems"), inner),
        "prefixItems": some,
        "uniqueItems": st.just(value=True),
    }
    objects: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(("minProperties", "maxProperties"), _counts),
        **dict.fromkeys(("additionalProperties", "unevaluatedProperties"), inner),
        "required": _names,
        "properties": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3),
        "patternProperties": st.dictionaries(st.sampled_from(["^x", "^[ab]$", "1"]), inner, min_size=1, max_size=2),
        "propertyNames": st.one_of(inner, st.just({"maxLength": 1}), st.just({"pattern": "^x"})),
        "dependentRequired": st.dictionaries(st.sampled_from(NAMES), _names, min_size=1, max_size=1),
        "dependentSchemas": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=1),
    }
    combined: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(("not", "if", "then", "else"), inner),
        **dict.fromkeys(("anyOf", "oneOf", "allOf"), some),
    }
    # The words whose meaning depends on others come often, and together.
    return [lists, objects, combined, {**lists, **combined}, {**objects, **combined}, _texts, _figures, _anything]


@st.composite
def _schema(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> Any:
    words = draw(st.sampled_from(_words(inner)))
    chosen = draw(st.lists(st.sampled_from(sorted(words)), unique=True, min_size=1, max_size=4))
    result = {word: draw(words[word]) for word in chosen}
    if draw(st.booleans()) and not result.keys() & {"type", "$ref", "enum", "const"}:
        kinds = {"prefixItems", "items", "contains", "unevaluatedItems"}
        result["type"] = "array" if result.keys() & kinds else "object"
    return result


_leaves = st.one_of(
    st.booleans(),
    st.fixed_dictionaries({"type": st.sampled_from(["string", "integer", "null"])}),
    st.fixed_dictionaries({"const": st.sampled_from(SCALARS)}),
    st.fixed_dictionaries({}, optional={**_texts}),
    st.fixed_dictionaries({}, optional={**_figures}),
    st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from(NAMES), st.just({}), min_size=1)}),
    st.fixed_dictionaries({"patternProperties": st.just({"^x": True})}),
    st.fixed_dictionaries({"$ref": st.sampled_from(_DEFINITIONS)}),
)
_small = _schema(_leaves)

# Few words, each of which says something about the same keys or items: what one does depends on the others.
_plain = st.sampled_from([True, False, {"type": "integer"}, {"type": "string"}, {"$ref": _DEFINITIONS[0]}])
_of_keys: dict[str, st.SearchStrategy[Any]] = {
    "properties": st.dictionaries(st.sampled_from(NAMES[:3]), _plain, min_size=1, max_size=2),
    "patternProperties": st.dictionaries(st.sampled_from(["^x", "1"]), _plain, min_size=1, max_size=2),
    "additionalProperties": _plain,
    "unevaluatedProperties": _plain,
}
_of_items: dict[str, st.SearchStrategy[Any]] = {
    "prefixItems": st.lists(_plain, min_size=1, max_size=2),
    "items": _plain,
    "contains": _plain,
    "minContains": st.integers(0, 2),
    "maxContains": st.integers(0, 2),
    "unevaluatedItems": _plain,
}


def _dense(words: dict[str, st.SearchStrategy[Any]], kind: str) -> st.SearchStrategy[Any]:
    """Some of the words, and some again within what holds for the same value."""
    beside = st.fixed_dictionaries({}, optional=words)
    alternatives = st.lists(st.one_of(beside, st.just({"type": kind})), min_size=1, max_size=2)
    groups: list[dict[str, st.SearchStrategy[Any]]] = [
        {},
        dict.fromkeys(("allOf", "anyOf", "oneOf"), alternatives),
        dict.fromkeys(("if", "then", "else"), beside),
        {"dependentSchemas": st.dictionaries(st.sampled_from(NAMES), beside, min_size=1, max_size=1)},
    ]
    return st.one_of(
        *(st.fixed_dictionaries({"type": st.just(kind)}, optional={**words, **more}) for more in groups),
    )


_closely = st.one_of(_dense(_of_keys, "object"), _dense(_of_items, "array"))
SCHEMAS = st.one_of(_closely, _closely, _schema(st.one_of(_leaves, _small)))


_ALL_WORDS = {word: each for group in _words(_leaves) for word, each in group.items()} | _of_keys | _of_items


def _fitting(schema: dict[str, Any]) -> list[str]:
    """Keywords to add: mostly about what the schema describes already."""
    groups = [[*words, "allOf", "anyOf", "if", "dependentSchemas"] for words in (_of_keys, _of_items)]
    close = [word for group in groups if schema.keys() & set(group) for word in group]
    return close or sorted(_ALL_WORDS)


@st.composite
def _edited(draw: st.DrawFn, schema: Any) -> Any:
    """The schema with one thing changed, somewhere within it."""
    if not isinstance(schema, dict) or not schema:
        return draw(st.one_of(_leaves, _small))
    close = [words for words in (_of_keys, _of_items) if schema.keys() & words.keys()]
    other = draw(st.fixed_dictionaries({}, optional=close[0]) if close else st.one_of(_leaves, _small))
    key = draw(st.sampled_from(sorted(schema)))
    less = {each: value for each, value in schema.items() if each != key}
    match draw(st.sampled_from(["within", "within", "less", "more", "more", "beside", "moved", "other"])):
        case "within" if key not in ("const", "enum", "dependentRequired", "x-known-values"):
            return {**schema, key: draw(_edited_value(key, schema[key]))}
        case "within" | "less":
            return less
        case "more":
            word = draw(st.sampled_from(_fitting(schema)))
            return {**schema, word: draw(_ALL_WORDS[word])}
        case "beside" | "moved" as change:
            rest, part = (schema, other) if change == "beside" else (less, {key: schema[key]})
            return {**rest, "allOf": [*rest.get("allOf", ()), part]}
    return other


@st.composite
def _edited_value(draw: st.DrawFn, key: str, value: Any) -> Any:
    """Of a keyword: with one of its schemas changed, or another value."""
    if key in ("properties", "patternProperties", "dependentSchemas"):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: draw(_edited(value[name]))}
    if key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], draw(_edited(value[index])), *value[index + 1 :]]
    if isinstance(value, dict | bool) and key != "uniqueItems":
        return draw(_edited(value))
    return draw(_ALL_WORDS[key])


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two OpenAPI documents whose one operation takes and sends the same; one is mostly the other, edited."""
    old = {"body": draw(SCHEMAS), "first": draw(st.one_of(_leaves, _small)), "second": draw(_leaves)}
    # No schema may refer to itself without a step into a value between: it would mean nothing.
    old |= {"first": _without_refs(old["first"]), "second": _without_refs(old["second"])}
    new = dict(old)
    for _ in range(draw(st.sampled_from([1, 1, 2]))):
        name = draw(st.sampled_from(["body", "body", "body", "first", "second"]))
        edited = draw(_edited(new[name]))
        new[name] = edited if name == "body" else _without_refs(edited)
    return document(**old), document(**new)


def _without_refs(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_refs(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _without_refs(value) for key, value in schema.items() if key != "$ref"}


def document(body: Any, first: Any = True, second: Any = True) -> dict[str, Any]:  # noqa: FBT002 - a schema
    """An OpenAPI document that takes and sends one body, and two schemas that it may refer to."""
    content = {"application/json": {"schema": body}}
    operation = {"operationId": "put", "requestBody": {"content": content}, "responses": {"200": {"content": content}}}
    schemas = {"first": first, "second": second}
    return {"openapi": "3.1.0", "paths": {"/": {"put": operation}}, "components": {"schemas": schemas}}
