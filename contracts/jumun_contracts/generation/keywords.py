"""The keywords that values can be generated for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.generation.errors import UnsupportedError
from jumun_contracts.generation.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_contracts.generation.subschema import Place

OPPOSITES: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "minimum": lambda value: {"type": "number", "exclusiveMaximum": value},
    "maximum": lambda value: {"type": "number", "exclusiveMinimum": value},
    "exclusiveMinimum": lambda value: {"type": "number", "maximum": value},
    "exclusiveMaximum": lambda value: {"type": "number", "minimum": value},
    "multipleOf": lambda value: {"type": "number", "not": {"multipleOf": value}},
    "minLength": lambda value: {"type": "string", "maxLength": max(value - 1, 0), "not": {"minLength": value}},
    "maxLength": lambda value: {"type": "string", "minLength": value + 1},
    "pattern": lambda value: {"type": "string", "not": {"pattern": value}},
    "format": lambda value: {"type": "string", "not": {"format": value}},
    "type": lambda value: {"not": {"type": value}},
    "const": lambda value: {"not": {"const": value}},
    "enum": lambda value: {"not": {"enum": value}},
}
"""What the opposite of each keyword says that speaks about the value itself, not about what is in it.

Bounds become bounds, and types are named, so that little is drawn in vain.
"""

OWN = frozenset(OPPOSITES)
"""Those keywords."""

LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""They hold several schemas."""

SINGLE = frozenset({"additionalProperties", "propertyNames", "items", "not", "if", "then", "else"})
"""They hold one schema."""

SAYS_NOTHING = frozenset({"$schema", "$id", "title", "description", "default", "deprecated"})
"""No value is refused for them."""

_OTHERS = frozenset({"$ref", "$defs", "properties", "required", "minItems", "maxItems", "uniqueItems"})
KNOWN_KEYWORDS = OWN | LISTS | SINGLE | SAYS_NOTHING | _OTHERS
"""All that is understood, beside `x-…`."""

_FORMATS = ("date", "date-time")


def check_keywords(place: Place) -> None:
    """Refuse what is not understood at `place` itself.

    Raises:
        UnsupportedError: A keyword, format or pattern.
    """
    schema = place.schema
    if isinstance(schema, bool):
        return
    where = f"{place.base}#{place.pointer}"
    if unknown := sorted(key for key in schema if key not in KNOWN_KEYWORDS and not key.startswith("x-")):
        raise UnsupportedError(f"{where}/{unknown[0]}: values cannot be generated for the keyword {unknown[0]!r}")
    if schema.get("format", "date") not in _FORMATS:
        raise UnsupportedError(f"{where}/format: {schema['format']!r} is not one of {', '.join(_FORMATS)}")
    if schema.get("multipleOf", 1) % 1:
        raise UnsupportedError(f"{where}/multipleOf: {schema['multipleOf']} is not whole")
    if "pattern" in schema:
        try:
            Pattern(schema["pattern"]).read()
        except UnsupportedError as error:
            raise UnsupportedError(f"{where}/pattern: {error}") from None
