"""Schemas as foreign OpenAPI documents write them, turned into JSON Schema 2020-12 that both engines read alike.

What an engine would refuse, and with it the whole document, is left out and reported: the rest can still be compared.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.diff.demands import unmet_demand
from jumun_contracts.diff.version import DocumentWarning
from jumun_contracts.schema.pointers import escape_key, unescape_key

if TYPE_CHECKING:
    from jumun_contracts.schema.parsing import SchemaDocument


_SCHEMAS = (
    *("additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_LISTS_OF_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS_OF_SCHEMAS = ("dependentSchemas", "patternProperties", "properties")
_PLAIN = (
    *("const", "contentEncoding", "contentMediaType", "default", "dependentRequired", "deprecated", "enum"),
    *("exclusiveMaximum", "exclusiveMinimum", "format", "maxContains", "maxItems", "maxLength", "maxProperties"),
    *("maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern"),
    *("required", "type", "uniqueItems", "x-evidence", "x-known-values", "x-pii", "x-secret"),
)
_DYNAMIC = ("$dynamicRef", "$recursiveRef")
_SHOWN_CHARACTERS = 60


class _NoSchemaError(Exception):
    """What is there cannot be a schema; it has been reported."""


class Dialect:
    """Reads the schemas of one document.

    Attributes:
        definitions: `$ref` as written → the schema that it points to, for all that were met.
        warnings: What was left out, in the order it was met.
    """

    def __init__(self, document: Any, *, file: str) -> None:
        """Of an OpenAPI 3.0, 3.1 or 3.2 document; 3.0 has words of its own."""
        self._document = document
        self._file = file
        self._is_old = str(document.get("openapi", "")).startswith("3.0")
        self.definitions: dict[str, SchemaDocument] = {}
        self.warnings: list[DocumentWarning] = []
        self._waiting: list[tuple[str, Any]] = []
        self._known: dict[str, SchemaDocument] = {}
        self._unmet: dict[tuple[str, str], str] = {}

    def read(self, schema: Any, pointer: str) -> SchemaDocument:
        """A schema with nothing but what is compared, and all that it refers to; anything at all if it is none.

        Raises:
            DocumentError: It refers to what is not there or not in this file.
        """
        if pointer not in self._known:
            self._known[pointer] = self._read_or_any(schema, pointer)
            # One after another, not one within another: a chain of references may be as long as the document.
            while self._waiting:
                ref, target = self._waiting.pop()
                self.definitions[ref] = self._read_or_any(target, ref.partition("#")[2])
        return self._known[pointer]

    def resolve(self, node: Any, pointer: str) -> tuple[Any, str]:
        """What `node` refers to, if it is a reference, and where that is; itself otherwise.

        Raises:
            DocumentError: The reference does not resolve, leaves the file, or refers to itself.
        """
        seen: list[str] = []
        while isinstance(node, dict) and "$ref" in node:
            ref = node["$ref"]
            if ref in seen:
                raise DocumentError(self._file, pointer, "the $ref refers to itself")
            seen.append(ref)
            node, pointer = self._target(ref, f"{pointer}/$ref"), ref.partition("#")[2]
        return node, pointer

    def _read_or_any(self, schema: Any, pointer: str) -> SchemaDocument:
        try:
            return self._read(schema, pointer)
        except _NoSchemaError:
            return True

    def _read(self, schema: Any, pointer: str) -> SchemaDocument:
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            raise self._no_schema(pointer, "must be a schema, an object or a boolean", schema)
        for key in (each for each in _DYNAMIC if each in schema):
            self.leave_out(f"{pointer}/{key}", f"is a {key}, which is not followed; write a $ref")
        if "$ref" in schema:
            self._follow(schema["$ref"], f"{pointer}/$ref")
            if self._is_old:
                return {"$ref": schema["$ref"]}
        plain = {key: schema[key] for key in ("$ref", *_PLAIN) if key in schema}
        if self._is_old:
            plain = _modern(plain, is_nullable=schema.get("nullable") is True)
        copy = {key: value for key, value in plain.items() if not self._is_unmet(key, value, f"{pointer}/{key}")}
        if "required" in copy:
            copy["required"] = self._once(copy["required"], f"{pointer}/required")
        within = (key for key in (*_SCHEMAS, *_LISTS_OF_SCHEMAS, *_MAPS_OF_SCHEMAS) if key in schema)
        for key in within:
            with suppress(_NoSchemaError):
                copy[key] = self._read_within(key, schema[key], f"{pointer}/{key}")
        return copy

    def _read_within(self, key: str, value: Any, pointer: str) -> Any:
        if key in _LISTS_OF_SCHEMAS:
            if not isinstance(value, list) or not value:
                raise self._no_schema(pointer, "must be a list of schemas, one at least", value)
            # Without one of its schemas a list would mean something else.
            return [self._read(each, f"{pointer}/{index}") for index, each in enumerate(value)]
        if key not in _MAPS_OF_SCHEMAS:
            return self._read(value, pointer)
        if not isinstance(value, dict):
            raise self._no_schema(pointer, "must have schemas by name", value)
        found = {}
        for name, each in value.items():
            where = f"{pointer}/{escape_key(name)}"
            if key == "patternProperties" and self._is_unmet("pattern", name, where):
                continue
            with suppress(_NoSchemaError):
                found[name] = self._read(each, where)
        return found

    def _is_unmet(self, keyword: str, value: Any, pointer: str) -> bool:
        """Whether a keyword cannot have this value, which is then reported."""
        key = keyword, repr(value)
        if key not in self._unmet:
            self._unmet[key] = unmet_demand(keyword, value)
        if demand := self._unmet[key]:
            self.leave_out(pointer, f"{demand}, and is {_shown(value)}")
        return bool(demand)

    def _once(self, names: list[str], pointer: str) -> list[str]:
        """The names, each once."""
        single = list(dict.fromkeys(names))
        twice = [each for each in single if names.count(each) > 1]
        if twice:
            message = f"names {', '.join(map(_shown, twice))} more than once; read as if it were once"
            self.warnings.append(DocumentWarning(self._file, pointer, None, message))
        return single

    def _no_schema(self, pointer: str, demand: str, value: Any) -> _NoSchemaError:
        self.leave_out(pointer, f"{demand}, and is {_shown(value)}")
        return _NoSchemaError()

    def leave_out(self, pointer: str, message: str) -> None:
        """Have a warning of something at a pointer that is not compared."""
        self.warnings.append(DocumentWarning(self._file, pointer, None, f"{message}; it is not compared"))

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


def _shown(value: Any) -> str:
    """As the document has it, cut where it gets long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
