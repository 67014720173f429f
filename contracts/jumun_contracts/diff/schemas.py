"""What one schema lets through that another does not.

A schema is a conjunction of its keywords, so what a `wide` one lets through and a `narrow` one refuses is refused by
one of the narrow one's keywords, at one place. Each keyword is taken alone, and a value is looked for that fits all the
wide one says at that place and fails this keyword, and that can stand in a whole body. Found, it is the proof. Which
side is wide decides whether that breaks clients: see `rules`.

A sender is taken to send what is described: a key that the wide schema does not name is no reason to call a change
breaking, unless the schema names no key at all. Were it otherwise, each new optional field of a request would be.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import jsonschema_rs

from jumun_contracts.diff.place import EXTRA, Place, refs_in
from jumun_contracts.diff.witness import ITEMS, Maker, find_hints
from jumun_contracts.formats import FORMATS
from jumun_contracts.pointers import escape_key
from jumun_contracts.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumun_contracts.diff.place import Layer
    from jumun_contracts.parsing import JsonValue

Strength: TypeAlias = Literal["proved", "unproved", "strict", "note"]

# Keywords that mean something only beside others, by the one that leads.
_COMPANIONS = {
    "if": ("then", "else"),
    "contains": ("minContains", "maxContains"),
    "prefixItems": ("items",),
    "patternProperties": ("properties", "additionalProperties"),
}
# Keywords that speak of one type only.
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
_TRIES = 120
_DEPTH_AT_MOST = 16
# A schema that stands in more places than these is told of in the first ones: its paths may be without number.
_PLACES_OF_A_PAIR = 8
_EMBEDDED_AT_MOST = 4


@dataclass(frozen=True, slots=True)
class Gap:
    """One keyword of the narrow side that refuses what the wide side lets through.

    Attributes:
        strength: `proved` by `instance`; `unproved`: neither an instance was found nor that there is none; `strict`:
            refused only when objects and lists of known values count as closed; `note`: nothing is refused.
        place: Pointer with `*` for items and unnamed keys; for `required` and `properties` that of the property.
        wide: What the wide side has for the keyword there.
        narrow: What the narrow side has.
        instance: A whole body, None without proof.
    """

    strength: Strength
    place: str
    keyword: str
    wide: JsonValue = field(default=None, hash=False)
    narrow: JsonValue = field(default=None, hash=False)
    instance: JsonValue = field(default=None, hash=False)


def find_gaps(wide: Place, narrow: Place) -> list[Gap]:
    """All that `wide` lets through and `narrow` refuses, one entry for each keyword and place.

    Raises:
        SchemaError: One of the two is no JSON Schema 2020-12.
    """
    changed = _changed_refs(wide, narrow)
    if _is_unchanged(wide, narrow, changed):
        return []
    documents = wide.document(), narrow.document()
    maker = Maker(find_hints(documents))
    found: dict[tuple[str, str], Gap] = {}
    for gap in _Walk(wide, Schema(documents[0]), Schema(documents[1]), maker, changed).iter_gaps(wide, narrow, (), ()):
        key = (gap.place, gap.keyword)
        if key not in found or (gap.strength == "proved" and found[key].strength != "proved"):
            found[key] = gap
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Walk:
    """One pass through two schemas side by side."""

    root: Place
    wide: Schema
    narrow: Schema
    maker: Maker
    changed: frozenset[str]
    visits: Counter[tuple[str, str]] = field(default_factory=Counter)

    def iter_gaps(
        self, wide: Place, narrow: Place, path: tuple[str, ...], within: tuple[tuple[str, str], ...]
    ) -> Iterator[Gap]:
        here = (repr(wide.nodes), repr(narrow.nodes))
        if here in within or len(path) > _DEPTH_AT_MOST or _is_unchanged(wide, narrow, self.changed):
            return
        self.visits[here] += 1
        wide_layers, types = wide.layers(), wide.types()
        if not types or self.visits[here] > _PLACES_OF_A_PAIR or self._is_empty(wide):
            return
        within = (*within, here)
        spoken_of = {"", *types, *(("number",) if "integer" in types else ())}
        for layer in narrow.layers():
            for keyword, name, alone in _iter_keywords(layer):
                if _TYPE_OF.get(keyword, "") in spoken_of and not _stands_in(alone, wide_layers):
                    yield from self._iter_judged(wide, narrow, path, keyword=keyword, name=name, alone=alone)
        yield from _iter_remarks(wide, narrow, path)
        if "array" in types:
            yield from self.iter_gaps(wide.items(), narrow.items(), (*path, ITEMS), within)
        if "object" in types:
            for name in dict.fromkeys([*wide.names(), *narrow.names(), EXTRA]):
                sent, taken = wide.sent(name), narrow.child(name)
                if sent is not None and taken is not None:
                    yield from self.iter_gaps(sent, taken, (*path, name), within)

    def _is_empty(self, place: Place) -> bool:
        """Whether it is certain that nothing fits."""
        if any(True for _ in self.maker.iter_good(place)):
            return False
        canonical = _canonical(place, levels=2)
        return canonical is not None and str(canonical.satisfiability().value) == "no"

    def _iter_judged(
        self, wide: Place, narrow: Place, path: tuple[str, ...], *, keyword: str, name: str, alone: Layer
    ) -> Iterator[Gap]:
        place = render_place((*path, name) if name else path)
        left: JsonValue = False if name else _value_of(wide, keyword)
        right: JsonValue = True if name else _value_of(narrow, keyword)
        single = Place((alone,), narrow.definitions)
        for instance in self._iter_proofs(wide, single, path):
            yield Gap("proved", place, keyword, left, right, instance)
            return
        if _covers(single, wide) != "yes":
            yield Gap("unproved", place, keyword, left, right)

    def _iter_proofs(self, wide: Place, single: Place, path: tuple[str, ...]) -> Iterator[JsonValue]:
        """Whole bodies that the wide side takes and the narrow side refuses, for this keyword at this place."""
        alone = single.compile(levels=2)
        refused = (each for each in self.maker.iter_good(wide) if not alone.is_valid(each))
        for value in itertools.islice(refused, _EMBEDDED_AT_MOST):
            for body in itertools.islice(self.maker.iter_bodies(self.root, path, value), _TRIES):
                if self.wide.is_valid(body) and not self.narrow.is_valid(body):
                    yield body


def _changed_refs(wide: Place, narrow: Place) -> frozenset[str]:
    """Each `$ref` that leads, at once or in the end, to another schema on the other side."""
    refs = wide.definitions.keys() | narrow.definitions.keys()
    changed = {
        ref
        for ref in refs
        if ref not in wide.definitions
        or ref not in narrow.definitions
        or not _same(wide.definitions[ref], narrow.definitions[ref])
    }
    leading: dict[str, set[str]] = {}
    for ref in refs:
        for target in refs_in(wide.definitions.get(ref)):
            leading.setdefault(target, set()).add(ref)
    waiting = list(changed)
    while waiting:
        more = leading.get(waiting.pop(), set()) - changed
        changed |= more
        waiting += more
    return frozenset(changed)


def _is_unchanged(wide: Place, narrow: Place, changed: frozenset[str]) -> bool:
    return _same(wide.nodes, narrow.nodes) and not wide.refs() & changed


def render_place(path: tuple[str, ...]) -> str:
    """A path as a pointer with `*` for items and unnamed keys."""
    return "".join("/*" if step in (ITEMS, EXTRA) else f"/{escape_key(step)}" for step in path)


def _iter_keywords(layer: Layer) -> Iterator[tuple[str, str, Layer]]:
    """Each asserting keyword of a layer that is about the value itself: keyword, property, and a schema of it alone."""
    for keyword in _ALONE:
        if keyword not in layer or (keyword == "format" and layer["format"] not in FORMATS):
            continue
        if keyword == "required":
            yield from ((keyword, name, {"required": [name]}) for name in layer["required"])
        elif keyword in _WHOLE_LAYER:
            yield keyword, "", layer
        else:
            parts = (keyword, *_COMPANIONS.get(keyword, ()))
            yield keyword, "", {part: layer[part] for part in parts if part in layer}


def _stands_in(alone: Layer, layers: list[Layer]) -> bool:
    """Whether a layer says the same. What a `$ref` in it leads to may differ, so such a one is looked at."""
    if "required" in alone:
        (name,) = alone["required"]
        return any(name in layer.get("required", ()) for layer in layers)
    if "$ref" in repr(alone):
        return False
    return any(all(key in layer and _same(layer[key], alone[key]) for key in alone) for layer in layers)


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON: `True` is not 1."""
    return bool(left == right) and repr(left) == repr(right)


