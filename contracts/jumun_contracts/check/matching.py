"""Which operation's answer an exchange is, by what the recording says of it or by what its body is like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from jumun_contracts.check.shape import count_named, read_shape
from jumun_contracts.contract.model import PLACEHOLDER
from jumun_contracts.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_contracts.contract.model import Answer, Contract, Operation
    from jumun_contracts.recordings.recorded import Recorded
    from jumun_contracts.schema.parsing import JsonValue

_KNOWN_AT_MOST = 1024
_SLASHES = re.compile("//+")
_STATUS = re.compile(r"[1-5][0-9][0-9]")
_LOOPBACK = re.compile(r"localhost|.+\.localhost|127(\.[0-9]{1,3}){3}|::1|0\.0\.0\.0|")
# A path that says its own version needs no base path to be recognised.
_VERSIONED = re.compile(r"/v[0-9]+/")


class UnknownOperationError(ValueError):
    """No contract has the operation that was asked for. The message names the closest match."""


class Candidate(NamedTuple):
    """What a body may be judged as."""

    contract: Contract
    operation: Operation
    answer: Answer

    @property
    def name(self) -> str:
        """Operation and status, e.g. `bootpay.orders.list.200`."""
        return f"{self.operation.id}.{self.answer.status}"


class Match(NamedTuple):
    """What an exchange is by one contract.

    Attributes:
        candidates: What its body may be: one answer where operation and status are known.
        operation: None where that depends on the body.
        path_values: Path parameters by name, decoded; None where there is no URL to read parameters from.
    """

    candidates: tuple[Candidate, ...]
    operation: Operation | None
    path_values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Why an exchange is of no operation. `uncovered` as in `Unjudged`."""

    reason: str
    uncovered: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an operation is.

    Attributes:
        bases: What may precede its path.
        names: Of its path's parameters, which are the groups of `pattern`.
    """

    contract: Contract
    operation: Operation
    hosts: frozenset[str]
    bases: tuple[str, ...]
    names: tuple[str, ...]
    pattern: re.Pattern[str]

    def values(self, path: str) -> Mapping[str, str] | None:
        """Values of the path's parameters, decoded; None where `path` is not the operation's under any base."""
        for base in self.bases:
            if path.startswith(base) and (found := self.pattern.fullmatch(path, len(base))):
                return {name: unquote(value) for name, value in zip(self.names, found.groups(), strict=True)}
        return None


class Matcher:
    """Knows the operations of some contracts by id and by place."""

    def __init__(self, contracts: Sequence[Contract], *, operation: str | None = None) -> None:
        """Take `operation`, `ID` or `ID.STATUS`, for all that does not say to be something else.

        Raises:
            UnknownOperationError: No contract has it, or the status is none.
        """
        self.contracts = tuple(contracts)
        self._asked = None if operation is None else _asked(operation, self.contracts)
        self._places = [each for contract in self.contracts for each in _iter_places(contract)]
        self._known: dict[tuple[str, str, str, int | None], tuple[Match, ...] | Unmatched] = {}

    @cached_property
    def _bodies(self) -> tuple[Candidate, ...]:
        """What a bare body may be."""
        return tuple(
            each
            for contract in self.contracts
            for operation in contract.operations.values()
            for each in _answers(contract, operation)
            if self._is_asked(operation, each.answer.status) and (self._asked or _says_something(each.answer))
        )

    @property
    def asked_id(self) -> str | None:
        """Id of the operation that was asked for, None for any."""
        return self._asked[0] if self._asked else None

    def match(self, recorded: Recorded) -> tuple[Match, ...] | Unmatched:
        """A match for each contract that has the operation; one with many candidates for a bare body.

        With an operation asked for, the host does not count, and other operations are uncovered.
        """
        # All that counts of an exchange. What was matched before is not matched again.
        url = recorded.url and recorded.url.partition("?")[0] + "?"
        key = recorded.operation, recorded.method, url, recorded.status
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _KNOWN_AT_MOST:
                self._known.clear()
            found = self._known[key] = self._match(recorded)
        return found

    def _match(self, recorded: Recorded) -> tuple[Match, ...] | Unmatched:
        if recorded.operation:
            named = [
                (c, c.operations[recorded.operation]) for c in self.contracts if recorded.operation in c.operations
            ]
            if named:
                values = self._path_values(recorded)
                return self._chosen(recorded, [(c, operation, values.get(operation.id)) for c, operation in named])
            if not recorded.url:
                return self._unknown(recorded.operation)
        if recorded.url:
            return self._by_url(recorded)
        candidates = tuple(each for each in self._bodies if _has_status(each, recorded.status))
        if self._asked and self._asked[1] and not candidates:
            return Unmatched("it has another status than was asked for", uncovered=True)
        if not candidates:
            return Unmatched("no contract to judge it by", uncovered=False)
        first, *others = candidates
        is_one = all(each.operation is first.operation for each in others)
        return (Match(candidates, first.operation if is_one else None),)

    def _by_url(self, recorded: Recorded) -> tuple[Match, ...] | Unmatched:
        host, path = _split(recorded.url)
        loopback = _LOOPBACK.fullmatch(host) is not None
        ours = [
            (place.contract, place.operation, values)
            for place in self._places
            if (loopback or self._asked or host in place.hosts) and (values := place.values(path)) is not None
        ]
        if not ours:
            known = self._asked or loopback or any(host in each.hosts for each in self._places)
            return Unmatched(f"its {'path' if known else 'host'} is of no contract", uncovered=True)
        of_method = [each for each in ours if recorded.method in ("", each[1].method)]
        if not of_method:
            return Unmatched("its method is of no contract, though its path is", uncovered=True)
        best: dict[int, tuple[Contract, Operation, Mapping[str, str]]] = {}
        for each in sorted(of_method, key=lambda each: len(each[2])):  # a plain path wins over a template
            if not recorded.method and id(each[0]) in best and best[id(each[0])][1].path == each[1].path:
                return Unmatched("its method is not recorded, and its path has several", uncovered=False)
            best.setdefault(id(each[0]), each)
        return self._chosen(recorded, list(best.values()))

    def _chosen(
        self, recorded: Recorded, found: Sequence[tuple[Contract, Operation, Mapping[str, str] | None]]
    ) -> tuple[Match, ...] | Unmatched:
        matches = []
        for contract, operation, values in found:
            wanted = self._asked[1] if self._asked else ""
            if recorded.status is not None:
                candidates = [Candidate(contract, operation, operation.answer(recorded.status))]
                if wanted not in ("", str(recorded.status), candidates[0].answer.status):
                    continue
            else:
                candidates = list(_answers(contract, operation))
                if wanted:
                    candidates = [Candidate(contract, operation, _answer(operation, wanted))]
            if self._asked is None or self._asked[0] == operation.id:
                matches.append(Match(tuple(candidates), operation, values))
        return tuple(matches) or Unmatched("it is of another operation or status than was asked for", uncovered=True)

    def _is_asked(self, operation: Operation, status: str) -> bool:
        if self._asked is None:
            return True
        id_, wanted = self._asked
        return id_ == operation.id and (not wanted or _answer(operation, wanted).status == status)

    def _path_values(self, recorded: Recorded) -> dict[str, Mapping[str, str]]:
        """Operation id → values of its path's parameters in this URL, where it has the operation's path."""
        if not recorded.url:
            return {}
        _, path = _split(recorded.url)
        found = ((each.operation.id, each.values(path)) for each in self._places)
        return {id_: values for id_, values in found if values is not None}

    def _unknown(self, operation: str) -> Unmatched:
        """Why the operation is not known. The recording has its name, so the reason does not repeat it."""
        providers = {each.provider for each in self.contracts}
        if operation.partition(".")[0] not in providers:
            return Unmatched("its operation is of no contract", uncovered=True)
        known = dict.fromkeys(id_ for each in self.contracts for id_ in each.operations)
        return Unmatched(f"it names an operation that its contract does not have; there are {', '.join(known)}", False)  # noqa: FBT003


def pick_candidate(candidates: Sequence[Candidate], body: JsonValue, *, is_known: bool) -> Candidate | None:
    """The candidate whose schema names most of `body`; of equals one that it fits, else the closest.

    A schema that requires little fits bodies of which it names next to nothing, so that fitting alone proves nothing.

    Args:
        is_known: Whether all are of one operation, and the body is of that, whatever it looks like.

    Returns:
        None for a body that may be anything: none of the schemas names a key of it.
    """
    if len(candidates) == 1:
        return candidates[0]
    by_schema = {id(each.answer.schema): each for each in reversed(candidates)}
    distinct = [each for each in candidates if by_schema[id(each.answer.schema)] is each]
    named = [count_named(read_shape(each.answer.schema), body) for each in distinct]
    if not is_known and not max(named):
        return None
    best = [each for each, count in zip(distinct, named, strict=True) if count == max(named)]
    fitting = (each for each in best if each.answer.schema.is_valid(body))
    return next(fitting, None) or min(best, key=lambda each: each.answer.schema.count_findings(body))


def _asked(text: str, contracts: Sequence[Contract]) -> tuple[str, str]:
    """`ID` or `ID.STATUS` → id and status, '' for any."""
    operations = dict.fromkeys(id_ for each in contracts for id_ in each.operations)
    id_, _, status = text.rpartition(".")
    if text in operations:
        return text, ""
    if id_ in operations and (status == "default" or _STATUS.fullmatch(status)):
        return id_, status
    if not operations:
        raise UnknownOperationError(f"{text!r} is not an ID[.STATUS]; there is no contract to find it in")
    near = did_you_mean(id_ if _STATUS.fullmatch(status) else text, operations)
    raise UnknownOperationError(
        f"{text!r} is not ID[.STATUS] of an operation{near or f', such as {next(iter(operations))}'}"
    )


def _answer(operation: Operation, status: str) -> Answer:
    return operation.answers["default"] if status == "default" else operation.answer(int(status))


def _answers(contract: Contract, operation: Operation) -> Iterator[Candidate]:
    return (Candidate(contract, operation, answer) for answer in operation.answers.values())


def _says_something(answer: Answer) -> bool:
    """Whether a bare body may be this: an answer without a body takes any, and of null there is nothing to judge."""
    document = answer.schema.document
    return bool(answer.media_type) and not (isinstance(document, dict) and document.get("type") == "null")


def _has_status(candidate: Candidate, status: int | None) -> bool:
    return status is None or candidate.operation.answer(status) is candidate.answer


def _split(url: str) -> tuple[str, str]:
    """Host in small letters, '' where the URL has none or is none, and the path without idle slashes."""
    try:
        parts = urlsplit(url)
        # Doubled slashes and one at the end are what clients write; servers overlook them.
        return (parts.hostname or "").rstrip("."), _SLASHES.sub("/", parts.path).rstrip("/")
    except ValueError:
        return "\0", ""


def _iter_places(contract: Contract) -> Iterator[_Place]:
    hosts = frozenset(contract.hosts)
    bases = tuple(dict.fromkeys(urlsplit(url).path.rstrip("/") for url in contract.servers))
    for operation in contract.operations.values():
        pieces = PLACEHOLDER.split(operation.path)
        is_versioned = _VERSIONED.match(operation.path) and not operation.is_stub
        yield _Place(
            contract=contract,
            operation=operation,
            hosts=hosts,
            bases=(*bases, "") if is_versioned and "" not in bases else bases,
            names=tuple(pieces[1::2]),
            pattern=re.compile("([^/]+)".join(re.escape(piece) for piece in pieces[::2])),
        )
