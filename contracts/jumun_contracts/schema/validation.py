"""Judge a JSON value by a JSON Schema 2020-12: whether it fits, and if not, what was expected where.

One engine judges: see `engines`. A finding holds no value of the instance, whatever the schema says about it: only
where, what was expected, JSON type names and counts. Names of properties are not values.

The engines agree, and tests compare them, on instances as `parse_json` gives them: no NaN, no infinity, no
half surrogate pairs, `str` keys, `list` and not `tuple`, nesting below 255 (far deeper, jsonschema-rs takes
the process down). Integers have any size, and `1.0` is an integer. They differ over a fractional `multipleOf`, since
jsonschema-rs calculates in decimals (to jsonschema 0.07 is not a multiple of 0.01), and over patterns that Python and
Rust read differently.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from jumun_contracts.schema.engines import compile_engine, engine_name, value_at
from jumun_contracts.schema.explaining import UNWANTED, Explainer
from jumun_contracts.schema.pointers import escape_key, render_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.schema.engines import Engine, Violation
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
_canonical = json.JSONEncoder(sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Finding:
    """One respect in which an instance does not fit its schema.

    Attributes:
        pointer: RFC 6901 JSON Pointer to what does not fit; "" is the whole instance. A property that is
            missing, unexpected or misnamed is reported at its object.
        keyword: The JSON Schema keyword that failed, such as "type"; "false" where the place has that schema.
        expected: The value of the keyword, except: for `required` and `dependentRequired` the name of the
            missing property; for `additionalProperties`, `unevaluatedProperties` and `propertyNames` the name
            of the property that should not be there; None where jsonschema-rs does not tell.
        message: A sentence for people that names the pointer.
    """

    pointer: str
    keyword: str
    expected: JsonValue = field(hash=False)
    message: str

    @property
    def unwanted(self) -> str | None:
        """The name of the property that should not be there, where it is one."""
        return str(self.expected) if self.keyword in UNWANTED and isinstance(self.expected, str) else None

    @property
    def key(self) -> str:
        """Pointer to where to look for it: to a property that should not be there, else the pointer itself."""
        return self.pointer if self.unwanted is None else f"{self.pointer}/{escape_key(self.unwanted)}"


class Schema:
    """A compiled schema. Extension keywords (`x-…`) and formats other than `FORMATS` assert nothing.

    Attributes:
        document: What it was compiled from.
        resources: The schemas that a `$ref` may point to, by `$id`; read them, do not change them.
        engine_name: `jsonschema-rs` or `jsonschema`.
    """

    def __init__(
        self,
        document: SchemaDocument,
        *,
        resources: Mapping[str, SchemaDocument] | None = None,
        engine: str | None = None,
        is_checked: bool = False,
    ) -> None:
        """Compile `document`. Nothing is ever fetched, from network or disk.

        Args:
            document: The schema. Neither it nor a resource may be changed afterwards.
            resources: The schemas that a `$ref` may point to, by `$id` (an absolute URI).
            engine: `jsonschema-rs` or `jsonschema`; None for what `engine_name` chooses.
            is_checked: Whether it is known to be a schema: then it is compiled when it is first asked.

        Raises:
            SchemaError: Not a JSON Schema 2020-12, or a `$ref` that can be reached does not resolve.
            EngineError: JUMUN_ENGINE names none.
        """
        self.document = document
        self.resources: Mapping[str, SchemaDocument] = dict(resources or {})
        self.engine_name = engine or engine_name()
        self._engine: Engine | None = None
        if not is_checked:
            _ = self.engine

    @property
    def engine(self) -> Engine:
        """What it was compiled to."""
        if self._engine is None:
            self._engine = compile_engine(self.document, self.resources, name=self.engine_name)
        return self._engine

    def is_valid(self, instance: JsonValue) -> bool:
        """Whether the instance fits.

        Raises:
            InstanceError: Not a JSON value.
        """
        return self.engine.is_valid(instance)

    def findings(self, instance: JsonValue) -> list[Finding]:
        """Everything that does not fit; empty if and only if `is_valid`.

        One finding for each missing and each unexpected property. `anyOf`, `oneOf`, `not` and `contains` give
        one at the place they speak about and none from within: which branch was meant is not known. Sorted by
        place, keyword and expectation, whatever the order of keys in the instance; no two are equal.

        Raises:
            InstanceError: Not a JSON value.
        """
        return list(self.iter_findings(instance))

    def iter_findings(self, instance: JsonValue) -> Iterator[Finding]:
        """The same one by one, each made when it is asked for; the rest is not looked for until then.

        Raises:
            InstanceError: As `findings`, as soon as it is noticed.
        """
        for piece in self._explainer.pieces(instance):
            start = render_pointer(piece.path)
            for each in piece.violations(0):
                yield describe(each, piece.value, start=start)

    def count_findings(self, instance: JsonValue) -> int:
        """How many `findings` there are.

        Raises:
            InstanceError: As `findings`.
        """
        pieces = self._explainer.pieces(instance)
        return sum(len(each.kind.fixed[0]) + len(each.kind.named[0]) for each in pieces)

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer([self])


def findings(schema: Schema | SchemaDocument, instance: JsonValue) -> list[Finding]:
    """Explain in what the instance does not fit; the same function decides: it fits if the list is empty.

    A document is compiled at every call: keep a `Schema` for more than one instance.

    Raises:
        SchemaError: As `Schema`.
        InstanceError: Not a JSON value.
    """
    return (schema if isinstance(schema, Schema) else Schema(schema)).findings(instance)


def describe(violation: Violation, value: JsonValue, *, start: str = "") -> Finding:
    """A violation as a finding.

    Args:
        value: What its path begins at.
        start: Pointer to that value.
    """
    path, keyword, expected = violation
    pointer = start + render_pointer(path)
    observed = ""
    if keyword == "type":
        observed = f", not {_TYPE_NAMES[type(value_at(value, path))]}"
    elif keyword in _COUNTED and isinstance(here := value_at(value, path), str | list | dict):
        observed = f", has {len(here)}"
    if isinstance(expected, list | dict):
        expected = copy.deepcopy(expected)
    return Finding(pointer, keyword, expected, f"{pointer or 'the document'} {demand(keyword, expected)}{observed}")


def demand(keyword: str, expected: JsonValue) -> str:
    """What a keyword asks for, as the end of a sentence: `must be of type integer`."""
    text = _canonical(expected)
    return (_known_demand if len(text) <= _SHOWN_CHARACTERS else _demand)(keyword, text)


def _demand(keyword: str, text: str) -> str:
    """For the sentence, where `text` is expected: alternatives joined, cut where it gets long."""
    expected = json.loads(text)
    alternatives = expected if isinstance(expected, list) and keyword in {"enum", "type"} else [expected]
    texts = [str(each) if keyword == "type" else json.dumps(each, ensure_ascii=False) for each in alternatives]
    shown = " or ".join(texts)
    shown = shown if len(shown) <= _SHOWN_CHARACTERS else shown[: _SHOWN_CHARACTERS - 1] + "…"
    return _DEMANDS.get(keyword, f'must satisfy "{keyword}"').replace("{}", shown)


_known_demand = lru_cache(maxsize=1_024)(_demand)
