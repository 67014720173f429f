"""What a run has exercised of its contracts, so that a green run over two payloads is not taken for proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts.requests import read_names
from jumun_contracts.shape import ANY, read_shape, same_value
from jumun_contracts.verdict import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts.matching import Candidate
    from jumun_contracts.model import Contract, Operation
    from jumun_contracts.parsing import JsonValue
    from jumun_contracts.shape import Shape
    from jumun_contracts.verdict import Side


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
            (id(contract), each.id, status): _Watch(read_shape(answer.schema))
            for contract, each in self._operations
            for status, answer in each.answers.items()
        }
        self._requests = {(id(contract), each.id): _RequestWatch(each) for contract, each in self._operations}

    def count(self, candidate: Candidate) -> None:
        """An answer came, with or without a body that can be read."""
        self._statuses[id(candidate.contract), candidate.operation.id][candidate.answer.status] += 1

    def see_body(self, candidate: Candidate, body: JsonValue) -> None:
        """An answer had this body."""
        self._watches[id(candidate.contract), candidate.operation.id, candidate.answer.status].see(body)

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
        given = {*read_names(query), *headers} if query else set(headers)
        self._requests[id(contract), operation.id].see_parameters(values, given)

    def see_fields(self, contract: Contract, operation: Operation, fields: JsonValue) -> None:
        """A request had a body of these fields."""
        self._requests[id(contract), operation.id].see_fields(fields)

    def coverage(self) -> tuple[Coverage, ...]:
        """For each operation its answers, then its requests where they can have anything."""
        return tuple(each for contract, operation in self._operations for each in self._of(contract, operation))

    def _of(self, contract: Contract, operation: Operation) -> Iterator[Coverage]:
        name = f"{contract.provider}:{contract.profile}"
        answers = [self._watches[id(contract), operation.id, status] for status in operation.answers]
        rows = (row for each in answers for row in each.iter_rows())
        yield _coverage(rows, name, operation, "response", self._statuses[id(contract), operation.id])
        requests = list(self._requests[id(contract), operation.id].iter_rows())
        if requests:
            yield _coverage(requests, name, operation, "request", {})


_Row = tuple[str, bool, list["JsonValue"], list["JsonValue"]]
"""Pattern, whether it was seen, members seen, members never seen."""


class _Watch:
    """One place of a body: what of it was never seen yet."""

    __slots__ = ("_open", "all", "items", "items_open", "members", "others", "seen", "shape")

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.seen = False
        self.members = list(shape.members)
        self.all = {name: _Watch(each) for name, each in shape.properties.items()}
        self._open = dict(self.all)
        self.others = _Watch(shape.others) if shape.others else None
        self.items = _Watch(shape.items) if shape.items else None
        self.items_open = self.items is not None

    def see(self, value: JsonValue) -> bool:
        """Whether nothing more can be seen here."""
        self.seen = True
        if self.members and value in self.members:
            self.members = [each for each in self.members if not same_value(each, value)]
        if isinstance(value, dict):
            if self._open:
                done = [name for name, each in self._open.items() if name in value and each.see(value[name])]
                for name in done:
                    del self._open[name]
            if self.others:
                for name, item in value.items():
                    if name not in self.all:
                        self.others.see(item)
        elif self.items_open and self.items is not None and isinstance(value, list):
            self.items_open = not any(self.items.see(item) for item in value)
        return not (self.members or self._open or self.others or self.items_open)

    def iter_rows(self) -> Iterator[_Row]:
        pattern = self.shape.pattern
        if (pattern and not pattern.endswith(f"/{ANY}")) or self.shape.members:
            seen = [each for each in self.shape.members if not any(same_value(each, never) for never in self.members)]
            yield pattern, self.seen, seen, self.members
        for each in (*self.all.values(), self.items, self.others):
            if each is not None:
                yield from each.iter_rows()


class _RequestWatch:
    """The parameters and the body of one operation's requests."""

    def __init__(self, operation: Operation) -> None:
        self._parameters = {
            each.name: (f"{each.location}/{each.name}", _Watch(read_shape(each.schema)))
            for each in operation.parameters
        }
        self._open = dict(self._parameters)
        self._headers = {each.name.lower(): each.name for each in operation.parameters if each.location == "header"}
        self._in_path = {each.name for each in operation.parameters if each.location == "path"}
        self._body = _Watch(read_shape(operation.body)) if operation.body else None

    def see_parameters(self, values: Mapping[str, JsonValue], given: set[str]) -> None:
        """Parameters that were given; defaults are not."""
        names = {self._headers.get(name, name) for name in given} | self._in_path
        done = [name for name, (_, watch) in self._open.items() if name in names and watch.see(values.get(name))]
        for name in done:
            del self._open[name]

    def see_fields(self, fields: JsonValue) -> None:
        if self._body:
            self._body.see(fields)

    def iter_rows(self) -> Iterator[_Row]:
        for place, watch in self._parameters.values():
            members = list(watch.iter_rows())
            yield place, watch.seen, [], []
            yield from (
                (place + pattern, watch.seen, seen, never) for pattern, _, seen, never in members if seen or never
            )
        if self._body:
            yield from self._body.iter_rows()


def _coverage(
    rows: Iterable[_Row], contract: str, operation: Operation, side: Side, statuses: dict[str, int]
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
            known += [each for each in given if not any(same_value(each, other) for other in known)]
    members_never = {
        pattern: tuple(each for each in every if not any(same_value(each, other) for other in members_seen[pattern]))
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
