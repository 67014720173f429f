"""What is wrong with a body by its schema, in three classes, in words that hold nothing of the body."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from jumun_contracts.check.redaction import show_name, show_place
from jumun_contracts.check.shape import ANY, iter_deprecated, read_shape
from jumun_contracts.schema.engines import value_at
from jumun_contracts.schema.explaining import UNWANTED, Explainer, order
from jumun_contracts.schema.pointers import render_pointer
from jumun_contracts.schema.strictness import strict_twin
from jumun_contracts.schema.traits import MASK
from jumun_contracts.schema.validation import Finding, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jumun_contracts.contract.model import Contract, Operation, Severity, Side
    from jumun_contracts.recordings.recorded import Recorded
    from jumun_contracts.schema.engines import Violation
    from jumun_contracts.schema.explaining import Piece
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

_KINDS_AT_MOST = 256
WITHHELD = " must not have a property that it has; its name is not shown"
"""End of a finding's sentence, behind the place of the object."""


def is_clean(schema: Schema, value: JsonValue) -> bool:
    """Whether there is nothing to find; most bodies need no more than this."""
    return strict_twin(schema).is_valid(value) and not read_shape(schema).holds_deprecated


class Found(NamedTuple):
    """Something that is wrong with a body, once or at some places that are alike.

    Attributes:
        severity: As in `Complaint`; so are pattern, keyword and expected.
        explain: Gives the finding, of which pointer, expectation and message hold no key that must not be shown; and
            its key, which may be one: the pointer to where to look for it. Of many, of the first.
        times: How many there are.
    """

    severity: Severity
    pattern: str
    keyword: str
    expected: JsonValue
    explain: Callable[[], tuple[Finding, str]]
    times: int = 1

    @classmethod
    def of(cls, severity: Severity, finding: Finding, *, pattern: str | None = None, key: str = "") -> Found:
        """One finding; its pattern is its pointer if none is given."""
        pattern = finding.pointer if pattern is None else pattern
        return cls(severity, pattern, finding.keyword, finding.expected, lambda: (finding, key))


def iter_findings(schema: Schema, value: JsonValue) -> Iterator[Found]:
    """Each respect in which a body departs from its schema, or from what the schema knows.

    Items of an array that fail alike are one, once all of them were seen: memory does not grow with their number.
    """
    body = _Body(value, schema)
    if body.is_broken:
        yield from body.iter_found("breaking")
    if body.may_drift:
        yield from body.iter_found("drift")
    shape = read_shape(schema)
    for pointer, here in iter_deprecated(shape, value):
        finding = Finding(pointer, "deprecated", True, f"{pointer or 'the body'} is deprecated")  # noqa: FBT003
        yield Found.of("info", finding, pattern=here.pattern, key=pointer.partition(f"/{ANY}")[0])


@lru_cache(maxsize=512)
def _explainer(schema: Schema) -> Explainer:
    """By the twin, then by the schema: what fits the twin fits the schema."""
    return Explainer([strict_twin(schema), schema])


class _Body:
    """One body, by a schema and its twin.

    Attributes:
        is_broken: Whether the schema finds anything.
        may_drift: Whether the twin finds anything else; in a broken body known once all is found that is breaking.
    """

    def __init__(self, value: JsonValue, schema: Schema) -> None:
        self._explainer, self._shape, self._value = _explainer(schema), read_shape(schema), value
        self.is_broken = not schema.is_valid(value)
        self.may_drift = not self.is_broken

    def iter_found(self, severity: Severity) -> Iterator[Found]:
        """What is breaking, which is asked for first; or drift."""
        number = 1 if severity == "breaking" else 0
        # What comes again with a piece of this kind, and with one that has the same unknown names, too.
        again: dict[Any, list[Found]] = {}
        counts: Counter[Any] = Counter()
        for piece in self._explainer.pieces(self._value):
            kind = piece.kind
            if not kind.recurs:
                chosen = self._choose(severity, piece.violations(0), piece.violations(1))
                yield from (found for _, found in self._read(piece, severity, chosen))
                continue
            alike = (kind, *piece.names) if kind.named[number] else (kind,)
            if alike in again:
                counts[alike] += 1
                continue
            if len(again) >= _KINDS_AT_MOST:
                yield from _repeat(again, counts)
                again.clear()
            fixed = again.get(kind)
            if fixed is None:
                chosen = self._choose(severity, piece.violations(0), piece.violations(1))
            else:
                counts[kind] += 1
                chosen = self._choose(severity, piece.named(0), piece.named(1))
            read = list(self._read(piece, severity, chosen))
            yield from (found for _, found in read)
            again[alike] = [*(fixed or ()), *(found for _, found in read)]
            if fixed is None:
                own = set(map(id, kind.fixed[number]))
                again[kind] = [found for violation, found in read if id(violation) in own]
        yield from _repeat(again, counts)

    def _choose(
        self, severity: Severity, strict: Sequence[Violation], broken: Sequence[Violation]
    ) -> Sequence[Violation]:
        if severity == "breaking":
            self.may_drift |= strict != broken
            return broken
        if not self.is_broken:
            return strict
        # In a broken body the engine no longer knows which properties the failing part would have named, so that
        # `unevaluatedProperties` reports known ones.
        known = {order(each) for each in broken}
        return [each for each in strict if each[1] != "unevaluatedProperties" and order(each) not in known]

    def _read(self, piece: Piece, severity: Severity, chosen: Iterable[Violation]) -> Iterator[tuple[Violation, Found]]:
        for violation in chosen:
            path, keyword, expected = violation
            pointer, pattern, here = show_place((*piece.path, *path), self._value, self._shape)
            if here is not None and here.masked and value_at(piece.value, path) == MASK:
                continue  # a recorder has put it there
            if keyword in UNWANTED and isinstance(expected, str):
                expected = show_name(expected)
            explain = partial(_explain, piece, violation, pointer, expected)
            yield violation, Found(severity, pattern, keyword, expected, explain)


def _repeat(found: Mapping[Any, Iterable[Found]], counts: Counter[Any]) -> Iterator[Found]:
    """The same again, as often as it came again."""
    for kind, count in counts.items():
        yield from (each._replace(times=count) for each in found[kind])
    counts.clear()


def _explain(piece: Piece, violation: Violation, pointer: str, shown: JsonValue) -> tuple[Finding, str]:
    """A violation as a finding, and its key.

    Args:
        pointer: Where it is, fit to be shown.
        shown: What was expected, likewise.
    """
    found = describe(violation, piece.value, start=render_pointer(piece.path))
    demand = found.message.removeprefix(found.pointer or "the document")
    if shown != found.expected:
        demand = WITHHELD
    return Finding(pointer, found.keyword, shown, (pointer or "the body") + demand), found.key


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
