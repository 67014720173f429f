"""Why a step cannot be played: for any call, or for those of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.catalogue import knows_code
from jumun_mockserver.core.scenario.steps import WORDS, Cap, Fail, Perform, Refuse, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from jumun_contracts import Contract, Operation
    from jumun_mockserver.core.provider import Provider


def find_unknown_code(steps: Iterable[Step], contracts: Sequence[Contract]) -> str:
    """What to say of a code that none of the contracts has; '' if each is known."""
    for code in (action.code for step in steps for action in step.actions if isinstance(action, Fail)):
        if not any(knows_code(contract, code) for contract in contracts):
            known = [*WORDS, *(each for contract in contracts for each in contract.known_codes)]
            return f"no step or code {code!r}{did_you_mean(code, known)}"
    return ""


def find_obstacle(step: Step, operation: Operation, provider: Provider[Any], contract: Contract) -> str:
    """Why the calls of an operation cannot be answered as a step says; '' if they can."""
    for action in step.actions:
        match action:
            case Fail(code) if not knows_code(contract, code):
                return find_unknown_code([step], [contract])
            case Perform(moment, name) if name not in provider.actions:
                return f"{moment}({name}): {provider.name} has no action {name!r}{did_you_mean(name, provider.actions)}"
            case Perform(moment, name) if operation.id not in provider.named_orders:
                return f"{moment}({name}): a call of {operation.id} names no orders{_list_able(provider.named_orders)}"
            case Refuse(code) if obstacle := _find_refusal_obstacle(code, operation, contract):
                return f"fail: {obstacle}"
            case Cap() if obstacle := _find_cap_obstacle(action, operation):
                return f"cap: {obstacle}"
    return ""


def _find_refusal_obstacle(code: str, operation: Operation, contract: Contract) -> str:
    items = [entry for entry in contract.errors.values() if entry.is_item]
    codes = [entry.code for entry in items]
    if code not in codes:
        what = "is not a failure of a single order" if knows_code(contract, code) else "is not a code"
        return f"{code!r} {what} of {contract.provider}{did_you_mean(code, codes)}"
    able = dict.fromkeys(id_ for entry in items for id_ in entry.operations or ())
    return "" if operation.id in able else f"{operation.id} has no failures of single orders{_list_able(able)}"


def _find_cap_obstacle(cap: Cap, operation: Operation) -> str:
    integers = {each.name: each for each in operation.parameters if each.type == "integer"}
    parameter = integers.get(cap.parameter)
    if parameter is None:
        return f"{operation.id} has no integer parameter {cap.parameter!r}{did_you_mean(cap.parameter, integers)}"
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and cap.at_most < low) or (high is not None and cap.at_most > high):
        return f"{cap.parameter} must be between {low} and {high}, not {cap.at_most}"
    return ""


def _list_able(operations: Collection[str]) -> str:
    return f"; expected one of {', '.join(operations)}" if operations else ""
