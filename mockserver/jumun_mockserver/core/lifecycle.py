"""The life of an order as a table: what each action does in each state, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action does in some states.

    Attributes:
        states: In which it holds.
        actor: `seller`, `buyer`, `courier`, `administrator` or `time`.
        action: The seller's operation id without its family, or an action of the control plane.
        to: The state afterwards; None where it stays as it is.
        type: The provider's own word for the event that it makes; None for none.
        cause: Why it fails, as errors.yaml has it; '' if it does not.
        when: Name of the condition under which the rule holds; '' for always.
    """

    states: tuple[str, ...]
    actor: str
    action: str
    to: str | None
    type: str | None
    evidence: str
    source: str
    cause: str = ""
    when: str = ""


_Look = TypeVar("_Look")


class Table(Generic[_Look]):
    """Rules by their cells. Of the rules of a cell, the first whose condition holds counts.

    Args:
        conditions: By name; what they look at is the provider's.
        operations: Operation id → the seller's action.

    Attributes:
        control_actions: Action of the control plane → whose it is.
        time_actions: State → what time does to it.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        states: Sequence[str],
        conditions: Mapping[str, Callable[[_Look], bool]],
        operations: Mapping[str, str],
    ) -> None:
        self.operations: Mapping[str, str] = MappingProxyType(dict(operations))
        self.control_actions: Mapping[str, str] = MappingProxyType(
            {rule.action: rule.actor for rule in rules if rule.actor not in ("seller", "time")}
        )
        self.time_actions: Mapping[str, str] = MappingProxyType(
            {state: rule.action for rule in rules if rule.actor == "time" for state in rule.states}
        )
        self._states = tuple(states)
        self._conditions = conditions
        self._cells: dict[tuple[str, str, str], tuple[Rule, ...]] = {}
        for rule in rules:
            for state in rule.states:
                cell = (state, rule.actor, rule.action)
                before = self._cells.get(cell, ())
                if not before or before[-1].when:
                    self._cells[cell] = (*before, rule)

    def find(self, state: str, actor: str, action: str) -> tuple[Rule, ...]:
        """The rules of a cell, those with a condition first; () where the action is not possible for the actor."""
        return self._cells.get((state, actor, action), ())

    def choose(self, state: str, actor: str, action: str, look: _Look) -> Rule | None:
        """The rule that holds; None where the action is not possible for the actor."""
        for rule in self.find(state, actor, action):
            if not rule.when or self._conditions[rule.when](look):
                return rule
        return None

    def possible(self, state: str, look: _Look) -> tuple[str, ...]:
        """Actions of the control plane that are possible in a state."""
        return tuple(
            action
            for action, actor in self.control_actions.items()
            if (rule := self.choose(state, actor, action, look)) is not None and not rule.cause
        )

    def explain(self, operation_id: str, causes: Mapping[str, str], *, event: str) -> Iterator[str]:
        """Lines about what an operation does in each state, alike ones together; none for one that changes nothing.

        Args:
            causes: Cause → the code that it has.
            event: What the provider calls an event: "feed row".
        """
        action = self.operations.get(operation_id)
        if action is None:
            return
        states: dict[tuple[Rule, ...], list[str]] = {}
        for state in self._states:
            if rules := self.find(state, "seller", action):
                states.setdefault(rules, []).append(state)
        for rules, names in states.items():
            for rule in rules:
                condition = f" if {rule.when.replace('_', ' ')}" if rule.when else ""
                if rule.cause:
                    result = f"fails with {causes[rule.cause]} ({rule.cause.replace('_', ' ')})"
                else:
                    result = f"{rule.to or 'as it was'}; {f'{event} {rule.type}' if rule.type else f'no {event}'}"
                yield f"{', '.join(names)}{condition}: {result}"
                yield f"  {rule.evidence}, {rule.source}"
