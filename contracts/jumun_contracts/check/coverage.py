"""What a run has exercised of its contracts, so that a green run over two payloads is not taken for proof."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from jumun_contracts.check.shape import ANY, read_shape, same_value
from jumun_contracts.check.verdict import Coverage
from jumun_contracts.contract.requests import read_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts.check.matching import Candidate
    from jumun_contracts.check.shape import Shape
    from jumun_contracts.contract.model import Contract, Operation, Side
    from jumun_contracts.schema.parsing import JsonValue


State: TypeAlias = dict[tuple[str, str], dict[str, Any]]
"""(contract, operation id) → counts of statuses, marks of answers by status, marks of requests. Plain data."""


class Exercised:
    """Collects what was seen. What was seen once costs nothing more."""

    def __init__(self, contracts: Sequence[Contract], *, operation: str | None = None) -> None:
        """Watch all operations, or one by its id."""
        self._operations = [
            (contract, each)
            for contract in contracts
            for each in contract.operations.values()
            if operation in (None, each.id)
        ]
        self._statuses = {
            (id(contract), each.id): dict.fromkeys(each.answers, 0) for contract, each in self._operations
        }
        self._watches = {
            (id(contract), each.id, status): Watch(read_shape(answer.schema))
            for contract, each in self._operations
            for status, answer in each.answers.items()
        }
        self._requests = {(id(contract), each.id): _RequestWatch(each) for contract, each in self._operations}

    def count(self, candidate: Candidate) -> None:
        """An answer came, with or without a body that can be read."""
        self._statuses[id(candidate.contract), candidate.operation.id][candidate.answer.status] += 1

    def see_body(self, candidate: Candidate, body: JsonValue) -> None:
        """An answer had this body."""
        self._watches[id(candidate.contract), candidate.operation.id, candidate.answer.status].see([body])

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
        self._requests[id(contract), operation.id].see_parameters(
            values, read_names(query) if query else set(), headers
        )

    def see_fields(self, contract: Contract, operation: Operation, fields: JsonValue) -> None:
        """A request had a body of these fields."""
        self._requests[id(contract), operation.id].see_fields(fields)

    def coverage(self) -> tuple[Coverage, ...]:
        """For each operation its answers, then its requests where they can have anything."""
        return tuple(each for contract, operation in self._operations for each in self._of(contract, operation))

    def state(self) -> State:
        """What was seen so far, for another process to absorb."""
        return {_key(contract, each): self._state_of(contract, each) for contract, each in self._operations}

    def absorb(self, state: State) -> None:
        """Take for seen here what another saw by the same contracts: as if its exchanges had come here."""
        for contract, each in self._operations:
            theirs = state[_key(contract, each)]
            counts = self._statuses[id(contract), each.id]
            for status, marks in theirs["answers"].items():
                counts[status] += theirs["statuses"][status]
                self._watches[id(contract), each.id, status].absorb(marks)
            self._requests[id(contract), each.id].absorb(theirs["request"])

    def _state_of(self, contract: Contract, operation: Operation) -> dict[str, Any]:
        answers = {status: self._watches[id(contract), operation.id, status].marks() for status in operation.answers}
        return {
            "statuses": dict(self._statuses[id(contract), operation.id]),
            "answers": answers,
            "request": self._requests[id(contract), operation.id].marks(),
        }

    def _of(self, contract: Contract, operation: Operation) -> Iterator[Coverage]:
        answers = [self._watches[id(contract), operation.id, status] for status in operation.answers]
        rows = (row for each in answers for row in each.iter_rows())
        yield _coverage(rows, contract.name, operation, "response", self._statuses[id(contract), operation.id])
        requests = list(self._requests[id(contract), operation.id].iter_rows())
        if requests:
            yield _coverage(requests, contract.name, operation, "request", {})


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


def _key(contract: Contract, operation: Operation) -> tuple[str, str]:
    return contract.name, operation.id


def _coverage(
    rows: Iterable[Row], contract: str, operation: Operation, side: Side, statuses: dict[str, int]
) -> Coverage:
    """Rows of one pattern, as several answers may have it, are one: seen in any is seen."""
    seen: dict[str, bool] = {}
    members_seen: dict[str, list[JsonValue]] = {}
    members_all: dict[str, list[JsonValue]] = {}
    for pattern, was_seen, some, never in rows:
        if not pattern.endswith(f"/{ANY}"):
            seen[pattern] = seen.get(pattern, False) or was_seen
        for collected, given in ((members_seen, some), (members_all, some + never)):
            known = collected.setdefault(pattern, [])
            known += [each for each in given if not has(known, each)]
    members_never = {
        pattern: tuple(each for each in every if not has(members_seen[pattern], each))
        for pattern, every in members_all.items()
    }
    return Coverage(
        operation=operation.id,
        statuses=dict(statuses),
        seen=tuple(pattern for pattern, was_seen in seen.items() if was_seen),
        never=tuple(pattern for pattern, was_seen in seen.items() if not was_seen),
        members_seen={pattern: tuple(some) for pattern, some in members_seen.items() if some},
        members_never={pattern: some for pattern, some in members_never.items() if some},
        contract=contract,
        side=side,
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
