"""Judge a JSON value by a JSON Schema 2020-12: whether it fits, and if not, what was expected where.

Two engines. jsonschema-rs decides, fast and compiled once, what fails: a refusal is never turned into consent, and
consent not into a refusal. jsonschema explains it, the first time that a keyword fails: from then on, if the two have
said the same, jsonschema-rs is taken at its word (see `agreement`). jsonschema is imported only when it is asked,
because that costs a tenth of a second. What it has no word for is explained by jsonschema-rs.

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
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeVar

from jumun_contracts.schema.agreement import Agreement
from jumun_contracts.schema.engines import (
    Violation,
    compile_decider,
    compile_explainer,
    iter_py_violations,
    iter_rs_violations,
    read_rs_path,
    value_at,
)
from jumun_contracts.schema.pointers import render_pointer
from jumun_contracts.schema.sieve import make_sieve, screen_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jsonschema import Draft202012Validator
    from jsonschema_rs import Draft202012Validator as RsValidator
    from jsonschema_rs import ValidationError

    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

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
_Answer = TypeVar("_Answer")
_canonical = json.JSONEncoder(sort_keys=True).encode


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
        self._sieve: RsValidator | None = None
        self._screen: RsValidator | None = None
        self._explainer: Draft202012Validator | None = None
        self._agreement: Agreement | None = None

    @property
    def resources(self) -> Mapping[str, SchemaDocument]:
        """The schemas that a `$ref` may lead to, by `$id`; read them, do not change them."""
        return self._resources

    def is_valid(self, instance: JsonValue) -> bool:
        """Whether the instance fits.

        Raises:
            InstanceError: Not a JSON value.
        """
        return self.passes_sieve(instance) or (
            self._sieve is not self._decider and _ask(self._decider.is_valid, instance)
        )

    def passes_sieve(self, instance: JsonValue) -> bool:
        """Whether the instance surely fits; nearly all that fit do surely. Costs a tenth of `is_valid`.

        Raises:
            InstanceError: Not a JSON value.
        """
        return _ask((self._sieve or self._compile_sieve()).is_valid, instance)

    def findings(self, instance: JsonValue) -> list[Finding]:
        """Everything that does not fit; empty if and only if `is_valid`.

        One finding for each missing and each unexpected property. `anyOf`, `oneOf`, `not` and `contains` give
        one at the place they speak about and none from within: which branch was meant is not known. Sorted by
        place, keyword and expectation, whatever the order of keys in the instance; no two are equal.

        Raises:
            InstanceError: Not a JSON value.
        """
        unique = {_order(each): each for each in self._violations(instance)}
        return [_finding(unique[key], key[-1], instance) for key in sorted(unique)]

    def _violations(self, instance: JsonValue) -> list[Violation]:
        """By jsonschema-rs alone, where jsonschema has agreed with it before."""
        if self.passes_sieve(instance):
            return []
        agreement = self._agreement = self._agreement or Agreement([self.document, *self._resources.values()])
        screen = self._screen or self._compile_screen()
        if screen is not self._decider:
            known = agreement.recall_screened(_errors(screen, instance), instance)
            if known is not None:
                return known
        errors = _errors(self._decider, instance)
        known = agreement.recall(errors, instance)
        if known is None:
            known = agreement.settle(errors, instance, partial(self._iter_explained, instance))
        return known

    def _compile_sieve(self) -> RsValidator:
        """The decider itself, where a sieve does not pay."""
        made = make_sieve(self.document, self._resources)
        self._sieve = compile_decider(*made) if made else self._decider
        return self._sieve

    def _compile_screen(self) -> RsValidator:
        """The decider itself, where there are no dates to screen."""
        made = screen_dates(self.document, self._resources)
        self._screen = compile_decider(*made) if made else self._decider
        return self._screen

    def _iter_explained(self, instance: JsonValue, decided: Sequence[Violation]) -> Iterator[Violation]:
        """What jsonschema says, where jsonschema-rs says `decided`."""
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
    errors = _errors(schema._decider, instance)  # noqa: SLF001
    decided = [each for error in errors for each in iter_rs_violations(error, read_rs_path(error, instance)[0])]
    return _pairs(decided), _pairs(schema._iter_explained(instance, decided))  # noqa: SLF001


def _pairs(violations: Iterable[Violation]) -> set[tuple[str, str]]:
    return {(render_pointer(each.path), each.keyword) for each in violations}


def _errors(engine: RsValidator, instance: JsonValue) -> list[ValidationError]:
    return _ask(lambda value: list(engine.iter_errors(value)), instance)


def _ask(question: Callable[[JsonValue], _Answer], instance: JsonValue) -> _Answer:
    """What jsonschema-rs answers."""
    try:
        return question(instance)
    except ValueError as error:
        trouble = _trouble_with_instance(error)
    raise InstanceError(trouble)


def _finding(violation: Violation, text: str, instance: JsonValue) -> Finding:
    """Args: text: `violation.expected` as JSON."""
    path, keyword, expected = violation
    pointer = render_pointer(path)
    observed = ""
    if keyword == "type":
        observed = f", not {_TYPE_NAMES[type(value_at(instance, path))]}"
    elif keyword in _COUNTED and isinstance(here := value_at(instance, path), str | list | dict):
        observed = f", has {len(here)}"
    if isinstance(expected, list | dict):
        expected = copy.deepcopy(expected)
    demand = (_known_demand if len(text) <= _SHOWN_CHARACTERS else _demand)(keyword, text)
    return Finding(pointer, keyword, expected, f"{pointer or 'the document'} {demand}{observed}")


def _order(violation: Violation) -> tuple[tuple[tuple[int, str], ...], str, str]:
    """By place (items by number, properties by name), keyword and expectation; equal for equal violations."""
    path = tuple([(step, "") if isinstance(step, int) else (-1, step) for step in violation.path])
    return path, violation.keyword, _canonical(violation.expected)


def _demand(keyword: str, text: str) -> str:
    """For the sentence, where `text` is expected: alternatives joined, cut where it gets long."""
    expected = json.loads(text)
    alternatives = expected if isinstance(expected, list) and keyword in {"enum", "type"} else [expected]
    texts = [str(each) if keyword == "type" else json.dumps(each, ensure_ascii=False) for each in alternatives]
    shown = " or ".join(texts)
    shown = shown if len(shown) <= _SHOWN_CHARACTERS else shown[: _SHOWN_CHARACTERS - 1] + "…"
    return _DEMANDS.get(keyword, f'must satisfy "{keyword}"').replace("{}", shown)


_known_demand = lru_cache(maxsize=1_024)(_demand)


def _trouble_with_instance(error: ValueError) -> str:
    """jsonschema-rs names Python types, but a UnicodeError quotes the whole string."""
    return "half a surrogate pair in a string" if isinstance(error, UnicodeError) else str(error)
