"""A schema, read for generation: in which ways a value can fit it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag

from jumun_contracts.generation.errors import UnsupportedError
from jumun_contracts.generation.keywords import LISTS, OPPOSITES, OWN, SAYS_NOTHING, SINGLE, check_keywords
from jumun_contracts.generation.shapes import Shape, number_range, possible_types
from jumun_contracts.generation.subschema import Place
from jumun_contracts.schema.references import References
from jumun_contracts.schema.validation import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumun_contracts.generation.subschema import Places


class Plan:
    """A schema, read for generation."""

    def __init__(self, schema: Schema) -> None:
        """Read all that can be reached.

        Raises:
            UnsupportedError: A keyword, format or pattern is not understood, wherever it is.
        """
        document = schema.document
        base = document.get("$id", "") if not isinstance(document, bool) else ""
        self._references = References(schema)
        self._shapes: dict[Places, tuple[Shape, ...]] = {}
        self._open: set[Places] = set()
        self.root = Place(base, "", document)
        waiting, seen = [self.root], {self.root}
        for place in waiting:
            check_keywords(place)
            fresh = [each for each in dict.fromkeys(self._iter_within(place)) if each not in seen]
            seen.update(fresh)
            waiting.extend(fresh)

    def target(self, place: Place) -> Place:
        """What the `$ref` of `place` points to."""
        ref = place.schema["$ref"]
        schema, base = self._references.resolve(ref, place.base)
        return Place(base, unquote(urldefrag(ref).fragment), schema)

    def shapes(self, places: Places) -> tuple[Shape, ...]:
        """The ways in which a value can fit all of `places`; none where they contradict each other."""
        if places not in self._shapes:
            self._open.add(places)
            flat = _all_of([self._alternatives(place) for place in places])
            shapes = [self._shape(each) for each in dict.fromkeys(flat)]
            self._shapes[places] = tuple(shape for shape in shapes if shape.types)
            self._open.discard(places)
        return self._shapes[places]

    def is_possible(self, places: Places) -> bool:
        """Whether a value can fit all of `places`. What is within itself is taken to be."""
        return places in self._open or bool(self.shapes(places))

    def _iter_within(self, place: Place) -> Iterator[Place]:
        schema = place.schema if isinstance(place.schema, dict) else {}
        for keyword in sorted(LISTS & schema.keys()):
            yield from (place.at(keyword, index) for index in range(len(schema[keyword])))
        yield from (place.at("properties", name) for name in schema.get("properties", ()))
        yield from (place.at(keyword) for keyword in sorted(SINGLE & schema.keys()))
        if "$ref" in schema:
            yield self.target(place)

    def _alternatives(self, place: Place) -> list[Places]:
        """Lists of places that hold no alternatives, any of which is as good as `place`."""
        schema = place.schema
        if isinstance(schema, bool):
            return [()] if schema else []
        parts: list[list[Places]] = [[(place,)]]
        if "$ref" in schema:
            parts.append(self._alternatives(self.target(place)))
        parts += [self._alternatives(place.at("allOf", index)) for index in range(len(schema.get("allOf", ())))]
        if "anyOf" in schema:
            options = [self._alternatives(place.at("anyOf", index)) for index in range(len(schema["anyOf"]))]
            parts.append(list(itertools.chain(*options)))
        if "oneOf" in schema:
            indices = range(len(schema["oneOf"]))
            chosen = [
                _all_of(
                    [
                        self._alternatives(place.at("oneOf", one)),
                        *(self._negations(place.at("oneOf", other)) for other in indices if other != one),
                    ]
                )
                for one in indices
            ]
            parts.append(list(itertools.chain(*chosen)))
        if "not" in schema:
            parts.append(self._negations(place.at("not")))
        if "if" in schema:
            then, other = (
                place.at(key) if key in schema else place.instead(key, schema=True) for key in ("then", "else")
            )
            yes = _all_of([self._alternatives(place.at("if")), self._alternatives(then)])
            parts.append([*yes, *_all_of([self._negations(place.at("if")), self._alternatives(other)])])
        return _all_of(parts)

    def _negations(self, place: Place) -> list[Places]:
        """As `_alternatives`, for all that does not fit `place`."""
        schema = place.schema
        if isinstance(schema, bool):
            return [] if schema else [()]
        found: list[Places] = []
        found += [(place.instead(each, OPPOSITES[each](schema[each])),) for each in schema if each in OWN]
        found += [
            (place.instead(f"required/{name}", {"type": "object", "properties": {name: False}}),)
            for name in schema.get("required", ())
        ]
        for name, inner in schema.get("properties", {}).items():
            there = {"type": "object", "required": [name], "properties": {name: {"not": inner}}}
            found.append((place.instead(f"properties/{name}", there),))
        if "$ref" in schema:
            found += self._negations(self.target(place))
        for index in range(len(schema.get("allOf", ()))):
            found += self._negations(place.at("allOf", index))
        if "anyOf" in schema:
            found += _all_of([self._negations(place.at("anyOf", index)) for index in range(len(schema["anyOf"]))])
        if "not" in schema:
            found += self._alternatives(place.at("not"))
        known = OWN | SAYS_NOTHING | {"required", "properties", "$ref", "allOf", "anyOf", "not"}
        if strange := sorted(key for key in schema.keys() - known if not key.startswith("x-")):
            raise UnsupportedError(f"{place.base}#{place.pointer}/{strange[0]}: cannot be turned into its opposite")
        return found

    def _shape(self, places: Places) -> Shape:
        said: list[Any] = []
        for place in places:
            own = {key: value for key, value in place.schema.items() if key in OWN}
            refused = place.schema.get("not", True)
            if isinstance(refused, dict) and refused.keys() <= OWN:
                own["not"] = refused
            said.append(own)
        judge = Schema({"allOf": said} if said else True)
        lists = [own["enum"] if "enum" in own else [own["const"]] for own in said if own.keys() & {"enum", "const"}]
        values = tuple(each for each in lists[0] if judge.is_valid(each)) if lists else None
        known = [each["value"] for place in places for each in place.schema.get("x-known-values", ())]
        types = () if values == () else possible_types(said)
        shape = Shape(places, types, values, tuple(each for each in known if judge.is_valid(each)), judge)
        if values is None:
            shape = replace(shape, types=tuple(each for each in types if self._has_room(shape, each)))
        return shape

    def _has_room(self, shape: Shape, kind: str) -> bool:
        least, most = 0, None
        if kind in {"integer", "number"}:
            low, high, _ = number_range(shape, kind)
            return low is None or high is None or low <= high
        if kind == "object":
            return all(self.is_possible(shape.child(name)) for name in shape.required)
        if kind == "array":
            least, most = shape.span("minItems", "maxItems")
            return (most is None or least <= most) and all(self.is_possible(shape.item(each)) for each in range(least))
        if kind == "string":
            least, most = shape.span("minLength", "maxLength")
        return most is None or least <= most


def _all_of(parts: Iterable[list[Places]]) -> list[Places]:
    """One alternative of each part, in all combinations."""
    return [tuple(dict.fromkeys(itertools.chain(*each))) for each in itertools.product(*parts)]
