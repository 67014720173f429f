"""What a run has exercised of its contracts, so that a green run over two payloads is not taken for proof."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from jumun_contracts.check.shape import ANY, read_shape, value_key
from jumun_contracts.check.verdict import Coverage, Places
from jumun_contracts.contract.requests import read_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts.check.matching import Candidate
    from jumun_contracts.check.shape import Shape
    from jumun_contracts.contract.model import Contract, Operation
    from jumun_contracts.schema.parsing import JsonValue


State: TypeAlias = dict[tuple[str, str], dict[str, Any]]
"""(contract, operation id) → counts of statuses, marks of answers by status, marks of requests. Plain data."""


def merge_states(first: State, second: State) -> State:
    """What either has seen."""
    merged = {**first, **second}
    for key in first.keys() & second.keys():
        one, other = first[key], second[key]
        merged[key] = {
            "statuses": {status: count + other["statuses"][status] for status, count in one["statuses"].items()},
            "answers": {
                status: _merge_marks(one["answers"].get(status, {}), other["answers"].get(status, {}))
                for status in {**one["answers"], **other["answers"]}
            },
            "request": {
                place: _merge_marks(one["request"].get(place, {}), other["request"].get(place, {}))
                for place in {**one["request"], **other["request"]}
            },
        }
    return merged


def _merge_marks(first: Marks, second: Marks) -> Marks:
    merged = {**first, **second}
    for pattern in first.keys() & second.keys():
        if first[pattern] != second[pattern]:
            members = {value_key(each): each for each in (*first[pattern], *second[pattern])}
            merged[pattern] = list(members.values())
    return merged


class Exercised:
    """Collects what was seen. What was seen once costs nothing more, and an operation that was not called nothing."""

    def __init__(self, contracts: Sequence[Contract], *, operation: str | None = None) -> None:
        """Watch all operations, or one by its id."""
        self._operations = [
            (contract, each)
            for contract in contracts
            for each in contract.operations.values()
            if operation in (None, each.id)
        ]
        self._called: dict[tuple[str, str], _OperationWatch] = {}

    def count(self, candidate: Candidate) -> None:
        """An answer came, with or without a body that can be read."""
        self._at(candidate.contract, candidate.operation).statuses[candidate.answer.status] += 1

    def see_body(self, candidate: Candidate, body: JsonValue) -> None:
        """An answer had this body."""
        self._at(candidate.contract, candidate.operation).at(candidate.answer.status).see([body])

    def see_parameters(
        self,
        contract: Contract,
        operation: Operation,
        values: Mapping[str, JsonValue],
        *,
        query: str,
        headers: Iterable[str],
    ) -> None:
        """A request had these: values as `read_parameters` gives them, query and names of headers as sent."""
        self._at(contract, operation).request.see_parameters(values, read_names(query) if query else set(), headers)

    def see_fields(self, contract: Contract, operation: Operation, fields: JsonValue) -> None:
        """A request had a body of these fields."""
        self._at(contract, operation).request.see_fields(fields)

    def coverage(self) -> tuple[Coverage, ...]:
        """For each operation its answers, then its requests where they can have anything."""
        return tuple(each for contract, operation in self._operations for each in self._of(contract, operation))

    def state(self) -> State:
        """What was seen so far, for another process to absorb."""
        return {key: each.state() for key, each in self._called.items()}

    def absorb(self, state: State) -> None:
        """Take for seen here what another saw by the same contracts: as if its exchanges had come here."""
        for contract, operation in self._operations:
            if theirs := state.get((contract.name, operation.id)):
                self._at(contract, operation).absorb(theirs)

    def _at(self, contract: Contract, operation: Operation) -> _OperationWatch:
        key = contract.name, operation.id
        found = self._called.get(key)
        if found is None:
            found = self._called[key] = _OperationWatch(operation)
        return found

    def _of(self, contract: Contract, operation: Operation) -> Iterator[Coverage]:
        called = self._called.get((contract.name, operation.id))
        watch = called or _OperationWatch(operation)
        yield Coverage(operation.id, dict(watch.statuses), watch.answer_places, contract.name, was_called=bool(called))
        if operation.parameters or operation.body is not None:
            yield Coverage(operation.id, {}, watch.request_places, contract.name, "request", was_called=bool(called))


class _OperationWatch:
    """What was seen of one operation."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self.statuses = dict.fromkeys(operation.answers, 0)
        self._watches: dict[str, Watch] = {}

    @cached_property
    def request(self) -> _RequestWatch:
        """Of its requests."""
        return _RequestWatch(self._operation)

    def at(self, status: str) -> Watch:
        """Of the bodies of one status."""
        found = self._watches.get(status)
        if found is None:
            found = self._watches[status] = Watch(read_shape(self._operation.answers[status].schema))
        return found

    def state(self) -> dict[str, Any]:
        answers = {status: watch.marks() for status, watch in self._watches.items() if watch.seen}
        return {"statuses": dict(self.statuses), "answers": answers, "request": self.request.marks()}

    def absorb(self, state: dict[str, Any]) -> None:
        for status, count in state["statuses"].items():
            self.statuses[status] += count
        for status, marks in state["answers"].items():
            self.at(status).absorb(marks)
        self.request.absorb(state["request"])

    def answer_places(self) -> Places:
        return _merge(row for status in self._operation.answers for row in self.at(status).iter_rows())

    def request_places(self) -> Places:
        return _merge(self.request.iter_rows())


