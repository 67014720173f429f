"""One call answered as its request asks: `Prefer: code=…`, as Prism spells it, or `Jumun-Scenario: any step`.

`Prefer: code=…, status=…` is the code with another status than its own.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.catalogue import is_error_status, knows_code
from jumun_mockserver.core.scenario.notation import StepError
from jumun_mockserver.core.scenario.obstacles import find_obstacle
from jumun_mockserver.core.scenario.steps import Fail, Step, parse_single_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts import Contract, Operation
    from jumun_mockserver.core.provider import Provider

_PREFER = "prefer"
# One preference of a list; what follows a semicolon is its parameters, and commas within quotes do not end it.
_PREFERENCE = re.compile(
    r"""(?:^|,)\s*(?P<name>[^\s=;,"]+)\s*(?:=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^;,"]*)))?"""
    r"""(?:\s*;(?:[^,"]|"(?:[^"\\]|\\.)*")*)?"""
)
_SCENARIO = "jumun-scenario"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def choose_step(
    headers: Mapping[str, str], operation: Operation, provider: Provider[Any], contract: Contract
) -> tuple[Step | None, str]:
    """The step that the request asks for, and a remark if what it asks for cannot be had. None follows the session."""
    # Nearly none does.
    if _SCENARIO not in headers and _PREFER not in headers:
        return None, ""
    return _read_wishes(headers, operation, provider, contract)


def _read_wishes(
    headers: Mapping[str, str], operation: Operation, provider: Provider[Any], contract: Contract
) -> tuple[Step | None, str]:
    trouble = ""
    if text := headers.get(_SCENARIO):
        try:
            step = parse_single_step(text)
            trouble = find_obstacle(step, operation, provider, contract)
        except StepError as error:
            trouble = f"{error}"
        else:
            if not trouble:
                return step, f"Jumun-Scenario: {step.text}"
        trouble = f"Jumun-Scenario was not understood: {trouble}"
    preferences = read_preferences(headers[_PREFER]) if _PREFER in headers else {}
    wanted, status = preferences.get("code"), preferences.get("status")
    operations = contract.operations.values()
    if status and not wanted:
        return None, f"Prefer: status={status!a} goes with a code, as in code=GW.AUTHN, status=403"
    # A stub that has an example of this status is served from it.
    if not wanted or wanted in operation.examples or any(wanted == each.success.status for each in operations):
        return None, trouble
    if knows_code(contract, wanted):
        if status is None or is_error_status(status):
            text = f"Prefer: code={wanted}" + (f", status={status}" if status else "")
            return Step(text, (Fail(wanted, int(status) if status else None),)), trouble
        return None, f"Prefer: status={status!a} must be from 400 to 599"
    near = did_you_mean(wanted, contract.known_codes)
    return None, f"Prefer: code={wanted!a} is not a code of {contract.provider}{near}"


def read_preferences(header: str) -> dict[str, str]:
    """The preferences of a Prefer header by name in small letters; an empty value is none.

    RFC 7240: the first of a name counts, quotes may be round its value.
    """
    found: dict[str, str] = {}
    for preference in _PREFERENCE.finditer(header):
        found.setdefault(preference["name"].lower(), (preference["quoted"] or preference["plain"] or "").strip())
    return {name: value for name, value in found.items() if value}
