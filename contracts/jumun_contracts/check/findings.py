"""What is wrong with a body by its schema, in three classes, in words that hold nothing of the body."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from jumun_contracts.check.redaction import show_place
from jumun_contracts.check.shape import ANY, iter_deprecated, read_shape
from jumun_contracts.check.verdict import Complaint
from jumun_contracts.schema.pointers import unescape_key
from jumun_contracts.schema.strictness import strict_twin
from jumun_contracts.schema.validation import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jumun_contracts.check.redaction import Disclosure
    from jumun_contracts.contract.model import Contract, Operation, Severity, Side
    from jumun_contracts.recordings.recorded import Place, Recorded
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

_MASK = "***"


def is_clean(schema: Schema, value: JsonValue) -> bool:
    """Whether there is nothing to find; most bodies need no more than this."""
    return strict_twin(schema).is_valid(value) and not read_shape(schema).holds_deprecated


def iter_findings(
    schema: Schema, value: JsonValue, *, disclosure: Disclosure, place: str
) -> Iterator[tuple[Severity, str, Finding, str]]:
    """Each respect in which a body departs from its schema, or from what the schema knows.

    Severity and pattern as in `Complaint`; the finding, of which pointer, expectation and message hold no key that must
    not be shown; and its key, which may be one: the pointer to where to look for it.

    Args:
        place: What `disclosure` is to know the body by.
    """
    shape = read_shape(schema)
    strict = strict_twin(schema).findings(value)
    if strict:  # what fits the twin fits the schema
        broken = schema.findings(value)
        for severity, each in (*_with("breaking", broken), *_with("drift", _further(strict, broken))):
            pointer, pattern, here = show_place(each.pointer, value, shape)
            if here is not None and here.masked and _value_at(value, each.pointer) == _MASK:
                continue  # a recorder has put it there
            name = each.unwanted
            shown = disclosure.show(name, place=f"{place} {pattern}") if name is not None else each.expected
            demand = each.message.removeprefix(each.pointer or "the document")
            if shown != each.expected:
                demand = " must not have a property that it has; its name is not shown"
            finding = Finding(pointer, each.keyword, shown, (pointer or "the body") + demand)
            yield severity, pattern, finding, each.key
    for pointer, here in iter_deprecated(shape, value):
        finding = Finding(pointer, "deprecated", True, f"{pointer or 'the body'} is deprecated")  # noqa: FBT003
        yield "info", here.pattern, finding, pointer.partition(f"/{ANY}")[0]


def _with(severity: Severity, found: list[Finding]) -> list[tuple[Severity, Finding]]:
    return [(severity, each) for each in found]


def _further(strict: list[Finding], broken: list[Finding]) -> list[Finding]:
    """What the twin finds beyond what is broken anyway.

    In a broken body the engine no longer knows which properties the failing part would have named, so that
    `unevaluatedProperties` reports known ones.
    """
    if not broken:
        return strict
    known = set(broken)
    return [each for each in strict if each not in known and each.keyword != "unevaluatedProperties"]


def _value_at(value: JsonValue, pointer: str) -> JsonValue:
    for step in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value[unescape_key(step)]
    return value


class Part(NamedTuple):
    """The part of an exchange that is judged.

    Attributes:
        status: Of the answer; '' for a request.
        listed: The status as the contract writes it, which may be `default`: the fingerprint is made of it.
    """

    recorded: Recorded
    contract: Contract
    operation: Operation
    side: Side
    status: str = ""
    listed: str = ""


class Complaints:
    """Collects them, in the order of first occurrence. Takes room for as many as are different."""

    def __init__(self) -> None:
        self._first: dict[str, Complaint] = {}
        self._counts: dict[str, int] = {}

    def add(
        self,
        part: Part,
        severity: Severity,
        finding: Finding,
        locate: Callable[[], Place],
        *,
        pattern: str | None = None,
    ) -> None:
        """Add one.

        Args:
            locate: Tells where it is; called for the first of its kind only.
            pattern: As in `Complaint`; the finding's pointer where it is None.
        """
        contract = part.contract.name
        pattern = finding.pointer if pattern is None else pattern
        parts = (contract, part.operation.id, part.listed, part.side, pattern, finding.keyword, finding.expected)
        fingerprint = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
        self._counts[fingerprint] = self._counts.get(fingerprint, 0) + 1
        if fingerprint in self._first:
            return
        self._first[fingerprint] = Complaint(
            severity=severity,
            file=part.recorded.file,
            place=locate(),
            exchange=part.recorded.number,
            contract=contract,
            operation=part.operation.id,
            status=part.status,
            side=part.side,
            pointer=finding.pointer,
            pattern=pattern,
            keyword=finding.keyword,
            expected=finding.expected,
            message=finding.message,
            fingerprint=fingerprint,
        )

    def absorb(self, folded: Iterable[Complaint]) -> None:
        """Add what another has collected."""
        for each in folded:
            self._counts[each.fingerprint] = self._counts.get(each.fingerprint, 0) + each.count
            self._first.setdefault(each.fingerprint, each)

    def folded(self) -> list[Complaint]:
        """All of them so far."""
        return [replace(each, count=self._counts[fingerprint]) for fingerprint, each in self._first.items()]
