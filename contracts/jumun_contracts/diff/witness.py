"""Values made from a schema: what is needed to prove that one side takes what the other refuses.

Nothing here is drawn by chance: the same two schemas give the same values. What is made is a guess, and the caller
for it lets the validator judge; the guesses aim at what the two schemas name: bounds, constants, patterns, keys.
"""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING

from jumun_contracts.diff.hints import Hints, find_hints
from jumun_contracts.diff.patterns import matches, sample_pattern
from jumun_contracts.diff.place import EXTRA, ITEMS, Place, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

_EXTRA_KEYS = ("another_key", "Another Key 2", "~1")
_ITEMS_AT_MOST = 200
_TRIES = 400
_BASES_OF_A_PLACE = 16
_VARIANTS = 40
_VALUES_OF_A_PROPERTY = 16
_VALUES_OF_A_PATTERN = 4
_DEPTH = 5
_AIMED_DEPTH = _DEPTH - 1
# What is done for one place, and for two whole versions: a guess is 1.
_WORK_OF_A_SEARCH = 1_000
_WORK_AT_MOST = 600_000
_WORK_OF_COMPILING = 100
_WORK_OF_A_STEP = 10
_FORMATS = ("2023-01-16", "2023-01-16T17:14:51.794+09:00")
_PLAIN = find_hints(())


