"""The entry of the error catalogue that answers a cause, a code or a status."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jumun_contracts import ErrorEntry

if TYPE_CHECKING:
    from jumun_contracts import Contract

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def find_entry(contract: Contract, wanted: str, *, operation: str | None) -> ErrorEntry:
    """The catalogue's entry for a code or status that is known; a status that it lacks gets one, marked assumed."""
    entry = contract.find_error(wanted, operation=operation)
    if entry:
        return entry
    if not is_error_status(wanted):
        raise KeyError(wanted)
    status = int(wanted)
    # The provider's form for what it has no form for.
    model = contract.errors[contract.causes["method_not_allowed"]]
    numeric = isinstance(model.wire_code, int)
    return ErrorEntry(
        code=wanted,
        wire_code=status if numeric else wanted,
        name=None,
        status=status,
        message=_PHRASES.get(status, "Error"),
        envelope=model.envelope,
        headers={},
        profiles=(),
        operations=(),
        when="Asked for by status; the catalogue has none of it.",
        evidence="assumed",
        source="made up by Jumun",
        assumed=("wire_code", "message", "envelope"),
    )


def describe_error(contract: Contract, wanted: str, entry: ErrorEntry) -> str:
    """The remark on a forced error."""
    if not entry.profiles:
        return f"{wanted} was asked for, which {contract.provider} is not known to answer"
    foreign = "" if contract.profile in entry.profiles else f", which is not of profile {contract.profile}"
    return f"{wanted} was asked for and gave {entry.code}{foreign}"


def knows_code(contract: Contract, code: str) -> bool:
    """Whether a step of this code can be played: it is in the catalogue, or an error status."""
    return contract.find_error(code) is not None or is_error_status(code)


def is_error_status(text: str) -> bool:
    """Whether the text is a status from 400 to 599."""
    return len(text) == 3 and text.isascii() and text.isdigit() and text[0] in "45"  # noqa: PLR2004 - digits
