"""The keywords at one place: those that assert something of the value there, each by itself, and those that tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from jumun_contracts.diff.gap import Gap, render_place
from jumun_contracts.diff.place import EXTRA
from jumun_contracts.schema.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from jumun_contracts.diff.place import Layer, Place
    from jumun_contracts.schema.parsing import JsonValue

# Keywords that mean something only beside others, by the main one.
_COMPANIONS = {
    "if": ("then", "else"),
    "contains": ("minContains", "maxContains"),
    "prefixItems": ("items",),
    "patternProperties": ("properties", "additionalProperties"),
}
# Keywords that apply to one type only.
_TYPE_OF = {
    **dict.fromkeys(("pattern", "format", "minLength", "maxLength"), "string"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "contains", "prefixItems", "unevaluatedItems"), "array"),
    **dict.fromkeys(
        (
            *("required", "minProperties", "maxProperties", "propertyNames", "patternProperties"),
            *("dependentRequired", "dependentSchemas", "unevaluatedProperties"),
        ),
        "object",
    ),
}
_ALONE = (*_TYPE_OF, "type", "enum", "const", "not", "anyOf", "oneOf", "if")
_WHOLE_LAYER = ("unevaluatedItems", "unevaluatedProperties")
_NOTES = ("x-evidence", "deprecated", "default", "x-pii", "x-secret")


def iter_keywords(layer: Layer, types: Collection[str]) -> Iterator[tuple[str, str, Layer]]:
    """Each keyword of a layer that asserts something of a value of these types: keyword, property, it alone."""
    spoken_of = {"", *types, *(("number",) if "integer" in types else ())}
    for keyword in _ALONE:
        if keyword not in layer or _TYPE_OF.get(keyword, "") not in spoken_of:
            continue
        if keyword == "format" and layer["format"] not in FORMATS:
            continue
        if keyword == "required":
            yield from ((keyword, name, {"required": [name]}) for name in layer["required"])
        elif keyword in _WHOLE_LAYER:
            yield keyword, "", layer
        else:
            parts = (keyword, *_COMPANIONS.get(keyword, ()))
            yield keyword, "", {part: layer[part] for part in parts if part in layer}


def stands_in(alone: Layer, layers: Sequence[Layer]) -> bool:
    """Whether a layer says the same, word for word; what a `$ref` in it points to may differ."""
    if "required" in alone:
        (name,) = alone["required"]
        return any(name in layer.get("required", ()) for layer in layers)
    return any(all(key in layer and same(layer[key], alone[key]) for key in alone) for layer in layers)


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: `True` is not 1."""
    return bool(left == right) and repr(left) == repr(right)


def value_of(place: Place, keyword: str) -> JsonValue:
    """The keyword's value at a place; of several, the first."""
    for layer in place.layers():
        if keyword in layer:
            value = layer[keyword]
            return [each["value"] for each in value] if keyword == "x-known-values" else cast("JsonValue", value)
    return None


def iter_remarks(wide: Place, narrow: Place) -> Iterator[Gap]:
    """What the strict twin would refuse, and what differs without refusing anything."""
    if "object" in wide.types() & narrow.types() and narrow.names() and narrow.child(EXTRA) is None:
        described = set(narrow.names())
        for name in wide.names():
            sent = wide.sent(name)
            if name not in described and sent is not None and sent.nodes:
                yield Gap("strict", render_place((name,)), "properties", wide=True, narrow=False)
    known_wide, known_narrow = value_of(wide, "x-known-values"), value_of(narrow, "x-known-values")
    if isinstance(known_wide, list) and isinstance(known_narrow, list):
        new = [each for each in known_wide if each not in known_narrow]
        if new:
            yield Gap("strict", "", "x-known-values", known_wide, known_narrow)
    for keyword in _NOTES:
        left, right = value_of(wide, keyword), value_of(narrow, keyword)
        is_told = keyword != "x-evidence" or (left is not None and right is not None)
        if is_told and not same(left, right):
            yield Gap("note", "", keyword, left, right)
