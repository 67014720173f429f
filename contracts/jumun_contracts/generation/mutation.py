"""One fault at a time: for each keyword that a fitting instance is subject to, a copy that breaks just it.

A checker that lets one of these through does not look at that keyword there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from jumun_contracts.generation.drawing import draw
from jumun_contracts.generation.draws import seeded_draws
from jumun_contracts.generation.errors import GenerationError
from jumun_contracts.generation.plan import Plan
from jumun_contracts.schema.pointers import render_pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jumun_contracts.generation.subschema import Place
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Finding, Schema

    Path = tuple[str | int, ...]

_UNKNOWN_NAME = "x_unknown"
_ONE_OF_EACH_TYPE: tuple[JsonValue, ...] = (None, True, 0, 0.5, "x", [], {})
_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class Mutant:
    """An instance with one fault.

    Attributes:
        pointer: RFC 6901 pointer to the fault, as in `Finding`: what is missing or unexpected is at its object.
        keyword: The keyword that is broken, as in `Finding`.
        instance: The whole of it. It shares what was not touched with the original: read it, do not change it.
    """

    pointer: str
    keyword: str
    instance: JsonValue


@dataclass(frozen=True, slots=True)
class _Goal:
    """A keyword to break, and values to put at `path` for it. `expected` is what `Finding` calls so."""

    path: Path
    keyword: str
    expected: Any
    candidates: tuple[JsonValue, ...]


def iter_mutants(schema: Schema, instance: JsonValue) -> Iterator[Mutant]:
    """A mutant for each keyword that applies to `instance`, in the order in which the schema is read.

    `required` gives one for each name, an array one for each item. Each mutant is refused, and the finding for its
    keyword and pointer is the only one where that can be: what breaks a `type` beside a `const` breaks both. Where
    nothing can break a keyword (a `minLength` of 0, whatever an `if` only asks), there is no mutant.

    Raises:
        ValueError: The instance itself does not fit.
        UnsupportedError: A keyword, format or pattern of the schema is not understood.
    """
    if not schema.is_valid(instance):
        raise ValueError("mutants are made of an instance that fits; this one does not")
    plan = Plan(schema)
    seen: set[tuple[Path, str, str]] = set()
    for goal in _iter_goals(plan, plan.root, instance, ()):
        key = (goal.path, goal.keyword, json.dumps(goal.expected, sort_keys=True))
        if key not in seen and (found := _nearest_miss(schema, instance, goal)):
            seen.add(key)
            yield found


def _nearest_miss(schema: Schema, instance: JsonValue, goal: _Goal) -> Mutant | None:
    """The mutant that reaches the goal with the fewest other findings."""
    best: tuple[int, JsonValue] | None = None
    pointer = render_pointer(goal.path)
    for value in goal.candidates:
        mutant = _put(instance, goal.path, value)
        if schema.is_valid(mutant):
            continue
        found = schema.findings(mutant)
        if any(_is_reached(each, pointer, goal) for each in found) and (best is None or len(found) < best[0]):
            best = len(found), mutant
            if len(found) == 1:
                break
    return Mutant(pointer, goal.keyword, best[1]) if best else None


def _is_reached(finding: Finding, pointer: str, goal: _Goal) -> bool:
    is_there = (finding.pointer, finding.keyword) == (pointer, goal.keyword)
    return is_there and (goal.keyword == "propertyNames" or finding.expected == goal.expected)


def _put(instance: JsonValue, path: Path, value: JsonValue) -> JsonValue:
    if not path:
        return value
    step, further = path[0], path[1:]
    if isinstance(instance, dict):
        return {**instance, str(step): _put(instance.get(str(step)), further, value)}
    items = cast("list[JsonValue]", instance)
    return [_put(each, further, value) if index == step else each for index, each in enumerate(items)]


def _iter_goals(plan: Plan, place: Place, value: JsonValue, path: Path) -> Iterator[_Goal]:
    if isinstance(place.schema, bool):
        return
    yield from _iter_own_goals(plan, place, value, path)
    for inner in _iter_same(plan, place):
        yield from _iter_goals(plan, inner, value, path)
    for inner, step in _iter_children(place, value):
        yield from _iter_goals(plan, inner, cast("Any", value)[step], (*path, step))


def _iter_own_goals(plan: Plan, place: Place, value: JsonValue, path: Path) -> Iterator[_Goal]:
    for keyword, expected in place.schema.items():
        if keyword in _ITEMS and isinstance(value, list):
            yield _Goal(path, keyword, expected, tuple(_ITEMS[keyword](plan, place, value)))
        elif keyword in _CANDIDATES:
            yield _Goal(path, keyword, expected, tuple(_CANDIDATES[keyword](expected, value)))
        elif isinstance(value, dict):
            yield from _iter_object_goals(keyword, expected, value, path)


def _iter_object_goals(keyword: str, expected: Any, value: dict[str, JsonValue], path: Path) -> Iterator[_Goal]:
    if keyword == "required":
        for name in expected:
            yield _Goal(path, keyword, name, ({key: each for key, each in value.items() if key != name},))
    elif keyword == "additionalProperties" and expected is False:
        yield _Goal(path, keyword, _UNKNOWN_NAME, ({**value, _UNKNOWN_NAME: None},))
    elif keyword == "properties":
        for name in (name for name, inner in expected.items() if inner is False):
            yield _Goal((*path, name), "false", expected=False, candidates=_ONE_OF_EACH_TYPE)


def _iter_same(plan: Plan, place: Place) -> Iterator[Place]:
    """Schemas that speak about the same value. Which of `then` and `else` does, the findings tell."""
    if "$ref" in place.schema:
        yield plan.target(place)
    yield from (place.at("allOf", index) for index in range(len(place.schema.get("allOf", ()))))
    yield from (place.at(keyword) for keyword in ("then", "else") if keyword in place.schema)


def _iter_children(place: Place, value: JsonValue) -> Iterator[tuple[Place, str | int]]:
    """Schemas that speak about what is in the value, each with the step to it."""
    schema = place.schema
    if isinstance(value, dict):
        for name in value:
            if name in schema.get("properties", {}):
                yield place.at("properties", name), name
            elif isinstance(schema.get("additionalProperties"), dict):
                yield place.at("additionalProperties"), name
    if isinstance(value, list):
        first = len(schema.get("prefixItems", ()))
        for index in range(len(value)):
            if index < first:
                yield place.at("prefixItems", index), index
            elif "items" in schema:
                yield place.at("items"), index


def _others(_: Any, value: JsonValue) -> Iterator[JsonValue]:
    """Values of the same type, and then of all types."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, value + 1_000_003)
    elif isinstance(value, str):
        yield from (value + "x", value + "0", value[:-1], "x")
    yield from _ONE_OF_EACH_TYPE


