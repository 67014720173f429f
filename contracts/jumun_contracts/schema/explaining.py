"""In what a value does not fit, place by place: arrays item by item, and items that fail alike are judged once.

An engine explains all of a value at once, and jsonschema-rs makes an exception for each fault. Arrays that plain
keywords describe are therefore taken out before it explains, and their items judged one by one.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from jumun_contracts.schema.engines import compile_engine
from jumun_contracts.schema.pointers import escape_key
from jumun_contracts.schema.references import References
from jumun_contracts.schema.traits import PLACEHOLDER, Traits

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from jumun_contracts.schema.engines import Engine, Path, Violation
    from jumun_contracts.schema.parsing import JsonValue, SchemaDocument

UNWANTED = ("additionalProperties", "unevaluatedProperties", "propertyNames")
"""Keywords whose expectation, in a violation, is the name that should not be there."""

_ROOT = "https://jumun.invalid/schema"
_KINDS_AT_MOST = _VIOLATIONS_AT_MOST = 256
# Keywords that may be beside the way to an array. No other is known to leave alone what is below it.
_ANNOTATIONS = frozenset(
    (
        *("title", "description", "deprecated", "default", "examples", "readOnly", "writeOnly"),
        *("$comment", "$schema", "$id", "$defs", "definitions"),
    )
)
_ABOUT_OBJECTS = frozenset(
    ("properties", "required", "additionalProperties", "minProperties", "maxProperties", "dependentRequired")
)
_ABOUT_ARRAYS = frozenset(("type", "minItems", "maxItems", "uniqueItems"))
_PLAIN = frozenset((*_ABOUT_OBJECTS, *_ABOUT_ARRAYS, "items"))
_canonical = json.JSONEncoder(sort_keys=True).encode


class Documents(Protocol):
    """A schema with those that its references may point to, and the engine that it is compiled with: `Schema`."""

    document: SchemaDocument
    resources: Mapping[str, SchemaDocument]
    engine_name: str

    @property
    def engine(self) -> Engine:
        """What it is compiled to."""
        ...


class Kind:
    """What values violate that fail alike.

    Attributes:
        fixed: For each schema, sorted; paths begin at the value.
        named: Likewise those that have placeholders for names.
        recurs: Whether the same object comes again for the next value that fails alike.
    """

    __slots__ = ("fixed", "named", "recurs")

    def __init__(self, found: Sequence[Sequence[Violation]], *, recurs: bool) -> None:
        self.fixed = [[each for each in of_one if not (recurs and _has_placeholder(each))] for of_one in found]
        self.named = [[each for each in of_one if recurs and _has_placeholder(each)] for of_one in found]
        self.recurs = recurs


class Piece(NamedTuple):
    """A value in which something does not fit: an item, or what is around items.

    Attributes:
        path: From the instance's root.
        value: What is there.
        names: What the placeholders of `kind` are for.
    """

    path: Path
    value: JsonValue
    kind: Kind
    names: Sequence[str] = ()

    def violations(self, number: int) -> Sequence[Violation]:
        """Of the schema of this number; sorted, paths from `value` on."""
        fixed = self.kind.fixed[number]
        if not self.kind.named[number]:
            return fixed
        return sorted([*fixed, *self.named(number)], key=order)

    def named(self, number: int) -> Sequence[Violation]:
        """Those of them that have a name which no schema has."""
        return [_with_names(each, self.names) for each in self.kind.named[number]]


class Explainer:
    """Explains values by one schema, or by several that judge alongside.

    What fits the first must fit all others.
    """

    def __init__(self, schemas: Sequence[Documents]) -> None:
        """With the schemas."""
        libraries = [_Library(each) for each in schemas]
        nodes = [library.root for library in libraries]
        self._of_items: dict[tuple[tuple[str, str], ...], _ItemExplainer] = {}
        self._whole = _Parts(nodes, [each.engine for each in schemas], self._of_items)

    def pieces(self, instance: JsonValue) -> Iterator[Piece]:
        """All that does not fit, in the order of places; nothing if the instance fits the first schema.

        Raises:
            InstanceError: Not a JSON value.
        """
        return self._whole.pieces(instance)


class _Library:
    """The documents of one schema, each under a URI."""

    def __init__(self, schema: Documents) -> None:
        document = schema.document
        self.engine_name = schema.engine_name
        self.references = References(schema)
        self.uri = document.get("$id", "") if not isinstance(document, bool) else ""
        self.resources = dict(schema.resources)
        if not isinstance(document, bool):
            self.resources[self.uri or _ROOT] = document if self.uri else {**document, "$id": _ROOT}
        self.root = _Node(self, document, self.uri, "")

    @property
    def has_places(self) -> bool:
        """Whether a reference can point into the document."""
        return not self.uri or bool(urlsplit(self.uri).scheme)

    def compile_at(self, node: _Node) -> Engine:
        """The schema of a node, compiled by itself."""
        reference = f"{node.uri or _ROOT}#{quote(node.pointer)}"
        return compile_engine({"$ref": reference}, self.resources, name=self.engine_name)


class _Node(NamedTuple):
    """A schema on the way to an array, and where it is."""

    library: _Library
    schema: Any
    uri: str
    pointer: str

    @property
    def key(self) -> tuple[str, str]:
        return self.uri, self.pointer

    def below(self, *steps: str) -> _Node:
        here = self.schema
        for step in steps:
            here = here[step]
        pointer = self.pointer + "".join(f"/{escape_key(step)}" for step in steps)
        return self._replace(schema=here, pointer=pointer)

    def follow(self) -> _Node | None:
        """This, or what it refers to; None where other keywords than plain ones apply here."""
        here, met = self, set[tuple[str, str]]()
        while True:
            if not isinstance(here.schema, dict) or here.key in met or ("$id" in here.schema and here.pointer):
                return None
            met.add(here.key)
            keywords = {each for each in here.schema if each not in _ANNOTATIONS and not each.startswith("x-")}
            if "$ref" not in keywords:
                return here if keywords <= _PLAIN else None
            if len(keywords) > 1:
                return None
            try:
                target, uri = self.library.references.resolve(here.schema["$ref"], here.uri)
            except (KeyError, IndexError, TypeError, ValueError):  # an anchor, or the meta-schema
                return None
            _, fragment = urldefrag(urljoin(here.uri, here.schema["$ref"]))
            here = here._replace(schema=target, uri=uri, pointer=unquote(fragment))


class _Array(NamedTuple):
    """An array in an instance, of which items are judged one by one.

    Attributes:
        whole: What judges it as a whole, for each schema, and whether that depends on what its items are.
    """

    path: Path
    value: list[JsonValue]
    whole: Sequence[Sequence[tuple[Engine, bool]]]
    items: _ItemExplainer


class _Place:
    """A place on the way to arrays."""

    def __init__(self, nodes: Sequence[_Node], of_items: dict[Any, _ItemExplainer], above: frozenset[Any]) -> None:
        self.properties: dict[str, _Place] = {}
        self.whole: list[list[tuple[Engine, bool]]] = []
        self.items: _ItemExplainer | None = None
        key = tuple(each.key for each in nodes)
        found = [node for each in nodes if (node := each.follow()) is not None]
        if len(found) < len(nodes) or key in above:
            return
        above |= {key}
        first, *rest = found
        for name in first.schema.get("properties", ()):
            if all(name in each.schema.get("properties", ()) for each in rest):
                place = _Place([each.below("properties", name) for each in found], of_items, above)
                if place.items or place.properties:
                    self.properties[name] = place
        if all(isinstance(each.schema.get("items"), dict) for each in found):
            items = [each.below("items") for each in found]
            at = tuple(each.key for each in items)
            if at not in of_items:
                of_items[at] = _ItemExplainer(items, of_items)
            self.items = of_items[at]
            self.whole = [list(_compile_whole(each)) for each in found]

    def iter_arrays(self, value: JsonValue, path: Path = ()) -> Iterator[_Array]:
        """Those that an instance has, in the order of places."""
        if isinstance(value, list) and self.items is not None:
            yield _Array(path, value, self.whole, self.items)
        elif isinstance(value, dict):
            for name in sorted(self.properties.keys() & value.keys()):
                yield from self.properties[name].iter_arrays(value[name], (*path, name))


class _Parts:
    """Explains a value in parts: first what is around its arrays, then item by item."""

    def __init__(self, nodes: Sequence[_Node], engines: Sequence[Engine], of_items: dict[Any, _ItemExplainer]) -> None:
        self._nodes = nodes
        self.engines = engines
        self._of_items = of_items

    @cached_property
    def _place(self) -> _Place | None:
        can = all(each.library.has_places for each in self._nodes)
        return _Place(self._nodes, self._of_items, frozenset()) if can else None

    def pieces(self, instance: JsonValue) -> Iterator[Piece]:
        """As those of `Explainer`."""
        if self.engines[0].is_valid(instance):
            return
        arrays = list(self._place.iter_arrays(instance)) if self._place else []
        around = _without(instance, [each.path for each in arrays])
        apart = {each.path for each in arrays}
        found: list[list[Violation]] = []
        for number, engine in enumerate(self.engines):
            violations = [each for each in engine.violations(around) if each[0] not in apart]
            for array in arrays:
                for whole, by_items in array.whole[number]:
                    violations += _violations_of_whole(whole, array, by_items=by_items)
            found.append(sort(violations))
        keys = [[order(each)[0] for each in violations] for violations in found]
        taken = [0] * len(found)
        for array in arrays:
            ends = [bisect_right(each, place(array.path)) for each in keys]
            yield from _around(instance, found, taken, ends)
            taken = ends
            yield from array.items.pieces(array.path, array.value)
        yield from _around(instance, found, taken, [len(each) for each in found])


class _ItemExplainer:
    """Explains items of an array, those that fail alike once."""

    def __init__(self, nodes: Sequence[_Node], of_items: dict[Any, _ItemExplainer]) -> None:
        self._nodes = nodes
        self._of_items = of_items
        self._kinds: dict[Hashable, Kind] = {}

    @cached_property
    def _parts(self) -> _Parts:
        return _Parts(self._nodes, [each.library.compile_at(each) for each in self._nodes], self._of_items)

    @cached_property
    def _traits(self) -> Traits:
        applying = [(each.schema, each.uri, each.library.references) for each in self._nodes]
        return Traits(applying, engine=self._nodes[0].library.engine_name)

    def pieces(self, path: Path, items: Iterable[JsonValue]) -> Iterator[Piece]:
        """As those of `Explainer`, of the items of an array at `path`."""
        parts, traits, kinds = self._parts, self._traits, self._kinds
        fits = parts.engines[0].is_valid
        for index, item in enumerate(items):
            if fits(item):
                continue
            read = traits.read(item)
            if read is None:
                for piece in parts.pieces(item):
                    yield piece._replace(path=(*path, index, *piece.path))
                continue
            key, names = read
            yield Piece((*path, index), item, kinds.get(key) or self._make_kind(key, item), names)

    def _make_kind(self, key: Hashable, item: JsonValue) -> Kind:
        like = self._traits.rename(item, [])
        found = [sort(each.violations(like)) for each in self._parts.engines]
        kind = Kind(found, recurs=True)
        if sum(map(len, found)) <= _VIOLATIONS_AT_MOST:
            if len(self._kinds) >= _KINDS_AT_MOST:
                self._kinds.clear()
            self._kinds[key] = kind
        return kind


def place(path: Path) -> tuple[tuple[int, str], ...]:
    """To sort paths by: items by number, properties by name."""
    return tuple([(step, "") if isinstance(step, int) else (-1, step) for step in path])


def order(violation: Violation) -> tuple[tuple[tuple[int, str], ...], str, str]:
    """To sort violations by: place, keyword and expectation; equal for equal ones."""
    path, keyword, expected = violation
    return place(path), keyword, _canonical(expected)


def sort(violations: Iterable[Violation]) -> list[Violation]:
    """In their order, each once."""
    unique = {order(each): each for each in violations}
    return [unique[key] for key in sorted(unique)]


def _violations_of_whole(engine: Engine, array: _Array, *, by_items: bool) -> list[Violation]:
    """What is wrong with an array as a whole; `by_items` is whether that depends on what its items are."""
    # An engine copies all of what does not fit.
    value: JsonValue = array.value if by_items else [None for _ in array.value]
    return [(array.path, keyword, expected) for _, keyword, expected in engine.violations(value)]


def _compile_whole(node: _Node) -> Iterator[tuple[Engine, bool]]:
    for keywords, by_items in ((("type", "minItems", "maxItems"), False), (("uniqueItems",), True)):
        schema = {each: node.schema[each] for each in keywords if each in node.schema}
        if schema:
            yield compile_engine(schema, {}, name=node.library.engine_name), by_items


def _without(value: Any, paths: Sequence[Path]) -> Any:
    """A copy with empty arrays at these paths; the rest of it is not copied."""
    if () in paths:
        return []
    if not paths:
        return value
    copy = dict(value)
    for name in dict.fromkeys(each[0] for each in paths):
        copy[name] = _without(value[name], [each[1:] for each in paths if each[0] == name])
    return copy


def _around(
    instance: JsonValue, found: Sequence[Sequence[Violation]], starts: Sequence[int], ends: Sequence[int]
) -> Iterator[Piece]:
    parts = [each[start:end] for each, start, end in zip(found, starts, ends, strict=True)]
    if any(parts):
        yield Piece((), instance, Kind(parts, recurs=False))


def _has_placeholder(violation: Violation) -> bool:
    path, keyword, expected = violation
    if keyword in UNWANTED and isinstance(expected, str) and expected.startswith(PLACEHOLDER):
        return True
    return any(isinstance(step, str) and step.startswith(PLACEHOLDER) for step in path)


def _with_names(violation: Violation, names: Sequence[str]) -> Violation:
    path, keyword, expected = violation
    if keyword in UNWANTED and isinstance(expected, str):
        expected = _name(expected, names)
    return tuple([_name(each, names) if isinstance(each, str) else each for each in path]), keyword, expected


def _name(text: str, names: Sequence[str]) -> str:
    return names[int(text[1:])] if text.startswith(PLACEHOLDER) else text
