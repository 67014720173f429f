"""The strict twin of a schema: it refuses what the schema merely tolerates.

Made mechanically, so that no second schema has to be kept: objects are closed, and values of which the contract lists
the known ones (`x-known-values`) must be among them. Whatever fits the twin fits the schema.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from jumun_contracts.schema.references import References
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

# close: objects and known values; members: known values only; keep: as it is, but for what references point to.
_Mode: TypeAlias = Literal["close", "members", "keep"]

_LEFT_OUT = ("$id", "$schema", "$defs", "definitions")
_MAPS = ("properties", "patternProperties")
_VALUES = ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems")
# These apply to the same value as the schema that has them, so none of them alone knows all its properties.
_IN_PLACE = ("allOf", "anyOf", "dependentSchemas", "then", "else")
# Narrowing one of these widens the whole.
_NOT_TO_NARROW = ("if", "not", "oneOf", "contains", "propertyNames")


@lru_cache(maxsize=512)
def strict_twin(schema: Schema) -> Schema:
    """The twin, compiled once.

    An object is closed where the schema names properties and says nothing of others, in a condition or a combination
    as well: what any of its parts names is known. An `additionalProperties` of any kind is the schema's own word and
    is kept. Below the parts of a combination objects stay open, because another part may describe the same property.
    """
    return Schema(_Twin(schema).document)


def known_members(schema: Mapping[str, Any]) -> list[JsonValue]:
    """What the twin takes where the contract lists known values and leaves the list open; [] where it lists none."""
    nullable = isinstance(schema.get("type"), list) and "null" in schema["type"]
    known = schema.get("x-known-values", ())
    return [*(each["value"] for each in known), *([None] if known and nullable else ())]


class _Twin:
    """One document that refers to nothing outside: each target of a `$ref` becomes a definition for each mode."""

    def __init__(self, schema: Schema) -> None:
        self._references = References(schema)
        self._names: dict[tuple[int, _Mode], str] = {}
        self._waiting: list[tuple[str, Any, str, _Mode]] = []
        document = self._copy(schema.document, "", "close")
        definitions: dict[str, Any] = {}
        while self._waiting:
            name, target, base, mode = self._waiting.pop()
            definitions[name] = self._copy(target, base, mode)
        self.document: SchemaDocument = {**document, "$defs": definitions} if definitions else document

    def _copy(self, schema: Any, base: str, mode: _Mode) -> Any:
        if not isinstance(schema, dict):
            return schema
        base = schema.get("$id", base)
        combined = "oneOf" in schema or any(keyword in schema for keyword in _IN_PLACE)
        combined = combined or ("$ref" in schema and "properties" in schema)
        part: _Mode = "members" if combined and mode == "close" else mode
        twin: dict[str, Any] = {}
        for keyword, value in schema.items():
            if keyword in _LEFT_OUT:
                continue
            if keyword == "$ref":
                twin[keyword] = self._refer(value, base, part)
            elif keyword in _NOT_TO_NARROW:
                twin[keyword] = self._copy_any(value, base, "keep")
            elif keyword in _IN_PLACE:
                twin[keyword] = self._copy_any(value, base, part, is_map=keyword == "dependentSchemas")
            elif keyword in _MAPS:
                shared = self._names_of_parts(schema, base) if combined else set[str]()
                twin[keyword] = {
                    name: self._copy(each, base, part if name in shared else mode) for name, each in value.items()
                }
            elif keyword in _VALUES or keyword == "prefixItems":
                twin[keyword] = self._copy_any(value, base, part)
            else:
                twin[keyword] = value
        return self._narrow(twin, schema, base, mode, combined=combined)

    def _narrow(self, twin: dict[str, Any], schema: Any, base: str, mode: _Mode, *, combined: bool) -> dict[str, Any]:
        if mode != "keep" and "x-known-values" in schema and "enum" not in schema and "const" not in schema:
            twin["enum"] = known_members(schema)
        if mode != "close" or "additionalProperties" in schema or "unevaluatedProperties" in schema:
            return twin
        if not combined:
            if "properties" in schema:
                twin["additionalProperties"] = False
        elif any("properties" in each for each, _ in self._references.iter_speaking(schema, base)):
            twin["unevaluatedProperties"] = False
        return twin

    def _copy_any(self, value: Any, base: str, mode: _Mode, *, is_map: bool = False) -> Any:
        """A schema, a list of them or a map."""
        if isinstance(value, list):
            return [self._copy(each, base, mode) for each in value]
        if is_map:
            return {name: self._copy(each, base, mode) for name, each in value.items()}
        return self._copy(value, base, mode)

    def _refer(self, ref: str, base: str, mode: _Mode) -> str:
        target, uri = self._references.resolve(ref, base)
        key = (id(target), mode)
        if key not in self._names:
            self._names[key] = str(len(self._names))
            self._waiting.append((self._names[key], target, uri, mode))
        return f"#/$defs/{self._names[key]}"

    def _names_of_parts(self, schema: Any, base: str) -> set[str]:
        """Properties that schemas other than `schema` itself describe."""
        parts = list(self._references.iter_speaking(schema, base))[1:]
        return {name for each, _ in parts for name in each.get("properties", ())}
