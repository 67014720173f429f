"""Schemas as foreign OpenAPI documents write them, turned into JSON Schema 2020-12 that both engines read alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.schema.pointers import escape_key, unescape_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts.schema.parsing import SchemaDocument


_SCHEMAS = (
    *("additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_LISTS_OF_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS_OF_SCHEMAS = ("dependentSchemas", "patternProperties", "properties")
_PLAIN = (
    *("const", "default", "dependentRequired", "deprecated", "enum", "exclusiveMaximum", "exclusiveMinimum", "format"),
    *("maxContains", "maxItems", "maxLength", "maxProperties", "maximum", "minContains", "minItems", "minLength"),
    *("minProperties", "minimum", "multipleOf", "pattern", "required", "type", "uniqueItems"),
    *("x-evidence", "x-known-values", "x-pii", "x-secret"),
)
_KINDS: dict[type, str] = {list: "a list", dict: "an object", str: "text"}
_UNREADABLE = ("$dynamicRef", "$recursiveRef")


class Dialect:
    """Reads the schemas of one document.

    Attributes:
        definitions: `$ref` as written → the schema that it points to, for all that were met.
    """

    def __init__(self, document: Any, *, file: str) -> None:
        """Of an OpenAPI 3.0, 3.1 or 3.2 document; 3.0 has words of its own."""
        self._document = document
        self._file = file
        self._is_old = str(document.get("openapi", "")).startswith("3.0")
        self.definitions: dict[str, SchemaDocument] = {}
        self._waiting: list[tuple[str, Any]] = []

    def read(self, schema: Any, pointer: str) -> SchemaDocument:
        """A schema with nothing but what is compared, and all that it refers to.

        Raises:
            DocumentError: It is not a schema, or refers to what is not there or not in this file.
        """
        copy = self._read(schema, pointer)
        # One after another, not one within another: a chain of references may be as long as the document.
        while self._waiting:
            ref, target = self._waiting.pop()
            self.definitions[ref] = self._read(target, ref.partition("#")[2])
        return copy

    def _read(self, schema: Any, pointer: str) -> SchemaDocument:
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            raise DocumentError(self._file, pointer, "must be a schema, an object or a boolean")
        if any(key in schema for key in _UNREADABLE):
            raise DocumentError(self._file, pointer, "a $dynamicRef cannot be compared; write a $ref")
        if "$ref" in schema:
            self._follow(schema["$ref"], f"{pointer}/$ref")
            if self._is_old:
                return {"$ref": schema["$ref"]}
        copy: dict[str, Any] = {key: schema[key] for key in ("$ref", *_PLAIN) if key in schema}
        copy |= {key: self._read(schema[key], f"{pointer}/{key}") for key in _SCHEMAS if key in schema}
        for key in (each for each in _LISTS_OF_SCHEMAS if each in schema):
            parts = enumerate(self._of_kind(schema[key], list, f"{pointer}/{key}"))
            copy[key] = [self._read(each, f"{pointer}/{key}/{index}") for index, each in parts]
        for key in (each for each in _MAPS_OF_SCHEMAS if each in schema):
            named = self._of_kind(schema[key], dict, f"{pointer}/{key}").items()
            copy[key] = {name: self._read(each, f"{pointer}/{key}/{escape_key(name)}") for name, each in named}
        self._check_words(copy, pointer)
        return _modern(copy, is_nullable=schema.get("nullable") is True) if self._is_old else copy

    def resolve(self, node: Any, pointer: str) -> Any:
        """What `node` refers to, if it is a reference; itself otherwise.

        Raises:
            DocumentError: The reference does not resolve, leaves the file, or refers to itself.
        """
        seen: list[str] = []
        while isinstance(node, dict) and "$ref" in node:
            if node["$ref"] in seen:
                raise DocumentError(self._file, pointer, "the $ref refers to itself")
            seen.append(node["$ref"])
            node = self._target(node["$ref"], f"{pointer}/$ref")
        return node

    def _follow(self, ref: Any, pointer: str) -> None:
        target = self._target(ref, pointer)
        if ref not in self.definitions:
            self.definitions[ref] = True  # until its turn comes
            self._waiting.append((ref, target))

    def _target(self, ref: Any, pointer: str) -> Any:
        if not isinstance(ref, str) or not ref.startswith("#/"):
            raise DocumentError(self._file, pointer, f"{ref!r} points out of this file; bundle the document into one")
        target = self._document
        for step in ref.split("/")[1:]:
            key = unescape_key(step).replace("%7B", "{").replace("%7D", "}")
            if isinstance(target, list) and key.isdigit() and int(key) < len(target):
                target = target[int(key)]
            elif isinstance(target, dict) and key in target:
                target = target[key]
            else:
                raise DocumentError(self._file, pointer, f"{ref!r} does not resolve")
        return target

    def _check_words(self, schema: Mapping[str, Any], pointer: str) -> None:
        """Refuse what the comparison itself would stumble over; the engine refuses the rest."""
        wanted = {"required": list, "enum": list, "x-known-values": list, "pattern": str, "format": str}
        for key, kind in wanted.items():
            if key in schema:
                self._of_kind(schema[key], kind, f"{pointer}/{key}")
        types = schema.get("type", "object")
        if not all(isinstance(each, str) for each in (types if isinstance(types, list) else [types])):
            raise DocumentError(self._file, f"{pointer}/type", "must be a type's name or a list of them")
        for index, each in enumerate(schema.get("x-known-values", ())):
            if "value" not in self._of_kind(each, dict, f"{pointer}/x-known-values/{index}"):
                raise DocumentError(self._file, f"{pointer}/x-known-values/{index}", "must have a value")

    def _of_kind(self, node: Any, kind: type, pointer: str) -> Any:
        if not isinstance(node, kind):
            raise DocumentError(self._file, pointer, f"must be {_KINDS[kind]}")
        return node


def _modern(schema: dict[str, Any], *, is_nullable: bool) -> dict[str, Any]:
    """OpenAPI 3.0's `nullable` and boolean exclusive bounds in the words of 2020-12."""
    copy = dict(schema)
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(copy.get(exclusive), bool):
            is_exclusive = copy.pop(exclusive)
            if is_exclusive and bound in copy:
                copy[exclusive] = copy.pop(bound)
    if is_nullable and isinstance(copy.get("type"), str):
        copy["type"] = [copy["type"], "null"]
    return copy
