"""Schemas of OpenAPI files as JSON Schema 2020-12 documents.

What asserts nothing is left out. OpenAPI 3.0 says some things in words of its own (`nullable`,
`exclusiveMinimum: true`, a `$ref` beside which nothing counts); they are said in those of 2020-12.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.schema_files import SUFFIX

if TYPE_CHECKING:
    from jumun_contracts.contract.stubs.files import Node

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = (
    *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
    *("unevaluatedProperties", "unevaluatedItems"),
)
_PLAIN = (
    *("title", "description", "type", "const", "enum", "default", "format", "pattern", "deprecated", "required"),
    *("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties"),
    *("dependentRequired", "x-evidence", "x-source", "x-secret", "x-pii", "x-known-values"),
)
_NOT_FOLLOWED = ("$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor")
_NO_NAME = re.compile(r"[^0-9A-Za-z_.-]+")
_DEEP = 40


class SharedSchemas:
    """The schemas that others refer to, collected in one document.

    Attributes:
        name: Of the document, without its ending.
        definitions: By name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.definitions: dict[str, Any] = {}
        self._names: dict[tuple[str, str], str] = {}

    def document(self, provider: str) -> dict[str, Any]:
        """The collected ones as a document of their own."""
        return {
            "$schema": DIALECT,
            "$id": schema_id(provider, self.name),
            "title": "What the schemas of stubs refer to",
            "$defs": self.definitions,
        }

    def convert(self, node: Node, *, old: bool, depth: int = 0) -> Any:
        """A schema in 2020-12, in which a `$ref` points to the collected ones.

        Args:
            old: Whether it is of OpenAPI 3.0.

        Raises:
            DocumentError: It is not a schema, or refers to nothing.
        """
        schema = node.value
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            node.refuse("must be a schema: an object, true or false")
        if depth > _DEEP:
            node.refuse(f"is nested deeper than {_DEEP}")
        for key in _NOT_FOLLOWED:
            if key in schema:
                node.refuse(f"{key} is not followed; write $ref with a JSON Pointer", key=key)
        if old and "$ref" in schema:
            return {"$ref": self._collect(node, old=old)}
        made = {key: self._keyword(node, key, old=old, depth=depth + 1) for key in schema if _is_kept(key)}
        return _said_anew(made, schema) if old else made

    def _keyword(self, node: Node, key: str, *, old: bool, depth: int) -> Any:
        """The value of a keyword."""
        value = node.value[key]
        if key == "$ref":
            return self._collect(node, old=old)
        if key in _PLAIN:
            return value
        if key in _SINGLE:
            return self.convert(node.plain(key), old=old, depth=depth)
        if not isinstance(value, dict if key in _MAPS else list):
            node.refuse("must be an object of schemas" if key in _MAPS else "must be a list of schemas", key=key)
        inner = node.plain(key)
        if key in _MAPS:
            return {name: self.convert(inner.plain(name), old=old, depth=depth) for name in value}
        return [self.convert(inner.plain(index), old=old, depth=depth) for index in range(len(value))]

    def _collect(self, node: Node, *, old: bool) -> str:
        """Collect what the `$ref` of a node points to; gives the `$ref` that points there."""
        if not isinstance(node.value["$ref"], str):
            node.refuse("must be text", key="$ref")
        target = node.files.find(node)
        place = (target.file, target.pointer)
        if place not in self._names:
            stem = _NO_NAME.sub("-", target.pointer.rpartition("/")[2] or target.file).strip("-") or "schema"
            name, number = stem, 2
            while name in self.definitions:
                name, number = f"{stem}-{number}", number + 1
            self._names[place] = name
            self.definitions[name] = True  # its place, while what it refers to is read
            made = self.convert(target, old=old)
            self.definitions[name] = {"title": name, **made} if isinstance(made, dict) else made
        return f"{self.name}{SUFFIX}#/$defs/{self._names[place]}"


def schema_id(provider: str, name: str) -> str:
    """The `$id` of a schema document."""
    return f"https://jumun.invalid/{provider}/{name}{SUFFIX}"


def _is_kept(key: str) -> bool:
    return key == "$ref" or any(key in each for each in (_PLAIN, _SINGLE, _MAPS, _LISTS))


def _said_anew(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI 3.0 says in words of its own."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
            made[exclusive] = made.pop(bound)
    if schema.get("nullable") is not True:
        return made
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    if isinstance(made.get("type"), str):
        return made | {"type": [made["type"], "null"]}
    return {"anyOf": [made, {"type": "null"}]} if made else made
