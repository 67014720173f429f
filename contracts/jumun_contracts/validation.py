"""Judge a JSON value by a JSON Schema 2020-12: whether it fits, and if not, what was expected where.

Two engines. jsonschema-rs decides: it is fast, and compiled once. jsonschema explains what jsonschema-rs
refused, and is imported only then, because that costs a tenth of a second. Should it find nothing to explain,
the findings are made from what jsonschema-rs said: a refusal is never turned into consent.

A finding holds no value of the instance, whatever the schema says about it: only where, what was expected,
JSON type names and counts. Names of properties are not values.

The engines agree, and tests hold them to it, on instances as `parse_json` gives them: no NaN, no infinity, no
half surrogate pairs, `str` keys, `list` and not `tuple`, nesting below 255 (far deeper, jsonschema-rs takes
the process down). Integers have any size, and `1.0` is an integer. They part where binary floats part from
decimals, in which jsonschema-rs calculates: over a fractional `multipleOf` (to jsonschema 0.07 is no multiple
of 0.01) and over floats beyond 2**53 against integers (to jsonschema 1e300 is a multiple of 3). There
jsonschema-rs has the word.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumun_contracts.engines import (
    SchemaDocument,
    Violation,
    compile_decider,
    compile_explainer,
    iter_py_violations,
    iter_rs_violations,
    value_at,
)
from jumun_contracts.pointers import render_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import Draft202012Validator

    from jumun_contracts.parsing import JsonValue

# What the instance must do, by keyword; {} is `Finding.expected`.
_DEMANDS = {
    "additionalProperties": "must not have the property {}",
    "anyOf": "must fit at least one of the alternatives",
    "const": "must be {}",
    "contains": "must have an item of the wanted kind",
    "dependentRequired": "must have the property {}, which another of its properties calls for",
    "enum": "must be {}",
    "exclusiveMaximum": "must be less than {}",
    "exclusiveMinimum": "must be more than {}",
    "false": "must not be there",
    "format": "must have the format {}",
    "maxContains": "must have {} or fewer items of the wanted kind",
    "maximum": "must be {} or less",
    "maxItems": "must have {} or fewer items",
    "maxLength": "must have {} or fewer characters",
    "maxProperties": "must have {} or fewer properties",
    "minContains": "must have {} or more items of the wanted kind",
    "minimum": "must be {} or more",
    "minItems": "must have {} or more items",
    "minLength": "must have {} or more characters",
    "minProperties": "must have {} or more properties",
    "multipleOf": "must be a multiple of {}",
    "not": "must not fit the excluded schema",
    "oneOf": "must fit exactly one of the alternatives",
    "pattern": "must match the pattern {}",
    "propertyNames": "must not have a property named {}",
    "required": "must have the property {}",
    "type": "must be of type {}",
    "unevaluatedItems": "must not have further items",
    "unevaluatedProperties": "must not have the property {}",
    "uniqueItems": "must not have two equal items",
}
_COUNTED = {"maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"}
_TYPE_NAMES = dict(
    zip(
        (type(None), bool, int, float, str, list, dict),
        ("null", "boolean", "integer", "number", "string", "array", "object"),
        strict=True,
    )
)
_SHOWN_CHARACTERS = 200


class InstanceError(ValueError):
    """The instance is not a JSON value (see `parse_json`). The message tells the trouble, not the value."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One respect in which an instance does not fit its schema.

    Attributes:
        pointer: RFC 6901 JSON Pointer to what does not fit; "" is the whole instance. A property that is
            missing, unexpected or misnamed is reported at its object.
        keyword: The JSON Schema keyword that failed, such as "type"; "false" where the place has that schema.
        expected: The value of the keyword, except: for `required` and `dependentRequired` the name of the
            missing property; for `additionalProperties`, `unevaluatedProperties` and `propertyNames` the name
            of the property that should not be there; None where only jsonschema-rs objects and does not tell.
        message: A sentence for people that names the pointer.
    """

    pointer: str
    keyword: str
    expected: JsonValue = field(hash=False)
    message: str


class Schema:
    """A compiled schema. Extension keywords (`x-…`) and formats other than `FORMATS` assert nothing.

    Attributes:
        document: What it was compiled from.
    """

    def __init__(self, document: SchemaDocument, *, resources: Mapping[str, SchemaDocument] | None = None) -> None:
        """Compile `document`. Nothing is ever fetched, from network or disk.

        Args:
            document: The schema. Neither it nor a resource may be changed afterwards.
            resources: The schemas that a `$ref` may lead to, by `$id` (an absolute URI).

        Raises:
            SchemaError: Not a JSON Schema 2020-12, or a `$ref` that can be reached does not resolve.
        """
        self.document = document
        self._resources = dict(resources or {})
        self._decider = compile_decider(self.document, self._resources)
        self._explainer: Draft202012Validator | None = None

    @property
    def resources(self) -> Mapping[str, SchemaDocument]:
        """The schemas that a `$ref` may lead to, by `$id`; read them, do not change them."""
        return self._resources

    def is_valid(self, instance: JsonValue) -> bool:
        """Whether the instance fits.

        Raises:
            InstanceError: Not a JSON value.
        """
        try:
            return self._decider.is_valid(instance)
        except ValueError as error:
            trouble = _trouble_with_instance(error)
        raise InstanceError(trouble)

    def findings(self, instance: JsonValue) -> list[Finding]:
        """Everything that does not fit; empty if and only if `is_valid`.

        One finding for each missing and each unexpected property. `anyOf`, `oneOf`, `not` and `contains` give
        one at the place they speak about and none from within: which branch was meant is not known. Sorted by
        place, keyword and expectation, whatever the order of keys in the instance; no two are equal.

        Raises:
            InstanceError: Not a JSON value.
        """
        if self.is_valid(instance):
            return []
        try:
            violations = list(self._iter_explained(instance))
        except RecursionError:  # jsonschema needs several frames a level; jsonschema-rs needs none
            violations = []
        violations = violations or list(self._iter_decided(instance))
        unique = {_order(each): each for each in violations}
        return [_finding(unique[key], instance) for key in sorted(unique)]

    def _iter_decided(self, instance: JsonValue) -> Iterator[Violation]:
        """What jsonschema-rs says."""
        try:
            errors = list(self._decider.iter_errors(instance))
        except ValueError as error:
            trouble = _trouble_with_instance(error)
        else:
            for each in errors:
                yield from iter_rs_violations(each)
            return
        raise InstanceError(trouble)

    def _iter_explained(self, instance: JsonValue) -> Iterator[Violation]:
        """What jsonschema says."""
        if self._explainer is None:
            self._explainer = compile_explainer(self.document, self._resources)
        vague: dict[str, Violation] = {}
        for error in self._explainer.iter_errors(instance):
            keyword = str(error.validator or "false")
            if keyword in {"false", "unevaluatedProperties"}:
                vague[keyword] = Violation(tuple(error.absolute_path), keyword, None)
            else:
                yield from iter_py_violations(error, instance)
        # jsonschema loses the place of a `false`, and has unevaluated names in its message only.
        decided = list(self._iter_decided(instance)) if vague else []
        for keyword, fallback in vague.items():
            yield from [each for each in decided if each.keyword == keyword] or [fallback]


def findings(schema: Schema | SchemaDocument, instance: JsonValue) -> list[Finding]:
    """Explain in what the instance does not fit; the same function decides: it fits if the list is empty.

    A document is compiled at every call: keep a `Schema` for more than one instance.

    Raises:
        SchemaError: As `Schema`.
        InstanceError: Not a JSON value.
    """
    return (schema if isinstance(schema, Schema) else Schema(schema)).findings(instance)


def engine_pairs(schema: Schema, instance: JsonValue) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(pointer, keyword) of all that jsonschema-rs says, and of all that jsonschema says: tests compare them.

    How a `$ref` led to a keyword is part of neither.
    """
    decided = {(render_pointer(each.path), each.keyword) for each in schema._iter_decided(instance)}  # noqa: SLF001
    explained = {(render_pointer(each.path), each.keyword) for each in schema._iter_explained(instance)}  # noqa: SLF001
    return decided, explained


