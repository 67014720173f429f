"""All of a value that can matter to the schemas that apply to it: what has equal traits fails alike.

An engine's answer depends on the type of a value, on which keywords a scalar fails, on the names of an object and on
the traits of what is within. What no keyword can tell apart (two wrong ids, whatever they say; the value of a property
that no schema names) is one trait, so that of 20,000 such items one is judged.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from jumun_contracts.schema.engines import compile_engine

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from jumun_contracts.schema.engines import Engine
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.references import References

MASK = "***"
"""Put by recorders where a value was; told apart from other strings, whatever the schema says."""

PLACEHOLDER = "\0"
"""How a name begins that is put where a name was that no schema has."""

Applying: TypeAlias = "tuple[Any, str, References]"
"""A schema, the `$id` that its references start from, and the documents that they point to."""

_VALUES_AT_MOST = 256
_ONE = ("not", "if", "then", "else")
_MANY = ("allOf", "anyOf", "oneOf")
_OF_ITEMS = ("items", "contains", "unevaluatedItems")
_OF_OTHERS = ("additionalProperties", "unevaluatedProperties")
_TEXT = ("pattern", "format", "minLength", "maxLength", "enum", "const")
_NUMBER = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "enum", "const")
_KEYWORDS: dict[type, tuple[str, ...]] = {
    str: _TEXT,
    int: _NUMBER,
    float: _NUMBER,
    bool: ("enum", "const"),
    type(None): ("enum", "const"),
}
_canonical = json.JSONEncoder(sort_keys=True).encode


class _OpaqueError(Exception):
    """Traits cannot be read here: the value is large, or a keyword compares it as a whole."""


class Traits:
    """Reads the traits of values at one place, by all schemas that apply there."""

    def __init__(self, schemas: Iterable[Applying], *, engine: str) -> None:
        """With the schemas, and the name of the engine that judges scalars."""
        self._engine = engine
        self._schemas = _closure(schemas)
        self._is_opaque = self._schemas is None
        found = self._schemas or []
        self._others = [each for keyword in _OF_OTHERS for each in _below(found, keyword)]
        self._others += [each for schema in _maps(found, "patternProperties") for _, each in schema]
        self._named: dict[str, list[Applying]] = {name: [] for name in _iter_required(found)}
        for properties in _maps(found, "properties"):
            for name, each in properties:
                self._named.setdefault(name, []).append(each)
        self._is_verbatim = any("patternProperties" in each or "propertyNames" in each for each, *_ in found)
        self._is_opaque |= any(name.startswith(PLACEHOLDER) for name in self._named)
        compared = [each for schema, *_ in found for each in (*schema.get("enum", ()), schema.get("const"))]
        self._compares = any(isinstance(each, list | dict) for each in compared)
        self._is_unique = any(schema.get("uniqueItems") is True for schema, *_ in found)
        self._known: dict[str, Traits] = {}
        self._unknown: Traits | None = None
        self._items: Traits | None = None
        self._scalars: dict[type, _Scalars] = {}

    def read(self, value: JsonValue) -> tuple[Hashable, list[str]] | None:
        """The traits of a value, and the names in it that no schema has, in order; None where they cannot be read.

        Raises:
            InstanceError: As an engine.
        """
        names: list[str] = []
        try:
            return self._read(value, names, [_VALUES_AT_MOST]), names
        except _OpaqueError:
            return None

    def rename(self, value: JsonValue, taken: list[str]) -> Any:
        """A copy with placeholders for the names that `read` has found, in that order; they are added to `taken`."""
        if isinstance(value, list):
            return [self._at_items().rename(each, taken) for each in value] if self._schemas else value
        if not isinstance(value, dict) or not self._schemas:
            return value
        copy: dict[str, Any] = {}
        for name, each in value.items():
            if name in self._named or self._is_verbatim:
                copy[name] = self._at(name).rename(each, taken)
            else:
                placeholder = f"{PLACEHOLDER}{len(taken)}"
                taken.append(placeholder)
                copy[placeholder] = self._at(name).rename(each, taken)
        return copy

    def _read(self, value: Any, names: list[str], left: list[int]) -> Hashable:
        if self._is_opaque:
            raise _OpaqueError
        if not self._schemas:
            return 0  # whatever it is
        kind = type(value)
        if kind is dict:
            if self._compares:
                raise _OpaqueError
            return self._read_object(value, names, left)
        if kind is list:
            if self._compares or (self._is_unique and len(value) > 1):
                raise _OpaqueError
            _spend(left, len(value))
            items = self._at_items()
            return "[", *[items._read(each, names, left) for each in value]  # noqa: SLF001 - of this class
        scalars = self._scalars.get(kind)
        if scalars is None:
            scalars = self._scalars[kind] = _Scalars(self._schemas, kind, engine=self._engine)
        return scalars.read(value)

    def _read_object(self, value: dict[str, Any], names: list[str], left: list[int]) -> Hashable:
        _spend(left, len(value))
        traits: list[Hashable] = ["{"]
        for name, each in value.items():
            if name in self._named:
                traits.append(name)
            elif not self._is_verbatim:
                names.append(name)
                traits.append(None)
            elif name.startswith(PLACEHOLDER):
                raise _OpaqueError
            else:
                traits.append(name)
            traits.append(self._at(name)._read(each, names, left))  # noqa: SLF001 - of this class
        return tuple(traits)

    def _at(self, name: str) -> Traits:
        if name in self._named:
            found = self._known.get(name)
            if found is None:
                found = self._known[name] = Traits([*self._named[name], *self._others], engine=self._engine)
            return found
        if self._unknown is None:
            self._unknown = Traits(self._others, engine=self._engine)
        return self._unknown

    def _at_items(self) -> Traits:
        if self._items is None:
            found = self._schemas or []
            below = [each for keyword in _OF_ITEMS for each in _below(found, keyword)]
            below += [(each, base, refs) for schema, base, refs in found for each in schema.get("prefixItems", ())]
            self._items = Traits(below, engine=self._engine)
        return self._items


class _Scalars:
    """Scalars of one type, as the keywords tell them apart that look at it."""

    def __init__(self, schemas: Sequence[Applying], kind: type, *, engine: str) -> None:
        self._kind = kind
        keywords = _KEYWORDS.get(kind)
        self._is_opaque = keywords is None
        found = {
            _canonical({keyword: schema[keyword]}): None
            for schema, *_ in schemas
            for keyword in keywords or ()
            if keyword in schema
        }
        self._assertions = [(engine, each) for each in found]
        self._all = _compile(engine, f'{{"allOf": [{", ".join(found)}]}}') if found else None

    def read(self, value: Any) -> Hashable:
        if self._is_opaque:
            raise _OpaqueError
        if self._kind is float:
            if not math.isfinite(value):
                raise _OpaqueError
            return "integral" if value.is_integer() else float, self._fails(value)
        if value == MASK:
            return MASK
        return self._fails(value) if self._all else self._kind

    def _fails(self, value: Any) -> Hashable:
        """Whether it fits all, else which it fits."""
        if self._all is None or self._all.is_valid(value):
            return self._kind
        return self._kind, *[_compile(*each).is_valid(value) for each in self._assertions]


@lru_cache(maxsize=4_096)
def _compile(engine: str, document: str) -> Engine:
    return compile_engine(json.loads(document), {}, name=engine)


def _spend(left: list[int], values: int) -> None:
    left[0] -= values + 1
    if left[0] < 0:
        raise _OpaqueError


def _closure(schemas: Iterable[Applying]) -> list[Applying] | None:
    """All schemas that apply to the same value, and what conditions ask of it; None where that is not known."""
    waiting, met, found = list(schemas), set[int](), list[Applying]()
    while waiting:
        schema, base, references = waiting.pop()
        if isinstance(schema, bool) or id(schema) in met:
            continue
        met.add(id(schema))
        base = schema.get("$id", base)
        found.append((schema, base, references))
        if "$dynamicRef" in schema:
            return None
        if "$ref" in schema:
            try:
                waiting.append((*references.resolve(schema["$ref"], base), references))
            except (KeyError, IndexError, TypeError, ValueError):  # an anchor, or the meta-schema
                return None
        in_place = [schema[keyword] for keyword in _ONE if keyword in schema]
        in_place += [each for keyword in _MANY for each in schema.get(keyword, ())]
        in_place += schema.get("dependentSchemas", {}).values()
        waiting += [(each, base, references) for each in in_place]
    return found


def _below(schemas: Sequence[Applying], keyword: str) -> list[Applying]:
    return [(schema[keyword], base, references) for schema, base, references in schemas if keyword in schema]


def _maps(schemas: Sequence[Applying], keyword: str) -> Iterator[list[tuple[str, Applying]]]:
    for schema, base, references in schemas:
        yield [(name, (each, base, references)) for name, each in schema.get(keyword, {}).items()]


def _iter_required(schemas: Sequence[Applying]) -> Iterator[str]:
    """Names that keywords ask for, whether or not a schema says what they have."""
    for schema, *_ in schemas:
        yield from schema.get("required", ())
        yield from schema.get("dependentSchemas", ())
        for name, needed in schema.get("dependentRequired", {}).items():
            yield name
            yield from needed
