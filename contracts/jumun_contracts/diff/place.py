"""What one side says of a value at one place: schemas that hold together, with the definitions they refer to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from jumun_contracts.diff.patterns import matches, sample_keys
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.schema.parsing import SchemaDocument


Layer: TypeAlias = "Mapping[str, Any]"
"""A schema object without `$ref` and `allOf`."""

EXTRA = "\x00extra"
"""Stands for a key that no schema names and no pattern matches."""

MADE_UP = "\x00key "
"""Before a key that no schema names and that a pattern of `patternProperties` matches, in a path of keys."""

ITEMS = "\x00items"
"""A step into an array, in a path of keys."""

_ALL_TYPES = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
_TYPES_OF: dict[type, tuple[str, ...]] = {
    type(None): ("null",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("integer", "number"),
    str: ("string",),
    list: ("array",),
    dict: ("object",),
}
_NEVER: Layer = {"not": {}}
_BRANCHES_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A value must fit all of `nodes`; none of them is any value at all.

    Attributes:
        definitions: `$ref` as written in a node → what it points to.
    """

    nodes: tuple[SchemaDocument, ...]
    definitions: Mapping[str, SchemaDocument]

    def layers(self) -> list[Layer]:
        """The nodes with `$ref` and `allOf` followed. A `false` is `{"not": {}}`."""
        nodes = ({key: value for key, value in each.items() if key not in ("$ref", "allOf")} for each in self.wholes())
        return [each for each in nodes if each]

    def wholes(self) -> list[Layer]:
        """The same with `$ref` and `allOf` in them, as `unevaluatedProperties` and `unevaluatedItems` see them."""
        return list(self._iter_wholes(self.nodes, frozenset()))

    def _iter_wholes(self, nodes: tuple[SchemaDocument, ...], within: frozenset[str]) -> Iterator[Layer]:
        for node in nodes:
            if isinstance(node, bool):
                if not node:
                    yield _NEVER
                continue
            yield node
            yield from self._iter_wholes(tuple(node.get("allOf", ())), within)
            ref = node.get("$ref")
            if ref is not None and ref not in within:
                yield from self._iter_wholes((self.definitions[ref],), within | {ref})

    def types(self) -> frozenset[str]:
        """The JSON types that `type`, `enum`, `const` and a plain `false` leave; every integer is a number."""
        types = _ALL_TYPES
        for layer in self.layers():
            if layer.get("not") in ({}, True):
                return frozenset()
            if "type" in layer:
                named = {layer["type"]} if isinstance(layer["type"], str) else set(layer["type"])
                types &= named | ({"integer"} if "number" in named else set())
            if "enum" in layer or "const" in layer:
                values = [*layer.get("enum", ()), *([layer["const"]] if "const" in layer else [])]
                types &= {name for value in values for name in _TYPES_OF[type(value)]}
        return types

    def branches(self) -> list[Place]:
        """The alternatives that `anyOf`, `oneOf`, `if` and `dependentSchemas` offer."""
        found: list[tuple[SchemaDocument, ...]] = []
        for layer in self.layers():
            found += [(each,) for keyword in ("anyOf", "oneOf") for each in layer.get(keyword, ())]
            found += [(each,) for each in layer.get("dependentSchemas", {}).values()]
            if "if" in layer:
                found += [(layer["if"], layer.get("then", True)), (layer.get("else", True),)]
        return [replace(self, nodes=each) for each in found]

    def names(self) -> list[str]:
        """Names of properties that are described, those within branches last."""
        return list(dict.fromkeys(self.iter_names()))

    def iter_names(self, *, depth: int = _BRANCHES_DEPTH) -> Iterator[str]:
        """The same one by one, for who does not need them all."""
        for layer in self.layers():
            yield from layer.get("properties", ())
            yield from layer.get("required", ())
        for branch in self.branches() if depth else ():
            yield from branch.iter_names(depth=depth - 1)

    def has_names(self) -> bool:
        """Whether a property is described."""
        return any(True for _ in self.iter_names())

    def patterns(self, *, depth: int = _BRANCHES_DEPTH) -> list[str]:
        """Patterns of keys that are described, those within branches last."""
        found = [pattern for layer in self.layers() for pattern in layer.get("patternProperties", ())]
        within = [each.patterns(depth=depth - 1) for each in (self.branches() if depth else ())]
        return list(dict.fromkeys([*found, *(pattern for each in within for pattern in each)]))

    def made_up_keys(self) -> list[str]:
        """For each pattern a few keys that it matches, each with `MADE_UP` before it."""
        return [MADE_UP + key for pattern in self.patterns() for key in sample_keys(pattern)]

    def child(self, name: str) -> Place | None:
        """What plain layers say of the property `name`; None if they leave it open. `EXTRA` is an unnamed one."""
        nodes = [node for layer in self.layers() for node in _said_of(layer, name)]
        return replace(self, nodes=tuple(nodes)) if nodes else None

    def sent(self, name: str) -> Place | None:
        """What a sender who keeps to what is described may put there; None if it is not described.

        An object of which no property is described may have any.
        """
        described = self._described(name, _BRANCHES_DEPTH)
        return replace(self, nodes=()) if described is None and not self.has_names() else described

    def _described(self, name: str, depth: int) -> Place | None:
        layers = self.layers()
        nodes = [node for layer in layers for node in _said_of(layer, name)]
        branches = [each._described(name, depth - 1) for each in (self.branches() if depth else ())]  # noqa: SLF001
        options = [each for each in branches if each is not None]
        # One of several must hold, unless one leaves open what is described here, or any key.
        is_open = not all(each and each.nodes for each in (branches if nodes else options))
        # And one that depends on another key need not hold.
        is_open = is_open or bool(nodes and any("dependentSchemas" in layer for layer in layers))
        if options and not is_open and not self._has_open_alternative():
            nodes += options[0].nodes if len(options) == 1 else [{"anyOf": [_all_of(each) for each in options]}]
        if nodes or options or any(name in layer.get("required", ()) for layer in layers):
            return replace(self, nodes=tuple(nodes))
        return self._unevaluated(name)

    def _has_open_alternative(self) -> bool:
        """Whether an alternative takes objects and says nothing of their keys."""
        alternatives = [each for layer in self.layers() for key in ("anyOf", "oneOf") for each in layer.get(key, ())]
        # Where a condition fails, only what is under `else` holds.
        alternatives += [layer.get("else", True) for layer in self.layers() if "if" in layer]
        places = [replace(self, nodes=(each,)) for each in alternatives]
        return any("object" in each.types() and not each.describes() for each in places)

    def describes(self) -> bool:
        """Whether something is said of keys."""
        keywords = ("patternProperties", "additionalProperties", "unevaluatedProperties")
        return self.has_names() or any(each in layer for layer in self._all_layers() for each in keywords)

    def _unevaluated(self, name: str) -> Place | None:
        """What `unevaluatedProperties` says of a property that nothing else describes, None if it says nothing."""
        said = [layer["unevaluatedProperties"] for layer in self.layers() if "unevaluatedProperties" in layer]
        if not said:
            return None
        others = [layer for layer in self._all_layers() if layer.get("unevaluatedProperties") not in said]
        is_open = any("unevaluatedProperties" in layer or _said_of(layer, name) for layer in others)
        return replace(self, nodes=() if is_open or len(said) > 1 else tuple(said))

    def _all_layers(self, depth: int = _BRANCHES_DEPTH) -> Iterator[Layer]:
        """Of the place and of all branches."""
        yield from self.layers()
        for branch in self.branches() if depth else ():
            yield from branch._all_layers(depth - 1)  # noqa: SLF001

    def items(self) -> Place:
        """The schema of each item of an array."""
        nodes = [layer["items"] for layer in self.layers() if "items" in layer and "prefixItems" not in layer]
        return replace(self, nodes=tuple(nodes))

    def first_items(self) -> list[Place]:
        """What `prefixItems` says of the first items of an array, each by itself."""
        layers = [layer for layer in self.layers() if "prefixItems" in layer]
        length = max((len(layer["prefixItems"]) for layer in layers), default=0)
        said = [[layer["prefixItems"][index : index + 1] for layer in layers] for index in range(length)]
        return [replace(self, nodes=(*itertools.chain(*each), *self.items().nodes)) for each in said]

    def wanted_items(self) -> list[Place]:
        """What `contains` asks some item of an array to be."""
        return [replace(self, nodes=(layer["contains"],)) for layer in self.layers() if "contains" in layer]

    def document(self, *, levels: int | None = None) -> dict[str, Any]:
        """One schema that needs no other.

        Args:
            levels: How many `$ref`s in a row are followed; what lies beyond is then any value. None follows all.
        """
        found: dict[str, Any] = {}
        waiting: list[tuple[str, str, int | None]] = []
        nodes = [self._bundle(node, waiting, levels) for node in self.nodes]
        while waiting:
            key, ref, below = waiting.pop()
            if key not in found:
                found[key] = self._bundle(self.definitions[ref], waiting, below)
        return {"allOf": nodes, "$defs": found} if nodes else {}

    def _bundle(self, node: Any, waiting: list[tuple[str, str, int | None]], levels: int | None) -> Any:
        """A copy that refers to `$defs`. What has to be there is left in `waiting`: key, `$ref`, levels below it."""
        if isinstance(node, list):
            return [self._bundle(each, waiting, levels) for each in node]
        if not isinstance(node, dict):
            return node
        copy = {key: self._bundle(value, waiting, levels) for key, value in node.items() if key != "$ref"}
        ref = node.get("$ref")
        if isinstance(ref, str) and ref in self.definitions and levels != 0:
            key = f"{ref.encode().hex()}-{levels}"
            copy["$ref"] = f"#/$defs/{key}"
            waiting.append((key, ref, None if levels is None else levels - 1))
        return copy

    def refs(self) -> frozenset[str]:
        """Each `$ref` in a node."""
        return refs_in(self.nodes)

    def reach(self, *, levels: int | None = None, at_most: int) -> frozenset[str]:
        """Each `$ref` that can be come to, `levels` in a row; no further once there are more than `at_most`."""
        found, latest = set[str](), self.refs()
        while latest and levels != 0 and len(found) <= at_most:
            found |= latest
            latest = refs_in([self.definitions[each] for each in latest]) - found
            levels = None if levels is None else levels - 1
        return frozenset(found)

    def compile(self, *, levels: int | None = None) -> Schema:
        """Ready to judge; `levels` as in `document`.

        Raises:
            SchemaError: A node is not a JSON Schema.
        """
        return Schema(self.document(levels=levels))


def refs_in(node: Any) -> frozenset[str]:
    """Each `$ref` within a schema."""
    found, waiting = set[str](), [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get("$ref"), str):
                found.add(here["$ref"])
            waiting += here.values()
        elif isinstance(here, list | tuple):
            waiting += here
    return frozenset(found)


def _all_of(place: Place) -> SchemaDocument:
    return place.nodes[0] if len(place.nodes) == 1 else {"allOf": list(place.nodes)}


def key_of(step: str) -> str:
    """The key that a step of a path stands for; itself if it is named."""
    return step.removeprefix(MADE_UP)


def _said_of(layer: Layer, name: str) -> list[SchemaDocument]:
    """What a layer says of a property by its name and by patterns, else by being neither named nor matched."""
    key = key_of(name)
    said = [layer["properties"][key]] if key in layer.get("properties", ()) else []
    if name != EXTRA:
        patterns = layer.get("patternProperties", {})
        said += [schema for pattern, schema in patterns.items() if matches(pattern, key)]
    if not said and "additionalProperties" in layer:
        return [layer["additionalProperties"]]
    return said
