"""Values made from a schema: what is needed to prove that one side takes what the other refuses.

Nothing here is drawn by chance: the same two schemas give the same values. What is made is a guess, and whoever asks
for it lets the validator judge; the guesses aim at what the two schemas name: bounds, constants, patterns, keys.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumun_contracts.diff.patterns import sample_pattern
from jumun_contracts.diff.place import EXTRA, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumun_contracts.parsing import JsonValue
    from jumun_contracts.validation import Schema

ITEMS = "\x00items"
"""A step into an array, in a path of keys; `place.EXTRA` is one to a key that no schema names."""

_EXTRA_KEY = "another_key"
_LENGTH_AT_MOST = 20_000
_ITEMS_AT_MOST = 200
_TRIES = 400
_VALUES_OF_A_PROPERTY = 16
_DEPTH = 5
_WORK_AT_MOST = 60_000
_WORK_OF_COMPILING = 100
_FORMATS = ("2023-01-16", "2023-01-16T17:14:51.794+09:00")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains")


@dataclass(frozen=True, slots=True)
class Hints:
    """What two schemas name, and therefore what may tell them apart."""

    constants: tuple[JsonValue, ...]
    numbers: tuple[float, ...]
    counts: tuple[int, ...]
    texts: tuple[str, ...]


def find_hints(documents: Iterable[Any]) -> Hints:
    """All bounds, constants and patterns in `documents`, each bound with its neighbours."""
    constants: list[Any] = []
    numbers: set[float] = {0, 1, -1, 0.5}
    counts: set[int] = {0, 1, 2}
    texts: dict[str, None] = {}
    waiting = list(documents)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        if not isinstance(node, dict):
            continue
        waiting += [value for key, value in node.items() if key not in ("enum", "const")]
        constants += node["enum"] if isinstance(node.get("enum"), list) else []
        constants += [node["const"]] if "const" in node else []
        for value in (node.get(key) for key in _BOUNDS):
            if isinstance(value, int | float) and not isinstance(value, bool):
                numbers |= {value - 1, value - 0.5, value, value + 0.5, value + 1, 2 * value}
        for value in (node.get(key) for key in _COUNTS):
            if isinstance(value, int) and not isinstance(value, bool):
                counts |= {value - 1, value, value + 1}
        if isinstance(node.get("pattern"), str):
            texts |= dict.fromkeys(sample_pattern(node["pattern"]))
    numbers |= {int(each) for each in numbers if float(each).is_integer()} | {math.floor(each) for each in numbers}
    return Hints(
        tuple(constants),
        tuple(sorted(numbers, key=lambda each: (abs(each), each, str(each)))),
        tuple(sorted(each for each in counts if 0 <= each <= _LENGTH_AT_MOST)),
        tuple(texts),
    )


class Maker:
    """Makes values for the places of one side."""

    def __init__(self, hints: Hints) -> None:
        """Aim at `hints`."""
        self._hints = hints
        self._compiled: dict[str, Schema] = {}
        self._work_left = _WORK_AT_MOST
        self._good: dict[tuple[str, int, int], tuple[JsonValue, ...]] = {}

    def iter_good(self, place: Place, *, depth: int = _DEPTH) -> Iterator[JsonValue]:
        """Values that fit, the plainest first; whether they do is judged as far as the first `$ref`s lead.

        After very much work there are no more, so that even the largest schema comes to an end.
        """
        key = repr(place.nodes)
        if key not in self._compiled:
            self._work_left -= _WORK_OF_COMPILING
            self._compiled[key] = place.compile(levels=1)
        schema = self._compiled[key]
        for each in itertools.islice(self._iter_any(place, depth), _TRIES):
            self._work_left -= 1
            if self._work_left < 0:
                return
            if schema.is_valid(each):
                yield each

    def iter_bodies(self, place: Place, path: Sequence[str], value: JsonValue) -> Iterator[JsonValue]:
        """Values for `place` that have `value` at the end of `path`; whether they fit is not judged."""
        if not path:
            yield value
            return
        step, *rest = path
        inner_place = place.items() if step == ITEMS else place.sent(step)
        if inner_place is None:
            return
        bases = list(itertools.islice(self.iter_good(place, depth=_DEPTH - 1), 60))
        for inner in itertools.islice(self.iter_bodies(inner_place, rest, value), 30):
            for base in bases:
                if step == ITEMS and isinstance(base, list):
                    yield [inner, *base[1:]]
                elif step != ITEMS and isinstance(base, dict):
                    yield {**base, (_EXTRA_KEY if step == EXTRA else step): inner}

    def _some(self, place: Place, depth: int, *, at_most: int = _VALUES_OF_A_PROPERTY) -> tuple[JsonValue, ...]:
        """A few values that fit."""
        key = (repr(place.nodes), depth, at_most)
        if key not in self._good:
            self._good[key] = tuple(itertools.islice(self.iter_good(place, depth=depth), at_most))
        return self._good[key]

    def _iter_any(self, place: Place, depth: int) -> Iterator[JsonValue]:
        """Guesses: of the place itself, then of each of its branches, by turns."""
        streams = [self._iter_plain(place, depth)]
        if depth:
            for branch in place.branches():
                both = Place((*place.nodes, *branch.nodes), place.definitions)
                streams += [self._iter_plain(both, depth), self._iter_any(branch, depth - 1)]
        absent = object()
        for row in itertools.zip_longest(*streams, fillvalue=absent):
            yield from (each for each in row if each is not absent)  # type: ignore[misc]

    def _iter_plain(self, place: Place, depth: int) -> Iterator[JsonValue]:
        layers, types = place.layers(), place.types()
        for layer in layers:
            yield from layer.get("enum", ())
            if "const" in layer:
                yield layer["const"]
            yield from (each["value"] for each in layer.get("x-known-values", ()))
        if "null" in types:
            yield None
        if "boolean" in types:
            yield from (True, False)
        if "integer" in types:
            yield from (each for each in self._hints.numbers if isinstance(each, int))
        if "string" in types:
            yield from self._iter_texts([layer["pattern"] for layer in layers if "pattern" in layer])
        if "number" in types:
            yield from (each for each in self._hints.numbers if not isinstance(each, int))
        if "array" in types:
            yield from self._iter_arrays(place, depth)
        if "object" in types:
            yield from self._iter_objects(place, depth)
        yield from self._hints.constants

    def _iter_texts(self, patterns: list[str]) -> Iterator[str]:
        for pattern in patterns:
            yield from sample_pattern(pattern)
        yield "a"
        yield from _FORMATS
        yield from (each for each in self._hints.texts)
        yield from ("a" * count for count in self._hints.counts)
        yield from ("0", "A", "~\n", "가")
        yield from (text + "\n" for text in self._hints.texts)

    def _iter_arrays(self, place: Place, depth: int) -> Iterator[JsonValue]:
        yield []
        if not depth:
            return
        for layer in place.layers():
            if "prefixItems" in layer:
                firsts = [self._some(Place((each,), place.definitions), depth - 1)[:1] for each in layer["prefixItems"]]
                yield [value for first in firsts for value in first]
        some = self._some(place.items(), depth - 1)
        if not some:
            return
        yield [some[0]]
        for count in (each for each in self._hints.counts if 0 < each <= _ITEMS_AT_MOST):
            yield list(itertools.islice(itertools.cycle(some), count))
            yield [some[0]] * count
            yield list(some[:count])
        yield from ([each] for each in some)
        # Distinct beyond what the item's few values give.
        for count in (each for each in self._hints.counts if each <= _ITEMS_AT_MOST):
            yield [*range(count)]
            yield [f"{number:020}" for number in range(count)]

    def _iter_objects(self, place: Place, depth: int) -> Iterator[JsonValue]:
        required = {name for layer in place.layers() for name in layer.get("required", ())}
        places = {name: inner for name in place.names() if depth and (inner := place.sent(name)) is not None}
        names = sorted(places, key=lambda name: name not in required)
        least: dict[str, JsonValue] = {}
        for name in names:
            if name in required:
                for value in self._some(places[name], depth - 1, at_most=1):
                    least[name] = value
        yield dict(least)
        whole = dict(least)
        for name in names:
            if name not in required:
                for value in self._some(places[name], depth - 1, at_most=1):
                    whole[name] = value
                    yield {**least, name: value}
        yield dict(whole)
        yield from ({key: value for key, value in whole.items() if key != name} for name in whole)
        for name in names:
            for value in self._some(places[name], depth - 1)[1:]:
                yield {**least, name: value}
                yield {**whole, name: value}
        extra = self._some(place.sent(EXTRA) or Place((), {}), depth - 1) if depth else (None,)
        yield from ({**least, _EXTRA_KEY: each} for each in extra)
        for count in (each for each in self._hints.counts if each <= _ITEMS_AT_MOST and extra):
            yield {**least, **{f"key_{number}": extra[0] for number in range(count - len(least))}}
            yield dict(list(whole.items())[:count])
