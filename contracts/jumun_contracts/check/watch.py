"""One place of a body, watched for what of it was never seen yet: itself, known values, what is below it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from jumun_contracts.check.shape import ANY, same_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumun_contracts.check.shape import Shape
    from jumun_contracts.schema.parsing import JsonValue

Marks: TypeAlias = "dict[str, list[JsonValue]]"
"""Pattern of a place that was seen → known values that were seen there."""

Row = tuple[str, bool, list["JsonValue"], list["JsonValue"]]
"""Pattern, whether it was seen, members seen, members never seen."""


class Watch:
    """One place of a body: what of it was never seen yet."""

    __slots__ = ("_hashed", "_open", "all", "items", "items_open", "members", "others", "seen", "shape")

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.seen = False
        self.members = list(shape.members)
        self._hashed = _hashed(self.members)
        self.all = {name: Watch(each) for name, each in shape.properties.items()}
        self._open = dict(self.all)
        self.others = Watch(shape.others) if shape.others else None
        self.items = Watch(shape.items) if shape.items else None
        self.items_open = self.items is not None

    def see(self, values: Sequence[JsonValue]) -> bool:
        """All values that a body has here, at least one. Whether nothing more can be seen here."""
        self.seen = True
        if self.members and self._may_be_new(values):
            self.members = [each for each in self.members if not has(values, each)]
            self._hashed = _hashed(self.members)
        if self._open or self.others:
            objects = [each for each in values if isinstance(each, dict)]
            if objects:
                self._see_properties(objects)
        if self.items_open and self.items is not None:
            items = list(chain.from_iterable([each for each in values if isinstance(each, list)]))
            self.items_open = not (items and self.items.see(items))
        return self._is_closed()

    def marks(self) -> Marks:
        """What was seen here and below."""
        found: Marks = {}
        for each in self.iter_seen():
            known = found.setdefault(each.shape.pattern, [])
            known += [one for one in each.shape.members if not has(each.members, one) and not has(known, one)]
        return found

    def absorb(self, marks: Marks) -> bool:
        """Take for seen what `marks` has. Whether nothing more can be seen here."""
        members = marks.get(self.shape.pattern)
        if members is not None:
            self.seen = True
            self.members = [each for each in self.members if not has(members, each)]
            self._hashed = _hashed(self.members)
        self._open = {name: each for name, each in self.all.items() if not each.absorb(marks)}
        if self.items is not None:
            self.items_open = not self.items.absorb(marks)
        if self.others is not None:
            self.others.absorb(marks)
        return self.seen and self._is_closed()

    def iter_seen(self) -> Iterator[Watch]:
        """All places from here on that were seen."""
        if self.seen:
            yield self
        for each in self._below():
            yield from each.iter_seen()

    def iter_rows(self) -> Iterator[Row]:
        """What coverage tells of here and below: properties, and whatever has known values."""
        pattern = self.shape.pattern
        if (pattern and not pattern.endswith(f"/{ANY}")) or self.shape.members:
            seen = [each for each in self.shape.members if not has(self.members, each)]
            yield pattern, self.seen, seen, self.members
        for each in self._below():
            yield from each.iter_rows()

    def _may_be_new(self, values: Sequence[JsonValue]) -> bool:
        """Whether a known value may be among them that was not seen yet. Not, if no value is equal to one."""
        try:
            return self._hashed is None or not self._hashed.isdisjoint(values)
        except TypeError:  # arrays or objects among them
            return True

    def _see_properties(self, objects: Sequence[dict[str, JsonValue]]) -> None:
        for name, watch in list(self._open.items()):
            values = [each[name] for each in objects if name in each]
            if values and watch.see(values):
                del self._open[name]
        if self.others:
            others = [item for each in objects for name, item in each.items() if name not in self.all]
            if others:
                self.others.see(others)

    def _is_closed(self) -> bool:
        return not (self.members or self._open or self.others or self.items_open)

    def _below(self) -> Iterator[Watch]:
        return (each for each in (*self.all.values(), self.items, self.others) if each is not None)


def _hashed(members: Sequence[JsonValue]) -> set[object] | None:
    """To find them quickly; None where that cannot be."""
    try:
        return set(members)
    except TypeError:
        return None


def has(values: Iterable[JsonValue], value: JsonValue) -> bool:
    """Whether `value` is among them, as JSON has it."""
    return any(same_value(each, value) for each in values)
