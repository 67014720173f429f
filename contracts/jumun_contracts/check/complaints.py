"""What a run has found, and what it could not judge: equal ones are one, with their number and the first place.

Of the unknown names of one place few are shown, those that come first in the alphabet: so parts of a run, judged apart
from each other, agree on them when they are merged, and memory does not grow with their number.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from jumun_contracts.check.findings import WITHHELD
from jumun_contracts.check.shape import ANY
from jumun_contracts.check.subjects import UNKNOWN_PARAMETER, Subject, make_id, withhold_expected
from jumun_contracts.check.verdict import Complaint, Unjudged
from jumun_contracts.schema.explaining import UNWANTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jumun_contracts.check.findings import Found, Part
    from jumun_contracts.recordings.recorded import Place

SHOWN_AT_ONE_PLACE = 16
"""Unknown names that a report shows of one place, for one reason."""

_canonical = json.JSONEncoder(sort_keys=True).encode

At: TypeAlias = tuple[int, int, int]
"""Where in a run something came first: numbers of its file and of its part of that, and one that grows in the part."""


def unknown_name(found: Found | Complaint) -> str | None:
    """The key or parameter that no contract has and that is shown; None where none is."""
    if found.keyword in UNWANTED or (found.keyword == "parameter" and found.pattern == f"query/{found.expected}"):
        return found.expected if isinstance(found.expected, str) and found.expected != ANY else None
    return None


class _Folded:
    """Equal complaints, folded into the first of them."""

    __slots__ = ("_first", "_fits", "_status", "at", "count")

    def __init__(self, at: At, first: Complaint) -> None:
        self.at, self.count = at, first.count
        self._first, self._status, self._fits = first, first.status, first.fits

    def add(self, count: int, status: str, fits: str) -> None:
        """Keep what holds for all: one body that fits no other profile, and it is not said of any."""
        self.count += count
        if self._fits != fits:
            self._fits = ""
        if self._status != status:
            # Several statuses are of one kind only where the contract lists none of them.
            self._status = "default"

    def take(self, at: At, other: Complaint) -> None:
        self.add(other.count, other.status, other.fits)
        if at < self.at:
            self.at, self._first = at, other

    def complaint(self) -> Complaint:
        return replace(self._first, count=self.count, status=self._status, fits=self._fits)


class Complaints:
    """Collects them. Takes room for as many as are different."""

    def __init__(self, *, file_number: int = 0, part: int = 0) -> None:
        """Of one part of a run, as in `At`."""
        self._part = file_number, part
        self._number = 0
        self._folded: dict[str, _Folded] = {}
        # Id without a name → unknown names that are shown, and the id with each.
        self._shown: dict[str, dict[str, str]] = {}
        self._ids: dict[tuple[str, ...], str] = {}

    def add(self, part: Part, found: Found, locate: Callable[[str], Place], *, fits: str = "") -> None:
        """Add what was found.

        Args:
            locate: Pointer → place in the file; called for the first of its kind only.
            fits: The other profile that the body fits, as in `Complaint`.
        """
        fingerprint = self._identify(part, found)
        own = self._folded.get(fingerprint)
        if own is not None:
            own.add(found.times, part.status, fits)
            return
        finding, key = found.explain()
        subject = Subject(part.contract, part.operation, part.side, part.listed, found.pattern, found.keyword)
        evidence, source = subject.known(found.expected)[0]
        complaint = Complaint(
            severity=found.severity,
            file=part.recorded.file,
            place=locate(key),
            exchange=part.recorded.number,
            contract=part.contract.name,
            operation=part.operation.id,
            status=part.status,
            side=part.side,
            pointer=finding.pointer,
            pattern=found.pattern,
            keyword=finding.keyword,
            expected=finding.expected,
            message=finding.message,
            fingerprint=fingerprint,
            count=found.times,
            evidence=evidence,
            source=source,
            fits=fits,
        )
        self._number += 1
        if unknown_name(complaint) is not None and fingerprint == withhold_expected(fingerprint):
            complaint = _withhold(complaint)
        self._take((*self._part, self._number), complaint)

    def absorb(self, folded: Mapping[At, Complaint]) -> None:
        """Add what others have collected of other parts."""
        for at, complaint in folded.items():
            self._take(at, complaint)

    def folded(self) -> dict[At, Complaint]:
        """All of them so far, in the order of first occurrence."""
        return {each.at: each.complaint() for each in sorted(self._folded.values(), key=lambda each: each.at)}

    def _identify(self, part: Part, found: Found) -> str:
        """Id of what was found; without its name, where there are others enough that come before it."""
        name = unknown_name(found)
        pattern = UNKNOWN_PARAMETER if name is not None and found.keyword == "parameter" else found.pattern
        expected = found.expected if name is None else ANY
        about = (part.contract.name, part.operation.id, part.listed, part.side, pattern, found.keyword)
        kind = (*about, _canonical(expected))
        fingerprint = self._ids.get(kind)
        if fingerprint is None:
            fingerprint = self._ids[kind] = make_id(about, expected)
        if name is None:
            return fingerprint
        shown = self._shown.get(fingerprint, {})
        if name in shown:
            return shown[name]
        is_shown = len(shown) < SHOWN_AT_ONE_PLACE or name < max(shown)
        return make_id(about, name) if is_shown else fingerprint

    def _take(self, at: At, complaint: Complaint) -> None:
        own = self._folded.get(complaint.fingerprint)
        if own is not None:
            own.take(at, complaint)
            return
        self._folded[complaint.fingerprint] = _Folded(at, complaint)
        name = unknown_name(complaint)
        if name is None:
            return
        shown = self._shown.setdefault(withhold_expected(complaint.fingerprint), {})
        shown[name] = complaint.fingerprint
        if len(shown) > SHOWN_AT_ONE_PLACE:
            last = self._folded.pop(shown.pop(max(shown)))
            self._take(last.at, _withhold(last.complaint()))


class Refusals:
    """Collects what could not be judged; equal ones are one, as of `Complaints`."""

    def __init__(self, *, file_number: int = 0, part: int = 0) -> None:
        """Of one part of a run."""
        self._part = file_number, part
        self._first: dict[tuple[str, bool, str], tuple[At, Unjudged]] = {}
        self._counts: Counter[tuple[str, bool, str]] = Counter()

    def add(self, unjudged: Unjudged) -> None:
        """Add one that comes after all that came before."""
        self._take((*self._part, len(self._first)), unjudged)

    def absorb(self, folded: Mapping[At, Unjudged]) -> None:
        """Add what others have collected of other parts."""
        for at, unjudged in folded.items():
            self._take(at, unjudged)

    def folded(self) -> dict[At, Unjudged]:
        """All of them so far, in the order of first occurrence."""
        ordered = sorted(self._first.items(), key=lambda item: item[1][0])
        return {at: replace(each, count=self._counts[key]) for key, (at, each) in ordered}

    def _take(self, at: At, unjudged: Unjudged) -> None:
        key = (unjudged.file, unjudged.uncovered, unjudged.reason)
        self._counts[key] += unjudged.count
        if key not in self._first or at < self._first[key][0]:
            self._first[key] = at, unjudged


def _withhold(complaint: Complaint) -> Complaint:
    """The same without the unknown name in it."""
    fingerprint = withhold_expected(complaint.fingerprint)
    if complaint.keyword != "parameter":
        message = (complaint.pointer or "the body") + WITHHELD
        return replace(complaint, expected=ANY, message=message, fingerprint=fingerprint)
    message = UNKNOWN_PARAMETER + complaint.message.removeprefix(complaint.pattern)
    return replace(
        complaint,
        pointer=UNKNOWN_PARAMETER,
        pattern=UNKNOWN_PARAMETER,
        expected=ANY,
        message=message,
        fingerprint=fingerprint,
    )
