"""The table of the lifecycle by its cells: a state, an actor and an action."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from jumun_contracts import load_contract
from jumun_mockserver.providers.naver.lifecycle.conditions import CONDITIONS
from jumun_mockserver.providers.naver.lifecycle.rules import RULES, Rule
from jumun_mockserver.providers.naver.lifecycle.states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumun_mockserver.providers.naver.lifecycle.conditions import Look

SELLER_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        f"naver.{'claims' if '.' in rule.action else 'product_orders'}.{rule.action}": rule.action
        for rule in RULES
        if rule.actor == "seller"
    }
)
"""Operation id → action."""
CONTROL_ACTIONS: Mapping[str, str] = MappingProxyType(
    {rule.action: rule.actor for rule in RULES if rule.actor not in ("seller", "time")}
)
"""Action of the control plane → whose it is."""
TIME_ACTIONS: Mapping[str, str] = MappingProxyType(
    {state: rule.action for rule in RULES if rule.actor == "time" for state in rule.states}
)
"""State → what time does to it."""

_BY_CELL: dict[tuple[str, str, str], tuple[Rule, ...]] = {}
for _rule in RULES:
    for _state in _rule.states:
        _cell = (_state, _rule.actor, _rule.action)
        _before = _BY_CELL.get(_cell, ())
        if not _before or _before[-1].when:
            _BY_CELL[_cell] = (*_before, _rule)


def find_rules(state: str, actor: str, action: str) -> tuple[Rule, ...]:
    """The rules of a cell, those with a condition first; () where the action is not possible for the actor."""
    return _BY_CELL.get((state, actor, action), ())


def choose_rule(state: str, actor: str, action: str, look: Look) -> Rule | None:
    """The rule that holds; None where the action is not possible for the actor."""
    for rule in find_rules(state, actor, action):
        if not rule.when or CONDITIONS[rule.when](look):
            return rule
    return None


def possible_actions(state: str, look: Look) -> tuple[str, ...]:
    """Actions of the control plane that are possible for a product order in a state."""
    return tuple(action for action, actor in CONTROL_ACTIONS.items() if choose_rule(state, actor, action, look))


def explain(operation_id: str) -> Iterator[str]:
    """Lines about what an operation does in each state, alike ones together; none for one that changes nothing."""
    action = SELLER_ACTIONS.get(operation_id)
    if action is None:
        return
    states: dict[tuple[Rule, ...], list[str]] = {}
    for state in STATES:
        states.setdefault(find_rules(state, "seller", action), []).append(state)
    causes = load_contract("naver").causes
    for rules, names in states.items():
        for rule in rules:
            condition = f" if {rule.when.replace('_', ' ')}" if rule.when else ""
            if rule.cause:
                result = f"fails with {causes[rule.cause]} ({rule.cause.replace('_', ' ')})"
            else:
                result = f"{rule.to or 'as it was'}; {f'feed row {rule.feed}' if rule.feed else 'no feed row'}"
            yield f"{', '.join(names)}{condition}: {result}"
            yield f"  {rule.evidence}, {rule.source}"
