"""What a schema allows at each place of a body, as a tree: names, known values, marks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jumun_contracts.schema.pointers import render_pointer, unescape_key
from jumun_contracts.schema.references import References

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

ANY = "*"
"""In a pattern, any index, and any key that the schema does not name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One place of a body, as all schemas that apply to it describe it together.

    A schema that refers to itself is followed once: below that, nothing is known.

    Attributes:
        pattern: e.g. `/list/*/status`.
        properties: By name.
        others: Of properties by any other name, where the schema describes such; None where it does not.
        items: Of an array's items, None where the schema does not describe them.
        members: Known values, `x-known-values`, `enum` and `const`, by `value_key`.
        deprecated: Whether the schema says so.
        holds_deprecated: Whether it is, or anything below is.
        masked: Whether recorders mask it (`x-pii`, `x-secret`).
        schemas: All that apply to it, those that refer to others first.
    """

    pattern: str
    properties: Mapping[str, Shape]
    others: Shape | None
    items: Shape | None
    members: Mapping[object, JsonValue]
    deprecated: bool
    holds_deprecated: bool
    masked: bool
    schemas: tuple[Mapping[str, Any], ...]


@lru_cache(maxsize=512)
def read_shape(schema: Schema) -> Shape:
    """The shape of the bodies that `schema` describes, made once."""
    return _shape(References(schema), [(schema.document, "")], "", frozenset())


def iter_deprecated(shape: Shape, value: JsonValue, pointer: str = "") -> Iterator[tuple[str, Shape]]:
    """Each deprecated property that is present: RFC 6901 pointer and shape. Keys the schema does not name are `*`."""
    if not shape.holds_deprecated:
        return
    if shape.deprecated:
        yield pointer, shape
    if isinstance(value, list) and shape.items:
        for index, item in enumerate(value):
            yield from iter_deprecated(shape.items, item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in shape.properties:
                yield from iter_deprecated(shape.properties[key], item, pointer + render_pointer([key]))
            elif shape.others:
                yield from iter_deprecated(shape.others, item, f"{pointer}/{ANY}")


def shape_at(shape: Shape, pattern: str) -> tuple[Shape, ...]:
    """The shapes on the way from the body to a place in it, the body first; those that the schema knows."""
    found, here = [shape], shape
    for step in pattern.split("/")[1:]:
        below = here.properties.get(unescape_key(step)) or (here.items if step == ANY else None) or here.others
        if below is None:
            break
        found.append(here := below)
    return tuple(found)


def count_named(shape: Shape, value: JsonValue) -> int:
    """How many keys of a body the shape names, however deep. Items of an array are alike: the first one counts."""
    if isinstance(value, list):
        return count_named(shape.items, value[0]) if value and shape.items else 0
    if not isinstance(value, dict):
        return 0
    below = ((shape.properties.get(key) or shape.others, item) for key, item in value.items())
    return sum(1 + count_named(each, item) for each, item in below if each)


def _shape(references: References, schemas: list[tuple[Any, str]], pattern: str, above: frozenset[int]) -> Shape:
    speaking = [each for schema, base in schemas for each in references.iter_speaking(schema, base)]
    speaking = [(schema, base) for schema, base in speaking if id(schema) not in above]
    above |= {id(schema) for schema, _ in speaking}

    def below(keyword: str) -> list[tuple[Any, str]]:
        return [(schema[keyword], base) for schema, base in speaking if isinstance(schema.get(keyword), dict)]

    def child(schemas: list[tuple[Any, str]], step: str) -> Shape | None:
        return _shape(references, schemas, pattern + step, above) if schemas else None

    names = dict.fromkeys(name for schema, _ in speaking for name in schema.get("properties", ()))
    properties = {
        name: shape for name in names if (shape := child(_named(speaking, name), render_pointer([name]))) is not None
    }
    others = child(below("additionalProperties"), f"/{ANY}")
    tuples = [(each, base) for schema, base in speaking for each in schema.get("prefixItems", ())]
    items = child(below("items") + tuples, f"/{ANY}")
    deprecated = any(schema.get("deprecated") is True for schema, _ in speaking)
    return Shape(
        pattern=pattern,
        properties=properties,
        others=others,
        items=items,
        members=_members(schema for schema, _ in speaking),
        deprecated=deprecated,
        holds_deprecated=deprecated or any(s.holds_deprecated for s in (*properties.values(), others, items) if s),
        masked=any("x-pii" in schema or schema.get("x-secret") is True for schema, _ in speaking),
        schemas=tuple(schema for schema, _ in speaking),
    )


def _named(speaking: list[tuple[dict[str, Any], str]], name: str) -> list[tuple[Any, str]]:
    """What the schemas say of the property `name`; nothing where it may not be there."""
    found = [(schema["properties"][name], base) for schema, base in speaking if name in schema.get("properties", ())]
    return [({} if each is True else each, base) for each, base in found if each is not False]


def _members(schemas: Iterator[dict[str, Any]]) -> dict[object, JsonValue]:
    found: dict[object, JsonValue] = {}
    for schema in schemas:
        known = [each["value"] for each in schema.get("x-known-values", ())]
        known += schema.get("enum", ())
        known += [schema["const"]] if "const" in schema else []
        for each in known:
            found.setdefault(value_key(each), each)
    return found


def value_key(value: JsonValue) -> object:
    """Equal for values that are equal as JSON has it: 1 is 1.0 and is not true. Arrays and objects are texts."""
    if isinstance(value, list | dict):
        return "json", json.dumps(value, sort_keys=True)
    return (bool, value) if isinstance(value, bool) else value
