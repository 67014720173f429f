"""The response of a stub: one of the examples of its operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_contracts.spelling import did_you_mean
from jumun_mockserver.core.scenario.preference import read_preferences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumun_contracts import Answer, Operation
    from jumun_mockserver.core.provider import Call, Producer


def choose_example(operation: Operation, call: Call) -> tuple[Answer, Producer[Any]]:
    """The answer of a stub and a handler that gives its body: the success's first example.

    `Prefer: code=404` asks for those of another status, `Prefer: example=NAME` for the one of this name, of that status
    or, if none is asked for, of any.
    """
    header = call.request.headers.get("prefer", "")
    preferences: Mapping[str, str] = read_preferences(header) if header else {}
    code, wanted = preferences.get("code", ""), preferences.get("example")
    status = code if code in operation.examples else operation.success.status
    name = next(iter(operation.examples[status]))
    if wanted is not None:
        statuses = [status] if code else [status, *operation.examples]
        found = next((each for each in statuses if wanted in operation.examples[each]), None)
        if found is None:
            names = [each for examples in operation.examples.values() for each in examples if each]
            near = did_you_mean(wanted, names) or "; none has a name"
            call.remarks.append(f"Prefer: example={wanted!a} is not an example of {operation.id}{near}")
        else:
            status, name = found, wanted
    answer = operation.answers[status]
    called = f"example {name!r}" if name else "example"
    call.remarks.append(f"stub: the {called} of {operation.id}, whatever was asked; its form is {answer.evidence}")
    return answer, lambda _call, _shop: operation.examples[status][name]
