"""What of the lifecycle the suite has carried out: each rule in each of its states, and what is not possible there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumun_mockserver.core.orders import refuse_action
from jumun_mockserver.providers.naver import acting, transitions
from jumun_mockserver.providers.naver.lifecycle import (
    CONTROL_ACTIONS,
    RULES,
    STATES,
    choose_rule,
    find_rules,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from jumun_mockserver.core.orders import OrderView
    from jumun_mockserver.providers.naver.lifecycle import Look, Rule

# State, actor, action, and the condition of the rule; None where the action is not possible.
Step = tuple[str, str, str, str | None]

_ACTIONS = tuple(dict.fromkeys((rule.actor, rule.action) for rule in RULES))


def record(monkeypatch: pytest.MonkeyPatch) -> set[Step]:
    """Steps that are carried out from now on, as they come."""
    steps: set[Step] = set()

    def choose(state: str, actor: str, action: str, look: Look) -> Rule | None:
        rule = choose_rule(state, actor, action, look)
        steps.add((state, actor, action, rule.when if rule else None))
        return rule

    def note_refusal(action: str, order: OrderView) -> None:
        if action in CONTROL_ACTIONS:
            steps.add((state_of(order.state), CONTROL_ACTIONS[action], action, None))
        refuse_action(action, order)

    monkeypatch.setattr(transitions, "choose_rule", choose)
    monkeypatch.setattr(acting, "refuse_action", note_refusal)
    return steps


def list_steps(state: str, actor: str, action: str) -> list[Step]:
    """All possible outcomes of a cell of the table."""
    rules = find_rules(state, actor, action)
    steps: list[Step] = [(state, actor, action, rule.when) for rule in rules]
    return steps if rules and not rules[-1].when else [*steps, (state, actor, action, None)]


def find_missing(done: set[Step]) -> list[Step]:
    """What was never carried out."""
    steps = [step for actor, action in _ACTIONS for state in STATES for step in list_steps(state, actor, action)]
    return [step for step in steps if step not in done]


def render(done: set[Step], *, whole: bool) -> Iterator[str]:
    """Lines for people: how much was carried out, and what was not.

    Args:
        whole: With the table: `>` for what moves a product order or keeps it, `x` for what fails, `.` for what is not
            possible, `?` for what was never carried out in whole.
    """
    cells = [(state, *each) for each in _ACTIONS for state in STATES]
    missing = set(find_missing(done))
    steps = [step for cell in cells for step in list_steps(*cell)]
    met = sum(not missing.intersection(list_steps(*cell)) for cell in cells)
    yield f"{met} of {len(cells)} cells, {len(steps) - len(missing)} of {len(steps)} rules in a state carried out"
    for state, actor, action, when in sorted(missing, key=str):
        yield f"never: {actor} {action} in {state}" + (f" if {when}" if when else "")
    if whole:
        for actor, action in _ACTIONS:
            signs = "".join(_sign(state, actor, action, missing) for state in STATES)
            yield f"{actor} {action}".ljust(34) + signs
        yield "states: " + ", ".join(STATES)


def _sign(state: str, actor: str, action: str, missing: set[Step]) -> str:
    rules: Any = find_rules(state, actor, action)
    if missing.intersection(list_steps(state, actor, action)):
        return "?"
    if not rules:
        return "."
    return "x" if all(rule.cause for rule in rules) else ">"