def _iter_remarks(wide: Place, narrow: Place, path: tuple[str, ...]) -> Iterator[Gap]:
    """What the strict twin would refuse, and what differs without refusing anything."""
    if "object" in wide.types() & narrow.types() and narrow.names() and narrow.child(EXTRA) is None:
        described = set(narrow.names())
        for name in wide.names():
            sent = wide.sent(name)
            if name not in described and sent is not None and sent.nodes:
                yield Gap("strict", render_place((*path, name)), "properties", wide=True, narrow=False)
    known_wide, known_narrow = _value_of(wide, "x-known-values"), _value_of(narrow, "x-known-values")
    if isinstance(known_wide, list) and isinstance(known_narrow, list):
        new = [each for each in known_wide if each not in known_narrow]
        if new:
            yield Gap("strict", render_place(path), "x-known-values", known_wide, known_narrow)
    for keyword in _NOTES:
        left, right = _value_of(wide, keyword), _value_of(narrow, keyword)
        is_told = keyword != "x-evidence" or (left is not None and right is not None)
        if is_told and not _same(left, right):
            yield Gap("note", render_place(path), keyword, left, right)


def _value_of(place: Place, keyword: str) -> JsonValue:
    """The keyword's value at a place; of several, the first."""
    for layer in place.layers():
        if keyword in layer:
            value = layer[keyword]
            return [each["value"] for each in value] if keyword == "x-known-values" else cast("JsonValue", value)
    return None


def _covers(narrow: Place, wide: Place) -> str:
    """`yes`, `no` or `unknown`: whether `narrow` takes all that `wide` does, as jsonschema-rs proves it."""
    # Cut short, the wide one takes more: what covers that covers the whole.
    sides = _canonical(narrow), _canonical(wide, levels=2)
    if sides[0] is None or sides[1] is None:
        return "unknown"
    return str(sides[0].covers(sides[1]).value)


def _canonical(place: Place, *, levels: int | None = None) -> jsonschema_rs.CanonicalSchema | None:
    """The place as jsonschema-rs reasons about it, None where it cannot."""
    try:
        return jsonschema_rs.canonicalize(
            _without_idle_formats(place.document(levels=levels)),
            draft=jsonschema_rs.Draft202012,
            validate_formats=True,
            offline=True,
        )
    except ValueError:
        return None


def _without_idle_formats(node: Any) -> Any:
    """A copy without the formats that nobody asserts here."""
    if isinstance(node, list):
        return [_without_idle_formats(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_idle_formats(value)
        for key, value in node.items()
        if not (key == "format" and isinstance(value, str) and value not in FORMATS)
    }
