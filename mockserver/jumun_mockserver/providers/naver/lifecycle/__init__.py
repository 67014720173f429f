"""The life of a product order: what each action does to it in each state."""

from jumun_mockserver.core.lifecycle import Rule
from jumun_mockserver.providers.naver.lifecycle.conditions import ADD_ON, CONDITIONS, Look
from jumun_mockserver.providers.naver.lifecycle.rules import RULES
from jumun_mockserver.providers.naver.lifecycle.states import BACK, CLAIMS, STATES, State, state_of
from jumun_mockserver.providers.naver.lifecycle.table import (
    CONTROL_ACTIONS,
    SELLER_ACTIONS,
    TIME_ACTIONS,
    choose_rule,
    explain,
    find_rules,
    possible_actions,
)

__all__ = [
    "ADD_ON",
    "BACK",
    "CLAIMS",
    "CONDITIONS",
    "CONTROL_ACTIONS",
    "RULES",
    "SELLER_ACTIONS",
    "STATES",
    "TIME_ACTIONS",
    "Look",
    "Rule",
    "State",
    "choose_rule",
    "explain",
    "find_rules",
    "possible_actions",
    "state_of",
]
