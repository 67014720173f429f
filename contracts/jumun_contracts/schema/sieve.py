"""The sieve of a schema: it lets through only what fits, and calls no Python to find out.

Asked of each body before the schema itself, which is asked of what does not pass. Most bodies pass, and jsonschema-rs
judges them ten times as fast as with our formats, which it calls back for, value by value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema_rs import ValidationErrorKind as Kind

from jumun_contracts.schema.formats import FORMATS, SURE_PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema_rs import ValidationError

    from jumun_contracts.schema.parsing import SchemaDocument


_MAPS = ("$defs", "definitions", "properties", "patternProperties", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = (
    *("items", "additionalProperties", "contains", "propertyNames", "if", "then", "else", "not"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
# Whoever narrows one of these may widen the whole.
_NOT_TO_NARROW = ("if", "not", "oneOf", "contains")
_END = r"$(?!\n)"
_NAMES = {pattern: name for name, pattern in SURE_PATTERNS.items()}


def make_sieve(
    document: SchemaDocument, resources: Mapping[str, SchemaDocument]
) -> tuple[SchemaDocument, dict[str, SchemaDocument]] | None:
    """A schema and its resources of which none asserts a format; None where nothing would be gained, or proven.

    A date must match a pattern that only dates match, so that a leap second does not pass. All else is said as before,
    in words that cost less: a closed object that has as many properties as it may have lacks none of them.
    """
    return _make(_Making(), document, resources)


def screen_dates(
    document: SchemaDocument, resources: Mapping[str, SchemaDocument]
) -> tuple[SchemaDocument, dict[str, SchemaDocument]] | None:
    """A sieve of which each keyword stands where it stood, so that its errors are those of the schema.

    But for dates: see `read_sure_pattern`. And what a keyword says of schemas within it may be too much.
    """
    return _make(_Making(closing=False), document, resources)


def read_sure_pattern(error: ValidationError) -> str | None:
    """The format, by a schema that `screen_dates` has made, of a string that may not have it; None of other errors."""
    location = error.evaluation_path
    is_added = location[-3:-2] == ["allOf"] and isinstance(error.kind, Kind.Pattern)
    return _NAMES.get(error.kind.value) if is_added else None


def _make(
    making: _Making, document: SchemaDocument, resources: Mapping[str, SchemaDocument]
) -> tuple[SchemaDocument, dict[str, SchemaDocument]] | None:
    sieve = making.rewrite(document)
    others = {uri: making.rewrite(each) for uri, each in resources.items()}
    if making.dates != sum(map(_names_a_format, iter_objects([document, *resources.values()]))):
        return None  # one stands where a schema is not looked for, and a reference may lead there all the same
    if making.dates and making.turns:
        return None
    return (sieve, others) if making.dates or making.closed else None


def has_formats(document: SchemaDocument) -> bool:
    """Whether it may assert a format, wherever in it that stands."""
    return any(map(_names_a_format, iter_objects(document)))


class _Making:
    """Counts what it meets: dates, closed objects, and keywords by which narrower becomes wider."""

    def __init__(self, *, closing: bool = True) -> None:
        self._closing = closing
        self.dates = self.closed = self.turns = 0

    def rewrite(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        sieve = {keyword: self._below(keyword, value) for keyword, value in schema.items()}
        self.turns += any(keyword in schema and _may_be_narrowed(schema[keyword]) for keyword in _NOT_TO_NARROW)
        more: list[dict[str, Any]] = []
        if isinstance(schema.get("pattern"), str):
            sieve["pattern"] = _without_lookahead(schema["pattern"])
        if _names_a_format(schema):
            self.dates += 1
            more.append({"pattern": SURE_PATTERNS[sieve.pop("format")]})
        if self._closing and _is_closed(schema) and set(schema.get("required", ())) <= schema["properties"].keys():
            self.closed += 1
            needs = {"required": sieve.pop("required", [])}
            more.append({"anyOf": [{"minProperties": len(schema["properties"])}, needs]})
        if more:
            sieve["allOf"] = [*sieve.get("allOf", ()), *more]
        return sieve

    def _below(self, keyword: str, value: Any) -> Any:
        if keyword in _MAPS and isinstance(value, dict):
            return {name: self.rewrite(each) for name, each in value.items()}
        if keyword in _LISTS and isinstance(value, list):
            return [self.rewrite(each) for each in value]
        return self.rewrite(value) if keyword in _SINGLE else value


def iter_objects(node: Any) -> Iterator[dict[str, Any]]:
    """All objects in a document, in no order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield here
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here


def _may_be_narrowed(node: Any) -> bool:
    return any(_names_a_format(each) or "$ref" in each or "$dynamicRef" in each for each in iter_objects(node))


def _names_a_format(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("format"), str) and schema["format"] in FORMATS


def _is_closed(schema: Mapping[str, Any]) -> bool:
    """Whether an object may have the `properties` and no others."""
    return schema.get("additionalProperties") is False and "properties" in schema and "patternProperties" not in schema


def _without_lookahead(pattern: str) -> str:
    r"""`$(?!\n)` at the end is `$` to jsonschema-rs, whose cheaper engine has no lookahead.

    Unless that `$` is a character, or `$` means the end of a line: then the pattern stays as it is.
    """
    start = pattern.removesuffix(_END)
    if start == pattern or start.endswith("\\") or "(?" in start.replace("(?:", ""):
        return pattern
    return f"{start}$"
