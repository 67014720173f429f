"""One value, drawn from a plan or for a seed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from jumun_contracts.generation.draws import seeded_draws
from jumun_contracts.generation.errors import GenerationError
from jumun_contracts.generation.plan import Plan
from jumun_contracts.generation.shapes import number_range
from jumun_contracts.generation.subschema import Place
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumun_contracts.generation.draws import Draws
    from jumun_contracts.generation.shapes import Shape
    from jumun_contracts.generation.subschema import Places
    from jumun_contracts.schema.parsing import JsonValue

ATTEMPTS = 20
"""Before a schema is reported to leave too little room."""

_OPTIONAL_DEPTH = 8
_DEEPEST = 60
_FEW = 3
_KNOWN_IN_ALL = 7
_DIFFERENT = Schema({"uniqueItems": True})


def generate_example(schema: Schema, *, seed: str | int = 0) -> JsonValue:
    """A value that fits: the same for the same schema and seed, in every process and on every Python.

    Optional properties come and go with the seed; names that the schema does not mention are made up only where
    `additionalProperties` says of what kind they are. Values that the contract knows are preferred.

    Raises:
        UnsupportedError: A keyword, format or pattern is not understood.
        GenerationError: No value was found.
    """
    plan, draws = Plan(schema), seeded_draws(seed)
    for _ in range(ATTEMPTS):
        value = draw(plan, (plan.root,), draws)
        if schema.is_valid(value):
            return value
    raise GenerationError(f"{plan.root.base}#: no value found in {ATTEMPTS} attempts")


def draw(plan: Plan, places: Places, draws: Draws, depth: int = 0) -> JsonValue:
    """One value that fits all of `places`.

    Raises:
        GenerationError: No value was found.
    """
    where = f"{places[0].base}#{places[0].pointer}" if places else "#"
    shapes = plan.shapes(places)
    if not shapes or depth > _DEEPEST:
        raise GenerationError(f"{where}: " + ("it has no end" if shapes else "no value can fit"))
    shape = _pick(shapes, draws)
    if shape.values is not None:
        return cast("JsonValue", copy.deepcopy(_pick(shape.values, draws)))
    if shape.known and draws.integer(0, _KNOWN_IN_ALL) < _KNOWN_IN_ALL:
        return cast("JsonValue", _pick(shape.known, draws))
    kind = _pick(shape.types, draws)
    if kind == "object":
        return _draw_object(plan, shape, draws, depth)
    if kind == "array":
        return _draw_array(plan, shape, draws, depth)
    for _ in range(ATTEMPTS):
        value = _draw_scalar(shape, kind, draws)
        if shape.own.is_valid(value):
            return value
    raise GenerationError(f"{where}: no value found in {ATTEMPTS} attempts")


def _draw_scalar(shape: Shape, kind: str, draws: Draws) -> JsonValue:
    if kind == "null":
        return None
    if kind == "boolean":
        return bool(draws.integer(0, 1))
    if kind == "string":
        for pattern in shape.all("pattern"):
            return draws.matching(pattern)
        for name in shape.all("format"):
            return _draw_moment(name, draws)
        return draws.text(*shape.span("minLength", "maxLength"))
    low, high, step = number_range(shape, kind)
    number = draws.integer(low, high) * step
    return int(number) if step.denominator == 1 else float(number)


def _draw_object(plan: Plan, shape: Shape, draws: Draws, depth: int) -> JsonValue:
    value: dict[str, JsonValue] = {}
    required = shape.required
    for name in shape.declared:
        if name not in required and (depth >= _OPTIONAL_DEPTH or not plan.is_possible(shape.child(name))):
            continue
        if name in required or draws.integer(0, 1):
            value[name] = draw(plan, shape.child(name), draws, depth + 1)
    further = [each for each in shape.all("additionalProperties") if each is not True]
    names = tuple(place.at("propertyNames") for place in shape.places if "propertyNames" in place.schema)
    if further and all(further) and depth < _OPTIONAL_DEPTH:
        for _ in range(draws.integer(0, _FEW)):
            new = draw(plan, (Place("", "!name", {"type": "string"}), *names), draws, depth + 1)
            if isinstance(new, str) and new not in shape.declared:
                value[new] = draw(plan, shape.child(new), draws, depth + 1)
    return value


def _draw_array(plan: Plan, shape: Shape, draws: Draws, depth: int) -> JsonValue:
    least, most = shape.span("minItems", "maxItems")
    more = 0 if depth >= _OPTIONAL_DEPTH else draws.integer(0, _FEW)
    wanted = least + more if most is None else min(least + more, most)
    value: list[JsonValue] = []
    is_set = any(shape.all("uniqueItems"))
    for _ in range(wanted + ATTEMPTS * is_set):
        if len(value) == wanted or not plan.is_possible(shape.item(len(value))):
            break
        item = draw(plan, shape.item(len(value)), draws, depth + 1)
        if not is_set or _DIFFERENT.is_valid([*value, item]):
            value.append(item)
    if len(value) < least:
        raise GenerationError(f"{shape.places[0].base}#{shape.places[0].pointer}: not enough items that differ")
    return value


def _draw_moment(name: str, draws: Draws) -> str:
    """A `date` or `date-time` from 2020 on, with and without a fraction, in UTC and in Korean time."""
    day = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=draws.integer(0, 4000))
    if name == "date":
        return day.date().isoformat()
    moment = day + timedelta(milliseconds=draws.integer(0, 86_399_999))
    text = moment.replace(tzinfo=None).isoformat(timespec=("seconds", "milliseconds")[draws.integer(0, 1)])
    return text + ("Z", "+09:00")[draws.integer(0, 1)]


def _pick(options: Sequence[Any], draws: Draws) -> Any:
    return options[draws.integer(0, len(options) - 1)] if len(options) > 1 else options[0]
