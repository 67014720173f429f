"""One call answered as its request asks: `Prefer: code=…`, as Prism spells it, or `Jumun-Scenario: any step`."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.catalogue import knows_code
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
    """The step that the request asks for, and a remark if what it asks for cannot be had. None goes by the session."""
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
    wanted = read_preference(headers[_PREFER]) if _PREFER in headers else None
    if wanted is None or any(wanted == operation.success.status for operation in contract.operations.values()):
        return None, trouble
    if knows_code(contract, wanted):
        return Step(f"Prefer: code={wanted}", (Fail(wanted),)), trouble
    near = did_you_mean(wanted, contract.known_codes)
    return None, f"Prefer: code={wanted!a} is not a code of {contract.provider}{near}"


def read_preference(header: str) -> str | None:
    """The value of `code` in a Prefer header (RFC 7240: the first one counts, quotes may stand round it)."""
    for preference in _PREFERENCE.finditer(header):
        if preference["name"].lower() == "code":
            return (preference["quoted"] or preference["plain"] or "").strip() or None
    return None
