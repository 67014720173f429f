"""What a finding is about, whatever was recorded: its id, made and found again, and what the contract says there."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from jumun_contracts.check.shape import ANY, read_shape, shape_at
from jumun_contracts.contract.punished import is_punished
from jumun_contracts.schema.pointers import render_pointer
from jumun_contracts.schema.strictness import known_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jumun_contracts.check.shape import Shape
    from jumun_contracts.contract.model import Contract, Operation, Parameter, Severity, Side
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema

FINDING_ID = re.compile("[0-9a-f]{16}")
_ABOUT_DIGITS = 10
_EXPECTED_DIGITS = 6
# What the strict twin asks for where the schema itself says nothing.
_OF_THE_TWIN = ("enum", "additionalProperties", "unevaluatedProperties")
_CONTENT_TYPE = "header/content-type"
UNKNOWN_PARAMETER = f"query/{ANY}"
"""Pattern of parameters that the contract does not have, in ids and where their names are not shown."""

# Of JSON Schema as the engines report them, and what is judged beside it.
_KEYWORDS = (
    *("type", "enum", "const", "format", "pattern", "minLength", "maxLength"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("required", "dependentRequired", "additionalProperties", "unevaluatedProperties", "propertyNames"),
    *("minProperties", "maxProperties", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
    *("contains", "minContains", "maxContains", "anyOf", "oneOf", "not", "false"),
    *("deprecated", "json", "contentMediaType", "parameter"),
)


About: TypeAlias = tuple[str, str, str, str, str, str]
"""Names of contract and operation, the listed status, side, pattern and keyword, as in `Subject`."""


class Known(NamedTuple):
    """How something is known: `documented`, `observed` or `assumed`, and by which page or program."""

    evidence: str
    source: str


class Subject(NamedTuple):
    """What a finding is about.

    Attributes:
        listed: Status of the answer as the contract writes it, which may be `default`; '' for a request.
        pattern: As in `Complaint`, and so is keyword.
    """

    contract: Contract
    operation: Operation
    side: Side
    listed: str
    pattern: str
    keyword: str

    @property
    def schema(self) -> Schema | None:
        """Of the body; None where the pattern is not of a body."""
        if self.pattern and not self.pattern.startswith("/"):
            return None
        return self.operation.body if self.side == "request" else self.operation.answers[self.listed].schema

    @property
    def severity(self) -> Severity:
        """Of a finding about it."""
        if self.keyword == "deprecated":
            return "info"
        if self.keyword in _OF_THE_TWIN:
            return "breaking" if any(self.keyword in each for each in self.said()) else "drift"
        if self.keyword == "parameter":
            return "breaking" if is_punished(self.operation.id, self.pattern) else "drift"
        is_type_of_answer = self.side == "response" and self.pattern == _CONTENT_TYPE
        return "drift" if is_type_of_answer else "breaking"

    @property
    def parameter(self) -> Parameter | None:
        """The parameter that the pattern names, if there is one."""
        named = (each for each in self.operation.parameters if f"{each.location}/{each.name}" == self.pattern)
        return next(named, None)

    def said(self, expected: JsonValue = None) -> tuple[Mapping[str, Any], ...]:
        """The schemas that the contract has for the place, all of which apply; of what is missing, for that.

        Args:
            expected: As in `Complaint`, if it is known.
        """
        if self.parameter is not None:
            document = self.parameter.schema.document
            return (document,) if isinstance(document, dict) else ()
        path = self._path(expected)
        here = self.schema and shape_at(read_shape(self.schema), path)[-1]
        return here.schemas if here and here.pattern == path else ()

    def known(self, expected: JsonValue = None) -> tuple[Known, ...]:
        """How what the contract says of the place is known, the place itself first and the operation last.

        Args:
            expected: As for `said`.
        """
        if self.parameter is not None:
            found = [Known(self.parameter.evidence, self.parameter.source)]
        else:
            shapes = shape_at(read_shape(self.schema), self._path(expected)) if self.schema else ()
            found = [known for shape in reversed(shapes) if (known := _known(shape))]
            if self.side == "response":
                answer = self.operation.answers[self.listed]
                found.append(Known(answer.evidence, answer.source))
        return tuple(dict.fromkeys((*found, Known(self.operation.evidence, self.operation.source))))

    def _path(self, expected: JsonValue) -> str:
        """Pattern of the place that a page describes: of a property that is missing, where it should be."""
        is_missing = self.keyword == "required" and isinstance(expected, str)
        return self.pattern + (render_pointer([expected]) if is_missing and isinstance(expected, str) else "")


def make_id(about: About, expected: JsonValue) -> str:
    """Id of a finding: what it is about, in digits from which `find_subjects` finds it, and what was expected there.

    Nothing of a file, of a value or of the wording is in it.
    """
    *part, pattern, keyword = about
    if keyword == "parameter" and pattern == f"query/{expected}":
        pattern = UNKNOWN_PARAMETER
    digest = _start(*part)
    digest.update(_rest(pattern, keyword))
    return _about_digits(digest) + _digits(expected)


def withhold_expected(finding_id: str) -> str:
    """Id of the finding that is about the same and does not show which name was unexpected."""
    return finding_id[:_ABOUT_DIGITS] + _digits(ANY)


def find_subjects(finding_id: str, contracts: Iterable[Contract]) -> list[Subject]:
    """What a finding of this id is about; more than one only where digits happen to be the same, none if unknown."""
    wanted = finding_id[:_ABOUT_DIGITS]
    return [subject for digits, subject in iter_subjects(contracts) if digits == wanted]


def iter_subjects(contracts: Iterable[Contract]) -> Iterator[tuple[str, Subject]]:
    """All that a finding by these contracts may be about, each with the digits that its ids begin with."""
    for contract in contracts:
        for operation in contract.operations.values():
            for side, listed, patterns in _iter_parts(operation):
                start = _start(contract.name, operation.id, listed, side)
                for pattern in dict.fromkeys(patterns):
                    for keyword in _KEYWORDS:
                        digest = start.copy()
                        digest.update(_rest(pattern, keyword))
                        subject = Subject(contract, operation, side, listed, pattern, keyword)
                        yield _about_digits(digest), subject


def find_expected(subject: Subject, finding_id: str) -> JsonValue:
    """What a finding of this id expected, where the contract's own words say so; None where it was something else.

    Names of what the contract does not know are not among its words.
    """
    words: list[JsonValue] = []
    for schema in subject.said():
        own = schema.get(subject.keyword, known_members(schema) if subject.keyword == "enum" else None)
        words += [own, *(own if isinstance(own, list) else ())]
    wanted = finding_id[_ABOUT_DIGITS:]
    return next((each for each in words if _digits(each) == wanted), None)


def _digits(expected: JsonValue) -> str:
    return hashlib.sha256(json.dumps(expected, sort_keys=True).encode()).hexdigest()[:_EXPECTED_DIGITS]


def _about_digits(digest: hashlib._Hash) -> str:
    return digest.hexdigest()[:_ABOUT_DIGITS]


def _start(contract: str, operation: str, listed: str, side: str) -> hashlib._Hash:
    return hashlib.sha256(json.dumps([contract, operation, listed, side]).encode())


def _rest(pattern: str, keyword: str) -> bytes:
    return f"\n{pattern}\n{keyword}".encode("utf-8", "surrogatepass")


def _iter_parts(operation: Operation) -> Iterator[tuple[Side, str, Iterator[str]]]:
    """Side, status and patterns of each part of which there may be findings."""
    yield "request", "", _request_patterns(operation)
    for listed, answer in operation.answers.items():
        yield "response", listed, chain([_CONTENT_TYPE], _iter_patterns([read_shape(answer.schema)]))


def _request_patterns(operation: Operation) -> Iterator[str]:
    yield from ("", "query", UNKNOWN_PARAMETER, _CONTENT_TYPE)
    yield from (f"{each.location}/{each.name}" for each in operation.parameters)
    if operation.body is not None:
        yield from _iter_patterns([read_shape(operation.body)])


def _iter_patterns(shapes: Sequence[Shape]) -> Iterator[str]:
    for shape in shapes:
        yield shape.pattern
        yield from _iter_patterns([each for each in (*shape.properties.values(), shape.others, shape.items) if each])


def _known(shape: Shape) -> Known | None:
    """By the first of its schemas that says so: one that refers to another may narrow it, and then its word counts."""
    return next((Known(each["x-evidence"], each["x-source"]) for each in shape.schemas if "x-evidence" in each), None)
