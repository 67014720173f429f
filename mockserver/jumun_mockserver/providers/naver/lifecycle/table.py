"""The table of the lifecycle by its cells: a state, an actor and an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumun_contracts import load_contract
from jumun_mockserver.core.lifecycle import Table
from jumun_mockserver.providers.naver.lifecycle.conditions import CONDITIONS
from jumun_mockserver.providers.naver.lifecycle.rules import RULES
from jumun_mockserver.providers.naver.lifecycle.states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SELLER_ACTIONS: Mapping[str, str] = {
    f"naver.{'claims' if '.' in rule.action else 'product_orders'}.{rule.action}": rule.action
    for rule in RULES
    if rule.actor == "seller"
}
"""Operation id → action."""

TABLE = Table(RULES, states=STATES, conditions=CONDITIONS, operations=SELLER_ACTIONS)
CONTROL_ACTIONS = TABLE.control_actions
TIME_ACTIONS = TABLE.time_actions
find_rules = TABLE.find
choose_rule = TABLE.choose
possible_actions = TABLE.possible


def explain(operation_id: str) -> Iterator[str]:
    """Lines about what an operation does to product orders in each state."""
    return TABLE.explain(operation_id, load_contract("naver").causes, event="feed row")
