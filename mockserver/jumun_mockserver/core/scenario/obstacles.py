"""Why a step cannot be played: for any call, or for those of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.catalogue import knows_code
from jumun_mockserver.core.scenario.steps import WORDS, Cap, Fail, Misdeliver, Perform, Refuse, SetValue, Step

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
            case Perform() if obstacle := _find_action_obstacle(action, operation, provider):
                return f"{action.moment}({action.action}): {obstacle}"
            case Misdeliver(how):
                return f"{how}: {operation.id} is a call, and {how} is for a webhook, as in bootpay.webhook: {how}"
            case Refuse(code) if obstacle := _find_refusal_obstacle(code, operation, contract):
                return f"fail: {obstacle}"
            case Cap() if obstacle := _find_cap_obstacle(action, operation):
                return f"cap: {obstacle}"
    return ""


def find_webhook_obstacle(step: Step) -> str:
    """Why a step cannot be done to a webhook; '' if it can."""
    if all(isinstance(action, Misdeliver | SetValue) for action in step.actions):
        return ""
    words = ("ok", "lose", "double", "swap", "delay(10m)", "set(/price 1)")
    return f"{step.text!r} is not for a webhook; expected {', '.join(words[:-1])} or {words[-1]}"


def _find_action_obstacle(act: Perform, operation: Operation, provider: Provider[Any]) -> str:
    if act.action not in provider.actions:
        return f"{provider.name} has no action {act.action!r}{did_you_mean(act.action, provider.actions)}"
    if operation.id not in provider.named_orders:
        return f"a call of {operation.id} names no orders{_list_able(provider.named_orders)}"
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
