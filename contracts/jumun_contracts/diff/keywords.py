"""The keywords at one place: those that assert something of the value there, each by itself, and those that tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from jumun_contracts.diff.gap import Gap, render_place
from jumun_contracts.diff.place import EXTRA, refs_in
from jumun_contracts.schema.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from jumun_contracts.diff.place import Layer, Place
    from jumun_contracts.schema.parsing import JsonValue

# Keywords that mean something only beside others, by the main one. These ask for more the more of them there are.
_COMPANIONS = {"if": ("then", "else"), "prefixItems": ("items",)}
# And these also take back what the main one asks for, so that one more of them is another meaning.
_RELAXING = {"contains": ("minContains", "maxContains")}
# Keywords that apply to one type only.
_TYPE_OF = {
    **dict.fromkeys(("pattern", "format", "minLength", "maxLength"), "string"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "contains", "prefixItems"), "array"),
    **dict.fromkeys(
        (
            *("required", "minProperties", "maxProperties", "propertyNames", "patternProperties"),
            *("additionalProperties", "dependentRequired", "dependentSchemas"),
        ),
        "object",
    ),
}
_ALONE = (*_TYPE_OF, "type", "enum", "const", "not", "anyOf", "oneOf", "if")
UNEVALUATED = {"unevaluatedItems": "array", "unevaluatedProperties": "object"}
"""Keywords that see all that is beside them, `$ref` and `allOf` too, and the type that each applies to."""
_NOTES = ("x-evidence", "deprecated", "default", "x-pii", "x-secret")
# They assert nothing, but say how to read a text: with another one its reader reads something else.
_CONTENT = ("contentEncoding", "contentMediaType", "contentSchema")


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
        elif keyword == "patternProperties":
            yield from ((keyword, "", {keyword: {pattern: each}}) for pattern, each in layer[keyword].items())
        elif keyword == "additionalProperties":
            # What the named and matched keys must be is asked elsewhere.
            named = {part: dict.fromkeys(layer.get(part, ()), True) for part in ("properties", "patternProperties")}
            yield keyword, "", {**{part: each for part, each in named.items() if each}, keyword: layer[keyword]}
        else:
            parts = (keyword, *_COMPANIONS.get(keyword, ()), *_RELAXING.get(keyword, ()))
            yield keyword, "", {part: layer[part] for part in parts if part in layer}


def iter_unevaluated(whole: Layer, types: Collection[str]) -> Iterator[tuple[str, Layer]]:
    """Each of a schema's keywords that see all that is beside them, and what it alone refuses."""
    for keyword in (each for each, kind in UNEVALUATED.items() if each in whole and kind in types):
        rest = {key: value for key, value in whole.items() if key != keyword}
        yield keyword, {"anyOf": [whole, {"not": rest}]}


def stands_in(alone: Layer, layers: Sequence[Layer]) -> bool:
    """Whether a layer says the same, word for word; what a `$ref` in it points to may differ."""
    return any(_is_said(alone, layer) for layer in layers)


def _is_said(alone: Layer, layer: Layer) -> bool:
    if "required" in alone:
        (name,) = alone["required"]
        return name in layer.get("required", ())
    if "additionalProperties" in alone:
        if not same(layer.get("additionalProperties"), alone["additionalProperties"]):
            return False
        # Each key that is named or matched is one less that it applies to.
        parts = ("properties", "patternProperties")
        return all(layer.get(part, {}).keys() <= alone.get(part, {}).keys() for part in parts)
    if "patternProperties" in alone:
        ((pattern, asked),) = alone["patternProperties"].items()
        said = layer.get("patternProperties", {})
        return pattern in said and same(said[pattern], asked)
    relaxing = (part for keyword in alone for part in _RELAXING.get(keyword, ()))
    is_relaxed = any(part in layer and part not in alone for part in relaxing)
    return not is_relaxed and all(key in layer and same(layer[key], alone[key]) for key in alone)


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


def iter_remarks(wide: Place, narrow: Place, *, changed: Collection[str]) -> Iterator[Gap]:
    """What the strict twin would refuse, and what differs without refusing anything.

    Args:
        changed: Each `$ref` whose target differs on the other side.
    """
    if "object" in wide.types() & narrow.types():
        yield from _iter_strict_keys(wide, narrow)
    known_wide, known_narrow = value_of(wide, "x-known-values"), value_of(narrow, "x-known-values")
    if isinstance(known_wide, list) and isinstance(known_narrow, list):
        new = [each for each in known_wide if each not in known_narrow]
        if new:
            yield Gap("strict", "", "x-known-values", known_wide, known_narrow)
    for keyword in (*_NOTES, *_CONTENT):
        left, right = value_of(wide, keyword), value_of(narrow, keyword)
        is_told = keyword != "x-evidence" or (left is not None and right is not None)
        if is_told and not (same(left, right) and refs_in(left).isdisjoint(changed)):
            yield Gap("content" if keyword in _CONTENT else "note", "", keyword, left, right)


def _iter_strict_keys(wide: Place, narrow: Place) -> Iterator[Gap]:
    """Keys that only the wide side describes, or the narrow side closed where the wide one is silent."""
    extra, is_open = narrow.child(EXTRA), wide.sent(EXTRA) is None
    if extra is None and narrow.names():
        described = set(narrow.names())
        for name in wide.names():
            sent = wide.sent(name)
            if name not in described and sent is not None and sent.nodes and narrow.child(name) is None:
                yield Gap("strict", render_place((name,)), "properties", wide=True, narrow=False)
        patterns = [each for each in wide.patterns() if each not in narrow.patterns()]
        if patterns:
            yield Gap("strict", "", "patternProperties", wide=list(patterns), narrow=list(narrow.patterns()))
    if extra is not None and is_open and extra.nodes not in ((True,), ({},)):
        yield Gap("strict", "", "additionalProperties", wide=None, narrow=value_of(narrow, "additionalProperties"))