class _RequestWatch:
    """The parameters and the body of one operation's requests."""

    def __init__(self, operation: Operation) -> None:
        self._parameters = {
            each.name: (f"{each.location}/{each.name}", Watch(read_shape(each.schema))) for each in operation.parameters
        }
        self._open = dict(self._parameters)
        self._headers = {each.name.lower(): each.name for each in operation.parameters if each.location == "header"}
        self._in_path = {each.name for each in operation.parameters if each.location == "path"}
        self._in_query = {each.name for each in operation.parameters if each.location == "query"}
        self._body = Watch(read_shape(operation.body)) if operation.body else None

    def see_parameters(self, values: Mapping[str, JsonValue], query: set[str], headers: Iterable[str]) -> None:
        """Parameters that were given, by their names in query and headers; defaults are not."""
        in_headers = {self._headers[name] for name in headers if name in self._headers}
        names = (query & self._in_query) | in_headers | self._in_path
        done = [name for name, (_, watch) in self._open.items() if name in names and watch.see([values.get(name)])]
        for name in done:
            del self._open[name]

    def see_fields(self, fields: JsonValue) -> None:
        if self._body:
            self._body.see([fields])

    def marks(self) -> dict[str, Marks]:
        """Place of a parameter, or `body` → what was seen there."""
        return {place: found for place, watch in self._iter_places() if (found := watch.marks())}

    def absorb(self, marks: dict[str, Marks]) -> None:
        done = {place for place, watch in self._iter_places() if watch.absorb(marks.get(place, {}))}
        self._open = {name: each for name, each in self._parameters.items() if each[0] not in done}

    def _iter_places(self) -> Iterator[tuple[str, Watch]]:
        yield from self._parameters.values()
        if self._body:
            yield "body", self._body

    def iter_rows(self) -> Iterator[Row]:
        for place, watch in self._parameters.values():
            members = list(watch.iter_rows())
            yield place, watch.seen, [], []
            yield from (
                (place + pattern, watch.seen, seen, never) for pattern, _, seen, never in members if seen or never
            )
        if self._body:
            yield from self._body.iter_rows()


def _merge(rows: Iterable[Row]) -> Places:
    """Rows of one pattern, as several answers may have it, are one: seen in any is seen."""
    seen: dict[str, bool] = {}
    some: dict[str, dict[object, JsonValue]] = {}
    every: dict[str, dict[object, JsonValue]] = {}
    for pattern, was_seen, members_seen, members_never in rows:
        if not pattern.endswith(f"/{ANY}"):
            seen[pattern] = seen.get(pattern, False) or was_seen
        some.setdefault(pattern, {}).update((value_key(each), each) for each in members_seen)
        every.setdefault(pattern, {}).update((value_key(each), each) for each in (*members_seen, *members_never))
    never = {
        pattern: tuple(value for key, value in members.items() if key not in some[pattern])
        for pattern, members in every.items()
    }
    return Places(
        seen=tuple(pattern for pattern, was_seen in seen.items() if was_seen),
        never=tuple(pattern for pattern, was_seen in seen.items() if not was_seen),
        members_seen={pattern: tuple(members.values()) for pattern, members in some.items() if members},
        members_never={pattern: members for pattern, members in never.items() if members},
    )


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
        # Known values that were not seen, by their keys.
        self.members = dict(shape.members)
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
            self._see_members(values)
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
        found: dict[str, dict[object, JsonValue]] = {}
        for each in self.iter_seen():
            found.setdefault(each.shape.pattern, {}).update(each.members_seen())
        return {pattern: list(members.values()) for pattern, members in found.items()}

    def absorb(self, marks: Marks) -> bool:
        """Take for seen what `marks` has. Whether nothing more can be seen here."""
        members = marks.get(self.shape.pattern)
        if members is not None:
            self.seen = True
            self._see_members(members)
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
            yield pattern, self.seen, list(self.members_seen().values()), list(self.members.values())
        for each in self._below():
            yield from each.iter_rows()

    def members_seen(self) -> dict[object, JsonValue]:
        """Known values that were seen, by their keys."""
        return {key: each for key, each in self.shape.members.items() if key not in self.members}

    def _may_be_new(self, values: Sequence[JsonValue]) -> bool:
        """Whether a known value may be among them that was not seen yet. Not, if no value is equal to one."""
        try:
            return self._hashed is None or not self._hashed.isdisjoint(values)
        except TypeError:  # arrays or objects among them
            return True

    def _see_members(self, values: Sequence[JsonValue]) -> None:
        for key in self.members.keys() & set(map(value_key, values)):
            del self.members[key]
        self._hashed = _hashed(self.members)

    def _see_properties(self, objects: Sequence[dict[str, JsonValue]]) -> None:
        # Most open properties are never there: one check for all of them.
        if not all(map(self._open.keys().isdisjoint, objects)):
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


def _hashed(members: Mapping[object, JsonValue]) -> set[object] | None:
    """To find them quickly; None where that cannot be."""
    try:
        return set(members.values())
    except TypeError:
        return None