def _finding(violation: Violation, instance: JsonValue) -> Finding:
    path, keyword, expected = violation
    pointer = render_pointer(path)
    demand = _DEMANDS.get(keyword, f'must satisfy "{keyword}"').replace("{}", _shown(keyword, expected))
    here = value_at(instance, path)
    observed = ""
    if keyword == "type":
        observed = f", not {_TYPE_NAMES[type(here)]}"
    elif keyword in _COUNTED and isinstance(here, str | list | dict):
        observed = f", has {len(here)}"
    return Finding(pointer, keyword, copy.deepcopy(expected), f"{pointer or 'the document'} {demand}{observed}")


def _order(violation: Violation) -> tuple[tuple[tuple[int, str], ...], str, str]:
    """By place (items by number, properties by name), keyword and expectation; equal for equal violations."""
    path = tuple((step, "") if isinstance(step, int) else (-1, step) for step in violation.path)
    return path, violation.keyword, json.dumps(violation.expected, sort_keys=True)


def _shown(keyword: str, expected: JsonValue) -> str:
    """For the sentence: alternatives joined, cut where it gets long."""
    alternatives = expected if isinstance(expected, list) and keyword in {"enum", "type"} else [expected]
    texts = [str(each) if keyword == "type" else json.dumps(each, ensure_ascii=False) for each in alternatives]
    text = " or ".join(texts)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _trouble_with_instance(error: ValueError) -> str:
    """jsonschema-rs names Python types, but a UnicodeError quotes the whole string."""
    return "half a surrogate pair in a string" if isinstance(error, UnicodeError) else str(error)
