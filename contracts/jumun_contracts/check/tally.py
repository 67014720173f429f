"""What was found of the parts of a run, merged in any order, and what the whole comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from jumun_contracts.check.baseline import sort_out
from jumun_contracts.check.complaints import Complaints, Refusals
from jumun_contracts.check.coverage import Exercised, merge_states
from jumun_contracts.check.verdict import Complaint, Unjudged, Verdict
from jumun_contracts.contract.loading import load_contracts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumun_contracts.check.baseline import Ignore
    from jumun_contracts.check.complaints import At
    from jumun_contracts.check.coverage import State
    from jumun_contracts.check.durations import Answered
    from jumun_contracts.contract.model import Contract

_Placed = TypeVar("_Placed", Complaint, Unjudged)
_Key = TypeVar("_Key")
_Number = TypeVar("_Number", int, float)
_COUNTS = ("exchanges", "judged", "without_body", "unanswered")


class Extent(NamedTuple):
    """Size of a part of a file: its lines, blank ones included, and its exchanges."""

    lines: int = 0
    exchanges: int = 0


class Tally(NamedTuple):
    """What was found of some parts of a run. Holds what a verdict may show, and nothing else of what was judged.

    It can be pickled. Merged in any order and grouping, tallies of the same parts say the same.

    Attributes:
        contracts: Names of those that were judged by, e.g. `naver:documented`.
        operation: Id of the one that was asked for; None for any.
        parts: Number of a file, and of a part of it → extent of that. Parts are counted on from those before.
        counts: Of `Verdict`, by name; 0 for what is not there.
        complaints: Where the first came → folded; line and exchange as if its file began with the part.
        unjudged: Likewise.
        exercised: As `Exercised.state` has it.
        seconds: As in `Verdict`.
    """

    contracts: tuple[str, ...]
    operation: str | None
    parts: Mapping[tuple[int, int], Extent]
    counts: Mapping[str, int]
    complaints: Mapping[At, Complaint]
    unjudged: Mapping[At, Unjudged]
    exercised: State
    seconds: Mapping[Answered, float]

    def merge(self, other: Tally) -> Tally:
        """What was found of the parts of both.

        Raises:
            ValueError: They have a part in common, or were judged by other contracts or as another operation.
        """
        for file_number, part in self.parts.keys() & other.parts.keys():
            raise ValueError(
                f"part {part} of file {file_number} is in both tallies: give each part of a file a `part` of its own, "
                "and each of several files a `file_number`"
            )
        for one, two in ((self.contracts, other.contracts), (self.operation, other.operation)):
            if one != two:
                raise ValueError(f"one tally is by {one}, the other by {two}: judge all parts by the same")
        complaints, refusals = Complaints(), Refusals()
        for each in (self, other):
            complaints.absorb(each.complaints)
            refusals.absorb(each.unjudged)
        return Tally(
            contracts=self.contracts,
            operation=self.operation,
            parts={**self.parts, **other.parts},
            counts=_added(self.counts, other.counts),
            complaints=complaints.folded(),
            unjudged=refusals.folded(),
            exercised=merge_states(self.exercised, other.exercised),
            seconds=_added(self.seconds, other.seconds),
        )

    def verdict(self, *contracts: str | Contract, ignore: Sequence[Ignore] = (), today: date | None = None) -> Verdict:
        """The verdict on all parts.

        Args:
            contracts: Those that were judged by, where they are not the packaged ones of their names.
            ignore: What not to complain about, as `load_ignores` reads it.
            today: The day by which entries of `ignore` have expired or not; today in UTC by default.

        Raises:
            ValueError: Contracts without an operation of which something was seen.
        """
        given = load_contracts(*contracts or self.contracts)
        known = {(each.name, operation) for each in given for operation in each.operations}
        for name, operation in self.exercised.keys() - known:
            raise ValueError(
                f"{operation} was judged by another {name}: give the contracts that it was judged by, stubs and all"
            )
        exercised = Exercised(given, operation=self.operation)
        exercised.absorb(self.exercised)
        before = dict(self._iter_before())
        complaints = [_shifted(each, before[at[:2]]) for at, each in sorted(self.complaints.items())]
        standing, ignored, stale = sort_out(complaints, ignore, today=today or datetime.now(UTC).date())
        return Verdict(
            complaints=tuple(standing),
            ignored=tuple(ignored),
            unjudged=tuple(_shifted(each, before[at[:2]]) for at, each in sorted(self.unjudged.items())),
            contracts=self.contracts,
            coverage=exercised.coverage(),
            stale=tuple(stale),
            seconds=self.seconds,
            **{name: self.counts.get(name, 0) for name in _COUNTS},
        )

    def _iter_before(self) -> Iterator[tuple[tuple[int, int], Extent]]:
        """Each part, and the extent of those of its file that are before it."""
        file, before = -1, Extent()
        for key, extent in sorted(self.parts.items()):
            if key[0] != file:
                file, before = key[0], Extent()
            yield key, before
            before = Extent(before.lines + extent.lines, before.exchanges + extent.exchanges)


def _added(first: Mapping[_Key, _Number], second: Mapping[_Key, _Number]) -> dict[_Key, _Number]:
    return {**first, **{key: first[key] + value if key in first else value for key, value in second.items()}}


def _shifted(found: _Placed, before: Extent) -> _Placed:
    line, column = found.place
    return replace(found, place=(line + before.lines, column), exchange=found.exchange + before.exchanges)