class Maker:
    """Makes values for the places of one side, and keeps what it made for the next place that is the same.

    Attributes:
        work_left: Below 0 no more values are made, so that even the largest schemas come to an end.
    """

    def __init__(self) -> None:
        """Nothing is made before it is asked for."""
        self.work_left = _WORK_AT_MOST
        self._search_left = 0
        self._compiled: dict[str, Schema] = {}
        self._good: dict[tuple[str, int, int, Hints], tuple[JsonValue, ...]] = {}
        self._bases: dict[str, tuple[JsonValue, ...]] = {}
        self._own_hints: dict[str, Hints] = {}
        self._hints: dict[tuple[str, Hints], Hints] = {}
        self._described: dict[str, list[str]] = {}
        self._inner: dict[tuple[str, str], Place | None] = {}

    def iter_values(self, place: Place, *, aim: Hints = _PLAIN) -> Iterator[JsonValue]:
        """Values that fit, the plainest first; whether they do is judged as far as the first `$ref`s go.

        Args:
            aim: What the values should come near to, beside what the place itself names.
        """
        self._search_left = _WORK_OF_A_SEARCH
        return self._iter_good(place, _DEPTH, aim)

    def _iter_good(self, place: Place, depth: int, aim: Hints) -> Iterator[JsonValue]:
        if not place.types():
            return
        key = repr(place.nodes)
        if key not in self._compiled:
            if not self.spend(_WORK_OF_COMPILING):
                return
            self._compiled[key] = place.compile(levels=1)
        schema, seen = self._compiled[key], set[str]()
        for each in itertools.islice(self._iter_any(place, depth, aim), _TRIES):
            if not self.spend(1):
                return
            # A place and its branches often give the same.
            if (text := repr(each)) not in seen and schema.is_valid(each):
                seen.add(text)
                yield each

    def spend(self, amount: int) -> bool:
        """Count what is done, also by others; whether there may be more."""
        self.work_left -= amount
        self._search_left -= amount
        return self.work_left >= 0 and self._search_left >= 0

    def iter_bodies(self, place: Place, path: Sequence[str], value: JsonValue) -> Iterator[JsonValue]:
        """Values for `place` that have `value` at the end of `path`; whether they fit is not judged."""
        if not path:
            yield value
            return
        step, *rest = path
        inner_place = place.items() if step == ITEMS else self._sent(place, step)
        if inner_place is None:
            return
        bases = self._bases_at(place)
        for inner in itertools.islice(self.iter_bodies(inner_place, rest, value), 30):
            for base in bases:
                if step == ITEMS and isinstance(base, list):
                    yield [inner, *base[1:]]
                elif step != ITEMS and isinstance(base, dict):
                    yield {**base, (_extra_key(place) if step == EXTRA else key_of(step)): inner}

    def _bases_at(self, place: Place) -> tuple[JsonValue, ...]:
        key = repr(place.nodes)
        if key not in self._bases:
            self._search_left = _WORK_OF_A_SEARCH
            self._bases[key] = self._some(place, _DEPTH - 1, at_most=_BASES_OF_A_PLACE)
        return self._bases[key]

    def _some(
        self, place: Place, depth: int, aim: Hints = _PLAIN, *, at_most: int = _VALUES_OF_A_PROPERTY
    ) -> tuple[JsonValue, ...]:
        """A few values that fit. Deep within a value nothing is aimed at, which is what makes them worth keeping."""
        key = (repr(place.nodes), depth, at_most, aim if depth >= _AIMED_DEPTH else _PLAIN)
        if key in self._good:
            return self._good[key]
        found = tuple(itertools.islice(self._iter_good(place, depth, key[3]), at_most))
        # What a search could not end is left for the next.
        if self._search_left >= 0:
            self._good[key] = found
        return found

    def _some_at(
        self, place: Place, name: str, depth: int, aim: Hints, *, at_most: int = _VALUES_OF_A_PROPERTY
    ) -> tuple[JsonValue, ...]:
        inner = self._sent(place, name) if self._search_left >= 0 else None
        return () if inner is None else self._some(inner, depth, aim, at_most=at_most)

    def _names(self, place: Place) -> list[str]:
        key = repr(place.nodes)
        if key not in self._described:
            self._described[key] = place.names()
        return self._described[key]

    def _sent(self, place: Place, name: str) -> Place | None:
        key = repr(place.nodes), name
        if key not in self._inner:
            self.spend(_WORK_OF_A_STEP)
            self._inner[key] = place.sent(name)
        return self._inner[key]

    def _hints_at(self, place: Place, aim: Hints) -> Hints:
        nodes = repr(place.nodes)
        if nodes not in self._own_hints:
            self._own_hints[nodes] = find_hints(place.layers())
        if (nodes, aim) not in self._hints:
            self._hints[nodes, aim] = self._own_hints[nodes] | aim
        return self._hints[nodes, aim]

    def _iter_any(self, place: Place, depth: int, aim: Hints) -> Iterator[JsonValue]:
        """Guesses: of the place itself and of each of its branches, by turns."""
        variants = itertools.islice(_iter_variants(place, depth), _VARIANTS)
        turns = deque(self._iter_plain(each, depth, aim) for each in variants)
        while turns:
            stream = turns.popleft()
            for each in itertools.islice(stream, 1):
                yield each
                turns.append(stream)

    def _iter_plain(self, place: Place, depth: int, aim: Hints) -> Iterator[JsonValue]:
        layers, types, hints = place.layers(), place.types(), self._hints_at(place, aim)
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
            yield from (each for each in hints.numbers if isinstance(each, int))
        if "string" in types:
            yield from _iter_texts([layer["pattern"] for layer in layers if "pattern" in layer], hints)
        if "number" in types:
            yield from (each for each in hints.numbers if not isinstance(each, int))
        if "array" in types:
            yield from self._iter_arrays(place, depth, aim)
        if "object" in types:
            yield from self._iter_objects(place, depth, aim)
        yield from hints.constants

    def _iter_arrays(self, place: Place, depth: int, aim: Hints) -> Iterator[JsonValue]:
        yield []
        if not depth:
            return
        counts = [each for each in self._hints_at(place, aim).counts if each <= _ITEMS_AT_MOST]
        some = self._some(place.items(), depth - 1, aim)
        firsts = [self._some(each, depth - 1, aim) for each in place.first_items()]
        wanted = [each for item in place.wanted_items() for each in self._some(item, depth - 1, aim)[:2]]
        for start in _iter_starts(firsts):
            yield start
            for each in (*wanted, *(some if start else some[:1])):
                yield [*start, each]
                yield [*start, each, each]
        yield wanted
        yield [*some[:1], *wanted]
        if not some:
            return
        for count in (each for each in counts if each):
            yield list(itertools.islice(itertools.cycle(some), count))
            yield [some[0]] * count
            yield list(some[:count])
        yield from ([each] for each in some)
        # Distinct beyond what the item's few values give.
        for count in counts:
            yield [*range(count)]
            yield [f"{number:020}" for number in range(count)]

    def _iter_objects(self, place: Place, depth: int, aim: Hints) -> Iterator[JsonValue]:
        required = {name for layer in place.layers() for name in layer.get("required", ())}
        names = sorted(self._names(place) if depth else (), key=lambda name: name not in required)
        least: dict[str, JsonValue] = {}
        for name in itertools.takewhile(required.__contains__, names):
            for value in self._some_at(place, name, depth - 1, aim, at_most=1):
                least[name] = value
        yield dict(least)
        whole = dict(least)
        for name in names:
            if name not in required:
                for value in self._some_at(place, name, depth - 1, aim, at_most=1):
                    whole[name] = value
                    yield {**least, name: value}
        yield dict(whole)
        yield from self._iter_matched(place, depth, aim, least)
        yield from ({key: value for key, value in whole.items() if key != name} for name in whole)
        for name in names:
            for value in self._some_at(place, name, depth - 1, aim)[1:]:
                yield {**least, name: value}
                yield {**whole, name: value}
        yield from self._iter_unnamed(place, depth, aim, least)
        for count in (each for each in self._hints_at(place, aim).counts if each <= _ITEMS_AT_MOST):
            yield dict(list(whole.items())[:count])

    def _iter_matched(
        self, place: Place, depth: int, aim: Hints, least: dict[str, JsonValue]
    ) -> Iterator[dict[str, JsonValue]]:
        """With a key that a pattern matches."""
        for step in place.made_up_keys() if depth else ():
            for value in self._some_at(place, step, depth - 1, aim)[:_VALUES_OF_A_PATTERN]:
                yield {**least, key_of(step): value}

    def _iter_unnamed(
        self, place: Place, depth: int, aim: Hints, least: dict[str, JsonValue]
    ) -> Iterator[dict[str, JsonValue]]:
        """With keys of which only something general is said; where nothing is, none is sent."""
        extra = self._some_at(place, EXTRA, depth - 1, aim) if depth else ()
        yield from ({**least, _extra_key(place): each} for each in extra)
        for count in (each for each in self._hints_at(place, aim).counts if each <= _ITEMS_AT_MOST):
            if extra:
                yield {**least, **{f"key_{number}": extra[0] for number in range(count - len(least))}}