def _numbers(*shifts: float) -> Callable[[Any, JsonValue], Iterator[JsonValue]]:
    """Values at these distances from the bound."""
    return lambda bound, value: (bound + each for each in shifts if _is_number(value))


def _multiples(expected: Any, value: JsonValue) -> Iterator[JsonValue]:
    if _is_number(value):
        yield from (cast("Any", value) + 1, cast("Any", value) - 1, expected + 0.5)


def _shorter(least: int, value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, str) and least:
        yield from (value[: least - 1], "0" * (least - 1))


def _longer(most: int, value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, str):
        yield from ((value + each * (most + 1))[: most + 1] for each in (value or "x", value[-1:] or "x", "x"))


def _misspelt(_: Any, value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, str):
        changed = [value[:-1] + each for each in ("~", "\n", " ")] if value else []
        yield from (*changed, value + "\n", value + "~", "~" + value, "", " ", "~")


def _misnamed(_: Any, value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict):
        anything = next(iter(value.values()), None)
        yield from ({**value, name: anything} for name in (_UNKNOWN_NAME, "", " ", "~", "X", "0", "\n", "x" * 300))


def _too_few(_: Plan, place: Place, value: list[JsonValue]) -> Iterator[JsonValue]:
    if place.schema["minItems"]:
        yield value[: place.schema["minItems"] - 1]


def _too_many(plan: Plan, place: Place, value: list[JsonValue]) -> Iterator[JsonValue]:
    missing = range(place.schema["maxItems"] + 1 - len(value))
    yield value + value[-1:] * len(missing)
    for sample in range(_SAMPLES):
        more = [_item(plan, place, len(value) + each, seed=each + sample) for each in missing]
        if all(more):
            yield value + [item for each in more for item in each]


def _equal(plan: Plan, place: Place, value: list[JsonValue]) -> Iterator[JsonValue]:
    if place.schema["uniqueItems"]:
        for item in [value[:1], *(_item(plan, place, len(value), seed=each) for each in range(_SAMPLES))]:
            yield from (value + item, value[:-1] + item, value + item * 2)


def _item(plan: Plan, place: Place, index: int, *, seed: int) -> list[JsonValue]:
    """An item for the array at `place`, or none where none can be."""
    first = len(place.schema.get("prefixItems", ()))
    inner = (place.at("prefixItems", index),) if index < first else ()
    if index >= first and "items" in place.schema:
        inner = (place.at("items"),)
    try:
        return [draw(plan, inner, seeded_draws(seed))]
    except GenerationError:
        return []


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_CANDIDATES: Mapping[str, Callable[[Any, JsonValue], Iterator[JsonValue]]] = {
    "anyOf": _others,
    "const": _others,
    "enum": _others,
    "exclusiveMaximum": _numbers(0, 1),
    "exclusiveMinimum": _numbers(0, -1),
    "format": _misspelt,
    "maxLength": _longer,
    "maximum": _numbers(1, 0.5),
    "minLength": _shorter,
    "minimum": _numbers(-1, -0.5),
    "multipleOf": _multiples,
    "not": _others,
    "oneOf": _others,
    "pattern": _misspelt,
    "propertyNames": _misnamed,
    "type": _others,
}
_ITEMS: Mapping[str, Callable[[Plan, Place, list[JsonValue]], Iterator[JsonValue]]] = {
    "maxItems": _too_many,
    "minItems": _too_few,
    "uniqueItems": _equal,
}
