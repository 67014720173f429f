"""The other profiles of a provider, for bodies that break the one they are judged by."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jumun_contracts.contract.documents import DocumentError
from jumun_contracts.contract.loading import NO_STUBS, load_contract
from jumun_contracts.contract.model import PROFILES

if TYPE_CHECKING:
    from jumun_contracts.check.findings import Part
    from jumun_contracts.contract.model import Contract
    from jumun_contracts.schema.parsing import JsonValue
    from jumun_contracts.schema.validation import Schema


def find_fitting_profile(part: Part, value: JsonValue) -> str:
    """The other profile of its provider that a body fits, e.g. `naver:observed`; '' if it fits none.

    A profile is loaded when it is first asked for: most runs break nothing. Stubs are the same in both.
    """
    for profile in PROFILES:
        other = None if profile == part.contract.profile else _load(part.contract.provider, profile)
        schema = other and _schema(other, part)
        if other and schema and schema.is_valid(value):
            return other.name
    return ""


def _schema(other: Contract, part: Part) -> Schema | None:
    """What another contract has for such a body."""
    operation = other.operations.get(part.operation.id)
    if operation is None:
        return None
    if part.side == "request":
        return operation.body
    answer = operation.answer(int(part.status)) if part.status.isdigit() else operation.answers["default"]
    return answer.schema


@cache
def _load(provider: str, profile: str) -> Contract | None:
    """None for a contract of someone else's, which comes in one profile."""
    try:
        return load_contract(provider, profile, stubs=NO_STUBS)
    except DocumentError:
        return None
