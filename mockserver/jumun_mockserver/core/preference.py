"""One call answered as its request asks: `Prefer: code=…`, as Prism spells it, or `Jumun-Scenario: any step`."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from jumun_contracts import ErrorEntry
from jumun_contracts.spelling import nearest
from jumun_mockserver.core.notation import StepError
from jumun_mockserver.core.scenario import ScenarioError, check_codes, is_error_status, knows_code
from jumun_mockserver.core.steps import Fail, Step, parse_single_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts import Contract

_PREFER = "prefer"
# One preference of a list; what follows a semicolon is its parameters, and commas within quotes do not end it.
_PREFERENCE = re.compile(
    r"""(?:^|,)\s*(?P<name>[^\s=;,"]+)\s*(?:=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^;,"]*)))?"""
    r"""(?:\s*;(?:[^,"]|"(?:[^"\\]|\\.)*")*)?"""
)
_SCENARIO = "jumun-scenario"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def choose_step(headers: Mapping[str, str], contract: Contract) -> tuple[Step | None, str]:
    """The step that the request asks for, and a remark if what it asks for cannot be had. None goes by the session."""
    trouble = ""
    if text := headers.get(_SCENARIO):
        try:
            step = parse_single_step(text)
            check_codes([step], [contract])
        except (StepError, ScenarioError) as error:
            trouble = f"Jumun-Scenario was not understood: {error}"
        else:
            return step, f"Jumun-Scenario: {step.text}"
    wanted = read_preference(headers[_PREFER]) if _PREFER in headers else None
    if wanted is None or wanted == "200":
        return None, trouble
    if knows_code(contract, wanted):
        return Step(f"Prefer: code={wanted}", (Fail(wanted),)), trouble
    near = nearest(wanted, contract.known_codes)
    return None, f"Prefer: code={wanted!a} is no code of {contract.provider}; the nearest is {near}"


def read_preference(header: str) -> str | None:
    """The value of `code` in a Prefer header (RFC 7240: the first one counts, quotes may stand round it)."""
    for preference in _PREFERENCE.finditer(header):
        if preference["name"].lower() == "code":
            return (preference["quoted"] or preference["plain"] or "").strip() or None
    return None


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
