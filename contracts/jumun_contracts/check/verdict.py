"""What a judge says about recorded exchanges. Free of instance values by construction: places and schema text only."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_contracts.check.durations import Answered
    from jumun_contracts.contract.model import Severity, Side
    from jumun_contracts.recordings.recorded import Place
    from jumun_contracts.schema.parsing import JsonValue


@dataclass(frozen=True, slots=True)
class Complaint:
    """One way in which an exchange departs from its contract.

    Attributes:
        severity: `breaking` fails the tolerant schema; `drift` passes it and fails the strict twin (closed objects,
            closed enums); `info` is a deprecated field that is present.
        file: As the user named it.
        place: Of the value, or of the object that lacks something, in the file.
        exchange: Number of the exchange in the file, from 1.
        contract: e.g. `bootpay:documented`.
        operation: e.g. `bootpay.orders.list`.
        status: e.g. `200`; '' for a request; `default` for several that the contract does not list.
        side: Whose fault it is.
        pointer: RFC 6901 pointer into the body; for what is not in the body the part and name, `query/limit`,
            `header/accept`.
        pattern: The pointer with `*` for array indices, `/list/*/status`.
        keyword: JSON Schema keyword that failed, `deprecated` for info, `parameter` for an unknown parameter.
        expected: What the keyword wants, from the schema.
        message: A sentence for people.
        fingerprint: Stable over runs, files and array indices: of contract, operation, status, side, pattern, keyword
            and expected. `jumun explain` takes it.
        count: How many equal ones were folded into this, itself included.
        evidence: How the contract knows what it says of the place: `documented`, `observed` or `assumed`.
        source: By which page or program.
        fits: Another profile of the provider that each body fits in which this was found, `naver:observed`; '' if there
            is none.
    """

    severity: Severity
    file: str
    place: Place
    exchange: int
    contract: str
    operation: str
    status: str
    side: Side
    pointer: str
    pattern: str
    keyword: str
    expected: JsonValue
    message: str
    fingerprint: str
    count: int = 1
    evidence: str = ""
    source: str = ""
    fits: str = ""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """An exchange, or a whole file, that could not be judged.

    Attributes:
        uncovered: Whether it is merely of no contract (another host, an unknown path): reported, and no failure;
            else it should have been judged and could not be (unreadable, unknown operation).
        reason: A sentence for people, without values of the instance.
        count: How many of one file and reason were folded into this, itself included.
    """

    file: str
    place: Place
    exchange: int
    uncovered: bool
    reason: str
    count: int = 1


class Places(NamedTuple):
    """Places of bodies or of requests, by whether a run has seen them.

    Attributes:
        seen: Patterns of properties that occurred, `/list/*/status`; parameters have places such as `query/limit`.
        never: Patterns of properties that the schemas name and that never occurred.
        members_seen: Pattern → known values (of the contract, not of instances) that occurred.
        members_never: Likewise, that never did.
    """

    seen: tuple[str, ...]
    never: tuple[str, ...]
    members_seen: dict[str, tuple[JsonValue, ...]]
    members_never: dict[str, tuple[JsonValue, ...]]


class Coverage:
    """What of one operation's answers (or requests) a run has seen.

    Attributes:
        operation: e.g. `bootpay.orders.list`.
        statuses: Status → how many exchanges.
        contract: e.g. `bootpay:documented`.
        side: Whether of its answers or of its requests.
        was_called: Whether anything of the operation was seen.
    """

    def __init__(
        self,
        operation: str,
        statuses: dict[str, int],
        places: Callable[[], Places],
        contract: str = "",
        side: Side = "response",
        *,
        was_called: bool = True,
    ) -> None:
        """With what works out the places."""
        self.operation, self.statuses, self.contract = operation, statuses, contract
        self.side: Side = side
        self.was_called = was_called
        self._work_out = places

    @cached_property
    def places(self) -> Places:
        """What was seen until this is first asked for, and what was not. It takes long, and few reports ask."""
        return self._work_out()

    def _key(self) -> tuple[object, ...]:
        return self.operation, self.statuses, self.places, self.contract, self.side

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coverage) and self._key() == other._key()

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy in another process has the places worked out."""
        made = partial(Coverage, was_called=self.was_called)
        return made, (self.operation, self.statuses, partial(Places, *self.places), self.contract, self.side)

    def __repr__(self) -> str:
        return f"Coverage{self._key()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of a whole run.

    Attributes:
        complaints: Folded by fingerprint, first place each, in the order of first occurrence.
        ignored: Those that a baseline or an ignore entry covers.
        judged: How many exchanges were judged: of which a body was, of the answer or of the request, or whose answer
            can have none (204, and answers to HEAD).
        exchanges: How many were read: those judged, those in `unjudged`, and those of which no body was there to judge.
        without_body: How many answers the recording has without their bodies.
        unanswered: How many requests it has without an answer.
        contracts: Names of the contracts that were used, e.g. `naver:documented`.
        stale: Ignore entries that matched nothing or have expired, a sentence each.
        seconds: How long exchanges took that are alike; where the recording does not say, how long judging them took.
    """

    complaints: tuple[Complaint, ...]
    ignored: tuple[Complaint, ...]
    unjudged: tuple[Unjudged, ...]
    judged: int
    contracts: tuple[str, ...]
    coverage: tuple[Coverage, ...]
    stale: tuple[str, ...] = ()
    exchanges: int = 0
    without_body: int = 0
    unanswered: int = 0
    # Judging takes another time each time; two verdicts are equal all the same.
    seconds: Mapping[Answered, float] = field(default_factory=dict, compare=False)

    def exit_code(self, *, fail_on: Literal["breaking", "drift"] = "breaking", fail_on_uncovered: bool = False) -> int:
        """0 clean; 1 findings, and stale entries are none; 2 something could not be judged, or nothing was judged.

        Args:
            fail_on: The least severity that is a failure.
            fail_on_uncovered: Whether traffic of no contract is one too.
        """
        if not self.judged or any(not each.uncovered for each in self.unjudged):
            return 2
        if fail_on_uncovered and self.unjudged:
            return 1
        failing = ("breaking",) if fail_on == "breaking" else ("breaking", "drift")
        return 1 if any(each.severity in failing for each in self.complaints) else 0