def _iter_starts(firsts: list[tuple[JsonValue, ...]]) -> Iterator[list[JsonValue]]:
    """The first items of an array, as many as are described and one after another; then others at each place."""
    plain = [each[0] for each in itertools.takewhile(bool, firsts)]
    yield from (plain[:count] for count in range(len(plain), -1, -1))
    for index in range(len(plain)):
        yield from ([*plain[:index], other, *plain[index + 1 :]] for other in firsts[index][1:])


def _extra_key(place: Place) -> str:
    """A key that no pattern of the place matches, if there is one."""
    patterns = place.patterns()
    free = (key for key in _EXTRA_KEYS if not any(matches(pattern, key) for pattern in patterns))
    return next(free, _EXTRA_KEYS[0])


def _iter_variants(place: Place, depth: int) -> Iterator[Place]:
    """The place, then level by level each of its branches: together with the place, and by itself."""
    yield place
    waiting = deque([(place, depth)])
    while waiting:
        here, left = waiting.popleft()
        for branch in here.branches() if left else ():
            yield Place((*here.nodes, *branch.nodes), here.definitions)
            yield branch
            waiting.append((branch, left - 1))


def _iter_texts(patterns: list[str], hints: Hints) -> Iterator[str]:
    for pattern in patterns:
        yield from sample_pattern(pattern)
    yield "a"
    yield from _FORMATS
    yield from (each for each in hints.texts)
    yield from ("a" * count for count in hints.counts)
    yield from ("0", "A", "~\n", "가")
    yield from (text + "\n" for text in hints.texts)
