"""A finding of `jumun check`, explained: its rule, what the contract says of the place and how it knows, what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumun_contracts import PROFILES, load_contract
from jumun_contracts.check.subjects import find_expected
from jumun_contracts.contract.loading import NO_STUBS
from jumun_contracts.schema.validation import demand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_contracts.check.subjects import Subject

_MEANINGS = {
    "breaking": "a client that keeps to the contract may fail",
    "drift": "the contract does not know it, and a client that ignores what it does not know works on",
    "info": "the contract calls it deprecated",
}
_RULES = {
    "additionalProperties": "must not have a property that the contract does not name",
    "unevaluatedProperties": "must not have a property that the contract does not name",
    "deprecated": "is to be used no more",
    "json": "must be JSON",
    "contentMediaType": "must be of the media type that the operation takes",
    "parameter": "must be a parameter of the operation, given once",
}
_ADVICE = {
    "deprecated": "have the client do without it before the provider does",
    "enum": "drift by design, which fails nothing unless --fail-on drift asks for it: have the client take values that "
    "it does not know; one that is there to stay belongs on the list, with its source",
    "parameter": "correct the call: what the provider does not know it does not read, and that may be what you meant",
}
_OF_A_VALUE = (
    "type",
    "format",
    "pattern",
    "const",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)


def can_have(subject: Subject, finding_id: str) -> bool:
    """Whether a finding about this subject can have this id: what it expects is among the contract's words."""
    return subject.keyword in _RULES or find_expected(subject, finding_id) is not None


def iter_explanation(subject: Subject, finding_id: str) -> Iterator[str]:
    """Lines about what a finding of this id is about."""
    expected = find_expected(subject, finding_id)
    where = (
        f"{subject.operation.id} request" if subject.side == "request" else f"{subject.operation.id}.{subject.listed}"
    )
    place = subject.pattern or "the body"
    yield f"{finding_id}: {subject.severity}: {subject.keyword} at {place} in {where} by {subject.contract.name}"
    rule = demand(subject.keyword, expected) if expected is not None else _RULES.get(subject.keyword)
    yield f"  rule: {place} {rule or demand(subject.keyword, None)}"
    yield f"  {subject.severity}: {_MEANINGS[subject.severity]}"
    yield from _iter_said(subject.contract.name, subject, expected)
    for profile in PROFILES:
        if profile != subject.contract.profile:
            yield from _iter_other(subject, profile, expected)
    yield f"  to do: {_advice(subject)}"
    yield f'  to live with it for a while: [[check.ignore]] with fingerprint = "{finding_id}", a reason and a day'


def _iter_said(name: str, subject: Subject, expected: Any) -> Iterator[str]:
    """What a contract says of the place, and how it knows."""
    said = subject.said(expected)
    place = f"{subject.pattern}/{expected}" if subject.keyword == "required" and expected else subject.pattern
    yield f"  {name} says of {place or 'the body'}:"
    for text in dict.fromkeys(text for schema in said for text in _iter_words(schema)):
        yield f"    {text}"
    if not said:
        yield "    nothing"
    for number, each in enumerate(subject.known(expected)):
        yield f"    {'known of what it is part of' if number else 'known'}: {each.evidence}, {each.source}"


def _iter_words(schema: Mapping[str, Any]) -> Iterator[str]:
    """The schema's own words for a value, a line each; of what is below it only names."""
    if words := schema.get("description") or schema.get("title"):
        yield words
    for keyword in _OF_A_VALUE:
        if keyword in schema:
            yield f"{keyword}: {_shown(schema[keyword])}"
    if "enum" in schema:
        yield f"one of {_shown(schema['enum'])}"
    if "x-known-values" in schema:
        yield "known so far; the list is open:"
        yield from (f"  {_shown(known['value'])} = {known['label']}" for known in schema["x-known-values"])
    if schema.get("properties"):
        yield f"properties: {', '.join(schema['properties'])}"
    if schema.get("required"):
        yield f"required: {', '.join(schema['required'])}"
    if schema.get("deprecated"):
        yield "deprecated"


def _iter_other(subject: Subject, profile: str, expected: Any) -> Iterator[str]:
    """What the other profile says where it says something else."""
    contract = load_contract(subject.contract.provider, profile, stubs=NO_STUBS)
    operation = contract.operations.get(subject.operation.id)
    if operation is None or subject.listed not in ("", *operation.answers):
        return
    other = subject._replace(contract=contract, operation=operation)
    if (other.said(expected), other.known(expected)[0]) != (subject.said(expected), subject.known(expected)[0]):
        yield from _iter_said(contract.name, other, expected)


def _advice(subject: Subject) -> str:
    """What to do about a finding, by its rule, by whose fault it is and how sure the contract is."""
    if subject.keyword in _ADVICE and subject.severity != "breaking":
        return _ADVICE[subject.keyword]
    if subject.severity == "drift":
        return "have the client pass over what it does not know; what is there to stay belongs in the contract"
    if subject.side == "request":
        return "correct the call: the provider may refuse it, or do something else than was meant"
    if subject.known()[0].evidence == "assumed":
        return "correct the contract, which only assumes this, if this is what the provider really sends"
    return (
        "correct the server if it is yours; where the provider really sends this, judge by its other profile if that "
        "fits, else have the client take both"
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(map(_shown, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
